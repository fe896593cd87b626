/* SPDX-License-Identifier: Apache-2.0 */
/* QoS policies that an agent applied to its taps. */
#pragma once

#include "sim/neutron/vn-agent.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* What an agent has made of a policy at one tap. A rule that the kernel refuses ends the work: what stands behind it is
 * not applied. NULL = not there. */
typedef struct
{
  const VnQosPolicy *policy;
  gboolean has_ingress_qdisc; /* where the limit from the instance would be policed */
  const VnQosRule *from_instance, *to_instance, *dscp;
  const char *why_not; /* static: why not all of it; NULL = all is applied */
} VnAgentQosState;

VnAgentQosState vn_agent_qos_state (const VnAgent *agent, const VnAgentQos *qos);

/* The agent processes a port, or looks at it again: a policy that is new to the port is applied. */
void vn_agent_qos_handle (VnAgent *agent, guint port);
void vn_agent_qos_forget (VnAgent *agent, guint port);
/* The agent's model was @old: rules of policies may have changed, and which policy a port has. */
void vn_agent_qos_follow (VnAgent *agent, const VnTopology *old);

/* Queueing disciplines and filters of the taps. */
void vn_agent_qos_render (const VnAgent *agent, VnTables *tables);
/* The mangle table's part of a ruleset; nothing if the agent has no qos extension. */
void vn_agent_qos_render_rules (const VnAgent *agent, VnRuleset *rules);

G_END_DECLS
