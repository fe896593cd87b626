/* SPDX-License-Identifier: Apache-2.0 */
/* What the Neutron server and every agent remember, folded over events.
 *
 * A port comes up in three steps: the server has bound it to the host, the host's agent finds its tap and wires it, and
 * reports it up; then the server makes it ACTIVE and tells agents of it. Messages are delivered in the order of sending
 * before the next event happens. */
#include "sim/neutron/vn-world.h"

#include "sim/neutron/vn-controller.h"
#include "sim/neutron/vn-render.h"

struct _VnWorld
{
  VnTopology *topology;
  VnCaps caps;
  VnController *controller;
  GPtrArray *agents; /* VnAgent, index = machine; NULL where none runs */
  GArray *ports;     /* PortState, index = port */
};

typedef struct
{
  gboolean active;
  const char *why_not; /* static */
} PortState;

static void
agent_free (gpointer data)
{
  vn_agent_free (data);
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
  for (guint i = 0; i < topology->machines->len; i++)
    g_ptr_array_add (world->agents,
                     vn_topology_machine (topology, i)->agent != NULL ? vn_agent_new (topology, i) : NULL);
  world->ports = g_array_new (FALSE, TRUE, sizeof (PortState));
  g_array_set_size (world->ports, topology->ports->len);
  for (guint i = 0; i < world->ports->len; i++)
    g_array_index (world->ports, PortState, i).why_not = "the port was not plugged";
  return world;
}

void
vn_world_free (VnWorld *world)
{
  if (world == NULL)
    return;
  g_ptr_array_unref (world->agents);
  g_array_unref (world->ports);
  vn_controller_free (world->controller);
  vn_topology_unref (world->topology);
  g_free (world);
}

static void
deliver (VnWorld *world, const VnL2popMessage *message)
{
  for (guint i = 0; i < world->agents->len; i++)
    {
      VnAgent *agent = g_ptr_array_index (world->agents, i);

      if (agent != NULL)
        vn_agent_receive (agent, message);
    }
}

static void
port_up (VnWorld *world, const VnEvent *event)
{
  PortState *state = &g_array_index (world->ports, PortState, event->port);
  guint host = vn_topology_port (world->topology, event->port)->host;
  g_autoptr (GPtrArray) messages = NULL;

  if (state->active)
    return;
  state->why_not = vn_controller_refuses (world->controller, event->port);
  if (state->why_not == NULL)
    state->why_not = vn_agent_plug (g_ptr_array_index (world->agents, host), event->port, world->caps.no_vlan);
  state->active = state->why_not == NULL;
  if (!state->active)
    return;
  messages = vn_controller_port_up (world->controller, event->port);
  for (guint i = 0; i < messages->len; i++)
    deliver (world, g_ptr_array_index (messages, i));
}

VnWorld *
vn_world_step (VnWorld *world, const VnEvent *event)
{
  static void (*const steps[VN_N_EVENTS]) (VnWorld *, const VnEvent *) = {
    [VN_EVENT_PORT_UP] = port_up,
  };

  if (steps[event->kind] != NULL)
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
    if (g_ptr_array_index (world->agents, i) != NULL)
      vn_agent_render (g_ptr_array_index (world->agents, i), tables);
}

gboolean
vn_world_port_active (const VnWorld *world, guint port, const char **ret_why_not)
{
  const PortState *state = &g_array_index (world->ports, PortState, port);

  if (ret_why_not != NULL)
    *ret_why_not = state->why_not;
  return state->active;
}
