/* SPDX-License-Identifier: Apache-2.0 */
/* What must happen to a packet by what the API promises, with the chain of reasons.
 *
 * Reads the topology and the events, and nothing else: no table, no rule, no agent's state, or an error there would
 * predict itself. Where the real agents are known to depart from the promise, a row of the table of quirks says so. */
#pragma once

#include "sim/model/vn-cell.h"
#include "sim/model/vn-event.h"

G_BEGIN_DECLS

typedef struct
{
  const char *id;      /* "SG-V6-NOSPOOF" */
  const char *section; /* of the facts about Neutron that it comes from, as in docs/quirks.md */
  const char *when;    /* one sentence */
  const char *what;    /* one sentence */
} VnQuirk;
const VnQuirk *vn_quirks (guint *ret_len);

typedef struct
{
  VnOutcome outcome;       /* by the API's promise */
  VnCauseCode cause;       /* of the first leg that is "no" */
  VnReason *reason;        /* tree; its decisive leaf has the line */
  const VnQuirk *quirk;    /* one that applies to this cell, or NULL */
  VnOutcome quirk_outcome; /* what the real agents do then; without a quirk the same as outcome */
  VnCauseCode quirk_cause;
  VnIp seen_as;        /* source address that the other side sees; unset = nothing is promised about it */
  gboolean translated; /* by a NAT, on its way there */
} VnPrediction;
void vn_prediction_clear (VnPrediction *prediction);

typedef struct _VnPredictor VnPredictor;
VnPredictor *vn_predict_compile (const VnTopology *topology, const GArray *events);
/* @topology: the model behind @events, which began with @first. */
VnPredictor *vn_predict_compile_since (const VnTopology *first, const VnTopology *topology, const GArray *events);
/* Whether the server has the port as ACTIVE: its agent saw it plugged, and nothing took that back. */
gboolean vn_predictor_port_is_active (const VnPredictor *predictor, guint port);
/* The machine that the port is plugged on; VN_NONE = none. */
guint vn_predictor_tap_host (const VnPredictor *predictor, guint port);
/* The row that excuses a host's rules, or with @tunnels its forwarding tables, for being out of date; NULL = none. */
const VnQuirk *vn_predictor_agent_quirk (const VnPredictor *predictor, guint host, gboolean tunnels);
void vn_predictor_free (VnPredictor *predictor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnPredictor, vn_predictor_free)
void vn_predict_ask (const VnPredictor *predictor, const VnCell *cell, VnPrediction *ret);

G_END_DECLS
