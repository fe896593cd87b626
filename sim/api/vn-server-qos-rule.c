/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of QoS policies: below their policy (/v2.0/qos/policies/ID/bandwidth_limit_rules), or by their own id alone
 * (/v2.0/qos/alias_bandwidth_limit_rules). Only those that Linux bridge agents know. */
#include "sim/api/vn-server-build.h"
#include "sim/model/vn-qos.h"

static gboolean
is_limit (gconstpointer rule)
{
  return ((const VnQosRule *)rule)->kind == VN_QOS_BANDWIDTH_LIMIT;
}

static gboolean
is_mark (gconstpointer rule)
{
  return ((const VnQosRule *)rule)->kind == VN_QOS_DSCP_MARKING;
}

static void
read_rule (VnApiCall *call, VnQosRule *rule)
{
  const char *direction = vn_call_text (call, "direction", vn_direction_name (rule->direction));

  rule->max_kbps = (guint32)vn_call_int (call, "max_kbps", rule->max_kbps);
  rule->max_burst_kbps = (guint32)vn_call_int (call, "max_burst_kbps", rule->max_burst_kbps);
  rule->dscp_mark = (guint8)vn_call_int (call, "dscp_mark", rule->dscp_mark);
  rule->direction = g_str_equal (direction, "ingress") ? VN_INGRESS : VN_EGRESS;
}

/* A policy has one mark, and one limit for each direction. */
static gboolean
check_free (VnApiCall *call, const VnQosPolicy *policy, const VnQosRule *rule)
{
  const char *type = rule->kind == VN_QOS_BANDWIDTH_LIMIT ? "bandwidth_limit" : "dscp_marking";

  for (guint i = 0; i < policy->rules->len; i++)
    {
      const VnQosRule *other = VN_AT (policy->rules, VnQosRule, i);

      if (other != rule && other->kind == rule->kind && other->direction == rule->direction)
        return vn_api_refuse (call->error, 409, "QoSRulesConflict",
                              "Rule %s conflicts with rule %s which already exists in QoS Policy %s.", type, other->id,
                              policy->id);
    }
  return TRUE;
}

static gboolean
create (VnApiCall *call, VnQosKind kind, VnApiRef *ret)
{
  VnQosPolicy *policy = call->t->qos_policies->pdata[call->owner];
  VnQosRule *rule = vn_qos_rule_new ();

  rule->kind = kind;
  rule->direction = VN_EGRESS;
  rule->id = vn_choose_id (call, "qos rule", call->choice);
  read_rule (call, rule);
  ret->index = call->owner;
  ret->rule = policy->rules->len;
  g_ptr_array_add (policy->rules, rule);
  return check_free (call, policy, rule);
}

static gboolean
create_limit (VnApiCall *call, VnApiRef *ret)
{
  return create (call, VN_QOS_BANDWIDTH_LIMIT, ret);
}

static gboolean
create_mark (VnApiCall *call, VnApiRef *ret)
{
  return create (call, VN_QOS_DSCP_MARKING, ret);
}

/* A rule without its policy can't be made. */
static gboolean
create_nothing (VnApiCall *call, VnApiRef *ret G_GNUC_UNUSED)
{
  return vn_api_refuse (call->error, 404, "HTTPNotFound", "The resource could not be found.");
}

static gboolean
update (VnApiCall *call, VnApiRef ref)
{
  VnQosPolicy *policy = call->t->qos_policies->pdata[ref.index];
  VnQosRule *rule = policy->rules->pdata[ref.rule];

  read_rule (call, rule);
  return check_free (call, policy, rule);
}

static gboolean
drop (VnApiCall *call, VnApiRef ref)
{
  g_ptr_array_remove_index (vn_topology_qos_policy (call->t, ref.index)->rules, ref.rule);
  return TRUE;
}

void
vn_api_show_qos_rule (const VnQosRule *rule, JsonObject *ret)
{
  if (rule->kind == VN_QOS_DSCP_MARKING)
    {
      json_object_set_int_member (ret, "dscp_mark", rule->dscp_mark);
      return;
    }
  json_object_set_int_member (ret, "max_kbps", rule->max_kbps);
  json_object_set_int_member (ret, "max_burst_kbps", rule->max_burst_kbps);
  json_object_set_string_member (ret, "direction", vn_direction_name (rule->direction));
}

static void
show (const VnApi *api G_GNUC_UNUSED, const VnTopology *t, VnApiRef ref, JsonObject *ret)
{
  vn_api_show_qos_rule (VN_AT (vn_topology_qos_policy (t, ref.index)->rules, VnQosRule, ref.rule), ret);
}

#define RULE_RESOURCE(path, name, table, mine, creator, of)                                                            \
  {                                                                                                                    \
    .prefix = "qos", .collection = path, .member = name, .members = name "s", .what = "QoS rule",                      \
    .not_found = "QosRuleNotFound", .attrs = table, .is_qos = TRUE,                                                    \
    .array = G_STRUCT_OFFSET (VnTopology, qos_policies), .id = G_STRUCT_OFFSET (VnQosPolicy, id),                      \
    .deleted = G_STRUCT_OFFSET (VnQosPolicy, deleted), .is_rule = TRUE, .rules = G_STRUCT_OFFSET (VnQosPolicy, rules), \
    .rule_id = G_STRUCT_OFFSET (VnQosRule, id), .is_mine = mine, .owner = of, .create = creator, .update = update,     \
    .remove = drop, .show = show,                                                                                      \
  }

const VnApiResource VN_API_QOS_LIMITS = RULE_RESOURCE (
    "bandwidth_limit_rules", "bandwidth_limit_rule", VN_ATTRS_QOS_LIMIT, is_limit, create_limit, &VN_API_QOS_POLICIES);
const VnApiResource VN_API_QOS_MARKS = RULE_RESOURCE ("dscp_marking_rules", "dscp_marking_rule", VN_ATTRS_QOS_DSCP,
                                                      is_mark, create_mark, &VN_API_QOS_POLICIES);
const VnApiResource VN_API_QOS_LIMIT_ALIASES = RULE_RESOURCE (
    "alias_bandwidth_limit_rules", "alias_bandwidth_limit_rule", VN_ATTRS_QOS_LIMIT, is_limit, create_nothing, NULL);
const VnApiResource VN_API_QOS_MARK_ALIASES = RULE_RESOURCE ("alias_dscp_marking_rules", "alias_dscp_marking_rule",
                                                             VN_ATTRS_QOS_DSCP, is_mark, create_nothing, NULL);
