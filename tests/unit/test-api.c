/* SPDX-License-Identifier: Apache-2.0 */
/* What the API accepts and refuses: requests and answers as a Neutron 21.0.0 server gave them. */
#include "sim/api/vn-api.h"
#include "sim/load/vn-load.h"

#include <string.h>

#define IN .direction = "ingress"

static const struct
{
  VnApiRule request;
  const char *answer;   /* error type; NULL = accepted */
  const char *protocol; /* as stored */
  gint min, max;        /* as stored, 0 = none in this table */
} rules[] = {
  { { IN, .protocol = "tcp", .port_range_min = "80", .port_range_max = "22" }, "SecurityGroupInvalidPortRange" },
  { { IN, .protocol = "tcp", .port_range_min = "22" }, "SecurityGroupInvalidPortRange" },
  { { IN, .protocol = "tcp", .port_range_max = "22" }, "SecurityGroupInvalidPortRange" },
  { { IN, .protocol = "tcp", .port_range_min = "0", .port_range_max = "0" }, "SecurityGroupInvalidPortValue" },
  { { IN, .protocol = "tcp", .port_range_min = "0", .port_range_max = "100" }, "SecurityGroupInvalidPortValue" },
  { { IN, .protocol = "tcp", .port_range_min = "65536", .port_range_max = "65536" }, "SecurityGroupInvalidPortValue" },
  { { IN, .protocol = "tcp", .port_range_min = "-1", .port_range_max = "-1" }, "SecurityGroupInvalidPortValue" },
  { { IN, .protocol = "tcp", .port_range_min = "22", .port_range_max = "22" }, NULL, "tcp", 22, 22 },
  { { IN, .protocol = "tcp", .port_range_min = "22abc", .port_range_max = "22" }, "SecurityGroupInvalidPortValue" },
  { { IN, .protocol = "TCP", .port_range_min = "1", .port_range_max = "1" }, NULL, "tcp", 1, 1 },
  { { IN, .protocol = "tcp", .port_range_min = "1", .port_range_max = "65535" }, NULL, "tcp", 0, 0 },
  { { IN, .port_range_min = "22", .port_range_max = "22" }, "SecurityGroupProtocolRequiredWithPorts" },
  { { IN, .port_range_min = "1", .port_range_max = "65535" }, NULL, NULL, 0, 0 },
  { { IN, .protocol = "gre", .port_range_min = "1", .port_range_max = "2" }, "SecurityGroupInvalidProtocolForPort" },
  { { IN, .protocol = "gre", .port_range_min = "1", .port_range_max = "65535" }, NULL, "gre", 0, 0 },
  { { IN, .protocol = "47", .port_range_min = "1" }, "SecurityGroupInvalidProtocolForPort" },
  { { IN, .protocol = "0", .port_range_min = "1", .port_range_max = "2" }, "SecurityGroupInvalidProtocolForPort" },
  { { IN, .protocol = "0" }, NULL, "0", 0, 0 },
  { { IN, .protocol = "hopopt" }, NULL, "hopopt", 0, 0 },
  { { IN, .protocol = "any" }, "SecurityGroupRuleInvalidProtocol" },
  { { IN, .protocol = "" }, "SecurityGroupRuleInvalidProtocol" },
  { { IN, .protocol = "foo" }, "SecurityGroupRuleInvalidProtocol" },
  { { IN, .protocol = "255" }, NULL, "255", 0, 0 },
  { { IN, .protocol = "256" }, "SecurityGroupRuleInvalidProtocol" },
  { { IN, .protocol = "-1" }, "SecurityGroupRuleInvalidProtocol" },
  { { IN, .protocol = "sctp", .port_range_min = "9", .port_range_max = "9" }, NULL, "sctp", 9, 9 },
  { { IN, .protocol = "dccp", .port_range_min = "9", .port_range_max = "19" }, NULL, "dccp", 9, 19 },
  { { IN, .protocol = "udplite", .port_range_min = "9", .port_range_max = "19" }, NULL, "udplite", 9, 19 },
  { { IN, .protocol = "icmp", .port_range_min = "8" }, NULL, "icmp", 8, -1 },
  { { IN, .protocol = "icmp", .port_range_min = "8", .port_range_max = "1" }, NULL, "icmp", 8, 1 },
  { { IN, .protocol = "icmp", .port_range_min = "255" }, NULL, "icmp", 255, -1 },
  { { IN, .protocol = "icmp", .port_range_min = "256" }, "SecurityGroupInvalidIcmpValue" },
  { { IN, .protocol = "icmp", .port_range_min = "-1" }, "SecurityGroupInvalidPortValue" },
  { { IN, .protocol = "icmp", .port_range_max = "0" }, "SecurityGroupMissingIcmpType" },
  { { IN, .protocol = "icmp", .port_range_min = "3", .port_range_max = "256" }, "SecurityGroupInvalidIcmpValue" },
  { { IN, .protocol = "icmp", .port_range_min = "1", .port_range_max = "65535" }, NULL, "icmp", 0, 0 },
  { { IN, .protocol = "icmpv6" }, "SecurityGroupEthertypeConflictWithProtocol" },
  { { IN, .protocol = "ipv6-frag" }, "SecurityGroupEthertypeConflictWithProtocol" },
  { { IN, .protocol = "41" }, "SecurityGroupEthertypeConflictWithProtocol" },
  { { IN, .protocol = "44" }, "SecurityGroupEthertypeConflictWithProtocol" },
  { { IN, .protocol = "58" }, "SecurityGroupEthertypeConflictWithProtocol" },
  { { IN, .ethertype = "IPv6", .protocol = "icmp" }, NULL, "ipv6-icmp", 0, 0 },
  { { IN, .ethertype = "IPv6", .protocol = "icmpv6" }, NULL, "ipv6-icmp", 0, 0 },
  { { IN, .ethertype = "IPv6", .protocol = "1" }, NULL, "58", 0, 0 },
  { { IN, .ethertype = "IPv6", .protocol = "igmp" }, NULL, "igmp", 0, 0 },
  { { IN, .ethertype = "ipv4", .protocol = "esp" }, NULL, "esp", 0, 0 },
  { { IN, .ethertype = "arp" }, "SecurityGroupRuleInvalidEtherType" },
  { { IN, .ethertype_is_null = TRUE }, "SecurityGroupRuleInvalidEtherType" },
  { { .direction = "both" }, "HTTPBadRequest" },
  { { .direction = "Ingress" }, "HTTPBadRequest" },
  { { .direction = NULL }, "HTTPBadRequest" },
  { { IN, .remote_ip_prefix = "10.0.0.0/8", .n_remote_groups = 1 }, "SecurityGroupMultipleRemoteEntites" },
  { { IN, .n_remote_groups = 2 }, "SecurityGroupMultipleRemoteEntites" },
  { { IN, .n_remote_groups = 1 }, NULL, NULL, 0, 0 },
  { { IN, .remote_ip_prefix = "::/0" }, "SecurityGroupRuleParameterConflict" },
  { { IN, .ethertype = "IPv6", .remote_ip_prefix = "10.0.0.0/8" }, "SecurityGroupRuleParameterConflict" },
  { { IN, .remote_ip_prefix = "10.0.0.0/33" }, "InvalidCIDR" },
  { { IN, .remote_ip_prefix = "foo" }, "InvalidCIDR" },
  { { IN, .remote_ip_prefix = "" }, NULL, NULL, 0, 0 },
};

