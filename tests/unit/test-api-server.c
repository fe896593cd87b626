/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the API and what they are answered, resource by resource. */
#include "sim/api/vn-journal.h"
#include "sim/model/vn-event.h"
#include "tests/lib/vn-test-api.h"

#include <string.h>

/* A conversation: each row is asked in turn. */
typedef struct
{
  const char *request, *body; /* of vn_test_api_ask() */
  const char *outcome;
  const char *attribute, *value; /* what the answer shows; NULL = not looked at */
} Row;

static void
ask_all (VnApi *api, const Row *rows, gsize n)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (gsize i = 0; i < n; i++)
    {
      g_auto (VnApiAnswer) answer = { 0 };
      g_autofree char *outcome = NULL, *value = NULL;

      vn_test_api_ask (api, ids, rows[i].request, rows[i].body, &answer);
      outcome = vn_test_api_outcome (&answer);
      if (g_strcmp0 (outcome, rows[i].outcome) != 0)
        g_test_message ("row %" G_GSIZE_FORMAT ": %s %s: %s", i, rows[i].request, rows[i].body, answer.message);
      g_assert_cmpstr (outcome, ==, rows[i].outcome);
      value = rows[i].attribute != NULL ? vn_test_api_attribute (&answer, rows[i].attribute) : NULL;
      g_assert_cmpstr (value, ==, rows[i].value);
      g_assert_true (vn_api_topology (api)->sealed);
    }
}

static void
converse (const Row *rows, gsize n)
{
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  g_autoptr (VnApi) api = vn_api_new (t, NULL);

  ask_all (api, rows, n);
}
#define CONVERSE(rows) converse (rows, G_N_ELEMENTS (rows))

static void
test_bodies (void)
{
  static const Row rows[] = {
    { "GET routers", NULL, "404 HTTPNotFound" },
    { "GET networks/x/y/z", NULL, "404 HTTPNotFound" },
    { "PATCH networks", NULL, "405 HTTPMethodNotAllowed" },
    { "PUT networks", "{'network': {}}", "405 HTTPMethodNotAllowed" },
    { "POST networks", NULL, "400 HTTPBadRequest" },
    { "POST networks", "{}", "400 HTTPBadRequest" },
    { "POST networks", "[]", "400 HTTPBadRequest" },
    { "POST networks", "{'network': 1}", "400 HTTPBadRequest" },
    { "POST networks", "{'networks': []}", "400 HTTPBadRequest" },
    { "POST networks", "{'network': {'foo': 1}}", "400 HTTPBadRequest" },
    { "POST networks", "{'network': {'id': 'x'}}", "400 HTTPBadRequest" },
    { "POST networks", "{'network': {'status': 'DOWN'}}", "400 HTTPBadRequest" },
    { "POST networks", "{'network': {'name': null}}", "400 HTTPBadRequest" },
    { "POST networks", "{'network': {'admin_state_up': 'maybe'}}", "400 InvalidInput" },
    { "POST networks", "{'network': {'admin_state_up': 'no'}}", "201", "admin_state_up", "false" },
    { "n=POST /v2.0/networks.json", "{'network': {'name': 'a'}}", "201", "name", "'a'" },
    { "GET v2.0/networks/$n", NULL, "200", "revision_number", "0" },
    { "PUT networks/$n", "{'network': {'name': 'b', 'description': 'd'}}", "200", "name", "'b'" },
    { "GET networks/$n?fields=description", NULL, "200", "description", "'d'" },
    { "GET networks/$n?fields=id", NULL, "200", "description", "-" },
    { "GET networks/$n", NULL, "200", "revision_number", "1" },
    { "GET networks?foo=1", NULL, "400 HTTPBadRequest" },
    { "DELETE networks/$n", NULL, "204" },
    { "GET networks/$n", NULL, "404 NetworkNotFound" },
    { "PUT networks/$n", "{'network': {}}", "404 NetworkNotFound" },
    { "DELETE networks/$n", NULL, "404 NetworkNotFound" },
  };

  CONVERSE (rows);
}

