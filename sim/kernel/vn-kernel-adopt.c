/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux kernel object for a lab that stands already: made by another process in the same sandbox.
 *
 * What that process knew and the kernel does not tell is known from what was wanted: which links are veth pairs of
 * ours, which tools hold rules, which switches were set. Indices come from the kernel. What is wanted and no longer
 * there (a person deleted a link) is left out, and shows as missing when the lab is read back. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel-linux.h"
#include "sim/kernel/vn-service.h"
#include "sim/kernel/vn-sysctl.h"

typedef struct
{
  VnLinux *linux_kernel;
  GHashTable *indices; /* "NODE DEV" -> index */
} Adoption;

static char *
device_key (const char *node, const char *dev)
{
  return g_strdup_printf ("%s %s", node, dev);
}

static guint
find_index (const Adoption *adoption, const char *node, const char *dev)
{
  g_autofree char *key = device_key (node, dev);
  return GPOINTER_TO_UINT (g_hash_table_lookup (adoption->indices, key));
}

typedef struct
{
  Adoption *adoption;
  const VnNode *node;
} Look;

static gboolean
read_indices (gpointer data, GError **error)
{
  const Look *look = data;
  struct if_nameindex *links = if_nameindex ();
  if (links == NULL)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot list the links of %s", look->node->name);
  for (const struct if_nameindex *link = links; link->if_name != NULL; link++)
    {
      guint *next = &look->adoption->linux_kernel->next_ifindex;
      g_hash_table_insert (look->adoption->indices, device_key (look->node->name, link->if_name),
                           GUINT_TO_POINTER (link->if_index));
      *next = MAX (*next, link->if_index + 1);
    }
  if_freenameindex (links);
  return TRUE;
}

static gboolean
adopt_node (Adoption *adoption, const VnKobj *obj, GError **error)
{
  VnLinux *linux_kernel = adoption->linux_kernel;
  VnNode *node = vn_node_open (obj->node, &linux_kernel->next_ifindex, error);
  if (node == NULL)
    return FALSE;
  g_hash_table_insert (linux_kernel->nodes, (gpointer)node->name, node);
  Look look = { adoption, node };
  return vn_netns_run (node->netns_fd, read_indices, &look, error);
}

static gboolean
adopt_link (Adoption *adoption, const VnKobj *obj, GError **error G_GNUC_UNUSED)
{
  const VnLink *link = &obj->u.link;
  VnNode *node = vn_linux_node (adoption->linux_kernel, obj->node);
  guint ifindex = find_index (adoption, obj->node, link->name);
  if (ifindex == 0 || node == NULL)
    return TRUE;
  VnNodeLink *known = vn_node_reserve (node, link->name);
  *known = (VnNodeLink){ .ifindex = ifindex, .no_offload = link->no_offload };
  if (link->kind == VN_LINK_VETH)
    {
      known->veth = link->u.veth;
      known->peer_ifindex = find_index (adoption, link->u.veth.peer_node, link->u.veth.peer);
    }
  return TRUE;
}

/* Settings are never taken back one by one; to "restore" one leaves it as it is now. */
static gboolean
adopt_sysctl (Adoption *adoption, const VnKobj *obj, GError **error)
{
  VnNode *node = vn_linux_node (adoption->linux_kernel, obj->node);
  char *value = node ? vn_sysctl_read (&node->settings, obj->u.sysctl.key, error) : NULL;
  if (value != NULL)
    g_hash_table_insert (node->sysctls, g_strdup (obj->u.sysctl.key), value);
  return value != NULL;
}

static gboolean
adopt_rules (Adoption *adoption, const VnKobj *obj, GError **error G_GNUC_UNUSED)
{
  VnNode *node = vn_linux_node (adoption->linux_kernel, obj->node);
  if (node != NULL)
    node->tools |= 1u << obj->u.rules.tool;
  return TRUE;
}

static gboolean
adopt_service (Adoption *adoption, const VnKobj *obj, GError **error)
{
  return vn_linux_service_adopt (adoption->linux_kernel, obj, error);
}

/* Of the other kinds the kernel keeps all that there is to know. */
static gboolean (*const adopters[VN_N_KOBJS]) (Adoption *adoption, const VnKobj *obj, GError **error) = {
  [VN_KOBJ_NODE] = adopt_node,   [VN_KOBJ_LINK] = adopt_link,       [VN_KOBJ_SYSCTL] = adopt_sysctl,
  [VN_KOBJ_RULES] = adopt_rules, [VN_KOBJ_SERVICE] = adopt_service,
};

VnKernel *
vn_kernel_linux_adopt (const GPtrArray *objs, GError **error)
{
  g_autoptr (VnKernel) kernel = vn_kernel_linux_new (error);
  g_autoptr (GHashTable) indices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Adoption adoption = { (VnLinux *)kernel, indices };
  if (kernel == NULL)
    return NULL;
  adoption.linux_kernel->is_adopted = TRUE;
  for (guint i = 0; i < objs->len; i++)
    {
      const VnKobj *obj = objs->pdata[i];
      if (adopters[obj->kind] != NULL && !adopters[obj->kind](&adoption, obj, error))
        return NULL;
    }
  return g_steal_pointer (&kernel);
}
