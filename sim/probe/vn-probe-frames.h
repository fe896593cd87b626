/* SPDX-License-Identifier: Apache-2.0 */
/* The frame that a cell asks for, and the numbers that make each frame unique. Private to sim/probe. */
#pragma once

#include "sim/model/vn-cell.h"
#include "sim/packet/vn-craft.h"

G_BEGIN_DECLS

/* The tag of the n-th frame, from 1; a bijection. Both of its halves change from one frame to the next: one of them is
 * the ICMP id, by which conntrack tells echoes apart. */
guint32 vn_probe_tag (guint32 n);
guint32 vn_probe_tag_number (guint32 tag); /* the inverse */
/* Source port of the n-th frame: VN_PROBE_PORT_MIN to _MAX, but never @dport (see vn-tag.h). */
guint16 vn_probe_sport (guint32 n, guint16 dport);

/* The numbers of DNS queries, whose tags are as short as their ids. */
#define VN_PROBE_DNS_FIRST 0xffff0000u

/* The address that a cell's packet is for; unset where it is no IP packet, or nobody was named to the sender. */
VnIp vn_probe_target (const VnTopology *topology, const VnCell *cell);
/* Whether its sender has to find out where to send it, by its routes and by ARP. */
gboolean vn_probe_is_routed (const VnCell *cell);
/* Whether its frame goes to everybody, whoever is asked. */
gboolean vn_probe_is_flooded (const VnCell *cell);
/* Where the frame of a cell goes: for REACH to the next hop that the instance's kernel resolved, else to @to's MAC or
 * to everybody. */
VnMac vn_probe_destination (const VnTopology *topology, const VnCell *cell, VnMac next_hop);
/* @eth_dst: from vn_probe_destination(). @n: number of the frame. Transfer full; NULL with @error. */
GBytes *vn_probe_frame (VnCrafter *crafter, const VnTopology *topology, const VnCell *cell, VnMac eth_dst, guint32 n,
                        GError **error);
/* Puts right what a SPOOF_ARP of @cell put into neighbour tables: @to's own gratuitous ARP. */
GBytes *vn_probe_repair_frame (VnCrafter *crafter, const VnTopology *topology, const VnCell *cell, guint32 n,
                               GError **error);

G_END_DECLS
