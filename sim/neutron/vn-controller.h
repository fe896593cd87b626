/* SPDX-License-Identifier: Apache-2.0 */
/* The Neutron server: which ports can be bound, which are ACTIVE, and whom it tells what of them. */
#pragma once

#include "sim/neutron/vn-l2pop.h"

G_BEGIN_DECLS

typedef struct
{
  VnTopology *topology;  /* the server's model; owned */
  GArray *active;        /* guint: ports in the order in which they became ACTIVE */
  gboolean newest_first; /* how a host's ports are listed in a message: the server guarantees no order */
} VnController;

VnController *vn_controller_new (const VnTopology *topology);
void vn_controller_free (VnController *controller);

/* Port binding. Returns: NULL if the port is bound, else why it is not ("binding failed: …"; static). */
const char *vn_controller_refuses (const VnController *controller, guint port);
gboolean vn_controller_is_active (const VnController *controller, guint port);

/* What the server sends, in the order of sending. Array of VnL2popMessage, transfer full. */

/* An agent reported the port up. It may be ACTIVE already: an agent that starts reports all its ports again. */
GPtrArray *vn_controller_port_up (VnController *controller, guint port);
/* An agent reported the port down. */
GPtrArray *vn_controller_port_down (VnController *controller, guint port);
/* Calls of the API made @topology of the model. */
GPtrArray *vn_controller_change (VnController *controller, const VnTopology *topology);

G_END_DECLS
