/* SPDX-License-Identifier: Apache-2.0 */
/* Services of a Linux kernel object: what runs, and its end.
 *
 * A process is known by a pidfd, which tells its end whether it is a child of ours or was started by another process in
 * the sandbox. Its id and a client's lease lie in files beside its other ones, so that any process that joins the
 * sandbox finds them. Servers are killed outright: they hold nothing that is worth a farewell, and a lab goes at once.
 */
#include "sim/kernel/vn-service.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"

VnServiceRun *
vn_service_run_new (const VnKobj *obj)
{
  VnServiceRun *run = g_new0 (VnServiceRun, 1);
  run->obj = vn_kobj_copy (obj);
  run->pidfd = -1;
  return run;
}

void
vn_service_run_free (VnServiceRun *run)
{
  vn_kobj_clear (&run->obj);
  vn_fd_clear (&run->pidfd);
  g_clear_pointer (&run->lease, vn_kobj_lease_free);
  g_free (run);
}

gboolean
vn_service_run_attach (VnServiceRun *run, pid_t pid)
{
  run->pid = pid;
  run->pidfd = pidfd_open (pid, 0);
  return run->pidfd >= 0;
}

gboolean
vn_service_run_lives (const VnServiceRun *run)
{
  struct pollfd poll_fd = { .fd = run->pidfd, .events = POLLIN };
  return run->pid == 0 || (run->pidfd >= 0 && poll (&poll_fd, 1, 0) == 0);
}

void
vn_service_run_stop (VnServiceRun *run)
{
  static const char *const suffixes[]
      = { ".pid", ".lease", ".leases", ".ready", ".www/cgi-bin/index.cgi", ".www/cgi-bin", ".www" };
  struct pollfd poll_fd = { .fd = run->pidfd, .events = POLLIN };
  if (run->pidfd >= 0 && pidfd_send_signal (run->pidfd, SIGKILL, NULL, 0) == 0)
    (void)poll (&poll_fd, 1, -1);
  if (run->pid > 0)
    (void)waitpid (run->pid, NULL, WNOHANG); /* if it is our child */
  vn_fd_clear (&run->pidfd);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = vn_service_path (&run->obj, suffixes[i]);
      (void)remove (path);
    }
}

static VnServiceRun *
find (VnLinux *linux_kernel, const VnKobj *obj, guint *ret_index)
{
  g_autofree char *key = vn_kobj_key (obj);
  for (guint i = 0; i < linux_kernel->services->len; i++)
    {
      VnServiceRun *run = linux_kernel->services->pdata[i];
      g_autofree char *other = vn_kobj_key (&run->obj);
      if (strcmp (key, other) != 0)
        continue;
      *ret_index = i;
      return run;
    }
  return NULL;
}

/* What a client had set up, and nobody may have taken back since. */
static void
take_back_lease (VnLinux *linux_kernel, const VnKobjLease *lease)
{
  if (lease == NULL || !vn_ip_is_set (lease->address.ip) || vn_linux_node (linux_kernel, lease->node) == NULL)
    return;
  VnKernelOp op = { .verb = VN_VERB_DEL, .obj = vn_kobj_addr (lease->node, lease->dev, lease->address) };
  vn_linux_apply (linux_kernel, &op);
  vn_linux_settle (linux_kernel);
  g_clear_error (&op.error);
}

/* Ends what stands under the object's name. Returns: FALSE if there was nothing. */
static gboolean
end_former (VnLinux *linux_kernel, const VnKobj *obj)
{
  guint index;
  VnServiceRun *run = find (linux_kernel, obj, &index);
  if (run == NULL)
    return FALSE;
  take_back_lease (linux_kernel, run->lease);
  vn_service_run_stop (run);
  g_ptr_array_remove_index (linux_kernel->services, index);
  return TRUE;
}

gboolean
vn_linux_is_service (const VnKernelOp *op)
{
  return op->obj.kind == VN_KOBJ_SERVICE;
}

/* Ends what an operation deletes or replaces. Returns: TRUE if something is to be started behind it. */
static gboolean
prepare (VnLinux *linux_kernel, VnKernelOp *op)
{
  guint index;
  if (vn_linux_node (linux_kernel, op->obj.node) == NULL)
    vn_kernel_op_fail (op, VN_ERROR_KERNEL, 0, "no such node");
  else if (op->verb == VN_VERB_ADD && find (linux_kernel, &op->obj, &index) != NULL)
    vn_kernel_op_fail (op, VN_ERROR_KERNEL, 0, "it runs already");
  else if (!end_former (linux_kernel, &op->obj) && op->verb == VN_VERB_DEL)
    vn_kernel_op_fail (op, VN_ERROR_KERNEL, 0, "it does not run");
  else if (op->verb == VN_VERB_DEL)
    op->state = VN_OP_DONE;
  return op->state == VN_OP_WAITING;
}

void
vn_linux_services_run (VnLinux *linux_kernel, GPtrArray *ops)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new (), clients = g_ptr_array_new ();
  for (guint i = 0; i < ops->len; i++)
    {
      VnKernelOp *op = ops->pdata[i];
      gboolean is_client = op->obj.u.service.kind == VN_SERVICE_DHCP_CLIENT;
      if (prepare (linux_kernel, op))
        g_ptr_array_add (is_client ? clients : servers, op);
    }
  vn_servers_start (linux_kernel, servers);
  if (vn_kernel_ops_failed (servers) == NULL)
    vn_clients_run (linux_kernel, clients);
}

void
vn_linux_services_end (VnLinux *linux_kernel, const char *node)
{
  for (guint i = linux_kernel->services->len; i-- > 0;)
    {
      VnServiceRun *run = linux_kernel->services->pdata[i];
      if (node != NULL && run->obj.node != node)
        continue;
      vn_service_run_stop (run);
      g_ptr_array_remove_index (linux_kernel->services, i);
    }
}

void
vn_linux_services_dump (VnLinux *linux_kernel, const char *node, GPtrArray *objs)
{
  for (guint i = 0; i < linux_kernel->services->len; i++)
    {
      const VnServiceRun *run = linux_kernel->services->pdata[i];
      if (run->obj.node == node && vn_service_run_lives (run))
        vn_kobjs_add (objs, vn_kobj_copy (&run->obj));
    }
}

gboolean
vn_linux_service_adopt (VnLinux *linux_kernel, const VnKobj *obj, GError **error G_GNUC_UNUSED)
{
  gboolean is_client = obj->u.service.kind == VN_SERVICE_DHCP_CLIENT;
  g_autofree char *path = vn_service_path (obj, is_client ? ".lease" : ".pid"), *text = NULL;
  guint64 pid = 0;
  if (!g_file_get_contents (path, &text, NULL, NULL)
      || (!is_client && !vn_parse_uint (g_strchomp (text), 1, G_MAXINT, &pid)))
    return TRUE;
  VnServiceRun *run = vn_service_run_new (obj);
  g_ptr_array_add (linux_kernel->services, run);
  if (is_client)
    run->lease = vn_lease_parse (obj, text);
  else
    vn_service_run_attach (run, (pid_t)pid);
  return TRUE;
}

GPtrArray *
vn_linux_leases (VnKernel *kernel)
{
  const VnLinux *linux_kernel = (VnLinux *)kernel;
  GPtrArray *leases = vn_kobj_leases_new ();
  for (guint i = 0; i < linux_kernel->services->len; i++)
    {
      const VnServiceRun *run = linux_kernel->services->pdata[i];
      if (run->lease != NULL)
        g_ptr_array_add (leases, vn_kobj_lease_copy (run->lease));
    }
  return leases;
}
