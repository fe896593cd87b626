/* SPDX-License-Identifier: Apache-2.0 */
/* How the decoder's layers call each other. Internal to sim/packet.
 *
 * A layer takes its header off the front of the span, fills in its fields and goes on to the next layer. One that finds
 * something wrong says so and leaves the span where it stands: what is left is the payload. */
#pragma once

#include "sim/packet/vn-packet.h"
#include "sim/packet/vn-span.h"

G_BEGIN_DECLS

typedef void (*VnLayerFunc) (VnPacketHeaders *h, VnSpan *span);

void vn_layer_ipv4 (VnPacketHeaders *h, VnSpan *span);
void vn_layer_ipv6 (VnPacketHeaders *h, VnSpan *span);
/* By h->ip_protocol. */
void vn_layer_transport (VnPacketHeaders *h, VnSpan *span);

/* A header that does not fit into @span. @problem: static text. */
void vn_layer_too_short (VnPacketHeaders *h, const VnSpan *span, const char *problem);
void vn_layer_malformed (VnPacketHeaders *h, const char *problem);

G_END_DECLS
