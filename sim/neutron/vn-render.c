/* SPDX-License-Identifier: Apache-2.0 */
/* From an agent's memory to the state of its host and of the instances on it.
 *
 * Three programs build a port (Neutron 21.0.0 and os-vif 3.0.0): os-vif makes the bridge of an instance's port, the
 * hypervisor the tap in it, the agent the uplink device. The instance is a namespace, its eth0 the other end of the
 * tap; the tap has the port's MAC with 0xfe in front, as libvirt gives it. */
#include "sim/neutron/vn-render.h"

#include "sim/model/vn-driver.h"
#include "sim/model/vn-port.h"
#include "sim/plan/vn-station.h"

#define TAP_FIRST_OCTET 0xfe
#define TOS_INHERIT 1
#define IPV6_MIN_MTU 1280

static const struct
{
  const char *format;
  const char *value;
} bridge_sysctls[] = {
  { "net.ipv4.conf.%s.arp_ignore", "1" },
  { "net.ipv4.conf.%s.arp_announce", "2" },
};

static const char *
host_node (const VnAgent *agent)
{
  return vn_topology_machine (agent->topology, agent->machine)->name;
}

static const VnPort *
nth_port (const VnAgent *agent, guint i)
{
  return vn_topology_port (agent->topology, g_array_index (agent->ports, guint, i));
}

/* ---- networks ---- */

/* Below IPv6's smallest MTU (RFC 8200, section 5) the kernel takes IPv6 off a device, this option with it. */
static void
add_disable_ipv6 (const VnNetwork *network, const char *node, const char *device, VnTables *tables)
{
  if (network->mtu >= IPV6_MIN_MTU)
    vn_tables_add_device_sysctl (tables, node, device, "net.ipv6.conf.%s.disable_ipv6", "1", network->origin);
}

static void
add_bridge (const VnAgent *agent, const VnNetwork *network, VnTables *tables)
{
  const char *node = host_node (agent);
  char bridge[16];

  vn_name_bridge (network->id, bridge);
  vn_tables_add_bridge (tables, node, bridge, network->origin);
  add_disable_ipv6 (network, node, bridge, tables);
  for (guint i = 0; i < G_N_ELEMENTS (bridge_sysctls); i++)
    vn_tables_add_device_sysctl (tables, node, bridge, bridge_sysctls[i].format, bridge_sysctls[i].value,
                                 network->origin);
}

static guint8
outer_tos (const VnConfig *config)
{
  gint tos = vn_vxlan_tos (config);

  return tos == -2 ? TOS_INHERIT : tos < 0 ? 0 : (guint8)tos;
}

/* Unicast mode has `local` and no group, multicast mode the other way round; an agent that wanted unicast mode and fell
 * back has both. */
static void
add_vxlan (const VnAgent *agent, const VnNetwork *network, VnTables *tables)
{
  const VnMachine *machine = vn_topology_machine (agent->topology, agent->machine);
  const VnConfig *config = machine->agent;
  const VnInterface *lower = VN_AT (machine->interfaces, VnInterface, vn_machine_tunnel_interface (machine));
  VnVni vni = { network->segmentation_id };
  VnKobj obj = vn_kobj_link (machine->name, VN_LINK_VXLAN, "");
  VnLink *link = &obj.u.link;
  VnVxlan *vxlan = &link->u.vxlan;

  vn_name_vxlan (vni, link->name);
  vn_name_bridge (network->id, link->master);
  link->mtu = network->mtu;
  link->up = TRUE;
  link->no_autoconf = TRUE;
  vxlan->vni = vni;
  if (vn_vxlan_mode (config) == VN_VXLAN_MULTICAST)
    vxlan->group = vn_vxlan_group (config, vni);
  if (vn_config_bool (config, VN_OPT_VXLAN_L2_POPULATION))
    vxlan->local = vn_config_ip (config, VN_OPT_VXLAN_LOCAL_IP);
  g_strlcpy (vxlan->lower, lower->name, sizeof vxlan->lower);
  vxlan->dstport = vn_vxlan_udp_port (config);
  vxlan->srcport_min = (guint16)vn_config_int (config, VN_OPT_VXLAN_UDP_SRCPORT_MIN, 0);
  vxlan->srcport_max = (guint16)vn_config_int (config, VN_OPT_VXLAN_UDP_SRCPORT_MAX, 0);
  vxlan->ttl = (guint8)vn_config_int (config, VN_OPT_VXLAN_TTL, 0);
  vxlan->tos = outer_tos (config);
  vxlan->proxy = vn_vxlan_proxy (config);
  vn_tables_add (tables, obj, network->origin);
  add_disable_ipv6 (network, machine->name, link->name, tables);
}

static gboolean
is_first_of_network (const VnAgent *agent, guint i)
{
  for (guint j = 0; j < i; j++)
    if (nth_port (agent, j)->network == nth_port (agent, i)->network)
      return FALSE;
  return TRUE;
}

static void
add_networks (const VnAgent *agent, VnTables *tables)
{
  for (guint i = 0; i < agent->ports->len; i++)
    if (is_first_of_network (agent, i))
      add_bridge (agent, vn_topology_network (agent->topology, nth_port (agent, i)->network), tables);
  for (guint i = 0; i < agent->networks->len; i++)
    {
      const VnNetwork *network = vn_topology_network (agent->topology, g_array_index (agent->networks, guint, i));

      if (network->type == VN_NET_VXLAN)
        add_vxlan (agent, network, tables);
    }
}

