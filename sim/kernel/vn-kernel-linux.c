/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux kernel: queue and flush.
 *
 * A flush goes through the queue in passes. What needs no program (netlink, /proc/sys, namespaces) is done in the
 * queue's order; neighbouring netlink operations of one node share a batch. Loading rules takes a program each, tens of
 * milliseconds: a pass collects those of all nodes, leaves out what stands behind them in the same node, and then runs
 * them side by side, those of one node one after the other. So order is kept within a node, and a thousand namespaces
 * with rules in some of them take one or two passes. Services likewise: a pass starts those of all nodes at once.
 *
 * Rules of a node that the flush itself makes need not wait for its links: nothing moves there yet, and rules name
 * devices without looking for them. They are loaded beside everything else. */
#include "sim/kernel/vn-kernel-linux.h"

#include <errno.h>
#include <sys/resource.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-rules.h"
#include "sim/kernel/vn-service.h"

#define FIRST_IFINDEX 1000

typedef struct
{
  GArray *commands;     /* VnCommand */
  GPtrArray *ops;       /* VnKernelOp, index = command */
  GHashTable *last;     /* node name -> index of its last command + 1 */
  GPtrArray *services;  /* VnKernelOp: to be carried out behind the commands */
  GHashTable *serviced; /* names of their nodes */
} Programs;

VnNode *
vn_linux_node (VnLinux *linux_kernel, const char *name)
{
  return g_hash_table_lookup (linux_kernel->nodes, g_intern_string (name));
}

static void
programs_init (Programs *programs)
{
  programs->commands = g_array_new (FALSE, FALSE, sizeof (VnCommand));
  g_array_set_clear_func (programs->commands, (GDestroyNotify)vn_command_clear);
  programs->ops = g_ptr_array_new ();
  programs->last = g_hash_table_new (NULL, NULL);
  programs->services = g_ptr_array_new ();
  programs->serviced = g_hash_table_new (NULL, NULL);
}

static void
programs_clear (Programs *programs)
{
  g_array_unref (programs->commands);
  g_ptr_array_unref (programs->ops);
  g_hash_table_unref (programs->last);
  g_ptr_array_unref (programs->services);
  g_hash_table_unref (programs->serviced);
}

/* The 1-based index of the node's last collected command, 0 if it has none. */
static gint
last_command (const Programs *programs, const char *node)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (programs->last, node));
}

static void
collect_program (VnLinux *linux_kernel, VnKernelOp *op, Programs *programs)
{
  VnNode *node = vn_linux_node (linux_kernel, op->obj.node);
  if (node == NULL)
    {
      vn_kernel_op_fail (op, VN_ERROR_KERNEL, ENOENT, "no such node");
      return;
    }
  VnCommand command = vn_rules_command (node->netns_fd, op->verb, &op->obj.u.rules);
  command.after = last_command (programs, op->obj.node) - 1;
  g_array_append_val (programs->commands, command);
  g_ptr_array_add (programs->ops, op);
  g_hash_table_insert (programs->last, (gpointer)op->obj.node, GINT_TO_POINTER ((gint)programs->commands->len));
}

/* Takes the outcome of a command over into its operation. One that was left out stays waiting. */
static void
settle_program (VnLinux *linux_kernel, VnKernelOp *op, const VnCommand *command)
{
  VnNode *node = vn_linux_node (linux_kernel, op->obj.node);
  const VnRulesText *rules = &op->obj.u.rules;
  if (command->started && op->verb != VN_VERB_DEL)
    node->tools |= 1u << rules->tool;
  if (command->error != NULL)
    {
      g_autofree char *words = vn_rules_explain (command->error->message, command->input);
      vn_kernel_op_fail (op, command->error->code, 0, words);
    }
  else if (!command->started)
    op->state = VN_OP_WAITING;
  else
    {
      op->state = VN_OP_DONE;
      if (op->verb == VN_VERB_DEL)
        node->tools &= ~(1u << rules->tool);
    }
}

static void
settle_programs (VnLinux *linux_kernel, const Programs *programs)
{
  for (guint i = 0; i < programs->commands->len; i++)
    settle_program (linux_kernel, programs->ops->pdata[i], &g_array_index (programs->commands, VnCommand, i));
}