static void
free_rule (VnSecurityGroupRule *rule)
{
  g_free (rule->protocol);
  g_free (rule);
}

static void
test_rules (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_auto (VnApiError) error = { 0 };
      VnSecurityGroupRule *rule = vn_security_group_rule_new ();
      gboolean accepted = vn_api_rule (&rules[i].request, rule, &error);

      g_assert_cmpstr (accepted ? NULL : error.type, ==, rules[i].answer);
      if (accepted)
        {
          g_assert_cmpstr (rule->protocol, ==, rules[i].protocol);
          g_assert_cmpint (rule->port_range_min, ==, rules[i].min == 0 ? -1 : rules[i].min);
          g_assert_cmpint (rule->port_range_max, ==, rules[i].max == 0 ? -1 : rules[i].max);
        }
      free_rule (rule);
    }
}

static VnSecurityGroupRule *
make_rule (const VnApiRule *request)
{
  g_auto (VnApiError) error = { 0 };
  VnSecurityGroupRule *rule = vn_security_group_rule_new ();

  g_assert_true (vn_api_rule (request, rule, &error));
  return rule;
}

static const struct
{
  VnApiRule a, b;
  gboolean same;
} duplicates[] = {
  { { IN, .protocol = "tcp" }, { IN, .protocol = "6" }, TRUE },
  { { IN, .protocol = "tcp" }, { IN, .protocol = "udp" }, FALSE },
  { { IN, .protocol = "icmp" }, { IN, .protocol = "1" }, TRUE },
  { { IN, .protocol = "0" }, { IN, .protocol = "ip" }, TRUE },
  { { IN, .protocol = "0" }, { IN, .protocol = "hopopt" }, FALSE },
  { { IN, .ethertype = "IPv6", .protocol = "icmp" }, { IN, .ethertype = "IPv6", .protocol = "58" }, TRUE },
  { { IN }, { IN, .remote_ip_prefix = "0.0.0.0/0" }, TRUE },
  { { IN }, { IN, .remote_ip_prefix = "1.2.3.4/0" }, FALSE },
  { { IN, .ethertype = "IPv6" }, { IN, .ethertype = "IPv6", .remote_ip_prefix = "::/0" }, TRUE },
  { { IN, .remote_ip_prefix = "10.9.9.9" }, { IN, .remote_ip_prefix = "10.9.9.9/32" }, TRUE },
  { { IN, .remote_ip_prefix = "10.8.8.8/24" }, { IN, .remote_ip_prefix = "10.8.8.0/24" }, FALSE },
  { { IN }, { .direction = "egress" }, FALSE },
  { { IN }, { IN, .ethertype = "IPv6" }, FALSE },
};

