/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of an analysis: terminal, JSON, CSV, Markdown. */
#pragma once

#include "analysis/flows/vn-flow-report.h"
#include "analysis/report/vn-fields.h"

#include <stdio.h>

G_BEGIN_DECLS

#define VN_FLOWS_REPORT_VERSION 1

extern const VnReportKind VN_FLOWS_REPORT;

typedef struct
{
  gboolean colour;
  gboolean verbose; /* terminal: every subject, every meaning, all lists */
  guint width;      /* of the terminal, in columns */
} VnFlowsOptions;

/* @analysis: for formats that go through all flows. Writing errors are the stream's. */
typedef struct
{
  const char *name;
  void (*write) (const VnFlowReport *report, VnAnalysis *analysis, const VnFlowsOptions *options, FILE *out);
} VnFlowsFormat;
const VnFlowsFormat *vn_flows_formats (guint *ret_len);
const VnFlowsFormat *vn_flows_format_find (const char *name);

void vn_flows_write_terminal (const VnFlowReport *report, VnAnalysis *analysis, const VnFlowsOptions *options,
                              FILE *out);
void vn_flows_write_json (const VnFlowReport *report, VnAnalysis *analysis, const VnFlowsOptions *options, FILE *out);
void vn_flows_write_csv (const VnFlowReport *report, VnAnalysis *analysis, const VnFlowsOptions *options, FILE *out);
void vn_flows_write_markdown (const VnFlowReport *report, VnAnalysis *analysis, const VnFlowsOptions *options,
                              FILE *out);

void vn_flows_write_html (const VnFlowReport *report, VnAnalysis *analysis, const VnFlowsOptions *options, FILE *out);

/* ---- what the formats for people share; transfer full ---- */

/* "1,234,567". */
char *vn_flows_number (guint64 number);
/* "1.2 MB". */
char *vn_flows_bytes (guint64 bytes);
/* "12.3 s", "2 min 5 s", "1.2 ms". */
char *vn_flows_duration (gint64 ns);
/* "packets 4, 18", or with several files "packets a.pcap 4, b.pcap 18"; "" for none. */
char *vn_flows_packets (const VnFlowReport *report, const GArray *packets);
/* "10.0.0.1:80", "[fd00::1]:80", or the address alone. */
char *vn_flows_end (const char *address, guint port);
/* "web.pcap: 1,234 packets, …": what was read. */
char *vn_flows_summary (const VnFlowReport *report);
/* "2 errors, 1 warning and 4 notes", "nothing wrong was found". */
char *vn_flows_verdict (const VnFlowReport *report);

G_END_DECLS
