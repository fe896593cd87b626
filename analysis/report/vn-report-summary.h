/* SPDX-License-Identifier: Apache-2.0 */
/* A run summed up for people: by check, by line to blame, by pair of ends, in one sentence. */
#pragma once

#include "analysis/report/vn-report-text.h"

G_BEGIN_DECLS

/* ---- by check ---- */

typedef struct
{
  const char *id;
  const char *title; /* NULL for a check of the lab file */
  guint counts[VN_N_VERDICTS];
} VnReportSum;

/* Array of VnReportSum in the order of their first item. Ids belong to the run. */
GArray *vn_report_sums (const VnRun *run);
/* Everything in one, without an id. */
VnReportSum vn_report_sum_all (const VnRun *run);
guint vn_report_sum_total (const VnReportSum *sum);
/* The gravest that occurs: failed before error before undecided. */
VnVerdict vn_report_sum_verdict (const VnReportSum *sum);
gboolean vn_report_is_worse (VnVerdict a, VnVerdict b); /* in the same order */
/* "2006 checks, all as they should be", "12 checks: 10 as they should be, 2 not". Transfer full. */
char *vn_report_verdict_line (const VnRun *run);

/* ---- what is not as it should be, by the line to blame ---- */

typedef struct
{
  const char *id;
  VnVerdict verdict;
  char *message;    /* may be NULL */
  GPtrArray *names; /* char *: cells and checks, one of each pair of ends first */
} VnReportPart;

typedef struct
{
  char *key;        /* place or text of the cause */
  char *place;      /* line to blame; NULL where there is none */
  char *text;       /* of the first cause of the group; may be NULL */
  char *seen;       /* where its frame was seen last, and which cell's it was; NULL where no frame was lost */
  GPtrArray *parts; /* VnReportPart */
} VnReportGroup;

/* One mistake in a file turns many cells red, and is one group. Transfer full. */
GPtrArray *vn_report_groups (const VnRun *run);

/* ---- by pair of ends ---- */

typedef struct
{
  guint n_asked, n_answered; /* ordinary packets */
  guint n_cells;             /* attacks and questions about L2 population too */
  VnVerdict worst;
} VnReportPair;

/* Array of n × n, senders first; what has no receiver stands with its sender itself. */
GArray *vn_report_pairs (const VnRun *run);

G_END_DECLS
