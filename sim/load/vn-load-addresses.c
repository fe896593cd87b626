/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that the file doesn't give. Given ones are taken first, so that no draw depends on the order of ports with
 * and without fixed_ips. */
#include "sim/load/vn-load-build.h"
#include "sim/api/vn-addresses.h"

static void
no_address (VnLoad *load, const VnPort *port)
{
  g_auto (VnApiError) error = { 0 };

  vn_api_refuse (&error, 409, "IpAddressGenerationFailure", "no address of its network's pools is free");
  vn_load_refused (load, VN_DIAG_API_PORT, port->origin, "port", port->name, &error);
}

/* Addresses for the fixed_ips that name a subnet only. */
static void
complete_given (VnLoad *load, VnPort *port, VnTaken *taken)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);

      if (vn_ip_is_set (fixed->ip_address) || fixed->subnet == VN_NONE)
        continue;
      if (vn_address_draw (taken, vn_topology_subnet (load->t, fixed->subnet), load->t->seed, port, &fixed->ip_address))
        vn_taken_add (taken, port->network, fixed->ip_address);
      else
        no_address (load, port);
    }
}

void
vn_load_draw_addresses (VnLoad *load)
{
  g_autoptr (VnTaken) taken = vn_taken_new ();

  vn_taken_add_ports (taken, load->t);
  if (load->options->standing != NULL)
    vn_taken_keep (taken, load->t, load->options->standing);
  for (guint i = 0; i < load->t->ports->len; i++)
    {
      VnPort *port = g_ptr_array_index (load->t->ports, i);

      if (port->network == VN_NONE)
        continue;
      if (g_array_index (load->port_notes, VnPortNote, i).has_fixed_ips)
        complete_given (load, port, taken);
      else if (!vn_address_draw_all (taken, load->t, load->t->seed, port))
        no_address (load, port);
    }
}
