/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's interface: calls through the class. */
#include "sim/kernel/vn-kernel.h"

void
vn_kernel_free (VnKernel *kernel)
{
  if (kernel != NULL)
    kernel->klass->free (kernel);
}

gboolean
vn_kernel_submit (VnKernel *kernel, VnVerb verb, const VnKobj *obj, guint tag, GError **error)
{
  return kernel->klass->submit (kernel, verb, obj, tag, error);
}

gboolean
vn_kernel_flush (VnKernel *kernel, guint *ret_failed_tag, GError **error)
{
  return kernel->klass->flush (kernel, ret_failed_tag, error);
}

gboolean
vn_kernel_was_done (VnKernel *kernel, guint tag)
{
  return kernel->klass->was_done (kernel, tag);
}

GPtrArray *
vn_kernel_dump (VnKernel *kernel, const char *node, GError **error)
{
  const char *const nodes[] = { node, NULL };
  g_autoptr (GPtrArray) dumps = vn_kernel_dump_all (kernel, nodes, error);
  return dumps ? g_ptr_array_ref (dumps->pdata[0]) : NULL;
}

GPtrArray *
vn_kernel_dump_all (VnKernel *kernel, const char *const *nodes, GError **error)
{
  return kernel->klass->dump_all (kernel, nodes, error);
}

int
vn_kernel_node_fd (VnKernel *kernel, const char *node)
{
  return kernel->klass->node_fd (kernel, node);
}

GPtrArray *
vn_kernel_leases (VnKernel *kernel)
{
  return kernel->klass->leases (kernel);
}

VnKobjLease *
vn_kobj_lease_new (const char *node, const char *dev)
{
  VnKobjLease *lease = g_new0 (VnKobjLease, 1);
  lease->node = g_intern_string (node);
  g_strlcpy (lease->dev, dev, sizeof lease->dev);
  return lease;
}

VnKobjLease *
vn_kobj_lease_copy (const VnKobjLease *lease)
{
  VnKobjLease *copy = g_memdup2 (lease, sizeof *lease);
  copy->domain = g_strdup (lease->domain);
  return copy;
}

void
vn_kobj_lease_free (VnKobjLease *lease)
{
  g_free (lease->domain);
  g_free (lease);
}

GPtrArray *
vn_kobj_leases_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)vn_kobj_lease_free);
}
