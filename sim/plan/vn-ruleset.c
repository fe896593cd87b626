/* SPDX-License-Identifier: Apache-2.0 */
/* What one tool holds in one node, as chains, rules and sets; the order of the -save programs. */
#include "sim/plan/vn-ruleset.h"

#include <string.h>

/* Built-in chains in the order in which the -save programs print them (iptables 1.8.9: by hook, not by name). */
static const struct
{
  const char *table;
  const char *chains[6];
} built_in[] = {
  { "raw", { "PREROUTING", "OUTPUT" } },
  { "mangle", { "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING" } },
  { "nat", { "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING" } },
  { "filter", { "INPUT", "FORWARD", "OUTPUT" } },
};

#define USER_CHAIN G_MAXUINT

static void
rule_free (gpointer data)
{
  VnRule *rule = data;

  g_free (rule->spec);
  g_free (rule->comment);
  g_free (rule->note);
  g_free (rule);
}

static void
chain_free (gpointer data)
{
  VnChain *chain = data;

  g_free (chain->table);
  g_free (chain->name);
  g_free (chain->policy);
  g_ptr_array_unref (chain->rules);
  g_free (chain);
}

static void
ipset_free (gpointer data)
{
  VnIpset *set = data;

  g_free (set->name);
  g_ptr_array_unref (set->members);
  g_free (set);
}

VnRuleset *
vn_ruleset_new (const char *node, VnTool tool)
{
  VnRuleset *ruleset = g_new0 (VnRuleset, 1);

  ruleset->node = g_intern_string (node);
  ruleset->tool = tool;
  ruleset->chains = g_ptr_array_new_with_free_func (chain_free);
  ruleset->sets = g_ptr_array_new_with_free_func (ipset_free);
  return ruleset;
}

void
vn_ruleset_free (VnRuleset *ruleset)
{
  if (ruleset == NULL)
    return;
  g_ptr_array_unref (ruleset->chains);
  g_ptr_array_unref (ruleset->sets);
  g_free (ruleset);
}

VnChain *
vn_ruleset_find_chain (const VnRuleset *ruleset, const char *table, const char *name)
{
  for (guint i = 0; i < ruleset->chains->len; i++)
    {
      VnChain *chain = g_ptr_array_index (ruleset->chains, i);

      if (g_str_equal (chain->name, name) && g_str_equal (chain->table, table))
        return chain;
    }
  return NULL;
}

VnChain *
vn_ruleset_chain (VnRuleset *ruleset, const char *table, const char *name, const char *policy)
{
  VnChain *chain = vn_ruleset_find_chain (ruleset, table, name);

  return chain != NULL ? chain : vn_ruleset_add_chain (ruleset, table, name, policy);
}

VnChain *
vn_ruleset_add_chain (VnRuleset *ruleset, const char *table, const char *name, const char *policy)
{
  VnChain *chain = g_new0 (VnChain, 1);

  chain->table = g_strdup (table);
  chain->name = g_strdup (name);
  chain->policy = g_strdup (policy);
  chain->rules = g_ptr_array_new_with_free_func (rule_free);
  g_ptr_array_add (ruleset->chains, chain);
  return chain;
}

VnRule *
vn_chain_append (VnChain *chain, VnOrigin origin, const char *note, const char *comment, const char *format, ...)
{
  VnRule *rule = g_new0 (VnRule, 1);
  va_list args;

  va_start (args, format);
  rule->spec = g_strdup_vprintf (format, args);
  va_end (args);
  rule->origin = origin;
  rule->note = g_strdup (note);
  rule->comment = g_strdup (comment);
  g_ptr_array_add (chain->rules, rule);
  return rule;
}

VnIpset *
vn_ruleset_find_set (const VnRuleset *ruleset, const char *name)
{
  for (guint i = 0; i < ruleset->sets->len; i++)
    {
      VnIpset *set = g_ptr_array_index (ruleset->sets, i);

      if (g_str_equal (set->name, name))
        return set;
    }
  return NULL;
}

VnIpset *
vn_ruleset_add_set (VnRuleset *ruleset, const char *name, VnFamily family, VnOrigin origin)
{
  VnIpset *set = g_new0 (VnIpset, 1);

  set->name = g_strdup (name);
  set->family = family;
  set->members = g_ptr_array_new_with_free_func (g_free);
  set->origin = origin;
  g_ptr_array_add (ruleset->sets, set);
  return set;
}

gboolean
vn_ipset_has (const VnIpset *set, const char *member)
{
  return set != NULL && g_ptr_array_find_with_equal_func (set->members, member, g_str_equal, NULL);
}

static guint
table_rank (const char *table)
{
  for (guint i = 0; i < G_N_ELEMENTS (built_in); i++)
    if (g_str_equal (built_in[i].table, table))
      return i;
  return G_N_ELEMENTS (built_in);
}

gboolean
vn_table_is_known (const char *table)
{
  return table_rank (table) < G_N_ELEMENTS (built_in);
}

static guint
chain_rank (const VnChain *chain)
{
  guint table = table_rank (chain->table);

  if (table == G_N_ELEMENTS (built_in))
    return USER_CHAIN;
  for (guint i = 0; built_in[table].chains[i] != NULL; i++)
    if (g_str_equal (built_in[table].chains[i], chain->name))
      return i;
  return USER_CHAIN;
}

gboolean
vn_chain_is_built_in (const VnChain *chain)
{
  return chain_rank (chain) != USER_CHAIN;
}

static int
compare_ranks (guint a, guint b)
{
  return (a > b) - (a < b);
}

static int
compare_chains (gconstpointer a, gconstpointer b)
{
  const VnChain *x = *(VnChain *const *)a, *y = *(VnChain *const *)b;
  int order = compare_ranks (table_rank (x->table), table_rank (y->table));

  if (order == 0)
    order = strcmp (x->table, y->table);
  if (order == 0)
    order = compare_ranks (chain_rank (x), chain_rank (y));
  return order != 0 ? order : strcmp (x->name, y->name);
}

static int
compare_sets (gconstpointer a, gconstpointer b)
{
  const VnIpset *x = *(VnIpset *const *)a, *y = *(VnIpset *const *)b;

  return strcmp (x->name, y->name);
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

void
vn_ruleset_sort (VnRuleset *ruleset)
{
  g_ptr_array_sort (ruleset->chains, compare_chains);
  g_ptr_array_sort (ruleset->sets, compare_sets);
  for (guint i = 0; i < ruleset->sets->len; i++)
    {
      VnIpset *set = g_ptr_array_index (ruleset->sets, i);

      g_ptr_array_sort (set->members, compare_members);
    }
}
