/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisors' networks as tables.
 *
 * Each is an Ethernet switch. Where the PC has an interface in it, it is a bridge on the PC under the product's name,
 * whatever the product uses, with the PC's address on it. Where the PC has none (VirtualBox's NAT engines, NAT networks
 * and internal networks), it is a bridge in a namespace beside the PC.
 *
 * VirtualBox's and VMware's NAT engines are user-space TCP/IP stacks: they end the guest's packets and open sockets on
 * the host in their place. Here an engine is a namespace that forwards and translates, with a link of two addresses to
 * the PC, which translates once more to its own address: seen from outside, and by the guest, the same. */
#include "sim/modes/vn-modes.h"

#include "sim/modes/vn-modes-private.h"
#include "sim/plan/vn-station.h"

#include <string.h>

/* How a product calls the host's side of a VM's cable. VirtualBox and VMware keep it inside their own drivers. */
static const char *const tap_prefix[] = {
  [VN_PRODUCT_VIRTUALBOX] = "tap",
  [VN_PRODUCT_VMWARE] = "tap",
  [VN_PRODUCT_LIBVIRT] = "vnet",
};

/* Locally administered; VirtualBox's engine has this one for its gateway, which is all that a guest sees of it. */
static const VnMac virtualbox_gateway_mac = { { 0x52, 0x54, 0x00, 0x12, 0x35, 0x02 } };

static VnMac
station_mac (guint hv_network, guint8 side)
{
  return (VnMac){ { 0x02, 0x76, 0x6e, side, (guint8)(hv_network >> 8), (guint8)hv_network } };
}

const char *
vn_modes_inner_dev (const VnTopology *t, const VnHvNetwork *network)
{
  const char *node = network->engine_node != NULL ? network->engine_node : network->service_node;

  if (g_str_equal (node, network->switch_node) || g_str_equal (node, vn_topology_machine (t, network->machine)->name))
    return network->switch_dev;
  return VN_STATION_DEV;
}

VnRuleset *
vn_modes_ruleset (VnTables *tables, const char *node, VnTool tool)
{
  VnRuleset *ruleset;

  for (guint i = 0; i < tables->rulesets->len; i++)
    {
      ruleset = g_ptr_array_index (tables->rulesets, i);
      if (ruleset->tool == tool && g_str_equal (ruleset->node, node))
        return ruleset;
    }
  ruleset = vn_ruleset_new (node, tool);
  g_ptr_array_add (tables->rulesets, ruleset);
  return ruleset;
}

static void
add_addresses (const VnHvNetwork *network, const char *node, const char *dev, VnTables *tables)
{
  /* The DHCP server names itself by the first one. */
  const VnIp ips[]
      = { network->dhcp.enabled ? network->dhcp.address : network->gateway, network->gateway, network->dns };

  for (guint i = 0; i < G_N_ELEMENTS (ips); i++)
    {
      gboolean is_there = !vn_ip_is_set (ips[i]) || vn_ip_equal (ips[i], network->host_address);

      for (guint j = 0; j < i; j++)
        is_there = is_there || vn_ip_equal (ips[j], ips[i]);
      if (!is_there)
        vn_tables_add (tables, vn_kobj_addr (node, dev, (VnPrefix){ ips[i], network->cidr.len }), network->origin);
    }
}

static void
add_bridge (const VnHvNetwork *network, gboolean has_mac, VnMac mac, VnTables *tables)
{
  VnKobj bridge = vn_kobj_link (network->switch_node, VN_LINK_BRIDGE, network->switch_dev);

  bridge.u.link.up = TRUE;
  bridge.u.link.no_autoconf = network->cidr.ip.family != VN_FAMILY_IPV6;
  bridge.u.link.has_mac = has_mac;
  bridge.u.link.mac = mac;
  bridge.u.link.u.bridge.forward_delay_sec = 15;
  vn_tables_add (tables, bridge, network->origin);
}

static void
add_switch (const VnTopology *t, const VnHvNetwork *network, VnTables *tables)
{
  gboolean on_pc = g_str_equal (network->switch_node, vn_topology_machine (t, network->machine)->name);
  gboolean in_engine = g_strcmp0 (network->switch_node, network->engine_node) == 0;

  if (!on_pc)
    vn_tables_add_node (tables, network->switch_node, in_engine ? VN_NODE_GUEST : VN_NODE_SWITCH, FALSE,
                        network->origin);
  add_bridge (network, on_pc || in_engine, in_engine ? virtualbox_gateway_mac : network->host_mac, tables);
  if (on_pc || in_engine)
    vn_tables_add_station_device (tables, network->switch_node, network->switch_dev, FALSE, network->origin);
  if (vn_ip_is_set (network->host_address))
    vn_tables_add (tables,
                   vn_kobj_addr (network->switch_node, network->switch_dev,
                                 (VnPrefix){ network->host_address, network->cidr.len }),
                   network->origin);
  if (in_engine)
    add_addresses (network, network->switch_node, network->switch_dev, tables);
}

