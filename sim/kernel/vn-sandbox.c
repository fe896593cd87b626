/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox: user, mount, pid and net namespaces of our own.
 *
 * Three processes come out of it. The outer one is the one that was started; it unshares, so that what it forks lives
 * in the new pid namespace, and then only waits. The first process it forks is pid 1 there: a minimal init, since a pid
 * 1 ignores every signal that it has no handler for and must reap strangers, which would take exit statuses away from a
 * program that waits for children of its own. The program is pid 1's child.
 *
 *     outer  --PR_SET_PDEATHSIG-->  pid 1  --pid namespace-->  program and all that it starts
 *
 * An end of any kind runs along the arrows: the outer process killed, the kernel kills pid 1; pid 1 gone, the kernel
 * kills all in the namespace; no process left, the namespaces with their links and mounts are freed. The other way
 * round, exit statuses are passed on. Between fork and prctl the parent could die unseen (getppid() is 0 over the
 * namespace's border), so a pipe that only the outer process holds open for writing is looked at once after prctl.
 *
 * The maps. An ordinary user may map only itself, and must give up setgroups() for that; its supplementary groups go on
 * counting for access to files. Root wants every id that it has now, since capabilities reach only files whose owner is
 * mapped; that takes a helper that stays outside, for a process that has unshared is no longer privileged over the map.
 */
#include "sim/kernel/vn-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-sandbox-diagnosis.h"
#include "sim/kernel/vn-sandbox-process.h"

/* The outer process's and pid 1's ends of the two pipes. */
typedef struct
{
  int report[2]; /* pid 1 writes a VnSandboxFailure, or nothing */
  int alive[2];  /* never written; end of file = the outer process is gone */
} Pipes;

static gboolean
fail (VnSandboxFailure *ret, VnSandboxStep step, int errnum)
{
  *ret = (VnSandboxFailure){ step, errnum };
  return FALSE;
}

/* Returns: 0 or an errno. One write: the kernel takes a map only as a whole. */
static int
write_file (const char *path, const char *text)
{
  VN_AUTO_FD fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    return errno;
  return 0;
}

static int
map_self (uid_t uid, gid_t gid)
{
  char uid_map[64], gid_map[64];
  g_snprintf (uid_map, sizeof uid_map, "%u %u 1\n", uid, uid);
  g_snprintf (gid_map, sizeof gid_map, "%u %u 1\n", gid, gid);
  int err = write_file ("/proc/self/setgroups", "deny");
  if (err == 0)
    err = write_file ("/proc/self/uid_map", uid_map);
  if (err == 0)
    err = write_file ("/proc/self/gid_map", gid_map);
  return err;
}

/* The ids of the namespace we are in, each mapped to itself: of "inside outside count" the first and the third. */
static char *
identity_map (const char *path)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *map = g_string_new (NULL);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      guint inside, outside, count;
      if (sscanf (lines[i], "%u %u %u", &inside, &outside, &count) == 3)
        g_string_append_printf (map, "%u %u %u\n", inside, inside, count);
    }
  return g_string_free (map, FALSE);
}

static int
write_identity_map (pid_t pid, const char *name)
{
  g_autofree char *source = g_strdup_printf ("/proc/self/%s", name);
  g_autofree char *target = g_strdup_printf ("/proc/%d/%s", (int)pid, name);
  g_autofree char *map = identity_map (source);
  return map ? write_file (target, map) : ENOENT;
}

/* In the helper: waits until @pid has unshared, then maps it. */
static G_GNUC_NORETURN void
run_map_helper (pid_t pid, int unshared_fd)
{
  char byte;
  if (read (unshared_fd, &byte, 1) != 1)
    _exit (EPIPE);
  int err = write_identity_map (pid, "uid_map");
  if (err == 0)
    err = write_identity_map (pid, "gid_map");
  _exit (err);
}

static int
wait_for_helper (pid_t helper)
{
  int status;
  while (waitpid (helper, &status, 0) < 0)
    if (errno != EINTR)
      return errno;
  return WIFEXITED (status) ? WEXITSTATUS (status) : EINTR;
}

/* Unshares the user namespace and maps every id. Root without the right to (in a container) maps itself alone. */
static gboolean
enter_user_ns_as_root (VnSandboxFailure *ret)
{
  int unshared[2];
  pid_t self = getpid ();
  if (pipe2 (unshared, O_CLOEXEC) != 0)
    return fail (ret, VN_SANDBOX_ID_MAP, errno);
  VN_AUTO_FD read_end = unshared[0];
  VN_AUTO_FD write_end = unshared[1];
  pid_t helper = fork ();
  if (helper < 0)
    return fail (ret, VN_SANDBOX_FORK, errno);
  if (helper == 0)
    {
      vn_fd_clear (&write_end);
      run_map_helper (self, read_end);
    }
  gid_t gid = getegid ();
  int unshare_errnum = unshare (CLONE_NEWUSER) == 0 ? 0 : errno;
  if (unshare_errnum == 0 && write (write_end, "", 1) != 1)
    unshare_errnum = errno;
  vn_fd_clear (&write_end);
  int map_errnum = wait_for_helper (helper);
  if (unshare_errnum != 0)
    return fail (ret, VN_SANDBOX_USER_NS, unshare_errnum);
  if (map_errnum == EPERM)
    map_errnum = map_self (0, gid);
  return map_errnum == 0 || fail (ret, VN_SANDBOX_ID_MAP, map_errnum);
}

static gboolean
enter_user_ns_as_user (VnSandboxFailure *ret)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  if (unshare (CLONE_NEWUSER) != 0)
    return fail (ret, VN_SANDBOX_USER_NS, errno);
  int err = map_self (uid, gid);
  return err == 0 || fail (ret, VN_SANDBOX_ID_MAP, err);
}

