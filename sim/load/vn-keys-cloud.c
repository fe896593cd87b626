/* SPDX-License-Identifier: Apache-2.0 */
/* Key tables: objects of the cloud, with the attribute names and defaults of the Neutron API v2.0.
 *
 * What an export of the API has besides is taken without effect (type ANY), so that an export needs no editing. */
#include "sim/load/vn-keys-lab.h"
#include "sim/model/vn-qos.h"

#define REQUIRED .flags = VN_KEY_REQUIRED
#define NULLABLE .flags = VN_KEY_NULLABLE
#define EXPORTED(fields, key_text) VN_ROW (fields, ignored, key_text, ANY, "")
/* Attributes that every object of an export has. */
#define EXPORTED_COMMON(fields)                                                                                        \
  EXPORTED (fields, "description"), EXPORTED (fields, "project_id"), EXPORTED (fields, "tenant_id"),                   \
      EXPORTED (fields, "tags"), EXPORTED (fields, "created_at"), EXPORTED (fields, "updated_at"),                     \
      EXPORTED (fields, "revision_number")

static const VnKey network_keys[] = {
  VN_ROW (VnNetworkFields, name, "name", TEXT, "Only in a list"),
  VN_ROW (VnNetworkFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnNetworkFields, network_type, "provider:network_type", TEXT, "vxlan or local",
          .default_text = "the first of tenant_network_types that has room"),
  VN_ROW (VnNetworkFields, physical_network, "provider:physical_network", TEXT, "Only for flat and vlan"),
  VN_ROW (VnNetworkFields, segmentation_id, "provider:segmentation_id", NUMBER, "The VNI", .max = G_MAXINT32,
          .default_text = "drawn from vni_ranges"),
  VN_ROW (VnNetworkFields, mtu, "mtu", NUMBER, "At most what the options leave", .max = G_MAXINT32,
          .default_text = "as large as the options allow"),
  VN_ROW (VnNetworkFields, port_security_enabled, "port_security_enabled", BOOL, "Default of its ports",
          .default_text = "true"),
  VN_ROW (VnNetworkFields, admin_state_up, "admin_state_up", BOOL, "Only true in this version", .default_text = "true"),
  VN_ROW (VnNetworkFields, qos_policy, "qos_policy", NAME, "QoS policy of its ports that have none, by name or id",
          NULLABLE, .default_text = "the default policy, if there is one"),
  VN_ROW (VnNetworkFields, qos_policy, "qos_policy_id", NAME, "The same as qos_policy", NULLABLE),
  EXPORTED_COMMON (VnNetworkFields),
  EXPORTED (VnNetworkFields, "availability_zone_hints"),
  EXPORTED (VnNetworkFields, "availability_zones"),
  EXPORTED (VnNetworkFields, "dns_domain"),
  EXPORTED (VnNetworkFields, "ipv4_address_scope"),
  EXPORTED (VnNetworkFields, "ipv6_address_scope"),
  EXPORTED (VnNetworkFields, "is_default"),
  EXPORTED (VnNetworkFields, "l2_adjacency"),
  EXPORTED (VnNetworkFields, "router:external"),
  EXPORTED (VnNetworkFields, "shared"),
  EXPORTED (VnNetworkFields, "status"),
  EXPORTED (VnNetworkFields, "subnets"),
};
VN_KEY_TABLE (VN_KEYS_NETWORK, VnNetworkFields, "network", "A network of the Neutron API.", network_keys);

static const VnWord v6_modes[] = {
  { "slaac", VN_V6_MODE_SLAAC },
  { "dhcpv6-stateless", VN_V6_MODE_STATELESS },
  { "dhcpv6-stateful", VN_V6_MODE_STATEFUL },
  { NULL, 0 },
};

