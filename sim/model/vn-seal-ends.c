/* SPDX-License-Identifier: Apache-2.0 */
/* End points: every place in a lab that a probe can start from or arrive at.
 *
 * Servers' ports come first, then machines' and VMs' interfaces that have an address, in the order of the file. The
 * first end of a server or machine has its name ("web1"), further ones add the device ("web1:eth1"): reports, checks
 * and cell keys speak of ends by these names only. */
#include "sim/model/vn-seal.h"

/* What a hypervisor calls the host's side of its host-only network, and the MAC address that it gives it. */
static const struct
{
  const char *dev;
  VnMac mac;
} host_only[] = {
  [VN_PRODUCT_VIRTUALBOX] = { "vboxnet0", { { 0x0a, 0x00, 0x27, 0x00, 0x00, 0x00 } } },
  [VN_PRODUCT_VMWARE] = { "vmnet1", { { 0x00, 0x50, 0x56, 0xc0, 0x00, 0x01 } } },
  [VN_PRODUCT_LIBVIRT] = { "virbr1", { { 0x52, 0x54, 0x00, 0x00, 0x00, 0x01 } } },
};

guint
vn_seal_segment_domain (const VnTopology *t, guint segment)
{
  return t->networks->len + segment;
}

gboolean
vn_seal_has_host_only (const VnMachine *machine)
{
  return machine->has_hypervisor && vn_ip_is_set (machine->host_only.ip);
}

guint
vn_seal_host_only_domain (const VnTopology *t, guint hypervisor)
{
  guint domain = t->networks->len + t->segments->len;

  for (guint i = 0; i < hypervisor; i++)
    if (vn_seal_has_host_only (vn_topology_machine (t, i)))
      domain++;
  return domain;
}

guint
vn_seal_interface_domain (const VnTopology *t, const VnMachine *machine, const VnInterface *interface)
{
  if (interface->mode == VN_MODE_HOST_ONLY && machine->on != VN_NONE
      && vn_seal_has_host_only (vn_topology_machine (t, machine->on)))
    return vn_seal_host_only_domain (t, machine->on);
  if (interface->mode == VN_MODE_NONE && interface->segment != VN_NONE)
    return vn_seal_segment_domain (t, interface->segment);
  return VN_NONE;
}

VnPrefix
vn_seal_host_only_address (const VnMachine *hypervisor)
{
  VnPrefix address = hypervisor->host_only;

  address.ip = vn_ip_add (vn_prefix_first (hypervisor->host_only), 1);
  return address;
}

/* @owner: name of the server or machine; @is_first: whether the owner has no end yet. */
static VnEnd *
add_end (VnTopology *t, VnEndKind kind, const char *owner, const char *dev, gboolean is_first)
{
  VnEnd *end = g_new0 (VnEnd, 1);

  end->kind = kind;
  end->name = is_first ? g_strdup (owner) : g_strdup_printf ("%s:%s", owner, dev);
  end->node = g_intern_string (owner);
  g_strlcpy (end->dev, dev, sizeof end->dev);
  end->port = VN_NONE;
  end->machine = VN_NONE;
  end->interface = VN_NONE;
  end->addresses = g_array_new (FALSE, TRUE, sizeof (VnPrefix));
  g_ptr_array_add (t->ends, end);
  return end;
}

static gboolean
somebody_has_address (const VnTopology *t, guint network, guint except_port, VnIp ip)
{
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      if (i == except_port || port->network != network)
        continue;
      for (guint j = 0; j < port->fixed_ips->len; j++)
        if (vn_ip_equal (g_array_index (port->fixed_ips, VnFixedIp, j).ip_address, ip))
          return TRUE;
    }
  return FALSE;
}

/* An instance has a default route only if the gateway exists: without a router nobody owns that address. */
static void
set_gateway (const VnTopology *t, VnEnd *end, const VnSubnet *subnet)
{
  VnIp *gateway = &end->gateway[subnet->cidr.ip.family == VN_FAMILY_IPV6];

  if (!vn_ip_is_set (*gateway) && vn_ip_is_set (subnet->gateway_ip)
      && somebody_has_address (t, subnet->network, end->port, subnet->gateway_ip))
    *gateway = subnet->gateway_ip;
}

static void
add_port_end (VnTopology *t, const VnServer *server, guint nth)
{
  guint index = g_array_index (server->ports, guint, nth);
  const VnPort *port = vn_topology_port (t, index);
  char dev[16];
  VnEnd *end;

  if (port->network == VN_NONE)
    return;
  g_snprintf (dev, sizeof dev, "eth%u", nth);
  end = add_end (t, VN_END_PORT, server->name, dev, nth == 0);
  end->port = index;
  end->machine = port->host != VN_NONE ? port->host : server->host;
  end->domain = port->network;
  end->mac = port->mac_address;
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      const VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);
      VnPrefix address = vn_prefix_host (fixed->ip_address);

      if (fixed->subnet != VN_NONE)
        {
          address.len = vn_topology_subnet (t, fixed->subnet)->cidr.len;
          set_gateway (t, end, vn_topology_subnet (t, fixed->subnet));
        }
      g_array_append_val (end->addresses, address);
    }
}

static void
add_machine_ends (VnTopology *t, guint index)
{
  const VnMachine *machine = vn_topology_machine (t, index);
  gboolean is_first = TRUE;

  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);
      guint domain = vn_seal_interface_domain (t, machine, interface);
      VnEnd *end;

      if (!interface->has_address || domain == VN_NONE)
        continue;
      end = add_end (t, VN_END_INTERFACE, machine->name, interface->name, is_first);
      end->machine = index;
      end->interface = i;
      end->domain = domain;
      end->mac = interface->mac;
      g_array_append_val (end->addresses, interface->address);
      is_first = FALSE;
    }
  if (vn_seal_has_host_only (machine))
    {
      VnEnd *end = add_end (t, VN_END_INTERFACE, machine->name, host_only[machine->product].dev, is_first);
      VnPrefix address = vn_seal_host_only_address (machine);

      end->machine = index;
      end->domain = vn_seal_host_only_domain (t, index);
      end->mac = host_only[machine->product].mac;
      g_array_append_val (end->addresses, address);
    }
}

void
vn_seal_make_ends (VnTopology *t)
{
  g_ptr_array_set_size (t->ends, 0);
  for (guint i = 0; i < t->servers->len; i++)
    {
      const VnServer *server = vn_topology_server (t, i);

      for (guint j = 0; j < server->ports->len; j++)
        add_port_end (t, server, j);
    }
  for (guint i = 0; i < t->machines->len; i++)
    add_machine_ends (t, i);
  t->n_domains = vn_seal_host_only_domain (t, t->machines->len);
}
