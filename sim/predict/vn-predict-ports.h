/* SPDX-License-Identifier: Apache-2.0 */
/* What the API and the events so far make of each port: plugged or not, protected, filtered, stateful. */
#pragma once

#include "sim/model/vn-event.h"

G_BEGIN_DECLS

typedef struct
{
  const VnPort *port;
  gboolean has_tap; /* on the host that it is bound to: the agent filters it there, up or down */
  gboolean plugged;
  guint plug_order; /* which of the ports went up first; smaller is earlier, if it is plugged */
  char *why_not;    /* a clause, if it isn't plugged */
  VnOrigin why_not_origin;
  gboolean guarded;            /* port security: MAC and ARP protection, whatever the server says about groups */
  gboolean filtered;           /* security groups, IP anti-spoofing, no DHCP server, no router */
  gboolean stateful;           /* answers come and go without rules of their own */
  gboolean has_ipv4, has_ipv6; /* among fixed addresses and allowed address pairs */
  gboolean bridge_stateful;    /* what connection tracking does on its host, see SG-STATELESS-BRIDGE */
  GArray *shares_chains;       /* guint: ports with these chains, itself too, see SG-CHAIN-COLLISION; NULL = none */
} VnPredictPort;

/* Behind all of @events, which began with @first. Array of VnPredictPort, index = port. Transfer full. */
GArray *vn_predict_ports_new (const VnTopology *first, const GArray *events);
/* Whether the server's API has security groups at all. */
gboolean vn_predict_has_groups (const VnTopology *topology);

G_END_DECLS
