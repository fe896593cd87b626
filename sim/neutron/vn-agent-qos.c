/* SPDX-License-Identifier: Apache-2.0 */
/* QoS by the Linux bridge agent (Neutron 21.0.0, extension qos and its linuxbridge driver).
 *
 * A port's own policy comes before its network's. When it changes, all that the old one made goes first. The rules are
 * applied one after the other: limits, egress before ingress, then the DSCP mark. What limits the instance's sending is
 * policed at the ingress qdisc of its tap; what limits its receiving is a token bucket, the tap's root; the mark is set
 * by iptables in the mangle table, in a chain of the port's own. A rule that fails ends the work at this port, and
 * since the agent has noted the policy as applied by then, it does not try again: what was done stays, the ingress
 * qdisc before its filter included, and the rest is missing until the policy changes.
 *
 * When a policy's rules change, they are taken from and given to its ports one after the other; one that fails ends
 * that too, and the ports behind it keep the old rules. */
#include "sim/neutron/vn-agent-qos.h"

#include "sim/model/vn-qos.h"

#define FILTER_PRIORITY 49
#define FILTER_MTU_BYTES 65535
#define CHAIN_ID_CHARS 6 /* of a chain's name 11 characters are left, "qos-o" in front */
#define PREFIX "neutron-linuxbri-"

/* ---- what is applied ---- */

static const char *
why_not_limited (const VnAgent *agent, const VnQosRule *rule)
{
  const char *fails = vn_qos_limit_fails (vn_agent_config (agent), rule);

  if (fails != NULL)
    return fails;
  if (rule->direction == VN_EGRESS && agent->caps.no_police)
    return "this kernel has no policing filter (CONFIG_NET_CLS_U32, CONFIG_NET_ACT_POLICE)";
  if (rule->direction == VN_INGRESS && agent->caps.no_tbf)
    return "this kernel has no token bucket (CONFIG_NET_SCH_TBF)";
  return NULL;
}

/* Returns: whether to go on. */
static gboolean
apply_limit (const VnAgent *agent, VnDirection direction, const VnQosRule **ret, VnAgentQosState *state)
{
  const VnQosRule *rule = vn_qos_rule_find (state->policy, VN_QOS_BANDWIDTH_LIMIT, direction);

  if (rule == NULL)
    return TRUE;
  state->why_not = why_not_limited (agent, rule);
  /* The agent asks for the tick rate before it touches anything. */
  if (direction == VN_EGRESS)
    state->has_ingress_qdisc = vn_config_int (vn_agent_config (agent), VN_OPT_QOS_KERNEL_HZ, 1) > 0;
  if (state->why_not == NULL)
    *ret = rule;
  return state->why_not == NULL;
}

VnAgentQosState
vn_agent_qos_state (const VnAgent *agent, const VnAgentQos *qos)
{
  VnAgentQosState state = { .policy = vn_topology_qos_policy (qos->applied, qos->policy) };

  if (apply_limit (agent, VN_EGRESS, &state.from_instance, &state)
      && apply_limit (agent, VN_INGRESS, &state.to_instance, &state))
    state.dscp = vn_qos_rule_find (state.policy, VN_QOS_DSCP_MARKING, VN_EGRESS);
  return state;
}

/* ---- memory ---- */

void
vn_agent_qos_forget (VnAgent *agent, guint port)
{
  for (guint i = agent->qos->len; i-- > 0;)
    if (g_array_index (agent->qos, VnAgentQos, i).port == port)
      g_array_remove_index (agent->qos, i);
}

static guint
applied_policy (const VnAgent *agent, guint port)
{
  for (guint i = 0; i < agent->qos->len; i++)
    if (g_array_index (agent->qos, VnAgentQos, i).port == port)
      return g_array_index (agent->qos, VnAgentQos, i).policy;
  return VN_NONE;
}

/* Returns: whether all of it could be applied. */
static gboolean
apply (VnAgent *agent, guint port, guint policy)
{
  VnAgentQos qos = { .port = port, .policy = policy, .applied = vn_topology_ref (agent->topology) };

  vn_agent_qos_forget (agent, port);
  g_array_append_val (agent->qos, qos);
  return vn_agent_qos_state (agent, &qos).why_not == NULL;
}

void
vn_agent_qos_handle (VnAgent *agent, guint port)
{
  const VnPort *p = vn_topology_port (agent->topology, port);
  guint policy = vn_port_qos_policy (agent->topology, p);

  if (p->deleted || !vn_qos_agent_has (vn_agent_config (agent)) || policy == applied_policy (agent, port))
    return;
  if (policy == VN_NONE)
    vn_agent_qos_forget (agent, port);
  else
    apply (agent, port, policy);
}

static void
apply_again (VnAgent *agent, guint policy)
{
  g_autoptr (GArray) ports = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < agent->qos->len; i++)
    if (g_array_index (agent->qos, VnAgentQos, i).policy == policy)
      g_array_append_val (ports, g_array_index (agent->qos, VnAgentQos, i).port);
  for (guint i = 0; i < ports->len; i++)
    if (!apply (agent, g_array_index (ports, guint, i), policy))
      return;
}

