/* SPDX-License-Identifier: Apache-2.0 */
/* Who asked for which address, who answered, who claims it: ARP (RFC 826) and neighbour discovery (RFC 4861).
 *
 * The memory is one entry for each address that was asked for or claimed, up to HOSTS_MAX. */
#include "analysis/flows/vn-analysis-private.h"

#include <string.h>

#define HOSTS_MAX 100000
#define CLAIMS_MAX 4
#define ND_ROUTER_ADVERTISEMENT 134
#define ND_SOLICITATION 135
#define ND_ADVERTISEMENT 136
#define ND_TARGET_LINK_ADDRESS 2

typedef struct
{
  guint16 scope, vlan;
  VnIp ip;
} Place;

typedef struct
{
  Place place;
  guint n_asked, n_answered, n_gratuitous;
  VnPacketRef first_asked, first_gratuitous;
  VnIp asker;
  guint n_macs;
  VnMac macs[CLAIMS_MAX];
  VnPacketRef claimed[CLAIMS_MAX];
} Host;

struct _VnNeighbours
{
  GHashTable *hosts; /* Place -> Host, which holds the key */
  GPtrArray *order;
  GPtrArray *claims;  /* VnClaim */
  GPtrArray *routers; /* char * */
};

static guint
hash_place (gconstpointer data)
{
  const Place *place = data;
  guint h = place->scope * 31u + place->vlan;

  for (guint i = 0; i < sizeof place->ip.b; i++)
    h = h * 33 + place->ip.b[i];
  return h;
}

static gboolean
equal_places (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;

  return x->scope == y->scope && x->vlan == y->vlan && vn_ip_equal (x->ip, y->ip);
}

VnNeighbours *
vn_neighbours_new (void)
{
  VnNeighbours *n = g_new (VnNeighbours, 1);

  n->hosts = g_hash_table_new (hash_place, equal_places);
  n->order = g_ptr_array_new_with_free_func (g_free);
  n->claims = g_ptr_array_new_with_free_func (g_free);
  n->routers = g_ptr_array_new_with_free_func (g_free);
  return n;
}

void
vn_neighbours_free (VnNeighbours *n)
{
  g_hash_table_unref (n->hosts);
  g_ptr_array_unref (n->order);
  g_ptr_array_unref (n->claims);
  g_ptr_array_unref (n->routers);
  g_free (n);
}

const GPtrArray *
vn_neighbours_claims (const VnNeighbours *n)
{
  return n->claims;
}

/* NULL if there are too many. */
static Host *
host_of (VnNeighbours *n, const VnSeen *seen, VnIp ip)
{
  const Place place = { seen->scope, seen->h->vlan_id, ip };
  Host *host = g_hash_table_lookup (n->hosts, &place);

  if (host || n->order->len >= HOSTS_MAX)
    return host;
  host = g_new0 (Host, 1);
  host->place = place;
  g_ptr_array_add (n->order, host);
  g_hash_table_insert (n->hosts, &host->place, host);
  return host;
}

static void
claim (VnNeighbours *n, const VnSeen *seen, VnIp ip, VnMac mac)
{
  Host *host = vn_mac_is_multicast (mac) ? NULL : host_of (n, seen, ip);
  VnClaim *kept;

  if (!host || !vn_ip_is_set (ip) || (ip.family == VN_FAMILY_IPV4 && vn_ip_to_v4 (ip) == 0))
    return;
  for (guint i = 0; i < host->n_macs; i++)
    if (vn_mac_equal (host->macs[i], mac))
      return;
  if (host->n_macs == CLAIMS_MAX)
    return;
  host->macs[host->n_macs] = mac;
  host->claimed[host->n_macs++] = seen->ref;
  kept = g_new (VnClaim, 1);
  *kept = (VnClaim){ seen->scope, ip, mac, seen->ref };
  g_ptr_array_add (n->claims, kept);
}

static void
ask (VnNeighbours *n, const VnSeen *seen, VnIp target, VnIp asker)
{
  Host *host = host_of (n, seen, target);

  if (!host)
    return;
  if (host->n_asked++ == 0)
    {
      host->first_asked = seen->ref;
      host->asker = asker;
    }
}

static void
announce (VnNeighbours *n, const VnSeen *seen, VnIp ip)
{
  Host *host = host_of (n, seen, ip);

  if (host && host->n_gratuitous++ == 0)
    host->first_gratuitous = seen->ref;
}

static void
answer (VnNeighbours *n, const VnSeen *seen, VnIp ip)
{
  Host *host = host_of (n, seen, ip);

  if (host)
    host->n_answered++;
}