static void
test_networks (void)
{
  static const Row rows[] = {
    { "POST networks", "{'network': {}}", "201", "mtu", "1450" },
    { "POST networks", "{'network': {'provider:network_type': 'vxlan', 'provider:segmentation_id': '7'}}", "201",
      "provider:segmentation_id", "7" },
    { "POST networks", "{'network': {'provider:network_type': 'vxlan', 'provider:segmentation_id': 7}}",
      "409 TunnelIdInUse" },
    { "POST networks", "{'network': {'provider:network_type': 'vxlan', 'provider:segmentation_id': 'x'}}",
      "400 InvalidInput" },
    { "v=POST networks", "{'network': {'provider:network_type': 'vlan'}}", "201", "provider:physical_network",
      "'physnet1'" },
    { "POST networks", "{'network': {'provider:network_type': 'vlan', 'provider:physical_network': 'physnet1'}}", "201",
      "mtu", "1500" },
    { "POST networks", "{'network': {'provider:network_type': 'vlan'}}", "503 NoNetworkAvailable" },
    { "PUT networks/$v", "{'network': {'provider:segmentation_id': 4095}}", "400 InvalidInput" },
    { "PUT networks/$v", "{'network': {'provider:segmentation_id': 7}}", "200", "provider:segmentation_id", "7" },
    { "PUT networks/$v", "{'network': {'provider:network_type': 'flat'}}", "400 InvalidInput" },
    { "PUT networks/$v", "{'network': {'provider:network_type': 'vlan'}}", "200" },
    { "f=POST networks", "{'network': {'provider:network_type': 'flat', 'provider:physical_network': 'physnet1'}}",
      "201", "provider:segmentation_id", "null" },
    { "POST networks", "{'network': {'provider:network_type': 'flat', 'provider:physical_network': 'physnet1'}}",
      "409 FlatNetworkInUse" },
    { "PUT networks/$f", "{'network': {'provider:segmentation_id': 7}}", "400 InvalidInput" },
    { "DELETE networks/$f", NULL, "204" },
    { "POST networks", "{'network': {'provider:network_type': 'flat', 'provider:physical_network': 'physnet1'}}",
      "201" },
    { "n=POST networks", "{'network': {'mtu': 1000}}", "201", "mtu", "1000" },
    { "PUT networks/$n", "{'network': {'mtu': 1451}}", "400 InvalidInput" },
    { "PUT networks/$n", "{'network': {'mtu': -1}}", "400 HTTPBadRequest" },
    { "PUT networks/$n", "{'network': {'mtu': 0}}", "200", "mtu", "1450" },
    { "s=POST subnets", "{'subnet': {'network_id': '$n', 'ip_version': 4, 'cidr': '10.0.0.0/24'}}", "201" },
    { "GET networks/$n", NULL, "200", "#subnets", "1" },
    { "d=POST ports", "{'port': {'network_id': '$n', 'device_owner': 'network:dhcp'}}", "201", "#security_groups",
      "0" },
    { "p=POST ports", "{'port': {'network_id': '$n'}}", "201" },
    { "DELETE networks/$n", NULL, "409 NetworkInUse" },
    { "DELETE ports/$p", NULL, "204" },
    { "DELETE networks/$n", NULL, "204" },
    { "GET subnets/$s", NULL, "404 SubnetNotFound" },
    { "GET ports/$d", NULL, "404 PortNotFound" },
  };

  CONVERSE (rows);
}

#define SUBNET(rest) "{'subnet': {'network_id': '$n', " rest "}}"
#define V4(rest) SUBNET ("'ip_version': 4, " rest)
#define V6(rest) SUBNET ("'ip_version': 6, " rest)

