/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel that keeps VnKobj in a table, with the semantics that callers rely on: what exists can't be added again,
 * what is missing can't be changed or deleted, an object needs its node, its device, its master; what goes takes along
 * what hangs on it. For testing undo: the n-th operation can be made to fail. */
#include "sim/kernel/vn-kernel.h"

#include <errno.h>
#include <string.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel-op.h"

typedef struct
{
  VnKernel base;
  GPtrArray *objs;    /* VnKobj: what it holds, in the order of making */
  GPtrArray *ops;     /* VnKernelOp: submitted */
  GPtrArray *flushed; /* VnKernelOp: of the last flush */
  guint fail_at;
  guint n_carried_out;
} Fake;

static VnKobj *
find (GPtrArray *objs, const VnKobj *like)
{
  g_autofree char *key = vn_kobj_key (like);
  for (guint i = 0; i < objs->len; i++)
    {
      g_autofree char *other = vn_kobj_key (objs->pdata[i]);
      if (strcmp (key, other) == 0)
        return objs->pdata[i];
    }
  return NULL;
}

static VnKobj *
find_link (Fake *fake, const char *node, const char *dev)
{
  VnKobj like = vn_kobj_link (node, VN_LINK_OTHER, dev);
  return find (fake->objs, &like);
}

static gboolean
has_node (Fake *fake, const char *node)
{
  VnKobj like = vn_kobj_node (node);
  return node != NULL && find (fake->objs, &like) != NULL;
}

static gboolean
has_device (Fake *fake, const char *node, const char *dev)
{
  return *dev == '\0' || find_link (fake, node, dev) != NULL;
}

static gboolean
is_other_end (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VETH && !obj->u.link.u.veth.creates;
}

/* The error of a link whose surroundings are not there, or 0. */
static int
check_link (Fake *fake, const VnKobj *obj)
{
  const VnLink *link = &obj->u.link;
  const char *lower = link->kind == VN_LINK_VXLAN  ? link->u.vxlan.lower
                      : link->kind == VN_LINK_VLAN ? link->u.vlan.lower
                                                   : "";
  const VnKobj *master = *link->master ? find_link (fake, obj->node, link->master) : NULL;
  if (*link->master && (master == NULL || master->u.link.kind != VN_LINK_BRIDGE))
    return master ? EOPNOTSUPP : ENODEV;
  if (!has_device (fake, obj->node, lower))
    return ENODEV;
  return 0;
}

/* A filter hangs on the ingress qdisc of its device. */
static gboolean
has_ingress (Fake *fake, const VnKobj *filter)
{
  VnKobj like = vn_kobj_ingress (filter->node, filter->u.filter.dev);
  return find (fake->objs, &like) != NULL;
}

static int
check_new_veth (Fake *fake, const VnLink *link)
{
  if (!has_node (fake, link->u.veth.peer_node))
    return ENOENT;
  return find_link (fake, link->u.veth.peer_node, link->u.veth.peer) ? EEXIST : 0;
}

/* 0, or what the kernel would answer. */
static int
check (Fake *fake, const VnKernelOp *op)
{
  const VnKobj *obj = &op->obj;
  gboolean exists = find (fake->objs, obj) != NULL;
  gboolean makes = op->verb == VN_VERB_ADD && !is_other_end (obj);
  if (obj->kind == VN_KOBJ_RULES)
    return has_node (fake, obj->node) ? 0 : ENOENT;
  if (obj->kind == VN_KOBJ_CONNTRACK)
    return has_node (fake, obj->node) ? 0 : ENOENT;
  if (makes && exists && obj->kind != VN_KOBJ_SYSCTL)
    return EEXIST;
  if (obj->kind != VN_KOBJ_NODE && !has_node (fake, obj->node))
    return ENOENT;
  if (!exists && (op->verb == VN_VERB_DEL || obj->kind == VN_KOBJ_LINK) && !makes)
    return obj->kind == VN_KOBJ_LINK ? ENODEV : ENOENT;
  if (obj->kind == VN_KOBJ_FILTER && op->verb != VN_VERB_DEL && !has_ingress (fake, obj))
    return EINVAL;
  if (obj->kind != VN_KOBJ_LINK)
    return has_device (fake, obj->node, vn_kobj_device (obj)) ? 0 : ENODEV;
  if (makes && obj->u.link.kind == VN_LINK_VETH && check_new_veth (fake, &obj->u.link) != 0)
    return check_new_veth (fake, &obj->u.link);
  return op->verb == VN_VERB_DEL ? 0 : check_link (fake, obj);
}

/* Whether @obj goes when the link @dev of @node goes. */
static gboolean
hangs_on (const VnKobj *obj, const char *node, const char *dev)
{
  if (obj->node != node)
    return FALSE;
  if (obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VXLAN && strcmp (obj->u.link.u.vxlan.lower, dev) == 0)
    return TRUE;
  if (obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VLAN && strcmp (obj->u.link.u.vlan.lower, dev) == 0)
    return TRUE;
  return obj->kind != VN_KOBJ_LINK && strcmp (vn_kobj_device (obj), dev) == 0;
}