/* A probe (RFC 5227) asks with no address of its own; an announcement asks for, or answers with, the sender's. */
static void
watch_arp (VnNeighbours *n, const VnSeen *seen)
{
  const VnPacketHeaders *h = seen->h;

  claim (n, seen, h->arp_sender_ip, h->arp_sender_mac);
  if (vn_ip_equal (h->arp_sender_ip, h->arp_target_ip))
    announce (n, seen, h->arp_sender_ip);
  else if (h->arp_op == 1 && vn_ip_to_v4 (h->arp_sender_ip) != 0)
    ask (n, seen, h->arp_target_ip, h->arp_sender_ip);
  else if (h->arp_op == 2)
    answer (n, seen, h->arp_sender_ip);
}

/* The address that an advertisement gives, else that of the frame. */
static VnMac
advertised_mac (const VnPacketHeaders *h)
{
  VnMac mac = h->eth_src;

  if (h->payload_size >= 8 && h->payload[0] == ND_TARGET_LINK_ADDRESS && h->payload[1] == 1)
    memcpy (mac.b, h->payload + 2, sizeof mac.b);
  return mac;
}

static void
add_router (VnAnalysis *a, const VnSeen *seen)
{
  g_autofree char *ip = vn_analysis_ip (a, seen->h->ip_src), *scope = vn_analysis_scope (a, seen->scope);
  g_autofree char *name = g_strdup_printf ("%s%s%s", ip, *scope ? " in " : "", scope);
  GPtrArray *routers = a->neighbours->routers;

  for (guint i = 0; i < routers->len; i++)
    if (strcmp (g_ptr_array_index (routers, i), name) == 0)
      return;
  if (routers->len < CLAIMS_MAX)
    g_ptr_array_add (routers, g_steal_pointer (&name));
}

static void
watch_nd (VnAnalysis *a, const VnSeen *seen)
{
  VnNeighbours *n = a->neighbours;
  const VnPacketHeaders *h = seen->h;
  static const guint8 unspecified[16];
  gboolean is_probe = memcmp (h->ip_src.b, unspecified, sizeof unspecified) == 0;

  if (h->icmp_type == ND_SOLICITATION && !is_probe)
    ask (n, seen, h->nd_target, h->ip_src);
  else if (h->icmp_type == ND_ADVERTISEMENT)
    {
      claim (n, seen, h->nd_target, advertised_mac (h));
      answer (n, seen, h->nd_target);
      if (vn_ip_is_multicast (h->ip_dst))
        announce (n, seen, h->nd_target);
    }
  else if (h->icmp_type == ND_ROUTER_ADVERTISEMENT)
    add_router (a, seen);
}

void
vn_neighbours_watch (VnAnalysis *a, const VnSeen *seen)
{
  if (seen->h->layers & VN_HAS_ARP)
    watch_arp (a->neighbours, seen);
  else if (seen->h->ip_src.family == VN_FAMILY_IPV6)
    watch_nd (a, seen);
}

static void
report_conflict (VnAnalysis *a, const Host *host, const char *subject)
{
  g_autoptr (GString) macs = g_string_new (NULL);
  VnFinding *finding = NULL;

  for (guint i = 0; i < host->n_macs; i++)
    {
      g_autofree char *mac = vn_analysis_mac (a, host->macs[i]);

      g_string_append_printf (macs, "%s%s", i > 0 ? ", " : "", mac);
      finding = vn_findings_add (a->findings, VN_FINDING_ARP_CONFLICT, subject, host->claimed[i]);
    }
  vn_finding_set_detail (finding, "claimed by %s", macs->str);
}

static void
finish_host (VnAnalysis *a, const Host *host)
{
  g_autofree char *ip = vn_analysis_ip (a, host->place.ip), *scope = vn_analysis_scope (a, host->place.scope);
  g_autofree char *subject = g_strdup_printf ("%s%s%s", ip, *scope ? " in " : "", scope);

  if (host->n_macs > 1)
    report_conflict (a, host, subject);
  if (host->n_gratuitous > 0)
    vn_findings_add (a->findings, VN_FINDING_ARP_GRATUITOUS, subject, host->first_gratuitous);
  if (host->n_asked > 0 && host->n_answered == 0)
    {
      g_autofree char *asker = vn_analysis_ip (a, host->asker);
      VnFinding *finding = vn_findings_add (a->findings, VN_FINDING_ARP_UNANSWERED, subject, host->first_asked);

      vn_finding_set_detail (finding, "asked for %u time%s, first by %s", host->n_asked, host->n_asked == 1 ? "" : "s",
                             asker);
    }
}

void
vn_neighbours_finish (VnAnalysis *a)
{
  const VnNeighbours *n = a->neighbours;

  for (guint i = 0; i < n->order->len; i++)
    finish_host (a, g_ptr_array_index (n->order, i));
  for (guint i = 0; n->routers->len > 1 && i < n->routers->len; i++)
    vn_findings_add (a->findings, VN_FINDING_RA_SEVERAL, g_ptr_array_index (n->routers, i), 0);
}
