/* SPDX-License-Identifier: Apache-2.0 */
/* Replaying a scenario on the real kernel. */
#pragma once

#include "tests/lib/vn-live-scenario.h"

G_BEGIN_DECLS

/* In how many orders the server may have listed hosts and ports in its messages. Which one it was is not on record, so
 * each is to be tried. It can be seen only where an agent with the ARP responder stops in the middle of a message, at
 * an IPv6 address; 1 elsewhere. */
guint vn_live_n_orders (const VnLiveScenario *scenario);

/* In a sandbox. @order: below vn_live_n_orders. Appends to @report what differs from the record.
 * Returns: FALSE with @error if the scenario can't be replayed at all; TRUE if it ran to its end, whatever @report
 * says. */
gboolean vn_live_run (const VnLiveScenario *scenario, guint order, GString *report, GError **error);

G_END_DECLS
