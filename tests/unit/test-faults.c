/* SPDX-License-Identifier: Apache-2.0 */
/* What faults make of wanted states: rules, sets and objects changed as their row says and no others; what events leave
 * behind or do not bring; names and what they break. */
#include "sim/plan/vn-ruleset.h"
#include "sim/run/vn-faults.h"
#include "tests/lib/vn-test-cloud.h"

#include <string.h>

#define NODE "compute1"
#define PORT_MAC "fa:16:3e:00:00:01"
#define IN "neutron-linuxbri-i12345678-9"
#define OUT "neutron-linuxbri-o12345678-9"
#define SOURCES "neutron-linuxbri-s12345678-9"
#define FALLBACK "-j neutron-linuxbri-sg-fallback"

/* ---- rules ---- */

typedef struct
{
  const char *fault;
  VnTool tool;
  const char *table, *chain;
  const char *rules, *wanted; /* ";" between them */
} RuleRow;

static const RuleRow rule_rows[] = {
  { "no-tcp-rules", VN_TOOL_IPTABLES, "filter", IN, "-p tcp -m tcp --dport 80 -j RETURN;-p udp -j RETURN",
    "-p udp -j RETURN" },
  { "no-tcp-rules", VN_TOOL_IPTABLES, "filter", "neutron-linuxbri-INPUT", "-p tcp -m tcp --dport 80 -j RETURN",
    "-p tcp -m tcp --dport 80 -j RETURN" },
  { "no-tcp-rules", VN_TOOL_EBTABLES, "filter", IN, "-p tcp -m tcp --dport 80 -j RETURN",
    "-p tcp -m tcp --dport 80 -j RETURN" },
  { "port-off-by-one", VN_TOOL_IP6TABLES, "filter", IN, "-p tcp -m tcp --dport 80 -j RETURN",
    "-p tcp -m tcp --dport 81 -j RETURN" },
  { "first-port-too-low", VN_TOOL_IPTABLES, "filter", IN, "-p tcp -m tcp -m multiport --dports 80:90 -j RETURN",
    "-p tcp -m tcp -m multiport --dports 79:90 -j RETURN" },
  { "last-port-too-high", VN_TOOL_IPTABLES, "filter", IN, "-p tcp -m tcp -m multiport --dports 80:90 -j RETURN",
    "-p tcp -m tcp -m multiport --dports 80:91 -j RETURN" },
  { "prefix-ignored", VN_TOOL_IPTABLES, "filter", IN, "-s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN",
    "-p tcp -m tcp --dport 22 -j RETURN" },
  { "set-ignored", VN_TOOL_IPTABLES, "filter", IN, "-p icmp -m set --match-set NIPv4x src -j RETURN",
    "-p icmp -j RETURN" },
  { "set-turned-round", VN_TOOL_IPTABLES, "filter", IN, "-m set --match-set NIPv4x src -j RETURN",
    "-m set --match-set NIPv4x dst -j RETURN" },
  { "drop-first", VN_TOOL_IPTABLES, "filter", IN, "-p tcp -j RETURN;" FALLBACK, FALLBACK ";-p tcp -j RETURN" },
  { "own-address-missing", VN_TOOL_IPTABLES, "filter", SOURCES,
    "-s 10.0.0.5/32 -m mac --mac-source a -j RETURN;-s 10.0.0.6/32 -m mac --mac-source a -j RETURN;-j DROP",
    "-s 10.0.0.5/32 -m mac --mac-source a -j RETURN;-j DROP" },
  { "zone-shared", VN_TOOL_IPTABLES, "raw", "neutron-linuxbri-PREROUTING", "-i brq1 -j CT --zone 4099",
    "-i brq1 -j CT --zone 4097" },
  { "arp-drop-passes", VN_TOOL_EBTABLES, "nat", "neutronARP-tap1", "-p ARP -j ACCEPT;-j DROP",
    "-p ARP -j ACCEPT;-j RETURN" },
  { "no-dhcp-broadcast", VN_TOOL_IPTABLES, "filter", IN,
    "-d 10.0.0.5/32 -p udp -m udp --sport 67 --dport 68 -j RETURN;"
    "-d 255.255.255.255/32 -p udp -m udp --sport 67 --dport 68 -j RETURN",
    "-d 10.0.0.5/32 -p udp -m udp --sport 67 --dport 68 -j RETURN" },
};