static void
test_subnets (void)
{
  static const Row rows[] = {
    { "n=POST networks", "{'network': {}}", "201" },
    { "POST subnets", "{'subnet': {'ip_version': 4, 'cidr': '10.0.0.0/24'}}", "400 HTTPBadRequest" },
    { "POST subnets", "{'subnet': {'network_id': '$n', 'cidr': '10.0.0.0/24'}}", "400 HTTPBadRequest" },
    { "POST subnets", V4 ("'cidr': null"), "400 BadRequest" },
    { "POST subnets", V4 ("'cidr': 5"), "400 InvalidInput" },
    { "POST subnets", V4 ("'cidr': '10.9.0.0/24', 'prefixlen': 24"), "400 BadRequest" },
    { "POST subnets", V4 ("'cidr': '0.0.0.0/0', 'enable_dhcp': false"), "400 InvalidInput" },
    { "POST subnets", V4 ("'cidr': '127.0.0.0/24', 'enable_dhcp': false"), "201" },
    { "s=POST subnets", V4 ("'cidr': '10.0.0.7/24', 'name': 's'"), "201", "cidr", "'10.0.0.0/24'" },
    { "POST subnets", V4 ("'cidr': '10.0.0.128/25'"), "400 InvalidInput" },
    { "POST subnets", V4 ("'cidr': '10.1.0.0/24', 'dns_nameservers': ['2001:db8::1']"), "400 InvalidInput" },
    { "POST subnets", V4 ("'cidr': '10.1.0.0/24', 'host_routes': [{'destination': '1.0.0.0', 'nexthop': '1.1.1.1'}]"),
      "400 HTTPBadRequest" },
    { "POST subnets",
      V4 ("'cidr': '10.1.0.0/24', 'host_routes': [{'destination': '2001:db8::/64', 'nexthop': '2001:db8::1'}]"),
      "400 InvalidInput" },
    { "POST subnets", V4 ("'cidr': '10.1.0.0/24', 'allocation_pools': [{'start': '10.1.0.9'}]"), "400 HTTPBadRequest" },
    { "POST subnets", V4 ("'cidr': '10.1.0.0/24', 'allocation_pools': null"), "400 HTTPBadRequest" },
    { "POST subnets", V4 ("'cidr': '10.1.0.0/24', 'ipv6_ra_mode': 'x'"), "400 HTTPBadRequest" },
    { "PUT subnets/$s", "{'subnet': {'network_id': '$n'}}", "400 HTTPBadRequest" },
    { "PUT subnets/$s", "{'subnet': {'gateway_ip': null}}", "200", "gateway_ip", "null" },
    { "PUT subnets/$s", "{'subnet': {'gateway_ip': '10.0.0.9'}}", "409 GatewayConflictWithAllocationPools" },
    { "PUT subnets/$s",
      "{'subnet': {'gateway_ip': '10.0.0.9', 'allocation_pools': [{'start': '10.0.0.20', 'end': '10.0.0.20'}]}}", "200",
      "allocation_pools", "[{'start':'10.0.0.20','end':'10.0.0.20'}]" },
    { "PUT subnets/$s", "{'subnet': {'allocation_pools': [{'start': '10.0.0.9', 'end': '10.0.0.20'}]}}",
      "409 GatewayConflictWithAllocationPools" },
    { "p=POST ports", "{'port': {'network_id': '$n', 'fixed_ips': [{'subnet_id': '$s'}]}}", "201" },
    { "POST ports", "{'port': {'network_id': '$n', 'fixed_ips': [{'subnet_id': '$s'}]}}",
      "409 IpAddressGenerationFailure" },
    { "PUT subnets/$s", "{'subnet': {'gateway_ip': '10.0.0.20', 'allocation_pools': []}}", "409 GatewayIpInUse" },
    { "DELETE subnets/$s", NULL, "409 SubnetInUse" },
    { "DELETE ports/$p", NULL, "204" },
    { "DELETE subnets/$s", NULL, "204" },
    { "s=POST subnets", V4 ("'cidr': '10.0.0.0/24'"), "201", "gateway_ip", "'10.0.0.1'" },
    { "p=POST ports", "{'port': {'network_id': '$n', 'mac_address': 'fa:16:3e:00:00:01', 'fixed_ips': []}}", "201" },
    { "a=POST subnets", V6 ("'cidr': '2001:db8::/64', 'ipv6_address_mode': 'slaac', 'ipv6_ra_mode': 'slaac'"), "201",
      "ipv6_ra_mode", "'slaac'" },
    { "GET ports/$p?fields=fixed_ips", NULL, "200", "#fixed_ips", "1" },
    { "PUT subnets/$a", "{'subnet': {'enable_dhcp': false}}", "400 InvalidInput" },
    { "DELETE subnets/$a", NULL, "204" },
    { "GET ports/$p", NULL, "200", "#fixed_ips", "0" },
  };

  CONVERSE (rows);
}

#define PORT(rest) "{'port': {'network_id': '$n', " rest "}}"

