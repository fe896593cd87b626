/* SPDX-License-Identifier: Apache-2.0 */
/* A run of bytes of a packet with checked getters. Internal to sim/packet.
 *
 * `cut` tells the two ways of being too short apart: the end of a cut span is where the capture (or a fragment, or a
 * quotation) ends, and more bytes were on the wire; the end of the others was set by a length field, so a header that
 * does not fit contradicts that field. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

typedef struct
{
  const guint8 *bytes;
  gsize size;
  gboolean cut;
} VnSpan;

/* Splits @size bytes off the front of @span. Returns: FALSE, with both untouched, if there are fewer. */
gboolean vn_span_take (VnSpan *span, gsize size, VnSpan *ret_head);
/* Ends @span after @size bytes, as a length field says. Returns: FALSE if it cannot be so: fewer bytes, none cut. */
gboolean vn_span_limit (VnSpan *span, gsize size);

/* Fields in network order; 0 beyond the end. */
guint8 vn_span_u8 (const VnSpan *span, gsize offset);
guint16 vn_span_u16 (const VnSpan *span, gsize offset);
guint32 vn_span_u32 (const VnSpan *span, gsize offset);
VnMac vn_span_mac (const VnSpan *span, gsize offset);
VnIp vn_span_ip (const VnSpan *span, gsize offset, VnFamily family);

G_END_DECLS
