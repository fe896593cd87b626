/* SPDX-License-Identifier: Apache-2.0 */
/* Writers of a run: each takes the record and gives the text. */
#pragma once

#include "analysis/judge/vn-run.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean colour;
  guint width;      /* columns of the terminal */
  gboolean verbose; /* passing checks and reasons too */
} VnReportOptions;

typedef struct
{
  const char *name;                                                  /* "terminal", "json", "junit", "tap" */
  const char *file_name;                                             /* "report.json"; NULL for the terminal */
  const char *what;                                                  /* for --help */
  char *(*write) (const VnRun *run, const VnReportOptions *options); /* transfer full */
} VnReportFormat;

const VnReportFormat *vn_report_formats (guint *ret_len);
const VnReportFormat *vn_report_format_find (const char *name);
/* Report -> record again (round trip). NULL with @error where it is not one of ours. */
VnRun *vn_report_parse_json (const char *json, gssize size, GError **error);

G_END_DECLS
