/* SPDX-License-Identifier: Apache-2.0 */
/* What is wanted of a node against what the kernel holds.
 *
 * Every wanted object must be there as wanted. Every object that is there must be wanted, or be one that the kernel
 * makes by itself: those are the rows of `explanations`, each with its reason. What no row explains is a difference. */
#include "sim/plan/vn-plan.h"

#include <string.h>

#include "sim/plan/vn-ruleset.h"

typedef struct
{
  const VnTables *want;
  const char *node; /* interned */
  const GPtrArray *have;
  GPtrArray *deltas;
} Comparison;

void
vn_delta_free (VnDelta *delta)
{
  g_free (delta->text);
  g_free (delta);
}

static void
delta_free (gpointer data)
{
  vn_delta_free (data);
}

/* @text: taken over. */
static void
add_delta (Comparison *c, int kind, char *text, VnOrigin origin)
{
  VnDelta *delta = g_new0 (VnDelta, 1);

  delta->kind = kind;
  delta->node = c->node;
  delta->text = text;
  delta->origin = origin;
  g_ptr_array_add (c->deltas, delta);
}

/* ---- what the kernel makes by itself ---- */

static gboolean
is_loopback (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return g_str_equal (obj->u.link.name, "lo");
}

static gboolean
is_fallback_tunnel (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  static const char *const names[]
      = { "tunl0", "sit0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6tnl0", "ip6gre0", NULL };

  return g_strv_contains (names, obj->u.link.name);
}

static gboolean
is_on_loopback (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  const char *dev = obj->kind == VN_KOBJ_ADDR    ? obj->u.addr.dev
                    : obj->kind == VN_KOBJ_ROUTE ? obj->u.route.dev
                                                 : obj->u.neigh.dev;

  return g_str_equal (dev, "lo");
}

static gboolean
is_in (VnIp ip, const char *prefix_text)
{
  VnPrefix prefix;

  return vn_prefix_parse (prefix_text, &prefix) && vn_prefix_contains (prefix, ip);
}

static gboolean
is_link_local_address (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return is_in (obj->u.addr.prefix.ip, "fe80::/64");
}

