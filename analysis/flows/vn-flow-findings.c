/* SPDX-License-Identifier: Apache-2.0 */
/* What conversations tell when all is known: each test is a row. */
#include "analysis/flows/vn-analysis-private.h"

#include <netinet/in.h>
#include <string.h>

#define RETRANSMISSIONS_MIN 3     /* below, it is every day's */
#define RETRANSMISSIONS_SHARE 100 /* one in so many packets */

static const VnFlowSide *
client_of (const VnFlow *flow)
{
  return &flow->side[flow->initiator];
}

static const VnFlowSide *
server_of (const VnFlow *flow)
{
  return &flow->side[!flow->initiator];
}

static guint64
in_state (const VnFlow *flow, const char *state)
{
  return strcmp (vn_flow_state (flow), state) == 0 ? 1 : 0;
}

static guint64
is_refused (const VnFlow *flow)
{
  return in_state (flow, "refused");
}

static guint64
is_unanswered (const VnFlow *flow)
{
  return in_state (flow, "unanswered");
}

static guint64
is_reset (const VnFlow *flow)
{
  return in_state (flow, "reset");
}

static guint64
n_retransmitted (const VnFlow *flow)
{
  guint64 n = flow->side[0].n_retransmissions + flow->side[1].n_retransmissions;
  guint64 packets = flow->side[0].packets + flow->side[1].packets;

  if (flow->key.protocol != IPPROTO_TCP || is_refused (flow) || is_unanswered (flow))
    return 0;
  return n >= RETRANSMISSIONS_MIN && n * RETRANSMISSIONS_SHARE >= packets ? n : 0;
}

static guint64
has_zero_window (const VnFlow *flow)
{
  return flow->side[0].zero_window || flow->side[1].zero_window;
}

static guint64
has_gap (const VnFlow *flow)
{
  return flow->has_gap;
}

/* Data of one side, and nothing of the other. */
static guint64
is_one_way (const VnFlow *flow)
{
  return flow->key.protocol == IPPROTO_TCP && client_of (flow)->payload > 0 && server_of (flow)->packets == 0
         && !(client_of (flow)->tcp_seen & VN_TCP_SYN);
}

static guint64
n_pings_lost (const VnFlow *flow)
{
  gboolean is_icmp = flow->key.protocol == IPPROTO_ICMP || flow->key.protocol == IPPROTO_ICMPV6;
  guint64 n = 0;

  for (guint i = 0; is_icmp && i < 2 && !flow->is_refused_by_icmp; i++)
    if (flow->side[i].n_asked > flow->side[i].n_answered)
      n += flow->side[i].n_asked - flow->side[i].n_answered;
  return n;
}

static guint64
n_fragments (const VnFlow *flow)
{
  return flow->n_fragments;
}

static const struct
{
  VnFindingCode code;
  guint64 (*count) (const VnFlow *flow); /* 0 = not so */
} TESTS[] = {
  { VN_FINDING_TCP_REFUSED, is_refused },
  { VN_FINDING_TCP_UNANSWERED, is_unanswered },
  { VN_FINDING_TCP_RESET, is_reset },
  { VN_FINDING_TCP_RETRANSMISSION, n_retransmitted },
  { VN_FINDING_TCP_ZERO_WINDOW, has_zero_window },
  { VN_FINDING_TCP_GAP, has_gap },
  { VN_FINDING_TCP_ONE_WAY, is_one_way },
  { VN_FINDING_PING_UNANSWERED, n_pings_lost },
  { VN_FINDING_FRAGMENTS, n_fragments },
};

static void
test_flow (VnAnalysis *a, const VnFlow *flow)
{
  for (guint i = 0; i < G_N_ELEMENTS (TESTS); i++)
    {
      guint64 n = TESTS[i].count (flow);
      g_autofree char *subject = n > 0 ? vn_analysis_subject (a, flow) : NULL;
      VnFinding *finding = n > 0 ? vn_findings_count (a->findings, TESTS[i].code, subject, n) : NULL;

      if (finding && finding->n_packets < VN_FINDING_PACKETS_MAX)
        finding->packets[finding->n_packets++] = flow->trouble ? flow->trouble : flow->first;
    }
}

static void
report_nat (VnAnalysis *a, const VnFlow *flow, guint index)
{
  const VnFlow *other = flow->nat != VN_NO_FLOW ? vn_flow_table_get (a->flows, flow->nat) : NULL;

  if (!other || other->first > flow->first || (other->first == flow->first && flow->nat > index))
    return;
  {
    g_autofree char *before = vn_analysis_subject (a, other), *after = vn_analysis_subject (a, flow);
    VnFinding *finding = vn_findings_add (a->findings, VN_FINDING_NAT_PAIR, before, other->first);

    if (finding && finding->n_packets < VN_FINDING_PACKETS_MAX)
      finding->packets[finding->n_packets++] = flow->first;
    vn_finding_set_detail (finding, "becomes %s", after);
  }
}

/* ---- tunnels ---- */

/* Packets between two tunnel ends, both ways, over all the ports that their datagrams have. */
static void
sum_tunnels (VnAnalysis *a, VnFlowTable *sums)
{
  for (guint i = 0; i < vn_flow_table_len (a->flows); i++)
    {
      const VnFlow *flow = vn_flow_table_get (a->flows, i);
      VnFlowKey key = flow->key;
      VnFlow *sum;
      gboolean is_new;

      if (flow->tunnel == VN_TUNNEL_NONE)
        continue;
      key.port[0] = key.port[1] = 0;
      sum = vn_flow_table_get (sums, vn_flow_table_ensure (sums, &key, &is_new));
      if (is_new)
        {
          sum->initiator = flow->initiator;
          sum->first = flow->first;
          sum->tunnel = flow->tunnel;
        }
      for (guint side = 0; side < 2; side++)
        sum->side[side].packets += flow->side[side].packets;
    }
}

static void
test_tunnels (VnAnalysis *a)
{
  VnFlowTable *sums = vn_flow_table_new ();

  sum_tunnels (a, sums);
  for (guint i = 0; i < vn_flow_table_len (sums); i++)
    {
      const VnFlow *sum = vn_flow_table_get (sums, i);
      VnIp to = vn_flow_ip (sum, !sum->initiator);

      if (sum->side[!sum->initiator].packets == 0 && !vn_ip_is_multicast (to))
        {
          g_autofree char *from_text = vn_analysis_address (a, sum, sum->initiator);
          g_autofree char *to_text = vn_analysis_address (a, sum, !sum->initiator);
          g_autofree char *subject
              = g_strdup_printf ("%s → %s by %s", from_text, to_text, vn_tunnel_name (sum->tunnel));
          VnFinding *finding
              = vn_findings_count (a->findings, VN_FINDING_OVERLAY_ONE_WAY, subject, sum->side[sum->initiator].packets);

          if (finding)
            finding->packets[finding->n_packets++] = sum->first;
        }
    }
  vn_flow_table_free (sums);
}

void
vn_flow_findings (VnAnalysis *a)
{
  for (guint i = 0; i < vn_flow_table_len (a->flows); i++)
    {
      const VnFlow *flow = vn_flow_table_get (a->flows, i);

      if (a->match && !flow->is_matched)
        continue;
      test_flow (a, flow);
      report_nat (a, flow, i);
    }
  test_tunnels (a);
}
