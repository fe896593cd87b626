/* SPDX-License-Identifier: Apache-2.0 */
/* Ports: creation, changes, deletion. */
#include "sim/api/vn-server-build.h"
#include "sim/model/vn-driver.h"

static gboolean
check_mac_unused (VnApiCall *call, const VnPort *port)
{
  g_autofree char *mac = vn_mac_to_string (port->mac_address);

  for (guint i = 0; i < call->t->ports->len; i++)
    {
      const VnPort *other = vn_topology_port (call->t, i);

      if (other != port && !other->deleted && other->network == port->network
          && vn_mac_equal (other->mac_address, port->mac_address))
        return vn_api_refuse (call->error, 409, "MacAddressInUse",
                              "Unable to complete operation for network %s. The mac address %s is in use.",
                              vn_topology_network (call->t, port->network)->id, mac);
    }
  return TRUE;
}

static gboolean
read_groups (VnApiCall *call, VnPort *port)
{
  JsonArray *array = vn_call_array (call, "security_groups");

  g_array_set_size (port->security_groups, 0);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      guint group = vn_api_find (call, &VN_API_GROUPS, json_array_get_string_element (array, i));

      if (group == VN_NONE)
        return FALSE;
      g_array_append_val (port->security_groups, group);
    }
  return TRUE;
}

/* Pairs were judged with the body; one without a MAC address has the port's. */
static void
read_pairs (VnApiCall *call, VnPort *port)
{
  JsonArray *array = vn_call_array (call, "allowed_address_pairs");

  if (array == NULL)
    return;
  g_array_set_size (port->allowed_address_pairs, 0);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);
      const char *mac = vn_json_text (json_object_get_member (object, "mac_address"));
      VnAddressPair pair = { .mac_address = port->mac_address };

      vn_api_parse_prefix (json_object_get_string_member (object, "ip_address"), &pair.ip_address);
      if (mac != NULL)
        vn_mac_parse (mac, &pair.mac_address);
      g_array_append_val (port->allowed_address_pairs, pair);
    }
}

/* The machine of that host name on which an agent can carry the port; VN_NONE if its binding fails. */
static guint
bind (VnApiCall *call, const VnPort *port, const char *host)
{
  for (guint i = 0; i < call->t->machines->len; i++)
    {
      g_autofree char *why_not = NULL;

      if (g_str_equal (vn_machine_host (vn_topology_machine (call->t, i)), host)
          && vn_api_can_bind (call->t, call->server, port->network, i, &why_not))
        return i;
    }
  return VN_NONE;
}

/* Whether the request lists groups or pairs. */
static gboolean
gives_any (VnApiCall *call, const char *name)
{
  JsonArray *array = vn_call_array (call, name);

  return array != NULL && json_array_get_length (array) > 0;
}

static void
set_port_security (VnApiCall *call, VnPort *port)
{
  gboolean by_network = vn_topology_network (call->t, port->network)->port_security_enabled;

  if (!vn_api_has_port_security (call->server))
    port->port_security_enabled = TRUE;
  else
    port->port_security_enabled = vn_call_bool (call, "port_security_enabled", by_network);
  if (vn_api_is_trusted (vn_api_owner (port)))
    port->port_security_enabled = FALSE;
}

static gboolean
set_groups (VnApiCall *call, VnPort *port)
{
  guint group;

  if (!port->port_security_enabled && gives_any (call, "allowed_address_pairs"))
    return vn_api_refuse (call->error, 409, "AddressPairAndPortSecurityRequired",
                          "Port Security must be enabled in order to have allowed address pairs on a port.");
  if (!port->port_security_enabled && gives_any (call, "security_groups"))
    return vn_api_refuse (call->error, 400, "PortSecurityAndIPRequiredForSecurityGroups",
                          "Port security must be enabled and port must have an IP address in order to use security "
                          "groups.");
  if (vn_call_has (call, "security_groups"))
    return read_groups (call, port);
  if (!port->port_security_enabled || !vn_config_bool (call->server, VN_OPT_ENABLE_SECURITY_GROUP))
    return TRUE;
  group = vn_api_default_group (call);
  if (group == VN_NONE)
    return FALSE;
  g_array_append_val (port->security_groups, group);
  return TRUE;
}

