/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of probes while something changes the lab.
 *
 * The caller's thread is busy with the change, so a second one sends and receives. It is given packet sockets, opened
 * for it in the instances' namespaces, and a topology that nobody changes; it shares no more with the first than a
 * moment to end at. The sockets belong to whole namespaces, since an instance that moves gets another interface in the
 * same one.
 *
 *     start ──a few rounds──▶ the caller changes the lab ──stop──▶ some more rounds ──▶ sentinels ──▶ spans
 *
 * The watches take turns, one probe every interval. A probe that was late is not made up for. When the last one is out,
 * a sentinel follows it on each way, which nothing filters: once that has arrived, or nothing arrives any more, what
 * did not arrive never will.
 *
 * Numbers. A flow must not be taken for one that connection tracking remembers of an earlier stream, or of other
 * probes. Its source port, or ICMP id, is that of the tick of the clock at which it begins, a tick being an interval:
 * the kernel forgets unanswered UDP and ICMP after 30 s, which is when the numbers come round at an interval of a
 * millisecond. Neither ports nor ids are those of ordinary probes (vn-probe-frames.h).
 *
 * A lasting flow of UDP has to be answered to become ESTABLISHED, and nobody listens in the instance: the thread sends
 * each datagram back from the receiver's socket, with both ends exchanged, which leaves the checksums as they are. */
#include "sim/probe/vn-stream.h"

#include "sim/base/vn-error.h"
#include "sim/packet/vn-craft.h"
#include "sim/probe/vn-stream-spans.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define LEAD_ROUNDS 4
#define LEAD_USEC 20000 /* answers have come back by then, ARP of the receiver's kernel included */
#define TAIL_USEC 20000
#define QUIET_USEC 20000
#define FRAME_MAX 2048
#define NSEC_PER_USEC 1000
#define PORT_FIRST 10000u /* below VN_PROBE_PORT_MIN */
#define N_PORTS 30000u
#define ID_FIRST 0x8000u /* ordinary probes count from 1 */
#define N_IDS 0x8000u

/* A namespace in which somebody sends or receives. */
typedef struct
{
  const char *node; /* interned */
  int netns_fd;     /* the kernel object's */
  int fd;
} Station;

struct _VnStream
{
  VnTopology *topology;
  GArray *watches;  /* VnWatch */
  GArray *stations; /* Station */
  VnUsec interval;
  VnUsec start;
  GThread *thread;
  GMutex lock;
  GCond led;        /* has_led became TRUE */
  gboolean has_led; /* under lock, as is the next */
  VnUsec end;       /* when to send the last probe; G_MAXINT64 = not yet */
  /* The thread's alone until it is joined. */
  VnCrafter *crafter;
  GArray *shots; /* VnStreamShot; a probe's tag is its index + 1 */
  guint64 number;
  guint64 *lasting;  /* index = watch: the number of its flow */
  guint n_sentinels; /* that are still to arrive */
  VnUsec last_arrival;
  GError *error;
};

static const char *const flow_names[] = { [VN_FLOW_NEW] = "new flows", [VN_FLOW_LASTING] = "lasting flow" };
G_STATIC_ASSERT (G_N_ELEMENTS (flow_names) == VN_N_FLOWS);

const char *
vn_flow_name (VnFlow flow)
{
  g_return_val_if_fail ((guint)flow < VN_N_FLOWS, "");
  return flow_names[flow];
}

gboolean
vn_stream_can_watch (VnKernel *kernel, const VnTopology *topology, const VnWatch *watch)
{
  const VnCell *cell = &watch->cell;
  const VnEnd *from, *to;

  if (cell->kind != VN_CELL_REACH || cell->from == VN_NONE || cell->to == VN_NONE
      || (watch->flow == VN_FLOW_LASTING && cell->protocol == IPPROTO_TCP))
    return FALSE;
  from = vn_topology_end (topology, cell->from);
  to = vn_topology_end (topology, cell->to);
  return from->kind == VN_END_PORT && to->kind == VN_END_PORT && from->node != to->node && from->domain == to->domain
         && vn_ip_is_set (vn_end_address (from, cell->family)) && vn_ip_is_set (vn_end_address (to, cell->family))
         && vn_kernel_node_fd (kernel, from->node) >= 0 && vn_kernel_node_fd (kernel, to->node) >= 0;
}

