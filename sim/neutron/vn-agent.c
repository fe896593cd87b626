/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux bridge agent's memory (Neutron 21.0.0, linuxbridge agent), and what is on its host.
 *
 * Taps come and go with the hypervisor, whether the agent runs or not; os-vif makes the bridge of an instance's port.
 * The agent processes a tap: rules, ARP and MAC protection, uplink. It takes nothing back by itself: bridge, uplink and
 * forwarding entries stay behind the last port, until the network is deleted.
 *
 * An agent that starts knows nothing but the conntrack zones, which it reads from the rules that are there. It goes
 * through all taps in one round. What happened while it was stopped it takes from the server's model; of taps that
 * vanished meanwhile it never hears, and so never reports them down. */
#include "sim/neutron/vn-agent.h"

#include "sim/model/vn-driver.h"
#include "sim/model/vn-port.h"
#include "sim/neutron/vn-agent-qos.h"
#include "sim/neutron/vn-render.h"
#include "sim/neutron/vn-uplink.h"

static void
tap_clear (gpointer data)
{
  g_clear_pointer (&((VnAgentTap *)data)->seen, vn_topology_unref);
}

static void
qos_clear (gpointer data)
{
  g_clear_pointer (&((VnAgentQos *)data)->applied, vn_topology_unref);
}

VnAgent *
vn_agent_new (const VnTopology *topology, guint machine, const VnCaps *caps)
{
  VnAgent *agent = g_new0 (VnAgent, 1);

  if (caps != NULL)
    agent->caps = *caps;
  agent->model = vn_topology_ref ((VnTopology *)topology);
  agent->topology = vn_topology_ref ((VnTopology *)topology);
  agent->machine = machine;
  agent->taps = g_array_new (FALSE, TRUE, sizeof (VnAgentTap));
  g_array_set_clear_func (agent->taps, tap_clear);
  agent->bridges = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->uplinks = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->fdb = g_array_new (FALSE, TRUE, sizeof (VnAgentFdb));
  agent->neighbours = g_array_new (FALSE, TRUE, sizeof (VnAgentNeigh));
  agent->mac_jumps = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->arp_jumps = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->qos = g_array_new (FALSE, TRUE, sizeof (VnAgentQos));
  g_array_set_clear_func (agent->qos, qos_clear);
  agent->route_moves = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->ports = g_array_new (FALSE, TRUE, sizeof (VnAgentPort));
  agent->networks = g_array_new (FALSE, TRUE, sizeof (guint));
  agent->zones = g_array_new (FALSE, TRUE, sizeof (VnAgentZone));
  agent->flushes = g_array_new (FALSE, TRUE, sizeof (VnAgentFlush));
  return agent;
}

void
vn_agent_free (VnAgent *agent)
{
  if (agent == NULL)
    return;
  g_array_unref (agent->taps);
  g_array_unref (agent->bridges);
  g_array_unref (agent->uplinks);
  g_array_unref (agent->fdb);
  g_array_unref (agent->neighbours);
  g_array_unref (agent->mac_jumps);
  g_array_unref (agent->arp_jumps);
  g_array_unref (agent->qos);
  g_array_unref (agent->route_moves);
  g_array_unref (agent->ports);
  g_array_unref (agent->networks);
  g_array_unref (agent->zones);
  g_array_unref (agent->flushes);
  vn_topology_unref (agent->topology);
  vn_topology_unref (agent->model);
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

gboolean
vn_agent_guards (const VnAgent *agent, const VnAgentPort *port)
{
  return !port->is_stranger && vn_port_is_guarded (vn_topology_port (agent->topology, port->port));
}

static void
replace (VnTopology **place, const VnTopology *topology)
{
  vn_topology_ref ((VnTopology *)topology);
  vn_topology_unref (*place);
  *place = (VnTopology *)topology;
}

/* ---- sets of networks ---- */

gboolean
vn_agent_has_number (const GArray *numbers, guint number)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, guint, i) == number)
      return TRUE;
  return FALSE;
}

/* Returns: whether it was not there before. */
static gboolean
add_once (GArray *numbers, guint number)
{
  if (vn_agent_has_number (numbers, number))
    return FALSE;
  g_array_append_val (numbers, number);
  return TRUE;
}

/* Returns: whether it was there. */
static gboolean
remove_number (GArray *numbers, guint number)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, guint, i) == number)
      {
        g_array_remove_index (numbers, i);
        return TRUE;
      }
  return FALSE;
}

/* ---- taps ---- */

gboolean
vn_agent_has_tap (const VnAgent *agent, guint port)
{
  for (guint i = 0; i < agent->taps->len; i++)
    if (g_array_index (agent->taps, VnAgentTap, i).port == port)
      return TRUE;
  return FALSE;
}

/* Returns: whether the agent had processed it. */
static gboolean
forget_port (VnAgent *agent, guint port)
{
  for (guint i = 0; i < agent->ports->len; i++)
    if (g_array_index (agent->ports, VnAgentPort, i).port == port)
      {
        g_array_remove_index (agent->ports, i);
        return TRUE;
      }
  return FALSE;
}

