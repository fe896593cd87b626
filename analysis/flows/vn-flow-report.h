/* SPDX-License-Identifier: Apache-2.0 */
/* VnFlowReport: the record of an analysis that reports are made from. Names, numbers and texts only. */
#pragma once

#include "analysis/flows/vn-analysis.h"

G_BEGIN_DECLS

typedef struct
{
  char *path, *problem;
  guint64 n_packets, n_unknown;
} VnReportFile;

typedef struct
{
  guint file;     /* index in files */
  guint64 number; /* from 1, in that file */
} VnReportPacket;

typedef struct
{
  const char *id, *title, *meaning, *severity; /* static */
  char *subject, *detail;
  guint64 count;
  GArray *packets; /* VnReportPacket */
} VnReportFinding;

/* A conversation, or the sum of some. "from" is the end that began. */
typedef struct
{
  char *protocol, *from, *to, *scope;
  guint from_port, to_port;
  const char *state; /* "" without one; static */
  char *nat;         /* what it is translated to or from, or NULL */
  guint level;
  guint64 packets_from, packets_to, bytes_from, bytes_to, payload_from, payload_to;
  gint64 first_ns, last_ns;
  guint64 retransmissions;
  VnReportPacket first;
} VnReportFlow;

typedef struct
{
  char *address, *scope;
  guint64 packets_sent, packets_received, bytes_sent, bytes_received;
} VnReportEndpoint;

typedef struct
{
  char *name; /* "VXLAN 42" */
  guint n_ends, n_macs;
  guint64 n_packets;
} VnReportOverlay;

/* How many of something there are beyond those that are listed. */
typedef struct
{
  guint64 n, packets, bytes;
} VnReportRest;

typedef struct
{
  char *tool_version;
  GPtrArray *files;  /* VnReportFile */
  GPtrArray *points; /* char * */
  guint64 n_packets, n_bytes, n_malformed, n_truncated, n_undecoded;
  gint64 first_ns, last_ns;
  guint n_errors, n_warnings, n_notes; /* findings */
  GPtrArray *findings;                 /* VnReportFinding */
  guint64 n_flows;
  GPtrArray *flows; /* VnReportFlow: the largest */
  VnReportRest flows_rest;
  GPtrArray *conversations; /* VnReportFlow: between IP addresses, over all protocols */
  VnReportRest conversations_rest;
  GPtrArray *mac_conversations;
  VnReportRest mac_conversations_rest;
  GPtrArray *endpoints; /* VnReportEndpoint */
  VnReportRest endpoints_rest;
  GPtrArray *overlays; /* VnReportOverlay */
  GPtrArray *matched;  /* char *: the expression of --match, if there was one */
} VnFlowReport;

typedef struct
{
  guint top; /* of each list; 0 = all */
} VnFlowReportOptions;

/* @files: VnReportFile, taken over. */
VnFlowReport *vn_flow_report_new (VnAnalysis *analysis, GPtrArray *files, const VnFlowReportOptions *options);
void vn_flow_report_free (VnFlowReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnFlowReport, vn_flow_report_free)
VnReportFile *vn_report_file_new (const char *path, guint64 n_packets, guint64 n_unknown, const char *problem);
void vn_report_file_free (VnReportFile *file);

/* One flow of the analysis as the report has it, for writers that go through all of them. */
void vn_report_flow_set (VnAnalysis *analysis, const VnFlow *flow, VnReportFlow *ret);
void vn_report_flow_clear (VnReportFlow *flow);
/* Whether `--match`, if given, chose it. */
gboolean vn_analysis_is_wanted (const VnAnalysis *analysis, const VnFlow *flow);

G_END_DECLS
