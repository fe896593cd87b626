/* SPDX-License-Identifier: Apache-2.0 */
/* The way of one cell's packet, hop by hop.
 *
 * What passes several devices in one go has one time stamp at all of them, and the store then has them in the order of
 * the capture points. TTL tells a way over routers: it only falls. Within one Ethernet the device that sent a frame
 * comes before those where it arrived, and the device of the end that it is for comes last. */
#include "analysis/judge/vn-hops.h"

#include "analysis/judge/vn-observe.h"
#include "sim/packet/vn-tag.h"

#include <netinet/in.h>

/* ---- order ---- */

typedef struct
{
  const VnEvidence *evidence;
  const char *first, *last; /* nodes that the leg begins and ends at; interned, may be NULL */
} Order;

static guint
node_rank (const Order *order, const VnHopSeen *hop)
{
  const VnCapturePoint *point = g_ptr_array_index (order->evidence->points, hop->point);

  if (point->node == order->first)
    return 0;
  return point->node == order->last ? 2 : 1;
}

static gint
compare_hops (gconstpointer a, gconstpointer b, gpointer data)
{
  const VnHopSeen *x = a, *y = b;
  gint ttl_x = vn_packet_innermost (&x->packet)->ip_ttl, ttl_y = vn_packet_innermost (&y->packet)->ip_ttl;
  gint rank_x, rank_y;

  if (ttl_x != ttl_y)
    return ttl_y - ttl_x;
  if (x->time_ns != y->time_ns)
    return x->time_ns < y->time_ns ? -1 : 1;
  rank_x = (gint)node_rank (data, x);
  rank_y = (gint)node_rank (data, y);
  if (rank_x != rank_y)
    return rank_x - rank_y;
  return x->frame < y->frame ? -1 : 1;
}

/* ---- changes ---- */

static guint32
source_port (const VnPacketHeaders *h)
{
  return h->layers & VN_HAS_ICMP ? h->icmp_id : h->sport;
}

/* An ICMP echo has one number for both directions. */
static guint32
destination_port (const VnPacketHeaders *h)
{
  return h->layers & VN_HAS_ICMP ? h->icmp_id : h->dport;
}

static VnHopChanges
find_changes (const VnHopSeen *before, const VnHopSeen *hop)
{
  const VnPacketHeaders *a = vn_packet_innermost (&before->packet), *b = vn_packet_innermost (&hop->packet);
  guint changes = 0;

  if (!vn_mac_equal (a->eth_src, b->eth_src) || !vn_mac_equal (a->eth_dst, b->eth_dst))
    changes |= VN_CHANGED_ETHERNET;
  if (before->packet.has_inner != hop->packet.has_inner)
    changes |= VN_CHANGED_TUNNEL;
  if (!(a->layers & VN_HAS_IP) || !(b->layers & VN_HAS_IP))
    return (VnHopChanges)changes;
  changes |= a->ip_ttl != b->ip_ttl ? VN_CHANGED_TTL : 0u;
  changes |= vn_ip_equal (a->ip_src, b->ip_src) ? 0u : VN_CHANGED_SRC;
  changes |= vn_ip_equal (a->ip_dst, b->ip_dst) ? 0u : VN_CHANGED_DST;
  changes |= source_port (a) != source_port (b) ? VN_CHANGED_SPORT : 0u;
  changes |= a->dport != b->dport ? VN_CHANGED_DPORT : 0u;
  return (VnHopChanges)changes;
}

/* ---- the way ---- */

static gboolean
is_of_leg (const VnPacket *packet, VnHopLeg leg)
{
  VnTag tag;

  return vn_tag_read (packet, &tag) && tag.kind == (leg == VN_HOP_FORWARD ? VN_TAG_PROBE : VN_TAG_ANSWER);
}

static void
add_hop (GArray *hops, const VnEvidence *evidence, guint index, const VnDecodeOptions *decode, VnHopLeg leg)
{
  const VnFrame *frame = vn_frame_store_get (evidence->store, index);
  VnHopSeen hop = { .point = frame->point, .frame = index, .time_ns = frame->time_ns, .outgoing = frame->outgoing };

  vn_packet_decode (vn_frame_store_bytes (evidence->store, index), frame->caplen, decode, &hop.packet);
  if (is_of_leg (&hop.packet, leg))
    g_array_append_val (hops, hop);
}

