/* SPDX-License-Identifier: Apache-2.0 */
/* Subnets and their allocation pools, as neutron.db judges them (Neutron 21.0.0). */
#include "sim/api/vn-addresses.h"
#include "sim/api/vn-api.h"

VnIp
vn_api_ip_next (VnIp ip, gboolean down)
{
  for (guint i = vn_ip_bytes (ip.family); i-- > 0;)
    {
      ip.b[i] = (guint8)(down ? ip.b[i] - 1 : ip.b[i] + 1);
      if (ip.b[i] != (down ? 0xff : 0))
        break;
    }
  return ip;
}

gboolean
vn_api_subnet_is_auto (const VnSubnet *subnet)
{
  return subnet->ipv6_address_mode == VN_V6_MODE_SLAAC || subnet->ipv6_address_mode == VN_V6_MODE_STATELESS;
}

/* The wildcard address; IPv6's is not looked at. */
static gboolean
is_zero (VnIp ip)
{
  return ip.family == VN_FAMILY_IPV4 && vn_ip_to_v4 (ip) == 0;
}

static gboolean
is_loopback (VnIp ip)
{
  return ip.family == VN_FAMILY_IPV4 && ip.b[0] == 127;
}

static gboolean
check_cidr (const VnApiSubnet *request, VnPrefix *ret, VnApiError *error)
{
  VnPrefix cidr;

  if (strchr (request->cidr, '/') == NULL || !vn_api_parse_prefix (request->cidr, &cidr))
    return vn_api_refuse (error, 400, "InvalidInput", "cidr \"%s\" is not a network with its mask", request->cidr);
  cidr = vn_prefix_masked (cidr);
  if (request->ip_version != 0 && request->ip_version != (guint)cidr.ip.family)
    return vn_api_refuse (error, 400, "InvalidInput", "ip_version %u and cidr \"%s\" do not fit", request->ip_version,
                          request->cidr);
  if (cidr.len == 0)
    return vn_api_refuse (error, 400, "InvalidInput", "0 is not allowed as the length of a prefix");
  if (request->enable_dhcp && (is_zero (cidr.ip) || is_loopback (cidr.ip) || vn_ip_is_multicast (cidr.ip)))
    return vn_api_refuse (error, 400, "InvalidInput", "cidr \"%s\" is loopback, multicast or unspecified, and has DHCP",
                          request->cidr);
  *ret = cidr;
  return TRUE;
}

static gboolean
check_length (const VnApiSubnet *request, VnPrefix cidr, VnApiError *error)
{
  guint host_bits = vn_ip_bits (cidr.ip.family) - cidr.len;

  if (request->enable_dhcp && host_bits < 2)
    return vn_api_refuse (error, 400, "InvalidInput", "a subnet with DHCP needs room for more than %s",
                          host_bits == 0 ? "one address" : "two addresses");
  if (host_bits == 1 && cidr.ip.family == VN_FAMILY_IPV4)
    return vn_api_refuse (error, 409, "IpamValueInvalid", "a /31 has no address for a host");
  return TRUE;
}

static gboolean
check_modes (const VnApiSubnet *request, VnPrefix cidr, VnApiError *error)
{
  VnV6Mode mode = request->address_mode != VN_V6_MODE_NONE ? request->address_mode : request->ra_mode;

  if (mode == VN_V6_MODE_NONE)
    return TRUE;
  if (cidr.ip.family == VN_FAMILY_IPV4)
    return vn_api_refuse (error, 400, "InvalidInput", "IPv6 modes on an IPv4 subnet");
  if (!request->enable_dhcp)
    return vn_api_refuse (error, 400, "InvalidInput", "IPv6 modes need enable_dhcp");
  if (request->address_mode != VN_V6_MODE_NONE && request->ra_mode != VN_V6_MODE_NONE
      && request->address_mode != request->ra_mode)
    return vn_api_refuse (error, 400, "InvalidInput", "ipv6_ra_mode and ipv6_address_mode differ");
  if (mode != VN_V6_MODE_STATEFUL && cidr.len != 64)
    return vn_api_refuse (error, 400, "InvalidInput", "addresses from MACs need a /64, not a /%u", cidr.len);
  return TRUE;
}

static gboolean
set_gateway (const VnApiSubnet *request, VnSubnet *subnet, VnApiError *error)
{
  VnIp network = vn_prefix_first (subnet->cidr);
  gboolean has_edges = subnet->cidr.ip.family == VN_FAMILY_IPV4 && subnet->cidr.len < 31;

  if (!request->has_gateway)
    {
      subnet->gateway_ip = subnet->cidr.ip.family == VN_FAMILY_IPV4 ? vn_api_ip_next (network, FALSE) : network;
      return TRUE;
    }
  subnet->gateway_ip = request->gateway;
  if (!vn_ip_is_set (request->gateway))
    return TRUE;
  if (request->gateway.family != subnet->cidr.ip.family)
    return vn_api_refuse (error, 400, "InvalidInput", "gateway_ip is of the other IP version");
  if (has_edges
      && (vn_ip_equal (request->gateway, network) || vn_ip_equal (request->gateway, vn_prefix_last (subnet->cidr))))
    return vn_api_refuse (error, 400, "InvalidInput", "gateway_ip is the network's or the broadcast address");
  return TRUE;
}

