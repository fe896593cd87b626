/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: rules and sets as text and back, changes of rules, iproute2's view of the rest. */
#include "sim/plan/vn-ruleset.h"
#include "sim/plan/vn-station.h"

#include <string.h>

#define NODE "compute1"

/* ---- what -save programs print, as the tables hold it ---- */

static const struct
{
  VnTool tool;
  const char *printed, *canonical;
} forms[] = {
  /* Counters, comments of the program, blank lines. */
  { VN_TOOL_IPTABLES,
    "# Generated\n*filter\n:INPUT ACCEPT [12:345]\n:c - [0:0]\n[3:4] -A INPUT -j c\nCOMMIT\n# Completed\n\n",
    "*filter\n:INPUT ACCEPT [0:0]\n:c - [0:0]\n-A INPUT -j c\nCOMMIT\n" },
  /* Tables and chains in the order of the program: built-in ones by hook, others by name. */
  { VN_TOOL_IPTABLES,
    "*filter\n:b - [0:0]\n:a - [0:0]\n:OUTPUT ACCEPT [0:0]\n:INPUT DROP [0:0]\nCOMMIT\n*raw\n:PREROUTING ACCEPT "
    "[0:0]\nCOMMIT\n",
    "*raw\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n:b - "
    "[0:0]\nCOMMIT\n" },
  /* A comment, quoted or not, with escapes. */
  { VN_TOOL_IPTABLES,
    "*filter\n:c - [0:0]\n-A c -p tcp -m comment --comment \"a \\\"b\\\" -j DROP\" -j RETURN\nCOMMIT\n",
    "*filter\n:c - [0:0]\n-A c -p tcp -j RETURN\nCOMMIT\n" },
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -m comment --comment word -j RETURN\nCOMMIT\n",
    "*filter\n:c - [0:0]\n-A c -j RETURN\nCOMMIT\n" },
  /* A quoted word stays one, so that it can be loaded again. */
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j LOG --log-prefix \"say \\\"x\\\" \"\nCOMMIT\n",
    "*filter\n:c - [0:0]\n-A c -j LOG --log-prefix \"say \\\"x\\\" \"\nCOMMIT\n" },
  /* A machine without /etc/protocols prints numbers. */
  { VN_TOOL_IPTABLES,
    "*filter\n:c - [0:0]\n-A c -p 47 -j RETURN\n-A c -p 253 -j RETURN\n-A c ! -p 17 -j DROP\nCOMMIT\n",
    "*filter\n:c - [0:0]\n-A c -p gre -j RETURN\n-A c -p 253 -j RETURN\n-A c ! -p udp -j DROP\nCOMMIT\n" },
  /* A list of MAC addresses is a set: any order, leading zeros or not, a comma at its end. */
  { VN_TOOL_EBTABLES, "*nat\n:m DROP\n-A m -i t --among-src fa:16:3e:00:00:0b,fa:16:3e:0:0:a, -j RETURN\n",
    "*nat\n:m DROP\n-A m -i t --among-src fa:16:3e:0:0:a,fa:16:3e:0:0:b -j RETURN\n" },
  { VN_TOOL_IPSET,
    "create s hash:net family inet6 hashsize 2048 maxelem 65536 bucketsize 12 initval 0x1234\nadd s 2001:db8::2\nadd s "
    "2001:db8::1\n",
    "create s hash:net family inet6 hashsize 1024 maxelem 65536 bucketsize 12\nadd s 2001:db8::1\nadd s "
    "2001:db8::2\n" },
  /* What restore programs were given one after the other. */
  { VN_TOOL_IPTABLES,
    "*filter\n:INPUT ACCEPT [0:0]\n:c - [0:0]\n:d - [0:0]\n-A INPUT -j c\n-A c -j DROP\nCOMMIT\n"
    "*filter\n:c - [0:0]\n:d - [0:0]\n-F INPUT\n-A INPUT -j ACCEPT\n-A c -j RETURN\n-X d\nCOMMIT\n",
    "*filter\n:INPUT ACCEPT [0:0]\n:c - [0:0]\n-A INPUT -j ACCEPT\n-A c -j RETURN\nCOMMIT\n" },
  { VN_TOOL_IPSET,
    "create a hash:net family inet -exist\nadd a 10.0.0.1 -exist\nadd a 10.0.0.2 -exist\ncreate b hash:net family "
    "inet\n"
    "del a 10.0.0.1 -exist\ndel a 10.0.0.9 -exist\ndestroy b\n",
    "create a hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12\nadd a 10.0.0.2\n" },
};

