/* SPDX-License-Identifier: Apache-2.0 */
/* Which cells a lab has.
 *
 * Reachability: every ordered pair of ends whose addresses have a family in common; ICMP for all of them, and where
 * they share an Ethernet also TCP and UDP on the ports of vn-port-classes.h. Left out are pairs within one namespace,
 * and pairs over two domains where the sender's namespace has another end in the receiver's domain: its kernel would
 * send from that one, which is a pair of its own.
 *
 * Where anybody forwards packets, TCP and UDP are asked about over all Ethernets (vn-cells-modes.c), and TCP on ports
 * that mean something to a student: a web server's and one where nobody listens.
 *
 * Attacks: each bound port toward one other end of its domain, if possible on another host. A forged IP source needs
 * no address of the sender's own: it is tried in each family that somebody else there has. In the same way what has to
 * pass: a port's address pairs, and, where a port serves others, DHCP and duplicate address detection.
 *
 * Tunnels: from each host with a port in a VXLAN network, a broadcast; and if the server or any agent has L2 population
 * configured, all that it is about.
 *
 * The user's checks mark the cell that asks the same, or add one. */
#include "sim/probe/vn-probe.h"

#include "sim/model/vn-driver.h"
#include "sim/model/vn-nat.h"
#include "sim/model/vn-port.h"
#include "sim/probe/vn-cells.h"
#include "sim/probe/vn-port-classes.h"

#include <netinet/in.h>

static const VnFamily families[] = { VN_FAMILY_IPV4, VN_FAMILY_IPV6 };

static guint
hash_cell (gconstpointer key)
{
  const VnCell *cell = key;
  guint hash = (guint)cell->kind;

  hash = hash * 31 + cell->from;
  hash = hash * 31 + cell->to;
  hash = hash * 31 + (guint)cell->family;
  hash = hash * 31 + cell->protocol;
  return hash * 31 + cell->port;
}

static gboolean
equal_cells (gconstpointer a, gconstpointer b)
{
  const VnCell *x = a, *y = b;

  return x->kind == y->kind && x->from == y->from && x->to == y->to && x->family == y->family
         && x->protocol == y->protocol && x->port == y->port;
}

static void
append_cell (VnCellList *list, VnCell cell)
{
  g_hash_table_insert (list->index, g_memdup2 (&cell, sizeof cell), GUINT_TO_POINTER (list->cells->len));
  g_array_append_val (list->cells, cell);
}

void
vn_cell_list_add (VnCellList *list, VnCell cell)
{
  cell.check = VN_NONE;
  if (!g_hash_table_contains (list->index, &cell))
    append_cell (list, cell);
}

/* ---- reachability ---- */

static guint8
echo_protocol (VnFamily family)
{
  return family == VN_FAMILY_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
}

static gboolean
has_family (const VnEnd *end, VnFamily family)
{
  return vn_ip_is_set (vn_end_address (end, family));
}

static gboolean
share_family (const VnEnd *a, const VnEnd *b, VnFamily family)
{
  return has_family (a, family) && has_family (b, family);
}

static void
add_port_cells (VnCellList *list, guint from, guint to, VnFamily family, guint8 protocol)
{
  const VnTopology *topology = list->topology;
  g_autoptr (GArray) ports
      = vn_port_classes (topology, vn_topology_end (topology, from), vn_topology_end (topology, to), family, protocol);

  for (guint i = 0; i < ports->len; i++)
    vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_REACH,
                                      .from = from,
                                      .to = to,
                                      .family = family,
                                      .protocol = protocol,
                                      .port = g_array_index (ports, guint16, i) });
}

/* Whether another end in @from's namespace is in @to's domain. */
static gboolean
has_nearer_end (const VnTopology *topology, const VnEnd *from, const VnEnd *to)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end != from && end->node == from->node && end->domain == to->domain)
        return TRUE;
    }
  return FALSE;
}

