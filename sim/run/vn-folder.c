/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run is saved.
 *
 * The folder and its parent are opened before the sandbox is entered, and everything is done relative to these
 * descriptors, so that it does not matter what the sandbox mounts over. A file is complete or ends in ".partial".
 *
 * Runs go on side by side. A run holds a lock on its folder, which ends with it however it ends; whoever removes old
 * runs leaves locked ones alone. A run that was killed doesn't push finished ones out. */
#include "sim/run/vn-folder.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first one that can be written. */
char *
vn_folder_base (GError **error)
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

/* Makes the folder and opens it. Returns: FALSE with errno. */
static gboolean
open_folder (const char *path, VnFolder *ret)
{
  g_autofree char *parent = g_path_get_dirname (path);
  gboolean is_new = !g_file_test (path, G_FILE_TEST_EXISTS);

  if (g_mkdir_with_parents (path, 0755) != 0)
    return FALSE;
  VN_AUTO_FD parent_fd = open (parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  VN_AUTO_FD fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent_fd < 0 || fd < 0 || faccessat (fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
    return FALSE;
  (void)flock (fd, LOCK_SH | LOCK_NB); /* a file system without locks does without */
  *ret = (VnFolder){ g_strdup (path), vn_fd_steal (&fd), vn_fd_steal (&parent_fd), .is_new = is_new };
  return TRUE;
}

gboolean
vn_folder_open (const char *wanted, const char *lab, gint64 now_unix_usec, VnFolder *ret, GError **error)
{
  g_autofree char *path = NULL;

  if (wanted)
    path = g_canonicalize_filename (wanted, NULL);
  else
    {
      g_autofree char *name = run_name (lab, now_unix_usec), *base = vn_folder_base (error);

      if (!base)
        return FALSE;
      path = g_build_filename (base, name, NULL);
    }
  if (!open_folder (path, ret))
    return vn_error_errno (error, wanted ? VN_ERROR_INPUT : VN_ERROR_IO, errno, "cannot save the run in \"%s\"", path);
  ret->is_unnamed = !wanted;
  return TRUE;
}

/* The last part of the path: what the folder is called in its parent. Transfer full. */
static char *
own_name (const VnFolder *folder)
{
  return g_path_get_basename (folder->path);
}

void
vn_folder_clear (VnFolder *folder)
{
  g_autofree char *name = folder->is_new ? own_name (folder) : NULL;

  if (name)
    (void)unlinkat (folder->parent_fd, name, AT_REMOVEDIR); /* refuses if there is something in it */
  g_free (folder->path);
  vn_fd_clear (&folder->fd);
  vn_fd_clear (&folder->parent_fd);
  *folder = VN_FOLDER_NONE;
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

/* What is in a folder, itself and its parent excepted. @dir_fd: may be opened with O_PATH. */
static GPtrArray *
list_names (int dir_fd)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  int fd = openat (dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  for (struct dirent *entry; dir && (entry = readdir (dir));)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      g_ptr_array_add (names, g_strdup (entry->d_name));
  if (dir)
    closedir (dir);
  return names;
}

/* The reports are what is written last. */
static gboolean
is_finished (int runs_fd, const char *name)
{
  g_autofree char *report = g_build_filename (name, "report.json", NULL);

  return faccessat (runs_fd, report, F_OK, 0) == 0;
}

/* A run's folder holds files only. It stays if the run goes on. */
static void
remove_run (int runs_fd, const char *name)
{
  VN_AUTO_FD fd = openat (runs_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  g_autoptr (GPtrArray) files = NULL;

  if (fd < 0 || (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK))
    return;
  files = list_names (fd);
  for (guint i = 0; i < files->len; i++)
    (void)unlinkat (fd, g_ptr_array_index (files, i), 0);
  (void)unlinkat (runs_fd, name, AT_REMOVEDIR);
}

static void
remove_old_runs (int runs_fd)
{
  g_autoptr (GPtrArray) names = list_names (runs_fd);

  for (guint i = names->len; i > 0; i--)
    if (!g_regex_match_simple ("-\\d{8}T\\d{6}-\\d{6}$", g_ptr_array_index (names, i - 1), 0, 0))
      g_ptr_array_remove_index (names, i - 1);
  g_ptr_array_sort (names, compare_stamps);
  for (guint i = names->len, n_finished = 0; i > 0; i--)
    {
      const char *name = g_ptr_array_index (names, i - 1);

      if (n_finished == VN_FOLDER_KEEP)
        remove_run (runs_fd, name);
      else if (is_finished (runs_fd, name))
        n_finished++;
    }
}

gboolean
vn_folder_finish (const VnFolder *folder, GError **error)
{
  g_autofree char *name = own_name (folder);
  g_autofree char *fresh = g_strdup_printf ("%s.latest", name);

  if (!folder->is_unnamed)
    return TRUE;
  if (symlinkat (name, folder->parent_fd, fresh) != 0
      || renameat (folder->parent_fd, fresh, folder->parent_fd, "latest") != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "pointing \"latest\" to \"%s\"", folder->path);
  remove_old_runs (folder->parent_fd);
  return TRUE;
}
