/* SPDX-License-Identifier: Apache-2.0 */
/* QoS policies, by what packets show: the DSCP mark of what an instance sent, and how much of a burst got through.
 *
 * What is promised comes from the topology alone. A mark is read where the packet arrived. Of a limit, more than its
 * rate and burst let through in the time from the first to the last frame that arrived is a failure; less is none, and
 * where not enough could be sent to reach the limit, nothing is decided. Frames are counted with their Ethernet header
 * as a token bucket counts them; a policing filter counts without, and both round: hence the tolerance. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"
#include "sim/model/vn-burst.h"
#include "sim/model/vn-qos.h"

#include <string.h>

#define DSCP_SHIFT 2
#define NSEC_PER_SEC 1e9
#define TOLERANCE 1.1
#define TOLERATED_FRAMES 2

static const VnQosPolicy *
policy_of (const VnCase *c, guint end)
{
  const VnEnd *e = vn_topology_end (c->topology, end);
  guint policy
      = e->kind == VN_END_PORT ? vn_port_qos_policy (c->topology, vn_topology_port (c->topology, e->port)) : VN_NONE;

  return policy == VN_NONE ? NULL : vn_topology_qos_policy (c->topology, policy);
}

/* Whether the host's agent applies no policy at all. */
static gboolean
blame_agent (const VnCase *c, guint host, VnCause *cause)
{
  const VnConfig *agent = vn_topology_machine (c->topology, host)->agent;
  g_autofree char *option = NULL;

  if (vn_qos_agent_has (agent))
    return FALSE;
  option = vn_config_describe (agent, VN_OPT_AGENT_EXTENSIONS);
  vn_cause_set (c, cause, VN_CAUSE_QOS, host, vn_config_place (agent, VN_OPT_AGENT_EXTENSIONS),
                "the agent does not load the qos extension: %s", option);
  return TRUE;
}

/* ---- DSCP marks ---- */

typedef struct
{
  const VnCase *c;
  const VnEnd *end;
  const VnQosPolicy *policy; /* NULL = none */
  const VnQosRule *mark;     /* NULL = none */
  VnRunCheck *check;
} Marks;

static void
blame_mark (const Marks *m, VnFamily family, VnCause *cause)
{
  const char *node = vn_topology_machine (m->c->topology, m->end->machine)->name;
  VnOrigin origin = m->mark != NULL ? m->mark->origin : VN_ORIGIN_NONE, setting = VN_ORIGIN_NONE;
  g_autofree char *rule = m->mark != NULL ? vn_qos_rule_describe (m->policy, m->mark) : NULL;

  if (m->mark == NULL)
    vn_cause_set (m->c, cause, VN_CAUSE_QOS, m->end->machine, origin, "no policy of the port marks its packets");
  else if (blame_agent (m->c, m->end->machine, cause))
    return;
  else if (!vn_case_bridge_nf (m->c, node, family, &setting))
    vn_cause_set (m->c, cause, VN_CAUSE_QOS, m->end->machine, setting,
                  "bridged packets are not passed to iptables, where %s would be set", rule);
  else
    vn_cause_set (m->c, cause, VN_CAUSE_QOS, m->end->machine, origin, "%s", rule);
}

static void
check_mark (const Marks *m, guint cell, const VnHop *hop)
{
  guint wanted = m->mark != NULL ? m->mark->dscp_mark : 0, seen;
  const VnPacketHeaders *headers;
  VnCause cause = { VN_CAUSE_NONE };
  g_autofree char *key = NULL;
  VnPacket packet;

  vn_observation_decode (m->c->seen, m->c->evidence->store, hop->frame, &packet);
  headers = vn_packet_innermost (&packet);
  if (!vn_ip_is_set (headers->ip_src))
    return;
  vn_check_add_packet (m->check, hop->frame);
  seen = headers->ip_tos >> DSCP_SHIFT;
  if (seen == wanted)
    return;
  key = vn_cell_key (m->c->topology, vn_case_cell (m->c, cell));
  blame_mark (m, headers->ip_src.family, &cause);
  vn_check_fail (m->check, &cause, "%s arrived with DSCP %u instead of %u", key, seen, wanted);
}

