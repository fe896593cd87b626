/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of hosts: each firewall driver, conntrack zones, every form of a group's rule, and where a rule comes from. */
#include "sim/neutron/vn-sg-rule.h"
#include "sim/plan/vn-ruleset.h"
#include "tests/lib/vn-test-world.h"

#include <string.h>

static void
set_nothing (VnTestWorld *cloud G_GNUC_UNUSED)
{
}

/* ---- the firewall's variants ---- */

static void
set_driver (VnTestWorld *cloud, const char *driver)
{
  vn_test_cloud_set_agent (cloud->t, cloud->hosts[0], VN_OPT_FIREWALL_DRIVER, driver);
}

static void
set_noop (VnTestWorld *cloud)
{
  set_driver (cloud, "noop");
}

static void
set_hybrid (VnTestWorld *cloud)
{
  set_driver (cloud, "iptables_hybrid");
}

static void
set_disabled (VnTestWorld *cloud)
{
  vn_test_cloud_set_agent (cloud->t, cloud->hosts[0], VN_OPT_ENABLE_SECURITY_GROUP, "false");
}

static void
set_uncommented (VnTestWorld *cloud)
{
  vn_test_cloud_set_agent (cloud->t, cloud->hosts[0], VN_OPT_AGENT_COMMENT_IPTABLES_RULES, "false");
}

static void
set_open_port (VnTestWorld *cloud)
{
  vn_test_cloud_port (cloud->t, 0)->port_security_enabled = FALSE;
}

static const struct
{
  void (*set) (VnTestWorld *cloud);
  gboolean iptables, ebtables;
  const char *holds, *lacks; /* in what iptables-save prints with comments; NULL = nothing */
} firewalls[] = {
  { set_nothing, TRUE, TRUE, "--physdev-in tapa0000001-00 --physdev-is-bridged", "taptap" },
  { set_nothing, TRUE, TRUE, "--comment \"Set zone for 0000001-00\" -j CT --zone 4097", NULL },
  { set_nothing, TRUE, TRUE, "--comment \"cloud.vlab.yml:", NULL },
  { set_noop, FALSE, TRUE, NULL, NULL },
  { set_disabled, FALSE, TRUE, NULL, NULL },
  { set_hybrid, TRUE, TRUE, "--physdev-in taptapa0000001 --physdev-is-bridged", "--physdev-in tapa" },
  { set_hybrid, TRUE, TRUE, "-i qvbtapa0000001 ", "brq" },
  { set_hybrid, TRUE, TRUE, ":neutron-linuxbri-itapa000000 ", NULL },
  { set_uncommented, TRUE, TRUE, "--comment \"Set zone for 0000001-00\"", "--comment \"Jump" },
  { set_open_port, TRUE, FALSE, "--physdev-in tapa0000001-00 --physdev-is-bridged -m comment --comment \"Accept all",
    "CT --zone" },
};

static void
test_firewalls (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (firewalls); i++)
    {
      VnTestWorld cloud = vn_test_world_new ();
      g_autoptr (VnTables) tables = NULL;
      g_autofree char *text = NULL;
      const VnRuleset *rules;

      vn_test_cloud_rule (cloud.t, cloud.group, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 80, 80);
      vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
      firewalls[i].set (&cloud);
      tables = vn_test_world_run (&cloud, NULL);
      rules = vn_tables_ruleset (tables, "compute1", VN_TOOL_IPTABLES);
      g_assert_cmpint (rules != NULL, ==, firewalls[i].iptables);
      g_assert_cmpint (vn_tables_ruleset (tables, "compute1", VN_TOOL_IP6TABLES) != NULL, ==, firewalls[i].iptables);
      g_assert_cmpint (vn_tables_ruleset (tables, "compute1", VN_TOOL_EBTABLES) != NULL, ==, firewalls[i].ebtables);
      text = rules != NULL ? vn_ruleset_to_save (rules, TRUE) : g_strdup ("");
      g_assert_true (firewalls[i].holds == NULL || strstr (text, firewalls[i].holds) != NULL);
      g_assert_true (firewalls[i].lacks == NULL || strstr (text, firewalls[i].lacks) == NULL);
    }
}

