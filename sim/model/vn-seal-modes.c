/* SPDX-License-Identifier: Apache-2.0 */
/* Network modes: ranges that collide, servers and pools outside of their networks, ports forwarded twice. */
#include "sim/model/vn-seal.h"

#include <netinet/in.h>

static void
collides (VnDiagList *diags, const VnHvNetwork *network, VnPrefix other, const char *what, const char *name)
{
  g_autofree char *mine = vn_prefix_to_string (network->cidr);
  g_autofree char *theirs = vn_prefix_to_string (vn_prefix_masked (other));

  vn_diag_add (diags, VN_DIAG_RANGE_COLLISION, network->origin, "give one of them another range",
               "the range %s of network \"%s\" collides with %s of %s \"%s\"", mine, network->name, theirs, what, name);
}

/* Engines keep their ranges apart: two of them may have the same, and the PC itself has no address in either. */
static gboolean
may_share (const VnHvNetwork *a, const VnHvNetwork *b)
{
  gboolean a_is_apart = *a->host_dev == '\0', b_is_apart = *b->host_dev == '\0';

  return a->machine != b->machine || (a_is_apart && b_is_apart);
}

static void
check_ranges (const VnTopology *t, guint index, VnDiagList *diags)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, index);
  gboolean is_apart = network->mode == VN_MODE_INTERNAL;

  if (!network->has_cidr)
    return;
  for (guint i = 0; i < t->segments->len && !is_apart; i++)
    {
      const VnSegment *segment = vn_topology_segment (t, i);

      if (segment->has_cidr && vn_prefix_overlaps (segment->cidr, network->cidr))
        collides (diags, network, segment->cidr, "segment", segment->name);
    }
  for (guint i = 0; i < index; i++)
    {
      const VnHvNetwork *other = vn_topology_hv_network (t, i);

      if (other->has_cidr && !may_share (network, other) && vn_prefix_overlaps (other->cidr, network->cidr))
        collides (diags, network, other->cidr, "network", other->name);
    }
}

static void
check_inside (VnDiagList *diags, VnPrefix prefix, VnIp ip, const char *what, VnOrigin origin)
{
  g_autofree char *text = NULL, *range = NULL;

  if (!vn_ip_is_set (ip) || vn_seal_is_host_address (prefix, ip))
    return;
  text = vn_ip_to_string (ip);
  range = vn_prefix_to_string (vn_prefix_masked (prefix));
  vn_diag_add (diags, VN_DIAG_ADDRESS_OUTSIDE, origin, NULL, "%s %s: expected an address of a host in %s", what, text,
               range);
}

static void
check_pool (VnDiagList *diags, VnPrefix prefix, const VnDhcpServer *dhcp)
{
  check_inside (diags, prefix, dhcp->pool.start, "the DHCP pool's start", dhcp->origin);
  check_inside (diags, prefix, dhcp->pool.end, "the DHCP pool's end", dhcp->origin);
  if (vn_ip_compare (dhcp->pool.start, dhcp->pool.end) > 0)
    vn_diag_add (diags, VN_DIAG_BAD_VALUE, dhcp->origin, NULL, "the DHCP pool ends before it starts");
}

static void
check_hv_addresses (const VnHvNetwork *network, VnDiagList *diags)
{
  if (!network->has_cidr)
    return;
  check_inside (diags, network->cidr, network->host_address, "the host's address", network->origin);
  check_inside (diags, network->cidr, network->gateway, "the gateway", network->origin);
  check_inside (diags, network->cidr, network->dns, "the DNS server", network->origin);
  if (!network->dhcp.enabled)
    return;
  check_inside (diags, network->cidr, network->dhcp.address, "the DHCP server", network->dhcp.origin);
  check_pool (diags, network->cidr, &network->dhcp);
}

static void
check_servers (const VnMachine *machine, VnDiagList *diags)
{
  for (guint i = 0; i < machine->role.dhcp->len; i++)
    {
      const VnDhcpServer *server = VN_AT (machine->role.dhcp, VnDhcpServer, i);

      if (server->interface != VN_NONE)
        check_pool (diags, VN_AT (machine->interfaces, VnInterface, server->interface)->address, server);
    }
}

static gboolean
may_reach (const VnMachine *machine, VnIp via)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);

      if (interface->assign == VN_ASSIGN_DHCP
          || (interface->has_address && vn_prefix_contains (interface->address, via)))
        return TRUE;
    }
  return FALSE;
}

/* A next hop that no address of the file is near to; one of a leased range may be. */
static void
check_routes (const VnMachine *machine, VnDiagList *diags)
{
  for (guint i = 0; i < machine->routes->len; i++)
    {
      const VnStaticRoute *route = VN_AT (machine->routes, VnStaticRoute, i);
      g_autofree char *via = NULL;

      if (may_reach (machine, route->via))
        continue;
      via = vn_ip_to_string (route->via);
      vn_diag_add (diags, VN_DIAG_ADDRESS_OUTSIDE, route->origin, NULL,
                   "next hop %s: expected an address in the range of an interface of \"%s\"", via, machine->name);
    }
}

/* @taken: "pc protocol port" -> VnOrigin */
static void
check_forward (const VnTopology *t, const VnInterface *interface, const VnForward *forward, GHashTable *taken,
               VnDiagList *diags)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, interface->hv_network);
  const char *protocol = forward->protocol == IPPROTO_TCP ? "tcp" : "udp";
  g_autofree char *key = g_strdup_printf ("%u %s %u", network->machine, protocol, forward->host_port);
  const VnOrigin *first = g_hash_table_lookup (taken, key);

  if (first != NULL)
    {
      g_autofree char *place = vn_origin_to_line (*first);

      vn_diag_add (diags, VN_DIAG_FORWARD_TWICE, forward->origin, NULL,
                   "%s port %u of \"%s\" is forwarded already (%s)", protocol, forward->host_port,
                   vn_topology_machine (t, network->machine)->name, place);
    }
  else
    g_hash_table_insert (taken, g_steal_pointer (&key), g_memdup2 (&forward->origin, sizeof forward->origin));
  if (!vn_ip_is_set (vn_interface_forward_address (t, interface)))
    vn_diag_add (diags, VN_DIAG_BAD_VALUE, forward->origin, "give the guest a static address",
                 "a port can't be forwarded to an address that is not known before it is leased");
}

static void
check_forwards (const VnTopology *t, const VnMachine *machine, GHashTable *taken, VnDiagList *diags)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);
      gboolean has_nat = interface->hv_network != VN_NONE && vn_topology_hv_network (t, interface->hv_network)->has_nat;

      for (guint j = 0; j < interface->forwards->len; j++)
        {
          const VnForward *forward = VN_AT (interface->forwards, VnForward, j);

          if (has_nat)
            check_forward (t, interface, forward, taken, diags);
          else
            vn_diag_add (diags, VN_DIAG_BAD_VALUE, forward->origin, NULL,
                         "ports are forwarded to guests behind NAT: this one's mode has none");
        }
    }
}

void
vn_seal_check_modes (const VnTopology *t, VnDiagList *diags)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < t->hv_networks->len; i++)
    {
      check_ranges (t, i, diags);
      check_hv_addresses (vn_topology_hv_network (t, i), diags);
    }
  for (guint i = 0; i < t->machines->len; i++)
    {
      check_servers (vn_topology_machine (t, i), diags);
      check_routes (vn_topology_machine (t, i), diags);
      check_forwards (t, vn_topology_machine (t, i), taken, diags);
    }
}
