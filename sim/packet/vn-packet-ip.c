/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200). */
#include "sim/packet/vn-packet-layers.h"

#include <netinet/in.h>

#define IPV4_MIN_SIZE 20
#define IPV6_SIZE 40
#define EXTENSION_MIN_SIZE 8
#define IPV4_DONT_FRAGMENT 0x4000
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET_MASK 0x1fff
#define IPV6_MORE_FRAGMENTS 1

/* Where the datagram ends as its length field says; a capture can hold an Ethernet trailer behind it. A length of 0
 * stands in captures of segments that the sending kernel had not cut yet. One that reaches beyond the frame is said,
 * and what is there is read. */
static gboolean
limit_to_datagram (VnPacketHeaders *h, VnSpan *span, guint total_size, guint header_size)
{
  gboolean is_possible = total_size == 0 || total_size >= header_size;

  if (!is_possible || (total_size > 0 && !vn_span_limit (span, total_size - header_size)))
    vn_layer_malformed (h, "IP length");
  h->network_size = header_size + span->size;
  return is_possible;
}

static void
set_ipv4_fields (VnPacketHeaders *h, const VnSpan *ip)
{
  guint16 fragment = vn_span_u16 (ip, 6);
  h->layers |= VN_HAS_IP;
  h->network = ip->bytes;
  h->network_size = ip->size;
  h->ip_tos = vn_span_u8 (ip, 1);
  h->ip_id = vn_span_u16 (ip, 4);
  h->ip_offset = (guint16)((fragment & IPV4_OFFSET_MASK) * 8);
  h->ip_fragment = h->ip_offset != 0;
  h->ip_dont_fragment = (fragment & IPV4_DONT_FRAGMENT) != 0;
  h->ip_more_fragments = (fragment & IPV4_MORE_FRAGMENTS) != 0;
  h->ip_ttl = vn_span_u8 (ip, 8);
  h->ip_protocol = vn_span_u8 (ip, 9);
  h->ip_src = vn_span_ip (ip, 12, VN_FAMILY_IPV4);
  h->ip_dst = vn_span_ip (ip, 16, VN_FAMILY_IPV4);
}

/* What is behind the first fragment was on the wire, somewhere. */
static void
expect_more_fragments (VnSpan *span)
{
  span->cut = TRUE;
  span->wire = VN_WIRE_UNKNOWN;
}

/* The first fragment's upper headers are decoded; their lengths reach beyond it. */
static void
go_on_to_transport (VnPacketHeaders *h, VnSpan *span)
{
  if (h->ip_fragment)
    return;
  if (h->ip_more_fragments)
    expect_more_fragments (span);
  vn_layer_transport (h, span);
}

/* How an extension header gives its size: (the byte behind "next header" + add) * unit. */
typedef struct
{
  guint8 protocol;
  guint8 add, unit;
} Extension;

static const Extension *
find_extension (guint8 protocol)
{
  static const Extension EXTENSIONS[] = {
    { IPPROTO_HOPOPTS, 1, 8 }, { IPPROTO_ROUTING, 1, 8 }, { IPPROTO_DSTOPTS, 1, 8 },
    { IPPROTO_MH, 1, 8 },      { IPPROTO_AH, 2, 4 }, /* RFC 4302 */
  };
  for (guint i = 0; i < G_N_ELEMENTS (EXTENSIONS); i++)
    if (EXTENSIONS[i].protocol == protocol)
      return &EXTENSIONS[i];
  return NULL;
}

/* Returns: FALSE if the chain ends here, well or badly. */
static gboolean
decode_extension (VnPacketHeaders *h, VnSpan *span)
{
  const Extension *extension = find_extension (h->ip_protocol);
  gboolean is_fragment = h->ip_protocol == IPPROTO_FRAGMENT;
  if ((extension == NULL && !is_fragment) || h->ip_fragment)
    return FALSE;
  gsize size = EXTENSION_MIN_SIZE;
  if (extension != NULL && span->size >= 2)
    size = MAX (size, (gsize)(vn_span_u8 (span, 1) + extension->add) * extension->unit);
  VnSpan header;
  if (!vn_span_take (span, size, &header))
    {
      vn_layer_too_short (h, span, "IPv6 extension header");
      return FALSE;
    }
  if (is_fragment)
    {
      guint16 offset_and_flags = vn_span_u16 (&header, 2);
      h->ip_offset = offset_and_flags & 0xfff8;
      h->ip_fragment = h->ip_offset != 0;
      h->ip_more_fragments |= (offset_and_flags & IPV6_MORE_FRAGMENTS) != 0;
      h->ip_id = vn_span_u32 (&header, 4);
      if (h->ip_more_fragments)
        expect_more_fragments (span);
    }
  h->ip_protocol = vn_span_u8 (&header, 0);
  return TRUE;
}

void
vn_layer_ipv4 (VnPacketHeaders *h, VnSpan *span)
{
  guint8 first = vn_span_u8 (span, 0);
  guint header_size = (first & 0xfu) * 4;
  VnSpan ip;
  if (span->size > 0 && (first >> 4 != 4 || header_size < IPV4_MIN_SIZE))
    {
      vn_layer_malformed (h, first >> 4 != 4 ? "IPv4 version" : "IPv4 header length");
      return;
    }
  if (!vn_span_take (span, MAX (header_size, IPV4_MIN_SIZE), &ip))
    {
      vn_layer_too_short (h, span, "IPv4 header");
      return;
    }
  set_ipv4_fields (h, &ip);
  if (limit_to_datagram (h, span, vn_span_u16 (&ip, 2), header_size)
      && (h->ip_protocol != IPPROTO_AH || decode_extension (h, span)))
    go_on_to_transport (h, span);
}

static void
set_ipv6_fields (VnPacketHeaders *h, const VnSpan *ip)
{
  h->layers |= VN_HAS_IP;
  h->network = ip->bytes;
  h->network_size = ip->size;
  h->ip_tos = (guint8)(vn_span_u16 (ip, 0) >> 4);
  h->ip_protocol = vn_span_u8 (ip, 6);
  h->ip_ttl = vn_span_u8 (ip, 7);
  h->ip_src = vn_span_ip (ip, 8, VN_FAMILY_IPV6);
  h->ip_dst = vn_span_ip (ip, 24, VN_FAMILY_IPV6);
}

void
vn_layer_ipv6 (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan ip;
  if (span->size > 0 && vn_span_u8 (span, 0) >> 4 != 6)
    {
      vn_layer_malformed (h, "IPv6 version");
      return;
    }
  if (!vn_span_take (span, IPV6_SIZE, &ip))
    {
      vn_layer_too_short (h, span, "IPv6 header");
      return;
    }
  set_ipv6_fields (h, &ip);
  guint payload_size = vn_span_u16 (&ip, 4);
  gboolean jumbo = payload_size == 0 && h->ip_protocol == IPPROTO_HOPOPTS; /* RFC 2675 */
  if (!limit_to_datagram (h, span, jumbo ? 0 : payload_size + IPV6_SIZE, IPV6_SIZE))
    return;
  while (decode_extension (h, span))
    continue;
  if (find_extension (h->ip_protocol) == NULL && h->ip_protocol != IPPROTO_FRAGMENT)
    go_on_to_transport (h, span);
}
