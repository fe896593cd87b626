/* SPDX-License-Identifier: Apache-2.0 */
/* The process that keeps a lab up.
 *
 *     up ──fork──▶ holder (own session, outer process of a sandbox) ──▶ pid 1 ──▶ builder, then keeper
 *      ◀───────────────────── one report through a pipe ───────────────────────────┘
 *
 * Nothing of the terminal is left to the holder: not its session, so that nothing ends when it is closed, and no file.
 * The command that waits learns by the pipe that the lab stands or why it doesn't; an end of file without a report
 * means that the holder died. If that command is gone before, the report can't be written, and SIGPIPE ends the holder
 * and with it the lab: nobody would know of it.
 *
 * Nothing listens anywhere: other commands join the sandbox by the id that the holder leaves in the lab's folder, and
 * `down` is a signal. */
#include "sim/run/vn-holder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/kernel/vn-sandbox-join.h"
#include "sim/kernel/vn-sandbox.h"
#include "sim/run/vn-node-files.h"
#include "sim/run/vn-stage.h"
#include "sim/run/vn-state-lab.h"

#define LOG_FILE "log"
#define STANDS "stands"
#define REPORT_MAX 65536
#define GRACE_USEC (2 * G_USEC_PER_SEC) /* for programs in the lab to end by themselves */
#define STOP_USEC (10 * G_USEC_PER_SEC) /* for the kernel to end them */

/* ---- the report ---- */

/* "stands", or "CODE MESSAGE"; one record, so that half of one is none. */
static void
send_report (int fd, const GError *error)
{
  g_autofree char *text = error ? g_strdup_printf ("%d %s", error->code, error->message) : g_strdup (STANDS);
  const char *at = text;
  for (gsize left = strlen (text) + 1; left > 0;)
    {
      gssize written = write (fd, at, left);
      if (written < 0)
        return;
      at += written;
      left -= (gsize)written;
    }
}

/* NULL if it ended without one. */
static char *
receive_report (int fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char c;
  while (text->len < REPORT_MAX)
    {
      gssize got = read (fd, &c, 1);
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return NULL;
      if (c == '\0')
        return g_strdup (text->str);
      g_string_append_c (text, c);
    }
  return NULL;
}

static gboolean
take_report (const VnState *state, const char *report, GError **error)
{
  char *message;
  if (!report)
    return vn_error_set (error, VN_ERROR_INTERNAL, "the process that was to keep lab \"%s\" ended", state->name);
  if (strcmp (report, STANDS) == 0)
    return TRUE;
  guint64 code = g_ascii_strtoull (report, &message, 10);
  return vn_error_set (error, (VnError)code, "%s", g_strchug (message));
}

/* ---- the holder ---- */

static int
compare_fds (gconstpointer a, gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}

/* A holder that kept what it inherited would keep a reader of the caller's output waiting for its end. */
static void
close_all_but (int *kept, gsize n_kept)
{
  int first = STDERR_FILENO + 1;
  qsort (kept, n_kept, sizeof *kept, compare_fds);
  for (gsize i = 0; i < n_kept; i++)
    {
      if (kept[i] > first)
        close_range ((guint)first, (guint)kept[i] - 1, 0);
      first = MAX (first, kept[i] + 1);
    }
  close_range ((guint)first, G_MAXUINT, 0);
}

