/* SPDX-License-Identifier: Apache-2.0 */
/* What neutron-server accepts, refuses and makes of a request: Neutron 21.0.0 (Zed), API v2.0 with ML2.
 *
 * Pure functions over values of the model. A refusal carries the status and the error type of the real answer. What the
 * server accepts is accepted here, also where it hurts; vn_lint_cloud() warns about that. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

typedef struct
{
  guint status;     /* HTTP */
  const char *type; /* static: "SecurityGroupInvalidPortRange" */
  char *message;
} VnApiError;
void vn_api_error_clear (VnApiError *error);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnApiError, vn_api_error_clear)
/* Returns: FALSE, for `return vn_api_refuse (…)`. */
gboolean vn_api_refuse (VnApiError *error, guint status, const char *type, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* As netaddr reads a network: "10/8", "10.7.0.0/255.255.0.0", "10.9.9.9" (a host), leading zeros are decimal. Host bits
 * are kept. */
gboolean vn_api_parse_prefix (const char *text, VnPrefix *ret);

/* ---- security groups ---- */

typedef struct
{
  const char *direction; /* texts as given; NULL = null or not there */
  const char *ethertype;
  gboolean ethertype_is_null; /* null is refused, not there is IPv4 */
  const char *protocol;
  const char *port_range_min, *port_range_max;
  const char *remote_ip_prefix;
  guint n_remote_groups; /* remote_group_id and remote_address_group_id that are given */
} VnApiRule;

/* Fills direction, ethertype, protocol, ports and prefix of @rule as the server stores them. */
gboolean vn_api_rule (const VnApiRule *request, VnSecurityGroupRule *rule, VnApiError *error);
/* Whether the server takes the second for a duplicate of the first (409 SecurityGroupRuleExists). */
gboolean vn_api_rule_same (const VnSecurityGroupRule *a, const VnSecurityGroupRule *b);
/* The rules that the API makes by itself: egress to anywhere; in the project's default group also ingress from the
 * group itself. @self: index of the group. */
void vn_api_default_rules (VnSecurityGroup *group, guint self, gboolean is_default_group);
/* Whether a group may have that name: "default" in any case is the project's own. */
gboolean vn_api_group_name (const char *name, VnApiError *error);

/* ---- QoS ---- */

/* The policy of networks that name none; VN_NONE. */
guint vn_api_default_qos_policy (const VnTopology *t);
/* Whether the policy may be the project's default one: it has one at most. */
gboolean vn_api_qos_may_be_default (const VnTopology *t, const VnQosPolicy *policy, VnApiError *error);

/* ---- networks ---- */

typedef struct
{
  const char *type; /* NULL = not given, likewise below */
  const char *physical_network;
  gboolean has_segmentation_id;
  guint64 segmentation_id;
  guint64 mtu;               /* 0 = as large as the options allow */
  const GPtrArray *networks; /* whose segments are taken when a tenant's type is chosen; NULL = none is */
} VnApiNetwork;

/* Fills type, physical_network, segmentation_id and mtu of @network.
 * @ret_draw: whether the server draws the segmentation id (vn_api_draw_segment). */
gboolean vn_api_network (const VnConfig *server, const VnApiNetwork *request, VnNetwork *network, gboolean *ret_draw,
                         VnApiError *error);
/* Sets its MTU; 0 as above. */
gboolean vn_api_network_mtu (const VnConfig *server, guint64 wanted, VnNetwork *network, VnApiError *error);
/* Draws the segmentation id, and the physical network of a VLAN that has none: what lies at @start of the pool, or the
 * next one that is free. */
gboolean vn_api_draw_segment (const VnConfig *server, const GPtrArray *networks, guint64 start, VnNetwork *network,
                              VnApiError *error);
const char *vn_api_type_name (VnNetType type); /* "vxlan" */
/* Whether no network of @networks but @network itself has its segment. */
gboolean vn_api_segment_free (const GPtrArray *networks, const VnNetwork *network, VnApiError *error);

/* ---- subnets ---- */

typedef struct
{
  const char *cidr;
  guint ip_version;     /* 0 = that of cidr */
  gboolean has_gateway; /* given; an unset @gateway is then null: none */
  VnIp gateway;
  gboolean enable_dhcp;
  VnV6Mode address_mode, ra_mode;
  const GArray *pools; /* VnPool; NULL = not given */
} VnApiSubnet;

/* Fills cidr, gateway_ip, enable_dhcp, ipv6_address_mode and allocation_pools of @subnet. */
gboolean vn_api_subnet (const VnApiSubnet *request, VnSubnet *subnet, VnApiError *error);
/* Likewise for one that exists, of which the request repeats cidr, enable_dhcp and modes: gateway and pools change only
 * if they are given. */
gboolean vn_api_subnet_change (const VnApiSubnet *request, VnSubnet *subnet, VnApiError *error);
/* Whether no other subnet of its network overlaps @subnet. */
gboolean vn_api_subnet_free (const GPtrArray *subnets, const VnSubnet *subnet, VnApiError *error);
/* Whether the addresses in it follow from the port's MAC. */
gboolean vn_api_subnet_is_auto (const VnSubnet *subnet);
/* One further or, @down, one back. */
VnIp vn_api_ip_next (VnIp ip, gboolean down);

/* ---- ports ---- */

/* Whether the server knows the attribute port_security_enabled. */
gboolean vn_api_has_port_security (const VnConfig *server);
const char *vn_api_owner (const VnPort *port);         /* device_owner; "" if it has none */
gboolean vn_api_is_trusted (const char *device_owner); /* network:… */
/* Judges a whole port but for what depends on other ports. @gave_groups: security_groups was given. */
gboolean vn_api_port (const VnTopology *t, const VnConfig *server, const VnPort *port, gboolean gave_groups,
                      VnApiError *error);
/* Whether an agent on @machine can carry a port of the network: else the binding fails and the port stays DOWN.
 * @ret_why_not: transfer full. */
gboolean vn_api_can_bind (const VnTopology *t, const VnConfig *server, guint network, guint machine,
                          char **ret_why_not);

G_END_DECLS
