/* SPDX-License-Identifier: Apache-2.0 */
/* What DHCP clients were given, from the kernel's words into the topology's and the record's. */
#pragma once

#include "analysis/judge/vn-run.h"
#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* @leases: array of VnKobjLease. Returns: the topology with them in it, whose ends have the leased addresses. NULL with
 * VN_ERROR_INPUT where it can't hold what was leased. */
VnTopology *vn_leases_bind (const VnTopology *topology, const GPtrArray *leases, GError **error);
/* An entry in the record for each client, those without a lease too. */
void vn_leases_record (const GPtrArray *leases, VnRun *run);

G_END_DECLS
