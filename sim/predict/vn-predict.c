/* SPDX-License-Identifier: Apache-2.0 */
/* What must happen to a packet by what the API promises, with the chain of reasons.
 *
 * vn_predict_compile() makes tables of what is asked again and again: each port's state, groups as lists and sets, who
 * has which address. A question then walks: are both ends plugged, does the address lead to the other end, may the
 * packet leave, may it enter, may the answer. The first "no" is the cause.
 *
 * The same walk is made two or more times: by the promise, with reasons; as the agents are known to do it, with all
 * rows of the table of quirks at once; and if that differs, with fewer and fewer rows, to name the one at work. */
#include "sim/predict/vn-predict-private.h"

#include <string.h>

void
vn_question_say (const VnQuestion *q, gboolean holds, VnOrigin origin, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  if (q->reasons == NULL)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vn_reason_add (q->reasons, vn_reason_new (holds, origin, "%s", text));
}

gboolean
vn_question_has (const VnQuestion *q, VnQuirkId quirk)
{
  return (q->quirks & VN_QUIRK_BIT (quirk)) != 0;
}

VnPredictAnswer
vn_predict_no (VnCauseCode cause)
{
  return (VnPredictAnswer){ .outcome = { VN_LEG_NO, VN_LEG_NO }, .cause = cause };
}

VnPredictor *
vn_predict_compile (const VnTopology *topology, const GArray *events)
{
  return vn_predict_compile_since (topology, topology, events);
}

VnPredictor *
vn_predict_compile_since (const VnTopology *first, const VnTopology *topology, const GArray *events)
{
  VnPredictor *predictor = g_new0 (VnPredictor, 1);

  predictor->topology = vn_topology_ref ((VnTopology *)vn_events_final_topology (events, topology));
  predictor->history = vn_history_new (first, events);
  predictor->ports = vn_predict_ports_new (predictor->history);
  vn_predict_index_agents (predictor);
  vn_predict_index_ends (predictor);
  vn_predict_index_nodes (predictor);
  predictor->scene = vn_scene_new (predictor->topology);
  return predictor;
}

gboolean
vn_predictor_port_is_active (const VnPredictor *predictor, guint port)
{
  return vn_history_is_active (predictor->history, port);
}

guint
vn_predictor_tap_host (const VnPredictor *predictor, guint port)
{
  return vn_history_tap_host (predictor->history, port, NULL);
}

const VnQuirk *
vn_predictor_agent_quirk (const VnPredictor *predictor, guint host, gboolean tunnels)
{
  guint n;

  if (tunnels && vn_history_was_stopped (predictor->history, host))
    return &vn_quirks (&n)[VN_QUIRK_L2POP_AGENT_DOWN];
  return vn_history_is_stopped (predictor->history, host) ? &vn_quirks (&n)[VN_QUIRK_AGENT_DOWN] : NULL;
}

void
vn_predictor_free (VnPredictor *predictor)
{
  if (predictor == NULL)
    return;
  g_hash_table_unref (predictor->by_ethernet);
  g_hash_table_unref (predictor->by_node);
  g_hash_table_unref (predictor->ends_of_node);
  vn_scene_free (predictor->scene);
  g_hash_table_unref (predictor->books);
  g_array_unref (predictor->real_ports);
  g_array_unref (predictor->ports);
  vn_history_free (predictor->history);
  vn_topology_unref (predictor->topology);
  g_free (predictor);
}

void
vn_prediction_clear (VnPrediction *prediction)
{
  vn_reason_free (prediction->reason);
  *prediction = (VnPrediction){ 0 };
}

/* ---- an ordinary packet ---- */

/* @by: the end that answers, if it is not the one that was asked. */
static gboolean
is_spoofed_answer (const VnQuestion *q, const VnEnd *by, VnIp src)
{
  if (by == q->to || vn_question_may_send (q, by, src))
    return FALSE;
  vn_question_say (q, FALSE, vn_question_port (q, by)->port->origin,
                   "answer: the kernel of %s sends it by %s, whose port security knows only its own addresses",
                   q->to->name, by->name);
  return TRUE;
}

