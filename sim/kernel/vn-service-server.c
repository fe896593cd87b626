/* SPDX-License-Identifier: Apache-2.0 */
/* Starting servers: all at once, and waiting until each of them answers.
 *
 * A server says that its sockets are open by touching a file: dnsmasq writes its process id behind the last of them,
 * busybox httpd reads its configuration behind listen(). So the folder of both files is watched, with what each kind
 * does to its own; and the end of a process before that is its failure, whose words are in its log. What arrives at an
 * open socket is kept for the program, whatever it does meanwhile. */
#include "sim/kernel/vn-service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-spawn.h"

/* A server takes some ten milliseconds; on a machine that is overloaded it may take seconds. */
#define READY_USEC (20 * G_USEC_PER_SEC)

/* What a kind does to its ".ready" file once it answers. */
static const guint32 ready_events[VN_N_SERVICES] = {
  [VN_SERVICE_DNSMASQ] = IN_CLOSE_WRITE,
  [VN_SERVICE_WEB] = IN_CLOSE_NOWRITE,
};

typedef struct
{
  VnKernelOp *op;
  VnServiceRun *run;
  char *ready_file; /* without its folder; NULL once it is ready, or has failed */
} Start;

static void
start_clear (gpointer data)
{
  Start *start = data;
  g_free (start->ready_file);
}

/* Takes @error over. */
static void
fail_with (VnKernelOp *op, GError *error)
{
  vn_kernel_op_fail (op, error->code, 0, error->message);
  g_error_free (error);
}

static gboolean
write_text (const VnKobj *obj, const char *suffix, const char *text, int mode, GError **error)
{
  g_autofree char *path = vn_service_path (obj, suffix);
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, mode, error);
}

/* The page of a web server, and the configuration that it reads when it listens. */
static gboolean
write_web_files (const VnKobj *obj, GError **error)
{
  g_autofree char *folder = vn_service_path (obj, ".www/cgi-bin"), *script = vn_service_web_script (obj);
  if (g_mkdir_with_parents (folder, 0755) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make %s", folder);
  return write_text (obj, ".www/cgi-bin/index.cgi", script, 0755, error) && write_text (obj, ".ready", "", 0644, error);
}

/* Output and errors go to a file that stays for whoever wants to know what a server said. */
static gboolean
open_streams (const VnKobj *obj, int streams[VN_N_STREAMS], GError **error)
{
  g_autofree char *log = vn_service_path (obj, ".log");
  streams[STDIN_FILENO] = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  streams[STDOUT_FILENO] = open (log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  streams[STDERR_FILENO] = streams[STDOUT_FILENO];
  return (streams[STDIN_FILENO] >= 0 && streams[STDOUT_FILENO] >= 0)
         || vn_error_errno (error, VN_ERROR_IO, errno, "cannot open %s", log);
}

static pid_t
spawn_server (VnLinux *linux_kernel, const VnKobj *obj, GError **error)
{
  g_auto (GStrv) argv = vn_service_argv (obj);
  VnSpawn spawn = {
    .netns_fd = vn_linux_node (linux_kernel, obj->node)->netns_fd,
    .program = argv[0],
    .package = vn_service_package (obj->u.service.kind),
    .argv = (const char *const *)argv,
    .streams = { -1, -1, -1 },
    .is_lasting = TRUE,
  };
  pid_t pid = open_streams (obj, spawn.streams, error) ? vn_spawn (&spawn, error) : -1;
  vn_fd_clear (&spawn.streams[STDIN_FILENO]);
  vn_fd_clear (&spawn.streams[STDOUT_FILENO]);
  return pid;
}

static gboolean
start_server (VnLinux *linux_kernel, VnServiceRun *run, GError **error)
{
  if (run->obj.u.service.kind == VN_SERVICE_WEB && !write_web_files (&run->obj, error))
    return FALSE;
  pid_t pid = spawn_server (linux_kernel, &run->obj, error);
  if (pid < 0)
    return FALSE;
  if (!vn_service_run_attach (run, pid))
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot watch process %d", (int)pid);
  g_autofree char *number = g_strdup_printf ("%d\n", (int)pid);
  return write_text (&run->obj, ".pid", number, 0644, error);
}

/* What a server said before it ended, its own name left out: one line. */
static char *
last_words (const VnKobj *obj)
{
  g_autofree char *path = vn_service_path (obj, ".log"), *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL) || *g_strstrip (text) == '\0')
    return g_strdup ("it ended at once and said nothing");
  const char *line = strrchr (text, '\n');
  return g_strdup (line ? line + 1 : text);
}

static void
settle (Start *start, const char *failure)
{
  g_clear_pointer (&start->ready_file, g_free);
  if (failure == NULL)
    {
      start->op->state = VN_OP_DONE;
      return;
    }
  vn_kernel_op_fail (start->op, VN_ERROR_KERNEL, 0, failure);
  vn_service_run_stop (start->run);
}

