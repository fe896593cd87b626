/* SPDX-License-Identifier: Apache-2.0 */
/* Which translation an end is behind. */
#include "sim/model/vn-nat.h"

const VnInterface *
vn_end_interface (const VnTopology *topology, const VnEnd *end)
{
  const VnMachine *machine;

  if (end->kind != VN_END_INTERFACE || end->interface == VN_NONE)
    return NULL;
  machine = vn_topology_machine (topology, end->machine);
  return end->interface < machine->interfaces->len ? VN_AT (machine->interfaces, VnInterface, end->interface) : NULL;
}

const VnHvNetwork *
vn_end_hv_network (const VnTopology *topology, const VnEnd *end)
{
  return end->hv_network == VN_NONE ? NULL : vn_topology_hv_network (topology, end->hv_network);
}

const VnDhcpServer *
vn_end_dhcp_server (const VnTopology *topology, const VnEnd *end)
{
  const VnInterface *interface = vn_end_interface (topology, end);

  if (!interface || vn_interface_dhcp_server (topology, interface, 1))
    return NULL;
  return vn_interface_dhcp_server (topology, interface, 0);
}

/* As given or leased; before there is a lease, what the server will say. */
static VnIp
told_resolver (const VnTopology *topology, const VnInterface *interface)
{
  const VnDhcpServer *server = interface->assign == VN_ASSIGN_DHCP && !interface->has_address
                                   ? vn_interface_dhcp_server (topology, interface, 0)
                                   : NULL;

  return server ? server->dns : interface->dns;
}

VnIp
vn_end_resolver (const VnTopology *topology, const VnEnd *end)
{
  const GPtrArray *interfaces
      = end->kind == VN_END_INTERFACE ? vn_topology_machine (topology, end->machine)->interfaces : NULL;

  for (guint i = 0; interfaces && i < interfaces->len; i++)
    {
      VnIp resolver = told_resolver (topology, VN_AT (interfaces, VnInterface, i));

      if (vn_ip_is_set (resolver))
        return resolver;
    }
  return (VnIp){ .family = VN_FAMILY_NONE };
}

/* ---- translation ---- */

/* A machine's way out: its end on a segment with a default route, else its first one with an address. */
static guint
uplink_of (const VnTopology *topology, guint machine)
{
  guint first = VN_NONE;

  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);
      const VnInterface *interface = vn_end_interface (topology, end);

      if (end->machine != machine || !interface || interface->segment == VN_NONE
          || !vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV4)))
        continue;
      if (vn_ip_is_set (end->gateway[0]))
        return i;
      if (first == VN_NONE)
        first = i;
    }
  return first;
}

/* The outside end of a router that has another interface on the Ethernet of @end. */
static guint
router_outside (const VnTopology *topology, const VnEnd *end)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *near = vn_topology_end (topology, i);
      const VnRole *role;

      if (near->kind != VN_END_INTERFACE || near->domain != end->domain || near->machine == end->machine)
        continue;
      role = &vn_topology_machine (topology, near->machine)->role;
      if (!role->is_router || role->nat_interface == VN_NONE || role->nat_interface == near->interface)
        continue;
      for (guint j = 0; j < topology->ends->len; j++)
        if (vn_topology_end (topology, j)->kind == VN_END_INTERFACE
            && vn_topology_end (topology, j)->machine == near->machine
            && vn_topology_end (topology, j)->interface == role->nat_interface)
          return j;
    }
  return VN_NONE;
}

guint
vn_nat_outside (const VnTopology *topology, const VnEnd *end)
{
  const VnHvNetwork *network = vn_end_hv_network (topology, end);

  if (end->kind != VN_END_INTERFACE || (network && end->interface == VN_NONE))
    return VN_NONE;
  if (network)
    return network->has_nat ? uplink_of (topology, network->machine) : VN_NONE;
  return router_outside (topology, end);
}

const VnForward *
vn_nat_forward (const VnTopology *topology, const VnEnd *end, guint8 protocol, guint16 port)
{
  const VnInterface *interface = vn_end_interface (topology, end);

  for (guint i = 0; interface && i < interface->forwards->len; i++)
    {
      const VnForward *forward = VN_AT (interface->forwards, VnForward, i);

      if (forward->protocol == protocol && forward->host_port == port)
        return forward;
    }
  return NULL;
}

/* ---- routes ---- */

gboolean
vn_topology_is_joined (const VnTopology *topology)
{
  for (guint i = 0; i < topology->machines->len; i++)
    if (vn_machine_forwards (topology, i))
      return TRUE;
  return FALSE;
}

/* The next hop of the longest route of the machine's own; @dst without one. */
static VnIp
static_hop (const VnMachine *machine, VnIp dst)
{
  const VnStaticRoute *best = NULL;

  for (guint i = 0; i < machine->routes->len; i++)
    {
      const VnStaticRoute *route = VN_AT (machine->routes, VnStaticRoute, i);

      if (vn_prefix_contains (route->dst, dst) && (!best || route->dst.len > best->dst.len))
        best = route;
    }
  return best ? best->via : dst;
}

guint
vn_machine_leaves_by (const VnTopology *topology, guint machine, VnIp dst)
{
  VnIp hop = static_hop (vn_topology_machine (topology, machine), dst);
  guint by_default = VN_NONE;

  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end->kind != VN_END_INTERFACE || end->machine != machine)
        continue;
      for (guint j = 0; j < end->addresses->len; j++)
        if (vn_prefix_contains (g_array_index (end->addresses, VnPrefix, j), hop))
          return i;
      if (by_default == VN_NONE && vn_ip_is_set (end->gateway[dst.family == VN_FAMILY_IPV6]))
        by_default = i;
    }
  return by_default;
}
