/* SPDX-License-Identifier: Apache-2.0 */
/* What an analysis found: a row of vn-findings.inc, about something, so many times, in these packets. */
#pragma once

#include "analysis/flows/vn-flow-table.h"

#include "sim/base/vn-diag.h"

G_BEGIN_DECLS

typedef enum
{
#define VN_FINDING(name, id, severity, title, meaning) VN_FINDING_##name,
#include "analysis/flows/vn-findings.inc"
#undef VN_FINDING
  VN_N_FINDINGS
} VnFindingCode;

typedef struct
{
  const char *id;
  VnSeverity severity;
  const char *title;   /* a few words */
  const char *meaning; /* one or two sentences */
} VnFindingInfo;
const VnFindingInfo *vn_finding_info (VnFindingCode code);
const char *vn_severity_name (VnSeverity severity); /* "error", "warning", "note" */

#define VN_FINDING_PACKETS_MAX 8    /* numbers kept of each */
#define VN_FINDING_SUBJECTS_MAX 500 /* kept of each code; the rest is counted */

typedef struct
{
  VnFindingCode code;
  char *subject; /* what it is about: "10.0.0.1 → 10.0.0.2 tcp/80" */
  char *detail;  /* more about it, or NULL */
  guint64 count;
  guint n_packets;
  VnPacketRef packets[VN_FINDING_PACKETS_MAX];
} VnFinding;

typedef struct _VnFindings VnFindings;

VnFindings *vn_findings_new (void);
void vn_findings_free (VnFindings *findings);
/* Counts one more of @code about @subject. Returns: the finding, NULL if there are too many subjects already. */
VnFinding *vn_findings_add (VnFindings *findings, VnFindingCode code, const char *subject, VnPacketRef packet);
/* The same with a count of its own and without a packet. */
VnFinding *vn_findings_count (VnFindings *findings, VnFindingCode code, const char *subject, guint64 count);
void vn_finding_set_detail (VnFinding *finding, const char *format, ...) G_GNUC_PRINTF (2, 3); /* NULL is passed over */
/* By severity, then in the table's order, then the most frequent first. Element: VnFinding. */
const GPtrArray *vn_findings_sort (VnFindings *findings);
/* Of a code, beyond VN_FINDING_SUBJECTS_MAX. */
guint64 vn_findings_left_out (const VnFindings *findings, VnFindingCode code);

G_END_DECLS
