/* SPDX-License-Identifier: Apache-2.0 */
/* fixed_ips of ports. */
#include "sim/api/vn-server-build.h"

#define OWNER_ROUTER_INTERFACE "network:router_interface"
#define OWNER_ROUTER "network:router"

/* Whether a port may have the address: in the subnet, and neither the network's nor the broadcast address. */
static gboolean
fits (const VnSubnet *subnet, VnIp ip, const char *device_owner)
{
  if (!vn_prefix_contains (subnet->cidr, ip))
    return FALSE;
  if (ip.family == VN_FAMILY_IPV4 && vn_ip_equal (ip, vn_prefix_last (subnet->cidr)))
    return FALSE;
  return !vn_ip_equal (ip, vn_prefix_first (subnet->cidr)) || g_str_has_prefix (device_owner, OWNER_ROUTER);
}

static gboolean
find_subnet_of (VnApiCall *call, const VnPort *port, VnFixedIp *fixed)
{
  g_autofree char *ip = NULL;

  for (guint i = 0; i < call->t->subnets->len; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (call->t, i);

      if (subnet->deleted || subnet->network != port->network || !fits (subnet, fixed->ip_address, vn_api_owner (port)))
        continue;
      fixed->subnet = i;
      return TRUE;
    }
  ip = vn_ip_to_string (fixed->ip_address);
  return vn_api_refuse (call->error, 400, "InvalidIpForNetwork",
                        "IP address %s is not a valid IP for any of the subnets on the specified network.", ip);
}

static gboolean
check_given_subnet (VnApiCall *call, const VnPort *port, const VnFixedIp *fixed)
{
  const VnSubnet *subnet = vn_topology_subnet (call->t, fixed->subnet);
  g_autofree char *ip = vn_ip_to_string (fixed->ip_address);

  if (subnet->network != port->network)
    return vn_api_refuse (call->error, 400, "InvalidInput",
                          "Invalid input for operation: Failed to create port on network %s, because fixed_ips "
                          "included invalid subnet %s.",
                          vn_topology_network (call->t, port->network)->id, subnet->id);
  if (vn_ip_is_set (fixed->ip_address) && !fits (subnet, fixed->ip_address, vn_api_owner (port)))
    return vn_api_refuse (call->error, 400, "InvalidIpForSubnet",
                          "IP address %s is not a valid IP for the specified subnet.", ip);
  return TRUE;
}

static gboolean
check_free (VnApiCall *call, const VnPort *port, const VnFixedIp *fixed)
{
  g_autofree char *ip = vn_ip_to_string (fixed->ip_address);

  for (guint i = 0; i < call->t->ports->len; i++)
    {
      const VnPort *other = vn_topology_port (call->t, i);

      for (guint j = 0; j < other->fixed_ips->len; j++)
        if (other != port && !other->deleted && other->network == port->network
            && vn_ip_equal (g_array_index (other->fixed_ips, VnFixedIp, j).ip_address, fixed->ip_address))
          return vn_api_refuse (call->error, 409, "IpAddressAlreadyAllocated",
                                "IP address %s already allocated in subnet %s", ip,
                                vn_topology_subnet (call->t, fixed->subnet)->id);
    }
  return TRUE;
}

/* One entry of the request. An entry without an address is filled in when all that have one are known. */
static gboolean
read_entry (VnApiCall *call, const VnPort *port, JsonObject *entry, VnFixedIp *ret)
{
  const char *subnet = vn_json_text (json_object_get_member (entry, "subnet_id"));
  const char *ip = vn_json_text (json_object_get_member (entry, "ip_address"));

  *ret = (VnFixedIp){ .subnet = VN_NONE };
  if (ip != NULL)
    vn_ip_parse (ip, &ret->ip_address);
  if (subnet == NULL)
    return ip != NULL ? find_subnet_of (call, port, ret)
                      : vn_api_refuse (call->error, 400, "InvalidInput",
                                       "Invalid input for operation: IP allocation requires subnet_id or ip_address.");
  ret->subnet = vn_api_find (call, &VN_API_SUBNETS, subnet);
  return ret->subnet != VN_NONE && check_given_subnet (call, port, ret);
}