static void
check_marks (const VnCase *c, VnRun *run, guint end)
{
  const VnQosPolicy *policy = policy_of (c, end);
  Marks m = { c, vn_topology_end (c->topology, end), policy,
              policy != NULL ? vn_qos_rule_find (policy, VN_QOS_DSCP_MARKING, VN_EGRESS) : NULL, NULL };

  for (guint i = 0; i < c->evidence->cells->len; i++)
    {
      const VnCell *cell = vn_case_cell (c, i);
      const VnHop *hop;

      if (cell->kind != VN_CELL_REACH || cell->from != end)
        continue;
      hop = vn_hops_at (vn_observation_path (c->seen, i)->forward, vn_places_end (c->places, cell->to), FALSE);
      if (hop == NULL)
        continue;
      if (m.check == NULL)
        m.check = vn_check_add (c, run, "QOS-DSCP", m.end->machine, g_strdup (m.end->name));
      check_mark (&m, i, hop);
    }
}

/* ---- limits ---- */

/* What arrived of a burst. */
typedef struct
{
  guint n_frames, n_full;
  guint64 bytes;
  guint64 first_ns, last_ns;
} Arrived;

static void
count_frame (const VnCase *c, const VnBurst *burst, guint index, Arrived *ret)
{
  const VnFrame *frame = vn_frame_store_get (c->evidence->store, index);
  const VnPacketHeaders *headers;
  VnPacket packet;

  vn_observation_decode (c->seen, c->evidence->store, index, &packet);
  headers = vn_packet_innermost (&packet);
  if ((headers->layers & VN_HAS_UDP) == 0 || headers->sport != VN_BURST_PORT
      || !vn_mac_equal (headers->eth_src, vn_topology_end (c->topology, burst->from)->mac))
    return;
  if (frame->len == burst->full_bytes)
    {
      ret->n_full++;
      return;
    }
  if (ret->n_frames++ == 0)
    ret->first_ns = frame->time_ns;
  ret->last_ns = frame->time_ns;
  ret->bytes += frame->len;
}

static Arrived
count_arrived (const VnCase *c, const VnBurst *burst)
{
  guint point = vn_places_end (c->places, burst->to);
  Arrived arrived = { 0 };

  for (guint i = 0; i < vn_frame_store_len (c->evidence->store); i++)
    {
      const VnFrame *frame = vn_frame_store_get (c->evidence->store, i);

      if (frame->point == point && !frame->outgoing)
        count_frame (c, burst, i, &arrived);
    }
  return arrived;
}

/* Whether the host's tap has what the limit is made of. */
static gboolean
is_in_kernel (const VnCase *c, const VnBurst *burst)
{
  const VnEnd *end = vn_topology_end (c->topology, burst->limited);
  const char *node = vn_topology_machine (c->topology, end->machine)->name;
  g_autoptr (GPtrArray) objs
      = vn_case_dumped (c, node, burst->direction == VN_INGRESS ? VN_KOBJ_QDISC : VN_KOBJ_FILTER);
  char tap[VN_DEV_SIZE];

  vn_name_tap (vn_topology_port (c->topology, end->port)->id, tap);
  for (guint i = 0; i < objs->len; i++)
    {
      const VnKobj *obj = VN_AT (objs, VnKobj, i);

      if (obj->kind == VN_KOBJ_FILTER ? g_str_equal (obj->u.filter.dev, tap)
                                      : obj->u.qdisc.kind == VN_QDISC_TBF && g_str_equal (obj->u.qdisc.dev, tap))
        return TRUE;
    }
  return FALSE;
}

static void
blame_limit (const VnCase *c, const VnBurst *burst, const VnQosRule *rule, VnCause *cause)
{
  guint host = vn_topology_end (c->topology, burst->limited)->machine;
  g_autofree char *text = vn_qos_rule_describe (policy_of (c, burst->limited), rule);

  if (blame_agent (c, host, cause))
    return;
  if (is_in_kernel (c, burst))
    vn_cause_set (c, cause, VN_CAUSE_QOS, host, rule->origin, "%s", text);
  else if (burst->direction == VN_INGRESS)
    vn_cause_set (c, cause, VN_CAUSE_QOS, host, rule->origin,
                  "%s: the tap has no token bucket; the kernel needs CONFIG_NET_SCH_TBF", text);
  else
    vn_cause_set (c, cause, VN_CAUSE_QOS, host, rule->origin,
                  "%s: the tap has no policing filter, and the agent left out what stands behind it in the policy; the "
                  "kernel needs CONFIG_NET_CLS_U32 and CONFIG_NET_ACT_POLICE",
                  text);
}

