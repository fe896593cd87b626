/* SPDX-License-Identifier: Apache-2.0 */
/* Events of a cloud: their names, and those that a lab file implies by itself. */
#include "sim/model/vn-event.h"

static const char *const event_names[] = {
  [VN_EVENT_PORT_UP] = "port up",
};
G_STATIC_ASSERT (G_N_ELEMENTS (event_names) == VN_N_EVENTS);

const char *
vn_event_name (VnEventKind kind)
{
  g_return_val_if_fail ((guint)kind < VN_N_EVENTS, "");
  return event_names[kind];
}

GArray *
vn_topology_default_events (const VnTopology *topology)
{
  GArray *events = g_array_new (FALSE, TRUE, sizeof (VnEvent));

  for (guint i = 0; i < topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (topology, i);
      VnEvent event = { .kind = VN_EVENT_PORT_UP, .origin = port->origin, .port = i };

      if (port->host != VN_NONE && port->admin_state_up)
        g_array_append_val (events, event);
    }
  return events;
}
