/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the capture: every frame is decoded once and filed under what it is.
 *
 * A tag leads to its cell through the shots, so that frames of an earlier round, whose shots were replaced, belong to
 * nothing. Frames without a tag are kept only if they are neighbour resolution or a tunnel's datagrams: causes and the
 * checks of L2 population are read from those. */
#include "analysis/judge/vn-observe.h"

#include "sim/model/vn-driver.h"
#include "sim/packet/vn-tag.h"

#define ARP_REQUEST 1
#define ARP_REPLY 2
#define ICMP6_SOLICITATION 135  /* RFC 4861, 4.3 */
#define ICMP6_ADVERTISEMENT 136 /* RFC 4861, 4.4 */

static void
path_free (gpointer data)
{
  VnPath *path = data;

  g_array_unref (path->forward);
  g_array_unref (path->back);
  g_free (path);
}

static VnPath *
path_new (void)
{
  VnPath *path = g_new0 (VnPath, 1);

  path->forward = g_array_new (FALSE, FALSE, sizeof (VnHop));
  path->back = g_array_new (FALSE, FALSE, sizeof (VnHop));
  return path;
}

static GHashTable *
index_tags (const GArray *shots)
{
  GHashTable *by_tag = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < shots->len; i++)
    {
      const VnShot *shot = &g_array_index (shots, VnShot, i);

      if (shot->state == VN_SHOT_SENT)
        g_hash_table_insert (by_tag, GUINT_TO_POINTER (shot->tag), GUINT_TO_POINTER (i));
    }
  return by_tag;
}

/* The ports that the lab's agents use come first, the usual ones fill up. */
VnDecodeOptions
vn_observe_decode_options (const VnTopology *topology)
{
  VnDecodeOptions decode = { { 0 } };

  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);

      if (machine->agent)
        vn_decode_options_add (&decode, vn_vxlan_udp_port (machine->agent));
    }
  for (guint i = 0; i < G_N_ELEMENTS (VN_DECODE_DEFAULT.vxlan_ports); i++)
    if (VN_DECODE_DEFAULT.vxlan_ports[i] != 0)
      vn_decode_options_add (&decode, VN_DECODE_DEFAULT.vxlan_ports[i]);
  return decode;
}

/* Returns: the cell, or VN_NONE. */
static guint
file_tagged (VnObservation *seen, GHashTable *by_tag, const VnTag *tag, const VnHop *hop)
{
  gpointer value;
  guint cell;

  if (tag->kind == VN_TAG_SENTINEL || tag->kind == VN_TAG_SENTINEL_BACK)
    {
      const VnSentinelSeen sentinel = { *hop, tag->kind == VN_TAG_SENTINEL_BACK };

      g_array_append_val (seen->sentinels, sentinel);
      return VN_NONE;
    }
  if (!g_hash_table_lookup_extended (by_tag, GUINT_TO_POINTER (tag->tag), NULL, &value))
    return VN_NONE;
  cell = GPOINTER_TO_UINT (value);
  if (tag->kind == VN_TAG_PROBE)
    g_array_append_val (vn_observation_path (seen, cell)->forward, *hop);
  else if (tag->kind == VN_TAG_ANSWER)
    g_array_append_val (vn_observation_path (seen, cell)->back, *hop);
  return cell;
}

static gboolean
read_neighbour (const VnPacketHeaders *inner, VnNeighbourSeen *ret)
{
  if (inner->layers & VN_HAS_ARP)
    {
      ret->reply = inner->arp_op == ARP_REPLY;
      ret->sender = inner->arp_sender_ip;
      ret->target = inner->arp_target_ip;
      return inner->arp_op == ARP_REQUEST || inner->arp_op == ARP_REPLY;
    }
  if (!(inner->layers & VN_HAS_ICMP) || inner->ip_src.family != VN_FAMILY_IPV6)
    return FALSE;
  ret->reply = inner->icmp_type == ICMP6_ADVERTISEMENT;
  ret->sender = ret->reply ? inner->nd_target : inner->ip_src;
  ret->target = ret->reply ? inner->ip_dst : inner->nd_target;
  return inner->icmp_type == ICMP6_SOLICITATION || inner->icmp_type == ICMP6_ADVERTISEMENT;
}

