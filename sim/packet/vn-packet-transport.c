/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding what IP carries: ICMP (RFC 792), ICMPv6 and neighbour discovery (RFC 4443, 4861), TCP, UDP,
 * SCTP. */
#include "sim/packet/vn-packet-layers.h"

#include <netinet/in.h>

#define ICMP_SIZE 8
#define TCP_MIN_SIZE 20
#define UDP_SIZE 8
#define SCTP_SIZE 12

/* What ICMP messages hold behind type, code and checksum. */
typedef struct
{
  VnFamily family;
  guint8 type;
  guint8 header_size;
  gboolean has_echo;   /* id and sequence number */
  gboolean has_target; /* address at ICMP_SIZE */
  gsize mtu_at;        /* offset of the 16 bits of an MTU that matter; 0 = has none */
} IcmpFormat;

static const IcmpFormat *
find_icmp_format (VnFamily family, guint8 type)
{
  static const IcmpFormat FORMATS[] = {
    { VN_FAMILY_IPV4, 0, ICMP_SIZE, TRUE, FALSE },     { VN_FAMILY_IPV4, 8, ICMP_SIZE, TRUE, FALSE },
    { VN_FAMILY_IPV6, 128, ICMP_SIZE, TRUE, FALSE },   { VN_FAMILY_IPV6, 129, ICMP_SIZE, TRUE, FALSE },
    { VN_FAMILY_IPV6, 134, 16, FALSE, FALSE },         { VN_FAMILY_IPV6, 135, 24, FALSE, TRUE },
    { VN_FAMILY_IPV6, 136, 24, FALSE, TRUE },          { VN_FAMILY_IPV4, 3, ICMP_SIZE, FALSE, FALSE, 6 },
    { VN_FAMILY_IPV6, 2, ICMP_SIZE, FALSE, FALSE, 6 }, { VN_FAMILY_NONE, 0, ICMP_SIZE, FALSE, FALSE },
  };
  const IcmpFormat *format = FORMATS;
  while (format->family != VN_FAMILY_NONE && !(format->family == family && format->type == type))
    format++;
  return format;
}

static void
layer_icmp (VnPacketHeaders *h, VnSpan *span)
{
  const IcmpFormat *format = find_icmp_format (h->ip_src.family, vn_span_u8 (span, 0));
  VnSpan icmp;
  if (!vn_span_take (span, format->header_size, &icmp))
    {
      vn_layer_too_short (h, span, "ICMP header");
      return;
    }
  h->layers |= VN_HAS_ICMP;
  h->icmp_type = vn_span_u8 (&icmp, 0);
  h->icmp_code = vn_span_u8 (&icmp, 1);
  if (format->has_echo)
    {
      h->icmp_id = vn_span_u16 (&icmp, 4);
      h->icmp_seq = vn_span_u16 (&icmp, 6);
    }
  if (format->mtu_at != 0)
    h->icmp_mtu = vn_span_u16 (&icmp, format->mtu_at);
  if (format->has_target)
    h->nd_target = vn_span_ip (&icmp, ICMP_SIZE, VN_FAMILY_IPV6);
}

static void
layer_tcp (VnPacketHeaders *h, VnSpan *span)
{
  guint header_size = (vn_span_u8 (span, 12) >> 4) * 4u;
  VnSpan tcp;
  if (span->size >= TCP_MIN_SIZE && header_size < TCP_MIN_SIZE)
    {
      vn_layer_malformed (h, "TCP data offset");
      return;
    }
  if (!vn_span_take (span, MAX (header_size, TCP_MIN_SIZE), &tcp))
    {
      vn_layer_too_short (h, span, "TCP header");
      return;
    }
  h->layers |= VN_HAS_TCP;
  h->sport = vn_span_u16 (&tcp, 0);
  h->dport = vn_span_u16 (&tcp, 2);
  h->tcp_seq = vn_span_u32 (&tcp, 4);
  h->tcp_ack = vn_span_u32 (&tcp, 8);
  h->tcp_flags = vn_span_u8 (&tcp, 13);
  h->tcp_window = vn_span_u16 (&tcp, 14);
}

static void
layer_udp (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan udp;
  if (!vn_span_take (span, UDP_SIZE, &udp))
    {
      vn_layer_too_short (h, span, "UDP header");
      return;
    }
  guint16 size = vn_span_u16 (&udp, 4);
  h->layers |= VN_HAS_UDP;
  h->sport = vn_span_u16 (&udp, 0);
  h->dport = vn_span_u16 (&udp, 2);
  if (size < UDP_SIZE || !vn_span_limit (span, size - UDP_SIZE))
    vn_layer_malformed (h, "UDP length");
}

/* RFC 9260, section 3.1. */
static void
layer_sctp (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan sctp;

  if (!vn_span_take (span, SCTP_SIZE, &sctp))
    {
      vn_layer_too_short (h, span, "SCTP header");
      return;
    }
  h->layers |= VN_HAS_SCTP;
  h->sport = vn_span_u16 (&sctp, 0);
  h->dport = vn_span_u16 (&sctp, 2);
}

void
vn_layer_transport (VnPacketHeaders *h, VnSpan *span)
{
  static const struct
  {
    VnFamily family; /* VN_FAMILY_NONE = either */
    guint8 protocol;
    VnLayerFunc decode;
  } LAYERS[] = {
    { VN_FAMILY_IPV4, IPPROTO_ICMP, layer_icmp }, { VN_FAMILY_IPV6, IPPROTO_ICMPV6, layer_icmp },
    { VN_FAMILY_NONE, IPPROTO_TCP, layer_tcp },   { VN_FAMILY_NONE, IPPROTO_UDP, layer_udp },
    { VN_FAMILY_NONE, IPPROTO_SCTP, layer_sctp },
  };
  for (guint i = 0; i < G_N_ELEMENTS (LAYERS); i++)
    if (LAYERS[i].protocol == h->ip_protocol
        && (LAYERS[i].family == VN_FAMILY_NONE || LAYERS[i].family == h->ip_src.family))
      {
        LAYERS[i].decode (h, span);
        return;
      }
}
