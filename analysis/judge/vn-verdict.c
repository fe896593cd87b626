/* SPDX-License-Identifier: Apache-2.0 */
/* Expectation, prediction and observation of a cell against each other.
 *
 * The three are kept apart to the end. A leg that the prediction leaves open is not compared; one that the observation
 * leaves open can't pass. Where the observation is what a quirk of the real agents makes of the promise, the cell fails
 * with the quirk's name, unless the lab file accepts it. */
#include "analysis/judge/vn-verdict.h"

#include "analysis/judge/vn-cause.h"
#include "analysis/judge/vn-match.h"
#include "sim/model/vn-driver.h"
#include "sim/model/vn-nat.h"

#include <string.h>

/* Built-in checks by kind; NULL: decided by the ends. */
static const char *const kind_checks[] = {
  [VN_CELL_REACH] = NULL,
  [VN_CELL_SPOOF_MAC] = "SG-SPOOF-MAC",
  [VN_CELL_SPOOF_FRAME] = "SG-SPOOF-MAC",
  [VN_CELL_SPOOF_IP] = "SG-SPOOF-IP",
  [VN_CELL_SPOOF_ARP] = "SG-SPOOF-ARP",
  [VN_CELL_DHCP_SERVER] = "SG-DHCP-SERVER",
  [VN_CELL_DHCP6_SERVER] = "SG-DHCP-SERVER",
  [VN_CELL_RA] = "SG-RA",
  [VN_CELL_LEASE] = "SG-SERVICE",
  [VN_CELL_RENEW] = "SG-SERVICE",
  [VN_CELL_LEASED] = "SG-SERVICE",
  [VN_CELL_DAD] = "SG-SERVICE",
  [VN_CELL_PAIR] = "SG-PAIR",
  [VN_CELL_KNOWN_UNICAST] = "L2P-KNOWN-UNICAST",
  [VN_CELL_BROADCAST] = "L2P-BROADCAST",
  [VN_CELL_UNKNOWN_UNICAST] = "L2P-UNKNOWN-UNICAST",
  [VN_CELL_ARP_KNOWN] = "L2P-ARP-RESPONDER",
  [VN_CELL_ARP_UNKNOWN] = "L2P-ARP-UNKNOWN",
  [VN_CELL_DNS] = "DNS-NAME",
  [VN_CELL_FORWARD] = "NAT-FORWARD",
  [VN_CELL_UNSOLICITED] = "NAT-UNSOLICITED",
};
G_STATIC_ASSERT (G_N_ELEMENTS (kind_checks) == VN_N_CELL_KINDS);

/* Of ends on different Ethernets, by what is promised. */
static const char *
routed_check_id (const VnTopology *topology, const VnEnd *to, const VnPrediction *prediction)
{
  if (prediction->translated)
    return "NAT-OUTBOUND";
  if (prediction->outcome.delivered == VN_LEG_YES)
    return "NET-ROUTED";
  return vn_nat_outside (topology, to) != VN_NONE ? "NAT-INBOUND" : "NET-ISOLATION";
}

const char *
vn_verdict_check_id (const VnTopology *topology, const VnCell *cell, const VnPrediction *prediction)
{
  const VnEnd *from = vn_topology_end (topology, cell->from), *to;

  if (cell->check != VN_NONE)
    return VN_AT (topology->checks, VnCheckLine, cell->check)->id;
  if (cell->kind == VN_CELL_BROADCAST && !vn_topology_wants_l2_population (topology))
    return "NET-BROADCAST";
  if (kind_checks[cell->kind])
    return kind_checks[cell->kind];
  to = vn_topology_end (topology, cell->to);
  if (from->domain != to->domain)
    return routed_check_id (topology, to, prediction);
  return from->kind == VN_END_PORT && to->kind == VN_END_PORT ? "SG-REACH" : "NET-REACH";
}

static const char *
outcome_text (VnOutcome outcome)
{
  static const char *const texts[3][3] = {
    [VN_LEG_NO] = { "not delivered", "answered by somebody else", "not delivered" },
    [VN_LEG_YES] = { "delivered, but not answered", "delivered and answered", "delivered" },
    [VN_LEG_OPEN] = { "undecided", "answered", "undecided" },
  };

  return texts[outcome.delivered][outcome.answered];
}