static const VnWatch *
nth_watch (const VnStream *s, guint i)
{
  return &g_array_index (s->watches, VnWatch, i);
}

static Station *
nth_station (const VnStream *s, guint i)
{
  return &g_array_index (s->stations, Station, i);
}

static Station *
find_station (const VnStream *s, const char *node)
{
  for (guint i = 0; i < s->stations->len; i++)
    if (nth_station (s, i)->node == node)
      return nth_station (s, i);
  return NULL;
}

/* ---- sending ---- */

static GBytes *
make_frame (VnStream *s, guint watch, guint32 tag, GError **error)
{
  const VnCell *cell = &nth_watch (s, watch)->cell;
  const VnEnd *from = vn_topology_end (s->topology, cell->from), *to = vn_topology_end (s->topology, cell->to);
  guint64 number = nth_watch (s, watch)->flow == VN_FLOW_LASTING ? s->lasting[watch] : s->number;
  const VnCraftEnds ends = { .eth_src = from->mac,
                             .eth_dst = to->mac,
                             .src = vn_end_address (from, cell->family),
                             .dst = vn_end_address (to, cell->family),
                             .sport = (guint16)(PORT_FIRST + number % N_PORTS),
                             .dport = cell->port };

  switch (cell->protocol)
    {
    case IPPROTO_UDP:
      return vn_craft_udp (s->crafter, &ends, tag, error);
    case IPPROTO_TCP:
      return vn_craft_syn (s->crafter, &ends, tag, error);
    default:
      return vn_craft_echo_of (s->crafter, &ends, (guint16)(ID_FIRST + number % N_IDS), tag, error);
    }
}

/* Returns: 0 or an errno. */
static int
send_frame (const VnStream *s, const VnEnd *from, GBytes *frame)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (frame, &size);

  return vn_packet_socket_send (find_station (s, from->node)->fd, from->dev, bytes, size);
}

static gboolean
send_probe (VnStream *s, GError **error)
{
  VnStreamShot shot = { .watch = s->shots->len % s->watches->len };
  const VnEnd *from = vn_topology_end (s->topology, nth_watch (s, shot.watch)->cell.from);
  g_autoptr (GBytes) frame = make_frame (s, shot.watch, s->shots->len + 1, error);

  if (!frame)
    return FALSE;
  shot.sent = vn_clock_now ();
  shot.unsent = send_frame (s, from, frame) != 0;
  g_array_append_val (s->shots, shot);
  return TRUE;
}

static gboolean
send_sentinels (VnStream *s, GError **error)
{
  for (guint i = 0; i < s->watches->len; i++)
    {
      const VnCell *cell = &nth_watch (s, i)->cell;
      const VnEnd *from = vn_topology_end (s->topology, cell->from), *to = vn_topology_end (s->topology, cell->to);
      g_autoptr (GBytes) frame = vn_craft_sentinel (s->crafter, from->mac, to->mac, VN_TAG_SENTINEL, i, error);

      if (!frame)
        return FALSE;
      if (send_frame (s, from, frame) == 0)
        s->n_sentinels++;
    }
  return TRUE;
}

/* ---- receiving ---- */

static void
swap (guint8 *a, guint8 *b, gsize size)
{
  guint8 kept[sizeof (((VnIp *)NULL)->b)];

  memcpy (kept, a, size);
  memcpy (a, b, size);
  memcpy (b, kept, size);
}

/* Turns a UDP datagram round. @h: decoded from @frame. */
static void
turn_round (guint8 *frame, const VnPacketHeaders *h)
{
  guint8 *ip = frame + (h->network - frame), *udp = frame + (h->payload - frame) - 8;
  gboolean is_v4 = h->ip_src.family == VN_FAMILY_IPV4;
  gsize size = is_v4 ? 4 : 16;

  swap (frame, frame + 6, 6);
  swap (ip + (is_v4 ? 12 : 8), ip + (is_v4 ? 12 : 8) + size, size);
  swap (udp, udp + 2, 2);
}

