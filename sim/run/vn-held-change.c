/* SPDX-License-Identifier: Apache-2.0 */
/* Changing a lab that stays: as a whole or not at all.
 *
 *     pending is written ▶ operations ▶ clients ask ▶ pending becomes one of the changes, by one rename
 *
 * A failing operation is undone with all before it (sim/apply). Whoever is killed in between leaves the pending change,
 * by which the next one to come knows that something is to be put right (vn-held-repair.c). */
#include "sim/run/vn-held-change.h"

#include "sim/base/vn-error.h"
#include "sim/run/vn-compose.h"
#include "sim/run/vn-lab-caps.h"
#include "sim/run/vn-leases.h"
#include "sim/run/vn-node-files.h"
#include "sim/run/vn-stage.h"
#include "sim/run/vn-state-changes.h"

static gboolean
wait_forwarding (VnHeldLab *held, VnTables *tables, GError **error)
{
  const VnStage stage = { .tables = tables, .kernel = held->kernel };
  return vn_stage_wait (&stage, error);
}

/* Back to what stood. @error is that of the failure and gets more words if there is no way back. */
static gboolean
take_back (VnHeldLab *held, GError **error)
{
  g_autoptr (GError) failure = NULL;
  if (!vn_lab_restore (held->lab, held->tables, &failure)
      || !vn_node_files_write (vn_held_lab_model (held), held->tables, &failure))
    g_prefix_error (error, "(and undoing what was done before failed: %s) ", failure->message);
  return FALSE;
}

/* Runs @carry_out between the two marks in the lab's folder. */
static gboolean
change (VnHeldLab *held, const char *text, gboolean (*carry_out) (VnHeldLab *held, gpointer data, GError **error),
        gpointer data, GError **error)
{
  if (!vn_state_begin_change (&held->state, text, error))
    return FALSE;
  if (!carry_out (held, data, error)
      || (!vn_state_finish_change (&held->state, held->changes->len, error) && !take_back (held, error)))
    {
      vn_state_drop_change (&held->state);
      return FALSE;
    }
  g_ptr_array_add (held->changes, g_strdup (text));
  return TRUE;
}

/* ---- a changed file ---- */

typedef struct
{
  VnFileChange *change;
  const char *part;
} FileJob;

/* Those that stayed, and those of the clients that asked. */
static GPtrArray *
merge_leases (const GPtrArray *kept, const GPtrArray *all)
{
  GPtrArray *leases = vn_kobj_leases_new ();
  for (guint i = 0; i < all->len; i++)
    {
      const VnKobjLease *lease = g_ptr_array_index (all, i);
      const VnKobjLease *stayed = vn_leases_find (kept, lease->node, lease->dev);
      g_ptr_array_add (leases, vn_kobj_lease_copy (stayed ? stayed : lease));
    }
  return leases;
}

/* What is leased becomes part of model and tables, as at `up`. */
static gboolean
lease (VnHeldLab *held, VnFileChange *change, GError **error)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  if (change->clients->ops->len == 0)
    return TRUE;
  if (!wait_forwarding (held, change->tables, error) || !vn_lab_apply (held->lab, change->clients, error))
    return FALSE;
  g_autoptr (GPtrArray) all = vn_kernel_leases (held->kernel);
  g_autoptr (GPtrArray) leases = merge_leases (change->leases, all);
  if (!vn_file_change_bind (change, held, leases, diags))
    {
      g_autofree char *why = vn_diag_to_string (vn_diag_list_get (diags, 0));
      return vn_error_set (error, VN_ERROR_INPUT, "%s", why);
    }
  g_ptr_array_unref (change->leases);
  change->leases = g_steal_pointer (&leases);
  return TRUE;
}

static gboolean
follow_file (VnHeldLab *held, gpointer data, GError **error)
{
  const FileJob *job = data;
  VnFileChange *change = job->change;
  if (!vn_lab_apply (held->lab, change->plan, error))
    return FALSE;
  return (lease (held, change, error) && vn_state_save_leases (&held->state, job->part, change->leases, error)
          && vn_node_files_write (vn_events_final_topology (change->events, held->topology), change->tables, error))
         || take_back (held, error);
}

/* What `ls` says of it; the lab stands, whether that can be written or not. */
static void
record_facts (const VnHeldLab *held, const char *file)
{
  VnStateFacts facts = { 0 };
  if (!vn_state_load_facts (&held->state, &facts, NULL))
    return;
  g_free (facts.file);
  facts.file = g_canonicalize_filename (file, NULL);
  facts.n_nodes = vn_tables_count_nodes (held->tables);
  (void)vn_state_save_facts (&held->state, &facts, NULL);
  vn_state_facts_clear (&facts);
}

gboolean
vn_held_lab_change (VnHeldLab *held, VnFileChange *file, const char *part, GError **error)
{
  FileJob job = { file, part };
  g_autofree char *text = vn_held_lab_part_text (part);
  if (!change (held, text, follow_file, &job, error))
    return FALSE;
  vn_tables_free (held->tables);
  g_array_unref (held->events);
  g_ptr_array_unref (held->leases);
  g_free (held->part);
  vn_topology_unref (held->scene);
  held->tables = g_steal_pointer (&file->tables);
  held->events = g_array_ref (file->events);
  held->scene = vn_topology_ref ((VnTopology *)vn_held_lab_model (held));
  held->leases = g_ptr_array_ref (file->leases);
  held->part = g_strdup (part);
  record_facts (held, file->file->file);
  return TRUE;
}

/* ---- a request ---- */

/* From the tables that the kernel has to those behind all events. */
static gboolean
follow_events (VnHeldLab *held, gpointer data G_GNUC_UNUSED, GError **error)
{
  const VnCaps caps = vn_lab_caps (held->topology, held->events);
  g_autoptr (VnTables) wanted = vn_compose_changed (held->scene, held->topology, held->events, &caps);
  g_autoptr (VnPlan) plan = vn_plan_delta (held->tables, wanted);
  if (!vn_lab_apply (held->lab, plan, error))
    return FALSE;
  if (!vn_node_files_write (vn_held_lab_model (held), wanted, error))
    return take_back (held, error);
  vn_tables_free (held->tables);
  held->tables = g_steal_pointer (&wanted);
  return TRUE;
}

gboolean
vn_held_lab_ask (VnHeldLab *held, const VnApiRequest *request, VnApiAnswer *ret, GError **error)
{
  g_autofree char *text = vn_api_request_to_text (request);
  return !vn_api_request_do (held->api, request, held->events, ret) || change (held, text, follow_events, NULL, error);
}

GPtrArray *
vn_held_lab_verify (VnHeldLab *held, GError **error)
{
  GPtrArray *deltas
      = wait_forwarding (held, held->tables, error) ? vn_lab_verify (held->lab, held->tables, NULL, error) : NULL;
  /* what a person did to the lab when it was built is no part of the tables */
  if (deltas && vn_held_lab_model (held)->by_hand->len > 0)
    g_ptr_array_set_size (deltas, 0);
  return deltas;
}