static void
test_duplicates (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (duplicates); i++)
    {
      VnSecurityGroupRule *a = make_rule (&duplicates[i].a);
      VnSecurityGroupRule *b = make_rule (&duplicates[i].b);

      g_assert_cmpint (vn_api_rule_same (a, b), ==, duplicates[i].same);
      g_assert_cmpint (vn_api_rule_same (b, a), ==, duplicates[i].same);
      free_rule (a);
      free_rule (b);
    }
}

static const struct
{
  const char *text;
  const char *stored; /* NULL = refused */
} prefixes[] = {
  { "10.9.9.9", "10.9.9.9/32" },
  { "10.8.8.8/24", "10.8.8.8/24" },
  { "10/8", "10.0.0.0/8" },
  { "10.13/16", "10.13.0.0/16" },
  { "10.7.0.0/255.255.0.0", "10.7.0.0/16" },
  { "10.7.0.0/0.0.255.255", "10.7.0.0/16" },
  { "10.7.0.0/0.0.0.0", "10.7.0.0/0" },
  { "10.7.0.0/255.0.255.0", NULL },
  { "010.001.000.000/16", "10.1.0.0/16" },
  { "1.2.3.4/0", "1.2.3.4/0" },
  { "1.2.3.4.5", NULL },
  { "1.2.3.256", NULL },
  { "1.2.3.4/33", NULL },
  { "1.2.3.4/", NULL },
  { "", NULL },
  { "/8", NULL },
  { "2001:db8::/32", "2001:db8::/32" },
  { "::1", "::1/128" },
  { "::/129", NULL },
  { "2001:db8::/255.0.0.0", NULL },
};

static void
test_prefixes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      VnPrefix prefix;
      gboolean accepted = vn_api_parse_prefix (prefixes[i].text, &prefix);
      g_autofree char *text = accepted ? vn_prefix_to_string (prefix) : NULL;

      g_assert_cmpstr (text, ==, prefixes[i].stored);
    }
}

static VnConfig *
server_config (void)
{
  static const char text[] = "[ml2]\ntype_drivers = flat,vlan,vxlan,local\ntenant_network_types = vxlan\n"
                             "[ml2_type_flat]\nflat_networks = physnet2\n"
                             "[ml2_type_vlan]\nnetwork_vlan_ranges = physnet1:100:199\n"
                             "[ml2_type_vxlan]\nvni_ranges = 10:11,20:20\n";
  VnConfig *config = vn_config_new ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  vn_load_ini ("ml2_conf.ini", text, strlen (text), VN_PROGRAM_SERVER, config, diags);
  vn_load_ini_finish (config, VN_PROGRAM_SERVER, diags);
  g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_ERROR), ==, 0);
  return config;
}

#define VID(n) .has_segmentation_id = TRUE, .segmentation_id = n

