/* SPDX-License-Identifier: Apache-2.0 */
/* Several runs side by side: who reaches whom in which lab, and one sentence on each difference. */
#pragma once

#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

/* What is asked of a pair of ends. */
typedef enum
{
  VN_ASK_PING,
  VN_ASK_TCP,
  VN_ASK_UDP,
  VN_ASK_NAME,    /* DNS: the name of the other end */
  VN_ASK_FORWARD, /* by a forwarded port of the other's PC */
  VN_N_ASKS
} VnAsk;

char vn_ask_letter (VnAsk ask);      /* 'p', 't', … */
const char *vn_ask_name (VnAsk ask); /* "ping", "TCP", … */

/* A pair in one lab. */
typedef struct
{
  VnLeg answered[VN_N_ASKS]; /* YES: at least one packet of the kind was answered; OPEN: none was sent */
  gboolean is_there;         /* both ends are in the lab, and something was asked */
  VnVerdict worst;
  char *why; /* a clause: what decides it; NULL if nothing is said */
  gboolean why_is_yes;
} VnCompareField;

typedef struct
{
  char *from, *to; /* machines */
  GArray *fields;  /* VnCompareField, index = lab */
  gboolean differs;
  char *sentence; /* what differs and why; NULL if nothing does */
} VnCompareRow;

typedef struct
{
  GPtrArray *labs; /* char *: names */
  GPtrArray *rows; /* VnCompareRow, pairs; those that differ first */
  guint n_failed;  /* cells that are not as they should be, over all labs */
} VnComparison;

/* @runs: array of VnRun, at least one. */
VnComparison *vn_compare_runs (const GPtrArray *runs);
void vn_comparison_free (VnComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnComparison, vn_comparison_free)

/* "ptu.": a letter for each question that was asked anywhere in the comparison, a dot where it was not answered; "-"
 * where nothing was asked. Transfer full. */
char *vn_compare_field_text (const VnComparison *comparison, const VnCompareField *field);
/* Whether @ask was put anywhere. */
gboolean vn_compare_asks (const VnComparison *comparison, VnAsk ask);

typedef struct
{
  const char *name; /* "terminal", "markdown", "json", "html" */
  char *(*write) (const VnComparison *comparison, const VnReportOptions *options); /* transfer full */
} VnCompareFormat;
const VnCompareFormat *vn_compare_formats (guint *ret_len);

/* The writers, each in a file of its own. */
char *vn_compare_write_terminal (const VnComparison *comparison, const VnReportOptions *options);
char *vn_compare_write_markdown (const VnComparison *comparison, const VnReportOptions *options);
char *vn_compare_write_json (const VnComparison *comparison, const VnReportOptions *options);
char *vn_compare_write_html (const VnComparison *comparison, const VnReportOptions *options);

G_END_DECLS
