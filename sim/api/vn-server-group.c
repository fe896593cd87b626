/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups and their rules. */
#include "sim/api/vn-server-build.h"

#define DEFAULT_GROUP "default"

/* ---- groups ---- */

static gboolean
has_text (JsonObject *object, const char *member, const char *text)
{
  return g_strcmp0 (vn_json_text (json_object_get_member (object, member)), text) == 0;
}

/* The recorded rule of a group that has this direction and ethertype. */
static JsonObject *
recorded_rule (JsonObject *group, const VnSecurityGroupRule *rule)
{
  JsonNode *node = group != NULL ? json_object_get_member (group, "security_group_rules") : NULL;
  JsonArray *rules = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; rules != NULL && i < json_array_get_length (rules); i++)
    {
      JsonNode *element = json_array_get_element (rules, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;

      if (object != NULL && has_text (object, "direction", rule->direction == VN_INGRESS ? "ingress" : "egress")
          && has_text (object, "ethertype", rule->ethertype == VN_FAMILY_IPV4 ? "IPv4" : "IPv6"))
        return object;
    }
  return NULL;
}

/* Returns its index. */
static guint
make_group (VnApiCall *call, const char *name, JsonObject *choice)
{
  VnSecurityGroup *group = vn_security_group_new ();
  guint index = call->t->security_groups->len;

  group->name = g_strdup (name);
  group->id = vn_choose_id (call, "group", choice);
  group->stateful = TRUE;
  g_ptr_array_add (call->t->security_groups, group);
  vn_api_default_rules (group, index, g_str_equal (name, DEFAULT_GROUP));
  for (guint i = 0; i < group->rules->len; i++)
    {
      VnSecurityGroupRule *rule = group->rules->pdata[i];

      rule->id = vn_choose_id (call, "rule", recorded_rule (choice, rule));
    }
  return index;
}

guint
vn_api_default_group (VnApiCall *call)
{
  JsonNode *recorded = call->api->record != NULL ? json_object_get_member (call->api->record, DEFAULT_GROUP) : NULL;

  for (guint i = 0; i < call->t->security_groups->len; i++)
    if (!vn_topology_group (call->t, i)->deleted
        && g_strcmp0 (vn_topology_group (call->t, i)->name, DEFAULT_GROUP) == 0)
      return i;
  return make_group (call, DEFAULT_GROUP,
                     recorded != NULL && JSON_NODE_HOLDS_OBJECT (recorded) ? json_node_get_object (recorded) : NULL);
}

/* A project has its default group as soon as it makes another one. */
static gboolean
create_group (VnApiCall *call, VnApiRef *ret)
{
  VnSecurityGroup *group;

  vn_api_default_group (call);
  ret->index = make_group (call, vn_call_text (call, "name", ""), call->choice);
  group = call->t->security_groups->pdata[ret->index];
  group->stateful = vn_call_bool (call, "stateful", TRUE);
  return TRUE;
}

static gboolean
is_used (const VnTopology *t, guint group)
{
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      for (guint j = 0; j < port->security_groups->len && !port->deleted; j++)
        if (g_array_index (port->security_groups, guint, j) == group)
          return TRUE;
    }
  return FALSE;
}

static gboolean
refuse_used (VnApiCall *call, const char *id)
{
  return vn_api_refuse (call->error, 409, "SecurityGroupInUse", "Security Group %s in use.", id);
}

static gboolean
update_group (VnApiCall *call, VnApiRef ref)
{
  VnSecurityGroup *group = call->t->security_groups->pdata[ref.index];
  gboolean stateful = vn_call_bool (call, "stateful", group->stateful);

  if (stateful != group->stateful && is_used (call->t, ref.index))
    return refuse_used (call, group->id);
  if (vn_call_has (call, "name") && g_strcmp0 (group->name, DEFAULT_GROUP) == 0)
    return vn_api_refuse (call->error, 409, "SecurityGroupCannotUpdateDefault",
                          "Updating default security group not allowed.");
  group->stateful = stateful;
  if (vn_call_has (call, "name"))
    {
      g_free (group->name);
      group->name = g_strdup (vn_call_text (call, "name", ""));
    }
  return TRUE;
}

/* Rules of other groups that name it go with it. */
static gboolean
drop_group (VnApiCall *call, VnApiRef ref)
{
  VnSecurityGroup *group = call->t->security_groups->pdata[ref.index];

  if (is_used (call->t, ref.index))
    return refuse_used (call, group->id);
  for (guint i = 0; i < call->t->security_groups->len; i++)
    {
      GPtrArray *rules = vn_topology_group (call->t, i)->rules;

      for (guint j = rules->len; j-- > 0;)
        if (VN_AT (rules, VnSecurityGroupRule, j)->remote_group == ref.index)
          g_ptr_array_remove_index (rules, j);
    }
  group->deleted = TRUE;
  return TRUE;
}

static void
show_group (const VnApi *api, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnSecurityGroup *group = vn_topology_group (t, ref.index);
  JsonArray *rules = json_array_new ();

  json_object_set_string_member (ret, "name", group->name != NULL ? group->name : "");
  json_object_set_boolean_member (ret, "stateful", group->stateful);
  if (g_strcmp0 (group->name, DEFAULT_GROUP) == 0 && vn_api_note (api, group->id) == NULL)
    json_object_set_string_member (ret, "description", "Default security group");
  for (guint i = 0; i < group->rules->len; i++)
    json_array_add_object_element (rules, vn_api_show (api, t, &VN_API_RULES, (VnApiRef){ ref.index, i }));
  json_object_set_array_member (ret, "security_group_rules", rules);
}

const VnApiResource VN_API_GROUPS = {
  .collection = "security-groups",
  .member = "security_group",
  .members = "security_groups",
  .what = "Security group",
  .not_found = "SecurityGroupNotFound",
  .attrs = VN_ATTRS_GROUP,
  .is_security = TRUE,
  .has_quota = TRUE,
  .quota = VN_OPT_QUOTA_SECURITY_GROUP,
  .quota_default = 10,
  .array = G_STRUCT_OFFSET (VnTopology, security_groups),
  .id = G_STRUCT_OFFSET (VnSecurityGroup, id),
  .deleted = G_STRUCT_OFFSET (VnSecurityGroup, deleted),
  .create = create_group,
  .update = update_group,
  .remove = drop_group,
  .show = show_group,
};