static void
test_parse_forms (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VnRuleset) ruleset = vn_ruleset_parse (NODE, forms[i].tool, forms[i].printed, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = vn_ruleset_to_save (ruleset, FALSE);
      g_assert_cmpstr (text, ==, forms[i].canonical);
    }
}

static void
test_parse_refuses (void)
{
  static const struct
  {
    const char *text, *line;
  } bad[] = {
    { "nonsense\n", "line 1" },
    { ":c - [0:0]\n", "line 1" },
    { "*filter\n-A unknown -j DROP\n", "line 2" },
    { "*filter\n:c\n", "line 2" },
    { "add s 10.0.0.1\n", "line 1" },
    { "create s\n", "line 1" },
    { "*filter\n-X c\n", "line 2" },
    { "*filter\n-F c\n", "line 2" },
    { "destroy s\n", "line 1" },
    { "*\n", "line 1" },
    { "*security\n", "line 1" },
    { "*filter\n:\"a b\" - [0:0]\n", "line 2" },
    { "create s hash:net\nadd s \"10.0.0.1 x\"\n", "line 2" },
    { "create s hash:net\nadd s 10.0.0.1\tx\n", "line 2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      VnRuleset *ruleset = vn_ruleset_parse (NODE, VN_TOOL_IPTABLES, bad[i].text, &error);

      g_assert_null (ruleset);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, bad[i].line));
    }
}

/* ---- comments ---- */

static void
test_comments (void)
{
  g_autoptr (VnRuleset) ruleset = vn_ruleset_new (NODE, VN_TOOL_IPTABLES);
  VnChain *chain = vn_ruleset_chain (ruleset, "filter", "c", "-");
  g_autofree char *overlong = g_strnfill (300, 'x');
  g_autofree char *place = g_strconcat (overlong, ":12", NULL);
  g_autofree char *plain = NULL, *commented = NULL, *restore = NULL;
  g_autoptr (VnRuleset) back = NULL;

  vn_chain_append (chain, VN_ORIGIN_NONE, NULL, "say \"x\"\n", "-p tcp -j RETURN");
  vn_chain_append (chain, VN_ORIGIN_NONE, NULL, place, "-j DROP");
  vn_chain_append (chain, VN_ORIGIN_NONE, NULL, "x", "-m string --string \"a -j b\" -j DROP");
  plain = vn_ruleset_to_save (ruleset, FALSE);
  commented = vn_ruleset_to_save (ruleset, TRUE);
  restore = vn_ruleset_to_restore (ruleset);
  g_assert_null (strstr (plain, "comment"));
  g_assert_cmpstr (commented, ==, restore);
  g_assert_nonnull (strstr (restore, "-A c -p tcp -m comment --comment \"say 'x''\" -j RETURN\n"));
  g_assert_nonnull (strstr (restore, "--string \"a -j b\" -m comment --comment \"x\" -j DROP\n"));
  back = vn_ruleset_parse (NODE, VN_TOOL_IPTABLES, restore, NULL);
  g_assert_cmpuint (strlen (VN_RULE (VN_CHAIN (back, 0), 1)->comment), ==, 255);
  g_assert_true (g_str_has_suffix (VN_RULE (VN_CHAIN (back, 0), 1)->comment, "xx:12"));
}

static void
test_ebtables_has_no_comments (void)
{
  g_autoptr (VnRuleset) ruleset = vn_ruleset_new (NODE, VN_TOOL_EBTABLES);
  g_autofree char *text = NULL;

  vn_chain_append (vn_ruleset_chain (ruleset, "nat", "c", "DROP"), VN_ORIGIN_NONE, NULL, "hidden", "-j DROP");
  text = vn_ruleset_to_restore (ruleset);
  g_assert_cmpstr (text, ==, "*nat\n:c DROP\n-A c -j DROP\n");
}

/* ---- differences and changes ---- */

