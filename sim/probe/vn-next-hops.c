/* SPDX-License-Identifier: Apache-2.0 */
/* Next hops: one resolver for each namespace, one question for each namespace and address. */
#include "sim/probe/vn-next-hops.h"

typedef struct
{
  VnResolver *resolver;
  GHashTable *asked; /* set of VnIp */
} Node;

struct _VnNextHops
{
  GHashTable *nodes; /* interned name -> Node */
  guint n_asked;
};

static guint
hash_ip (gconstpointer key)
{
  const VnIp *ip = key;
  guint hash = (guint)ip->family;

  for (gsize i = 0; i < sizeof ip->b; i++)
    hash = hash * 31 + ip->b[i];
  return hash;
}

static gboolean
equal_ips (gconstpointer a, gconstpointer b)
{
  return vn_ip_equal (*(const VnIp *)a, *(const VnIp *)b);
}

static void
free_node (gpointer data)
{
  Node *node = data;

  vn_resolver_free (node->resolver);
  g_hash_table_unref (node->asked);
  g_free (node);
}

VnNextHops *
vn_next_hops_new (void)
{
  VnNextHops *hops = g_new0 (VnNextHops, 1);

  hops->nodes = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, free_node);
  return hops;
}

void
vn_next_hops_free (VnNextHops *hops)
{
  g_hash_table_unref (hops->nodes);
  g_free (hops);
}

gboolean
vn_next_hops_open (VnNextHops *hops, const char *name, int netns_fd, GError **error)
{
  VnResolver *resolver;
  Node *node;

  if (g_hash_table_contains (hops->nodes, name))
    return TRUE;
  resolver = vn_resolver_new (netns_fd, error);
  if (!resolver)
    {
      g_prefix_error (error, "asking %s for next hops: ", name);
      return FALSE;
    }
  node = g_new0 (Node, 1);
  node->resolver = resolver;
  node->asked = g_hash_table_new_full (hash_ip, equal_ips, g_free, NULL);
  g_hash_table_insert (hops->nodes, (gpointer)name, node);
  return TRUE;
}

gboolean
vn_next_hops_ask (VnNextHops *hops, const char *node_name, VnIp dst, GError **error)
{
  Node *node = g_hash_table_lookup (hops->nodes, node_name);

  if (!g_hash_table_add (node->asked, g_memdup2 (&dst, sizeof dst)))
    return TRUE;
  hops->n_asked++;
  return vn_resolver_ask (node->resolver, dst, error);
}

guint
vn_next_hops_len (const VnNextHops *hops)
{
  return hops->n_asked;
}

VnResolveState
vn_next_hops_state (VnNextHops *hops, const char *node_name, VnIp dst, VnMac *ret_mac)
{
  const Node *node = g_hash_table_lookup (hops->nodes, node_name);
  VnIp next_hop;

  return vn_resolver_state (node->resolver, dst, ret_mac, &next_hop);
}

GArray *
vn_next_hops_fds (VnNextHops *hops)
{
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, hops->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      int fd = vn_resolver_fd (((const Node *)value)->resolver);

      g_array_append_val (fds, fd);
    }
  return fds;
}

gboolean
vn_next_hops_dispatch (VnNextHops *hops, GError **error)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, hops->nodes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (!vn_resolver_dispatch (((const Node *)value)->resolver, error))
      {
        g_prefix_error (error, "asking %s for next hops: ", (const char *)name);
        return FALSE;
      }
  return TRUE;
}
