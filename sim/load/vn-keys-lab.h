/* SPDX-License-Identifier: Apache-2.0 */
/* The maps of a lab file: a struct of fields for each, and the table of its keys. */
#pragma once

#include "sim/load/vn-keys.h"

G_BEGIN_DECLS

typedef struct
{
  VnField vnetlab, name, extends, neutron, seed, scene, cloud, events, checks, accept, by_hand;
} VnLabFields;

typedef struct
{
  VnField release;
} VnNeutronFields;

typedef struct
{
  VnField segments, machines;
} VnSceneFields;

typedef struct
{
  VnField name, cidr;
} VnSegmentFields;

typedef struct
{
  VnField name, interfaces, agents, server, sysctl, hypervisor, on, router, dhcp, dns, web, routes;
} VnMachineFields;

typedef struct
{
  VnField name, segment, mode, network, bridged_to, address, gateway, dns, forwards, mac, mtu;
} VnInterfaceFields;

typedef struct
{
  VnField protocol, host_port, guest_port;
} VnForwardFields;

typedef struct
{
  VnField nat;
} VnRouterFields;

/* Of a machine, and of a hypervisor's network: only the first has `interface`, only the second `enabled`, `address`. */
typedef struct
{
  VnField interface, enabled, address, start, end, router, dns, lease_time;
} VnDhcpFields;

typedef struct
{
  VnField config;
} VnProgramFields;

typedef struct
{
  VnField product, networks;
} VnHypervisorFields;

typedef struct
{
  VnField name, mode, cidr, host, gateway, dns, dhcp;
} VnHvNetworkFields;

typedef struct
{
  VnField networks, subnets, security_groups, address_groups, qos_policies, ports, servers;
} VnCloudFields;

typedef struct
{
  VnField name, id, network_type, physical_network, segmentation_id, mtu, port_security_enabled, admin_state_up,
      qos_policy, ignored;
} VnNetworkFields;

typedef struct
{
  VnField name, id, network, cidr, ip_version, gateway_ip, enable_dhcp, allocation_pools, ipv6_address_mode,
      ipv6_ra_mode, ignored;
} VnSubnetFields;

typedef struct
{
  VnField start, end;
} VnPoolFields;

typedef struct
{
  VnField name, id, stateful, default_rules, rules, ignored;
} VnGroupFields;

typedef struct
{
  VnField id, direction, ethertype, protocol, port_range_min, port_range_max, remote_ip_prefix, remote_group,
      remote_address_group, ignored;
} VnRuleFields;

typedef struct
{
  VnField name, id, addresses, ignored;
} VnAddressGroupFields;

typedef struct
{
  VnField name, id, is_default, limits, marks, rules, ignored;
} VnQosPolicyFields;

/* Of both kinds: a limit has no `dscp_mark`, a mark nothing else; `type` says which it is in a list of both. */
typedef struct
{
  VnField id, type, max_kbps, max_burst_kbps, direction, dscp_mark, ignored;
} VnQosRuleFields;

typedef struct
{
  VnField name, id, network, mac_address, fixed_ips, security_groups, allowed_address_pairs, port_security_enabled,
      device_owner, admin_state_up, host, qos_policy, ignored;
} VnPortFields;

typedef struct
{
  VnField subnet, ip_address;
} VnFixedIpFields;

typedef struct
{
  VnField ip_address, mac_address;
} VnPairFields;

typedef struct
{
  VnField name, id, host, networks, ports, security_groups, fixed_ip;
} VnServerFields;

/* An entry of a server's `networks` that says more than the network's name. */
typedef struct
{
  VnField network, fixed_ip, mac_address, security_groups, allowed_address_pairs, port_security_enabled, qos_policy;
} VnNicFields;

typedef struct
{
  VnField id, from, to, protocol, port, family, expect;
} VnCheckFields;

typedef struct
{
  VnField quirk, why;
} VnAcceptFields;

typedef struct
{
  VnField host, fdb_delete;
} VnByHandFields;

typedef struct
{
  VnField network, mac;
} VnFdbDeleteFields;