static gboolean
contradicts (VnLeg wanted, VnLeg seen)
{
  return wanted != VN_LEG_OPEN && seen != VN_LEG_OPEN && wanted != seen;
}

static gboolean
is_missing (VnLeg wanted, VnLeg seen)
{
  return wanted != VN_LEG_OPEN && seen == VN_LEG_OPEN;
}

static gboolean
outcome_contradicts (VnOutcome wanted, VnOutcome seen)
{
  return contradicts (wanted.delivered, seen.delivered) || contradicts (wanted.answered, seen.answered);
}

/* What a user means by a word: "allowed" works, "denied" does not even arrive. */
static gboolean
meets (VnExpect expect, VnOutcome outcome)
{
  if (expect == VN_EXPECT_DENIED)
    return outcome.delivered == VN_LEG_NO;
  return outcome.delivered == VN_LEG_YES && outcome.answered != VN_LEG_NO;
}

static void settle (VnRunCell *cell, VnVerdict verdict, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
settle (VnRunCell *cell, VnVerdict verdict, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  cell->verdict = verdict;
  g_free (cell->message);
  cell->message = g_strdup_vprintf (format, args);
  va_end (args);
}

/* Which of the three differ. */
static void
judge_expectation (VnRunCell *cell)
{
  const char *expected = cell->expectation == VN_EXPECT_ALLOWED ? "allowed" : "denied";
  gboolean predicted = meets (cell->expectation, cell->predicted), observed = meets (cell->expectation, cell->observed);
  g_autofree char *line = vn_origin_to_line (cell->expectation_origin);

  if (!predicted && !observed)
    settle (cell, VN_VERDICT_FAIL, "%s expects %s; prediction and observation say %s", line, expected,
            outcome_text (cell->observed));
  else if (!observed)
    settle (cell, VN_VERDICT_FAIL, "%s expects %s, as predicted; observed: %s", line, expected,
            outcome_text (cell->observed));
  else if (!predicted)
    settle (cell, VN_VERDICT_FAIL, "%s expects %s, as observed; predicted: %s", line, expected,
            outcome_text (cell->predicted));
}

/* Returns: whether the observation is what a known quirk does. */
static gboolean
judge_quirk (VnRunCell *cell, const VnPrediction *prediction, VnRun *run)
{
  if (!prediction->quirk || outcome_contradicts (prediction->quirk_outcome, cell->observed))
    return FALSE;
  vn_cause_quirk (prediction, &cell->observed_cause);
  cell->quirk = g_strdup (prediction->quirk->id);
  cell->quirk_accepted = vn_run_accept_quirk (run, cell->quirk);
  if (cell->quirk_accepted)
    cell->verdict = VN_VERDICT_PASS;
  else
    settle (cell, VN_VERDICT_FAIL, "predicted: %s; observed: %s, by quirk %s: %s", outcome_text (cell->predicted),
            outcome_text (cell->observed), prediction->quirk->id, prediction->quirk->what);
  return TRUE;
}

static void
judge_prediction (VnRunCell *cell, const VnPrediction *prediction, VnRun *run)
{
  if (!outcome_contradicts (cell->predicted, cell->observed) || judge_quirk (cell, prediction, run))
    return;
  settle (cell, VN_VERDICT_FAIL, "predicted: %s; observed: %s", outcome_text (cell->predicted),
          outcome_text (cell->observed));
}

static void
judge_cell (const VnCase *c, guint index, VnRunCell *cell, const VnPrediction *prediction, const VnMatch *match,
            VnRun *run)
{
  gboolean decided = !is_missing (cell->predicted.delivered, cell->observed.delivered)
                     && !is_missing (cell->predicted.answered, cell->observed.answered);

  cell->verdict = VN_VERDICT_PASS;
  if (vn_case_shot (c, index)->state == VN_SHOT_FAILED)
    settle (cell, VN_VERDICT_ERROR, "%s", cell->observed_cause.text);
  else if (!decided && !outcome_contradicts (cell->predicted, cell->observed))
    settle (cell, VN_VERDICT_INCONCLUSIVE, "%s", match->doubt ? match->doubt : "not decided");
  else
    {
      judge_prediction (cell, prediction, run);
      if (cell->has_expectation)
        judge_expectation (cell);
    }
}

static void
add_packets (const GArray *hops, GArray *packets)
{
  for (guint i = 0; i < hops->len; i++)
    {
      guint number = g_array_index (hops, VnHop, i).frame + 1;

      g_array_append_val (packets, number);
    }
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a, y = *(const guint *)b;

  return (x > y) - (x < y);
}

/* What the other side saw as the source, and whether that is what it has to see. A different one is a NAT's work or
 * its failure. */
static void
judge_source (const VnCase *c, guint index, const VnPrediction *prediction, VnRunCell *cell)
{
  const VnHop *hop = vn_case_is_routed (c, index) ? vn_match_delivery (c, index) : NULL;
  const VnEnd *from = vn_topology_end (c->topology, vn_case_cell (c, index)->from);
  g_autofree char *seen = NULL;
  const VnPacketHeaders *headers;
  gboolean is_own, is_wrong;
  VnPacket packet;

  if (!hop)
    return;
  vn_observation_decode (c->seen, c->evidence->store, hop->frame, &packet);
  headers = vn_packet_innermost (&packet);
  seen = vn_ip_to_string (headers->ip_src);
  is_own = vn_ip_equal (headers->ip_src, vn_end_address (from, headers->ip_src.family));
  is_wrong = vn_ip_is_set (prediction->seen_as) ? !vn_ip_equal (prediction->seen_as, headers->ip_src)
                                                : prediction->translated && is_own;
  if (vn_ip_is_set (prediction->seen_as) && !is_own)
    cell->seen_as = headers->layers & (VN_HAS_TCP | VN_HAS_UDP) ? g_strdup_printf ("%s:%u", seen, headers->sport)
                                                                : g_strdup (seen);
  if (!is_wrong)
    return;
  vn_cause_source (c, hop, seen, prediction->seen_as, &cell->observed_cause);
  if (cell->verdict == VN_VERDICT_PASS)
    settle (cell, VN_VERDICT_FAIL, "seen with the source %s", seen);
}

static void
name_cell (const VnCase *c, guint index, const VnPrediction *prediction, VnRunCell *run_cell)
{
  const VnCell *cell = vn_case_cell (c, index);
  const VnTopology *topology = c->topology;

  run_cell->kind = cell->kind;
  run_cell->key = vn_cell_key (topology, cell);
  run_cell->what = g_strdup (strrchr (run_cell->key, ' ') + 1);
  run_cell->from = g_strdup (vn_topology_end (topology, cell->from)->name);
  run_cell->to = cell->to == VN_NONE ? NULL : g_strdup (vn_topology_end (topology, cell->to)->name);
  run_cell->check_id = g_strdup (vn_verdict_check_id (topology, cell, prediction));
  if (cell->check != VN_NONE)
    {
      const VnCheckLine *line = VN_AT (topology->checks, VnCheckLine, cell->check);

      run_cell->has_expectation = TRUE;
      run_cell->expectation = line->expect;
      run_cell->expectation_origin = line->origin;
    }
  add_packets (vn_observation_path (c->seen, index)->forward, run_cell->packets);
  add_packets (vn_observation_path (c->seen, index)->back, run_cell->packets);
  g_array_sort (run_cell->packets, compare_numbers);
}

VnRunCell *
vn_verdict_cell (const VnCase *c, const VnPredictor *predictor, guint index, VnRun *run)
{
  VnRunCell *cell = vn_run_cell_new ();
  VnPrediction prediction = { 0 };
  g_auto (VnMatch) match = { 0 };

  vn_predict_ask (predictor, vn_case_cell (c, index), &prediction);
  name_cell (c, index, &prediction, cell);
  vn_match_cell (c, index, &match);
  cell->predicted = prediction.outcome;
  cell->observed = match.observed;
  cell->reasons = prediction.reason ? vn_reason_to_string (prediction.reason) : NULL;
  vn_cause_predicted (c, index, &prediction, &cell->predicted_cause);
  vn_cause_observed (c, index, cell->observed, &prediction, &cell->observed_cause);
  judge_cell (c, index, cell, &prediction, &match, run);
  judge_source (c, index, &prediction, cell);
  vn_prediction_clear (&prediction);
  return cell;
}
