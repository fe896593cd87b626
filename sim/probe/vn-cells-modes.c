/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked about network modes.
 *
 * TCP: each web port of the receiver, or port 80, where the prober listens; and the discard port, where nobody does: to
 * be refused is an answer, too. Names: from one end of each machine that was told a resolver, for every other machine
 * with an address; the others ask, if anybody can. Forwarded ports: from everybody on the Ethernet that the PC's port
 * is on. Unsolicited packets: from the first stranger on the outside of a NAT to each end behind it, on a port that
 * nobody forwards. */
#include "sim/probe/vn-cells.h"

#include "sim/model/vn-nat.h"

#include <netinet/in.h>

#define WEB_PORT 80
#define DISCARD_PORT 9
#define UNSOLICITED_PORT 2049

static void
add (VnCellList *list, VnCellKind kind, guint from, guint to, guint8 protocol, guint16 port, gboolean closed)
{
  vn_cell_list_add (list, (VnCell){ .kind = kind,
                                    .from = from,
                                    .to = to,
                                    .family = VN_FAMILY_IPV4,
                                    .protocol = protocol,
                                    .port = port,
                                    .closed = closed });
}

void
vn_cells_add_web (VnCellList *list, guint from, guint to)
{
  const VnEnd *end = vn_topology_end (list->topology, to);
  const GArray *ports = vn_topology_machine (list->topology, end->machine)->role.web_ports;

  for (guint i = 0; i < ports->len; i++)
    add (list, VN_CELL_REACH, from, to, IPPROTO_TCP, g_array_index (ports, guint16, i), FALSE);
  if (ports->len == 0)
    add (list, VN_CELL_REACH, from, to, IPPROTO_TCP, WEB_PORT, FALSE);
  add (list, VN_CELL_REACH, from, to, IPPROTO_TCP, DISCARD_PORT, TRUE);
}

/* The first end of each machine with an address stands for its name. */
static gboolean
is_named (const VnTopology *topology, guint index)
{
  const VnEnd *end = vn_topology_end (topology, index);

  if (end->kind != VN_END_INTERFACE || !vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV4)))
    return FALSE;
  for (guint i = 0; i < index; i++)
    if (vn_topology_end (topology, i)->node == end->node
        && vn_ip_is_set (vn_end_address (vn_topology_end (topology, i), VN_FAMILY_IPV4)))
      return FALSE;
  return TRUE;
}

/* The end by which a machine asks its resolver; without one, or a way to it, the first one. */
static gboolean
asks_names (const VnTopology *topology, guint index)
{
  const VnEnd *end = vn_topology_end (topology, index);
  VnIp resolver = vn_end_resolver (topology, end);
  guint by = end->kind == VN_END_INTERFACE && vn_ip_is_set (resolver)
                 ? vn_machine_leaves_by (topology, end->machine, resolver)
                 : VN_NONE;

  return by != VN_NONE ? by == index : is_named (topology, index);
}

static gboolean
asks_itself (const VnTopology *topology, const VnEnd *end)
{
  VnIp resolver = vn_end_resolver (topology, end);

  for (guint i = 0; vn_ip_is_set (resolver) && i < topology->ends->len; i++)
    if (vn_topology_end (topology, i)->node == end->node
        && vn_ip_equal (vn_end_address (vn_topology_end (topology, i), VN_FAMILY_IPV4), resolver))
      return TRUE;
  return FALSE;
}

static gboolean
anybody_has_resolver (const VnTopology *topology)
{
  for (guint i = 0; i < topology->ends->len; i++)
    if (vn_ip_is_set (vn_end_resolver (topology, vn_topology_end (topology, i))))
      return TRUE;
  return FALSE;
}

static void
add_names (VnCellList *list, guint from)
{
  const VnTopology *t = list->topology;

  if (!asks_names (t, from) || asks_itself (t, vn_topology_end (t, from)))
    return;
  for (guint to = 0; to < t->ends->len; to++)
    if (is_named (t, to) && vn_topology_end (t, to)->node != vn_topology_end (t, from)->node)
      add (list, VN_CELL_DNS, from, to, IPPROTO_UDP, 0, FALSE);
}

static gboolean
is_stranger (const VnTopology *topology, guint index, const VnEnd *outside)
{
  const VnEnd *end = vn_topology_end (topology, index);

  return end->kind == VN_END_INTERFACE && end->domain == outside->domain && end->machine != outside->machine
         && vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV4));
}

static void
add_outside (VnCellList *list, guint to)
{
  const VnTopology *t = list->topology;
  const VnEnd *end = vn_topology_end (t, to);
  const VnInterface *interface = vn_end_interface (t, end);
  guint outside = vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV4)) ? vn_nat_outside (t, end) : VN_NONE;
  gboolean is_first = TRUE;

  for (guint from = 0; outside != VN_NONE && from < t->ends->len; from++)
    {
      if (!is_stranger (t, from, vn_topology_end (t, outside)))
        continue;
      for (guint i = 0; interface && i < interface->forwards->len; i++)
        {
          const VnForward *forward = VN_AT (interface->forwards, VnForward, i);

          add (list, VN_CELL_FORWARD, from, to, forward->protocol, forward->host_port, FALSE);
        }
      if (is_first)
        {
          add (list, VN_CELL_UNSOLICITED, from, to, IPPROTO_TCP, UNSOLICITED_PORT, FALSE);
          add (list, VN_CELL_UNSOLICITED, from, to, IPPROTO_UDP, UNSOLICITED_PORT, FALSE);
        }
      is_first = FALSE;
    }
}

void
vn_cells_add_modes (VnCellList *list)
{
  const VnTopology *t = list->topology;
  gboolean has_names = anybody_has_resolver (t);

  for (guint i = 0; has_names && i < t->ends->len; i++)
    add_names (list, i);
  for (guint i = 0; i < t->ends->len; i++)
    add_outside (list, i);
}
