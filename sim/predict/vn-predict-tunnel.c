/* SPDX-License-Identifier: Apache-2.0 */
/* Between hosts, as far as their agents built it: uplinks, and forwarding entries that messages brought or did not.
 *
 * A host whose agent is stopped hears nothing of ports that come, go and move elsewhere (L2POP-AGENT-DOWN), and when it
 * starts the server tells it of the others only if it has one or two ports of the network. What is missing:
 * - the flood entry for a host: no broadcast gets there, and so no question for a neighbour's address;
 * - the entry for a port: its frames are flooded, or go where they were seen to come from;
 * - what was left behind: the entry for a port that has moved leads to where it was. And what comes from the port now
 * is dropped: VXLAN devices learn, and don't take a source at another place than a permanent entry has it
 *   (drivers/net/vxlan, vxlan_snoop()).
 * Who was asked before knows the asker, so where questions cross one way only it hangs on who spoke first: open. */
#include "sim/predict/vn-predict-private.h"

#include "sim/model/vn-driver.h"

typedef struct
{
  gboolean asked, heard; /* floods the sender's host to the receiver's, and the other way round */
  gboolean there, back;  /* no entry leads elsewhere */
  gboolean is_told;      /* the sender's host has an entry for the receiver */
} Way;

/* All hosts have unicast tunnels, and a server that fills them. */
static gboolean
is_populated (const VnQuestion *q, const VnNetwork *network)
{
  const VnTopology *t = q->predictor->topology;

  if (network->type != VN_NET_VXLAN
      || !vn_config_list_has (vn_topology_server_config (t), VN_OPT_ML2_MECHANISM_DRIVERS, "l2population"))
    return FALSE;
  for (guint i = 0; i < t->machines->len; i++)
    if (vn_topology_machine (t, i)->agent != NULL
        && vn_vxlan_mode (vn_topology_machine (t, i)->agent) != VN_VXLAN_UNICAST)
      return FALSE;
  return TRUE;
}

static gboolean
crosses (const VnEnd *from, const VnEnd *to)
{
  return from->kind == VN_END_PORT && to->kind == VN_END_PORT && from->machine != to->machine
         && from->domain == to->domain;
}

static gboolean
lacks_uplink (const VnQuestion *q, const VnEnd *end)
{
  return vn_predict_port_departs (q, end)
         && !vn_history_has_uplink (q->predictor->history, end->machine, vn_question_port (q, end)->port->network);
}

static gboolean
missed_messages (const VnQuestion *q, const VnEnd *from, const VnEnd *to)
{
  const VnHistory *history = q->predictor->history;

  return vn_question_has (q, VN_QUIRK_L2POP_AGENT_DOWN) && is_populated (q, vn_question_network (q, from))
         && (vn_history_was_stopped (history, from->machine) || vn_history_was_stopped (history, to->machine)
             || vn_predict_port_departs (q, from) || vn_predict_port_departs (q, to));
}

static gboolean
leads_to (guint place, guint host)
{
  return place == VN_NONE || place == host;
}

static Way
way_between (const VnQuestion *q, const VnEnd *from, const VnEnd *to)
{
  const VnHistory *history = q->predictor->history;
  guint network = vn_topology_port (q->predictor->topology, from->port)->network;
  guint to_place = vn_history_place (history, from->machine, to->port);

  return (Way){
    .asked = vn_history_floods (history, network, from->machine, to->machine),
    .heard = vn_history_floods (history, network, to->machine, from->machine),
    .there = leads_to (to_place, to->machine),
    .back = leads_to (vn_history_place (history, to->machine, from->port), from->machine),
    .is_told = to_place != VN_NONE,
  };
}

gboolean
vn_question_floods (const VnQuestion *q, const VnEnd *from, const VnEnd *to)
{
  Way way;

  if (!crosses (from, to))
    return TRUE;
  if (lacks_uplink (q, from) || lacks_uplink (q, to))
    return FALSE;
  if (!missed_messages (q, from, to))
    return TRUE;
  way = way_between (q, from, to);
  return way.asked && way.back;
}

/* ---- by kinds of cells ---- */

/* The neighbour is asked for, and told; then packets go both ways by the tables. */
static VnOutcome
conversation (const Way *way)
{
  VnLeg leg = way->asked ? VN_LEG_YES : way->heard ? VN_LEG_OPEN : VN_LEG_NO;

  if (!way->there || !way->back)
    leg = VN_LEG_NO;
  return (VnOutcome){ leg, leg };
}

/* From a MAC address that nobody has an entry for. */
static VnOutcome
forged (const Way *way)
{
  VnLeg leg = way->is_told || way->asked ? VN_LEG_YES : VN_LEG_OPEN;

  return (VnOutcome){ way->there ? leg : VN_LEG_NO, VN_LEG_OPEN };
}

static VnOutcome
frame (const Way *way)
{
  VnOutcome outcome = forged (way);

  if (!way->back)
    outcome.delivered = VN_LEG_NO;
  return outcome;
}

static VnOutcome
broadcast (const Way *way)
{
  VnLeg leg = way->asked && way->back ? VN_LEG_YES : VN_LEG_NO;

  return (VnOutcome){ leg, way->there ? leg : VN_LEG_NO };
}

static VnOutcome (*const ways[VN_N_CELL_KINDS]) (const Way *way) = {
  [VN_CELL_REACH] = conversation, [VN_CELL_SPOOF_MAC] = forged,    [VN_CELL_SPOOF_FRAME] = forged,
  [VN_CELL_SPOOF_IP] = frame,     [VN_CELL_SPOOF_ARP] = broadcast, [VN_CELL_DHCP_SERVER] = broadcast,
  [VN_CELL_DHCP6_SERVER] = frame, [VN_CELL_RA] = broadcast,        [VN_CELL_LEASE] = broadcast,
  [VN_CELL_RENEW] = broadcast,    [VN_CELL_LEASED] = frame,        [VN_CELL_DAD] = broadcast,
  [VN_CELL_PAIR] = frame,         [VN_CELL_KNOWN_UNICAST] = frame, [VN_CELL_ARP_KNOWN] = broadcast,
};

/* The ARP responder answers by what the host was told, and swallows the rest. */
static VnLeg
with_responder (const VnQuestion *q, VnLeg leg)
{
  gboolean has_responder = vn_question_has_responder (q, q->from) || vn_question_has_responder (q, q->to);

  return has_responder && leg != VN_LEG_YES ? VN_LEG_OPEN : leg;
}

VnPredictAnswer
vn_predict_tunnel_quirks (const VnQuestion *q, VnPredictAnswer answer)
{
  VnOutcome outcome;
  Way way;

  if (answer.outcome.delivered == VN_LEG_NO || q->to == NULL || !crosses (q->from, q->to))
    return answer;
  if (lacks_uplink (q, q->from) || lacks_uplink (q, q->to))
    return vn_predict_no (VN_CAUSE_UNBOUND);
  if (!missed_messages (q, q->from, q->to) || ways[q->cell->kind] == NULL)
    return answer;
  way = way_between (q, q->from, q->to);
  outcome = ways[q->cell->kind](&way);
  outcome.delivered = vn_leg_and (answer.outcome.delivered, with_responder (q, outcome.delivered));
  outcome.answered = vn_leg_and (answer.outcome.answered, with_responder (q, outcome.answered));
  if (outcome.delivered != answer.outcome.delivered || outcome.answered != answer.outcome.answered)
    answer.cause = VN_CAUSE_FDB;
  answer.outcome = outcome;
  return answer;
}
