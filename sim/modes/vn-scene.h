/* SPDX-License-Identifier: Apache-2.0 */
/* Machines and cables of the scene as tables: a namespace for each machine, one with a bridge for each segment. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* The bridge in a segment's node. */
#define VN_SEGMENT_BRIDGE "switch"

/* Node of a segment's switch: "segment-NAME" (a namespace's name can't hold a slash); its ports are named after the
 * machines. Interned. */
const char *vn_scene_segment_node (const VnTopology *topology, guint segment);
/* The switch's port that a machine's interface is plugged into. Returns: FALSE if it is in no segment. */
gboolean vn_scene_segment_port (const VnTopology *topology, guint machine, guint interface, char ret[16]);
/* Nodes, loopbacks, segments, machine interfaces with addresses, machines' sysctls. Comes before everything else. */
void vn_scene_render (const VnTopology *topology, VnTables *tables);

G_END_DECLS
