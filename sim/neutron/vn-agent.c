/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux bridge agent's memory (Neutron 21.0.0, linuxbridge agent).
 *
 * Conntrack zones are given out network by network, upwards, and never taken back. Forwarding entries come only from
 * the server's messages, and an agent ignores a message about a network of which it has seen no port yet; so what
 * stands in its tables depends on the order of events, and is kept here as it grows.
 *
 * A message is worked through entry by entry. With the ARP responder each (MAC, address) first becomes a neighbour
 * entry of the VXLAN device. IPv6 is off on that device, so the kernel refuses an IPv6 neighbour; the agent does not
 * expect that, and the rest of the message is lost. */
#include "sim/neutron/vn-agent.h"

#include <string.h>

#include "sim/model/vn-driver.h"
#include "sim/model/vn-port.h"

#define ZONE_FIRST 4097u
#define ZONE_LAST 65535u
#define NETWORK_KEY_LEN 11u /* characters of a network's id that the zones are kept by */

VnAgent *
vn_agent_new (const VnTopology *topology, guint machine)
{
  VnAgent *agent = g_new0 (VnAgent, 1);

  agent->topology = topology;
  agent->machine = machine;
  agent->ports = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->networks = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->zones = g_array_new (FALSE, TRUE, sizeof (VnAgentZone));
  agent->fdb = g_array_new (FALSE, TRUE, sizeof (VnAgentFdb));
  agent->neighbours = g_array_new (FALSE, TRUE, sizeof (VnAgentNeigh));
  return agent;
}

void
vn_agent_free (VnAgent *agent)
{
  if (agent == NULL)
    return;
  g_array_unref (agent->ports);
  g_array_unref (agent->networks);
  g_array_unref (agent->zones);
  g_array_unref (agent->fdb);
  g_array_unref (agent->neighbours);
  g_free (agent);
}

const VnConfig *
vn_agent_config (const VnAgent *agent)
{
  return vn_topology_machine (agent->topology, agent->machine)->agent;
}

gboolean
vn_agent_writes_rules (const VnAgent *agent)
{
  VnFirewall firewall = vn_firewall_of (vn_agent_config (agent));

  return vn_config_bool (vn_agent_config (agent), VN_OPT_ENABLE_SECURITY_GROUP)
         && (firewall == VN_FIREWALL_IPTABLES || firewall == VN_FIREWALL_HYBRID);
}

/* ---- zones ---- */

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

/* ---- wiring ---- */

static gboolean
contains (const GArray *numbers, guint number)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, guint, i) == number)
      return TRUE;
  return FALSE;
}

/* The kernel refuses an MTU that leaves no room for the outer headers; the agent then deletes the device again. */
static const char *
vxlan_fails (const VnAgent *agent, const VnNetwork *network)
{
  const VnMachine *machine = vn_topology_machine (agent->topology, agent->machine);
  guint index = vn_machine_tunnel_interface (machine);

  if (index == VN_NONE)
    return "no interface of the host has the agent's local_ip";
  if (network->segmentation_id > VN_VNI_MAX)
    return "the kernel takes no VNI over 16777215";
  if (network->mtu + vn_vxlan_overhead_bytes (machine->agent) > VN_AT (machine->interfaces, VnInterface, index)->mtu)
    return "the network's MTU leaves no room for VXLAN's headers on the tunnel interface";
  return NULL;
}

static const char *
uplink_fails (const VnAgent *agent, const VnNetwork *network, gboolean no_vlan)
{
  switch (network->type)
    {
    case VN_NET_LOCAL:
      return NULL;
    case VN_NET_VXLAN:
      return vxlan_fails (agent, network);
    case VN_NET_VLAN:
      return no_vlan ? "this kernel has no 802.1Q devices" : "this release builds no uplink for vlan networks";
    default:
      return "this release builds no uplink for flat networks";
    }
}

const char *
vn_agent_plug (VnAgent *agent, guint port, gboolean no_vlan)
{
  const VnPort *p = vn_topology_port (agent->topology, port);
  const char *why_not = uplink_fails (agent, vn_topology_network (agent->topology, p->network), no_vlan);

  g_array_append_val (agent->ports, port);
  if (vn_agent_writes_rules (agent) && vn_port_is_guarded (p))
    give_zone (agent, p->network);
  if (why_not == NULL && !contains (agent->networks, p->network))
    g_array_append_val (agent->networks, p->network);
  return why_not;
}

/* ---- messages ---- */

static VnOrigin
origin_of_entry (const VnAgent *agent, const VnL2popEntry *entry)
{
  if (entry->port != VN_NONE)
    return vn_topology_port (agent->topology, entry->port)->origin;
  return vn_config_origin (vn_topology_machine (agent->topology, entry->host)->agent, VN_OPT_VXLAN_LOCAL_IP);
}

static void
append_fdb (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  VnAgentFdb fdb = { network, entry->mac, entry->endpoint, origin_of_entry (agent, entry) };

  for (guint i = 0; i < agent->fdb->len; i++)
    {
      const VnAgentFdb *old = &g_array_index (agent->fdb, VnAgentFdb, i);

      if (old->network == network && vn_mac_equal (old->mac, fdb.mac) && vn_ip_equal (old->dst, fdb.dst))
        return;
    }
  g_array_append_val (agent->fdb, fdb);
}

/* A MAC address has one place: what stood there is deleted first. */
static void
replace_fdb (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  for (guint i = agent->fdb->len; i-- > 0;)
    {
      const VnAgentFdb *old = &g_array_index (agent->fdb, VnAgentFdb, i);

      if (old->network == network && vn_mac_equal (old->mac, entry->mac) && !vn_ip_equal (old->dst, entry->endpoint))
        g_array_remove_index (agent->fdb, i);
    }
  append_fdb (agent, network, entry);
}

static void
replace_neighbour (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  VnAgentNeigh neighbour = { network, entry->ip, entry->mac, origin_of_entry (agent, entry) };

  for (guint i = 0; i < agent->neighbours->len; i++)
    {
      VnAgentNeigh *old = &g_array_index (agent->neighbours, VnAgentNeigh, i);

      if (old->network == network && vn_ip_equal (old->ip, entry->ip))
        {
          *old = neighbour;
          return;
        }
    }
  g_array_append_val (agent->neighbours, neighbour);
}

/* Returns: FALSE if the agent fails at this entry. */
static gboolean
work_through (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  const VnConfig *config = vn_agent_config (agent);

  if (vn_mac_equal (entry->mac, VN_MAC_ZERO))
    {
      if (vn_vxlan_mode (config) == VN_VXLAN_UNICAST)
        append_fdb (agent, network, entry);
      return TRUE;
    }
  if (vn_vxlan_proxy (config))
    {
      if (entry->ip.family == VN_FAMILY_IPV6)
        return FALSE;
      replace_neighbour (agent, network, entry);
    }
  replace_fdb (agent, network, entry);
  return TRUE;
}

void
vn_agent_receive (VnAgent *agent, const VnL2popMessage *message)
{
  const VnConfig *config = vn_agent_config (agent);
  VnIp own = vn_config_ip (config, VN_OPT_VXLAN_LOCAL_IP);

  if (!vn_config_bool (config, VN_OPT_VXLAN_L2_POPULATION) || !contains (agent->networks, message->network)
      || (message->to != VN_NONE && message->to != agent->machine))
    return;
  for (guint i = 0; i < message->entries->len; i++)
    {
      const VnL2popEntry *entry = &g_array_index (message->entries, VnL2popEntry, i);

      if (!vn_ip_equal (entry->endpoint, own) && !work_through (agent, message->network, entry))
        return;
    }
}
