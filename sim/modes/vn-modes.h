/* SPDX-License-Identifier: Apache-2.0 */
/* What machines do for others, and what hypervisors build on a PC: network modes of VMs as tables. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* Adds the hypervisors' networks, what forwards and translates for whom, routes and services to @tables. Machines' own
 * nodes and cables are already in there (vn_scene_render). */
void vn_modes_render (const VnTopology *topology, VnTables *tables);

G_END_DECLS
