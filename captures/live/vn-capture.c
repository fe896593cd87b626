/* SPDX-License-Identifier: Apache-2.0 */
/* Capture on many interfaces in many namespaces at once.
 *
 * Each point has two libpcap handles, one for what the interface receives and one for what it sends: on an Ethernet
 * interface libpcap does not say for a single frame which of the two it was. A filter in the kernel knows, so that each
 * frame lies in one ring only, and the two halves of the point's buffer cost no more memory than a whole one.
 *
 * Immediate mode makes libpcap use a ring of fixed slots, each as large as the snap length: with a snap length of 512
 * a slot takes about 640 bytes. The interfaces are not made promiscuous, since a veth hands over every frame anyway
 * and a change of the flag would show in the lab's own dumps. Opening and closing a handle waits for RCU grace
 * periods, hence vn_jobs_run(). */
#include "captures/live/vn-capture.h"

#include "sim/base/vn-error.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/socket.h>

#define NS_PER_SEC G_GUINT64_CONSTANT (1000000000)
#define USEC_PER_SEC 1000000
#define SNAPLEN_MAX 2048
/* Frames read from one handle before the next one's turn. */
#define READ_MAX 4096

typedef struct
{
  VnCapture *capture;
  guint point;
  gboolean outgoing;
  int netns_fd; /* the kernel object's */
  pcap_t *pcap;
  guint64 n_lost; /* the store had no room */
} Handle;

struct _VnCapture
{
  GPtrArray *points; /* VnCapturePoint */
  guint snaplen;
  guint buffer_bytes;
  VnFrameStore *store;       /* borrowed */
  GArray *handles;           /* Handle: in, out of point 0, in, out of point 1 … */
  GArray *fds;               /* int, as the handles */
  GArray *polls;             /* struct pollfd, as the handles */
  struct bpf_program filter; /* the user's; empty = all frames */
};

static const VnCapturePoint *
handle_point (const Handle *handle)
{
  return g_ptr_array_index (handle->capture->points, handle->point);
}

static gboolean
set_handle_error (const Handle *handle, const char *what, const char *why, GError **error)
{
  const VnCapturePoint *point = handle_point (handle);

  return vn_error_set (error, VN_ERROR_KERNEL, "%s on %s:%s: %s", what, point->node, point->dev, why);
}

/* In the kernel, so that each frame lies in one ring only, and in libpcap, for what came before the filter was there.
 * pcap_setfilter() would not do: it filters the first frame itself, and does not know directions there. */
