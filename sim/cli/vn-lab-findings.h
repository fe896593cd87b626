/* SPDX-License-Identifier: Apache-2.0 */
/* A foreign capture held against a lab: who talked that shouldn't, who is unknown, what was flooded. */
#pragma once

#include "analysis/flows/vn-analysis.h"
#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* Adds the LAB-… findings. @analysis: finished. */
void vn_lab_findings (VnAnalysis *analysis, const VnTopology *topology);

G_END_DECLS