static void
test_ports (void)
{
  static const Row rows[] = {
    { "n=POST networks", "{'network': {}}", "201" },
    { "s=POST subnets", V4 ("'cidr': '10.0.0.0/24'"), "201" },
    { "a=POST subnets", V6 ("'cidr': '2001:db8::/64', 'ipv6_address_mode': 'slaac'"), "201" },
    { "POST ports", "{'port': {}}", "400 HTTPBadRequest" },
    { "POST ports", "{'port': {'network_id': 'n'}}", "400 HTTPBadRequest" },
    { "POST ports", PORT ("'fixed_ips': 5"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'fixed_ips': [5]"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'fixed_ips': [{}]"), "400 InvalidInput" },
    { "POST ports", PORT ("'fixed_ips': [{'subnet_id': 'x'}]"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'security_groups': ['$n', '$n']"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'security_groups': 'x'"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'allowed_address_pairs': 'x'"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'allowed_address_pairs': [{'ip_address': '10.0.0.9', 'x': 1}]"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'binding:vnic_type': 'x'"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'device_owner': 'network:dhcp', 'security_groups': ['$n']"),
      "400 PortSecurityAndIPRequiredForSecurityGroups" },
    { "p=POST ports", PORT ("'mac_address': 'FA-16-3E-00-00-01', 'name': 'p'"), "201", "mac_address",
      "'FA-16-3E-00-00-01'" },
    { "GET ports/$p", NULL, "200", "binding:vif_type", "'unbound'" },
    { "GET ports/$p", NULL, "200", "#fixed_ips", "2" },
    { "POST ports", PORT ("'mac_address': 'fa:16:3e:00:00:01'"), "409 MacAddressInUse" },
    { "PUT ports/$p", "{'port': {'fixed_ips': [{'subnet_id': '$s', 'ip_address': '10.0.0.9'}]}}", "200", "#fixed_ips",
      "1" },
    { "PUT ports/$p", "{'port': {'fixed_ips': [{'subnet_id': '$s'}, {'subnet_id': '$a'}]}}", "200", "#fixed_ips", "2" },
    { "PUT ports/$p", "{'port': {'fixed_ips': [{'ip_address': '2001:db8::f816:3eff:fe00:1'}]}}", "200" },
    { "PUT ports/$p", "{'port': {'fixed_ips': [{'ip_address': '2001:db8::9'}]}}", "400 AllocationOnAutoAddressSubnet" },
    { "PUT ports/$p", "{'port': {'mac_address': 'fa:16:3e:00:00:02'}}", "200", "mac_address", "'fa:16:3e:00:00:02'" },
    { "GET ports?fixed_ips=ip_address=2001:db8::f816:3eff:fe00:2", NULL, "200" },
    { "PUT ports/$p", "{'port': {'binding:host_id': 'nowhere'}}", "200", "binding:vif_type", "'binding_failed'" },
    { "PUT ports/$p", "{'port': {'mac_address': 'fa:16:3e:00:00:03'}}", "200" },
    { "PUT ports/$p", "{'port': {'binding:host_id': 'h1'}}", "200", "binding:vif_type", "'bridge'" },
    { "PUT ports/$p", "{'port': {'mac_address': 'fa:16:3e:00:00:04'}}", "409 PortBound" },
    { "PUT ports/$p", "{'port': {'binding:host_id': 'h2'}}", "200", "binding:host_id", "'h2'" },
    { "PUT ports/$p", "{'port': {'binding:host_id': ''}}", "200", "binding:vif_type", "'unbound'" },
    { "PUT ports/$p", "{'port': {'allowed_address_pairs': [{'ip_address': '10.0.0.7'}]}}", "200",
      "allowed_address_pairs", "[{'mac_address':'fa:16:3e:00:00:03','ip_address':'10.0.0.7'}]" },
    { "PUT ports/$p", "{'port': {'port_security_enabled': false, 'security_groups': []}}",
      "409 AddressPairAndPortSecurityRequired" },
    { "PUT ports/$p", "{'port': {'port_security_enabled': false, 'allowed_address_pairs': []}}",
      "409 PortSecurityPortHasSecurityGroup" },
    { "PUT ports/$p", "{'port': {'port_security_enabled': false, 'allowed_address_pairs': [], 'security_groups': []}}",
      "200", "port_security_enabled", "false" },
    { "PUT ports/$p", "{'port': {'admin_state_up': false, 'device_id': 'x'}}", "200", "device_id", "'x'" },
    { "DELETE ports/$p", NULL, "204" },
    { "POST ports", PORT ("'mac_address': 'fa:16:3e:00:00:03'"), "201" },
  };

  CONVERSE (rows);
}

#define RULE(rest) "{'security_group_rule': {'security_group_id': '$g', 'direction': 'ingress', " rest "}}"

static void
test_groups (void)
{
  static const Row rows[] = {
    { "g=POST security-groups", "{'security_group': {'name': 'g'}}", "201", "#security_group_rules", "2" },
    { "h=POST security-groups", "{'security_group': {'name': 'h'}}", "201" },
    { "POST security-groups", "{'security_group': {'name': 'DEFAULT'}}", "409 SecurityGroupDefaultAlreadyExists" },
    { "PUT security-groups/$g", "{'security_group': {'name': 'default'}}", "409 SecurityGroupDefaultAlreadyExists" },
    { "PUT security-groups/$g", "{'security_group': {'name': 'k', 'stateful': false}}", "200", "stateful", "false" },
    { "POST security-group-rules", RULE ("'protocol': [6]"), "500 HTTPInternalServerError" },
    { "POST security-group-rules", RULE ("'protocol': 300.5"), "400 SecurityGroupRuleInvalidProtocol" },
    { "POST security-group-rules", RULE ("'port_range_min': true, 'port_range_max': true, 'protocol': 'tcp'"), "201",
      "port_range_min", "1" },
    { "POST security-group-rules", RULE ("'port_range_min': {}, 'protocol': 'tcp'"),
      "400 SecurityGroupInvalidPortValue" },
    { "POST security-group-rules", RULE ("'remote_address_group_id': '00000000-0000-4000-8000-000000000000'"),
      "404 AddressGroupNotFound" },
    { "r=POST security-group-rules", RULE ("'remote_group_id': '$h'"), "201", "protocol", "null" },
    { "POST security-group-rules",
      "{'security_group_rules': [{'security_group_id': '$g', 'direction': 'ingress', 'protocol': 'ah'},"
      " {'security_group_id': '$g', 'direction': 'ingress', 'protocol': 'esp'}]}",
      "201" },
    { "GET security-groups/$g", NULL, "200", "#security_group_rules", "6" },
    { "DELETE security-groups/$h", NULL, "204" },
    { "GET security-group-rules/$r", NULL, "404 SecurityGroupRuleNotFound" },
    { "GET security-groups/$g", NULL, "200", "#security_group_rules", "5" },
  };

  CONVERSE (rows);
}