static void
run_programs (VnLinux *linux_kernel, Programs *programs)
{
  vn_commands_run ((VnCommand *)(gpointer)programs->commands->data, programs->commands->len);
  settle_programs (linux_kernel, programs);
}

static gboolean
is_addition (const VnLinux *linux_kernel, const VnKernelOp *op, VnKobjKind kind)
{
  return op->obj.kind == kind && op->verb == VN_VERB_ADD && !g_hash_table_contains (linux_kernel->doomed, op->obj.node);
}

/* Makes the nodes that @ops add with rules in them, and starts to load these. */
static void
start_beside (VnLinux *linux_kernel, GPtrArray *ops, Programs *beside)
{
  g_autoptr (GHashTable) ruled = g_hash_table_new (NULL, NULL), made = g_hash_table_new (NULL, NULL);
  gboolean ok = TRUE;
  for (guint i = 0; i < ops->len; i++)
    if (is_addition (linux_kernel, ops->pdata[i], VN_KOBJ_RULES))
      g_hash_table_add (ruled, (gpointer)((VnKernelOp *)ops->pdata[i])->obj.node);
  for (guint i = 0; i < ops->len && ok; i++)
    {
      VnKernelOp *op = ops->pdata[i];
      if (is_addition (linux_kernel, op, VN_KOBJ_NODE) && g_hash_table_contains (ruled, op->obj.node))
        {
          vn_linux_apply (linux_kernel, op);
          g_hash_table_add (made, (gpointer)op->obj.node);
        }
      else if (is_addition (linux_kernel, op, VN_KOBJ_RULES) && g_hash_table_contains (made, op->obj.node))
        {
          op->state = VN_OP_UNDER_WAY;
          collect_program (linux_kernel, op, beside);
        }
      ok = op->state != VN_OP_FAILED;
    }
  if (ok)
    linux_kernel->beside = vn_command_run_start ((VnCommand *)(gpointer)beside->commands->data, beside->commands->len);
}

static void
finish_beside (VnLinux *linux_kernel, const Programs *beside)
{
  if (linux_kernel->beside == NULL)
    return;
  vn_command_run_finish (linux_kernel->beside);
  linux_kernel->beside = NULL;
  settle_programs (linux_kernel, beside);
}

static void
collect_service (VnKernelOp *op, Programs *programs)
{
  g_ptr_array_add (programs->services, op);
  g_hash_table_add (programs->serviced, (gpointer)op->obj.node);
}

/* Carries out an operation or collects it. Returns: FALSE if it is for another pass. */
static gboolean
take_op (VnLinux *linux_kernel, VnKernelOp *op, Programs *programs)
{
  gboolean has_service = g_hash_table_contains (programs->serviced, op->obj.node);
  gboolean has_command = last_command (programs, op->obj.node) != 0;
  if (op->obj.kind == VN_KOBJ_RULES && !has_service)
    collect_program (linux_kernel, op, programs);
  else if (vn_linux_is_service (op) && !has_command)
    collect_service (op, programs);
  else if (has_command || has_service)
    return FALSE;
  else
    vn_linux_apply (linux_kernel, op);
  return TRUE;
}

/* @beside: ends before any other program starts. Returns: TRUE if operations are left for another pass. */
static gboolean
run_pass (VnLinux *linux_kernel, GPtrArray *ops, const Programs *beside)
{
  Programs programs;
  gboolean is_left = FALSE;
  programs_init (&programs);
  for (guint i = 0; i < ops->len; i++)
    {
      VnKernelOp *op = ops->pdata[i];
      if (op->state != VN_OP_WAITING)
        continue;
      if (!take_op (linux_kernel, op, &programs))
        is_left = TRUE;
      if (op->state == VN_OP_FAILED)
        break;
    }
  vn_linux_settle (linux_kernel);
  finish_beside (linux_kernel, beside);
  if (vn_kernel_ops_failed (ops) == NULL)
    run_programs (linux_kernel, &programs);
  if (vn_kernel_ops_failed (ops) == NULL)
    vn_linux_services_run (linux_kernel, programs.services);
  programs_clear (&programs);
  return is_left;
}

