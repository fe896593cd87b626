/* SPDX-License-Identifier: Apache-2.0 */
/* VnWorld: what the Neutron server and every Linux bridge agent remember, as a fold over events.
 *
 * The agents have a memory (conntrack zones, forwarding entries left behind, who was told what and when), so the wanted
 * state is not a function of the file. `step` is pure: it takes a world over and gives back the next one. */
#pragma once

#include "sim/model/vn-event.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* What the lab's kernel refuses, as far as an agent reacts to it (a VLAN port stays DOWN without 802.1Q). */
typedef struct
{
  gboolean no_vlan;
  gboolean no_tbf;    /* a QoS policy's limit to an instance fails, and the rest of the policy with it */
  gboolean no_police; /* likewise from an instance */
} VnCaps;

typedef struct _VnWorld VnWorld;

/* Machines up, agents started, nothing plugged. @topology: kept by reference. */
VnWorld *vn_world_new (const VnTopology *topology, const VnCaps *caps);
/* The server lists the ports of a host newest first from now on: its order is not guaranteed, and can be seen where an
 * agent stops in the middle of a message. */
void vn_world_list_newest_first (VnWorld *world);
void vn_world_free (VnWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnWorld, vn_world_free)
/* @world: transfer full. */
VnWorld *vn_world_step (VnWorld *world, const VnEvent *event);
/* All of them in order. @world: transfer full. */
VnWorld *vn_world_fold (VnWorld *world, const GArray *events);
/* Adds machines' cables, bridges, VXLAN devices, taps, instances, fdb, neighbours, sysctls, rules and sets to @tables.
 */
void vn_world_render (const VnWorld *world, VnTables *tables);
/* ACTIVE, DOWN (with the reason), or binding failed. */
gboolean vn_world_port_active (const VnWorld *world, guint port, const char **ret_why_not);

G_END_DECLS
