/* SPDX-License-Identifier: Apache-2.0 */
/* What a changed file makes of a lab that stays.
 *
 * The file becomes events behind those that the lab has seen (sim/model/vn-change.h), and the operations are those from
 * the tables before them to the tables behind them. What a DHCP client was leased is a fact about the lab that the file
 * does not say: it is kept for clients whose interface and server stay as they are, and the others ask, behind all
 * other operations.
 *
 * A setting can be changed but not be taken back, since nobody knows what it was before. A node that loses one is made
 * anew, as if its machine was switched off and on again. */
#include "sim/run/vn-file-change.h"

#include <string.h>

#include "sim/model/vn-change.h"
#include "sim/run/vn-compose.h"
#include "sim/run/vn-lab-caps.h"
#include "sim/run/vn-leases.h"

void
vn_file_change_free (VnFileChange *change)
{
  g_clear_pointer (&change->file, vn_topology_unref);
  g_clear_pointer (&change->leases, g_ptr_array_unref);
  g_clear_pointer (&change->events, g_array_unref);
  g_clear_pointer (&change->tables, vn_tables_free);
  g_clear_pointer (&change->plan, vn_plan_free);
  g_clear_pointer (&change->clients, vn_plan_free);
  g_free (change);
}

/* @file with @leases in it. */
static VnTopology *
bind (const VnTopology *file, const GPtrArray *leases, VnDiagList *diags)
{
  g_autoptr (GError) error = NULL;
  VnTopology *bound = leases->len > 0 ? vn_leases_bind (file, leases, &error) : vn_topology_ref ((VnTopology *)file);

  if (bound == NULL)
    vn_diag_add (diags, VN_DIAG_UNSUPPORTED, vn_origin_new (file->file, 0, 0), NULL, "%s", error->message);
  return bound;
}

GArray *
vn_file_change_events (const VnTopology *first, const GArray *events, const VnTopology *file, const GPtrArray *leases,
                       VnDiagList *diags)
{
  g_autoptr (VnTopology) bound = bind (file, leases, diags);

  return bound != NULL ? vn_change_events (first, events, vn_topology_behind_events (bound), diags) : NULL;
}

gboolean
vn_file_change_bind (VnFileChange *change, const VnHeldLab *held, const GPtrArray *leases, VnDiagList *diags)
{
  VnCaps caps;
  g_autoptr (GArray) added = vn_file_change_events (held->topology, held->events, change->file, leases, diags);

  if (added == NULL)
    return FALSE;
  g_clear_pointer (&change->events, g_array_unref);
  g_clear_pointer (&change->tables, vn_tables_free);
  change->events = vn_events_new ();
  for (guint i = 0; i < held->events->len; i++)
    vn_events_add (change->events, &g_array_index (held->events, VnEvent, i));
  for (guint i = 0; i < added->len; i++)
    vn_events_add (change->events, &g_array_index (added, VnEvent, i));
  caps = vn_lab_caps (held->topology, change->events);
  change->tables = vn_compose_changed (vn_events_final_topology (change->events, held->topology), held->topology,
                                       change->events, &caps);
  return TRUE;
}

/* ---- DHCP clients ---- */

static gboolean
is_client (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_SERVICE && obj->u.service.kind == VN_SERVICE_DHCP_CLIENT;
}

static gboolean
has_op (const VnPlan *plan, const VnKobj *obj)
{
  g_autofree char *key = vn_kobj_key (obj);

  for (guint i = 0; i < plan->ops->len; i++)
    {
      g_autofree char *other = vn_kobj_key (&VN_AT (plan->ops, VnOp, i)->obj);

      if (strcmp (key, other) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Clients that stand and have lost their lease. */
static void
ask_again (VnFileChange *change)
{
  for (guint i = 0; i < change->tables->entries->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (change->tables->entries, i);
      VnOp *op;

      if (!is_client (&entry->obj) || has_op (change->clients, &entry->obj)
          || vn_leases_find (change->leases, entry->obj.node, entry->obj.u.service.dev) != NULL)
        continue;
      op = g_new0 (VnOp, 1);
      *op = (VnOp){ VN_VERB_SET, vn_kobj_copy (&entry->obj), entry->origin };
      g_ptr_array_add (change->clients->ops, op);
    }
}

/* Whether the end of a client takes @obj back by itself. */
static gboolean
is_leased (const VnKobj *obj, const VnKobjLease *lease)
{
  if (obj->node != lease->node || !vn_ip_is_set (lease->address.ip))
    return FALSE;
  return obj->kind == VN_KOBJ_ADDR    ? strcmp (obj->u.addr.dev, lease->dev) == 0
         : obj->kind == VN_KOBJ_ROUTE ? strcmp (obj->u.route.dev, lease->dev) == 0
                                      : FALSE;
}

static void
leave_to_clients (VnFileChange *change, const GPtrArray *leases)
{
  for (guint i = 0; i < leases->len; i++)
    {
      const VnKobjLease *lease = g_ptr_array_index (leases, i);
      VnKobj client = vn_kobj_dhcp_client (lease->node, lease->dev, lease->node);
      gboolean ends = has_op (change->plan, &client);

      vn_kobj_clear (&client);
      for (guint k = ends ? change->plan->ops->len : 0; k-- > 0;)
        {
          const VnOp *op = g_ptr_array_index (change->plan->ops, k);

          if (op->verb == VN_VERB_DEL && is_leased (&op->obj, lease))
            g_ptr_array_remove_index (change->plan->ops, k);
        }
    }
}

/* ---- all of it ---- */

/* What was leased to nodes that are made anew is gone with them. Returns: whether there was any. */
static gboolean
drop_leases (GPtrArray *leases, GHashTable *nodes)
{
  guint len = leases->len;

  for (guint i = leases->len; i-- > 0;)
    if (g_hash_table_contains (nodes, VN_AT (leases, VnKobjLease, i)->node))
      g_ptr_array_remove_index (leases, i);
  return leases->len < len;
}

static gboolean
work_out (VnFileChange *change, const VnHeldLab *held, VnDiagList *diags)
{
  g_autoptr (GHashTable) anew = NULL;

  if (!vn_file_change_bind (change, held, change->leases, diags))
    return FALSE;
  anew = vn_plan_spent_nodes (held->tables, change->tables);
  if (drop_leases (change->leases, anew) && !vn_file_change_bind (change, held, change->leases, diags))
    return FALSE;
  change->plan = vn_plan_delta_anew (held->tables, change->tables, anew);
  change->clients = vn_plan_take_clients (change->plan);
  ask_again (change);
  leave_to_clients (change, held->leases);
  return TRUE;
}

VnFileChange *
vn_file_change_new (const VnHeldLab *held, const VnTopology *file, VnDiagList *diags)
{
  g_autoptr (VnFileChange) change = g_new0 (VnFileChange, 1);
  const VnTopology *standing = vn_events_final_topology (held->events, held->topology);

  change->file = vn_topology_ref ((VnTopology *)file);
  change->leases = vn_leases_kept (held->leases, standing, file);
  return work_out (change, held, diags) ? g_steal_pointer (&change) : NULL;
}
