/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding ARP (RFC 826). Only ARP for IPv4 over Ethernet (hardware type 1, protocol 0x0800) has a meaning here. */
#include "sim/packet/vn-packet-layers.h"

#define ARP_SIZE 28
#define ARP_PREFIX_SIZE 8 /* up to the addresses, whose sizes it gives */

void
vn_layer_arp (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan all = *span, arp;

  if (!vn_span_take (span, ARP_PREFIX_SIZE, &arp))
    {
      vn_layer_too_short (h, span, "ARP header");
      return;
    }
  *span = all;
  if (vn_span_u16 (&arp, 0) != 1 || vn_span_u16 (&arp, 2) != 0x0800)
    return;
  if (vn_span_u8 (&arp, 4) != 6 || vn_span_u8 (&arp, 5) != 4)
    {
      vn_layer_malformed (h, "ARP address sizes");
      return;
    }
  if (!vn_span_take (span, ARP_SIZE, &arp))
    {
      vn_layer_too_short (h, span, "ARP header");
      return;
    }
  h->layers |= VN_HAS_ARP;
  h->arp_op = vn_span_u16 (&arp, 6);
  h->arp_sender_mac = vn_span_mac (&arp, 8);
  h->arp_sender_ip = vn_span_ip (&arp, 14, VN_FAMILY_IPV4);
  h->arp_target_mac = vn_span_mac (&arp, 18);
  h->arp_target_ip = vn_span_ip (&arp, 24, VN_FAMILY_IPV4);
}