static const struct
{
  VnApiNetwork request;
  const char *answer;
  guint mtu;
  gboolean draws;
} networks[] = {
  { { .type = "vlan", .physical_network = "physnet1", VID (0) }, "InvalidInput" },
  { { .type = "vlan", .physical_network = "physnet1", VID (1) }, NULL, 1500, FALSE },
  { { .type = "vlan", .physical_network = "physnet1", VID (4094) }, NULL, 1500, FALSE },
  { { .type = "vlan", .physical_network = "physnet1", VID (4095) }, "InvalidInput" },
  { { .type = "vlan", .physical_network = "physnet9", VID (50) }, "InvalidInput" },
  { { .type = "vlan", VID (50) }, "InvalidInput" },
  { { .type = "vlan" }, NULL, 1500, TRUE },
  { { .type = "flat" }, "InvalidInput" },
  { { .type = "flat", .physical_network = "physnet9" }, "InvalidInput" },
  { { .type = "flat", .physical_network = "physnet2" }, NULL, 1500, FALSE },
  { { .type = "flat", .physical_network = "physnet2", VID (1) }, "InvalidInput" },
  { { .type = "local" }, NULL, 1500, FALSE },
  { { .type = "local", .physical_network = "physnet1" }, "InvalidInput" },
  { { .type = "vxlan", .physical_network = "physnet1" }, "InvalidInput" },
  { { .type = "vxlan", VID (0) }, NULL, 1450, FALSE },
  { { .type = "vxlan", VID (16777216) }, NULL, 1450, FALSE },
  { { .type = "vxlan" }, NULL, 1450, TRUE },
  { { .type = "gre" }, "InvalidInput" },
  { { .type = "nonsense" }, "InvalidInput" },
  { { VID (5) }, "InvalidInput" },
  { { .mtu = 67 }, NULL, 67, TRUE },
  { { .mtu = 1450 }, NULL, 1450, TRUE },
  { { .mtu = 1451 }, "InvalidInput" },
  { { .mtu = 0 }, NULL, 1450, TRUE },
};

static void
test_networks (void)
{
  g_autoptr (VnConfig) server = server_config ();

  for (gsize i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_auto (VnApiError) error = { 0 };
      VnNetwork network = { 0 };
      gboolean draws = FALSE;
      gboolean accepted = vn_api_network (server, &networks[i].request, &network, &draws, &error);

      g_assert_cmpstr (accepted ? NULL : error.type, ==, networks[i].answer);
      if (accepted)
        {
          g_assert_cmpuint (network.mtu, ==, networks[i].mtu);
          g_assert_cmpint (draws, ==, networks[i].draws);
        }
      g_free (network.physical_network);
    }
}

/* Where in the pool 10:11,20:20 a draw falls, and what it comes to when some VNIs are taken. */
static const struct
{
  guint64 start;
  guint32 taken[3]; /* ends with 0 */
  guint32 vni;      /* 0 = refused */
} draws[] = {
  { 0, { 0 }, 10 },  { 1, { 0 }, 11 },      { 2, { 0 }, 20 },     { 3, { 0 }, 10 },
  { 1, { 11 }, 20 }, { 2, { 20, 10 }, 11 }, { 7, { 5, 11 }, 20 }, { 0, { 10, 11, 20 }, 0 },
};

static void
test_draws (void)
{
  g_autoptr (VnConfig) server = server_config ();

  for (gsize i = 0; i < G_N_ELEMENTS (draws); i++)
    {
      g_autoptr (VnTopology) t = vn_topology_new ();
      VnNetwork network = { .type = VN_NET_VXLAN };
      g_auto (VnApiError) error = { 0 };

      for (gsize j = 0; j < G_N_ELEMENTS (draws[i].taken) && draws[i].taken[j] != 0; j++)
        {
          VnNetwork *other = vn_network_new ();

          other->type = VN_NET_VXLAN;
          other->segmentation_id = draws[i].taken[j];
          g_ptr_array_add (t->networks, other);
        }
      g_assert_cmpint (vn_api_draw_segment (server, t->networks, draws[i].start, &network, &error), ==,
                       draws[i].vni != 0);
      g_assert_cmpuint (network.segmentation_id, ==, draws[i].vni);
      g_assert_cmpstr (error.type, ==, draws[i].vni != 0 ? NULL : "NoNetworkAvailable");
    }
}

