/* SPDX-License-Identifier: Apache-2.0 */
/* What a port's attributes come to. */
#include "sim/model/vn-port.h"

gboolean
vn_port_has_family (const VnPort *port, VnFamily family)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    if (g_array_index (port->fixed_ips, VnFixedIp, i).ip_address.family == family)
      return TRUE;
  return FALSE;
}

gboolean
vn_port_has_address (const VnPort *port, VnIp ip)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    if (vn_ip_equal (g_array_index (port->fixed_ips, VnFixedIp, i).ip_address, ip))
      return TRUE;
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    if (vn_prefix_contains (g_array_index (port->allowed_address_pairs, VnAddressPair, i).ip_address, ip))
      return TRUE;
  return FALSE;
}

gboolean
vn_port_is_trusted (const VnPort *port)
{
  return port->device_owner != NULL && g_str_has_prefix (port->device_owner, "network:");
}

gboolean
vn_port_is_guarded (const VnPort *port)
{
  return port->port_security_enabled && !vn_port_is_trusted (port);
}
