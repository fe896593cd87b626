/* SPDX-License-Identifier: Apache-2.0 */
/* Verifying: what the kernel makes by itself is explained, everything else that differs is told. */
#include "sim/plan/vn-plan.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#define NODE "compute1"

static void
obj_free (gpointer data)
{
  vn_kobj_clear (data);
  g_free (data);
}

static GPtrArray *
dump_new (void)
{
  return g_ptr_array_new_with_free_func (obj_free);
}

static void
dump_add (GPtrArray *dump, VnKobj obj)
{
  g_ptr_array_add (dump, g_memdup2 (&obj, sizeof obj));
}

static VnKobj
link_with_mac (const char *name, const char *address)
{
  VnKobj obj = vn_kobj_link (NODE, VN_LINK_BRIDGE, name);

  obj.u.link.has_mac = TRUE;
  obj.u.link.mac = vn_test_mac (address);
  return obj;
}

/* ---- explanations: for each row something that it explains and something near it that it does not ---- */

static VnKobj
fdb (const char *address, const char *dst, gboolean self, gboolean permanent)
{
  VnKobj obj = vn_kobj_fdb (NODE, "vxlan-1", vn_test_mac (address), dst != NULL ? vn_test_ip (dst) : (VnIp){ 0 });

  obj.u.fdb.self = self;
  obj.u.fdb.permanent = permanent;
  return obj;
}

static VnKobj
neigh (const char *address, const char *lladdr, gboolean permanent)
{
  VnKobj obj = vn_kobj_neigh (NODE, "eth0", vn_test_ip (address), vn_test_mac (lladdr));

  obj.u.neigh.permanent = permanent;
  return obj;
}

static VnKobj
route (const char *dst, const char *via, const char *dev)
{
  return vn_kobj_route (NODE, vn_test_prefix (dst), via != NULL ? vn_test_ip (via) : (VnIp){ 0 }, dev);
}

/* eth0 has 10.0.0.5/24; br0 has the MAC …01. */
static GPtrArray *
surroundings (void)
{
  GPtrArray *dump = dump_new ();

  dump_add (dump, vn_kobj_addr (NODE, "eth0", vn_test_prefix ("10.0.0.5/24")));
  dump_add (dump, link_with_mac ("br0", "02:00:00:00:00:01"));
  return dump;
}

static void
assert_explained (VnKobj obj, const char *reason_part)
{
  g_autoptr (GPtrArray) dump = surroundings ();
  g_autofree char *text = vn_kobj_to_string (&obj);
  const char *reason = vn_verify_reason (dump, &obj);

  g_test_message ("%s: %s", text, reason != NULL ? reason : "(not explained)");
  if (reason_part == NULL)
    g_assert_null (reason);
  else
    g_assert_true (reason != NULL && strstr (reason, reason_part) != NULL);
  vn_kobj_clear (&obj);
}

static void
test_links (void)
{
  assert_explained (vn_kobj_link (NODE, VN_LINK_OTHER, "lo"), "loopback");
  assert_explained (vn_kobj_link (NODE, VN_LINK_OTHER, "sit0"), "fallback");
  assert_explained (vn_kobj_link (NODE, VN_LINK_OTHER, "dummy0"), NULL);
  assert_explained (vn_kobj_link (NODE, VN_LINK_VETH, "tap1"), NULL);
  assert_explained (vn_kobj_node (NODE), "dumped");
}

static void
test_addresses_and_routes (void)
{
  assert_explained (vn_kobj_addr (NODE, "lo", vn_test_prefix ("127.0.0.1/8")), "loopback");
  assert_explained (vn_kobj_addr (NODE, "eth0", vn_test_prefix ("fe80::1/64")), "link-local");
  assert_explained (vn_kobj_addr (NODE, "eth0", vn_test_prefix ("10.0.0.6/24")), NULL);
  assert_explained (route ("127.0.0.0/8", NULL, "lo"), "loopback");
  assert_explained (route ("10.0.0.0/24", NULL, "eth0"), "its network");
  assert_explained (route ("10.0.0.5/32", NULL, "eth0"), "its network");
  assert_explained (route ("10.0.0.255/32", NULL, "eth0"), "its network");
  assert_explained (route ("10.0.0.0/24", NULL, "eth1"), NULL);
  assert_explained (route ("10.0.0.0/23", NULL, "eth0"), NULL);
  assert_explained (route ("10.0.0.0/24", "10.0.0.9", "eth0"), NULL);
  assert_explained (route ("0.0.0.0/0", "10.0.0.1", "eth0"), NULL);
  assert_explained (route ("fe80::/64", NULL, "eth0"), "fe80::/64");
  assert_explained (route ("ff00::/8", NULL, "eth0"), "ff00::/8");
  assert_explained (route ("2001:db8::/64", NULL, "eth0"), NULL);
}

