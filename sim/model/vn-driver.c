/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent's or server's options come to: firewall driver, VXLAN mode, multicast group, MTU. */
#include "sim/model/vn-driver.h"

#include "sim/base/vn-text.h"

#include <string.h>

#define DEFAULT_UDP_PORT 8472  /* Linux; IANA's 4789 came later */
#define VXLAN_HEADERS_BYTES 30 /* as Neutron counts: UDP 8, VXLAN 8, inner Ethernet 14 */
#define IPV4_HEADER_BYTES 20
#define IPV6_HEADER_BYTES 40

/* Entry points and class paths of Neutron 21.0.0; names are case-sensitive. */
static const VnWord firewall_words[] = {
  { "noop", VN_FIREWALL_NOOP },
  { "iptables", VN_FIREWALL_IPTABLES },
  { "iptables_hybrid", VN_FIREWALL_HYBRID },
  { "openvswitch", VN_FIREWALL_OPENVSWITCH },
  { "neutron.agent.firewall.NoopFirewallDriver", VN_FIREWALL_NOOP },
  { "neutron.agent.linux.iptables_firewall.IptablesFirewallDriver", VN_FIREWALL_IPTABLES },
  { "neutron.agent.linux.iptables_firewall.OVSHybridIptablesFirewallDriver", VN_FIREWALL_HYBRID },
  { "neutron.agent.linux.openvswitch_firewall.OVSFirewallDriver", VN_FIREWALL_OPENVSWITCH },
  { "neutron.agent.linux.openvswitch_firewall.firewall.OVSFirewallDriver", VN_FIREWALL_OPENVSWITCH },
  { NULL, 0 },
};

static const char *const firewall_names[] = {
  "noop",
  "iptables",
  "iptables_hybrid",
  "openvswitch",
  "neutron.agent.firewall.NoopFirewallDriver",
  "neutron.agent.linux.iptables_firewall.IptablesFirewallDriver",
  "neutron.agent.linux.iptables_firewall.OVSHybridIptablesFirewallDriver",
  "neutron.agent.linux.openvswitch_firewall.OVSFirewallDriver",
  "neutron.agent.linux.openvswitch_firewall.firewall.OVSFirewallDriver",
  NULL,
};
G_STATIC_ASSERT (G_N_ELEMENTS (firewall_words) == G_N_ELEMENTS (firewall_names));

VnFirewall
vn_firewall_of (const VnConfig *agent)
{
  const char *driver = vn_config_string (agent, VN_OPT_FIREWALL_DRIVER);
  int value;

  if (*driver == '\0')
    return VN_FIREWALL_NOOP;
  return vn_word_parse (firewall_words, driver, &value) ? (VnFirewall)value : VN_FIREWALL_UNKNOWN;
}

const char *
vn_firewall_name (VnFirewall firewall)
{
  return firewall == VN_FIREWALL_UNKNOWN ? "unknown" : vn_word_name (firewall_words, (int)firewall);
}

const char *const *
vn_firewall_names (void)
{
  return firewall_names;
}

gboolean
vn_firewall_filters (const VnConfig *agent)
{
  return vn_config_bool (agent, VN_OPT_ENABLE_SECURITY_GROUP) && vn_firewall_of (agent) == VN_FIREWALL_IPTABLES;
}

VnVxlanMode
vn_vxlan_mode (const VnConfig *agent)
{
  if (!vn_config_bool (agent, VN_OPT_VXLAN_ENABLE))
    return VN_VXLAN_OFF;
  if (vn_config_bool (agent, VN_OPT_VXLAN_L2_POPULATION)
      && vn_config_ip (agent, VN_OPT_VXLAN_LOCAL_IP).family != VN_FAMILY_IPV6)
    return VN_VXLAN_UNICAST;
  return *vn_config_string (agent, VN_OPT_VXLAN_GROUP) != '\0' ? VN_VXLAN_MULTICAST : VN_VXLAN_IMPOSSIBLE;
}

