/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring bandwidth limits.
 *
 * Frames leave at four times the limit's rate, so that a limit that is there has to drop or delay most of them; the
 * judge compares what arrived with the rate and the burst. They are small enough for the burst, since a token bucket
 * drops what is larger, however slowly it comes: that is asked by frames of the network's full size, one by one. Real
 * sockets take them in at the other end, so that nobody answers. The capture is drained all the while. */
#include "sim/probe/vn-burst.h"

#include "sim/model/vn-qos.h"
#include "sim/packet/vn-craft.h"
#include "sim/probe/vn-outlet.h"

#include <netinet/in.h>

#define DURATION_USEC 200000
#define OVERLOAD 4
#define FRAMES_MAX 4000
#define FRAME_BYTES_MAX 1000
#define FRAME_BYTES_MIN 60
#define N_FULL 3
#define TURN_USEC 500
#define QUIET_USEC 20000
#define SETTLE_USEC 400000
#define ETHERNET_HEADER_BYTES 14

/* ---- which ---- */

static const VnQosRule *
limit_of (const VnTopology *t, guint end, VnDirection direction)
{
  const VnEnd *e = vn_topology_end (t, end);
  guint policy = e->kind == VN_END_PORT ? vn_port_qos_policy (t, vn_topology_port (t, e->port)) : VN_NONE;

  return policy == VN_NONE ? NULL
                           : vn_qos_rule_find (vn_topology_qos_policy (t, policy), VN_QOS_BANDWIDTH_LIMIT, direction);
}

static VnQosLimit
limit_in_bytes (const VnTopology *t, const VnBurst *burst)
{
  const VnEnd *end = vn_topology_end (t, burst->limited);

  return vn_qos_limit (vn_topology_machine (t, end->machine)->agent, limit_of (t, burst->limited, burst->direction));
}

static void
size_frames (const VnTopology *t, VnBurst *burst)
{
  VnQosLimit limit = limit_in_bytes (t, burst);
  const VnEnd *end = vn_topology_end (t, burst->limited);
  guint64 fitting = limit.burst_bytes * 9 / 10;

  burst->frame_bytes
      = fitting < FRAME_BYTES_MIN || limit.rate_bytes_per_sec == 0 ? 0 : (guint)MIN (fitting, FRAME_BYTES_MAX);
  if (burst->direction == VN_INGRESS)
    burst->full_bytes = vn_topology_network (t, vn_topology_port (t, end->port)->network)->mtu + ETHERNET_HEADER_BYTES;
}

static gboolean
fits (const VnTopology *t, const VnCell *cell, guint end, VnDirection direction)
{
  guint limited = direction == VN_INGRESS ? cell->to : cell->from;
  guint partner = direction == VN_INGRESS ? cell->from : cell->to;

  return cell->kind == VN_CELL_REACH && cell->protocol == IPPROTO_UDP && cell->family == VN_FAMILY_IPV4
         && limited == end && limit_of (t, partner, direction == VN_INGRESS ? VN_EGRESS : VN_INGRESS) == NULL;
}

GArray *
vn_bursts_plan (const VnTopology *t, const GArray *cells, VnBurstReached reached, gpointer data)
{
  GArray *bursts = g_array_new (FALSE, TRUE, sizeof (VnBurst));

  for (guint end = 0; end < t->ends->len; end++)
    for (VnDirection direction = VN_INGRESS; direction <= VN_EGRESS; direction++)
      for (guint i = 0; i < cells->len && limit_of (t, end, direction) != NULL; i++)
        {
          const VnCell *cell = &g_array_index (cells, VnCell, i);
          VnBurst burst = { .cell = i, .from = cell->from, .to = cell->to, .limited = end, .direction = direction };

          if (!fits (t, cell, end, direction) || !reached (i, data))
            continue;
          size_frames (t, &burst);
          g_array_append_val (bursts, burst);
          break;
        }
  return bursts;
}

/* ---- sending ---- */

typedef struct
{
  const VnProbeSetup *setup;
  const VnOutlet *sender;
  VnBurst *burst;
  GBytes *frame; /* borrowed */
} Sending;

static gboolean
drain (const VnProbeSetup *setup, VnUsec timeout, GError **error)
{
  return setup->drain (setup->capture, timeout, error) >= 0;
}

