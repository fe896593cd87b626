/* SPDX-License-Identifier: Apache-2.0 */
/* Why a cell is as it is.
 *
 * A "no" has the cause of the frame that got lost: the probe, the answer, or, where nothing could be sent, the ARP or
 * neighbour discovery before it. A "yes" that had to be a "no" has the cause that the filter which should have dropped
 * it was not there. */
#include "analysis/judge/vn-cause.h"

#include "analysis/judge/vn-blame.h"
#include "analysis/judge/vn-lost-routed.h"
#include "analysis/judge/vn-match.h"
#include "analysis/judge/vn-lost.h"

typedef struct
{
  const VnCase *c;
  guint index;
  const VnCell *cell;
  const VnPrediction *prediction;
  VnCause *cause;
} Question;

static const VnEnd *
end_of (const Question *q, guint end)
{
  return vn_topology_end (q->c->topology, end);
}

/* ---- predicted ---- */

/* The first condition that is not met; NULL if all are. */
static const VnReason *
failing_child (const VnReason *reason)
{
  for (guint i = 0; reason && i < reason->children->len; i++)
    {
      const VnReason *child = g_ptr_array_index (reason->children, i);

      if (!child->holds)
        return child;
    }
  return NULL;
}

/* The decisive condition and what it comes from: "no rule allows it; nearest is …". Transfer full; NULL if all are met.
 */
static char *
decisive_text (const VnReason *tree)
{
  const VnReason *reason = failing_child (tree);
  GString *text = reason ? g_string_new (reason->text) : NULL;

  while (reason && (reason = failing_child (reason)))
    g_string_append_printf (text, "; %s", reason->text);
  return text ? g_string_free (text, FALSE) : NULL;
}

/* The outermost line of the decisive condition: the port's groups rather than the rule that came nearest. */
static VnOrigin
decisive_origin (const VnReason *tree)
{
  const VnReason *reason = failing_child (tree);

  while (reason && !vn_origin_is_set (reason->origin))
    reason = failing_child (reason);
  return reason ? reason->origin : VN_ORIGIN_NONE;
}

/* The innermost line: the rule that came nearest rather than the port's groups. */
static VnOrigin
leaf_origin (const VnReason *tree)
{
  VnOrigin origin = VN_ORIGIN_NONE;

  while ((tree = failing_child (tree)))
    if (vn_origin_is_set (tree->origin))
      origin = tree->origin;
  return origin;
}

void
vn_cause_quirk (const VnPrediction *prediction, VnCause *cause)
{
  if (cause->code != VN_CAUSE_UNEXPLAINED)
    return;
  g_free (cause->text);
  cause->code = VN_CAUSE_QUIRK;
  cause->text = g_strdup_printf ("%s: %s", prediction->quirk->id, prediction->quirk->when);
  cause->origin = leaf_origin (prediction->reason);
  cause->quirk = prediction->quirk->id;
}

void
vn_cause_source (const VnCase *c, const VnHop *hop, const char *seen, VnIp wanted, VnCause *cause)
{
  g_autofree char *text = vn_ip_is_set (wanted) ? vn_ip_to_string (wanted) : g_strdup ("another address");

  vn_cause_set (c, cause, VN_CAUSE_NAT, VN_NONE, VN_ORIGIN_NONE,
                "it arrived with the source %s: nobody put %s in its place", seen, text);
  g_free (cause->where);
  cause->where = g_strdup (vn_places_point (c->places, hop->point)->name);
}

void
vn_cause_predicted (const VnCase *c, guint index, const VnPrediction *prediction, VnCause *cause)
{
  const VnCell *cell = vn_case_cell (c, index);
  guint side = prediction->cause == VN_CAUSE_SG_INGRESS && cell->to != VN_NONE ? cell->to : cell->from;
  g_autofree char *text = decisive_text (prediction->reason);

  if (prediction->cause == VN_CAUSE_NONE)
    return;
  vn_cause_set (c, cause, prediction->cause, vn_topology_end (c->topology, side)->machine,
                decisive_origin (prediction->reason), "%s", text ? text : vn_cause_text (prediction->cause));
}

/* ---- neighbours ---- */

static guint
find_owner (const VnTopology *topology, guint domain, VnIp ip)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      for (guint j = 0; end->domain == domain && j < end->addresses->len; j++)
        if (vn_ip_equal (g_array_index (end->addresses, VnPrefix, j).ip, ip))
          return i;
    }
  return VN_NONE;
}

