/* SPDX-License-Identifier: Apache-2.0 */
/* Checked access to the bytes of a packet. */
#include "sim/packet/vn-span.h"

#include <string.h>

gboolean
vn_span_take (VnSpan *span, gsize size, VnSpan *ret_head)
{
  if (span->size < size)
    return FALSE;
  *ret_head = (VnSpan){ span->bytes, size, FALSE };
  span->bytes += size;
  span->size -= size;
  return TRUE;
}

gboolean
vn_span_limit (VnSpan *span, gsize size)
{
  if (size > span->size)
    return span->cut;
  span->size = size;
  span->cut = FALSE;
  return TRUE;
}

/* Copies what is there; the rest of @ret is zero. */
static void
copy_field (const VnSpan *span, gsize offset, guint8 *ret, gsize size)
{
  memset (ret, 0, size);
  if (offset < span->size)
    memcpy (ret, span->bytes + offset, MIN (size, span->size - offset));
}

guint8
vn_span_u8 (const VnSpan *span, gsize offset)
{
  guint8 field;
  copy_field (span, offset, &field, 1);
  return field;
}

guint16
vn_span_u16 (const VnSpan *span, gsize offset)
{
  guint8 field[2];
  copy_field (span, offset, field, sizeof field);
  return (guint16)(field[0] << 8 | field[1]);
}

guint32
vn_span_u32 (const VnSpan *span, gsize offset)
{
  return (guint32)vn_span_u16 (span, offset) << 16 | vn_span_u16 (span, offset + 2);
}

VnMac
vn_span_mac (const VnSpan *span, gsize offset)
{
  VnMac mac;
  copy_field (span, offset, mac.b, sizeof mac.b);
  return mac;
}

VnIp
vn_span_ip (const VnSpan *span, gsize offset, VnFamily family)
{
  VnIp ip = { family, { 0 } };
  copy_field (span, offset, ip.b, vn_ip_bytes (family));
  return ip;
}
