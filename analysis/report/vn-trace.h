/* SPDX-License-Identifier: Apache-2.0 */
/* One packet, hop by hop: every device that it passed, what was changed there and why; and the way back. */
#pragma once

#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

/* @run: the record of a run that asked one cell, with its hops. Transfer full. */
char *vn_trace_to_text (const VnRun *run, const VnReportOptions *options);
char *vn_trace_to_json (const VnRun *run);
/* What became of a cell's packet: "arrived and was answered", or where it died and why. Transfer full. */
char *vn_trace_end (const VnRunCell *cell);

G_END_DECLS
