/* SPDX-License-Identifier: Apache-2.0 */
/* What the processes around a program in a sandbox do: pass on signals and exit statuses, raise capabilities.
 *
 * What a terminal sends (SI_KERNEL) for a key the whole process group has already; that it was closed it tells the
 * leader of the session alone. */
#include "sim/kernel/vn-sandbox-process.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const int forwarded_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

int
vn_sandbox_raise_ambient (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (syscall (SYS_capget, &header, data) != 0)
    return errno;
  for (gsize i = 0; i < G_N_ELEMENTS (data); i++)
    data[i].inheritable = data[i].permitted;
  if (syscall (SYS_capset, &header, data) != 0)
    return errno;
  for (int cap = 0; cap <= CAP_LAST_CAP && prctl (PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
    if ((data[CAP_TO_INDEX (cap)].permitted & CAP_TO_MASK (cap))
        && prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) != 0)
      return errno;
  return 0;
}

static void
fill_signal_set (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGCHLD);
  for (gsize i = 0; i < G_N_ELEMENTS (forwarded_signals); i++)
    sigaddset (set, forwarded_signals[i]);
}

/* Reaps whatever has ended. Returns: TRUE if @child is among it. */
static gboolean
reap (pid_t child, int *ret_status)
{
  gboolean ended = FALSE;
  for (;;)
    {
      int status;
      pid_t pid = waitpid (-1, &status, WNOHANG);
      if (pid <= 0)
        return ended;
      if (pid != child)
        continue;
      ended = TRUE;
      *ret_status = status;
    }
}

void
vn_sandbox_wait_and_forward (pid_t child)
{
  sigset_t set;
  int status = 0;
  fill_signal_set (&set);
  while (!reap (child, &status))
    {
      siginfo_t info;
      int signo = sigwaitinfo (&set, &info);
      if (signo > 0 && signo != SIGCHLD && (info.si_code != SI_KERNEL || signo == SIGHUP))
        kill (child, signo);
    }
  _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
}

void
vn_sandbox_block_signals (sigset_t *ret_former)
{
  sigset_t set;
  signal (SIGCHLD, SIG_DFL);
  fill_signal_set (&set);
  sigprocmask (SIG_BLOCK, &set, ret_former);
}
