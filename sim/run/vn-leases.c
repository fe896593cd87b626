/* SPDX-License-Identifier: Apache-2.0 */
/* What DHCP clients were given, from the kernel's words into the topology's and the record's. */
#include "sim/run/vn-leases.h"

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel.h"

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
