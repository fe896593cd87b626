/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP errors with the packet that they are about, and pings with their replies. */
#include "analysis/flows/vn-analysis-private.h"

#include <netinet/in.h>

#define ANY_CODE (-1)

typedef struct
{
  VnFamily family;
  guint8 type;
  int code;
  VnFindingCode finding;
  const char *words;
} ErrorRow;

/* The first row that fits. */
static const ErrorRow ERRORS[] = {
  { VN_FAMILY_IPV4, 3, 0, VN_FINDING_ICMP_UNREACHABLE, "network unreachable" },
  { VN_FAMILY_IPV4, 3, 1, VN_FINDING_ICMP_UNREACHABLE, "host unreachable" },
  { VN_FAMILY_IPV4, 3, 2, VN_FINDING_ICMP_UNREACHABLE, "protocol unreachable" },
  { VN_FAMILY_IPV4, 3, 3, VN_FINDING_ICMP_UNREACHABLE, "port unreachable" },
  { VN_FAMILY_IPV4, 3, 4, VN_FINDING_ICMP_TOO_BIG, "fragmentation needed" },
  { VN_FAMILY_IPV4, 3, 9, VN_FINDING_ICMP_PROHIBITED, "network prohibited" },
  { VN_FAMILY_IPV4, 3, 10, VN_FINDING_ICMP_PROHIBITED, "host prohibited" },
  { VN_FAMILY_IPV4, 3, 13, VN_FINDING_ICMP_PROHIBITED, "prohibited" },
  { VN_FAMILY_IPV4, 3, ANY_CODE, VN_FINDING_ICMP_UNREACHABLE, "unreachable" },
  { VN_FAMILY_IPV4, 5, ANY_CODE, VN_FINDING_ICMP_REDIRECT, "redirect" },
  { VN_FAMILY_IPV4, 11, ANY_CODE, VN_FINDING_ICMP_TTL, "time exceeded" },
  { VN_FAMILY_IPV6, 1, 0, VN_FINDING_ICMP_UNREACHABLE, "no route" },
  { VN_FAMILY_IPV6, 1, 1, VN_FINDING_ICMP_PROHIBITED, "prohibited" },
  { VN_FAMILY_IPV6, 1, 3, VN_FINDING_ICMP_UNREACHABLE, "address unreachable" },
  { VN_FAMILY_IPV6, 1, 4, VN_FINDING_ICMP_UNREACHABLE, "port unreachable" },
  { VN_FAMILY_IPV6, 1, ANY_CODE, VN_FINDING_ICMP_UNREACHABLE, "unreachable" },
  { VN_FAMILY_IPV6, 2, ANY_CODE, VN_FINDING_ICMP_TOO_BIG, "packet too big" },
  { VN_FAMILY_IPV6, 3, ANY_CODE, VN_FINDING_ICMP_TTL, "time exceeded" },
  { VN_FAMILY_IPV6, 137, ANY_CODE, VN_FINDING_ICMP_REDIRECT, "redirect" },
};

static const ErrorRow *
find_error (const VnPacketHeaders *h)
{
  for (guint i = 0; i < G_N_ELEMENTS (ERRORS); i++)
    if (ERRORS[i].family == h->ip_src.family && ERRORS[i].type == h->icmp_type
        && (ERRORS[i].code == ANY_CODE || ERRORS[i].code == h->icmp_code))
      return &ERRORS[i];
  return NULL;
}

/* An error quotes 8 bytes of TCP at the least: too little for its header, enough for the ports. */
static void
fill_ports (VnPacketHeaders *quoted)
{
  gboolean has_ports = quoted->ip_protocol == IPPROTO_TCP || quoted->ip_protocol == IPPROTO_SCTP;

  if (quoted->layers & (VN_HAS_TCP | VN_HAS_UDP | VN_HAS_SCTP) || !has_ports || quoted->payload_size < 4)
    return;
  quoted->sport = (guint16)(quoted->payload[0] << 8 | quoted->payload[1]);
  quoted->dport = (guint16)(quoted->payload[2] << 8 | quoted->payload[3]);
}

static void
watch_error (VnAnalysis *a, const VnSeen *seen, const ErrorRow *row)
{
  VnPacketHeaders quoted;
  VnFlowKey key;
  guint index, from;
  VnFlow about = { 0 }, *flow = NULL;
  VnPacketRef ref;
  VnFinding *finding;

  vn_packet_decode_quoted (seen->h->payload, seen->h->payload_size, &quoted);
  if (!(quoted.layers & VN_HAS_IP))
    return;
  fill_ports (&quoted);
  from = vn_seen_key (&quoted, seen->scope, &key);
  index = vn_flow_table_find (a->flows, &key);
  about = (VnFlow){ .key = key, .initiator = (guint8)from };
  if (index != VN_NO_FLOW)
    flow = vn_flow_table_get (a->flows, index);
  if (flow && row->finding != VN_FINDING_ICMP_TOO_BIG && row->finding != VN_FINDING_ICMP_REDIRECT)
    flow->is_refused_by_icmp = 1;
  ref = vn_sightings_find (a->sightings, &quoted);
  {
    g_autofree char *subject = vn_analysis_subject (a, flow ? flow : &about);
    g_autofree char *teller = vn_analysis_ip (a, seen->h->ip_src);

    finding = vn_findings_add (a->findings, row->finding, subject, ref);
    if (!finding)
      return;
    if (finding->n_packets < VN_FINDING_PACKETS_MAX)
      finding->packets[finding->n_packets++] = seen->ref;
    if (seen->h->icmp_mtu != 0 && row->finding == VN_FINDING_ICMP_TOO_BIG)
      vn_finding_set_detail (finding, "%s says \"%s\", MTU %u", teller, row->words, seen->h->icmp_mtu);
    else
      vn_finding_set_detail (finding, "%s says \"%s\"", teller, row->words);
  }
}

void
vn_icmp_watch (VnAnalysis *a, const VnSeen *seen)
{
  gboolean is_v6 = seen->h->ip_src.family == VN_FAMILY_IPV6;
  guint8 request = is_v6 ? 128 : 8, reply = is_v6 ? 129 : 0;
  const ErrorRow *row = find_error (seen->h);

  if (row && !seen->is_repeat)
    watch_error (a, seen, row);
  else if (seen->f && seen->h->icmp_type == request)
    {
      if (seen->f->side[seen->from].n_asked++ == 0)
        seen->f->trouble = seen->ref;
    }
  else if (seen->f && seen->h->icmp_type == reply)
    seen->f->side[!seen->from].n_answered++;
}
