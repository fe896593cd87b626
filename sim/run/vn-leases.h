/* SPDX-License-Identifier: Apache-2.0 */
/* What DHCP clients were given, from the kernel's words into the topology's and the record's. */
#pragma once

#include "analysis/judge/vn-run.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* @leases: array of VnKobjLease. Returns: the topology with them in it, whose ends have the leased addresses. NULL with
 * VN_ERROR_INPUT where it can't hold what was leased. */
VnTopology *vn_leases_bind (const VnTopology *topology, const GPtrArray *leases, GError **error);
/* Those of @leases (of what stands) that clients may keep when what stands becomes @wanted: of an interface with the
 * same MAC address on the same Ethernet, whose server gives away the same. Transfer full. */
GPtrArray *vn_leases_kept (const GPtrArray *leases, const VnTopology *standing, const VnTopology *wanted);
/* The one of the client on a device; NULL = it was not asked for one. */
const VnKobjLease *vn_leases_find (const GPtrArray *leases, const char *node, const char *dev);
/* An entry in the record for each client, those without a lease too. */
void vn_leases_record (const GPtrArray *leases, VnRun *run);

G_END_DECLS
