/* SPDX-License-Identifier: Apache-2.0 */
/* Replaying a scenario on the real kernel. */
#pragma once

#include "tests/lib/vn-live-scenario.h"

G_BEGIN_DECLS

/* In a sandbox. Appends to @report what differs from the record. Returns: FALSE with @error if the scenario can't be
 * replayed at all; TRUE if it ran to its end, whatever @report says. */
gboolean vn_live_run (const VnLiveScenario *scenario, GString *report, GError **error);

G_END_DECLS
