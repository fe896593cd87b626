/* SPDX-License-Identifier: Apache-2.0 */
/* A command in a node, as `ip netns exec` runs one: in its network namespace and a mount namespace of its own, in which
 * /sys shows that network and the node's own files lie over those of /etc. */
#include "sim/kernel/vn-sandbox-join.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/kernel/vn-netns.h"

#define NETNS_FOLDER "/run/netns"
#define SBIN_FOLDERS "/usr/local/sbin:/usr/sbin:/sbin"

static const char *const node_files[] = { "hosts", "resolv.conf" };

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
vn_sandbox_nodes (void)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (NETNS_FOLDER, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean
no_such_node (const char *node, GError **error)
{
  g_autoptr (GPtrArray) names = vn_sandbox_nodes ();
  g_ptr_array_add (names, NULL);
  g_autofree char *hint = vn_suggest_hint (node, (const char *const *)names->pdata);
  g_autofree char *list = g_strjoinv (", ", (char **)names->pdata);
  return vn_error_set (error, VN_ERROR_INPUT, "the lab has no node \"%s\" (it has %s)%s%s", node, list,
                       hint ? "; " : "", hint ? hint : "");
}

static gboolean
enter_node (const char *node, GError **error)
{
  g_autofree char *path = g_build_filename (NETNS_FOLDER, node, NULL);
  VN_AUTO_FD fd = vn_netns_name_is_valid (node) ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return no_such_node (node, error);
  return setns (fd, CLONE_NEWNET) == 0 || vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot enter node %s", node);
}

/* A machine without /etc/resolv.conf has nothing to lay the node's over, and one that hides parts of /sys lets nobody
 * mount another: both are done without. */
static void
mount_files (const char *node)
{
  if (umount2 ("/sys", MNT_DETACH) == 0 || errno == EINVAL)
    (void)mount ("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (node_files); i++)
    {
      g_autofree char *from = g_build_filename (VN_NODE_FILES, node, node_files[i], NULL);
      g_autofree char *to = g_build_filename ("/etc", node_files[i], NULL);
      (void)mount (from, to, NULL, MS_BIND, NULL);
    }
}

/* Slave: namespaces that the lab gets or loses later come and go here, too. */
static gboolean
enter_mounts (const char *node, GError **error)
{
  g_autofree char *folder = g_get_current_dir ();
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot make a mount namespace for node %s", node);
  mount_files (node);
  if (chdir (folder) != 0 && chdir ("/") != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot enter the root folder");
  return TRUE;
}

/* An ordinary user's PATH often lacks the folders in which ip and tcpdump are. */
static void
complete_path (void)
{
  const char *path = g_getenv ("PATH");
  g_autofree char *whole = g_strconcat (path && *path ? path : "/usr/local/bin:/usr/bin:/bin", ":" SBIN_FOLDERS, NULL);
  g_setenv ("PATH", whole, TRUE);
}

gboolean
vn_sandbox_exec (const char *node, char **argv, const char *const *env, GError **error)
{
  if (!enter_node (node, error) || !enter_mounts (node, error))
    return FALSE;
  for (; *env != NULL; env++)
    {
      g_auto (GStrv) pair = g_strsplit (*env, "=", 2);
      g_setenv (pair[0], pair[1], TRUE);
    }
  complete_path ();
  g_autofree char *path = g_find_program_in_path (argv[0]);
  if (path == NULL)
    return vn_error_set (error, VN_ERROR_INPUT, "there is no program \"%s\" on this machine", argv[0]);
  execv (path, argv);
  return vn_error_errno (error, VN_ERROR_INPUT, errno, "cannot run \"%s\" in %s", argv[0], node);
}
