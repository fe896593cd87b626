/* SPDX-License-Identifier: Apache-2.0 */
/* The 16 bytes by which a probe is known again: "vnlab", kind, tag, ports, zero. */
#include "sim/packet/vn-tag-payload.h"

#include "sim/packet/vn-span.h"

#include <string.h>

#define MAGIC "vnlab"
#define MAGIC_SIZE 5
#define KIND_OFFSET 5
#define TAG_OFFSET 6
#define SPORT_OFFSET 10
#define DPORT_OFFSET 12

static void
put_u16 (guint8 *bytes, guint16 n)
{
  bytes[0] = (guint8)(n >> 8);
  bytes[1] = (guint8)n;
}

void
vn_tag_payload_write (const VnTagPayload *payload, guint8 ret_bytes[VN_TAG_PAYLOAD_SIZE])
{
  memset (ret_bytes, 0, VN_TAG_PAYLOAD_SIZE);
  memcpy (ret_bytes, MAGIC, MAGIC_SIZE);
  ret_bytes[KIND_OFFSET] = (guint8)payload->kind;
  put_u16 (ret_bytes + TAG_OFFSET, (guint16)(payload->tag >> 16));
  put_u16 (ret_bytes + TAG_OFFSET + 2, (guint16)payload->tag);
  put_u16 (ret_bytes + SPORT_OFFSET, payload->sport);
  put_u16 (ret_bytes + DPORT_OFFSET, payload->dport);
}

gboolean
vn_tag_payload_read (const guint8 *bytes, gsize size, VnTagPayload *ret)
{
  VnSpan span = { bytes, size, FALSE };
  if (size < VN_TAG_PAYLOAD_SIZE || memcmp (bytes, MAGIC, MAGIC_SIZE) != 0)
    return FALSE;
  guint8 kind = vn_span_u8 (&span, KIND_OFFSET);
  if (kind != VN_TAG_PROBE && kind != VN_TAG_SENTINEL && kind != VN_TAG_SENTINEL_BACK)
    return FALSE;
  *ret = (VnTagPayload){ (VnTagKind)kind, vn_span_u32 (&span, TAG_OFFSET), vn_span_u16 (&span, SPORT_OFFSET),
                         vn_span_u16 (&span, DPORT_OFFSET) };
  return TRUE;
}
