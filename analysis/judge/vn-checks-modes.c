/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP-LEASE, DHCP-POOL, NAT-TWINS: what was leased, and whether guests with one address are kept apart.
 *
 * What a server had to say is known from the topology; what it said is in the leases. An Ethernet without a server has
 * no such check, and one with two servers takes a lease of either. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"
#include "sim/model/vn-nat.h"

#include <string.h>

/* ---- DHCP ---- */

typedef struct
{
  const VnCase *c;
  const VnEnd *end;
  const VnInterface *interface;
  VnRunCheck *check;
} Client;

static const VnRunLease *
lease_of (const Client *client)
{
  const GPtrArray *leases = client->c->evidence->leases;

  for (guint i = 0; leases && i < leases->len; i++)
    {
      const VnRunLease *lease = g_ptr_array_index (leases, i);

      if (strcmp (lease->machine, client->end->node) == 0 && strcmp (lease->device, client->interface->name) == 0)
        return lease;
    }
  return NULL;
}

static guint
count_clients (const VnTopology *topology, guint domain)
{
  guint n = 0;

  for (guint i = 0; i < topology->ends->len; i++)
    n += vn_topology_end (topology, i)->domain == domain && vn_topology_end (topology, i)->by_dhcp ? 1 : 0;
  return n;
}

static guint64
pool_size (const VnPool *pool)
{
  return (guint64)vn_ip_to_v4 (pool->end) - vn_ip_to_v4 (pool->start) + 1;
}

static void
fail_unleased (const Client *client, const VnDhcpServer *server)
{
  guint n_clients = count_clients (client->c->topology, client->end->domain);
  g_autofree char *address = vn_ip_to_string (server->address);
  VnCause cause = { VN_CAUSE_NONE };

  if (pool_size (&server->pool) < n_clients)
    vn_cause_set (client->c, &cause, VN_CAUSE_NO_LEASE, client->end->machine, server->origin,
                  "the pool of %s holds %" G_GUINT64_FORMAT " addresses for %u clients", address,
                  pool_size (&server->pool), n_clients);
  else
    vn_cause_set (client->c, &cause, VN_CAUSE_NO_LEASE, client->end->machine, server->origin,
                  "the DHCP server %s gave it none", address);
  vn_check_fail (client->check, &cause, "%s has no lease", client->end->name);
}

/* What a lease says, against what the server had to say. */
static void
compare (const Client *client, const VnDhcpServer *server, const char *what, VnIp wanted, const char *told)
{
  g_autofree char *text = vn_ip_is_set (wanted) ? vn_ip_to_string (wanted) : g_strdup ("nothing");
  VnCause cause = { VN_CAUSE_NONE };

  if (g_strcmp0 (told ? told : "nothing", text) == 0)
    return;
  vn_cause_set (client->c, &cause, VN_CAUSE_NO_LEASE, client->end->machine, server->origin,
                "the lab file has the server say %s", text);
  vn_check_fail (client->check, &cause, "%s was told %s as its %s instead of %s", client->end->name,
                 told ? told : "nothing", what, text);
}

static void
check_lease (const Client *client)
{
  const VnDhcpServer *server = vn_end_dhcp_server (client->c->topology, client->end);
  const VnRunLease *lease = lease_of (client);

  if (!vn_ip_is_set (vn_end_address (client->end, VN_FAMILY_IPV4)))
    {
      fail_unleased (client, vn_interface_dhcp_server (client->c->topology, client->interface, 0));
      return;
    }
  if (!server || !lease)
    return;
  compare (client, server, "DHCP server", server->address, lease->server);
  compare (client, server, "gateway", server->router, lease->router);
  compare (client, server, "resolver", server->dns, lease->dns);
}

static gboolean
is_in_pool (const VnTopology *topology, const VnInterface *interface, VnIp ip)
{
  const VnDhcpServer *server;

  for (guint nth = 0; (server = vn_interface_dhcp_server (topology, interface, nth)); nth++)
    if (vn_ip_to_v4 (ip) >= vn_ip_to_v4 (server->pool.start) && vn_ip_to_v4 (ip) <= vn_ip_to_v4 (server->pool.end))
      return TRUE;
  return FALSE;
}

