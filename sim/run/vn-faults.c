/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that can be built into a lab.
 *
 * A check that can't fail is a defect. So each fault takes away or changes what one mechanism of the lab consists of,
 * in the wanted state itself: the kernel is built as wrong as that, verifying finds nothing, and only what packets do
 * can tell. The prediction knows nothing of it. A fault is a row of the tables beside this file (vn-faults-*.c): which
 * objects, rules or sets, and what becomes of them. */
#include "sim/run/vn-faults-private.h"

#include "sim/plan/vn-ruleset.h"

#include <fnmatch.h>
#include <string.h>

static const VnFaultGroup *const groups[] = {
  &vn_faults_modes,   &vn_faults_rules, &vn_faults_guards, &vn_faults_links,
  &vn_faults_tunnels, &vn_faults_qos,   &vn_faults_events,
};

const VnFaultGroup *const *
vn_fault_groups (guint *ret_len)
{
  *ret_len = G_N_ELEMENTS (groups);
  return groups;
}

const VnFault *
vn_fault_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (guint j = 0; j < groups[i]->n_faults; j++)
      if (strcmp (groups[i]->faults[j].name, name) == 0)
        return &groups[i]->faults[j];
  return NULL;
}

gboolean
vn_fault_is_of_events (const VnFault *fault)
{
  return fault->events != 0;
}

/* ---- objects ---- */

/* @index: of the object; moved to the next one. Returns: whether it changed. */
static gboolean
change_entry (const VnFault *fault, const VnTopology *topology, GPtrArray *entries, guint *index)
{
  VnEntry *entry = g_ptr_array_index (entries, *index);
  VnKobj obj = vn_kobj_copy (&entry->obj);
  VnFate fate = fault->change_entry (topology, &obj);

  if (fate == VN_FATE_REMOVED)
    g_ptr_array_remove_index (entries, *index);
  else
    (*index)++;
  if (fate == VN_FATE_DOUBLED)
    {
      VnEntry *second = g_memdup2 (entry, sizeof *entry);

      second->obj = obj;
      g_ptr_array_insert (entries, (gint)*index, second);
      (*index)++;
      return TRUE;
    }
  if (fate == VN_FATE_CHANGED)
    {
      VnKobj old = entry->obj;

      entry->obj = obj;
      obj = old;
    }
  vn_kobj_clear (&obj);
  return fate != VN_FATE_SAME;
}

static guint
change_entries (const VnFault *fault, const VnTopology *topology, GPtrArray *entries)
{
  guint n_changed = 0;

  for (guint i = 0; fault->change_entry && i < entries->len && !(fault->once && n_changed > 0);)
    n_changed += change_entry (fault, topology, entries, &i) ? 1 : 0;
  return n_changed;
}

/* ---- rules ---- */

static gboolean
is_meant (const VnFaultRule *change, VnTool tool, const VnChain *chain, const VnRule *rule)
{
  g_autofree char *name = g_strdup_printf ("%s %s", chain->table, chain->name);

  return (change->tools & (1u << tool)) != 0 && fnmatch (change->chain, name, 0) == 0
         && fnmatch (change->spec, rule->spec, 0) == 0;
}

/* "--dports 8000:8010", behind "--dports [0-9]*:" and by 1: "--dports 8000:8011". Transfer full. */
static char *
add_to_number (const VnFaultRule *change, const char *spec)
{
  g_autoptr (GRegex) regex = g_regex_new (change->from, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  gint start = 0, end = 0;
  gint64 number;
  char *rest;

  if (!g_regex_match (regex, spec, 0, &match))
    return g_strdup (spec);
  g_match_info_fetch_pos (match, 0, &start, &end);
  number = g_ascii_strtoll (spec + end, &rest, 10) + change->by;
  return g_strdup_printf ("%.*s%" G_GINT64_FORMAT "%s", end, spec, number, rest);
}

/* Transfer full. */
static char *
replace (const VnFaultRule *change, const char *spec)
{
  g_autoptr (GRegex) regex = g_regex_new (change->from, 0, 0, NULL);

  return g_regex_replace (regex, spec, -1, 0, change->to, 0, NULL);
}

static gboolean
edit_rule (const VnFaultRule *change, VnRule *rule)
{
  char *spec = (change->change == VN_RULE_ADDED ? add_to_number : replace) (change, rule->spec);
  gboolean is_other = strcmp (spec, rule->spec) != 0;

  g_free (rule->spec);
  rule->spec = spec;
  return is_other;
}

/* Returns: whether the chain is another now. */
static gboolean
change_rule (const VnFaultRule *change, GPtrArray *rules, guint index)
{
  switch (change->change)
    {
    case VN_RULE_DROPPED:
      g_ptr_array_remove_index (rules, index);
      return TRUE;
    case VN_RULE_EDITED:
    case VN_RULE_ADDED:
      return edit_rule (change, g_ptr_array_index (rules, index));
    case VN_RULE_FIRST:
      g_ptr_array_insert (rules, 0, g_ptr_array_steal_index (rules, index));
      return index > 0;
    case VN_RULE_SAME:
    default:
      return FALSE;
    }
}

/* From the last rule to the first: a rule that is gone leaves the places of the others before it as they are. */
static guint
change_chain (const VnFault *fault, VnTool tool, const VnChain *chain)
{
  guint n_changed = 0;

  for (guint i = chain->rules->len; i-- > 0 && !(fault->once && n_changed > 0);)
    if (is_meant (&fault->rule, tool, chain, g_ptr_array_index (chain->rules, i)))
      n_changed += change_rule (&fault->rule, chain->rules, i) ? 1 : 0;
  return n_changed;
}

static guint
change_ruleset (const VnFault *fault, const VnTopology *topology, const VnRuleset *ruleset)
{
  guint n_changed = 0;

  for (guint i = 0; fault->rule.change != VN_RULE_SAME && i < ruleset->chains->len; i++)
    if (!(fault->once && n_changed > 0))
      n_changed += change_chain (fault, ruleset->tool, g_ptr_array_index (ruleset->chains, i));
  for (guint i = 0; fault->change_set && i < ruleset->sets->len; i++)
    if (!(fault->once && n_changed > 0))
      n_changed += fault->change_set (topology, g_ptr_array_index (ruleset->sets, i)) ? 1 : 0;
  return n_changed;
}

guint
vn_fault_apply (const VnFault *fault, const VnTopology *topology, const VnTables *before, VnTables *tables)
{
  guint n_changed = change_entries (fault, topology, tables->entries);

  for (guint i = 0; i < tables->rulesets->len && !(fault->once && n_changed > 0); i++)
    n_changed += change_ruleset (fault, topology, g_ptr_array_index (tables->rulesets, i));
  return n_changed + vn_fault_apply_events (fault->events, before, tables);
}
