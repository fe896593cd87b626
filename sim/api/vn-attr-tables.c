/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of attributes, in the order in which the server judges and shows them. */
#include "sim/api/vn-attr.h"

#define RW (VN_ATTR_POST | VN_ATTR_PUT)
#define POST VN_ATTR_POST
#define HIDDEN VN_ATTR_HIDDEN

/* A lab has no calendar: what is made in it carries the beginning of time. */
#define NO_TIME "\"1970-01-01T00:00:00Z\""

const VnAttr VN_ATTRS_NETWORK[] = {
  { "id", 0, NULL, NULL },
  { "name", RW, vn_attr_string, "\"\"" },
  { "tenant_id", POST, vn_attr_string, NULL },
  { "admin_state_up", RW, vn_attr_bool, "true" },
  { "mtu", RW, vn_attr_non_negative, NULL },
  { "status", 0, NULL, "\"ACTIVE\"" },
  { "subnets", 0, NULL, "[]" },
  { "shared", RW, vn_attr_bool, "false" },
  { "project_id", POST, vn_attr_string, NULL },
  { "port_security_enabled", RW | VN_ATTR_PORT_SECURITY, vn_attr_bool, "true" },
  { "qos_policy_id", RW | VN_ATTR_QOS, vn_attr_uuid_or_null, "null" },
  { "router:external", RW, vn_attr_bool, "false" },
  { "provider:network_type", RW, vn_attr_string, NULL },
  { "provider:physical_network", RW, vn_attr_string, "null" },
  { "provider:segmentation_id", RW, vn_attr_int, "null" },
  { "is_default", RW, vn_attr_bool, "false" },
  { "availability_zone_hints", POST, NULL, "[]" },
  { "availability_zones", 0, NULL, "[]" },
  { "ipv4_address_scope", 0, NULL, "null" },
  { "ipv6_address_scope", 0, NULL, "null" },
  { "description", RW, vn_attr_string, "\"\"" },
  { "tags", 0, NULL, "[]" },
  { "created_at", 0, NULL, NO_TIME },
  { "updated_at", 0, NULL, NO_TIME },
  { "revision_number", 0, NULL, NULL },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_SUBNET[] = {
  { "id", 0, NULL, NULL },
  { "name", RW, vn_attr_string, "\"\"" },
  { "tenant_id", POST, vn_attr_string, NULL },
  { "network_id", POST | VN_ATTR_REQUIRED, vn_attr_uuid, NULL },
  { "ip_version", POST | VN_ATTR_REQUIRED, vn_attr_ip_version, NULL },
  { "subnetpool_id", POST, vn_attr_uuid_or_null, "null" },
  { "prefixlen", POST | HIDDEN, vn_attr_non_negative, NULL },
  { "enable_dhcp", RW, vn_attr_bool, "true" },
  { "ipv6_ra_mode", POST, vn_attr_v6_mode, "null" },
  { "ipv6_address_mode", POST, vn_attr_v6_mode, "null" },
  { "gateway_ip", RW, vn_attr_ip_or_null, "null" },
  { "cidr", POST, vn_attr_cidr, NULL },
  { "allocation_pools", RW, vn_attr_pools, "[]" },
  { "host_routes", RW, vn_attr_host_routes, "[]" },
  { "dns_nameservers", RW, vn_attr_nameservers, "[]" },
  { "description", RW, vn_attr_string, "\"\"" },
  { "service_types", RW, NULL, "[]" },
  { "shared", HIDDEN, NULL, NULL },
  { "tags", 0, NULL, "[]" },
  { "created_at", 0, NULL, NO_TIME },
  { "updated_at", 0, NULL, NO_TIME },
  { "revision_number", 0, NULL, NULL },
  { "project_id", POST, vn_attr_string, NULL },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_PORT[] = {
  { "id", 0, NULL, NULL },
  { "name", RW, vn_attr_string, "\"\"" },
  { "network_id", POST | VN_ATTR_REQUIRED, vn_attr_uuid, NULL },
  { "tenant_id", POST, vn_attr_string, NULL },
  { "mac_address", RW, vn_attr_mac, NULL },
  { "admin_state_up", RW, vn_attr_bool, "true" },
  { "status", 0, NULL, NULL },
  { "device_id", RW, vn_attr_string, "\"\"" },
  { "device_owner", RW, vn_attr_string, "\"\"" },
  { "fixed_ips", RW, vn_attr_fixed_ips, "[]" },
  { "allowed_address_pairs", RW | VN_ATTR_SECURITY, vn_attr_pairs, "[]" },
  { "extra_dhcp_opts", RW, NULL, "[]" },
  { "security_groups", RW | VN_ATTR_SECURITY, vn_attr_uuids, "[]" },
  { "description", RW, vn_attr_string, "\"\"" },
  { "binding:vnic_type", RW, vn_attr_vnic_type, "\"normal\"" },
  { "binding:profile", RW, vn_attr_object, "{}" },
  { "binding:host_id", RW, NULL, "\"\"" },
  { "binding:vif_type", 0, NULL, NULL },
  { "binding:vif_details", 0, NULL, "{}" },
  { "port_security_enabled", RW | VN_ATTR_PORT_SECURITY, vn_attr_bool, "true" },
  { "qos_policy_id", RW | VN_ATTR_QOS, vn_attr_uuid_or_null, "null" },
  { "qos_network_policy_id", VN_ATTR_QOS, NULL, "null" },
  { "resource_request", 0, NULL, "null" },
  { "tags", 0, NULL, "[]" },
  { "created_at", 0, NULL, NO_TIME },
  { "updated_at", 0, NULL, NO_TIME },
  { "revision_number", 0, NULL, NULL },
  { "project_id", POST, vn_attr_string, NULL },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_GROUP[] = {
  { "id", 0, NULL, NULL },
  { "name", RW, vn_attr_group_name, "\"\"" },
  { "stateful", RW, vn_attr_bool, "true" },
  { "tenant_id", POST, vn_attr_string, NULL },
  { "description", RW, vn_attr_string, "\"\"" },
  { "shared", 0, NULL, "false" },
  { "security_group_rules", 0, NULL, "[]" },
  { "tags", 0, NULL, "[]" },
  { "created_at", 0, NULL, NO_TIME },
  { "updated_at", 0, NULL, NO_TIME },
  { "revision_number", 0, NULL, NULL },
  { "project_id", POST, vn_attr_string, NULL },
  { NULL, 0, NULL, NULL },
};

/* Protocol, ports, ethertype and prefix have no judge here: vn_api_rule() takes them together. */
const VnAttr VN_ATTRS_RULE[] = {
  { "id", 0, NULL, NULL },
  { "tenant_id", POST, vn_attr_string, NULL },
  { "security_group_id", POST | VN_ATTR_REQUIRED, NULL, NULL },
  { "ethertype", POST, NULL, "\"IPv4\"" },
  { "direction", POST | VN_ATTR_REQUIRED, vn_attr_direction, NULL },
  { "protocol", POST, NULL, "null" },
  { "port_range_min", POST, NULL, "null" },
  { "port_range_max", POST, NULL, "null" },
  { "remote_ip_prefix", POST, NULL, "null" },
  { "remote_address_group_id", POST, NULL, "null" },
  { "normalized_cidr", 0, NULL, "null" },
  { "remote_group_id", POST, NULL, "null" },
  { "description", RW, vn_attr_string, "\"\"" },
  { "created_at", 0, NULL, NO_TIME },
  { "updated_at", 0, NULL, NO_TIME },
  { "revision_number", 0, NULL, NULL },
  { "project_id", POST, vn_attr_string, NULL },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_ADDRESS_GROUP[] = {
  { "id", 0, NULL, NULL },
  { "name", RW, vn_attr_string, "\"\"" },
  { "project_id", POST, vn_attr_string, NULL },
  { "addresses", POST, vn_attr_addresses, "[]" },
  { "description", RW, vn_attr_string, "\"\"" },
  { "tenant_id", POST, vn_attr_string, NULL },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_QOS_POLICY[] = {
  { "id", 0, NULL, NULL },
  { "project_id", POST, vn_attr_string, NULL },
  { "name", RW, vn_attr_string, "\"\"" },
  { "shared", RW, vn_attr_bool, "false" },
  { "rules", 0, NULL, "[]" },
  { "is_default", RW, vn_attr_bool, "false" },
  { "revision_number", 0, NULL, NULL },
  { "description", RW, vn_attr_string, "\"\"" },
  { "created_at", 0, NULL, NO_TIME },
  { "updated_at", 0, NULL, NO_TIME },
  { "tenant_id", POST, vn_attr_string, NULL },
  { "tags", 0, NULL, "[]" },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_QOS_LIMIT[] = {
  { "id", 0, NULL, NULL },
  { "max_kbps", RW | VN_ATTR_REQUIRED, vn_attr_kbps, NULL },
  { "max_burst_kbps", RW, vn_attr_kbps, "0" },
  { "direction", RW, vn_attr_direction, "\"egress\"" },
  { NULL, 0, NULL, NULL },
};

const VnAttr VN_ATTRS_QOS_DSCP[] = {
  { "id", 0, NULL, NULL },
  { "dscp_mark", RW | VN_ATTR_REQUIRED, vn_attr_dscp, NULL },
  { NULL, 0, NULL, NULL },
};
