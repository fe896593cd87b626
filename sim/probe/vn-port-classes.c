/* SPDX-License-Identifier: Apache-2.0 */
/* Which TCP and UDP ports are probed.
 *
 * Rules know ports only as ranges, so that all ports between two bounds have the same fate: a probe on each side of
 * each bound, and one far from all of them, tell every class apart, whatever the rules do with them. Both ends' rules
 * cut: a packet passes the sender's egress and the receiver's ingress. The rules of the others on the same network cut
 * too, as far as there is room: a rule that took effect at the wrong port is seen only there. */
#include "sim/probe/vn-port-classes.h"

#define PORT_MAX 65535
/* Echo (RFC 862): the first choice for a port that no rule names. */
#define UNNAMED_FIRST 7

typedef struct
{
  guint16 first, last;
} PortRange;

static gboolean
rule_cuts (const VnSecurityGroupRule *rule, VnDirection direction, VnFamily family, guint8 protocol)
{
  return rule->direction == direction && rule->ethertype == family && rule->protocol_number == protocol
         && rule->port_range_min > 0 && rule->port_range_max >= rule->port_range_min
         && rule->port_range_max <= PORT_MAX;
}

/* Ports share groups, so most ranges come more than once. */
static void
add_range (GArray *ranges, PortRange range)
{
  for (guint i = 0; i < ranges->len; i++)
    {
      const PortRange *known = &g_array_index (ranges, PortRange, i);

      if (known->first == range.first && known->last == range.last)
        return;
    }
  g_array_append_val (ranges, range);
}

static void
add_group_ranges (GArray *ranges, const VnSecurityGroup *group, VnDirection direction, VnFamily family, guint8 protocol)
{
  for (guint i = 0; i < group->rules->len; i++)
    {
      const VnSecurityGroupRule *rule = VN_AT (group->rules, VnSecurityGroupRule, i);

      if (rule_cuts (rule, direction, family, protocol))
        add_range (ranges, (PortRange){ (guint16)rule->port_range_min, (guint16)rule->port_range_max });
    }
}

static void
add_end_ranges (GArray *ranges, const VnTopology *topology, const VnEnd *end, VnDirection direction, VnFamily family,
                guint8 protocol)
{
  const VnPort *port;

  if (end->kind != VN_END_PORT)
    return;
  port = vn_topology_port (topology, end->port);
  if (!port->port_security_enabled)
    return;
  for (guint i = 0; i < port->security_groups->len; i++)
    add_group_ranges (ranges, vn_topology_group (topology, g_array_index (port->security_groups, guint, i)), direction,
                      family, protocol);
}

static void
add_domain_ranges (GArray *ranges, const VnTopology *topology, guint domain, VnFamily family, guint8 protocol)
{
  for (guint i = 0; i < topology->ends->len && ranges->len < VN_PORT_CLASSES_MAX; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end->domain != domain)
        continue;
      add_end_ranges (ranges, topology, end, VN_INGRESS, family, protocol);
      add_end_ranges (ranges, topology, end, VN_EGRESS, family, protocol);
    }
}

static gboolean
has_port (const GArray *ports, guint port)
{
  for (guint i = 0; i < ports->len; i++)
    if (g_array_index (ports, guint16, i) == port)
      return TRUE;
  return FALSE;
}

static void
add_port (GArray *ports, guint port, guint limit)
{
  guint16 value = (guint16)port;

  if (port >= 1 && port <= PORT_MAX && ports->len < limit && !has_port (ports, port))
    g_array_append_val (ports, value);
}

/* Returns: the last port of a range that holds @port, or 0. */
static guint
covered_until (const GArray *ranges, guint port)
{
  for (guint i = 0; i < ranges->len; i++)
    {
      const PortRange *range = &g_array_index (ranges, PortRange, i);

      if (port >= range->first && port <= range->last)
        return range->last;
    }
  return 0;
}

/* Returns: 0 if the ranges cover all ports from UNNAMED_FIRST up. */
static guint
unnamed_port (const GArray *ranges)
{
  guint port = UNNAMED_FIRST, last;

  while (port <= PORT_MAX && (last = covered_until (ranges, port)) != 0)
    port = last + 1;
  return port <= PORT_MAX ? port : 0;
}

static gint
compare_ports (gconstpointer a, gconstpointer b)
{
  return (gint) * (const guint16 *)a - (gint) * (const guint16 *)b;
}

GArray *
vn_port_classes (const VnTopology *topology, const VnEnd *from, const VnEnd *to, VnFamily family, guint8 protocol)
{
  GArray *ports = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (PortRange));

  add_end_ranges (ranges, topology, to, VN_INGRESS, family, protocol);
  add_end_ranges (ranges, topology, from, VN_EGRESS, family, protocol);
  add_domain_ranges (ranges, topology, to->domain, family, protocol);
  for (guint i = 0; i < ranges->len; i++)
    {
      const PortRange *range = &g_array_index (ranges, PortRange, i);

      add_port (ports, range->first - 1u, VN_PORT_CLASSES_MAX - 1);
      add_port (ports, range->first, VN_PORT_CLASSES_MAX - 1);
      add_port (ports, range->last, VN_PORT_CLASSES_MAX - 1);
      add_port (ports, range->last + 1u, VN_PORT_CLASSES_MAX - 1);
    }
  add_port (ports, unnamed_port (ranges), VN_PORT_CLASSES_MAX);
  g_array_sort (ports, compare_ports);
  return ports;
}
