/* SPDX-License-Identifier: Apache-2.0 */
/* A set of addresses and prefixes that is asked often: hosts by hash, wider prefixes one by one. */
#include "sim/predict/vn-address-set.h"

struct _VnAddressSet
{
  GHashTable *hosts; /* VnIp, owned */
  GArray *networks;  /* VnPrefix, masked */
  guint n_ipv4, n_ipv6;
};

/* FNV-1a (RFC draft eastlake-fnv), 32 bits. */
guint
vn_ip_hash (gconstpointer key)
{
  const VnIp *ip = key;
  guint hash = 2166136261u ^ (guint)ip->family;

  for (guint i = 0; i < vn_ip_bytes (ip->family); i++)
    hash = (hash ^ ip->b[i]) * 16777619u;
  return hash;
}

gboolean
vn_ip_hash_equal (gconstpointer a, gconstpointer b)
{
  return vn_ip_equal (*(const VnIp *)a, *(const VnIp *)b);
}

VnAddressSet *
vn_address_set_new (void)
{
  VnAddressSet *set = g_new0 (VnAddressSet, 1);

  set->hosts = g_hash_table_new_full (vn_ip_hash, vn_ip_hash_equal, g_free, NULL);
  set->networks = g_array_new (FALSE, FALSE, sizeof (VnPrefix));
  return set;
}

void
vn_address_set_free (VnAddressSet *set)
{
  if (set == NULL)
    return;
  g_hash_table_unref (set->hosts);
  g_array_unref (set->networks);
  g_free (set);
}

void
vn_address_set_add (VnAddressSet *set, VnPrefix prefix)
{
  VnPrefix masked = vn_prefix_masked (prefix);

  if (masked.ip.family == VN_FAMILY_IPV4)
    set->n_ipv4++;
  else
    set->n_ipv6++;
  if (masked.len == vn_ip_bits (masked.ip.family))
    g_hash_table_add (set->hosts, g_memdup2 (&masked.ip, sizeof masked.ip));
  else
    g_array_append_val (set->networks, masked);
}

gboolean
vn_address_set_contains (const VnAddressSet *set, VnIp ip)
{
  if (g_hash_table_contains (set->hosts, &ip))
    return TRUE;
  for (guint i = 0; i < set->networks->len; i++)
    if (vn_prefix_contains (g_array_index (set->networks, VnPrefix, i), ip))
      return TRUE;
  return FALSE;
}

gboolean
vn_address_set_is_empty (const VnAddressSet *set, VnFamily family)
{
  return (family == VN_FAMILY_IPV4 ? set->n_ipv4 : set->n_ipv6) == 0;
}

gboolean
vn_address_set_is_all (const VnAddressSet *set, VnFamily family)
{
  for (guint i = 0; i < set->networks->len; i++)
    {
      const VnPrefix *network = &g_array_index (set->networks, VnPrefix, i);

      if (network->ip.family == family && network->len == 0)
        return TRUE;
    }
  return FALSE;
}
