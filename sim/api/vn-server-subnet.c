/* SPDX-License-Identifier: Apache-2.0 */
/* Subnets. */
#include "sim/api/vn-server-build.h"
#include "sim/base/vn-text.h"

#define OWNER_DHCP "network:dhcp" /* its addresses keep no subnet */
#define OWNER_ROUTER "network:router"

static const VnWord v6_modes[] = { { "slaac", VN_V6_MODE_SLAAC },
                                   { "dhcpv6-stateless", VN_V6_MODE_STATELESS },
                                   { "dhcpv6-stateful", VN_V6_MODE_STATEFUL },
                                   { NULL, 0 } };

static VnV6Mode
parse_mode (const char *text)
{
  int mode = VN_V6_MODE_NONE;

  if (text != NULL)
    vn_word_parse (v6_modes, text, &mode);
  return (VnV6Mode)mode;
}

/* Array of VnPool; NULL if the request has none. Transfer full. */
static GArray *
read_pools (VnApiCall *call)
{
  JsonArray *array = vn_call_array (call, "allocation_pools");
  GArray *pools;

  if (array == NULL)
    return NULL;
  pools = g_array_new (FALSE, TRUE, sizeof (VnPool));
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);
      VnPool pool = { 0 };

      vn_ip_parse (json_object_get_string_member (object, "start"), &pool.start);
      vn_ip_parse (json_object_get_string_member (object, "end"), &pool.end);
      g_array_append_val (pools, pool);
    }
  return pools;
}

static void
read_gateway (VnApiCall *call, VnApiSubnet *request)
{
  const char *gateway = vn_call_text (call, "gateway_ip", NULL);

  request->has_gateway = vn_call_has (call, "gateway_ip");
  if (gateway != NULL)
    vn_ip_parse (gateway, &request->gateway);
}

static gboolean
check_family (VnApiCall *call, const char *text, VnFamily family, const char *what)
{
  g_auto (GStrv) halves = g_strsplit (text, "/", 2);
  VnIp ip;

  if (!vn_ip_parse (halves[0], &ip) || ip.family == family)
    return TRUE;
  return vn_api_refuse (call->error, 400, "InvalidInput",
                        "Invalid input for operation: %s '%s' does not match the ip_version '%d'.", what, text, family);
}

static gboolean
check_nameservers (VnApiCall *call, VnFamily family)
{
  JsonArray *array = vn_call_array (call, "dns_nameservers");
  gint64 max = vn_config_int (call->server, VN_OPT_MAX_DNS_NAMESERVERS, 5);

  if (array == NULL)
    return TRUE;
  if (json_array_get_length (array) > max)
    return vn_api_refuse (call->error, 400, "DNSNameServersExhausted",
                          "The number of DNS nameservers exceeds the limit %" G_GINT64_FORMAT ".", max);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!check_family (call, json_array_get_string_element (array, i), family, "dns_nameserver"))
      return FALSE;
  return TRUE;
}

