/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of security groups. */
#include "sim/api/vn-server-build.h"

#include <math.h>

/* A protocol or port as text. Numbers are cut to whole ones, as Python's int() does. Transfer full; NULL for null. */
static char *
as_text (JsonNode *node)
{
  if (vn_json_is_null (node))
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE
      && fabs (json_node_get_double (node)) < 9e18)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64)json_node_get_double (node));
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "1" : "0");
  return vn_json_shown (node);
}

static gboolean
fail (VnApiCall *call)
{
  return vn_api_refuse (call->error, 500, "HTTPInternalServerError",
                        "Request Failed: internal server error while processing your request.");
}

/* Values over which the real server stumbles: a protocol that is a number in range but no whole one, true, or a
 * structure. */
static gboolean
breaks_server (JsonNode *protocol)
{
  if (protocol == NULL || JSON_NODE_HOLDS_NULL (protocol))
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (protocol) || json_node_get_value_type (protocol) == G_TYPE_BOOLEAN)
    return TRUE;
  return json_node_get_value_type (protocol) == G_TYPE_DOUBLE && json_node_get_double (protocol) > -1
         && json_node_get_double (protocol) < 256;
}

/* Index of the group that a remote attribute names, VN_NONE for null. FALSE after a refusal. */
static gboolean
read_remote (VnApiCall *call, const char *name, const VnApiResource *resource, guint *ret)
{
  JsonNode *node = json_object_get_member (call->attrs, name);
  const char *id = vn_json_text (node);

  *ret = VN_NONE;
  if (vn_json_is_null (node))
    return TRUE;
  if (id != NULL && *id == '\0')
    return fail (call);
  *ret = vn_api_find (call, resource, id);
  return *ret != VN_NONE;
}

static gboolean
is_given (VnApiCall *call, const char *name)
{
  return !vn_json_is_null (json_object_get_member (call->attrs, name));
}

static gboolean
read_rule (VnApiCall *call, VnSecurityGroupRule *rule)
{
  JsonNode *ethertype = json_object_get_member (call->attrs, "ethertype");
  JsonNode *protocol = json_object_get_member (call->attrs, "protocol");
  g_autofree char *ethertype_text = as_text (ethertype);
  g_autofree char *protocol_text = as_text (protocol);
  g_autofree char *min = as_text (json_object_get_member (call->attrs, "port_range_min"));
  g_autofree char *max = as_text (json_object_get_member (call->attrs, "port_range_max"));
  g_autofree char *prefix = as_text (json_object_get_member (call->attrs, "remote_ip_prefix"));
  VnApiRule request = {
    .direction = vn_call_text (call, "direction", NULL),
    .ethertype = ethertype_text,
    .ethertype_is_null = ethertype != NULL && ethertype_text == NULL,
    .protocol = protocol_text,
    .port_range_min = min,
    .port_range_max = max,
    .remote_ip_prefix = prefix,
    .n_remote_groups
    = (is_given (call, "remote_group_id") ? 1 : 0) + (is_given (call, "remote_address_group_id") ? 1 : 0),
  };

  if (breaks_server (protocol))
    return fail (call);
  return vn_api_rule (&request, rule, call->error)
         && read_remote (call, "remote_group_id", &VN_API_GROUPS, &rule->remote_group)
         && read_remote (call, "remote_address_group_id", &VN_API_ADDRESS_GROUPS, &rule->remote_address_group);
}

static gboolean
check_duplicate (VnApiCall *call, const VnSecurityGroup *group, const VnSecurityGroupRule *rule)
{
  for (guint i = 0; i < group->rules->len; i++)
    {
      const VnSecurityGroupRule *other = VN_AT (group->rules, VnSecurityGroupRule, i);

      if (!vn_api_rule_same (other, rule))
        continue;
      if (g_ptr_array_find (call->made, other, NULL))
        return vn_api_refuse (call->error, 409, "DuplicateSecurityGroupRuleInPost",
                              "Duplicate Security Group Rule in POST.");
      return vn_api_refuse (call->error, 409, "SecurityGroupRuleExists",
                            "Security group rule already exists. Rule id is %s.", other->id);
    }
  return TRUE;
}

/* A request for several rules is one for one group. */
static gboolean
check_one_group (VnApiCall *call, const VnSecurityGroup *group)
{
  if (call->made->len == 0 || g_ptr_array_find (group->rules, call->made->pdata[0], NULL))
    return TRUE;
  return vn_api_refuse (call->error, 400, "SecurityGroupNotSingleGroupRules",
                        "Only allowed to update rules for one security profile at a time");
}

