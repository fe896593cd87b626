/* SPDX-License-Identifier: Apache-2.0 */
/* What hypervisors build on a PC: network modes of VMs as tables. Host-only so far. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* Adds the bridges, taps and interfaces of every VM (machines with `on`) to @tables. Machines' own nodes and cables are
 * already in there. */
void vn_modes_render (const VnTopology *topology, VnTables *tables);

G_END_DECLS
