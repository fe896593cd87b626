/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP: which clients asked, who answered, what they got. */
#include "analysis/flows/vn-analysis-private.h"

#include "sim/packet/vn-dhcp.h"

#define CLIENTS_MAX 50000
#define SERVERS_MAX 4

typedef struct
{
  gint64 key;
  guint16 scope;
  VnMac mac;
  guint n_asked, n_answered;
  VnDhcpType outcome; /* of the last answer */
  VnIp given;         /* by it; may be unset */
  VnPacketRef first;
  guint n_servers;
  VnIp servers[SERVERS_MAX];
  VnPacketRef answers[SERVERS_MAX];
} Client;

struct _VnDhcpWatch
{
  GHashTable *clients; /* key -> Client */
  GPtrArray *order;
};

VnDhcpWatch *
vn_dhcp_watch_new (void)
{
  VnDhcpWatch *watch = g_new (VnDhcpWatch, 1);

  watch->clients = g_hash_table_new (g_int64_hash, g_int64_equal);
  watch->order = g_ptr_array_new_with_free_func (g_free);
  return watch;
}

void
vn_dhcp_watch_free (VnDhcpWatch *watch)
{
  g_hash_table_unref (watch->clients);
  g_ptr_array_unref (watch->order);
  g_free (watch);
}

/* NULL if there are too many. */
static Client *
client_of (VnDhcpWatch *watch, const VnSeen *seen, VnMac mac)
{
  guint64 bits = seen->scope;
  gint64 key;
  Client *client;

  for (guint i = 0; i < sizeof mac.b; i++)
    bits = bits << 8 | mac.b[i];
  key = (gint64)bits;
  client = g_hash_table_lookup (watch->clients, &key);
  if (client || watch->order->len >= CLIENTS_MAX)
    return client;
  client = g_new0 (Client, 1);
  *client = (Client){ .key = key, .scope = seen->scope, .mac = mac, .first = seen->ref };
  g_ptr_array_add (watch->order, client);
  g_hash_table_insert (watch->clients, &client->key, client);
  return client;
}

static void
note_server (Client *client, VnIp server, VnPacketRef ref)
{
  for (guint i = 0; i < client->n_servers; i++)
    if (vn_ip_equal (client->servers[i], server))
      return;
  if (client->n_servers == SERVERS_MAX)
    return;
  client->servers[client->n_servers] = server;
  client->answers[client->n_servers++] = ref;
}

void
vn_dhcp_watch (VnAnalysis *a, const VnSeen *seen)
{
  VnDhcp dhcp;
  Client *client;

  if (!vn_dhcp_decode (seen->h->payload, seen->h->payload_size, &dhcp)
      || (client = client_of (a->dhcp, seen, dhcp.client)) == NULL)
    return;
  client->n_asked += dhcp.type == VN_DHCP_DISCOVER || dhcp.type == VN_DHCP_REQUEST;
  if (!dhcp.is_reply)
    return;
  client->n_answered++;
  client->outcome = dhcp.type;
  client->given = dhcp.your_ip;
  note_server (client, vn_ip_is_set (dhcp.server) ? dhcp.server : seen->h->ip_src, seen->ref);
  if (dhcp.type == VN_DHCP_NAK && !seen->is_repeat)
    {
      g_autofree char *mac = vn_analysis_mac (a, client->mac);

      vn_findings_add (a->findings, VN_FINDING_DHCP_NAK, mac, seen->ref);
    }
}

/* "10.0.0.5 acknowledged by 10.0.0.2". */
static void
report_exchange (VnAnalysis *a, const Client *client, const char *subject)
{
  static const char *const OUTCOMES[VN_N_DHCP_TYPES]
      = { [VN_DHCP_OFFER] = "offered", [VN_DHCP_ACK] = "acknowledged", [VN_DHCP_NAK] = "refused" };
  const char *outcome = OUTCOMES[client->outcome] ? OUTCOMES[client->outcome] : "answered";
  gboolean has_address = client->outcome != VN_DHCP_NAK && vn_ip_is_set (client->given);
  g_autofree char *given = has_address ? vn_analysis_ip (a, client->given) : NULL;
  g_autofree char *server = vn_analysis_ip (a, client->servers[0]);
  VnFinding *finding = vn_findings_count (a->findings, VN_FINDING_DHCP_EXCHANGE, subject, client->n_answered);

  vn_finding_set_detail (finding, "%s%s%s by %s%s", given ? given : "", given ? " " : "", outcome, server,
                         client->n_servers > 1 ? " and others" : "");
  if (finding && finding->n_packets + 2 <= VN_FINDING_PACKETS_MAX)
    {
      finding->packets[finding->n_packets++] = client->first;
      finding->packets[finding->n_packets++] = client->answers[0];
    }
}

static void
report_servers (VnAnalysis *a, const Client *client, const char *subject)
{
  g_autoptr (GString) list = g_string_new (NULL);
  VnFinding *finding = NULL;

  for (guint i = 0; i < client->n_servers; i++)
    {
      g_autofree char *ip = vn_analysis_ip (a, client->servers[i]);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", ip);
      finding = vn_findings_add (a->findings, VN_FINDING_DHCP_SEVERAL, subject, client->answers[i]);
    }
  vn_finding_set_detail (finding, "answered by %s", list->str);
}

void
vn_dhcp_watch_finish (VnAnalysis *a)
{
  for (guint i = 0; i < a->dhcp->order->len; i++)
    {
      const Client *client = g_ptr_array_index (a->dhcp->order, i);
      g_autofree char *mac = vn_analysis_mac (a, client->mac), *scope = vn_analysis_scope (a, client->scope);
      g_autofree char *subject = g_strdup_printf ("client %s%s%s", mac, *scope ? " in " : "", scope);

      if (client->n_asked > 0 && client->n_answered == 0)
        vn_finding_set_detail (vn_findings_add (a->findings, VN_FINDING_DHCP_UNANSWERED, subject, client->first),
                               "asked %u time%s", client->n_asked, client->n_asked == 1 ? "" : "s");
      if (client->n_answered > 0)
        report_exchange (a, client, subject);
      if (client->n_servers > 1)
        report_servers (a, client, subject);
    }
}
