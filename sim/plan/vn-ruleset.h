/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and making the parts of a ruleset. */
#pragma once

#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

#define VN_CHAIN(ruleset, i) ((const VnChain *)g_ptr_array_index ((ruleset)->chains, (i)))
#define VN_RULE(chain, i) ((const VnRule *)g_ptr_array_index ((chain)->rules, (i)))
#define VN_SET(ruleset, i) ((const VnIpset *)g_ptr_array_index ((ruleset)->sets, (i)))
#define VN_MEMBER(set, i) ((const char *)g_ptr_array_index ((set)->members, (i)))

VnChain *vn_ruleset_find_chain (const VnRuleset *ruleset, const char *table, const char *name); /* NULL */
/* Without looking whether it is there. */
VnChain *vn_ruleset_add_chain (VnRuleset *ruleset, const char *table, const char *name, const char *policy);
VnIpset *vn_ruleset_find_set (const VnRuleset *ruleset, const char *name); /* NULL */
VnIpset *vn_ruleset_add_set (VnRuleset *ruleset, const char *name, VnFamily family, VnOrigin origin);
gboolean vn_ipset_has (const VnIpset *set, const char *member); /* FALSE if @set is NULL */
/* A chain that hangs on a hook of the kernel: it has a policy and can't be removed. */
gboolean vn_chain_is_built_in (const VnChain *chain);
/* raw, mangle, nat, filter: no rule goes into any other. */
gboolean vn_table_is_known (const char *table);

/* One MAC address as ebtables prints it in a list: without leading zeros. Transfer full. */
char *vn_ruleset_among_mac (VnMac mac);

/* Input of the restore program that turns @from (NULL: nothing) into @to (NULL: nothing), for --noflush. For sets:
 * creates and fills, removes nothing that a rule may still refer to. NULL if nothing is to be done. Transfer full. */
char *vn_ruleset_to_change (const VnRuleset *from, const VnRuleset *to);
/* Sets of @from that @to has no more, as `destroy` lines; NULL if there are none. Transfer full. */
char *vn_ruleset_to_destroy (const VnRuleset *from, const VnRuleset *to);

G_END_DECLS
