/* SPDX-License-Identifier: Apache-2.0 */
/* From an agent's memory to the state of its host and of the instances on it.
 *
 * Three programs build a port (Neutron 21.0.0 and os-vif 3.0.0): os-vif makes the bridge of an instance's port, the
 * hypervisor the tap in it, the agent the uplink device. The instance is a namespace, its eth0 the other end of the
 * tap; the tap has the port's MAC with 0xfe in front, as libvirt gives it. */
#include "sim/neutron/vn-render.h"

#include "sim/model/vn-port.h"
#include "sim/neutron/vn-agent-qos.h"
#include "sim/neutron/vn-uplink.h"
#include "sim/plan/vn-station.h"

#define TAP_FIRST_OCTET 0xfe
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

static const VnAgentTap *
nth_tap (const VnAgent *agent, guint i)
{
  return &g_array_index (agent->taps, VnAgentTap, i);
}

/* As the instance was given it. */
static const VnPort *
port_of_tap (const VnAgentTap *tap)
{
  return vn_topology_port (tap->seen, tap->port);
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

  if (vn_uplink_bridge_is_given (agent, network))
    return;
  vn_name_bridge (network->id, bridge);
  vn_tables_add_bridge (tables, node, bridge, network->origin);
  add_disable_ipv6 (network, node, bridge, tables);
  for (guint i = 0; i < G_N_ELEMENTS (bridge_sysctls); i++)
    vn_tables_add_device_sysctl (tables, node, bridge, bridge_sysctls[i].format, bridge_sysctls[i].value,
                                 network->origin);
}

/* The default routes first: their metrics are found by the interfaces that they have not left yet. */
static void
add_networks (const VnAgent *agent, VnTables *tables)
{
  vn_uplink_render_routes (agent, tables);
  for (guint i = 0; i < agent->bridges->len; i++)
    add_bridge (agent, vn_topology_network (agent->model, g_array_index (agent->bridges, guint, i)), tables);
  for (guint i = 0; i < agent->uplinks->len; i++)
    vn_uplink_render (agent, vn_topology_network (agent->model, g_array_index (agent->uplinks, guint, i)), tables);
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
  const VnAgentTap *tap = nth_tap (agent, i);
  const VnPort *port = port_of_tap (tap);
  const VnServer *server;

  if (port->server == VN_NONE)
    {
      vn_tables_add_node (tables, node, VN_NODE_GUEST, FALSE, port->origin);
      return;
    }
  for (guint j = 0; j < i; j++)
    if (port_of_tap (nth_tap (agent, j))->server == port->server)
      return;
  server = vn_topology_server (tap->seen, port->server);
  vn_tables_add_node (tables, node, VN_NODE_GUEST, server_has_ipv6 (tap->seen, server), server->origin);
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

/* The agent sets the link of a port that it processed as the server says. */
static gboolean
is_set_down (const VnAgent *agent, guint port)
{
  for (guint i = 0; i < agent->ports->len; i++)
    if (g_array_index (agent->ports, VnAgentPort, i).port == port)
      return !vn_topology_port (agent->topology, port)->deleted
             && !vn_topology_port (agent->topology, port)->admin_state_up;
  return FALSE;
}

static void
add_tap (const VnAgent *agent, guint i, VnTables *tables)
{
  const VnAgentTap *tap = nth_tap (agent, i);
  const VnPort *port = port_of_tap (tap);
  const VnNetwork *network = vn_topology_network (tap->seen, port->network);
  const VnEnd *end = end_of_port (tap->seen, tap->port);
  g_autofree char *nobody = g_strdup_printf ("port-%.11s", port->id);
  char name[16], bridge[16];
  VnPlug host_end = { .node = host_node (agent),
                      .dev = name,
                      .master = vn_agent_has_number (agent->bridges, port->network) ? bridge : NULL,
                      .has_mac = TRUE,
                      .mac = port->mac_address,
                      .is_down = is_set_down (agent, tap->port) };
  VnPlug guest_end = { .node = end != NULL ? end->node : nobody,
                       .dev = end != NULL ? end->dev : "eth0",
                       .has_mac = TRUE,
                       .mac = port->mac_address,
                       .autoconf = end != NULL && vn_port_has_family (port, VN_FAMILY_IPV6),
                       .no_offload = TRUE };

  vn_name_tap (port->id, name);
  vn_uplink_bridge (agent, network, bridge);
  host_end.mac.b[0] = TAP_FIRST_OCTET;
  add_instance (agent, i, guest_end.node, tables);
  vn_tables_add_cable (tables, &host_end, &guest_end, network->mtu, port->origin);
  vn_tables_add_station_device (tables, guest_end.node, guest_end.dev, guest_end.autoconf, port->origin);
  if (end != NULL)
    add_addresses (end, port->origin, tables);
}

/* ---- what the server told ---- */

static void
device_of_network (const VnAgent *agent, guint network, char ret[16])
{
  vn_name_vxlan ((VnVni){ vn_topology_network (agent->model, network)->segmentation_id }, ret);
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

static void
add_flushes (const VnAgent *agent, VnTables *tables)
{
  for (guint i = 0; i < agent->flushes->len; i++)
    {
      const VnAgentFlush *flush = &g_array_index (agent->flushes, VnAgentFlush, i);
      VnConntrack tracked = { .family = flush->family,
                              .protocol = flush->protocol,
                              .src = flush->src,
                              .dst = flush->dst,
                              .zone = (guint16)flush->zone };

      vn_tables_add_flush (tables, vn_kobj_conntrack (host_node (agent), tracked), flush->origin);
    }
}

void
vn_agent_render (const VnAgent *agent, VnTables *tables)
{
  add_networks (agent, tables);
  for (guint i = 0; i < agent->taps->len; i++)
    add_tap (agent, i, tables);
  vn_agent_qos_render (agent, tables);
  add_forwarding (agent, tables);
  add_flushes (agent, tables);
  vn_firewall_render (agent, tables);
  vn_arp_protect_render (agent, tables);
}