/* Until nothing has come for a while: a token bucket lets go what waited in it. */
static gboolean
settle (const VnProbeSetup *setup, GError **error)
{
  VnUsec start = vn_clock_now (), last = start;

  while (vn_clock_now () - last < QUIET_USEC && vn_clock_now () - start < SETTLE_USEC)
    {
      gint n = setup->drain (setup->capture, TURN_USEC, error);

      if (n < 0)
        return FALSE;
      if (n > 0)
        last = vn_clock_now ();
    }
  return TRUE;
}

static gboolean
send_limited (const Sending *s, guint64 bytes_per_sec, GError **error)
{
  VnUsec start = vn_clock_now (), elapsed = 0;

  for (; elapsed < DURATION_USEC && s->burst->n_sent < FRAMES_MAX; elapsed = vn_clock_now () - start)
    {
      guint64 due = (guint64)elapsed * bytes_per_sec / G_USEC_PER_SEC / s->burst->frame_bytes + 1;

      for (; s->burst->n_sent < MIN (due, FRAMES_MAX); s->burst->n_sent++)
        if (vn_outlet_send (s->sender, s->frame) != 0)
          break;
      if (!drain (s->setup, TURN_USEC, error))
        return FALSE;
    }
  s->burst->duration = elapsed;
  return settle (s->setup, error);
}

static gboolean
send_full (const Sending *s, GError **error)
{
  for (guint i = 0; i < N_FULL; i++)
    {
      if (vn_outlet_send (s->sender, s->frame) == 0)
        s->burst->n_full++;
      if (!settle (s->setup, error))
        return FALSE;
    }
  return TRUE;
}

static GBytes *
make_frame (const VnProbeSetup *setup, const VnCell *cell, const VnShot *shot, guint size_bytes, GError **error)
{
  g_autoptr (VnCrafter) crafter = vn_crafter_new (error);
  const VnEnd *from = vn_topology_end (setup->topology, cell->from);
  VnCraftEnds ends = { .eth_src = from->mac,
                       .eth_dst = shot->next_hop,
                       .src = vn_end_address (from, VN_FAMILY_IPV4),
                       .dst = vn_end_address (vn_topology_end (setup->topology, cell->to), VN_FAMILY_IPV4),
                       .sport = VN_BURST_PORT,
                       .dport = cell->port };

  return crafter != NULL ? vn_craft_udp_filled (crafter, &ends, size_bytes, error) : NULL;
}

static gboolean
send_burst (const VnProbeSetup *setup, const VnOutlets *outlets, const VnCell *cell, const VnShot *shot, VnBurst *burst,
            GError **error)
{
  VnQosLimit limit = limit_in_bytes (setup->topology, burst);
  Sending sending = { setup, vn_outlets_get (outlets, burst->from), burst, NULL };

  if (burst->frame_bytes > 0)
    {
      g_autoptr (GBytes) frame = make_frame (setup, cell, shot, burst->frame_bytes, error);

      sending.frame = frame;
      if (frame == NULL || !send_limited (&sending, limit.rate_bytes_per_sec * OVERLOAD, error))
        return FALSE;
    }
  if (burst->full_bytes > 0)
    {
      g_autoptr (GBytes) frame = make_frame (setup, cell, shot, burst->full_bytes, error);

      sending.frame = frame;
      return frame != NULL && send_full (&sending, error);
    }
  return TRUE;
}

gboolean
vn_bursts_send (const VnProbeSetup *setup, const GArray *cells, const GArray *shots, GArray *bursts, GError **error)
{
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (VnOutlets) outlets = NULL;

  if (bursts->len == 0)
    return TRUE;
  for (guint i = 0; i < bursts->len; i++)
    g_array_append_val (used, g_array_index (cells, VnCell, g_array_index (bursts, VnBurst, i).cell));
  outlets = vn_outlets_open (setup->kernel, setup->topology, setup->points, used, error);
  for (guint i = 0; outlets != NULL && i < bursts->len; i++)
    {
      VnBurst *burst = &g_array_index (bursts, VnBurst, i);

      if (!send_burst (setup, outlets, &g_array_index (cells, VnCell, burst->cell),
                       &g_array_index (shots, VnShot, burst->cell), burst, error))
        return FALSE;
    }
  return outlets != NULL;
}
