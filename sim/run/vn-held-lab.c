/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that stays, as another command knows it. */
#include "sim/run/vn-held-lab.h"

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-sandbox-join.h"
#include "sim/plan/vn-plan.h"
#include "sim/run/vn-compose.h"
#include "sim/run/vn-leases.h"
#include "sim/run/vn-node-files.h"
#include "sim/run/vn-state-lab.h"

void
vn_held_lab_free (VnHeldLab *held)
{
  g_clear_pointer (&held->lab, vn_lab_free);
  g_clear_pointer (&held->kernel, vn_kernel_free);
  g_clear_pointer (&held->tables, vn_tables_free);
  g_clear_pointer (&held->events, g_array_unref);
  g_clear_pointer (&held->api, vn_api_free);
  g_clear_pointer (&held->changes, g_ptr_array_unref);
  g_clear_pointer (&held->leases, g_ptr_array_unref);
  g_clear_pointer (&held->topology, vn_topology_unref);
  vn_fd_clear (&held->lock_fd);
  vn_state_clear (&held->state);
  g_free (held);
}

/* The saved lab with what its clients were leased. */
static gboolean
load (VnHeldLab *held, GError **error)
{
  g_autoptr (VnTopology) topology = vn_state_load_lab (&held->state, error);
  held->leases = topology ? vn_state_load_leases (&held->state, error) : NULL;
  if (!held->leases)
    return FALSE;
  held->topology = held->leases->len > 0 ? vn_leases_bind (topology, held->leases, error) : vn_topology_ref (topology);
  held->changes = vn_state_load_changes (&held->state);
  return held->topology != NULL;
}

/* The requests that were made since make the same cloud again. */
static gboolean
replay (VnHeldLab *held, GError **error)
{
  held->api = vn_api_new (held->topology, NULL);
  held->events = vn_topology_default_events (held->topology);
  for (guint i = 0; i < held->changes->len; i++)
    {
      g_auto (VnApiRequest) request = { 0 };
      g_auto (VnApiAnswer) answer = { 0 };
      if (!vn_api_request_from_text (held->changes->pdata[i], &request, error))
        return FALSE;
      vn_api_request_do (held->api, &request, held->events, &answer);
    }
  return TRUE;
}

VnHeldLab *
vn_held_lab_open (const char *name, gboolean to_change, GError **error)
{
  const VnCaps caps = { FALSE };
  g_autoptr (VnHeldLab) held = g_new0 (VnHeldLab, 1);
  held->state = VN_STATE_NONE;
  held->lock_fd = -1;
  if (!vn_state_open (name, &held->state, error))
    return NULL;
  if (to_change && (held->lock_fd = vn_state_lock_changes (&held->state, error)) < 0)
    return NULL;
  if (!load (held, error) || !replay (held, error))
    return NULL;
  held->tables = vn_compose (held->topology, held->events, &caps, NULL);
  return g_steal_pointer (&held);
}

/* What a first build adds. Borrowed objects of @plan. */
static GPtrArray *
added_objects (const VnPlan *plan)
{
  GPtrArray *objs = g_ptr_array_new ();
  for (guint i = 0; i < plan->ops->len; i++)
    {
      VnOp *op = g_ptr_array_index (plan->ops, i);
      if (op->verb == VN_VERB_ADD)
        g_ptr_array_add (objs, &op->obj);
    }
  return objs;
}

gboolean
vn_held_lab_join (VnHeldLab *held, GError **error)
{
  g_autoptr (VnPlan) plan = vn_plan_delta (NULL, held->tables);
  g_autoptr (GPtrArray) objs = added_objects (plan);
  if (!vn_sandbox_join (held->state.holder, error))
    return FALSE;
  held->kernel = vn_kernel_linux_adopt (objs, error);
  if (!held->kernel)
    return FALSE;
  held->lab = vn_lab_adopt (held->kernel, objs);
  return TRUE;
}

/* From the tables that the kernel has to those after all events. */
static gboolean
bring (VnHeldLab *held, GError **error)
{
  const VnCaps caps = { FALSE };
  g_autoptr (VnTables) wanted = vn_compose (held->topology, held->events, &caps, NULL);
  g_autoptr (VnPlan) plan = vn_plan_delta (held->tables, wanted);
  if (!vn_lab_apply (held->lab, plan, error))
    return FALSE;
  vn_tables_free (held->tables);
  held->tables = g_steal_pointer (&wanted);
  return vn_node_files_write (vn_events_final_topology (held->events, held->topology), held->tables, error);
}

gboolean
vn_held_lab_ask (VnHeldLab *held, const VnApiRequest *request, VnApiAnswer *ret, GError **error)
{
  g_autofree char *text = vn_api_request_to_text (request);
  if (!vn_api_request_do (held->api, request, held->events, ret))
    return TRUE;
  return bring (held, error) && vn_state_add_change (&held->state, text, error);
}