static void
test_forwarding (void)
{
  VnKobj learned = fdb ("fa:16:3e:00:00:05", "10.0.0.9", TRUE, TRUE);

  learned.u.fdb.learned = TRUE;
  assert_explained (learned, "learn");
  assert_explained (fdb ("fa:16:3e:00:00:05", NULL, FALSE, FALSE), "learn");
  assert_explained (fdb ("fa:16:3e:00:00:05", "10.0.0.9", TRUE, TRUE), NULL);
  assert_explained (fdb ("33:33:00:00:00:01", NULL, TRUE, TRUE), "multicast groups");
  assert_explained (fdb ("01:00:5e:00:00:01", NULL, TRUE, TRUE), "multicast groups");
  assert_explained (fdb ("01:00:5e:00:00:01", "10.0.0.9", TRUE, TRUE), NULL);
  assert_explained (fdb ("02:00:00:00:00:01", NULL, FALSE, TRUE), "own addresses");
  assert_explained (fdb ("02:00:00:00:00:02", NULL, FALSE, TRUE), NULL);
  assert_explained (fdb ("00:00:00:00:00:00", "224.0.0.1", TRUE, TRUE), "default destination");
  assert_explained (fdb ("00:00:00:00:00:00", "10.0.0.9", TRUE, TRUE), NULL);
}

static void
test_neighbours_and_settings (void)
{
  assert_explained (neigh ("10.0.0.9", "02:00:00:00:00:09", FALSE), "fill the neighbour table");
  assert_explained (neigh ("10.0.0.9", "02:00:00:00:00:09", TRUE), NULL);
  assert_explained (neigh ("224.0.0.22", "01:00:5e:00:00:16", TRUE), "mapped");
  assert_explained (neigh ("10.0.0.255", "ff:ff:ff:ff:ff:ff", TRUE), "mapped");
  assert_explained (vn_kobj_sysctl (NODE, "net.ipv4.ip_forward", "1"), "only some");
}

/* ---- comparing ---- */

static VnTables *
wanted (void)
{
  VnTables *tables = vn_tables_new ();
  VnOrigin line = vn_origin_new ("lab", 4, 1);
  VnRuleset *rules = vn_ruleset_new (NODE, VN_TOOL_IPTABLES);
  VnChain *chain = vn_ruleset_chain (rules, "filter", "c", "-");

  vn_tables_add (tables, vn_kobj_node (NODE), line);
  vn_tables_add (tables, vn_kobj_addr (NODE, "eth0", vn_test_prefix ("10.0.0.5/24")), line);
  vn_tables_add (tables, fdb ("fa:16:3e:00:00:05", "10.0.0.9", TRUE, TRUE), line);
  vn_tables_add (tables, vn_kobj_sysctl (NODE, "net.ipv4.ip_forward", "0"), line);
  vn_tables_add (tables, vn_kobj_dnsmasq (NODE, "lan", "port=0\n"), line);
  vn_tables_add (tables, vn_kobj_addr ("elsewhere", "eth0", vn_test_prefix ("10.0.0.5/24")), line);
  vn_chain_append (chain, vn_origin_new ("lab", 9, 1), NULL, NULL, "-j A");
  vn_chain_append (chain, vn_origin_new ("lab", 10, 1), NULL, NULL, "-j B");
  g_ptr_array_add (tables->rulesets, rules);
  return tables;
}

/* As wanted, and the way of the world. */
static GPtrArray *
dump_as_wanted (void)
{
  GPtrArray *dump = dump_new ();

  dump_add (dump, vn_kobj_link (NODE, VN_LINK_OTHER, "lo"));
  dump_add (dump, vn_kobj_addr (NODE, "eth0", vn_test_prefix ("10.0.0.5/24")));
  dump_add (dump, fdb ("fa:16:3e:00:00:05", "10.0.0.9", TRUE, TRUE));
  dump_add (dump, fdb ("33:33:00:00:00:01", NULL, TRUE, TRUE));
  dump_add (dump, vn_kobj_sysctl (NODE, "net.ipv4.ip_forward", "0"));
  dump_add (dump, vn_kobj_dnsmasq (NODE, "lan", "port=0\n"));
  dump_add (dump,
            vn_kobj_rules (
                NODE, VN_TOOL_IPTABLES,
                "*filter\n:INPUT ACCEPT [1:2]\n:c - [0:0]\n-A c -m comment --comment x -j A\n-A c -j B\nCOMMIT\n"));
  return dump;
}

static void
drop_kind (GPtrArray *dump, VnKobjKind kind)
{
  for (guint i = dump->len; i-- > 0;)
    if (((const VnKobj *)g_ptr_array_index (dump, i))->kind == kind)
      g_ptr_array_remove_index (dump, i);
}

