/* SPDX-License-Identifier: Apache-2.0 */
/* The ports that are worth a probe between two ends: the rules cut all ports into classes. Private to sim/probe. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* Limit on the ports probed for one ordered pair, family and protocol. Those of the first rules are kept. */
#define VN_PORT_CLASSES_MAX 64

/* @protocol: IPPROTO_TCP or _UDP. For each port range of an egress rule of @from or an ingress rule of @to, then of the
 * other ports of the network: just before, first, last and just after; then one port that is in no range, if there is
 * one. Array of guint16, ascending, without duplicates. Ends that are no ports and ports without port security have no
 * rules. Transfer full. */
GArray *vn_port_classes (const VnTopology *topology, const VnEnd *from, const VnEnd *to, VnFamily family,
                         guint8 protocol);

G_END_DECLS
