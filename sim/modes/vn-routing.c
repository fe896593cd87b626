/* SPDX-License-Identifier: Apache-2.0 */
/* Routers and routes.
 *
 * A router of the lab is a home router: it passes packets on between its interfaces, hides what is behind it with the
 * address of one of them, and lets in there only what somebody inside asked for. It tells nobody of a shorter way (ICMP
 * redirects), so that the way of a packet doesn't depend on those before it. */
#include "sim/modes/vn-modes-private.h"

static void
add_nat (const VnMachine *router, VnTables *tables)
{
  const VnInterface *outer = VN_AT (router->interfaces, VnInterface, router->role.nat_interface);
  VnRuleset *ruleset = vn_modes_ruleset (tables, router->name, VN_TOOL_IPTABLES);
  VnChain *forward = vn_ruleset_chain (ruleset, "filter", "FORWARD", "ACCEPT");
  VnChain *nat = vn_ruleset_chain (ruleset, "nat", "POSTROUTING", "ACCEPT");
  VnOrigin origin = router->role.origin;
  g_autofree char *note = g_strdup_printf ("%s's address for all behind it", router->name);

  vn_chain_append (forward, origin, "answers", NULL, "-i %s -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                   outer->name);
  vn_chain_append (forward, origin, "nobody inside asked for it", NULL, "-i %s -j DROP", outer->name);
  vn_chain_append (nat, origin, note, NULL, "-o %s -j MASQUERADE", outer->name);
  vn_ruleset_sort (ruleset);
}

static void
add_default_route (const VnMachine *machine, const VnInterface *interface, VnTables *tables)
{
  VnPrefix everywhere = { { interface->gateway.family, { 0 } }, 0 };

  /* A next hop can't be set before there is an address that it can be reached from. */
  if (vn_ip_is_set (interface->gateway) && interface->has_address)
    vn_tables_add (tables, vn_kobj_route (machine->name, everywhere, interface->gateway, interface->name),
                   interface->address_origin);
}

/* The interface in whose range the next hop is; NULL = none. */
static const VnInterface *
interface_towards (const VnMachine *machine, VnIp via)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);

      if (interface->has_address && vn_prefix_contains (interface->address, via))
        return interface;
    }
  return NULL;
}

static void
add_routes (const VnMachine *machine, VnTables *tables)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    add_default_route (machine, VN_AT (machine->interfaces, VnInterface, i), tables);
  for (guint i = 0; i < machine->routes->len; i++)
    {
      const VnStaticRoute *route = VN_AT (machine->routes, VnStaticRoute, i);
      const VnInterface *interface = interface_towards (machine, route->via);

      if (interface != NULL)
        vn_tables_add (tables, vn_kobj_route (machine->name, route->dst, route->via, interface->name), route->origin);
    }
}

void
vn_modes_render_routing (const VnTopology *t, VnTables *tables)
{
  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);

      if (machine->role.nat_interface != VN_NONE)
        add_nat (machine, tables);
      add_routes (machine, tables);
    }
}