/* All addresses that hosts may have. */
static VnPool
host_range (VnPrefix cidr)
{
  VnPool range = { vn_prefix_first (cidr), vn_prefix_last (cidr) };

  if (cidr.len == vn_ip_bits (cidr.ip.family))
    return range;
  range.start = vn_api_ip_next (range.start, FALSE);
  if (cidr.ip.family == VN_FAMILY_IPV4)
    range.end = vn_api_ip_next (range.end, TRUE);
  return range;
}

static void
add_pool (GArray *pools, VnIp start, VnIp end)
{
  VnPool pool = { start, end };

  if (vn_ip_compare (start, end) <= 0)
    g_array_append_val (pools, pool);
}

static void
default_pools (VnSubnet *subnet)
{
  VnPool all = host_range (subnet->cidr);

  if (!vn_ip_is_set (subnet->gateway_ip) || !vn_pool_has (all, subnet->gateway_ip))
    {
      add_pool (subnet->allocation_pools, all.start, all.end);
      return;
    }
  if (!vn_ip_equal (subnet->gateway_ip, all.start))
    add_pool (subnet->allocation_pools, all.start, vn_api_ip_next (subnet->gateway_ip, TRUE));
  if (!vn_ip_equal (subnet->gateway_ip, all.end))
    add_pool (subnet->allocation_pools, vn_api_ip_next (subnet->gateway_ip, FALSE), all.end);
}

static gboolean
check_pool (const VnSubnet *subnet, VnPool pool, VnApiError *error)
{
  VnPool all = host_range (subnet->cidr);

  if (pool.start.family != subnet->cidr.ip.family || pool.end.family != subnet->cidr.ip.family)
    return vn_api_refuse (error, 400, "InvalidAllocationPool", "an allocation pool of the other IP version");
  if (vn_ip_compare (pool.start, pool.end) > 0)
    return vn_api_refuse (error, 400, "InvalidAllocationPool", "an allocation pool ends before it starts");
  if (!vn_pool_has (all, pool.start) || !vn_pool_has (all, pool.end))
    return vn_api_refuse (error, 400, "OutOfBoundsAllocationPool",
                          "an allocation pool goes beyond the addresses of hosts");
  if (vn_ip_is_set (subnet->gateway_ip) && vn_pool_has (pool, subnet->gateway_ip))
    return vn_api_refuse (error, 409, "GatewayConflictWithAllocationPools", "gateway_ip lies in an allocation pool");
  for (guint i = 0; i < subnet->allocation_pools->len; i++)
    {
      VnPool other = g_array_index (subnet->allocation_pools, VnPool, i);

      if (vn_pool_has (other, pool.start) || vn_pool_has (pool, other.start))
        return vn_api_refuse (error, 409, "OverlappingAllocationPools", "two allocation pools overlap");
    }
  return TRUE;
}

static gboolean
set_pools (const VnApiSubnet *request, VnSubnet *subnet, VnApiError *error)
{
  if (request->pools == NULL)
    {
      default_pools (subnet);
      return TRUE;
    }
  for (guint i = 0; i < request->pools->len; i++)
    {
      VnPool pool = g_array_index (request->pools, VnPool, i);

      if (!check_pool (subnet, pool, error))
        return FALSE;
      g_array_append_val (subnet->allocation_pools, pool);
    }
  return TRUE;
}

gboolean
vn_api_subnet (const VnApiSubnet *request, VnSubnet *subnet, VnApiError *error)
{
  if (!check_cidr (request, &subnet->cidr, error) || !check_length (request, subnet->cidr, error)
      || !check_modes (request, subnet->cidr, error))
    return FALSE;
  subnet->enable_dhcp = request->enable_dhcp;
  subnet->ipv6_address_mode = request->address_mode;
  return set_gateway (request, subnet, error) && set_pools (request, subnet, error);
}

/* A gateway that was changed without the pools. */
static gboolean
check_gateway_outside (const VnSubnet *subnet, VnApiError *error)
{
  for (guint i = 0; i < subnet->allocation_pools->len && vn_ip_is_set (subnet->gateway_ip); i++)
    if (vn_pool_has (g_array_index (subnet->allocation_pools, VnPool, i), subnet->gateway_ip))
      return vn_api_refuse (error, 409, "GatewayConflictWithAllocationPools", "gateway_ip lies in an allocation pool");
  return TRUE;
}

gboolean
vn_api_subnet_change (const VnApiSubnet *request, VnSubnet *subnet, VnApiError *error)
{
  VnPrefix cidr;

  if (!check_cidr (request, &cidr, error) || !check_length (request, cidr, error) || !check_modes (request, cidr, error)
      || (request->has_gateway && !set_gateway (request, subnet, error)))
    return FALSE;
  subnet->enable_dhcp = request->enable_dhcp;
  if (request->pools == NULL)
    return !request->has_gateway || check_gateway_outside (subnet, error);
  g_array_set_size (subnet->allocation_pools, 0);
  return set_pools (request, subnet, error);
}

gboolean
vn_api_subnet_free (const GPtrArray *subnets, const VnSubnet *subnet, VnApiError *error)
{
  for (guint i = 0; i < subnets->len; i++)
    {
      const VnSubnet *other = VN_AT (subnets, VnSubnet, i);

      if (other != subnet && !other->deleted && other->network == subnet->network && vn_ip_is_set (other->cidr.ip)
          && vn_prefix_overlaps (other->cidr, subnet->cidr))
        return vn_api_refuse (error, 400, "InvalidInput", "it overlaps subnet \"%s\" of the same network", other->name);
    }
  return TRUE;
}