static void
test_address_groups (void)
{
  static const Row rows[] = {
    { "POST address-groups", "{'address_group': {'addresses': ['10.0.0.1']}}", "400 HTTPBadRequest" },
    { "POST address-groups", "{'address_group': {'addresses': ['10.0.0.0/24', '10.0.0.0/24']}}", "400 HTTPBadRequest" },
    { "a=POST address-groups", "{'address_group': {'name': 'a', 'addresses': ['10.0.0.5/24']}}", "201", "addresses",
      "['10.0.0.0/24']" },
    { "PUT address-groups/$a", "{'address_group': {'addresses': []}}", "400 HTTPBadRequest" },
    { "PUT address-groups/$a", "{'address_group': {'name': 'b'}}", "200", "name", "'b'" },
    { "PUT address-groups/$a/add_addresses", "{'addresses': ['10.1.0.0/24', '10.2.0.1']}", "200", "#addresses", "3" },
    { "PUT address-groups/$a/add_addresses", "{'addresses': ['10.1.0.0/24']}", "400 AddressesAlreadyExist" },
    { "PUT address-groups/$a/add_addresses", "{'addresses': ['x']}", "400 HTTPBadRequest" },
    { "PUT address-groups/$a/add_addresses", "{'addresses': 'x'}", "400 HTTPBadRequest" },
    { "PUT address-groups/$a/add_addresses", "{}", "400 HTTPBadRequest" },
    { "PUT address-groups/$a/other", "{'addresses': []}", "404 HTTPNotFound" },
    { "PUT address-groups/$a/remove_addresses", "{'addresses': ['10.9.0.0/24']}", "404 AddressesNotFound" },
    { "PUT address-groups/$a/remove_addresses", "{'addresses': ['10.0.0.0/24']}", "200", "#addresses", "2" },
    { "g=POST security-groups", "{'security_group': {}}", "201" },
    { "r=POST security-group-rules", RULE ("'remote_address_group_id': '$a'"), "201" },
    { "DELETE address-groups/$a", NULL, "409 AddressGroupInUse" },
    { "DELETE security-group-rules/$r", NULL, "204" },
    { "DELETE address-groups/$a", NULL, "204" },
    { "GET address-groups/$a", NULL, "404 AddressGroupNotFound" },
  };

  CONVERSE (rows);
}

/* Policies and their rules, and what networks and ports have to do with them. */
static void
test_qos (void)
{
  static const Row rows[] = {
    { "p=POST qos/policies", "{'policy': {'name': 'p'}}", "201", "name", "'p'" },
    { "r=POST qos/policies/$p/bandwidth_limit_rules",
      "{'bandwidth_limit_rule': {'max_kbps': 1000, 'direction': 'ingress'}}", "201", "direction", "'ingress'" },
    { "POST qos/policies/$p/bandwidth_limit_rules",
      "{'bandwidth_limit_rule': {'max_kbps': 2000, 'direction': 'ingress'}}", "409 QoSRulesConflict" },
    { "POST qos/policies/$p/bandwidth_limit_rules", "{'bandwidth_limit_rule': {}}", "400 HTTPBadRequest" },
    { "e=POST qos/policies/$p/bandwidth_limit_rules", "{'bandwidth_limit_rule': {'max_kbps': 2000}}", "201",
      "direction", "'egress'" },
    { "PUT qos/policies/$p/bandwidth_limit_rules/$e", "{'bandwidth_limit_rule': {'max_burst_kbps': 300}}", "200",
      "max_burst_kbps", "300" },
    { "POST qos/policies/$p/dscp_marking_rules", "{'dscp_marking_rule': {'dscp_mark': 42}}", "400 HTTPBadRequest" },
    { "d=POST qos/policies/$p/dscp_marking_rules", "{'dscp_marking_rule': {'dscp_mark': 26}}", "201", "dscp_mark",
      "26" },
    { "GET qos/policies/$p", NULL, "200", "#rules", "3" },
    { "GET qos/policies/$p/dscp_marking_rules/$e", NULL, "404 QosRuleNotFound" },
    { "DELETE qos/policies/$p/dscp_marking_rules/$d", NULL, "204" },
    { "DELETE qos/policies/$p/dscp_marking_rules/$d", NULL, "404 QosRuleNotFound" },
    { "GET qos/policies/nosuch", NULL, "404 QosPolicyNotFound" },
    { "POST networks", "{'network': {'qos_policy_id': 'f0000000-0000-4000-8000-000000000009'}}",
      "404 QosPolicyNotFound" },
    { "n=POST networks", "{'network': {'qos_policy_id': '$p'}}", "201" },
    { "DELETE qos/policies/$p", NULL, "409 QosPolicyInUse" },
    { "o=POST ports", "{'port': {'network_id': '$n'}}", "201", "qos_policy_id", "null" },
    { "PUT ports/$o", "{'port': {'qos_policy_id': '$p'}}", "200" },
    { "PUT networks/$n", "{'network': {'qos_policy_id': null}}", "200", "qos_policy_id", "null" },
    { "DELETE qos/policies/$p", NULL, "409 QosPolicyInUse" },
    { "DELETE ports/$o", NULL, "204" },
    { "DELETE qos/policies/$p", NULL, "204" },
    { "GET qos/policies/$p", NULL, "404 QosPolicyNotFound" },
  };
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_OPT_SERVICE_PLUGINS, "qos", VN_OPT_ML2_EXTENSION_DRIVERS,
                                                   "port_security,qos", VN_N_OPTIONS);
  g_autoptr (VnApi) api = vn_api_new (t, NULL);

  ask_all (api, rows, G_N_ELEMENTS (rows));
}

