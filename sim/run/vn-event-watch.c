/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the lab file, followed while streams of probes watch what they do to others.
 *
 * For each entry some cells are watched whose prediction it changes, and some that it leaves alone, open ones and shut
 * ones. What must stay open may not be shut in between, but for an instance that is plugged elsewhere: that it takes
 * time to move is no fault. What must stay shut may not let anything through, but for such an instance, too: a tap is
 * in its bridge before the agent sees it and loads its rules, in a real cloud for longer. What changes must have done
 * so when the entry is done: how much longer it was open is a number in the report, and no verdict. */
#include "sim/run/vn-event-watch.h"

#include "sim/predict/vn-predict.h"
#include "sim/probe/vn-probe.h"
#include "sim/probe/vn-stream.h"

#include <netinet/in.h>

#define CHECK_ID "SG-CHANGE"
#define MAX_OF_KIND 6u /* each cell more makes every one's turn come later */
#define MAX_MOVING 3u  /* thereof; they are chosen first */
#define USEC_PER_MSEC 1000.0

typedef enum
{
  STAYS_OPEN,
  STAYS_SHUT,
  OPENS,
  SHUTS,
  N_KINDS
} Kind;

typedef struct
{
  Kind kind;
  gboolean moves; /* one of its ends is plugged elsewhere meanwhile */
} Wanted;

typedef struct
{
  const VnTopology *before, *after;
  VnPredictor *predictor_before, *predictor_after;
  GArray *watches; /* VnWatch */
  GArray *wanted;  /* Wanted, same index */
  guint n[N_KINDS];
} Choice;

static void
choice_clear (Choice *choice)
{
  g_clear_pointer (&choice->predictor_before, vn_predictor_free);
  g_clear_pointer (&choice->predictor_after, vn_predictor_free);
  g_clear_pointer (&choice->watches, g_array_unref);
  g_clear_pointer (&choice->wanted, g_array_unref);
}

/* ---- which cells ---- */

static VnLeg
predict (const VnPredictor *predictor, const VnCell *cell)
{
  VnPrediction prediction = { 0 };
  VnLeg leg;

  vn_predict_ask (predictor, cell, &prediction);
  leg = prediction.quirk_outcome.delivered;
  vn_prediction_clear (&prediction);
  return leg;
}

/* The same end behind the entry; VN_NONE if it is gone, or has other addresses: a stream goes on with the old ones. */
static guint
same_end (const Choice *choice, guint end, VnFamily family)
{
  const VnEnd *old = vn_topology_end (choice->before, end);
  guint index = vn_topology_find_end (choice->after, old->name);
  const VnEnd *now = index != VN_NONE ? vn_topology_end (choice->after, index) : NULL;

  return now != NULL && vn_mac_equal (old->mac, now->mac)
                 && vn_ip_equal (vn_end_address (old, family), vn_end_address (now, family))
             ? index
             : VN_NONE;
}

static gboolean
moves (const Choice *choice, guint end)
{
  guint port = vn_topology_end (choice->before, end)->port;

  return vn_predictor_tap_host (choice->predictor_before, port)
         != vn_predictor_tap_host (choice->predictor_after, port);
}

static gboolean
classify (const Choice *choice, const VnCell *cell, Wanted *ret)
{
  VnCell later = *cell;
  VnLeg before, after;

  later.from = same_end (choice, cell->from, cell->family);
  later.to = same_end (choice, cell->to, cell->family);
  if (later.from == VN_NONE || later.to == VN_NONE)
    return FALSE;
  before = predict (choice->predictor_before, cell);
  after = predict (choice->predictor_after, &later);
  if (before == VN_LEG_OPEN || after == VN_LEG_OPEN)
    return FALSE;
  ret->kind = before == after ? (before == VN_LEG_YES ? STAYS_OPEN : STAYS_SHUT) : after == VN_LEG_YES ? OPENS : SHUTS;
  ret->moves = moves (choice, cell->from) || moves (choice, cell->to);
  return TRUE;
}

static void
add_watch (Choice *choice, const VnCell *cell, VnFlow flow, Wanted wanted)
{
  const VnWatch watch = { *cell, flow };

  g_array_append_val (choice->watches, watch);
  g_array_append_val (choice->wanted, wanted);
}

