/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that stands in a kernel: run a plan, roll it back, read it back, take it down.
 *
 * Undo. Every addition that was carried out is an entry of the undo log; deleting what it names is its undo. All that
 * is in a namespace goes with it, so an entry whose node is itself to be deleted needs no operation of its own. That is
 * enough where a plan only adds. A plan that also changes or deletes what stands already can't be undone by deleting:
 * before it runs, the nodes are read into tables, and the way back is the plan from what is there then to those tables.
 * Either way the operations of a failed batch that were carried out, and only they, are undone. */
#include "sim/apply/vn-lab.h"

#include <string.h>

#include "sim/apply/vn-snapshot.h"
#include "sim/base/vn-error.h"

struct _VnLab
{
  VnKernel *kernel;
  GPtrArray *undo; /* VnKobj, owned: what was added, in that order */
  gboolean is_adopted;
};

static void
obj_free (gpointer data)
{
  vn_kobj_clear (data);
  g_free (data);
}

VnLab *
vn_lab_new (VnKernel *kernel)
{
  VnLab *lab = g_new0 (VnLab, 1);
  lab->kernel = kernel;
  lab->undo = g_ptr_array_new_with_free_func (obj_free);
  return lab;
}

VnLab *
vn_lab_adopt (VnKernel *kernel, const GPtrArray *objs)
{
  VnLab *lab = vn_lab_new (kernel);
  lab->is_adopted = TRUE;
  for (guint i = 0; i < objs->len; i++)
    {
      VnKobj copy = vn_kobj_copy (objs->pdata[i]);
      g_ptr_array_add (lab->undo, g_memdup2 (&copy, sizeof copy));
    }
  return lab;
}

void
vn_lab_free (VnLab *lab)
{
  if (lab == NULL)
    return;
  if (!lab->is_adopted)
    vn_lab_teardown (lab, NULL);
  g_ptr_array_unref (lab->undo);
  g_free (lab);
}

VnKernel *
vn_lab_kernel (VnLab *lab)
{
  return lab->kernel;
}

guint
vn_lab_undo_len (const VnLab *lab)
{
  return lab->undo->len;
}

/* Names of the nodes in @undo from @first on, as a set. */
static GHashTable *
nodes_from (const GPtrArray *undo, guint first)
{
  GHashTable *nodes = g_hash_table_new (NULL, NULL);
  for (guint i = first; i < undo->len; i++)
    {
      const VnKobj *obj = undo->pdata[i];
      if (obj->kind == VN_KOBJ_NODE)
        g_hash_table_add (nodes, (gpointer)obj->node);
    }
  return nodes;
}

/* NULL-terminated, in the order of making. */
static const char **
node_names (const VnLab *lab)
{
  GPtrArray *names = g_ptr_array_new ();
  for (guint i = 0; i < lab->undo->len; i++)
    {
      const VnKobj *obj = lab->undo->pdata[i];
      if (obj->kind == VN_KOBJ_NODE)
        g_ptr_array_add (names, (gpointer)obj->node);
    }
  g_ptr_array_add (names, NULL);
  return (const char **)g_ptr_array_free (names, FALSE);
}

/* Takes out of the log what the deletion of @gone undid: itself and, for a node, all in it. */
static void
forget (VnLab *lab, const VnKobj *gone)
{
  g_autofree char *key = vn_kobj_key (gone);
  for (guint i = lab->undo->len; i-- > 0;)
    {
      const VnKobj *obj = lab->undo->pdata[i];
      g_autofree char *other = vn_kobj_key (obj);
      if ((gone->kind == VN_KOBJ_NODE && obj->node == gone->node) || strcmp (key, other) == 0)
        g_ptr_array_remove_index (lab->undo, i);
    }
}