/* Whether the sender's kernel sends to the receiver by this end, or by none at all. */
static gboolean
leaves_by (const VnTopology *topology, guint from, const VnEnd *to)
{
  guint machine = vn_topology_end (topology, from)->machine;
  guint by = vn_machine_leaves_by (topology, machine, vn_end_address (to, VN_FAMILY_IPV4));

  return by == VN_NONE || by == from;
}

static void
add_pair_cells (VnCellList *list, guint from, guint to)
{
  const VnEnd *a = vn_topology_end (list->topology, from), *b = vn_topology_end (list->topology, to);
  gboolean is_scene
      = a->kind == VN_END_INTERFACE && b->kind == VN_END_INTERFACE && vn_topology_is_joined (list->topology);

  if (is_scene && has_family (b, VN_FAMILY_IPV4) && !leaves_by (list->topology, from, b))
    return;
  if (a->node == b->node || (a->domain != b->domain && has_nearer_end (list->topology, a, b)))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (!share_family (a, b, families[i]))
        continue;
      vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_REACH,
                                        .from = from,
                                        .to = to,
                                        .family = families[i],
                                        .protocol = echo_protocol (families[i]) });
      if (a->domain != b->domain && !(is_scene && families[i] == VN_FAMILY_IPV4))
        continue;
      if (is_scene && families[i] == VN_FAMILY_IPV4)
        vn_cells_add_web (list, from, to);
      else
        add_port_cells (list, from, to, families[i], IPPROTO_TCP);
      add_port_cells (list, from, to, families[i], IPPROTO_UDP);
    }
}

static void
add_reach_cells (VnCellList *list)
{
  guint n = list->topology->ends->len;

  for (guint from = 0; from < n; from++)
    for (guint to = 0; to < n; to++)
      add_pair_cells (list, from, to);
}

/* ---- attacks ---- */

gboolean
vn_probe_is_plugged (const VnTopology *topology, const VnEnd *end)
{
  return end->kind != VN_END_PORT
         || (end->machine != VN_NONE && vn_topology_port (topology, end->port)->admin_state_up);
}

/* An end of the same domain that is there and has an address of the family, if one is asked for; on another host if
 * there is one. VN_NONE if nobody is. */
static guint
find_victim (const VnTopology *topology, const VnEnd *from, VnFamily family)
{
  guint victim = VN_NONE;

  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end->domain != from->domain || end->node == from->node || !vn_probe_is_plugged (topology, end)
          || (family != VN_FAMILY_NONE && !has_family (end, family)))
        continue;
      if (end->machine != from->machine)
        return i;
      if (victim == VN_NONE)
        victim = i;
    }
  return victim;
}

typedef struct
{
  VnCellKind kind;
  VnFamily family;
  gboolean is_flood; /* to everybody, else to a victim */
  gboolean by_all;   /* by ports without an address of the family, too */
} Attack;

static const Attack attacks[] = {
  { VN_CELL_SPOOF_MAC, VN_FAMILY_IPV4, FALSE, FALSE },  { VN_CELL_SPOOF_MAC, VN_FAMILY_IPV6, FALSE, FALSE },
  { VN_CELL_SPOOF_FRAME, VN_FAMILY_NONE, FALSE, TRUE }, { VN_CELL_DHCP6_SERVER, VN_FAMILY_IPV6, FALSE, FALSE },
  { VN_CELL_SPOOF_IP, VN_FAMILY_IPV4, FALSE, TRUE },    { VN_CELL_SPOOF_IP, VN_FAMILY_IPV6, FALSE, TRUE },
  { VN_CELL_SPOOF_ARP, VN_FAMILY_IPV4, FALSE, FALSE },  { VN_CELL_DHCP_SERVER, VN_FAMILY_IPV4, TRUE, FALSE },
  { VN_CELL_RA, VN_FAMILY_IPV6, TRUE, FALSE },
};