/* Those with an end that moves, or the others. Of what was open a lasting flow, too: whoever has a connection must not
 * lose it while it may go on, and must when it may not, since what had to be forgotten of it was. */
static void
consider (Choice *choice, VnKernel *kernel, const VnCell *cell, gboolean moving)
{
  const VnWatch watch = { *cell, VN_FLOW_NEW }, lasting = { *cell, VN_FLOW_LASTING };
  Wanted wanted;

  if (!vn_stream_can_watch (kernel, choice->before, &watch) || !classify (choice, cell, &wanted)
      || wanted.moves != moving || choice->n[wanted.kind] >= (moving ? MAX_MOVING : MAX_OF_KIND))
    return;
  choice->n[wanted.kind]++;
  add_watch (choice, cell, VN_FLOW_NEW, wanted);
  if ((wanted.kind == STAYS_OPEN || wanted.kind == SHUTS) && vn_stream_can_watch (kernel, choice->before, &lasting))
    add_watch (choice, cell, VN_FLOW_LASTING, wanted);
}

/* @later: the events so far and those of the entry. */
static void
choose (Choice *choice, const VnStage *stage, const GArray *later)
{
  g_autoptr (GArray) cells = NULL;

  choice->before = stage->topology;
  choice->after = vn_events_final_topology (later, stage->first);
  choice->predictor_before = vn_predict_compile_since (stage->first, choice->before, stage->events);
  choice->predictor_after = vn_predict_compile_since (stage->first, choice->after, later);
  choice->watches = g_array_new (FALSE, FALSE, sizeof (VnWatch));
  choice->wanted = g_array_new (FALSE, FALSE, sizeof (Wanted));
  cells = vn_probe_cells (choice->before);
  for (guint i = 0; i < 2 * cells->len; i++)
    consider (choice, stage->kernel, &g_array_index (cells, VnCell, i % cells->len), i < cells->len);
}

/* ---- what was seen ---- */

static const VnStreamSpan *
last_span (const VnStreamResult *result)
{
  return &g_array_index (result->spans, VnStreamSpan, result->spans->len - 1);
}

/* What is wrong with it; NULL = nothing. Transfer full. */
static char *
judge (const VnStreamResult *result, Wanted wanted)
{
  double gap_msec = (double)vn_stream_result_gap_usec (result) / USEC_PER_MSEC;

  switch (wanted.kind)
    {
    case STAYS_OPEN:
      if (!last_span (result)->open)
        return g_strdup ("it was open and is shut now");
      return gap_msec > 0 && !wanted.moves ? g_strdup_printf ("it was shut for %.1f ms in between", gap_msec) : NULL;
    case STAYS_SHUT:
      if (last_span (result)->open)
        return g_strdup ("it was shut and is open now");
      return result->n_arrived > 0 && !wanted.moves ? g_strdup_printf (
                 "%u of %u packets came through what must be shut", result->n_arrived, result->n_sent)
                                                    : NULL;
    case OPENS:
      return last_span (result)->open ? NULL : g_strdup ("it is still shut when all is done");
    case SHUTS:
    default:
      return last_span (result)->open ? g_strdup ("it is still open when all is done") : NULL;
    }
}

static void
fail (VnRunCheck *check, const VnTopology *topology, const VnWatch *watch, const char *why)
{
  g_autofree char *key = vn_cell_key (topology, &watch->cell);

  if (check->verdict == VN_VERDICT_FAIL)
    return;
  check->verdict = VN_VERDICT_FAIL;
  g_free (check->message);
  check->message = g_strdup_printf ("%s (%s): %s", key, vn_flow_name (watch->flow), why);
}

typedef struct
{
  guint n_sent, n_leaked;
  VnUsec gap, overtime;
} Measured;

static void
measure (const VnStreamResult *result, Wanted wanted, Measured *measured)
{
  measured->n_sent += result->n_sent;
  if (wanted.kind == STAYS_OPEN)
    measured->gap = MAX (measured->gap, vn_stream_result_gap_usec (result));
  if (wanted.kind == STAYS_SHUT)
    measured->n_leaked += result->n_arrived;
  if (wanted.kind == SHUTS)
    measured->overtime = MAX (measured->overtime, vn_stream_result_last_open_usec (result));
}

