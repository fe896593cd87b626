/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals, and networks as netaddr reads them. */
#include "sim/api/vn-api.h"
#include "sim/base/vn-text.h"

#include <string.h>

void
vn_api_error_clear (VnApiError *error)
{
  g_clear_pointer (&error->message, g_free);
}

gboolean
vn_api_refuse (VnApiError *error, guint status, const char *type, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_free (error->message);
  error->message = g_strdup_vprintf (format, args);
  va_end (args);
  error->status = status;
  error->type = type;
  return FALSE;
}

/* One to four decimal parts; those that are missing are zero. */
static gboolean
parse_v4 (const char *text, VnIp *ret)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", -1);
  guint32 address = 0;

  if (g_strv_length (parts) > 4 || parts[0] == NULL)
    return FALSE;
  for (guint i = 0, end = 0; i < 4; i++)
    {
      guint64 value = 0;

      end = end || parts[i] == NULL;
      if (!end && !vn_parse_uint (parts[i], 0, 255, &value))
        return FALSE;
      address = address << 8 | (guint32)value;
    }
  *ret = vn_ip_from_v4 (address);
  return TRUE;
}

/* A length, or for IPv4 a netmask or its complement in dotted form. */
static gboolean
parse_mask (const char *text, VnFamily family, guint8 *ret)
{
  guint64 len;
  VnIp mask;
  guint32 bits;

  if (vn_parse_uint (text, 0, vn_ip_bits (family), &len))
    {
      *ret = (guint8)len;
      return TRUE;
    }
  if (family != VN_FAMILY_IPV4 || !vn_ip_parse (text, &mask) || mask.family != VN_FAMILY_IPV4)
    return FALSE;
  bits = vn_ip_to_v4 (mask);
  if (bits != 0 && (bits & 0x80000000u) == 0)
    bits = ~bits;
  if ((~bits & (~bits + 1)) != 0)
    return FALSE;
  *ret = (guint8)__builtin_popcount (bits);
  return TRUE;
}

gboolean
vn_api_parse_prefix (const char *text, VnPrefix *ret)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  VnPrefix prefix;

  if (parts[0] == NULL)
    return FALSE;
  if (strchr (parts[0], ':') != NULL ? !vn_ip_parse (parts[0], &prefix.ip) : !parse_v4 (parts[0], &prefix.ip))
    return FALSE;
  prefix.len = (guint8)vn_ip_bits (prefix.ip.family);
  if (parts[1] != NULL && !parse_mask (parts[1], prefix.ip.family, &prefix.len))
    return FALSE;
  *ret = prefix;
  return TRUE;
}