/* Network, host and broadcast routes: they lie within the prefix of an address of the same device. */
static gboolean
is_route_of_address (const Comparison *c, const VnKobj *obj)
{
  const VnRoute *route = &obj->u.route;

  for (guint i = 0; i < c->have->len; i++)
    {
      const VnKobj *other = g_ptr_array_index (c->have, i);
      const VnAddr *addr = &other->u.addr;

      if (other->kind == VN_KOBJ_ADDR && g_str_equal (addr->dev, route->dev) && route->dst.len >= addr->prefix.len
          && !vn_ip_is_set (route->via) && vn_prefix_contains (addr->prefix, route->dst.ip))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_link_local_or_multicast_route (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  const VnRoute *route = &obj->u.route;

  return !vn_ip_is_set (route->via)
         && ((route->dst.len >= 64 && is_in (route->dst.ip, "fe80::/64"))
             || (route->dst.len >= 8 && is_in (route->dst.ip, "ff00::/8")));
}

static gboolean
is_learned (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return obj->u.fdb.learned || !obj->u.fdb.permanent;
}

static gboolean
is_multicast_membership (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return obj->u.fdb.self && vn_mac_is_multicast (obj->u.fdb.mac) && !vn_ip_is_set (obj->u.fdb.dst);
}

/* A bridge lists the addresses of its ports and its own. */
static gboolean
is_own_mac (const Comparison *c, const VnKobj *obj)
{
  if (vn_ip_is_set (obj->u.fdb.dst))
    return FALSE;
  for (guint i = 0; i < c->have->len; i++)
    {
      const VnKobj *other = g_ptr_array_index (c->have, i);

      if (other->kind == VN_KOBJ_LINK && other->u.link.has_mac && vn_mac_equal (other->u.link.mac, obj->u.fdb.mac))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_vxlan_group (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return vn_mac_equal (obj->u.fdb.mac, VN_MAC_ZERO) && vn_ip_is_multicast (obj->u.fdb.dst);
}

static gboolean
is_dynamic_neighbour (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return !obj->u.neigh.permanent;
}

static gboolean
is_multicast_neighbour (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj)
{
  return vn_ip_is_multicast (obj->u.neigh.ip) || vn_mac_equal (obj->u.neigh.mac, VN_MAC_BROADCAST);
}

static gboolean
always (const Comparison *c G_GNUC_UNUSED, const VnKobj *obj G_GNUC_UNUSED)
{
  return TRUE;
}

static const struct
{
  VnKobjKind kind;
  gboolean (*holds) (const Comparison *c, const VnKobj *obj);
  const char *reason;
} explanations[] = {
  { VN_KOBJ_NODE, always, "the namespace that was dumped" },
  { VN_KOBJ_LINK, is_loopback, "every namespace has a loopback" },
  { VN_KOBJ_LINK, is_fallback_tunnel, "tunnel modules add a fallback device to every namespace" },
  { VN_KOBJ_ADDR, is_on_loopback, "the loopback has 127.0.0.1 and ::1 once it is up" },
  { VN_KOBJ_ADDR, is_link_local_address, "IPv6 gives each device that is up a link-local address" },
  { VN_KOBJ_ROUTE, is_on_loopback, "the loopback's addresses have routes" },
  { VN_KOBJ_ROUTE, is_route_of_address, "an address brings its network, host and broadcast routes" },
  { VN_KOBJ_ROUTE, is_link_local_or_multicast_route, "IPv6 has fe80::/64 and ff00::/8 on each device that is up" },
  { VN_KOBJ_FDB, is_learned, "bridges and VXLAN devices learn source addresses" },
  { VN_KOBJ_FDB, is_multicast_membership, "devices list the multicast groups that they listen to" },
  { VN_KOBJ_FDB, is_own_mac, "a bridge lists its ports' own addresses" },
  { VN_KOBJ_FDB, is_vxlan_group, "a VXLAN device with a group has it as its default destination" },
  { VN_KOBJ_NEIGH, is_on_loopback, "the loopback has neighbours without resolution" },
  { VN_KOBJ_NEIGH, is_dynamic_neighbour, "ARP and neighbour discovery fill the neighbour table" },
  { VN_KOBJ_NEIGH, is_multicast_neighbour, "multicast and broadcast addresses are mapped, not resolved" },
  { VN_KOBJ_SYSCTL, always, "a lab sets only some of the kernel's settings" },
};

const char *
vn_verify_reason (const GPtrArray *have, const VnKobj *obj)
{
  Comparison c = { .have = have };

  for (guint i = 0; i < G_N_ELEMENTS (explanations); i++)
    if (explanations[i].kind == obj->kind && explanations[i].holds (&c, obj))
      return explanations[i].reason;
  return NULL;
}

/* ---- comparing ---- */

static GHashTable *
index_objects (const GPtrArray *have)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < have->len; i++)
    {
      VnKobj *obj = g_ptr_array_index (have, i);

      g_hash_table_replace (index, vn_kobj_key (obj), obj);
    }
  return index;
}

/* Borrowed. @node: interned, as those of objects are. */
static GPtrArray *
entries_of (const VnTables *tables, const char *node)
{
  GPtrArray *entries = g_ptr_array_new ();

  for (guint i = 0; i < tables->entries->len; i++)
    {
      VnEntry *entry = g_ptr_array_index (tables->entries, i);

      if (entry->obj.node == node)
        g_ptr_array_add (entries, entry);
    }
  return entries;
}

/* Of several entries with one key the last one counts, as in a plan. */
static GHashTable *
index_entries (const GPtrArray *entries)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      VnEntry *entry = g_ptr_array_index (entries, i);

      g_hash_table_replace (index, vn_kobj_key (&entry->obj), entry);
    }
  return index;
}

/* A dump need not hold settings: then there is nothing to compare them with. */
static gboolean
dump_has (const GPtrArray *have, VnKobjKind kind)
{
  for (guint i = 0; i < have->len; i++)
    if (((const VnKobj *)g_ptr_array_index (have, i))->kind == kind)
      return TRUE;
  return FALSE;
}

