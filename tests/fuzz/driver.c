/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over the files of folders: the regression test where libFuzzer is not there.
 *
 * Each input is a block of its own size, so that a sanitizer or valgrind sees a read behind its end. */
#include "tests/fuzz/vn-fuzz.h"

#include <glib.h>

static gboolean
run_file (const char *path, GError **error)
{
  g_autofree char *content = NULL;
  gsize size = 0;
  if (!g_file_get_contents (path, &content, &size, error))
    return FALSE;
  g_autofree guint8 *input = g_memdup2 (content, size);
  LLVMFuzzerTestOneInput (input, size);
  return TRUE;
}

/* Returns: how many files were run; 0 with @error. */
static guint
run_folder (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return 0;
  guint n_run = 0;
  for (const char *name; (name = g_dir_read_name (dir)) != NULL; n_run++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (!run_file (path, error))
        return 0;
    }
  if (n_run == 0)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "%s holds no inputs", folder);
  return n_run;
}

int
main (int argc, char **argv)
{
  if (argc < 2)
    {
      g_printerr ("usage: %s FOLDER…\n", argv[0]);
      return 2;
    }
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;
      guint n_run = run_folder (argv[i], &error);
      if (error != NULL)
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_print ("%s: %u inputs\n", argv[i], n_run);
    }
  return 0;
}
