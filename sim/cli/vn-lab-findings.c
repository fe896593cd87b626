/* SPDX-License-Identifier: Apache-2.0 */
/* A foreign capture held against a lab.
 *
 * The capture's conversations, addresses and floods are laid on the lab's ends by VNI and address; what must have
 * happened to them is asked of the prediction, as in a run. Only what is inside a tunnel with the VNI of one of the
 * lab's networks tells who is known and who sent as whom: at an instance's own device forged packets are to be seen,
 * and are dropped behind it. Where the real agents are known to depart from the prediction nothing is said. */
#include "sim/cli/vn-lab-findings.h"

#include "sim/model/vn-driver.h"
#include "sim/predict/vn-predict.h"

#include <netinet/in.h>
#include <string.h>

typedef struct
{
  VnAnalysis *a;
  const VnTopology *t;
  VnPredictor *predictor;
} Lab;

/* ---- laying the capture on the lab ---- */

/* The network whose VNI a scope has; VN_NONE. */
static guint
network_of_scope (const Lab *lab, guint16 scope)
{
  const VnScope *s;

  if (scope == 0 || scope > vn_analysis_n_scopes (lab->a))
    return VN_NONE;
  s = vn_analysis_scope_get (lab->a, scope);
  for (guint i = 0; s->tunnel == VN_TUNNEL_VXLAN && i < lab->t->networks->len; i++)
    {
      const VnNetwork *network = vn_topology_network (lab->t, i);

      if (!network->deleted && network->type == VN_NET_VXLAN && network->segmentation_id == s->id)
        return i;
    }
  return VN_NONE;
}

static gboolean
has_address (const VnEnd *end, VnIp ip)
{
  for (guint i = 0; i < end->addresses->len; i++)
    if (vn_ip_equal (g_array_index (end->addresses, VnPrefix, i).ip, ip))
      return TRUE;
  return FALSE;
}

/* The port's end with the address, in the network if that is known. VN_NONE if there is none, or more than one. */
static guint
end_of_ip (const Lab *lab, guint network, VnIp ip)
{
  guint found = VN_NONE;

  for (guint i = 0; i < lab->t->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (lab->t, i);

      if (end->kind != VN_END_PORT || (network != VN_NONE && end->domain != network) || !has_address (end, ip))
        continue;
      if (found != VN_NONE)
        return VN_NONE;
      found = i;
    }
  return found;
}

static guint
port_of_mac (const Lab *lab, guint network, VnMac mac)
{
  for (guint i = 0; i < lab->t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (lab->t, i);

      if (port->network == network && !port->deleted && vn_mac_equal (port->mac_address, mac))
        return i;
    }
  return VN_NONE;
}

static char *
in_network (const Lab *lab, guint network, const char *what)
{
  g_autofree char *name = vn_analysis_name (lab->a, vn_topology_network (lab->t, network)->name);

  return g_strdup_printf ("%s in network %s", what, name);
}

/* ---- conversations ---- */

static gboolean
is_answered (const VnFlow *flow, guint from)
{
  if (flow->key.protocol == IPPROTO_TCP)
    return (flow->side[!from].tcp_seen & (VN_TCP_SYN | VN_TCP_RST)) != 0;
  return flow->key.protocol == IPPROTO_UDP ? flow->side[!from].packets > 0 : flow->side[from].n_answered > 0;
}

/* Whether an answer was to be expected and would have been seen. */
static gboolean
is_unanswered (const VnFlow *flow, guint from)
{
  if (flow->key.protocol == IPPROTO_TCP)
    return strcmp (vn_flow_state (flow), "unanswered") == 0;
  return flow->side[from].n_asked > 0 && flow->side[from].n_answered == 0;
}

/* Whether the side @from began something: pings go both ways in one conversation. */
static gboolean
is_begun_by (const VnFlow *flow, guint from)
{
  if (flow->key.protocol == IPPROTO_TCP)
    return from == flow->initiator && (flow->side[from].tcp_seen & VN_TCP_SYN) != 0;
  if (flow->key.protocol == IPPROTO_UDP)
    return from == flow->initiator;
  return flow->side[from].n_asked > 0;
}

static void
judge_flow (const Lab *lab, const VnFlow *flow, guint from, const VnCell *cell)
{
  VnPrediction prediction = { 0 };
  gboolean is_forbidden, is_allowed;

  vn_predict_ask (lab->predictor, cell, &prediction);
  is_forbidden = prediction.outcome.delivered == VN_LEG_NO;
  is_allowed = prediction.outcome.delivered == VN_LEG_YES && prediction.outcome.answered == VN_LEG_YES;
  if (!prediction.quirk && ((is_forbidden && is_answered (flow, from)) || (is_allowed && is_unanswered (flow, from))))
    {
      g_autofree char *subject = vn_analysis_subject (lab->a, flow), *key = vn_cell_key (lab->t, cell);
      g_autofree char *name = vn_analysis_name (lab->a, key);

      vn_finding_set_detail (vn_findings_add (vn_analysis_findings (lab->a),
                                              is_forbidden ? VN_FINDING_LAB_NOT_ALLOWED : VN_FINDING_LAB_NOT_ANSWERED,
                                              subject, flow->first),
                             "%s; %s", name,
                             is_forbidden ? vn_cause_text (prediction.cause) : "predicted to be answered");
    }
  vn_prediction_clear (&prediction);
}