static gboolean
become_able (VnSandboxFailure *ret)
{
  int errnum = vn_sandbox_raise_ambient ();
  return errnum == 0 || fail (ret, VN_SANDBOX_AMBIENT, errnum);
}

/* One call each, so that a refusal has a name. */
static gboolean
unshare_others (VnSandboxFailure *ret)
{
  static const struct
  {
    int flag;
    VnSandboxStep step;
  } namespaces[] = {
    { CLONE_NEWNS, VN_SANDBOX_MOUNT_NS },
    { CLONE_NEWNET, VN_SANDBOX_NET_NS },
    { CLONE_NEWPID, VN_SANDBOX_PID_NS },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (namespaces); i++)
    if (unshare (namespaces[i].flag) != 0)
      return fail (ret, namespaces[i].step, errno);
  return TRUE;
}

/* /run alone is covered: lock files, `ip netns` names and pid files go there, and the rest of the files stays visible.
 * It is shared, so that a mount namespace that a command gets learns of nodes that come later. */
static gboolean
mount_run (VnSandboxFailure *ret)
{
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0
      || mount (NULL, "/run", NULL, MS_SHARED, NULL) != 0 || mkdir ("/run/netns", 0755) != 0
      || mkdir ("/run/lock", 0755) != 0)
    return fail (ret, VN_SANDBOX_MOUNT, errno);
  return TRUE;
}

/* Where /proc can't be mounted since parts of the present one are hidden, the present one serves if it can be written.
 */
static gboolean
mount_proc (VnSandboxFailure *ret)
{
  if (mount ("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
    return TRUE;
  if (faccessat (AT_FDCWD, "/proc/sys/net/ipv4/ip_forward", W_OK, AT_EACCESS) == 0)
    return TRUE;
  return fail (ret, VN_SANDBOX_PROC, errno);
}

static gboolean
outer_is_gone (int alive_fd)
{
  struct pollfd poll_fd = { .fd = alive_fd, .events = POLLIN };
  return poll (&poll_fd, 1, 0) > 0 && (poll_fd.revents & POLLHUP);
}

static G_GNUC_NORETURN void
report_and_exit (int report_fd, const VnSandboxFailure *failure)
{
  gssize written = write (report_fd, failure, sizeof *failure);
  _exit (written == sizeof *failure ? 0 : 1);
}

/* pid 1. Comes back in the program's process only. */
static void
run_init (Pipes *pipes, const sigset_t *program_mask)
{
  VnSandboxFailure failure;
  vn_fd_clear (&pipes->report[0]);
  vn_fd_clear (&pipes->alive[1]);
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || outer_is_gone (pipes->alive[0]))
    _exit (1);
  if (!mount_proc (&failure))
    report_and_exit (pipes->report[1], &failure);
  pid_t program = fork ();
  if (program < 0)
    {
      fail (&failure, VN_SANDBOX_FORK, errno);
      report_and_exit (pipes->report[1], &failure);
    }
  vn_fd_clear (&pipes->report[1]);
  vn_fd_clear (&pipes->alive[0]);
  if (program > 0)
    vn_sandbox_wait_and_forward (program);
  sigprocmask (SIG_SETMASK, program_mask, NULL);
}

/* The outer process: comes back only if pid 1 could not start the program. */
static gboolean
watch_init (Pipes *pipes, pid_t init, VnSandboxFailure *ret)
{
  vn_fd_clear (&pipes->report[1]);
  vn_fd_clear (&pipes->alive[0]);
  gssize got;
  do
    got = read (pipes->report[0], ret, sizeof *ret);
  while (got < 0 && errno == EINTR);
  if (got != sizeof *ret)
    vn_sandbox_wait_and_forward (init);
  wait_for_helper (init);
  return FALSE;
}

static gboolean
start_init (VnSandboxFailure *ret)
{
  Pipes pipes = { { -1, -1 }, { -1, -1 } };
  sigset_t former;
  if (pipe2 (pipes.report, O_CLOEXEC) != 0 || pipe2 (pipes.alive, O_CLOEXEC) != 0)
    return fail (ret, VN_SANDBOX_FORK, errno);
  vn_sandbox_block_signals (&former);
  fflush (NULL);
  pid_t init = fork ();
  if (init == 0)
    {
      run_init (&pipes, &former);
      return TRUE;
    }
  if (init < 0)
    fail (ret, VN_SANDBOX_FORK, errno);
  else
    watch_init (&pipes, init, ret);
  sigprocmask (SIG_SETMASK, &former, NULL);
  for (gsize i = 0; i < 2; i++)
    {
      vn_fd_clear (&pipes.report[i]);
      vn_fd_clear (&pipes.alive[i]);
    }
  return FALSE;
}

gboolean
vn_sandbox_try (VnSandboxFailure *ret)
{
  gboolean has_user_ns = geteuid () == 0 ? enter_user_ns_as_root (ret) : enter_user_ns_as_user (ret);
  return has_user_ns && become_able (ret) && unshare_others (ret) && mount_run (ret) && start_init (ret);
}

gboolean
vn_sandbox_enter (GError **error)
{
  VnSandboxFailure failure;
  VnSandboxFacts facts = vn_sandbox_facts_read (); /* before: a new user namespace has limits of its own */
  if (vn_sandbox_try (&failure))
    return TRUE;
  VnSandboxDiagnosis diagnosis = vn_sandbox_diagnose (failure.step, failure.errnum, &facts);
  return vn_error_set (error, VN_ERROR_UNSUPPORTED, "cannot %s: %s: %s; cure: %s", vn_sandbox_step_name (failure.step),
                       g_strerror (failure.errnum), diagnosis.reason, diagnosis.cure);
}
