/* SPDX-License-Identifier: Apache-2.0 */
/* QoS policies (/v2.0/qos/policies), and what ports and networks say of them. */
#include "sim/api/vn-server-build.h"

gboolean
vn_api_qos_may_be_default (const VnTopology *t, const VnQosPolicy *policy, VnApiError *error)
{
  guint other = vn_api_default_qos_policy (t);

  return other == VN_NONE || vn_topology_qos_policy (t, other) == policy
         || vn_api_refuse (error, 409, "QoSPolicyDefaultAlreadyExists", "A default QoS policy exists for the project.");
}

static gboolean
set_default (VnApiCall *call, VnQosPolicy *policy)
{
  gboolean wanted = vn_call_bool (call, "is_default", policy->is_default);

  if (wanted && !vn_api_qos_may_be_default (call->t, policy, call->error))
    return FALSE;
  policy->is_default = wanted;
  return TRUE;
}

static gboolean
create (VnApiCall *call, VnApiRef *ret)
{
  VnQosPolicy *policy = vn_qos_policy_new ();

  ret->index = call->t->qos_policies->len;
  policy->name = g_strdup (vn_call_text (call, "name", ""));
  policy->id = vn_choose_id (call, "qos policy", call->choice);
  g_ptr_array_add (call->t->qos_policies, policy);
  return set_default (call, policy);
}

static gboolean
update (VnApiCall *call, VnApiRef ref)
{
  VnQosPolicy *policy = call->t->qos_policies->pdata[ref.index];

  if (vn_call_has (call, "name"))
    {
      g_free (policy->name);
      policy->name = g_strdup (vn_call_text (call, "name", ""));
    }
  return set_default (call, policy);
}

static gboolean
refuse_used (VnApiCall *call, const VnQosPolicy *policy, const char *by, const char *id)
{
  return vn_api_refuse (call->error, 409, "QosPolicyInUse", "QoS Policy %s is used by %s %s.", policy->id, by, id);
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  VnQosPolicy *policy = call->t->qos_policies->pdata[ref.index];

  for (guint i = 0; i < call->t->networks->len; i++)
    if (!vn_topology_network (call->t, i)->deleted && vn_topology_network (call->t, i)->qos_policy == ref.index)
      return refuse_used (call, policy, "network", vn_topology_network (call->t, i)->id);
  for (guint i = 0; i < call->t->ports->len; i++)
    if (!vn_topology_port (call->t, i)->deleted && vn_topology_port (call->t, i)->qos_policy == ref.index)
      return refuse_used (call, policy, "port", vn_topology_port (call->t, i)->id);
  policy->deleted = TRUE;
  return TRUE;
}

static JsonObject *
show_rule (const VnQosPolicy *policy, const VnQosRule *rule)
{
  static const char *const types[]
      = { [VN_QOS_BANDWIDTH_LIMIT] = "bandwidth_limit", [VN_QOS_DSCP_MARKING] = "dscp_marking" };
  G_STATIC_ASSERT (G_N_ELEMENTS (types) == VN_N_QOS_KINDS);
  JsonObject *shown = json_object_new ();

  vn_api_show_qos_rule (rule, shown);
  json_object_set_string_member (shown, "id", rule->id);
  json_object_set_string_member (shown, "qos_policy_id", policy->id);
  json_object_set_string_member (shown, "type", types[rule->kind]);
  return shown;
}

static void
show (const VnApi *api G_GNUC_UNUSED, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  const VnQosPolicy *policy = vn_topology_qos_policy (t, ref.index);
  JsonArray *rules = json_array_new ();

  json_object_set_string_member (ret, "name", policy->name != NULL ? policy->name : "");
  json_object_set_boolean_member (ret, "is_default", policy->is_default);
  for (guint i = 0; i < policy->rules->len; i++)
    json_array_add_object_element (rules, show_rule (policy, VN_AT (policy->rules, VnQosRule, i)));
  json_object_set_array_member (ret, "rules", rules);
}

/* ---- of ports and networks ---- */

gboolean
vn_api_read_qos_policy (VnApiCall *call, guint *ret)
{
  const char *id = vn_call_text (call, "qos_policy_id", NULL);

  if (!vn_call_has (call, "qos_policy_id"))
    return TRUE;
  *ret = id != NULL ? vn_api_find (call, &VN_API_QOS_POLICIES, id) : VN_NONE;
  return id == NULL || *ret != VN_NONE;
}

guint
vn_api_default_qos_policy (const VnTopology *t)
{
  for (guint i = 0; i < t->qos_policies->len; i++)
    if (!vn_topology_qos_policy (t, i)->deleted && vn_topology_qos_policy (t, i)->is_default)
      return i;
  return VN_NONE;
}

void
vn_api_show_qos_policy (const VnTopology *t, guint policy, const char *name, JsonObject *ret)
{
  if (policy != VN_NONE)
    json_object_set_string_member (ret, name, vn_topology_qos_policy (t, policy)->id);
  else
    json_object_set_null_member (ret, name);
}

const VnApiResource VN_API_QOS_POLICIES = {
  .prefix = "qos",
  .collection = "policies",
  .member = "policy",
  .members = "policies",
  .what = "QoS policy",
  .not_found = "QosPolicyNotFound",
  .attrs = VN_ATTRS_QOS_POLICY,
  .is_qos = TRUE,
  .array = G_STRUCT_OFFSET (VnTopology, qos_policies),
  .id = G_STRUCT_OFFSET (VnQosPolicy, id),
  .deleted = G_STRUCT_OFFSET (VnQosPolicy, deleted),
  .create = create,
  .update = update,
  .remove = drop,
  .show = show,
};
