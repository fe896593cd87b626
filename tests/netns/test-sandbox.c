/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox from outside: exit statuses, signals, files, and that nothing outlives it. The program itself stays
 * outside; every case forks a child that enters. */
#include "sim/kernel/vn-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-fd.h"

#define DEADLINE_MSEC 10000
#define EXIT_REFUSED 3

/* Runs inside; what it returns is the exit status. */
typedef int (*Body) (int fd);

/* Forks a child that enters the sandbox and runs @body. @fd: for the body. Returns: the outer process. */
static pid_t
start (Body body, int fd)
{
  pid_t pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid > 0)
    return pid;
  g_autoptr (GError) error = NULL;
  if (!vn_sandbox_enter (&error))
    _exit (EXIT_REFUSED);
  _exit (body (fd));
}

static int
exit_status (pid_t pid)
{
  int status = -1;
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static int
run (Body body, int fd)
{
  return exit_status (start (body, fd));
}

static int
return_42 (int fd G_GNUC_UNUSED)
{
  return 42;
}

static int
die_by_segv (int fd G_GNUC_UNUSED)
{
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
  return 0;
}

static int
leave_orphans (int fd G_GNUC_UNUSED)
{
  for (guint i = 0; i < 3; i++)
    if (fork () == 0)
      {
        if (fork () == 0)
          pause ();
        _exit (0);
      }
  for (guint i = 0; i < 3; i++)
    if (wait (NULL) < 0)
      return 1;
  return wait (NULL) == -1 && errno == ECHILD ? 7 : 2; /* the orphans are not ours */
}

static void
test_exit_status (void)
{
  g_assert_cmpint (run (return_42, -1), ==, 42);
  g_assert_cmpint (run (die_by_segv, -1), ==, 128 + SIGSEGV);
  g_assert_cmpint (run (leave_orphans, -1), ==, 7);
}

/* Who one is, and that everything that needs privilege works. */
static int
check_rights (int fd)
{
  struct stat run_folder;
  uid_t uid = (uid_t)-1;
  if (read (fd, &uid, sizeof uid) != sizeof uid || geteuid () != uid)
    return 1;
  if (unshare (CLONE_NEWNET) != 0 || unshare (CLONE_NEWNS) != 0)
    return 2;
  if (stat ("/run/netns", &run_folder) != 0 || access ("/run/netns", W_OK) != 0)
    return 4;
  return getpid () == 2 ? 0 : 5;
}

static void
test_rights (void)
{
  int ends[2];
  uid_t uid = geteuid ();
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_assert_cmpint (write (ends[1], &uid, sizeof uid), ==, sizeof uid);
  g_assert_cmpint (run (check_rights, ends[0]), ==, 0);
  close (ends[0]);
  close (ends[1]);
}

/* What a program gets that is started inside: an ordinary user's keeps the capabilities too. */
static int
exec_privileged (int fd G_GNUC_UNUSED)
{
  return system ("ip link add name probe type bridge >/dev/null 2>&1 && ip netns add probe") == 0 ? 0 : 1;
}

static void
test_exec (void)
{
  g_assert_cmpint (run (exec_privileged, -1), ==, 0);
}

/* The working folder is private to the user; a file in it was opened before. */
static int
use_files (int fd)
{
  if (write (fd, "through fd\n", 11) != 11)
    return 1;
  VN_AUTO_FD by_name = open ("by-name", O_WRONLY | O_CREAT | O_EXCL, 0600);
  return by_name >= 0 && write (by_name, "by name\n", 8) == 8 ? 0 : 2;
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vn-sandbox-XXXXXX", NULL);
  g_autofree char *home = g_get_current_dir ();
  struct stat made;
  g_assert_nonnull (folder);
  g_assert_cmpint (chmod (folder, 0700), ==, 0);
  g_assert_cmpint (chdir (folder), ==, 0);
  int fd = open ("before", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (run (use_files, fd), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), ==, 11);
  g_assert_cmpint (stat ("by-name", &made), ==, 0);
  g_assert_cmpuint (made.st_uid, ==, geteuid ());
  close (fd);
  unlink ("before");
  unlink ("by-name");
  g_assert_cmpint (chdir (home), ==, 0);
  rmdir (folder);
}

/* Says that it runs, then holds its end of the pipe until it dies. A child of its own does the same. */
static int
hold (int fd)
{
  if (fork () == 0)
    {
      pause ();
      _exit (0);
    }
  if (write (fd, "x", 1) != 1)
    return 1;
  pause ();
  return 0;
}

/* Ends with 5 at SIGTERM. */
static void
exit_5 (int signo G_GNUC_UNUSED)
{
  _exit (5);
}

static int
hold_until_term (int fd)
{
  signal (SIGTERM, exit_5);
  return hold (fd);
}

static void
wait_readable (int fd)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
  g_assert_cmpint (poll (&poll_fd, 1, DEADLINE_MSEC), ==, 1);
}

