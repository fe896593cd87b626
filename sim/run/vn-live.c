/* SPDX-License-Identifier: Apache-2.0 */
/* A capture that is written while it goes on.
 *
 * What was captured is given to the sinks and written before the next wait, and the store is emptied. A signal that
 * ends the capture is one more descriptor to wait for, and a reader's going away another, so that no signal is needed
 * to learn of it. The time at which a file has to end bounds the wait. */
#include "sim/run/vn-live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "captures/live/vn-capture.h"
#include "sim/base/vn-error.h"

/* Rings of a point: what comes while another program has the processor has to fit. Few points get more. */
#define RING_MIN_BYTES (2u * 1024 * 1024)
#define RING_MAX_BYTES (8u * 1024 * 1024)
#define RINGS_BYTES (128u * 1024 * 1024)
#define STORE_BYTES (64ull * 1024 * 1024)

typedef struct
{
  const VnLiveSetup *setup;
  VnCapture *capture;
  VnFrameStore *store;
  guint64 n_written;
} Live;

static guint
snaplen_of (const VnLiveSetup *setup)
{
  return setup->snaplen ? setup->snaplen : VN_LIVE_SNAPLEN;
}

static gboolean
for_each_sink (const VnLiveSetup *setup, gboolean (*func) (VnSink *sink, GError **error), GError **error)
{
  for (guint i = 0; i < setup->sinks->len; i++)
    if (!func (g_ptr_array_index (setup->sinks, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
is_full (const Live *live)
{
  return live->setup->max_frames > 0 && live->n_written >= live->setup->max_frames;
}

/* Ends the files whose time has come. */
static gboolean
rotate (Live *live, guint64 unix_ns, GError **error)
{
  for (guint i = 0; i < live->setup->sinks->len; i++)
    {
      VnSink *sink = g_ptr_array_index (live->setup->sinks, i);

      if (vn_sink_is_due (sink, unix_ns) && !(vn_capture_stats (live->capture, error) && vn_sink_next (sink, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_frame (Live *live, const VnFrame *frame, const guint8 *bytes, GError **error)
{
  if (!rotate (live, frame->time_ns, error))
    return FALSE;
  for (guint i = 0; i < live->setup->sinks->len; i++)
    if (!vn_sink_add (g_ptr_array_index (live->setup->sinks, i), frame, bytes, error))
      return FALSE;
  live->n_written++;
  return TRUE;
}

static guint64
now_unix_ns (void)
{
  return (guint64)g_get_real_time () * 1000;
}

/* What the rings hold now. */
static gboolean
take_frames (Live *live, GError **error)
{
  if (vn_capture_drain (live->capture, 0, error) < 0)
    return FALSE;
  vn_frame_store_sort (live->store);
  for (guint i = 0; i < vn_frame_store_len (live->store) && !is_full (live); i++)
    if (!write_frame (live, vn_frame_store_get (live->store, i), vn_frame_store_bytes (live->store, i), error))
      return FALSE;
  vn_frame_store_clear (live->store);
  return rotate (live, now_unix_ns (), error) && for_each_sink (live->setup, vn_sink_flush, error);
}

/* Array of struct pollfd: the signal, the outputs, the rings. */
static GArray *
collect_polls (const Live *live, int signal_fd)
{
  GArray *polls = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  const struct pollfd signal_poll = { .fd = signal_fd, .events = POLLIN };
  const GArray *fds = vn_capture_fds (live->capture);

  g_array_append_val (polls, signal_poll);
  for (guint i = 0; i < live->setup->sinks->len; i++)
    {
      struct pollfd poll_fd = { .fd = vn_sink_fd (g_ptr_array_index (live->setup->sinks, i)) };

      g_array_append_val (polls, poll_fd);
    }
  for (guint i = 0; i < fds->len; i++)
    {
      struct pollfd poll_fd = { .fd = g_array_index (fds, int, i), .events = POLLIN };

      g_array_append_val (polls, poll_fd);
    }
  return polls;
}

static gboolean
is_unread (const Live *live)
{
  for (guint i = 0; i < live->setup->sinks->len; i++)
    if (vn_sink_is_unread (g_ptr_array_index (live->setup->sinks, i)))
      return TRUE;
  return FALSE;
}

/* Until the end of the capture or of a file; -1 = neither has one. */
static int
timeout_msec (const Live *live, VnUsec until)
{
  guint64 now_ns = now_unix_ns ();
  gint64 msec = live->setup->duration == 0 ? G_MAXINT64 : (until - vn_clock_now ()) / 1000 + 1;

  for (guint i = 0; i < live->setup->sinks->len; i++)
    {
      guint64 due_ns = vn_sink_due_ns (g_ptr_array_index (live->setup->sinks, i));

      if (due_ns != G_MAXUINT64)
        msec = MIN (msec, due_ns > now_ns ? (gint64)((due_ns - now_ns) / 1000000 + 1) : 0);
    }
  return msec == G_MAXINT64 ? -1 : (int)CLAMP (msec, 0, G_MAXINT);
}

/* Returns: FALSE when it is time to end. */
static gboolean
wait_for_frames (const Live *live, GArray *polls, VnUsec until)
{
  struct pollfd *fds = (struct pollfd *)(gpointer)polls->data;
  gboolean has_ended = live->setup->duration > 0 && until <= vn_clock_now ();

  if (is_unread (live) || is_full (live) || has_ended)
    return FALSE;
  (void)poll (fds, polls->len, timeout_msec (live, until));
  for (guint i = 1; i <= live->setup->sinks->len; i++)
    if (fds[i].revents & (POLLERR | POLLHUP))
      return FALSE;
  return !(fds[0].revents & POLLIN);
}

static gboolean
capture_frames (Live *live, int signal_fd, GError **error)
{
  g_autoptr (GArray) polls = collect_polls (live, signal_fd);
  VnUsec until = vn_clock_now () + live->setup->duration;

  while (wait_for_frames (live, polls, until))
    if (!take_frames (live, error))
      return FALSE;
  return take_frames (live, error) && vn_capture_stats (live->capture, error);
}

static gboolean
write_whole (Live *live, int signal_fd, GError **error)
{
  const VnLiveSetup *setup = live->setup;

  if (!for_each_sink (setup, vn_sink_begin, error))
    return FALSE;
  if (setup->ready)
    setup->ready (setup->data);
  return capture_frames (live, signal_fd, error) && for_each_sink (setup, vn_sink_finish, error);
}

/* Blocks the signals that end a capture, and SIGPIPE, which would end it before its last words. */
static int
open_signals (GError **error)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  sigset_t set;
  sigemptyset (&set);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaddset (&set, signals[i]);
  int fd = signalfd (-1, &set, SFD_CLOEXEC);
  if (fd < 0)
    vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot wait for signals");
  sigaddset (&set, SIGPIPE);
  sigprocmask (SIG_BLOCK, &set, NULL);
  return fd;
}

static guint
ring_bytes (const VnLiveSetup *setup)
{
  return CLAMP (RINGS_BYTES / MAX (setup->points->len, 1), RING_MIN_BYTES, RING_MAX_BYTES);
}

gboolean
vn_live_run (VnKernel *kernel, const VnLiveSetup *setup, guint64 *ret_frames, GError **error)
{
  g_autoptr (VnFrameStore) store = vn_frame_store_new (STORE_BYTES);
  VN_AUTO_FD signal_fd = open_signals (error);
  g_autoptr (VnCapture) capture = signal_fd < 0
                                      ? NULL
                                      : vn_capture_open (kernel, (GPtrArray *)setup->points, snaplen_of (setup),
                                                         ring_bytes (setup), store, error);
  Live live = { .setup = setup, .capture = capture, .store = store };
  if (!capture || (setup->filter && !vn_capture_set_filter (capture, setup->filter, error)))
    return FALSE;
  gboolean ok = write_whole (&live, signal_fd, error);
  *ret_frames = live.n_written;
  return ok;
}
