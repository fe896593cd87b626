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
  char *ip;
} Known;

/* All that nodes are told of each other, collected once for all of them. */
typedef struct
{
  GArray *all;         /* Known, each address of a node once */
  GHashTable *n_nodes; /* address -> how many nodes have it */
  GHashTable *seen;    /* "node address" */
  GHashTable *named;   /* nodes that have an address */
  GString *unique;     /* the lines of addresses that one node alone has, in order */
} Book;

static void
clear_known (gpointer data)
{
  g_free (((Known *)data)->name);
  g_free (((Known *)data)->ip);
}

static void
add_known (Book *book, const char *node, const char *name, VnIp address)
{
  Known known = { g_intern_string (node), NULL, vn_ip_to_string (address) };
  if (!g_hash_table_add (book->seen, g_strconcat (node, " ", known.ip, NULL)))
    {
      clear_known (&known);
      return;
    }
  known.name = g_strndup (name, strcspn (name, ":"));
  g_array_append_val (book->all, known);
  g_hash_table_add (book->named, (gpointer)known.node);
  g_hash_table_insert (book->n_nodes, known.ip,
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (book->n_nodes, known.ip)) + 1));
}

static void
collect (Book *book, const VnTopology *topology)
{
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);
      for (guint k = 0; k < machine->interfaces->len; k++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, k);
          if (interface->has_address)
            add_known (book, machine->name, machine->name, interface->address.ip);
        }
    }
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);
      for (guint k = 0; k < end->addresses->len; k++)
        add_known (book, end->node, end->name, g_array_index (end->addresses, VnPrefix, k).ip);
    }
}

static gboolean
is_ambiguous (const Book *book, const Known *known)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (book->n_nodes, known->ip)) > 1;
}

static void
book_init (Book *book, const VnTopology *topology)
{
  book->all = g_array_new (FALSE, FALSE, sizeof (Known));
  g_array_set_clear_func (book->all, clear_known);
  book->n_nodes = g_hash_table_new (g_str_hash, g_str_equal);
  book->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  book->named = g_hash_table_new (NULL, NULL);
  book->unique = g_string_new (NULL);
  collect (book, topology);
  for (guint i = 0; i < book->all->len; i++)
    {
      const Known *known = &g_array_index (book->all, Known, i);
      if (!is_ambiguous (book, known))
        g_string_append_printf (book->unique, "%s %s\n", known->ip, known->name);
    }
}

static void
book_clear (Book *book)
{
  g_hash_table_unref (book->n_nodes);
  g_hash_table_unref (book->seen);
  g_hash_table_unref (book->named);
  g_array_unref (book->all);
  g_string_free (book->unique, TRUE);
}

static char *
hosts_of (const Book *book, const char *node)
{
  const char *interned = g_intern_string (node);
  GString *text = g_string_new ("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
  g_string_append (text, book->unique->str);
  for (guint i = 0; i < book->all->len; i++)
    {
      const Known *known = &g_array_index (book->all, Known, i);
      if (known->node == interned && is_ambiguous (book, known))
        g_string_append_printf (text, "%s %s\n", known->ip, known->name);
    }
  if (!g_hash_table_contains (book->named, interned))
    g_string_append_printf (text, "127.0.1.1 %s\n", node);
  return g_string_free (text, FALSE);
}

char *
vn_node_hosts (const VnTopology *topology, const char *node)
{
  Book book;
  book_init (&book, topology);
  char *text = hosts_of (&book, node);
  book_clear (&book);
  return text;
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

static gboolean
write_node (const Book *book, const VnTopology *topology, const char *node, GError **error)
{
  g_autofree char *folder = g_build_filename (VN_NODE_FILES, node, NULL);
  g_autofree char *hosts = hosts_of (book, node);
  g_autofree char *resolv_conf = vn_node_resolv_conf (topology, node);
  if (g_mkdir_with_parents (folder, 0755) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make the folder %s", folder);
  return write_file (folder, "hosts", hosts, error) && write_file (folder, "resolv.conf", resolv_conf, error);
}

gboolean
vn_node_files_write (const VnTopology *topology, const VnTables *tables, GError **error)
{
  gboolean ok = TRUE;
  Book book;
  restore_resolv_conf_target ();
  book_init (&book, topology);
  for (guint i = 0; ok && i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;
      if (obj->kind == VN_KOBJ_NODE)
        ok = write_node (&book, topology, obj->node, error);
    }
  book_clear (&book);
  return ok && write_file ("/run/vnetlab", "bashrc", shell_file, error);
}
