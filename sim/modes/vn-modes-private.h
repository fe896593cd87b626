/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of vn_modes_render() only. */
#pragma once

#include "sim/model/vn-mode.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

#define VN_ENGINE_UPLINK "up" /* an engine's side of its link to the PC */
#define VN_STATION_DEV "eth0" /* of a station that is no VM: its side of the cable */

/* The device by which the programs of a network reach its guests, in `service_node` or `engine_node`. */
const char *vn_modes_inner_dev (const VnTopology *t, const VnHvNetwork *network);

/* Finds or makes the node's rules of a tool. */
VnRuleset *vn_modes_ruleset (VnTables *tables, const char *node, VnTool tool);

/* ---- parts, each for itself ---- */

/* Switches, VMs' cables, stations and engines of the hypervisors' networks. */
void vn_modes_render_networks (const VnTopology *t, VnTables *tables);
/* What the products' programs write into the kernel's tables of PC and engine. */
void vn_modes_render_rules (const VnTopology *t, VnTables *tables);
/* Routers, default routes and other routes. */
void vn_modes_render_routing (const VnTopology *t, VnTables *tables);
/* DHCP and DNS servers, web servers, DHCP clients. */
void vn_modes_render_services (const VnTopology *t, VnTables *tables);

G_END_DECLS
