/* SPDX-License-Identifier: Apache-2.0 */
/* The way of each cell's packet into the record: from frames to names and sentences.
 *
 * Who changed a packet follows from where it was seen: what leaves a device was made so by that device's own node; what
 * arrives at one was made so by the node that it was seen at before. */
#include "analysis/judge/vn-record.h"

#include "analysis/judge/vn-hops.h"

#include <string.h>

static char *
why_tunnel (const char *node, const VnHopSeen *hop, VnHopLeg leg G_GNUC_UNUSED)
{
  g_autofree char *to = NULL;

  if (!hop->packet.has_inner)
    return g_strdup_printf ("%s took it out of the tunnel", node);
  to = vn_ip_to_string (hop->packet.outer.ip_dst);
  return g_strdup_printf ("%s put it into VXLAN %u towards %s", node, hop->packet.outer.vni.id, to);
}

static char *
why_source (const char *node, const VnHopSeen *hop G_GNUC_UNUSED, VnHopLeg leg)
{
  return leg == VN_HOP_FORWARD ? g_strdup_printf ("%s put its own address in place of the sender's (NAT)", node)
                               : g_strdup_printf ("%s put back the address that was asked (NAT)", node);
}

static char *
why_destination (const char *node, const VnHopSeen *hop G_GNUC_UNUSED, VnHopLeg leg)
{
  return leg == VN_HOP_FORWARD
             ? g_strdup_printf ("%s passed it on to the guest behind the port (port forwarding)", node)
             : g_strdup_printf ("%s knew whom the answer is for (NAT)", node);
}

static char *
why_routed (const char *node, const VnHopSeen *hop G_GNUC_UNUSED, VnHopLeg leg G_GNUC_UNUSED)
{
  return g_strdup_printf ("%s routed it on to another Ethernet", node);
}

/* The first that applies says it. */
static const struct
{
  guint changes;
  char *(*why) (const char *node, const VnHopSeen *hop, VnHopLeg leg);
} reasons[] = {
  { VN_CHANGED_TUNNEL, why_tunnel },
  { VN_CHANGED_SRC | VN_CHANGED_SPORT, why_source },
  { VN_CHANGED_DST | VN_CHANGED_DPORT, why_destination },
  { VN_CHANGED_TTL | VN_CHANGED_ETHERNET, why_routed },
};

static char *
why_changed (const VnEvidence *evidence, const VnHopSeen *before, const VnHopSeen *hop, VnHopLeg leg)
{
  const VnHopSeen *by = hop->outgoing ? hop : before;
  const VnCapturePoint *point = g_ptr_array_index (evidence->points, by->point);

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (hop->changes & reasons[i].changes)
      return reasons[i].why (point->node, hop, leg);
  return NULL;
}

/* @headers: of the hop before; replaced by this one's. */
static VnRunHop *
hop_new (const VnEvidence *evidence, const GArray *seen, guint index, VnHopLeg leg, char **headers)
{
  const VnHopSeen *hop = &g_array_index (seen, VnHopSeen, index);
  const VnHopSeen *before = index > 0 ? hop - 1 : NULL;
  g_autofree char *lines = vn_packet_to_lines (&hop->packet);
  VnRunHop *made = g_new0 (VnRunHop, 1);

  made->leg = leg;
  made->point = hop->point;
  made->packet = hop->frame + 1;
  made->outgoing = hop->outgoing;
  made->after_ns = (gint64)(hop->time_ns - g_array_index (seen, VnHopSeen, 0).time_ns);
  if (before)
    {
      made->change = vn_hop_describe (before, hop);
      made->why = why_changed (evidence, before, hop, leg);
    }
  if (g_strcmp0 (*headers, lines) == 0)
    return made;
  made->headers = g_strdup (lines);
  g_free (*headers);
  *headers = g_steal_pointer (&lines);
  return made;
}

static void
record_leg (const VnEvidence *evidence, guint index, VnHopLeg leg, VnRunCell *cell)
{
  g_autoptr (GArray) seen = vn_hops (evidence, cell->packets, index, leg);
  g_autofree char *headers = NULL;

  for (guint i = 0; i < seen->len; i++)
    g_ptr_array_add (cell->hops, hop_new (evidence, seen, i, leg, &headers));
}

void
vn_record_hops (const VnEvidence *evidence, VnRun *run)
{
  for (guint i = 0; i < run->cells->len; i++)
    for (guint leg = 0; leg < VN_N_HOP_LEGS; leg++)
      record_leg (evidence, i, (VnHopLeg)leg, g_ptr_array_index (run->cells, i));
}