static void
take_probe (VnStream *s, const Station *station, const VnPacket *packet, guint32 tag, guint8 *frame, gsize size)
{
  VnStreamShot *shot = tag > 0 && tag <= s->shots->len ? &g_array_index (s->shots, VnStreamShot, tag - 1) : NULL;
  const VnWatch *watch = shot ? nth_watch (s, shot->watch) : NULL;
  const VnEnd *to = shot ? vn_topology_end (s->topology, watch->cell.to) : NULL;

  if (!shot || to->node != station->node)
    return;
  shot->arrived = TRUE;
  if (watch->flow != VN_FLOW_LASTING || watch->cell.protocol != IPPROTO_UDP || !(packet->outer.layers & VN_HAS_UDP))
    return;
  turn_round (frame, &packet->outer);
  vn_packet_socket_send (station->fd, to->dev, frame, size);
}

static void
take_sentinel (VnStream *s, const Station *station, guint32 tag)
{
  if (s->n_sentinels > 0 && tag < s->watches->len
      && vn_topology_end (s->topology, nth_watch (s, tag)->cell.to)->node == station->node)
    s->n_sentinels--;
}

static void
take_frame (VnStream *s, const Station *station, guint8 *frame, gsize size)
{
  static const VnDecodeOptions no_tunnels = { { 0 }, { 0 } };
  VnPacket packet;
  VnTag tag;

  vn_packet_decode (frame, size, &no_tunnels, &packet);
  if (!vn_tag_read (&packet, &tag))
    return;
  s->last_arrival = vn_clock_now ();
  if (tag.kind == VN_TAG_PROBE)
    take_probe (s, station, &packet, tag.tag, frame, size);
  else if (tag.kind == VN_TAG_SENTINEL)
    take_sentinel (s, station, tag.tag);
}

static void
take_frames (VnStream *s, const Station *station)
{
  guint8 frame[FRAME_MAX];
  gssize size;

  while ((size = recv (station->fd, frame, sizeof frame, 0)) > 0)
    take_frame (s, station, frame, (gsize)size);
}

/* Receives until @until, at least what is there. */
static void
receive_until (VnStream *s, VnUsec until)
{
  g_autofree struct pollfd *polls = g_new (struct pollfd, s->stations->len);
  VnUsec left;

  for (guint i = 0; i < s->stations->len; i++)
    polls[i] = (struct pollfd){ nth_station (s, i)->fd, POLLIN, 0 };
  do
    {
      struct timespec timeout = { 0 };

      left = MAX (until - vn_clock_now (), 0);
      timeout.tv_sec = left / G_USEC_PER_SEC;
      timeout.tv_nsec = left % G_USEC_PER_SEC * NSEC_PER_USEC;
      if (ppoll (polls, s->stations->len, &timeout, NULL) <= 0)
        continue;
      for (guint i = 0; i < s->stations->len; i++)
        if (polls[i].revents != 0)
          take_frames (s, nth_station (s, i));
    }
  while (left > 0);
}

/* ---- the thread ---- */

/* Returns: when the stream ends. */
static VnUsec
report (VnStream *s, gboolean has_led)
{
  VnUsec end;

  g_mutex_lock (&s->lock);
  if (has_led && !s->has_led)
    {
      s->has_led = TRUE;
      g_cond_signal (&s->led);
    }
  end = s->end;
  g_mutex_unlock (&s->lock);
  return end;
}

static gboolean
shoot (VnStream *s, GError **error)
{
  VnUsec begin = vn_clock_now (), end = G_MAXINT64;

  for (VnUsec now = begin; now < end; now = vn_clock_now ())
    {
      s->number = MAX (s->number + 1, (guint64)(now / s->interval));
      if (!send_probe (s, error))
        return FALSE;
      receive_until (s, now + s->interval);
      end = report (s, now - begin >= LEAD_USEC && s->shots->len >= LEAD_ROUNDS * s->watches->len);
    }
  return TRUE;
}

static gboolean
settle (VnStream *s, GError **error)
{
  if (!send_sentinels (s, error))
    return FALSE;
  s->last_arrival = vn_clock_now ();
  while (s->n_sentinels > 0 && vn_clock_now () - s->last_arrival < QUIET_USEC)
    receive_until (s, vn_clock_now () + s->interval);
  return TRUE;
}

static gpointer
run (gpointer data)
{
  VnStream *s = data;

  s->number = (guint64)(vn_clock_now () / s->interval);
  for (guint i = 0; i < s->watches->len; i++)
    s->lasting[i] = ++s->number;
  if (shoot (s, &s->error))
    settle (s, &s->error);
  report (s, TRUE);
  return NULL;
}

