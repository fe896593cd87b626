/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to headers: Ethernet (VLAN tags, MPLS, PPPoE), cooked and raw captures, ARP, IPv4, IPv6, ICMP, ICMPv6, TCP,
 * UDP, SCTP, and what VXLAN, Geneve, GRE and IP in IP carry.
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
  VN_HAS_SCTP = 1 << 7,
} VnLayers;

/* What a packet starts with. */
typedef enum
{
  VN_LINK_NONE,
  VN_LINK_ETHERNET,
  VN_LINK_COOKED,   /* Linux "any", version 1: LINKTYPE_LINUX_SLL */
  VN_LINK_COOKED2,  /* version 2, with the interface: LINKTYPE_LINUX_SLL2 */
  VN_LINK_LOOPBACK, /* an address family of either byte order: LINKTYPE_NULL, LINKTYPE_LOOP */
  VN_LINK_PPP,      /* protocol number, with or without the HDLC bytes before it */
  VN_LINK_IP,       /* of either family */
} VnFraming;

/* How a packet carries another. */
typedef enum
{
  VN_TUNNEL_NONE,
  VN_TUNNEL_VXLAN,
  VN_TUNNEL_GENEVE,
  VN_TUNNEL_GRE,
  VN_TUNNEL_IP, /* IPv4 or IPv6 directly in either */
  VN_N_TUNNELS
} VnTunnel;
const char *vn_tunnel_name (VnTunnel tunnel); /* "VXLAN"; "" for none */

/* One frame and what it holds. */
typedef struct
{
  VnLayers layers;
  VnFraming link;
  gboolean truncated;  /* the capture ends before a header does */
  gboolean malformed;  /* a length or version field contradicts itself */
  const char *problem; /* static text for the two above */

  VnMac eth_dst, eth_src;
  guint16 ethertype; /* innermost, after VLAN tags */
  guint16 vlan_id;   /* of the outermost tag */
  guint8 n_vlans;
  guint16 vlan_inner;     /* of the second tag */
  guint32 cooked_ifindex; /* COOKED2 */
  guint8 cooked_type;     /* 0 to this host, 1 broadcast, 2 multicast, 3 to another host, 4 sent by this host */

  guint16 arp_op; /* 1 request, 2 reply */
  VnMac arp_sender_mac, arp_target_mac;
  VnIp arp_sender_ip, arp_target_ip;

  VnIp ip_src, ip_dst;
  guint8 ip_protocol; /* after extension headers */
  guint8 ip_ttl, ip_tos;
  guint32 ip_id; /* IPv4, or of an IPv6 fragment */
  gboolean ip_dont_fragment;
  guint16 ip_offset;    /* of a fragment, bytes */
  gboolean ip_fragment; /* not the first fragment: no layer above */
  gboolean ip_more_fragments;

  guint8 icmp_type, icmp_code;
  guint16 icmp_id, icmp_seq; /* echo */
  guint32 icmp_mtu;          /* "fragmentation needed", "packet too big" */
  VnIp nd_target;            /* neighbour solicitation and advertisement */

  guint16 sport, dport; /* TCP, UDP, SCTP */
  guint32 tcp_seq, tcp_ack;
  guint8 tcp_flags;   /* FIN 1, SYN 2, RST 4, PSH 8, ACK 16 */
  guint16 tcp_window; /* unscaled */

  VnTunnel tunnel;   /* that this packet carries another in */
  VnVni vni;         /* VXLAN, Geneve */
  guint32 tunnel_id; /* VNI, or GRE key */

  const guint8 *network; /* first byte of the IP header, NULL without; within the given bytes */
  gsize network_size;    /* of it and all behind it, as far as captured and as its length field says */
  const guint8 *payload; /* behind the last header that was decoded; within the given bytes */
  gsize payload_size;
  guint32 payload_wire_size; /* with what was not captured */
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
  guint16 vxlan_ports[4];  /* UDP destination ports taken for VXLAN; 0 = unused */
  guint16 geneve_ports[2]; /* the same for Geneve */
} VnDecodeOptions;

extern const VnDecodeOptions VN_DECODE_DEFAULT; /* VXLAN 4789 and 8472, Geneve 6081 */
/* Nothing happens if the port is there already, or if there is no room. */
void vn_decode_options_add (VnDecodeOptions *options, guint16 port);

#define VN_LEVELS_MAX 4

/* A packet with all that its tunnels carry, from the outside in. */
typedef struct
{
  guint n;
  VnPacketHeaders level[VN_LEVELS_MAX]; /* only the first n are set */
} VnPacketLevels;

/* @size: captured bytes; @wire_size: of the packet as it was, at least as many. @ret points into @bytes. Never fails:
 * what can't be decoded is said in the result. A tunnel inside the last level stays its payload. */
void vn_packet_decode_levels (const guint8 *bytes, gsize size, gsize wire_size, VnFraming link,
                              const VnDecodeOptions *options, VnPacketLevels *ret);

/* The same for an Ethernet frame, VXLAN only, and one level of it. @size: captured bytes. @packet points into @bytes.
 * Never fails: what can't be decoded is said in the result. */
void vn_packet_decode (const guint8 *bytes, gsize size, const VnDecodeOptions *options, VnPacket *ret);
/* The packet that an ICMP error quotes: @bytes start with an IP header and may end anywhere behind it. */
void vn_packet_decode_quoted (const guint8 *bytes, gsize size, VnPacketHeaders *ret);
const VnPacketHeaders *vn_packet_innermost (const VnPacket *packet);
/* One line as tcpdump -n prints it, "… vxlan 42: …" for tunnelled ones. Transfer full. */
char *vn_packet_to_string (const VnPacket *packet);
/* One line a header, from the outside in: "Ethernet … → …", "IPv4 … → … TTL 64", "TCP 40123 → 80 SYN". No newline at
 * the end. Transfer full. */
char *vn_packet_to_lines (const VnPacket *packet);

G_END_DECLS
