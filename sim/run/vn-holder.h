/* SPDX-License-Identifier: Apache-2.0 */
/* The process that keeps a lab up. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/run/vn-state.h"

G_BEGIN_DECLS

/* Starts a holder in a session of its own, which builds the lab in a sandbox and keeps it. Comes back when the lab
 * stands; FALSE with the holder's error, or with one that says that it ended, and nothing is left then but @state's
 * folder. @state: of vn_state_make(); no thread may exist. */
gboolean vn_holder_start (VnState *state, const VnTopology *topology, GError **error);
/* Ends the lab: programs are asked to, then all is killed. Its folder is removed. */
gboolean vn_holder_stop (VnState *state, GError **error);

G_END_DECLS