static const struct
{
  VnTool tool;
  const char *want, *have, *diff; /* diff: NULL = equal */
} differences[] = {
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j DROP\nCOMMIT\n", "*filter\n:c - [0:0]\n-A c -j DROP\nCOMMIT\n",
    NULL },
  { VN_TOOL_IPTABLES, "", "*mangle\n:INPUT ACCEPT [0:0]\nCOMMIT\n", NULL },
  { VN_TOOL_IPTABLES, "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", "", NULL },
  { VN_TOOL_IPTABLES, "", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n", "+filter: :INPUT DROP\n" },
  { VN_TOOL_IPTABLES, "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n",
    "-filter: :INPUT ACCEPT\n+filter: :INPUT DROP\n" },
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j A\n-A c -j B\n-A c -j C\nCOMMIT\n",
    "*filter\n:c - [0:0]\n-A c -j A\n-A c -j C\nCOMMIT\n", "-filter: -A c -j B\n" },
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j A\n-A c -j A\nCOMMIT\n", "*filter\n:c - [0:0]\n-A c -j A\nCOMMIT\n",
    "-filter: -A c -j A\n" },
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j A\n-A c -j B\nCOMMIT\n",
    "*filter\n:c - [0:0]\n-A c -j B\n-A c -j A\nCOMMIT\n",
    "-filter: -A c -j A\n-filter: -A c -j B\n+filter: -A c -j B\n+filter: -A c -j A\n" },
  { VN_TOOL_IPTABLES, "*filter\n:c - [0:0]\n-A c -j A\nCOMMIT\n", "*filter\n:d - [0:0]\n-A d -j A\nCOMMIT\n",
    "-filter: :c -\n-filter: -A c -j A\n+filter: :d -\n+filter: -A d -j A\n" },
  { VN_TOOL_IPSET, "create s hash:net family inet\nadd s 10.0.0.1\nadd s 10.0.0.2\n",
    "create s hash:net family inet\nadd s 10.0.0.3\nadd s 10.0.0.2\n", "-add s 10.0.0.1\n+add s 10.0.0.3\n" },
  { VN_TOOL_IPSET, "create s hash:net family inet\n", "create s hash:net family inet6\n",
    "-create s family inet\n+create s family inet6\n" },
  { VN_TOOL_IPSET, "", "create s hash:net family inet\nadd s 10.0.0.3\n", "+create s family inet\n+add s 10.0.0.3\n" },
};

static VnRuleset *
parse (VnTool tool, const char *text)
{
  g_autoptr (GError) error = NULL;
  VnRuleset *ruleset = vn_ruleset_parse (NODE, tool, text, &error);

  g_assert_no_error (error);
  return ruleset;
}

static void
test_diff (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (differences); i++)
    {
      g_autoptr (VnRuleset) want = parse (differences[i].tool, differences[i].want);
      g_autoptr (VnRuleset) have = parse (differences[i].tool, differences[i].have);
      g_autofree char *diff = vn_ruleset_diff (want, have);

      g_assert_cmpstr (diff, ==, differences[i].diff);
    }
}

/* Loaded behind what is there, a change gives what is wanted, and nothing for what is there already. */
static void
assert_change_leads (VnTool tool, const char *from_text, const char *to_text)
{
  g_autoptr (VnRuleset) from = parse (tool, from_text), to = parse (tool, to_text), reached = NULL;
  g_autofree char *restore = vn_ruleset_to_restore (from);
  g_autofree char *change = vn_ruleset_to_change (from, to), *destroy = vn_ruleset_to_destroy (from, to);
  g_autofree char *all = g_strconcat (restore, change != NULL ? change : "", destroy, NULL);
  g_autofree char *diff = NULL, *again = vn_ruleset_to_change (to, to);

  reached = parse (tool, all);
  diff = vn_ruleset_diff (to, reached);
  g_assert_cmpstr (diff, ==, NULL);
  g_assert_cmpstr (again, ==, NULL);
}

static void
test_change (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (differences); i++)
    {
      gboolean family_differs = differences[i].diff != NULL && strstr (differences[i].diff, "-create s") != NULL;

      /* A set can't change its family; the agent's names hold it. */
      if (family_differs)
        continue;
      assert_change_leads (differences[i].tool, differences[i].have, differences[i].want);
      assert_change_leads (differences[i].tool, differences[i].want, differences[i].have);
    }
}

/* Chains that stay as they are are not touched. */
static void
test_change_is_small (void)
{
  g_autoptr (VnRuleset) from = parse (
      VN_TOOL_IPTABLES, "*raw\n:r - [0:0]\nCOMMIT\n*filter\n:a - [0:0]\n:b - [0:0]\n-A a -j A\n-A b -j B\nCOMMIT\n");
  g_autoptr (VnRuleset) to = parse (
      VN_TOOL_IPTABLES, "*raw\n:r - [0:0]\nCOMMIT\n*filter\n:a - [0:0]\n:b - [0:0]\n-A a -j A\n-A b -j C\nCOMMIT\n");
  g_autofree char *change = vn_ruleset_to_change (from, to);

  g_assert_cmpstr (change, ==, "*filter\n:b - [0:0]\n-A b -j C\nCOMMIT\n");
}

