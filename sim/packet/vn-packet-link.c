/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding what packets start with: Ethernet and the tags behind it, the headers that captures have in its place. */
#include "sim/packet/vn-packet-layers.h"

#define ETHERNET_SIZE 14
#define ETHERTYPE_MIN 0x600 /* below, the field is a length (IEEE 802.3) */
#define SNAP_SIZE 8
#define VLAN_TAG_SIZE 4
#define MPLS_LABEL_SIZE 4
#define MPLS_BOTTOM 0x100
#define PPPOE_SIZE 6
#define COOKED_SIZE 16
#define COOKED2_SIZE 20
#define COOKED_NETLINK 824 /* ARPHRD_NETLINK: the protocol is a netlink family, no EtherType */
#define LOOPBACK_SIZE 4

/* ---- headers between Ethernet and the network layer ---- */

static gboolean
skip_vlan_tag (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan tag;

  if (!vn_span_take (span, VLAN_TAG_SIZE, &tag))
    {
      vn_layer_too_short (h, span, "802.1Q tag");
      return FALSE;
    }
  if (h->n_vlans == 0)
    h->vlan_id = vn_span_u16 (&tag, 0) & 0xfff;
  else if (h->n_vlans == 1)
    h->vlan_inner = vn_span_u16 (&tag, 0) & 0xfff;
  if (h->n_vlans < G_MAXUINT8)
    h->n_vlans++;
  h->layers |= VN_HAS_VLAN;
  h->ethertype = vn_span_u16 (&tag, 2);
  return TRUE;
}

/* Nothing says what is below the labels (RFC 3032); routers guess by the first half byte. */
static gboolean
skip_mpls_labels (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan label;

  do
    if (!vn_span_take (span, MPLS_LABEL_SIZE, &label))
      {
        vn_layer_too_short (h, span, "MPLS label");
        return FALSE;
      }
  while (!(vn_span_u32 (&label, 0) & MPLS_BOTTOM));
  switch (vn_span_u8 (span, 0) >> 4)
    {
    case 4:
      h->ethertype = 0x0800;
      return TRUE;
    case 6:
      h->ethertype = 0x86dd;
      return TRUE;
    default:
      return FALSE;
    }
}

static guint16
ethertype_of_ppp (guint16 protocol)
{
  return protocol == 0x0021 ? 0x0800 : protocol == 0x0057 ? 0x86dd : 0;
}

/* RFC 2516, session stage. */
static gboolean
skip_pppoe (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan header, protocol;

  if (!vn_span_take (span, PPPOE_SIZE, &header))
    {
      vn_layer_too_short (h, span, "PPPoE header");
      return FALSE;
    }
  if (!vn_span_limit (span, vn_span_u16 (&header, 4)))
    {
      vn_layer_malformed (h, "PPPoE length");
      return FALSE;
    }
  if (!vn_span_take (span, 2, &protocol))
    {
      vn_layer_too_short (h, span, "PPP protocol");
      return FALSE;
    }
  h->ethertype = ethertype_of_ppp (vn_span_u16 (&protocol, 0));
  return h->ethertype != 0;
}

static const struct
{
  guint16 ethertype;
  gboolean (*skip) (VnPacketHeaders *h, VnSpan *span); /* sets the EtherType of what follows; FALSE = ends here */
} SHIMS[] = {
  { 0x8100, skip_vlan_tag },    { 0x88a8, skip_vlan_tag },    { 0x9100, skip_vlan_tag },
  { 0x8847, skip_mpls_labels }, { 0x8848, skip_mpls_labels }, { 0x8864, skip_pppoe },
};

/* Returns: 1 if a header was skipped, 0 if there is none, -1 if the packet ends there. */
static int
skip_shim (VnPacketHeaders *h, VnSpan *span)
{
  for (guint i = 0; i < G_N_ELEMENTS (SHIMS); i++)
    if (SHIMS[i].ethertype == h->ethertype)
      return SHIMS[i].skip (h, span) ? 1 : -1;
  return 0;
}

/* ---- by EtherType ---- */

static void
layer_ethertype (VnPacketHeaders *h, VnSpan *span)
{
  int skipped = 0;

  if (G_LIKELY (h->ethertype == 0x0800))
    {
      vn_layer_ipv4 (h, span);
      return;
    }
  while ((skipped = skip_shim (h, span)) > 0)
    continue;
  if (skipped < 0)
    return;
  if (h->ethertype == 0x0800)
    vn_layer_ipv4 (h, span);
  else if (h->ethertype == 0x86dd)
    vn_layer_ipv6 (h, span);
  else if (h->ethertype == 0x0806)
    vn_layer_arp (h, span);
}

