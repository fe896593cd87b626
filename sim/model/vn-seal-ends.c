/* SPDX-License-Identifier: Apache-2.0 */
/* End points: every place in a lab that a probe can start from or arrive at.
 *
 * Servers' ports come first, then machines' and VMs' interfaces that have an address or ask for a lease, in the
 * order of the file, with a PC's own sides of its hypervisor's networks behind its interfaces. The
 * first end of a server or machine has its name ("web1"), further ones add the device ("web1:eth1"): reports, checks
 * and cell keys speak of ends by these names only. */
#include "sim/model/vn-seal.h"

#include "sim/model/vn-driver.h"

guint
vn_seal_hv_domain (const VnTopology *t, guint hv_network)
{
  return t->networks->len + t->segments->len + hv_network;
}

guint
vn_seal_interface_domain (const VnTopology *t, const VnInterface *interface)
{
  if (interface->segment != VN_NONE)
    return t->networks->len + interface->segment;
  return interface->hv_network != VN_NONE ? vn_seal_hv_domain (t, interface->hv_network) : VN_NONE;
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
  end->hv_network = VN_NONE;
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

      if (i == except_port || port->network != network || port->deleted)
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

/* A flat network is the segment that the host's interface is plugged into (networking guide, "Provider networks"). */
static guint
port_domain (const VnTopology *t, const VnPort *port, guint host)
{
  const VnNetwork *network = vn_topology_network (t, port->network);
  const VnMachine *machine = host != VN_NONE ? vn_topology_machine (t, host) : NULL;
  guint uplink = network->type == VN_NET_FLAT && machine != NULL && machine->agent != NULL
                     ? vn_machine_uplink (machine, network)
                     : VN_NONE;
  guint domain
      = uplink != VN_NONE ? vn_seal_interface_domain (t, VN_AT (machine->interfaces, VnInterface, uplink)) : VN_NONE;

  return domain != VN_NONE ? domain : port->network;
}

/* Where the interface's addresses are: on itself, or on the bridge of a flat network that has a port on the machine. */
static void
device_of_addresses (const VnTopology *t, guint machine, guint index, char ret[16])
{
  const VnMachine *m = vn_topology_machine (t, machine);

  g_strlcpy (ret, VN_AT (m->interfaces, VnInterface, index)->name, 16);
  for (guint i = 0; m->agent != NULL && i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);
      const VnNetwork *network = port->network != VN_NONE ? vn_topology_network (t, port->network) : NULL;

      if (network != NULL && network->type == VN_NET_FLAT && !network->deleted && !port->deleted
          && port->host == machine && port->admin_state_up && vn_machine_uplink (m, network) == index)
        vn_name_bridge (network->id, ret);
    }
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
  end->domain = port_domain (t, port, end->machine);
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
add_interface_end (VnTopology *t, guint machine, guint index, gboolean *is_first)
{
  const VnMachine *m = vn_topology_machine (t, machine);
  const VnInterface *interface = VN_AT (m->interfaces, VnInterface, index);
  guint domain = vn_seal_interface_domain (t, interface);
  char dev[16];
  VnEnd *end;

  if (domain == VN_NONE || (!interface->has_address && interface->assign != VN_ASSIGN_DHCP))
    return;
  end = add_end (t, VN_END_INTERFACE, m->name, interface->name, *is_first);
  device_of_addresses (t, machine, index, dev);
  g_strlcpy (end->dev, dev, sizeof end->dev);
  end->machine = machine;
  end->interface = index;
  end->hv_network = interface->hv_network;
  end->domain = domain;
  end->mac = interface->mac;
  end->by_dhcp = interface->assign == VN_ASSIGN_DHCP;
  if (interface->has_address)
    g_array_append_val (end->addresses, interface->address);
  if (vn_ip_is_set (interface->gateway))
    end->gateway[interface->gateway.family == VN_FAMILY_IPV6] = interface->gateway;
  *is_first = FALSE;
}

/* The PC's own side of a hypervisor's network. */
static void
add_host_end (VnTopology *t, guint hv_network, gboolean *is_first)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, hv_network);
  VnPrefix address = { network->host_address, network->cidr.len };
  VnEnd *end
      = add_end (t, VN_END_INTERFACE, vn_topology_machine (t, network->machine)->name, network->host_dev, *is_first);

  end->machine = network->machine;
  end->hv_network = hv_network;
  end->domain = vn_seal_hv_domain (t, hv_network);
  end->mac = network->host_mac;
  g_array_append_val (end->addresses, address);
  *is_first = FALSE;
}

static void
add_machine_ends (VnTopology *t, guint index)
{
  const VnMachine *machine = vn_topology_machine (t, index);
  gboolean is_first = TRUE;

  for (guint i = 0; i < machine->interfaces->len; i++)
    add_interface_end (t, index, i, &is_first);
  for (guint i = 0; i < t->hv_networks->len; i++)
    if (vn_topology_hv_network (t, i)->machine == index && vn_ip_is_set (vn_topology_hv_network (t, i)->host_address))
      add_host_end (t, i, &is_first);
}

void
vn_seal_make_ends (VnTopology *t)
{
  g_ptr_array_set_size (t->ends, 0);
  for (guint i = 0; i < t->servers->len; i++)
    {
      const VnServer *server = vn_topology_server (t, i);

      for (guint j = 0; j < server->ports->len && !server->deleted; j++)
        if (!vn_topology_port (t, g_array_index (server->ports, guint, j))->deleted)
          add_port_end (t, server, j);
    }
  for (guint i = 0; i < t->machines->len; i++)
    add_machine_ends (t, i);
  t->n_domains = vn_seal_hv_domain (t, t->hv_networks->len);
}