/* ---- ports and instances ---- */

static const VnEnd *
end_of_port (const VnTopology *t, guint port)
{
  for (guint i = 0; i < t->ends->len; i++)
    if (vn_topology_end (t, i)->kind == VN_END_PORT && vn_topology_end (t, i)->port == port)
      return vn_topology_end (t, i);
  return NULL;
}

static gboolean
server_has_ipv6 (const VnTopology *t, const VnServer *server)
{
  for (guint i = 0; i < server->ports->len; i++)
    if (vn_port_has_family (vn_topology_port (t, g_array_index (server->ports, guint, i)), VN_FAMILY_IPV6))
      return TRUE;
  return FALSE;
}

/* An instance's namespace comes with its first port; a port without a server has a namespace in which nobody lives. */
static void
add_instance (const VnAgent *agent, guint i, const char *node, VnTables *tables)
{
  const VnPort *port = nth_port (agent, i);
  const VnServer *server;

  if (port->server == VN_NONE)
    {
      vn_tables_add_node (tables, node, VN_NODE_GUEST, FALSE, port->origin);
      return;
    }
  for (guint j = 0; j < i; j++)
    if (nth_port (agent, j)->server == port->server)
      return;
  server = vn_topology_server (agent->topology, port->server);
  vn_tables_add_node (tables, node, VN_NODE_GUEST, server_has_ipv6 (agent->topology, server), server->origin);
}

static void
add_addresses (const VnEnd *end, VnOrigin origin, VnTables *tables)
{
  for (guint i = 0; i < end->addresses->len; i++)
    vn_tables_add (tables, vn_kobj_addr (end->node, end->dev, g_array_index (end->addresses, VnPrefix, i)), origin);
  for (guint i = 0; i < G_N_ELEMENTS (end->gateway); i++)
    if (vn_ip_is_set (end->gateway[i]))
      {
        VnPrefix any = { .ip = { .family = end->gateway[i].family }, .len = 0 };

        vn_tables_add (tables, vn_kobj_route (end->node, any, end->gateway[i], end->dev), origin);
      }
}

static void
add_port (const VnAgent *agent, guint i, VnTables *tables)
{
  const VnTopology *t = agent->topology;
  const VnPort *port = nth_port (agent, i);
  const VnNetwork *network = vn_topology_network (t, port->network);
  const VnEnd *end = end_of_port (t, g_array_index (agent->ports, guint, i));
  g_autofree char *nobody = g_strdup_printf ("port-%.11s", port->id);
  char tap[16], bridge[16];
  VnPlug tap_end
      = { .node = host_node (agent), .dev = tap, .master = bridge, .has_mac = TRUE, .mac = port->mac_address };
  VnPlug guest_end = { .node = end != NULL ? end->node : nobody,
                       .dev = end != NULL ? end->dev : "eth0",
                       .has_mac = TRUE,
                       .mac = port->mac_address,
                       .autoconf = end != NULL && vn_port_has_family (port, VN_FAMILY_IPV6),
                       .no_offload = TRUE };

  vn_name_tap (port->id, tap);
  vn_name_bridge (network->id, bridge);
  tap_end.mac.b[0] = TAP_FIRST_OCTET;
  add_instance (agent, i, guest_end.node, tables);
  vn_tables_add_cable (tables, &tap_end, &guest_end, network->mtu, port->origin);
  vn_tables_add_station_device (tables, guest_end.node, guest_end.dev, guest_end.autoconf, port->origin);
  if (end != NULL)
    add_addresses (end, port->origin, tables);
}

/* ---- what the server told ---- */

static void
device_of_network (const VnAgent *agent, guint network, char ret[16])
{
  vn_name_vxlan ((VnVni){ vn_topology_network (agent->topology, network)->segmentation_id }, ret);
}

static void
add_forwarding (const VnAgent *agent, VnTables *tables)
{
  char dev[16];

  for (guint i = 0; i < agent->neighbours->len; i++)
    {
      const VnAgentNeigh *neighbour = &g_array_index (agent->neighbours, VnAgentNeigh, i);

      device_of_network (agent, neighbour->network, dev);
      vn_tables_add (tables, vn_kobj_neigh (host_node (agent), dev, neighbour->ip, neighbour->mac), neighbour->origin);
    }
  for (guint i = 0; i < agent->fdb->len; i++)
    {
      const VnAgentFdb *fdb = &g_array_index (agent->fdb, VnAgentFdb, i);

      device_of_network (agent, fdb->network, dev);
      vn_tables_add (tables, vn_kobj_fdb (host_node (agent), dev, fdb->mac, fdb->dst), fdb->origin);
    }
}

void
vn_agent_render (const VnAgent *agent, VnTables *tables)
{
  add_networks (agent, tables);
  for (guint i = 0; i < agent->ports->len; i++)
    add_port (agent, i, tables);
  add_forwarding (agent, tables);
  vn_firewall_render (agent, tables);
  vn_arp_protect_render (agent, tables);
}
