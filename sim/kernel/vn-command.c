/* SPDX-License-Identifier: Apache-2.0 */
/* Programs run inside namespaces, several at once.
 *
 * Standard input, output and error are files in memory: no pipe can fill up and block, and the only event to wait for
 * is the end of a process, which a pidfd announces. */
#include "sim/kernel/vn-command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/kernel/vn-spawn.h"

#define PER_PROCESSOR 2
#define MAX_RUNNING 64
/* A restore program takes some ten milliseconds; one that hangs must not hang the lab. */
#define LIMIT_USEC (60 * G_USEC_PER_SEC)
#define MAX_OUTPUT_BYTES (256 * 1024 * 1024)

typedef struct
{
  VnCommand *command;
  pid_t pid;
  int pidfd;
  int streams[VN_N_STREAMS];
  VnUsec deadline;
} Process;

struct _VnCommandRun
{
  VnCommand *commands; /* borrowed */
  gsize n_commands;
  Process processes[MAX_RUNNING];
  guint n_running, limit;
};

static gboolean
write_all (int fd, const char *text, GError **error)
{
  for (gsize left = text ? strlen (text) : 0; left > 0;)
    {
      gssize written = write (fd, text, left);
      if (written < 0)
        return vn_error_errno (error, VN_ERROR_IO, errno, "cannot keep a program's input in memory");
      text += written;
      left -= (gsize)written;
    }
  return lseek (fd, 0, SEEK_SET) == 0 || vn_error_errno (error, VN_ERROR_IO, errno, "cannot rewind a program's input");
}

static gboolean
open_streams (Process *process, const char *input, GError **error)
{
  static const char *const names[VN_N_STREAMS] = { "vn-input", "vn-output", "vn-error" };
  for (gsize i = 0; i < VN_N_STREAMS; i++)
    {
      process->streams[i] = memfd_create (names[i], MFD_CLOEXEC);
      if (process->streams[i] < 0)
        return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make a file in memory");
    }
  return write_all (process->streams[STDIN_FILENO], input, error);
}

/* The whole of a stream; bytes that are not UTF-8 are left to whoever prints it. */
static char *
read_stream (int fd)
{
  off_t size = lseek (fd, 0, SEEK_END);
  if (size <= 0 || size > MAX_OUTPUT_BYTES)
    return g_strdup ("");
  char *text = g_malloc ((gsize)size + 1);
  gssize got = pread (fd, text, (gsize)size, 0);
  text[MAX (got, 0)] = '\0';
  return text;
}

static void
process_clear (Process *process)
{
  vn_fd_clear (&process->pidfd);
  for (gsize i = 0; i < VN_N_STREAMS; i++)
    vn_fd_clear (&process->streams[i]);
}

static gboolean
process_start (Process *process, VnCommand *command)
{
  *process = (Process){ .command = command, .pidfd = -1, .streams = { -1, -1, -1 } };
  VnSpawn spawn = { command->netns_fd, command->argv[0], command->package, command->argv, { -1, -1, -1 }, FALSE };
  if (!open_streams (process, command->input, &command->error))
    return FALSE;
  memcpy (spawn.streams, process->streams, sizeof spawn.streams);
  process->pid = vn_spawn (&spawn, &command->error);
  if (process->pid < 0)
    return FALSE;
  process->pidfd = pidfd_open (process->pid, 0);
  process->deadline = vn_clock_now () + LIMIT_USEC;
  return TRUE;
}

static void
explain (Process *process, int status)
{
  VnCommand *command = process->command;
  g_autofree char *complaint = read_stream (process->streams[STDERR_FILENO]);
  g_strstrip (complaint);
  if (WIFSIGNALED (status))
    vn_error_set (&command->error, VN_ERROR_KERNEL, "%s: ended by signal %d (%s)", command->argv[0], WTERMSIG (status),
                  g_strsignal (WTERMSIG (status)));
  else if (*complaint != '\0')
    vn_error_set (&command->error, VN_ERROR_KERNEL, "%s", complaint);
  else
    vn_error_set (&command->error, VN_ERROR_KERNEL, "%s: exit status %d", command->argv[0], WEXITSTATUS (status));
}