/* Returns: FALSE if a stream can't be put in the place of the terminal's. */
static gboolean
leave_terminal (const VnState *state, GError **error)
{
  VN_AUTO_FD nothing = open ("/dev/null", O_RDWR | O_CLOEXEC);
  VN_AUTO_FD log = openat (state->fd, LOG_FILE, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (setsid () < 0 || nothing < 0 || log < 0 || dup2 (nothing, STDIN_FILENO) < 0 || dup2 (log, STDOUT_FILENO) < 0
      || dup2 (log, STDERR_FILENO) < 0 || chdir ("/") != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot leave the terminal");
  return TRUE;
}

/* What other commands need to know of a lab that stands. @file: the whole path. */
static gboolean
record (const VnStage *stage, const VnState *state, char *file, GError **error)
{
  const VnStateFacts facts = { file, g_get_real_time (), vn_tables_count_nodes (stage->tables) };
  return vn_node_files_write (stage->topology, stage->tables, error)
         && vn_state_save_leases (state, VN_STATE_UP, stage->leases, error)
         && vn_state_save_facts (state, &facts, error);
}

static gboolean
build (VnStage *stage, const VnState *state, char *file, GError **error)
{
  return vn_stage_build (stage, error) && vn_stage_follow (stage, stage->first->events, error)
         && vn_stage_wait (stage, error) && vn_stage_lease (stage, error) && vn_stage_verify (stage, error)
         && record (stage, state, file, error);
}

static void
reap_all (void)
{
  while (waitpid (-1, NULL, WNOHANG) > 0)
    continue;
}

/* Until somebody asks for the end. */
static void
keep (const sigset_t *signals)
{
  for (;;)
    {
      int signo = sigwaitinfo (signals, NULL);
      if (signo == SIGCHLD)
        reap_all ();
      if (signo == SIGTERM)
        break;
    }
  vn_sandbox_end_others (GRACE_USEC);
}

static void
block_signals (sigset_t *ret)
{
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
  sigemptyset (ret);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaddset (ret, signals[i]);
  sigprocmask (SIG_BLOCK, ret, NULL);
}

/* In the sandbox. What still stands goes with the sandbox, so nothing is undone one by one. */
static G_GNUC_NORETURN void
build_and_keep (const VnState *state, const VnTopology *topology, char *file, int *report_fd)
{
  g_autoptr (GError) error = NULL;
  VnStage stage;
  sigset_t signals;
  vn_stage_init (&stage, topology);
  stage.is_kept = TRUE;
  gboolean stands = build (&stage, state, file, &error);
  if (stands)
    block_signals (&signals);
  send_report (*report_fd, error);
  vn_fd_clear (report_fd);
  if (stands)
    keep (&signals);
  _exit (stands ? EXIT_SUCCESS : EXIT_FAILURE);
}

static G_GNUC_NORETURN void
run_holder (VnState *state, const VnTopology *topology, int report_fd)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_canonicalize_filename (topology->file, NULL); /* as long as this is the user's folder */
  int kept[] = { state->base_fd, state->fd, state->life_fd, report_fd };
  signal (SIGPIPE, SIG_DFL);
  if (leave_terminal (state, &error) && vn_state_set_holder (state, &error))
    {
      close_all_but (kept, G_N_ELEMENTS (kept));
      if (vn_sandbox_enter (&error))
        build_and_keep (state, topology, file, &report_fd);
    }
  send_report (report_fd, error);
  _exit (EXIT_FAILURE);
}

gboolean
vn_holder_start (VnState *state, const VnTopology *topology, GError **error)
{
  int report[2];
  if (pipe2 (report, O_CLOEXEC) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make a pipe");
  pid_t holder = fork ();
  if (holder == 0)
    run_holder (state, topology, report[1]);
  int errnum = errno;
  VN_AUTO_FD report_fd = report[0];
  vn_fd_clear (&report[1]);
  vn_fd_clear (&state->life_fd);
  if (holder < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errnum, "cannot start a process");
  state->holder = holder;
  g_autofree char *text = receive_report (report_fd);
  if (take_report (state, text, error))
    return TRUE;
  kill (holder, SIGKILL);
  while (waitpid (holder, NULL, 0) < 0 && errno == EINTR)
    continue;
  return FALSE;
}

gboolean
vn_holder_stop (VnState *state, GError **error)
{
  VN_AUTO_FD process = pidfd_open (state->holder, 0);
  if (process >= 0)
    (void)pidfd_send_signal (process, SIGTERM, NULL, 0);
  if (!vn_state_wait_end (state, STOP_USEC) && process >= 0)
    (void)pidfd_send_signal (process, SIGKILL, NULL, 0);
  if (!vn_state_wait_end (state, STOP_USEC))
    return vn_error_set (error, VN_ERROR_KERNEL, "the processes of lab \"%s\" do not end, not even when killed",
                         state->name);
  vn_state_remove (state);
  return TRUE;
}
