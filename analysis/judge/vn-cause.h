/* SPDX-License-Identifier: Apache-2.0 */
/* Why a cell is as it is: predicted and observed, in the same words. */
#pragma once

#include "analysis/judge/vn-case.h"

G_BEGIN_DECLS

/* From the decisive leaf of the tree of reasons. Sets all of @cause. */
void vn_cause_predicted (const VnCase *c, guint cell, const VnPrediction *prediction, VnCause *cause);

/* From shots, frames, rules and tables. @cause: zeroed; stays so for what was delivered and answered as predicted. */
void vn_cause_observed (const VnCase *c, guint cell, VnOutcome observed, const VnPrediction *prediction,
                        VnCause *cause);
/* For a packet that arrived with a source that no translation should have left, or made. @hop: where it did. @wanted:
 * unset = any other. */
void vn_cause_source (const VnCase *c, const VnHop *hop, const char *seen, VnIp wanted, VnCause *cause);
/* For what is as a quirk says and has no other cause: the quirk, and the line where the promise ends. */
void vn_cause_quirk (const VnPrediction *prediction, VnCause *cause);

G_END_DECLS
