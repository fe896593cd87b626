/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that turn one VnTables into another.
 *
 * Order. Whoever fills the tables does so machine by machine; what an operation needs has to stand before it all the
 * same. So every object has a rank (a namespace before its links, a bridge before its ports, a link before its
 * addresses, rules before the switches of br_netfilter, which exist only once a rule has loaded it), additions run in
 * the order of ranks, within one rank in that of the tables, and deletions the other way round.
 *
 * What goes away by itself is not deleted: everything in a namespace with it, everything on a link with it, the peer of
 * a veth with the end that made it. A setting can't be deleted and is left. An attribute that the kernel fixes at a
 * link's creation (a VNI, a peer) makes the link be replaced, and with it everything on it be added again.
 *
 * Rules change chain by chain and sets member by member; a set that is no longer wanted is destroyed last, when no rule
 * refers to it. Tracked connections are deleted behind the rules, or the next packet would bring them back. */
#include "sim/plan/vn-plan.h"

#include <string.h>

#include "sim/plan/vn-rank.h"
#include "sim/plan/vn-ruleset.h"

typedef struct
{
  const VnTables *from, *to; /* from: may be NULL */
  GHashTable *old, *wanted;  /* key -> VnEntry */
  GHashTable *gone;          /* keys of nodes and links that are deleted or replaced */
  GHashTable *anew;          /* names of nodes that are to be replaced; NULL = none */
  VnPlan *plan;
} Delta;

static void
op_free (gpointer data)
{
  VnOp *op = data;

  vn_kobj_clear (&op->obj);
  g_free (op);
}

void
vn_plan_free (VnPlan *plan)
{
  if (plan == NULL)
    return;
  g_ptr_array_unref (plan->ops);
  g_free (plan);
}

/* @obj: taken over. */
static void
add_op (VnPlan *plan, VnVerb verb, VnKobj obj, VnOrigin origin)
{
  VnOp *op = g_new0 (VnOp, 1);

  op->verb = verb;
  op->obj = obj;
  op->origin = origin;
  g_ptr_array_add (plan->ops, op);
}

static char *
node_key (const char *node)
{
  VnKobj obj = vn_kobj_node (node);

  return vn_kobj_key (&obj);
}

static char *
link_key (const char *node, const char *dev)
{
  VnKobj obj = vn_kobj_link (node, VN_LINK_OTHER, dev);

  return vn_kobj_key (&obj);
}

static gboolean
node_is_gone (const Delta *delta, const char *node)
{
  g_autofree char *key = node_key (node);

  return g_hash_table_contains (delta->gone, key);
}

static gboolean
link_is_gone (const Delta *delta, const char *node, const char *dev)
{
  g_autofree char *key = link_key (node, dev);

  return g_hash_table_contains (delta->gone, key);
}

/* Whether the namespace or the link that holds @obj goes away. */
static gboolean
goes_with_holder (const Delta *delta, const VnKobj *obj)
{
  g_autofree char *dev = vn_device_of (obj);

  return obj->kind != VN_KOBJ_NODE
         && (node_is_gone (delta, obj->node) || (dev != NULL && link_is_gone (delta, obj->node, dev)));
}

/* Whether the other end of the veth goes away with its namespace, or as the end that made this one. */
static gboolean
goes_with_peer (const Delta *delta, const VnKobj *obj)
{
  const VnVeth *veth = &obj->u.link.u.veth;

  if (obj->kind != VN_KOBJ_LINK || obj->u.link.kind != VN_LINK_VETH || veth->peer_node == NULL)
    return FALSE;
  return node_is_gone (delta, veth->peer_node) || (!veth->creates && link_is_gone (delta, veth->peer_node, veth->peer));
}

/* Whether only creating the link anew gives it the attributes that @want has. */
static gboolean
needs_replacing (const VnKobj *have, const VnKobj *want)
{
  VnKobj old = *have;

  if (have->kind != VN_KOBJ_LINK || vn_kobj_satisfies (have, want))
    return FALSE;
  old.u.link.has_mac = want->u.link.has_mac;
  old.u.link.mac = want->u.link.mac;
  old.u.link.mtu = want->u.link.mtu;
  old.u.link.up = want->u.link.up;
  memcpy (old.u.link.master, want->u.link.master, sizeof old.u.link.master);
  return !vn_kobj_satisfies (&old, want);
}

static GHashTable *
index_entries (const VnTables *tables)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; tables != NULL && i < tables->entries->len; i++)
    {
      VnEntry *entry = g_ptr_array_index (tables->entries, i);

      g_hash_table_replace (index, vn_kobj_key (&entry->obj), entry);
    }
  return index;
}