/* A host without any port has the frame, as a real agent leaves it; the controller without an agent has nothing. */
static void
test_empty_host (void)
{
  VnTestWorld cloud = vn_test_world_new ();
  g_autoptr (VnTables) tables = NULL;
  const VnRuleset *rules;
  const VnChain *chain;

  tables = vn_test_world_run (&cloud, NULL);
  rules = vn_tables_ruleset (tables, "compute3", VN_TOOL_IPTABLES);
  g_assert_nonnull (rules);
  chain = vn_ruleset_find_chain (rules, "filter", "neutron-linuxbri-sg-chain");
  g_assert_cmpuint (chain->rules->len, ==, 1);
  g_assert_cmpstr (VN_RULE (chain, 0)->spec, ==, "-j ACCEPT");
  g_assert_null (vn_tables_ruleset (tables, "compute3", VN_TOOL_EBTABLES));
  g_assert_null (vn_tables_ruleset (tables, "controller", VN_TOOL_IPTABLES));
}

/* ---- zones ---- */

static const char *
first_zone_rule (const VnTables *tables, const char *tap)
{
  const VnRuleset *rules = vn_tables_ruleset (tables, "compute1", VN_TOOL_IPTABLES);
  const VnChain *chain = vn_ruleset_find_chain (rules, "raw", "neutron-linuxbri-PREROUTING");

  for (guint i = 0; i < chain->rules->len; i++)
    if (strstr (VN_RULE (chain, i)->spec, tap) != NULL)
      return VN_RULE (chain, i)->spec;
  return NULL;
}

/* By the order in which networks first have a filtered port on the host, not by their names. */
static void
test_zones (void)
{
  VnTestWorld cloud = vn_test_world_new ();
  guint other = vn_test_cloud_network (cloud.t, "other"), third = vn_test_cloud_network (cloud.t, "third");
  g_autoptr (VnTables) tables = NULL;

  vn_test_cloud_subnet (cloud.t, other, "172.16.2.0/24");
  vn_test_cloud_subnet (cloud.t, third, "172.16.3.0/24");
  vn_test_cloud_server (cloud.t, "a", cloud.hosts[0], third, "172.16.3.10", cloud.group);
  vn_test_cloud_server (cloud.t, "b", cloud.hosts[0], cloud.network, "172.16.1.10", cloud.group);
  vn_test_cloud_server (cloud.t, "c", cloud.hosts[0], other, "172.16.2.10", cloud.group);
  vn_test_cloud_server (cloud.t, "d", cloud.hosts[0], third, "172.16.3.11", cloud.group);
  vn_test_cloud_port (cloud.t, 1)->port_security_enabled = FALSE;
  tables = vn_test_world_run (&cloud, NULL);
  g_assert_true (g_str_has_suffix (first_zone_rule (tables, "tapa0000001-00"), "--zone 4097"));
  g_assert_null (first_zone_rule (tables, "tapa0000002-00"));
  g_assert_true (g_str_has_suffix (first_zone_rule (tables, "tapa0000003-00"), "--zone 4098"));
  g_assert_true (g_str_has_suffix (first_zone_rule (tables, "tapa0000004-00"), "--zone 4097"));
}

/* ---- rules of groups ---- */

