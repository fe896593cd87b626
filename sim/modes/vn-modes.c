/* SPDX-License-Identifier: Apache-2.0 */
/* What hypervisors build on a PC: network modes of VMs as tables.
 *
 * Host-only: the hypervisor's own switch, with the PC itself as one more station of it, and nothing beyond. It is a
 * bridge here whatever the product uses, under the product's name, with the host's address on it. */
#include "sim/modes/vn-modes.h"

#include "sim/plan/vn-station.h"

/* How a product calls the host's side of a VM's cable. VirtualBox and VMware keep it inside their own drivers. */
static const char *const tap_prefix[] = {
  [VN_PRODUCT_VIRTUALBOX] = "tap",
  [VN_PRODUCT_VMWARE] = "tap",
  [VN_PRODUCT_LIBVIRT] = "vnet",
};

/* The PC's own end point in its host-only network; NULL if it has none. */
static const VnEnd *
host_end (const VnTopology *t, guint machine)
{
  for (guint i = 0; i < t->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (t, i);

      if (end->kind == VN_END_INTERFACE && end->machine == machine && end->interface == VN_NONE)
        return end;
    }
  return NULL;
}

static void
add_host_side (const VnEnd *end, VnOrigin origin, VnTables *tables)
{
  VnKobj bridge = vn_kobj_link (end->node, VN_LINK_BRIDGE, end->dev);

  bridge.u.link.up = TRUE;
  bridge.u.link.no_autoconf = !vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV6));
  bridge.u.link.has_mac = TRUE;
  bridge.u.link.mac = end->mac;
  bridge.u.link.u.bridge.forward_delay_sec = 15;
  vn_tables_add (tables, bridge, origin);
  vn_tables_add_station_device (tables, end->node, end->dev, !bridge.u.link.no_autoconf, origin);
  for (guint i = 0; i < end->addresses->len; i++)
    vn_tables_add (tables, vn_kobj_addr (end->node, end->dev, g_array_index (end->addresses, VnPrefix, i)), origin);
}

static void
add_vm_interface (const VnEnd *host, const char *tap, const VnMachine *vm, const VnInterface *interface,
                  VnTables *tables)
{
  gboolean ipv6 = interface->has_address && interface->address.ip.family == VN_FAMILY_IPV6;
  VnPlug tap_end = { .node = host->node, .dev = tap, .master = host->dev, .no_offload = TRUE };
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
add_vm (const VnEnd *host, VnProduct product, const VnMachine *vm, guint *n_taps, VnTables *tables)
{
  for (guint i = 0; i < vm->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (vm->interfaces, VnInterface, i);

      if (interface->mode == VN_MODE_HOST_ONLY)
        {
          g_autofree char *tap = g_strdup_printf ("%s%u", tap_prefix[product], (*n_taps)++);

          add_vm_interface (host, tap, vm, interface, tables);
        }
    }
}

static void
add_hypervisor (const VnTopology *t, guint index, VnTables *tables)
{
  const VnMachine *pc = vn_topology_machine (t, index);
  const VnEnd *host = host_end (t, index);
  guint n_taps = 0;

  if (host == NULL)
    return;
  add_host_side (host, pc->origin, tables);
  for (guint i = 0; i < t->machines->len; i++)
    if (vn_topology_machine (t, i)->on == index)
      add_vm (host, pc->product, vn_topology_machine (t, i), &n_taps, tables);
}

void
vn_modes_render (const VnTopology *topology, VnTables *tables)
{
  for (guint i = 0; i < topology->machines->len; i++)
    if (vn_topology_machine (topology, i)->has_hypervisor)
      add_hypervisor (topology, i, tables);
}
