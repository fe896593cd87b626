/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of what events do: what had to go stayed, what had to come did not.
 *
 * They are made from two wanted states, that before an event, itself with the fault, and that behind it. An object that
 * only the first has stays, as it was, one that only the second has is taken away; so it goes on over all further
 * events. What belonged to a device, a chain or a set that is gone is gone with it. */
#include "sim/run/vn-faults-private.h"

#include "sim/plan/vn-ruleset.h"

#include <string.h>

/* ---- entries of tables ---- */

static const char *
device_of (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_FDB ? obj->u.fdb.dev : obj->kind == VN_KOBJ_NEIGH ? obj->u.neigh.dev : NULL;
}

static gboolean
has_device (const GPtrArray *entries, const char *node, const char *dev)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_LINK && obj->node == node && strcmp (obj->u.link.name, dev) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Key -> VnEntry, borrowed. */
static GHashTable *
index_entries (const GPtrArray *entries)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < entries->len; i++)
    g_hash_table_insert (index, vn_kobj_key (&VN_AT (entries, VnEntry, i)->obj), g_ptr_array_index (entries, i));
  return index;
}

static VnEntry *
find_entry (GHashTable *index, const VnKobj *obj)
{
  g_autofree char *key = vn_kobj_key (obj);

  return g_hash_table_lookup (index, key);
}

/* Returns: whether @now is put back to what it was. */
static gboolean
put_back (const VnEntry *was, VnEntry *now)
{
  if (vn_kobj_satisfies (&now->obj, &was->obj))
    return FALSE;
  vn_kobj_clear (&now->obj);
  now->obj = vn_kobj_copy (&was->obj);
  return TRUE;
}

static guint
leave_entries (const VnTables *before, VnTables *tables)
{
  g_autoptr (GHashTable) index = index_entries (tables->entries);
  guint n_left = 0;

  for (guint i = 0; i < before->entries->len; i++)
    {
      const VnEntry *was = VN_AT (before->entries, VnEntry, i);
      const char *dev = device_of (&was->obj);
      VnEntry *now = dev ? find_entry (index, &was->obj) : NULL;

      if (!dev || !has_device (tables->entries, was->obj.node, dev))
        continue;
      if (now)
        {
          n_left += put_back (was, now) ? 1 : 0;
          continue;
        }
      vn_tables_add (tables, vn_kobj_copy (&was->obj), was->origin);
      n_left++;
    }
  return n_left;
}

static guint
take_new_entries (const VnTables *before, VnTables *tables)
{
  g_autoptr (GHashTable) index = index_entries (before->entries);
  guint n_taken = 0;

  for (guint i = tables->entries->len; i-- > 0;)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;

      if (!device_of (obj) || find_entry (index, obj))
        continue;
      g_ptr_array_remove_index (tables->entries, i);
      n_taken++;
    }
  return n_taken;
}

/* ---- rules ---- */

static gboolean
has_rule (const VnChain *chain, const char *spec)
{
  for (guint i = 0; i < chain->rules->len; i++)
    if (strcmp (VN_RULE (chain, i)->spec, spec) == 0)
      return TRUE;
  return FALSE;
}

/* A rule that is left stands where it stood. */
static guint
leave_rules (const VnChain *from, const VnChain *to)
{
  guint n_left = 0;

  for (guint i = 0; i < from->rules->len; i++)
    {
      const VnRule *rule = VN_RULE (from, i);
      VnRule *left;

      if (has_rule (to, rule->spec))
        continue;
      left = g_new0 (VnRule, 1);
      *left = (VnRule){ g_strdup (rule->spec), g_strdup (rule->comment), rule->origin, g_strdup (rule->note) };
      g_ptr_array_insert (to->rules, (gint)MIN (i, to->rules->len), left);
      n_left++;
    }
  return n_left;
}

static guint
take_new_rules (const VnChain *from, const VnChain *to)
{
  guint n_taken = 0;

  for (guint i = to->rules->len; i-- > 0;)
    if (!has_rule (from, VN_RULE (to, i)->spec))
      {
        g_ptr_array_remove_index (to->rules, i);
        n_taken++;
      }
  return n_taken;
}

/* ---- members ---- */

static guint
leave_members (const VnIpset *from, const VnIpset *to)
{
  guint n_left = 0;

  for (guint i = 0; i < from->members->len; i++)
    if (!vn_ipset_has (to, VN_MEMBER (from, i)))
      {
        g_ptr_array_add (to->members, g_strdup (VN_MEMBER (from, i)));
        n_left++;
      }
  return n_left;
}

