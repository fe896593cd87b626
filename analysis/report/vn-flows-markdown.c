/* SPDX-License-Identifier: Apache-2.0 */
/* An analysis as Markdown, for a summary of CI or an issue. */
#include "analysis/report/vn-flows-report.h"
#include "analysis/report/vn-report-text.h"

#define FLOWS_SHOWN 50

static void
write_findings (const VnFlowReport *report, FILE *out)
{
  if (report->findings->len == 0)
    return;
  fputs ("\n| | finding | about | times | where |\n|---|---|---|---:|---|\n", out);
  for (guint i = 0; i < report->findings->len; i++)
    {
      const VnReportFinding *finding = g_ptr_array_index (report->findings, i);
      g_autofree char *subject = vn_report_markdown (finding->subject),
                      *detail = vn_report_markdown (finding->detail ? finding->detail : "");
      g_autofree char *packets = vn_flows_packets (report, finding->packets), *where = vn_report_markdown (packets);
      g_autofree char *count = vn_flows_number (finding->count);

      fprintf (out, "| %s | %s (`%s`) | %s%s%s | %s | %s |\n", finding->severity, finding->title, finding->id, subject,
               *detail ? ": " : "", detail, count, where);
    }
}

static void
write_meanings (const VnFlowReport *report, FILE *out)
{
  const char *last = NULL;

  fputs (report->findings->len > 0 ? "\n" : "", out);
  for (guint i = 0; i < report->findings->len; i++)
    {
      const VnReportFinding *finding = g_ptr_array_index (report->findings, i);

      if (last == finding->id)
        continue;
      fprintf (out, "- `%s`: %s\n", finding->id, finding->meaning);
      last = finding->id;
    }
}

static void
write_flows (const VnFlowReport *report, FILE *out)
{
  guint shown = MIN (report->flows->len, FLOWS_SHOWN);

  if (shown == 0)
    return;
  fprintf (
      out,
      "\n| protocol | from | to | state | packets → | ← | bytes | tunnel |\n|---|---|---|---|---:|---:|---:|---|\n");
  for (guint i = 0; i < shown; i++)
    {
      const VnReportFlow *flow = g_ptr_array_index (report->flows, i);
      g_autofree char *from_end = vn_flows_end (flow->from, flow->from_port), *from = vn_report_markdown (from_end);
      g_autofree char *to_end = vn_flows_end (flow->to, flow->to_port), *to = vn_report_markdown (to_end);
      g_autofree char *there = vn_flows_number (flow->packets_from), *back = vn_flows_number (flow->packets_to);
      g_autofree char *bytes = vn_flows_bytes (flow->bytes_from + flow->bytes_to);

      fprintf (out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", flow->protocol, from, to, flow->state, there, back,
               bytes, flow->scope);
    }
  if (shown < report->n_flows)
    {
      g_autofree char *all = vn_flows_number (report->n_flows);

      fprintf (out, "\nThe %u largest of %s conversations.\n", shown, all);
    }
}

void
vn_flows_write_markdown (const VnFlowReport *report, G_GNUC_UNUSED VnAnalysis *analysis,
                         G_GNUC_UNUSED const VnFlowsOptions *options, FILE *out)
{
  g_autofree char *summary = vn_flows_summary (report), *line = vn_report_markdown (summary),
                  *verdict = vn_flows_verdict (report);

  fprintf (out, "## %s\n\n%s\n", verdict, line);
  write_findings (report, out);
  write_meanings (report, out);
  write_flows (report, out);
}
