/* SPDX-License-Identifier: Apache-2.0 */
/* What the frames of a capture are: probes, answers, sentinels, neighbour resolution, tunnel datagrams. */
#pragma once

#include "analysis/judge/vn-judge.h"
#include "analysis/judge/vn-place.h"
#include "sim/packet/vn-packet.h"

G_BEGIN_DECLS

/* A frame seen at a point. */
typedef struct
{
  guint frame; /* index in the store, which is in time order */
  guint point;
  gboolean outgoing;
  gboolean tunnelled; /* the rest is of the frame inside VXLAN */
  VnMac src, dst;
} VnHop;

/* The frames of one cell, in time order. */
typedef struct
{
  GArray *forward; /* VnHop */
  GArray *back;    /* VnHop */
} VnPath;

typedef struct
{
  VnHop hop;
  gboolean back; /* behind an answer */
} VnSentinelSeen;

/* ARP or neighbour discovery that a kernel made. */
typedef struct
{
  VnHop hop;
  gboolean reply;
  VnIp sender, target; /* of a reply: whose address it tells, and whom */
} VnNeighbourSeen;

/* A VXLAN datagram at a machine's interface. */
typedef struct
{
  VnHop hop;
  VnIp src, dst;
  guint16 sport, dport;
  guint8 ttl, tos, inner_tos;
  VnVni vni;
  guint cell;        /* of the inner frame: VN_NONE if it is none of ours */
  gboolean is_probe; /* the inner frame is a cell's probe: no answer, no sentinel */
} VnTunnelSeen;

typedef struct
{
  GArray *sightings;  /* VnSighting, index = frame */
  GPtrArray *paths;   /* VnPath, index = cell */
  GArray *sentinels;  /* VnSentinelSeen */
  GArray *neighbours; /* VnNeighbourSeen */
  GArray *tunnels;    /* VnTunnelSeen */
  VnDecodeOptions decode;
} VnObservation;

VnObservation *vn_observe (const VnEvidence *evidence);
void vn_observation_free (VnObservation *seen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnObservation, vn_observation_free)

/* The UDP ports that the lab's tunnels use. */
VnDecodeOptions vn_observe_decode_options (const VnTopology *topology);
const VnPath *vn_observation_path (const VnObservation *seen, guint cell);
/* Decodes a frame of the store again. */
void vn_observation_decode (const VnObservation *seen, const VnFrameStore *store, guint frame, VnPacket *ret);
/* The first hop at @point, tunnelled or not, or NULL. */
const VnHop *vn_hops_at (const GArray *hops, guint point, gboolean tunnelled);

G_END_DECLS
