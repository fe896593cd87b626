/* SPDX-License-Identifier: Apache-2.0 */
/* Networks inside tunnels: which MAC address is behind which tunnel end, and what is flooded over the underlay.
 *
 * A frame that is copied to several tunnel ends is known by a hash of its first bytes, kept in a table of fixed size.
 * If it is a unicast frame, its sender does not know where the receiver is. */
#include "analysis/flows/vn-analysis-private.h"

#include <netinet/in.h>
#include <string.h>

#define COPIES 4096
#define RECENT 256
#define COPY_NS (50 * 1000 * 1000)
#define HASHED_WORDS 8
#define MACS_MAX 200000
#define FLOODS_MAX 10000

typedef struct
{
  guint64 hash;
  gint64 time_ns;
  VnIp from, to;
  VnPacketRef ref;
  gboolean is_told;
} Copy;

struct _VnOverlay
{
  Copy *copies;
  VnInnerMac *recent[RECENT]; /* by their key's last bits */
  GHashTable *by_mac;         /* scope and MAC address -> VnInnerMac: the newest tunnel end */
  GPtrArray *macs;
  GPtrArray *floods;
  guint16 port; /* the first VXLAN port; 0 = none yet */
};

VnOverlay *
vn_overlay_new (void)
{
  VnOverlay *o = g_new0 (VnOverlay, 1);

  o->copies = g_new0 (Copy, COPIES);
  o->by_mac = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  o->macs = g_ptr_array_new_with_free_func (g_free);
  o->floods = g_ptr_array_new_with_free_func (g_free);
  return o;
}

void
vn_overlay_free (VnOverlay *o)
{
  g_free (o->copies);
  g_hash_table_unref (o->by_mac);
  g_ptr_array_unref (o->macs);
  g_ptr_array_unref (o->floods);
  g_free (o);
}

const GPtrArray *
vn_overlay_macs (const VnOverlay *o)
{
  return o->macs;
}

const GPtrArray *
vn_overlay_floods (const VnOverlay *o)
{
  return o->floods;
}

static gint64
mac_key (guint16 scope, VnMac mac)
{
  guint64 bits = scope;

  for (guint i = 0; i < sizeof mac.b; i++)
    bits = bits << 8 | mac.b[i];
  return (gint64)bits;
}

static void
report_move (VnAnalysis *a, const VnInnerMac *before, const VnSeen *outer, const VnSeen *inner)
{
  g_autofree char *mac = vn_analysis_mac (a, before->mac), *scope = vn_analysis_scope (a, inner->scope);
  g_autofree char *from = vn_analysis_ip (a, before->end), *to = vn_analysis_ip (a, outer->h->ip_src);
  g_autofree char *subject = g_strdup_printf ("%s in %s", mac, scope);

  vn_finding_set_detail (vn_findings_add (a->findings, VN_FINDING_OVERLAY_MAC_MOVED, subject, inner->ref),
                         "behind %s, then behind %s", from, to);
}

/* Router and neighbour solicitations, reports of multicast membership. */
static gboolean
is_chatter (const VnPacketHeaders *h)
{
  return vn_mac_is_multicast (h->eth_dst) && (h->layers & VN_HAS_IP)
         && (h->ip_protocol == IPPROTO_ICMPV6 || h->ip_protocol == IPPROTO_IGMP);
}

static void
learn (VnAnalysis *a, const VnSeen *outer, const VnSeen *inner)
{
  VnOverlay *o = a->overlay;
  gint64 key = mac_key (inner->scope, inner->h->eth_src);
  VnInnerMac **recent = &o->recent[(key ^ key >> 24) & (RECENT - 1)], *known = *recent;

  if (!known || mac_key (known->scope, known->mac) != key)
    known = *recent = g_hash_table_lookup (o->by_mac, &key);
  if (known && vn_ip_equal (known->end, outer->h->ip_src))
    {
      known->n_packets++;
      known->n_chatter += is_chatter (inner->h);
      return;
    }
  if (known)
    report_move (a, known, outer, inner);
  if (o->macs->len >= MACS_MAX)
    return;
  known = g_new (VnInnerMac, 1);
  *known = (VnInnerMac){ inner->scope, inner->h->eth_src, outer->h->ip_src, inner->ref, 1, is_chatter (inner->h) };
  g_ptr_array_add (o->macs, known);
  g_hash_table_replace (o->by_mac, g_memdup2 (&key, sizeof key), known);
  *recent = known;
}

static void
note_flood (VnAnalysis *a, const VnSeen *outer, const VnSeen *inner)
{
  GPtrArray *floods = a->overlay->floods;
  VnFlood *flood;

  for (guint i = 0; i < floods->len; i++)
    {
      flood = g_ptr_array_index (floods, i);
      if (flood->scope == inner->scope && vn_ip_equal (flood->from, outer->h->ip_src)
          && vn_ip_equal (flood->to, outer->h->ip_dst))
        {
          flood->n_packets++;
          return;
        }
    }
  if (floods->len >= FLOODS_MAX)
    return;
  flood = g_new (VnFlood, 1);
  *flood = (VnFlood){ inner->scope, outer->h->ip_src, outer->h->ip_dst, inner->ref, 1 };
  g_ptr_array_add (floods, flood);
}

