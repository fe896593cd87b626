/* SPDX-License-Identifier: Apache-2.0 */
/* The way of one packet for the terminal and as JSON. */
#include "analysis/report/vn-trace.h"

#include "analysis/report/vn-report-text.h"
#include "analysis/report/vn-terminal.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define NSEC_PER_USEC 1000.0

static const char *const leg_titles[] = { [VN_HOP_FORWARD] = "There", [VN_HOP_BACK] = "Back" };

static const VnRunCell *
only_cell (const VnRun *run)
{
  return g_ptr_array_index (run->cells, 0);
}

static const VnRunPoint *
point_of (const VnRun *run, const VnRunHop *hop)
{
  return g_ptr_array_index (run->points, hop->point);
}

char *
vn_trace_end (const VnRunCell *cell)
{
  g_autofree char *cause = vn_report_cause (&cell->observed_cause);

  if (cell->observed.answered == VN_LEG_YES)
    return g_strdup ("arrived and was answered");
  return g_strdup_printf ("%s%s%s",
                          cell->observed.delivered == VN_LEG_YES ? "arrived, but no answer came back" : "died",
                          cause ? ": " : "", cause ? cause : "");
}

static guint
widest_place (const VnRun *run)
{
  const GPtrArray *hops = only_cell (run)->hops;
  guint width = 0;

  for (guint i = 0; i < hops->len; i++)
    width = MAX (width, (guint)strlen (point_of (run, g_ptr_array_index (hops, i))->name));
  return width;
}

/* @text on the rest of the line or on one of its own, behind column @indent. */
static void
add_note (GString *out, const VnReportOptions *options, guint indent, gboolean *is_first, const char *text)
{
  if (text == NULL)
    return;
  if (!*is_first)
    g_string_append_printf (out, "%*s", (int)indent, "");
  *is_first = FALSE;
  vn_terminal_wrap (out, options, indent + 1, text);
  g_string_append_c (out, '\n');
}

/* The headers in one line; NULL where there is nothing new to say. */
static char *
headers_line (const VnRunHop *hop)
{
  g_auto (GStrv) lines = hop->headers ? g_strsplit (hop->headers, "\n", -1) : NULL;

  return lines ? g_strjoinv (", ", lines) : NULL;
}

/* The headers once, then at each hop what changed. */
static void
add_hop (GString *out, const VnReportOptions *options, const VnRun *run, const VnRunHop *hop, guint number, guint width)
{
  const char *where = point_of (run, hop)->name;
  g_autofree char *headers = headers_line (hop);
  guint indent = width + 20;
  gboolean is_first = TRUE;

  g_string_append_printf (out, "  %2u %s ", number, hop->outgoing ? "→" : "←");
  vn_terminal_add (out, options, VN_STYLE_HEAD, where);
  g_string_append_printf (out, "%*s %6.0f µs  ", (int)(width - strlen (where)), "",
                          (double)hop->after_ns / NSEC_PER_USEC);
  add_note (out, options, indent, &is_first, hop->change);
  add_note (out, options, indent, &is_first, hop->why);
  if (options->verbose || number == 1)
    add_note (out, options, indent, &is_first, headers);
  if (is_first)
    g_string_append (out, "  unchanged\n");
}

static void
add_leg (GString *out, const VnReportOptions *options, const VnRun *run, VnHopLeg leg)
{
  const GPtrArray *hops = only_cell (run)->hops;
  guint width = widest_place (run), number = 0;

  for (guint i = 0; i < hops->len; i++)
    {
      const VnRunHop *hop = g_ptr_array_index (hops, i);

      if (hop->leg != leg)
        continue;
      if (number++ == 0)
        vn_terminal_heading (out, options, "%s", leg_titles[leg]);
      add_hop (out, options, run, hop, number, width);
    }
}

char *
vn_trace_to_text (const VnRun *run, const VnReportOptions *options)
{
  const VnRunCell *cell = only_cell (run);
  GString *out = g_string_new (NULL);
  g_autofree char *end = vn_trace_end (cell);

  vn_terminal_add (out, options, VN_STYLE_HEAD, cell->key);
  g_string_append (out, " in ");
  vn_terminal_add (out, options, VN_STYLE_HEAD, run->lab);
  g_string_append_c (out, '\n');
  for (guint leg = 0; leg < VN_N_HOP_LEGS; leg++)
    add_leg (out, options, run, (VnHopLeg)leg);
  vn_terminal_heading (out, options, "Result");
  g_string_append (out, "  It");
  vn_terminal_wrap (out, options, 2, end);
  g_string_append (out, ".\n  ");
  vn_terminal_add (out, options, vn_terminal_style (cell->verdict),
                   cell->verdict == VN_VERDICT_PASS ? "That had to happen:" : "That is not what had to happen:");
  g_string_append_printf (out, "\n%s", cell->reasons ? cell->reasons : "");
  return g_string_free (out, FALSE);
}

static void
add_member (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

static void
add_json_hop (JsonBuilder *b, const VnRun *run, const VnRunHop *hop)
{
  const VnRunPoint *point = point_of (run, hop);
  g_autofree char *headers = headers_line (hop);

  json_builder_begin_object (b);
  add_member (b, "where", point->name);
  add_member (b, "description", point->description);
  add_member (b, "direction", hop->outgoing ? "out" : "in");
  json_builder_set_member_name (b, "after_ns");
  json_builder_add_int_value (b, hop->after_ns);
  json_builder_set_member_name (b, "packet_number");
  json_builder_add_int_value (b, hop->packet);
  add_member (b, "packet", headers);
  add_member (b, "change", hop->change);
  add_member (b, "why", hop->why);
  json_builder_end_object (b);
}

static void
add_json_leg (JsonBuilder *b, const VnRun *run, VnHopLeg leg)
{
  const GPtrArray *hops = only_cell (run)->hops;

  json_builder_set_member_name (b, vn_hop_leg_name (leg));
  json_builder_begin_array (b);
  for (guint i = 0; i < hops->len; i++)
    if (((const VnRunHop *)g_ptr_array_index (hops, i))->leg == leg)
      add_json_hop (b, run, g_ptr_array_index (hops, i));
  json_builder_end_array (b);
}

static void
add_outcome (JsonBuilder *b, const char *name, VnOutcome outcome)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_object (b);
  add_member (b, "delivered", vn_leg_name (outcome.delivered));
  add_member (b, "answered", vn_leg_name (outcome.answered));
  json_builder_end_object (b);
}

char *
vn_trace_to_json (const VnRun *run)
{
  const VnRunCell *cell = only_cell (run);
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL, *end = vn_trace_end (cell);

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "vnetlab_trace");
  json_builder_add_int_value (b, 1);
  add_member (b, "lab", run->lab);
  add_member (b, "cell", cell->key);
  for (guint leg = 0; leg < VN_N_HOP_LEGS; leg++)
    add_json_leg (b, run, (VnHopLeg)leg);
  add_outcome (b, "predicted", cell->predicted);
  add_outcome (b, "observed", cell->observed);
  add_member (b, "verdict", vn_verdict_name (cell->verdict));
  add_member (b, "end", end);
  add_member (b, "reasons", cell->reasons);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
