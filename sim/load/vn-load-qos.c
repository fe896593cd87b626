/* SPDX-License-Identifier: Apache-2.0 */
/* QoS policies: reading them, and warnings about what the server accepts and what then hurts (Neutron 21.0.0). */
#include "sim/load/vn-load-build.h"
#include "sim/model/vn-qos.h"

#define ETHERNET_HEADER_BYTES 14
#define DEFAULT_DIRECTION VN_EGRESS

/* Without its plugin the server has no such path, and no such attribute. */
static gboolean
check_server (VnLoad *load, VnOrigin origin, const char *what, const char *name)
{
  g_auto (VnApiError) error = { 0 };

  if (vn_qos_server_has (load->server))
    return TRUE;
  vn_api_refuse (&error, 404, "HTTPNotFound",
                 "needs qos in service_plugins and in extension_drivers of the server's configuration");
  vn_load_refused (load, VN_DIAG_API_QOS, origin, what, name, &error);
  return FALSE;
}

guint
vn_load_qos_ref (VnLoad *load, const VnField *policy, guint if_none)
{
  if (policy->node == NULL)
    return if_none;
  return vn_load_field_ref (load, VN_REF_QOS_POLICY, policy);
}

static gboolean
ask_rule (const VnQosPolicy *policy, const VnQosRule *rule, VnApiError *error)
{
  const VnQosRule *other = vn_qos_rule_find (policy, rule->kind, rule->direction);
  g_autofree char *place = NULL;

  if (rule->kind == VN_QOS_DSCP_MARKING && !vn_qos_is_mark (rule->dscp_mark))
    return vn_api_refuse (error, 400, "HTTPBadRequest",
                          "dscp_mark %u is not 0, 8, an even number from 10 to 40, 46, 48 or 56", rule->dscp_mark);
  if (other == NULL)
    return TRUE;
  place = vn_origin_to_line (other->origin);
  return vn_api_refuse (error, 409, "QoSRulesConflict", "the policy has such a rule already (%s)", place);
}

static void
load_rule (VnLoad *load, VnQosPolicy *policy, VnQosKind kind, const VnQosRuleFields *fields, VnOrigin origin)
{
  VnQosRule *rule = vn_qos_rule_new ();
  g_autofree char *name = g_strdup_printf ("%s/%u", policy->id, policy->rules->len);
  g_auto (VnApiError) error = { 0 };

  rule->id = vn_load_id (load, &fields->id, "qos rule", name);
  rule->origin = origin;
  rule->kind = kind;
  rule->direction = vn_field_has (&fields->direction) ? (VnDirection)fields->direction.u.word : DEFAULT_DIRECTION;
  rule->max_kbps = (guint32)vn_field_number (&fields->max_kbps, 0);
  rule->max_burst_kbps = (guint32)vn_field_number (&fields->max_burst_kbps, 0);
  rule->dscp_mark = (guint8)vn_field_number (&fields->dscp_mark, 0);
  if (!ask_rule (policy, rule, &error))
    vn_load_refused (load, VN_DIAG_API_QOS, origin, "rule of QoS policy", policy->name, &error);
  g_ptr_array_add (policy->rules, rule);
}

/* @is_reported: that a key is missing, by the table of keys. */
static gboolean
check_complete (VnLoad *load, VnQosKind kind, const VnQosRuleFields *fields, VnOrigin origin, gboolean is_reported)
{
  gboolean is_limit = kind == VN_QOS_BANDWIDTH_LIMIT;

  if (vn_field_has (is_limit ? &fields->max_kbps : &fields->dscp_mark))
    return TRUE;
  if (!is_reported)
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, origin, NULL, "a rule of type %s needs %s",
                 is_limit ? "bandwidth_limit" : "dscp_marking", is_limit ? "max_kbps" : "dscp_mark");
  return FALSE;
}

/* @kind: of all rules of the list; NULL = each says its own. */
static void
load_rules (VnLoad *load, VnQosPolicy *policy, const VnKeyMap *map, const VnField *rules, const VnQosKind *kind)
{
  for (guint i = 0; i < vn_load_len (load, rules); i++)
    {
      VnQosRuleFields fields;
      VnOrigin origin;
      VnQosKind its_kind;

      if (!vn_load_map (load, map, rules, i, &origin, &fields) || (kind == NULL && !vn_field_has (&fields.type)))
        continue;
      its_kind = kind != NULL ? *kind : (VnQosKind)fields.type.u.word;
      if (check_complete (load, its_kind, &fields, origin, kind != NULL))
        load_rule (load, policy, its_kind, &fields, origin);
    }
}