/* A server without the plugin knows none of it. */
static void
test_no_qos (void)
{
  static const Row rows[] = {
    { "GET qos/policies", NULL, "404 HTTPNotFound" },
    { "POST networks", "{'network': {'qos_policy_id': null}}", "400 HTTPBadRequest" },
  };

  CONVERSE (rows);
}

static void
test_options (void)
{
  static const Row quotas[] = {
    { "n=POST networks", "{'network': {}}", "201" },
    { "POST networks", "{'network': {}}", "409 OverQuota" },
    { "DELETE networks/$n", NULL, "204" },
    { "POST networks", "{'networks': [{}, {}]}", "409 OverQuota" },
    { "n=POST networks", "{'network': {}}", "201" },
    { "POST subnets", V4 ("'cidr': '10.0.0.0/24', 'dns_nameservers': ['1.1.1.1', '1.1.1.2']"),
      "400 DNSNameServersExhausted" },
    { "POST subnets",
      V4 ("'cidr': '10.0.0.0/24', 'host_routes': [{'destination': '1.0.0.0/8', 'nexthop': '10.0.0.9'},"
          " {'destination': '2.0.0.0/8', 'nexthop': '10.0.0.9'}]"),
      "400 HostRoutesExhausted" },
    { "POST ports", PORT ("'allowed_address_pairs': [{'ip_address': '1.1.1.1'}, {'ip_address': '1.1.1.2'}]"),
      "400 AllowedAddressPairExhausted" },
  };
  static const Row open[] = {
    { "GET security-groups", NULL, "404 HTTPNotFound" },
    { "GET address-groups", NULL, "404 HTTPNotFound" },
    { "n=POST networks", "{'network': {}}", "201", "port_security_enabled", "-" },
    { "POST networks", "{'network': {'port_security_enabled': true}}", "400 HTTPBadRequest" },
    { "POST ports", PORT ("'security_groups': []"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'allowed_address_pairs': []"), "400 HTTPBadRequest" },
    { "POST ports", PORT ("'name': 'p'"), "201", "security_groups", "-" },
  };
  g_autoptr (VnTopology) small
      = vn_test_api_topology (VN_OPT_QUOTA_NETWORK, "1", VN_OPT_MAX_DNS_NAMESERVERS, "1", VN_OPT_MAX_SUBNET_HOST_ROUTES,
                              "1", VN_OPT_MAX_ALLOWED_ADDRESS_PAIR, "1", VN_N_OPTIONS);
  g_autoptr (VnTopology) insecure
      = vn_test_api_topology (VN_OPT_ENABLE_SECURITY_GROUP, "false", VN_OPT_ML2_EXTENSION_DRIVERS, "", VN_N_OPTIONS);
  g_autoptr (VnApi) limited = vn_api_new (small, NULL);
  g_autoptr (VnApi) without = vn_api_new (insecure, NULL);

  ask_all (limited, quotas, G_N_ELEMENTS (quotas));
  ask_all (without, open, G_N_ELEMENTS (open));
}

/* How many objects a list has. */
static const struct
{
  const char *path;
  guint len;
} lists[] = {
  { "ports", 3 },
  { "ports?name=p1", 1 },
  { "ports?name=p1&name=p2", 2 },
  { "ports?name=p1&device_owner=x", 0 },
  { "ports?admin_state_up=False", 1 },
  { "ports?admin_state_up=true", 2 },
  { "ports?fixed_ips=ip_address%3D10.0.0.9", 1 },
  { "ports?limit=2", 2 },
  { "ports?sort_key=name&sort_dir=desc&fields=name", 3 },
  { "ports?device_owner=", 3 },
};

static void
test_lists (void)
{
  static const Row rows[] = {
    { "n=POST networks", "{'network': {}}", "201" },
    { "POST subnets", V4 ("'cidr': '10.0.0.0/24'"), "201" },
    { "POST ports",
      "{'ports': [{'network_id': '$n', 'name': 'p1', 'fixed_ips': [{'ip_address': '10.0.0.9'}]},"
      " {'network_id': '$n', 'name': 'p2', 'admin_state_up': false}, {'network_id': '$n', 'name': 'p3'}]}",
      "201" },
  };
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  g_autoptr (VnApi) api = vn_api_new (t, NULL);

  ask_all (api, rows, G_N_ELEMENTS (rows));
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (VnApiAnswer) answer = { 0 };
      JsonArray *ports;

      vn_api_request (api, "GET", lists[i].path, NULL, &answer);
      ports = json_object_get_array_member (json_node_get_object (answer.body), "ports");
      g_test_message ("%s", lists[i].path);
      g_assert_cmpuint (json_array_get_length (ports), ==, lists[i].len);
      if (strstr (lists[i].path, "desc") != NULL)
        g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (ports, 0), "name"), ==, "p3");
    }
}

