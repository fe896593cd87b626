/* SPDX-License-Identifier: Apache-2.0 */
/* The record of an analysis as tables of fields, and the table of its formats. */
#include "analysis/report/vn-flows-report.h"

#include <stddef.h>
#include <string.h>

#define FIELD(type, member, kind, doc)                                                                                 \
  {                                                                                                                    \
#member, kind, offsetof(type, member), doc, NULL, 0, NULL                                                          \
  }
#define NEEDED(type, member, kind, doc)                                                                                \
  {                                                                                                                    \
#member, kind, offsetof(type, member), doc, NULL, 0, NULL, TRUE                                                    \
  }
#define PART(type, member, kind, part, doc)                                                                            \
  {                                                                                                                    \
#member, kind, offsetof(type, member), doc, NULL, 0, part                                                          \
  }
#define END                                                                                                            \
  {                                                                                                                    \
    NULL, VN_FIELD_STRING, 0, NULL, NULL, 0, NULL                                                                      \
  }

static const VnField file_fields[] = {
  NEEDED (VnReportFile, path, VN_FIELD_STRING, "as it was given; - is standard input"),
  FIELD (VnReportFile, n_packets, VN_FIELD_UINT64, "packets that could be read"),
  FIELD (VnReportFile, n_unknown, VN_FIELD_UINT64, "of a link type that is not decoded"),
  FIELD (VnReportFile, problem, VN_FIELD_STRING, "why and where reading stopped before the file's end"),
  END,
};
static const VnObject file_object = { "file", file_fields, sizeof (VnReportFile), NULL };

static const VnField packet_fields[] = {
  FIELD (VnReportPacket, file, VN_FIELD_UINT, "index in files"),
  FIELD (VnReportPacket, number, VN_FIELD_UINT64, "from 1, in that file"),
  END,
};
static const VnObject packet_object = { "packet", packet_fields, sizeof (VnReportPacket), NULL };

static const VnField finding_fields[] = {
  NEEDED (VnReportFinding, id, VN_FIELD_NAME, "what kind of finding"),
  NEEDED (VnReportFinding, severity, VN_FIELD_NAME, "error, warning or note"),
  NEEDED (VnReportFinding, title, VN_FIELD_NAME, "the kind in a few words"),
  NEEDED (VnReportFinding, meaning, VN_FIELD_NAME, "what it means"),
  NEEDED (VnReportFinding, subject, VN_FIELD_STRING, "what it is about"),
  FIELD (VnReportFinding, detail, VN_FIELD_STRING, "more about it"),
  FIELD (VnReportFinding, count, VN_FIELD_UINT64, "how many times"),
  PART (VnReportFinding, packets, VN_FIELD_VALUES, &packet_object, "the first of its packets"),
  END,
};
static const VnObject finding_object = { "finding", finding_fields, sizeof (VnReportFinding), NULL };

static const VnField flow_fields[] = {
  NEEDED (VnReportFlow, protocol, VN_FIELD_STRING, "tcp, udp, sctp, icmp, …; ip/0 for the sum of several"),
  NEEDED (VnReportFlow, from, VN_FIELD_STRING, "the end that began"),
  FIELD (VnReportFlow, from_port, VN_FIELD_UINT, "0 without one"),
  NEEDED (VnReportFlow, to, VN_FIELD_STRING, "the other end"),
  FIELD (VnReportFlow, to_port, VN_FIELD_UINT, "0 without one"),
  NEEDED (VnReportFlow, scope, VN_FIELD_STRING, "the tunnel that it is inside of; empty for none"),
  FIELD (VnReportFlow, level, VN_FIELD_UINT, "how many tunnels it is inside of"),
  NEEDED (VnReportFlow, state, VN_FIELD_NAME, "of a TCP connection; else empty"),
  FIELD (VnReportFlow, packets_from, VN_FIELD_UINT64, "packets of the end that began"),
  FIELD (VnReportFlow, packets_to, VN_FIELD_UINT64, "packets of the other"),
  FIELD (VnReportFlow, bytes_from, VN_FIELD_UINT64, "whole frames as on the wire"),
  FIELD (VnReportFlow, bytes_to, VN_FIELD_UINT64, "whole frames as on the wire"),
  FIELD (VnReportFlow, payload_from, VN_FIELD_UINT64, "bytes above TCP, UDP or IP"),
  FIELD (VnReportFlow, payload_to, VN_FIELD_UINT64, "bytes above TCP, UDP or IP"),
  FIELD (VnReportFlow, first_ns, VN_FIELD_INT64, "time of the first packet, nanoseconds since 1970"),
  FIELD (VnReportFlow, last_ns, VN_FIELD_INT64, "time of the last packet"),
  FIELD (VnReportFlow, retransmissions, VN_FIELD_UINT64, "TCP segments sent again"),
  FIELD (VnReportFlow, nat, VN_FIELD_STRING, "the same conversation with translated addresses"),
  PART (VnReportFlow, first, VN_FIELD_STRUCT, &packet_object, "its first packet"),
  END,
};
static const VnObject flow_object = { "flow", flow_fields, sizeof (VnReportFlow), NULL };

