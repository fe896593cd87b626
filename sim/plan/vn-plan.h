/* SPDX-License-Identifier: Apache-2.0 */
/* VnPlan: operations that turn one VnTables into another; the first build is the delta from empty. */
#pragma once

#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

typedef struct
{
  VnVerb verb;
  VnKobj obj;
  VnOrigin origin;
} VnOp;

typedef struct
{
  GPtrArray *ops; /* VnOp, in the order of execution */
} VnPlan;

void vn_plan_free (VnPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnPlan, vn_plan_free)
/* @from may be NULL (empty). Deletions first, in reverse build order, but rules and sets; then additions and changes,
 * in an order in which each operation finds what it needs, whatever the order in @to (vn-plan.c). Of several entries
 * for one object the last one counts. Loopback is only ever SET; settings are never deleted. */
VnPlan *vn_plan_delta (const VnTables *from, const VnTables *to);
/* The names of the nodes that are in both, and of which @to no longer has a setting that @from has, though its device
 * stays: nobody knows what it was before, so such a node has to be made anew. A set. */
GHashTable *vn_plan_spent_nodes (const VnTables *from, const VnTables *to);
/* Likewise, with the nodes in @anew (a set of interned names) deleted and made anew, with all in them. */
VnPlan *vn_plan_delta_anew (const VnTables *from, const VnTables *to, GHashTable *anew);
/* Takes the DHCP clients out of a plan, whose last operations they are: whoever captures starts between the two. */
VnPlan *vn_plan_take_clients (VnPlan *plan);
char *vn_plan_to_text (const VnPlan *plan); /* a line an operation: "compute1: add link … (file:line)" */

/* One difference between what is wanted and what the kernel holds. */
typedef struct
{
  enum
  {
    VN_DELTA_MISSING,
    VN_DELTA_UNEXPECTED,
    VN_DELTA_DIFFERENT
  } kind;
  const char *node;
  char *text; /* "fdb … dev vxlan-42 dst 10.0.0.102", or the diff of a rule set */
  VnOrigin origin;
} VnDelta;
void vn_delta_free (VnDelta *delta);

/* @have: VnKobj of a dump of @node, rules as -save text. What the kernel makes by itself (learned fdb, link-local
 * addresses, local and multicast routes, dynamic neighbours, …) is one table in vn-verify.c with a reason each.
 * Returns: array of VnDelta, empty if all is explained. */
GPtrArray *vn_tables_compare (const VnTables *want, const char *node, const GPtrArray *have);
/* Why the kernel made @obj by itself, given the whole dump; NULL if it did not. */
const char *vn_verify_reason (const GPtrArray *have, const VnKobj *obj);

G_END_DECLS
