/* SPDX-License-Identifier: Apache-2.0 */
/* The timeline of a run: build, verify, change by hand, capture, probe, judge, write, remove. The only orchestrator. */
#pragma once

#include "analysis/judge/vn-judge.h"
#include "analysis/report/vn-report.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/run/vn-faults.h"
#include "sim/run/vn-folder.h"
#include "sim/run/vn-held-lab.h"

G_BEGIN_DECLS

typedef struct
{
  const VnTopology *topology;
  const VnDiagList *diags;    /* lint warnings to print in the reports; may be NULL */
  const VnFolder *folder;     /* NULL = nothing is written */
  const char *const *formats; /* names of report formats to write as files, NULL-terminated; NULL = none */
  gint64 now_unix_usec;
  VnHeldLab *held; /* joined, of the same topology: probed as it stands, and left standing; NULL = build and remove */
  const VnFault *fault;      /* to be built into the lab; NULL = none */
  VnUsec load_time;          /* what loading took before */
  const GArray *events;      /* VnEvent: what happens after all is plugged, before any probe; NULL = nothing */
  const GArray *cells;       /* VnCell: what to ask; NULL = all that vn_probe_cells() has */
  gboolean split_interfaces; /* beside capture.pcapng a pcap for each interface */
  gboolean with_hops;        /* the record gets the way of each packet even if there is no folder */
  void (*progress) (const char *phase, guint done, guint total, gpointer data); /* nullable */
  gpointer progress_data;
} VnRunSetup;

/* Inside the sandbox. Returns: the record, with every file written and the lab removed again; NULL with @error if the
 * lab could not be built or the run not be carried out. */
VnRun *vn_run_lab (const VnRunSetup *setup, GError **error);

G_END_DECLS