static void
compare_entry (Comparison *c, const VnEntry *entry, const VnKobj *there)
{
  const char *kind = vn_kobj_kind_name (entry->obj.kind);

  if (there == NULL)
    {
      g_autofree char *wanted = vn_kobj_brief (&entry->obj);

      add_delta (c, VN_DELTA_MISSING, g_strdup_printf ("%s %s", kind, wanted), entry->origin);
    }
  else if (!vn_kobj_satisfies (there, &entry->obj))
    {
      g_autofree char *wanted = vn_kobj_to_string (&entry->obj), *found = vn_kobj_to_string (there);

      add_delta (c, VN_DELTA_DIFFERENT, g_strdup_printf ("%s %s; there is %s", kind, wanted, found), entry->origin);
    }
}

static void
compare_wanted (Comparison *c, const GPtrArray *entries, GHashTable *wanted, GHashTable *there)
{
  gboolean has_sysctls = dump_has (c->have, VN_KOBJ_SYSCTL);

  for (guint i = 0; i < entries->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *key = NULL;

      if (entry->obj.kind == VN_KOBJ_NODE || (entry->obj.kind == VN_KOBJ_SYSCTL && !has_sysctls))
        continue;
      key = vn_kobj_key (&entry->obj);
      if (g_hash_table_lookup (wanted, key) == entry)
        compare_entry (c, entry, g_hash_table_lookup (there, key));
    }
}

static void
find_unexpected (Comparison *c, GHashTable *wanted)
{
  for (guint i = 0; i < c->have->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (c->have, i);
      g_autofree char *key = vn_kobj_key (obj), *text = NULL;

      if (obj->kind == VN_KOBJ_RULES || g_hash_table_contains (wanted, key) || vn_verify_reason (c->have, obj) != NULL)
        continue;
      text = vn_kobj_to_string (obj);
      add_delta (c, VN_DELTA_UNEXPECTED, g_strdup_printf ("%s %s", vn_kobj_kind_name (obj->kind), text),
                 VN_ORIGIN_NONE);
    }
}

static const char *
rules_there (const GPtrArray *have, VnTool tool)
{
  for (guint i = 0; i < have->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (have, i);

      if (obj->kind == VN_KOBJ_RULES && obj->u.rules.tool == tool)
        return obj->u.rules.text;
    }
  return "";
}

/* The line to blame is that of the first wanted rule that is missing, where there is one. */
static VnOrigin
origin_of_diff (const VnRuleset *want, const char *diff)
{
  for (guint i = 0; i < want->chains->len; i++)
    for (guint j = 0; j < VN_CHAIN (want, i)->rules->len; j++)
      {
        const VnChain *chain = VN_CHAIN (want, i);
        g_autofree char *line
            = g_strdup_printf ("-%s: -A %s %s\n", chain->table, chain->name, VN_RULE (chain, j)->spec);

        if (strstr (diff, line) != NULL)
          return VN_RULE (chain, j)->origin;
      }
  return VN_ORIGIN_NONE;
}

static void
compare_rules (Comparison *c, VnTool tool)
{
  g_autoptr (VnRuleset) nothing = vn_ruleset_new (c->node, tool), have = NULL;
  g_autoptr (GError) error = NULL;
  const VnRuleset *want = vn_tables_ruleset (c->want, c->node, tool);
  g_autofree char *diff = NULL;

  if (want == NULL)
    want = nothing;
  have = vn_ruleset_parse (c->node, tool, rules_there (c->have, tool), &error);
  if (have == NULL)
    {
      add_delta (c, VN_DELTA_DIFFERENT, g_strdup (error->message), VN_ORIGIN_NONE);
      return;
    }
  diff = vn_ruleset_diff (want, have);
  if (diff != NULL)
    add_delta (c, VN_DELTA_DIFFERENT, g_strdup_printf ("%s:\n%s", vn_tool_name (tool), diff),
               origin_of_diff (want, diff));
}

GPtrArray *
vn_tables_compare (const VnTables *want, const char *node, const GPtrArray *have)
{
  Comparison c = { want, g_intern_string (node), have, g_ptr_array_new_with_free_func (delta_free) };
  g_autoptr (GPtrArray) entries = entries_of (want, c.node);
  g_autoptr (GHashTable) there = index_objects (have), wanted = index_entries (entries);

  compare_wanted (&c, entries, wanted, there);
  find_unexpected (&c, wanted);
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    compare_rules (&c, tool);
  return c.deltas;
}