/* Takes over what of the plan was carried out. @all: everything was. */
static void
log_done (VnLab *lab, const VnPlan *plan, gboolean all)
{
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = plan->ops->pdata[i];
      if (!all && !vn_kernel_was_done (lab->kernel, i))
        continue;
      if (op->verb == VN_VERB_DEL)
        forget (lab, &op->obj);
      if (op->verb == VN_VERB_ADD)
        {
          VnKobj copy = vn_kobj_copy (&op->obj);
          g_ptr_array_add (lab->undo, g_memdup2 (&copy, sizeof copy));
        }
    }
}

/* Deletes entry @index of the log. What lies in a node that goes too needs nothing. */
static gboolean
submit_undo (VnLab *lab, guint index, GHashTable *going, GError **error)
{
  const VnKobj *obj = lab->undo->pdata[index];
  if (obj->kind != VN_KOBJ_NODE && g_hash_table_contains (going, obj->node))
    return TRUE;
  return vn_kernel_submit (lab->kernel, VN_VERB_DEL, obj, index, error);
}

/* Submits and flushes the undo of the entries from @first on, but those marked in @skip. */
static gboolean
run_undo (VnLab *lab, guint first, GHashTable *going, const GByteArray *skip, guint *ret_failed, GError **error)
{
  for (guint i = lab->undo->len; i-- > first;)
    if (!skip->data[i] && !submit_undo (lab, i, going, error))
      {
        *ret_failed = i;
        return FALSE;
      }
  return vn_kernel_flush (lab->kernel, ret_failed, error);
}

/* Undoes the log down to @first, the newest entry first. One that fails is left out and the rest goes on; the first
 * error is reported. */
static gboolean
undo_to (VnLab *lab, guint first, GError **error)
{
  g_autoptr (GHashTable) going = nodes_from (lab->undo, first);
  g_autoptr (GByteArray) skip = g_byte_array_new ();
  gboolean ok = TRUE;
  g_byte_array_set_size (skip, lab->undo->len + 1);
  memset (skip->data, 0, skip->len);
  for (guint failed = 0;;)
    {
      g_autoptr (GError) failure = NULL;
      if (run_undo (lab, first, going, skip, &failed, &failure))
        break;
      if (ok)
        g_propagate_error (error, g_steal_pointer (&failure));
      ok = FALSE;
      for (guint i = first; i < lab->undo->len; i++)
        skip->data[i] |= i == failed || vn_kernel_was_done (lab->kernel, i);
    }
  g_ptr_array_set_size (lab->undo, (gint)first);
  return ok;
}

static gboolean
only_adds (const VnPlan *plan)
{
  for (guint i = 0; i < plan->ops->len; i++)
    if (((const VnOp *)plan->ops->pdata[i])->verb != VN_VERB_ADD)
      return FALSE;
  return TRUE;
}

/* The names in either list, each once. */
static const char **
merge_names (const char *const *names, const GPtrArray *undo)
{
  g_autoptr (GHashTable) present = nodes_from (undo, 0);
  GPtrArray *merged = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;
  for (gsize i = 0; names[i] != NULL; i++)
    if (g_hash_table_remove (present, names[i]))
      g_ptr_array_add (merged, (gpointer)names[i]);
  g_hash_table_iter_init (&iter, present);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (merged, name);
  g_ptr_array_add (merged, NULL);
  return (const char **)g_ptr_array_free (merged, FALSE);
}

static GPtrArray *
copy_log (const GPtrArray *undo)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (obj_free);
  for (guint i = 0; i < undo->len; i++)
    {
      VnKobj obj = vn_kobj_copy (undo->pdata[i]);
      g_ptr_array_add (copy, g_memdup2 (&obj, sizeof obj));
    }
  return copy;
}

static gboolean
submit_plan (VnLab *lab, const VnPlan *plan, guint *ret_failed, GError **error)
{
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = plan->ops->pdata[i];
      *ret_failed = i;
      if (!vn_kernel_submit (lab->kernel, op->verb, &op->obj, i, error))
        return FALSE;
    }
  return vn_kernel_flush (lab->kernel, ret_failed, error);
}

