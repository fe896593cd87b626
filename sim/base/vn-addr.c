/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as values. */
#include "sim/base/vn-addr.h"

#include <arpa/inet.h>
#include <string.h>

const VnMac VN_MAC_ZERO = { { 0 } };
const VnMac VN_MAC_BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

/* One or two hex digits at *p, which is moved behind them. */
static gboolean
parse_hex_group (const char **p, guint8 *ret)
{
  int high = g_ascii_xdigit_value (**p);
  if (high < 0)
    return FALSE;
  int low = g_ascii_xdigit_value ((*p)[1]);
  *ret = (guint8)(low < 0 ? high : high << 4 | low);
  *p += low < 0 ? 1 : 2;
  return TRUE;
}

gboolean
vn_mac_parse (const char *text, VnMac *ret)
{
  VnMac mac = VN_MAC_ZERO;
  if (text == NULL)
    return FALSE;
  char separator = '\0';
  for (guint i = 0; i < 6; i++)
    {
      if (i == 1 && (*text == ':' || *text == '-'))
        separator = *text;
      if (i > 0 && (*text == '\0' || *text++ != separator))
        return FALSE;
      if (!parse_hex_group (&text, &mac.b[i]))
        return FALSE;
    }
  if (*text != '\0')
    return FALSE;
  *ret = mac;
  return TRUE;
}

char *
vn_mac_to_string (VnMac mac)
{
  return g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", mac.b[0], mac.b[1], mac.b[2], mac.b[3], mac.b[4], mac.b[5]);
}

int
vn_mac_compare (VnMac a, VnMac b)
{
  return memcmp (a.b, b.b, sizeof a.b);
}

gboolean
vn_mac_equal (VnMac a, VnMac b)
{
  return vn_mac_compare (a, b) == 0;
}

gboolean
vn_mac_is_multicast (VnMac mac)
{
  return (mac.b[0] & 1) != 0;
}

gboolean
vn_ip_parse (const char *text, VnIp *ret)
{
  if (text == NULL)
    return FALSE;
  VnIp ip = { strchr (text, ':') != NULL ? VN_FAMILY_IPV6 : VN_FAMILY_IPV4, { 0 } };
  if (inet_pton (ip.family == VN_FAMILY_IPV6 ? AF_INET6 : AF_INET, text, ip.b) != 1)
    return FALSE;
  *ret = ip;
  return TRUE;
}

char *
vn_ip_to_string (VnIp ip)
{
  if (ip.family == VN_FAMILY_NONE)
    return g_strdup ("-");
  char text[INET6_ADDRSTRLEN];
  inet_ntop (ip.family == VN_FAMILY_IPV6 ? AF_INET6 : AF_INET, ip.b, text, sizeof text);
  return g_strdup (text);
}

int
vn_ip_compare (VnIp a, VnIp b)
{
  if (a.family != b.family)
    return a.family < b.family ? -1 : 1;
  return memcmp (a.b, b.b, vn_ip_bytes (a.family));
}

gboolean
vn_ip_equal (VnIp a, VnIp b)
{
  return vn_ip_compare (a, b) == 0;
}

gboolean
vn_ip_is_set (VnIp ip)
{
  return ip.family != VN_FAMILY_NONE;
}

gboolean
vn_ip_is_multicast (VnIp ip)
{
  if (ip.family == VN_FAMILY_IPV4)
    return (ip.b[0] & 0xf0) == 0xe0;
  return ip.family == VN_FAMILY_IPV6 && ip.b[0] == 0xff;
}

guint
vn_ip_bytes (VnFamily family)
{
  return family == VN_FAMILY_IPV4 ? 4 : family == VN_FAMILY_IPV6 ? 16 : 0;
}

guint
vn_ip_bits (VnFamily family)
{
  return vn_ip_bytes (family) * 8;
}

VnIp
vn_ip_from_v4 (guint32 host_order)
{
  return (VnIp){ VN_FAMILY_IPV4,
                 { (guint8)(host_order >> 24), (guint8)(host_order >> 16), (guint8)(host_order >> 8),
                   (guint8)host_order } };
}

guint32
vn_ip_to_v4 (VnIp ip)
{
  g_return_val_if_fail (ip.family == VN_FAMILY_IPV4, 0);
  return (guint32)ip.b[0] << 24 | (guint32)ip.b[1] << 16 | (guint32)ip.b[2] << 8 | ip.b[3];
}

VnIp
vn_ip_add (VnIp ip, guint32 n)
{
  guint64 carry = n;
  for (guint i = vn_ip_bytes (ip.family); i-- > 0 && carry > 0;)
    {
      carry += ip.b[i];
      ip.b[i] = (guint8)carry;
      carry >>= 8;
    }
  return ip;
}

VnIp
vn_ip_eui64 (VnPrefix prefix, VnMac mac)
{
  g_return_val_if_fail (prefix.ip.family == VN_FAMILY_IPV6, prefix.ip);
  VnIp ip = vn_prefix_first (prefix);
  const guint8 interface_id[8]
      = { (guint8)(mac.b[0] ^ 2), mac.b[1], mac.b[2], 0xff, 0xfe, mac.b[3], mac.b[4], mac.b[5] };
  memcpy (ip.b + 8, interface_id, sizeof interface_id);
  return ip;
}
