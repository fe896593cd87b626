/* SPDX-License-Identifier: Apache-2.0 */
/* Conntrack zones of a host (Neutron 21.0.0, ip_conntrack).
 *
 * They are given out network by network, upwards, and never taken back. The agent gives them while it writes the rules,
 * which it does in the order of the taps' names. An agent that starts reads them from the raw table: a network whose
 * ports are gone, or are all stateless, has none there. */
#include <string.h>

#include "sim/neutron/vn-firewall-private.h"

#define ZONE_FIRST 4097u
#define ZONE_LAST 65535u
#define NETWORK_KEY_LEN 11u /* characters of a network's id that the zones are kept by */

static gboolean
same_zone_key (const VnAgent *agent, guint a, guint b)
{
  return strncmp (vn_topology_network (agent->topology, a)->id, vn_topology_network (agent->topology, b)->id,
                  NETWORK_KEY_LEN)
         == 0;
}

guint
vn_agent_zone (const VnAgent *agent, guint network)
{
  for (guint i = 0; i < agent->zones->len; i++)
    {
      const VnAgentZone *zone = &g_array_index (agent->zones, VnAgentZone, i);

      if (same_zone_key (agent, zone->network, network))
        return zone->zone;
    }
  return 0;
}

static gboolean
zone_is_used (const VnAgent *agent, guint number)
{
  for (guint i = 0; i < agent->zones->len; i++)
    if (g_array_index (agent->zones, VnAgentZone, i).zone == number)
      return TRUE;
  return FALSE;
}

/* The one above the highest in use; at the end of the range the first gap. */
static guint
next_zone (const VnAgent *agent)
{
  guint highest = ZONE_FIRST - 1, gap = ZONE_FIRST;

  for (guint i = 0; i < agent->zones->len; i++)
    highest = MAX (highest, g_array_index (agent->zones, VnAgentZone, i).zone);
  if (highest < ZONE_LAST)
    return highest + 1;
  while (gap <= ZONE_LAST && zone_is_used (agent, gap))
    gap++;
  return gap <= ZONE_LAST ? gap : 0;
}

static void
give_zone (VnAgent *agent, guint network)
{
  VnAgentZone zone = { .network = network, .zone = next_zone (agent) };

  if (vn_agent_zone (agent, network) == 0 && zone.zone != 0)
    g_array_append_val (agent->zones, zone);
}

static gint
compare_taps (gconstpointer a, gconstpointer b)
{
  char taps[2][16];

  vn_name_tap ((*(const VnPort *const *)a)->id, taps[0]);
  vn_name_tap ((*(const VnPort *const *)b)->id, taps[1]);
  return strcmp (taps[0], taps[1]);
}

/* VnPort of the topology, from the @first processed one on. */
static GPtrArray *
filtered_by_tap (const VnAgent *agent, guint first)
{
  GPtrArray *ports = g_ptr_array_new ();

  for (guint i = first; i < agent->ports->len; i++)
    {
      const VnAgentPort *port = &g_array_index (agent->ports, VnAgentPort, i);

      if (vn_agent_guards (agent, port))
        g_ptr_array_add (ports, (gpointer)vn_topology_port (agent->topology, port->port));
    }
  g_ptr_array_sort (ports, compare_taps);
  return ports;
}

void
vn_agent_give_zones (VnAgent *agent, guint first)
{
  g_autoptr (GPtrArray) ports = NULL;

  if (!vn_agent_writes_rules (agent))
    return;
  ports = filtered_by_tap (agent, first);
  for (guint i = 0; i < ports->len; i++)
    give_zone (agent, VN_AT (ports, VnPort, i)->network);
}

void
vn_agent_reread_zones (VnAgent *agent)
{
  g_autoptr (GPtrArray) ports = filtered_by_tap (agent, 0);
  g_autoptr (GArray) named = g_array_new (FALSE, TRUE, sizeof (VnAgentZone));

  for (guint i = 0; i < agent->zones->len; i++)
    {
      VnAgentZone *zone = &g_array_index (agent->zones, VnAgentZone, i);
      gboolean is_named = FALSE;

      for (guint j = 0; j < ports->len && !is_named; j++)
        is_named = same_zone_key (agent, VN_AT (ports, VnPort, j)->network, zone->network)
                   && vn_firewall_is_stateful (agent->topology, VN_AT (ports, VnPort, j));
      if (is_named)
        g_array_append_val (named, *zone);
    }
  g_array_unref (agent->zones);
  agent->zones = g_steal_pointer (&named);
}
