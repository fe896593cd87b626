/* SPDX-License-Identifier: Apache-2.0 */
/* Pages that tables of the program are published in: what stands below their mark is made from the table.
 * VN_REGENERATE=1 writes it. */
#include "sim/base/vn-diag.h"
#include "sim/model/vn-config.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#define MARK "<!-- The rest of this file is made from a table of the program. -->\n\n"

static char *
diagnostics_markdown (void)
{
  GString *text = g_string_new ("| code | severity | what |\n|---|---|---|\n");

  for (guint i = 0; i < VN_N_DIAGS; i++)
    g_string_append_printf (text, "| `%s` | %s | %s |\n", vn_diag_id ((VnDiagCode)i),
                            vn_diag_severity ((VnDiagCode)i) == VN_SEVERITY_ERROR ? "error" : "warning",
                            vn_diag_summary ((VnDiagCode)i));
  return g_string_free (text, FALSE);
}

static const struct
{
  const char *page;
  char *(*make) (void);
} pages[] = {
  { "options.md", vn_options_markdown },
  { "diagnostics.md", diagnostics_markdown },
};

static void
test_page (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *path = g_build_filename (g_getenv ("VN_SRCDIR"), "docs", pages[i].page, NULL);
  g_autofree char *table = pages[i].make ();
  g_autofree char *have = vn_test_read_file (path);
  g_autofree char *wanted = NULL;
  const char *mark;

  mark = strstr (have, MARK);
  g_assert_nonnull (mark);
  wanted = g_strdup_printf ("%.*s%s%s", (int)(mark - have), have, MARK, table);
  if (g_getenv ("VN_REGENERATE"))
    g_assert_true (g_file_set_contents (path, wanted, -1, NULL));
  else
    g_assert_cmpstr (have, ==, wanted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *name = g_strdup_printf ("/docs/%s", pages[i].page);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_page);
    }
  return g_test_run ();
}
