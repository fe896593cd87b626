/* SPDX-License-Identifier: Apache-2.0 */
/* A topology in the places of another one. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* A copy of @wanted, not sealed, in which everything that @standing has, too, has its index there; what only @standing
 * has keeps its place with `deleted` set, and what is new comes behind. Without
 * events, which speak of the places of @wanted. Transfer full. */
VnTopology *vn_topology_align (const VnTopology *standing, const VnTopology *wanted);

G_END_DECLS
