/* SPDX-License-Identifier: Apache-2.0 */
/* A lab on stage: built, captured and ready for probes. */
#include "sim/run/vn-stage.h"

#include "sim/base/vn-error.h"
#include "sim/probe/vn-probe.h"
#include "sim/run/vn-compose.h"
#include "sim/run/vn-held-lab.h"
#include "sim/run/vn-lab-caps.h"
#include "sim/run/vn-leases.h"

#include <string.h>

#define FORWARDING_USEC                                                                                                \
  (5 * G_USEC_PER_SEC)    /* the kernel takes at most one second, on a machine that is not overloaded */
#define FDS_PER_NODE 4    /* the namespace, its netlink socket, two folders of settings */
#define FDS_PER_POINT 2   /* in, out */
#define FDS_PER_SERVICE 4 /* the process, its streams */
/* Restore programs with their files, threads that come and go with a socket. */
#define SPARE_FDS 64

void
vn_stage_init (VnStage *stage, const VnTopology *topology)
{
  *stage = (VnStage){ .topology = topology, .first = topology };
  stage->events = vn_topology_plug_events (topology);
}

void
vn_stage_clear (VnStage *stage)
{
  g_clear_pointer (&stage->capture, vn_capture_close);
  g_clear_pointer (&stage->lab, vn_lab_free);
  g_clear_pointer (&stage->clients, vn_plan_free);
  g_clear_pointer (&stage->leases, g_ptr_array_unref);
  g_clear_pointer (&stage->kernel, vn_kernel_free);
  g_clear_pointer (&stage->store, vn_frame_store_free);
  g_clear_pointer (&stage->points, g_ptr_array_unref);
  g_clear_pointer (&stage->dumps, g_hash_table_unref);
  g_clear_pointer (&stage->deltas, g_ptr_array_unref);
  g_clear_pointer (&stage->tables, vn_tables_free);
  g_clear_pointer (&stage->events, g_array_unref);
  g_clear_pointer (&stage->bound, vn_topology_unref);
}

/* Before anything is built: a lab that can't be captured and probed needs no building. */
static gboolean
check_fds (const VnStage *stage, GError **error)
{
  static const guint fds_of[VN_N_KOBJS] = { [VN_KOBJ_NODE] = FDS_PER_NODE, [VN_KOBJ_SERVICE] = FDS_PER_SERVICE };
  guint64 n_fds = SPARE_FDS + (guint64)stage->points->len * FDS_PER_POINT;

  for (guint i = 0; i < stage->tables->entries->len; i++)
    n_fds += fds_of[VN_AT (stage->tables->entries, VnEntry, i)->obj.kind];
  if (!stage->is_kept)
    {
      g_autoptr (GArray) cells = vn_probe_cells (stage->topology);

      n_fds += vn_probe_count_fds (stage->topology, cells);
    }
  return vn_fd_check_room (n_fds, "running this lab", error);
}

/* Asked once, when it is first needed. */
static void
find_caps (VnStage *stage)
{
  if (stage->knows_caps || !vn_lab_needs_caps (stage->first, stage->events))
    return;
  stage->caps = vn_lab_caps (stage->first, stage->events);
  stage->knows_caps = TRUE;
}

/* The wanted state, with the fault that was asked for. @before: that before the last event; NULL = there was none. */
static gboolean
compose_tables (VnStage *stage, const VnTables *before, GError **error)
{
  find_caps (stage);
  g_clear_pointer (&stage->tables, vn_tables_free);
  stage->tables = vn_compose (stage->bound ? stage->bound : stage->first, stage->events, &stage->caps, NULL);
  if (stage->fault)
    stage->n_faults += vn_fault_apply (stage->fault, stage->topology, before, stage->tables);
  return !stage->fault || vn_fault_is_of_events (stage->fault) || vn_stage_has_fault (stage, error);
}

gboolean
vn_stage_has_fault (const VnStage *stage, GError **error)
{
  return !stage->fault || stage->n_faults > 0
         || vn_error_set (error, VN_ERROR_INPUT, "nothing in lab %s can have the fault \"%s\"", stage->topology->name,
                          stage->fault->name);
}

gboolean
vn_stage_build (VnStage *stage, GError **error)
{
  g_autoptr (VnPlan) plan = NULL;

  if (!compose_tables (stage, NULL, error))
    return FALSE;
  stage->points = vn_compose_points (stage->topology, stage->tables);
  plan = vn_plan_delta (NULL, stage->tables);
  stage->clients = vn_plan_take_clients (plan);
  stage->kernel = vn_kernel_linux_new (error);
  if (!stage->kernel || !check_fds (stage, error))
    return FALSE;
  stage->lab = vn_lab_new (stage->kernel);
  return vn_lab_apply (stage->lab, plan, error);
}

static gboolean
follow_event (VnStage *stage, const VnEvent *event, GError **error)
{
  g_autoptr (VnTables) before = g_steal_pointer (&stage->tables);
  g_autoptr (VnPlan) plan = NULL;

  vn_events_add (stage->events, event);
  if (!compose_tables (stage, before, error))
    return FALSE;
  plan = vn_plan_delta (before, stage->tables);
  return vn_lab_apply (stage->lab, plan, error);
}

gboolean
vn_stage_follow (VnStage *stage, const GArray *events, GError **error)
{
  if (!events)
    return TRUE;
  for (guint i = 0; i < events->len; i++)
    if (!follow_event (stage, &g_array_index (events, VnEvent, i), error))
      return FALSE;
  stage->topology = vn_events_final_topology (stage->events, stage->first);
  g_ptr_array_unref (stage->points);
  stage->points = vn_compose_points (stage->topology, stage->tables);
  return TRUE;
}

