/* SPDX-License-Identifier: Apache-2.0 */
/* One packet, hop by hop: every device that it passed, what was changed there and why; and the way back. */
#pragma once

#include "analysis/judge/vn-hops.h"
#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

typedef struct
{
  char *where;       /* "pc:en0" */
  char *description; /* of the device; may be NULL */
  gboolean outgoing; /* sent by that device's own node, else it arrived there */
  guint64 after_ns;  /* since the first hop of the leg */
  guint frame;       /* packet number in the pcapng, from 1 */
  char *packet;      /* the headers in one line */
  char *change;      /* what differs from the hop before; NULL = nothing */
  char *why;         /* who changed it, and what for; NULL likewise */
} VnTraceHop;

typedef struct
{
  char *lab, *key;    /* "vm1>internet tcp/80" */
  GPtrArray *legs[2]; /* VnTraceHop, index = VnHopLeg */
  VnOutcome predicted, observed;
  VnVerdict verdict;
  char *end;     /* what became of it: "answered", or where it died and why */
  char *reasons; /* of the prediction; vn_reason_to_string() */
} VnTrace;

/* @evidence, @sightings: of a run that asked one cell; @run: its record. */
VnTrace *vn_trace_new (const VnEvidence *evidence, const GArray *sightings, const VnRun *run);
void vn_trace_free (VnTrace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTrace, vn_trace_free)

/* Transfer full. */
char *vn_trace_to_text (const VnTrace *trace, const VnReportOptions *options);
char *vn_trace_to_json (const VnTrace *trace);

G_END_DECLS
