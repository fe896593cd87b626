/* SPDX-License-Identifier: Apache-2.0 */
/* Address groups. */
#include "sim/api/vn-server-build.h"

/* Index of the network in the group; VN_NONE if it isn't there. */
static guint
find_address (const VnAddressGroup *group, VnPrefix prefix)
{
  for (guint i = 0; i < group->addresses->len; i++)
    if (vn_prefix_equal (g_array_index (group->addresses, VnPrefix, i), prefix))
      return i;
  return VN_NONE;
}

/* Host bits go; what is there twice is there once. */
static void
add_all (VnAddressGroup *group, JsonArray *addresses)
{
  for (guint i = 0; i < json_array_get_length (addresses); i++)
    {
      VnPrefix prefix;

      if (!vn_api_parse_prefix (json_array_get_string_element (addresses, i), &prefix))
        continue;
      prefix = vn_prefix_masked (prefix);
      if (find_address (group, prefix) == VN_NONE)
        g_array_append_val (group->addresses, prefix);
    }
}

static void
remove_all (VnAddressGroup *group, JsonArray *addresses)
{
  for (guint i = 0; i < json_array_get_length (addresses); i++)
    {
      VnPrefix prefix;
      guint index;

      if (!vn_api_parse_prefix (json_array_get_string_element (addresses, i), &prefix))
        continue;
      index = find_address (group, vn_prefix_masked (prefix));
      if (index != VN_NONE)
        g_array_remove_index (group->addresses, index);
    }
}

static gboolean
create (VnApiCall *call, VnApiRef *ret)
{
  VnAddressGroup *group = vn_address_group_new ();
  JsonArray *addresses = vn_call_array (call, "addresses");

  ret->index = call->t->address_groups->len;
  group->name = g_strdup (vn_call_text (call, "name", ""));
  group->id = vn_choose_id (call, "address group", call->choice);
  g_ptr_array_add (call->t->address_groups, group);
  if (addresses != NULL)
    add_all (group, addresses);
  return TRUE;
}

static gboolean
update (VnApiCall *call, VnApiRef ref)
{
  VnAddressGroup *group = call->t->address_groups->pdata[ref.index];

  if (vn_call_has (call, "name"))
    {
      g_free (group->name);
      group->name = g_strdup (vn_call_text (call, "name", ""));
    }
  return TRUE;
}

static gboolean
check_address (VnApiCall *call, const VnAddressGroup *group, JsonNode *address, gboolean adds)
{
  const char *text = vn_json_text (address);
  g_autofree char *shown = vn_json_shown (address);
  VnPrefix prefix;
  gboolean is_there;

  if (text == NULL || !vn_api_parse_prefix (text, &prefix))
    return vn_api_refuse (call->error, 400, "HTTPBadRequest",
                          "Invalid input for addresses. Reason: '%s' is not a valid IP subnet.", shown);
  is_there = find_address (group, vn_prefix_masked (prefix)) != VN_NONE;
  if (adds && is_there)
    return vn_api_refuse (call->error, 400, "AddressesAlreadyExist",
                          "Addresses %s already exist in the address group %s.", text, group->id);
  if (!adds && !is_there)
    return vn_api_refuse (call->error, 404, "AddressesNotFound", "Addresses %s not found in the address group %s.",
                          text, group->id);
  return TRUE;
}

gboolean
vn_api_change_addresses (VnApiCall *call, guint index, JsonNode *addresses, gboolean adds)
{
  VnAddressGroup *group = call->t->address_groups->pdata[index];
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (addresses))
    return vn_api_refuse (call->error, 400, "HTTPBadRequest", "Invalid input for addresses. Reason: not a list.");
  array = json_node_get_array (addresses);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!check_address (call, group, json_array_get_element (array, i), adds))
      return FALSE;
  if (adds)
    add_all (group, array);
  else
    remove_all (group, array);
  return TRUE;
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  VnAddressGroup *group = call->t->address_groups->pdata[ref.index];

  for (guint i = 0; i < call->t->security_groups->len; i++)
    {
      const VnSecurityGroup *user = vn_topology_group (call->t, i);

      for (guint j = 0; j < user->rules->len && !user->deleted; j++)
        if (VN_AT (user->rules, VnSecurityGroupRule, j)->remote_address_group == ref.index)
          return vn_api_refuse (call->error, 409, "AddressGroupInUse",
                                "Address group %s is in use on one or more "
                                "security group rules.",
                                group->id);
    }
  group->deleted = TRUE;
  return TRUE;
}

static void
show (const VnApi *api G_GNUC_UNUSED, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnAddressGroup *group = vn_topology_address_group (t, ref.index);
  JsonArray *addresses = json_array_new ();

  json_object_set_string_member (ret, "name", group->name != NULL ? group->name : "");
  for (guint i = 0; i < group->addresses->len; i++)
    {
      g_autofree char *text = vn_prefix_to_string (g_array_index (group->addresses, VnPrefix, i));

      json_array_add_string_element (addresses, text);
    }
  json_object_set_array_member (ret, "addresses", addresses);
}

const VnApiResource VN_API_ADDRESS_GROUPS = {
  .collection = "address-groups",
  .member = "address_group",
  .members = "address_groups",
  .what = "Address group",
  .not_found = "AddressGroupNotFound",
  .attrs = VN_ATTRS_ADDRESS_GROUP,
  .is_security = TRUE,
  .array = G_STRUCT_OFFSET (VnTopology, address_groups),
  .id = G_STRUCT_OFFSET (VnAddressGroup, id),
  .deleted = G_STRUCT_OFFSET (VnAddressGroup, deleted),
  .create = create,
  .update = update,
  .remove = drop,
  .show = show,
};