static gboolean
create (VnApiCall *call, VnApiRef *ret)
{
  VnPort *port = vn_port_new ();
  const char *mac = vn_call_text (call, "mac_address", NULL);

  ret->index = call->t->ports->len;
  port->name = g_strdup (vn_call_text (call, "name", ""));
  port->id = vn_choose_id (call, "port", call->choice);
  port->device_owner = g_strdup (vn_call_text (call, "device_owner", ""));
  port->admin_state_up = vn_call_bool (call, "admin_state_up", TRUE);
  port->mac_address = vn_choose_mac (call, port->id);
  g_ptr_array_add (call->t->ports, port);
  if (mac != NULL)
    vn_mac_parse (mac, &port->mac_address);
  port->network = vn_api_find (call, &VN_API_NETWORKS, vn_call_text (call, "network_id", NULL));
  if (port->network == VN_NONE || !check_mac_unused (call, port) || !vn_port_set_addresses (call, port))
    return FALSE;
  set_port_security (call, port);
  if (!set_groups (call, port))
    return FALSE;
  read_pairs (call, port);
  if (!vn_api_read_qos_policy (call, &port->qos_policy))
    return FALSE;
  port->host = bind (call, port, vn_call_text (call, "binding:host_id", ""));
  return vn_api_port (call->t, call->server, port, vn_call_has (call, "security_groups"), call->error);
}

/* ---- changes ---- */

/* Addresses and pairs that follow from the port's MAC address. */
static void
follow_mac (VnApiCall *call, VnPort *port, VnMac old)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);
      const VnSubnet *subnet = vn_topology_subnet (call->t, fixed->subnet);

      if (vn_api_subnet_is_auto (subnet))
        fixed->ip_address = vn_ip_eui64 (subnet->cidr, port->mac_address);
    }
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      if (vn_mac_equal (pair->mac_address, old))
        pair->mac_address = port->mac_address;
    }
}

static gboolean
update_mac (VnApiCall *call, VnPort *port)
{
  const char *text = vn_call_text (call, "mac_address", NULL);
  VnMac old = port->mac_address;

  if (text == NULL || !vn_mac_parse (text, &port->mac_address) || vn_mac_equal (old, port->mac_address))
    return TRUE;
  if (port->host != VN_NONE)
    return vn_api_refuse (call->error, 409, "PortBound",
                          "Unable to complete operation on port %s, port is already bound, port type: bridge, old_mac "
                          "is given, new_mac %s.",
                          port->id, text);
  follow_mac (call, port, old);
  return check_mac_unused (call, port);
}

/* A port without port security may keep neither pairs nor groups that it has. */
static gboolean
check_left_behind (VnApiCall *call, const VnPort *port)
{
  if (port->port_security_enabled)
    return TRUE;
  if (gives_any (call, "allowed_address_pairs")
      || (!vn_call_has (call, "allowed_address_pairs") && port->allowed_address_pairs->len > 0))
    return vn_api_refuse (call->error, 409, "AddressPairAndPortSecurityRequired",
                          "Port Security must be enabled in order to have allowed address pairs on a port.");
  if (gives_any (call, "security_groups"))
    return vn_api_refuse (call->error, 400, "PortSecurityAndIPRequiredForSecurityGroups",
                          "Port security must be enabled and port must have an IP address in order to use security "
                          "groups.");
  if (!vn_call_has (call, "security_groups") && port->security_groups->len > 0)
    return vn_api_refuse (call->error, 409, "PortSecurityPortHasSecurityGroup",
                          "Port has security group associated. Cannot disable port security or IP address until "
                          "security group is removed");
  return TRUE;
}

static void
update_plain (VnApiCall *call, VnPort *port)
{
  static const struct
  {
    const char *name;
    goffset offset;
  } texts[]
      = { { "name", G_STRUCT_OFFSET (VnPort, name) }, { "device_owner", G_STRUCT_OFFSET (VnPort, device_owner) } };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      char **text = G_STRUCT_MEMBER_P (port, texts[i].offset);

      if (!vn_call_has (call, texts[i].name))
        continue;
      g_free (*text);
      *text = g_strdup (vn_call_text (call, texts[i].name, ""));
    }
  port->admin_state_up = vn_call_bool (call, "admin_state_up", port->admin_state_up);
  port->port_security_enabled = vn_call_bool (call, "port_security_enabled", port->port_security_enabled);
}

static gboolean
update (VnApiCall *call, VnApiRef ref)
{
  VnPort *port = call->t->ports->pdata[ref.index];

  update_plain (call, port);
  if (!update_mac (call, port) || (vn_call_has (call, "fixed_ips") && !vn_port_set_addresses (call, port))
      || !check_left_behind (call, port) || (vn_call_has (call, "security_groups") && !read_groups (call, port)))
    return FALSE;
  read_pairs (call, port);
  if (!vn_api_read_qos_policy (call, &port->qos_policy))
    return FALSE;
  if (vn_call_has (call, "binding:host_id"))
    port->host = bind (call, port, vn_call_text (call, "binding:host_id", ""));
  return vn_api_port (call->t, call->server, port, vn_call_has (call, "security_groups"), call->error);
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  ((VnPort *)call->t->ports->pdata[ref.index])->deleted = TRUE;
  return TRUE;
}

/* ---- answers ---- */

