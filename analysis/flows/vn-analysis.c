/* SPDX-License-Identifier: Apache-2.0 */
/* The analysis of a capture, packet by packet.
 *
 * A packet is decoded into its levels; each level with IP ends counts for one conversation, each with MAC addresses for
 * another, so that a tunnelled packet counts outside and inside. A conversation inside a tunnel is one of its scope:
 * the same addresses in two VXLAN networks are two conversations. Nothing is allocated for a packet, only for what is
 * new about it. */
#include "analysis/flows/vn-analysis-private.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>
#include <string.h>

#define SCOPES_MAX G_MAXUINT16
#define POINT_BITS 64

/* ---- life ---- */

static void
point_free (gpointer data)
{
  VnPoint *point = data;

  g_free (point->name);
  g_free (point);
}

VnAnalysis *
vn_analysis_new (const VnAnalysisOptions *options, GError **error)
{
  VnPayloadMatch *match = NULL;
  VnAnalysis *a;

  if (options->match && !(match = vn_payload_match_new (options->match, error)))
    return NULL;
  a = g_new0 (VnAnalysis, 1);
  a->options = *options;
  a->match = match;
  a->flows = vn_flow_table_new ();
  a->mac_flows = vn_flow_table_new ();
  a->findings = vn_findings_new ();
  a->scopes = g_array_new (FALSE, FALSE, sizeof (VnScope));
  a->scope_numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  a->points = g_ptr_array_new_with_free_func (point_free);
  a->file_names = g_ptr_array_new_with_free_func (g_free);
  a->file_times = g_array_new (FALSE, TRUE, sizeof (gint64));
  a->sightings = vn_sightings_new ();
  a->neighbours = vn_neighbours_new ();
  a->dhcp = vn_dhcp_watch_new ();
  a->dns = vn_dns_watch_new ();
  a->fragments = vn_fragments_new ();
  a->overlay = vn_overlay_new ();
  a->clocks = g_array_new (FALSE, TRUE, sizeof (gint64));
  a->pseudonyms = options->anonymise ? vn_pseudonyms_new () : NULL;
  return a;
}

void
vn_analysis_free (VnAnalysis *a)
{
  vn_flow_table_free (a->flows);
  vn_flow_table_free (a->mac_flows);
  vn_findings_free (a->findings);
  g_array_unref (a->scopes);
  g_hash_table_unref (a->scope_numbers);
  g_ptr_array_unref (a->points);
  g_ptr_array_unref (a->file_names);
  g_array_unref (a->file_times);
  vn_sightings_free (a->sightings);
  vn_neighbours_free (a->neighbours);
  vn_dhcp_watch_free (a->dhcp);
  vn_dns_watch_free (a->dns);
  vn_fragments_free (a->fragments);
  vn_overlay_free (a->overlay);
  g_array_unref (a->clocks);
  g_clear_pointer (&a->pseudonyms, vn_pseudonyms_free);
  g_clear_pointer (&a->match, vn_payload_match_free);
  g_free (a);
}

/* ---- places ---- */

static guint
find_point (VnAnalysis *a, const VnCaptured *packet, guint32 ifindex)
{
  VnPoint *point;

  for (guint i = 0; i < a->points->len; i++)
    {
      point = g_ptr_array_index (a->points, i);
      if (point->captured_point == packet->point && point->ifindex == ifindex)
        return i;
    }
  if (a->points->len >= POINT_BITS)
    return POINT_BITS - 1;
  point = g_new0 (VnPoint, 1);
  point->captured_point = packet->point;
  point->file = packet->file;
  point->ifindex = ifindex;
  point->first_ns = packet->time_ns;
  g_ptr_array_add (a->points, point);
  return a->points->len - 1;
}

static void
count_point (VnAnalysis *a, VnSeen *seen)
{
  VnPoint *point;

  seen->point = find_point (a, seen->packet, seen->h->cooked_ifindex);
  point = g_ptr_array_index (a->points, seen->point);
  point->first_ns = MIN (point->first_ns, seen->packet->time_ns);
  point->last_ns = MAX (point->last_ns, seen->packet->time_ns);
  point->n_packets++;
}

static guint16
enter_scope (VnAnalysis *a, const VnPacketHeaders *h, guint16 parent)
{
  gint64 key = (gint64)((guint64)parent << 40 | (guint64)h->tunnel << 32 | h->tunnel_id), *kept;
  guint16 known = (guint16)GPOINTER_TO_UINT (g_hash_table_lookup (a->scope_numbers, &key));
  VnScope scope = { h->tunnel, h->tunnel_id, parent };

  if (known != 0 || a->scopes->len >= SCOPES_MAX)
    return known != 0 ? known : SCOPES_MAX;
  g_array_append_val (a->scopes, scope);
  kept = g_memdup2 (&key, sizeof key);
  g_hash_table_insert (a->scope_numbers, kept, GUINT_TO_POINTER (a->scopes->len));
  return (guint16)a->scopes->len;
}

