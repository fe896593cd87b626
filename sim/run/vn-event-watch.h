/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the lab file, followed while streams of probes watch what they do to others. */
#pragma once

#include "analysis/judge/vn-run.h"
#include "sim/run/vn-stage.h"

G_BEGIN_DECLS

/* Follows what the file of @stage says, entry by entry, and adds a check SG-CHANGE for each to @run. */
gboolean vn_event_watch_follow (VnStage *stage, VnRun *run, GError **error);

G_END_DECLS
