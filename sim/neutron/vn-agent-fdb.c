/* SPDX-License-Identifier: Apache-2.0 */
/* What a Linux bridge agent does with the server's messages (Neutron 21.0.0, l2population RPC of the agent).
 *
 * Forwarding entries come only from the server's messages, and an agent ignores a message about a network of which it
 * has processed no port; so what stands in its tables depends on the order of events, and is kept here as it grows.
 *
 * A message is worked through entry by entry. With the ARP responder each (MAC, address) first becomes a neighbour
 * entry of the VXLAN device. IPv6 is off on that device, so the kernel refuses an IPv6 neighbour; the agent does not
 * expect that, and the rest of the message is lost. It does expect that an entry to be deleted is not there. */
#include "sim/model/vn-driver.h"
#include "sim/neutron/vn-agent.h"

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

static void
remove_fdb (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  for (guint i = agent->fdb->len; i-- > 0;)
    {
      const VnAgentFdb *fdb = &g_array_index (agent->fdb, VnAgentFdb, i);

      if (fdb->network == network && vn_mac_equal (fdb->mac, entry->mac) && vn_ip_equal (fdb->dst, entry->endpoint))
        g_array_remove_index (agent->fdb, i);
    }
}

static void
remove_neighbour (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  for (guint i = agent->neighbours->len; i-- > 0;)
    {
      const VnAgentNeigh *neighbour = &g_array_index (agent->neighbours, VnAgentNeigh, i);

      if (neighbour->network == network && vn_ip_equal (neighbour->ip, entry->ip))
        g_array_remove_index (agent->neighbours, i);
    }
}

/* Each works on one entry. Returns: FALSE if the agent fails at it. */

static gboolean
add_neighbour (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  if (!vn_vxlan_proxy (vn_agent_config (agent)))
    return TRUE;
  if (entry->ip.family == VN_FAMILY_IPV6)
    return FALSE;
  replace_neighbour (agent, network, entry);
  return TRUE;
}

static gboolean
floods (const VnAgent *agent)
{
  return vn_vxlan_mode (vn_agent_config (agent)) == VN_VXLAN_UNICAST;
}

static gboolean
add_entry (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  if (vn_mac_equal (entry->mac, VN_MAC_ZERO))
    {
      if (floods (agent))
        append_fdb (agent, network, entry);
      return TRUE;
    }
  if (!add_neighbour (agent, network, entry))
    return FALSE;
  replace_fdb (agent, network, entry);
  return TRUE;
}

static gboolean
remove_entry (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  if (!vn_mac_equal (entry->mac, VN_MAC_ZERO))
    remove_neighbour (agent, network, entry);
  remove_fdb (agent, network, entry);
  return TRUE;
}

static gboolean
update_entry (VnAgent *agent, guint network, const VnL2popEntry *entry)
{
  if (!entry->is_old)
    return add_neighbour (agent, network, entry);
  remove_neighbour (agent, network, entry);
  return TRUE;
}

void
vn_agent_receive (VnAgent *agent, const VnL2popMessage *message)
{
  static gboolean (*const work[]) (VnAgent *, guint, const VnL2popEntry *) = {
    [VN_L2POP_ADD] = add_entry,
    [VN_L2POP_REMOVE] = remove_entry,
    [VN_L2POP_UPDATE] = update_entry,
  };
  const VnConfig *config = vn_agent_config (agent);
  VnIp own = vn_config_ip (config, VN_OPT_VXLAN_LOCAL_IP);

  if (agent->is_stopped || !vn_config_bool (config, VN_OPT_VXLAN_L2_POPULATION)
      || !vn_agent_has_number (agent->networks, message->network)
      || (message->to != VN_NONE && message->to != agent->machine))
    return;
  for (guint i = 0; i < message->entries->len; i++)
    {
      const VnL2popEntry *entry = &g_array_index (message->entries, VnL2popEntry, i);

      if (!vn_ip_equal (entry->endpoint, own) && !work[message->kind](agent, message->network, entry))
        return;
    }
}
