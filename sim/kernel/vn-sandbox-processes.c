/* SPDX-License-Identifier: Apache-2.0 */
/* What runs in the nodes of a sandbox: processes of /proc whose network namespace is one that is bound to a name. */
#include "sim/kernel/vn-sandbox-processes.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-text.h"
#include "sim/kernel/vn-sandbox-join.h"

#define NETNS_FOLDER "/run/netns"

static void
process_free (gpointer data)
{
  VnNodeProcess *process = data;
  g_free (process->node);
  g_free (process->command);
  g_free (process);
}

/* Inode of a namespace -> node name. */
static GHashTable *
nodes_by_inode (void)
{
  GHashTable *nodes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GPtrArray) names = vn_sandbox_nodes ();
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (NETNS_FOLDER, name, NULL);
      struct stat st;
      if (stat (path, &st) == 0)
        g_hash_table_insert (nodes, GSIZE_TO_POINTER ((gsize)st.st_ino), g_strdup (name));
    }
  return nodes;
}

/* NULL if it has ended meanwhile. The arguments in /proc end with a zero byte each. */
static char *
command_of (guint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/cmdline", pid);
  g_autofree char *text = NULL;
  gsize size;
  if (!g_file_get_contents (path, &text, &size, NULL) || size == 0)
    return NULL;
  for (gsize i = 0; i + 1 < size; i++)
    if (text[i] == '\0')
      text[i] = ' ';
  return vn_text_printable (text);
}

static void
add_process (GPtrArray *processes, GHashTable *nodes, guint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/ns/net", pid);
  struct stat st;
  const char *node = stat (path, &st) == 0 ? g_hash_table_lookup (nodes, GSIZE_TO_POINTER ((gsize)st.st_ino)) : NULL;
  char *command = node && (pid_t)pid != getpid () ? command_of (pid) : NULL;
  if (command == NULL)
    return;
  VnNodeProcess *process = g_new0 (VnNodeProcess, 1);
  *process = (VnNodeProcess){ g_strdup (node), (pid_t)pid, command };
  g_ptr_array_add (processes, process);
}

static int
compare_processes (gconstpointer a, gconstpointer b)
{
  const VnNodeProcess *first = *(const VnNodeProcess *const *)a, *second = *(const VnNodeProcess *const *)b;
  int by_node = strcmp (first->node, second->node);
  return by_node != 0 ? by_node : (int)first->pid - (int)second->pid;
}

GPtrArray *
vn_sandbox_processes (void)
{
  GPtrArray *processes = g_ptr_array_new_with_free_func (process_free);
  g_autoptr (GHashTable) nodes = nodes_by_inode ();
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint64 pid;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (vn_parse_uint (name, 2, G_MAXINT, &pid))
      add_process (processes, nodes, pid);
  g_ptr_array_sort (processes, compare_processes);
  return processes;
}
