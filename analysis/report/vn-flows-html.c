/* SPDX-License-Identifier: Apache-2.0 */
/* An analysis as an HTML page: verdict and findings first, then the conversations, which html/analysis.js sorts and
 * searches. A page is to be mailed: it lists at most FLOWS_MOST conversations, whatever was asked for, sums up the rest
 * and says so. Nothing of a payload is in it. */
#include "analysis/report/vn-flows-report.h"

#include "analysis/report/vn-html.h"

#include <string.h>

#define FLOWS_MOST 5000
#define FLOWS_STATIC 50 /* of them readable without a script */
#define FINDINGS_MOST 400
#define SUBJECTS_OPEN 8 /* of one kind; the others are folded */
#define ENDPOINTS_MOST 100

static const char *const scripts[] = { "base.js", "table.js", "plot.js", "analysis.js", NULL };

/* ---- head and findings ---- */

static void
add_head (GString *out, const VnFlowReport *report)
{
  g_autofree char *verdict = vn_flows_verdict (report), *summary = vn_flows_summary (report);
  const char *class = report->n_errors > 0 ? "bad" : report->n_warnings > 0 ? "unsure" : "good";
  const char *sign = report->n_errors > 0 ? "✗" : report->n_warnings > 0 ? "!" : "✓";

  vn_html_add (out, "<header><h1>Analysis of captures</h1><p class=\"verdict %s\" role=\"status\">%s %s</p>\n", class,
               sign, verdict);
  vn_html_add (out, "<p class=\"facts\"><span>%s</span><span>vnetlab %s</span></p>\n", summary, report->tool_version);
  for (guint i = 0; i < report->files->len; i++)
    {
      const VnReportFile *file = g_ptr_array_index (report->files, i);

      if (file->problem)
        vn_html_add (out, "<p class=\"severity unsure\">%s: %s</p>\n", file->path, file->problem);
    }
  for (guint i = 0; i < report->matched->len; i++)
    vn_html_add (out, "<p>Only conversations whose payload matches <code>%s</code>.</p>\n",
                 (const char *)g_ptr_array_index (report->matched, i));
  g_string_append (out, "</header>\n");
}

static const char *
class_of (const VnReportFinding *finding)
{
  static const struct
  {
    const char *severity, *class;
  } classes[] = { { "error", "bad" }, { "warning", "unsure" } };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strcmp (finding->severity, classes[i].severity) == 0)
      return classes[i].class;
  return "note";
}

static void
add_finding (GString *out, const VnFlowReport *report, const VnReportFinding *finding)
{
  g_autofree char *packets = vn_flows_packets (report, finding->packets), *count = vn_flows_number (finding->count);

  vn_html_add (out, "<li><b>%s</b>%s%s", finding->subject, finding->detail ? ": " : "",
               finding->detail ? finding->detail : "");
  if (finding->count > 1)
    vn_html_add (out, " (%s times)", count);
  vn_html_add (out, " <span class=\"dim\">%s</span></li>\n", packets);
}

/* One kind of finding, which begins at @first. Returns: the index behind it. */
static guint
add_kind (GString *out, const VnFlowReport *report, guint first)
{
  const VnReportFinding *head = g_ptr_array_index (report->findings, first);
  guint end = first, shown;

  while (end < report->findings->len && VN_AT (report->findings, VnReportFinding, end)->id == head->id)
    end++;
  shown = MIN (end, FINDINGS_MOST);
  vn_html_add (out,
               "<li class=\"card s-%s\"><h3><span class=\"severity %s\">%s</span> %s <code>%s</code></h3>"
               "<p class=\"dim\">%s</p><ul>\n",
               head->severity, class_of (head), head->severity, head->title, head->id, head->meaning);
  for (guint i = first; i < shown; i++)
    {
      if (i == first + SUBJECTS_OPEN)
        g_string_append_printf (out, "</ul><details><summary>%u more</summary><ul>\n", end - i);
      add_finding (out, report, g_ptr_array_index (report->findings, i));
    }
  g_string_append (out, shown > first + SUBJECTS_OPEN ? "</ul></details></li>\n" : "</ul></li>\n");
  return end;
}

static void
add_findings (GString *out, const VnFlowReport *report)
{
  if (report->findings->len == 0)
    return;
  g_string_append (out, "<section><h2>Findings</h2>\n<ol class=\"cards\">\n");
  for (guint i = 0; i < report->findings->len;)
    i = add_kind (out, report, i);
  g_string_append (out, "</ol>\n");
  if (report->findings->len > FINDINGS_MOST)
    g_string_append_printf (out, "<p>%u more are listed by the other formats.</p>\n",
                            report->findings->len - FINDINGS_MOST);
  g_string_append (out, "</section>\n");
}

