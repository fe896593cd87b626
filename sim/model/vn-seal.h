/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of vn_topology_seal() only. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* Domains are numbered over networks, then segments, then hypervisors' networks. VN_NONE if the interface is plugged
 * into nothing. */
guint vn_seal_interface_domain (const VnTopology *t, const VnInterface *interface);
guint vn_seal_hv_domain (const VnTopology *t, guint hv_network);

/* Fills `hv_networks` and puts VMs' interfaces on them; bridged ones get the segment of the PC's interface. */
void vn_seal_make_hv_networks (VnTopology *t, VnDiagList *diags);
/* Ranges that collide, ports forwarded twice, servers and pools outside of their networks. */
void vn_seal_check_modes (const VnTopology *t, VnDiagList *diags);

/* Fills `ends` and `n_domains`; leaves out what has no host or network. */
void vn_seal_make_ends (VnTopology *t);

/* Names and ids that stand twice; names that can't be those of namespaces and devices. */
void vn_seal_check_names (const VnTopology *t, VnDiagList *diags);
/* Addresses: in their subnets, no two stations of one Ethernet with the same address or MAC, bridges that overflow. */
void vn_seal_check_addresses (const VnTopology *t, VnDiagList *diags);
/* Whether a host may have @ip below @prefix: in it, and not the network's or the broadcast address where there are
 * such. */
gboolean vn_seal_is_host_address (VnPrefix prefix, VnIp ip);

G_END_DECLS
