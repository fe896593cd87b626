/* SPDX-License-Identifier: Apache-2.0 */
/* From frames, dumps and shots to verdicts.
 *
 * The frames are looked at once (vn-observe.c). Then each cell is matched (vn-match.c), compared with its prediction
 * (vn-verdict.c) and, where something did not arrive or should not have, explained (vn-cause.c, vn-lost.c, with
 * vn-rule-eval.c for rules and vn-blame.c for options). Checks that are not about one cell come last, since one of them
 * is about the quirks that the cells met. */
#include "analysis/judge/vn-judge.h"

#include "analysis/judge/vn-check-list.h"
#include "analysis/judge/vn-verdict.h"

static void
add_points (const GPtrArray *points, VnRun *run)
{
  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (points, i);
      VnRunPoint *copy = g_new0 (VnRunPoint, 1);

      copy->name = g_strdup (point->name);
      copy->description = g_strdup (point->description);
      copy->received = point->received;
      copy->dropped = point->dropped;
      run->n_frames_lost += point->dropped;
      g_ptr_array_add (run->points, copy);
    }
}

static void
add_quirks (const GPtrArray *accepts, VnRun *run)
{
  for (guint i = 0; i < accepts->len; i++)
    {
      const VnAccept *accept = g_ptr_array_index (accepts, i);
      VnRunQuirk *quirk = g_new0 (VnRunQuirk, 1);

      quirk->id = g_strdup (accept->quirk);
      quirk->why = g_strdup (accept->why);
      quirk->origin = accept->origin;
      g_ptr_array_add (run->quirks, quirk);
    }
}

static void
count_frames (const VnFrameStore *store, VnRun *run)
{
  run->n_frames_captured = vn_frame_store_len (store);
  run->n_frames_lost = vn_frame_store_lost (store);
}

static void
add_cells (const VnCase *c, VnRun *run)
{
  for (guint i = 0; i < c->evidence->cells->len; i++)
    g_ptr_array_add (run->cells, vn_verdict_cell (c, c->predictor, i, run));
}

static void (*const check_groups[]) (const VnCase *c, VnRun *run) = {
  vn_checks_sg,         vn_checks_zones,    vn_checks_mtu, vn_checks_net, vn_checks_modes,
  vn_checks_l2p_tables, vn_checks_l2p_wire, vn_checks_qos, vn_checks_lab,
};

void
vn_judge (const VnEvidence *evidence, VnRun *run, GArray **ret_sightings)
{
  g_autoptr (VnPlaces) places = vn_places_new (evidence->topology, evidence->points);
  g_autoptr (VnObservation) seen = vn_observe (evidence);
  g_autoptr (VnRuleBook) rules = vn_rule_book_new (evidence->tables);
  const VnTopology *first = evidence->first != NULL ? evidence->first : evidence->topology;
  g_autoptr (VnPredictor) predictor = vn_predict_compile_since (first, evidence->topology, evidence->events);
  const VnCase c = { evidence, evidence->topology, places, seen, rules, predictor };

  count_frames (evidence->store, run);
  add_points (evidence->points, run);
  add_quirks (evidence->topology->accepts, run);
  add_cells (&c, run);
  for (guint i = 0; i < G_N_ELEMENTS (check_groups); i++)
    check_groups[i](&c, run);
  *ret_sightings = g_steal_pointer (&seen->sightings);
}
