/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that somebody left in the middle of a change.
 *
 * What was done of the change is not known, so the kernel is asked: everything that may stand, by the tables before the
 * change or by those behind it, is adopted as far as it is there, and then brought to the tables before it. A program
 * that both know, with different words, is taken for the new one: if it is still the old one, it is started once more
 * than needed. */
#include "sim/run/vn-held-repair.h"

#include <string.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-sandbox-join.h"
#include "sim/run/vn-file-change.h"
#include "sim/run/vn-node-files.h"
#include "sim/run/vn-state-changes.h"
#include "sim/run/vn-state-lab.h"

/* The tables that the change was to lead to; NULL if it was a request, which starts no program and makes no node. */
static VnTables *
tables_behind (const VnHeldLab *held, const char *text)
{
  const char *part = vn_held_lab_part (text);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) file = part ? vn_state_load_lab (&held->state, part, vn_held_lab_model (held), NULL) : NULL;
  g_autoptr (VnFileChange) change = file ? vn_file_change_new (held, file, diags) : NULL;
  return change ? g_steal_pointer (&change->tables) : NULL;
}

static void
obj_free (gpointer data)
{
  vn_kobj_clear (data);
  g_free (data);
}

/* A setting needs no adoption: it is simply written again. */
static gboolean
is_to_adopt (const VnOp *op, gboolean nodes, GHashTable *present)
{
  return op->verb == VN_VERB_ADD && op->obj.kind != VN_KOBJ_SYSCTL && (op->obj.kind == VN_KOBJ_NODE) == nodes
         && g_hash_table_contains (present, op->obj.node);
}

/* Adds what may stand: the nodes that are there, or all in them. @present: names of nodes. @seen: keys. */
static void
collect (const VnPlan *plan, gboolean nodes, GHashTable *present, GPtrArray *objs, GHashTable *seen)
{
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = plan->ops->pdata[i];
      VnKobj copy;
      if (!is_to_adopt (op, nodes, present) || !g_hash_table_add (seen, vn_kobj_key (&op->obj)))
        continue;
      copy = vn_kobj_copy (&op->obj);
      g_ptr_array_add (objs, g_memdup2 (&copy, sizeof copy));
    }
}

static GHashTable *
present_nodes (void)
{
  g_autoptr (GPtrArray) names = vn_sandbox_nodes ();
  GHashTable *present = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < names->len; i++)
    g_hash_table_add (present, (gpointer)g_intern_string (names->pdata[i]));
  return present;
}

/* Nodes first, as adopting wants them. @behind may be NULL. */
static GPtrArray *
objects_of (const VnTables *before, const VnTables *behind)
{
  GPtrArray *objs = g_ptr_array_new_with_free_func (obj_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (VnPlan) first = vn_plan_delta (NULL, behind ? behind : before), second = vn_plan_delta (NULL, before);
  g_autoptr (GHashTable) present = present_nodes ();
  for (guint nodes = 2; nodes-- > 0;)
    {
      collect (first, nodes != 0, present, objs, seen);
      collect (second, nodes != 0, present, objs, seen);
    }
  return objs;
}

static gboolean
restore (const VnHeldLab *held, const VnTables *behind, GError **error)
{
  g_autoptr (GPtrArray) objs = objects_of (held->tables, behind);
  g_autoptr (VnKernel) kernel = vn_kernel_linux_adopt (objs, error);
  g_autoptr (VnLab) lab = kernel ? vn_lab_adopt (kernel, objs) : NULL;
  return lab && vn_lab_restore (lab, held->tables, error)
         && vn_node_files_write (vn_held_lab_model (held), held->tables, error);
}

gboolean
vn_held_lab_repair (VnHeldLab *held, GError **error)
{
  g_autofree char *text = vn_state_pending_change (&held->state);
  if (!text || held->lock_fd < 0)
    return TRUE;
  g_autoptr (VnTables) behind = tables_behind (held, text);
  if (!restore (held, behind, error))
    {
      g_prefix_error (error,
                      "a change of lab \"%s\" was interrupted, and what it left can't be put right (take the lab down "
                      "and up again): ",
                      held->state.name);
      return FALSE;
    }
  vn_state_drop_change (&held->state);
  return TRUE;
}