/* Returns: the outer process, once @body runs. *@ret_fd becomes readable with end of file when nobody is left. */
static pid_t
start_holding (Body body, int *ret_fd)
{
  int ends[2];
  char byte;
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  pid_t pid = start (body, ends[1]);
  close (ends[1]);
  wait_readable (ends[0]);
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  *ret_fd = ends[0];
  return pid;
}

static void
assert_all_gone (int fd)
{
  char byte;
  wait_readable (fd);
  g_assert_cmpint (read (fd, &byte, 1), ==, 0);
  close (fd);
}

static void
test_kill_outer (void)
{
  int fd, status;
  pid_t pid = start_holding (hold, &fd);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  assert_all_gone (fd);
}

/* At every moment of the start: from at once to some milliseconds later. */
static void
test_kill_while_starting (void)
{
  for (guint i = 0; i < 60; i++)
    {
      int ends[2], status;
      g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
      pid_t pid = start (hold, ends[1]);
      close (ends[1]);
      VnUsec until = vn_clock_now () + i * 100;
      while (vn_clock_now () < until)
        ;
      kill (pid, SIGKILL);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      char byte;
      while (read (ends[0], &byte, 1) == 1)
        ;
      assert_all_gone (ends[0]);
    }
}

static void
test_signals (void)
{
  int fd;
  pid_t pid = start_holding (hold_until_term, &fd);
  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  g_assert_cmpint (exit_status (pid), ==, 5);
  assert_all_gone (fd);
  pid = start_holding (hold, &fd);
  g_assert_cmpint (kill (pid, SIGINT), ==, 0);
  g_assert_cmpint (exit_status (pid), ==, 128 + SIGINT);
  assert_all_gone (fd);
}

/* One sandbox in another, as a test in a container or a lab in a lab is. */
static int
enter_again (int fd G_GNUC_UNUSED)
{
  return run (return_42, -1);
}

static void
test_nested (void)
{
  g_assert_cmpint (run (enter_again, -1), ==, 42);
}

static int
probe_inside (int fd G_GNUC_UNUSED)
{
  g_autoptr (GPtrArray) capabilities = vn_capabilities_probe (NULL);
  return ((const VnCapability *)capabilities->pdata[0])->found ? 0 : 1;
}

static void
test_capabilities (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) capabilities = vn_capabilities_probe (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (capabilities->len, >=, 10);
  for (guint i = 0; i < capabilities->len; i++)
    {
      const VnCapability *capability = capabilities->pdata[i];
      g_test_message ("%s: %s", capability->name, capability->found ? "found" : capability->detail);
      g_assert_nonnull (capability->option);
      g_assert_true (capability->found || (capability->detail != NULL && capability->cure != NULL));
      g_assert_true (capability->found || !capability->needed);
    }
  g_assert_cmpint (run (probe_inside, -1), ==, 0);
}

static void
assert_no_child (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (run (return_42, -1) == EXIT_REFUSED)
    {
      g_print ("1..0 # SKIP user namespaces: refused\n");
      return 77;
    }
  g_test_add_func ("/sandbox/exit-status", test_exit_status);
  g_test_add_func ("/sandbox/rights", test_rights);
  g_test_add_func ("/sandbox/exec", test_exec);
  g_test_add_func ("/sandbox/files", test_files);
  g_test_add_func ("/sandbox/kill-outer", test_kill_outer);
  g_test_add_func ("/sandbox/kill-while-starting", test_kill_while_starting);
  g_test_add_func ("/sandbox/signals", test_signals);
  g_test_add_func ("/sandbox/nested", test_nested);
  g_test_add_func ("/sandbox/capabilities", test_capabilities);
  int status = g_test_run ();
  assert_no_child ();
  return status;
}