static void remove_link (Fake *fake, const char *node, const char *dev);

static void
remove_hanging (Fake *fake, const char *node, const char *dev)
{
  for (guint i = 0; i < fake->objs->len;)
    {
      VnKobj *obj = fake->objs->pdata[i];
      if (!hangs_on (obj, node, dev))
        {
          i++;
          continue;
        }
      if (obj->kind == VN_KOBJ_LINK)
        remove_link (fake, node, obj->u.link.name);
      else
        g_ptr_array_remove_index (fake->objs, i);
      i = 0;
    }
}

static void
release_ports (Fake *fake, const char *node, const char *bridge)
{
  for (guint i = 0; i < fake->objs->len; i++)
    {
      VnKobj *obj = fake->objs->pdata[i];
      if (obj->kind == VN_KOBJ_LINK && obj->node == node && strcmp (obj->u.link.master, bridge) == 0)
        obj->u.link.master[0] = '\0';
    }
}

static void
remove_link (Fake *fake, const char *node, const char *dev)
{
  VnKobj *obj = find_link (fake, node, dev);
  if (obj == NULL)
    return;
  VnLink link = obj->u.link;
  g_ptr_array_remove (fake->objs, obj);
  remove_hanging (fake, node, link.name);
  release_ports (fake, node, link.name);
  if (link.kind == VN_LINK_VETH)
    remove_link (fake, link.u.veth.peer_node, link.u.veth.peer);
}

static void
remove_node (Fake *fake, const char *node)
{
  for (guint i = 0; i < fake->objs->len;)
    {
      VnKobj *obj = fake->objs->pdata[i];
      if (obj->node != node)
        {
          i++;
          continue;
        }
      if (obj->kind == VN_KOBJ_LINK)
        remove_link (fake, node, obj->u.link.name);
      else
        g_ptr_array_remove_index (fake->objs, i);
      i = 0;
    }
}

static void
replace (GPtrArray *objs, VnKobj *old, const VnKobj *new_obj)
{
  VnKobj copy = vn_kobj_copy (new_obj);
  if (old == NULL)
    {
      vn_kobjs_add (objs, copy);
      return;
    }
  vn_kobj_clear (old);
  *old = copy;
}

/* The end that comes into being with the one that makes it. */
static void
add_other_end (Fake *fake, const VnKobj *obj)
{
  const VnVeth *veth = &obj->u.link.u.veth;
  VnKobj other = vn_kobj_link (veth->peer_node, VN_LINK_VETH, veth->peer);
  other.u.link.u.veth.peer_node = obj->node;
  g_strlcpy (other.u.link.u.veth.peer, obj->u.link.name, VN_DEV_SIZE);
  vn_kobjs_add (fake->objs, other);
}

static void
put_link (Fake *fake, VnKobj *old, const VnKobj *obj)
{
  gboolean makes_both = old == NULL && obj->u.link.kind == VN_LINK_VETH;
  replace (fake->objs, old, obj);
  if (makes_both)
    add_other_end (fake, obj);
}

/* Texts are loaded without flushing: a second one adds to the first. */
static void
put_rules (Fake *fake, VnKobj *old, const VnKobj *obj, VnVerb verb)
{
  if (old == NULL || verb == VN_VERB_SET)
    {
      replace (fake->objs, old, obj);
      return;
    }
  char *text = g_strconcat (old->u.rules.text, obj->u.rules.text, NULL);
  g_free (old->u.rules.text);
  old->u.rules.text = text;
}

/* Every namespace has a loopback device. */
static void
put_node (Fake *fake, VnKobj *old, const VnKobj *obj)
{
  VnKobj loopback = vn_kobj_link (obj->node, VN_LINK_OTHER, "lo");
  loopback.u.link.up = TRUE;
  replace (fake->objs, old, obj);
  if (old == NULL)
    vn_kobjs_add (fake->objs, loopback);
}

static void
put (Fake *fake, VnKobj *old, const VnKernelOp *op)
{
  if (op->obj.kind == VN_KOBJ_LINK)
    put_link (fake, old, &op->obj);
  else if (op->obj.kind == VN_KOBJ_NODE)
    put_node (fake, old, &op->obj);
  else if (op->obj.kind == VN_KOBJ_RULES)
    put_rules (fake, old, &op->obj, op->verb);
  else
    replace (fake->objs, old, &op->obj);
}

static void
put_back_other_end (VnKobj *obj)
{
  obj->u.link.up = FALSE;
  obj->u.link.master[0] = '\0';
}

static void
remove_filters (Fake *fake, const VnKobj *ingress)
{
  for (guint i = fake->objs->len; i-- > 0;)
    {
      const VnKobj *obj = fake->objs->pdata[i];
      if (obj->kind == VN_KOBJ_FILTER && obj->node == ingress->node
          && strcmp (obj->u.filter.dev, ingress->u.qdisc.dev) == 0)
        g_ptr_array_remove_index (fake->objs, i);
    }
}

