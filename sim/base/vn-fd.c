/* SPDX-License-Identifier: Apache-2.0 */
/* A file descriptor with one owner, and the monotonic clock. */
#include "sim/base/vn-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sim/base/vn-error.h"

void
vn_fd_clear (int *fd)
{
  if (*fd < 0)
    return;
  int saved_errno = errno;
  close (*fd);
  *fd = -1;
  errno = saved_errno;
}

int
vn_fd_steal (int *fd)
{
  int stolen = *fd;
  *fd = -1;
  return stolen;
}

/* Descriptors are given out from the lowest free one on. */
gboolean
vn_fd_check_room (guint64 n_fds, const char *what, GError **error)
{
  VN_AUTO_FD lowest_free = open ("/", O_PATH | O_CLOEXEC);
  guint64 needed = n_fds + (guint64)MAX (lowest_free, 0);
  struct rlimit limit;
  if (lowest_free >= 0 && (getrlimit (RLIMIT_NOFILE, &limit) != 0 || needed <= limit.rlim_cur))
    return TRUE;
  return vn_error_set (error, VN_ERROR_UNSUPPORTED,
                       "%s takes %" G_GUINT64_FORMAT " open files, more than this process may have; cure: raise the "
                       "hard limit (as root: ulimit -Hn %" G_GUINT64_FORMAT ")",
                       what, needed, needed);
}

VnUsec
vn_clock_now (void)
{
  return g_get_monotonic_time ();
}
