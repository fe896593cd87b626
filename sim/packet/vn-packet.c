/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding frames: Ethernet, 802.1Q, ARP, and the way into VXLAN. IP is in vn-packet-ip.c, what it carries in
 * vn-packet-transport.c.
 *
 * Each layer works on a VnSpan, which only shrinks, so the decoder ends and reads nothing outside the captured bytes
 * whatever they hold. VXLAN is entered once: a second tunnel inside stays a UDP datagram. */
#include "sim/packet/vn-packet.h"

#include "sim/packet/vn-packet-layers.h"

#define ETHERNET_SIZE 14
#define VLAN_TAG_SIZE 4
#define ARP_SIZE 28
#define ARP_PREFIX_SIZE 8 /* up to the addresses, whose sizes it gives */
#define VXLAN_SIZE 8
#define VXLAN_FLAG_VNI 0x08 /* RFC 7348, section 5: the VNI is valid */

const VnDecodeOptions VN_DECODE_DEFAULT = { { 4789, 8472 } };

void
vn_decode_options_add (VnDecodeOptions *options, guint16 port)
{
  for (guint i = 0; i < G_N_ELEMENTS (options->vxlan_ports); i++)
    {
      if (options->vxlan_ports[i] == port)
        return;
      if (options->vxlan_ports[i] == 0)
        {
          options->vxlan_ports[i] = port;
          return;
        }
    }
}

void
vn_layer_malformed (VnPacketHeaders *h, const char *problem)
{
  h->malformed = TRUE;
  h->problem = problem;
}

void
vn_layer_too_short (VnPacketHeaders *h, const VnSpan *span, const char *problem)
{
  h->truncated = span->cut;
  h->malformed = !span->cut;
  h->problem = problem;
}

static gboolean
is_vlan_tag (guint16 ethertype)
{
  return ethertype == 0x8100 || ethertype == 0x88a8;
}

static gboolean
decode_vlan_tags (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan tag;
  while (is_vlan_tag (h->ethertype))
    {
      if (!vn_span_take (span, VLAN_TAG_SIZE, &tag))
        {
          vn_layer_too_short (h, span, "802.1Q tag");
          return FALSE;
        }
      if (!(h->layers & VN_HAS_VLAN))
        h->vlan_id = vn_span_u16 (&tag, 0) & 0xfff;
      h->layers |= VN_HAS_VLAN;
      h->ethertype = vn_span_u16 (&tag, 2);
    }
  return TRUE;
}

/* Only ARP for IPv4 over Ethernet (RFC 826: hardware type 1, protocol 0x0800) has a meaning here. */
static void
layer_arp (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan all = *span, arp;
  if (!vn_span_take (span, ARP_PREFIX_SIZE, &arp))
    {
      vn_layer_too_short (h, span, "ARP header");
      return;
    }
  *span = all;
  if (vn_span_u16 (&arp, 0) != 1 || vn_span_u16 (&arp, 2) != 0x0800)
    return;
  if (vn_span_u8 (&arp, 4) != 6 || vn_span_u8 (&arp, 5) != 4)
    {
      vn_layer_malformed (h, "ARP address sizes");
      return;
    }
  if (!vn_span_take (span, ARP_SIZE, &arp))
    {
      vn_layer_too_short (h, span, "ARP header");
      return;
    }
  h->layers |= VN_HAS_ARP;
  h->arp_op = vn_span_u16 (&arp, 6);
  h->arp_sender_mac = vn_span_mac (&arp, 8);
  h->arp_sender_ip = vn_span_ip (&arp, 14, VN_FAMILY_IPV4);
  h->arp_target_mac = vn_span_mac (&arp, 18);
  h->arp_target_ip = vn_span_ip (&arp, 24, VN_FAMILY_IPV4);
}

static VnLayerFunc
layer_of_ethertype (guint16 ethertype)
{
  static const struct
  {
    guint16 ethertype;
    VnLayerFunc decode;
  } LAYERS[] = {
    { 0x0800, vn_layer_ipv4 },
    { 0x0806, layer_arp },
    { 0x86dd, vn_layer_ipv6 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (LAYERS); i++)
    if (LAYERS[i].ethertype == ethertype)
      return LAYERS[i].decode;
  return NULL;
}

static void
layer_ethernet (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan ethernet;
  if (!vn_span_take (span, ETHERNET_SIZE, &ethernet))
    {
      vn_layer_too_short (h, span, "Ethernet header");
      return;
    }
  h->eth_dst = vn_span_mac (&ethernet, 0);
  h->eth_src = vn_span_mac (&ethernet, 6);
  h->ethertype = vn_span_u16 (&ethernet, 12);
  if (!decode_vlan_tags (h, span))
    return;
  VnLayerFunc next = layer_of_ethertype (h->ethertype);
  if (next != NULL)
    next (h, span);
}

static void
set_payload (VnPacketHeaders *h, const VnSpan *span)
{
  h->payload = span->bytes;
  h->payload_size = span->size;
}

static gboolean
is_vxlan (const VnPacketHeaders *h, const VnDecodeOptions *options)
{
  if (!(h->layers & VN_HAS_UDP) || h->dport == 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (options->vxlan_ports); i++)
    if (options->vxlan_ports[i] == h->dport)
      return TRUE;
  return FALSE;
}

/* A datagram to a VXLAN port that is too short or has no valid VNI is some other protocol's, not a broken one.
 * Returns: whether @span now holds an inner frame. */
static gboolean
decode_vxlan (VnPacketHeaders *h, VnSpan *span)
{
  if (span->size < VXLAN_SIZE && span->cut)
    vn_layer_too_short (h, span, "VXLAN header");
  VnSpan vxlan, rest = *span;
  if (!vn_span_take (&rest, VXLAN_SIZE, &vxlan) || !(vn_span_u8 (&vxlan, 0) & VXLAN_FLAG_VNI))
    return FALSE;
  *span = rest;
  h->layers |= VN_HAS_VXLAN;
  h->vni.id = vn_span_u32 (&vxlan, 4) >> 8;
  set_payload (h, span);
  return TRUE;
}

void
vn_packet_decode (const guint8 *bytes, gsize size, const VnDecodeOptions *options, VnPacket *ret)
{
  VnSpan span = { bytes, size, TRUE };
  *ret = (VnPacket){ 0 };
  layer_ethernet (&ret->outer, &span);
  set_payload (&ret->outer, &span);
  if (!is_vxlan (&ret->outer, options) || !decode_vxlan (&ret->outer, &span))
    return;
  ret->has_inner = TRUE;
  layer_ethernet (&ret->inner, &span);
  set_payload (&ret->inner, &span);
}

void
vn_packet_decode_quoted (const guint8 *bytes, gsize size, VnPacketHeaders *ret)
{
  VnSpan span = { bytes, size, TRUE };
  *ret = (VnPacketHeaders){ 0 };
  if (vn_span_u8 (&span, 0) >> 4 == 6)
    vn_layer_ipv6 (ret, &span);
  else
    vn_layer_ipv4 (ret, &span);
  set_payload (ret, &span);
}

const VnPacketHeaders *
vn_packet_innermost (const VnPacket *packet)
{
  return packet->has_inner ? &packet->inner : &packet->outer;
}