static void
file_tunnel (VnObservation *seen, const VnPacket *packet, const VnHop *hop, const VnSighting *sighting,
             gboolean is_probe)
{
  const VnTunnelSeen tunnel = {
    .hop = *hop,
    .src = packet->outer.ip_src,
    .dst = packet->outer.ip_dst,
    .sport = packet->outer.sport,
    .dport = packet->outer.dport,
    .ttl = packet->outer.ip_ttl,
    .tos = packet->outer.ip_tos,
    .inner_tos = packet->inner.ip_tos,
    .vni = packet->outer.vni,
    .cell = sighting->cell,
    .is_probe = is_probe,
  };

  g_array_append_val (seen->tunnels, tunnel);
}

static void
observe_frame (VnObservation *seen, const VnFrameStore *store, guint index, GHashTable *by_tag)
{
  const VnFrame *frame = vn_frame_store_get (store, index);
  VnSighting sighting = { VN_NONE, FALSE };
  VnTag tag = { VN_TAG_NONE, 0, FALSE };
  const VnPacketHeaders *inner;
  VnNeighbourSeen neighbour;
  VnPacket packet;
  VnHop hop;

  vn_observation_decode (seen, store, index, &packet);
  inner = vn_packet_innermost (&packet);
  hop = (VnHop){ index, frame->point, frame->outgoing, packet.has_inner, inner->eth_src, inner->eth_dst };
  if (vn_tag_read (&packet, &tag))
    {
      sighting.cell = file_tagged (seen, by_tag, &tag, &hop);
      sighting.answer = tag.kind == VN_TAG_ANSWER;
    }
  else if (read_neighbour (inner, &neighbour))
    {
      neighbour.hop = hop;
      g_array_append_val (seen->neighbours, neighbour);
    }
  if (packet.has_inner)
    file_tunnel (seen, &packet, &hop, &sighting, tag.kind == VN_TAG_PROBE);
  g_array_append_val (seen->sightings, sighting);
}

VnObservation *
vn_observe (const VnEvidence *evidence)
{
  g_autoptr (GHashTable) by_tag = index_tags (evidence->shots);
  VnObservation *seen = g_new0 (VnObservation, 1);

  seen->sightings = g_array_new (FALSE, FALSE, sizeof (VnSighting));
  seen->paths = g_ptr_array_new_with_free_func (path_free);
  seen->sentinels = g_array_new (FALSE, FALSE, sizeof (VnSentinelSeen));
  seen->neighbours = g_array_new (FALSE, FALSE, sizeof (VnNeighbourSeen));
  seen->tunnels = g_array_new (FALSE, FALSE, sizeof (VnTunnelSeen));
  seen->decode = vn_observe_decode_options (evidence->topology);
  for (guint i = 0; i < evidence->cells->len; i++)
    g_ptr_array_add (seen->paths, path_new ());
  for (guint i = 0; i < vn_frame_store_len (evidence->store); i++)
    observe_frame (seen, evidence->store, i, by_tag);
  return seen;
}

void
vn_observation_free (VnObservation *seen)
{
  if (seen == NULL)
    return;
  g_clear_pointer (&seen->sightings, g_array_unref);
  g_ptr_array_unref (seen->paths);
  g_array_unref (seen->sentinels);
  g_array_unref (seen->neighbours);
  g_array_unref (seen->tunnels);
  g_free (seen);
}

const VnPath *
vn_observation_path (const VnObservation *seen, guint cell)
{
  return g_ptr_array_index (seen->paths, cell);
}

void
vn_observation_decode (const VnObservation *seen, const VnFrameStore *store, guint frame, VnPacket *ret)
{
  vn_packet_decode (vn_frame_store_bytes (store, frame), vn_frame_store_get (store, frame)->caplen, &seen->decode, ret);
}

const VnHop *
vn_hops_at (const GArray *hops, guint point, gboolean tunnelled)
{
  for (guint i = 0; point != VN_NONE && i < hops->len; i++)
    {
      const VnHop *hop = &g_array_index (hops, VnHop, i);

      if (hop->point == point && hop->tunnelled == tunnelled)
        return hop;
    }
  return NULL;
}
