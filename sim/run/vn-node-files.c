/* SPDX-License-Identifier: Apache-2.0 */
/* /etc/hosts and /etc/resolv.conf of each node of a lab that stays.
 *
 * A node knows the others by name, whatever resolver it has. Guests of two NAT engines may have one and the same
 * address; to a third node such an address names nobody, so it is left out there. */
#include "sim/run/vn-node-files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-sandbox-join.h"

#define RESOLV_CONF "/etc/resolv.conf"

/* Keeps a lab's node from being mistaken for the machine itself. */
static const char shell_file[] = "[ ! -r ~/.bashrc ] || . ~/.bashrc\n"
                                 "unset PROMPT_COMMAND\n"
                                 "PS1='$VNETLAB_NODE@$VNETLAB_LAB\\$ '\n";

/* A name, an address and the node that has it. */
typedef struct
{
  const char *node;
  char *name;
  VnIp ip;
} Known;

static void
clear_known (gpointer data)
{
  g_free (((Known *)data)->name);
}

static void
add_known (GArray *all, const char *node, const char *name, VnIp ip)
{
  Known known = { g_intern_string (node), g_strndup (name, strcspn (name, ":")), ip };
  for (guint i = 0; i < all->len; i++)
    {
      const Known *other = &g_array_index (all, Known, i);
      if (other->node == known.node && vn_ip_equal (other->ip, ip))
        {
          clear_known (&known);
          return;
        }
    }
  g_array_append_val (all, known);
}

static GArray *
collect (const VnTopology *topology)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Known));
  g_array_set_clear_func (all, clear_known);
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);
      for (guint k = 0; k < machine->interfaces->len; k++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, k);
          if (interface->has_address)
            add_known (all, machine->name, machine->name, interface->address.ip);
        }
    }
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);
      for (guint k = 0; k < end->addresses->len; k++)
        add_known (all, end->node, end->name, g_array_index (end->addresses, VnPrefix, k).ip);
    }
  return all;
}

static gboolean
is_ambiguous (const GArray *all, const Known *known)
{
  for (guint i = 0; i < all->len; i++)
    {
      const Known *other = &g_array_index (all, Known, i);
      if (other->node != known->node && vn_ip_equal (other->ip, known->ip))
        return TRUE;
    }
  return FALSE;
}

char *
vn_node_hosts (const VnTopology *topology, const char *node)
{
  g_autoptr (GArray) all = collect (topology);
  GString *text = g_string_new ("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
  gboolean is_known = FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      const Known *known = &g_array_index (all, Known, i);
      g_autofree char *ip = vn_ip_to_string (known->ip);
      gboolean is_own = g_str_equal (known->node, node);
      is_known |= is_own;
      if (is_own || !is_ambiguous (all, known))
        g_string_append_printf (text, "%s %s\n", ip, known->name);
    }
  if (!is_known)
    g_string_append_printf (text, "127.0.1.1 %s\n", node);
  return g_string_free (text, FALSE);
}

char *
vn_node_resolv_conf (const VnTopology *topology, const char *node)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);
      for (guint k = 0; g_str_equal (machine->name, node) && k < machine->interfaces->len; k++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, k);
          g_autofree char *ip = vn_ip_is_set (interface->dns) ? vn_ip_to_string (interface->dns) : NULL;
          if (ip)
            g_string_append_printf (text, "nameserver %s\n", ip);
        }
    }
  if (text->len == 0)
    g_string_append (text, "# this node has no resolver\n");
  return g_string_free (text, FALSE);
}

static gboolean
write_file (const char *folder, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  /* in place: it may be mounted over /etc of programs that run */
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, error);
}

/* What /etc/resolv.conf points to may lie in the machine's /run, which the sandbox hides; a file to lie over must be.
 */
static void
restore_resolv_conf_target (void)
{
  g_autofree char *target = g_file_read_link (RESOLV_CONF, NULL);
  g_autofree char *path = target ? g_canonicalize_filename (target, "/etc") : NULL;
  g_autofree char *folder = path ? g_path_get_dirname (path) : NULL;
  if (path && g_str_has_prefix (path, "/run/") && access (path, F_OK) != 0 && g_mkdir_with_parents (folder, 0755) == 0)
    (void)g_file_set_contents (path, "", 0, NULL);
}

gboolean
vn_node_files_write (const VnTopology *topology, const GPtrArray *nodes, GError **error)
{
  restore_resolv_conf_target ();
  for (guint i = 0; i < nodes->len; i++)
    {
      const char *node = g_ptr_array_index (nodes, i);
      g_autofree char *folder = g_build_filename (VN_NODE_FILES, node, NULL);
      g_autofree char *hosts = vn_node_hosts (topology, node);
      g_autofree char *resolv_conf = vn_node_resolv_conf (topology, node);
      if (g_mkdir_with_parents (folder, 0755) != 0)
        return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make the folder %s", folder);
      if (!write_file (folder, "hosts", hosts, error) || !write_file (folder, "resolv.conf", resolv_conf, error))
        return FALSE;
    }
  return write_file ("/run/vnetlab", "bashrc", shell_file, error);
}
