/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to headers: Ethernet, 802.1Q, ARP, IPv4, IPv6, ICMP, ICMPv6, TCP, UDP, VXLAN with one inner packet.
 *
 * Decoding copies the fields out through checked getters; nothing is overlaid on the bytes, and a field that is not
 * within the captured bytes is not read: the layer is then missing and `truncated` or `malformed` says why. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

typedef enum
{
  VN_HAS_VLAN = 1 << 0,
  VN_HAS_ARP = 1 << 1,
  VN_HAS_IP = 1 << 2,   /* of either family */
  VN_HAS_ICMP = 1 << 3, /* of either family */
  VN_HAS_TCP = 1 << 4,
  VN_HAS_UDP = 1 << 5,
  VN_HAS_VXLAN = 1 << 6,
} VnLayers;

/* One Ethernet frame and what it holds. */
typedef struct
{
  VnLayers layers;
  gboolean truncated;  /* the capture ends before a header does */
  gboolean malformed;  /* a length or version field contradicts itself */
  const char *problem; /* static text for the two above */

  VnMac eth_dst, eth_src;
  guint16 ethertype; /* innermost, after VLAN tags */
  guint16 vlan_id;   /* of the outermost tag */

  guint16 arp_op; /* 1 request, 2 reply */
  VnMac arp_sender_mac, arp_target_mac;
  VnIp arp_sender_ip, arp_target_ip;

  VnIp ip_src, ip_dst;
  guint8 ip_protocol; /* after extension headers */
  guint8 ip_ttl, ip_tos;
  guint16 ip_id;        /* IPv4 */
  gboolean ip_fragment; /* not the first fragment: no layer above */
  gboolean ip_more_fragments;

  guint8 icmp_type, icmp_code;
  guint16 icmp_id, icmp_seq; /* echo */
  VnIp nd_target;            /* neighbour solicitation and advertisement */

  guint16 sport, dport; /* TCP, UDP */
  guint32 tcp_seq, tcp_ack;
  guint8 tcp_flags;   /* FIN 1, SYN 2, RST 4, PSH 8, ACK 16 */
  guint16 tcp_window; /* unscaled */

  VnVni vni;

  const guint8 *payload; /* behind the last header that was decoded; within the given bytes */
  gsize payload_size;
} VnPacketHeaders;

#define VN_TCP_FIN 1
#define VN_TCP_SYN 2
#define VN_TCP_RST 4
#define VN_TCP_PSH 8
#define VN_TCP_ACK 16

/* The outer frame and, inside VXLAN, the inner one. */
typedef struct
{
  VnPacketHeaders outer;
  gboolean has_inner;
  VnPacketHeaders inner;
} VnPacket;

typedef struct
{
  guint16 vxlan_ports[4]; /* UDP destination ports taken for VXLAN; 0 = unused */
} VnDecodeOptions;

extern const VnDecodeOptions VN_DECODE_DEFAULT; /* 4789 and 8472 */
/* Nothing happens if the port is there already, or if there is no room. */
void vn_decode_options_add (VnDecodeOptions *options, guint16 port);

/* @size: captured bytes. @packet points into @bytes. Never fails: what can't be decoded is said in the result. */
void vn_packet_decode (const guint8 *bytes, gsize size, const VnDecodeOptions *options, VnPacket *ret);
/* The packet that an ICMP error quotes: @bytes start with an IP header and may end anywhere behind it. */
void vn_packet_decode_quoted (const guint8 *bytes, gsize size, VnPacketHeaders *ret);
const VnPacketHeaders *vn_packet_innermost (const VnPacket *packet);
/* One line as tcpdump -n prints it, "… vxlan 42: …" for tunnelled ones. Transfer full. */
char *vn_packet_to_string (const VnPacket *packet);

G_END_DECLS