/* Questions of @from about @ip, or the answers of their owner @from to @to. */
static GArray *
collect_neighbours (const VnCase *c, guint from, guint to, VnIp ip, gboolean reply)
{
  GArray *hops = g_array_new (FALSE, FALSE, sizeof (VnHop));

  for (guint i = 0; i < c->seen->neighbours->len; i++)
    {
      const VnNeighbourSeen *seen = &g_array_index (c->seen->neighbours, VnNeighbourSeen, i);

      if (seen->reply != reply || !vn_mac_equal (seen->hop.src, vn_topology_end (c->topology, from)->mac)
          || !vn_ip_equal (reply ? seen->sender : seen->target, ip))
        continue;
      if (!reply || vn_mac_equal (seen->hop.dst, vn_topology_end (c->topology, to)->mac))
        g_array_append_val (hops, seen->hop);
    }
  return hops;
}

/* Follows the question, and if that arrived the answer, to where it was lost. */
static void
follow_neighbour (const Question *q, guint asker, guint owner, VnIp ip)
{
  g_autoptr (GArray) asked = collect_neighbours (q->c, asker, owner, ip, FALSE);
  g_autoptr (GArray) told = collect_neighbours (q->c, owner, asker, ip, TRUE);
  gboolean arrived = vn_hops_at (asked, vn_places_end (q->c->places, owner), FALSE) != NULL;
  const VnLostFrame lost = {
    .from = arrived ? owner : asker,
    .to = arrived ? asker : owner,
    .hops = arrived ? told : asked,
    .state = VN_CT_NEW,
  };
  g_autofree char *address = vn_ip_to_string (ip);
  g_autofree char *why = NULL;

  vn_lost_explain (q->c, &lost, q->cause);
  why = g_steal_pointer (&q->cause->text);
  if (q->cause->code == VN_CAUSE_UNEXPLAINED)
    q->cause->code = VN_CAUSE_NEIGHBOUR;
  q->cause->text
      = g_strdup_printf ("%s of %s for %s got lost: %s", ip.family == VN_FAMILY_IPV6 ? "neighbour discovery" : "ARP",
                         end_of (q, asker)->name, address, why);
}

static VnIp
next_hop (const Question *q, const VnEnd *asker, const VnEnd *target)
{
  VnIp ip = vn_end_address (target, q->cell->family);

  return asker->domain == target->domain ? ip : asker->gateway[q->cell->family == VN_FAMILY_IPV6];
}

static void
explain_neighbour (const Question *q, guint asker, guint target)
{
  const VnEnd *from = end_of (q, asker), *to = end_of (q, target);
  VnIp ip = next_hop (q, from, to);
  guint owner
      = find_owner (q->c->topology, from->domain, vn_ip_is_set (ip) ? ip : vn_end_address (to, q->cell->family));

  if (owner == VN_NONE)
    vn_cause_set (q->c, q->cause, VN_CAUSE_NO_PATH, from->machine, VN_ORIGIN_NONE,
                  "nobody on the Ethernet of %s has the address of %s or routes to it", from->name, to->name);
  else if (vn_places_end (q->c->places, owner) == VN_NONE)
    vn_cause_set (q->c, q->cause, VN_CAUSE_UNBOUND, from->machine, VN_ORIGIN_NONE, "%s is not plugged", to->name);
  else
    follow_neighbour (q, asker, owner, vn_ip_is_set (ip) ? ip : vn_end_address (to, q->cell->family));
}

/* ---- not sent ---- */

static void
explain_no_route (const Question *q)
{
  vn_cause_set (q->c, q->cause, VN_CAUSE_NO_ROUTE, end_of (q, q->cell->from)->machine, VN_ORIGIN_NONE,
                "%s has no route to the address", end_of (q, q->cell->from)->name);
}

static void
explain_no_neighbour (const Question *q)
{
  if (q->cell->to != VN_NONE)
    explain_neighbour (q, q->cell->from, q->cell->to);
  else
    vn_cause_set (q->c, q->cause, VN_CAUSE_NEIGHBOUR, VN_NONE, VN_ORIGIN_NONE, "%s",
                  vn_cause_text (VN_CAUSE_NEIGHBOUR));
}

static void
explain_self (const Question *q)
{
  vn_cause_set (q->c, q->cause, VN_CAUSE_NO_PATH, VN_NONE, VN_ORIGIN_NONE, "the address is also %s's own",
                end_of (q, q->cell->from)->name);
}