gboolean
vn_topology_wants_l2_population (const VnTopology *topology)
{
  if (vn_config_list_has (vn_topology_server_config (topology), VN_OPT_ML2_MECHANISM_DRIVERS, "l2population"))
    return TRUE;
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnConfig *agent = vn_topology_machine (topology, i)->agent;

      if (agent != NULL && vn_config_bool (agent, VN_OPT_VXLAN_L2_POPULATION))
        return TRUE;
    }
  return FALSE;
}

const char *
vn_vxlan_mode_name (VnVxlanMode mode)
{
  static const char *const names[VN_N_VXLAN_MODES] = {
    [VN_VXLAN_OFF] = "off",
    [VN_VXLAN_UNICAST] = "unicast",
    [VN_VXLAN_MULTICAST] = "multicast",
    [VN_VXLAN_IMPOSSIBLE] = "impossible",
  };

  g_return_val_if_fail ((guint)mode < VN_N_VXLAN_MODES, NULL);
  return names[mode];
}

/* "group:min:max", all three sound and @vni between them. */
static gboolean
range_holds (const char *item, VnVni vni, VnIp *ret_group)
{
  g_auto (GStrv) fields = g_strsplit (item, ":", -1);
  guint64 min, max;

  return g_strv_length (fields) == 3 && vn_parse_uint (g_strstrip (fields[1]), 0, G_MAXUINT32, &min)
         && vn_parse_uint (g_strstrip (fields[2]), 0, G_MAXUINT32, &max) && vni.id >= min && vni.id <= max
         && vn_ip_parse (g_strstrip (fields[0]), ret_group);
}

/* The network's address with @n in its host bits. */
static VnIp
nth_address (VnPrefix prefix, guint32 n)
{
  guint host_bits = vn_ip_bits (prefix.ip.family) - prefix.len;
  guint32 mask = host_bits >= 32 ? G_MAXUINT32 : (1u << host_bits) - 1;

  return vn_ip_add (vn_prefix_first (prefix), n & mask);
}

/* Returns: whether an entry of multicast_ranges holds @vni. */
static gboolean
find_range (const VnConfig *agent, VnVni vni, VnIp *ret_group)
{
  const char *const *ranges = vn_config_list (agent, VN_OPT_VXLAN_MULTICAST_RANGES);

  for (guint i = 0; ranges[i] != NULL; i++)
    if (range_holds (ranges[i], vni, ret_group))
      return TRUE;
  return FALSE;
}

VnOptionId
vn_vxlan_group_option (const VnConfig *agent, VnVni vni)
{
  VnIp group;

  return find_range (agent, vni, &group) ? VN_OPT_VXLAN_MULTICAST_RANGES : VN_OPT_VXLAN_GROUP;
}

VnIp
vn_vxlan_group (const VnConfig *agent, VnVni vni)
{
  VnPrefix prefix;
  VnIp group;

  if (find_range (agent, vni, &group))
    return group;
  if (!vn_prefix_parse (vn_config_string (agent, VN_OPT_VXLAN_GROUP), &prefix))
    return (VnIp){ .family = VN_FAMILY_NONE };
  return nth_address (prefix, vni.id);
}

guint16
vn_vxlan_udp_port (const VnConfig *agent)
{
  gint64 port = vn_config_int (agent, VN_OPT_VXLAN_UDP_DSTPORT, 0);

  return port == 0 ? DEFAULT_UDP_PORT : (guint16)port;
}

gboolean
vn_vxlan_proxy (const VnConfig *agent)
{
  return vn_config_bool (agent, VN_OPT_VXLAN_L2_POPULATION) && vn_config_bool (agent, VN_OPT_VXLAN_ARP_RESPONDER);
}

gint
vn_vxlan_tos (const VnConfig *agent)
{
  if (vn_config_int (agent, VN_OPT_VXLAN_TOS, 0) != 0)
    return (gint)vn_config_int (agent, VN_OPT_VXLAN_TOS, 0);
  if (vn_config_bool (agent, VN_OPT_AGENT_DSCP_INHERIT))
    return VN_TOS_INHERIT;
  if (vn_config_int (agent, VN_OPT_AGENT_DSCP, 0) != 0)
    return (gint)vn_config_int (agent, VN_OPT_AGENT_DSCP, 0) * 4;
  return VN_TOS_DEFAULT;
}