/* ---- counting ---- */

guint
vn_seen_key (const VnPacketHeaders *h, guint16 scope, VnFlowKey *ret)
{
  gboolean is_v6 = h->ip_src.family == VN_FAMILY_IPV6;

  return vn_flow_key_set (ret, is_v6 ? VN_FLOW_IPV6 : VN_FLOW_IPV4, h->ip_src.b, h->ip_dst.b, is_v6 ? 16 : 4, h->sport,
                          h->dport, h->ip_protocol, scope);
}

static void
count (const VnSeen *seen, VnFlow *flow, guint from, guint32 payload)
{
  VnFlowSide *side = &flow->side[from];

  side->packets++;
  side->bytes += seen->packet->len;
  side->payload += payload;
  flow->first_ns = MIN (flow->first_ns, seen->packet->time_ns);
  flow->last_ns = MAX (flow->last_ns, seen->packet->time_ns);
}

static void
begin_flow (const VnSeen *seen, VnFlow *flow, guint from)
{
  flow->first_ns = flow->last_ns = seen->packet->time_ns;
  flow->first = seen->ref;
  flow->initiator = (guint8)from;
  flow->level = (guint8)seen->level;
}

static void
count_macs (VnAnalysis *a, const VnSeen *seen)
{
  const VnPacketHeaders *h = seen->h;
  VnFlowKey key;
  gboolean is_new;
  guint from
      = vn_flow_key_set (&key, VN_FLOW_MAC, h->eth_src.b, h->eth_dst.b, sizeof h->eth_src.b, 0, 0, 0, seen->scope);
  VnFlow *flow = vn_flow_table_get (a->mac_flows, vn_flow_table_ensure (a->mac_flows, &key, &is_new));

  if (is_new)
    begin_flow (seen, flow, from);
  count (seen, flow, from, 0);
}

/* What will be looked up in large tables, and is on its way into the cache. */
typedef struct
{
  VnFlowKey key;
  guint32 flow;
  gboolean is_innermost;
  VnPacketPrint print; /* of the innermost level */
} Expected;

static void
expect_ip (VnAnalysis *a, VnSeen *seen, Expected *ret)
{
  seen->from = vn_seen_key (seen->h, seen->scope, &ret->key);
  ret->flow = vn_flow_table_expect (a->flows, &ret->key);
  ret->is_innermost = seen->level + 1 == a->levels.n;
  if (ret->is_innermost)
    vn_sightings_expect (a->sightings, seen->h, &ret->print);
}

static void
count_ip (VnAnalysis *a, VnSeen *seen, const Expected *expected)
{
  gboolean is_new;

  seen->flow = vn_flow_table_ensure_expected (a->flows, &expected->key, expected->flow, &is_new);
  seen->f = vn_flow_table_get (a->flows, seen->flow);
  if (is_new)
    begin_flow (seen, seen->f, seen->from);
  if (expected->is_innermost)
    vn_sightings_add (a, seen, &expected->print);
  if (seen->h->layers & VN_HAS_TCP)
    vn_tcp_track (a, seen);
  count (seen, seen->f, seen->from, seen->h->payload_wire_size);
  if (G_UNLIKELY (seen->h->ip_more_fragments || seen->h->ip_fragment))
    {
      seen->f->n_fragments++;
      vn_fragments_watch (a, seen);
    }
  seen->f->tunnel = (guint8)MAX (seen->f->tunnel, seen->h->tunnel);
}

/* ---- watching ---- */

static void
watch_udp (VnAnalysis *a, const VnSeen *seen)
{
  static const struct
  {
    guint16 port;
    void (*watch) (VnAnalysis *a, const VnSeen *seen);
  } WATCHERS[] = { { 53, vn_dns_watch }, { 5353, vn_dns_watch }, { 67, vn_dhcp_watch }, { 68, vn_dhcp_watch } };

  for (guint i = 0; i < G_N_ELEMENTS (WATCHERS); i++)
    if (seen->h->sport == WATCHERS[i].port || seen->h->dport == WATCHERS[i].port)
      {
        WATCHERS[i].watch (a, seen);
        return;
      }
}

static void
watch_problem (VnAnalysis *a, const VnSeen *seen)
{
  a->totals.n_malformed += seen->h->malformed ? 1 : 0;
  a->totals.n_truncated += seen->h->truncated ? 1 : 0;
  vn_findings_add (a->findings, seen->h->malformed ? VN_FINDING_MALFORMED : VN_FINDING_TRUNCATED, seen->h->problem,
                   seen->ref);
}

