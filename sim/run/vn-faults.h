/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that can be built into a lab, to show that the checks find them. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;  /* "no-masquerade" */
  const char *title; /* one line, for --list-faults and the report */
  /* Called for each entry of the tables; may change it. Returns: whether it did; to remove it, sets @ret_remove. NULL =
   * leaves all as they are. */
  gboolean (*change_entry) (const VnTopology *topology, VnEntry *entry, gboolean *ret_remove);
  /* Whether a rule is missing. NULL = none is. */
  gboolean (*drops_rule) (const VnChain *chain, const VnRule *rule);
} VnFault;

const VnFault *vn_faults (guint *ret_len);
const VnFault *vn_fault_find (const char *name); /* NULL */
/* Builds the fault into the wanted state. Returns: how many entries and rules it changed; 0 = there is nothing in the
 * lab that could have it. */
guint vn_fault_apply (const VnFault *fault, const VnTopology *topology, VnTables *tables);

G_END_DECLS
