/* SPDX-License-Identifier: Apache-2.0 */
/* Events of a cloud: their names, and those that a lab file implies by itself. */
#include "sim/model/vn-event.h"

static const char *const event_names[] = {
  [VN_EVENT_PORT_UP] = "port up",
  [VN_EVENT_UNPLUG] = "unplug",
  [VN_EVENT_API] = "API",
  [VN_EVENT_AGENT_STOP] = "agent stopped",
  [VN_EVENT_AGENT_START] = "agent started",
};
G_STATIC_ASSERT (G_N_ELEMENTS (event_names) == VN_N_EVENTS);

const char *
vn_event_name (VnEventKind kind)
{
  g_return_val_if_fail ((guint)kind < VN_N_EVENTS, "");
  return event_names[kind];
}

static void
event_clear (gpointer data)
{
  g_clear_pointer (&((VnEvent *)data)->topology, vn_topology_unref);
}

GArray *
vn_events_new (void)
{
  GArray *events = g_array_new (FALSE, TRUE, sizeof (VnEvent));

  g_array_set_clear_func (events, event_clear);
  return events;
}

static void
append (GArray *events, VnEventKind kind, guint port, guint host, VnOrigin origin)
{
  VnEvent event = { .kind = kind, .origin = origin, .port = port, .host = host };

  g_array_append_val (events, event);
}

void
vn_events_add_port_up (GArray *events, guint port, guint host, VnOrigin origin)
{
  append (events, VN_EVENT_PORT_UP, port, host, origin);
}

void
vn_events_add_unplug (GArray *events, guint port, guint host, VnOrigin origin)
{
  append (events, VN_EVENT_UNPLUG, port, host, origin);
}

void
vn_events_add_api (GArray *events, const VnTopology *topology, VnOrigin origin)
{
  VnEvent event = { .kind = VN_EVENT_API,
                    .origin = origin,
                    .port = VN_NONE,
                    .host = VN_NONE,
                    .topology = vn_topology_ref ((VnTopology *)topology) };

  g_return_if_fail (topology->sealed);
  g_array_append_val (events, event);
}

void
vn_events_add_agent_stop (GArray *events, guint host, VnOrigin origin)
{
  append (events, VN_EVENT_AGENT_STOP, VN_NONE, host, origin);
}

void
vn_events_add_agent_start (GArray *events, guint host, VnOrigin origin)
{
  append (events, VN_EVENT_AGENT_START, VN_NONE, host, origin);
}

void
vn_events_add (GArray *events, const VnEvent *event)
{
  g_array_append_val (events, *event);
  if (event->topology != NULL)
    vn_topology_ref (event->topology);
}

GArray *
vn_topology_plug_events (const VnTopology *topology)
{
  GArray *events = vn_events_new ();

  for (guint i = 0; i < topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (topology, i);

      if (port->host != VN_NONE && !port->deleted)
        vn_events_add_port_up (events, i, port->host, port->origin);
    }
  return events;
}

GArray *
vn_topology_default_events (const VnTopology *topology)
{
  GArray *events = vn_topology_plug_events (topology);

  for (guint i = 0; topology->events != NULL && i < topology->events->len; i++)
    vn_events_add (events, &g_array_index (topology->events, VnEvent, i));
  return events;
}

guint
vn_events_entry_len (const GArray *events, guint first)
{
  const VnEvent *start = &g_array_index (events, VnEvent, first);
  guint len = 1;

  while (start->title != NULL && first + len < events->len
         && vn_origin_compare (g_array_index (events, VnEvent, first + len).origin, start->origin) == 0)
    len++;
  return len;
}

const VnTopology *
vn_events_final_topology (const GArray *events, const VnTopology *topology)
{
  for (guint i = events->len; i-- > 0;)
    if (g_array_index (events, VnEvent, i).topology != NULL)
      return g_array_index (events, VnEvent, i).topology;
  return topology;
}

const VnTopology *
vn_topology_behind_events (const VnTopology *topology)
{
  return topology->events != NULL ? vn_events_final_topology (topology->events, topology) : topology;
}

/* @model: as it is by then. */
static guint
host_of (const VnEvent *event, const VnTopology *model)
{
  return event->host != VN_NONE ? event->host : vn_topology_port (model, event->port)->host;
}

guint
vn_events_tap_host (const GArray *events, const VnTopology *topology, guint port, guint *ret_order)
{
  const VnTopology *model = topology;
  guint host = VN_NONE;

  for (guint i = 0; i < events->len; i++)
    {
      const VnEvent *event = &g_array_index (events, VnEvent, i);

      if (event->topology != NULL)
        model = event->topology;
      if (event->port != port || (event->kind != VN_EVENT_PORT_UP && event->kind != VN_EVENT_UNPLUG))
        continue;
      if (event->kind == VN_EVENT_UNPLUG && host_of (event, model) == host)
        host = VN_NONE;
      if (event->kind == VN_EVENT_PORT_UP && host_of (event, model) != host)
        {
          host = host_of (event, model);
          if (ret_order != NULL)
            *ret_order = i;
        }
    }
  return host;
}