void
vn_agent_qos_follow (VnAgent *agent, const VnTopology *old)
{
  for (guint i = 0; i < old->qos_policies->len; i++)
    if (!vn_qos_policy_same_rules (vn_topology_qos_policy (old, i), vn_topology_qos_policy (agent->topology, i)))
      apply_again (agent, i);
  for (guint i = 0; i < agent->ports->len; i++)
    vn_agent_qos_handle (agent, g_array_index (agent->ports, VnAgentPort, i).port);
}

/* ---- traffic control ---- */

static VnBucket
bucket_of (const VnQosLimit *limit)
{
  return (VnBucket){ limit->rate_bytes_per_sec, (guint32)limit->burst_bytes };
}

static void
render_tap (const VnAgent *agent, const VnAgentQos *qos, VnTables *tables)
{
  const char *node = vn_topology_machine (agent->topology, agent->machine)->name;
  VnAgentQosState state = vn_agent_qos_state (agent, qos);
  char tap[VN_DEV_SIZE];

  vn_name_tap (vn_topology_port (qos->applied, qos->port)->id, tap);
  if (state.has_ingress_qdisc)
    vn_tables_add (tables, vn_kobj_ingress (node, tap),
                   vn_qos_rule_find (state.policy, VN_QOS_BANDWIDTH_LIMIT, VN_EGRESS)->origin);
  if (state.from_instance != NULL)
    {
      VnQosLimit limit = vn_qos_limit (vn_agent_config (agent), state.from_instance);

      vn_tables_add (tables, vn_kobj_policer (node, tap, FILTER_PRIORITY, bucket_of (&limit), FILTER_MTU_BYTES),
                     state.from_instance->origin);
    }
  if (state.to_instance != NULL)
    {
      VnQosLimit limit = vn_qos_limit (vn_agent_config (agent), state.to_instance);

      vn_tables_add (tables, vn_kobj_tbf (node, tap, bucket_of (&limit), limit.latency_usec),
                     state.to_instance->origin);
    }
}

void
vn_agent_qos_render (const VnAgent *agent, VnTables *tables)
{
  for (guint i = 0; i < agent->qos->len; i++)
    render_tap (agent, &g_array_index (agent->qos, VnAgentQos, i), tables);
}

/* ---- DSCP ---- */

/* The built-in chains of the mangle table, each with one of the agent's behind it. */
static const char *const frame[] = { "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING" };

static VnChain *
own_chain (VnRuleset *rules, const char *suffix)
{
  g_autofree char *name = g_strconcat (PREFIX, suffix, NULL);

  return vn_ruleset_chain (rules, "mangle", name, "-");
}

/* The mark chain is there for IPv4 only, and nothing of the Linux bridge agent uses it. */
static void
add_frame (VnRuleset *rules)
{
  for (guint i = 0; i < G_N_ELEMENTS (frame); i++)
    {
      VnChain *chain = vn_ruleset_chain (rules, "mangle", frame[i], "ACCEPT");

      own_chain (rules, frame[i]);
      vn_chain_append (chain, VN_ORIGIN_NONE, NULL, NULL, "-j " PREFIX "%s", frame[i]);
    }
  if (rules->tool != VN_TOOL_IPTABLES)
    return;
  own_chain (rules, "mark");
  vn_chain_append (own_chain (rules, "PREROUTING"), VN_ORIGIN_NONE, NULL, NULL, "-j " PREFIX "mark");
}

/* Ports whose ids begin with the same six characters share a chain. */
static void
add_mark (const VnAgent *agent, const VnAgentQos *qos, VnRuleset *rules)
{
  VnAgentQosState state = vn_agent_qos_state (agent, qos);
  const char *id = vn_topology_port (qos->applied, qos->port)->id;
  g_autofree char *suffix = g_strdup_printf ("qos-o%.*s", CHAIN_ID_CHARS, id);
  g_autofree char *note = NULL;
  VnChain *chain;
  char tap[VN_DEV_SIZE];

  if (state.dscp == NULL)
    return;
  note = vn_qos_rule_describe (state.policy, state.dscp);
  vn_name_tap (id, tap);
  chain = own_chain (rules, suffix);
  vn_chain_append (own_chain (rules, "POSTROUTING"), state.dscp->origin, note, NULL,
                   "-m physdev --physdev-in %s --physdev-is-bridged -j %s", tap, chain->name);
  vn_chain_append (chain, state.dscp->origin, note, NULL, "-j DSCP --set-dscp 0x%02x", state.dscp->dscp_mark);
}

void
vn_agent_qos_render_rules (const VnAgent *agent, VnRuleset *rules)
{
  if (!vn_qos_agent_has (vn_agent_config (agent)))
    return;
  add_frame (rules);
  for (guint i = 0; i < agent->qos->len; i++)
    add_mark (agent, &g_array_index (agent->qos, VnAgentQos, i), rules);
}
