/* SPDX-License-Identifier: Apache-2.0 */
/* VnTables: the wanted state of every node as data.
 *
 * One value serves printing, goldens, verifying, the fake kernel, changes and diffs. Kernel objects are a flat list in
 * build order; rules and sets are kept apart as structure (VnRuleset), since they are loaded and compared as a whole.
 */
#pragma once

#include "sim/base/vn-kobj.h"
#include "sim/base/vn-origin.h"

G_BEGIN_DECLS

typedef struct
{
  VnKobj obj;
  VnOrigin origin; /* the line that made it */
} VnEntry;

typedef struct
{
  char *spec;      /* as `iptables-save` prints it behind "-A CHAIN ", without comment */
  char *comment;   /* as the agent writes it; NULL = none */
  VnOrigin origin; /* of the object that made it */
  char *note;      /* for reports: "security group web, rule 2"; NULL = the agent's own */
} VnRule;

typedef struct
{
  char *table; /* "raw", "filter", "nat" */
  char *name;
  char *policy;     /* "ACCEPT", "DROP", "-" (user chain of iptables) */
  GPtrArray *rules; /* VnRule */
} VnChain;

typedef struct
{
  char *name;
  VnFamily family;    /* hash:net family inet, inet6 */
  GPtrArray *members; /* char *: "10.0.0.11", "10.1.0.0/24" as ipset prints them, sorted */
  VnOrigin origin;
} VnIpset;

/* What one tool holds in one node. iptables: chains of raw and filter; ebtables: of nat; ipset: sets. */
typedef struct
{
  const char *node; /* interned */
  VnTool tool;
  GPtrArray *chains; /* VnChain: in the order of the -save program: by table (raw, filter), built-in, then by name */
  GPtrArray *sets;   /* VnIpset, by name */
} VnRuleset;

typedef struct
{
  GPtrArray *entries;  /* VnEntry, in build order */
  GPtrArray *rulesets; /* VnRuleset, in build order */
  GPtrArray *flushes;  /* VnEntry: tracked connections that were deleted, all from the beginning; no state, but what a
                          change does once, after the rules changed */
} VnTables;

VnTables *vn_tables_new (void);
void vn_tables_free (VnTables *tables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTables, vn_tables_free)
/* @obj: taken over. */
void vn_tables_add (VnTables *tables, VnKobj obj, VnOrigin origin);
/* Tracked connections were deleted. @obj: taken over. */
void vn_tables_add_flush (VnTables *tables, VnKobj obj, VnOrigin origin);
guint vn_tables_count_nodes (const VnTables *tables);
const VnRuleset *vn_tables_ruleset (const VnTables *tables, const char *node, VnTool tool); /* NULL */

VnRuleset *vn_ruleset_new (const char *node, VnTool tool);
void vn_ruleset_free (VnRuleset *ruleset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnRuleset, vn_ruleset_free)
/* Finds or makes the chain. */
VnChain *vn_ruleset_chain (VnRuleset *ruleset, const char *table, const char *name, const char *policy);
VnRule *vn_chain_append (VnChain *chain, VnOrigin origin, const char *note, const char *comment, const char *format,
                         ...) G_GNUC_PRINTF (5, 6);
void vn_ruleset_sort (VnRuleset *ruleset); /* chains into the order of the -save program */

/* As the tool's -save program prints it, counters as [0:0]; the form of ../golden. @comments: with them. Transfer full.
 */
char *vn_ruleset_to_save (const VnRuleset *ruleset, gboolean comments);
/* Input of the tool's restore program; comments carry the origin. Transfer full. */
char *vn_ruleset_to_restore (const VnRuleset *ruleset);
/* What a -save program printed, or what restore programs (--noflush) were given one after the other, so that a fake
 * kernel need only keep the texts. NULL and @error on a line that is neither. */
VnRuleset *vn_ruleset_parse (const char *node, VnTool tool, const char *save, GError **error);
/* Lines that differ, "-wanted" and "+there", comments and counters aside. NULL = equal. Transfer full. */
char *vn_ruleset_diff (const VnRuleset *want, const VnRuleset *have);

/* `vnetlab plan LAB --host H --format F`: what `bridge fdb`, `ip neigh`, `ip -d link` would print. Transfer full. */
char *vn_tables_print_links (const VnTables *tables, const char *node);
char *vn_tables_print_fdb (const VnTables *tables, const char *node);
char *vn_tables_print_neigh (const VnTables *tables, const char *node);

G_END_DECLS
