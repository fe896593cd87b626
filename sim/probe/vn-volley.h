/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the probes of many cells and waits until their fate is known. Private to sim/probe. */
#pragma once

#include "sim/packet/vn-craft.h"
#include "sim/probe/vn-pump.h"

G_BEGIN_DECLS

/* What the volleys of one run share. All but the last four are set once. */
typedef struct
{
  const VnProbeSetup *setup;
  const GArray *cells; /* VnCell */
  GArray *shots;       /* VnShot, index = cell */
  const VnOutlets *outlets;
  VnPump *pump;
  VnCrafter *crafter;
  VnDecodeOptions decode;
  VnUsec deadline;
  guint32 next_number;     /* of the next frame (vn_probe_tag) */
  guint32 next_dns_number; /* of the next DNS query */
  guint64 n_sent;          /* frames */
  guint n_ended;           /* cells, for the caller's progress */
} VnShooting;

/* @which: numbers of cells (guint) whose sender is there and whose next hop is known. Fills their shots. */
gboolean vn_volley_run (VnShooting *shooting, const GArray *which, GError **error);
/* Sends a frame from an end's socket; waits a little where the device's queue is full. Returns: 0 or an errno, -1 with
 * @error. */
int vn_shooting_send (VnShooting *shooting, guint from, GBytes *frame, GError **error);

G_END_DECLS
