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

const VnAddressPair *
vn_port_first_pair (const VnPort *port, VnFamily family)
{
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      const VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      if (pair->ip_address.ip.family == family && pair->ip_address.len > 0)
        return pair;
    }
  return NULL;
}

VnIp
vn_port_pair_address (const VnAddressPair *pair)
{
  VnPrefix prefix = pair->ip_address;

  return prefix.len == vn_ip_bits (prefix.ip.family) ? prefix.ip : vn_ip_add (vn_prefix_first (prefix), 1);
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
