/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux kernel: what became of a batch.
 *
 * One operation may be several messages, and the kernel goes on behind one that it refused. Here the answers are put
 * together again: an operation is done if all its messages were, and one that was done by half is taken back. */
#include <errno.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel-linux.h"
#include "sim/kernel/vn-nl-build.h"
#include "sim/kernel/vn-nl-dump.h"
#include "sim/kernel/vn-nl-link.h"
#include "sim/kernel/vn-nl-tc.h"
#include "sim/kernel/vn-offload.h"

gboolean
vn_linux_makes_link (const VnKernelOp *op)
{
  return op->obj.kind == VN_KOBJ_LINK && op->verb == VN_VERB_ADD && !vn_link_is_other_end (&op->obj.u.link);
}

static gboolean
removes_link (const VnKernelOp *op)
{
  return op->obj.kind == VN_KOBJ_LINK && op->verb == VN_VERB_DEL && !vn_link_is_other_end (&op->obj.u.link);
}

/* Forgets a link, and the other end that goes with it. */
static void
forget_link (VnLinux *linux_kernel, VnNode *node, const char *dev)
{
  const VnNodeLink *link = vn_node_link (node, dev);
  VnNode *peer = link && link->veth.peer_node ? vn_linux_node (linux_kernel, link->veth.peer_node) : NULL;
  const VnNodeLink *other = peer ? vn_node_link (peer, link->veth.peer) : NULL;
  if (other != NULL && other->ifindex == link->peer_ifindex)
    vn_node_forget (peer, link->veth.peer);
  vn_node_forget (node, dev);
}

/* Whether the kernel doesn't know the kind of what is to be made. */
static gboolean
is_unknown (const VnKernelOp *op, int errnum)
{
  if (op->verb != VN_VERB_ADD)
    return FALSE;
  if (op->obj.kind == VN_KOBJ_QDISC || op->obj.kind == VN_KOBJ_FILTER)
    return errnum == ENOENT;
  return vn_linux_makes_link (op) && errnum == EOPNOTSUPP;
}

static const char *
option_of (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_LINK ? vn_nl_link_option (obj->u.link.kind) : vn_nl_tc_option (obj);
}

static void
take_result (guint owner, int errnum, const char *words, gpointer data)
{
  VnLinux *linux_kernel = data;
  VnKernelOp *op = linux_kernel->batch_ops->pdata[owner];
  g_autofree char *lacks = NULL;
  if (errnum == 0)
    {
      op->n_messages_done++;
      return;
    }
  if (op->state == VN_OP_FAILED)
    return;
  if (is_unknown (op, errnum))
    words = lacks
        = g_strdup_printf ("%s; the kernel needs %s", words ? words : "unknown kind of device", option_of (&op->obj));
  vn_kernel_op_fail (op, is_unknown (op, errnum) ? VN_ERROR_UNSUPPORTED : VN_ERROR_KERNEL, errnum, words);
}

/* All or nothing: a link that was made but could not be finished goes again. */
static void
settle_failed (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op)
{
  const char *dev = op->obj.u.link.name;
  if (!vn_linux_makes_link (op))
    return;
  if (op->n_messages_done > 0)
    {
      vn_nl_queue_link_del (node->nl, vn_node_link (node, dev)->ifindex, 0, 0);
      vn_nl_flush (node->nl, vn_nl_ignore_result, NULL, NULL);
    }
  forget_link (linux_kernel, node, dev);
}

/* Offloads are switched by another call than netlink's. */
static void
settle_offload (VnNode *node, VnKernelOp *op)
{
  const VnLink *link = &op->obj.u.link;
  GError *error = NULL;
  if (op->obj.kind != VN_KOBJ_LINK || op->verb == VN_VERB_DEL || !link->no_offload)
    return;
  VnNodeLink *made = vn_node_link (node, link->name);
  if (!vn_offload_disable (vn_nl_fd (node->nl), link->name, &error))
    {
      vn_kernel_op_fail (op, error->code, 0, error->message);
      g_error_free (error);
    }
  else if (made != NULL)
    made->no_offload = TRUE;
}

static guint
ifindex_of (VnNode *node, const char *dev)
{
  const VnNodeLink *known = vn_node_link (node, dev);
  guint ifindex = known ? known->ifindex : 0;
  if (known == NULL)
    vn_nl_find_link (node->nl, dev, &ifindex, NULL);
  return ifindex;
}

/* A wanted entry of a forwarding or neighbour table meets one that the data path has made in the meantime: it takes its
 * place, as `bridge fdb replace` does. One that somebody set stays: EEXIST. */
static void
settle_over_dynamic (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op, guint owner)
{
  gboolean is_entry = op->obj.kind == VN_KOBJ_FDB || op->obj.kind == VN_KOBJ_NEIGH;
  if (op->state != VN_OP_FAILED || op->errnum != EEXIST || op->verb != VN_VERB_ADD || !is_entry)
    return;
  VnNlRefs refs = { .ifindex = ifindex_of (node, vn_kobj_device (&op->obj)) };
  if (!vn_nl_is_dynamic (node->nl, &op->obj, refs.ifindex))
    return;
  op->state = VN_OP_WAITING;
  vn_nl_queue_op (node->nl, VN_VERB_SET, &op->obj, &refs, owner);
  if (!vn_nl_flush (node->nl, take_result, linux_kernel, NULL))
    op->state = VN_OP_FAILED;
}

static void
settle_sent (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op)
{
  if (op->state == VN_OP_WAITING)
    settle_offload (node, op);
  if (op->state == VN_OP_FAILED)
    {
      settle_failed (linux_kernel, node, op);
      return;
    }
  op->state = VN_OP_DONE;
  if (removes_link (op))
    forget_link (linux_kernel, node, op->obj.u.link.name);
}

void
vn_linux_settle (VnLinux *linux_kernel)
{
  VnNode *node = linux_kernel->batch_node;
  g_autoptr (GError) error = NULL;
  if (node == NULL)
    return;
  if (linux_kernel->beside != NULL)
    vn_command_run_turn (linux_kernel->beside);
  linux_kernel->batch_node = NULL;
  gboolean sent = vn_nl_flush (node->nl, take_result, linux_kernel, &error);
  for (guint i = 0; i < linux_kernel->batch_ops->len; i++)
    {
      VnKernelOp *op = linux_kernel->batch_ops->pdata[i];
      if (!sent && op->n_messages_done == 0 && op->state == VN_OP_WAITING)
        vn_kernel_op_fail (op, error->code, 0, error->message);
      settle_over_dynamic (linux_kernel, node, op, i);
      settle_sent (linux_kernel, node, op);
    }
  g_ptr_array_set_size (linux_kernel->batch_ops, 0);
}