static gboolean
check_host_routes (VnApiCall *call, VnFamily family)
{
  JsonArray *array = vn_call_array (call, "host_routes");
  gint64 max = vn_config_int (call->server, VN_OPT_MAX_SUBNET_HOST_ROUTES, 20);

  if (array == NULL)
    return TRUE;
  if (json_array_get_length (array) > max)
    return vn_api_refuse (call->error, 400, "HostRoutesExhausted",
                          "The number of host routes exceeds the limit %" G_GINT64_FORMAT ".", max);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *route = json_array_get_object_element (array, i);

      if (!check_family (call, json_object_get_string_member (route, "destination"), family, "destination")
          || !check_family (call, json_object_get_string_member (route, "nexthop"), family, "nexthop"))
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask (VnApiCall *call, VnSubnet *subnet)
{
  g_autoptr (GArray) pools = read_pools (call);
  VnApiSubnet request = {
    .cidr = vn_call_text (call, "cidr", NULL),
    .ip_version = (guint)vn_call_int (call, "ip_version", 0),
    .enable_dhcp = vn_call_bool (call, "enable_dhcp", TRUE),
    .address_mode = parse_mode (vn_call_text (call, "ipv6_address_mode", NULL)),
    .ra_mode = parse_mode (vn_call_text (call, "ipv6_ra_mode", NULL)),
    .pools = pools,
  };

  read_gateway (call, &request);
  if (request.cidr == NULL)
    return vn_api_refuse (call->error, 400, "BadRequest",
                          "Bad subnets request: a subnetpool must be specified in the absence of a cidr.");
  if (vn_call_has (call, "prefixlen"))
    return vn_api_refuse (call->error, 400, "BadRequest",
                          "Bad subnets request: cidr and prefixlen must not be supplied together.");
  return vn_api_subnet (&request, subnet, call->error) && check_nameservers (call, subnet->cidr.ip.family)
         && check_host_routes (call, subnet->cidr.ip.family)
         && vn_api_subnet_free (call->t->subnets, subnet, call->error);
}

static gboolean
create (VnApiCall *call, VnApiRef *ret)
{
  VnSubnet *subnet = vn_subnet_new ();

  ret->index = call->t->subnets->len;
  subnet->name = g_strdup (vn_call_text (call, "name", ""));
  subnet->id = vn_choose_id (call, "subnet", call->choice);
  g_ptr_array_add (call->t->subnets, subnet);
  subnet->network = vn_api_find (call, &VN_API_NETWORKS, vn_call_text (call, "network_id", NULL));
  if (subnet->network == VN_NONE || !ask (call, subnet))
    return FALSE;
  if (vn_api_subnet_is_auto (subnet))
    vn_ports_add_auto (call->t, ret->index);
  return TRUE;
}

/* A port that has the address already: the gateway can't move onto it. */
static gboolean
check_gateway_unused (VnApiCall *call, const VnSubnet *subnet)
{
  for (guint i = 0; i < call->t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (call->t, i);

      for (guint j = 0; j < port->fixed_ips->len && !port->deleted && port->network == subnet->network; j++)
        if (vn_ip_equal (g_array_index (port->fixed_ips, VnFixedIp, j).ip_address, subnet->gateway_ip))
          return vn_api_refuse (call->error, 409, "GatewayIpInUse",
                                "Current gateway ip already in use by port %s. Unable to update.", port->id);
    }
  return TRUE;
}

static gboolean
update (VnApiCall *call, VnApiRef ref)
{
  VnSubnet *subnet = call->t->subnets->pdata[ref.index];
  VnIp gateway = subnet->gateway_ip;
  g_autoptr (GArray) pools = read_pools (call);
  g_autofree char *cidr = vn_prefix_to_string (subnet->cidr);
  VnApiSubnet request = {
    .cidr = cidr,
    .enable_dhcp = vn_call_bool (call, "enable_dhcp", subnet->enable_dhcp),
    .address_mode = subnet->ipv6_address_mode,
    .ra_mode = parse_mode (vn_api_note_text (call->api, subnet->id, "ipv6_ra_mode", NULL)),
    .pools = pools,
  };

  read_gateway (call, &request);
  if (vn_call_has (call, "name"))
    {
      g_free (subnet->name);
      subnet->name = g_strdup (vn_call_text (call, "name", ""));
    }
  if (!check_nameservers (call, subnet->cidr.ip.family) || !check_host_routes (call, subnet->cidr.ip.family)
      || !vn_api_subnet_change (&request, subnet, call->error))
    return FALSE;
  return !request.has_gateway || !vn_ip_is_set (subnet->gateway_ip) || vn_ip_equal (gateway, subnet->gateway_ip)
         || check_gateway_unused (call, subnet);
}

/* Whether a port's address keeps the subnet from being deleted. */
static gboolean
keeps (const VnSubnet *subnet, const VnPort *port)
{
  if (g_strcmp0 (vn_api_owner (port), OWNER_DHCP) == 0)
    return FALSE;
  return !vn_api_subnet_is_auto (subnet) || g_str_has_prefix (vn_api_owner (port), OWNER_ROUTER);
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  VnSubnet *subnet = call->t->subnets->pdata[ref.index];

  for (guint i = 0; i < call->t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (call->t, i);

      for (guint j = 0; j < port->fixed_ips->len && !port->deleted; j++)
        if (g_array_index (port->fixed_ips, VnFixedIp, j).subnet == ref.index && keeps (subnet, port))
          return vn_api_refuse (call->error, 409, "SubnetInUse",
                                "Unable to complete operation on subnet %s: One or more ports have an IP allocation "
                                "from this subnet.",
                                subnet->id);
    }
  vn_ports_drop_subnet (call->t, ref.index);
  subnet->deleted = TRUE;
  return TRUE;
}

static JsonArray *
show_pools (const VnSubnet *subnet)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < subnet->allocation_pools->len; i++)
    {
      VnPool pool = g_array_index (subnet->allocation_pools, VnPool, i);
      g_autofree char *start = vn_ip_to_string (pool.start);
      g_autofree char *end = vn_ip_to_string (pool.end);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "start", start);
      json_object_set_string_member (object, "end", end);
      json_array_add_object_element (array, object);
    }
  return array;
}

static void
show (const VnApi *api G_GNUC_UNUSED, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnSubnet *subnet = vn_topology_subnet (t, ref.index);
  const char *mode = vn_word_name (v6_modes, subnet->ipv6_address_mode);
  g_autofree char *cidr = vn_prefix_to_string (subnet->cidr);
  g_autofree char *gateway = vn_ip_to_string (subnet->gateway_ip);

  json_object_set_string_member (ret, "name", subnet->name != NULL ? subnet->name : "");
  json_object_set_string_member (ret, "network_id", vn_topology_network (t, subnet->network)->id);
  json_object_set_int_member (ret, "ip_version", subnet->cidr.ip.family);
  json_object_set_boolean_member (ret, "enable_dhcp", subnet->enable_dhcp);
  if (mode != NULL)
    json_object_set_string_member (ret, "ipv6_address_mode", mode);
  json_object_set_string_member (ret, "cidr", cidr);
  if (vn_ip_is_set (subnet->gateway_ip))
    json_object_set_string_member (ret, "gateway_ip", gateway);
  else
    json_object_set_null_member (ret, "gateway_ip");
  json_object_set_array_member (ret, "allocation_pools", show_pools (subnet));
}

const VnApiResource VN_API_SUBNETS = {
  .collection = "subnets",
  .member = "subnet",
  .members = "subnets",
  .what = "Subnet",
  .not_found = "SubnetNotFound",
  .attrs = VN_ATTRS_SUBNET,
  .has_quota = TRUE,
  .quota = VN_OPT_QUOTA_SUBNET,
  .quota_default = 100,
  .array = G_STRUCT_OFFSET (VnTopology, subnets),
  .id = G_STRUCT_OFFSET (VnSubnet, id),
  .deleted = G_STRUCT_OFFSET (VnSubnet, deleted),
  .create = create,
  .update = update,
  .remove = drop,
  .show = show,
};
