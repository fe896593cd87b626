/* SPDX-License-Identifier: Apache-2.0 */
/* Uplinks of networks (Neutron 21.0.0, linuxbridge agent: ensure_physical_in_bridge).
 *
 * local: none. vxlan: a VXLAN device over the interface that has local_ip. flat: the interface that
 * physical_interface_mappings names, itself; what it had of addresses, and the default route by it, moves to the bridge
 * first, since a bridge port's own addresses are of no use. vlan: a sub-interface of that interface, which has no
 * addresses that could move.
 *
 * A default route is moved by adding it on the other device with a metric one below the old one's (100 where there was
 * none), and deleting the old one. It comes back the same way when the network is deleted, so that each network that
 * was there leaves its trace: none, 100, 99, … */
#include "sim/neutron/vn-uplink.h"

#include <string.h>

#include "sim/model/vn-driver.h"
#include "sim/plan/vn-station.h"

#define TOS_INHERIT 1
#define IPV6_MIN_MTU 1280
#define FIRST_MOVED_METRIC 100u

static const VnMachine *
host_of (const VnAgent *agent)
{
  return vn_topology_machine (agent->topology, agent->machine);
}

static const VnInterface *
nth_interface (const VnAgent *agent, guint i)
{
  return VN_AT (host_of (agent)->interfaces, VnInterface, i);
}

/* ---- what can be built ---- */

/* The kernel refuses an MTU that leaves no room for the outer headers; the agent then deletes the device again. */
static const char *
vxlan_refuses (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan G_GNUC_UNUSED)
{
  const VnMachine *machine = host_of (agent);
  guint index = vn_machine_tunnel_interface (machine);

  if (index == VN_NONE)
    return "no interface of the host has the agent's local_ip";
  if (network->segmentation_id > VN_VNI_MAX)
    return "the kernel takes no VNI over 16777215";
  if (network->mtu + vn_vxlan_overhead_bytes (machine->agent) > nth_interface (agent, index)->mtu)
    return "the network's MTU leaves no room for VXLAN's headers on the tunnel interface";
  return NULL;
}

/* os-vif switches IPv6 off on the bridge, and a device without IPv6 takes no IPv6 address. */
static const char *
flat_refuses (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan G_GNUC_UNUSED)
{
  guint index = vn_machine_uplink (host_of (agent), network);
  const VnInterface *nic = index != VN_NONE ? nth_interface (agent, index) : NULL;

  if (vn_uplink_bridge_is_given (agent, network))
    return NULL;
  if (nic == NULL)
    return "the host has no interface that physical_interface_mappings names for the physical network";
  if (nic->has_address && nic->address.ip.family == VN_FAMILY_IPV6)
    return "the interface's IPv6 address can't move to the bridge, where IPv6 is off";
  return NULL;
}

static const char *
vlan_refuses (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan)
{
  if (vn_machine_uplink (host_of (agent), network) == VN_NONE)
    return "the host has no interface that physical_interface_mappings names for the physical network";
  return no_vlan ? "this kernel has no 802.1Q devices (CONFIG_VLAN_8021Q)" : NULL;
}

/* ---- the devices ---- */

/* Below IPv6's smallest MTU (RFC 8200, section 5) the kernel takes IPv6 off a device, this option with it. */
static void
add_disable_ipv6 (const VnAgent *agent, const VnNetwork *network, const char *device, VnTables *tables)
{
  if (network->mtu >= IPV6_MIN_MTU)
    vn_tables_add_device_sysctl (tables, host_of (agent)->name, device, "net.ipv6.conf.%s.disable_ipv6", "1",
                                 network->origin);
}

static guint8
outer_tos (const VnConfig *config)
{
  gint tos = vn_vxlan_tos (config);

  return tos == VN_TOS_INHERIT ? TOS_INHERIT : tos < 0 ? 0 : (guint8)tos;
}

/* Unicast mode has `local` and no group, multicast mode the other way round; an agent that wanted unicast mode and fell
 * back has both. */
static void
add_vxlan (const VnAgent *agent, const VnNetwork *network, VnTables *tables)
{
  const VnConfig *config = host_of (agent)->agent;
  const VnInterface *lower = nth_interface (agent, vn_machine_tunnel_interface (host_of (agent)));
  VnVni vni = { network->segmentation_id };
  VnKobj obj = vn_kobj_link (host_of (agent)->name, VN_LINK_VXLAN, "");
  VnLink *link = &obj.u.link;
  VnVxlan *vxlan = &link->u.vxlan;

  vn_name_vxlan (vni, link->name);
  vn_uplink_bridge (agent, network, link->master);
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
  add_disable_ipv6 (agent, network, link->name, tables);
}

static void
add_vlan (const VnAgent *agent, const VnNetwork *network, VnTables *tables)
{
  const VnInterface *nic = nth_interface (agent, vn_machine_uplink (host_of (agent), network));
  VnKobj obj = vn_kobj_link (host_of (agent)->name, VN_LINK_VLAN, "");
  VnLink *link = &obj.u.link;

  vn_name_vlan (nic->name, (guint16)network->segmentation_id, link->name);
  if (!vn_uplink_bridge_is_given (agent, network))
    vn_uplink_bridge (agent, network, link->master);
  link->up = TRUE;
  link->no_autoconf = TRUE;
  g_strlcpy (link->u.vlan.lower, nic->name, sizeof link->u.vlan.lower);
  link->u.vlan.vid = (guint16)network->segmentation_id;
  vn_tables_add (tables, obj, network->origin);
  vn_tables_add_device_sysctl (tables, host_of (agent)->name, link->name, "net.ipv6.conf.%s.disable_ipv6", "1",
                               network->origin);
}