/* One of them. */
typedef struct
{
  VnField plug, unplug, migrate, remove, add_security_group, remove_security_group, set_port, add_rule, remove_rule,
      agent_stop, agent_start, agent_restart, api;
} VnEventFields;

/* What events of ports say, each some of it. */
typedef struct
{
  VnField server, port, to, security_group, fixed_ips, security_groups, allowed_address_pairs, port_security_enabled,
      admin_state_up;
} VnEventPortFields;

typedef struct
{
  VnField security_group;
  VnRuleFields rule;
} VnEventRuleFields;

typedef struct
{
  VnField host;
} VnEventHostFields;

typedef struct
{
  VnField method, path, body;
} VnEventApiFields;

extern const VnKeyMap VN_KEYS_LAB;
extern const VnKeyMap VN_KEYS_NEUTRON;
extern const VnKeyMap VN_KEYS_SCENE;
extern const VnKeyMap VN_KEYS_SEGMENT;
extern const VnKeyMap VN_KEYS_MACHINE;
extern const VnKeyMap VN_KEYS_INTERFACE;
extern const VnKeyMap VN_KEYS_PROGRAM;
extern const VnKeyMap VN_KEYS_HYPERVISOR;
extern const VnKeyMap VN_KEYS_HV_NETWORK;
extern const VnKeyMap VN_KEYS_HV_DHCP;
extern const VnKeyMap VN_KEYS_DHCP;
extern const VnKeyMap VN_KEYS_ROUTER;
extern const VnKeyMap VN_KEYS_FORWARD;
extern const VnKeyMap VN_KEYS_CLOUD;
extern const VnKeyMap VN_KEYS_NETWORK;
extern const VnKeyMap VN_KEYS_SUBNET;
extern const VnKeyMap VN_KEYS_POOL;
extern const VnKeyMap VN_KEYS_GROUP;
extern const VnKeyMap VN_KEYS_RULE;
extern const VnKeyMap VN_KEYS_ADDRESS_GROUP;
extern const VnKeyMap VN_KEYS_QOS_POLICY;
extern const VnKeyMap VN_KEYS_QOS_LIMIT;
extern const VnKeyMap VN_KEYS_QOS_MARK;
extern const VnKeyMap VN_KEYS_QOS_RULE;
extern const VnKeyMap VN_KEYS_PORT;
extern const VnKeyMap VN_KEYS_FIXED_IP;
extern const VnKeyMap VN_KEYS_PAIR;
extern const VnKeyMap VN_KEYS_SERVER;
extern const VnKeyMap VN_KEYS_NIC;
extern const VnKeyMap VN_KEYS_CHECK;
extern const VnKeyMap VN_KEYS_ACCEPT;
extern const VnKeyMap VN_KEYS_BY_HAND;
extern const VnKeyMap VN_KEYS_FDB_DELETE;
extern const VnKeyMap VN_KEYS_EVENT;
extern const VnKeyMap VN_KEYS_EVENT_PORT;
extern const VnKeyMap VN_KEYS_EVENT_MIGRATE;
extern const VnKeyMap VN_KEYS_EVENT_MEMBERSHIP;
extern const VnKeyMap VN_KEYS_EVENT_SET_PORT;
extern const VnKeyMap VN_KEYS_EVENT_RULE;
extern const VnKeyMap VN_KEYS_EVENT_HOST;
extern const VnKeyMap VN_KEYS_EVENT_API;

/* One row of a table. The documentation comes first in the rest, other members of VnKey by their names behind it. */
#define VN_ROW(fields, field, key_text, key_type, ...)                                                                 \
  {                                                                                                                    \
    .key = key_text, .type = VN_KEY_##key_type, .offset = G_STRUCT_OFFSET (fields, field), __VA_ARGS__                 \
  }
#define VN_KEY_TABLE(symbol, fields, table_name, table_doc, rows)                                                      \
  const VnKeyMap symbol = {                                                                                            \
    .name = table_name, .doc = table_doc, .size = sizeof (fields), .keys = rows, .n_keys = G_N_ELEMENTS (rows)         \
  };                                                                                                                   \
  G_STATIC_ASSERT (sizeof (fields) % sizeof (VnField) == 0)

G_END_DECLS
