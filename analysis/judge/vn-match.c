/* SPDX-License-Identifier: Apache-2.0 */
/* From the frames of a cell to its two legs.
 *
 * A leg is YES when its frame is seen where it has to arrive. It is NO only when that is certain: the prober says that
 * the way is closed (a sentinel behind the packet came through, or nothing moved any more), or a sentinel was seen at
 * the very hop where the packet was seen last, behind it. Then the path beyond that hop is dead for both, and the
 * packet is not on its way. It stays OPEN when the kernel lost frames at the point that the decision needs. */
#include "analysis/judge/vn-match.h"

#include "sim/packet/vn-dns-question.h"

void
vn_match_clear (VnMatch *match)
{
  g_clear_pointer (&match->doubt, g_free);
}

static void doubt (VnMatch *match, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
doubt (VnMatch *match, const char *format, ...)
{
  va_list args;

  if (match->doubt)
    return;
  va_start (args, format);
  match->doubt = g_strdup_vprintf (format, args);
  va_end (args);
}

/* Whether a sentinel passed where the cell's frame was seen last, behind it. Where a router takes it, that says nothing
 * about what the router sends on. */
static gboolean
sentinel_followed (const VnCase *c, guint cell, gboolean back)
{
  const VnPath *path = vn_observation_path (c->seen, cell);
  const GArray *hops = back ? path->back : path->forward;
  const VnHop *last = hops->len > 0 ? &g_array_index (hops, VnHop, hops->len - 1) : NULL;

  for (guint i = 0; last && !vn_case_is_routed (c, cell) && i < c->seen->sentinels->len; i++)
    {
      const VnSentinelSeen *sentinel = &g_array_index (c->seen->sentinels, VnSentinelSeen, i);

      if (sentinel->back == back && sentinel->hop.frame > last->frame && sentinel->hop.point == last->point
          && sentinel->hop.tunnelled == last->tunnelled && vn_mac_equal (sentinel->hop.src, last->src)
          && vn_mac_equal (sentinel->hop.dst, last->dst))
        return TRUE;
    }
  return FALSE;
}

/* Whether frames that passed @point may be missing from the capture. */
static gboolean
is_lossy (const VnCase *c, guint point, VnMatch *match)
{
  const VnCapturePoint *p = point == VN_NONE ? NULL : vn_places_point (c->places, point);

  if (vn_frame_store_lost (c->evidence->store) > 0)
    doubt (match, "the capture was full: %" G_GUINT64_FORMAT " frames are missing",
           vn_frame_store_lost (c->evidence->store));
  else if (p && p->dropped > 0)
    doubt (match, "the capture at %s lost %" G_GUINT64_FORMAT " frames", p->name, p->dropped);
  else
    return FALSE;
  return TRUE;
}

/* Whether @point is the own device of another end of the sender's domain. */
static gboolean
is_other_end (const VnCase *c, const VnCell *cell, guint point)
{
  guint end = vn_places_end_at (c->places, point);

  return end != VN_NONE && end != cell->from
         && vn_topology_end (c->topology, end)->domain == vn_topology_end (c->topology, cell->from)->domain;
}

/* The first hop by which frames come to a node, or leave it, by any of its devices: behind a router that need not be
 * the one with the address. */
static const VnHop *
hop_of_node (const VnCase *c, const GArray *hops, const char *node, gboolean outgoing)
{
  for (guint i = 0; node && i < hops->len; i++)
    {
      const VnHop *hop = &g_array_index (hops, VnHop, i);
      const VnCapturePoint *point = vn_places_point (c->places, hop->point);

      if (!hop->tunnelled && hop->outgoing == outgoing && point->node == node
          && (vn_case_is_program (c, node) || !vn_case_is_bridge_port (c, node, point->dev)))
        return hop;
    }
  return NULL;
}

const VnHop *
vn_match_delivery (const VnCase *c, guint index)
{
  const VnCell *cell = vn_case_cell (c, index);
  const GArray *hops = vn_observation_path (c->seen, index)->forward;

  if (vn_case_is_routed (c, index))
    return hop_of_node (c, hops, vn_case_target_node (c, index), FALSE);
  if (cell->to != VN_NONE)
    return vn_hops_at (hops, vn_places_end (c->places, cell->to), FALSE);
  for (guint i = 0; i < hops->len; i++)
    {
      const VnHop *hop = &g_array_index (hops, VnHop, i);

      if (!hop->tunnelled && is_other_end (c, cell, hop->point))
        return hop;
    }
  return NULL;
}

/* The first point without a reliable capture that delivery would have shown at, or FALSE. */
static gboolean
is_delivery_lossy (const VnCase *c, const VnCell *cell, VnMatch *match)
{
  if (cell->to != VN_NONE)
    return is_lossy (c, vn_places_end (c->places, cell->to), match);
  for (guint i = 0; i < c->evidence->points->len; i++)
    if (is_other_end (c, cell, i) && is_lossy (c, i, match))
      return TRUE;
  return FALSE;
}

static VnLeg
match_forward (const VnCase *c, guint index, VnMatch *match)
{
  const VnCell *cell = vn_case_cell (c, index);

  if (vn_match_delivery (c, index))
    return VN_LEG_YES;
  if (is_delivery_lossy (c, cell, match))
    return VN_LEG_OPEN;
  if (vn_case_shot (c, index)->forward_closed || sentinel_followed (c, index, FALSE))
    return VN_LEG_NO;
  doubt (match, "no sentinel behind the probe was seen at the hop where it was seen last");
  return VN_LEG_OPEN;
}

guint
vn_match_answerer (const VnCase *c, guint index)
{
  const VnEnd *to = vn_topology_end (c->topology, vn_case_cell (c, index)->to);
  const GArray *hops = vn_observation_path (c->seen, index)->back;

  for (guint i = 0; i < hops->len; i++)
    {
      const VnHop *hop = &g_array_index (hops, VnHop, i);
      guint end = hop->tunnelled ? VN_NONE : vn_places_end_at (c->places, hop->point);

      if (end != VN_NONE && vn_topology_end (c->topology, end)->node == to->node)
        return end;
    }
  return VN_NONE;
}

/* An answer by a twin in an overlapping network reaches the source too: it must have left the destination. */
static gboolean
saw_answer (const VnCase *c, guint index)
{
  const VnCell *cell = vn_case_cell (c, index);
  const GArray *hops = vn_observation_path (c->seen, index)->back;

  if (vn_case_is_routed (c, index))
    return hop_of_node (c, hops, vn_topology_end (c->topology, cell->from)->node, FALSE)
           && hop_of_node (c, hops, vn_case_target_node (c, index), TRUE);
  return vn_hops_at (hops, vn_places_end (c->places, cell->from), FALSE)
         && (vn_places_end (c->places, cell->to) == VN_NONE || vn_match_answerer (c, index) != VN_NONE);
}

/* Whether @ip is an address of the machine that a name is the name of. */
static gboolean
is_address_of (const VnTopology *topology, const VnEnd *named, VnIp ip)
{
  for (guint i = 0; i < topology->ends->len; i++)
    if (vn_topology_end (topology, i)->node == named->node
        && vn_ip_equal (vn_end_address (vn_topology_end (topology, i), ip.family), ip))
      return TRUE;
  return FALSE;
}

/* The resolver's answer came back, and it is right. */
static gboolean
saw_name (const VnCase *c, guint index)
{
  const VnCell *cell = vn_case_cell (c, index);
  const VnHop *hop = hop_of_node (c, vn_observation_path (c->seen, index)->back,
                                  vn_topology_end (c->topology, cell->from)->node, FALSE);
  const VnPacketHeaders *headers;
  VnPacket packet;
  VnIp ip;

  if (!hop || !saw_answer (c, index))
    return FALSE;
  vn_observation_decode (c->seen, c->evidence->store, hop->frame, &packet);
  headers = vn_packet_innermost (&packet);
  return (headers->layers & VN_HAS_UDP) && vn_dns_answer_address (headers->payload, headers->payload_size, &ip)
         && is_address_of (c->topology, vn_topology_end (c->topology, cell->to), ip);
}

/* ARP replies are a kernel's, without a tag: the first one about the address, to the asker, behind the question. */
static gboolean
saw_arp_reply (const VnCase *c, guint index)
{
  const GArray *question = vn_observation_path (c->seen, index)->forward;
  guint from = vn_case_cell (c, index)->from;
  guint asked = question->len > 0 ? g_array_index (question, VnHop, 0).frame : 0;
  VnPacket packet;

  if (question->len == 0)
    return FALSE;
  vn_observation_decode (c->seen, c->evidence->store, asked, &packet);
  for (guint i = 0; i < c->seen->neighbours->len; i++)
    {
      const VnNeighbourSeen *seen = &g_array_index (c->seen->neighbours, VnNeighbourSeen, i);

      if (seen->reply && !seen->hop.tunnelled && seen->hop.point == vn_places_end (c->places, from)
          && vn_ip_equal (seen->sender, vn_packet_innermost (&packet)->arp_target_ip)
          && vn_mac_equal (seen->hop.dst, vn_topology_end (c->topology, from)->mac) && seen->hop.frame > asked)
        return TRUE;
    }
  return FALSE;
}

/* Who answers, by kind of cell; NULL = nobody is asked to. */
static gboolean (*const answer_matchers[VN_N_CELL_KINDS]) (const VnCase *c, guint cell) = {
  [VN_CELL_REACH] = saw_answer, [VN_CELL_ARP_KNOWN] = saw_arp_reply, [VN_CELL_ARP_UNKNOWN] = saw_arp_reply,
  [VN_CELL_DNS] = saw_name,     [VN_CELL_FORWARD] = saw_answer,
};

static VnLeg
match_back (const VnCase *c, guint index, VnLeg delivered, VnMatch *match)
{
  const VnCell *cell = vn_case_cell (c, index);

  if (!answer_matchers[cell->kind])
    return VN_LEG_OPEN;
  if (answer_matchers[cell->kind](c, index))
    return VN_LEG_YES;
  if (delivered != VN_LEG_YES)
    return delivered;
  if (is_lossy (c, vn_places_end (c->places, cell->from), match)
      || is_lossy (c, vn_places_end (c->places, cell->to), match))
    return VN_LEG_OPEN;
  /* Where nobody in particular is asked, no answer's way is there to be closed. */
  if (vn_case_shot (c, index)->backward_closed || cell->to == VN_NONE || sentinel_followed (c, index, TRUE))
    return VN_LEG_NO;
  doubt (match, "no sentinel behind the answer was seen at the hop where it was seen last");
  return VN_LEG_OPEN;
}

void
vn_match_cell (const VnCase *c, guint cell, VnMatch *ret)
{
  const VnOutcome nothing = { VN_LEG_NO, answer_matchers[vn_case_cell (c, cell)->kind] ? VN_LEG_NO : VN_LEG_OPEN };

  *ret = (VnMatch){ nothing, NULL };
  if (vn_case_shot (c, cell)->state != VN_SHOT_SENT)
    return;
  ret->observed.delivered = match_forward (c, cell, ret);
  ret->observed.answered = match_back (c, cell, ret->observed.delivered, ret);
}
