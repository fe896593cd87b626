/* SPDX-License-Identifier: Apache-2.0 */
/* What the Neutron server and every agent remember, folded over events.
 *
 * A port comes up in three steps: the server has bound it to the host, the host's agent finds its tap and wires it, and
 * reports it up; then the server makes it ACTIVE and tells agents of it. It goes down when the agent misses the tap or
 * is told to set it down. A change by the API reaches the agents as messages about tunnels, and by the rules, members
 * and ports that they fetch anew. All messages are delivered in the order of sending before the next event happens.
 *
 * An instance is in one place: where it is plugged, it is unplugged elsewhere. */
#include "sim/neutron/vn-world.h"

#include "sim/neutron/vn-controller.h"
#include "sim/neutron/vn-render.h"

struct _VnWorld
{
  VnTopology *topology; /* the server's model */
  VnCaps caps;
  VnController *controller;
  GPtrArray *agents; /* VnAgent, index = machine; NULL where none runs */
  GArray *why_not;   /* const char *, index = port: static; NULL = ACTIVE */
};

#define NEVER_PLUGGED "the port was not plugged"

static void
agent_free (gpointer data)
{
  vn_agent_free (data);
}

static VnAgent *
nth_agent (const VnWorld *world, guint machine)
{
  return machine < world->agents->len ? g_ptr_array_index (world->agents, machine) : NULL;
}

/* Machines and ports that @world does not know yet, and agents that machines have got or lost. */
static void
add_newcomers (VnWorld *world, const VnTopology *topology)
{
  const char *why_not = NEVER_PLUGGED;

  g_ptr_array_set_size (world->agents, (gint)topology->machines->len);
  for (guint i = 0; i < topology->machines->len; i++)
    {
      gboolean has_agent = vn_topology_machine (topology, i)->agent != NULL;
      gpointer *agent = &world->agents->pdata[i];

      if (!has_agent)
        g_clear_pointer (agent, agent_free);
      else if (*agent == NULL)
        *agent = vn_agent_new (topology, i, &world->caps);
    }
  while (world->why_not->len < topology->ports->len)
    g_array_append_val (world->why_not, why_not);
}

VnWorld *
vn_world_new (const VnTopology *topology, const VnCaps *caps)
{
  VnWorld *world = g_new0 (VnWorld, 1);

  world->topology = vn_topology_ref ((VnTopology *)topology);
  if (caps != NULL)
    world->caps = *caps;
  world->controller = vn_controller_new (topology);
  world->agents = g_ptr_array_new_with_free_func (agent_free);
  world->why_not = g_array_new (FALSE, FALSE, sizeof (const char *));
  add_newcomers (world, topology);
  return world;
}

void
vn_world_list_newest_first (VnWorld *world)
{
  world->controller->newest_first = TRUE;
}

void
vn_world_free (VnWorld *world)
{
  if (world == NULL)
    return;
  g_ptr_array_unref (world->agents);
  g_array_unref (world->why_not);
  vn_controller_free (world->controller);
  vn_topology_unref (world->topology);
  g_free (world);
}

/* @messages: array of VnL2popMessage, taken over. */
static void
deliver (VnWorld *world, GPtrArray *messages)
{
  for (guint i = 0; i < messages->len; i++)
    for (guint j = 0; j < world->agents->len; j++)
      if (nth_agent (world, j) != NULL)
        vn_agent_receive (nth_agent (world, j), g_ptr_array_index (messages, i));
  g_ptr_array_unref (messages);
}

static void
set_why_not (VnWorld *world, guint port, const char *why_not)
{
  g_array_index (world->why_not, const char *, port) = why_not;
}

/* The agent wires the port and tells the server how that went; of a port of another host it says nothing. */
static void
wire (VnWorld *world, VnAgent *agent, guint port)
{
  const VnPort *p = vn_topology_port (world->topology, port);
  const char *why_not = vn_agent_wire (agent, port, world->caps.no_vlan);

  if (agent->is_stopped && vn_controller_is_active (world->controller, port))
    return;
  if (p->host == agent->machine || !vn_controller_is_active (world->controller, port))
    set_why_not (world, port, why_not);
  if (why_not == NULL)
    deliver (world, vn_controller_port_up (world->controller, port));
  else if (p->host == agent->machine)
    deliver (world, vn_controller_port_down (world->controller, port));
}

static void
unplug_from (VnWorld *world, guint port, guint machine)
{
  VnAgent *agent = nth_agent (world, machine);

  if (agent == NULL || !vn_agent_has_tap (agent, port) || !vn_agent_unplug (agent, port)
      || vn_topology_port (world->topology, port)->host != machine)
    return;
  set_why_not (world, port, "the port was unplugged");
  deliver (world, vn_controller_port_down (world->controller, port));
}

/* ---- events ---- */

static guint
host_of (const VnWorld *world, const VnEvent *event)
{
  return event->host != VN_NONE ? event->host : vn_topology_port (world->topology, event->port)->host;
}