/* ---- around it ---- */

static void
add_station (VnStream *s, VnKernel *kernel, guint end)
{
  const char *node = vn_topology_end (s->topology, end)->node;
  const Station station = { node, vn_kernel_node_fd (kernel, node), -1 };

  if (!find_station (s, node))
    g_array_append_val (s->stations, station);
}

static gboolean
open_station (gpointer data, GError **error)
{
  Station *station = data;

  station->fd = vn_packet_socket_open_all (station->netns_fd, error);
  return station->fd >= 0;
}

static gboolean
close_station (gpointer data, GError **error G_GNUC_UNUSED)
{
  vn_fd_clear (&((Station *)data)->fd);
  return TRUE;
}

/* Closing waits for the kernel as opening does, and needs no namespace: the thread that does it can be in any. */
static gboolean
for_each_station (VnStream *s, VnNetnsFunc func, GError **error)
{
  g_autofree VnJob *jobs = g_new (VnJob, s->stations->len);

  for (guint i = 0; i < s->stations->len; i++)
    jobs[i] = (VnJob){ nth_station (s, i)->netns_fd, func, nth_station (s, i) };
  return vn_jobs_run (jobs, s->stations->len, error);
}

static void
stream_free (VnStream *s)
{
  for (guint i = 0; i < s->stations->len; i++)
    vn_fd_clear (&nth_station (s, i)->fd);
  g_clear_pointer (&s->crafter, vn_crafter_free);
  g_clear_error (&s->error);
  g_mutex_clear (&s->lock);
  g_cond_clear (&s->led);
  g_array_unref (s->watches);
  g_array_unref (s->stations);
  g_array_unref (s->shots);
  g_free (s->lasting);
  vn_topology_unref (s->topology);
  g_free (s);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnStream, stream_free)

static VnStream *
stream_new (const VnStreamSetup *setup)
{
  VnStream *s = g_new0 (VnStream, 1);

  s->topology = vn_topology_ref ((VnTopology *)setup->topology);
  s->watches = g_array_copy ((GArray *)setup->watches);
  s->stations = g_array_new (FALSE, FALSE, sizeof (Station));
  s->shots = g_array_new (FALSE, FALSE, sizeof (VnStreamShot));
  s->lasting = g_new0 (guint64, s->watches->len);
  s->interval = setup->interval_usec > 0 ? setup->interval_usec : VN_STREAM_INTERVAL_USEC;
  s->end = G_MAXINT64;
  g_mutex_init (&s->lock);
  g_cond_init (&s->led);
  for (guint i = 0; i < s->watches->len; i++)
    {
      add_station (s, setup->kernel, nth_watch (s, i)->cell.from);
      add_station (s, setup->kernel, nth_watch (s, i)->cell.to);
    }
  return s;
}

VnStream *
vn_stream_start (const VnStreamSetup *setup, GError **error)
{
  g_autoptr (VnStream) s = stream_new (setup);

  s->crafter = vn_crafter_new (error);
  if (!s->crafter || !for_each_station (s, open_station, error))
    return NULL;
  if (s->watches->len > 0)
    {
      s->thread = g_thread_try_new ("vn-stream", run, s, error);
      if (!s->thread)
        return NULL;
      g_mutex_lock (&s->lock);
      while (!s->has_led)
        g_cond_wait (&s->led, &s->lock);
      g_mutex_unlock (&s->lock);
    }
  s->start = vn_clock_now ();
  return g_steal_pointer (&s);
}

GArray *
vn_stream_stop (VnStream *stream, VnUsec *ret_change_usec, GError **error)
{
  g_autoptr (VnStream) s = stream;
  VnUsec now = vn_clock_now ();

  if (s->thread)
    {
      g_mutex_lock (&s->lock);
      s->end = now + MAX (TAIL_USEC, LEAD_ROUNDS * (VnUsec)s->watches->len * s->interval);
      g_mutex_unlock (&s->lock);
      g_thread_join (s->thread);
    }
  for_each_station (s, close_station, NULL);
  if (s->error)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&s->error), "watching a change: ");
      return NULL;
    }
  if (ret_change_usec)
    *ret_change_usec = now - s->start;
  return vn_stream_results (s->watches, s->shots, s->start);
}
