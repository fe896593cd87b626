/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a cloud, in order.
 *
 * The topology is never changed in place. A change by the API is an event that brings the server's model as it is from
 * then on: a new sealed topology in which everything keeps its index and what was deleted keeps its place. What the
 * server tells the agents of it follows from the old one and the new one. The instances' own devices follow the agent:
 * a port is plugged and unplugged by events of its own, also around a migration. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

typedef enum
{
  VN_EVENT_PORT_UP,     /* the hypervisor plugged the port's tap; the agent, if it runs, saw and wired it */
  VN_EVENT_UNPLUG,      /* the tap is gone; the agent, if it runs, noticed */
  VN_EVENT_API,         /* calls of the API were done, and the agents have followed them */
  VN_EVENT_AGENT_STOP,  /* what it made stays; messages pass it by */
  VN_EVENT_AGENT_START, /* it went through its host's devices once */
  VN_N_EVENTS
} VnEventKind;

typedef struct
{
  VnEventKind kind;
  VnOrigin origin;
  guint port;           /* PORT_UP, UNPLUG; else VN_NONE */
  guint host;           /* machine: AGENT_STOP, AGENT_START; PORT_UP, UNPLUG: VN_NONE = the one the port is bound to */
  VnTopology *topology; /* API: owned; else NULL */
  const char *title;    /* as the lab file has it, interned; NULL = it does not stand there */
} VnEvent;

/* Empty. Array of VnEvent that drops its references; transfer full. */
GArray *vn_events_new (void);
/* Each appends an event to @events. @host may be VN_NONE: the machine that the port is bound to by then. */
void vn_events_add_port_up (GArray *events, guint port, guint host, VnOrigin origin);
void vn_events_add_unplug (GArray *events, guint port, guint host, VnOrigin origin);
/* @topology: sealed, kept by reference; not fewer objects than the one before, in the same places. */
void vn_events_add_api (GArray *events, const VnTopology *topology, VnOrigin origin);
void vn_events_add_agent_stop (GArray *events, guint host, VnOrigin origin);
void vn_events_add_agent_start (GArray *events, guint host, VnOrigin origin);
/* @event is copied. */
void vn_events_add (GArray *events, const VnEvent *event);
/* Every bound port plugged where it is bound, in the file's order. Array of VnEvent, transfer full. */
GArray *vn_topology_plug_events (const VnTopology *topology);
/* All that happens to a lab by its file: these, then its `events:`. Array of VnEvent, transfer full. */
GArray *vn_topology_default_events (const VnTopology *topology);
/* As its file's `events:` leave it. Borrowed. */
const VnTopology *vn_topology_behind_events (const VnTopology *topology);
/* How many of @events from @first on are one entry of the file: they follow each other without a pause. */
guint vn_events_entry_len (const GArray *events, guint first);
/* The topology behind all of @events: the last one that an API event brought, else @topology. Borrowed. */
const VnTopology *vn_events_final_topology (const GArray *events, const VnTopology *topology);
/* The machine on which the port's tap is behind all of @events; VN_NONE = nowhere. @ret_order: nullable; set to the
 * index of the event that plugged it. */
guint vn_events_tap_host (const GArray *events, const VnTopology *topology, guint port, guint *ret_order);
const char *vn_event_name (VnEventKind kind);

G_END_DECLS