/* A host with one chain. */
static VnTables *
make_tables (VnTool tool, const char *table, const char *chain, const char *rules)
{
  VnTables *tables = vn_tables_new ();
  VnRuleset *ruleset = vn_ruleset_new (NODE, tool);
  g_auto (GStrv) specs = g_strsplit (rules, ";", -1);

  g_ptr_array_add (tables->rulesets, ruleset);
  for (char **spec = specs; *spec; spec++)
    vn_chain_append (vn_ruleset_chain (ruleset, table, chain, "-"), VN_ORIGIN_NONE, NULL, NULL, "%s", *spec);
  return tables;
}

static char *
rules_of (const VnTables *tables)
{
  const VnChain *chain = VN_CHAIN (VN_AT (tables->rulesets, VnRuleset, 0), 0);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < chain->rules->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ";" : "", VN_RULE (chain, i)->spec);
  return g_string_free (text, FALSE);
}

static void
test_rule (gconstpointer data)
{
  const RuleRow *row = data;
  g_autoptr (VnTables) tables = make_tables (row->tool, row->table, row->chain, row->rules);
  g_autoptr (VnTopology) t = vn_test_cloud_new ();
  guint n = vn_fault_apply (vn_fault_find (row->fault), t, NULL, tables);
  g_autofree char *rules = rules_of (tables);

  g_assert_cmpstr (rules, ==, row->wanted);
  g_assert_cmpint (n > 0, ==, strcmp (row->rules, row->wanted) != 0);
}

/* ---- objects ---- */

static void
add_fdb (VnTables *tables, const char *mac_text, const char *dst_text)
{
  VnMac mac;
  VnIp dst;

  g_assert_true (vn_mac_parse (mac_text, &mac));
  g_assert_true (vn_ip_parse (dst_text, &dst));
  vn_tables_add (tables, vn_kobj_fdb (NODE, "vxlan-1", mac, dst), VN_ORIGIN_NONE);
}

static VnTables *
two_entries (void)
{
  VnTables *tables = vn_tables_new ();

  vn_tables_add (tables, vn_kobj_link (NODE, VN_LINK_VXLAN, "vxlan-1"), VN_ORIGIN_NONE);
  add_fdb (tables, PORT_MAC, "10.0.0.102");
  add_fdb (tables, "00:00:00:00:00:00", "10.0.0.102");
  return tables;
}

static guint
count (const VnTables *tables, VnKobjKind kind)
{
  guint n = 0;

  for (guint i = 0; i < tables->entries->len; i++)
    n += VN_AT (tables->entries, VnEntry, i)->obj.kind == kind ? 1 : 0;
  return n;
}

static void
test_objects (void)
{
  static const struct
  {
    const char *fault;
    guint n_changed, n_fdb;
  } rows[] = {
    { "fdb-missing", 1, 1 },    { "flood-missing", 1, 1 }, { "fdb-stale", 1, 3 }, { "flood-too-many", 1, 3 },
    { "fdb-wrong-host", 1, 2 }, { "wrong-vni", 1, 2 },     { "no-limit", 0, 2 },  { "neighbour-missing", 0, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnTables) tables = two_entries ();
      g_autoptr (VnTopology) t = vn_test_cloud_new ();

      g_test_message ("%s", rows[i].fault);
      g_assert_cmpuint (vn_fault_apply (vn_fault_find (rows[i].fault), t, NULL, tables), ==, rows[i].n_changed);
      g_assert_cmpuint (count (tables, VN_KOBJ_FDB), ==, rows[i].n_fdb);
    }
}

/* ---- events ---- */

static const char *
destination (const VnTables *tables, char ret[64])
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;
      g_autofree char *dst = obj->kind == VN_KOBJ_FDB ? vn_ip_to_string (obj->u.fdb.dst) : NULL;

      if (dst && !vn_mac_equal (obj->u.fdb.mac, VN_MAC_ZERO))
        {
          g_strlcpy (ret, dst, 64);
          return ret;
        }
    }
  return NULL;
}

