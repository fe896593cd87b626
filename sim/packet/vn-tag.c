/* SPDX-License-Identifier: Apache-2.0 */
/* Which probe a frame belongs to: one reader for each way in which a tag travels, asked in turn.
 *
 * Answers come from kernels that know nothing of tags, so they are told by what they must repeat. Three cases need more
 * than a look:
 *
 *   - A UDP listener sends the same bytes back. The payload holds the ports as the probe was sent, so the direction is
 *     seen even where a translator rewrote one of them.
 *   - Any TCP segment has numbers that could be a tag. SYNs of probes therefore have a window of VN_PROBE_TCP_WINDOW,
 * and all probes have source ports from VN_PROBE_PORT_MIN to VN_PROBE_PORT_MAX, which answers go to. A foreign segment
 *     may still match; whoever asks knows which tags are in use.
 *   - An ICMP error quotes the packet it is about, maybe no more than eight bytes behind the IP header (RFC 792). These
 *     hold the numbers of an echo and of a SYN; a UDP payload needs a longer quotation, which Linux gives (RFC 1812).
 *     An error about an answer is the prober's kernel saying that it has no socket: VN_TAG_RESET. */
#include "sim/packet/vn-tag.h"

#include "sim/packet/vn-span.h"
#include "sim/packet/vn-tag-payload.h"

#include <netinet/in.h>
#include <string.h>

#define DNS_PORT 53

typedef gboolean (*TagReader) (const VnPacketHeaders *h, VnTag *ret);

static gboolean
set_tag (VnTag *ret, VnTagKind kind, guint32 tag)
{
  ret->kind = kind;
  ret->tag = tag;
  return TRUE;
}

static gboolean
is_probe_port (guint16 port)
{
  return port >= VN_PROBE_PORT_MIN && port <= VN_PROBE_PORT_MAX;
}

static gboolean
read_sentinel (const VnPacketHeaders *h, VnTag *ret)
{
  VnTagPayload payload;
  return h->ethertype == VN_ETHERTYPE_SENTINEL && vn_tag_payload_read (h->payload, h->payload_size, &payload)
         && set_tag (ret, payload.kind, payload.tag);
}

static gboolean
read_arp (const VnPacketHeaders *h, VnTag *ret)
{
  VnTagPayload payload;
  return (h->layers & VN_HAS_ARP) && vn_tag_payload_read (h->payload, h->payload_size, &payload)
         && set_tag (ret, VN_TAG_PROBE, payload.tag);
}

static gboolean
is_echo_request (const VnPacketHeaders *h)
{
  return (h->layers & VN_HAS_ICMP) && h->icmp_type == (h->ip_src.family == VN_FAMILY_IPV4 ? 8 : 128);
}

static gboolean
is_echo_reply (const VnPacketHeaders *h)
{
  return (h->layers & VN_HAS_ICMP) && h->icmp_type == (h->ip_src.family == VN_FAMILY_IPV4 ? 0 : 129);
}

static gboolean
read_echo (const VnPacketHeaders *h, VnTag *ret)
{
  VnTagPayload payload;
  if (!(is_echo_request (h) || is_echo_reply (h)) || !vn_tag_payload_read (h->payload, h->payload_size, &payload))
    return FALSE;
  return set_tag (ret, is_echo_request (h) ? VN_TAG_PROBE : VN_TAG_ANSWER, payload.tag);
}

static gboolean
read_udp (const VnPacketHeaders *h, VnTag *ret)
{
  VnTagPayload payload;
  if (!(h->layers & VN_HAS_UDP) || !vn_tag_payload_read (h->payload, h->payload_size, &payload))
    return FALSE;
  gboolean is_answer = payload.sport != payload.dport && (h->sport == payload.dport || h->dport == payload.sport);
  return set_tag (ret, is_answer ? VN_TAG_ANSWER : VN_TAG_PROBE, payload.tag);
}

/* Finds our option behind the BOOTP header and the magic cookie (RFC 2131, section 3). */
static gboolean
read_dhcp (const VnPacketHeaders *h, VnTag *ret)
{
  VnSpan options = { h->payload, h->payload_size, FALSE }, bootp, option, value;
  if (!(h->layers & VN_HAS_UDP) || h->sport != 67 || h->dport != 68
      || !vn_span_take (&options, VN_DHCP_OPTIONS_OFFSET, &bootp))
    return FALSE;
  while (vn_span_take (&options, 1, &option))
    {
      VnTagPayload payload;
      guint8 code = vn_span_u8 (&option, 0);
      if (code == 0) /* padding: the only one without length, but for the end */
        continue;
      if (code == 255 || !vn_span_take (&options, 1, &option)
          || !vn_span_take (&options, vn_span_u8 (&option, 0), &value))
        return FALSE;
      if (code == VN_DHCP_TAG_OPTION && vn_tag_payload_read (value.bytes, value.size, &payload))
        return set_tag (ret, VN_TAG_PROBE, payload.tag);
    }
  return FALSE;
}

