/* SPDX-License-Identifier: Apache-2.0 */
/* Who leases addresses: nobody, two at once, or too few addresses for all who ask. */
#include "sim/load/vn-load-build.h"

typedef struct
{
  const VnTopology *t;
  VnDiagList *diags;
  GHashTable *said; /* VnDhcpServer: what was said of it already */
} Lint;

static void
check_two (Lint *lint, const VnDhcpServer *first, const VnDhcpServer *second)
{
  g_autofree char *place = vn_origin_to_line (first->origin);
  g_autofree char *a = vn_ip_to_string (first->address);
  g_autofree char *b = vn_ip_to_string (second->address);

  vn_diag_add (lint->diags, VN_DIAG_LINT_TWO_DHCP, second->origin, "the lab shows whose offer each client took",
               "two DHCP servers on one Ethernet, %s (%s) and %s: the faster one decides", a, place, b);
}

static gboolean
is_in_pool (const VnPool *pool, VnIp ip)
{
  return ip.family == pool->start.family && vn_ip_compare (ip, pool->start) >= 0 && vn_ip_compare (ip, pool->end) <= 0;
}

/* Addresses of the pool that a station of the Ethernet has by itself are not given away. */
static guint64
pool_size (const Lint *lint, const VnDhcpServer *server, const VnInterface *client)
{
  guint64 size = (guint64)vn_ip_to_v4 (server->pool.end) - vn_ip_to_v4 (server->pool.start) + 1;

  if (is_in_pool (&server->pool, server->address))
    size--;
  for (guint i = 0; i < lint->t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (lint->t, i);

      for (guint j = 0; j < machine->interfaces->len; j++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, j);

          if (interface->assign == VN_ASSIGN_STATIC && interface->has_address
              && vn_interface_dhcp_server (lint->t, interface, 0) == vn_interface_dhcp_server (lint->t, client, 0)
              && !vn_ip_equal (interface->address.ip, server->address)
              && is_in_pool (&server->pool, interface->address.ip))
            size--;
        }
    }
  return size;
}

static void
check_pool (Lint *lint, const VnDhcpServer *server, const VnInterface *client)
{
  guint64 n_clients = 0, size = pool_size (lint, server, client);
  const char *without = NULL;

  for (guint i = 0; i < lint->t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (lint->t, i);

      for (guint j = 0; j < machine->interfaces->len; j++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, j);

          if (interface->assign != VN_ASSIGN_DHCP || vn_interface_dhcp_server (lint->t, interface, 0) != server)
            continue;
          n_clients++;
          without = n_clients == size + 1 ? machine->name : without;
        }
    }
  if (n_clients > size)
    vn_diag_add (lint->diags, VN_DIAG_LINT_POOL_SMALL, server->origin, "make it larger",
                 "a pool of %" G_GUINT64_FORMAT " addresses for %" G_GUINT64_FORMAT
                 " clients: not all get one (\"%s\", if they ask in the order of the file)",
                 size, n_clients, without);
}

static void
check_client (Lint *lint, const VnMachine *machine, const VnInterface *client)
{
  const VnDhcpServer *server = vn_interface_dhcp_server (lint->t, client, 0);
  const VnDhcpServer *second = vn_interface_dhcp_server (lint->t, client, 1);

  if (server == NULL)
    {
      vn_diag_add (lint->diags, VN_DIAG_LINT_NO_DHCP, client->address_origin, NULL,
                   "\"%s\" asks for a lease by %s, and no DHCP server is there to answer", machine->name, client->name);
      return;
    }
  if (!g_hash_table_add (lint->said, (gpointer)server))
    return;
  if (second != NULL)
    check_two (lint, server, second);
  else
    check_pool (lint, server, client);
}

void
vn_lint_modes (const VnTopology *t, VnDiagList *diags)
{
  g_autoptr (GHashTable) said = g_hash_table_new (NULL, NULL);
  Lint lint = { t, diags, said };

  for (guint i = 0; i < t->machines->len; i++)
    for (guint j = 0; j < vn_topology_machine (t, i)->interfaces->len; j++)
      {
        const VnInterface *interface = VN_AT (vn_topology_machine (t, i)->interfaces, VnInterface, j);

        if (interface->assign == VN_ASSIGN_DHCP)
          check_client (&lint, vn_topology_machine (t, i), interface);
      }
}
