/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab lint: problems of lab files and the ini files that they name. */
#include "sim/cli/vn-cli.h"

#include <stdio.h>

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* Lab files below a folder, each in a folder of its own or in this one. */
static void
find_labs (const char *folder, guint depth, GPtrArray *ret)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_paths);
  for (guint i = 0; i < names->len; i++)
    {
      const char *path = g_ptr_array_index (names, i);

      if (g_str_has_suffix (path, ".vlab.yml"))
        g_ptr_array_add (ret, g_strdup (path));
      else if (depth > 0 && g_file_test (path, G_FILE_TEST_IS_DIR))
        find_labs (path, depth - 1, ret);
    }
}

static gboolean
lint_one (const char *path, const VnCliLab *lab)
{
  g_autoptr (VnDiagList) diags = NULL;
  g_autoptr (VnTopology) topology = vn_cli_load (path, lab, &diags);
  guint n_errors, n_warnings;

  if (!diags)
    return FALSE;
  n_errors = vn_diag_list_count (diags, VN_SEVERITY_ERROR);
  n_warnings = vn_diag_list_count (diags, VN_SEVERITY_WARNING);
  printf ("%s: %u error%s, %u warning%s\n", path, n_errors, n_errors == 1 ? "" : "s", n_warnings,
          n_warnings == 1 ? "" : "s");
  return topology != NULL;
}

int
vn_verb_lint (int argc, char **argv)
{
  VnCliLab lab = { 0 };
  const GOptionEntry entries[] = { VN_CLI_LAB_ENTRIES (lab), G_OPTION_ENTRY_NULL };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = NULL;
  gboolean ok = TRUE;

  if (!vn_cli_parse ("lint", "LAB|DIR…", "Problems of the lab file and the ini files, all at once.", entries, argc,
                     argv, &words))
    return VN_EXIT_USAGE;
  for (char **word = words; *word; word++)
    {
      g_autofree char *path = vn_cli_find_lab (*word);

      if (!path)
        ok = FALSE;
      else if (g_file_test (path, G_FILE_TEST_IS_DIR))
        find_labs (path, 2, paths);
      else
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  if (ok && paths->len == 0)
    {
      fprintf (stderr, "vnetlab lint: name a lab, or a folder with *.vlab.yml files\n");
      ok = FALSE;
    }
  for (guint i = 0; i < paths->len; i++)
    ok = lint_one (g_ptr_array_index (paths, i), &lab) && ok;
  vn_cli_lab_clear (&lab);
  return ok ? VN_EXIT_OK : VN_EXIT_USAGE;
}
