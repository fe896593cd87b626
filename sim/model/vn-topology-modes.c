/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about network modes that several layers ask: who forwards, who leases, who answers names; and leases put
 * into a topology. */
#include "sim/model/vn-topology.h"

static const VnIp no_ip = { VN_FAMILY_NONE, { 0 } };

gboolean
vn_machine_forwards (const VnTopology *t, guint machine)
{
  if (vn_topology_machine (t, machine)->role.is_router)
    return TRUE;
  for (guint i = 0; i < t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (t, i);

      if (network->machine == machine && vn_ip_is_set (network->gateway))
        return TRUE;
    }
  return FALSE;
}

static gboolean
same_ethernet (const VnInterface *a, const VnInterface *b)
{
  return (a->segment != VN_NONE && a->segment == b->segment)
         || (a->hv_network != VN_NONE && a->hv_network == b->hv_network);
}

const VnDhcpServer *
vn_interface_dhcp_server (const VnTopology *t, const VnInterface *interface, guint nth)
{
  if (interface->hv_network != VN_NONE && vn_topology_hv_network (t, interface->hv_network)->dhcp.enabled && nth-- == 0)
    return &vn_topology_hv_network (t, interface->hv_network)->dhcp;
  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);

      for (guint j = 0; j < machine->role.dhcp->len; j++)
        {
          const VnDhcpServer *server = VN_AT (machine->role.dhcp, VnDhcpServer, j);

          if (server->enabled && server->interface != VN_NONE
              && same_ethernet (VN_AT (machine->interfaces, VnInterface, server->interface), interface) && nth-- == 0)
            return server;
        }
    }
  return NULL;
}

VnIp
vn_machine_resolver (const VnTopology *t, guint machine)
{
  const VnMachine *m = vn_topology_machine (t, machine);

  for (guint i = 0; i < m->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (m->interfaces, VnInterface, i);
      const VnDhcpServer *server
          = interface->assign == VN_ASSIGN_DHCP ? vn_interface_dhcp_server (t, interface, 0) : NULL;
      VnIp resolver = interface->assign == VN_ASSIGN_STATIC ? interface->dns : server ? server->dns : no_ip;

      if (vn_ip_is_set (resolver))
        return resolver;
    }
  return no_ip;
}

VnIp
vn_interface_forward_address (const VnTopology *t, const VnInterface *interface)
{
  const VnHvNetwork *network;

  if (interface->has_address)
    return interface->address.ip;
  if (interface->assign != VN_ASSIGN_DHCP || interface->hv_network == VN_NONE)
    return no_ip;
  network = vn_topology_hv_network (t, interface->hv_network);
  return network->dhcp.enabled && vn_ip_equal (network->dhcp.pool.start, network->dhcp.pool.end)
             ? network->dhcp.pool.start
             : no_ip;
}

static guint
prefix_len_of (const VnTopology *t, const VnInterface *interface, const VnDhcpServer *server)
{
  if (interface->hv_network != VN_NONE && server->interface == VN_NONE)
    return vn_topology_hv_network (t, interface->hv_network)->cidr.len;
  return VN_AT (vn_topology_machine (t, server->machine)->interfaces, VnInterface, server->interface)->address.len;
}

static gboolean
is_taken (const VnTopology *t, const GPtrArray *leases, const VnDhcpServer *server, VnIp ip)
{
  if (vn_ip_equal (ip, server->address))
    return TRUE;
  for (guint i = 0; i < leases->len; i++)
    if (vn_ip_equal (VN_AT (leases, VnLease, i)->address.ip, ip)
        && vn_ip_equal (VN_AT (leases, VnLease, i)->server, server->address))
      return TRUE;
  for (guint i = 0; i < t->machines->len; i++)
    for (guint j = 0; j < vn_topology_machine (t, i)->interfaces->len; j++)
      {
        const VnInterface *interface = VN_AT (vn_topology_machine (t, i)->interfaces, VnInterface, j);

        if (interface->assign == VN_ASSIGN_STATIC && interface->has_address && vn_ip_equal (interface->address.ip, ip)
            && vn_interface_dhcp_server (t, interface, 0) == server)
          return TRUE;
      }
  return FALSE;
}

/* Leases of one server are told from those of another by its address; engines of one range have a pool of one address
 * each, which every one of their clients gets. */
static void
add_likely_lease (const VnTopology *t, guint machine, guint index, GPtrArray *leases)
{
  const VnInterface *interface = VN_AT (vn_topology_machine (t, machine)->interfaces, VnInterface, index);
  const VnDhcpServer *server = interface->assign == VN_ASSIGN_DHCP ? vn_interface_dhcp_server (t, interface, 0) : NULL;
  gboolean is_only_one;
  VnIp ip;

  if (server == NULL)
    return;
  is_only_one = vn_ip_equal (server->pool.start, server->pool.end);
  for (ip = server->pool.start; !is_only_one && is_taken (t, leases, server, ip); ip = vn_ip_add (ip, 1))
    if (vn_ip_equal (ip, server->pool.end))
      return;
  g_ptr_array_add (leases, g_memdup2 (&(VnLease){ .machine = machine,
                                                  .interface = index,
                                                  .address = { ip, (guint8)prefix_len_of (t, interface, server) },
                                                  .router = server->router,
                                                  .dns = server->dns,
                                                  .server = server->address },
                                      sizeof (VnLease)));
}

GPtrArray *
vn_topology_likely_leases (const VnTopology *topology)
{
  GPtrArray *leases = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_lease_free);

  for (guint i = 0; i < topology->machines->len; i++)
    for (guint j = 0; j < vn_topology_machine (topology, i)->interfaces->len; j++)
      add_likely_lease (topology, i, j, leases);
  return leases;
}

/* A lease decides; what an earlier one said is forgotten. */
static void
forget_leases (VnTopology *t)
{
  for (guint i = 0; i < t->machines->len; i++)
    for (guint j = 0; j < vn_topology_machine (t, i)->interfaces->len; j++)
      {
        VnInterface *interface = g_ptr_array_index (vn_topology_machine (t, i)->interfaces, j);

        if (interface->assign != VN_ASSIGN_DHCP)
          continue;
        interface->has_address = FALSE;
        interface->gateway = no_ip;
        interface->dns = no_ip;
      }
}

static void
put_lease (VnTopology *t, const VnLease *lease)
{
  const VnMachine *machine = vn_topology_machine (t, lease->machine);
  VnInterface *interface = g_ptr_array_index (machine->interfaces, lease->interface);

  interface->has_address = TRUE;
  interface->address = lease->address;
  interface->gateway = lease->router;
  interface->dns = lease->dns;
}

VnTopology *
vn_topology_with_leases (const VnTopology *topology, const GPtrArray *leases, VnDiagList *diags)
{
  g_autoptr (VnTopology) copy = vn_topology_copy (topology);

  forget_leases (copy);
  for (guint i = 0; i < leases->len; i++)
    put_lease (copy, VN_AT (leases, VnLease, i));
  return vn_topology_seal (copy, diags) ? g_steal_pointer (&copy) : NULL;
}
