/* SPDX-License-Identifier: Apache-2.0 */
/* Frames to send, built with libnet in a LIBNET_NONE context: no device, no socket, checksums filled in. */
#pragma once

#include "sim/packet/vn-tag.h"

G_BEGIN_DECLS

typedef struct _VnCrafter VnCrafter;

VnCrafter *vn_crafter_new (GError **error);
void vn_crafter_free (VnCrafter *crafter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnCrafter, vn_crafter_free)

/* The Ethernet and IP ends of a frame. */
typedef struct
{
  VnMac eth_src, eth_dst;
  VnIp src, dst;        /* one family */
  guint16 sport, dport; /* UDP, TCP */
} VnCraftEnds;

/* Each returns the frame (transfer full), or NULL with @error. ICMP echo is of the family of the addresses. */
GBytes *vn_craft_echo (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error);
/* An echo with an id that others may have, too; else its id is the upper half of the tag. */
GBytes *vn_craft_echo_of (VnCrafter *c, const VnCraftEnds *ends, guint16 id, guint32 tag, GError **error);
GBytes *vn_craft_udp (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error);
/* Without a tag: zeros up to a whole frame of @frame_bytes, IPv4. */
GBytes *vn_craft_udp_filled (VnCrafter *c, const VnCraftEnds *ends, guint frame_bytes, GError **error);
GBytes *vn_craft_syn (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error);
/* Asks for the IPv4 address of @name; @tag: of vn_tag_of_dns(). */
GBytes *vn_craft_dns (VnCrafter *c, const VnCraftEnds *ends, const char *name, guint32 tag, GError **error);
/* EtherType 0x88B5; @kind: SENTINEL, SENTINEL_BACK, or PROBE for the questions about L2 population. */
GBytes *vn_craft_sentinel (VnCrafter *c, VnMac src, VnMac dst, VnTagKind kind, guint32 tag, GError **error);
/* @op: 1 request, 2 reply. */
GBytes *vn_craft_arp (VnCrafter *c, VnMac eth_src, VnMac eth_dst, guint16 op, VnMac sender_mac, VnIp sender_ip,
                      VnMac target_mac, VnIp target_ip, guint32 tag, GError **error);
/* BOOTP reply with option 53 = OFFER (RFC 2131), UDP 67 -> 68; the tag is its xid. @ends: eth_src and src are the
 * offering server's, eth_dst and dst those of the client it is for; the frame itself goes to the broadcast
 * addresses. */
GBytes *vn_craft_dhcp_offer (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error);
/* Router advertisement (RFC 4861, 4.2) to ff02::1 with a source link-layer option, from a router that is no default
 * router (lifetime 0): if it gets through, the receiver's routes stay as they are. */
GBytes *vn_craft_ra (VnCrafter *c, VnMac eth_src, VnIp src, guint32 tag, GError **error);
/* Neighbour solicitation (RFC 4861, 4.3) for @target from the unspecified address to its solicited-node address, as
 * duplicate address detection sends it. */
GBytes *vn_craft_dad (VnCrafter *c, VnMac eth_src, VnIp target, guint32 tag, GError **error);

G_END_DECLS
