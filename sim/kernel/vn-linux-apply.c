/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux kernel: carrying out one operation.
 *
 * Netlink operations of one node gather in a batch; an operation of another node, or one that is no netlink message,
 * settles the batch first (vn-linux-settle.c). Names become indices here. A name that is not in the node's own table
 * (somebody made the link with another tool) costs a question to the kernel, and so does a link whose name is there
 * already. */
#include <errno.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-conntrack.h"
#include "sim/kernel/vn-kernel-linux.h"
#include "sim/kernel/vn-nl-build.h"
#include "sim/kernel/vn-nl-dump.h"
#include "sim/kernel/vn-service.h"
#include "sim/kernel/vn-sysctl.h"

#define BATCH_OPS 256

static gboolean
fail (VnKernelOp *op, int errnum, const char *words)
{
  vn_kernel_op_fail (op, VN_ERROR_KERNEL, errnum, words);
  return FALSE;
}

/* Takes @error over. */
static gboolean
fail_with (VnKernelOp *op, GError *error)
{
  vn_kernel_op_fail (op, error->code, 0, error->message);
  g_error_free (error);
  return FALSE;
}

/* The index of a device by name, 0 for no name. */
static gboolean
find_device (VnLinux *linux_kernel, VnNode *node, const char *dev, VnKernelOp *op, guint *ret)
{
  const VnNodeLink *known = vn_node_link (node, dev);
  GError *error = NULL;
  *ret = known ? known->ifindex : 0;
  if (known != NULL || *dev == '\0')
    return TRUE;
  vn_linux_settle (linux_kernel);
  if (!vn_nl_find_link (node->nl, dev, ret, &error))
    return fail_with (op, error);
  g_autofree char *words = g_strdup_printf ("no device %s", dev);
  return *ret != 0 || fail (op, ENODEV, words);
}

/* A name that we know may be gone: then the kernel's word counts. */
static gboolean
check_name_is_free (VnLinux *linux_kernel, VnNode *node, const char *dev, VnKernelOp *op)
{
  GError *error = NULL;
  guint ifindex;
  if (vn_node_link (node, dev) == NULL)
    return TRUE;
  vn_linux_settle (linux_kernel);
  if (!vn_nl_find_link (node->nl, dev, &ifindex, &error))
    return fail_with (op, error);
  g_autofree char *words = g_strdup_printf ("device %s is there already", dev);
  return ifindex == 0 || fail (op, EEXIST, words);
}

static gboolean
reserve_veth (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op, VnNlRefs *refs)
{
  const VnLink *link = &op->obj.u.link;
  VnNode *peer = link->u.veth.peer_node ? vn_linux_node (linux_kernel, link->u.veth.peer_node) : NULL;
  if (peer == NULL)
    return fail (op, ENOENT, "no such peer node");
  if (!check_name_is_free (linux_kernel, peer, link->u.veth.peer, op))
    return FALSE;
  VnNodeLink *ours = vn_node_reserve (node, link->name);
  VnNodeLink *theirs = vn_node_reserve (peer, link->u.veth.peer);
  *ours = (VnNodeLink){ ours->ifindex, link->u.veth, theirs->ifindex, FALSE };
  *theirs = (VnNodeLink){ theirs->ifindex, { .peer_node = node->name }, ours->ifindex, FALSE };
  g_strlcpy (theirs->veth.peer, link->name, VN_DEV_SIZE);
  refs->ifindex = ours->ifindex;
  refs->peer_ifindex = theirs->ifindex;
  refs->peer_netns_fd = peer->netns_fd;
  return TRUE;
}

static const char *
lower_of (const VnLink *link)
{
  return link->kind == VN_LINK_VXLAN ? link->u.vxlan.lower : link->kind == VN_LINK_VLAN ? link->u.vlan.lower : "";
}

static gboolean
resolve_link (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op, VnNlRefs *refs)
{
  const VnLink *link = &op->obj.u.link;
  if (op->verb != VN_VERB_DEL
      && (!find_device (linux_kernel, node, link->master, op, &refs->master)
          || !find_device (linux_kernel, node, lower_of (link), op, &refs->lower)))
    return FALSE;
  if (!vn_linux_makes_link (op))
    return find_device (linux_kernel, node, link->name, op, &refs->ifindex);
  if (!check_name_is_free (linux_kernel, node, link->name, op))
    return FALSE;
  if (link->kind == VN_LINK_VETH)
    return reserve_veth (linux_kernel, node, op, refs);
  refs->ifindex = vn_node_reserve (node, link->name)->ifindex;
  return TRUE;
}

