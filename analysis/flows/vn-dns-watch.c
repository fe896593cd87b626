/* SPDX-License-Identifier: Apache-2.0 */
/* DNS: queries, and which of them got an answer. A query is remembered until it is answered, up to PENDING_MAX. */
#include "analysis/flows/vn-analysis-private.h"

#include "sim/packet/vn-dns.h"

#define PENDING_MAX 20000
#define MULTICAST_PORT 5353 /* RFC 6762: many queries are meant for nobody in particular */

typedef struct
{
  gint64 key; /* conversation and id */
  char *name;
  VnPacketRef ref;
} Query;

struct _VnDnsWatch
{
  GHashTable *pending; /* key -> Query */
};

static void
query_free (gpointer data)
{
  Query *query = data;

  g_free (query->name);
  g_free (query);
}

VnDnsWatch *
vn_dns_watch_new (void)
{
  VnDnsWatch *watch = g_new (VnDnsWatch, 1);

  watch->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, query_free);
  return watch;
}

void
vn_dns_watch_free (VnDnsWatch *watch)
{
  g_hash_table_unref (watch->pending);
  g_free (watch);
}

static void
remember (VnDnsWatch *watch, const VnSeen *seen, const VnDns *dns, gint64 key)
{
  Query *query;

  if (g_hash_table_size (watch->pending) >= PENDING_MAX || g_hash_table_contains (watch->pending, &key))
    return;
  query = g_new (Query, 1);
  *query = (Query){ key, g_strdup (dns->name), seen->ref };
  g_hash_table_insert (watch->pending, &query->key, query);
}

void
vn_dns_watch (VnAnalysis *a, const VnSeen *seen)
{
  VnDns dns;
  gint64 key;

  if (!seen->f || seen->h->dport == MULTICAST_PORT || seen->is_repeat
      || !vn_dns_decode (seen->h->payload, seen->h->payload_size, &dns))
    return;
  key = (gint64)((guint64)seen->flow << 16 | dns.id);
  if (!dns.is_answer)
    {
      remember (a->dns, seen, &dns, key);
      return;
    }
  g_hash_table_remove (a->dns->pending, &key);
  if (dns.code != 0)
    {
      g_autofree char *name = vn_analysis_name (a, dns.name);
      const char *words = vn_dns_code_words (dns.code);

      vn_finding_set_detail (vn_findings_add (a->findings, VN_FINDING_DNS_FAILED, name, seen->ref), "%s",
                             words ? words : "an error");
    }
}

static gint
compare_queries (gconstpointer a, gconstpointer b)
{
  const Query *x = *(const Query *const *)a, *y = *(const Query *const *)b;

  return x->ref < y->ref ? -1 : x->ref > y->ref;
}

void
vn_dns_watch_finish (VnAnalysis *a)
{
  g_autoptr (GPtrArray) queries = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer query;

  g_hash_table_iter_init (&iter, a->dns->pending);
  while (g_hash_table_iter_next (&iter, NULL, &query))
    g_ptr_array_add (queries, query);
  g_ptr_array_sort (queries, compare_queries);
  for (guint i = 0; i < queries->len; i++)
    {
      const Query *q = g_ptr_array_index (queries, i);
      const VnFlow *flow = vn_flow_table_get (a->flows, (guint)((guint64)q->key >> 16));
      g_autofree char *name = vn_analysis_name (a, q->name), *server = vn_analysis_address (a, flow, !flow->initiator);
      g_autofree char *subject = g_strdup_printf ("%s asked of %s", name, server);

      vn_findings_add (a->findings, VN_FINDING_DNS_UNANSWERED, subject, q->ref);
    }
}
