/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of vn_topology_seal() only. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* Domains are numbered over networks, then segments, then hypervisors' host-only networks in the order of machines. */
guint vn_seal_segment_domain (const VnTopology *t, guint segment);
guint vn_seal_host_only_domain (const VnTopology *t, guint hypervisor);
/* VN_NONE if the interface is plugged into nothing. */
guint vn_seal_interface_domain (const VnTopology *t, const VnMachine *machine, const VnInterface *interface);
/* Whether the machine's hypervisor has a host-only network with an address for the host. */
gboolean vn_seal_has_host_only (const VnMachine *machine);
/* The host's own address in it. */
VnPrefix vn_seal_host_only_address (const VnMachine *hypervisor);

/* Fills `ends` and `n_domains`; leaves out what has no host or network. */
void vn_seal_make_ends (VnTopology *t);

/* Names and ids that stand twice; names that can't be those of namespaces and devices. */
void vn_seal_check_names (const VnTopology *t, VnDiagList *diags);
/* Addresses: in their subnets, no two stations of one Ethernet with the same address or MAC, bridges that overflow. */
void vn_seal_check_addresses (const VnTopology *t, VnDiagList *diags);

G_END_DECLS