static void
apply_netlink (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op)
{
  VnNlRefs refs = { 0 };
  if (linux_kernel->batch_node != node || linux_kernel->batch_ops->len >= BATCH_OPS)
    vn_linux_settle (linux_kernel);
  gboolean resolved = op->obj.kind == VN_KOBJ_LINK
                          ? resolve_link (linux_kernel, node, op, &refs)
                          : find_device (linux_kernel, node, vn_kobj_device (&op->obj), op, &refs.ifindex);
  if (!resolved)
    return;
  vn_nl_queue_op (node->nl, op->verb, &op->obj, &refs, linux_kernel->batch_ops->len);
  g_ptr_array_add (linux_kernel->batch_ops, op);
  linux_kernel->batch_node = node;
}

static gboolean
sysctl_set (VnNode *node, const VnSysctl *sysctl, GError **error)
{
  char *former;
  if (g_hash_table_contains (node->sysctls, sysctl->key))
    return vn_sysctl_write (&node->settings, sysctl->key, sysctl->value, error);
  if (!vn_sysctl_swap (&node->settings, sysctl->key, sysctl->value, &former, error))
    return FALSE;
  g_hash_table_insert (node->sysctls, g_strdup (sysctl->key), former);
  return TRUE;
}

static gboolean
sysctl_restore (VnNode *node, const VnSysctl *sysctl, GError **error)
{
  const char *former = g_hash_table_lookup (node->sysctls, sysctl->key);
  if (former == NULL)
    return vn_error_set (error, VN_ERROR_KERNEL, "it was not set");
  if (!vn_sysctl_write (&node->settings, sysctl->key, former, error))
    return FALSE;
  g_hash_table_remove (node->sysctls, sysctl->key);
  return TRUE;
}

static void
apply_sysctl (VnNode *node, VnKernelOp *op)
{
  GError *error = NULL;
  gboolean ok = op->verb == VN_VERB_DEL ? sysctl_restore (node, &op->obj.u.sysctl, &error)
                                        : sysctl_set (node, &op->obj.u.sysctl, &error);
  if (ok)
    op->state = VN_OP_DONE;
  else
    fail_with (op, error);
}

static void
apply_conntrack (VnNode *node, VnKernelOp *op)
{
  GError *error = NULL;
  if (op->verb != VN_VERB_DEL)
    fail (op, EOPNOTSUPP, "connections are only ever deleted");
  else if (vn_conntrack_delete (node->netns_fd, &op->obj.u.conntrack, &error))
    op->state = VN_OP_DONE;
  else
    fail_with (op, error);
}

static void
add_node (VnLinux *linux_kernel, VnKernelOp *op)
{
  GError *error = NULL;
  VnNode *node = vn_node_new (op->obj.node, &linux_kernel->next_ifindex, &error);
  if (node == NULL)
    {
      fail_with (op, error);
      return;
    }
  g_hash_table_insert (linux_kernel->nodes, (gpointer)node->name, node);
  op->state = VN_OP_DONE;
}

/* The kernel takes a namespace apart some time later: ends of its veths in nodes that stay would be seen until then. */
static void
del_veths_leading_out (VnLinux *linux_kernel, VnNode *node)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, node->links);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const VnNodeLink *link = value;
      VnNode *peer = link->veth.peer_node ? vn_linux_node (linux_kernel, link->veth.peer_node) : NULL;
      if (peer == NULL || g_hash_table_contains (linux_kernel->doomed, peer->name))
        continue;
      vn_nl_queue_link_del (node->nl, link->ifindex, 0, 0);
      if (peer != node)
        vn_node_forget (peer, link->veth.peer);
    }
  vn_nl_flush (node->nl, vn_nl_ignore_result, NULL, NULL);
}

static void
apply_node (VnLinux *linux_kernel, VnNode *node, VnKernelOp *op)
{
  if (op->verb == VN_VERB_ADD && node != NULL)
    fail (op, EEXIST, NULL);
  else if (op->verb == VN_VERB_ADD)
    add_node (linux_kernel, op);
  else
    {
      if (op->verb == VN_VERB_DEL)
        {
          vn_linux_services_end (linux_kernel, node->name);
          del_veths_leading_out (linux_kernel, node);
          g_hash_table_remove (linux_kernel->nodes, node->name);
        }
      op->state = VN_OP_DONE;
    }
}

void
vn_linux_apply (VnLinux *linux_kernel, VnKernelOp *op)
{
  VnNode *node = vn_linux_node (linux_kernel, op->obj.node);
  gboolean makes_node = op->obj.kind == VN_KOBJ_NODE && op->verb == VN_VERB_ADD;
  if (node == NULL && !makes_node)
    {
      fail (op, ENOENT, "no such node");
      return;
    }
  if (vn_nl_carries (op->obj.kind))
    {
      apply_netlink (linux_kernel, node, op);
      return;
    }
  vn_linux_settle (linux_kernel);
  if (op->obj.kind == VN_KOBJ_NODE)
    apply_node (linux_kernel, node, op);
  else if (op->obj.kind == VN_KOBJ_CONNTRACK)
    apply_conntrack (node, op);
  else
    apply_sysctl (node, op);
}
