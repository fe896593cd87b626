/* SPDX-License-Identifier: Apache-2.0 */
/* Tracked connections of a case: as `conntrack -I` takes them, as `conntrack -L` prints them, and which of them a plan
 * deletes. */
#pragma once

#include "sim/plan/vn-plan.h"
#include "tests/lib/vn-case.h"

G_BEGIN_DECLS

/* "tcp 10.0.0.1 10.0.0.2 40000 80 4097": protocol, addresses and ports of the first packet, zone; sorted. */

/* @list: what `conntrack -L` printed. Array of char *, transfer full. */
GPtrArray *vn_case_conntrack_listed (const char *list);
/* Takes out what the instances' kernels send by themselves: to multicast groups that they join. */
void vn_case_conntrack_drop_multicast (GPtrArray *entries);
/* Adds those of @seeds to @entries. */
void vn_case_conntrack_seed (GPtrArray *entries, const GPtrArray *seeds);
/* Takes out of @entries what the plan's operations on @node delete. */
void vn_case_conntrack_delete (GPtrArray *entries, const VnPlan *plan, const char *node);
/* Returns: the first one that is on one side only, as the agent left it and as it is here; NULL = equal. Transfer full.
 */
char *vn_case_conntrack_compare (const VnCaseStep *step, GPtrArray *entries);

G_END_DECLS