/* Takes the exit status of a process that has ended. */
static void
process_end (Process *process)
{
  int status = 0;
  while (waitpid (process->pid, &status, 0) < 0 && errno == EINTR)
    ;
  process->command->output = read_stream (process->streams[STDOUT_FILENO]);
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
    explain (process, status);
  process_clear (process);
}

/* Blocks until a process has ended, or kills what is over its time. */
static void
wait_for_any (Process *processes, guint n)
{
  struct pollfd fds[MAX_RUNNING];
  VnUsec now = vn_clock_now (), nearest = now + LIMIT_USEC;
  for (guint i = 0; i < n; i++)
    {
      fds[i] = (struct pollfd){ .fd = processes[i].pidfd, .events = POLLIN };
      nearest = MIN (nearest, processes[i].deadline);
      if (processes[i].deadline <= now)
        kill (processes[i].pid, SIGKILL);
    }
  (void)poll (fds, n, (int)(MAX (nearest - now, 0) / 1000) + 1);
}

static gboolean
process_has_ended (const Process *process)
{
  struct pollfd fd = { .fd = process->pidfd, .events = POLLIN };
  return process->pidfd < 0 || poll (&fd, 1, 0) > 0;
}

/* Removes the ended ones. Returns: how many still run. */
static guint
collect (Process *processes, guint n)
{
  guint kept = 0;
  for (guint i = 0; i < n; i++)
    {
      if (process_has_ended (&processes[i]))
        process_end (&processes[i]);
      else
        processes[kept++] = processes[i];
    }
  return kept;
}

static gboolean
succeeded (const VnCommand *command)
{
  return command->output != NULL && command->error == NULL;
}

/* The first command that waits for none, or NULL. */
static VnCommand *
next_command (VnCommand *commands, gsize n_commands)
{
  for (gsize i = 0; i < n_commands; i++)
    if (!commands[i].started && (commands[i].after < 0 || succeeded (&commands[commands[i].after])))
      return &commands[i];
  return NULL;
}

/* A program that computes wants a processor; one that waits for the network wants nothing. */
static guint
running_limit (const VnCommand *commands, gsize n_commands)
{
  if (n_commands > 0 && commands[0].only_waits)
    return MAX_RUNNING;
  return MIN (PER_PROCESSOR * g_get_num_processors (), MAX_RUNNING);
}

static void
start (VnCommandRun *run, VnCommand *command)
{
  Process *process = &run->processes[run->n_running];
  command->started = TRUE;
  if (process_start (process, command))
    run->n_running++;
  else
    process_clear (process);
}

void
vn_command_run_turn (VnCommandRun *run)
{
  VnCommand *command;
  run->n_running = collect (run->processes, run->n_running);
  while (run->n_running < run->limit && (command = next_command (run->commands, run->n_commands)) != NULL)
    start (run, command);
}

VnCommandRun *
vn_command_run_start (VnCommand *commands, gsize n_commands)
{
  VnCommandRun *run = g_new0 (VnCommandRun, 1);
  run->commands = commands;
  run->n_commands = n_commands;
  run->limit = running_limit (commands, n_commands);
  vn_command_run_turn (run);
  return run;
}

gboolean
vn_command_run_finish (VnCommandRun *run)
{
  gboolean ok = TRUE;
  while (run->n_running > 0)
    {
      wait_for_any (run->processes, run->n_running);
      vn_command_run_turn (run);
    }
  for (gsize i = 0; i < run->n_commands; i++)
    ok = ok && succeeded (&run->commands[i]);
  g_free (run);
  return ok;
}

gboolean
vn_commands_run (VnCommand *commands, gsize n_commands)
{
  return vn_command_run_finish (vn_command_run_start (commands, n_commands));
}

void
vn_command_clear (VnCommand *command)
{
  g_clear_pointer (&command->input, g_free);
  g_clear_pointer (&command->output, g_free);
  g_clear_error (&command->error);
}
