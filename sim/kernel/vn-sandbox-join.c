/* SPDX-License-Identifier: Apache-2.0 */
/* Into a sandbox that somebody else keeps.
 *
 * The outer process of a sandbox has unshared everything itself, so its own /proc/PID/ns leads to all of it; only the
 * pid namespace is that of its children. The user namespace comes first: whoever owns it has every capability in it,
 * and those are needed for the rest. A process does not change its own pid namespace by setns(), so one is forked,
 * which dies with its parent: nobody would know of it afterwards.
 *
 *     joining process  --PR_SET_PDEATHSIG-->  child in the sandbox, no child of its pid 1 */
#include "sim/kernel/vn-sandbox-join.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-sandbox-process.h"

static const struct
{
  const char *name;
  int flag;
} namespaces[] = {
  { "user", CLONE_NEWUSER },
  { "mnt", CLONE_NEWNS },
  { "net", CLONE_NEWNET },
  { "pid_for_children", CLONE_NEWPID },
};
#define N_NAMESPACES G_N_ELEMENTS (namespaces)

/* All are opened before the first is entered: /proc is another one behind the mount namespace. */
static gboolean
open_namespaces (pid_t outer, int fds[N_NAMESPACES], GError **error)
{
  for (gsize i = 0; i < N_NAMESPACES; i++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%d/ns/%s", (int)outer, namespaces[i].name);
      fds[i] = open (path, O_RDONLY | O_CLOEXEC);
      if (fds[i] < 0)
        return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot open %s", path);
    }
  return TRUE;
}

static gboolean
enter_namespaces (const int fds[N_NAMESPACES], GError **error)
{
  for (gsize i = 0; i < N_NAMESPACES; i++)
    if (setns (fds[i], namespaces[i].flag) != 0)
      return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot enter the lab's %s namespace", namespaces[i].name);
  return TRUE;
}

static gboolean
join_namespaces (pid_t outer, GError **error)
{
  int fds[N_NAMESPACES] = { -1, -1, -1, -1 };
  g_autofree char *folder = g_get_current_dir ();
  gboolean ok = open_namespaces (outer, fds, error) && enter_namespaces (fds, error);
  for (gsize i = 0; i < N_NAMESPACES; i++)
    vn_fd_clear (&fds[i]);
  if (!ok)
    return FALSE;
  if (chdir (folder) != 0 && chdir ("/") != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot enter the lab's root folder");
  int errnum = vn_sandbox_raise_ambient ();
  return errnum == 0 || vn_error_errno (error, VN_ERROR_KERNEL, errnum, "cannot keep the capabilities in the lab");
}

static gboolean
has_ended (int pidfd)
{
  struct pollfd fd = { .fd = pidfd, .events = POLLIN };
  return poll (&fd, 1, 0) > 0;
}

gboolean
vn_sandbox_join (pid_t outer, GError **error)
{
  VN_AUTO_FD self = pidfd_open (getpid (), 0);
  sigset_t former;
  if (self < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot watch over a process");
  if (!join_namespaces (outer, error))
    return FALSE;
  vn_sandbox_block_signals (&former);
  fflush (NULL);
  pid_t child = fork ();
  if (child > 0)
    vn_sandbox_wait_and_forward (child);
  int errnum = errno;
  sigprocmask (SIG_SETMASK, &former, NULL);
  if (child < 0) /* ENOMEM: pid 1 of the sandbox has ended */
    return vn_error_errno (error, VN_ERROR_KERNEL, errnum, "cannot start a process in the lab");
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || has_ended (self))
    _exit (1);
  return TRUE;
}
