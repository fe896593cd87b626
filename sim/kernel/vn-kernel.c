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