static void
add_attack_cells (VnCellList *list, guint from)
{
  const VnTopology *topology = list->topology;
  const VnEnd *end = vn_topology_end (topology, from);

  if (end->kind != VN_END_PORT || !vn_probe_is_plugged (topology, end))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      const Attack *attack = &attacks[i];
      guint victim = find_victim (topology, end, attack->is_flood ? VN_FAMILY_NONE : attack->family);

      if ((attack->by_all || has_family (end, attack->family)) && victim != VN_NONE)
        vn_cell_list_add (list, (VnCell){ .kind = attack->kind,
                                          .from = from,
                                          .to = attack->is_flood ? VN_NONE : victim,
                                          .family = attack->family });
    }
}

/* ---- what port security has to let pass ---- */

static void
add_pair_cells_of_port (VnCellList *list, guint from)
{
  const VnEnd *end = vn_topology_end (list->topology, from);

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    {
      guint to = find_victim (list->topology, end, families[i]);

      if (to != VN_NONE && vn_port_first_pair (vn_topology_port (list->topology, end->port), families[i]))
        vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_PAIR, .from = from, .to = to, .family = families[i] });
    }
}

/* The first plugged port of the domain that nobody filters: who serves the others. */
static guint
find_server (const VnTopology *topology, const VnEnd *client)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end->kind == VN_END_PORT && end->domain == client->domain && end->node != client->node
          && vn_probe_is_plugged (topology, end) && !vn_port_is_guarded (vn_topology_port (topology, end->port)))
        return i;
    }
  return VN_NONE;
}

static const struct
{
  VnCellKind kind;
  VnFamily family;
  gboolean by_server;
} services[] = {
  { VN_CELL_LEASE, VN_FAMILY_IPV4, FALSE }, { VN_CELL_LEASE, VN_FAMILY_IPV6, FALSE },
  { VN_CELL_RENEW, VN_FAMILY_IPV4, FALSE }, { VN_CELL_LEASED, VN_FAMILY_IPV4, TRUE },
  { VN_CELL_LEASED, VN_FAMILY_IPV6, TRUE }, { VN_CELL_DAD, VN_FAMILY_IPV6, FALSE },
};

static void
add_service_cells (VnCellList *list, guint client)
{
  const VnTopology *topology = list->topology;
  const VnEnd *end = vn_topology_end (topology, client);
  guint server = find_server (topology, end);

  for (gsize i = 0; server != VN_NONE && i < G_N_ELEMENTS (services); i++)
    if (share_family (end, vn_topology_end (topology, server), services[i].family))
      vn_cell_list_add (list, (VnCell){ .kind = services[i].kind,
                                        .from = services[i].by_server ? server : client,
                                        .to = services[i].by_server ? client : server,
                                        .family = services[i].family });
}

static void
add_allowed_cells (VnCellList *list, guint from)
{
  const VnEnd *end = vn_topology_end (list->topology, from);

  if (end->kind != VN_END_PORT || !vn_probe_is_plugged (list->topology, end)
      || !vn_port_is_guarded (vn_topology_port (list->topology, end->port)))
    return;
  add_pair_cells_of_port (list, from);
  add_service_cells (list, from);
}

/* ---- tunnels ---- */

/* The first plugged port of the network on the host. */
static guint
find_port_end (const VnTopology *topology, guint network, guint host)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end->kind == VN_END_PORT && end->machine == host && vn_probe_is_plugged (topology, end)
          && vn_topology_port (topology, end->port)->network == network)
        return i;
    }
  return VN_NONE;
}

/* One known unicast to each other host, and one ARP request for the first neighbour that has an address. */
static void
add_remote_cells (VnCellList *list, guint network, guint from)
{
  const VnTopology *topology = list->topology;
  const VnEnd *end = vn_topology_end (topology, from);
  gboolean asked = FALSE;

  for (guint host = 0; host < topology->machines->len; host++)
    {
      guint to = host == end->machine ? VN_NONE : find_port_end (topology, network, host);

      if (to == VN_NONE)
        continue;
      vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_KNOWN_UNICAST, .from = from, .to = to });
      if (!asked && share_family (end, vn_topology_end (topology, to), VN_FAMILY_IPV4))
        {
          vn_cell_list_add (list,
                            (VnCell){ .kind = VN_CELL_ARP_KNOWN, .from = from, .to = to, .family = VN_FAMILY_IPV4 });
          asked = TRUE;
        }
    }
}

