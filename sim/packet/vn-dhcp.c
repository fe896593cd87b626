/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding DHCP for IPv4. */
#include "sim/packet/vn-dhcp.h"

#include "sim/packet/vn-span.h"

#define OPTIONS_OFFSET 240
#define MAGIC_COOKIE 0x63825363
#define ETHERNET 1

enum
{
  OPTION_PAD = 0,
  OPTION_REQUESTED = 50,
  OPTION_TYPE = 53,
  OPTION_SERVER = 54,
  OPTION_END = 255,
};

static VnIp
ip_or_unset (const VnSpan *span, gsize offset)
{
  VnIp ip = vn_span_ip (span, offset, VN_FAMILY_IPV4);

  return vn_ip_to_v4 (ip) == 0 ? (VnIp){ VN_FAMILY_NONE, { 0 } } : ip;
}

static void
set_option (VnDhcp *dhcp, guint8 code, const VnSpan *value)
{
  guint8 type = vn_span_u8 (value, 0);

  if (code == OPTION_TYPE && value->size == 1 && type < VN_N_DHCP_TYPES)
    dhcp->type = (VnDhcpType)type;
  else if (code == OPTION_REQUESTED && value->size == 4)
    dhcp->requested = ip_or_unset (value, 0);
  else if (code == OPTION_SERVER && value->size == 4)
    dhcp->server = ip_or_unset (value, 0);
}

gboolean
vn_dhcp_decode (const guint8 *bytes, gsize size, VnDhcp *ret)
{
  VnSpan span = { bytes, size, FALSE, size }, head, option, value;
  guint8 op = vn_span_u8 (&span, 0);

  if (!vn_span_take (&span, OPTIONS_OFFSET, &head) || (op != 1 && op != 2) || vn_span_u8 (&head, 1) != ETHERNET
      || vn_span_u32 (&head, 236) != MAGIC_COOKIE)
    return FALSE;
  *ret = (VnDhcp){ .is_reply = op == 2, .xid = vn_span_u32 (&head, 4), .client = vn_span_mac (&head, 28) };
  ret->your_ip = ip_or_unset (&head, 16);
  while (vn_span_u8 (&span, 0) != OPTION_END && span.size > 0)
    {
      if (vn_span_u8 (&span, 0) == OPTION_PAD)
        {
          vn_span_take (&span, 1, &option);
          continue;
        }
      if (!vn_span_take (&span, 2, &option) || !vn_span_take (&span, vn_span_u8 (&option, 1), &value))
        break;
      set_option (ret, vn_span_u8 (&option, 0), &value);
    }
  return TRUE;
}
