/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about the Ethernet itself: known and unknown unicast, broadcast, ARP. Security groups have no part in them.
 *
 * A network promises an Ethernet between its plugged ports. Where an ARP request is answered (by the address' owner or,
 * with arp_responder, on the sender's host) is a matter of configuration, so with it delivery is left open. */
#include "sim/predict/vn-predict-private.h"

#include "sim/model/vn-driver.h"
#include "sim/model/vn-port.h"

static gboolean
is_vxlan_end (const VnQuestion *q, const VnEnd *end)
{
  const VnNetwork *network = vn_question_network (q, end);

  return network != NULL && network->type == VN_NET_VXLAN;
}

gboolean
vn_question_has_responder (const VnQuestion *q, const VnEnd *end)
{
  return is_vxlan_end (q, end) && vn_vxlan_proxy (vn_topology_machine (q->predictor->topology, end->machine)->agent);
}

/* Whether any port of the network has an IPv6 address: the server then announces one. */
static gboolean
announces_ipv6 (const VnQuestion *q)
{
  for (guint i = 0; i < q->predictor->ports->len; i++)
    {
      const VnPredictPort *state = &g_array_index (q->predictor->ports, VnPredictPort, i);

      if (state->port->network == q->from->domain && state->plugged && vn_port_has_family (state->port, VN_FAMILY_IPV6))
        return TRUE;
    }
  return FALSE;
}

static VnLeg
open_unless_no (VnLeg leg)
{
  return leg == VN_LEG_NO ? VN_LEG_NO : VN_LEG_OPEN;
}

/* ARP-RESPONDER-V6 and -DUAL, for every kind of cell that crosses the underlay. */
VnPredictAnswer
vn_predict_responder_quirks (const VnQuestion *q, VnPredictAnswer answer)
{
  gboolean crosses = q->to == NULL || vn_question_crosses_hosts (q);
  gboolean at_sender = is_vxlan_end (q, q->from) && crosses && vn_question_has_responder (q, q->from);
  gboolean at_receiver = crosses && q->to != NULL && vn_question_has_responder (q, q->to);

  if (answer.outcome.delivered == VN_LEG_NO)
    return answer;
  if (at_sender && (q->cell->kind == VN_CELL_REACH || q->cell->kind == VN_CELL_DAD) && q->cell->family == VN_FAMILY_IPV6
      && vn_question_has (q, VN_QUIRK_RESPONDER_V6))
    return vn_predict_no (VN_CAUSE_NEIGHBOUR);
  if ((at_sender || at_receiver) && vn_question_has (q, VN_QUIRK_RESPONDER_DUAL) && announces_ipv6 (q))
    {
      answer.outcome.delivered = open_unless_no (answer.outcome.delivered);
      answer.outcome.answered = open_unless_no (answer.outcome.answered);
      answer.cause = VN_CAUSE_FDB;
    }
  return answer;
}

/* ---- the kinds of cells ---- */

gboolean
vn_question_meets (const VnQuestion *q)
{
  const char *others = q->to != NULL ? q->to->name : "others";
  gboolean meets
      = q->to != NULL ? vn_question_shares_ethernet (q, q->from, q->to) : vn_question_anyone (q, NULL) != NULL;

  vn_question_say (q, meets, VN_ORIGIN_NONE, "%s %s an Ethernet with %s", q->from->name,
                   meets ? "shares" : "does not share", others);
  return meets;
}

static VnPredictAnswer
seen (VnLeg delivered, VnLeg answered, VnCauseCode cause)
{
  return (VnPredictAnswer){ .outcome = { delivered, answered }, .cause = cause };
}

VnPredictAnswer
vn_predict_frame (const VnQuestion *q)
{
  return vn_question_meets (q) ? seen (VN_LEG_YES, VN_LEG_OPEN, VN_CAUSE_NONE) : vn_predict_no (VN_CAUSE_NO_PATH);
}

/* A request needs a sender address that is the port's own. */
static gboolean
can_ask (const VnQuestion *q)
{
  if (vn_ip_is_set (vn_end_address (q->from, VN_FAMILY_IPV4)))
    return TRUE;
  vn_question_say (q, FALSE, VN_ORIGIN_NONE, "%s has no IPv4 address to ask from", q->from->name);
  return FALSE;
}

static VnLeg
request_delivered (const VnQuestion *q)
{
  gboolean same_host = q->to != NULL && !vn_question_crosses_hosts (q);

  if (same_host || !vn_question_has_responder (q, q->from))
    return VN_LEG_YES;
  vn_question_say (q, TRUE, VN_ORIGIN_NONE, "arp_responder is on: the host of %s may answer or drop the request",
                   q->from->name);
  return VN_LEG_OPEN;
}

VnPredictAnswer
vn_predict_arp_known (const VnQuestion *q)
{
  if (!can_ask (q))
    return vn_predict_no (VN_CAUSE_NO_ROUTE);
  if (!vn_question_meets (q) || !vn_ip_is_set (vn_end_address (q->to, VN_FAMILY_IPV4)))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (!vn_question_may_speak (q, q->from, vn_end_address (q->from, VN_FAMILY_IPV4)))
    return vn_predict_no (VN_CAUSE_SPOOF_ARP);
  if (!vn_question_may_speak (q, q->to, vn_end_address (q->to, VN_FAMILY_IPV4)))
    return seen (request_delivered (q), VN_LEG_NO, VN_CAUSE_SPOOF_ARP);
  return seen (request_delivered (q), VN_LEG_YES, VN_CAUSE_NONE);
}

VnPredictAnswer
vn_predict_arp_unknown (const VnQuestion *q)
{
  if (!can_ask (q))
    return vn_predict_no (VN_CAUSE_NO_ROUTE);
  if (!vn_question_meets (q))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (!vn_question_may_speak (q, q->from, vn_end_address (q->from, VN_FAMILY_IPV4)))
    return vn_predict_no (VN_CAUSE_SPOOF_ARP);
  vn_question_say (q, FALSE, VN_ORIGIN_NONE, "nobody has the address");
  return seen (request_delivered (q), VN_LEG_NO, VN_CAUSE_NEIGHBOUR);
}
