/* SPDX-License-Identifier: Apache-2.0 */
/* The analysis of a capture, packet by packet: conversations, who answered whom, and what is wrong. */
#pragma once

#include "analysis/flows/vn-findings.h"
#include "analysis/flows/vn-traffic.h"

G_BEGIN_DECLS

typedef struct
{
  VnDecodeOptions decode;
  const char *match; /* regular expression (PCRE2) over payloads, or NULL */
  gboolean anonymise;
} VnAnalysisOptions;

typedef struct _VnAnalysis VnAnalysis;

/* Returns: NULL with VN_ERROR_INPUT if `match` is no regular expression. */
VnAnalysis *vn_analysis_new (const VnAnalysisOptions *options, GError **error);
void vn_analysis_free (VnAnalysis *analysis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnAnalysis, vn_analysis_free)

void vn_analysis_packet (VnAnalysis *analysis, const VnCaptured *packet);
/* After the last packet, before any of what follows. @point_names: by the point of the packets, char * or NULL each;
 * @file_names: by their file. */
void vn_analysis_finish (VnAnalysis *analysis, const GPtrArray *point_names, const GPtrArray *file_names);

/* How far the clock of a file is ahead of that of the first one, as far as packets that both have tell; 0 = not known,
 * or no more than delays explain. */
gint64 vn_analysis_clock (const VnAnalysis *analysis, guint file);

typedef struct
{
  guint64 n_packets, n_bytes; /* bytes as on the wire */
  guint64 n_malformed, n_truncated, n_undecoded;
  gint64 first_ns, last_ns; /* earliest and latest; 0 without packets */
} VnTotals;
const VnTotals *vn_analysis_totals (const VnAnalysis *analysis);
const VnTraffic *vn_analysis_traffic (const VnAnalysis *analysis);
/* IP conversations of all levels, and those between MAC addresses. */
const VnFlowTable *vn_analysis_flows (const VnAnalysis *analysis);
const VnFlowTable *vn_analysis_mac_flows (const VnAnalysis *analysis);
VnFindings *vn_analysis_findings (VnAnalysis *analysis);

/* ---- words; names and addresses as pseudonyms if the options say so; each transfer full ---- */

char *vn_analysis_ip (VnAnalysis *analysis, VnIp ip);
char *vn_analysis_mac (VnAnalysis *analysis, VnMac mac);
char *vn_analysis_address (VnAnalysis *analysis, const VnFlow *flow, guint side);
char *vn_analysis_name (VnAnalysis *analysis, const char *name);
/* "VXLAN 42", "VXLAN 42 in GRE 1"; "" for none. */
char *vn_analysis_scope (const VnAnalysis *analysis, guint16 scope);
/* "10.0.0.1 → 10.0.0.2 tcp/80", from the side that began, with the scope. */
char *vn_analysis_subject (VnAnalysis *analysis, const VnFlow *flow);
char *vn_analysis_point (VnAnalysis *analysis, guint point);
/* "tcp", "udp", "icmp", …, or the number. Transfer full. */
char *vn_flow_protocol (const VnFlow *flow);
/* "refused", "unanswered", "established", "closed", "reset", …; "" where it has none. Static. */
const char *vn_flow_state (const VnFlow *flow);

typedef struct
{
  VnTunnel tunnel;
  guint32 id;
  guint16 parent; /* scope; 0 = none */
} VnScope;
/* @scope: from 1. */
const VnScope *vn_analysis_scope_get (const VnAnalysis *analysis, guint16 scope);
guint vn_analysis_n_scopes (const VnAnalysis *analysis);

/* A MAC address inside a tunnel, and the tunnel end that it was seen behind. */
typedef struct
{
  guint16 scope;
  VnMac mac;
  VnIp end;
  VnPacketRef first;
  guint64 n_packets;
  guint64 n_chatter; /* of them: what every interface says to all by itself, bridges and tunnel devices too */
} VnInnerMac;
const GPtrArray *vn_analysis_inner_macs (const VnAnalysis *analysis);
/* Who said that an IP address is at a MAC address. */
typedef struct
{
  guint16 scope;
  VnIp ip;
  VnMac mac;
  VnPacketRef first;
} VnClaim;
const GPtrArray *vn_analysis_claims (const VnAnalysis *analysis);
/* A broadcast, multicast or unknown unicast from one tunnel end to another. */
typedef struct
{
  guint16 scope;
  VnIp from, to;
  VnPacketRef first;
  guint64 n_packets;
} VnFlood;
const GPtrArray *vn_analysis_floods (const VnAnalysis *analysis);

G_END_DECLS
