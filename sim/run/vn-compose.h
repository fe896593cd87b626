/* SPDX-License-Identifier: Apache-2.0 */
/* From a topology to the wanted state of the whole lab: scene, hypervisors' modes and cloud in one VnTables. */
#pragma once

#include "sim/model/vn-event.h"
#include "sim/neutron/vn-world.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* @topology: the scene, and the model before all @events, which are folded in order. @ret_world: nullable. */
VnTables *vn_compose (const VnTopology *topology, const GArray *events, const VnCaps *caps, VnWorld **ret_world);
/* Likewise where the scene has changed since, to that of @scene. */
VnTables *vn_compose_changed (const VnTopology *scene, const VnTopology *topology, const GArray *events,
                              const VnCaps *caps);
/* Every place to capture at: each end's own device, each tap that is up and each uplink. Array of VnCapturePoint,
 * transfer full.
 */
GPtrArray *vn_compose_points (const VnTopology *topology, const VnTables *tables);

G_END_DECLS
