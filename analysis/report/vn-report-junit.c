/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit: one test case for each cell and check, a property for each accepted quirk. */
#include "analysis/report/vn-report-text.h"

/* @text between @before and @after, in one line and without markup of its own. */
static void
add_escaped (GString *out, const char *before, const char *text, const char *after)
{
  g_autofree char *safe = vn_report_line (text ? text : "");
  g_autofree char *escaped = g_markup_escape_text (safe, -1);

  g_string_append_printf (out, "%s%s%s", before, escaped, after);
}

/* The element inside a case that says what is wrong. */
static const char *const elements[] = {
  [VN_VERDICT_PASS] = NULL,
  [VN_VERDICT_FAIL] = "failure",
  [VN_VERDICT_INCONCLUSIVE] = "skipped",
  [VN_VERDICT_ERROR] = "error",
};

static void
add_case (const VnReportItem *item, gpointer data)
{
  GString *out = data;
  const char *element = elements[item->verdict];

  add_escaped (out, "  <testcase classname=\"", item->id, "\"");
  add_escaped (out, " name=\"", item->name, "\"");
  if (!element)
    {
      g_string_append (out, "/>\n");
      return;
    }
  g_string_append_printf (out, ">\n    <%s", element);
  add_escaped (out, " message=\"", item->message, "\"");
  add_escaped (out, ">", item->details, "");
  g_string_append_printf (out, "</%s>\n  </testcase>\n", element);
}

static void
add_quirks (GString *out, const VnRun *run)
{
  if (run->quirks->len == 0)
    return;
  g_string_append (out, "  <properties>\n");
  for (guint i = 0; i < run->quirks->len; i++)
    {
      const VnRunQuirk *quirk = g_ptr_array_index (run->quirks, i);

      add_escaped (out, "    <property name=\"accepted ", quirk->id, "\"");
      add_escaped (out, " value=\"", quirk->why, "\"/>\n");
    }
  g_string_append (out, "  </properties>\n");
}

char *
vn_report_write_junit (const VnRun *run)
{
  GString *out = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  gint64 total_usec = 0;

  for (guint i = 0; i < run->phases->len; i++)
    total_usec += g_array_index (run->phases, VnRunPhase, i).duration;
  add_escaped (out, "<testsuite name=\"", run->lab, "\"");
  g_string_append_printf (out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n",
                          run->cells->len + run->checks->len, vn_run_count (run, VN_VERDICT_FAIL),
                          vn_run_count (run, VN_VERDICT_ERROR), vn_run_count (run, VN_VERDICT_INCONCLUSIVE),
                          (double)total_usec / G_USEC_PER_SEC);
  add_quirks (out, run);
  vn_report_foreach (run, add_case, out);
  g_string_append (out, "</testsuite>\n");
  return g_string_free (out, FALSE);
}
