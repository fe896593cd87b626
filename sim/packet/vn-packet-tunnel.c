/* SPDX-License-Identifier: Apache-2.0 */
/* Packets in packets: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 2784, 2890), IP in IP (RFC 2003, 4213).
 *
 * UDP datagrams are known by their port alone, so one whose header is no tunnel's is some other protocol's, not a
 * broken tunnel. */
#include "sim/packet/vn-packet-layers.h"

#include <netinet/in.h>

#define VXLAN_SIZE 8
#define VXLAN_FLAG_VNI 0x08 /* RFC 7348, section 5: the VNI is valid */
#define GENEVE_SIZE 8
#define GRE_MIN_SIZE 4
#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING 0x4000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_VERSION 0x0007
#define ERSPAN2_SIZE 8
#define ETHERTYPE_BRIDGED 0x6558 /* "transparent Ethernet bridging" */
#define ETHERTYPE_ERSPAN 0x88be

const char *
vn_tunnel_name (VnTunnel tunnel)
{
  static const char *const NAMES[] = {
    [VN_TUNNEL_NONE] = "",   [VN_TUNNEL_VXLAN] = "VXLAN", [VN_TUNNEL_GENEVE] = "Geneve",
    [VN_TUNNEL_GRE] = "GRE", [VN_TUNNEL_IP] = "IP in IP",
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (NAMES) == VN_N_TUNNELS);

  return NAMES[tunnel];
}

static gboolean
has_port (const guint16 *ports, guint n, guint16 port)
{
  for (guint i = 0; port != 0 && i < n; i++)
    if (ports[i] == port)
      return TRUE;
  return FALSE;
}

static VnFraming
enter (VnPacketHeaders *h, VnSpan *span, const VnSpan *inside, VnTunnel tunnel, VnFraming link)
{
  *span = *inside;
  h->tunnel = tunnel;
  vn_layer_set_payload (h, span);
  return link;
}

VnFraming
vn_tunnel_open_vxlan (VnPacketHeaders *h, VnSpan *span, const VnDecodeOptions *options)
{
  VnSpan vxlan, rest = *span;

  if (!(h->layers & VN_HAS_UDP) || !has_port (options->vxlan_ports, G_N_ELEMENTS (options->vxlan_ports), h->dport))
    return VN_LINK_NONE;
  if (span->size < VXLAN_SIZE && span->cut)
    vn_layer_too_short (h, span, "VXLAN header");
  if (!vn_span_take (&rest, VXLAN_SIZE, &vxlan) || !(vn_span_u8 (&vxlan, 0) & VXLAN_FLAG_VNI))
    return VN_LINK_NONE;
  h->layers |= VN_HAS_VXLAN;
  h->vni.id = h->tunnel_id = vn_span_u32 (&vxlan, 4) >> 8;
  return enter (h, span, &rest, VN_TUNNEL_VXLAN, VN_LINK_ETHERNET);
}

static VnFraming
link_of_ethertype (guint16 ethertype)
{
  return ethertype == ETHERTYPE_BRIDGED               ? VN_LINK_ETHERNET
         : ethertype == 0x0800 || ethertype == 0x86dd ? VN_LINK_IP
                                                      : VN_LINK_NONE;
}

static VnFraming
open_geneve (VnPacketHeaders *h, VnSpan *span, const VnDecodeOptions *options)
{
  VnSpan geneve, head, rest = *span;
  VnFraming link;

  if (!(h->layers & VN_HAS_UDP) || !has_port (options->geneve_ports, G_N_ELEMENTS (options->geneve_ports), h->dport))
    return VN_LINK_NONE;
  if (span->size < GENEVE_SIZE && span->cut)
    vn_layer_too_short (h, span, "Geneve header");
  if (!vn_span_take (&rest, GENEVE_SIZE, &geneve) || vn_span_u8 (&geneve, 0) >> 6 != 0)
    return VN_LINK_NONE;
  if (!vn_span_take (&rest, (vn_span_u8 (&geneve, 0) & 0x3fu) * 4, &head))
    {
      vn_layer_too_short (h, &rest, "Geneve options");
      return VN_LINK_NONE;
    }
  link = link_of_ethertype (vn_span_u16 (&geneve, 2));
  if (link == VN_LINK_NONE)
    return VN_LINK_NONE;
  h->vni.id = h->tunnel_id = vn_span_u32 (&geneve, 4) >> 8;
  return enter (h, span, &rest, VN_TUNNEL_GENEVE, link);
}

static guint
gre_size (guint16 flags)
{
  return GRE_MIN_SIZE + (flags & (GRE_CHECKSUM | GRE_ROUTING) ? 4 : 0) + (flags & GRE_KEY ? 4 : 0)
         + (flags & GRE_SEQUENCE ? 4 : 0);
}

/* Version 0 only; 1 is PPTP's and carries PPP. A packet with RFC 1701's source routes is left alone. */
static VnFraming
open_gre (VnPacketHeaders *h, VnSpan *span, G_GNUC_UNUSED const VnDecodeOptions *options)
{
  guint16 flags = vn_span_u16 (span, 0), ethertype = vn_span_u16 (span, 2);
  VnSpan gre, head, rest = *span;
  VnFraming link = link_of_ethertype (ethertype);

  if (h->ip_protocol != IPPROTO_GRE || h->ip_fragment || h->problem != NULL)
    return VN_LINK_NONE;
  if (!vn_span_take (&rest, gre_size (flags), &gre))
    {
      vn_layer_too_short (h, span, "GRE header");
      return VN_LINK_NONE;
    }
  if (flags & (GRE_VERSION | GRE_ROUTING))
    return VN_LINK_NONE;
  if (ethertype == ETHERTYPE_ERSPAN && (!(flags & GRE_SEQUENCE) || vn_span_take (&rest, ERSPAN2_SIZE, &head)))
    link = VN_LINK_ETHERNET;
  if (link == VN_LINK_NONE)
    return VN_LINK_NONE;
  h->tunnel_id = flags & GRE_KEY ? vn_span_u32 (&gre, flags & GRE_CHECKSUM ? 8 : 4) : 0;
  return enter (h, span, &rest, VN_TUNNEL_GRE, link);
}

static VnFraming
open_ip (VnPacketHeaders *h, VnSpan *span, G_GNUC_UNUSED const VnDecodeOptions *options)
{
  VnSpan rest = *span;

  if ((h->ip_protocol != IPPROTO_IPIP && h->ip_protocol != IPPROTO_IPV6) || h->ip_fragment || h->problem != NULL)
    return VN_LINK_NONE;
  return enter (h, span, &rest, VN_TUNNEL_IP, VN_LINK_IP);
}

VnFraming
vn_tunnel_open (VnPacketHeaders *h, VnSpan *span, const VnDecodeOptions *options)
{
  VnFraming link;

  if (!(h->layers & VN_HAS_IP) || h->layers & (VN_HAS_TCP | VN_HAS_ICMP))
    return VN_LINK_NONE;
  if (!(h->layers & VN_HAS_UDP))
    return h->ip_protocol == IPPROTO_GRE ? open_gre (h, span, options) : open_ip (h, span, options);
  link = vn_tunnel_open_vxlan (h, span, options);
  return link != VN_LINK_NONE ? link : open_geneve (h, span, options);
}
