/* SPDX-License-Identifier: Apache-2.0 */
/* What was changed of a lab that stays since it came up, one change after the other. */
#pragma once

#include "sim/run/vn-state.h"

G_BEGIN_DECLS

/* A change is a text, in whatever words the one who makes it reads again. Array of char *, oldest first; transfer full.
 */
GPtrArray *vn_state_changes (const VnState *state);

/* To be called before the first operation of a change: it is pending from now on. */
gboolean vn_state_begin_change (const VnState *state, const char *text, GError **error);
/* The pending one is done, and is the @index-th. In one step: it is either pending or one of the others. */
gboolean vn_state_finish_change (const VnState *state, guint index, GError **error);
/* The pending one was undone. */
void vn_state_drop_change (const VnState *state);
/* The pending one, or NULL. If nobody is changing the lab, whoever began it was ended in the middle. Transfer full. */
char *vn_state_pending_change (const VnState *state);

G_END_DECLS
