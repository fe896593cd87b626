/* SPDX-License-Identifier: Apache-2.0 */
/* Origins and the list of diagnostics: order, limit, text. */
#include "sim/base/vn-diag.h"

#include <string.h>

static void
test_origin_text (void)
{
  static const struct
  {
    VnOrigin origin;
    const char *full, *line;
  } ROWS[] = {
    { { NULL, 0, 0 }, "default", "default" },
    { { "lab.vlab.yml", 0, 0 }, "lab.vlab.yml", "lab.vlab.yml" },
    { { "lab.vlab.yml", 3, 0 }, "lab.vlab.yml:3", "lab.vlab.yml:3" },
    { { "lab.vlab.yml", 3, 5 }, "lab.vlab.yml:3:5", "lab.vlab.yml:3" },
    { { "lab.vlab.yml", 0, 5 }, "lab.vlab.yml", "lab.vlab.yml" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *full = vn_origin_to_string (ROWS[i].origin);
      g_autofree char *line = vn_origin_to_line (ROWS[i].origin);
      g_assert_cmpstr (full, ==, ROWS[i].full);
      g_assert_cmpstr (line, ==, ROWS[i].line);
      g_assert_cmpint (vn_origin_is_set (ROWS[i].origin), ==, ROWS[i].origin.file != NULL);
    }
}

/* The file's name may be gone when the origin is read. */
static void
test_origin_interns (void)
{
  char name[] = "lab.vlab.yml";
  VnOrigin origin = vn_origin_new (name, 1, 2);
  memset (name, 'x', sizeof name - 1);
  g_assert_cmpstr (origin.file, ==, "lab.vlab.yml");
  g_assert_false (vn_origin_is_set (vn_origin_new (NULL, 0, 0)));
}

static void
test_origin_order (void)
{
  static const VnOrigin ASCENDING[]
      = { { NULL, 0, 0 }, { "a", 0, 0 }, { "a", 1, 9 }, { "a", 2, 1 }, { "a", 2, 2 }, { "b", 1, 1 } };
  for (guint i = 0; i < G_N_ELEMENTS (ASCENDING); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ASCENDING); j++)
      {
        int order = vn_origin_compare (ASCENDING[i], ASCENDING[j]);
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
      }
}

static void
test_table (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint code = 0; code < VN_N_DIAGS; code++)
    {
      const char *id = vn_diag_id ((VnDiagCode)code);
      g_assert_true (g_str_has_prefix (id, "CFG-"));
      g_assert_true (g_hash_table_add (seen, (gpointer)id));
      g_assert_true (g_str_has_suffix (vn_diag_summary ((VnDiagCode)code), "."));
      g_assert_cmpint (vn_diag_severity ((VnDiagCode)code), <=, VN_SEVERITY_NOTE);
    }
}

static void
test_text (void)
{
  static const struct
  {
    VnOrigin origin;
    const char *hint;
    const char *key;
    const char *expected;
  } ROWS[] = {
    { { "lab.vlab.yml", 3, 5 },
      "did you mean \"host\"?",
      "hots",
      "lab.vlab.yml:3:5: error: unknown key \"hots\"; did you mean \"host\"? [CFG-UNKNOWN-KEY]" },
    { { "lab.vlab.yml", 0, 0 }, NULL, "x", "lab.vlab.yml: error: unknown key \"x\" [CFG-UNKNOWN-KEY]" },
    { { NULL, 0, 0 }, NULL, "x", "error: unknown key \"x\" [CFG-UNKNOWN-KEY]" },
    { { "a", 1, 1 }, NULL, "\x1b[2J", "a:1:1: error: unknown key \"\\x1b[2J\" [CFG-UNKNOWN-KEY]" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (VnDiagList) list = vn_diag_list_new ();
      vn_diag_add (list, VN_DIAG_UNKNOWN_KEY, ROWS[i].origin, ROWS[i].hint, "unknown key \"%s\"", ROWS[i].key);
      g_autofree char *text = vn_diag_to_string (vn_diag_list_get (list, 0));
      g_assert_cmpstr (text, ==, ROWS[i].expected);
    }
}

static void
test_sort (void)
{
  static const struct
  {
    VnOrigin origin;
    const char *message;
  } ROWS[] = {
    { { "b", 1, 1 }, "5" }, { { "a", 2, 1 }, "3" },  { { "a", 2, 1 }, "4" },
    { { "a", 1, 7 }, "2" }, { { NULL, 0, 0 }, "1" },
  };
  g_autoptr (VnDiagList) list = vn_diag_list_new ();
  vn_diag_list_sort (list);
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    vn_diag_add (list, VN_DIAG_BAD_VALUE, ROWS[i].origin, NULL, "%s", ROWS[i].message);
  vn_diag_list_sort (list);
  g_assert_cmpuint (vn_diag_list_len (list), ==, G_N_ELEMENTS (ROWS));
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    g_assert_cmpint (vn_diag_list_get (list, i)->message[0], ==, '1' + (int)i);
}

static void
test_count (void)
{
  g_autoptr (VnDiagList) list = vn_diag_list_new ();
  guint expected[VN_SEVERITY_NOTE + 1] = { 0 };
  for (guint code = 0; code < VN_N_DIAGS; code++)
    {
      vn_diag_add (list, (VnDiagCode)code, VN_ORIGIN_NONE, NULL, "x");
      expected[vn_diag_severity ((VnDiagCode)code)]++;
    }
  for (guint severity = 0; severity < G_N_ELEMENTS (expected); severity++)
    g_assert_cmpuint (vn_diag_list_count (list, (VnSeverity)severity), ==, expected[severity]);
}

/* 1,000 are listed; with the next comes one that says so, and stays last. */
static void
test_limit (void)
{
  static const struct
  {
    guint n_added, len;
  } ROWS[] = { { 999, 999 }, { 1000, 1000 }, { 1001, 1001 }, { 5000, 1001 } };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (VnDiagList) list = vn_diag_list_new ();
      for (guint n = 0; n < ROWS[i].n_added; n++)
        vn_diag_add (list, VN_DIAG_BAD_VALUE, vn_origin_new ("a", n + 1, 1), NULL, "x");
      vn_diag_list_sort (list);
      g_assert_cmpuint (vn_diag_list_len (list), ==, ROWS[i].len);
      const VnDiag *last = vn_diag_list_get (list, ROWS[i].len - 1);
      g_assert_cmpint (last->code == VN_DIAG_TOO_MANY, ==, ROWS[i].n_added > 1000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/origin/text", test_origin_text);
  g_test_add_func ("/origin/interns", test_origin_interns);
  g_test_add_func ("/origin/order", test_origin_order);
  g_test_add_func ("/diag/table", test_table);
  g_test_add_func ("/diag/text", test_text);
  g_test_add_func ("/diag/sort", test_sort);
  g_test_add_func ("/diag/count", test_count);
  g_test_add_func ("/diag/limit", test_limit);
  return g_test_run ();
}
