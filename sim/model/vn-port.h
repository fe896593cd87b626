/* SPDX-License-Identifier: Apache-2.0 */
/* What a port's attributes come to. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* Among its fixed addresses. */
gboolean vn_port_has_family (const VnPort *port, VnFamily family);
/* Among its fixed addresses and allowed address pairs, whatever MAC address a pair is for. */
gboolean vn_port_has_address (const VnPort *port, VnIp ip);
/* The first allowed address pair of a family that is not for all addresses, or NULL. */
const VnAddressPair *vn_port_first_pair (const VnPort *port, VnFamily family);
/* An address of a pair: its only one, else the first behind the network's. */
VnIp vn_port_pair_address (const VnAddressPair *pair);
/* A service's port ("network:dhcp", "network:router_interface" …), which Neutron never filters. */
gboolean vn_port_is_trusted (const VnPort *port);
/* Port security is on, and the port is not trusted: MAC and ARP protection, and filters where there are groups. */
gboolean vn_port_is_guarded (const VnPort *port);

G_END_DECLS
