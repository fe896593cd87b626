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

/* By @link, or by h->ethertype. */
void vn_layer_link (VnPacketHeaders *h, VnSpan *span, VnFraming link);
void vn_layer_arp (VnPacketHeaders *h, VnSpan *span);
void vn_layer_ipv4 (VnPacketHeaders *h, VnSpan *span);
void vn_layer_ipv6 (VnPacketHeaders *h, VnSpan *span);
/* By h->ip_protocol. */
void vn_layer_transport (VnPacketHeaders *h, VnSpan *span);

/* Takes the tunnel's header off @span. Returns: what follows in @span; VN_LINK_NONE if @h carries no packet. */
VnFraming vn_tunnel_open (VnPacketHeaders *h, VnSpan *span, const VnDecodeOptions *options);
VnFraming vn_tunnel_open_vxlan (VnPacketHeaders *h, VnSpan *span, const VnDecodeOptions *options);
void vn_layer_set_payload (VnPacketHeaders *h, const VnSpan *span);

/* The first problem of a packet counts. */
/* A header that does not fit into @span. @problem: static text. */
void vn_layer_too_short (VnPacketHeaders *h, const VnSpan *span, const char *problem);
void vn_layer_malformed (VnPacketHeaders *h, const char *problem);

G_END_DECLS