static const struct
{
  const char *cidr;
  guint ip_version;
  gboolean no_dhcp;
  const char *gateway; /* "null", an address, or NULL = not given */
  VnV6Mode address_mode, ra_mode;
  const char *pools; /* "start-end start-end" */
  const char *answer;
  const char *stored; /* "cidr gateway pools" */
} subnets[] = {
  { "10.10.0.0/24", .stored = "10.10.0.0/24 10.10.0.1 10.10.0.2-10.10.0.254" },
  { "10.11.0.5/24", .stored = "10.11.0.0/24 10.11.0.1 10.11.0.2-10.11.0.254" },
  { "10.13/16", .stored = "10.13.0.0/16 10.13.0.1 10.13.0.2-10.13.255.254" },
  { "10.12.0.0", .answer = "InvalidInput" },
  { "nonsense", .answer = "InvalidInput" },
  { "10.14.0.0/33", .answer = "InvalidInput" },
  { "10.15.0.1/32", .answer = "InvalidInput" },
  { "10.15.0.1/32", .no_dhcp = TRUE, .stored = "10.15.0.1/32 10.15.0.2 10.15.0.1-10.15.0.1" },
  { "10.15.1.0/31", .answer = "InvalidInput" },
  { "10.15.1.0/31", .no_dhcp = TRUE, .answer = "IpamValueInvalid" },
  { "10.15.2.0/30", .stored = "10.15.2.0/30 10.15.2.1 10.15.2.2-10.15.2.2" },
  { "0.0.0.0/0", .answer = "InvalidInput" },
  { "0.0.0.0/8", .answer = "InvalidInput" },
  { "224.0.0.0/24", .answer = "InvalidInput" },
  { "127.0.0.0/8", .answer = "InvalidInput" },
  { "169.254.0.0/16", .stored = "169.254.0.0/16 169.254.0.1 169.254.0.2-169.254.255.254" },
  { "240.0.0.0/24", .stored = "240.0.0.0/24 240.0.0.1 240.0.0.2-240.0.0.254" },
  { "2001:db8::/64", 4, .answer = "InvalidInput" },
  { "10.16.0.0/24", 6, .answer = "InvalidInput" },
  { "10.17.0.0/24", .gateway = "10.99.0.1", .stored = "10.17.0.0/24 10.99.0.1 10.17.0.1-10.17.0.254" },
  { "10.18.0.0/24", .gateway = "10.18.0.0", .answer = "InvalidInput" },
  { "10.19.0.0/24", .gateway = "10.19.0.255", .answer = "InvalidInput" },
  { "10.20.0.0/24", .gateway = "10.20.0.254", .stored = "10.20.0.0/24 10.20.0.254 10.20.0.1-10.20.0.253" },
  { "10.20.1.0/24", .gateway = "10.20.1.100",
    .stored = "10.20.1.0/24 10.20.1.100 10.20.1.1-10.20.1.99 10.20.1.101-10.20.1.254" },
  { "10.21.0.0/24", .gateway = "null", .stored = "10.21.0.0/24 - 10.21.0.1-10.21.0.254" },
  { "10.22.0.0/24", .gateway = "2001:db8::1", .answer = "InvalidInput" },
  { "10.22.1.0/24", .gateway = "0.0.0.0", .stored = "10.22.1.0/24 0.0.0.0 10.22.1.1-10.22.1.254" },
  { "10.23.0.0/24", .pools = "10.24.0.2-10.24.0.9", .answer = "OutOfBoundsAllocationPool" },
  { "10.23.0.0/24", .pools = "10.23.0.9-10.23.0.2", .answer = "InvalidAllocationPool" },
  { "10.23.0.0/24", .pools = "10.23.0.2-10.23.0.9 10.23.0.9-10.23.0.12", .answer = "OverlappingAllocationPools" },
  { "10.23.0.0/24", .pools = "10.23.0.1-10.23.0.9", .answer = "GatewayConflictWithAllocationPools" },
  { "10.23.0.0/24", .gateway = "null", .pools = "10.23.0.0-10.23.0.9", .answer = "OutOfBoundsAllocationPool" },
  { "10.23.0.0/24", .pools = "10.23.0.9-10.23.0.255", .answer = "OutOfBoundsAllocationPool" },
  { "10.23.0.0/24", .pools = "2001:db8::1-2001:db8::2", .answer = "InvalidAllocationPool" },
  { "10.23.0.0/24", .pools = "10.23.0.9-10.23.0.254", .stored = "10.23.0.0/24 10.23.0.1 10.23.0.9-10.23.0.254" },
  { "2001:db8:1::/64", .address_mode = VN_V6_MODE_SLAAC, .ra_mode = VN_V6_MODE_SLAAC,
    .stored = "2001:db8:1::/64 2001:db8:1:: 2001:db8:1::1-2001:db8:1:0:ffff:ffff:ffff:ffff" },
  { "2001:db8:2::/63", .address_mode = VN_V6_MODE_SLAAC, .answer = "InvalidInput" },
  { "2001:db8:3::/120", .address_mode = VN_V6_MODE_STATEFUL,
    .stored = "2001:db8:3::/120 2001:db8:3:: 2001:db8:3::1-2001:db8:3::ff" },
  { "2001:db8:4::/64", .address_mode = VN_V6_MODE_STATEFUL, .ra_mode = VN_V6_MODE_SLAAC, .answer = "InvalidInput" },
  { "2001:db8:5::/64", .no_dhcp = TRUE, .ra_mode = VN_V6_MODE_SLAAC, .answer = "InvalidInput" },
  { "10.35.0.0/24", .ra_mode = VN_V6_MODE_SLAAC, .answer = "InvalidInput" },
  { "2001:db8:6::/64", .gateway = "fe80::1",
    .stored = "2001:db8:6::/64 fe80::1 2001:db8:6::1-2001:db8:6:0:ffff:ffff:ffff:ffff" },
  { "2001:db8:8::1/128", .answer = "InvalidInput" },
};