GArray *
vn_hops (const VnEvidence *evidence, const GArray *packets, guint cell, VnHopLeg leg)
{
  const VnCell *asked = &g_array_index (evidence->cells, VnCell, cell);
  const char *from = vn_topology_end (evidence->topology, asked->from)->node;
  const char *to = asked->to != VN_NONE ? vn_topology_end (evidence->topology, asked->to)->node : NULL;
  VnDecodeOptions decode = vn_observe_decode_options (evidence->topology);
  Order order = { evidence, leg == VN_HOP_FORWARD ? from : to, leg == VN_HOP_FORWARD ? to : from };
  GArray *hops = g_array_new (FALSE, FALSE, sizeof (VnHopSeen));

  for (guint i = 0; i < packets->len; i++)
    add_hop (hops, evidence, g_array_index (packets, guint, i) - 1, &decode, leg);
  g_array_sort_with_data (hops, compare_hops, &order);
  for (guint i = 1; i < hops->len; i++)
    g_array_index (hops, VnHopSeen, i).changes
        = find_changes (&g_array_index (hops, VnHopSeen, i - 1), &g_array_index (hops, VnHopSeen, i));
  return hops;
}

/* ---- words ---- */

static void add_change (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_change (GString *text, const char *format, ...)
{
  va_list args;

  if (text->len > 0)
    g_string_append (text, ", ");
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

/* "10.0.2.15:40123"; of ICMP the address and its id. */
static char *
endpoint (VnIp ip, const VnPacketHeaders *h, guint32 port)
{
  g_autofree char *address = vn_ip_to_string (ip);
  gboolean is_icmp = (h->layers & VN_HAS_ICMP) != 0;

  if (!is_icmp && !(h->layers & (VN_HAS_TCP | VN_HAS_UDP)))
    return g_steal_pointer (&address);
  return g_strdup_printf (is_icmp ? "%s id %u" : "%s:%u", address, port);
}

static void
describe_addresses (GString *text, VnHopChanges changes, const VnPacketHeaders *a, const VnPacketHeaders *b)
{
  g_autofree char *src_a = endpoint (a->ip_src, a, source_port (a)), *src_b = endpoint (b->ip_src, b, source_port (b));
  g_autofree char *dst_a = endpoint (a->ip_dst, a, destination_port (a));
  g_autofree char *dst_b = endpoint (b->ip_dst, b, destination_port (b));

  if (changes & (VN_CHANGED_SRC | VN_CHANGED_SPORT))
    add_change (text, "source %s → %s", src_a, src_b);
  if (changes & (VN_CHANGED_DST | VN_CHANGED_DPORT))
    add_change (text, "destination %s → %s", dst_a, dst_b);
}

char *
vn_hop_describe (const VnHopSeen *before, const VnHopSeen *hop)
{
  const VnPacketHeaders *a, *b = vn_packet_innermost (&hop->packet);
  GString *text;

  if (before == NULL || hop->changes == 0)
    return NULL;
  a = vn_packet_innermost (&before->packet);
  text = g_string_new (NULL);
  describe_addresses (text, hop->changes, a, b);
  if (hop->changes & VN_CHANGED_TTL)
    add_change (text, "TTL %u → %u", a->ip_ttl, b->ip_ttl);
  if (hop->changes & VN_CHANGED_ETHERNET)
    {
      g_autofree char *src = vn_mac_to_string (b->eth_src), *dst = vn_mac_to_string (b->eth_dst);

      add_change (text, "Ethernet %s → %s", src, dst);
    }
  if (hop->changes & VN_CHANGED_TUNNEL)
    add_change (text, hop->packet.has_inner ? "put into VXLAN %u" : "taken out of VXLAN %u",
                hop->packet.has_inner ? hop->packet.outer.vni.id : before->packet.outer.vni.id);
  return g_string_free (text, FALSE);
}
