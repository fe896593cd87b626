/* SPDX-License-Identifier: Apache-2.0 */
/* The way of one packet as a record: from the judge's hops to names and sentences.
 *
 * Who changed a packet follows from where it was seen: what leaves a device was made so by that device's own node; what
 * arrives at one was made so by the node that it was seen at before. */
#include "analysis/report/vn-trace.h"

#include "analysis/report/vn-report-text.h"

#include <string.h>

static void
hop_free (gpointer data)
{
  VnTraceHop *hop = data;

  g_free (hop->where);
  g_free (hop->description);
  g_free (hop->packet);
  g_free (hop->change);
  g_free (hop->why);
  g_free (hop);
}

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

static const VnCapturePoint *
point_of (const VnEvidence *evidence, const VnHopSeen *hop)
{
  return g_ptr_array_index (evidence->points, hop->point);
}

static char *
why_changed (const VnEvidence *evidence, const VnHopSeen *before, const VnHopSeen *hop, VnHopLeg leg)
{
  const VnHopSeen *by = hop->outgoing ? hop : before;

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (hop->changes & reasons[i].changes)
      return reasons[i].why (point_of (evidence, by)->node, hop, leg);
  return NULL;
}

static VnTraceHop *
hop_new (const VnEvidence *evidence, const GArray *seen, guint index, VnHopLeg leg)
{
  const VnHopSeen *hop = &g_array_index (seen, VnHopSeen, index);
  const VnHopSeen *before = index > 0 ? hop - 1 : NULL;
  const VnCapturePoint *point = point_of (evidence, hop);
  VnTraceHop *made = g_new0 (VnTraceHop, 1);

  made->where = g_strdup (point->name);
  made->description = g_strdup (point->description);
  made->outgoing = hop->outgoing;
  made->after_ns = hop->time_ns - g_array_index (seen, VnHopSeen, 0).time_ns;
  made->frame = hop->frame + 1;
  made->packet = vn_packet_to_string (&hop->packet);
  if (before)
    {
      made->change = vn_hop_describe (before, hop);
      made->why = why_changed (evidence, before, hop, leg);
    }
  return made;
}

static GPtrArray *
leg_new (const VnEvidence *evidence, const GArray *sightings, VnHopLeg leg)
{
  GPtrArray *hops = g_ptr_array_new_with_free_func (hop_free);
  g_autoptr (GArray) seen = vn_hops (evidence, sightings, 0, leg);

  for (guint i = 0; i < seen->len; i++)
    g_ptr_array_add (hops, hop_new (evidence, seen, i, leg));
  return hops;
}

static char *
end_of (const VnRunCell *cell)
{
  g_autofree char *cause = vn_report_cause (&cell->observed_cause);

  if (cell->observed.answered == VN_LEG_YES)
    return g_strdup ("arrived and was answered");
  return g_strdup_printf ("%s%s%s",
                          cell->observed.delivered == VN_LEG_YES ? "arrived, but no answer came back" : "died",
                          cause ? ": " : "", cause ? cause : "");
}

VnTrace *
vn_trace_new (const VnEvidence *evidence, const GArray *sightings, const VnRun *run)
{
  VnTrace *trace = g_new0 (VnTrace, 1);
  const VnRunCell *cell = g_ptr_array_index (run->cells, 0);

  trace->lab = g_strdup (run->lab);
  trace->key = g_strdup (cell->key);
  trace->predicted = cell->predicted;
  trace->observed = cell->observed;
  trace->verdict = cell->verdict;
  trace->end = end_of (cell);
  trace->reasons = g_strdup (cell->reasons);
  for (guint leg = 0; leg < G_N_ELEMENTS (trace->legs); leg++)
    trace->legs[leg] = leg_new (evidence, sightings, (VnHopLeg)leg);
  return trace;
}

void
vn_trace_free (VnTrace *trace)
{
  if (trace == NULL)
    return;
  for (guint leg = 0; leg < G_N_ELEMENTS (trace->legs); leg++)
    g_ptr_array_unref (trace->legs[leg]);
  g_free (trace->lab);
  g_free (trace->key);
  g_free (trace->end);
  g_free (trace->reasons);
  g_free (trace);
}
