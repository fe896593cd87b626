/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between the wanted rules of a node and those that are there, line by line.
 *
 * Order counts within a chain and nowhere else: chains are found by name, sets and their members too. A built-in chain
 * that accepts and has no rule does nothing, so whether a table was ever touched makes no difference. */
#include "sim/plan/vn-ruleset.h"

#include <string.h>

static gboolean
does_nothing (const VnChain *chain)
{
  return vn_chain_is_built_in (chain) && chain->rules->len == 0 && g_str_equal (chain->policy, "ACCEPT");
}

static void
declaration_line (GString *out, char sign, const VnChain *chain)
{
  g_string_append_printf (out, "%c%s: :%s %s\n", sign, chain->table, chain->name, chain->policy);
}

static void
rule_lines (GString *out, char sign, const VnChain *chain, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    g_string_append_printf (out, "%c%s: -A %s %s\n", sign, chain->table, chain->name, VN_RULE (chain, i)->spec);
}

static gboolean
same_rule (const VnChain *a, guint i, const VnChain *b, guint j)
{
  return g_str_equal (VN_RULE (a, i)->spec, VN_RULE (b, j)->spec);
}

/* What lies between the longest equal beginning and the longest equal end: exact for one place that differs. */
static void
diff_rules (GString *out, const VnChain *want, const VnChain *have)
{
  guint shorter = MIN (want->rules->len, have->rules->len), head = 0, tail = 0;

  while (head < shorter && same_rule (want, head, have, head))
    head++;
  while (tail < shorter - head && same_rule (want, want->rules->len - 1 - tail, have, have->rules->len - 1 - tail))
    tail++;
  rule_lines (out, '-', want, head, want->rules->len - tail);
  rule_lines (out, '+', have, head, have->rules->len - tail);
}

static void
diff_chains (GString *out, const VnRuleset *want, const VnRuleset *have)
{
  for (guint i = 0; i < want->chains->len; i++)
    {
      const VnChain *chain = VN_CHAIN (want, i);
      const VnChain *there = vn_ruleset_find_chain (have, chain->table, chain->name);

      if (there == NULL && does_nothing (chain))
        continue;
      if (there == NULL || !g_str_equal (there->policy, chain->policy))
        declaration_line (out, '-', chain);
      if (there == NULL)
        rule_lines (out, '-', chain, 0, chain->rules->len);
      else
        {
          if (!g_str_equal (there->policy, chain->policy))
            declaration_line (out, '+', there);
          diff_rules (out, chain, there);
        }
    }
}

static void
extra_chains (GString *out, const VnRuleset *want, const VnRuleset *have)
{
  for (guint i = 0; i < have->chains->len; i++)
    {
      const VnChain *chain = VN_CHAIN (have, i);

      if (does_nothing (chain) || vn_ruleset_find_chain (want, chain->table, chain->name) != NULL)
        continue;
      declaration_line (out, '+', chain);
      rule_lines (out, '+', chain, 0, chain->rules->len);
    }
}

/* What @these hold and @others do not. */
static void
diff_sets (GString *out, char sign, const VnRuleset *these, const VnRuleset *others)
{
  for (guint i = 0; i < these->sets->len; i++)
    {
      const VnIpset *set = VN_SET (these, i);
      const VnIpset *other = vn_ruleset_find_set (others, set->name);

      if (other == NULL || other->family != set->family)
        g_string_append_printf (out, "%ccreate %s family %s\n", sign, set->name,
                                set->family == VN_FAMILY_IPV6 ? "inet6" : "inet");
      for (guint j = 0; j < set->members->len; j++)
        if (!vn_ipset_has (other, VN_MEMBER (set, j)))
          g_string_append_printf (out, "%cadd %s %s\n", sign, set->name, VN_MEMBER (set, j));
    }
}

char *
vn_ruleset_diff (const VnRuleset *want, const VnRuleset *have)
{
  GString *out = g_string_new (NULL);
  gboolean is_equal;

  diff_sets (out, '-', want, have);
  diff_sets (out, '+', have, want);
  diff_chains (out, want, have);
  extra_chains (out, want, have);
  is_equal = out->len == 0;
  return g_string_free (out, is_equal);
}
