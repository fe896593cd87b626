/* SPDX-License-Identifier: Apache-2.0 */
/* A second opinion on who may talk to whom, for tests: the API's text as plain loops, without any of sim/predict.
 *
 * Knows ports on one Ethernet, port security, security groups with prefixes, groups, address groups, and statelessness;
 * not what agents do. */
#pragma once

#include "sim/model/vn-cell.h"

G_BEGIN_DECLS

/* @cell: VN_CELL_REACH between two servers. All ports count as plugged. */
VnOutcome vn_naive_reach (const VnTopology *t, const VnCell *cell);

G_END_DECLS
