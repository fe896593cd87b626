/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring bandwidth limits: frames sent faster than a limit lets through. */
#pragma once

#include "sim/model/vn-burst.h"
#include "sim/probe/vn-probe.h"

G_BEGIN_DECLS

/* Whether the probe of a cell arrived. */
typedef gboolean (*VnBurstReached) (guint cell, gpointer data);

/* One for each limit of a port that has a partner: another end from which, or to which, a UDP probe over IPv4 arrived.
 * Array of VnBurst. */
GArray *vn_bursts_plan (const VnTopology *topology, const GArray *cells, VnBurstReached reached, gpointer data);
/* Sends them one after the other, each for a fifth of a second, and fills in what was sent. The frames are in the
 * capture's store afterwards. @shots: of the cells. */
gboolean vn_bursts_send (const VnProbeSetup *setup, const GArray *cells, const GArray *shots, GArray *bursts,
                         GError **error);

G_END_DECLS
