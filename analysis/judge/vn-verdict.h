/* SPDX-License-Identifier: Apache-2.0 */
/* Expectation, prediction and observation of a cell against each other. */
#pragma once

#include "analysis/judge/vn-case.h"

G_BEGIN_DECLS

/* Which check a cell belongs to: the user's, or a built-in one. */
const char *vn_verdict_check_id (const VnTopology *topology, const VnCell *cell, const VnPrediction *prediction);
/* @run: whose accepted quirks are counted. Returns: the cell's record, transfer full. */
VnRunCell *vn_verdict_cell (const VnCase *c, const VnPredictor *predictor, guint cell, VnRun *run);

G_END_DECLS
