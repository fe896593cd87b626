/* SPDX-License-Identifier: Apache-2.0 */
/* What `vnetlab apply` did, or would do: text and JSON. */
#include "sim/cli/vn-apply-print.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

static guint
count_ops (const VnFileChange *change)
{
  return change->plan->ops->len + change->clients->ops->len;
}

static const VnPromise *
nth_promise (const VnApplyOutcome *outcome, guint i)
{
  return &g_array_index (outcome->promises, VnPromise, i);
}

static const VnStreamResult *
nth_result (const VnApplyOutcome *outcome, guint i)
{
  return &g_array_index (outcome->results, VnStreamResult, i);
}

static guint
count_watched (const VnApplyOutcome *outcome)
{
  return outcome->results ? outcome->results->len : 0;
}

gboolean
vn_apply_outcome_is_good (const VnApplyOutcome *outcome)
{
  for (guint i = 0; i < count_watched (outcome); i++)
    if (!vn_watch_is_kept (nth_promise (outcome, i), nth_result (outcome, i)))
      return FALSE;
  return !outcome->deltas || outcome->deltas->len == 0;
}

/* ---- text ---- */

static const char *
delta_words (const VnDelta *delta)
{
  static const char *const words[] = {
    [VN_DELTA_MISSING] = "missing",
    [VN_DELTA_UNEXPECTED] = "not wanted",
    [VN_DELTA_DIFFERENT] = "different",
  };

  return words[delta->kind];
}

static void
print_ops (const VnPlan *plan)
{
  g_autofree char *text = vn_plan_to_text (plan);

  fputs (text, stdout);
}

static void
print_watched (const VnApplyOutcome *outcome)
{
  for (guint i = 0; i < count_watched (outcome); i++)
    {
      const VnPromise *promise = nth_promise (outcome, i);
      g_autofree char *key = vn_cell_key (outcome->standing, &promise->watch.cell);
      g_autofree char *words = vn_watch_describe (promise, nth_result (outcome, i));

      printf ("%s%s: %s%s\n", key, promise->watch.flow == VN_FLOW_LASTING ? ", a lasting flow" : "", words,
              vn_watch_is_kept (promise, nth_result (outcome, i)) ? "" : "; that is not as it should be");
    }
  if (count_watched (outcome) > 0)
    printf ("%u watched, each asked every %.1f ms\n", count_watched (outcome),
            count_watched (outcome) * VN_STREAM_INTERVAL_USEC / 1000.0);
}

static void
print_text (const VnApplyOutcome *outcome)
{
  guint n = count_ops (outcome->change);

  if (outcome->is_dry)
    {
      print_ops (outcome->change->plan);
      print_ops (outcome->change->clients);
    }
  for (guint i = 0; outcome->deltas && i < outcome->deltas->len; i++)
    {
      const VnDelta *delta = g_ptr_array_index (outcome->deltas, i);

      printf ("%s: %s: %s\n", delta->node, delta_words (delta), delta->text);
    }
  print_watched (outcome);
  if (outcome->is_dry)
    printf ("%s: %u operation%s to do, nothing was done\n", outcome->lab, n, n == 1 ? "" : "s");
  else
    printf ("%s: %u operation%s in %.2f s, %s\n", outcome->lab, n, n == 1 ? "" : "s",
            (double)outcome->duration / G_USEC_PER_SEC,
            outcome->deltas->len == 0 ? "verified" : "but the lab is not as wanted");
}

/* ---- JSON ---- */

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

static void
add_bool (JsonBuilder *b, const char *name, gboolean value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_boolean_value (b, value);
}

static void
add_int (JsonBuilder *b, const char *name, gint64 value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void
begin_array (JsonBuilder *b, const char *name)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
}

static void
add_ops (JsonBuilder *b, const VnPlan *plan)
{
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = g_ptr_array_index (plan->ops, i);
      g_autofree char *object = vn_kobj_to_string (&op->obj);
      g_autofree char *place = vn_origin_is_set (op->origin) ? vn_origin_to_string (op->origin) : NULL;

      json_builder_begin_object (b);
      add_string (b, "node", op->obj.node);
      add_string (b, "operation", vn_verb_name (op->verb));
      add_string (b, "kind", vn_kobj_kind_name (op->obj.kind));
      add_string (b, "object", object);
      if (place)
        add_string (b, "origin", place);
      json_builder_end_object (b);
    }
}

static void
add_deltas (JsonBuilder *b, const GPtrArray *deltas)
{
  for (guint i = 0; i < deltas->len; i++)
    {
      const VnDelta *delta = g_ptr_array_index (deltas, i);

      json_builder_begin_object (b);
      add_string (b, "node", delta->node);
      add_string (b, "kind", delta_words (delta));
      add_string (b, "object", delta->text);
      json_builder_end_object (b);
    }
}

static void
add_watched (JsonBuilder *b, const VnApplyOutcome *outcome)
{
  for (guint i = 0; i < count_watched (outcome); i++)
    {
      const VnPromise *promise = nth_promise (outcome, i);
      const VnStreamResult *result = nth_result (outcome, i);
      g_autofree char *key = vn_cell_key (outcome->standing, &promise->watch.cell);
      g_autofree char *words = vn_watch_describe (promise, result);

      json_builder_begin_object (b);
      add_string (b, "cell", key);
      add_string (b, "flow", vn_flow_name (promise->watch.flow));
      add_bool (b, "open_before", promise->before);
      add_bool (b, "open_behind", promise->after);
      add_bool (b, "as_promised", vn_watch_is_kept (promise, result));
      add_int (b, "probes", result->n_sent);
      add_int (b, "arrived", result->n_arrived);
      add_int (b, "gap_usec", vn_stream_result_gap_usec (result));
      add_string (b, "words", words);
      json_builder_end_object (b);
    }
}

static void
print_json (const VnApplyOutcome *outcome)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  add_string (b, "lab", outcome->lab);
  add_bool (b, "done", !outcome->is_dry);
  begin_array (b, "operations");
  add_ops (b, outcome->change->plan);
  add_ops (b, outcome->change->clients);
  json_builder_end_array (b);
  if (outcome->deltas)
    {
      add_int (b, "duration_usec", outcome->duration);
      begin_array (b, "differences");
      add_deltas (b, outcome->deltas);
      json_builder_end_array (b);
    }
  if (outcome->results)
    {
      begin_array (b, "watched");
      add_watched (b, outcome);
      json_builder_end_array (b);
    }
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}

static const VnApplyFormat formats[] = {
  { "terminal", print_text },
  { "json", print_json },
};

const VnApplyFormat *
vn_apply_format_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (!name || strcmp (formats[i].name, name) == 0)
      return &formats[i];
  fprintf (stderr, "vnetlab apply: there is no format \"%s\" (expected terminal or json)\n", name);
  return NULL;
}