static void
add_flood_cells (VnCellList *list, guint from)
{
  vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_BROADCAST, .from = from, .to = VN_NONE });
  vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_UNKNOWN_UNICAST, .from = from, .to = VN_NONE });
  if (has_family (vn_topology_end (list->topology, from), VN_FAMILY_IPV4))
    vn_cell_list_add (list,
                      (VnCell){ .kind = VN_CELL_ARP_UNKNOWN, .from = from, .to = VN_NONE, .family = VN_FAMILY_IPV4 });
}

/* With L2 population all that it does; without it, floods are what has to reach every host. */
static void
add_ethernet_cells (VnCellList *list, guint network, gboolean l2_population)
{
  for (guint host = 0; host < list->topology->machines->len; host++)
    {
      guint from = find_port_end (list->topology, network, host);

      if (from == VN_NONE)
        continue;
      if (!l2_population)
        {
          vn_cell_list_add (list, (VnCell){ .kind = VN_CELL_BROADCAST, .from = from, .to = VN_NONE });
          continue;
        }
      add_remote_cells (list, network, from);
      add_flood_cells (list, from);
    }
}

static void
add_tunnel_cells (VnCellList *list)
{
  gboolean l2_population = vn_topology_wants_l2_population (list->topology);

  for (guint network = 0; network < list->topology->networks->len; network++)
    if (vn_topology_network (list->topology, network)->type == VN_NET_VXLAN)
      add_ethernet_cells (list, network, l2_population);
}

/* ---- the user's checks ---- */

/* A machine that a check names by its first end sends by the one that its routes choose. */
static guint
sending_end (const VnTopology *topology, const VnCheckLine *line)
{
  const VnEnd *from = vn_topology_end (topology, line->from);
  VnIp dst = vn_end_address (vn_topology_end (topology, line->to), line->family);
  guint by = from->kind == VN_END_INTERFACE && vn_ip_is_set (dst) && vn_topology_is_joined (topology)
                 ? vn_machine_leaves_by (topology, from->machine, dst)
                 : VN_NONE;

  return by == VN_NONE ? line->from : by;
}

static VnCell
cell_of_check (const VnTopology *topology, const VnCheckLine *line, guint index)
{
  gboolean is_echo = line->protocol == IPPROTO_ICMP || line->protocol == IPPROTO_ICMPV6;

  return (VnCell){ .kind = VN_CELL_REACH,
                   .from = sending_end (topology, line),
                   .to = line->to,
                   .family = line->family,
                   .protocol = is_echo ? echo_protocol (line->family) : line->protocol,
                   .port = is_echo ? 0 : line->port,
                   .check = index };
}

/* A cell has room for one check: a second check that asks the same gets a cell of its own. */
static void
add_check_cell (VnCellList *list, guint index)
{
  VnCell cell = cell_of_check (list->topology, VN_AT (list->topology->checks, VnCheckLine, index), index);
  gpointer found;

  if (g_hash_table_lookup_extended (list->index, &cell, NULL, &found)
      && g_array_index (list->cells, VnCell, GPOINTER_TO_UINT (found)).check == VN_NONE)
    g_array_index (list->cells, VnCell, GPOINTER_TO_UINT (found)).check = index;
  else
    append_cell (list, cell);
}

GArray *
vn_probe_cells (const VnTopology *topology)
{
  VnCellList list = {
    .topology = topology,
    .cells = g_array_new (FALSE, FALSE, sizeof (VnCell)),
    .index = g_hash_table_new_full (hash_cell, equal_cells, g_free, NULL),
  };

  add_reach_cells (&list);
  for (guint i = 0; i < topology->ends->len; i++)
    add_attack_cells (&list, i);
  for (guint i = 0; i < topology->ends->len; i++)
    add_allowed_cells (&list, i);
  add_tunnel_cells (&list);
  vn_cells_add_modes (&list);
  for (guint i = 0; i < topology->checks->len; i++)
    add_check_cell (&list, i);
  g_hash_table_unref (list.index);
  return list.cells;
}
