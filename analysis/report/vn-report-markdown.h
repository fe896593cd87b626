/* SPDX-License-Identifier: Apache-2.0 */
/* A run as Markdown. */
#pragma once

#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

char *vn_report_write_markdown (const VnRun *run, const VnReportOptions *options);

G_END_DECLS