static VnPredictAnswer
reach_answer (const VnQuestion *q, const VnSgPacket *packet)
{
  VnSgPacket reply = vn_predict_reply (packet);
  VnPredictAnswer answer = { .outcome = { VN_LEG_YES, VN_LEG_NO }, .cause = VN_CAUSE_NO_PATH };
  const VnEnd *by = vn_question_answers_by (q, packet->src);
  VnLeg out, in;

  if (by == NULL)
    return answer;
  /* Some answers of IPv6 leave by where the question came in (an echo), some don't (TCP). */
  if (by != q->to && packet->family == VN_FAMILY_IPV6)
    return (VnPredictAnswer){ .outcome = { VN_LEG_YES, VN_LEG_OPEN } };
  if (is_spoofed_answer (q, by, reply.src))
    {
      answer.cause = VN_CAUSE_SPOOF_IP;
      return answer;
    }
  out = vn_question_reply_passes (q, by, VN_EGRESS, &reply);
  if (out == VN_LEG_NO)
    {
      answer.cause = VN_CAUSE_SG_EGRESS;
      return answer;
    }
  in = vn_question_reply_passes (q, q->from, VN_INGRESS, &reply);
  answer.outcome.answered = vn_leg_and (out, in);
  answer.cause = in == VN_LEG_NO ? VN_CAUSE_SG_INGRESS : VN_CAUSE_NONE;
  return answer;
}

static VnPredictAnswer
predict_reach (const VnQuestion *q)
{
  VnPredictAnswer answer;
  VnSgPacket packet;
  VnIp src, dst;
  VnCauseCode cause;
  VnLeg out, in;

  if (vn_question_is_of_scene (q))
    return vn_predict_scene_reach (q);
  cause = vn_question_route (q, &src, &dst);
  if (cause != VN_CAUSE_NONE)
    return vn_predict_no (cause);
  if (!vn_question_may_speak (q, q->from, src) || !vn_question_may_speak (q, q->to, dst))
    return vn_predict_no (VN_CAUSE_SPOOF_ARP);
  packet = vn_predict_packet (q->cell, src, dst);
  out = vn_question_passes (q, q->from, VN_EGRESS, &packet);
  if (out == VN_LEG_NO)
    return vn_predict_no (VN_CAUSE_SG_EGRESS);
  in = vn_question_passes (q, q->to, VN_INGRESS, &packet);
  if (in == VN_LEG_NO)
    return vn_predict_no (VN_CAUSE_SG_INGRESS);
  answer = reach_answer (q, &packet);
  answer.outcome.delivered = vn_leg_and (out, in);
  answer.outcome.answered = vn_leg_and (answer.outcome.delivered, answer.outcome.answered);
  return answer;
}

/* ---- any kind of cell ---- */

/* What a kind of cell does not ask stays open in every answer. */
static const struct
{
  VnPredictAnswer (*predict) (const VnQuestion *q);
  gboolean asks_answered;
  gboolean needs_to;
} kinds[] = {
  [VN_CELL_REACH] = { predict_reach, TRUE, TRUE },
  [VN_CELL_SPOOF_MAC] = { vn_predict_spoof_mac, FALSE, TRUE },
  [VN_CELL_SPOOF_FRAME] = { vn_predict_spoof_frame, FALSE, TRUE },
  [VN_CELL_SPOOF_IP] = { vn_predict_spoof_ip, FALSE, TRUE },
  [VN_CELL_SPOOF_ARP] = { vn_predict_spoof_arp, FALSE, TRUE },
  [VN_CELL_DHCP_SERVER] = { vn_predict_dhcp_server, FALSE, FALSE },
  [VN_CELL_DHCP6_SERVER] = { vn_predict_dhcp_server, FALSE, TRUE },
  [VN_CELL_RA] = { vn_predict_ra, FALSE, FALSE },
  [VN_CELL_LEASE] = { vn_predict_service, FALSE, TRUE },
  [VN_CELL_RENEW] = { vn_predict_service, FALSE, TRUE },
  [VN_CELL_LEASED] = { vn_predict_service, FALSE, TRUE },
  [VN_CELL_DAD] = { vn_predict_service, FALSE, TRUE },
  [VN_CELL_PAIR] = { vn_predict_pair, FALSE, TRUE },
  [VN_CELL_KNOWN_UNICAST] = { vn_predict_frame, FALSE, TRUE },
  [VN_CELL_BROADCAST] = { vn_predict_frame, FALSE, FALSE },
  [VN_CELL_UNKNOWN_UNICAST] = { vn_predict_frame, FALSE, FALSE },
  [VN_CELL_ARP_KNOWN] = { vn_predict_arp_known, TRUE, TRUE },
  [VN_CELL_ARP_UNKNOWN] = { vn_predict_arp_unknown, TRUE, FALSE },
  [VN_CELL_DNS] = { vn_predict_dns, TRUE, TRUE },
  [VN_CELL_FORWARD] = { vn_predict_outside, TRUE, TRUE },
  [VN_CELL_UNSOLICITED] = { vn_predict_outside, FALSE, TRUE },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == VN_N_CELL_KINDS);