/* IEEE 802.3 with LLC and SNAP (RFC 1042): only then an EtherType follows. Else the frame stays as it is. */
static void
layer_snap (VnPacketHeaders *h, VnSpan *span)
{
  static const guint8 RFC1042[] = { 0xaa, 0xaa, 0x03, 0, 0, 0 };
  VnSpan rest = *span, snap;

  if (!vn_span_limit (&rest, h->ethertype) || !vn_span_take (&rest, SNAP_SIZE, &snap)
      || memcmp (snap.bytes, RFC1042, sizeof RFC1042) != 0)
    return;
  *span = rest;
  h->ethertype = vn_span_u16 (&snap, 6);
  layer_ethertype (h, span);
}

/* ---- by link ---- */

static void
layer_ethernet (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan ethernet;

  if (!vn_span_take (span, ETHERNET_SIZE, &ethernet))
    {
      vn_layer_too_short (h, span, "Ethernet header");
      return;
    }
  h->eth_dst = vn_span_mac (&ethernet, 0);
  h->eth_src = vn_span_mac (&ethernet, 6);
  h->ethertype = vn_span_u16 (&ethernet, 12);
  if (h->ethertype < ETHERTYPE_MIN)
    layer_snap (h, span);
  else
    layer_ethertype (h, span);
}

static void
layer_cooked (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan cooked;

  if (!vn_span_take (span, COOKED_SIZE, &cooked))
    {
      vn_layer_too_short (h, span, "cooked header");
      return;
    }
  h->cooked_type = vn_span_u8 (&cooked, 1);
  h->eth_src = vn_span_mac (&cooked, 6);
  h->ethertype = vn_span_u16 (&cooked, 14);
  if (vn_span_u16 (&cooked, 2) != COOKED_NETLINK)
    layer_ethertype (h, span);
}

static void
layer_cooked2 (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan cooked;

  if (!vn_span_take (span, COOKED2_SIZE, &cooked))
    {
      vn_layer_too_short (h, span, "cooked header");
      return;
    }
  h->ethertype = vn_span_u16 (&cooked, 0);
  h->cooked_ifindex = vn_span_u32 (&cooked, 4);
  h->cooked_type = vn_span_u8 (&cooked, 10);
  h->eth_src = vn_span_mac (&cooked, 12);
  if (vn_span_u16 (&cooked, 8) != COOKED_NETLINK)
    layer_ethertype (h, span);
}

/* AF_INET is 2 everywhere, AF_INET6 differs between systems (Linux 10, NetBSD 24, FreeBSD 28, macOS 30). */
static void
layer_loopback (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan loopback;
  guint32 family;

  if (!vn_span_take (span, LOOPBACK_SIZE, &loopback))
    {
      vn_layer_too_short (h, span, "loopback header");
      return;
    }
  family = vn_span_u32 (&loopback, 0);
  if (family > 0xffff)
    family = GUINT32_SWAP_LE_BE (family);
  if (family == 2)
    vn_layer_ipv4 (h, span);
  else if (family == 10 || family == 24 || family == 28 || family == 30)
    vn_layer_ipv6 (h, span);
}

static void
layer_ppp (VnPacketHeaders *h, VnSpan *span)
{
  VnSpan head;

  if (vn_span_u16 (span, 0) == 0xff03 || vn_span_u16 (span, 0) == 0x0f00)
    vn_span_take (span, 2, &head);
  if (!vn_span_take (span, 2, &head))
    {
      vn_layer_too_short (h, span, "PPP protocol");
      return;
    }
  h->ethertype = vn_span_u16 (&head, 0);
  if (h->ethertype == 0x0021 || h->ethertype == 0x0057)
    h->ethertype = ethertype_of_ppp (h->ethertype);
  layer_ethertype (h, span);
}

static void
layer_ip (VnPacketHeaders *h, VnSpan *span)
{
  if (vn_span_u8 (span, 0) >> 4 == 6)
    vn_layer_ipv6 (h, span);
  else
    vn_layer_ipv4 (h, span);
}

void
vn_layer_link (VnPacketHeaders *h, VnSpan *span, VnFraming link)
{
  static const VnLayerFunc LAYERS[] = {
    [VN_LINK_ETHERNET] = layer_ethernet, [VN_LINK_COOKED] = layer_cooked, [VN_LINK_COOKED2] = layer_cooked2,
    [VN_LINK_LOOPBACK] = layer_loopback, [VN_LINK_PPP] = layer_ppp,       [VN_LINK_IP] = layer_ip,
  };

  LAYERS[link](h, span);
}