static void
test_equal (void)
{
  g_autoptr (VnTables) tables = wanted ();
  g_autoptr (GPtrArray) dump = dump_as_wanted ();
  g_autoptr (GPtrArray) deltas = vn_tables_compare (tables, NODE, dump);

  g_assert_cmpuint (deltas->len, ==, 0);
}

static void
assert_one_delta (const GPtrArray *dump, int kind, const char *text, guint line)
{
  g_autoptr (VnTables) tables = wanted ();
  g_autoptr (GPtrArray) deltas = vn_tables_compare (tables, NODE, dump);
  const VnDelta *delta;

  g_assert_cmpuint (deltas->len, ==, 1);
  delta = g_ptr_array_index (deltas, 0);
  g_assert_cmpint (delta->kind, ==, kind);
  g_assert_cmpstr (delta->text, ==, text);
  g_assert_cmpstr (delta->node, ==, NODE);
  g_assert_cmpuint (delta->origin.line, ==, line);
}

static void
test_missing (void)
{
  g_autoptr (GPtrArray) dump = dump_as_wanted ();

  drop_kind (dump, VN_KOBJ_FDB);
  assert_one_delta (dump, VN_DELTA_MISSING, "fdb fa:16:3e:00:00:05 dev vxlan-1 dst 10.0.0.9 self permanent", 4);
}

/* A dump holds the servers that live. */
static void
test_dead_server (void)
{
  g_autoptr (GPtrArray) dump = dump_as_wanted ();

  drop_kind (dump, VN_KOBJ_SERVICE);
  assert_one_delta (dump, VN_DELTA_MISSING, "service dnsmasq lan", 4);
}

static void
test_unexpected (void)
{
  g_autoptr (GPtrArray) dump = dump_as_wanted ();

  dump_add (dump, fdb ("fa:16:3e:00:00:06", "10.0.0.9", TRUE, TRUE));
  assert_one_delta (dump, VN_DELTA_UNEXPECTED, "fdb fa:16:3e:00:00:06 dev vxlan-1 dst 10.0.0.9 self permanent", 0);
}

static void
test_different (void)
{
  g_autoptr (GPtrArray) dump = dump_as_wanted ();

  drop_kind (dump, VN_KOBJ_SYSCTL);
  dump_add (dump, vn_kobj_sysctl (NODE, "net.ipv4.ip_forward", "1"));
  assert_one_delta (dump, VN_DELTA_DIFFERENT, "sysctl net.ipv4.ip_forward = 0; there is net.ipv4.ip_forward = 1", 4);
}

/* The line to blame is that of the rule that is missing. */
static void
test_rules_differ (void)
{
  g_autoptr (GPtrArray) dump = dump_as_wanted ();

  drop_kind (dump, VN_KOBJ_RULES);
  dump_add (dump, vn_kobj_rules (NODE, VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j A\nCOMMIT\n"));
  assert_one_delta (dump, VN_DELTA_DIFFERENT, "iptables:\n-filter: -A c -j B\n", 10);
}

static void
test_rules_unreadable (void)
{
  g_autoptr (GPtrArray) dump = dump_as_wanted ();

  drop_kind (dump, VN_KOBJ_RULES);
  dump_add (dump, vn_kobj_rules (NODE, VN_TOOL_IPTABLES, "what?\n"));
  assert_one_delta (dump, VN_DELTA_DIFFERENT, "compute1: line 1 of the iptables dump is not understood: what?", 0);
}

/* A dump without any setting says nothing about settings. */
static void
test_no_settings_in_dump (void)
{
  g_autoptr (VnTables) tables = wanted ();
  g_autoptr (GPtrArray) dump = dump_as_wanted (), deltas = NULL;

  drop_kind (dump, VN_KOBJ_SYSCTL);
  deltas = vn_tables_compare (tables, NODE, dump);
  g_assert_cmpuint (deltas->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/explained/links", test_links);
  g_test_add_func ("/compare/explained/addresses-and-routes", test_addresses_and_routes);
  g_test_add_func ("/compare/explained/forwarding", test_forwarding);
  g_test_add_func ("/compare/explained/neighbours-and-settings", test_neighbours_and_settings);
  g_test_add_func ("/compare/equal", test_equal);
  g_test_add_func ("/compare/missing", test_missing);
  g_test_add_func ("/compare/dead-server", test_dead_server);
  g_test_add_func ("/compare/unexpected", test_unexpected);
  g_test_add_func ("/compare/different", test_different);
  g_test_add_func ("/compare/rules-differ", test_rules_differ);
  g_test_add_func ("/compare/rules-unreadable", test_rules_unreadable);
  g_test_add_func ("/compare/no-settings", test_no_settings_in_dump);
  return g_test_run ();
}
