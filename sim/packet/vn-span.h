/* SPDX-License-Identifier: Apache-2.0 */
/* A run of bytes of a packet with checked getters. Internal to sim/packet.
 *
 * `cut` tells the two ways of being too short apart: the end of a cut span is where the capture (or a fragment, or a
 * quotation) ends, and more bytes were on the wire; the end of the others was set by a length field, so a header that
 * does not fit contradicts that field. `wire` is the number of bytes that were there, captured or not.
 *
 * The getters stand here because a decoder that reads millions of packets spends its time in them. */
#pragma once

#include "sim/base/vn-addr.h"

#include <string.h>

G_BEGIN_DECLS

#define VN_WIRE_UNKNOWN G_MAXUINT32

typedef struct
{
  const guint8 *bytes;
  gsize size;
  gboolean cut;
  gsize wire; /* at least size; VN_WIRE_UNKNOWN if nobody says */
} VnSpan;

/* Splits @size bytes off the front of @span. Returns: FALSE, with both untouched, if there are fewer. */
static inline gboolean
vn_span_take (VnSpan *span, gsize size, VnSpan *ret_head)
{
  if (span->size < size)
    return FALSE;
  *ret_head = (VnSpan){ span->bytes, size, FALSE, size };
  span->bytes += size;
  span->size -= size;
  if (span->wire != VN_WIRE_UNKNOWN)
    span->wire -= size;
  return TRUE;
}

/* Ends @span after @size bytes, as a length field says. Returns: FALSE, with @span untouched, if it cannot be so: there
 * were fewer on the wire. */
static inline gboolean
vn_span_limit (VnSpan *span, gsize size)
{
  if (size > span->size && (!span->cut || (span->wire != VN_WIRE_UNKNOWN && size > span->wire)))
    return FALSE;
  span->wire = size;
  if (size > span->size)
    return TRUE;
  span->size = size;
  span->cut = FALSE;
  return TRUE;
}

/* Copies what is there; the rest of @ret is zero. */
static inline void
vn_span_copy (const VnSpan *span, gsize offset, guint8 *ret, gsize size)
{
  if (G_LIKELY (offset + size <= span->size))
    {
      memcpy (ret, span->bytes + offset, size);
      return;
    }
  memset (ret, 0, size);
  if (offset < span->size)
    memcpy (ret, span->bytes + offset, span->size - offset);
}

/* Fields in network order; 0 beyond the end. */
static inline guint8
vn_span_u8 (const VnSpan *span, gsize offset)
{
  return offset < span->size ? span->bytes[offset] : 0;
}

static inline guint16
vn_span_u16 (const VnSpan *span, gsize offset)
{
  guint8 field[2];

  vn_span_copy (span, offset, field, sizeof field);
  return (guint16)(field[0] << 8 | field[1]);
}

static inline guint32
vn_span_u32 (const VnSpan *span, gsize offset)
{
  guint8 field[4];

  vn_span_copy (span, offset, field, sizeof field);
  return (guint32)field[0] << 24 | (guint32)field[1] << 16 | (guint32)field[2] << 8 | field[3];
}

static inline VnMac
vn_span_mac (const VnSpan *span, gsize offset)
{
  VnMac mac;

  vn_span_copy (span, offset, mac.b, sizeof mac.b);
  return mac;
}

static inline VnIp
vn_span_ip (const VnSpan *span, gsize offset, VnFamily family)
{
  VnIp ip = { family, { 0 } };

  vn_span_copy (span, offset, ip.b, family == VN_FAMILY_IPV6 ? 16 : family == VN_FAMILY_IPV4 ? 4 : 0);
  return ip;
}

G_END_DECLS
