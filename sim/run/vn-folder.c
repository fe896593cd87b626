/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run is saved.
 *
 * The folder is opened before the sandbox is entered, and everything is written relative to its descriptor, so that it
 * does not matter what the sandbox mounts over. A file is complete or ends in ".partial". */
#include "sim/run/vn-folder.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of runs: the first one that can be written. */
static char *
find_base (GError **error)
{
  g_autofree char *state = g_build_filename (g_get_user_state_dir (), "vnetlab", NULL);
  g_autofree char *temporary = g_strdup_printf ("%s/vnetlab-%u", g_get_tmp_dir (), (guint)getuid ());
  const char *candidates[] = { state, temporary };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      struct stat st;

      if (g_mkdir_with_parents (candidates[i], 0700) == 0 && access (candidates[i], W_OK) == 0
          && stat (candidates[i], &st) == 0 && st.st_uid == getuid ())
        return g_strdup (candidates[i]);
    }
  vn_error_set (error, VN_ERROR_IO, "neither \"%s\" nor \"%s\" can be written; name a folder with -o DIR", state,
                temporary);
  return NULL;
}

static char *
run_name (const char *lab, gint64 now_unix_usec)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now_unix_usec / G_USEC_PER_SEC);
  g_autofree char *stamp = g_date_time_format (time, "%Y%m%dT%H%M%S");

  return g_strdup_printf ("%s-%s-%06d", lab, stamp, (int)(now_unix_usec % G_USEC_PER_SEC));
}

/* Makes and opens it. @ret_is_new: whether it was made. Returns: -1 with errno. */
static int
open_folder (const char *path, gboolean *ret_is_new)
{
  gboolean is_new = !g_file_test (path, G_FILE_TEST_EXISTS);
  int fd = g_mkdir_with_parents (path, 0755) == 0 ? open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

  if (fd >= 0 && faccessat (fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
    {
      int errnum = errno;

      close (fd);
      errno = errnum;
      return -1;
    }
  *ret_is_new = is_new;
  return fd;
}

gboolean
vn_folder_open (const char *wanted, const char *lab, gint64 now_unix_usec, VnFolder *ret, GError **error)
{
  g_autofree char *base = NULL, *path = NULL;
  gboolean is_new = FALSE;
  int fd;

  if (wanted)
    path = g_canonicalize_filename (wanted, NULL);
  else
    {
      g_autofree char *name = run_name (lab, now_unix_usec);

      base = find_base (error);
      if (!base)
        return FALSE;
      path = g_build_filename (base, name, NULL);
    }
  fd = open_folder (path, &is_new);
  if (fd < 0)
    return vn_error_errno (error, wanted ? VN_ERROR_INPUT : VN_ERROR_IO, errno, "cannot save the run in \"%s\"", path);
  *ret = (VnFolder){ g_steal_pointer (&path), fd, g_steal_pointer (&base), is_new };
  return TRUE;
}

void
vn_folder_clear (VnFolder *folder)
{
  if (folder->is_new)
    (void)rmdir (folder->path); /* refuses if there is something in it */
  folder->is_new = FALSE;
  g_clear_pointer (&folder->path, g_free);
  g_clear_pointer (&folder->base_path, g_free);
  vn_fd_clear (&folder->fd);
}

static gboolean
write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      gssize done = write (fd, text, size);

      if (done < 0 && errno == EINTR)
        continue;
      if (done < 0)
        return FALSE;
      text += done;
      size -= (gsize)done;
    }
  return TRUE;
}

gboolean
vn_folder_write (const VnFolder *folder, const char *name, const char *text, gsize size, GError **error)
{
  g_autofree char *partial = g_strconcat (name, ".partial", NULL);
  VN_AUTO_FD fd = openat (folder->fd, partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

  if (fd < 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "creating \"%s/%s\"", folder->path, partial);
  if (!write_all (fd, text, size))
    return vn_error_errno (error, VN_ERROR_IO, errno, "writing \"%s/%s\"", folder->path, partial);
  if (renameat (folder->fd, partial, folder->fd, name) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "renaming \"%s/%s\"", folder->path, partial);
  return TRUE;
}

/* Names of runs end in a time stamp, so that "LAB-20260101T000000-000000" sorts by time behind its last two dashes. */
static int
compare_stamps (gconstpointer a, gconstpointer b)
{
  const char *left = *(const char *const *)a, *right = *(const char *const *)b;
  gsize stamp_size = strlen ("20260101T000000-000000");
  gsize left_size = strlen (left), right_size = strlen (right);

  return strcmp (left_size > stamp_size ? left + left_size - stamp_size : left,
                 right_size > stamp_size ? right + right_size - stamp_size : right);
}

static gboolean
is_run_name (const char *name)
{
  static GRegex *pattern;

  if (g_once_init_enter (&pattern))
    g_once_init_leave (&pattern, g_regex_new ("-\\d{8}T\\d{6}-\\d{6}$", 0, 0, NULL));
  return g_regex_match (pattern, name, 0, NULL);
}

/* A run's folder holds files only. */
static void
remove_run (const char *base, const char *name)
{
  g_autofree char *path = g_build_filename (base, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *file;

  while (dir && (file = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, file, NULL);

      g_unlink (child);
    }
  g_rmdir (path);
}

static void
remove_old_runs (const char *base)
{
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (is_run_name (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_stamps);
  for (guint i = 0; i + VN_FOLDER_KEEP < names->len; i++)
    remove_run (base, g_ptr_array_index (names, i));
}

gboolean
vn_folder_finish (const VnFolder *folder, GError **error)
{
  g_autofree char *name = NULL, *link = NULL, *fresh = NULL;

  if (!folder->base_path)
    return TRUE;
  name = g_path_get_basename (folder->path);
  link = g_build_filename (folder->base_path, "latest", NULL);
  fresh = g_strdup_printf ("%s.%d", link, (int)getpid ());
  g_unlink (fresh);
  if (symlink (name, fresh) != 0 || rename (fresh, link) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "pointing \"%s\" to the run", link);
  remove_old_runs (folder->base_path);
  return TRUE;
}
