/* SPDX-License-Identifier: Apache-2.0 */
/* What choosing and sending probes have in common. Private to sim/probe. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* Whether the end is there once the lab is built: a port must be bound to a host and administratively up. */
gboolean vn_probe_is_plugged (const VnTopology *topology, const VnEnd *end);

G_END_DECLS