/* ---- entries ---- */

static void
test_print (void)
{
  g_autoptr (VnTables) tables = vn_tables_new ();
  VnKobj vxlan = vn_kobj_link (NODE, VN_LINK_VXLAN, "vxlan-42");
  VnIp ip, vtep;
  VnMac mac;
  g_autofree char *fdb = NULL, *neigh = NULL, *links = NULL;

  g_assert_true (vn_ip_parse ("172.16.1.5", &ip));
  g_assert_true (vn_ip_parse ("10.0.0.102", &vtep));
  g_assert_true (vn_mac_parse ("fa:16:3e:00:00:05", &mac));
  g_assert_true (vn_ip_parse ("224.0.0.1", &vxlan.u.link.u.vxlan.group));
  g_strlcpy (vxlan.u.link.u.vxlan.lower, "ens33", VN_DEV_SIZE);
  vn_tables_add (tables, vxlan, VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_fdb (NODE, "vxlan-42", mac, vtep), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_fdb ("other", "vxlan-42", mac, vtep), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_neigh (NODE, "vxlan-42", ip, mac), VN_ORIGIN_NONE);
  fdb = vn_tables_print_fdb (tables, NODE);
  neigh = vn_tables_print_neigh (tables, NODE);
  links = vn_tables_print_links (tables, NODE);
  g_assert_cmpstr (fdb, ==,
                   "fa:16:3e:00:00:05 dev vxlan-42 dst 10.0.0.102 self permanent\n"
                   "00:00:00:00:00:00 dev vxlan-42 dst 224.0.0.1 via ens33 self permanent\n");
  g_assert_cmpstr (neigh, ==, "172.16.1.5 dev vxlan-42 lladdr fa:16:3e:00:00:05 PERMANENT\n");
  g_assert_true (g_str_has_prefix (links, "vxlan-42:"));
}

static gboolean
has_sysctl (const VnTables *tables, const char *key)
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;

      if (obj->kind == VN_KOBJ_SYSCTL && g_str_equal (obj->u.sysctl.key, key))
        return TRUE;
    }
  return FALSE;
}

/* Which node has which setting, with and without IPv6. */
static void
test_node_settings (void)
{
  static const struct
  {
    const char *key;
    gboolean expected[VN_N_NODE_KINDS][2]; /* kind, IPv6 */
  } settings[] = {
    { "net.ipv4.ip_forward", { { TRUE, TRUE }, { TRUE, TRUE }, { TRUE, TRUE } } },
    { "net.ipv4.icmp_ratelimit", { { FALSE, FALSE }, { TRUE, TRUE }, { TRUE, TRUE } } },
    { "net.ipv6.conf.all.disable_ipv6", { { TRUE, FALSE }, { FALSE, FALSE }, { TRUE, FALSE } } },
    { "net.ipv6.icmp.ratelimit", { { FALSE, FALSE }, { FALSE, TRUE }, { FALSE, TRUE } } },
    { "net.ipv6.conf.default.accept_ra", { { FALSE, FALSE }, { FALSE, TRUE }, { FALSE, TRUE } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    for (VnNodeKind kind = 0; kind < VN_N_NODE_KINDS; kind++)
      for (guint ipv6 = 0; ipv6 < 2; ipv6++)
        {
          g_autoptr (VnTables) tables = vn_tables_new ();

          vn_tables_add_node (tables, NODE, kind, ipv6 != 0, VN_ORIGIN_NONE);
          g_assert_cmpint (has_sysctl (tables, settings[i].key), ==, settings[i].expected[kind][ipv6]);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tables/parse/forms", test_parse_forms);
  g_test_add_func ("/tables/parse/refuses", test_parse_refuses);
  g_test_add_func ("/tables/comments", test_comments);
  g_test_add_func ("/tables/comments/ebtables", test_ebtables_has_no_comments);
  g_test_add_func ("/tables/diff", test_diff);
  g_test_add_func ("/tables/change", test_change);
  g_test_add_func ("/tables/change/small", test_change_is_small);
  g_test_add_func ("/tables/print", test_print);
  g_test_add_func ("/tables/node-settings", test_node_settings);
  return g_test_run ();
}