static void
check_pool (const Client *client)
{
  const VnTopology *t = client->c->topology;
  VnIp ip = vn_end_address (client->end, VN_FAMILY_IPV4);
  g_autofree char *text = vn_ip_to_string (ip);
  const VnDhcpServer *server = vn_interface_dhcp_server (t, client->interface, 0);

  if (!vn_ip_is_set (ip))
    return;
  if (!is_in_pool (t, client->interface, ip))
    {
      VnCause cause = { VN_CAUSE_NONE };

      vn_cause_set (client->c, &cause, VN_CAUSE_NO_LEASE, client->end->machine, server->origin,
                    "no server of its Ethernet has it to give away");
      vn_check_fail (client->check, &cause, "%s was leased %s, which is in no pool", client->end->name, text);
    }
  for (guint i = 0; i < t->ends->len; i++)
    {
      const VnEnd *other = vn_topology_end (t, i);
      VnCause cause = { VN_CAUSE_NONE };

      if (other == client->end || other->domain != client->end->domain
          || !vn_ip_equal (vn_end_address (other, VN_FAMILY_IPV4), ip))
        continue;
      vn_cause_set (client->c, &cause, VN_CAUSE_NO_LEASE, client->end->machine, server->origin, "it is %s's, too",
                    other->name);
      vn_check_fail (client->check, &cause, "%s was leased %s, which is taken", client->end->name, text);
    }
}

static const struct
{
  const char *id;
  void (*check) (const Client *client);
} dhcp_checks[] = { { "DHCP-LEASE", check_lease }, { "DHCP-POOL", check_pool } };

static void
check_client (const VnCase *c, VnRun *run, const VnEnd *end)
{
  Client client = { .c = c, .end = end, .interface = vn_end_interface (c->topology, end) };

  if (!end->by_dhcp || !client.interface || !vn_interface_dhcp_server (c->topology, client.interface, 0))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (dhcp_checks); i++)
    {
      client.check = vn_check_add (c, run, dhcp_checks[i].id, end->machine, g_strdup (client.interface->name));
      dhcp_checks[i].check (&client);
    }
}

/* ---- twins ---- */

static gboolean
are_twins (const VnTopology *topology, guint a, guint b)
{
  const VnEnd *x = vn_topology_end (topology, a), *y = vn_topology_end (topology, b);
  VnIp ip = vn_end_address (x, VN_FAMILY_IPV4);

  return x->domain != y->domain && vn_ip_is_set (ip) && vn_ip_equal (ip, vn_end_address (y, VN_FAMILY_IPV4))
         && vn_nat_outside (topology, x) != VN_NONE && vn_nat_outside (topology, y) != VN_NONE;
}

/* Frames of @a's cells at @b's device, unless the cell is about @b. */
static void
check_strays (const VnCase *c, VnRunCheck *check, guint a, guint b, const GArray *hops, guint index)
{
  const VnHop *hop = vn_hops_at (hops, vn_places_end (c->places, b), FALSE);
  const VnCell *cell = vn_case_cell (c, index);
  g_autofree char *key = hop && (cell->from == a || cell->to == a) && cell->from != b && cell->to != b
                             ? vn_cell_key (c->topology, cell)
                             : NULL;
  VnCause cause = { VN_CAUSE_NONE };

  if (!key)
    return;
  vn_cause_set (c, &cause, VN_CAUSE_NAT, vn_topology_end (c->topology, b)->machine, VN_ORIGIN_NONE,
                "both have the same address, and their NATs mix them up");
  vn_check_add_packet (check, hop->frame);
  vn_check_fail (check, &cause, "a packet of %s was seen at %s", key, vn_topology_end (c->topology, b)->name);
}

static void
check_twins (const VnCase *c, VnRun *run, guint a, guint b)
{
  const VnEnd *x = vn_topology_end (c->topology, a), *y = vn_topology_end (c->topology, b);
  VnRunCheck *check = vn_check_add (c, run, "NAT-TWINS", VN_NONE, g_strdup_printf ("%s and %s", x->name, y->name));

  for (guint i = 0; i < c->evidence->cells->len; i++)
    {
      const VnPath *path = vn_observation_path (c->seen, i);

      check_strays (c, check, a, b, path->forward, i);
      check_strays (c, check, a, b, path->back, i);
      check_strays (c, check, b, a, path->forward, i);
      check_strays (c, check, b, a, path->back, i);
    }
}

void
vn_checks_modes (const VnCase *c, VnRun *run)
{
  guint n = c->topology->ends->len;

  for (guint i = 0; i < n; i++)
    check_client (c, run, vn_topology_end (c->topology, i));
  for (guint a = 0; a < n; a++)
    for (guint b = a + 1; b < n; b++)
      if (are_twins (c->topology, a, b))
        check_twins (c, run, a, b);
}
