/* SPDX-License-Identifier: Apache-2.0 */
/* What DHCP clients were given, from the kernel's words into the topology's and the record's. */
#include "sim/run/vn-leases.h"

#include "sim/base/vn-error.h"

#include <string.h>

static gboolean
find_interface (const VnTopology *topology, const VnKobjLease *lease, guint *ret_machine, guint *ret_interface)
{
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);

      for (guint j = 0; strcmp (machine->name, lease->node) == 0 && j < machine->interfaces->len; j++)
        if (strcmp (VN_AT (machine->interfaces, VnInterface, j)->name, lease->dev) == 0)
          {
            *ret_machine = i;
            *ret_interface = j;
            return TRUE;
          }
    }
  return FALSE;
}

static void
add_lease (const VnTopology *topology, const VnKobjLease *from, GPtrArray *leases)
{
  guint machine, interface;
  VnLease *lease;

  if (!vn_ip_is_set (from->address.ip) || !find_interface (topology, from, &machine, &interface))
    return;
  lease = g_new0 (VnLease, 1);
  *lease = (VnLease){
    .machine = machine,
    .interface = interface,
    .address = from->address,
    .router = from->router,
    .dns = from->dns,
    .server = from->server,
    .lease_time_sec = from->lease_time_sec,
    .domain = g_strdup (from->domain),
  };
  g_ptr_array_add (leases, lease);
}

VnTopology *
vn_leases_bind (const VnTopology *topology, const GPtrArray *leases, GError **error)
{
  g_autoptr (GPtrArray) converted = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_lease_free);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTopology *bound;

  for (guint i = 0; i < leases->len; i++)
    add_lease (topology, g_ptr_array_index (leases, i), converted);
  bound = vn_topology_with_leases (topology, converted, diags);
  if (bound == NULL)
    {
      g_autofree char *problem = vn_diag_to_string (vn_diag_list_get (diags, 0));

      vn_error_set (error, VN_ERROR_INPUT, "the leased addresses don't fit the lab: %s", problem);
    }
  return bound;
}

/* ---- across a change ---- */

/* The name of the Ethernet that an interface is on: a segment, or a hypervisor's network on a PC. Transfer full. */
static char *
ethernet_of (const VnTopology *t, const VnInterface *interface)
{
  const VnHvNetwork *network;

  if (interface->segment != VN_NONE)
    return g_strdup (vn_topology_segment (t, interface->segment)->name);
  if (interface->hv_network == VN_NONE)
    return g_strdup ("");
  network = vn_topology_hv_network (t, interface->hv_network);
  return g_strdup_printf ("%s of %s", network->name, vn_topology_machine (t, network->machine)->name);
}

static gboolean
gives_the_same (const VnDhcpServer *a, const VnDhcpServer *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return vn_ip_equal (a->pool.start, b->pool.start) && vn_ip_equal (a->pool.end, b->pool.end)
         && vn_ip_equal (a->address, b->address) && vn_ip_equal (a->router, b->router) && vn_ip_equal (a->dns, b->dns)
         && a->lease_time_sec == b->lease_time_sec;
}

static gboolean
is_kept (const VnKobjLease *lease, const VnTopology *standing, const VnTopology *wanted)
{
  const VnTopology *const both[] = { standing, wanted };
  g_autofree char *old_ethernet = NULL, *new_ethernet = NULL;
  char **const ethernets[] = { &old_ethernet, &new_ethernet };
  const VnInterface *interfaces[2];

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    {
      guint machine, interface;

      if (!find_interface (both[i], lease, &machine, &interface))
        return FALSE;
      interfaces[i] = VN_AT (vn_topology_machine (both[i], machine)->interfaces, VnInterface, interface);
      *ethernets[i] = ethernet_of (both[i], interfaces[i]);
    }
  return interfaces[1]->assign == VN_ASSIGN_DHCP && vn_mac_equal (interfaces[0]->mac, interfaces[1]->mac)
         && g_str_equal (old_ethernet, new_ethernet)
         && gives_the_same (vn_interface_dhcp_server (standing, interfaces[0], 0),
                            vn_interface_dhcp_server (wanted, interfaces[1], 0));
}

GPtrArray *
vn_leases_kept (const GPtrArray *leases, const VnTopology *standing, const VnTopology *wanted)
{
  GPtrArray *kept = vn_kobj_leases_new ();

  for (guint i = 0; i < leases->len; i++)
    if (is_kept (g_ptr_array_index (leases, i), standing, wanted))
      g_ptr_array_add (kept, vn_kobj_lease_copy (g_ptr_array_index (leases, i)));
  return kept;
}

const VnKobjLease *
vn_leases_find (const GPtrArray *leases, const char *node, const char *dev)
{
  for (guint i = 0; i < leases->len; i++)
    {
      const VnKobjLease *lease = g_ptr_array_index (leases, i);

      if (strcmp (lease->node, node) == 0 && strcmp (lease->dev, dev) == 0)
        return lease;
    }
  return NULL;
}

/* NULL for what was not given. Transfer full. */
static char *
text_of (VnIp ip)
{
  return vn_ip_is_set (ip) ? vn_ip_to_string (ip) : NULL;
}

void
vn_leases_record (const GPtrArray *leases, VnRun *run)
{
  for (guint i = 0; i < leases->len; i++)
    {
      const VnKobjLease *lease = g_ptr_array_index (leases, i);
      VnRunLease *entry = g_new0 (VnRunLease, 1);

      entry->machine = g_strdup (lease->node);
      entry->device = g_strdup (lease->dev);
      entry->address = vn_ip_is_set (lease->address.ip) ? vn_prefix_to_string (lease->address) : NULL;
      entry->server = text_of (lease->server);
      entry->router = text_of (lease->router);
      entry->dns = text_of (lease->dns);
      entry->domain = g_strdup (lease->domain);
      entry->duration_sec = lease->lease_time_sec;
      g_ptr_array_add (run->leases, entry);
    }
}
