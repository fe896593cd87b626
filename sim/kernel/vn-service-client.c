/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP clients: run once, side by side, and what they were leased is set up.
 *
 * The client only asks: its script prints the lease, and address and default route are set through netlink like any
 * other, which takes no program and has errors with words. A client that nobody answers ends without a lease; that is
 * no failure of the lab but a fact about it, which whoever reads the leases sees. */
#include "sim/kernel/vn-service.h"

#include <errno.h>
#include <string.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/kernel/vn-command.h"

#define NO_LEASE_WORDS "no lease"

static void
take_address (VnKobjLease *lease, const char *value)
{
  VnPrefix address;
  if (vn_prefix_parse (value, &address))
    lease->address = address;
}

static void
take_ip (VnIp *ret, const char *value)
{
  VnIp ip;
  if (vn_ip_parse (value, &ip))
    *ret = ip;
}

static void
take_router (VnKobjLease *lease, const char *value)
{
  take_ip (&lease->router, value);
}

static void
take_dns (VnKobjLease *lease, const char *value)
{
  take_ip (&lease->dns, value);
}

static void
take_server (VnKobjLease *lease, const char *value)
{
  take_ip (&lease->server, value);
}

static void
take_time (VnKobjLease *lease, const char *value)
{
  guint64 seconds;
  if (vn_parse_uint (value, 0, G_MAXUINT32, &seconds))
    lease->lease_time_sec = (guint)seconds;
}

static void
take_domain (VnKobjLease *lease, const char *value)
{
  g_free (lease->domain);
  lease->domain = *value ? g_strdup (value) : NULL;
}

VnKobjLease *
vn_lease_parse (const VnKobj *client, const char *text)
{
  static const struct
  {
    const char *key;
    void (*take) (VnKobjLease *lease, const char *value);
  } keys[] = {
    { "address=", take_address }, { "router=", take_router }, { "dns=", take_dns },
    { "server=", take_server },   { "lease=", take_time },    { "domain=", take_domain },
  };
  VnKobjLease *lease = vn_kobj_lease_new (client->node, client->u.service.dev);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
      if (g_str_has_prefix (lines[i], keys[k].key))
        keys[k].take (lease, lines[i] + strlen (keys[k].key));
  return lease;
}

static gboolean
set_up_object (VnLinux *linux_kernel, VnKobj obj, int tolerated, GError **error)
{
  VnKernelOp op = { .verb = VN_VERB_ADD, .obj = obj };
  vn_linux_apply (linux_kernel, &op);
  vn_linux_settle (linux_kernel);
  if (op.state != VN_OP_FAILED || op.errnum == tolerated)
    {
      g_clear_error (&op.error);
      return TRUE;
    }
  g_propagate_error (error, op.error);
  return FALSE;
}

/* A machine has one default route: that of its first interface that has one. A client that asks again may be given the
 * address that its device has. */
static gboolean
set_up (VnLinux *linux_kernel, const VnKobjLease *lease, GError **error)
{
  static const VnPrefix anywhere = { .ip = { .family = VN_FAMILY_IPV4 } };
  if (!vn_ip_is_set (lease->address.ip))
    return TRUE;
  return set_up_object (linux_kernel, vn_kobj_addr (lease->node, lease->dev, lease->address), EEXIST, error)
         && (!vn_ip_is_set (lease->router)
             || set_up_object (linux_kernel, vn_kobj_route (lease->node, anywhere, lease->router, lease->dev), EEXIST,
                               error));
}

static gboolean
got_no_lease (const VnCommand *command)
{
  return command->error->code == VN_ERROR_KERNEL && strstr (command->error->message, NO_LEASE_WORDS) != NULL;
}

static gboolean
finish (VnLinux *linux_kernel, VnKernelOp *op, VnCommand *command, GError **error)
{
  g_autofree char *path = vn_service_path (&op->obj, ".lease");
  VnServiceRun *run;
  if (command->error != NULL && !got_no_lease (command))
    {
      g_propagate_error (error, g_error_copy (command->error));
      return FALSE;
    }
  run = vn_service_run_new (&op->obj);
  run->lease = vn_lease_parse (&op->obj, command->output);
  g_ptr_array_add (linux_kernel->services, run);
  return set_up (linux_kernel, run->lease, error) && g_file_set_contents (path, command->output, -1, error);
}

static gboolean
write_script (GError **error)
{
  if (g_mkdir_with_parents (VN_SERVICE_FOLDER, 0755) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make %s", VN_SERVICE_FOLDER);
  return g_file_set_contents_full (VN_SERVICE_LEASE_SCRIPT, vn_service_lease_script (), -1, G_FILE_SET_CONTENTS_NONE,
                                   0755, error);
}

static void
settle (VnLinux *linux_kernel, VnKernelOp *op, VnCommand *command)
{
  g_autoptr (GError) error = NULL;
  if (finish (linux_kernel, op, command, &error))
    op->state = VN_OP_DONE;
  else
    vn_kernel_op_fail (op, error->code, 0, error->message);
}

void
vn_clients_run (VnLinux *linux_kernel, GPtrArray *ops)
{
  g_autofree VnCommand *commands = g_new0 (VnCommand, ops->len);
  g_autoptr (GPtrArray) argvs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  g_autoptr (GError) error = NULL;
  if (ops->len == 0)
    return;
  if (!write_script (&error))
    {
      vn_kernel_op_fail (ops->pdata[0], error->code, 0, error->message);
      return;
    }
  for (guint i = 0; i < ops->len; i++)
    {
      const VnKernelOp *op = ops->pdata[i];
      char **argv = vn_service_argv (&op->obj);
      g_ptr_array_add (argvs, argv);
      commands[i] = (VnCommand){
        .netns_fd = vn_linux_node (linux_kernel, op->obj.node)->netns_fd,
        .argv = (const char *const *)argv,
        .package = vn_service_package (VN_SERVICE_DHCP_CLIENT),
        .only_waits = TRUE,
        .after = -1,
      };
    }
  vn_commands_run (commands, ops->len);
  for (guint i = 0; i < ops->len; i++)
    {
      settle (linux_kernel, ops->pdata[i], &commands[i]);
      vn_command_clear (&commands[i]);
    }
}