static void
mark_doomed (VnLinux *linux_kernel, GPtrArray *ops)
{
  g_hash_table_remove_all (linux_kernel->doomed);
  for (guint i = 0; i < ops->len; i++)
    {
      const VnKernelOp *op = ops->pdata[i];
      if (op->obj.kind == VN_KOBJ_NODE && op->verb == VN_VERB_DEL)
        g_hash_table_add (linux_kernel->doomed, (gpointer)op->obj.node);
    }
}

static gboolean
linux_submit (VnKernel *kernel, VnVerb verb, const VnKobj *obj, guint tag, GError **error G_GNUC_UNUSED)
{
  VnLinux *linux_kernel = (VnLinux *)kernel;
  vn_kernel_ops_push (linux_kernel->ops, verb, obj, tag);
  return TRUE;
}

static gboolean
linux_flush (VnKernel *kernel, guint *ret_failed_tag, GError **error)
{
  VnLinux *linux_kernel = (VnLinux *)kernel;
  g_ptr_array_unref (linux_kernel->flushed);
  GPtrArray *ops = linux_kernel->flushed = linux_kernel->ops;
  linux_kernel->ops = vn_kernel_ops_new ();
  Programs beside;
  programs_init (&beside);
  mark_doomed (linux_kernel, ops);
  start_beside (linux_kernel, ops, &beside);
  while (vn_kernel_ops_failed (ops) == NULL && run_pass (linux_kernel, ops, &beside))
    ;
  finish_beside (linux_kernel, &beside);
  programs_clear (&beside);
  VnKernelOp *failed = vn_kernel_ops_failed (ops);
  if (failed == NULL)
    return TRUE;
  if (ret_failed_tag != NULL)
    *ret_failed_tag = failed->tag;
  g_propagate_error (error, g_error_copy (failed->error));
  return FALSE;
}

static gboolean
linux_was_done (VnKernel *kernel, guint tag)
{
  return vn_kernel_ops_was_done (((VnLinux *)kernel)->flushed, tag);
}

static int
linux_node_fd (VnKernel *kernel, const char *name)
{
  const VnNode *node = vn_linux_node ((VnLinux *)kernel, name);
  return node ? node->netns_fd : -1;
}

static void
keep_nodes (VnLinux *linux_kernel)
{
  GHashTableIter iter;
  gpointer node;
  g_hash_table_iter_init (&iter, linux_kernel->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    ((VnNode *)node)->is_kept = TRUE;
}

static void
linux_free (VnKernel *kernel)
{
  VnLinux *linux_kernel = (VnLinux *)kernel;
  if (linux_kernel->is_adopted)
    keep_nodes (linux_kernel);
  else
    vn_linux_services_end (linux_kernel, NULL);
  g_ptr_array_unref (linux_kernel->services);
  g_hash_table_unref (linux_kernel->nodes);
  g_hash_table_unref (linux_kernel->doomed);
  g_ptr_array_unref (linux_kernel->ops);
  g_ptr_array_unref (linux_kernel->flushed);
  g_ptr_array_unref (linux_kernel->batch_ops);
  g_free (linux_kernel);
}

static const VnKernelClass linux_class = {
  .submit = linux_submit,
  .flush = linux_flush,
  .was_done = linux_was_done,
  .dump_all = vn_linux_dump_all,
  .node_fd = linux_node_fd,
  .leases = vn_linux_leases,
  .free = linux_free,
};

static gboolean
raise_fd_limit (GError **error)
{
  struct rlimit limit;
  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot read the limit of open files");
  limit.rlim_cur = limit.rlim_max;
  return setrlimit (RLIMIT_NOFILE, &limit) == 0
         || vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot raise the limit of open files");
}

VnKernel *
vn_kernel_linux_new (GError **error)
{
  if (!raise_fd_limit (error))
    return NULL;
  VnLinux *linux_kernel = g_new0 (VnLinux, 1);
  linux_kernel->base.klass = &linux_class;
  linux_kernel->nodes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)vn_node_free);
  linux_kernel->next_ifindex = FIRST_IFINDEX;
  linux_kernel->doomed = g_hash_table_new (NULL, NULL);
  linux_kernel->services = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_service_run_free);
  linux_kernel->ops = vn_kernel_ops_new ();
  linux_kernel->flushed = vn_kernel_ops_new ();
  linux_kernel->batch_ops = g_ptr_array_new ();
  return &linux_kernel->base;
}
