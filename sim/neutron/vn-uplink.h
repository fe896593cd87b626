/* SPDX-License-Identifier: Apache-2.0 */
/* What connects a network's bridge to the world outside its host, by the network's type. */
#pragma once

#include "sim/neutron/vn-agent.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* Whether the agent can build it. Returns: NULL if so, else why it reports the network's ports down (static).
 * @no_vlan: the kernel has no 802.1Q devices. */
const char *vn_uplink_refuses (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan);
/* The bridge that the network's taps are in: brq…, or the one that bridge_mappings names for its physical network. */
void vn_uplink_bridge (const VnAgent *agent, const VnNetwork *network, char ret[16]);
/* Whether somebody else made that bridge: the agent takes it as it is and never deletes it. */
gboolean vn_uplink_bridge_is_given (const VnAgent *agent, const VnNetwork *network);
/* The uplink was built, or taken down with its network: each moves the interface's default route once. */
void vn_uplink_moved (VnAgent *agent, const VnNetwork *network);
/* Adds the uplink device of a network that is built, as a port of its bridge. The machine's own interfaces are already
 * in @tables: what moves from them to the bridge is changed there. */
void vn_uplink_render (const VnAgent *agent, const VnNetwork *network, VnTables *tables);
/* Default routes that came back from bridges carry the metric of their last move. */
void vn_uplink_render_routes (const VnAgent *agent, VnTables *tables);

G_END_DECLS
