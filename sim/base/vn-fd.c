/* SPDX-License-Identifier: Apache-2.0 */
/* A file descriptor with one owner, and the monotonic clock. */
#include "sim/base/vn-fd.h"

#include <errno.h>
#include <unistd.h>

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

VnUsec
vn_clock_now (void)
{
  return g_get_monotonic_time ();
}