static JsonArray *
show_fixed_ips (const VnTopology *t, const VnPort *port)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnFixedIp fixed = g_array_index (port->fixed_ips, VnFixedIp, i);
      g_autofree char *ip = vn_ip_to_string (fixed.ip_address);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "subnet_id", vn_topology_subnet (t, fixed.subnet)->id);
      json_object_set_string_member (object, "ip_address", ip);
      json_array_add_object_element (array, object);
    }
  return array;
}

/* The server shows an address as it was given: without a mask if it had none. */
static char *
pair_address (VnPrefix prefix)
{
  return prefix.len == vn_ip_bits (prefix.ip.family) ? vn_ip_to_string (prefix.ip) : vn_prefix_to_string (prefix);
}

static JsonArray *
show_pairs (const VnPort *port)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      VnAddressPair pair = g_array_index (port->allowed_address_pairs, VnAddressPair, i);
      g_autofree char *mac = vn_mac_to_string (pair.mac_address);
      g_autofree char *ip = pair_address (pair.ip_address);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "mac_address", mac);
      json_object_set_string_member (object, "ip_address", ip);
      json_array_add_object_element (array, object);
    }
  return array;
}

static void
show_binding (const VnApi *api, const VnTopology *t, const VnPort *port, JsonObject *ret)
{
  const char *asked = vn_api_note_text (api, port->id, "binding:host_id", "");
  gboolean is_bound = port->host != VN_NONE;
  JsonObject *details;

  json_object_set_string_member (ret, "binding:host_id",
                                 is_bound ? vn_machine_host (vn_topology_machine (t, port->host)) : asked);
  json_object_set_string_member (ret, "binding:vif_type",
                                 is_bound         ? "bridge"
                                 : *asked != '\0' ? "binding_failed"
                                                  : "unbound");
  if (!is_bound)
    return;
  details = json_object_new ();
  json_object_set_string_member (details, "connectivity", "l2");
  json_object_set_boolean_member (details, "port_filter",
                                  vn_config_bool (vn_topology_server_config (t), VN_OPT_ENABLE_SECURITY_GROUP));
  json_object_set_object_member (details, "bound_drivers", json_object_new ());
  json_object_set_string_member (json_object_get_object_member (details, "bound_drivers"), "0", "linuxbridge");
  json_object_set_object_member (ret, "binding:vif_details", details);
}

/* As it was given, if that says what the port has. */
static void
show_mac (const VnApi *api, const VnPort *port, JsonObject *ret)
{
  const char *given = vn_api_note_text (api, port->id, "mac_address", "");
  g_autofree char *mac = vn_mac_to_string (port->mac_address);
  VnMac parsed;

  json_object_set_string_member (
      ret, "mac_address", vn_mac_parse (given, &parsed) && vn_mac_equal (parsed, port->mac_address) ? given : mac);
}

static void
show (const VnApi *api, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnPort *port = vn_topology_port (t, ref.index);
  gboolean is_wired = port->host != VN_NONE && port->server != VN_NONE && port->admin_state_up;
  JsonArray *groups = json_array_new ();

  json_object_set_string_member (ret, "name", port->name != NULL ? port->name : "");
  json_object_set_string_member (ret, "network_id", vn_topology_network (t, port->network)->id);
  show_mac (api, port, ret);
  json_object_set_boolean_member (ret, "admin_state_up", port->admin_state_up);
  json_object_set_string_member (ret, "status", is_wired ? "ACTIVE" : "DOWN");
  json_object_set_string_member (ret, "device_owner", vn_api_owner (port));
  if (port->server != VN_NONE)
    json_object_set_string_member (ret, "device_id", vn_topology_server (t, port->server)->id);
  json_object_set_array_member (ret, "fixed_ips", show_fixed_ips (t, port));
  json_object_set_array_member (ret, "allowed_address_pairs", show_pairs (port));
  for (guint i = 0; i < port->security_groups->len; i++)
    json_array_add_string_element (groups, vn_topology_group (t, g_array_index (port->security_groups, guint, i))->id);
  json_object_set_array_member (ret, "security_groups", groups);
  json_object_set_boolean_member (ret, "port_security_enabled", port->port_security_enabled);
  show_binding (api, t, port, ret);
  vn_api_show_qos_policy (t, port->qos_policy, "qos_policy_id", ret);
  vn_api_show_qos_policy (t, vn_topology_network (t, port->network)->qos_policy, "qos_network_policy_id", ret);
}

const VnApiResource VN_API_PORTS = {
  .collection = "ports",
  .member = "port",
  .members = "ports",
  .what = "Port",
  .not_found = "PortNotFound",
  .attrs = VN_ATTRS_PORT,
  .has_quota = TRUE,
  .quota = VN_OPT_QUOTA_PORT,
  .quota_default = 500,
  .array = G_STRUCT_OFFSET (VnTopology, ports),
  .id = G_STRUCT_OFFSET (VnPort, id),
  .deleted = G_STRUCT_OFFSET (VnPort, deleted),
  .create = create,
  .update = update,
  .remove = drop,
  .show = show,
};
