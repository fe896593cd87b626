/* SPDX-License-Identifier: Apache-2.0 */
/* An operation on its way, as both kernels queue it, and what it is called when it fails. */
#include "sim/kernel/vn-kernel-op.h"

#include "sim/base/vn-error.h"

static void
op_free (gpointer data)
{
  VnKernelOp *op = data;
  vn_kobj_clear (&op->obj);
  g_clear_error (&op->error);
  g_free (op);
}

GPtrArray *
vn_kernel_ops_new (void)
{
  return g_ptr_array_new_with_free_func (op_free);
}

void
vn_kernel_ops_push (GPtrArray *ops, VnVerb verb, const VnKobj *obj, guint tag)
{
  VnKernelOp *op = g_new0 (VnKernelOp, 1);
  op->verb = verb;
  op->obj = vn_kobj_copy (obj);
  op->tag = tag;
  g_ptr_array_add (ops, op);
}

VnKernelOp *
vn_kernel_ops_failed (GPtrArray *ops)
{
  for (guint i = 0; i < ops->len; i++)
    {
      VnKernelOp *op = ops->pdata[i];
      if (op->state == VN_OP_FAILED)
        return op;
    }
  return NULL;
}

gboolean
vn_kernel_ops_was_done (GPtrArray *ops, guint tag)
{
  for (guint i = 0; i < ops->len; i++)
    {
      const VnKernelOp *op = ops->pdata[i];
      if (op->tag == tag)
        return op->state == VN_OP_DONE;
    }
  return FALSE;
}

void
vn_kernel_op_fail (VnKernelOp *op, int code, int errnum, const char *words)
{
  g_autofree char *text = vn_kobj_brief (&op->obj);
  g_clear_error (&op->error);
  op->state = VN_OP_FAILED;
  op->errnum = errnum;
  vn_error_set (&op->error, (VnError)code, "cannot %s %s on %s, %s: %s%s%s", vn_verb_name (op->verb),
                vn_kobj_kind_name (op->obj.kind), op->obj.node, text, errnum ? g_strerror (errnum) : "",
                errnum && words ? ": " : "", words ? words : "");
}

const char *
vn_kobj_device (const VnKobj *obj)
{
  switch (obj->kind)
    {
    case VN_KOBJ_ADDR:
      return obj->u.addr.dev;
    case VN_KOBJ_ROUTE:
      return obj->u.route.dev;
    case VN_KOBJ_FDB:
      return obj->u.fdb.dev;
    case VN_KOBJ_NEIGH:
      return obj->u.neigh.dev;
    case VN_KOBJ_QDISC:
      return obj->u.qdisc.dev;
    case VN_KOBJ_FILTER:
      return obj->u.filter.dev;
    default:
      return "";
    }
}

static void
obj_free (gpointer data)
{
  vn_kobj_clear (data);
  g_free (data);
}

GPtrArray *
vn_kobjs_new (void)
{
  return g_ptr_array_new_with_free_func (obj_free);
}

void
vn_kobjs_add (GPtrArray *objs, VnKobj obj)
{
  g_ptr_array_add (objs, g_memdup2 (&obj, sizeof obj));
}
