/* SPDX-License-Identifier: Apache-2.0 */
/* Small clouds that have run: every port plugged, every host rendered. */
#pragma once

#include "sim/neutron/vn-world.h"
#include "tests/lib/vn-test-cloud.h"

G_BEGIN_DECLS

/* compute1 at 10.0.0.101, compute2 at .102, compute3; a network with VNI 42, 172.16.1.0/24 and 2001:db8::/64; a group.
 */
typedef struct
{
  VnTopology *t;
  guint hosts[3];
  guint network, group;
} VnTestWorld;

VnTestWorld vn_test_world_new (void);
/* On the network and in the group. @host: index into hosts. Returns: the port. */
guint vn_test_world_server (VnTestWorld *cloud, const char *name, guint host, const char *addresses);
/* Seals, plugs everything, renders, and lets the topology go. @ret_world: nullable. */
VnTables *vn_test_world_run (VnTestWorld *cloud, VnWorld **ret_world);

G_END_DECLS
