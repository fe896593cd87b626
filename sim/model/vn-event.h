/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a cloud, in order. Only "port up" so far. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

typedef enum
{
  VN_EVENT_PORT_UP, /* the hypervisor plugged the port's tap and the agent reported it up */
  VN_N_EVENTS
} VnEventKind;

typedef struct
{
  VnEventKind kind;
  VnOrigin origin;
  guint port;
} VnEvent;

/* Every bound port with admin_state_up plugged, in the file's order. Array of VnEvent, transfer full. */
GArray *vn_topology_default_events (const VnTopology *topology);
const char *vn_event_name (VnEventKind kind);

G_END_DECLS