static void
take_event (GArray *starts, const struct inotify_event *event)
{
  for (guint i = 0; i < starts->len; i++)
    {
      Start *start = &g_array_index (starts, Start, i);
      if (start->ready_file != NULL && event->len > 0 && strcmp (start->ready_file, event->name) == 0
          && (event->mask & ready_events[start->op->obj.u.service.kind]))
        settle (start, NULL);
    }
}

static void
take_events (GArray *starts, int inotify_fd)
{
  char buffer[4096] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  gssize size = read (inotify_fd, buffer, sizeof buffer);
  for (gssize at = 0; at < size;)
    {
      const struct inotify_event *event = (const struct inotify_event *)(gconstpointer)(buffer + at);
      take_event (starts, event);
      at += (gssize)(sizeof *event + event->len);
    }
}

/* Those that were ready are looked at first: one may have answered and ended. */
static void
take_ends (GArray *starts, gboolean is_late)
{
  for (guint i = 0; i < starts->len; i++)
    {
      Start *start = &g_array_index (starts, Start, i);
      if (start->ready_file == NULL || (!is_late && vn_service_run_lives (start->run)))
        continue;
      g_autofree char *words = vn_service_run_lives (start->run) ? g_strdup ("it runs but does not answer")
                                                                 : last_words (&start->run->obj);
      settle (start, words);
    }
}

static gboolean
is_waiting (const GArray *starts)
{
  for (guint i = 0; i < starts->len; i++)
    if (g_array_index (starts, Start, i).ready_file != NULL)
      return TRUE;
  return FALSE;
}

static void
wait_until_ready (GArray *starts, int inotify_fd)
{
  g_autofree struct pollfd *fds = g_new0 (struct pollfd, starts->len + 1);
  VnUsec until = vn_clock_now () + READY_USEC, now;
  while (is_waiting (starts) && (now = vn_clock_now ()) < until)
    {
      fds[0] = (struct pollfd){ .fd = inotify_fd, .events = POLLIN };
      for (guint i = 0; i < starts->len; i++)
        {
          const Start *start = &g_array_index (starts, Start, i);
          fds[i + 1] = (struct pollfd){ .fd = start->ready_file ? start->run->pidfd : -1, .events = POLLIN };
        }
      (void)poll (fds, starts->len + 1, (int)((until - now) / 1000) + 1);
      if (fds[0].revents & POLLIN)
        take_events (starts, inotify_fd);
      take_ends (starts, FALSE);
    }
  take_ends (starts, TRUE);
}

static void
begin (VnLinux *linux_kernel, VnKernelOp *op, GArray *starts)
{
  GError *error = NULL;
  VnServiceRun *run = vn_service_run_new (&op->obj);
  g_autofree char *ready = vn_service_path (&op->obj, ".ready");
  Start start = { op, run, NULL };
  g_ptr_array_add (linux_kernel->services, run);
  if (start_server (linux_kernel, run, &error))
    start.ready_file = g_path_get_basename (ready);
  else
    {
      vn_service_run_stop (run);
      fail_with (op, error);
    }
  g_array_append_val (starts, start);
}

static int
watch_folder (GError **error)
{
  if (g_mkdir_with_parents (VN_SERVICE_FOLDER, 0755) != 0)
    {
      vn_error_errno (error, VN_ERROR_IO, errno, "cannot make %s", VN_SERVICE_FOLDER);
      return -1;
    }
  VN_AUTO_FD fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (fd >= 0 && inotify_add_watch (fd, VN_SERVICE_FOLDER, IN_CLOSE) >= 0)
    return vn_fd_steal (&fd);
  vn_error_errno (error, VN_ERROR_UNSUPPORTED, errno, "cannot watch %s (raise fs.inotify.max_user_instances)",
                  VN_SERVICE_FOLDER);
  return -1;
}

/* What failed is no service. */
static void
forget_failed (VnLinux *linux_kernel, const GArray *starts)
{
  for (guint i = 0; i < starts->len; i++)
    if (g_array_index (starts, Start, i).op->state == VN_OP_FAILED)
      g_ptr_array_remove (linux_kernel->services, g_array_index (starts, Start, i).run);
}

void
vn_servers_start (VnLinux *linux_kernel, GPtrArray *ops)
{
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (Start));
  GError *error = NULL;
  if (ops->len == 0)
    return;
  VN_AUTO_FD inotify_fd = watch_folder (&error);
  if (inotify_fd < 0)
    {
      fail_with (ops->pdata[0], error);
      return;
    }
  g_array_set_clear_func (starts, start_clear);
  for (guint i = 0; i < ops->len; i++)
    begin (linux_kernel, ops->pdata[i], starts);
  wait_until_ready (starts, inotify_fd);
  forget_failed (linux_kernel, starts);
}