static void
check_rate (const VnCase *c, const VnBurst *burst, const VnQosRule *rule, const Arrived *arrived, VnRunCheck *check)
{
  const VnEnd *end = vn_topology_end (c->topology, burst->limited);
  VnQosLimit limit = vn_qos_limit (vn_topology_machine (c->topology, end->machine)->agent, rule);
  double seconds = (double)(arrived->last_ns - arrived->first_ns) / NSEC_PER_SEC;
  double allowed = (double)limit.burst_bytes + (double)limit.rate_bytes_per_sec * seconds;
  guint64 sent = (guint64)burst->n_sent * burst->frame_bytes;
  VnCause cause = { VN_CAUSE_NONE };

  if (arrived->n_frames == 0)
    vn_check_doubt (check, "no frame of %u arrived: nothing can be said of the rate", burst->n_sent);
  else if ((double)arrived->bytes > allowed * TOLERANCE + TOLERATED_FRAMES * burst->frame_bytes)
    {
      blame_limit (c, burst, rule, &cause);
      vn_check_fail (check, &cause, "%" G_GUINT64_FORMAT " bytes arrived in %.0f ms, and the limit lets %.0f through",
                     arrived->bytes, seconds * 1000, allowed);
    }
  else if ((double)sent < allowed * TOLERANCE)
    vn_check_doubt (check, "only %" G_GUINT64_FORMAT " bytes could be sent, too few to reach the limit", sent);
}

static void
check_full (const VnCase *c, VnRun *run, const VnBurst *burst, const VnQosRule *rule, const Arrived *arrived)
{
  const VnEnd *end = vn_topology_end (c->topology, burst->limited);
  VnQosLimit limit = vn_qos_limit (vn_topology_machine (c->topology, end->machine)->agent, rule);
  VnRunCheck *check = vn_check_add (c, run, "QOS-FULL-FRAME", end->machine, g_strdup (end->name));
  VnCause cause = { VN_CAUSE_NONE };

  if (arrived->n_full > 0)
    return;
  if (limit.burst_bytes < burst->full_bytes)
    vn_cause_set (c, &cause, VN_CAUSE_QOS, end->machine, rule->origin,
                  "a token bucket drops frames that are larger than its burst, and that is %" G_GUINT64_FORMAT " bytes",
                  limit.burst_bytes);
  else
    vn_cause_set (c, &cause, VN_CAUSE_UNEXPLAINED, end->machine, rule->origin,
                  "the burst of %" G_GUINT64_FORMAT " bytes does not explain it", limit.burst_bytes);
  vn_check_fail (check, &cause, "none of %u frames of %u bytes arrived", burst->n_full, burst->full_bytes);
}

static void
check_burst (const VnCase *c, VnRun *run, const VnBurst *burst)
{
  static const char *const ids[] = { [VN_INGRESS] = "QOS-INGRESS-LIMIT", [VN_EGRESS] = "QOS-EGRESS-LIMIT" };
  const VnEnd *end = vn_topology_end (c->topology, burst->limited);
  const VnQosRule *rule = vn_qos_rule_find (policy_of (c, burst->limited), VN_QOS_BANDWIDTH_LIMIT, burst->direction);
  guint point = vn_places_end (c->places, burst->to);
  Arrived arrived = count_arrived (c, burst);
  VnRunCheck *check = vn_check_add (c, run, ids[burst->direction], end->machine, g_strdup (end->name));

  if (point != VN_NONE && vn_places_point (c->places, point)->dropped > 0)
    vn_check_doubt (check, "the capture at %s lost frames", vn_places_point (c->places, point)->name);
  else if (burst->frame_bytes == 0)
    vn_check_doubt (check, "no frame is small enough for the limit's burst");
  else
    check_rate (c, burst, rule, &arrived, check);
  if (burst->n_full > 0)
    check_full (c, run, burst, rule, &arrived);
}

void
vn_checks_qos (const VnCase *c, VnRun *run)
{
  if (c->topology->qos_policies->len == 0)
    return;
  for (guint i = 0; i < c->topology->ends->len; i++)
    if (vn_topology_end (c->topology, i)->kind == VN_END_PORT)
      check_marks (c, run, i);
  for (guint i = 0; c->evidence->bursts != NULL && i < c->evidence->bursts->len; i++)
    check_burst (c, run, &g_array_index (c->evidence->bursts, VnBurst, i));
}