static void
note_match (VnAnalysis *a, const VnSeen *seen)
{
  g_autofree char *subject = vn_analysis_subject (a, seen->f);

  seen->f->is_matched = 1;
  vn_findings_add (a->findings, VN_FINDING_MATCH, subject, seen->ref);
}

static void
watch (VnAnalysis *a, const VnSeen *seen)
{
  const VnPacketHeaders *h = seen->h;

  if (G_UNLIKELY (h->problem != NULL))
    watch_problem (a, seen);
  if (G_UNLIKELY (h->layers & (VN_HAS_ARP | VN_HAS_ICMP)))
    {
      vn_neighbours_watch (a, seen);
      if (h->layers & VN_HAS_ICMP)
        vn_icmp_watch (a, seen);
    }
  else if ((h->layers & VN_HAS_UDP) && h->tunnel == VN_TUNNEL_NONE)
    watch_udp (a, seen);
  if (a->match && seen->f && seen->level + 1 == a->levels.n && vn_payload_match_add (a->match, seen))
    note_match (a, seen);
}

static void
count_totals (VnAnalysis *a, const VnCaptured *packet)
{
  gint64 *last;

  a->totals.first_ns = a->totals.n_packets == 0 ? packet->time_ns : MIN (a->totals.first_ns, packet->time_ns);
  a->totals.last_ns = a->totals.n_packets == 0 ? packet->time_ns : MAX (a->totals.last_ns, packet->time_ns);
  a->totals.n_packets++;
  a->totals.n_bytes += packet->len;
  vn_traffic_add (&a->traffic, packet->time_ns, packet->len);
  if (packet->file >= a->file_times->len)
    g_array_set_size (a->file_times, packet->file + 1);
  last = &g_array_index (a->file_times, gint64, packet->file);
  if (G_UNLIKELY (packet->time_ns < *last))
    vn_findings_add (a->findings, VN_FINDING_CLOCK_BACK, "the capture's own order",
                     VN_PACKET_REF (packet->file, packet->number));
  *last = packet->time_ns;
}

/* One level of the packet; @outer: the level that carries it, or NULL. */
static void
see (VnAnalysis *a, VnSeen *seen, const VnSeen *outer)
{
  const VnPacketHeaders *h = seen->h;
  Expected expected;

  if (outer)
    seen->scope = enter_scope (a, outer->h, outer->scope);
  if (h->layers & VN_HAS_IP)
    expect_ip (a, seen, &expected);
  /* A frame of which only the MAC addresses' place is missing has none. */
  if (h->link == VN_LINK_ETHERNET && (h->ethertype != 0 || h->problem == NULL))
    count_macs (a, seen);
  if (h->layers & VN_HAS_IP)
    count_ip (a, seen, &expected);
  if (outer)
    vn_overlay_watch (a, outer, seen);
  watch (a, seen);
}

void
vn_analysis_packet (VnAnalysis *a, const VnCaptured *packet)
{
  VnSeen seen[VN_LEVELS_MAX];

  count_totals (a, packet);
  vn_packet_decode_levels (packet->bytes, packet->caplen, packet->len, packet->link, &a->options.decode, &a->levels);
  a->totals.n_undecoded += a->levels.n == 0;
  for (guint i = 0; i < a->levels.n; i++)
    {
      seen[i] = (VnSeen){ .packet = packet,
                          .ref = VN_PACKET_REF (packet->file, packet->number),
                          .level = i,
                          .h = &a->levels.level[i],
                          .flow = VN_NO_FLOW };
      if (i == 0)
        count_point (a, &seen[i]);
      else
        seen[i].point = seen[0].point;
      see (a, &seen[i], i > 0 ? &seen[i - 1] : NULL);
    }
}

static void
name_points (VnAnalysis *a, const GPtrArray *point_names)
{
  for (guint i = 0; i < a->points->len; i++)
    {
      VnPoint *point = g_ptr_array_index (a->points, i);
      const char *name
          = point->captured_point < point_names->len ? g_ptr_array_index (point_names, point->captured_point) : NULL;

      point->name = point->ifindex != 0
                        ? g_strdup_printf ("%s%sinterface %u", name ? name : "", name ? ", " : "", point->ifindex)
                    : name ? g_strdup (name)
                           : g_strdup_printf ("point %u", i + 1);
    }
}

void
vn_analysis_finish (VnAnalysis *a, const GPtrArray *point_names, const GPtrArray *file_names)
{
  for (guint i = 0; i < file_names->len; i++)
    g_ptr_array_add (a->file_names, g_strdup (g_ptr_array_index (file_names, i)));
  name_points (a, point_names);
  vn_sightings_finish (a);
  vn_neighbours_finish (a);
  vn_dhcp_watch_finish (a);
  vn_dns_watch_finish (a);
  vn_overlay_finish (a);
  vn_fragments_finish (a);
  vn_flow_findings (a);
}