static const VnField endpoint_fields[] = {
  NEEDED (VnReportEndpoint, address, VN_FIELD_STRING, "IP address"),
  NEEDED (VnReportEndpoint, scope, VN_FIELD_STRING, "the tunnel that it is inside of; empty for none"),
  FIELD (VnReportEndpoint, packets_sent, VN_FIELD_UINT64, "packets from it"),
  FIELD (VnReportEndpoint, packets_received, VN_FIELD_UINT64, "packets to it"),
  FIELD (VnReportEndpoint, bytes_sent, VN_FIELD_UINT64, "bytes from it"),
  FIELD (VnReportEndpoint, bytes_received, VN_FIELD_UINT64, "bytes to it"),
  END,
};
static const VnObject endpoint_object = { "endpoint", endpoint_fields, sizeof (VnReportEndpoint), NULL };

static const VnField overlay_fields[] = {
  NEEDED (VnReportOverlay, name, VN_FIELD_STRING, "the tunnel and its network"),
  FIELD (VnReportOverlay, n_ends, VN_FIELD_UINT, "tunnel ends that sent into it"),
  FIELD (VnReportOverlay, n_macs, VN_FIELD_UINT, "MAC addresses that sent inside"),
  FIELD (VnReportOverlay, n_packets, VN_FIELD_UINT64, "packets inside"),
  END,
};
static const VnObject overlay_object = { "overlay", overlay_fields, sizeof (VnReportOverlay), NULL };

static const VnField rest_fields[] = {
  FIELD (VnReportRest, n, VN_FIELD_UINT64, "how many"),
  FIELD (VnReportRest, packets, VN_FIELD_UINT64, "their packets"),
  FIELD (VnReportRest, bytes, VN_FIELD_UINT64, "their bytes"),
  END,
};
static const VnObject rest_object = { "rest", rest_fields, sizeof (VnReportRest), NULL };

static const VnField report_fields[] = {
  NEEDED (VnFlowReport, tool_version, VN_FIELD_STRING, "version of vnetlab"),
  PART (VnFlowReport, files, VN_FIELD_OBJECTS, &file_object, "what was read"),
  FIELD (VnFlowReport, points, VN_FIELD_STRINGS, "capture points that packets came from"),
  FIELD (VnFlowReport, n_packets, VN_FIELD_UINT64, "packets analysed"),
  FIELD (VnFlowReport, n_bytes, VN_FIELD_UINT64, "their bytes on the wire"),
  FIELD (VnFlowReport, n_malformed, VN_FIELD_UINT64, "headers that contradict themselves"),
  FIELD (VnFlowReport, n_truncated, VN_FIELD_UINT64, "headers that the capture cuts"),
  FIELD (VnFlowReport, n_undecoded, VN_FIELD_UINT64, "packets of a link type that is not decoded"),
  FIELD (VnFlowReport, first_ns, VN_FIELD_INT64, "the earliest time, nanoseconds since 1970"),
  FIELD (VnFlowReport, last_ns, VN_FIELD_INT64, "the latest time"),
  FIELD (VnFlowReport, matched, VN_FIELD_STRINGS, "the expression that chose the conversations, if there is one"),
  FIELD (VnFlowReport, n_errors, VN_FIELD_UINT, "findings that are errors"),
  FIELD (VnFlowReport, n_warnings, VN_FIELD_UINT, "findings that are warnings"),
  FIELD (VnFlowReport, n_notes, VN_FIELD_UINT, "findings that are notes"),
  PART (VnFlowReport, findings, VN_FIELD_OBJECTS, &finding_object, "the gravest first"),
  FIELD (VnFlowReport, n_flows, VN_FIELD_UINT64, "conversations by ports, listed or not"),
  PART (VnFlowReport, flows, VN_FIELD_OBJECTS, &flow_object, "conversations by ports, the largest first"),
  PART (VnFlowReport, flows_rest, VN_FIELD_STRUCT, &rest_object, "those not listed"),
  PART (VnFlowReport, conversations, VN_FIELD_OBJECTS, &flow_object, "between IP addresses, over all protocols"),
  PART (VnFlowReport, conversations_rest, VN_FIELD_STRUCT, &rest_object, "those not listed"),
  PART (VnFlowReport, mac_conversations, VN_FIELD_OBJECTS, &flow_object, "between MAC addresses"),
  PART (VnFlowReport, mac_conversations_rest, VN_FIELD_STRUCT, &rest_object, "those not listed"),
  PART (VnFlowReport, endpoints, VN_FIELD_OBJECTS, &endpoint_object, "IP addresses, the busiest first"),
  PART (VnFlowReport, endpoints_rest, VN_FIELD_STRUCT, &rest_object, "those not listed"),
  PART (VnFlowReport, overlays, VN_FIELD_OBJECTS, &overlay_object, "tunnels and the networks in them"),
  END,
};
static const VnObject report_object = { "analysis", report_fields, sizeof (VnFlowReport), NULL };

const VnReportKind VN_FLOWS_REPORT
    = { &report_object, "Analysis of captures by vnetlab", "vnetlab_analysis", VN_FLOWS_REPORT_VERSION };

static const VnFlowsFormat FORMATS[] = {
  { "terminal", vn_flows_write_terminal }, { "json", vn_flows_write_json }, { "csv", vn_flows_write_csv },
  { "markdown", vn_flows_write_markdown }, { "html", vn_flows_write_html },
};

const VnFlowsFormat *
vn_flows_formats (guint *ret_len)
{
  *ret_len = G_N_ELEMENTS (FORMATS);
  return FORMATS;
}

const VnFlowsFormat *
vn_flows_format_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (FORMATS); i++)
    if (strcmp (FORMATS[i].name, name) == 0)
      return &FORMATS[i];
  return NULL;
}