/* A port moved: its entry stays as it was, or, with the device, goes. */
static void
test_entries_left (void)
{
  const VnFault *fault = vn_fault_find ("entries-left");
  g_autoptr (VnTables) before = two_entries (), moved = vn_tables_new (), gone = vn_tables_new ();
  g_autoptr (VnTopology) t = vn_test_cloud_new ();
  char text[64];

  vn_tables_add (moved, vn_kobj_link (NODE, VN_LINK_VXLAN, "vxlan-1"), VN_ORIGIN_NONE);
  add_fdb (moved, PORT_MAC, "10.0.0.103");
  g_assert_cmpuint (vn_fault_apply (fault, t, before, moved), ==, 2);
  g_assert_cmpstr (destination (moved, text), ==, "10.0.0.102");
  g_assert_cmpuint (count (moved, VN_KOBJ_FDB), ==, 2);
  g_assert_cmpuint (vn_fault_apply (fault, t, before, gone), ==, 0);
  g_assert_true (vn_fault_is_of_events (fault));
  g_assert_cmpuint (vn_fault_apply (fault, t, NULL, moved), ==, 0);
}

static void
test_entries_not_made (void)
{
  g_autoptr (VnTables) before = vn_tables_new (), after = two_entries ();
  g_autoptr (VnTopology) t = vn_test_cloud_new ();

  g_assert_cmpuint (vn_fault_apply (vn_fault_find ("entries-not-made"), t, before, after), ==, 2);
  g_assert_cmpuint (count (after, VN_KOBJ_FDB), ==, 0);
}

/* A rule goes, another comes, with the default drop behind them. */
static void
test_rules_of_events (void)
{
  static const struct
  {
    const char *fault, *wanted;
  } rows[] = {
    { "rules-left", "-p tcp -j RETURN;-p udp -j RETURN;" FALLBACK },
    { "rules-not-made", FALLBACK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnTables) before = make_tables (VN_TOOL_IPTABLES, "filter", OUT, "-p tcp -j RETURN;" FALLBACK);
      g_autoptr (VnTables) after = make_tables (VN_TOOL_IPTABLES, "filter", OUT, "-p udp -j RETURN;" FALLBACK);
      g_autoptr (VnTopology) t = vn_test_cloud_new ();
      g_autofree char *rules = NULL;

      g_assert_cmpuint (vn_fault_apply (vn_fault_find (rows[i].fault), t, before, after), ==, 1);
      rules = rules_of (after);
      g_assert_cmpstr (rules, ==, rows[i].wanted);
    }
}

/* ---- the tables ---- */

static void
test_names (void)
{
  static const char *const kinds[] = { "rule", "option", "event", "mode", "device" };
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  const VnFaultGroup *const *groups = vn_fault_groups (&n);

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < groups[i]->n_faults; j++)
      {
        const VnFault *fault = &groups[i]->faults[j];
        g_auto (GStrv) words = g_strsplit (fault->breaks, " ", 2);
        gboolean is_known = FALSE;

        g_test_message ("%s", fault->name);
        g_assert_true (g_hash_table_add (names, (gpointer)fault->name));
        g_assert_true (vn_fault_find (fault->name) == fault);
        for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
          is_known |= g_str_equal (words[0], kinds[k]);
        g_assert_true (is_known);
        g_assert_true (fault->change_entry || fault->change_set || fault->rule.change != VN_RULE_SAME
                       || fault->events != 0);
      }
  g_assert_null (vn_fault_find ("no-such-fault"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rule_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/faults/rule/%u-%s", i, rule_rows[i].fault);

      g_test_add_data_func (path, &rule_rows[i], test_rule);
    }
  g_test_add_func ("/faults/objects", test_objects);
  g_test_add_func ("/faults/events/entries-left", test_entries_left);
  g_test_add_func ("/faults/events/entries-not-made", test_entries_not_made);
  g_test_add_func ("/faults/events/rules", test_rules_of_events);
  g_test_add_func ("/faults/names", test_names);
  return g_test_run ();
}
