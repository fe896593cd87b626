/* SPDX-License-Identifier: Apache-2.0 */
/* The hosts that the scenarios ran on: a controller, h1, h2 and h3, and what was plugged into them. */
#pragma once

#include "sim/model/vn-topology.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* An instance that a scenario booted. */
typedef struct
{
  char *name; /* its namespace: "vm-a" */
  guint port, host;
  gboolean plugged;
} VnLiveVm;
void vn_live_vm_free (gpointer vm);

/* In how many orders the hosts can stand in a message of the server about all of them. */
#define VN_LIVE_HOST_ORDERS 6

/* Sealed. @knobs: names of the environment that the hosts were started with. NULL on a knob that is none of ours.
 * @order: below VN_LIVE_HOST_ORDERS. */
VnTopology *vn_live_hosts_new (JsonObject *knobs, guint order, GError **error);
guint vn_live_find_machine (const VnTopology *topology, const char *name); /* VN_NONE */

/* What the server's model doesn't know: the instances, and addresses that somebody gave to a host's interfaces.
 * @vms: VnLiveVm. @scene: whose machines' interfaces count. Returns: sealed, transfer full. */
VnTopology *vn_live_overlay (const VnTopology *cloud, const GPtrArray *vms, const VnTopology *scene, GError **error);
/* The interface's address and default route from the dump of its host (VnKobj). */
void vn_live_read_interfaces (VnMachine *machine, const GPtrArray *dump);

G_END_DECLS
