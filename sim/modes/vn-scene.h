/* SPDX-License-Identifier: Apache-2.0 */
/* Machines and cables of the scene as tables: a namespace for each machine, one with a bridge for each segment. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* Node of a segment's switch: "segment/NAME"; its ports are named after the machines. */
const char *vn_scene_segment_node (const VnTopology *topology, guint segment);
/* Nodes, loopbacks, segments, machine interfaces with addresses, machines' sysctls. Comes before everything else. */
void vn_scene_render (const VnTopology *topology, VnTables *tables);

G_END_DECLS
