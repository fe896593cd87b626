/* SPDX-License-Identifier: Apache-2.0 */
/* The Neutron server: which ports can be bound, which are ACTIVE, and whom it tells what when one becomes so. */
#pragma once

#include "sim/neutron/vn-l2pop.h"

G_BEGIN_DECLS

typedef struct
{
  const VnTopology *topology; /* borrowed */
  GArray *active;             /* guint: ports in the order in which they became ACTIVE */
} VnController;

VnController *vn_controller_new (const VnTopology *topology);
void vn_controller_free (VnController *controller);

/* Port binding. Returns: NULL if the port is bound, else why it is not ("binding failed: …"; static). */
const char *vn_controller_refuses (const VnController *controller, guint port);
/* An agent reported the port up. Returns: array of VnL2popMessage in the order of sending, transfer full. */
GPtrArray *vn_controller_port_up (VnController *controller, guint port);

G_END_DECLS
