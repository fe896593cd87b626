/* SPDX-License-Identifier: Apache-2.0 */
/* A run as an HTML page. */
#pragma once

#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

char *vn_report_write_html (const VnRun *run, const VnReportOptions *options);
/* JSON for html/run.js. Transfer full. */
GString *vn_html_run_data (const VnRun *run);

G_END_DECLS
