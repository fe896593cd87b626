/* SPDX-License-Identifier: Apache-2.0 */
/* The published documents are those of the tables (VN_REGENERATE=1 writes them); what the formats share. */
#include "analysis/report/vn-flows-report.h"

#include <string.h>

static void
check_document (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (g_getenv ("VN_SRCDIR"), "docs", name, NULL), *wanted = NULL;

  if (g_getenv ("VN_REGENERATE"))
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_get_contents (path, &wanted, NULL, NULL));
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_schema (void)
{
  g_autofree char *schema = vn_report_schema_of (&VN_FLOWS_REPORT), *text = g_strconcat (schema, "\n", NULL);

  check_document ("analysis-report.schema.json", text);
}

static void
test_findings_document (void)
{
  g_autoptr (GString) text = g_string_new ("# Findings of `vnetlab analyze`\n\n"
                                           "Made from `analysis/flows/vn-findings.inc` by a unit test.\n\n"
                                           "| id | severity | what | what it means |\n|---|---|---|---|\n");

  for (VnFindingCode code = 0; code < VN_N_FINDINGS; code++)
    {
      const VnFindingInfo *info = vn_finding_info (code);

      g_string_append_printf (text, "| `%s` | %s | %s | %s |\n", info->id, vn_severity_name (info->severity),
                              info->title, info->meaning);
    }
  check_document ("findings.md", text->str);
}

static void
test_numbers (void)
{
  static const struct
  {
    guint64 n;
    const char *number, *bytes;
  } ROWS[] = {
    { 0, "0", "0 B" },
    { 999, "999", "999 B" },
    { 1000, "1,000", "1.0 kB" },
    { 999949, "999,949", "999.9 kB" },
    { 999950, "999,950", "1.0 MB" },
    { 1234567890, "1,234,567,890", "1.2 GB" },
    { G_MAXUINT64, "18,446,744,073,709,551,615", "18.4 EB" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *number = vn_flows_number (ROWS[i].n), *bytes = vn_flows_bytes (ROWS[i].n);

      g_assert_cmpstr (number, ==, ROWS[i].number);
      g_assert_cmpstr (bytes, ==, ROWS[i].bytes);
    }
}

static void
test_durations (void)
{
  static const struct
  {
    gint64 ns;
    const char *text;
  } ROWS[] = {
    { -1, "0 s" },
    { 0, "0 s" },
    { 1500, "2 µs" },
    { 1500000, "1.5 ms" },
    { 119900000000, "119.9 s" },
    { 125000000000, "2 min 5 s" },
    { 7260000000000, "2 h 1 min" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *text = vn_flows_duration (ROWS[i].ns);

      g_assert_cmpstr (text, ==, ROWS[i].text);
    }
}

static void
test_ends (void)
{
  g_autofree char *v4 = vn_flows_end ("10.0.0.1", 80), *v6 = vn_flows_end ("fd00::1", 80),
                  *bare = vn_flows_end ("fd00::1", 0);

  g_assert_cmpstr (v4, ==, "10.0.0.1:80");
  g_assert_cmpstr (v6, ==, "[fd00::1]:80");
  g_assert_cmpstr (bare, ==, "fd00::1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flows-report/schema", test_schema);
  g_test_add_func ("/flows-report/findings", test_findings_document);
  g_test_add_func ("/flows-report/numbers", test_numbers);
  g_test_add_func ("/flows-report/durations", test_durations);
  g_test_add_func ("/flows-report/ends", test_ends);
  return g_test_run ();
}
