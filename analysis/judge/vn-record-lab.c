/* SPDX-License-Identifier: Apache-2.0 */
/* What the lab is made of, as the picture of it needs it: from the tables that were wanted, so that it is there even
 * where building went wrong; and traffic over time. */
#include "analysis/judge/vn-record.h"

#include <string.h>

#define SLICES 100

/* ---- nodes ---- */

typedef struct
{
  VnRunRole role;
  const char *on; /* borrowed; NULL = itself */
} Standing;

static const char *
machine_name (const VnTopology *topology, guint machine)
{
  return machine != VN_NONE ? vn_topology_machine (topology, machine)->name : NULL;
}

static void
stand (GHashTable *standings, const char *node, VnRunRole role, const char *on)
{
  Standing *standing;

  if (!node || g_strcmp0 (node, on) == 0 || g_hash_table_contains (standings, node))
    return;
  standing = g_new (Standing, 1);
  *standing = (Standing){ role, on };
  g_hash_table_insert (standings, g_strdup (node), standing);
}

/* Node -> Standing, of all that are no machines of their own. */
static GHashTable *
find_standings (const VnTopology *topology)
{
  GHashTable *standings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < topology->segments->len; i++)
    {
      g_autofree char *node = vn_name_segment_node (vn_topology_segment (topology, i)->name);

      stand (standings, node, VN_RUN_SEGMENT, NULL);
    }
  for (guint i = 0; i < topology->machines->len; i++)
    if (vn_topology_machine (topology, i)->on != VN_NONE)
      stand (standings, machine_name (topology, i), VN_RUN_GUEST,
             machine_name (topology, vn_topology_machine (topology, i)->on));
  for (guint i = 0; i < topology->ends->len; i++)
    if (vn_topology_end (topology, i)->kind == VN_END_PORT)
      stand (standings, vn_topology_end (topology, i)->node, VN_RUN_GUEST,
             machine_name (topology, vn_topology_end (topology, i)->machine));
  for (guint i = 0; i < topology->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (topology, i);
      const char *const nodes[] = { network->engine_node, network->service_node, network->switch_node };

      for (guint j = 0; j < G_N_ELEMENTS (nodes); j++)
        stand (standings, nodes[j], VN_RUN_SERVICE, machine_name (topology, network->machine));
    }
  return standings;
}

static void
add_node (VnRun *run, GHashTable *standings, const char *name)
{
  const Standing *standing = g_hash_table_lookup (standings, name);
  VnRunNode *node = g_new0 (VnRunNode, 1);

  node->name = g_strdup (name);
  node->role = standing ? standing->role : VN_RUN_MACHINE;
  node->on = standing ? g_strdup (standing->on) : NULL;
  g_ptr_array_add (run->nodes, node);
}

/* ---- devices ---- */

/* "node:device"; NULL for no device. */
static char *
full_name (const char *node, const char *device)
{
  return *device ? g_strdup_printf ("%s:%s", node, device) : NULL;
}

/* Name of the network whose bridge it is; NULL = none. */
static const char *
network_of_bridge (const VnTopology *topology, const char *bridge)
{
  for (guint i = 0; i < topology->networks->len; i++)
    {
      char name[VN_DEV_SIZE];

      vn_name_bridge (vn_topology_network (topology, i)->id, name);
      if (strcmp (name, bridge) == 0)
        return vn_topology_network (topology, i)->name;
    }
  return NULL;
}

static void
set_network (VnRunDevice *device, const VnTopology *topology, const VnLink *link)
{
  if (link->kind == VN_LINK_VXLAN)
    device->network = g_strdup_printf ("VXLAN %u", link->u.vxlan.vni.id);
  else if (link->kind == VN_LINK_BRIDGE)
    device->network = g_strdup (network_of_bridge (topology, link->name));
}

static void
add_device (VnRun *run, const VnTopology *topology, const char *node, const VnLink *link)
{
  VnRunDevice *device = g_new0 (VnRunDevice, 1);
  const char *lower = link->kind == VN_LINK_VXLAN  ? link->u.vxlan.lower
                      : link->kind == VN_LINK_VLAN ? link->u.vlan.lower
                                                   : "";

  device->name = full_name (node, link->name);
  device->kind = g_strdup (vn_link_kind_name (link->kind));
  device->peer = link->kind == VN_LINK_VETH ? full_name (link->u.veth.peer_node, link->u.veth.peer) : NULL;
  device->lower = full_name (node, *link->master ? link->master : lower);
  set_network (device, topology, link);
  g_ptr_array_add (run->devices, device);
}

/* ---- traffic ---- */

static void
record_traffic (const VnFrameStore *store, VnRun *run)
{
  guint n = vn_frame_store_len (store);
  guint64 first = n > 0 ? vn_frame_store_get (store, 0)->time_ns : 0;
  guint64 last = n > 0 ? vn_frame_store_get (store, n - 1)->time_ns : 0, slice_ns = (last - first) / SLICES + 1;

  if (n == 0)
    return;
  g_array_set_size (run->traffic, (guint)((last - first) / slice_ns) + 1);
  for (guint i = 0; i < run->traffic->len; i++)
    g_array_index (run->traffic, VnRunTraffic, i) = (VnRunTraffic){ .after_ns = (gint64)(i * slice_ns) };
  for (guint i = 0; i < n; i++)
    {
      const VnFrame *frame = vn_frame_store_get (store, i);
      VnRunTraffic *slice = &g_array_index (run->traffic, VnRunTraffic, (frame->time_ns - first) / slice_ns);

      slice->frames++;
      slice->bytes += frame->len;
    }
}

void
vn_record_lab (const VnEvidence *evidence, VnRun *run)
{
  g_autoptr (GHashTable) standings = find_standings (evidence->topology);
  const GPtrArray *entries = evidence->tables->entries;

  for (guint i = 0; i < entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_NODE)
        add_node (run, standings, obj->node);
      else if (obj->kind == VN_KOBJ_LINK && obj->u.link.kind != VN_LINK_OTHER)
        add_device (run, evidence->topology, obj->node, &obj->u.link);
    }
  record_traffic (evidence->store, run);
}
