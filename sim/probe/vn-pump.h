/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where a probe run waits. Private to sim/probe. */
#pragma once

#include "sim/probe/vn-next-hops.h"
#include "sim/probe/vn-probe.h"
#include "sim/probe/vn-outlet.h"

G_BEGIN_DECLS

typedef struct _VnPump VnPump;

/* All borrowed. */
VnPump *vn_pump_new (const VnProbeSetup *setup, const VnOutlets *outlets, VnNextHops *hops, GError **error);
void vn_pump_free (VnPump *pump);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnPump, vn_pump_free)

/* Starts to wait for the answers of next hops, too. Call once, after all were asked for the first time. */
gboolean vn_pump_add_next_hops (VnPump *pump, GError **error);
/* Waits at most @timeout_usec for anything to happen and handles all that has: frames go to the store, datagrams back
 * to their senders, neighbours to the resolvers. */
gboolean vn_pump_turn (VnPump *pump, VnUsec timeout_usec, GError **error);
/* Echoes what waits on the UDP listeners, without waiting. */
void vn_pump_echo (VnPump *pump);
/* How long ago the last frame came. */
VnUsec vn_pump_quiet_usec (const VnPump *pump);
/* Datagrams sent back so far. */
guint64 vn_pump_echoes (const VnPump *pump);

G_END_DECLS