static const struct
{
  VnFamily family;
  const char *protocol;
  gint min, max;
  const char *text;
} protocols[] = {
  { VN_FAMILY_IPV4, NULL, -1, -1, "" },
  { VN_FAMILY_IPV4, "tcp", -1, -1, "-p tcp " },
  { VN_FAMILY_IPV4, "tcp", 80, 80, "-p tcp -m tcp --dport 80 " },
  { VN_FAMILY_IPV4, "6", 80, 80, "-p tcp -m tcp --dport 80 " },
  { VN_FAMILY_IPV4, "udp", 1000, 2000, "-p udp -m udp -m multiport --dports 1000:2000 " },
  { VN_FAMILY_IPV4, "sctp", 5, 5, "-p sctp -m sctp --dport 5 " },
  { VN_FAMILY_IPV4, "dccp", 5, 6, "-p dccp -m dccp -m multiport --dports 5:6 " },
  { VN_FAMILY_IPV4, "udplite", 5, 5, "-p udplite -m multiport --dports 5 " },
  { VN_FAMILY_IPV4, "udplite", 5, 6, "-p udplite -m multiport --dports 5:6 " },
  { VN_FAMILY_IPV4, "icmp", -1, -1, "-p icmp " },
  { VN_FAMILY_IPV4, "icmp", 8, -1, "-p icmp -m icmp --icmp-type 8 " },
  { VN_FAMILY_IPV4, "icmp", 3, 1, "-p icmp -m icmp --icmp-type 3/1 " },
  { VN_FAMILY_IPV4, "icmp", 0, 0, "-p icmp -m icmp --icmp-type 0/0 " },
  { VN_FAMILY_IPV4, "icmp", 255, 3, "-p icmp -m icmp --icmp-type any " },
  { VN_FAMILY_IPV6, "ipv6-icmp", 128, 0, "-p ipv6-icmp -m icmp6 --icmpv6-type 128/0 " },
  { VN_FAMILY_IPV6, "ipv6-icmp", 255, -1, "-p ipv6-icmp -m icmp6 --icmpv6-type 255 " },
  { VN_FAMILY_IPV6, "icmpv6", -1, -1, "-p ipv6-icmp " },
  { VN_FAMILY_IPV6, "icmp", 128, -1, "-p ipv6-icmp -m icmp6 --icmpv6-type 128 " },
  { VN_FAMILY_IPV6, "58", -1, -1, "-p ipv6-icmp " },
  { VN_FAMILY_IPV6, "ipv6-encap", -1, -1, "-p ipv6 " },
  { VN_FAMILY_IPV6, "ipv6-nonxt", -1, -1, "-p ipv6-nonxt " },
  { VN_FAMILY_IPV4, "47", -1, -1, "-p gre " },
  { VN_FAMILY_IPV4, "pgm", -1, -1, "-p 113 " },
  { VN_FAMILY_IPV4, "253", -1, -1, "-p 253 " },
  { VN_FAMILY_IPV4, "0", -1, -1, "" },
  { VN_FAMILY_IPV4, "ip", -1, -1, "" },
  { VN_FAMILY_IPV4, "hopopt", -1, -1, "" },
};

static void
test_protocols (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      VnSecurityGroupRule rule = { .ethertype = protocols[i].family,
                                   .protocol = (char *)protocols[i].protocol,
                                   .port_range_min = protocols[i].min,
                                   .port_range_max = protocols[i].max };
      g_autofree char *text = vn_sg_rule_protocol (&rule);

      g_assert_cmpstr (text, ==, protocols[i].text);
    }
}

/* Every rule of a chain that a group made says which group and which line. */
static void
test_provenance (void)
{
  VnTestWorld cloud = vn_test_world_new ();
  VnSecurityGroupRule *rule = vn_test_cloud_rule (cloud.t, cloud.group, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 80, 80);
  guint rule_line = rule->origin.line, group_line = vn_topology_group (cloud.t, cloud.group)->origin.line;
  g_autoptr (VnTables) tables = NULL;
  const VnRuleset *rules;
  const VnRule *ingress, *egress, *fallback;

  vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
  tables = vn_test_world_run (&cloud, NULL);
  rules = vn_tables_ruleset (tables, "compute1", VN_TOOL_IPTABLES);
  ingress = VN_RULE (vn_ruleset_find_chain (rules, "filter", "neutron-linuxbri-ia0000001-0"), 3);
  egress = VN_RULE (vn_ruleset_find_chain (rules, "filter", "neutron-linuxbri-oa0000001-0"), 5);
  fallback = VN_RULE (vn_ruleset_find_chain (rules, "filter", "neutron-linuxbri-ia0000001-0"), 5);
  g_assert_cmpstr (ingress->spec, ==, "-p tcp -m tcp --dport 80 -j RETURN");
  g_assert_cmpstr (ingress->note, ==, "security group \"web\"");
  g_assert_cmpuint (ingress->origin.line, ==, rule_line);
  g_assert_cmpstr (egress->spec, ==, "-j RETURN");
  g_assert_cmpstr (egress->note, ==, "security group \"web\": the API's default rule");
  g_assert_cmpuint (egress->origin.line, ==, group_line);
  g_assert_null (fallback->note);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/firewall/drivers", test_firewalls);
  g_test_add_func ("/firewall/empty-host", test_empty_host);
  g_test_add_func ("/firewall/zones", test_zones);
  g_test_add_func ("/firewall/protocols", test_protocols);
  g_test_add_func ("/firewall/provenance", test_provenance);
  return g_test_run ();
}