static GArray *
parse_pools (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  GArray *pools = g_array_new (FALSE, TRUE, sizeof (VnPool));

  for (gsize i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) ends = g_strsplit (words[i], "-", 2);
      VnPool pool = { 0 };

      g_assert_true (vn_ip_parse (ends[0], &pool.start) && vn_ip_parse (ends[1], &pool.end));
      g_array_append_val (pools, pool);
    }
  return pools;
}

static char *
print_subnet (const VnSubnet *subnet)
{
  g_autofree char *cidr = vn_prefix_to_string (subnet->cidr);
  g_autofree char *gateway = vn_ip_to_string (subnet->gateway_ip);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s %s", cidr, gateway);
  for (guint i = 0; i < subnet->allocation_pools->len; i++)
    {
      g_autofree char *start = vn_ip_to_string (g_array_index (subnet->allocation_pools, VnPool, i).start);
      g_autofree char *end = vn_ip_to_string (g_array_index (subnet->allocation_pools, VnPool, i).end);

      g_string_append_printf (out, " %s-%s", start, end);
    }
  return g_string_free (out, FALSE);
}

static void
test_subnets (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (subnets); i++)
    {
      g_auto (VnApiError) error = { 0 };
      g_autoptr (GArray) pools = subnets[i].pools != NULL ? parse_pools (subnets[i].pools) : NULL;
      VnSubnet *subnet = vn_subnet_new ();
      VnApiSubnet request = {
        .cidr = subnets[i].cidr,
        .ip_version = subnets[i].ip_version,
        .has_gateway = subnets[i].gateway != NULL,
        .enable_dhcp = !subnets[i].no_dhcp,
        .address_mode = subnets[i].address_mode,
        .ra_mode = subnets[i].ra_mode,
        .pools = pools,
      };
      g_autofree char *stored = NULL;
      gboolean accepted;

      if (g_strcmp0 (subnets[i].gateway, "null") != 0 && subnets[i].gateway != NULL)
        g_assert_true (vn_ip_parse (subnets[i].gateway, &request.gateway));
      accepted = vn_api_subnet (&request, subnet, &error);
      stored = accepted ? print_subnet (subnet) : NULL;
      g_assert_cmpstr (accepted ? NULL : error.type, ==, subnets[i].answer);
      g_assert_cmpstr (stored, ==, subnets[i].stored);
      g_array_unref (subnet->allocation_pools);
      g_free (subnet);
    }
}

static void
test_ip_next (void)
{
  VnIp ip = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *back = NULL;

  g_assert_true (vn_ip_parse ("10.0.255.255", &ip));
  text = vn_ip_to_string (vn_api_ip_next (ip, FALSE));
  g_assert_cmpstr (text, ==, "10.1.0.0");
  back = vn_ip_to_string (vn_api_ip_next (vn_api_ip_next (ip, FALSE), TRUE));
  g_assert_cmpstr (back, ==, "10.0.255.255");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/rules", test_rules);
  g_test_add_func ("/api/duplicates", test_duplicates);
  g_test_add_func ("/api/prefixes", test_prefixes);
  g_test_add_func ("/api/networks", test_networks);
  g_test_add_func ("/api/draws", test_draws);
  g_test_add_func ("/api/subnets", test_subnets);
  g_test_add_func ("/api/ip-next", test_ip_next);
  return g_test_run ();
}