static void
check_flow (const Lab *lab, const VnFlow *flow, guint from)
{
  guint network = network_of_scope (lab, flow->key.scope);
  VnCell cell = { .kind = VN_CELL_REACH,
                  .family = flow->key.kind == VN_FLOW_IPV6 ? VN_FAMILY_IPV6 : VN_FAMILY_IPV4,
                  .protocol = flow->key.protocol,
                  .port = flow->key.port[!from],
                  .check = VN_NONE };

  if (!is_begun_by (flow, from))
    return;
  cell.from = end_of_ip (lab, network, vn_flow_ip (flow, from));
  cell.to = end_of_ip (lab, network, vn_flow_ip (flow, !from));
  if (cell.from != VN_NONE && cell.to != VN_NONE && cell.from != cell.to)
    judge_flow (lab, flow, from, &cell);
}

static void
check_flows (const Lab *lab)
{
  const VnFlowTable *flows = vn_analysis_flows (lab->a);

  for (guint i = 0; i < vn_flow_table_len (flows); i++)
    for (guint from = 0; from < 2; from++)
      check_flow (lab, vn_flow_table_get (flows, i), from);
}

/* ---- addresses ---- */

static void
check_macs (const Lab *lab)
{
  const GPtrArray *macs = vn_analysis_inner_macs (lab->a);

  for (guint i = 0; i < macs->len; i++)
    {
      const VnInnerMac *mac = g_ptr_array_index (macs, i);
      guint network = network_of_scope (lab, mac->scope);
      g_autofree char *text = vn_analysis_mac (lab->a, mac->mac), *end = vn_analysis_ip (lab->a, mac->end);
      g_autofree char *subject = network != VN_NONE ? in_network (lab, network, text) : NULL;

      if (subject && mac->n_packets > mac->n_chatter && port_of_mac (lab, network, mac->mac) == VN_NONE)
        vn_finding_set_detail (
            vn_findings_add (vn_analysis_findings (lab->a), VN_FINDING_LAB_UNKNOWN_END, subject, mac->first),
            "sends from behind %s", end);
    }
}

static gboolean
may_claim (const VnPort *port, const VnClaim *claim)
{
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      const VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      if (vn_mac_equal (pair->mac_address, claim->mac) && vn_prefix_contains (pair->ip_address, claim->ip))
        return TRUE;
    }
  return !port->port_security_enabled;
}

static void
check_claims (const Lab *lab)
{
  const GPtrArray *claims = vn_analysis_claims (lab->a);

  for (guint i = 0; i < claims->len; i++)
    {
      const VnClaim *claim = g_ptr_array_index (claims, i);
      guint network = network_of_scope (lab, claim->scope);
      guint owner = network != VN_NONE ? end_of_ip (lab, network, claim->ip) : VN_NONE;
      guint port = network != VN_NONE ? port_of_mac (lab, network, claim->mac) : VN_NONE;
      g_autofree char *ip = vn_analysis_ip (lab->a, claim->ip), *mac = vn_analysis_mac (lab->a, claim->mac);

      if (owner == VN_NONE || vn_mac_equal (vn_topology_end (lab->t, owner)->mac, claim->mac)
          || (port != VN_NONE && may_claim (vn_topology_port (lab->t, port), claim)))
        continue;
      {
        g_autofree char *name = vn_analysis_name (lab->a, vn_topology_end (lab->t, owner)->name);

        vn_finding_set_detail (
            vn_findings_add (vn_analysis_findings (lab->a), VN_FINDING_LAB_SPOOFED, ip, claim->first),
            "claimed by %s, but it is %s's", mac, name);
      }
    }
}

/* ---- floods ---- */

static gboolean
hosts_network (const Lab *lab, VnIp tunnel_ip, guint network)
{
  for (guint i = 0; i < lab->t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (lab->t, i);
      const VnConfig *agent = port->host != VN_NONE ? vn_topology_machine (lab->t, port->host)->agent : NULL;

      if (!port->deleted && port->network == network && agent
          && vn_ip_equal (vn_config_ip (agent, VN_OPT_VXLAN_LOCAL_IP), tunnel_ip))
        return TRUE;
    }
  return FALSE;
}

static void
check_floods (const Lab *lab)
{
  const GPtrArray *floods = vn_analysis_floods (lab->a);

  for (guint i = 0; vn_topology_wants_l2_population (lab->t) && i < floods->len; i++)
    {
      const VnFlood *flood = g_ptr_array_index (floods, i);
      guint network = network_of_scope (lab, flood->scope);
      g_autofree char *from = vn_analysis_ip (lab->a, flood->from), *to = vn_analysis_ip (lab->a, flood->to);
      g_autofree char *ends = g_strdup_printf ("%s → %s", from, to), *subject = NULL;
      VnFinding *finding;

      if (network == VN_NONE || hosts_network (lab, flood->to, network))
        continue;
      subject = in_network (lab, network, ends);
      finding = vn_findings_add (vn_analysis_findings (lab->a), VN_FINDING_LAB_FLOOD, subject, flood->first);
      vn_finding_set_detail (finding, vn_ip_is_multicast (flood->to) ? "sent to a multicast group"
                                                                     : "no port of the network is behind the receiver");
    }
}

void
vn_lab_findings (VnAnalysis *analysis, const VnTopology *first)
{
  g_autoptr (GArray) events = vn_topology_default_events (first);
  const VnTopology *topology = vn_events_final_topology (events, first);
  g_autoptr (VnPredictor) predictor = vn_predict_compile (topology, events);
  const Lab lab = { analysis, topology, predictor };

  check_flows (&lab);
  check_macs (&lab);
  check_claims (&lab);
  check_floods (&lab);
}
