/* SPDX-License-Identifier: Apache-2.0 */
/* What the API and the events so far make of each port: plugged or not, protected, filtered, stateful. */
#pragma once

#include "sim/predict/vn-predict-history.h"
#include "sim/predict/vn-predict-sg.h"

G_BEGIN_DECLS

typedef struct
{
  const VnPort *port;
  const VnSgBook *book; /* the groups that it is filtered by; borrowed */
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

/* @len ports that nothing is known of. Array of VnPredictPort, transfer full. */
GArray *vn_predict_ports_empty (guint len);
/* As the API promises them, without what is shared on hosts, and without books. Array of VnPredictPort, index = port.
 * Transfer full. */
GArray *vn_predict_ports_new (const VnHistory *history);
/* What groups and port security of the model @topology make of @port. */
void vn_predict_port_describe (const VnTopology *topology, const VnPort *port, VnPredictPort *state);
/* Whether the server's API has security groups at all. */
gboolean vn_predict_has_groups (const VnTopology *topology);

G_END_DECLS
