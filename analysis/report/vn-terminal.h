/* SPDX-License-Identifier: Apache-2.0 */
/* Sections of the terminal report. */
#pragma once

#include "analysis/report/vn-report-text.h"

G_BEGIN_DECLS

typedef enum
{
  VN_STYLE_GOOD,
  VN_STYLE_BAD,
  VN_STYLE_UNSURE,
  VN_STYLE_HEAD,
  VN_STYLE_DIM,
} VnStyle;

VnStyle vn_terminal_style (VnVerdict verdict);
/* Appends @text (made safe for a terminal), coloured if the options say so. */
void vn_terminal_add (GString *out, const VnReportOptions *options, VnStyle style, const char *text);
/* A bold heading on a line of its own, after an empty line. */
void vn_terminal_heading (GString *out, const VnReportOptions *options, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Appends words up to the width, then on further lines from column @indent on; the first goes behind what stands there.
 */
void vn_terminal_wrap (GString *out, const VnReportOptions *options, guint indent, const char *text);
/* Items separated by ", ", none of them broken, wrapped likewise; ends the line. At most @most of them and how many
 * more. */
void vn_terminal_list (GString *out, const VnReportOptions *options, guint indent, const GPtrArray *items, guint most);

/* What is not as it should be, by the line to blame. */
void vn_terminal_failures (GString *out, const VnReportOptions *options, const VnRun *run);
/* One matrix for each network. */
void vn_terminal_matrix (GString *out, const VnReportOptions *options, const VnRun *run);

G_END_DECLS