static gboolean
create (VnApiCall *call, VnApiRef *ret)
{
  VnSecurityGroupRule *rule = vn_security_group_rule_new ();
  g_autoptr (GPtrArray) owner = g_ptr_array_new_with_free_func (vn_security_group_rule_free);
  const VnSecurityGroup *group;

  g_ptr_array_add (owner, rule);
  rule->id = vn_choose_id (call, "rule", call->choice);
  if (!read_rule (call, rule))
    return FALSE;
  ret->index = vn_api_find (call, &VN_API_GROUPS, vn_call_text (call, "security_group_id", NULL));
  if (ret->index == VN_NONE)
    return FALSE;
  group = vn_topology_group (call->t, ret->index);
  if (!check_one_group (call, group) || !check_duplicate (call, group, rule))
    return FALSE;
  ret->rule = group->rules->len;
  g_ptr_array_add (group->rules, g_ptr_array_steal_index (owner, 0));
  g_ptr_array_add (call->made, rule);
  return TRUE;
}

/* The description is the one attribute that may be given, and the real server fails over it. */
static gboolean
update (VnApiCall *call, VnApiRef ref G_GNUC_UNUSED)
{
  return fail (call);
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  g_ptr_array_remove_index (vn_topology_group (call->t, ref.index)->rules, ref.rule);
  return TRUE;
}

static void
set_number (JsonObject *ret, const char *name, gint number)
{
  if (number >= 0)
    json_object_set_int_member (ret, name, number);
  else
    json_object_set_null_member (ret, name);
}

static void
set_prefix (JsonObject *ret, const VnSecurityGroupRule *rule)
{
  g_autofree char *given = vn_prefix_to_string (rule->remote_ip_prefix);
  g_autofree char *normal = vn_prefix_to_string (vn_prefix_masked (rule->remote_ip_prefix));

  json_object_set_string_member (ret, "remote_ip_prefix", given);
  json_object_set_string_member (ret, "normalized_cidr", normal);
}

static void
show (const VnApi *api G_GNUC_UNUSED, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnSecurityGroup *group = vn_topology_group (t, ref.index);
  const VnSecurityGroupRule *rule = VN_AT (group->rules, VnSecurityGroupRule, ref.rule);

  json_object_set_string_member (ret, "security_group_id", group->id);
  json_object_set_string_member (ret, "direction", rule->direction == VN_INGRESS ? "ingress" : "egress");
  json_object_set_string_member (ret, "ethertype", rule->ethertype == VN_FAMILY_IPV4 ? "IPv4" : "IPv6");
  if (rule->protocol != NULL)
    json_object_set_string_member (ret, "protocol", rule->protocol);
  set_number (ret, "port_range_min", rule->port_range_min);
  set_number (ret, "port_range_max", rule->port_range_max);
  if (rule->has_remote_ip_prefix)
    set_prefix (ret, rule);
  else
    json_object_set_null_member (ret, "remote_ip_prefix");
  if (rule->remote_group != VN_NONE)
    json_object_set_string_member (ret, "remote_group_id", vn_topology_group (t, rule->remote_group)->id);
  if (rule->remote_address_group != VN_NONE)
    json_object_set_string_member (ret, "remote_address_group_id",
                                   vn_topology_address_group (t, rule->remote_address_group)->id);
  if (rule->implied != NULL)
    json_object_set_null_member (ret, "description");
}

const VnApiResource VN_API_RULES = {
  .collection = "security-group-rules",
  .member = "security_group_rule",
  .members = "security_group_rules",
  .what = "Security group rule",
  .not_found = "SecurityGroupRuleNotFound",
  .attrs = VN_ATTRS_RULE,
  .is_security = TRUE,
  .has_quota = TRUE,
  .quota = VN_OPT_QUOTA_SECURITY_GROUP_RULE,
  .quota_default = 100,
  .array = G_STRUCT_OFFSET (VnTopology, security_groups),
  .id = G_STRUCT_OFFSET (VnSecurityGroup, id),
  .deleted = G_STRUCT_OFFSET (VnSecurityGroup, deleted),
  .is_rule = TRUE,
  .rules = G_STRUCT_OFFSET (VnSecurityGroup, rules),
  .rule_id = G_STRUCT_OFFSET (VnSecurityGroupRule, id),
  .create = create,
  .update = update,
  .remove = drop,
  .show = show,
};
