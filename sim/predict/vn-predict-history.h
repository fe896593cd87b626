/* SPDX-License-Identifier: Apache-2.0 */
/* What the events so far made of ports and agents: who has which tap, which model each agent works by, and what the
 * server's messages taught it of the others. */
#pragma once

#include "sim/model/vn-event.h"

G_BEGIN_DECLS

/* What a host's agent made of a tap. */
typedef enum
{
  VN_TAP_UNSEEN,  /* nothing: no rule names it */
  VN_TAP_KNOWN,   /* rules by the model that the agent works by */
  VN_TAP_STRANGER /* the server did not know the port: all is let through */
} VnTapState;

typedef struct _VnHistory VnHistory;

/* @events: behind @first; kept by reference. */
VnHistory *vn_history_new (const VnTopology *first, const GArray *events);
void vn_history_free (VnHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnHistory, vn_history_free)

const VnTopology *vn_history_topology (const VnHistory *history); /* the server's model behind all events */

/* ---- ports ---- */

/* VN_NONE = nowhere. @ret_order: nullable; the index of the event that plugged it. */
guint vn_history_tap_host (const VnHistory *history, guint port, guint *ret_order);
/* Whether the server has the port as ACTIVE: an agent reported it up and nothing took that back. */
gboolean vn_history_is_active (const VnHistory *history, guint port);

/* ---- agents ---- */

/* The model that the host's agent works by: the server's, or, while it is stopped, the one of then. */
const VnTopology *vn_history_known (const VnHistory *history, guint host);
gboolean vn_history_is_stopped (const VnHistory *history, guint host);
/* Whether it ever was: messages may have passed it by. */
gboolean vn_history_was_stopped (const VnHistory *history, guint host);
/* Outlasts the tap where the agent did not see it vanish. */
VnTapState vn_history_tap_state (const VnHistory *history, guint host, guint port);
/* Whether the network's bridge leads out of the host: its agent has wired a port of it. */
gboolean vn_history_has_uplink (const VnHistory *history, guint host, guint network);

/* ---- L2 population ---- */

/* Whether @from floods the network's broadcasts to @to. */
gboolean vn_history_floods (const VnHistory *history, guint network, guint from, guint to);
/* Where @host was told to send the port's frames; VN_NONE = it was told nothing. */
guint vn_history_place (const VnHistory *history, guint host, guint port);

G_END_DECLS