static void
process (VnAgent *agent, guint port)
{
  VnAgentPort processed = { .port = port, .is_stranger = vn_topology_port (agent->topology, port)->deleted };

  g_array_append_val (agent->ports, processed);
}

/* @first: the port from which on rules are new. */
static void
write_rules (VnAgent *agent, guint first)
{
  vn_agent_give_zones (agent, first);
  vn_arp_protect_update (agent);
}

void
vn_agent_plug (VnAgent *agent, guint port)
{
  VnAgentTap tap = { .port = port, .seen = vn_topology_ref (agent->model) };

  g_array_append_val (agent->taps, tap);
  add_once (agent->bridges, vn_topology_port (agent->model, port)->network);
  if (agent->is_stopped)
    return;
  process (agent, port);
  write_rules (agent, agent->ports->len - 1);
  vn_agent_qos_handle (agent, port);
}

gboolean
vn_agent_unplug (VnAgent *agent, guint port)
{
  for (guint i = agent->taps->len; i-- > 0;)
    if (g_array_index (agent->taps, VnAgentTap, i).port == port)
      g_array_remove_index (agent->taps, i);
  if (agent->is_stopped)
    return FALSE;
  vn_agent_flush_port (agent, port);
  vn_agent_qos_forget (agent, port);
  if (!forget_port (agent, port))
    return FALSE;
  vn_arp_protect_update (agent);
  return TRUE;
}

/* ---- wiring ---- */

const char *
vn_agent_wire (VnAgent *agent, guint port, gboolean no_vlan)
{
  const VnPort *p = vn_topology_port (agent->topology, port);
  const VnNetwork *network;
  const char *why_not;

  if (agent->is_stopped)
    return "the host's agent is stopped";
  if (p->deleted)
    return "the server does not know the port";
  if (p->host != agent->machine)
    return "the port is bound to another host";
  network = vn_topology_network (agent->topology, p->network);
  why_not = vn_uplink_refuses (agent, network, no_vlan);
  if (why_not != NULL)
    return why_not;
  if (add_once (agent->uplinks, p->network))
    vn_uplink_moved (agent, network);
  add_once (agent->networks, p->network);
  return p->admin_state_up ? NULL : "admin_state_up is false";
}

/* ---- changes by the API ---- */

static void
remove_of_network (GArray *entries, gsize network_offset, guint network)
{
  gsize size = g_array_get_element_size (entries);

  for (guint i = entries->len; i-- > 0;)
    if (G_STRUCT_MEMBER (guint, entries->data + i * size, network_offset) == network)
      g_array_remove_index (entries, i);
}

/* The agent takes away the bridge, and with it the uplink and what stands in its tables. */
static void
delete_network (VnAgent *agent, guint network)
{
  remove_number (agent->bridges, network);
  if (remove_number (agent->uplinks, network))
    vn_uplink_moved (agent, vn_topology_network (agent->topology, network));
  remove_number (agent->networks, network);
  remove_of_network (agent->fdb, G_STRUCT_OFFSET (VnAgentFdb, network), network);
  remove_of_network (agent->neighbours, G_STRUCT_OFFSET (VnAgentNeigh, network), network);
}

/* An instance has what its port was given; behind a port that is deleted it keeps what it had. */
static void
show_taps (VnAgent *agent, const VnTopology *topology)
{
  for (guint i = 0; i < agent->taps->len; i++)
    {
      VnAgentTap *tap = &g_array_index (agent->taps, VnAgentTap, i);

      if (!vn_topology_port (topology, tap->port)->deleted)
        replace (&tap->seen, topology);
    }
}

void
vn_agent_follow (VnAgent *agent, const VnTopology *topology)
{
  g_autoptr (VnTopology) old = vn_topology_ref (agent->topology);

  replace (&agent->model, topology);
  show_taps (agent, topology);
  if (agent->is_stopped)
    return;
  vn_agent_flush_change (agent, topology);
  replace (&agent->topology, topology);
  write_rules (agent, 0);
  vn_agent_qos_follow (agent, old);
  for (guint i = 0; i < old->networks->len; i++)
    if (vn_topology_network (topology, i)->deleted && !vn_topology_network (old, i)->deleted)
      delete_network (agent, i);
}

/* ---- stop and start ---- */

void
vn_agent_stop (VnAgent *agent)
{
  agent->is_stopped = TRUE;
}

void
vn_agent_start (VnAgent *agent)
{
  agent->is_stopped = FALSE;
  vn_agent_reread_zones (agent);
  replace (&agent->topology, agent->model);
  g_array_set_size (agent->ports, 0);
  g_array_set_size (agent->networks, 0);
  g_array_set_size (agent->qos, 0);
  for (guint i = 0; i < agent->taps->len; i++)
    process (agent, g_array_index (agent->taps, VnAgentTap, i).port);
  write_rules (agent, 0);
  for (guint i = 0; i < agent->ports->len; i++)
    vn_agent_qos_handle (agent, g_array_index (agent->ports, VnAgentPort, i).port);
}