/* The topology before a request stays what it was, and what was deleted keeps its place. */
static void
test_values (void)
{
  static const Row make[] = {
    { "n=POST networks", "{'network': {'name': 'n'}}", "201" },
    { "p=POST ports", PORT ("'name': 'p'"), "201" },
    { "q=POST ports", PORT ("'name': 'q'"), "201" },
    { "DELETE ports/$p", NULL, "204" },
  };
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  g_autoptr (VnApi) api = vn_api_new (t, NULL);
  const VnTopology *now;

  ask_all (api, make, G_N_ELEMENTS (make));
  now = vn_api_topology (api);
  g_assert_cmpuint (t->ports->len, ==, 0);
  g_assert_cmpuint (now->ports->len, ==, 2);
  g_assert_true (vn_topology_port (now, 0)->deleted);
  g_assert_cmpstr (vn_topology_port (now, 1)->name, ==, "q");
}

/* A bulk request that fails for one object makes none. */
static void
test_bulk_as_a_whole (void)
{
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  g_autoptr (VnApi) api = vn_api_new (t, NULL);
  g_autoptr (JsonNode) body = json_from_string (
      "{\"networks\": [{}, {\"provider:network_type\": \"vxlan\", \"provider:physical_network\": \"x\"}]}", NULL);
  g_auto (VnApiAnswer) answer = { 0 };

  vn_api_request (api, "POST", "networks", body, &answer);
  g_assert_cmpuint (answer.status, ==, 400);
  g_assert_true (vn_api_topology (api) == t);
}