static void
explain_no_sender (const Question *q)
{
  vn_cause_set (q->c, q->cause, VN_CAUSE_UNBOUND, VN_NONE, VN_ORIGIN_NONE, "%s is not plugged",
                end_of (q, q->cell->from)->name);
}

static void
explain_failed (const Question *q)
{
  vn_cause_set (q->c, q->cause, VN_CAUSE_UNEXPLAINED, VN_NONE, VN_ORIGIN_NONE, "sending failed: %s",
                g_strerror (vn_case_shot (q->c, q->index)->error));
}

static void
explain_no_resolver (const Question *q)
{
  vn_cause_set (q->c, q->cause, VN_CAUSE_NO_NAME, end_of (q, q->cell->from)->machine, VN_ORIGIN_NONE,
                "%s was told no resolver", end_of (q, q->cell->from)->name);
}

static void (*const not_sent[]) (const Question *q) = {
  [VN_SHOT_SENT] = NULL,
  [VN_SHOT_NO_ROUTE] = explain_no_route,
  [VN_SHOT_NO_NEIGHBOUR] = explain_no_neighbour,
  [VN_SHOT_SELF] = explain_self,
  [VN_SHOT_NO_SENDER] = explain_no_sender,
  [VN_SHOT_NO_RESOLVER] = explain_no_resolver,
  [VN_SHOT_FAILED] = explain_failed,
};

/* ---- sent ---- */

/* The prediction knows the nearest rule and what kept it from matching; the rules only know that none matched. */
static void
take_predicted_text (const Question *q)
{
  char *text = q->cause->code == q->prediction->cause ? decisive_text (q->prediction->reason) : NULL;

  if (!text)
    return;
  g_free (q->cause->text);
  q->cause->text = text;
}

/* What was predicted to get lost, and is, got lost for the reason that was predicted. */
static void
explain_routed (const Question *q, guint from, const GArray *hops)
{
  vn_lost_routed_explain (q->c, end_of (q, from), hops, q->cause);
  if (q->prediction->outcome.delivered == VN_LEG_NO && q->prediction->cause != VN_CAUSE_NONE)
    {
      q->cause->code = q->prediction->cause;
      take_predicted_text (q);
    }
}

static void
explain_lost_probe (const Question *q)
{
  const VnLostFrame lost = {
    .from = q->cell->from,
    .to = q->cell->to,
    .hops = vn_observation_path (q->c->seen, q->index)->forward,
    .state = VN_CT_NEW,
  };

  if (vn_case_is_routed (q->c, q->index))
    explain_routed (q, q->cell->from, vn_observation_path (q->c->seen, q->index)->forward);
  else if (q->cell->to != VN_NONE && end_of (q, q->cell->to)->domain != end_of (q, q->cell->from)->domain)
    vn_cause_set (q->c, q->cause, VN_CAUSE_NO_PATH, VN_NONE, VN_ORIGIN_NONE,
                  "it went to whoever has the address on the Ethernet of %s", end_of (q, q->cell->from)->name);
  else
    {
      vn_lost_explain (q->c, &lost, q->cause);
      take_predicted_text (q);
    }
}

/* The end that an answer came from which the destination did not send; VN_NONE if it is not seen. */
static guint
find_twin (const Question *q, const GArray *hops)
{
  for (guint i = 0; i < hops->len; i++)
    {
      const VnHop *hop = &g_array_index (hops, VnHop, i);
      guint end = hop->tunnelled ? VN_NONE : vn_places_end_at (q->c->places, hop->point);

      if (end != VN_NONE && end != q->cell->from && end != q->cell->to)
        return end;
    }
  return VN_NONE;
}

static void
explain_foreign_answer (const Question *q, const GArray *hops)
{
  guint twin = find_twin (q, hops);

  vn_cause_set (q->c, q->cause, VN_CAUSE_UNEXPLAINED, VN_NONE, VN_ORIGIN_NONE, "the answer came from %s, not from %s",
                twin == VN_NONE ? "somebody else" : end_of (q, twin)->name, end_of (q, q->cell->to)->name);
}

/* An ARP reply has no tag: it is known by who tells whom. */
static void
explain_lost_reply (const Question *q)
{
  g_autoptr (GArray) told = collect_neighbours (q->c, q->cell->to, q->cell->from,
                                                vn_end_address (end_of (q, q->cell->to), VN_FAMILY_IPV4), TRUE);
  const VnLostFrame lost = { .from = q->cell->to, .to = q->cell->from, .hops = told, .state = VN_CT_NEW };

  vn_lost_explain (q->c, &lost, q->cause);
}