static gboolean
set_direction (Handle *handle, GError **error)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_B | BPF_ABS, (guint32)SKF_AD_OFF + SKF_AD_PKTTYPE),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, handle->outgoing ? 0 : 1, handle->outgoing ? 1 : 0),
    BPF_STMT (BPF_RET | BPF_K, handle->capture->snaplen),
    BPF_STMT (BPF_RET | BPF_K, 0),
  };
  const struct sock_fprog program = { G_N_ELEMENTS (code), code };

  if (pcap_setdirection (handle->pcap, handle->outgoing ? PCAP_D_OUT : PCAP_D_IN) != 0)
    return set_handle_error (handle, "setting the direction of a capture", pcap_geterr (handle->pcap), error);
  if (setsockopt (pcap_fileno (handle->pcap), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    return set_handle_error (handle, "setting the filter of a capture", g_strerror (errno), error);
  return TRUE;
}

static void
configure (const Handle *handle)
{
  const VnCapture *capture = handle->capture;

  pcap_set_snaplen (handle->pcap, (int)capture->snaplen);
  pcap_set_buffer_size (handle->pcap, (int)(capture->buffer_bytes / 2));
  pcap_set_immediate_mode (handle->pcap, 1);
  pcap_set_promisc (handle->pcap, 0);
  pcap_set_tstamp_precision (handle->pcap, PCAP_TSTAMP_PRECISION_NANO);
}

static gboolean
open_handle (gpointer data, GError **error)
{
  Handle *handle = data;
  char problem[PCAP_ERRBUF_SIZE] = "";

  handle->pcap = pcap_create (handle_point (handle)->dev, problem);
  if (!handle->pcap)
    return set_handle_error (handle, "opening a capture", problem, error);
  configure (handle);
  if (pcap_activate (handle->pcap) < 0)
    return set_handle_error (handle, "starting a capture", pcap_geterr (handle->pcap), error);
  if (pcap_datalink (handle->pcap) != DLT_EN10MB)
    return set_handle_error (handle, "starting a capture", "not an Ethernet interface", error);
  if (pcap_setnonblock (handle->pcap, 1, problem) != 0)
    return set_handle_error (handle, "starting a capture", problem, error);
  return set_direction (handle, error);
}

static gboolean
close_handle (gpointer data, GError **error G_GNUC_UNUSED)
{
  Handle *handle = data;

  g_clear_pointer (&handle->pcap, pcap_close);
  return TRUE;
}

/* One job for each handle, side by side. */
static gboolean
for_each_handle (VnCapture *capture, VnNetnsFunc func, GError **error)
{
  g_autofree VnJob *jobs = g_new (VnJob, capture->handles->len);

  for (guint i = 0; i < capture->handles->len; i++)
    {
      Handle *handle = &g_array_index (capture->handles, Handle, i);

      jobs[i] = (VnJob){ handle->netns_fd, func, handle };
    }
  return vn_jobs_run (jobs, capture->handles->len, error);
}

static gboolean
add_handles (VnCapture *capture, VnKernel *kernel, guint index, GError **error)
{
  const VnCapturePoint *point = g_ptr_array_index (capture->points, index);
  int netns_fd = vn_kernel_node_fd (kernel, point->node);

  if (netns_fd < 0)
    return vn_error_set (error, VN_ERROR_KERNEL, "opening a capture on %s:%s: there is no such namespace", point->node,
                         point->dev);
  for (guint outgoing = 0; outgoing < 2; outgoing++)
    {
      Handle handle = { capture, index, outgoing == 1, netns_fd, NULL, 0 };

      g_array_append_val (capture->handles, handle);
    }
  return TRUE;
}

static void
collect_fds (VnCapture *capture)
{
  for (guint i = 0; i < capture->handles->len; i++)
    {
      int fd = pcap_get_selectable_fd (g_array_index (capture->handles, Handle, i).pcap);
      struct pollfd poll = { fd, POLLIN, 0 };

      g_array_append_val (capture->fds, fd);
      g_array_append_val (capture->polls, poll);
    }
}

VnCapture *
vn_capture_open (VnKernel *kernel, GPtrArray *points, guint snaplen, guint buffer_bytes, VnFrameStore *store,
                 GError **error)
{
  g_autoptr (VnCapture) capture = g_new0 (VnCapture, 1);

  g_return_val_if_fail (snaplen <= SNAPLEN_MAX && buffer_bytes <= G_MAXINT, NULL);
  capture->points = g_ptr_array_ref (points);
  capture->snaplen = snaplen;
  capture->buffer_bytes = buffer_bytes;
  capture->store = store;
  capture->handles = g_array_new (FALSE, FALSE, sizeof (Handle));
  capture->fds = g_array_new (FALSE, FALSE, sizeof (int));
  capture->polls = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  for (guint i = 0; i < points->len; i++)
    if (!add_handles (capture, kernel, i, error))
      return NULL;
  if (!for_each_handle (capture, open_handle, error))
    return NULL;
  collect_fds (capture);
  return g_steal_pointer (&capture);
}

static gboolean
compile (const char *expression, guint snaplen, struct bpf_program *ret, GError **error)
{
  pcap_t *dead = pcap_open_dead (DLT_EN10MB, (int)snaplen);
  gboolean ok = pcap_compile (dead, ret, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;

  if (!ok)
    vn_error_set (error, VN_ERROR_INPUT, "\"%s\" is no capture filter: %s", expression, pcap_geterr (dead));
  pcap_close (dead);
  return ok;
}

gboolean
vn_capture_check_filter (const char *expression, GError **error)
{
  struct bpf_program program;
  gboolean ok = compile (expression, SNAPLEN_MAX, &program, error);

  if (ok)
    pcap_freecode (&program);
  return ok;
}

/* Not in the kernel, where the filter for the direction is. */
gboolean
vn_capture_set_filter (VnCapture *capture, const char *expression, GError **error)
{
  struct bpf_program program;

  if (!compile (expression, capture->snaplen, &program, error))
    return FALSE;
  if (capture->filter.bf_len > 0)
    pcap_freecode (&capture->filter);
  capture->filter = program;
  return TRUE;
}

static void
store_frame (guint8 *user, const struct pcap_pkthdr *header, const guint8 *bytes)
{
  Handle *handle = (Handle *)user;
  VnFrame frame = {
    /* tv_usec holds nanoseconds, as asked for */
    .time_ns = (guint64)header->ts.tv_sec * NS_PER_SEC + (guint64)header->ts.tv_usec,
    .point = handle->point,
    .outgoing = handle->outgoing,
    .len = header->len,
    .caplen = header->caplen,
  };

  if (handle->capture->filter.bf_len > 0 && pcap_offline_filter (&handle->capture->filter, header, bytes) == 0)
    return;
  if (!vn_frame_store_add (handle->capture->store, &frame, bytes))
    handle->n_lost++;
}

static gint
read_ready (VnCapture *capture, GError **error)
{
  gint n_frames = 0;

  for (guint i = 0; i < capture->handles->len; i++)
    {
      Handle *handle = &g_array_index (capture->handles, Handle, i);
      int n;

      if (g_array_index (capture->polls, struct pollfd, i).revents == 0)
        continue;
      n = pcap_dispatch (handle->pcap, READ_MAX, store_frame, (guint8 *)handle);
      if (n < 0)
        {
          set_handle_error (handle, "reading a capture", pcap_geterr (handle->pcap), error);
          return -1;
        }
      n_frames += n;
    }
  return n_frames;
}

gint
vn_capture_drain (VnCapture *capture, VnUsec timeout_usec, GError **error)
{
  const struct timespec timeout = {
    .tv_sec = timeout_usec / USEC_PER_SEC,
    .tv_nsec = timeout_usec % USEC_PER_SEC * 1000,
  };
  int n = ppoll ((struct pollfd *)capture->polls->data, capture->polls->len, &timeout, NULL);

  if (n < 0 && errno != EINTR)
    {
      vn_error_errno (error, VN_ERROR_KERNEL, errno, "waiting for captured frames");
      return -1;
    }
  return n > 0 ? read_ready (capture, error) : 0;
}

const GArray *
vn_capture_fds (VnCapture *capture)
{
  return capture->fds;
}

gboolean
vn_capture_stats (VnCapture *capture, GError **error)
{
  for (guint i = 0; i < capture->points->len; i++)
    {
      VnCapturePoint *point = g_ptr_array_index (capture->points, i);

      point->received = 0;
      point->dropped = 0;
    }
  for (guint i = 0; i < capture->handles->len; i++)
    {
      const Handle *handle = &g_array_index (capture->handles, Handle, i);
      VnCapturePoint *point = g_ptr_array_index (capture->points, handle->point);
      struct pcap_stat stat;

      if (pcap_stats (handle->pcap, &stat) != 0)
        return set_handle_error (handle, "reading capture statistics", pcap_geterr (handle->pcap), error);
      point->received += stat.ps_recv;
      point->dropped += stat.ps_drop + handle->n_lost;
    }
  return TRUE;
}

void
vn_capture_close (VnCapture *capture)
{
  for_each_handle (capture, close_handle, NULL);
  /* Those whose namespace could not be entered any more. */
  for (guint i = 0; i < capture->handles->len; i++)
    close_handle (&g_array_index (capture->handles, Handle, i), NULL);
  if (capture->filter.bf_len > 0)
    pcap_freecode (&capture->filter);
  g_array_unref (capture->polls);
  g_array_unref (capture->fds);
  g_array_unref (capture->handles);
  g_ptr_array_unref (capture->points);
  g_free (capture);
}
