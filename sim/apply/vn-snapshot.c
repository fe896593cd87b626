/* SPDX-License-Identifier: Apache-2.0 */
/* What a kernel holds, as tables, and the way back to it: the delta from the state of now to that of before. */
#include "sim/apply/vn-snapshot.h"

#include <string.h>

static gboolean
add_rules (VnTables *tables, const VnKobj *obj, GError **error)
{
  VnRuleset *ruleset = vn_ruleset_parse (obj->node, obj->u.rules.tool, obj->u.rules.text, error);
  if (ruleset == NULL)
    return FALSE;
  g_ptr_array_add (tables->rulesets, ruleset);
  return TRUE;
}

/* A bridge's address and MTU follow its ports; wanting those of the moment would nail them down. */
static VnKobj
as_wanted (const VnKobj *obj)
{
  VnKobj copy = vn_kobj_copy (obj);
  if (copy.kind == VN_KOBJ_LINK && copy.u.link.kind == VN_LINK_BRIDGE)
    {
      copy.u.link.has_mac = FALSE;
      copy.u.link.mtu = 0;
    }
  return copy;
}

static gboolean
add_dump (VnTables *tables, const char *node, const GPtrArray *dump, GError **error)
{
  vn_tables_add (tables, vn_kobj_node (node), VN_ORIGIN_NONE);
  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = dump->pdata[i];
      if (obj->kind == VN_KOBJ_RULES && !add_rules (tables, obj, error))
        return FALSE;
      if (obj->kind == VN_KOBJ_SYSCTL || (obj->kind != VN_KOBJ_RULES && vn_verify_reason (dump, obj) == NULL))
        vn_tables_add (tables, as_wanted (obj), VN_ORIGIN_NONE);
    }
  return TRUE;
}

VnTables *
vn_snapshot_take (VnKernel *kernel, const char *const *nodes, GError **error)
{
  g_autoptr (GPtrArray) dumps = vn_kernel_dump_all (kernel, nodes, error);
  g_autoptr (VnTables) tables = vn_tables_new ();
  for (guint i = 0; dumps != NULL && i < dumps->len; i++)
    if (!add_dump (tables, nodes[i], dumps->pdata[i], error))
      return NULL;
  return dumps ? g_steal_pointer (&tables) : NULL;
}

static gboolean
has_sysctl (const VnTables *tables, const VnKobj *sysctl)
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)tables->entries->pdata[i])->obj;
      if (obj->kind == VN_KOBJ_SYSCTL && obj->node == sysctl->node
          && strcmp (obj->u.sysctl.key, sysctl->u.sysctl.key) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_node (const VnTables *tables, const char *node)
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)tables->entries->pdata[i])->obj;
      if (obj->kind == VN_KOBJ_NODE && obj->node == node)
        return TRUE;
    }
  return FALSE;
}

/* A plan never deletes a setting; one that was not there before gets the value from before its first writing. */
static gboolean
submit_new_sysctls (VnKernel *kernel, const VnTables *before, const VnTables *now, guint first_tag, GError **error)
{
  for (guint i = 0; i < now->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)now->entries->pdata[i])->obj;
      if (obj->kind == VN_KOBJ_SYSCTL && has_node (before, obj->node) && !has_sysctl (before, obj)
          && !vn_kernel_submit (kernel, VN_VERB_DEL, obj, first_tag + i, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
vn_snapshot_restore (VnKernel *kernel, const VnTables *before, const char *const *nodes, GError **error)
{
  g_autoptr (VnTables) now = vn_snapshot_take (kernel, nodes, error);
  if (now == NULL)
    return FALSE;
  g_autoptr (VnPlan) plan = vn_plan_delta (now, before);
  if (!submit_new_sysctls (kernel, before, now, plan->ops->len, error))
    return FALSE;
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = plan->ops->pdata[i];
      if (!vn_kernel_submit (kernel, op->verb, &op->obj, i, error))
        return FALSE;
    }
  return vn_kernel_flush (kernel, NULL, error);
}