static char *
describe (const Choice *choice, const Measured *measured, VnUsec change)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "took %.1f ms", (double)change / USEC_PER_MSEC);
  if (choice->n[SHUTS] > 0)
    g_string_append_printf (text, ", what it shuts was open for %.1f ms", (double)measured->overtime / USEC_PER_MSEC);
  if (choice->n[STAYS_OPEN] > 0 && measured->gap > 0)
    g_string_append_printf (text, ", what stays open was shut for %.1f ms", (double)measured->gap / USEC_PER_MSEC);
  else if (choice->n[STAYS_OPEN] > 0)
    g_string_append (text, ", what stays open was never shut");
  if (measured->n_leaked > 0)
    g_string_append_printf (text, ", what stays shut let %u packets through before the agent had seen the tap",
                            measured->n_leaked);
  g_string_append_printf (text, " (%u probes of %u cells)", measured->n_sent,
                          choice->n[STAYS_OPEN] + choice->n[STAYS_SHUT] + choice->n[OPENS] + choice->n[SHUTS]);
  return g_string_free (text, FALSE);
}

static void
record (const Choice *choice, const VnEvent *event, const GArray *results, VnUsec change, VnRun *run)
{
  VnRunCheck *check = vn_run_check_new ();
  Measured measured = { 0 };

  check->id = g_strdup (CHECK_ID);
  check->subject = g_strdup (event->title);
  check->verdict = VN_VERDICT_PASS;
  for (guint i = 0; i < results->len; i++)
    {
      const VnStreamResult *result = &g_array_index (results, VnStreamResult, i);
      Wanted wanted = g_array_index (choice->wanted, Wanted, i);
      g_autofree char *why = judge (result, wanted);

      measure (result, wanted, &measured);
      if (why != NULL)
        fail (check, choice->before, &result->watch, why);
    }
  if (check->verdict == VN_VERDICT_PASS)
    check->message = describe (choice, &measured, change);
  check->cause.origin = event->origin;
  g_ptr_array_add (run->checks, check);
}

/* ---- following ---- */

static GArray *
part_of (const GArray *events, guint first, guint len)
{
  GArray *part = vn_events_new ();

  for (guint i = first; i < first + len; i++)
    vn_events_add (part, &g_array_index (events, VnEvent, i));
  return part;
}

/* The entry is done when the bridges forward what it plugged. */
static gboolean
watch (VnStage *stage, const GArray *entry, const Choice *choice, VnRun *run, GError **error)
{
  const VnStreamSetup setup = { .kernel = stage->kernel, .topology = choice->before, .watches = choice->watches };
  VnStream *stream = vn_stream_start (&setup, error);
  g_autoptr (GArray) results = NULL;
  VnUsec change = 0;
  gboolean ok;

  if (stream == NULL)
    return FALSE;
  ok = vn_stage_follow (stage, entry, error) && vn_stage_wait (stage, error);
  results = vn_stream_stop (stream, &change, ok ? error : NULL);
  if (!ok || results == NULL)
    return FALSE;
  record (choice, &g_array_index (entry, VnEvent, 0), results, change, run);
  return TRUE;
}

gboolean
vn_event_watch_follow (VnStage *stage, VnRun *run, GError **error)
{
  const GArray *events = stage->first->events;
  gboolean ok = events == NULL || vn_stage_wait (stage, error);

  for (guint i = 0, len; ok && events != NULL && i < events->len; i += len)
    {
      g_autoptr (GArray) entry = part_of (events, i, len = vn_events_entry_len (events, i));
      g_autoptr (GArray) later = part_of (stage->events, 0, stage->events->len);
      Choice choice = { 0 };

      for (guint j = 0; j < entry->len; j++)
        vn_events_add (later, &g_array_index (entry, VnEvent, j));
      choose (&choice, stage, later);
      ok = watch (stage, entry, &choice, run, error);
      choice_clear (&choice);
    }
  return ok;
}
