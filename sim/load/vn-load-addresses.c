/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that the file doesn't give.
 *
 * A port without fixed_ips gets one address of each IP version that its network has, and one on every subnet whose
 * addresses follow from MACs. The server draws among the first 1,000 free addresses of the pools (Neutron 21.0.0,
 * IPAM's "prefer next" window); here the draw follows from the seed and the port's id. Given addresses are taken first.
 */
#include "sim/load/vn-load-build.h"

#include <string.h>

#define WINDOW 1000

typedef struct
{
  guint network;
  VnIp ip;
} Taken;

static guint
taken_hash (gconstpointer data)
{
  const Taken *taken = data;
  guint hash = taken->network;

  for (guint i = 0; i < sizeof taken->ip.b; i++)
    hash = hash * 31 + taken->ip.b[i];
  return hash;
}

static gboolean
taken_equal (gconstpointer a, gconstpointer b)
{
  const Taken *x = a;
  const Taken *y = b;

  return x->network == y->network && vn_ip_equal (x->ip, y->ip);
}

static void
take (GHashTable *taken, guint network, VnIp ip)
{
  Taken key = { network, ip };

  g_hash_table_add (taken, g_memdup2 (&key, sizeof key));
}

/* The first free addresses of the pools, at most WINDOW. Returns: how many. */
static guint
free_addresses (const VnSubnet *subnet, GHashTable *taken, VnIp ret[WINDOW])
{
  guint len = 0;

  for (guint i = 0; i < subnet->allocation_pools->len; i++)
    {
      VnPool pool = g_array_index (subnet->allocation_pools, VnPool, i);

      for (VnIp ip = pool.start; len < WINDOW; ip = vn_api_ip_next (ip, FALSE))
        {
          Taken key = { subnet->network, ip };

          if (!g_hash_table_contains (taken, &key))
            ret[len++] = ip;
          if (vn_ip_equal (ip, pool.end))
            break;
        }
    }
  return len;
}

static gboolean
draw_address (VnLoad *load, const VnPort *port, guint subnet_index, GHashTable *taken, VnIp *ret)
{
  const VnSubnet *subnet = vn_topology_subnet (load->t, subnet_index);
  VnPrefix prefix = subnet->cidr;
  VnIp candidates[WINDOW];
  guint len;

  if (vn_api_subnet_is_auto (subnet))
    {
      *ret = vn_ip_eui64 (prefix, port->mac_address);
      return TRUE;
    }
  len = free_addresses (subnet, taken, candidates);
  if (len == 0)
    return FALSE;
  *ret = candidates[vn_load_draw (load, subnet->cidr.ip.family == VN_FAMILY_IPV4 ? "ipv4" : "ipv6", port->id, 0) % len];
  return TRUE;
}

static void
no_address (VnLoad *load, const VnPort *port)
{
  g_auto (VnApiError) error = { 0 };

  vn_api_refuse (&error, 409, "IpAddressGenerationFailure", "no address of its network's pools is free");
  vn_load_refused (load, VN_DIAG_API_PORT, port->origin, "port", port->name, &error);
}

static void
complete_given (VnLoad *load, VnPort *port, GHashTable *taken)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);

      if (vn_ip_is_set (fixed->ip_address) || fixed->subnet == VN_NONE)
        continue;
      if (draw_address (load, port, fixed->subnet, taken, &fixed->ip_address))
        take (taken, port->network, fixed->ip_address);
      else
        no_address (load, port);
    }
}

static gboolean
try_subnet (VnLoad *load, VnPort *port, guint subnet, GHashTable *taken)
{
  VnFixedIp fixed = { .subnet = subnet, .origin = port->origin };

  if (!draw_address (load, port, subnet, taken, &fixed.ip_address))
    return FALSE;
  take (taken, port->network, fixed.ip_address);
  g_array_append_val (port->fixed_ips, fixed);
  return TRUE;
}

static void
draw_all (VnLoad *load, VnPort *port, GHashTable *taken)
{
  gboolean wanted[2] = { FALSE, FALSE };
  gboolean done[2] = { FALSE, FALSE };

  for (guint i = 0; i < load->t->subnets->len; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (load->t, i);
      guint version = subnet->cidr.ip.family == VN_FAMILY_IPV6;

      if (subnet->network != port->network || !vn_ip_is_set (subnet->cidr.ip))
        continue;
      if (vn_api_subnet_is_auto (subnet))
        try_subnet (load, port, i, taken);
      else if (!done[version])
        {
          wanted[version] = TRUE;
          done[version] = try_subnet (load, port, i, taken);
        }
    }
  if ((wanted[0] && !done[0]) || (wanted[1] && !done[1]))
    no_address (load, port);
}

void
vn_load_draw_addresses (VnLoad *load)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (taken_hash, taken_equal, g_free, NULL);

  for (guint i = 0; i < load->t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (load->t, i);

      for (guint j = 0; j < port->fixed_ips->len; j++)
        take (taken, port->network, g_array_index (port->fixed_ips, VnFixedIp, j).ip_address);
    }
  for (guint i = 0; i < load->t->ports->len; i++)
    {
      VnPort *port = g_ptr_array_index (load->t->ports, i);

      if (port->network == VN_NONE)
        continue;
      if (g_array_index (load->port_notes, VnPortNote, i).has_fixed_ips)
        complete_given (load, port, taken);
      else
        draw_all (load, port, taken);
    }
}
