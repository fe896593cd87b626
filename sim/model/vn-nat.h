/* SPDX-License-Identifier: Apache-2.0 */
/* Which translation an end is behind, by the mode of its network or the role of its router: from the topology alone. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* The network that a hypervisor made and that an interface's end is on; NULL = a segment, or a port. */
const VnHvNetwork *vn_end_hv_network (const VnTopology *topology, const VnEnd *end);
/* The interface of an end, NULL for a port and for the PC's side of a hypervisor's network. */
const VnInterface *vn_end_interface (const VnTopology *topology, const VnEnd *end);
/* The DHCP server that has to serve the Ethernet of @end; NULL if there is none, or more than one. */
const VnDhcpServer *vn_end_dhcp_server (const VnTopology *topology, const VnEnd *end);

/* What the machine of an end asks for names, as its interfaces were given or leased; unset = nobody. */
VnIp vn_end_resolver (const VnTopology *topology, const VnEnd *end);

/* The outside of the nearest NAT that @end is behind: the end by which its PC or router leaves. VN_NONE = behind none,
 * or the NAT has no address outside. */
guint vn_nat_outside (const VnTopology *topology, const VnEnd *end);
/* The forwarding of @port of the outside that leads to @end; NULL if there is none. */
const VnForward *vn_nat_forward (const VnTopology *topology, const VnEnd *end, guint8 protocol, guint16 port);

/* Whether anybody forwards packets, so that ends of different Ethernets may reach each other. */
gboolean vn_topology_is_joined (const VnTopology *topology);
/* The end by which a machine's kernel sends to @dst; VN_NONE = it has no route. */
guint vn_machine_leaves_by (const VnTopology *topology, guint machine, VnIp dst);

G_END_DECLS