/* Entries in the order of ranks. @index: only the last of several entries with one key counts, in its own place. */
static GPtrArray *
entries_by_rank (const VnTables *tables, GHashTable *index)
{
  GPtrArray *ordered = g_ptr_array_new ();

  for (VnRank rank = 0; tables != NULL && rank < VN_N_RANKS; rank++)
    for (guint i = 0; i < tables->entries->len; i++)
      {
        VnEntry *entry = g_ptr_array_index (tables->entries, i);

        if (vn_rank_of (&entry->obj) == rank)
          {
            g_autofree char *key = vn_kobj_key (&entry->obj);

            if (g_hash_table_lookup (index, key) == entry)
              g_ptr_array_add (ordered, entry);
          }
      }
  return ordered;
}

static gboolean
is_anew (const Delta *delta, const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_NODE && delta->anew != NULL && g_hash_table_contains (delta->anew, obj->node);
}

/* Nodes, then links, so that what a gone node holds is known when its links are looked at. */
static void
find_gone (Delta *delta, const GPtrArray *old)
{
  for (guint i = 0; i < old->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (old, i);
      g_autofree char *key = NULL;
      const VnEntry *wanted;

      if (entry->obj.kind != VN_KOBJ_NODE && entry->obj.kind != VN_KOBJ_LINK)
        continue;
      key = vn_kobj_key (&entry->obj);
      wanted = g_hash_table_lookup (delta->wanted, key);
      if (wanted == NULL || needs_replacing (&entry->obj, &wanted->obj) || is_anew (delta, &entry->obj)
          || goes_with_peer (delta, &entry->obj))
        g_hash_table_add (delta->gone, g_steal_pointer (&key));
    }
}

static void
delete_old (Delta *delta, const GPtrArray *old)
{
  for (guint i = old->len; i-- > 0;)
    {
      const VnEntry *entry = g_ptr_array_index (old, i);
      g_autofree char *key = vn_kobj_key (&entry->obj);
      gboolean is_gone = !g_hash_table_contains (delta->wanted, key) || g_hash_table_contains (delta->gone, key);

      if (is_gone && entry->obj.kind != VN_KOBJ_SYSCTL && !goes_with_holder (delta, &entry->obj)
          && !goes_with_peer (delta, &entry->obj))
        add_op (delta->plan, VN_VERB_DEL, vn_kobj_copy (&entry->obj), entry->origin);
    }
}

/* Loopback is there from the start and is only set up. */
static VnVerb
verb_for_new (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_OTHER ? VN_VERB_SET : VN_VERB_ADD;
}

static void
add_or_set (Delta *delta, const VnEntry *entry)
{
  g_autofree char *key = vn_kobj_key (&entry->obj);
  const VnEntry *old = g_hash_table_lookup (delta->old, key);

  if (old == NULL || g_hash_table_contains (delta->gone, key) || goes_with_holder (delta, &entry->obj))
    add_op (delta->plan, verb_for_new (&entry->obj), vn_kobj_copy (&entry->obj), entry->origin);
  else if (!vn_kobj_satisfies (&old->obj, &entry->obj))
    add_op (delta->plan, VN_VERB_SET, vn_kobj_copy (&entry->obj), entry->origin);
}

/* What @ruleset of the new tables had before; NULL if nothing, or if its node was made anew. */
static const VnRuleset *
old_ruleset (const Delta *delta, const VnRuleset *ruleset)
{
  if (delta->from == NULL || node_is_gone (delta, ruleset->node))
    return NULL;
  return vn_tables_ruleset (delta->from, ruleset->node, ruleset->tool);
}

/* @text: transfer full, may be NULL. */
static void
add_rules_op (Delta *delta, VnVerb verb, const VnRuleset *ruleset, char *text)
{
  if (text != NULL)
    add_op (delta->plan, verb, vn_kobj_rules (ruleset->node, ruleset->tool, text), VN_ORIGIN_NONE);
  g_free (text);
}

static void
change_rules (Delta *delta, VnTool tool)
{
  for (guint i = 0; i < delta->to->rulesets->len; i++)
    {
      const VnRuleset *ruleset = g_ptr_array_index (delta->to->rulesets, i);
      const VnRuleset *old = old_ruleset (delta, ruleset);

      if (ruleset->tool != tool)
        continue;
      if (old == NULL)
        add_rules_op (delta, VN_VERB_ADD, ruleset, vn_ruleset_to_restore (ruleset));
      else
        add_rules_op (delta, VN_VERB_SET, ruleset, vn_ruleset_to_change (old, ruleset));
    }
}

/* Rulesets of nodes that stay, in the old tables only: for sets, whatever is no longer wanted. */
static void
remove_rules (Delta *delta, VnTool tool)
{
  for (guint i = 0; delta->from != NULL && i < delta->from->rulesets->len; i++)
    {
      const VnRuleset *old = g_ptr_array_index (delta->from->rulesets, i);
      const VnRuleset *now = vn_tables_ruleset (delta->to, old->node, old->tool);

      if (old->tool != tool || node_is_gone (delta, old->node))
        continue;
      if (tool == VN_TOOL_IPSET)
        add_rules_op (delta, VN_VERB_SET, old, vn_ruleset_to_destroy (old, now));
      else if (now == NULL)
        add_rules_op (delta, VN_VERB_SET, old, vn_ruleset_to_change (old, NULL));
    }
}