/* Puts the place in the lab file before the kernel's message, which names the operation. */
static void
add_place (const VnPlan *plan, guint failed, GError **error)
{
  const VnOp *op = failed < plan->ops->len ? plan->ops->pdata[failed] : NULL;
  if (op == NULL || !vn_origin_is_set (op->origin))
    return;
  g_autofree char *place = vn_origin_to_line (op->origin);
  g_prefix_error (error, "%s: ", place);
}

/* Undoes what was done of a failed plan. @before: NULL if the plan only adds; else with the log of then, taken over. */
static gboolean
roll_back (VnLab *lab, const VnPlan *plan, const VnTables *before, GPtrArray *log_before, GError **error)
{
  guint first = log_before->len;
  g_autofree const char **names_before = node_names (lab);
  log_done (lab, plan, FALSE);
  if (before == NULL)
    {
      g_ptr_array_unref (log_before);
      return undo_to (lab, first, error);
    }
  g_autofree const char **names = merge_names (names_before, lab->undo);
  g_ptr_array_unref (lab->undo);
  lab->undo = log_before;
  return vn_snapshot_restore (lab->kernel, before, names, error);
}

gboolean
vn_lab_apply (VnLab *lab, const VnPlan *plan, GError **error)
{
  g_autoptr (VnTables) before = NULL;
  g_autoptr (GError) failure = NULL, undo_failure = NULL;
  guint failed = 0;
  if (lab->undo->len > 0 && !only_adds (plan))
    {
      g_autofree const char **names = node_names (lab);
      before = vn_snapshot_take (lab->kernel, names, error);
      if (before == NULL)
        return FALSE;
    }
  if (submit_plan (lab, plan, &failed, &failure))
    {
      log_done (lab, plan, TRUE);
      return TRUE;
    }
  add_place (plan, failed, &failure);
  if (!roll_back (lab, plan, before, copy_log (lab->undo), &undo_failure))
    vn_error_set (error, (VnError)failure->code, "%s; and undoing what was done before failed: %s", failure->message,
                  undo_failure->message);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
log_tables (VnLab *lab, const VnTables *tables)
{
  g_autoptr (VnPlan) plan = vn_plan_delta (NULL, tables);
  g_ptr_array_set_size (lab->undo, 0);
  log_done (lab, plan, TRUE);
}

gboolean
vn_lab_restore (VnLab *lab, const VnTables *tables, GError **error)
{
  g_autofree const char **names = node_names (lab);
  if (!vn_snapshot_restore (lab->kernel, tables, names, error))
    return FALSE;
  log_tables (lab, tables);
  return TRUE;
}

static const char **
wanted_nodes (const VnTables *tables)
{
  GPtrArray *names = g_ptr_array_new ();
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnEntry *entry = tables->entries->pdata[i];
      if (entry->obj.kind == VN_KOBJ_NODE)
        g_ptr_array_add (names, (gpointer)entry->obj.node);
    }
  g_ptr_array_add (names, NULL);
  return (const char **)g_ptr_array_free (names, FALSE);
}

GPtrArray *
vn_lab_verify (VnLab *lab, const VnTables *tables, GHashTable **ret_dumps, GError **error)
{
  g_autofree const char **nodes = wanted_nodes (tables);
  g_autoptr (GPtrArray) dumps = vn_kernel_dump_all (lab->kernel, nodes, error);
  if (dumps == NULL)
    return NULL;
  GPtrArray *deltas = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_delta_free);
  GHashTable *by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < dumps->len; i++)
    {
      g_autoptr (GPtrArray) found = vn_tables_compare (tables, nodes[i], dumps->pdata[i]);
      g_ptr_array_extend_and_steal (deltas, g_steal_pointer (&found));
      g_hash_table_insert (by_name, (gpointer)nodes[i], g_ptr_array_ref (dumps->pdata[i]));
    }
  if (ret_dumps != NULL)
    *ret_dumps = by_name;
  else
    g_hash_table_unref (by_name);
  return deltas;
}

gboolean
vn_lab_teardown (VnLab *lab, GError **error)
{
  return undo_to (lab, 0, error);
}
