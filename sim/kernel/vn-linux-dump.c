/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux kernel: reading back. Netlink dumps node by node, beside them the save programs of all nodes. */
#include <errno.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel-linux.h"
#include "sim/kernel/vn-nl-dump.h"
#include "sim/kernel/vn-rules.h"
#include "sim/kernel/vn-service.h"
#include "sim/kernel/vn-sysctl.h"

/* The kernel says the index of a peer, in a namespace that it names by a number of its own. The end that we made with
 * that index is the one. */
static void
complete_link (VnLink *link, guint peer_ifindex, gpointer data)
{
  const VnNodeLink *made = vn_node_link (data, link->name);
  if (made == NULL)
    return;
  link->no_offload = made->no_offload;
  if (made->veth.peer_node != NULL && made->peer_ifindex == peer_ifindex)
    link->u.veth = made->veth;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (a, b);
}

static gboolean
dump_sysctls (VnNode *node, GPtrArray *objs, GError **error)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (node->sysctls), compare_keys);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      g_autofree char *value = vn_sysctl_read (&node->settings, l->data, error);
      if (value == NULL)
        return FALSE;
      vn_kobjs_add (objs, vn_kobj_sysctl (node->name, l->data, value));
    }
  return TRUE;
}

/* All but rules. */
static gboolean
dump_node (VnLinux *linux_kernel, VnNode *node, GPtrArray *objs, GError **error)
{
  if (!vn_nl_dump (node->nl, node->name, complete_link, node, objs, error) || !dump_sysctls (node, objs, error))
    {
      g_prefix_error (error, "cannot read node %s: ", node->name);
      return FALSE;
    }
  vn_linux_services_dump (linux_kernel, node->name, objs);
  return TRUE;
}

/* Where a save command's text goes. */
typedef struct
{
  VnNode *node;
  GPtrArray *objs;
  VnTool tool;
} Target;

static void
collect_saves (VnNode *node, GPtrArray *objs, GArray *commands, GArray *targets)
{
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      if (!(node->tools & (1u << tool)))
        continue;
      VnCommand command = vn_rules_save_command (node->netns_fd, tool);
      Target target = { node, objs, tool };
      g_array_append_val (commands, command);
      g_array_append_val (targets, target);
    }
}

static gboolean
take_saves (GArray *commands, const GArray *targets, GError **error)
{
  for (guint i = 0; i < commands->len; i++)
    {
      VnCommand *command = &g_array_index (commands, VnCommand, i);
      const Target *target = &g_array_index (targets, Target, i);
      if (command->error != NULL)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&command->error),
                                      "cannot read the rules of %s on %s: ", vn_tool_name (target->tool),
                                      target->node->name);
          return FALSE;
        }
      vn_kobjs_add (target->objs, vn_kobj_rules (target->node->name, target->tool, command->output));
    }
  return TRUE;
}

/* @dumps: an array for each of @names, which the save programs will add to. */
static gboolean
prepare (VnLinux *linux_kernel, const char *const *names, GPtrArray *dumps, GArray *commands, GArray *targets,
         GError **error)
{
  for (gsize i = 0; names[i] != NULL; i++)
    {
      VnNode *node = vn_linux_node (linux_kernel, names[i]);
      if (node == NULL)
        return vn_error_errno (error, VN_ERROR_KERNEL, ENOENT, "cannot read node %s", names[i]);
      g_ptr_array_add (dumps, vn_kobjs_new ());
      collect_saves (node, dumps->pdata[i], commands, targets);
    }
  return TRUE;
}

GPtrArray *
vn_linux_dump_all (VnKernel *kernel, const char *const *names, GError **error)
{
  VnLinux *linux_kernel = (VnLinux *)kernel;
  g_autoptr (GPtrArray) dumps = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GArray) commands = g_array_new (FALSE, FALSE, sizeof (VnCommand));
  g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (Target));
  gboolean ok = TRUE;
  g_array_set_clear_func (commands, (GDestroyNotify)vn_command_clear);
  if (!prepare (linux_kernel, names, dumps, commands, targets, error))
    return NULL;
  VnCommandRun *saves = vn_command_run_start ((VnCommand *)(gpointer)commands->data, commands->len);
  for (gsize i = 0; ok && names[i] != NULL; i++)
    {
      ok = dump_node (linux_kernel, vn_linux_node (linux_kernel, names[i]), dumps->pdata[i], error);
      vn_command_run_turn (saves);
    }
  vn_command_run_finish (saves);
  return ok && take_saves (commands, targets, error) ? g_steal_pointer (&dumps) : NULL;
}