static void
take (Fake *fake, VnKobj *old, const VnKobj *obj)
{
  if (obj->kind == VN_KOBJ_QDISC && obj->u.qdisc.kind == VN_QDISC_INGRESS)
    remove_filters (fake, obj);
  if (obj->kind == VN_KOBJ_NODE)
    remove_node (fake, obj->node);
  else if (is_other_end (obj))
    put_back_other_end (old);
  else if (obj->kind == VN_KOBJ_LINK)
    remove_link (fake, obj->node, obj->u.link.name);
  else if (old != NULL)
    g_ptr_array_remove (fake->objs, old);
}

static void
carry_out (Fake *fake, VnKernelOp *op)
{
  int errnum = check (fake, op);
  if (++fake->n_carried_out == fake->fail_at)
    vn_kernel_op_fail (op, VN_ERROR_KERNEL, EIO, "failing as asked");
  else if (errnum != 0)
    vn_kernel_op_fail (op, VN_ERROR_KERNEL, errnum, NULL);
  if (op->state == VN_OP_FAILED)
    return;
  VnKobj *old = find (fake->objs, &op->obj);
  if (op->verb == VN_VERB_DEL)
    take (fake, old, &op->obj);
  else
    put (fake, old, op);
  op->state = VN_OP_DONE;
}

static gboolean
fake_submit (VnKernel *kernel, VnVerb verb, const VnKobj *obj, guint tag, GError **error G_GNUC_UNUSED)
{
  vn_kernel_ops_push (((Fake *)kernel)->ops, verb, obj, tag);
  return TRUE;
}

static gboolean
fake_flush (VnKernel *kernel, guint *ret_failed_tag, GError **error)
{
  Fake *fake = (Fake *)kernel;
  g_ptr_array_unref (fake->flushed);
  fake->flushed = fake->ops;
  fake->ops = vn_kernel_ops_new ();
  for (guint i = 0; i < fake->flushed->len; i++)
    {
      VnKernelOp *op = fake->flushed->pdata[i];
      carry_out (fake, op);
      if (op->state != VN_OP_FAILED)
        continue;
      if (ret_failed_tag != NULL)
        *ret_failed_tag = op->tag;
      g_propagate_error (error, g_error_copy (op->error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
fake_was_done (VnKernel *kernel, guint tag)
{
  return vn_kernel_ops_was_done (((Fake *)kernel)->flushed, tag);
}

static GPtrArray *
dump_node (Fake *fake, const char *node, GError **error)
{
  if (!has_node (fake, node))
    {
      vn_error_errno (error, VN_ERROR_KERNEL, ENOENT, "cannot read node %s", node);
      return NULL;
    }
  GPtrArray *dump = vn_kobjs_new ();
  for (guint i = 0; i < fake->objs->len; i++)
    {
      const VnKobj *obj = fake->objs->pdata[i];
      if (obj->kind != VN_KOBJ_NODE && g_strcmp0 (obj->node, node) == 0)
        vn_kobjs_add (dump, vn_kobj_copy (obj));
    }
  return dump;
}

static GPtrArray *
fake_dump_all (VnKernel *kernel, const char *const *nodes, GError **error)
{
  g_autoptr (GPtrArray) dumps = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  for (gsize i = 0; nodes[i] != NULL; i++)
    {
      GPtrArray *dump = dump_node ((Fake *)kernel, nodes[i], error);
      if (dump == NULL)
        return NULL;
      g_ptr_array_add (dumps, dump);
    }
  return g_steal_pointer (&dumps);
}

static int
fake_node_fd (VnKernel *kernel G_GNUC_UNUSED, const char *node G_GNUC_UNUSED)
{
  return -1;
}

static GPtrArray *
fake_leases (VnKernel *kernel)
{
  const Fake *fake = (Fake *)kernel;
  GPtrArray *leases = vn_kobj_leases_new ();
  for (guint i = 0; i < fake->objs->len; i++)
    {
      const VnKobj *obj = fake->objs->pdata[i];
      if (obj->kind == VN_KOBJ_SERVICE && obj->u.service.kind == VN_SERVICE_DHCP_CLIENT)
        g_ptr_array_add (leases, vn_kobj_lease_new (obj->node, obj->u.service.dev));
    }
  return leases;
}

static void
fake_free (VnKernel *kernel)
{
  Fake *fake = (Fake *)kernel;
  g_ptr_array_unref (fake->objs);
  g_ptr_array_unref (fake->ops);
  g_ptr_array_unref (fake->flushed);
  g_free (fake);
}

static const VnKernelClass fake_class = {
  .submit = fake_submit,
  .flush = fake_flush,
  .was_done = fake_was_done,
  .dump_all = fake_dump_all,
  .node_fd = fake_node_fd,
  .leases = fake_leases,
  .free = fake_free,
};

VnKernel *
vn_kernel_fake_new (guint fail_at)
{
  Fake *fake = g_new0 (Fake, 1);
  fake->base.klass = &fake_class;
  fake->objs = vn_kobjs_new ();
  fake->ops = vn_kernel_ops_new ();
  fake->flushed = vn_kernel_ops_new ();
  fake->fail_at = fail_at;
  return &fake->base;
}

guint
vn_kernel_fake_len (const VnKernel *kernel)
{
  return ((const Fake *)kernel)->objs->len;
}
