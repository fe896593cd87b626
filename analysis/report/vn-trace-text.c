/* SPDX-License-Identifier: Apache-2.0 */
/* A trace for the terminal and as JSON. */
#include "analysis/report/vn-terminal.h"
#include "analysis/report/vn-trace.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define NSEC_PER_USEC 1000.0

static const char *const leg_titles[] = { [VN_HOP_FORWARD] = "There", [VN_HOP_BACK] = "Back" };
static const char *const leg_names[] = { [VN_HOP_FORWARD] = "forward", [VN_HOP_BACK] = "back" };

static guint
widest_place (const VnTrace *trace)
{
  guint width = 0;

  for (guint leg = 0; leg < G_N_ELEMENTS (trace->legs); leg++)
    for (guint i = 0; i < trace->legs[leg]->len; i++)
      width = MAX (width, (guint)strlen (((const VnTraceHop *)g_ptr_array_index (trace->legs[leg], i))->where));
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

/* The headers once, then at each hop what changed. */
static void
add_hop (GString *out, const VnReportOptions *options, guint number, const VnTraceHop *hop, guint width)
{
  guint indent = width + 20;
  gboolean is_first = TRUE;

  g_string_append_printf (out, "  %2u %s ", number, hop->outgoing ? "→" : "←");
  vn_terminal_add (out, options, VN_STYLE_HEAD, hop->where);
  g_string_append_printf (out, "%*s %6.0f µs  ", (int)(width - strlen (hop->where)), "", hop->after_ns / NSEC_PER_USEC);
  add_note (out, options, indent, &is_first, hop->change);
  add_note (out, options, indent, &is_first, hop->why);
  if (options->verbose || number == 1)
    add_note (out, options, indent, &is_first, hop->packet);
  if (is_first)
    g_string_append (out, "  unchanged\n");
}

char *
vn_trace_to_text (const VnTrace *trace, const VnReportOptions *options)
{
  GString *out = g_string_new (NULL);
  guint width = widest_place (trace);

  vn_terminal_add (out, options, VN_STYLE_HEAD, trace->key);
  g_string_append (out, " in ");
  vn_terminal_add (out, options, VN_STYLE_HEAD, trace->lab);
  g_string_append_c (out, '\n');
  for (guint leg = 0; leg < G_N_ELEMENTS (trace->legs); leg++)
    {
      if (trace->legs[leg]->len == 0)
        continue;
      vn_terminal_heading (out, options, "%s", leg_titles[leg]);
      for (guint i = 0; i < trace->legs[leg]->len; i++)
        add_hop (out, options, i + 1, g_ptr_array_index (trace->legs[leg], i), width);
    }
  vn_terminal_heading (out, options, "Result");
  g_string_append (out, "  It");
  vn_terminal_wrap (out, options, 2, trace->end);
  g_string_append (out, ".\n  ");
  vn_terminal_add (out, options, vn_terminal_style (trace->verdict),
                   trace->verdict == VN_VERDICT_PASS ? "That had to happen:" : "That is not what had to happen:");
  g_string_append_printf (out, "\n%s", trace->reasons ? trace->reasons : "");
  return g_string_free (out, FALSE);
}

static void
add_member (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

static void
add_json_hop (JsonBuilder *b, const VnTraceHop *hop)
{
  json_builder_begin_object (b);
  add_member (b, "where", hop->where);
  add_member (b, "description", hop->description);
  add_member (b, "direction", hop->outgoing ? "out" : "in");
  json_builder_set_member_name (b, "after_ns");
  json_builder_add_int_value (b, (gint64)hop->after_ns);
  json_builder_set_member_name (b, "packet_number");
  json_builder_add_int_value (b, hop->frame);
  add_member (b, "packet", hop->packet);
  add_member (b, "change", hop->change);
  add_member (b, "why", hop->why);
  json_builder_end_object (b);
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
vn_trace_to_json (const VnTrace *trace)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "vnetlab_trace");
  json_builder_add_int_value (b, 1);
  add_member (b, "lab", trace->lab);
  add_member (b, "cell", trace->key);
  for (guint leg = 0; leg < G_N_ELEMENTS (trace->legs); leg++)
    {
      json_builder_set_member_name (b, leg_names[leg]);
      json_builder_begin_array (b);
      for (guint i = 0; i < trace->legs[leg]->len; i++)
        add_json_hop (b, g_ptr_array_index (trace->legs[leg], i));
      json_builder_end_array (b);
    }
  add_outcome (b, "predicted", trace->predicted);
  add_outcome (b, "observed", trace->observed);
  add_member (b, "verdict", vn_verdict_name (trace->verdict));
  add_member (b, "end", trace->end);
  add_member (b, "reasons", trace->reasons);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