/* What the agents' VXLAN devices do to everything between two hosts. */
static gboolean
never_crosses (const VnQuestion *q)
{
  const VnNetwork *network;

  if (!vn_question_has (q, VN_QUIRK_VNI_RANGE) || !vn_question_crosses_hosts (q) || q->from->domain != q->to->domain)
    return FALSE;
  network = vn_question_network (q, q->from);
  return network->type == VN_NET_VXLAN && network->segmentation_id > VN_VNI_MAX;
}

static VnPredictAnswer
ask (const VnQuestion *q)
{
  VnPredictAnswer answer;

  if (kinds[q->cell->kind].needs_to && q->to == NULL)
    answer = vn_predict_no (VN_CAUSE_NO_PATH);
  else if (!vn_question_are_plugged (q))
    answer = vn_predict_no (VN_CAUSE_UNBOUND);
  else if (never_crosses (q))
    answer = vn_predict_no (VN_CAUSE_TUNNEL);
  else
    answer = vn_predict_tunnel_quirks (q, vn_predict_responder_quirks (q, kinds[q->cell->kind].predict (q)));
  if (!kinds[q->cell->kind].asks_answered)
    answer.outcome.answered = VN_LEG_OPEN;
  return answer;
}

/* "web1 → db1 tcp/3306: delivered no, answered no". */
static void
title (VnReason *root, const VnQuestion *q, const VnOutcome *outcome)
{
  g_autofree char *key = vn_cell_key (q->predictor->topology, q->cell);
  const char *what = strrchr (key, ' ') + 1;
  GString *text = g_string_new (q->from->name);

  if (q->to != NULL)
    g_string_append_printf (text, " → %s", q->to->name);
  g_string_append_printf (text, " %s: delivered %s", what, vn_leg_name (outcome->delivered));
  if (kinds[q->cell->kind].asks_answered)
    g_string_append_printf (text, ", answered %s", vn_leg_name (outcome->answered));
  g_free (root->text);
  root->text = g_string_free (text, FALSE);
  root->holds = outcome->delivered != VN_LEG_NO && outcome->answered != VN_LEG_NO;
}

static gboolean
outcome_equal (VnOutcome a, VnOutcome b)
{
  return a.delivered == b.delivered && a.answered == b.answered;
}

/* Leaves out, from the last row on, what is not needed for a difference: the first row of the rest gets the name. */
static VnQuirkId
decisive_quirk (const VnQuestion *asked, VnOutcome promised)
{
  VnQuestion q = *asked;

  for (VnQuirkId id = VN_N_QUIRKS; id-- > 0;)
    {
      q.quirks &= ~VN_QUIRK_BIT (id);
      if (outcome_equal (ask (&q).outcome, promised))
        q.quirks |= VN_QUIRK_BIT (id);
    }
  return (VnQuirkId)g_bit_nth_lsf (q.quirks, -1);
}

static void
find_quirk (const VnQuestion *promise, VnPrediction *prediction)
{
  VnQuestion q = *promise;
  VnPredictAnswer real;
  guint n;

  q.reasons = NULL;
  q.quirks = VN_QUIRKS_ALL;
  real = ask (&q);
  prediction->quirk_outcome = prediction->outcome;
  prediction->quirk_cause = prediction->cause;
  if (outcome_equal (real.outcome, prediction->outcome))
    return;
  prediction->quirk = &vn_quirks (&n)[decisive_quirk (&q, prediction->outcome)];
  prediction->quirk_outcome = real.outcome;
  prediction->quirk_cause = real.cause;
}

void
vn_predict_ask (const VnPredictor *predictor, const VnCell *cell, VnPrediction *ret)
{
  VnQuestion q = {
    .predictor = predictor,
    .cell = cell,
    .from = vn_topology_end (predictor->topology, cell->from),
    .to = cell->to != VN_NONE ? vn_topology_end (predictor->topology, cell->to) : NULL,
    .quirks = VN_QUIRKS_NONE,
    .reasons = vn_reason_new (TRUE, VN_ORIGIN_NONE, "%s", ""),
  };
  VnPredictAnswer answer = ask (&q);
  VnPrediction prediction = {
    .outcome = answer.outcome,
    .cause = answer.cause,
    .reason = q.reasons,
    .seen_as = answer.seen_as,
    .translated = answer.translated,
  };

  title (q.reasons, &q, &prediction.outcome);
  find_quirk (&q, &prediction);
  *ret = prediction;
}