/* Options of neighbour discovery: type, length in units of eight bytes (RFC 4861, section 4.6). */
static gboolean
read_discovery (const VnPacketHeaders *h, VnTag *ret)
{
  VnSpan options = { h->payload, h->payload_size, FALSE }, option;
  if (!(h->layers & VN_HAS_ICMP) || h->ip_src.family != VN_FAMILY_IPV6 || (h->icmp_type != 134 && h->icmp_type != 135))
    return FALSE;
  while (options.size >= 2)
    {
      VnTagPayload payload;
      guint8 units = vn_span_u8 (&options, 1);
      if (units == 0 || !vn_span_take (&options, units * 8u, &option))
        return FALSE;
      if (option.bytes[0] == VN_ND_TAG_OPTION && vn_tag_payload_read (option.bytes + 2, option.size - 2, &payload))
        return set_tag (ret, VN_TAG_PROBE, payload.tag);
    }
  return FALSE;
}

/* Queries are sent from a probe's port and answered to it; whatever resolvers ask each other has ids of its own. */
static gboolean
read_dns (const VnPacketHeaders *h, VnTag *ret)
{
  VnSpan message = { h->payload, h->payload_size, FALSE, h->payload_size };
  gboolean is_query = h->dport == DNS_PORT && is_probe_port (h->sport);
  gboolean is_answer = h->sport == DNS_PORT && is_probe_port (h->dport);
  if (!(h->layers & VN_HAS_UDP) || !(is_query || is_answer) || h->payload_size < 2)
    return FALSE;
  return set_tag (ret, is_query ? VN_TAG_PROBE : VN_TAG_ANSWER, vn_tag_of_dns (vn_span_u16 (&message, 0)));
}

static gboolean
read_tcp (const VnPacketHeaders *h, VnTag *ret)
{
  if (!(h->layers & VN_HAS_TCP))
    return FALSE;
  guint8 flags = h->tcp_flags & (VN_TCP_SYN | VN_TCP_RST | VN_TCP_ACK);
  if (flags == VN_TCP_SYN && h->tcp_window == VN_PROBE_TCP_WINDOW)
    return set_tag (ret, VN_TAG_PROBE, h->tcp_seq);
  if ((flags == (VN_TCP_SYN | VN_TCP_ACK) || flags == (VN_TCP_RST | VN_TCP_ACK)) && is_probe_port (h->dport))
    return set_tag (ret, VN_TAG_ANSWER, h->tcp_ack - 1);
  if (flags == VN_TCP_RST && is_probe_port (h->sport))
    return set_tag (ret, VN_TAG_RESET, h->tcp_seq - 1);
  return FALSE;
}

/* An echo of which the quotation ends before the payload: the tag's halves are its numbers. */
static gboolean
read_short_echo (const VnPacketHeaders *h, VnTag *ret)
{
  return is_echo_request (h) && h->payload_size < VN_TAG_PAYLOAD_SIZE
         && set_tag (ret, VN_TAG_PROBE, (guint32)h->icmp_id << 16 | h->icmp_seq);
}

/* A TCP header of which only the ports and the sequence number are there. */
static gboolean
read_short_tcp (const VnPacketHeaders *h, VnTag *ret)
{
  VnSpan start = { h->payload, h->payload_size, FALSE };
  return h->truncated && !(h->layers & VN_HAS_TCP) && !h->ip_fragment && h->ip_protocol == IPPROTO_TCP
         && h->payload_size >= 8 && is_probe_port (vn_span_u16 (&start, 0))
         && set_tag (ret, VN_TAG_PROBE, vn_span_u32 (&start, 4));
}

static gboolean
ask (const TagReader *readers, const VnPacketHeaders *h, VnTag *ret)
{
  for (; *readers != NULL; readers++)
    if ((*readers) (h, ret))
      return TRUE;
  return FALSE;
}

static gboolean
is_icmp_error (const VnPacketHeaders *h)
{
  static const guint8 V4_TYPES[] = { 3, 11, 12 }; /* destination unreachable, time exceeded, parameter problem */
  if (!(h->layers & VN_HAS_ICMP))
    return FALSE;
  if (h->ip_src.family == VN_FAMILY_IPV6)
    return h->icmp_type < 128; /* RFC 4443, section 2.1 */
  return memchr (V4_TYPES, h->icmp_type, sizeof V4_TYPES) != NULL;
}

static gboolean
read_icmp_error (const VnPacketHeaders *h, VnTag *ret)
{
  static const TagReader QUOTED[] = { read_echo, read_udp, read_dns, read_tcp, read_short_echo, read_short_tcp, NULL };
  VnPacketHeaders quoted;
  VnTag about = { VN_TAG_NONE, 0, FALSE };
  if (!is_icmp_error (h))
    return FALSE;
  vn_packet_decode_quoted (h->payload, h->payload_size, &quoted);
  if (!ask (QUOTED, &quoted, &about))
    return FALSE;
  return set_tag (ret, about.kind == VN_TAG_PROBE ? VN_TAG_ANSWER : VN_TAG_RESET, about.tag);
}

/* Both halves differ in all bits, which numbers of frames below 0xffff0000 do not lead to (vn_probe_tag). */
guint32
vn_tag_of_dns (guint16 id)
{
  return (guint32)id << 16 | (guint16)~id;
}

gboolean
vn_tag_read (const VnPacket *packet, VnTag *ret)
{
  static const TagReader READERS[] = { read_sentinel, read_arp, read_echo, read_icmp_error, read_discovery,
                                       read_dhcp,     read_udp, read_dns,  read_tcp,        NULL };
  VnTag tag = { VN_TAG_NONE, 0, packet->has_inner };
  if (!ask (READERS, vn_packet_innermost (packet), &tag))
    return FALSE;
  *ret = tag;
  return TRUE;
}