static void
test_record (void)
{
  static const char *const recorded
      = "{\"net\": {\"id\": \"2e0fd9e8-855e-42dd-b1ab-f13f6d3320a6\", \"provider:segmentation_id\": 1095},"
        " \"g\": {\"id\": \"b89612a8-36df-4e68-93ea-bdbf130a1bce\", \"security_group_rules\": ["
        "{\"id\": \"11006151-96c2-4901-a231-9a5df0f0396e\", \"direction\": \"egress\", \"ethertype\": \"IPv4\"}]},"
        " \"s\": {\"id\": \"1579097d-a7b3-4330-a12d-ed49940bc974\"},"
        " \"p\": {\"id\": \"6969436b-718b-4f6e-9a7f-4a2f9b37ca2c\", \"mac_address\": \"fa:16:3e:71:b4:7b\","
        " \"fixed_ips\": [{\"subnet_id\": \"1579097d-a7b3-4330-a12d-ed49940bc974\", \"ip_address\": \"10.0.0.77\"}]}}";
  static const Row rows[] = {
    { "s=POST subnets", V4 ("'name': 's', 'cidr': '10.0.0.0/24'"), "201", "id",
      "'1579097d-a7b3-4330-a12d-ed49940bc974'" },
    { "p=POST ports", PORT ("'name': 'p'"), "201", "fixed_ips",
      "[{'subnet_id':'1579097d-a7b3-4330-a12d-ed49940bc974','ip_address':'10.0.0.77'}]" },
    { "GET ports/6969436b-718b-4f6e-9a7f-4a2f9b37ca2c", NULL, "200", "mac_address", "'fa:16:3e:71:b4:7b'" },
    { "g=POST security-groups", "{'security_group': {'name': 'g'}}", "201" },
    { "GET security-group-rules/11006151-96c2-4901-a231-9a5df0f0396e", NULL, "200", "direction", "'egress'" },
  };
  g_autoptr (JsonNode) record = json_from_string (recorded, NULL);
  g_autoptr (JsonNode) body = json_from_string ("{\"network\": {\"name\": \"other\"}}", NULL);
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  VnApiChoices choices = { json_node_get_object (record) };
  g_autoptr (VnApi) api = vn_api_new (t, &choices);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (VnApiAnswer) answer = { 0 };

  vn_api_request_as (api, "POST", "networks", body, "net", &answer);
  g_assert_cmpuint (vn_topology_network (vn_api_topology (api), 0)->segmentation_id, ==, 1095);
  g_hash_table_insert (ids, g_strdup ("n"), g_strdup (vn_topology_network (vn_api_topology (api), 0)->id));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (VnApiAnswer) row = { 0 };
      g_autofree char *value = NULL;

      vn_test_api_ask (api, ids, rows[i].request, rows[i].body, &row);
      value = rows[i].attribute != NULL ? vn_test_api_attribute (&row, rows[i].attribute) : NULL;
      g_assert_cmpstr (value, ==, rows[i].value);
    }
}

/* The same requests make the same cloud again, whatever it was made of: ids, MACs, VNIs. */
static void
test_journal (void)
{
  static const char *const lines[] = {
    "{\"method\": \"POST\", \"path\": \"networks\", \"body\": {\"network\": {\"name\": \"n\"}}}",
    "{\"method\": \"POST\", \"path\": \"security-groups\", \"body\": {\"security_group\": {}}, \"as\": \"g\"}",
    "{\"method\": \"GET\", \"path\": \"networks\"}",
    "{\"method\": \"POST\", \"path\": \"networks\", \"body\": {\"network\": {\"mtu\": 9000}}}",
  };
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  char *ids[2];

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (VnApi) api = vn_api_new (t, NULL);
      g_autoptr (GArray) events = vn_events_new ();

      for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
        {
          g_auto (VnApiRequest) request = { 0 };
          g_auto (VnApiRequest) again = { 0 };
          g_auto (VnApiAnswer) answer = { 0 };
          g_autofree char *text = NULL;

          g_assert_true (vn_api_request_from_text (lines[i], &request, NULL));
          text = vn_api_request_to_text (&request);
          g_assert_true (vn_api_request_from_text (text, &again, NULL));
          g_assert_cmpint (vn_api_request_do (api, &again, events, &answer), ==, i < 2);
        }
      g_assert_cmpuint (events->len, ==, 2);
      g_assert_true (vn_events_final_topology (events, t) == vn_api_topology (api));
      ids[round] = g_strdup (vn_topology_network (vn_api_topology (api), 0)->id);
    }
  g_assert_cmpstr (ids[0], ==, ids[1]);
  g_free (ids[0]);
  g_free (ids[1]);
}

static void
test_journal_refuses (void)
{
  static const char *const bad[] = { "", "[]", "{}", "{\"method\": \"GET\"}", "GET networks" };
  g_auto (VnApiRequest) request = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (vn_api_request_from_text (bad[i], &request, &error));
      g_assert_nonnull (error);
    }
  g_assert_false (vn_api_request_init (&request, "POST", "networks", "{", NULL));
  g_assert_true (vn_api_request_init (&request, "post", "networks", "", NULL));
  g_assert_cmpstr (request.method, ==, "POST");
  g_assert_true (vn_api_request_changes (&request));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/bodies", test_bodies);
  g_test_add_func ("/api/networks", test_networks);
  g_test_add_func ("/api/subnets", test_subnets);
  g_test_add_func ("/api/ports", test_ports);
  g_test_add_func ("/api/groups", test_groups);
  g_test_add_func ("/api/address-groups", test_address_groups);
  g_test_add_func ("/api/qos", test_qos);
  g_test_add_func ("/api/no-qos", test_no_qos);
  g_test_add_func ("/api/options", test_options);
  g_test_add_func ("/api/lists", test_lists);
  g_test_add_func ("/api/values", test_values);
  g_test_add_func ("/api/bulk-as-a-whole", test_bulk_as_a_whole);
  g_test_add_func ("/api/record", test_record);
  g_test_add_func ("/api/journal", test_journal);
  g_test_add_func ("/api/journal-refuses", test_journal_refuses);
  return g_test_run ();
}