/* ---- conversations ---- */

static void
add_flow_row (GString *out, const VnReportFlow *flow)
{
  g_autofree char *from = vn_flows_end (flow->from, flow->from_port), *to = vn_flows_end (flow->to, flow->to_port);
  g_autofree char *there = vn_flows_number (flow->packets_from), *back = vn_flows_number (flow->packets_to);
  g_autofree char *bytes = vn_flows_bytes (flow->bytes_from + flow->bytes_to);
  g_autofree char *lasted = vn_flows_duration (flow->last_ns - flow->first_ns);
  const char *const texts[] = { flow->protocol, from, to, flow->state, flow->scope };
  const char *const numbers[] = { there, back, bytes, lasted };

  g_string_append (out, "<tr>");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    vn_html_add (out, "<td>%s</td>", texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    vn_html_add (out, "<td class=\"num\">%s</td>", numbers[i]);
  g_string_append_printf (out, "<td class=\"num\">%" G_GUINT64_FORMAT "</td></tr>\n", flow->first.number);
}

/* What is not listed: beyond the report's own limit, and beyond the page's. */
static VnReportRest
rest_of (const VnFlowReport *report)
{
  VnReportRest rest = report->flows_rest;

  for (guint i = FLOWS_MOST; i < report->flows->len; i++)
    {
      const VnReportFlow *flow = g_ptr_array_index (report->flows, i);

      rest.n++;
      rest.packets += flow->packets_from + flow->packets_to;
      rest.bytes += flow->bytes_from + flow->bytes_to;
    }
  return rest;
}

static void
add_rest (GString *out, VnReportRest rest)
{
  g_autofree char *n = vn_flows_number (rest.n), *packets = vn_flows_number (rest.packets);
  g_autofree char *bytes = vn_flows_bytes (rest.bytes);

  if (rest.n > 0)
    vn_html_add (out,
                 "<p id=\"rest\">and %s more conversations with %s packets, %s (<code>--format csv</code> has all)"
                 "</p>\n",
                 n, packets, bytes);
}

static void
add_flows (GString *out, const VnFlowReport *report)
{
  static const struct
  {
    const char *name;
    gboolean is_number;
  } heads[] = {
    { "protocol", FALSE }, { "from", FALSE }, { "to", FALSE },   { "state", FALSE }, { "tunnel", FALSE },
    { "packets →", TRUE }, { "←", TRUE },     { "bytes", TRUE }, { "lasted", TRUE }, { "first packet", TRUE },
  };

  if (report->flows->len == 0)
    return;
  g_string_append (out, "<section><h2>Conversations</h2><div id=\"search\" class=\"search\"></div>\n<div class=\"wide "
                        "tall\" tabindex=\"0\" role=\"region\" aria-label=\"Conversations\">"
                        "<table class=\"plain\" id=\"flows\"><thead><tr>");
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_string_append_printf (out, "<th scope=\"col\"%s>%s</th>", heads[i].is_number ? " class=\"num\"" : "",
                            heads[i].name);
  g_string_append (out, "</tr></thead><tbody>\n");
  for (guint i = 0; i < MIN (report->flows->len, FLOWS_STATIC); i++)
    add_flow_row (out, g_ptr_array_index (report->flows, i));
  g_string_append (out, "</tbody></table></div>\n");
  add_rest (out, rest_of (report));
  g_string_append (out, "</section>\n<section id=\"ladder\" hidden><h2>Who began to talk to whom, in the order of time"
                        "</h2></section>\n");
}

/* ---- ends and tunnels ---- */

static void
add_endpoint (GString *out, const VnReportEndpoint *endpoint)
{
  g_autofree char *sent = vn_flows_number (endpoint->packets_sent),
                  *received = vn_flows_number (endpoint->packets_received);
  g_autofree char *out_bytes = vn_flows_bytes (endpoint->bytes_sent),
                  *in_bytes = vn_flows_bytes (endpoint->bytes_received);

  vn_html_add (out,
               "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"num\">%s</td><td class=\"num\">%s</td>"
               "<td class=\"num\">%s</td><td class=\"num\">%s</td></tr>\n",
               endpoint->address, endpoint->scope, sent, out_bytes, received, in_bytes);
}

static void
add_endpoints (GString *out, const VnFlowReport *report)
{
  if (report->endpoints->len == 0)
    return;
  g_string_append (out, "<section><h2>Ends</h2><div class=\"wide\"><table class=\"plain\"><thead><tr><th scope=\"col\">"
                        "address</th><th scope=\"col\">tunnel</th><th scope=\"col\" class=\"num\">sent</th><th "
                        "scope=\"col\" class=\"num\">bytes</th><th scope=\"col\" class=\"num\">received</th><th "
                        "scope=\"col\" class=\"num\">bytes</th></tr></thead><tbody>\n");
  for (guint i = 0; i < MIN (report->endpoints->len, ENDPOINTS_MOST); i++)
    add_endpoint (out, g_ptr_array_index (report->endpoints, i));
  g_string_append (out, "</tbody></table></div></section>\n");
}

static void
add_overlays (GString *out, const VnFlowReport *report)
{
  if (report->overlays->len > 0)
    g_string_append (out, "<section><h2>Tunnels</h2><ul>\n");
  for (guint i = 0; i < report->overlays->len; i++)
    {
      const VnReportOverlay *overlay = g_ptr_array_index (report->overlays, i);
      g_autofree char *packets = vn_flows_number (overlay->n_packets);

      vn_html_add (out, "<li>%s: %s packets, %u tunnel ends, %u MAC addresses inside</li>\n", overlay->name, packets,
                   overlay->n_ends, overlay->n_macs);
    }
  if (report->overlays->len > 0)
    g_string_append (out, "</ul></section>\n");
}

/* ---- data ---- */

/* Texts, then numbers, in the order that html/analysis.js names. Times in microseconds from the first packet on. */
static void
add_flow_data (GString *json, const VnFlowReport *report, const VnReportFlow *flow)
{
  g_autofree char *from = vn_flows_end (flow->from, flow->from_port), *to = vn_flows_end (flow->to, flow->to_port);
  const char *const texts[] = { flow->protocol, from, to, flow->state, flow->scope, flow->nat ? flow->nat : "" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_string_append_c (json, i == 0 ? '[' : ',');
      vn_html_json_string (json, texts[i]);
    }
  g_string_append_printf (json,
                          ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GINT64_FORMAT
                          ",%" G_GINT64_FORMAT ",%" G_GUINT64_FORMAT "]",
                          flow->packets_from, flow->packets_to, flow->bytes_from + flow->bytes_to,
                          (flow->first_ns - report->first_ns) / 1000, (flow->last_ns - flow->first_ns) / 1000,
                          flow->first.number);
}

/* "[[0,12,840],…]": microseconds from the first packet to the slice's begin, packets, bytes. */
static void
add_traffic_data (GString *json, const VnTraffic *traffic)
{
  guint len = vn_traffic_len (traffic);

  g_string_append_printf (json, "{\"slice_us\":%" G_GUINT64_FORMAT ",\"traffic\":[", traffic->slice_ns / 1000);
  for (guint i = 0; i < len; i++)
    g_string_append_printf (json, "%s[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]",
                            i > 0 ? "," : "", traffic->slice_ns / 1000 * i, traffic->slices[i].n_packets,
                            traffic->slices[i].n_bytes);
}

static GString *
page_data (const VnFlowReport *report, const VnAnalysis *analysis)
{
  GString *json = g_string_new (NULL);

  add_traffic_data (json, vn_analysis_traffic (analysis));
  g_string_append (json, "],\"flows\":[");

  for (guint i = 0; i < MIN (report->flows->len, FLOWS_MOST); i++)
    {
      g_string_append (json, i > 0 ? ",\n" : "");
      add_flow_data (json, report, g_ptr_array_index (report->flows, i));
    }
  g_string_append (json, "]}");
  return json;
}

void
vn_flows_write_html (const VnFlowReport *report, VnAnalysis *analysis, G_GNUC_UNUSED const VnFlowsOptions *options,
                     FILE *out)
{
  GString *page = vn_html_begin ("Analysis of captures by vnetlab", scripts);
  g_autoptr (GString) data = page_data (report, analysis);
  g_autofree char *text = NULL;

  g_string_append (page, "<main>\n");
  add_head (page, report);
  add_findings (page, report);
  add_flows (page, report);
  add_overlays (page, report);
  add_endpoints (page, report);
  g_string_append (page, "<section id=\"traffic\" hidden><h2>Traffic over time</h2></section>\n</main>\n");
  vn_html_add_data (page, data);
  text = vn_html_end (page, scripts);
  fputs (text, out);
}