static void
delta_rules (Delta *delta)
{
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    change_rules (delta, tool);
  for (VnTool tool = VN_TOOL_IPSET + 1; tool < VN_N_TOOLS; tool++)
    remove_rules (delta, tool);
  remove_rules (delta, VN_TOOL_IPSET);
}

static guint
count_flushes (const VnTables *tables, const char *node)
{
  guint count = 0;

  for (guint i = 0; i < tables->flushes->len; i++)
    count += ((const VnEntry *)g_ptr_array_index (tables->flushes, i))->obj.node == node;
  return count;
}

/* Those behind the ones that the old tables have; a first build has no connections to delete. */
static void
flush_connections (Delta *delta)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL); /* node -> how many so far */

  for (guint i = 0; delta->from != NULL && i < delta->to->flushes->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (delta->to->flushes, i);
      const char *node = entry->obj.node;
      guint n_seen = GPOINTER_TO_UINT (g_hash_table_lookup (seen, node));

      g_hash_table_insert (seen, (gpointer)node, GUINT_TO_POINTER (n_seen + 1));
      if (n_seen >= count_flushes (delta->from, node))
        add_op (delta->plan, VN_VERB_DEL, vn_kobj_copy (&entry->obj), entry->origin);
    }
}

static gboolean
is_behind_rules (const VnEntry *entry)
{
  return vn_rank_of (&entry->obj) >= VN_N_ENTRY_RANKS;
}

VnPlan *
vn_plan_delta (const VnTables *from, const VnTables *to)
{
  return vn_plan_delta_anew (from, to, NULL);
}

static gboolean
has_link (GHashTable *index, const char *node, const char *dev)
{
  g_autofree char *key = link_key (node, dev);

  return g_hash_table_contains (index, key);
}

GHashTable *
vn_plan_spent_nodes (const VnTables *from, const VnTables *to)
{
  g_autoptr (GHashTable) wanted = index_entries (to);
  GHashTable *spent = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < from->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (from->entries, i))->obj;
      g_autofree char *key = vn_kobj_key (obj), *node = node_key (obj->node), *dev = vn_device_of (obj);

      if (obj->kind == VN_KOBJ_SYSCTL && !g_hash_table_contains (wanted, key) && g_hash_table_contains (wanted, node)
          && (dev == NULL || has_link (wanted, obj->node, dev)))
        g_hash_table_add (spent, (gpointer)obj->node);
    }
  return spent;
}

VnPlan *
vn_plan_delta_anew (const VnTables *from, const VnTables *to, GHashTable *anew)
{
  g_autoptr (GHashTable) old = index_entries (from), wanted = index_entries (to);
  g_autoptr (GHashTable) gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) old_entries = entries_by_rank (from, old), new_entries = entries_by_rank (to, wanted);
  Delta delta = { from, to, old, wanted, gone, anew, g_new0 (VnPlan, 1) };
  guint i = 0;

  delta.plan->ops = g_ptr_array_new_with_free_func (op_free);
  find_gone (&delta, old_entries);
  delete_old (&delta, old_entries);
  for (; i < new_entries->len && !is_behind_rules (g_ptr_array_index (new_entries, i)); i++)
    add_or_set (&delta, g_ptr_array_index (new_entries, i));
  delta_rules (&delta);
  flush_connections (&delta);
  for (; i < new_entries->len; i++)
    add_or_set (&delta, g_ptr_array_index (new_entries, i));
  return delta.plan;
}

static gboolean
starts_client (const VnOp *op)
{
  return op->verb != VN_VERB_DEL && vn_rank_of (&op->obj) == VN_RANK_CLIENT;
}

VnPlan *
vn_plan_take_clients (VnPlan *plan)
{
  VnPlan *clients = g_new0 (VnPlan, 1);
  guint first = plan->ops->len;

  clients->ops = g_ptr_array_new_with_free_func (op_free);
  while (first > 0 && starts_client (g_ptr_array_index (plan->ops, first - 1)))
    first--;
  while (plan->ops->len > first)
    g_ptr_array_add (clients->ops, g_ptr_array_steal_index (plan->ops, first));
  return clients;
}

char *
vn_plan_to_text (const VnPlan *plan)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = g_ptr_array_index (plan->ops, i);
      g_autofree char *object = vn_kobj_to_string (&op->obj);

      g_string_append_printf (out, "%s: %s %s %s", op->obj.node, vn_verb_name (op->verb),
                              vn_kobj_kind_name (op->obj.kind), object);
      if (vn_origin_is_set (op->origin))
        {
          g_autofree char *place = vn_origin_to_line (op->origin);

          g_string_append_printf (out, " (%s)", place);
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}
