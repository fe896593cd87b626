/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing a topology: the checks that need the whole, then the end points and the user's checks that name them.
 *
 * A topology may come here incomplete, after a loader reported what it could not resolve: such references are VN_NONE
 * and passed over, so that one run over a file shows all of its problems. They are reported here only if nobody has
 * reported an error before. */
#include "sim/model/vn-seal.h"
#include "sim/base/vn-text.h"

static void
check_reference (VnDiagList *diags, guint reference, const char *what, const char *name, VnOrigin origin)
{
  if (reference == VN_NONE)
    vn_diag_add (diags, VN_DIAG_MISSING_KEY, origin, NULL, "\"%s\" has no %s", name, what);
}

static void
check_references (const VnTopology *t, VnDiagList *diags)
{
  for (guint i = 0; i < t->subnets->len; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (t, i);

      check_reference (diags, subnet->network, "network", subnet->name, subnet->origin);
    }
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      check_reference (diags, port->network, "network", port->name, port->origin);
    }
  for (guint i = 0; i < t->servers->len; i++)
    {
      const VnServer *server = vn_topology_server (t, i);

      check_reference (diags, server->host, "host", server->name, server->origin);
    }
}

static gboolean
has_cloud (const VnTopology *t)
{
  return t->networks->len + t->ports->len + t->servers->len > 0;
}

static void
find_server (VnTopology *t, VnDiagList *diags)
{
  t->server_machine = VN_NONE;
  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);

      if (machine->server == NULL)
        continue;
      if (t->server_machine == VN_NONE)
        t->server_machine = i;
      else
        vn_diag_add (diags, VN_DIAG_NO_SERVER, machine->server_origin, NULL,
                     "\"%s\" runs neutron-server, and \"%s\" does so already", machine->name,
                     vn_topology_machine (t, t->server_machine)->name);
    }
  if (t->server_machine == VN_NONE && has_cloud (t))
    vn_diag_add (diags, VN_DIAG_NO_SERVER, vn_origin_new (t->file, 0, 0),
                 "give one machine `server: {config: [neutron.conf, ml2_conf.ini]}`",
                 "the cloud has objects, but no machine runs neutron-server");
}

static guint
find_end (const VnTopology *t, VnDiagList *diags, const char *name, VnOrigin origin)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  guint found = vn_topology_find_end (t, name);

  if (found != VN_NONE)
    return found;
  for (guint i = 0; i < t->ends->len; i++)
    g_ptr_array_add (names, vn_topology_end (t, i)->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  vn_diag_add (diags, VN_DIAG_NO_SUCH_OBJECT, origin, hint,
               "\"%s\": expected the name of a server, or of a machine with an address", name);
  return VN_NONE;
}

static void
check_has_address (const VnTopology *t, VnDiagList *diags, const VnCheckLine *check, guint end)
{
  /* Before there are leases a client's address is open; without one the check fails with that cause. */
  if (end != VN_NONE && vn_topology_end (t, end)->by_dhcp && check->family == VN_FAMILY_IPV4)
    return;
  if (end != VN_NONE && !vn_ip_is_set (vn_end_address (vn_topology_end (t, end), check->family)))
    vn_diag_add (diags, VN_DIAG_BAD_VALUE, check->origin, NULL, "\"%s\" has no IPv%d address",
                 vn_topology_end (t, end)->name, check->family);
}

static void
resolve_checks (VnTopology *t, VnDiagList *diags)
{
  for (guint i = 0; i < t->checks->len; i++)
    {
      VnCheckLine *check = g_ptr_array_index (t->checks, i);

      if (check->from_name == NULL || check->to_name == NULL)
        continue;
      check->from = find_end (t, diags, check->from_name, check->origin);
      check->to = find_end (t, diags, check->to_name, check->origin);
      if (check->from != VN_NONE && check->from == check->to)
        vn_diag_add (diags, VN_DIAG_BAD_VALUE, check->origin, NULL, "\"%s\" would ask itself: expected two end points",
                     check->from_name);
      check_has_address (t, diags, check, check->from);
      check_has_address (t, diags, check, check->to);
    }
}

gboolean
vn_topology_seal (VnTopology *topology, VnDiagList *diags)
{
  gboolean is_complete = vn_diag_list_count (diags, VN_SEVERITY_ERROR) == 0;

  g_return_val_if_fail (!topology->sealed, FALSE);
  if (is_complete)
    check_references (topology, diags);
  find_server (topology, diags);
  vn_seal_make_hv_networks (topology, diags);
  vn_seal_check_names (topology, diags);
  vn_seal_check_addresses (topology, diags);
  vn_seal_check_modes (topology, diags);
  vn_seal_make_ends (topology);
  resolve_checks (topology, diags);
  topology->sealed = vn_diag_list_count (diags, VN_SEVERITY_ERROR) == 0;
  return topology->sealed;
}
