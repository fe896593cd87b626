/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of runs: whole files, the last ten, runs that go on or were killed. */
#include "sim/run/vn-folder.h"

#include <glib/gstdio.h>
#include <string.h>

#define START_UNIX_USEC (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

/* GLib itself leaks the names of the folders that G_TEST_OPTION_ISOLATE_DIRS makes for each test. */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
  return 1;
}

static VnFolder
start_run (guint second)
{
  g_autoptr (GError) error = NULL;
  VnFolder folder = VN_FOLDER_NONE;

  g_assert_true (vn_folder_open (NULL, "lab", START_UNIX_USEC + second * G_USEC_PER_SEC, &folder, &error));
  g_assert_no_error (error);
  return folder;
}

static void
write_report (const VnFolder *folder)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vn_folder_write (folder, "report.json", "{}", 2, &error));
  g_assert_no_error (error);
}

/* Returns: its path, transfer full. */
static char *
whole_run (guint second)
{
  g_autoptr (GError) error = NULL;
  VnFolder folder = start_run (second);
  char *path = g_strdup (folder.path);

  write_report (&folder);
  g_assert_true (vn_folder_finish (&folder, &error));
  g_assert_no_error (error);
  vn_folder_clear (&folder);
  return path;
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static void
test_write (void)
{
  VnFolder folder = start_run (0);
  g_autofree char *path = g_build_filename (folder.path, "report.json", NULL);
  g_autofree char *partial = g_strconcat (path, ".partial", NULL);
  g_autofree char *text = NULL;

  write_report (&folder);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "{}");
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
  vn_folder_clear (&folder);
}

/* Removed if nothing was written. */
static void
test_unused (void)
{
  VnFolder folder = start_run (0);
  g_autofree char *path = g_strdup (folder.path);

  g_assert_true (is_there (path));
  vn_folder_clear (&folder);
  g_assert_false (is_there (path));
}

static void
test_last_ten (void)
{
  g_autofree char *first = whole_run (0);
  g_autofree char *second = whole_run (1);

  for (guint i = 2; i < 1 + VN_FOLDER_KEEP; i++)
    g_free (whole_run (i));
  g_assert_false (is_there (first));
  g_assert_true (is_there (second));
}

/* A run that goes on while ten others come and go keeps its folder. */
static void
test_side_by_side (void)
{
  VnFolder slow = start_run (0);
  g_autofree char *path = g_strdup (slow.path);

  for (guint i = 1; i < 2 + VN_FOLDER_KEEP; i++)
    g_free (whole_run (i));
  g_assert_true (is_there (path));
  write_report (&slow);
  vn_folder_clear (&slow);
  g_free (whole_run (2 + VN_FOLDER_KEEP));
  g_assert_false (is_there (path));
}

/* What killed runs leave takes no place of a finished one, and goes when it is older than all that are kept. */
static void
test_killed (void)
{
  g_autofree char *first = whole_run (1);
  g_autofree char *runs = g_path_get_dirname (first);
  g_autofree char *old = g_build_filename (runs, "lab-20200101T000000-000000", NULL);
  g_autofree char *half = g_build_filename (old, "report.json.partial", NULL);

  g_assert_cmpint (g_mkdir (old, 0755), ==, 0);
  g_assert_true (g_file_set_contents (half, "{", 1, NULL));
  for (guint i = 0; i < VN_FOLDER_KEEP; i++)
    {
      g_autofree char *killed = g_strdup_printf ("%s/lab-20300101T000000-%06u", runs, i);

      g_assert_cmpint (g_mkdir (killed, 0755), ==, 0);
    }
  for (guint i = 2; i < VN_FOLDER_KEEP; i++)
    g_free (whole_run (i));
  g_assert_true (is_there (old));
  g_free (whole_run (VN_FOLDER_KEEP));
  g_assert_true (is_there (first));
  g_assert_false (is_there (old));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/folder/write", test_write);
  g_test_add_func ("/folder/unused", test_unused);
  g_test_add_func ("/folder/last-ten", test_last_ten);
  g_test_add_func ("/folder/side-by-side", test_side_by_side);
  g_test_add_func ("/folder/killed", test_killed);
  return g_test_run ();
}
