/* SPDX-License-Identifier: Apache-2.0 */
/* Networks. */
#include "sim/api/vn-server-build.h"

#define OWNER_DHCP "network:dhcp" /* its ports go with the network */

static gboolean
ask (VnApiCall *call, VnNetwork *network, gboolean *ret_draw)
{
  VnApiNetwork request = {
    .type = vn_call_text (call, "provider:network_type", NULL),
    .physical_network = vn_call_text (call, "provider:physical_network", NULL),
    .has_segmentation_id = vn_call_has (call, "provider:segmentation_id"),
    .segmentation_id = (guint64)vn_call_int (call, "provider:segmentation_id", 0),
    .mtu = (guint64)vn_call_int (call, "mtu", 0),
    .networks = call->t->networks,
  };

  return vn_api_network (call->server, &request, network, ret_draw, call->error);
}

/* Without a type the first of tenant_network_types that has a segment left is taken; vn_api_network() has seen to that
 * as far as the options tell. */
static gboolean
create (VnApiCall *call, VnApiRef *ret)
{
  VnNetwork *network = vn_network_new ();
  gboolean draw = FALSE;

  vn_api_default_group (call); /* a project has one as soon as it has a network */
  ret->index = call->t->networks->len;
  network->name = g_strdup (vn_call_text (call, "name", ""));
  network->id = vn_choose_id (call, "network", call->choice);
  network->port_security_enabled = vn_call_bool (call, "port_security_enabled", TRUE);
  g_ptr_array_add (call->t->networks, network);
  network->qos_policy = vn_api_default_qos_policy (call->t);
  if (!ask (call, network, &draw) || !vn_api_read_qos_policy (call, &network->qos_policy))
    return FALSE;
  return draw ? vn_choose_segment (call, network) : vn_api_segment_free (call->t->networks, network, call->error);
}

/* Whether the request gives another value than the network has. */
static gboolean
differs (VnApiCall *call, const char *name, const char *now)
{
  return vn_call_has (call, name) && g_strcmp0 (vn_call_text (call, name, NULL), now) != 0;
}

static gboolean
update_segment (VnApiCall *call, VnNetwork *network)
{
  VnApiNetwork request = { .type = "vlan", .physical_network = network->physical_network, .has_segmentation_id = TRUE };
  VnNetwork changed = { 0 };
  gboolean draw, done;
  gint64 id = vn_call_int (call, "provider:segmentation_id", network->segmentation_id);

  if (id == network->segmentation_id)
    return TRUE;
  if (network->type != VN_NET_VLAN)
    return vn_api_refuse (call->error, 400, "InvalidInput",
                          "Invalid input for operation: Only VLAN type networks can be updated..");
  request.segmentation_id = (guint64)id;
  done = vn_api_network (call->server, &request, &changed, &draw, call->error);
  g_free (changed.physical_network);
  network->segmentation_id = changed.segmentation_id;
  return done && vn_api_segment_free (call->t->networks, network, call->error);
}

static gboolean
update (VnApiCall *call, VnApiRef ref)
{
  VnNetwork *network = call->t->networks->pdata[ref.index];

  if (differs (call, "provider:network_type", vn_api_type_name (network->type))
      || differs (call, "provider:physical_network", network->physical_network))
    return vn_api_refuse (call->error, 400, "InvalidInput",
                          "Invalid input for operation: Plugin does not support updating the following provider "
                          "network attributes: provider:network_type, provider:physical_network.");
  if (vn_call_has (call, "name"))
    {
      g_free (network->name);
      network->name = g_strdup (vn_call_text (call, "name", ""));
    }
  network->port_security_enabled = vn_call_bool (call, "port_security_enabled", network->port_security_enabled);
  if (vn_call_has (call, "mtu")
      && !vn_api_network_mtu (call->server, (guint64)vn_call_int (call, "mtu", 0), network, call->error))
    return FALSE;
  return update_segment (call, network) && vn_api_read_qos_policy (call, &network->qos_policy);
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  VnNetwork *network = call->t->networks->pdata[ref.index];

  for (guint i = 0; i < call->t->ports->len; i++)
    {
      VnPort *port = call->t->ports->pdata[i];

      if (port->deleted || port->network != ref.index)
        continue;
      if (g_strcmp0 (vn_api_owner (port), OWNER_DHCP) != 0)
        return vn_api_refuse (call->error, 409, "NetworkInUse",
                              "Unable to complete operation on network %s. There are one or more ports still in use on "
                              "the network.",
                              network->id);
      port->deleted = TRUE;
    }
  for (guint i = 0; i < call->t->subnets->len; i++)
    {
      VnSubnet *subnet = call->t->subnets->pdata[i];

      subnet->deleted = subnet->deleted || subnet->network == ref.index;
    }
  network->deleted = TRUE;
  return TRUE;
}

static void
show (const VnApi *api G_GNUC_UNUSED, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnNetwork *network = vn_topology_network (t, ref.index);
  JsonArray *subnets = json_array_new ();

  json_object_set_string_member (ret, "name", network->name != NULL ? network->name : "");
  json_object_set_int_member (ret, "mtu", network->mtu);
  json_object_set_boolean_member (ret, "port_security_enabled", network->port_security_enabled);
  json_object_set_string_member (ret, "provider:network_type", vn_api_type_name (network->type));
  if (network->physical_network != NULL)
    json_object_set_string_member (ret, "provider:physical_network", network->physical_network);
  if (network->type == VN_NET_VLAN || network->type == VN_NET_VXLAN)
    json_object_set_int_member (ret, "provider:segmentation_id", network->segmentation_id);
  for (guint i = 0; i < t->subnets->len; i++)
    if (!vn_topology_subnet (t, i)->deleted && vn_topology_subnet (t, i)->network == ref.index)
      json_array_add_string_element (subnets, vn_topology_subnet (t, i)->id);
  json_object_set_array_member (ret, "subnets", subnets);
  vn_api_show_qos_policy (t, network->qos_policy, "qos_policy_id", ret);
}

const VnApiResource VN_API_NETWORKS = {
  .collection = "networks",
  .member = "network",
  .members = "networks",
  .what = "Network",
  .not_found = "NetworkNotFound",
  .attrs = VN_ATTRS_NETWORK,
  .has_quota = TRUE,
  .quota = VN_OPT_QUOTA_NETWORK,
  .quota_default = 100,
  .array = G_STRUCT_OFFSET (VnTopology, networks),
  .id = G_STRUCT_OFFSET (VnNetwork, id),
  .deleted = G_STRUCT_OFFSET (VnNetwork, deleted),
  .create = create,
  .update = update,
  .remove = drop,
  .show = show,
};