static guint
take_new_members (const VnIpset *from, const VnIpset *to)
{
  guint n_taken = 0;

  for (guint i = to->members->len; i-- > 0;)
    if (!vn_ipset_has (from, VN_MEMBER (to, i)))
      {
        g_ptr_array_remove_index (to->members, i);
        n_taken++;
      }
  return n_taken;
}

/* ---- connections ---- */

static guint
leave_connections (const VnTables *before, VnTables *tables)
{
  guint n_left = tables->flushes->len - before->flushes->len;

  g_ptr_array_set_size (tables->flushes, (gint)before->flushes->len);
  return n_left;
}

/* ---- all of them ---- */

/* The chains of ports alone: those of the frame lead to devices that come and go. */
static gboolean
is_port_chain (const VnChain *chain)
{
  return g_str_has_prefix (chain->name, "neutron-linuxbri-i") || g_str_has_prefix (chain->name, "neutron-linuxbri-o");
}

static guint
change_chains (guint events, const VnRuleset *from, const VnRuleset *to)
{
  guint n_changed = 0;

  for (guint i = 0; i < from->chains->len; i++)
    {
      const VnChain *old = VN_CHAIN (from, i), *chain = vn_ruleset_find_chain (to, old->table, old->name);

      if (!chain || !is_port_chain (old))
        continue;
      n_changed += (events & VN_LEFT_RULES) ? leave_rules (old, chain) : 0;
      n_changed += (events & VN_NEW_RULES) ? take_new_rules (old, chain) : 0;
    }
  return n_changed;
}

static guint
change_sets (guint events, const VnRuleset *from, VnRuleset *to)
{
  guint n_changed = 0;

  for (guint i = 0; i < from->sets->len; i++)
    {
      const VnIpset *set = vn_ruleset_find_set (to, VN_SET (from, i)->name);

      if (!set)
        continue;
      n_changed += (events & VN_LEFT_MEMBERS) ? leave_members (VN_SET (from, i), set) : 0;
      n_changed += (events & VN_NEW_MEMBERS) ? take_new_members (VN_SET (from, i), set) : 0;
    }
  vn_ruleset_sort (to);
  return n_changed;
}

static guint
change_rulesets (guint events, const VnTables *before, const VnTables *tables)
{
  guint n_changed = 0;

  for (guint i = 0; i < tables->rulesets->len; i++)
    {
      VnRuleset *to = g_ptr_array_index (tables->rulesets, i);
      const VnRuleset *from = vn_tables_ruleset (before, to->node, to->tool);

      if (from)
        n_changed += change_chains (events, from, to) + change_sets (events, from, to);
    }
  return n_changed;
}

guint
vn_fault_apply_events (guint events, const VnTables *before, VnTables *tables)
{
  guint n_changed = 0;

  if (!before)
    return 0;
  n_changed += (events & VN_LEFT_ENTRIES) ? leave_entries (before, tables) : 0;
  n_changed += (events & VN_NEW_ENTRIES) ? take_new_entries (before, tables) : 0;
  n_changed += (events & VN_LEFT_CONNECTIONS) ? leave_connections (before, tables) : 0;
  return n_changed + change_rulesets (events, before, tables);
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { .name = "entries-left",
    .breaks = "event unplug",
    .title = "forwarding entries of ports that are gone stay",
    .events = VN_LEFT_ENTRIES },
  { .name = "entries-not-made",
    .breaks = "event port up, agent started, agent stopped",
    .title = "forwarding entries of ports that came later are not made",
    .events = VN_NEW_ENTRIES },
  { .name = "rules-left", .breaks = "event API", .title = "rules that are deleted stay", .events = VN_LEFT_RULES },
  { .name = "rules-not-made",
    .breaks = "event API",
    .title = "rules that are added have no effect",
    .events = VN_NEW_RULES },
  { .name = "members-left",
    .breaks = "event API",
    .title = "who leaves a group stays in its set",
    .events = VN_LEFT_MEMBERS },
  { .name = "members-not-made",
    .breaks = "event API",
    .title = "who joins a group is not put into its set",
    .events = VN_NEW_MEMBERS },
  { .name = "connections-left",
    .breaks = "event API",
    .title = "connections that a deleted rule had let in go on",
    .events = VN_LEFT_CONNECTIONS },
};

const VnFaultGroup vn_faults_events = { "Events", faults, G_N_ELEMENTS (faults) };
