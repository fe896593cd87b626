/* SPDX-License-Identifier: Apache-2.0 */
/* Where the folders of labs that stay lie.
 *
 * The run-time folder of the session is the place: it is the user's alone, in memory, and goes when the machine is
 * restarted, as labs do. Not every login makes one (su, containers, cron). /tmp is everybody's, so whatever lies there
 * under our name must be a folder of this user that nobody else may enter. */
#include "sim/run/vn-state-base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#define PRIVATE_MODE 0700
#define OTHERS_BITS 0077

/* Whether @fd is a folder of this user; if @is_private, one that nobody else may enter. */
static gboolean
is_own_folder (int fd, gboolean is_private)
{
  struct stat st;
  return fstat (fd, &st) == 0 && S_ISDIR (st.st_mode) && st.st_uid == geteuid ()
         && (!is_private || (st.st_mode & OTHERS_BITS) == 0);
}

static int
open_folder (int parent_fd, const char *path)
{
  return openat (parent_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Returns: an fd, or -1 if @runtime is no run-time folder of this user. */
static int
open_in_runtime (const char *runtime)
{
  if (!runtime || !g_path_is_absolute (runtime))
    return -1;
  VN_AUTO_FD parent = open (runtime, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0 || !is_own_folder (parent, FALSE)
      || (mkdirat (parent, "vnetlab", PRIVATE_MODE) != 0 && errno != EEXIST))
    return -1;
  VN_AUTO_FD fd = open_folder (parent, "vnetlab");
  return fd >= 0 && is_own_folder (fd, TRUE) ? vn_fd_steal (&fd) : -1;
}

static int
open_in_tmp (char **ret_path, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/tmp/vnetlab-labs-%u", (guint)geteuid ());
  if (mkdir (path, PRIVATE_MODE) != 0 && errno != EEXIST)
    {
      vn_error_errno (error, VN_ERROR_IO, errno, "cannot make the folder %s", path);
      return -1;
    }
  VN_AUTO_FD fd = open_folder (AT_FDCWD, path);
  if (fd < 0 || !is_own_folder (fd, TRUE))
    {
      vn_error_set (error, VN_ERROR_INPUT, "%s is not a folder that is yours alone; remove it or set XDG_RUNTIME_DIR",
                    path);
      return -1;
    }
  *ret_path = g_steal_pointer (&path);
  return vn_fd_steal (&fd);
}

int
vn_state_base_open (char **ret_path, GError **error)
{
  g_autofree char *by_uid = g_strdup_printf ("/run/user/%u", (guint)geteuid ());
  const char *const runtimes[] = { g_getenv ("XDG_RUNTIME_DIR"), by_uid };
  for (gsize i = 0; i < G_N_ELEMENTS (runtimes); i++)
    {
      int fd = open_in_runtime (runtimes[i]);
      if (fd < 0)
        continue;
      *ret_path = g_build_filename (runtimes[i], "vnetlab", NULL);
      return fd;
    }
  return open_in_tmp (ret_path, error);
}

void
vn_state_remove_folder (int fd, const char *name)
{
  VN_AUTO_FD folder = open_folder (fd, name);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", folder);
  g_autoptr (GDir) dir = folder >= 0 ? g_dir_open (path, 0, NULL) : NULL;
  const char *entry;
  while (dir && (entry = g_dir_read_name (dir)))
    if (unlinkat (folder, entry, 0) != 0)
      vn_state_remove_folder (folder, entry);
  (void)unlinkat (fd, name, AT_REMOVEDIR);
}
