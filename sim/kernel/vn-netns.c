/* SPDX-License-Identifier: Apache-2.0 */
/* Network namespaces: making them, running code in them.
 *
 * Which network namespace a task is in is a property of the thread. Sockets and files of /proc/sys/net belong to the
 * namespace in which they were opened, so all that is needed is to enter one, open, and come back. A thread that can't
 * come back would go on in the wrong namespace without anybody noticing: that is the one place that aborts. */
#include "sim/kernel/vn-netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"

#define OWN_NETNS "/proc/thread-self/ns/net"
#define NETNS_FOLDER "/run/netns"

static VnError
code_of (int errnum)
{
  return errnum == EMFILE || errnum == ENFILE || errnum == ENOSPC ? VN_ERROR_UNSUPPORTED : VN_ERROR_KERNEL;
}

static const char *
cure_of (int errnum)
{
  return errnum == EMFILE   ? " (raise the hard limit: ulimit -Hn 65536)"
         : errnum == ENFILE ? " (raise fs.file-max)"
         : errnum == ENOSPC ? " (raise user.max_net_namespaces)"
                            : "";
}

int
vn_netns_open_own (GError **error)
{
  int fd = open (OWN_NETNS, O_RDONLY | O_CLOEXEC);
  int errnum = errno;
  if (fd < 0)
    vn_error_errno (error, code_of (errnum), errnum, "cannot open the thread's network namespace%s", cure_of (errnum));
  return fd;
}

static void
go_back (int home_fd)
{
  if (setns (home_fd, CLONE_NEWNET) != 0)
    g_error ("cannot return to the network namespace of the thread: %s", g_strerror (errno));
}

gboolean
vn_netns_run (int netns_fd, VnNetnsFunc func, gpointer data, GError **error)
{
  VN_AUTO_FD home_fd = vn_netns_open_own (error);
  if (home_fd < 0)
    return FALSE;
  if (setns (netns_fd, CLONE_NEWNET) != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot enter a network namespace");
  gboolean ok = func (data, error);
  go_back (home_fd);
  return ok;
}

gboolean
vn_netns_name_is_valid (const char *name)
{
  gsize size = strlen (name);
  return size > 0 && size <= 200 && strchr (name, '/') == NULL && strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

/* Returns: 0 or an errno. A bind mount needs a file to lie on. */
static int
name_own (const char *name)
{
  g_autofree char *path = g_build_filename (NETNS_FOLDER, name, NULL);
  VN_AUTO_FD fd = open (path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (fd < 0)
    return errno;
  if (mount (OWN_NETNS, path, NULL, MS_BIND, NULL) == 0)
    return 0;
  int errnum = errno;
  unlink (path);
  return errnum;
}

int
vn_netns_create (const char *name, GError **error)
{
  VN_AUTO_FD home_fd = vn_netns_open_own (error);
  if (home_fd < 0)
    return -1;
  if (unshare (CLONE_NEWNET) != 0)
    {
      int errnum = errno;
      vn_error_errno (error, code_of (errnum), errnum, "cannot make a network namespace%s", cure_of (errnum));
      return -1;
    }
  VN_AUTO_FD netns_fd = vn_netns_open_own (error);
  int errnum = netns_fd < 0 || name == NULL ? 0 : name_own (name);
  go_back (home_fd);
  if (errnum == 0)
    return vn_fd_steal (&netns_fd);
  vn_error_errno (error, code_of (errnum), errnum, "cannot bind a network namespace to " NETNS_FOLDER "/%s", name);
  return -1;
}

int
vn_netns_open (const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (NETNS_FOLDER, name, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  int errnum = errno;
  if (fd < 0)
    vn_error_errno (error, code_of (errnum), errnum, "cannot open the network namespace %s%s", path, cure_of (errnum));
  return fd;
}

void
vn_netns_unname (const char *name)
{
  g_autofree char *path = g_build_filename (NETNS_FOLDER, name, NULL);
  if (umount2 (path, MNT_DETACH) == 0)
    unlink (path);
}
