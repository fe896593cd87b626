/* SPDX-License-Identifier: Apache-2.0 */
/* A namespace as the Linux kernel object holds it.
 *
 * Link indices are chosen here, not by the kernel: a batch can then make a link and use it in the next message, and no
 * round trip asks for an index. They start well above those that the kernel gives to links that somebody else makes.
 * No two links of a lab have the same index, in whatever nodes they are: the kernel takes a veth for a device without a
 * lower one if its peer happens to have its own index, and then tells the bridge of its carrier up to a second late
 * (net/core/link_watch.c, "urgent" events). */
#include "sim/kernel/vn-node.h"

#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-netns.h"
#include "sim/kernel/vn-nl-build.h"

#define LOOPBACK_IFINDEX 1

static void
take_result (guint owner G_GNUC_UNUSED, int errnum, const char *words G_GNUC_UNUSED, gpointer data)
{
  *(int *)data = errnum;
}

static gboolean
set_loopback_up (VnNode *node, GError **error)
{
  int errnum = 0;
  vn_nl_queue_link_up (node->nl, LOOPBACK_IFINDEX, 0);
  if (!vn_nl_flush (node->nl, take_result, &errnum, error))
    return FALSE;
  return errnum == 0 || vn_error_errno (error, VN_ERROR_KERNEL, errnum, "cannot set the loopback device up");
}

/* @netns_fd: taken over. */
static VnNode *
wrap (const char *name, int netns_fd, guint *next_ifindex, GError **error)
{
  VnNode *node = g_new0 (VnNode, 1);
  node->name = g_intern_string (name);
  node->netns_fd = netns_fd;
  vn_sysctls_init (&node->settings, netns_fd);
  node->next_ifindex = next_ifindex;
  node->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  node->sysctls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  vn_node_reserve (node, "lo")->ifindex = LOOPBACK_IFINDEX;
  node->nl = vn_nl_open (netns_fd, 0, error);
  return node;
}

static gboolean
check_name (const char *name, GError **error)
{
  return vn_netns_name_is_valid (name)
         || vn_error_set (error, VN_ERROR_INPUT, "\"%s\" can't be the name of a namespace", name);
}

VnNode *
vn_node_new (const char *name, guint *next_ifindex, GError **error)
{
  int netns_fd = check_name (name, error) ? vn_netns_create (name, error) : -1;
  if (netns_fd < 0)
    return NULL;
  g_autoptr (VnNode) node = wrap (name, netns_fd, next_ifindex, error);
  if (node->nl == NULL || !set_loopback_up (node, error))
    return NULL;
  return g_steal_pointer (&node);
}

VnNode *
vn_node_open (const char *name, guint *next_ifindex, GError **error)
{
  int netns_fd = check_name (name, error) ? vn_netns_open (name, error) : -1;
  if (netns_fd < 0)
    return NULL;
  g_autoptr (VnNode) node = wrap (name, netns_fd, next_ifindex, error);
  node->is_kept = TRUE;
  if (node->nl == NULL)
    return NULL;
  node->is_kept = FALSE;
  return g_steal_pointer (&node);
}

void
vn_node_free (VnNode *node)
{
  if (node == NULL)
    return;
  if (!node->is_kept)
    vn_netns_unname (node->name);
  vn_nl_close (node->nl);
  vn_sysctls_clear (&node->settings);
  vn_fd_clear (&node->netns_fd);
  g_hash_table_unref (node->links);
  g_hash_table_unref (node->sysctls);
  g_free (node);
}

VnNodeLink *
vn_node_reserve (VnNode *node, const char *dev)
{
  VnNodeLink *link = g_new0 (VnNodeLink, 1);
  link->ifindex = (*node->next_ifindex)++;
  g_hash_table_replace (node->links, g_strdup (dev), link);
  return link;
}

VnNodeLink *
vn_node_link (const VnNode *node, const char *dev)
{
  return g_hash_table_lookup (node->links, dev);
}

static gboolean
is_setting_of (gpointer key, gpointer value G_GNUC_UNUSED, gpointer part)
{
  return strstr (key, part) != NULL;
}

/* Its settings go with it. */
void
vn_node_forget (VnNode *node, const char *dev)
{
  g_autofree char *slashed = g_strdelimit (g_strdup (dev), ".", '/');
  g_autofree char *part = g_strdup_printf (".%s.", slashed);
  g_hash_table_remove (node->links, dev);
  g_hash_table_foreach_remove (node->sysctls, is_setting_of, part);
}
