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
  GHashTable *keys; /* Key */
};

VnTaken *
vn_taken_new (void)
{
  VnTaken *taken = g_new0 (VnTaken, 1);

  taken->keys = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  return taken;
}

void
vn_taken_free (VnTaken *taken)
{
  g_hash_table_unref (taken->keys);
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
          if (!vn_taken_has (taken, subnet->network, ip))
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