static gboolean
has_address (const GArray *ips, VnIp ip)
{
  for (guint i = 0; i < ips->len; i++)
    if (vn_ip_equal (g_array_index (ips, VnFixedIp, i).ip_address, ip))
      return TRUE;
  return FALSE;
}

/* An address that follows from a MAC can't be chosen, but what the port has may be repeated. */
static gboolean
check_auto (VnApiCall *call, const VnPort *port, const GArray *old, const VnFixedIp *fixed)
{
  const VnSubnet *subnet = vn_topology_subnet (call->t, fixed->subnet);
  g_autofree char *ip = vn_ip_to_string (fixed->ip_address);

  if (!vn_ip_is_set (fixed->ip_address) || !vn_api_subnet_is_auto (subnet)
      || g_str_equal (vn_api_owner (port), OWNER_ROUTER_INTERFACE) || has_address (old, fixed->ip_address))
    return TRUE;
  return vn_api_refuse (call->error, 400, "AllocationOnAutoAddressSubnet",
                        "IPv6 address %s cannot be directly assigned to a port on subnet %s as the subnet is "
                        "configured for automatic addresses",
                        ip, subnet->id);
}

/* What the port has on a subnet stays if the request asks for any address there. */
static void
keep_old (const GArray *old, const GArray *now, VnFixedIp *fixed)
{
  for (guint i = 0; i < old->len; i++)
    {
      const VnFixedIp *candidate = &g_array_index (old, VnFixedIp, i);

      if (candidate->subnet != fixed->subnet || has_address (now, candidate->ip_address))
        continue;
      fixed->ip_address = candidate->ip_address;
      return;
    }
}

/* Addresses for the entries that gave a subnet only. */
static gboolean
complete (VnApiCall *call, VnPort *port, const GArray *old)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);

      if (vn_ip_is_set (fixed->ip_address))
        continue;
      keep_old (old, port->fixed_ips, fixed);
      if (!vn_ip_is_set (fixed->ip_address) && !vn_choose_address (call, port, fixed->subnet, &fixed->ip_address))
        return FALSE;
    }
  return TRUE;
}

gboolean
vn_port_set_addresses (VnApiCall *call, VnPort *port)
{
  JsonArray *array = vn_call_array (call, "fixed_ips");
  g_autoptr (GArray) old = g_array_copy (port->fixed_ips);

  if (array == NULL)
    return vn_choose_addresses (call, port);
  g_array_set_size (port->fixed_ips, 0);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      VnFixedIp fixed;

      if (!read_entry (call, port, json_array_get_object_element (array, i), &fixed)
          || !check_auto (call, port, old, &fixed)
          || (vn_ip_is_set (fixed.ip_address) && !check_free (call, port, &fixed)))
        return FALSE;
      g_array_append_val (port->fixed_ips, fixed);
    }
  return complete (call, port, old);
}

void
vn_ports_drop_subnet (VnTopology *t, guint subnet)
{
  for (guint i = 0; i < t->ports->len; i++)
    {
      GArray *ips = ((VnPort *)t->ports->pdata[i])->fixed_ips;

      for (guint j = ips->len; j-- > 0;)
        if (g_array_index (ips, VnFixedIp, j).subnet == subnet)
          g_array_remove_index (ips, j);
    }
}

void
vn_ports_add_auto (VnTopology *t, guint subnet)
{
  for (guint i = 0; i < t->ports->len; i++)
    {
      VnPort *port = t->ports->pdata[i];
      VnFixedIp fixed = { .subnet = subnet };

      if (port->deleted || port->network != vn_topology_subnet (t, subnet)->network
          || g_str_has_prefix (vn_api_owner (port), OWNER_ROUTER))
        continue;
      fixed.ip_address = vn_ip_eui64 (vn_topology_subnet (t, subnet)->cidr, port->mac_address);
      g_array_append_val (port->fixed_ips, fixed);
    }
}
