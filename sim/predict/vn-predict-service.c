/* SPDX-License-Identifier: Apache-2.0 */
/* What port security lets pass before any group is asked: what an instance needs to get its addresses, and the
 * addresses that the API allows it besides.
 *
 * DHCP questions of an instance and answers to it, and its question whether an address is taken, pass in every case
 * (Networking API v2.0, security groups: "basic traffic"). Who serves is a port that nobody filters. */
#include "sim/predict/vn-predict-private.h"

#include "sim/model/vn-port.h"

static const struct
{
  VnCellKind kind;
  const char *what;
} services[] = {
  { VN_CELL_LEASE, "an instance may ask for an address" },
  { VN_CELL_RENEW, "an instance may renew its lease" },
  { VN_CELL_LEASED, "DHCP answers are let in by every port" },
  { VN_CELL_DAD, "an instance may ask whether its address is taken" },
};

/* SG-AGENT-DOWN: the rules have the address that the port had when its agent stopped. */
static gboolean
has_known_address (const VnQuestion *q, const VnEnd *end)
{
  const VnPredictPort *port = end != NULL ? vn_question_port (q, end) : NULL;

  if (port == NULL || !port->filtered || !vn_question_has (q, VN_QUIRK_AGENT_DOWN))
    return TRUE;
  for (guint i = 0; i < port->port->fixed_ips->len; i++)
    if (vn_ip_equal (g_array_index (port->port->fixed_ips, VnFixedIp, i).ip_address,
                     vn_end_address (end, q->cell->family)))
      return TRUE;
  return FALSE;
}

/* Then it hangs on the rules of its groups. */
static VnLeg
by_address (const VnQuestion *q)
{
  const VnEnd *end = q->cell->kind == VN_CELL_RENEW ? q->from : q->cell->kind == VN_CELL_LEASED ? q->to : NULL;

  return has_known_address (q, end) ? VN_LEG_YES : VN_LEG_OPEN;
}

VnPredictAnswer
vn_predict_service (const VnQuestion *q)
{
  if (!vn_question_meets (q))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    if (services[i].kind == q->cell->kind)
      vn_question_say (q, TRUE, VN_ORIGIN_NONE, "%s", services[i].what);
  return (VnPredictAnswer){ .outcome = { by_address (q), VN_LEG_OPEN } };
}

VnPredictAnswer
vn_predict_pair (const VnQuestion *q)
{
  const VnPredictPort *port = vn_question_port (q, q->from);
  const VnAddressPair *pair = port != NULL ? vn_port_first_pair (port->port, q->cell->family) : NULL;
  VnIp dst = vn_end_address (q->to, q->cell->family);
  VnPredictAnswer answer = { .outcome = { VN_LEG_NO, VN_LEG_OPEN } };
  VnSgPacket packet;
  VnLeg out, in;

  if (!vn_question_meets (q) || !vn_ip_is_set (dst) || pair == NULL)
    return vn_predict_no (VN_CAUSE_NO_PATH);
  vn_question_say (q, TRUE, pair->origin, "an allowed address pair of %s has the address", q->from->name);
  packet = vn_predict_packet (q->cell, vn_port_pair_address (pair), dst);
  out = vn_question_passes (q, q->from, VN_EGRESS, &packet);
  in = out == VN_LEG_NO ? VN_LEG_NO : vn_question_passes (q, q->to, VN_INGRESS, &packet);
  answer.outcome.delivered = vn_leg_and (out, in);
  if (answer.outcome.delivered == VN_LEG_NO)
    answer.cause = out == VN_LEG_NO ? VN_CAUSE_SG_EGRESS : VN_CAUSE_SG_INGRESS;
  return answer;
}
