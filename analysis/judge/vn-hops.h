/* SPDX-License-Identifier: Apache-2.0 */
/* The way of one cell's packet, hop by hop: where it was seen, in order, and what was changed since the hop before. */
#pragma once

#include "analysis/judge/vn-judge.h"
#include "sim/packet/vn-packet.h"

G_BEGIN_DECLS

/* What differs from the hop before. */
typedef enum
{
  VN_CHANGED_ETHERNET = 1 << 0, /* source or destination MAC address: another Ethernet */
  VN_CHANGED_TTL = 1 << 1,
  VN_CHANGED_SRC = 1 << 2, /* IP source address */
  VN_CHANGED_DST = 1 << 3,
  VN_CHANGED_SPORT = 1 << 4, /* TCP, UDP source port; ICMP id */
  VN_CHANGED_DPORT = 1 << 5,
  VN_CHANGED_TUNNEL = 1 << 6, /* put into a tunnel, or taken out */
} VnHopChanges;

/* One sighting. The headers point into the evidence's store. */
typedef struct
{
  guint point;       /* index of the capture point */
  guint frame;       /* index in the store; the packet number in the pcapng is one more */
  guint64 time_ns;   /* CLOCK_REALTIME */
  gboolean outgoing; /* sent by the device's own host, else it arrived there */
  VnHopChanges changes;
  VnPacket packet;
} VnHopSeen;

/* @packets: of the cell's record (VnRunCell). Returns: array of VnHopSeen in the order of the way, empty if it was seen
 * nowhere. Frames of one time stamp stand in the order in which a packet passes them: sender's device first, then
 * by falling TTL, receiver's device last. A frame that was flooded has all its copies. Transfer full. */
GArray *vn_hops (const VnEvidence *evidence, const GArray *packets, guint cell, VnHopLeg leg);
/* "source 10.0.2.15:40123 → 192.168.0.101:40123, TTL 64 → 63"; NULL for the first hop and where nothing changed.
 * Transfer full. */
char *vn_hop_describe (const VnHopSeen *before, const VnHopSeen *hop);

G_END_DECLS
