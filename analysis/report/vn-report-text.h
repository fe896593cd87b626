/* SPDX-License-Identifier: Apache-2.0 */
/* What the writers of text share: cells and checks as one list, causes as sentences. */
#pragma once

#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

/* A cell or a check as a line of a list. */
typedef struct
{
  const char *id;
  const char *name; /* the cell's key, or host and subject */
  VnVerdict verdict;
  const char *message; /* may be NULL */
  const char *details; /* may be NULL */
  const VnCause *cause;
} VnReportItem;

typedef void (*VnReportFunc) (const VnReportItem *item, gpointer data);
/* Cells first, then checks, in the order of the record. */
void vn_report_foreach (const VnRun *run, VnReportFunc func, gpointer data);

/* "last seen at compute1:ens33; …text (file:line)"; NULL for no cause. Transfer full. */
char *vn_report_cause (const VnCause *cause);
/* Text of one line that is safe for terminals and XML. Transfer full. */
char *vn_report_line (const char *text);
/* Text of one line no character of which is Markdown or HTML. Transfer full. */
char *vn_report_markdown (const char *text);

char *vn_report_write_terminal (const VnRun *run, const VnReportOptions *options);
char *vn_report_write_junit (const VnRun *run);
char *vn_report_write_tap (const VnRun *run);

G_END_DECLS