static const VnKey pool_keys[] = {
  VN_ROW (VnPoolFields, start, "start", IP, "First address", REQUIRED),
  VN_ROW (VnPoolFields, end, "end", IP, "Last address", REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_POOL, VnPoolFields, "allocation pool", "Addresses that the server gives away by itself.",
              pool_keys);

static const VnKey subnet_keys[] = {
  VN_ROW (VnSubnetFields, name, "name", TEXT, "Only in a list"),
  VN_ROW (VnSubnetFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnSubnetFields, network, "network", NAME, "Its network, by name or id", REQUIRED),
  VN_ROW (VnSubnetFields, network, "network_id", NAME, "The same as network"),
  VN_ROW (VnSubnetFields, cidr, "cidr", TEXT, "Its addresses", REQUIRED),
  VN_ROW (VnSubnetFields, ip_version, "ip_version", NUMBER, "4 or 6", .min = 4, .max = 6,
          .default_text = "that of cidr"),
  VN_ROW (VnSubnetFields, gateway_ip, "gateway_ip", IP, "null: none", NULLABLE,
          .default_text = "IPv4: the first address; IPv6: the network's address"),
  VN_ROW (VnSubnetFields, enable_dhcp, "enable_dhcp", BOOL, "Only bounds what else is allowed, in this version",
          .default_text = "true"),
  VN_ROW (VnSubnetFields, allocation_pools, "allocation_pools", MAPS, "What addresses are drawn from",
          .child = &VN_KEYS_POOL, .default_text = "all but network, broadcast and gateway"),
  VN_ROW (VnSubnetFields, ipv6_address_mode, "ipv6_address_mode", WORD, "Who chooses the addresses", .words = v6_modes),
  VN_ROW (VnSubnetFields, ipv6_ra_mode, "ipv6_ra_mode", WORD, "Must be the same as ipv6_address_mode",
          .words = v6_modes),
  EXPORTED_COMMON (VnSubnetFields),
  EXPORTED (VnSubnetFields, "dns_nameservers"),
  EXPORTED (VnSubnetFields, "dns_publish_fixed_ip"),
  EXPORTED (VnSubnetFields, "host_routes"),
  EXPORTED (VnSubnetFields, "segment_id"),
  EXPORTED (VnSubnetFields, "service_types"),
  EXPORTED (VnSubnetFields, "subnetpool_id"),
};
VN_KEY_TABLE (VN_KEYS_SUBNET, VnSubnetFields, "subnet", "A subnet of the Neutron API.", subnet_keys);

static const VnKey rule_keys[] = {
  VN_ROW (VnRuleFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnRuleFields, direction, "direction", TEXT, "ingress or egress", REQUIRED),
  VN_ROW (VnRuleFields, ethertype, "ethertype", TEXT, "IPv4 or IPv6", NULLABLE, .default_text = "IPv4"),
  VN_ROW (VnRuleFields, protocol, "protocol", API, "A name or a number, null: any", .default_text = "any"),
  VN_ROW (VnRuleFields, port_range_min, "port_range_min", API, "First port; ICMP: type", .default_text = "none"),
  VN_ROW (VnRuleFields, port_range_max, "port_range_max", API, "Last port; ICMP: code", .default_text = "none"),
  VN_ROW (VnRuleFields, remote_ip_prefix, "remote_ip_prefix", TEXT, "The other side's addresses",
          .default_text = "any"),
  VN_ROW (VnRuleFields, remote_group, "remote_group_id", NAME, "The other side is a port of this group, by name or id"),
  VN_ROW (VnRuleFields, remote_address_group, "remote_address_group_id", NAME,
          "The other side is one of this address group, by name or id"),
  EXPORTED_COMMON (VnRuleFields),
  EXPORTED (VnRuleFields, "normalized_cidr"),
  EXPORTED (VnRuleFields, "security_group_id"),
  EXPORTED (VnRuleFields, "standard_attr_id"),
};
VN_KEY_TABLE (VN_KEYS_RULE, VnRuleFields, "security group rule", "What a security group allows.", rule_keys);

static const VnKey group_keys[] = {
  VN_ROW (VnGroupFields, name, "name", TEXT, "Only in a list"),
  VN_ROW (VnGroupFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnGroupFields, stateful, "stateful", BOOL, "Whether answers need no rule", .default_text = "true"),
  VN_ROW (VnGroupFields, default_rules, "default_rules", BOOL,
          "Whether it holds the rules that the API makes by itself; false for exports, which list all rules",
          .default_text = "true"),
  VN_ROW (VnGroupFields, rules, "security_group_rules", MAPS, "Its rules", .child = &VN_KEYS_RULE),
  EXPORTED_COMMON (VnGroupFields),
  EXPORTED (VnGroupFields, "shared"),
};
VN_KEY_TABLE (VN_KEYS_GROUP, VnGroupFields, "security group",
              "A security group. A new one allows egress to anywhere. The group `default` is always there; what stands "
              "here under that name is added to it.",
              group_keys);

static const VnKey address_group_keys[] = {
  VN_ROW (VnAddressGroupFields, name, "name", TEXT, "Only in a list"),
  VN_ROW (VnAddressGroupFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnAddressGroupFields, addresses, "addresses", TEXTS, "Addresses with their prefix length", REQUIRED),
  EXPORTED_COMMON (VnAddressGroupFields),
  EXPORTED (VnAddressGroupFields, "shared"),
};
VN_KEY_TABLE (VN_KEYS_ADDRESS_GROUP, VnAddressGroupFields, "address group",
              "Addresses that rules refer to by one name.", address_group_keys);

static const VnWord directions[] = { { "ingress", VN_INGRESS }, { "egress", VN_EGRESS }, { NULL, 0 } };
static const VnWord qos_kinds[]
    = { { "bandwidth_limit", VN_QOS_BANDWIDTH_LIMIT }, { "dscp_marking", VN_QOS_DSCP_MARKING }, { NULL, 0 } };

#define QOS_RULE_ID VN_ROW (VnQosRuleFields, id, "id", UUID, "Its UUID", .default_text = "drawn")
#define QOS_LIMIT_ROWS                                                                                                 \
  VN_ROW (VnQosRuleFields, max_burst_kbps, "max_burst_kbps", NUMBER, "What may pass at once, in thousands of bits",    \
          .max = VN_QOS_KBPS_MAX,                                                                                      \
          .default_text = "egress: 80 % of max_kbps; ingress: what a tick of kernel_hz lets through"),                 \
      VN_ROW (VnQosRuleFields, direction, "direction", WORD, "Seen from the instance", .words = directions,            \
              .default_text = "egress")

static const VnKey qos_limit_keys[] = {
  QOS_RULE_ID,
  VN_ROW (VnQosRuleFields, max_kbps, "max_kbps", NUMBER, "Thousands of bits a second", REQUIRED,
          .max = VN_QOS_KBPS_MAX),
  QOS_LIMIT_ROWS,
  EXPORTED (VnQosRuleFields, "qos_policy_id"),
};
VN_KEY_TABLE (VN_KEYS_QOS_LIMIT, VnQosRuleFields, "bandwidth limit rule", "One for each direction at most.",
              qos_limit_keys);

static const VnKey qos_mark_keys[] = {
  QOS_RULE_ID,
  VN_ROW (VnQosRuleFields, dscp_mark, "dscp_mark", NUMBER, "0, 8, an even number from 10 to 40, 46, 48 or 56", REQUIRED,
          .max = 63),
  EXPORTED (VnQosRuleFields, "qos_policy_id"),
};
VN_KEY_TABLE (VN_KEYS_QOS_MARK, VnQosRuleFields, "DSCP marking rule", "One at most.", qos_mark_keys);

static const VnKey qos_rule_keys[] = {
  QOS_RULE_ID,
  VN_ROW (VnQosRuleFields, type, "type", WORD, "Which kind it is", REQUIRED, .words = qos_kinds),
  VN_ROW (VnQosRuleFields, max_kbps, "max_kbps", NUMBER, "Limits: thousands of bits a second", .max = VN_QOS_KBPS_MAX),
  QOS_LIMIT_ROWS,
  VN_ROW (VnQosRuleFields, dscp_mark, "dscp_mark", NUMBER, "Marks", .max = 63),
  EXPORTED (VnQosRuleFields, "qos_policy_id"),
};
VN_KEY_TABLE (VN_KEYS_QOS_RULE, VnQosRuleFields, "QoS rule", "A rule of either kind, as exports list them.",
              qos_rule_keys);

static const VnKey qos_policy_keys[] = {
  VN_ROW (VnQosPolicyFields, name, "name", TEXT, "Only in a list"),
  VN_ROW (VnQosPolicyFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnQosPolicyFields, is_default, "is_default", BOOL, "Whether networks have it that name no other",
          .default_text = "false"),
  VN_ROW (VnQosPolicyFields, limits, "bandwidth_limit_rules", MAPS, "How fast", .child = &VN_KEYS_QOS_LIMIT),
  VN_ROW (VnQosPolicyFields, marks, "dscp_marking_rules", MAPS, "How packets that leave are marked",
          .child = &VN_KEYS_QOS_MARK),
  VN_ROW (VnQosPolicyFields, rules, "rules", MAPS, "Both kinds in one list", .child = &VN_KEYS_QOS_RULE),
  EXPORTED_COMMON (VnQosPolicyFields),
  EXPORTED (VnQosPolicyFields, "shared"),
};
VN_KEY_TABLE (
    VN_KEYS_QOS_POLICY, VnQosPolicyFields, "QoS policy",
    "What the ports that have it may send and receive. Needs `qos` in service_plugins and extension_drivers of "
    "the server and in extensions of the agents.",
    qos_policy_keys);

static const VnKey fixed_ip_keys[] = {
  VN_ROW (VnFixedIpFields, subnet, "subnet", NAME, "By name or id", .default_text = "the one that the address lies in"),
  VN_ROW (VnFixedIpFields, subnet, "subnet_id", NAME, "The same as subnet"),
  VN_ROW (VnFixedIpFields, ip_address, "ip_address", IP, "The address", .default_text = "drawn from the subnet"),
};
VN_KEY_TABLE (VN_KEYS_FIXED_IP, VnFixedIpFields, "fixed IP", "An address of a port.", fixed_ip_keys);

static const VnKey pair_keys[] = {
  VN_ROW (VnPairFields, ip_address, "ip_address", TEXT, "Address or prefix"),
  VN_ROW (VnPairFields, mac_address, "mac_address", MAC, "Of the frames with that address",
          .default_text = "the port's"),
};
VN_KEY_TABLE (VN_KEYS_PAIR, VnPairFields, "address pair", "What a port may send from besides its own addresses.",
              pair_keys);

static const VnKey port_keys[] = {
  VN_ROW (VnPortFields, name, "name", TEXT, "Only in a list"),
  VN_ROW (VnPortFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnPortFields, network, "network", NAME, "Its network, by name or id", REQUIRED),
  VN_ROW (VnPortFields, network, "network_id", NAME, "The same as network"),
  VN_ROW (VnPortFields, mac_address, "mac_address", MAC, "Its MAC address", .default_text = "drawn below base_mac"),
  VN_ROW (VnPortFields, fixed_ips, "fixed_ips", MAPS, "Its addresses; [] = none", .child = &VN_KEYS_FIXED_IP,
          .default_text = "one of each IP version that the network has"),
  VN_ROW (VnPortFields, security_groups, "security_groups", TEXTS, "By name or id; [] or null = none", NULLABLE,
          .default_text = "default"),
  VN_ROW (VnPortFields, allowed_address_pairs, "allowed_address_pairs", MAPS, "Further addresses",
          .child = &VN_KEYS_PAIR),
  VN_ROW (VnPortFields, port_security_enabled, "port_security_enabled", BOOL, "Whether anything is filtered",
          .default_text = "the network's"),
  VN_ROW (VnPortFields, device_owner, "device_owner", TEXT, "network:… is trusted",
          .default_text = "compute:nova on a server"),
  VN_ROW (VnPortFields, admin_state_up, "admin_state_up", BOOL, "false: not plugged", .default_text = "true"),
  VN_ROW (VnPortFields, host, "binding:host_id", NAME, "The machine that it is bound to",
          .default_text = "the server's"),
  VN_ROW (VnPortFields, qos_policy, "qos_policy", NAME, "Its QoS policy, by name or id", NULLABLE,
          .default_text = "the network's counts"),
  VN_ROW (VnPortFields, qos_policy, "qos_policy_id", NAME, "The same as qos_policy", NULLABLE),
  EXPORTED_COMMON (VnPortFields),
  EXPORTED (VnPortFields, "binding:profile"),
  EXPORTED (VnPortFields, "binding:vif_details"),
  EXPORTED (VnPortFields, "binding:vif_type"),
  EXPORTED (VnPortFields, "binding:vnic_type"),
  EXPORTED (VnPortFields, "device_id"),
  EXPORTED (VnPortFields, "device_profile"),
  EXPORTED (VnPortFields, "dns_assignment"),
  EXPORTED (VnPortFields, "dns_domain"),
  EXPORTED (VnPortFields, "dns_name"),
  EXPORTED (VnPortFields, "extra_dhcp_opts"),
  EXPORTED (VnPortFields, "ip_allocation"),
  EXPORTED (VnPortFields, "numa_affinity_policy"),
  EXPORTED (VnPortFields, "propagate_uplink_status"),
  EXPORTED (VnPortFields, "qos_network_policy_id"),
  EXPORTED (VnPortFields, "resource_request"),
  EXPORTED (VnPortFields, "status"),
  EXPORTED (VnPortFields, "trunk_details"),
};
VN_KEY_TABLE (VN_KEYS_PORT, VnPortFields, "port", "A port of the Neutron API.", port_keys);

static const VnKey nic_keys[] = {
  VN_ROW (VnNicFields, network, "network", NAME, "By name or id", REQUIRED),
  VN_ROW (VnNicFields, fixed_ip, "fixed_ip", IP, "Its address", .default_text = "drawn"),
  VN_ROW (VnNicFields, mac_address, "mac_address", MAC, "Its MAC address", .default_text = "drawn"),
  VN_ROW (VnNicFields, security_groups, "security_groups", TEXTS, "Its groups", NULLABLE,
          .default_text = "the server's"),
  VN_ROW (VnNicFields, allowed_address_pairs, "allowed_address_pairs", MAPS, "Further addresses",
          .child = &VN_KEYS_PAIR),
  VN_ROW (VnNicFields, port_security_enabled, "port_security_enabled", BOOL, "Whether anything is filtered",
          .default_text = "the network's"),
  VN_ROW (VnNicFields, qos_policy, "qos_policy", NAME, "Its QoS policy, by name or id", NULLABLE,
          .default_text = "the network's counts"),
};
VN_KEY_TABLE (VN_KEYS_NIC, VnNicFields, "server's network",
              "A network of a server, where more is to be said than its name.", nic_keys);

static const VnKey server_keys[] = {
  VN_ROW (VnServerFields, name, "name", NAME, "Only in a list"),
  VN_ROW (VnServerFields, id, "id", UUID, "Its UUID", .default_text = "drawn"),
  VN_ROW (VnServerFields, host, "host", NAME, "The machine that it runs on", REQUIRED),
  VN_ROW (VnServerFields, networks, "networks", NAMES, "A port \"SERVER-ethN\" is made on each; eth0 first",
          .child = &VN_KEYS_NIC),
  VN_ROW (VnServerFields, ports, "ports", TEXTS, "Ports of the cloud, by name or id; after those of networks"),
  VN_ROW (VnServerFields, security_groups, "security_groups", TEXTS, "Of the ports that are made for it", NULLABLE,
          .default_text = "default"),
  VN_ROW (VnServerFields, fixed_ip, "fixed_ip", IP, "Address of its only network's port", .default_text = "drawn"),
};
VN_KEY_TABLE (VN_KEYS_SERVER, VnServerFields, "server", "An instance: a network namespace of its own.", server_keys);

static const VnKey cloud_keys[] = {
  VN_ROW (VnCloudFields, networks, "networks", NAMED, "Networks", .child = &VN_KEYS_NETWORK),
  VN_ROW (VnCloudFields, subnets, "subnets", NAMED, "Subnets", .child = &VN_KEYS_SUBNET),
  VN_ROW (VnCloudFields, security_groups, "security_groups", NAMED, "Security groups", .child = &VN_KEYS_GROUP),
  VN_ROW (VnCloudFields, address_groups, "address_groups", NAMED, "Address groups", .child = &VN_KEYS_ADDRESS_GROUP),
  VN_ROW (VnCloudFields, qos_policies, "qos_policies", NAMED, "QoS policies", .child = &VN_KEYS_QOS_POLICY),
  VN_ROW (VnCloudFields, ports, "ports", NAMED, "Ports that are not simply a server's on a network",
          .child = &VN_KEYS_PORT),
  VN_ROW (VnCloudFields, servers, "servers", NAMED, "Instances", .child = &VN_KEYS_SERVER),
};
VN_KEY_TABLE (VN_KEYS_CLOUD, VnCloudFields, "cloud", "Objects of the Neutron API.", cloud_keys);
