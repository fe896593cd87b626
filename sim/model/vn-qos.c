/* SPDX-License-Identifier: Apache-2.0 */
/* What QoS policies come to at a port. */
#include "sim/model/vn-qos.h"

#define BITS_PER_BYTE 8
#define BITS_PER_KILOBIT 1000
#define DEFAULT_BURST 0.8 /* seconds of the rate, from the instance */
#define DEFAULT_KERNEL_HZ 250
#define DEFAULT_LATENCY_MSEC 50
#define USEC_PER_MSEC 1000
#define EXTENSION "qos"

gboolean
vn_qos_is_mark (guint64 value)
{
  static const guint8 marks[] = { 0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56 };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (marks[i] == value)
      return TRUE;
  return FALSE;
}

/* ---- policies ---- */

static gboolean
takes_network_policy (const VnPort *port)
{
  const char *owner = port->device_owner != NULL ? port->device_owner : "";

  if (g_str_has_prefix (owner, "network:router_gateway")
      || g_str_has_prefix (owner, "network:floatingip_agent_gateway"))
    return TRUE;
  return !g_str_has_prefix (owner, "network:") && !g_str_has_prefix (owner, "neutron:");
}

guint
vn_port_qos_policy (const VnTopology *t, const VnPort *port)
{
  if (port->qos_policy != VN_NONE)
    return port->qos_policy;
  return port->network != VN_NONE && takes_network_policy (port) ? vn_topology_network (t, port->network)->qos_policy
                                                                 : VN_NONE;
}

const VnQosPolicy *
vn_port_qos_applied (const VnTopology *t, const VnPort *port)
{
  guint policy = vn_port_qos_policy (t, port);

  if (policy == VN_NONE || port->host == VN_NONE || !vn_qos_agent_has (vn_topology_machine (t, port->host)->agent))
    return NULL;
  return vn_topology_qos_policy (t, policy);
}

const VnQosRule *
vn_qos_rule_find (const VnQosPolicy *policy, VnQosKind kind, VnDirection direction)
{
  for (guint i = 0; i < policy->rules->len; i++)
    {
      const VnQosRule *rule = VN_AT (policy->rules, VnQosRule, i);

      if (rule->kind == kind && (kind != VN_QOS_BANDWIDTH_LIMIT || rule->direction == direction))
        return rule;
    }
  return NULL;
}

const char *
vn_direction_name (VnDirection direction)
{
  return direction == VN_INGRESS ? "ingress" : "egress";
}

char *
vn_qos_rule_describe (const VnQosPolicy *policy, const VnQosRule *rule)
{
  if (rule->kind == VN_QOS_DSCP_MARKING)
    return g_strdup_printf ("QoS policy %s, DSCP mark %u", policy->name, rule->dscp_mark);
  return g_strdup_printf ("QoS policy %s, %s limit of %u kbit/s", policy->name, vn_direction_name (rule->direction),
                          rule->max_kbps);
}

gboolean
vn_qos_rule_equal (const VnQosRule *a, const VnQosRule *b)
{
  return g_strcmp0 (a->id, b->id) == 0 && a->kind == b->kind && a->direction == b->direction
         && a->max_kbps == b->max_kbps && a->max_burst_kbps == b->max_burst_kbps && a->dscp_mark == b->dscp_mark;
}

gboolean
vn_qos_policy_same_rules (const VnQosPolicy *a, const VnQosPolicy *b)
{
  for (guint i = 0; a->rules->len == b->rules->len && i < a->rules->len; i++)
    if (!vn_qos_rule_equal (VN_AT (a->rules, VnQosRule, i), VN_AT (b->rules, VnQosRule, i)))
      return FALSE;
  return a->rules->len == b->rules->len;
}

/* ---- limits ---- */

static guint64
bytes_of (double kilobits)
{
  return (guint64)(kilobits * BITS_PER_KILOBIT / BITS_PER_BYTE);
}

static double
burst_kilobits (const VnConfig *agent, const VnQosRule *rule)
{
  double hz = (double)vn_config_int (agent, VN_OPT_QOS_KERNEL_HZ, DEFAULT_KERNEL_HZ);

  if (rule->direction == VN_INGRESS)
    return MAX (rule->max_kbps / MAX (hz, 1), rule->max_burst_kbps);
  return rule->max_burst_kbps != 0 ? rule->max_burst_kbps : rule->max_kbps * DEFAULT_BURST;
}

VnQosLimit
vn_qos_limit (const VnConfig *agent, const VnQosRule *rule)
{
  gint64 latency_msec = vn_config_int (agent, VN_OPT_QOS_TBF_LATENCY, DEFAULT_LATENCY_MSEC);

  return (VnQosLimit){ .rate_bytes_per_sec = bytes_of (rule->max_kbps),
                       .burst_bytes = bytes_of (burst_kilobits (agent, rule)),
                       .latency_usec = (guint)CLAMP (latency_msec, 0, G_MAXINT32 / USEC_PER_MSEC) * USEC_PER_MSEC };
}

const char *
vn_qos_limit_fails (const VnConfig *agent, const VnQosRule *rule)
{
  VnQosLimit limit = vn_qos_limit (agent, rule);

  if (vn_config_int (agent, VN_OPT_QOS_KERNEL_HZ, DEFAULT_KERNEL_HZ) <= 0)
    return "kernel_hz is not positive";
  if (rule->direction == VN_INGRESS && limit.latency_usec == 0)
    return "tbf_latency is not positive";
  if (limit.rate_bytes_per_sec == 0)
    return "the kernel takes no limit of 0";
  if (limit.burst_bytes == 0)
    return "the burst comes to less than a byte";
  if (limit.rate_bytes_per_sec > G_MAXUINT32 || limit.burst_bytes > G_MAXUINT32)
    return "the agent can't say so large a number to the kernel";
  return NULL;
}

/* ---- who takes part ---- */

gboolean
vn_qos_agent_has (const VnConfig *agent)
{
  return agent != NULL && vn_config_list_has (agent, VN_OPT_AGENT_EXTENSIONS, EXTENSION);
}

gboolean
vn_qos_server_has (const VnConfig *server)
{
  return vn_config_list_has (server, VN_OPT_SERVICE_PLUGINS, EXTENSION)
         && vn_config_list_has (server, VN_OPT_ML2_EXTENSION_DRIVERS, EXTENSION);
}
