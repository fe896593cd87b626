/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent's or server's options come to: firewall driver, VXLAN mode, multicast group, MTU. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

typedef enum
{
  VN_FIREWALL_NOOP, /* also "none": nothing is filtered, MACs and ARP are still protected */
  VN_FIREWALL_IPTABLES,
  VN_FIREWALL_HYBRID,      /* writes rules for devices that do not exist with Linux bridges: filters nothing */
  VN_FIREWALL_OPENVSWITCH, /* the agent crashes at its start */
  VN_FIREWALL_UNKNOWN,     /* the agent refuses to start */
  VN_N_FIREWALLS
} VnFirewall;

/* [securitygroup] firewall_driver, an alias or a class path. @agent may be NULL. */
VnFirewall vn_firewall_of (const VnConfig *agent);
const char *vn_firewall_name (VnFirewall firewall); /* the alias, "unknown" */
/* All names that Neutron 21.0.0 takes, ends with NULL. */
const char *const *vn_firewall_names (void);
/* Whether the host's agent filters by security groups: driver iptables and enable_security_group. */
gboolean vn_firewall_filters (const VnConfig *agent);

typedef enum
{
  VN_VXLAN_OFF,     /* enable_vxlan = false */
  VN_VXLAN_UNICAST, /* l2_population */
  VN_VXLAN_MULTICAST,
  VN_VXLAN_IMPOSSIBLE, /* neither can be: the agent refuses to start */
  VN_N_VXLAN_MODES
} VnVxlanMode;

/* The agent's choice at its start. With an IPv6 local_ip its test for unicast fails, so that it falls back to
 * multicast. */
VnVxlanMode vn_vxlan_mode (const VnConfig *agent);
/* Whether the server loads the l2population driver, or any agent has l2_population on: somebody wants it. */
gboolean vn_topology_wants_l2_population (const VnTopology *topology);
const char *vn_vxlan_mode_name (VnVxlanMode mode);
/* The multicast group of a VNI: the first fitting entry of multicast_ranges, else vxlan_group with the VNI in its host
 * bits. Unset if there is none. Says nothing about the mode. */
VnIp vn_vxlan_group (const VnConfig *agent, VnVni vni);
/* The option that it comes from. */
VnOptionId vn_vxlan_group_option (const VnConfig *agent, VnVni vni);
guint16 vn_vxlan_udp_port (const VnConfig *agent); /* 8472 unless set */
gboolean vn_vxlan_proxy (const VnConfig *agent);   /* arp_responder, which counts only with l2_population */
#define VN_TOS_DEFAULT (-1)
#define VN_TOS_INHERIT (-2)
/* TOS of the outer header, or one of these two. [vxlan] tos wins over [agent] dscp_inherit, and that over dscp. */
gint vn_vxlan_tos (const VnConfig *agent);

/* What VXLAN puts in front of a frame by the agent's local_ip: inner Ethernet, VXLAN, UDP and IP headers. */
guint vn_vxlan_overhead_bytes (const VnConfig *agent);

/* Index of the interface that has the agent's local_ip; VN_NONE if no interface of the machine has it. */
guint vn_machine_tunnel_interface (const VnMachine *machine);
/* Index of the interface that physical_interface_mappings names for the physical network of @network; VN_NONE if none.
 */
guint vn_machine_uplink (const VnMachine *machine, const VnNetwork *network);
/* "host" of the agent's or server's configuration, else the machine's name. */
const char *vn_machine_host (const VnMachine *machine);

/* One "key:value" of a mapping option, as neutron-lib's parse_mappings splits it. FALSE if it isn't one; @ret_x:
 * transfer full. */
gboolean vn_mapping_split (const char *item, char **ret_key, char **ret_value);
/* The interface (bridge_mappings: bridge) that the agent maps a physical network to, or NULL. Transfer full. */
char *vn_mapping_find (const VnConfig *agent, VnOptionId id, const char *physical_network);

/* Largest MTU that the server gives a network: global_physnet_mtu, physical_network_mtus, path_mtu, less the overlay's
 * headers (Neutron 21.0.0, ML2 type drivers). @server may be NULL, @physical_network too. 0 = no limit; may be
 * negative, as there. */
gint64 vn_mtu_limit (const VnConfig *server, VnNetType type, const char *physical_network);

G_END_DECLS
