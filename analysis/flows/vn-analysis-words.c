/* SPDX-License-Identifier: Apache-2.0 */
/* The words in which an analysis speaks of addresses, conversations and places. */
#include "analysis/flows/vn-analysis-private.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>
#include <string.h>

const VnTraffic *
vn_analysis_traffic (const VnAnalysis *a)
{
  return &a->traffic;
}

const VnTotals *
vn_analysis_totals (const VnAnalysis *a)
{
  return &a->totals;
}

gint64
vn_analysis_clock (const VnAnalysis *a, guint file)
{
  return file < a->clocks->len ? g_array_index (a->clocks, gint64, file) : 0;
}

const VnFlowTable *
vn_analysis_flows (const VnAnalysis *a)
{
  return a->flows;
}

const VnFlowTable *
vn_analysis_mac_flows (const VnAnalysis *a)
{
  return a->mac_flows;
}

VnFindings *
vn_analysis_findings (VnAnalysis *a)
{
  return a->findings;
}

const GPtrArray *
vn_analysis_inner_macs (const VnAnalysis *a)
{
  return vn_overlay_macs (a->overlay);
}

const GPtrArray *
vn_analysis_floods (const VnAnalysis *a)
{
  return vn_overlay_floods (a->overlay);
}

const GPtrArray *
vn_analysis_claims (const VnAnalysis *a)
{
  return vn_neighbours_claims (a->neighbours);
}

const VnScope *
vn_analysis_scope_get (const VnAnalysis *a, guint16 scope)
{
  return &g_array_index (a->scopes, VnScope, scope - 1);
}

guint
vn_analysis_n_scopes (const VnAnalysis *a)
{
  return a->scopes->len;
}

static char *
disguise (VnAnalysis *a, const char *kind, char *text)
{
  const char *pseudonym = vn_pseudonyms_get (a->pseudonyms, kind, text);

  g_free (text);
  return g_strdup (pseudonym);
}

/* Addresses that stand for no one in particular keep their names. */
static gboolean
is_common_ip (VnIp ip)
{
  static const guint8 zero[16];

  return vn_ip_is_multicast (ip) || memcmp (ip.b, zero, vn_ip_bytes (ip.family)) == 0
         || (ip.family == VN_FAMILY_IPV4 && (vn_ip_to_v4 (ip) == INADDR_BROADCAST || ip.b[0] == 127));
}

char *
vn_analysis_ip (VnAnalysis *a, VnIp ip)
{
  char *text = vn_ip_to_string (ip);

  if (!a->pseudonyms || is_common_ip (ip))
    return text;
  return disguise (a, ip.family == VN_FAMILY_IPV6 ? "ip6" : "ip4", text);
}

char *
vn_analysis_mac (VnAnalysis *a, VnMac mac)
{
  char *text = vn_mac_to_string (mac);

  return a->pseudonyms && !vn_mac_is_multicast (mac) ? disguise (a, "mac", text) : text;
}

char *
vn_analysis_address (VnAnalysis *a, const VnFlow *flow, guint side)
{
  return flow->key.kind == VN_FLOW_MAC ? vn_analysis_mac (a, vn_flow_mac (flow, side))
                                       : vn_analysis_ip (a, vn_flow_ip (flow, side));
}

char *
vn_analysis_name (VnAnalysis *a, const char *name)
{
  char *text = vn_text_printable (name);

  return a->pseudonyms ? disguise (a, "name", text) : text;
}

char *
vn_analysis_scope (const VnAnalysis *a, guint16 scope)
{
  GString *text = g_string_new (NULL);

  while (scope != 0 && scope <= a->scopes->len)
    {
      const VnScope *s = vn_analysis_scope_get (a, scope);

      g_string_append_printf (text, "%s%s", text->len > 0 ? " in " : "", vn_tunnel_name (s->tunnel));
      if (s->tunnel != VN_TUNNEL_IP && (s->tunnel != VN_TUNNEL_GRE || s->id != 0))
        g_string_append_printf (text, " %u", s->id);
      scope = s->parent;
    }
  return g_string_free (text, FALSE);
}

char *
vn_flow_protocol (const VnFlow *flow)
{
  static const VnWord NAMES[] = {
    { "icmp", IPPROTO_ICMP }, { "igmp", IPPROTO_IGMP }, { "ipip", IPPROTO_IPIP },
    { "tcp", IPPROTO_TCP },   { "udp", IPPROTO_UDP },   { "ipv6", IPPROTO_IPV6 },
    { "gre", IPPROTO_GRE },   { "esp", IPPROTO_ESP },   { "icmp6", IPPROTO_ICMPV6 },
    { "ospf", 89 },           { "vrrp", 112 },          { "sctp", IPPROTO_SCTP },
    { "pim", IPPROTO_PIM },   { "ah", IPPROTO_AH },     { NULL, 0 },
  };
  const char *name = flow->key.kind == VN_FLOW_MAC ? "ethernet" : vn_word_name (NAMES, flow->key.protocol);

  return name ? g_strdup (name) : g_strdup_printf ("ip/%u", flow->key.protocol);
}

char *
vn_analysis_subject (VnAnalysis *a, const VnFlow *flow)
{
  g_autofree char *from = vn_analysis_address (a, flow, flow->initiator);
  g_autofree char *to = vn_analysis_address (a, flow, !flow->initiator);
  g_autofree char *protocol = vn_flow_protocol (flow);
  g_autofree char *scope = vn_analysis_scope (a, flow->key.scope);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s → %s %s", from, to, protocol);
  if (flow->key.port[!flow->initiator] != 0)
    g_string_append_printf (text, "/%u", flow->key.port[!flow->initiator]);
  if (*scope)
    g_string_append_printf (text, " in %s", scope);
  return g_string_free (text, FALSE);
}

char *
vn_analysis_point (VnAnalysis *a, guint point)
{
  return vn_analysis_name (a, ((const VnPoint *)g_ptr_array_index (a->points, point))->name);
}
