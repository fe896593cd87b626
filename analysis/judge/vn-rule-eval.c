/* SPDX-License-Identifier: Apache-2.0 */
/* An interpreter of the agent's chains.
 *
 * Chains are walked as the kernel does: the first matching rule with a terminating target decides, RETURN and the end
 * of a user chain go back to the caller (in ebtables a user chain's policy decides at its end), the end of a built-in
 * chain is its policy. Targets that only mark (CT) are passed. */
#include "analysis/judge/vn-rule-eval.h"

#include <string.h>

/* The kernel refuses loops; this only bounds the recursion on rules that it never saw. */
#define MAX_DEPTH 16

struct _VnRuleBook
{
  const VnTables *tables;
  GHashTable *parsed; /* const VnRule * -> VnParsedRule */
};

typedef enum
{
  STEP_GO_ON, /* the chain came to its end or returned */
  STEP_ACCEPT,
  STEP_DROP,
  STEP_UNDECIDED,
} Step;

typedef struct
{
  VnRuleBook *book;
  const VnRuleset *ruleset;
  const char *table;
  const VnRulePacket *packet;
  const VnChain *stack[MAX_DEPTH];
  guint depth;
  VnRuleVerdict *ret;
} Walk;

VnRuleBook *
vn_rule_book_new (const VnTables *tables)
{
  VnRuleBook *book = g_new0 (VnRuleBook, 1);

  book->tables = tables;
  book->parsed = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)vn_parsed_rule_free);
  return book;
}

void
vn_rule_book_free (VnRuleBook *book)
{
  if (book == NULL)
    return;
  g_hash_table_unref (book->parsed);
  g_free (book);
}

void
vn_rule_verdict_clear (VnRuleVerdict *verdict)
{
  g_clear_pointer (&verdict->path, g_free);
}

static const VnParsedRule *
parsed (VnRuleBook *book, const VnRule *rule)
{
  VnParsedRule *found = g_hash_table_lookup (book->parsed, rule);

  if (!found)
    {
      found = vn_parsed_rule_new (rule->spec);
      g_hash_table_insert (book->parsed, (gpointer)rule, found);
    }
  return found;
}

static const VnChain *
find_chain (const VnRuleset *ruleset, const char *table, const char *name)
{
  for (guint i = 0; ruleset && i < ruleset->chains->len; i++)
    {
      const VnChain *chain = g_ptr_array_index (ruleset->chains, i);

      if (strcmp (chain->table, table) == 0 && strcmp (chain->name, name) == 0)
        return chain;
    }
  return NULL;
}

static char *
path_of (const Walk *walk)
{
  GString *path = g_string_new (NULL);

  for (guint i = 0; i < walk->depth; i++)
    g_string_append_printf (path, "%s%s", i > 0 ? " > " : "", walk->stack[i]->name);
  return g_string_free (path, FALSE);
}

static Step
decide (Walk *walk, const VnRule *rule, Step step)
{
  VnRuleVerdict *ret = walk->ret;

  ret->rule = rule;
  ret->chain = walk->stack[walk->depth - 1];
  ret->caller = walk->depth > 1 ? walk->stack[walk->depth - 2] : NULL;
  g_free (ret->path);
  ret->path = path_of (walk);
  return step;
}

static const struct
{
  const char *target;
  Step step;
} targets[] = {
  { "ACCEPT", STEP_ACCEPT },
  { "DROP", STEP_DROP },
  { "RETURN", STEP_GO_ON },
};

/* Whether a chain's policy decides at its end: that of a user chain of iptables is "-". */
static Step
at_end (Walk *walk, const VnChain *chain)
{
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    if (g_strcmp0 (chain->policy, targets[i].target) == 0 && targets[i].step != STEP_GO_ON)
      return decide (walk, NULL, targets[i].step);
  return STEP_GO_ON;
}

static Step walk_chain (Walk *walk, const VnChain *chain);

/* @ret_leave: the chain is left at this rule. */
static Step
follow (Walk *walk, const VnRule *rule, const char *target, gboolean *ret_leave)
{
  const VnChain *chain;
  Step step;

  *ret_leave = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    if (g_strcmp0 (target, targets[i].target) == 0)
      return targets[i].step == STEP_GO_ON ? STEP_GO_ON : decide (walk, rule, targets[i].step);
  chain = target ? find_chain (walk->ruleset, walk->table, target) : NULL;
  step = chain ? walk_chain (walk, chain) : STEP_GO_ON;
  *ret_leave = step != STEP_GO_ON;
  return step;
}

static Step
walk_rules (Walk *walk, const VnChain *chain)
{
  for (guint i = 0; i < chain->rules->len; i++)
    {
      const VnRule *rule = g_ptr_array_index (chain->rules, i);
      const VnParsedRule *line = parsed (walk->book, rule);
      VnMatchResult matches = vn_parsed_rule_match (line, walk->packet);
      gboolean leave;
      Step step;

      if (matches == VN_MATCH_UNKNOWN)
        return decide (walk, rule, STEP_UNDECIDED);
      if (matches == VN_MATCH_NO)
        continue;
      step = follow (walk, rule, vn_parsed_rule_target (line), &leave);
      if (leave)
        return step;
    }
  return at_end (walk, chain);
}

static Step
walk_chain (Walk *walk, const VnChain *chain)
{
  Step step;

  if (walk->depth == MAX_DEPTH)
    return STEP_UNDECIDED;
  walk->stack[walk->depth++] = chain;
  step = walk_rules (walk, chain);
  walk->depth--;
  return step;
}

void
vn_rule_eval (VnRuleBook *book, const char *node, VnTool tool, const char *table, const char *chain,
              const VnRulePacket *packet, VnRuleVerdict *ret)
{
  static const VnRuleResult results[] = {
    [STEP_GO_ON] = VN_RULE_ACCEPTED,
    [STEP_ACCEPT] = VN_RULE_ACCEPTED,
    [STEP_DROP] = VN_RULE_DROPPED,
    [STEP_UNDECIDED] = VN_RULE_UNDECIDED,
  };
  VnRulePacket with_sets = *packet;
  Walk walk = { book, vn_tables_ruleset (book->tables, node, tool), table, &with_sets, { NULL }, 0, ret };
  const VnChain *first = find_chain (walk.ruleset, table, chain);

  *ret = (VnRuleVerdict){ .result = VN_RULE_ACCEPTED, .tool = tool };
  with_sets.sets = vn_tables_ruleset (book->tables, node, VN_TOOL_IPSET);
  if (first)
    ret->result = results[walk_chain (&walk, first)];
  if (!ret->path)
    ret->path = g_strdup (chain);
}

void
vn_rule_eval_bridge (VnRuleBook *book, const char *node, const VnRulePacket *packet, gboolean bridge_nf,
                     VnRuleVerdict *ret)
{
  VnTool tool = packet->headers->ip_src.family == VN_FAMILY_IPV6 ? VN_TOOL_IP6TABLES : VN_TOOL_IPTABLES;

  vn_rule_eval (book, node, VN_TOOL_EBTABLES, "nat", "PREROUTING", packet, ret);
  if (ret->result != VN_RULE_ACCEPTED || !bridge_nf || !(packet->headers->layers & VN_HAS_IP))
    return;
  vn_rule_verdict_clear (ret);
  vn_rule_eval (book, node, tool, "filter", "FORWARD", packet, ret);
}