guint
vn_vxlan_overhead_bytes (const VnConfig *agent)
{
  gboolean is_v6 = vn_config_ip (agent, VN_OPT_VXLAN_LOCAL_IP).family == VN_FAMILY_IPV6;

  return VXLAN_HEADERS_BYTES + (is_v6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES);
}

guint
vn_machine_tunnel_interface (const VnMachine *machine)
{
  VnIp local_ip = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP);

  if (!vn_ip_is_set (local_ip))
    return VN_NONE;
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);

      if (interface->has_address && vn_ip_equal (interface->address.ip, local_ip))
        return i;
    }
  return VN_NONE;
}

const char *
vn_machine_host (const VnMachine *machine)
{
  const VnConfig *config = machine->agent != NULL ? machine->agent : machine->server;

  return vn_config_has (config, VN_OPT_HOST) ? vn_config_string (config, VN_OPT_HOST) : machine->name;
}

gboolean
vn_mapping_split (const char *item, char **ret_key, char **ret_value)
{
  g_auto (GStrv) fields = g_strsplit (item, ":", -1);

  if (g_strv_length (fields) != 2 || *g_strstrip (fields[0]) == '\0' || *g_strstrip (fields[1]) == '\0')
    return FALSE;
  *ret_key = g_strdup (fields[0]);
  *ret_value = g_strdup (fields[1]);
  return TRUE;
}

char *
vn_mapping_find (const VnConfig *agent, VnOptionId id, const char *physical_network)
{
  const char *const *items = vn_config_list (agent, id);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;

      if (vn_mapping_split (items[i], &key, &value) && strcmp (key, physical_network) == 0)
        return g_steal_pointer (&value);
    }
  return NULL;
}

guint
vn_machine_uplink (const VnMachine *machine, const VnNetwork *network)
{
  g_autofree char *name = NULL;

  if (network->physical_network != NULL)
    name = vn_mapping_find (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, network->physical_network);
  for (guint i = 0; name != NULL && i < machine->interfaces->len; i++)
    if (strcmp (VN_AT (machine->interfaces, VnInterface, i)->name, name) == 0)
      return i;
  return VN_NONE;
}

/* The smaller of two limits, of which 0 and less stand for "none". */
static gint64
lower_limit (gint64 a, gint64 b)
{
  if (a <= 0 || b <= 0)
    return MAX (0, MAX (a, b));
  return MIN (a, b);
}

/* physical_network_mtus is a mapping whose values are numbers; an entry that is not is only logged there. 0 if none. */
static gint64
physical_mtu (const VnConfig *server, const char *physical_network)
{
  g_autofree char *text = NULL;
  gint64 mtu;

  if (physical_network != NULL)
    text = vn_mapping_find (server, VN_OPT_ML2_PHYSICAL_NETWORK_MTUS, physical_network);
  return text != NULL && vn_parse_int (text, 1, G_MAXINT64, &mtu) ? mtu : 0;
}

static gint64
overlay_mtu (const VnConfig *server, gint64 global)
{
  gint64 underlay = lower_limit (global, vn_config_int (server, VN_OPT_ML2_PATH_MTU, 0));
  gboolean is_v6 = vn_config_int (server, VN_OPT_ML2_OVERLAY_IP_VERSION, 4) == 6;

  return underlay == 0 ? 0 : underlay - (is_v6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES) - VXLAN_HEADERS_BYTES;
}

gint64
vn_mtu_limit (const VnConfig *server, VnNetType type, const char *physical_network)
{
  gint64 global = MAX (0, vn_config_int (server, VN_OPT_GLOBAL_PHYSNET_MTU, 0));

  switch (type)
    {
    case VN_NET_VXLAN:
      return overlay_mtu (server, global);
    case VN_NET_FLAT:
    case VN_NET_VLAN:
      return lower_limit (global, physical_mtu (server, physical_network));
    default:
      return global;
    }
}