/* The packet arrived, and nothing came out of the asked node: what answers there had no way back, or nothing does. */
static void
explain_no_answer (const Question *q)
{
  gboolean is_name = q->cell->kind == VN_CELL_DNS;
  const char *node = vn_case_target_node (q->c, q->index);

  vn_cause_set (q->c, q->cause, is_name ? VN_CAUSE_NO_NAME : VN_CAUSE_NO_ROUTE, end_of (q, q->cell->to)->machine,
                VN_ORIGIN_NONE, is_name ? "%s was asked and did not answer" : "%s sent no answer: it has no way back",
                node);
}

static void
explain_routed_answer (const Question *q, const GArray *hops)
{
  guint asker = q->cell->from;

  if (hops->len == 0)
    explain_no_answer (q);
  else if (q->cell->kind == VN_CELL_DNS && vn_hops_at (hops, vn_places_end (q->c->places, asker), FALSE))
    vn_cause_set (q->c, q->cause, VN_CAUSE_NO_NAME, end_of (q, asker)->machine, VN_ORIGIN_NONE,
                  "the resolver answered %s without an address of %s", end_of (q, asker)->name,
                  end_of (q, q->cell->to)->node);
  else
    explain_routed (q, q->cell->to, hops);
}

static void
explain_lost_answer (const Question *q)
{
  const GArray *hops = vn_observation_path (q->c->seen, q->index)->back;
  VnLostFrame lost = { .to = q->cell->from, .hops = hops, .state = VN_CT_ESTABLISHED };

  if (vn_case_is_routed (q->c, q->index))
    {
      explain_routed_answer (q, hops);
      return;
    }
  lost.from = vn_match_answerer (q->c, q->index);
  if (hops->len == 0)
    explain_neighbour (q, q->cell->to, q->cell->from);
  else if (lost.from == VN_NONE)
    explain_foreign_answer (q, hops);
  else
    vn_lost_explain (q->c, &lost, q->cause);
}

/* Whose host has to filter, by what the prediction says stops the packet. */
static const struct
{
  VnCauseCode predicted;
  gboolean by_receiver;
} filters[] = {
  { VN_CAUSE_SG_EGRESS, FALSE },   { VN_CAUSE_SG_INGRESS, TRUE }, { VN_CAUSE_SPOOF_IP, FALSE },
  { VN_CAUSE_DHCP_SERVER, FALSE }, { VN_CAUSE_RA, FALSE },
};

/* The end whose host has to filter, or VN_NONE if it is not iptables' to do. */
static guint
filtering_end (const Question *q, const VnHop *delivery)
{
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    if (filters[i].predicted == q->prediction->cause)
      return filters[i].by_receiver ? vn_places_end_at (q->c->places, delivery->point) : q->cell->from;
  return VN_NONE;
}

static void
explain_unfiltered (const Question *q)
{
  const VnHop *delivery = vn_match_delivery (q->c, q->index);
  guint end = filtering_end (q, delivery);
  guint host = end == VN_NONE ? VN_NONE : end_of (q, end)->machine;

  q->cause->where = g_strdup (vn_places_point (q->c->places, delivery->point)->name);
  if (host == VN_NONE || !vn_blame_filter (q->c, host, q->cell->family, q->cause))
    vn_cause_set (q->c, q->cause, VN_CAUSE_UNEXPLAINED, host, VN_ORIGIN_NONE, "it was delivered although %s",
                  vn_cause_text (q->prediction->cause));
}

void
vn_cause_observed (const VnCase *c, guint cell, VnOutcome observed, const VnPrediction *prediction, VnCause *cause)
{
  const Question q = { c, cell, vn_case_cell (c, cell), prediction, cause };
  VnShotState state = vn_case_shot (c, cell)->state;

  if (not_sent[state])
    not_sent[state](&q);
  else if (observed.delivered == VN_LEG_NO && observed.answered != VN_LEG_YES)
    explain_lost_probe (&q);
  else if (observed.delivered == VN_LEG_YES && prediction->outcome.delivered == VN_LEG_NO)
    explain_unfiltered (&q);
  else if (observed.delivered == VN_LEG_YES && observed.answered == VN_LEG_NO && q.cell->to != VN_NONE)
    (q.cell->kind == VN_CELL_ARP_KNOWN ? explain_lost_reply : explain_lost_answer) (&q);
}