static void
load_policy (VnLoad *load, const VnItem *item, const VnQosPolicyFields *fields)
{
  static const VnQosKind limit = VN_QOS_BANDWIDTH_LIMIT, mark = VN_QOS_DSCP_MARKING;
  VnQosPolicy *policy = vn_qos_policy_new ();
  g_auto (VnApiError) error = { 0 };

  policy->name = g_strdup (item->name);
  policy->origin = item->origin;
  policy->id = vn_load_id (load, &fields->id, "qos policy", item->name);
  g_ptr_array_add (load->t->qos_policies, policy);
  check_server (load, item->origin, "QoS policy", item->name);
  load_rules (load, policy, &VN_KEYS_QOS_LIMIT, &fields->limits, &limit);
  load_rules (load, policy, &VN_KEYS_QOS_MARK, &fields->marks, &mark);
  load_rules (load, policy, &VN_KEYS_QOS_RULE, &fields->rules, NULL);
  if (!vn_field_bool (&fields->is_default, FALSE))
    return;
  if (vn_api_qos_may_be_default (load->t, policy, &error))
    policy->is_default = TRUE;
  else
    vn_load_refused (load, VN_DIAG_API_QOS, fields->is_default.origin, "QoS policy", policy->name, &error);
}

void
vn_load_qos_policies (VnLoad *load, const VnField *policies)
{
  for (guint i = 0; i < vn_load_len (load, policies); i++)
    {
      VnQosPolicyFields fields;
      VnItem item;

      if (vn_load_object (load, &VN_KEYS_QOS_POLICY, policies, i, &item, &fields))
        load_policy (load, &item, &fields);
    }
}

/* ---- warnings ---- */

static void
lint_burst (const VnTopology *t, const VnPort *port, const VnQosRule *rule, GHashTable *reported, VnDiagList *diags)
{
  const VnConfig *agent = vn_topology_machine (t, port->host)->agent;
  guint frame_bytes = vn_topology_network (t, port->network)->mtu + ETHERNET_HEADER_BYTES;
  VnQosLimit limit = vn_qos_limit (agent, rule);

  if (rule->direction != VN_INGRESS || limit.burst_bytes >= frame_bytes || !g_hash_table_add (reported, (gpointer)rule))
    return;
  vn_diag_add (diags, VN_DIAG_LINT_QOS_BURST, rule->origin, "give it a max_burst_kbps",
               "port \"%s\": the burst comes to %" G_GUINT64_FORMAT " bytes, and larger frames, up to %u bytes, are "
               "dropped on their way to it",
               port->name, limit.burst_bytes, frame_bytes);
}

static void
lint_limit (const VnTopology *t, const VnPort *port, const VnQosRule *rule, GHashTable *reported, VnDiagList *diags)
{
  const char *fails = vn_qos_limit_fails (vn_topology_machine (t, port->host)->agent, rule);

  if (fails == NULL)
    lint_burst (t, port, rule, reported, diags);
  else if (g_hash_table_add (reported, (gpointer)rule))
    vn_diag_add (diags, VN_DIAG_LINT_QOS_FAILS, rule->origin, NULL,
                 "port \"%s\": %s: the agent applies neither this limit nor what stands behind it in the policy",
                 port->name, fails);
}

static void
lint_port (const VnTopology *t, const VnPort *port, GHashTable *reported, VnDiagList *diags)
{
  guint index = vn_port_qos_policy (t, port);
  const VnMachine *host = port->host != VN_NONE ? vn_topology_machine (t, port->host) : NULL;
  const VnQosPolicy *policy;

  if (index == VN_NONE || host == NULL || host->agent == NULL)
    return;
  policy = vn_topology_qos_policy (t, index);
  if (!vn_qos_agent_has (host->agent))
    {
      vn_diag_add (diags, VN_DIAG_LINT_QOS_AGENT, port->origin, "set [agent] extensions = qos",
                   "port \"%s\" has QoS policy \"%s\", but the agent on \"%s\" does not load the qos extension",
                   port->name, policy->name, host->name);
      return;
    }
  for (guint i = 0; i < policy->rules->len; i++)
    if (VN_AT (policy->rules, VnQosRule, i)->kind == VN_QOS_BANDWIDTH_LIMIT)
      lint_limit (t, port, VN_AT (policy->rules, VnQosRule, i), reported, diags);
}

void
vn_lint_qos (const VnTopology *t, VnDiagList *diags)
{
  g_autoptr (GHashTable) reported = g_hash_table_new (NULL, NULL); /* rules: once each, for the first port */

  for (guint i = 0; i < t->ports->len; i++)
    if (!vn_topology_port (t, i)->deleted && vn_topology_port (t, i)->network != VN_NONE)
      lint_port (t, vn_topology_port (t, i), reported, diags);
}