static void
port_up (VnWorld *world, const VnEvent *event)
{
  const VnPort *p = vn_topology_port (world->topology, event->port);
  const char *refused = p->deleted ? NULL : vn_controller_refuses (world->controller, event->port);
  guint host = host_of (world, event);
  VnAgent *agent = nth_agent (world, host);

  if (refused != NULL)
    set_why_not (world, event->port, refused);
  if (refused != NULL || agent == NULL || vn_agent_has_tap (agent, event->port))
    return;
  for (guint i = 0; i < world->agents->len; i++)
    if (i != host)
      unplug_from (world, event->port, i);
  vn_agent_plug (agent, event->port);
  wire (world, agent, event->port);
}

static void
unplug (VnWorld *world, const VnEvent *event)
{
  unplug_from (world, event->port, host_of (world, event));
}

static gboolean
same_numbers (const GArray *a, const GArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    if (g_array_index (a, guint, i) != g_array_index (b, guint, i))
      return FALSE;
  return a->len == b->len;
}

static gboolean
same_addresses (const GArray *a, const GArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    if (!vn_ip_equal (g_array_index (a, VnFixedIp, i).ip_address, g_array_index (b, VnFixedIp, i).ip_address))
      return FALSE;
  return a->len == b->len;
}

/* Whether the server tells the port's agent to look at it again. */
static gboolean
is_updated (const VnPort *old, const VnPort *now)
{
  return old->admin_state_up != now->admin_state_up || old->port_security_enabled != now->port_security_enabled
         || old->qos_policy != now->qos_policy || !same_addresses (old->fixed_ips, now->fixed_ips)
         || !same_numbers (old->security_groups, now->security_groups);
}

/* The agent goes through the whole device again and reports it once more, so that all hosts are told of it again. */
static void
follow_updates (VnWorld *world, const VnTopology *old)
{
  for (guint i = 0; i < old->ports->len; i++)
    {
      const VnPort *now = vn_topology_port (world->topology, i);
      VnAgent *agent = nth_agent (world, now->host);

      if (!now->deleted && is_updated (vn_topology_port (old, i), now) && agent != NULL && vn_agent_has_tap (agent, i))
        wire (world, agent, i);
    }
}

/* Why ports that were ACTIVE are so no longer. */
static void
explain (VnWorld *world)
{
  for (guint i = 0; i < world->topology->ports->len; i++)
    {
      gboolean is_deleted = vn_topology_port (world->topology, i)->deleted;

      if (g_array_index (world->why_not, const char *, i) == NULL && !vn_controller_is_active (world->controller, i))
        set_why_not (world, i, is_deleted ? "the port was deleted" : "the port was not plugged where it is bound to");
    }
}

static void
change (VnWorld *world, const VnEvent *event)
{
  g_autoptr (VnTopology) old = world->topology;

  world->topology = vn_topology_ref (event->topology);
  deliver (world, vn_controller_change (world->controller, world->topology));
  for (guint i = 0; i < world->agents->len; i++)
    if (nth_agent (world, i) != NULL && vn_topology_machine (world->topology, i)->agent != NULL)
      vn_agent_follow (nth_agent (world, i), world->topology);
  add_newcomers (world, world->topology);
  follow_updates (world, old);
  explain (world);
}

static void
stop_agent (VnWorld *world, const VnEvent *event)
{
  if (nth_agent (world, event->host) != NULL)
    vn_agent_stop (nth_agent (world, event->host));
}

static void
start_agent (VnWorld *world, const VnEvent *event)
{
  VnAgent *agent = nth_agent (world, event->host);

  if (agent == NULL)
    return;
  vn_agent_start (agent);
  for (guint i = 0; i < agent->taps->len; i++)
    wire (world, agent, g_array_index (agent->taps, VnAgentTap, i).port);
}

VnWorld *
vn_world_step (VnWorld *world, const VnEvent *event)
{
  static void (*const steps[]) (VnWorld *, const VnEvent *) = {
    [VN_EVENT_PORT_UP] = port_up,       [VN_EVENT_UNPLUG] = unplug,           [VN_EVENT_API] = change,
    [VN_EVENT_AGENT_STOP] = stop_agent, [VN_EVENT_AGENT_START] = start_agent,
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (steps) == VN_N_EVENTS);

  steps[event->kind](world, event);
  return world;
}

VnWorld *
vn_world_fold (VnWorld *world, const GArray *events)
{
  for (guint i = 0; i < events->len; i++)
    world = vn_world_step (world, &g_array_index (events, VnEvent, i));
  return world;
}

void
vn_world_render (const VnWorld *world, VnTables *tables)
{
  for (guint i = 0; i < world->agents->len; i++)
    if (nth_agent (world, i) != NULL)
      vn_agent_render (nth_agent (world, i), tables);
}

gboolean
vn_world_port_active (const VnWorld *world, guint port, const char **ret_why_not)
{
  const char *why_not = g_array_index (world->why_not, const char *, port);

  if (ret_why_not != NULL)
    *ret_why_not = why_not;
  return why_not == NULL;
}
