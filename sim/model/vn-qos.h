/* SPDX-License-Identifier: Apache-2.0 */
/* What QoS policies come to at a port: which policy counts, and its limits in the agent's units (Neutron 21.0.0, qos
 * extension and tc_lib of the Linux bridge agent). */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* The port's own policy, else its network's, but that does not count for the server's own ports but a router's
 * gateway. VN_NONE = none. */
guint vn_port_qos_policy (const VnTopology *t, const VnPort *port);
/* Likewise, of a running agent with the qos extension on the port's host: NULL where nothing will be applied. */
const VnQosPolicy *vn_port_qos_applied (const VnTopology *t, const VnPort *port);
/* NULL if the policy has none. @direction: of a limit. */
const VnQosRule *vn_qos_rule_find (const VnQosPolicy *policy, VnQosKind kind, VnDirection direction);
/* "QoS policy gold, limit of 2000 kbit/s to the instance". Transfer full. */
char *vn_qos_rule_describe (const VnQosPolicy *policy, const VnQosRule *rule);
gboolean vn_qos_rule_equal (const VnQosRule *a, const VnQosRule *b);
/* Whether agents have to apply the rules anew. */
gboolean vn_qos_policy_same_rules (const VnQosPolicy *a, const VnQosPolicy *b);
const char *vn_direction_name (VnDirection direction); /* "ingress", "egress" */

/* A limit as the kernel is told of it. */
typedef struct
{
  guint64 rate_bytes_per_sec;
  guint64 burst_bytes;
  guint latency_usec; /* towards the instance: how long a frame may wait */
} VnQosLimit;

/* Towards the instance a frame that is larger than the burst is dropped; without max_burst_kbps the burst is what one
 * tick of kernel_hz lets through. From the instance it is 80 % of a second's worth then. */
VnQosLimit vn_qos_limit (const VnConfig *agent, const VnQosRule *rule);
/* Why the agent fails to apply a limit, whatever the kernel can; NULL if it doesn't (static). */
const char *vn_qos_limit_fails (const VnConfig *agent, const VnQosRule *rule);

/* Whether agents load the extension, and whether the server has the API and keeps what it is told. */
gboolean vn_qos_agent_has (const VnConfig *agent);
gboolean vn_qos_server_has (const VnConfig *server);

/* A DSCP value that the API takes. */
gboolean vn_qos_is_mark (guint64 value);
#define VN_QOS_KBPS_MAX G_MAXINT32

G_END_DECLS
