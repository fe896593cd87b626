/* SPDX-License-Identifier: Apache-2.0 */
/* What a snapshot recorded of a host against what the kernel holds in ours. */
#pragma once

#include "sim/base/vn-kobj.h"
#include "tests/lib/vn-live-scenario.h"

G_BEGIN_DECLS

/* Conntrack zones follow from all that an agent ever did; a scenario began with agents that had run others before. So
 * zones are equal if one map, kept over a host's snapshots, takes the recorded ones to ours. */
typedef struct _VnLiveZones VnLiveZones;
VnLiveZones *vn_live_zones_new (void);
void vn_live_zones_free (VnLiveZones *zones);

/* @dump: VnKobj of the host. Returns: the lines that differ, "-recorded" and "+here", under the name of the file that
 * they are of; NULL = equal. Transfer full. */
char *vn_live_compare (const VnLiveScenario *scenario, const char *snapshot, const char *host, const GPtrArray *dump,
                       VnLiveZones *zones);

G_END_DECLS
