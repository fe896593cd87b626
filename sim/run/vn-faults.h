/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that can be built into a lab, to show that the checks find them. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* What becomes of a wanted object. */
typedef enum
{
  VN_FATE_SAME,
  VN_FATE_CHANGED,
  VN_FATE_REMOVED,
  VN_FATE_DOUBLED, /* what it was changed to stands beside it */
} VnFate;

typedef enum
{
  VN_RULE_SAME,
  VN_RULE_DROPPED,
  VN_RULE_EDITED, /* what matches `from` is replaced by `to` */
  VN_RULE_ADDED,  /* `by` is added to the number behind what matches `from` */
  VN_RULE_FIRST,  /* it stands before all others of its chain */
} VnRuleChange;

/* Which rules, and what becomes of them. @chain and @spec are patterns of fnmatch(3), @from is a regular expression. */
typedef struct
{
  VnRuleChange change;
  guint tools;       /* bits: 1 << VnTool */
  const char *chain; /* "TABLE CHAIN" */
  const char *spec;
  const char *from, *to;
  gint by;
} VnFaultRule;

/* What an event took away and stays all the same, or was to bring and is not there. */
typedef enum
{
  VN_LEFT_ENTRIES = 1 << 0, /* forwarding entries and neighbours */
  VN_LEFT_RULES = 1 << 1,   /* in chains that are still there */
  VN_LEFT_MEMBERS = 1 << 2, /* of sets that are still there */
  VN_NEW_ENTRIES = 1 << 3,
  VN_NEW_RULES = 1 << 4,
  VN_NEW_MEMBERS = 1 << 5,
  VN_LEFT_CONNECTIONS = 1 << 6, /* tracked ones */
} VnFaultEvent;

typedef struct
{
  const char *name; /* "no-masquerade" */
  const char
      *breaks;       /* which mechanism: "rule NAME", "option KEY", "event KIND", "mode PART"; several: "option A, B" */
  const char *title; /* one line: what is wrong */
  gboolean once;     /* only the first place that can have it, else all */
  /* Called for each object; changes it, and says what becomes of it. NULL = leaves all as they are. */
  VnFate (*change_entry) (const VnTopology *topology, VnKobj *obj);
  VnFaultRule rule;
  /* Returns: whether it changed the set. NULL = leaves all as they are. */
  gboolean (*change_set) (const VnTopology *topology, VnIpset *set);
  guint events; /* VnFaultEvent */
} VnFault;

typedef struct
{
  const char *title;
  const VnFault *faults;
  guint n_faults;
} VnFaultGroup;

const VnFaultGroup *const *vn_fault_groups (guint *ret_len);
const VnFault *vn_fault_find (const char *name); /* NULL */
/* Builds the fault into the wanted state. @before: the wanted state before the last event; NULL = there was none.
 * Returns: how many objects, rules and members it changed; 0 = there is nothing in the lab that could have it. */
guint vn_fault_apply (const VnFault *fault, const VnTopology *topology, const VnTables *before, VnTables *tables);
/* Whether it needs an event to show. */
gboolean vn_fault_is_of_events (const VnFault *fault);

G_END_DECLS