static gboolean
is_default_route (const VnKobj *obj, const char *dev)
{
  return obj->kind == VN_KOBJ_ROUTE && obj->u.route.dst.len == 0 && strcmp (obj->u.route.dev, dev) == 0;
}

/* What the scene wants of the interface @nic is wanted of @bridge instead; other routes by it are lost. */
static void
move_to_bridge (const VnAgent *agent, const VnInterface *nic, const char *bridge, VnTables *tables)
{
  const char *node = g_intern_string (host_of (agent)->name);

  for (guint i = 0; i < tables->entries->len; i++)
    {
      VnKobj *obj = &((VnEntry *)g_ptr_array_index (tables->entries, i))->obj;

      if (obj->node != node)
        continue;
      if (obj->kind == VN_KOBJ_LINK && strcmp (obj->u.link.name, nic->name) == 0)
        g_strlcpy (obj->u.link.master, bridge, sizeof obj->u.link.master);
      else if (obj->kind == VN_KOBJ_ADDR && strcmp (obj->u.addr.dev, nic->name) == 0)
        g_strlcpy (obj->u.addr.dev, bridge, sizeof obj->u.addr.dev);
      else if (is_default_route (obj, nic->name))
        g_strlcpy (obj->u.route.dev, bridge, sizeof obj->u.route.dev);
    }
}

static void
add_flat (const VnAgent *agent, const VnNetwork *network, VnTables *tables)
{
  const VnInterface *nic;
  char bridge[VN_DEV_SIZE];

  if (vn_uplink_bridge_is_given (agent, network))
    return;
  nic = nth_interface (agent, vn_machine_uplink (host_of (agent), network));
  vn_uplink_bridge (agent, network, bridge);
  move_to_bridge (agent, nic, bridge, tables);
  if (nic->has_address)
    vn_tables_add_station_device (tables, host_of (agent)->name, bridge, FALSE, nic->origin);
}

static const struct
{
  const char *(*refuses) (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan);
  void (*add) (const VnAgent *agent, const VnNetwork *network, VnTables *tables);
} uplinks[] = {
  [VN_NET_LOCAL] = { NULL, NULL },
  [VN_NET_FLAT] = { flat_refuses, add_flat },
  [VN_NET_VLAN] = { vlan_refuses, add_vlan },
  [VN_NET_VXLAN] = { vxlan_refuses, add_vxlan },
};
G_STATIC_ASSERT (G_N_ELEMENTS (uplinks) == VN_N_NET_TYPES);

const char *
vn_uplink_refuses (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan)
{
  return uplinks[network->type].refuses != NULL ? uplinks[network->type].refuses (agent, network, no_vlan) : NULL;
}

void
vn_uplink_render (const VnAgent *agent, const VnNetwork *network, VnTables *tables)
{
  if (uplinks[network->type].add != NULL)
    uplinks[network->type].add (agent, network, tables);
}

/* ---- bridges ---- */

/* Transfer full, NULL = none. */
static char *
given_bridge (const VnAgent *agent, const VnNetwork *network)
{
  return network->physical_network != NULL
             ? vn_mapping_find (host_of (agent)->agent, VN_OPT_LB_BRIDGE_MAPPINGS, network->physical_network)
             : NULL;
}

gboolean
vn_uplink_bridge_is_given (const VnAgent *agent, const VnNetwork *network)
{
  g_autofree char *bridge = given_bridge (agent, network);

  return bridge != NULL;
}

void
vn_uplink_bridge (const VnAgent *agent, const VnNetwork *network, char ret[16])
{
  g_autofree char *bridge = given_bridge (agent, network);

  if (bridge != NULL)
    g_strlcpy (ret, bridge, VN_DEV_SIZE);
  else
    vn_name_bridge (network->id, ret);
}

/* ---- default routes ---- */

void
vn_uplink_moved (VnAgent *agent, const VnNetwork *network)
{
  guint index = vn_machine_uplink (host_of (agent), network);

  if (network->type != VN_NET_FLAT || vn_uplink_bridge_is_given (agent, network) || index == VN_NONE)
    return;
  if (agent->route_moves->len <= index)
    g_array_set_size (agent->route_moves, index + 1);
  g_array_index (agent->route_moves, guint, index)++;
}

static guint
moved_metric (guint metric, guint moves)
{
  guint first = metric == 0 ? FIRST_MOVED_METRIC : metric - 1;

  return first - MIN (first, moves - 1);
}

void
vn_uplink_render_routes (const VnAgent *agent, VnTables *tables)
{
  const char *node = g_intern_string (host_of (agent)->name);

  for (guint i = 0; i < agent->route_moves->len; i++)
    for (guint j = 0; j < tables->entries->len && g_array_index (agent->route_moves, guint, i) > 0; j++)
      {
        VnKobj *obj = &((VnEntry *)g_ptr_array_index (tables->entries, j))->obj;

        if (obj->node == node && is_default_route (obj, nth_interface (agent, i)->name))
          obj->u.route.metric = moved_metric (obj->u.route.metric, g_array_index (agent->route_moves, guint, i));
      }
}
