/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that stays, as another command knows it.
 *
 * What stands follows from the file that the lab was built from and from the changes since, each a request that its
 * server answered or a changed file that was applied: whoever opens the lab makes them again, on paper. */
#include "sim/run/vn-held-lab.h"

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-sandbox-join.h"
#include "sim/plan/vn-plan.h"
#include "sim/run/vn-compose.h"
#include "sim/run/vn-file-change.h"
#include "sim/run/vn-held-repair.h"
#include "sim/run/vn-lab-caps.h"
#include "sim/run/vn-leases.h"
#include "sim/run/vn-state-changes.h"
#include "sim/run/vn-state-lab.h"

#include <string.h>

#define FILE_WORD "file "
#define OTHERS_USEC (10 * G_USEC_PER_SEC) /* for a change that is under way to be done */

void
vn_held_lab_free (VnHeldLab *held)
{
  g_clear_pointer (&held->lab, vn_lab_free);
  g_clear_pointer (&held->kernel, vn_kernel_free);
  g_clear_pointer (&held->tables, vn_tables_free);
  g_clear_pointer (&held->events, g_array_unref);
  g_clear_pointer (&held->api, vn_api_free);
  g_clear_pointer (&held->changes, g_ptr_array_unref);
  g_clear_pointer (&held->part, g_free);
  g_clear_pointer (&held->leases, g_ptr_array_unref);
  g_clear_pointer (&held->scene, vn_topology_unref);
  g_clear_pointer (&held->topology, vn_topology_unref);
  vn_fd_clear (&held->lock_fd);
  vn_state_clear (&held->state);
  g_free (held);
}

const VnTopology *
vn_held_lab_model (const VnHeldLab *held)
{
  return vn_events_final_topology (held->events, held->topology);
}

const char *
vn_held_lab_part (const char *text)
{
  return g_str_has_prefix (text, FILE_WORD) ? text + strlen (FILE_WORD) : NULL;
}

char *
vn_held_lab_part_text (const char *part)
{
  return g_strconcat (FILE_WORD, part, NULL);
}

/* The saved lab with what its clients were leased. */
static gboolean
load (VnHeldLab *held, GError **error)
{
  g_autoptr (VnTopology) topology = vn_state_load_lab (&held->state, VN_STATE_UP, NULL, error);
  held->leases = topology ? vn_state_load_leases (&held->state, VN_STATE_UP, error) : NULL;
  if (!held->leases)
    return FALSE;
  held->topology = held->leases->len > 0 ? vn_leases_bind (topology, held->leases, error) : vn_topology_ref (topology);
  held->part = g_strdup (VN_STATE_UP);
  held->changes = vn_state_changes (&held->state);
  return held->topology != NULL;
}

static gboolean
replay_request (VnHeldLab *held, const char *text, GError **error)
{
  g_auto (VnApiRequest) request = { 0 };
  g_auto (VnApiAnswer) answer = { 0 };
  if (!vn_api_request_from_text (text, &request, error))
    return FALSE;
  vn_api_request_do (held->api, &request, held->events, &answer);
  return TRUE;
}

/* The server is another one behind a changed file: it knows what the file says. */
static gboolean
replay_file (VnHeldLab *held, const char *part, GError **error)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) file = vn_state_load_lab (&held->state, part, vn_held_lab_model (held), error);
  g_autoptr (GPtrArray) leases = file ? vn_state_load_leases (&held->state, part, error) : NULL;
  if (!leases)
    return FALSE;
  g_autoptr (GArray) added = vn_file_change_events (held->topology, held->events, file, leases, diags);
  if (!added)
    return vn_error_set (error, VN_ERROR_INTERNAL, "%s: the file that was applied can't be applied again",
                         held->state.path);
  for (guint i = 0; i < added->len; i++)
    vn_events_add (held->events, &g_array_index (added, VnEvent, i));
  g_ptr_array_unref (held->leases);
  held->leases = g_steal_pointer (&leases);
  g_free (held->part);
  held->part = g_strdup (part);
  vn_topology_unref (held->scene);
  held->scene = vn_topology_ref ((VnTopology *)vn_held_lab_model (held));
  vn_api_free (held->api);
  held->api = vn_api_new (held->scene, NULL);
  return TRUE;
}

/* The changes that were made since make the same lab again. */
static gboolean
replay (VnHeldLab *held, GError **error)
{
  gboolean ok = TRUE;
  held->scene = vn_topology_ref (held->topology);
  held->events = vn_topology_default_events (held->topology);
  held->api = vn_api_new (vn_held_lab_model (held), NULL);
  for (guint i = 0; ok && i < held->changes->len; i++)
    {
      const char *text = held->changes->pdata[i], *part = vn_held_lab_part (text);
      ok = part ? replay_file (held, part, error) : replay_request (held, text, error);
    }
  return ok;
}

/* Whoever finds a pending change waits for its maker, and puts it right if that is gone (vn_held_lab_repair()). */
static gboolean
lock (VnHeldLab *held, gboolean to_change, GError **error)
{
  g_autofree char *before = vn_state_pending_change (&held->state), *now = NULL;
  if (!to_change && !before)
    return TRUE;
  held->lock_fd = vn_state_wait_changes (&held->state, OTHERS_USEC, error);
  now = vn_state_pending_change (&held->state);
  if (!to_change && !now && held->lock_fd >= 0)
    {
      vn_fd_clear (&held->lock_fd);
      return TRUE;
    }
  return held->lock_fd >= 0;
}

VnHeldLab *
vn_held_lab_open (const char *name, gboolean to_change, GError **error)
{
  VnCaps caps;
  g_autoptr (VnHeldLab) held = g_new0 (VnHeldLab, 1);
  held->state = VN_STATE_NONE;
  held->lock_fd = -1;
  if (!vn_state_open (name, &held->state, error) || !lock (held, to_change, error))
    return NULL;
  if (!load (held, error) || !replay (held, error))
    return NULL;
  caps = vn_lab_caps (held->topology, held->events);
  held->tables = vn_compose_changed (held->scene, held->topology, held->events, &caps);
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
  if (!vn_sandbox_join (held->state.holder, error) || !vn_held_lab_repair (held, error))
    return FALSE;
  held->kernel = vn_kernel_linux_adopt (objs, error);
  if (!held->kernel)
    return FALSE;
  held->lab = vn_lab_adopt (held->kernel, objs);
  return TRUE;
}
