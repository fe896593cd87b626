/* SPDX-License-Identifier: Apache-2.0 */
/* What is watched while a lab is changed.
 *
 * What has to be open is asked of the prediction, once as the lab stands and once as it is to be. Watches take turns,
 * so the fewer there are the finer they measure: those that the change is about come first, and of the others, which
 * must not notice it, some are taken, evenly over the list.
 *
 * A cell that is shut is watched twice where that can be: new flows meet the rules, and a lasting one goes on until its
 * tracked connection is deleted. */
#include "sim/run/vn-watch.h"

#include "sim/predict/vn-predict.h"
#include "sim/probe/vn-probe.h"

#define USEC_PER_MSEC 1000.0

/* ---- choosing ---- */

typedef struct
{
  const VnHeldLab *held;
  const VnTopology *standing, *wanted;
  VnPredictor *now, *then;
  GHashTable *seen;                   /* keys of cells */
  GArray *changed, *lasting, *others; /* VnPromise */
} Choice;

/* @ret: whether the cell's packet arrives. FALSE if that is left open. */
static gboolean
ask (const VnPredictor *predictor, const VnCell *cell, gboolean *ret)
{
  VnPrediction prediction;
  VnLeg delivered;

  vn_predict_ask (predictor, cell, &prediction);
  delivered = prediction.quirk_outcome.delivered;
  vn_prediction_clear (&prediction);
  *ret = delivered == VN_LEG_YES;
  return delivered != VN_LEG_OPEN;
}

/* A cell of one model as one of the other. FALSE if one of its ends is not there. */
static gboolean
translate (const VnTopology *from, const VnTopology *to, const VnCell *cell, VnCell *ret)
{
  *ret = *cell;
  ret->from = vn_topology_find_end (to, vn_topology_end (from, cell->from)->name);
  ret->to = vn_topology_find_end (to, vn_topology_end (from, cell->to)->name);
  return ret->from != VN_NONE && ret->to != VN_NONE;
}

static void
add (const Choice *choice, GArray *promises, VnPromise promise)
{
  if (vn_stream_can_watch (choice->held->kernel, choice->standing, &promise.watch))
    g_array_append_val (promises, promise);
}

/* @old, @new: the same cell in both models. */
static void
consider (Choice *choice, const VnCell *old, const VnCell *new)
{
  VnPromise promise = { .watch = { *old, VN_FLOW_NEW } };

  if (!g_hash_table_add (choice->seen, vn_cell_key (choice->standing, old)) || !ask (choice->now, old, &promise.before)
      || !ask (choice->then, new, &promise.after))
    return;
  add (choice, promise.before != promise.after ? choice->changed : choice->others, promise);
  promise.watch.flow = VN_FLOW_LASTING;
  if (promise.before && !promise.after)
    add (choice, choice->lasting, promise);
}

/* Each model has cells of its own: the bounds of the ports that its rules name. */
static void
consider_all (Choice *choice)
{
  g_autoptr (GArray) old = vn_probe_cells (choice->standing), new = vn_probe_cells (choice->wanted);
  VnCell other;

  for (guint i = 0; i < new->len; i++)
    {
      const VnCell *cell = &g_array_index (new, VnCell, i);

      if (cell->kind == VN_CELL_REACH && translate (choice->wanted, choice->standing, cell, &other))
        consider (choice, &other, cell);
    }
  for (guint i = 0; i < old->len; i++)
    {
      const VnCell *cell = &g_array_index (old, VnCell, i);

      if (cell->kind == VN_CELL_REACH && translate (choice->standing, choice->wanted, cell, &other))
        consider (choice, cell, &other);
    }
}

/* @max of @from, evenly over it. */
static void
take (GArray *promises, const GArray *from, guint max)
{
  guint n = MIN (from->len, max);

  for (guint i = 0; i < n; i++)
    g_array_append_val (promises, g_array_index (from, VnPromise, (guint)((guint64)i * from->len / n)));
}

GArray *
vn_watch_choose (const VnHeldLab *held, const VnFileChange *change, guint max)
{
  const VnTopology *standing = vn_held_lab_model (held);
  const VnTopology *wanted = vn_events_final_topology (change->events, held->topology);
  g_autoptr (VnPredictor) now = vn_predict_compile (held->topology, held->events);
  g_autoptr (VnPredictor) then = vn_predict_compile (held->topology, change->events);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (VnPromise));
  g_autoptr (GArray) lasting = g_array_new (FALSE, FALSE, sizeof (VnPromise));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (VnPromise));
  GArray *promises = g_array_new (FALSE, FALSE, sizeof (VnPromise));
  Choice choice = { held, standing, wanted, now, then, seen, changed, lasting, others };

  consider_all (&choice);
  take (promises, changed, max - MIN (max / 4, others->len) - MIN (max / 4, lasting->len));
  take (promises, lasting, max / 4);
  take (promises, others, max - promises->len);
  return promises;
}

/* ---- describing ---- */

static const VnStreamSpan *
nth_span (const VnStreamResult *result, guint i)
{
  return &g_array_index (result->spans, VnStreamSpan, i);
}

static gboolean
is_open_at_end (const VnStreamResult *result)
{
  return nth_span (result, result->spans->len - 1)->open;
}

gboolean
vn_watch_is_kept (const VnPromise *promise, const VnStreamResult *result)
{
  return is_open_at_end (result) == promise->after;
}

static char *
describe_opening (const VnStreamResult *result)
{
  guint i = 0, n_shut = 0;

  while (i < result->spans->len && !nth_span (result, i)->open)
    i++;
  if (i == result->spans->len)
    return g_strdup_printf ("never open (%u probes)", result->n_sent);
  for (guint k = i; k < result->spans->len; k++)
    n_shut += !nth_span (result, k)->open;
  return g_strdup_printf ("open after %.1f ms, %s", (double)nth_span (result, i)->first_usec / USEC_PER_MSEC,
                          n_shut == 0 ? "never shut since" : "and shut again");
}

static char *
describe_shutting (const VnStreamResult *result)
{
  VnUsec last = vn_stream_result_last_open_usec (result);

  if (is_open_at_end (result))
    return g_strdup_printf ("still open (%u probes)", result->n_sent);
  if (last == G_MININT64)
    return g_strdup ("never open, not even before");
  return g_strdup_printf ("shut after %.1f ms", (double)MAX (last, 0) / USEC_PER_MSEC);
}

static char *
describe_staying_open (const VnStreamResult *result)
{
  guint n_lost = result->n_sent - result->n_arrived;

  if (n_lost == 0)
    return g_strdup_printf ("uninterrupted (%u probes, none lost)", result->n_sent);
  if (!is_open_at_end (result))
    return g_strdup_printf ("shut for good (%u of %u probes lost)", n_lost, result->n_sent);
  return g_strdup_printf ("shut for %.1f ms (%u of %u probes lost)",
                          (double)vn_stream_result_gap_usec (result) / USEC_PER_MSEC, n_lost, result->n_sent);
}

static char *
describe_staying_shut (const VnStreamResult *result)
{
  return result->n_arrived == 0 ? g_strdup_printf ("never open (%u probes)", result->n_sent)
                                : g_strdup_printf ("open to %u of %u probes", result->n_arrived, result->n_sent);
}

char *
vn_watch_describe (const VnPromise *promise, const VnStreamResult *result)
{
  static char *(*const describe[2][2]) (const VnStreamResult *result)
      = { { describe_staying_shut, describe_opening }, { describe_shutting, describe_staying_open } };

  return describe[promise->before != FALSE][promise->after != FALSE](result);
}
