/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing free addresses from pools. */
#include "sim/api/vn-addresses.h"
#include "sim/api/vn-api.h"
#include "sim/api/vn-draw.h"

#include <string.h>

#define WINDOW 1000
#define OWNER_DHCP "network:dhcp"

typedef struct
{
  guint network;
  VnIp ip;
} Key;

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;
  guint hash = key->network;

  for (guint i = 0; i < sizeof key->ip.b; i++)
    hash = hash * 31 + key->ip.b[i];
  return hash;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *x = a;
  const Key *y = b;

  return x->network == y->network && vn_ip_equal (x->ip, y->ip);
}

struct _VnTaken
{
  GHashTable *keys;     /* Key */
  GHashTable *kept;     /* id of a port -> VnPort: as it stands */
  GHashTable *reserved; /* Key: its addresses */
};

VnTaken *
vn_taken_new (void)
{
  VnTaken *taken = g_new0 (VnTaken, 1);

  taken->keys = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  taken->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  taken->reserved = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  return taken;
}

void
vn_taken_free (VnTaken *taken)
{
  g_hash_table_unref (taken->keys);
  g_hash_table_unref (taken->kept);
  g_hash_table_unref (taken->reserved);
  g_free (taken);
}

void
vn_taken_add (VnTaken *taken, guint network, VnIp ip)
{
  Key key = { network, ip };

  g_hash_table_add (taken->keys, g_memdup2 (&key, sizeof key));
}

gboolean
vn_taken_has (const VnTaken *taken, guint network, VnIp ip)
{
  Key key = { network, ip };

  return g_hash_table_contains (taken->keys, &key);
}

void
vn_taken_add_ports (VnTaken *taken, const VnTopology *t)
{
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      for (guint j = 0; j < port->fixed_ips->len && !port->deleted; j++)
        vn_taken_add (taken, port->network, g_array_index (port->fixed_ips, VnFixedIp, j).ip_address);
    }
}

static gboolean
is_reserved (const VnTaken *taken, guint network, VnIp ip)
{
  Key key = { network, ip };

  return g_hash_table_contains (taken->reserved, &key);
}

static void
keep (VnTaken *taken, const VnPort *port, const VnPort *old)
{
  g_hash_table_insert (taken->kept, g_strdup (port->id), (gpointer)old);
  for (guint i = 0; i < old->fixed_ips->len; i++)
    {
      Key key = { port->network, g_array_index (old->fixed_ips, VnFixedIp, i).ip_address };

      g_hash_table_add (taken->reserved, g_memdup2 (&key, sizeof key));
    }
}

void
vn_taken_keep (VnTaken *taken, const VnTopology *t, const VnTopology *standing)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < standing->ports->len; i++)
    if (!vn_topology_port (standing, i)->deleted)
      g_hash_table_insert (by_id, vn_topology_port (standing, i)->id, g_ptr_array_index (standing->ports, i));
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i), *old = g_hash_table_lookup (by_id, port->id);

      if (old != NULL)
        keep (taken, port, old);
    }
}

gboolean
vn_pool_has (VnPool pool, VnIp ip)
{
  return vn_ip_compare (pool.start, ip) <= 0 && vn_ip_compare (ip, pool.end) <= 0;
}

static gboolean
is_in_pools (const VnSubnet *subnet, VnIp ip)
{
  for (guint i = 0; i < subnet->allocation_pools->len; i++)
    if (vn_pool_has (g_array_index (subnet->allocation_pools, VnPool, i), ip))
      return TRUE;
  return FALSE;
}

/* The address on @subnet that the port keeps, if nobody else was given it. */
static gboolean
find_kept (const VnTaken *taken, const VnSubnet *subnet, const VnPort *port, VnIp *ret)
{
  const VnPort *old = g_hash_table_lookup (taken->kept, port->id);

  for (guint i = 0; old != NULL && i < old->fixed_ips->len; i++)
    {
      VnIp ip = g_array_index (old->fixed_ips, VnFixedIp, i).ip_address;

      if (ip.family != subnet->cidr.ip.family || !is_in_pools (subnet, ip) || vn_taken_has (taken, subnet->network, ip))
        continue;
      *ret = ip;
      return TRUE;
    }
  return FALSE;
}

/* The first free addresses of the pools, at most WINDOW. Returns: how many. */
static guint
free_addresses (const VnTaken *taken, const VnSubnet *subnet, VnIp ret[WINDOW])
{
  guint len = 0;

  for (guint i = 0; i < subnet->allocation_pools->len; i++)
    {
      VnPool pool = g_array_index (subnet->allocation_pools, VnPool, i);

      for (VnIp ip = pool.start; len < WINDOW; ip = vn_api_ip_next (ip, FALSE))
        {
          if (!vn_taken_has (taken, subnet->network, ip) && !is_reserved (taken, subnet->network, ip))
            ret[len++] = ip;
          if (vn_ip_equal (ip, pool.end))
            break;
        }
    }
  return len;
}

gboolean
vn_address_draw (const VnTaken *taken, const VnSubnet *subnet, guint64 seed, const VnPort *port, VnIp *ret)
{
  const char *purpose = subnet->cidr.ip.family == VN_FAMILY_IPV4 ? "ipv4" : "ipv6";
  VnIp candidates[WINDOW];
  guint len;

  if (vn_api_subnet_is_auto (subnet))
    {
      *ret = vn_ip_eui64 (subnet->cidr, port->mac_address);
      return TRUE;
    }
  if (find_kept (taken, subnet, port, ret))
    return TRUE;
  len = free_addresses (taken, subnet, candidates);
  if (len == 0)
    return FALSE;
  *ret
      = candidates[g_strcmp0 (port->device_owner, OWNER_DHCP) == 0 ? 0
                                                                   : vn_draw_number (seed, purpose, port->id, 0) % len];
  return TRUE;
}

static gboolean
try_subnet (VnTaken *taken, const VnTopology *t, guint64 seed, VnPort *port, guint subnet)
{
  VnFixedIp fixed = { .subnet = subnet, .origin = port->origin };

  if (!vn_address_draw (taken, vn_topology_subnet (t, subnet), seed, port, &fixed.ip_address))
    return FALSE;
  vn_taken_add (taken, port->network, fixed.ip_address);
  g_array_append_val (port->fixed_ips, fixed);
  return TRUE;
}

gboolean
vn_address_draw_all (VnTaken *taken, const VnTopology *t, guint64 seed, VnPort *port)
{
  gboolean wanted[2] = { FALSE, FALSE };
  gboolean done[2] = { FALSE, FALSE };

  for (guint i = 0; i < t->subnets->len; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (t, i);
      guint version = subnet->cidr.ip.family == VN_FAMILY_IPV6;

      if (subnet->deleted || subnet->network != port->network || !vn_ip_is_set (subnet->cidr.ip))
        continue;
      if (vn_api_subnet_is_auto (subnet))
        try_subnet (taken, t, seed, port, i);
      else if (!done[version])
        {
          wanted[version] = TRUE;
          done[version] = try_subnet (taken, t, seed, port, i);
        }
    }
  return (!wanted[0] || done[0]) && (!wanted[1] || done[1]);
}