/* A program of the hypervisor's that is a station of the network: a cable of its own into the switch. */
static void
add_station (const VnTopology *t, guint index, VnTables *tables)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, index);
  const char *node = network->engine_node != NULL ? network->engine_node : network->service_node;
  char port[16];
  VnPlug station
      = { .node = node, .dev = VN_STATION_DEV, .has_mac = TRUE, .mac = station_mac (index, 0), .no_offload = TRUE };
  VnPlug plug = { .node = network->switch_node, .dev = port, .master = network->switch_dev, .no_offload = TRUE };

  if (node == NULL || g_str_equal (node, network->switch_node)
      || g_str_equal (node, vn_topology_machine (t, network->machine)->name))
    return;
  g_snprintf (port, sizeof port, "%s%u", network->engine_node != NULL ? "nat" : "dhcp", index);
  vn_tables_add_node (tables, node, VN_NODE_GUEST, FALSE, network->origin);
  vn_tables_add_cable (tables, &station, &plug, 0, network->origin);
  vn_tables_add_station_device (tables, node, VN_STATION_DEV, FALSE, network->origin);
  add_addresses (network, node, VN_STATION_DEV, tables);
}

/* The link of an engine to its PC, and its way out. */
static void
add_engine (const VnTopology *t, guint index, VnTables *tables)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, index);
  const char *pc = vn_topology_machine (t, network->machine)->name;
  VnPrefix inner = vn_engine_link_address (network->engine_number, FALSE);
  VnPrefix outer = vn_engine_link_address (network->engine_number, TRUE);
  VnPrefix everywhere = { { VN_FAMILY_IPV4, { 0 } }, 0 };
  char dev[16];
  VnPlug up = { .node = network->engine_node,
                .dev = VN_ENGINE_UPLINK,
                .has_mac = TRUE,
                .mac = station_mac (index, 1),
                .no_offload = TRUE };
  VnPlug down = { .node = pc, .dev = dev, .has_mac = TRUE, .mac = station_mac (index, 2), .no_offload = TRUE };

  if (network->engine_node == NULL)
    return;
  vn_engine_link_dev (network->engine_number, dev);
  vn_tables_add_cable (tables, &down, &up, 0, network->origin);
  vn_tables_add_station_device (tables, pc, dev, FALSE, network->origin);
  vn_tables_add_station_device (tables, up.node, up.dev, FALSE, network->origin);
  vn_tables_add (tables, vn_kobj_addr (pc, dev, outer), network->origin);
  vn_tables_add (tables, vn_kobj_addr (up.node, up.dev, inner), network->origin);
  vn_tables_add (tables, vn_kobj_route (up.node, everywhere, outer.ip, up.dev), network->origin);
  vn_tables_add (tables, vn_kobj_sysctl (up.node, "net.ipv4.ip_forward", "1"), network->origin);
}

static void
add_vm_interface (const VnHvNetwork *network, const char *tap, const VnMachine *vm, const VnInterface *interface,
                  VnTables *tables)
{
  gboolean ipv6 = interface->has_address && interface->address.ip.family == VN_FAMILY_IPV6;
  VnPlug tap_end = { .node = network->switch_node, .dev = tap, .master = network->switch_dev, .no_offload = TRUE };
  VnPlug vm_end = { .node = vm->name,
                    .dev = interface->name,
                    .has_mac = TRUE,
                    .mac = interface->mac,
                    .autoconf = ipv6,
                    .no_offload = TRUE };

  vn_tables_add_cable (tables, &tap_end, &vm_end, interface->mtu, interface->origin);
  vn_tables_add_station_device (tables, vm->name, interface->name, ipv6, interface->origin);
  if (interface->has_address)
    vn_tables_add (tables, vn_kobj_addr (vm->name, interface->name, interface->address), interface->address_origin);
}

/* @n_taps: numbers the taps of one PC over all its VMs. */
static void
add_vm (const VnTopology *t, const VnMachine *vm, guint *n_taps, VnTables *tables)
{
  for (guint i = 0; i < vm->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (vm->interfaces, VnInterface, i);
      g_autofree char *tap = NULL;

      if (interface->hv_network == VN_NONE)
        continue;
      tap = g_strdup_printf ("%s%u", tap_prefix[vn_topology_machine (t, vm->on)->product], (*n_taps)++);
      add_vm_interface (vn_topology_hv_network (t, interface->hv_network), tap, vm, interface, tables);
    }
}

void
vn_modes_render_networks (const VnTopology *t, VnTables *tables)
{
  for (guint i = 0; i < t->hv_networks->len; i++)
    {
      add_switch (t, vn_topology_hv_network (t, i), tables);
      add_station (t, i, tables);
      add_engine (t, i, tables);
    }
  for (guint i = 0; i < t->machines->len; i++)
    {
      guint n_taps = 0;

      for (guint j = 0; j < t->machines->len; j++)
        if (vn_topology_machine (t, j)->on == i)
          add_vm (t, vn_topology_machine (t, j), &n_taps, tables);
    }
}

void
vn_modes_render (const VnTopology *topology, VnTables *tables)
{
  vn_modes_render_networks (topology, tables);
  vn_modes_render_routing (topology, tables);
  vn_modes_render_rules (topology, tables);
  vn_modes_render_services (topology, tables);
}