void
vn_stage_adopt (VnStage *stage, VnHeldLab *held)
{
  stage->is_held = TRUE;
  g_array_unref (stage->events);
  stage->events = g_array_ref (held->events);
  stage->topology = vn_events_final_topology (stage->events, stage->first);
  stage->tables = g_steal_pointer (&held->tables);
  stage->kernel = g_steal_pointer (&held->kernel);
  stage->lab = g_steal_pointer (&held->lab);
  stage->leases = g_ptr_array_ref (held->leases);
  stage->points = vn_compose_points (stage->topology, stage->tables);
  stage->clients = vn_plan_delta (stage->tables, stage->tables);
}

/* Every forwarding entry of the MAC on the network's VXLAN device of the host, whatever it points to. */
static gboolean
delete_fdb (VnStage *stage, const VnByHand *hand, guint *ret_done, GError **error)
{
  const VnMachine *host = vn_topology_machine (stage->topology, hand->host);
  const VnNetwork *network = vn_topology_network (stage->topology, hand->network);
  const GPtrArray *dump = g_hash_table_lookup (stage->dumps, host->name);
  char dev[VN_DEV_SIZE];

  vn_name_vxlan ((VnVni){ network->segmentation_id }, dev);
  for (guint i = 0; dump && i < dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);

      if (obj->kind != VN_KOBJ_FDB || !obj->u.fdb.self || strcmp (obj->u.fdb.dev, dev) != 0
          || !vn_mac_equal (obj->u.fdb.mac, hand->mac))
        continue;
      if (!vn_kernel_submit (stage->kernel, VN_VERB_DEL, obj, i, error))
        return FALSE;
      (*ret_done)++;
    }
  return vn_kernel_flush (stage->kernel, NULL, error);
}

/* What a person changed behind the agents' back. */
static gboolean
change_by_hand (VnStage *stage, GError **error)
{
  for (guint i = 0; i < stage->topology->by_hand->len; i++)
    {
      const VnByHand *hand = g_ptr_array_index (stage->topology->by_hand, i);
      g_autofree char *place = vn_origin_to_string (hand->origin);
      guint done = 0;

      if (!delete_fdb (stage, hand, &done, error))
        {
          g_prefix_error (error, "%s: ", place);
          return FALSE;
        }
      if (done == 0)
        return vn_error_set (error, VN_ERROR_INPUT, "%s: there is no such forwarding entry to delete", place);
    }
  return TRUE;
}

gboolean
vn_stage_verify (VnStage *stage, GError **error)
{
  g_autoptr (GPtrArray) after = NULL;

  stage->deltas = vn_lab_verify (stage->lab, stage->tables, &stage->dumps, error);
  if (!stage->deltas)
    return FALSE;
  if (stage->topology->by_hand->len == 0)
    return TRUE;
  if (stage->is_held) /* was done when it was built, after its own verification */
    {
      g_ptr_array_set_size (stage->deltas, 0);
      return TRUE;
    }
  if (!change_by_hand (stage, error))
    return FALSE;
  g_clear_pointer (&stage->dumps, g_hash_table_unref);
  after = vn_lab_verify (stage->lab, stage->tables, &stage->dumps, error);
  return after != NULL;
}

/* Nodes that have a bridge: their ports need a moment until they forward. */
gboolean
vn_stage_wait (const VnStage *stage, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  for (guint i = 0; i < stage->tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (stage->tables->entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_BRIDGE && !g_ptr_array_find (nodes, obj->node, NULL))
        g_ptr_array_add (nodes, (gpointer)obj->node);
    }
  g_ptr_array_add (nodes, NULL);
  return vn_kernel_wait_forwarding (stage->kernel, (const char *const *)nodes->pdata, FORWARDING_USEC, error);
}

gboolean
vn_stage_capture (VnStage *stage, GError **error)
{
  stage->store = vn_frame_store_new (VN_STAGE_STORE_BYTES);
  stage->capture
      = vn_capture_open (stage->kernel, stage->points, VN_STAGE_SNAPLEN, VN_STAGE_RING_BYTES, stage->store, error);
  return stage->capture != NULL && vn_stage_wait (stage, error);
}

/* Addresses stand in the descriptions of the places where packets are captured, which stay the same ones. */
static void
describe_points_again (VnStage *stage)
{
  g_autoptr (GPtrArray) points = vn_compose_points (stage->topology, stage->tables);

  for (guint i = 0; i < points->len && i < stage->points->len; i++)
    {
      VnCapturePoint *now = g_ptr_array_index (points, i), *then = g_ptr_array_index (stage->points, i);

      if (strcmp (now->name, then->name) == 0)
        {
          g_free (then->description);
          then->description = g_steal_pointer (&now->description);
        }
    }
}

gboolean
vn_stage_lease (VnStage *stage, GError **error)
{
  if (stage->clients->ops->len == 0)
    return TRUE;
  if (!vn_stage_wait (stage, error) || !vn_lab_apply (stage->lab, stage->clients, error))
    return FALSE;
  stage->leases = vn_kernel_leases (stage->kernel);
  stage->bound = vn_leases_bind (stage->topology, stage->leases, error);
  if (!stage->bound)
    return FALSE;
  stage->topology = stage->bound;
  if (!compose_tables (stage, NULL, error))
    return FALSE;
  describe_points_again (stage);
  return TRUE;
}

gboolean
vn_stage_remove (VnStage *stage, GError **error)
{
  g_clear_pointer (&stage->capture, vn_capture_close);
  return stage->is_held || vn_lab_teardown (stage->lab, error);
}
