/* SPDX-License-Identifier: Apache-2.0 */
/* A capture that is written while it goes on.
 *
 * A reader at the other end of a pipe shall see a packet when it passes: so what was captured is written before the
 * next wait, in whole blocks, and the store is emptied. A signal that ends the capture is one more descriptor to wait
 * for, and the reader's going away another, so that no signal is needed to learn of it. */
#include "sim/run/vn-live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "captures/file/vn-pcapng.h"
#include "captures/live/vn-capture.h"
#include "sim/base/vn-error.h"

#define RING_BYTES (2 * 1024 * 1024) /* of each point */
#define STORE_BYTES (64ull * 1024 * 1024)

typedef struct
{
  const VnLiveSetup *setup;
  VnCapture *capture;
  VnFrameStore *store;
  GByteArray *out;
  guint64 n_written, last_ns;
  gboolean is_unread; /* the reader is gone */
} Live;

static guint
snaplen_of (const VnLiveSetup *setup)
{
  return setup->snaplen ? setup->snaplen : VN_LIVE_SNAPLEN;
}

static gboolean
flush (Live *live, GError **error)
{
  for (guint done = 0; done < live->out->len && !live->is_unread;)
    {
      gssize written = write (live->setup->fd, live->out->data + done, live->out->len - done);
      if (written < 0 && errno == EPIPE)
        live->is_unread = TRUE;
      else if (written < 0 && errno != EINTR)
        return vn_error_errno (error, VN_ERROR_IO, errno, "cannot write the capture");
      done += written > 0 ? (guint)written : 0;
    }
  g_byte_array_set_size (live->out, 0);
  return TRUE;
}

static gboolean
is_full (const Live *live)
{
  return live->setup->max_frames > 0 && live->n_written >= live->setup->max_frames;
}

/* What the rings hold now. */
static gboolean
take_frames (Live *live, GError **error)
{
  if (vn_capture_drain (live->capture, 0, error) < 0)
    return FALSE;
  vn_frame_store_sort (live->store);
  for (guint i = 0; i < vn_frame_store_len (live->store) && !is_full (live); i++)
    {
      const VnFrame *frame = vn_frame_store_get (live->store, i);
      vn_pcapng_append_frame (live->out, frame, vn_frame_store_bytes (live->store, i), NULL);
      live->last_ns = MAX (live->last_ns, frame->time_ns);
      live->n_written++;
    }
  vn_frame_store_clear (live->store);
  return flush (live, error);
}

/* Array of struct pollfd: the signal, the output, the rings. */
static GArray *
collect_polls (const Live *live, int signal_fd)
{
  GArray *polls = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  const struct pollfd own[] = { { .fd = signal_fd, .events = POLLIN }, { .fd = live->setup->fd } };
  const GArray *fds = vn_capture_fds (live->capture);
  g_array_append_vals (polls, own, G_N_ELEMENTS (own));
  for (guint i = 0; i < fds->len; i++)
    {
      struct pollfd poll_fd = { .fd = g_array_index (fds, int, i), .events = POLLIN };
      g_array_append_val (polls, poll_fd);
    }
  return polls;
}

/* Returns: FALSE when it is time to end. */
static gboolean
wait_for_frames (const Live *live, GArray *polls, VnUsec until)
{
  struct pollfd *fds = (struct pollfd *)(gpointer)polls->data;
  VnUsec left = until - vn_clock_now ();
  int timeout_msec = live->setup->duration == 0 ? -1 : (int)MIN (left / 1000 + 1, G_MAXINT);
  if (live->is_unread || is_full (live) || (live->setup->duration > 0 && left <= 0))
    return FALSE;
  (void)poll (fds, polls->len, timeout_msec);
  return !(fds[0].revents & POLLIN) && !(fds[1].revents & (POLLERR | POLLHUP));
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
  const VnPcapngInfo info = { "vnetlab " VN_VERSION, setup->comment, snaplen_of (setup) };
  vn_pcapng_append_head (live->out, &info, setup->points, setup->names);
  if (!flush (live, error))
    return FALSE;
  if (setup->ready)
    setup->ready (setup->data);
  if (!capture_frames (live, signal_fd, error))
    return FALSE;
  vn_pcapng_append_tail (live->out, setup->points, live->last_ns);
  return flush (live, error);
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

gboolean
vn_live_run (VnKernel *kernel, const VnLiveSetup *setup, guint64 *ret_frames, GError **error)
{
  g_autoptr (VnFrameStore) store = vn_frame_store_new (STORE_BYTES);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  VN_AUTO_FD signal_fd = open_signals (error);
  g_autoptr (VnCapture) capture = signal_fd < 0 ? NULL
                                                : vn_capture_open (kernel, (GPtrArray *)setup->points,
                                                                   snaplen_of (setup), RING_BYTES, store, error);
  Live live = { .setup = setup, .capture = capture, .store = store, .out = out };
  if (!capture || (setup->filter && !vn_capture_set_filter (capture, setup->filter, error)))
    return FALSE;
  gboolean ok = write_whole (&live, signal_fd, error);
  *ret_frames = live.n_written;
  return ok;
}
