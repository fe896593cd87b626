/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding packets: the way from level to level. What a packet starts with is in vn-packet-link.c, ARP in
 * vn-packet-arp.c, IP in vn-packet-ip.c, what it carries in vn-packet-transport.c, tunnels in vn-packet-tunnel.c.
 *
 * Each layer works on a VnSpan, which only shrinks, so the decoder ends and reads nothing outside the captured bytes
 * whatever they hold. Nothing is allocated. */
#include "sim/packet/vn-packet.h"

#include "sim/packet/vn-packet-layers.h"

const VnDecodeOptions VN_DECODE_DEFAULT = { { 4789, 8472 }, { 6081 } };

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
  if (h->problem != NULL)
    return;
  h->malformed = TRUE;
  h->problem = problem;
}

void
vn_layer_too_short (VnPacketHeaders *h, const VnSpan *span, const char *problem)
{
  if (h->problem != NULL)
    return;
  h->truncated = span->cut;
  h->malformed = !span->cut;
  h->problem = problem;
}

void
vn_layer_set_payload (VnPacketHeaders *h, const VnSpan *span)
{
  h->payload = span->bytes;
  h->payload_size = span->size;
  h->payload_wire_size = (guint32)(span->wire == VN_WIRE_UNKNOWN ? span->size : span->wire);
}

static void
decode_level (VnPacketHeaders *h, VnSpan *span, VnFraming link)
{
  *h = (VnPacketHeaders){ .link = link };
  vn_layer_link (h, span, link);
  vn_layer_set_payload (h, span);
}

void
vn_packet_decode_levels (const guint8 *bytes, gsize size, gsize wire_size, VnFraming link,
                         const VnDecodeOptions *options, VnPacketLevels *ret)
{
  VnSpan span = { bytes, size, wire_size > size, MAX (wire_size, size) };

  for (ret->n = 0; ret->n < VN_LEVELS_MAX && link != VN_LINK_NONE;)
    {
      VnPacketHeaders *h = &ret->level[ret->n++];

      decode_level (h, &span, link);
      link = ret->n < VN_LEVELS_MAX ? vn_tunnel_open (h, &span, options) : VN_LINK_NONE;
    }
}

void
vn_packet_decode (const guint8 *bytes, gsize size, const VnDecodeOptions *options, VnPacket *ret)
{
  VnSpan span = { bytes, size, TRUE, VN_WIRE_UNKNOWN };

  *ret = (VnPacket){ 0 };
  decode_level (&ret->outer, &span, VN_LINK_ETHERNET);
  if (vn_tunnel_open_vxlan (&ret->outer, &span, options) == VN_LINK_NONE)
    return;
  ret->has_inner = TRUE;
  decode_level (&ret->inner, &span, VN_LINK_ETHERNET);
}

void
vn_packet_decode_quoted (const guint8 *bytes, gsize size, VnPacketHeaders *ret)
{
  VnSpan span = { bytes, size, TRUE, VN_WIRE_UNKNOWN };

  decode_level (ret, &span, VN_LINK_IP);
}

const VnPacketHeaders *
vn_packet_innermost (const VnPacket *packet)
{
  return packet->has_inner ? &packet->inner : &packet->outer;
}
