/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the lab a capture point stands: an end's own device, a port's tap, a machine's uplink. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/packet/vn-frame.h"

G_BEGIN_DECLS

typedef struct
{
  const GPtrArray *points; /* VnCapturePoint; borrowed */
  GArray *end_points;      /* guint an end: its own device, or VN_NONE where it does not exist */
  GArray *tap_points;      /* guint an end: the host's side of a port */
  GArray *uplink_points;   /* guint a machine: the interface that has the tunnel's address */
  GArray *ends;            /* guint a point: the end whose own device it is, or VN_NONE */
} VnPlaces;

VnPlaces *vn_places_new (const VnTopology *topology, const GPtrArray *points);
void vn_places_free (VnPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnPlaces, vn_places_free)

guint vn_places_end (const VnPlaces *places, guint end);
guint vn_places_tap (const VnPlaces *places, guint end);
guint vn_places_uplink (const VnPlaces *places, guint machine); /* VN_NONE for VN_NONE */
guint vn_places_end_at (const VnPlaces *places, guint point);
const VnCapturePoint *vn_places_point (const VnPlaces *places, guint point);

G_END_DECLS