/* Of the first bytes behind the Ethernet header; what is captured of them. */
static guint64
hash_frame (const VnSeen *inner)
{
  const guint8 *bytes = inner->packet->bytes, *end = bytes + inner->packet->caplen;
  const guint8 *start = inner->h->network ? inner->h->network : inner->h->payload;
  guint64 words[HASHED_WORDS] = { 0 }, h = (guint64)mac_key (inner->scope, inner->h->eth_dst);

  memcpy (words, start, MIN (sizeof words, (gsize)(end - start)));
  for (guint i = 0; i < HASHED_WORDS; i++)
    h += (words[i] ^ words[i] >> 29) * (G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + 2 * i);
  return h ^ h >> 31;
}

/* A copy of a unicast frame to another tunnel end, from the same. */
static void
watch_copies (VnAnalysis *a, const VnSeen *outer, const VnSeen *inner)
{
  guint64 hash = hash_frame (inner);
  Copy *copy = &a->overlay->copies[hash % COPIES];
  gboolean is_copy = copy->ref != 0 && copy->hash == hash && vn_ip_equal (copy->from, outer->h->ip_src)
                     && !vn_ip_equal (copy->to, outer->h->ip_dst) && inner->packet->time_ns - copy->time_ns <= COPY_NS;

  if (!is_copy)
    {
      *copy = (Copy){ hash, inner->packet->time_ns, outer->h->ip_src, outer->h->ip_dst, inner->ref, FALSE };
      return;
    }
  if (!copy->is_told)
    {
      g_autofree char *mac = vn_analysis_mac (a, inner->h->eth_dst), *scope = vn_analysis_scope (a, inner->scope);
      g_autofree char *end = vn_analysis_ip (a, outer->h->ip_src);
      g_autofree char *subject = g_strdup_printf ("to %s in %s, by %s", mac, scope, end);

      vn_findings_add (a->findings, VN_FINDING_OVERLAY_UNKNOWN_UNICAST, subject, copy->ref);
      note_flood (a, outer, inner);
    }
  copy->is_told = TRUE;
}

static void
watch_ports (VnAnalysis *a, const VnSeen *outer)
{
  VnOverlay *o = a->overlay;

  if (o->port == 0)
    o->port = outer->h->dport;
  else if (o->port != outer->h->dport)
    {
      g_autofree char *subject = g_strdup_printf ("UDP %u and %u", o->port, outer->h->dport);

      vn_findings_add (a->findings, VN_FINDING_OVERLAY_PORTS, subject, outer->ref);
    }
}

static void
add_about_end (VnAnalysis *a, VnFindingCode code, const VnSeen *outer, const VnSeen *inner)
{
  g_autofree char *from = vn_analysis_ip (a, outer->h->ip_src), *to = vn_analysis_ip (a, outer->h->ip_dst);
  g_autofree char *scope = vn_analysis_scope (a, inner->scope);
  g_autofree char *subject = g_strdup_printf ("%s → %s in %s", from, to, scope);

  vn_findings_add (a->findings, code, subject, outer->ref);
}

void
vn_overlay_watch (VnAnalysis *a, const VnSeen *outer, const VnSeen *inner)
{
  const VnPacketHeaders *h = inner->h;

  if (outer->h->tunnel == VN_TUNNEL_VXLAN)
    watch_ports (a, outer);
  if (G_UNLIKELY (outer->h->ip_more_fragments))
    add_about_end (a, VN_FINDING_OVERLAY_FRAGMENTED, outer, inner);
  if (G_UNLIKELY (vn_ip_is_multicast (outer->h->ip_dst)))
    add_about_end (a, VN_FINDING_OVERLAY_MULTICAST, outer, inner);
  if (h->link != VN_LINK_ETHERNET || (h->problem != NULL && h->ethertype == 0))
    return;
  learn (a, outer, inner);
  if (vn_mac_is_multicast (h->eth_dst))
    note_flood (a, outer, inner);
  else
    watch_copies (a, outer, inner);
}

void
vn_overlay_finish (VnAnalysis *a)
{
  const GPtrArray *floods = a->overlay->floods;

  for (guint i = 0; i < floods->len; i++)
    {
      const VnFlood *flood = g_ptr_array_index (floods, i);
      g_autofree char *from = vn_analysis_ip (a, flood->from), *to = vn_analysis_ip (a, flood->to);
      g_autofree char *scope = vn_analysis_scope (a, flood->scope);
      g_autofree char *subject = g_strdup_printf ("%s → %s in %s", from, to, scope);
      VnFinding *finding = vn_findings_count (a->findings, VN_FINDING_OVERLAY_FLOOD, subject, flood->n_packets);

      if (finding)
        finding->packets[finding->n_packets++] = flood->first;
    }
}
