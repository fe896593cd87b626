/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab's agents react to and this kernel may lack. */
#pragma once

#include "sim/model/vn-event.h"
#include "sim/neutron/vn-world.h"

G_BEGIN_DECLS

/* Whether a network or a policy of the topology, or of what the API makes of it in @events (VnEvent), depends on it. */
gboolean vn_lab_needs_caps (const VnTopology *topology, const GArray *events);
/* By trying, in a child of its own, if it is needed; else nothing is missing. */
VnCaps vn_lab_caps (const VnTopology *topology, const GArray *events);

G_END_DECLS
