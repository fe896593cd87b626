/* SPDX-License-Identifier: Apache-2.0 */
/* What reports show beside the verdicts: the way of each packet, what the lab is made of, traffic over time. */
#pragma once

#include "analysis/judge/vn-judge.h"

G_BEGIN_DECLS

/* Both after vn_judge() on the same evidence. */
void vn_record_hops (const VnEvidence *evidence, VnRun *run);
/* Nodes, devices, traffic. */
void vn_record_lab (const VnEvidence *evidence, VnRun *run);

G_END_DECLS
