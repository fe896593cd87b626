/* SPDX-License-Identifier: Apache-2.0 */
/* The table of report formats. */
#include "analysis/report/vn-report.h"

#include "analysis/report/vn-fields.h"
#include "analysis/report/vn-html-run.h"
#include "analysis/report/vn-report-markdown.h"
#include "analysis/report/vn-report-text.h"

#include <string.h>

static char *
write_json (const VnRun *run, const VnReportOptions *options G_GNUC_UNUSED)
{
  return vn_report_write_json (run);
}

static char *
write_junit (const VnRun *run, const VnReportOptions *options G_GNUC_UNUSED)
{
  return vn_report_write_junit (run);
}

static char *
write_tap (const VnRun *run, const VnReportOptions *options G_GNUC_UNUSED)
{
  return vn_report_write_tap (run);
}

static const VnReportFormat formats[] = {
  { "terminal", NULL, "matrix, failures first", vn_report_write_terminal },
  { "json", "report.json", "the whole record, docs/report.schema.json", write_json },
  { "junit", "junit.xml", "one case a cell or check", write_junit },
  { "tap", "report.tap", "TAP 14, one point a cell or check", write_tap },
  { "markdown", "report.md", "a summary for CI", vn_report_write_markdown },
  { "html", "report.html", "one page to look at, offline", vn_report_write_html },
};

const VnReportFormat *
vn_report_formats (guint *ret_len)
{
  *ret_len = G_N_ELEMENTS (formats);
  return formats;
}

const VnReportFormat *
vn_report_format_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, name) == 0)
      return &formats[i];
  return NULL;
}
