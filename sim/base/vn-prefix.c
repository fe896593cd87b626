/* SPDX-License-Identifier: Apache-2.0 */
/* Prefixes as values: vn_prefix_* of vn-addr.h. */
#include "sim/base/vn-addr.h"

#include "sim/base/vn-text.h"

#include <string.h>

gboolean
vn_prefix_parse (const char *text, VnPrefix *ret)
{
  if (text == NULL)
    return FALSE;
  const char *slash = strchr (text, '/');
  g_autofree char *address = slash ? g_strndup (text, (gsize)(slash - text)) : g_strdup (text);
  VnIp ip;
  if (!vn_ip_parse (address, &ip))
    return FALSE;
  guint64 len = vn_ip_bits (ip.family);
  if (slash != NULL && !vn_parse_uint (slash + 1, 0, len, &len))
    return FALSE;
  *ret = (VnPrefix){ ip, (guint8)len };
  return TRUE;
}

char *
vn_prefix_to_string (VnPrefix prefix)
{
  g_autofree char *address = vn_ip_to_string (prefix.ip);
  return vn_ip_is_set (prefix.ip) ? g_strdup_printf ("%s/%u", address, prefix.len) : g_steal_pointer (&address);
}

/* The bits of byte @index that belong to the network. */
static guint8
network_bits (VnPrefix prefix, guint index)
{
  int bits = CLAMP ((int)prefix.len - (int)index * 8, 0, 8);
  return (guint8)(0xff00 >> bits);
}

VnIp
vn_prefix_first (VnPrefix prefix)
{
  for (guint i = 0; i < vn_ip_bytes (prefix.ip.family); i++)
    prefix.ip.b[i] &= network_bits (prefix, i);
  return prefix.ip;
}

VnIp
vn_prefix_last (VnPrefix prefix)
{
  for (guint i = 0; i < vn_ip_bytes (prefix.ip.family); i++)
    prefix.ip.b[i] |= (guint8)~network_bits (prefix, i);
  return prefix.ip;
}

VnPrefix
vn_prefix_masked (VnPrefix prefix)
{
  return (VnPrefix){ vn_prefix_first (prefix), prefix.len };
}

gboolean
vn_prefix_contains (VnPrefix prefix, VnIp ip)
{
  return vn_ip_is_set (ip) && vn_ip_equal (vn_prefix_first (prefix), vn_prefix_first ((VnPrefix){ ip, prefix.len }));
}

gboolean
vn_prefix_overlaps (VnPrefix a, VnPrefix b)
{
  return a.len <= b.len ? vn_prefix_contains (a, b.ip) : vn_prefix_contains (b, a.ip);
}

gboolean
vn_prefix_equal (VnPrefix a, VnPrefix b)
{
  return a.len == b.len && vn_ip_equal (a.ip, b.ip);
}

int
vn_prefix_compare (VnPrefix a, VnPrefix b)
{
  int order = vn_ip_compare (vn_prefix_first (a), vn_prefix_first (b));
  return order != 0 ? order : (int)a.len - (int)b.len;
}

VnPrefix
vn_prefix_host (VnIp ip)
{
  return (VnPrefix){ ip, (guint8)vn_ip_bits (ip.family) };
}
