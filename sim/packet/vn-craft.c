/* SPDX-License-Identifier: Apache-2.0 */
/* Frames to send, built with libnet.
 *
 * libnet collects headers from the innermost to the outermost, each as a block in its context, and joins them when the
 * packet is asked for, filling in the checksums. In a LIBNET_NONE context it never opens a socket; of its functions
 * that join, only libnet_pblock_coalesce works there (the adv_cull ones want a link or raw context). The context is
 * emptied after each frame, good or bad. */
#include "sim/packet/vn-craft.h"

#include "sim/base/vn-error.h"
#include "sim/packet/vn-dns-question.h"
#include "sim/packet/vn-tag-payload.h"

#include <libnet.h>
#include <string.h>

#define TTL 64
#define ND_HOP_LIMIT 255     /* RFC 4861, section 6.1.2: less is not taken for a neighbour's */
#define DHCP_OPTIONS_SIZE 64 /* with the header more than the 300 bytes that old clients insist on */
#define DHCP_LEASE_SEC 3600
#define TAG_OPTION_SIZE 24
#define RA_BODY_SIZE (8 + 8 + TAG_OPTION_SIZE) /* two timers, source link-layer option, tag option */
#define DAD_BODY_SIZE (16 + TAG_OPTION_SIZE)   /* target, tag option */

struct _VnCrafter
{
  libnet_t *net;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (libnet_t, libnet_destroy)

VnCrafter *
vn_crafter_new (GError **error)
{
  char problem[LIBNET_ERRBUF_SIZE];
  g_autoptr (libnet_t) net = libnet_init (LIBNET_NONE, NULL, problem);
  if (net == NULL)
    {
      vn_error_set (error, VN_ERROR_INTERNAL, "open a libnet context: %s", problem);
      return NULL;
    }
  VnCrafter *crafter = g_new0 (VnCrafter, 1);
  crafter->net = g_steal_pointer (&net);
  return crafter;
}

void
vn_crafter_free (VnCrafter *crafter)
{
  libnet_destroy (crafter->net);
  g_free (crafter);
}

static gboolean
added (VnCrafter *c, libnet_ptag_t block, const char *layer, GError **error)
{
  return block >= 0 || vn_error_set (error, VN_ERROR_INTERNAL, "build %s header: %s", layer, libnet_geterror (c->net));
}

static gboolean
add_ipv4 (VnCrafter *c, const VnCraftEnds *ends, guint8 protocol, guint size, guint32 tag, GError **error)
{
  libnet_ptag_t block
      = libnet_build_ipv4 ((guint16)(LIBNET_IPV4_H + size), 0, (guint16)tag, 0, TTL, protocol, 0,
                           g_htonl (vn_ip_to_v4 (ends->src)), g_htonl (vn_ip_to_v4 (ends->dst)), NULL, 0, c->net, 0);
  return added (c, block, "IPv4", error);
}

static gboolean
add_ipv6 (VnCrafter *c, const VnCraftEnds *ends, guint8 protocol, guint size, guint8 hop_limit, GError **error)
{
  struct libnet_in6_addr src, dst;
  memcpy (&src, ends->src.b, sizeof src);
  memcpy (&dst, ends->dst.b, sizeof dst);
  libnet_ptag_t block = libnet_build_ipv6 (0, 0, (guint16)size, protocol, hop_limit, src, dst, NULL, 0, c->net, 0);
  return added (c, block, "IPv6", error);
}

static gboolean
add_ethernet (VnCrafter *c, VnMac src, VnMac dst, guint16 ethertype, GError **error)
{
  return added (c, libnet_build_ethernet (dst.b, src.b, ethertype, NULL, 0, c->net, 0), "Ethernet", error);
}

/* IP and Ethernet below what is there already, which takes @size bytes. */
static gboolean
add_lower_layers (VnCrafter *c, const VnCraftEnds *ends, guint8 protocol, guint size, guint32 tag, GError **error)
{
  if (ends->src.family != ends->dst.family || !vn_ip_is_set (ends->src))
    return vn_error_set (error, VN_ERROR_INTERNAL, "build IP header: addresses are not of one family");
  if (ends->src.family == VN_FAMILY_IPV4)
    return add_ipv4 (c, ends, protocol, size, tag, error)
           && add_ethernet (c, ends->eth_src, ends->eth_dst, ETHERTYPE_IP, error);
  return add_ipv6 (c, ends, protocol, size, TTL, error)
         && add_ethernet (c, ends->eth_src, ends->eth_dst, ETHERTYPE_IPV6, error);
}

/* A sum of 0 is sent as 0xffff, its other form (RFC 768; RFC 8200, section 8.1). */
static void
correct_udp_checksum (guint8 *frame, guint32 size)
{
  static const VnDecodeOptions NO_VXLAN = { { 0 } };
  VnPacket packet;
  vn_packet_decode (frame, size, &NO_VXLAN, &packet);
  if (!(packet.outer.layers & VN_HAS_UDP))
    return;
  guint8 *checksum = frame + (packet.outer.payload - frame) - 2;
  if (checksum[0] == 0 && checksum[1] == 0)
    checksum[0] = checksum[1] = 0xff;
}

static GBytes *
join (VnCrafter *c, GError **error)
{
  guint8 *bytes = NULL;
  guint32 size = 0;
  if (libnet_pblock_coalesce (c->net, &bytes, &size) < 0)
    {
      vn_error_set (error, VN_ERROR_INTERNAL, "join the headers of a frame: %s", libnet_geterror (c->net));
      return NULL;
    }
  correct_udp_checksum (bytes, size);
  GBytes *frame = g_bytes_new (bytes, size);
  libnet_adv_free_packet (c->net, bytes);
  return frame;
}

/* @complete: whether all headers could be added; else @error is set already. */
static GBytes *
finish (VnCrafter *c, gboolean complete, GError **error)
{
  GBytes *frame = complete ? join (c, error) : NULL;
  libnet_clear_packet (c->net);
  return frame;
}

GBytes *
vn_craft_echo_of (VnCrafter *c, const VnCraftEnds *ends, guint16 id, guint32 tag, GError **error)
{
  guint8 payload[VN_TAG_PAYLOAD_SIZE];
  guint16 seq = (guint16)tag;
  gboolean v6 = ends->src.family == VN_FAMILY_IPV6;
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, tag, 0, 0 }, payload);
  libnet_ptag_t block
      = v6 ? libnet_build_icmpv6_echo (ICMP6_ECHO_REQUEST, 0, 0, id, seq, payload, sizeof payload, c->net, 0)
           : libnet_build_icmpv4_echo (ICMP_ECHO, 0, 0, id, seq, payload, sizeof payload, c->net, 0);
  gboolean complete = added (c, block, "ICMP", error)
                      && add_lower_layers (c, ends, v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP,
                                           LIBNET_ICMPV4_ECHO_H + sizeof payload, tag, error);
  return finish (c, complete, error);
}

GBytes *
vn_craft_echo (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error)
{
  return vn_craft_echo_of (c, ends, (guint16)(tag >> 16), tag, error);
}

GBytes *
vn_craft_udp (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error)
{
  guint8 payload[VN_TAG_PAYLOAD_SIZE];
  guint16 size = LIBNET_UDP_H + sizeof payload;
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, tag, ends->sport, ends->dport }, payload);
  libnet_ptag_t block = libnet_build_udp (ends->sport, ends->dport, size, 0, payload, sizeof payload, c->net, 0);
  gboolean complete = added (c, block, "UDP", error) && add_lower_layers (c, ends, IPPROTO_UDP, size, tag, error);
  return finish (c, complete, error);
}

GBytes *
vn_craft_udp_filled (VnCrafter *c, const VnCraftEnds *ends, guint frame_bytes, GError **error)
{
  guint headers = LIBNET_ETH_H + LIBNET_IPV4_H + LIBNET_UDP_H;
  guint size = frame_bytes > headers ? frame_bytes - headers : 0;
  g_autofree guint8 *zeros = g_malloc0 (size + 1);
  guint16 udp_size = (guint16)(LIBNET_UDP_H + size);
  libnet_ptag_t block = libnet_build_udp (ends->sport, ends->dport, udp_size, 0, zeros, size, c->net, 0);
  gboolean complete = added (c, block, "UDP", error) && add_lower_layers (c, ends, IPPROTO_UDP, udp_size, 0, error);
  return finish (c, complete, error);
}

GBytes *
vn_craft_syn (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error)
{
  libnet_ptag_t block = libnet_build_tcp (ends->sport, ends->dport, tag, 0, TH_SYN, VN_PROBE_TCP_WINDOW, 0, 0,
                                          LIBNET_TCP_H, NULL, 0, c->net, 0);
  gboolean complete
      = added (c, block, "TCP", error) && add_lower_layers (c, ends, IPPROTO_TCP, LIBNET_TCP_H, tag, error);
  return finish (c, complete, error);
}

GBytes *
vn_craft_dns (VnCrafter *c, const VnCraftEnds *ends, const char *name, guint32 tag, GError **error)
{
  g_autoptr (GBytes) question = vn_dns_question ((guint16)(tag >> 16), name);
  if (question == NULL)
    {
      vn_error_set (error, VN_ERROR_INTERNAL, "build DNS query: \"%s\" is no name", name);
      return NULL;
    }
  gsize question_size;
  const guint8 *bytes = g_bytes_get_data (question, &question_size);
  guint16 size = (guint16)(LIBNET_UDP_H + question_size);
  libnet_ptag_t block = libnet_build_udp (ends->sport, ends->dport, size, 0, bytes, (guint32)question_size, c->net, 0);
  gboolean complete = added (c, block, "UDP", error) && add_lower_layers (c, ends, IPPROTO_UDP, size, tag, error);
  return finish (c, complete, error);
}

GBytes *
vn_craft_sentinel (VnCrafter *c, VnMac src, VnMac dst, VnTagKind kind, guint32 tag, GError **error)
{
  guint8 payload[VN_TAG_PAYLOAD_SIZE];
  vn_tag_payload_write (&(VnTagPayload){ kind, tag, 0, 0 }, payload);
  libnet_ptag_t block = libnet_build_ethernet (dst.b, src.b, VN_ETHERTYPE_SENTINEL, payload, sizeof payload, c->net, 0);
  return finish (c, added (c, block, "Ethernet", error), error);
}

GBytes *
vn_craft_arp (VnCrafter *c, VnMac eth_src, VnMac eth_dst, guint16 op, VnMac sender_mac, VnIp sender_ip,
              VnMac target_mac, VnIp target_ip, guint32 tag, GError **error)
{
  guint8 trailer[VN_TAG_PAYLOAD_SIZE];
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, tag, 0, 0 }, trailer);
  libnet_ptag_t block = libnet_build_arp (ARPHRD_ETHER, ETHERTYPE_IP, 6, 4, op, sender_mac.b, sender_ip.b, target_mac.b,
                                          target_ip.b, trailer, sizeof trailer, c->net, 0);
  gboolean complete = added (c, block, "ARP", error) && add_ethernet (c, eth_src, eth_dst, ETHERTYPE_ARP, error);
  return finish (c, complete, error);
}

static void
append_option (GByteArray *options, guint8 code, const void *value, guint8 size)
{
  const guint8 head[2] = { code, size };
  g_byte_array_append (options, head, sizeof head);
  g_byte_array_append (options, value, size);
}

/* Message type, server, lease time, our tag, end; padded. Transfer full. */
static GByteArray *
dhcp_offer_options (VnIp server, guint32 tag)
{
  const guint8 offer = LIBNET_DHCP_MSGOFFER;
  const guint32 lease = g_htonl (DHCP_LEASE_SEC);
  guint8 payload[VN_TAG_PAYLOAD_SIZE];
  GByteArray *options = g_byte_array_new ();
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, tag, 0, 0 }, payload);
  append_option (options, LIBNET_DHCP_MESSAGETYPE, &offer, sizeof offer);
  append_option (options, LIBNET_DHCP_SERVIDENT, server.b, 4);
  append_option (options, LIBNET_DHCP_LEASETIME, &lease, sizeof lease);
  append_option (options, VN_DHCP_TAG_OPTION, payload, sizeof payload);
  g_byte_array_append (options, &(guint8){ LIBNET_DHCP_END }, 1);
  guint used = options->len;
  g_byte_array_set_size (options, DHCP_OPTIONS_SIZE);
  memset (options->data + used, 0, DHCP_OPTIONS_SIZE - used);
  return options;
}

GBytes *
vn_craft_dhcp_offer (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error)
{
  if (ends->src.family != VN_FAMILY_IPV4 || ends->dst.family != VN_FAMILY_IPV4)
    {
      vn_error_set (error, VN_ERROR_INTERNAL, "build DHCP header: addresses are not IPv4");
      return NULL;
    }
  const guint16 broadcast_flag = 0x8000; /* RFC 2131, section 2 */
  const guint size = LIBNET_UDP_H + LIBNET_DHCPV4_H + DHCP_OPTIONS_SIZE;
  g_autoptr (GByteArray) options = dhcp_offer_options (ends->src, tag);
  libnet_ptag_t dhcp = libnet_build_dhcpv4 (LIBNET_DHCP_REPLY, 1, 6, 0, tag, 0, broadcast_flag, 0,
                                            vn_ip_to_v4 (ends->dst), vn_ip_to_v4 (ends->src), 0, ends->eth_dst.b, NULL,
                                            NULL, options->data, options->len, c->net, 0);
  const VnCraftEnds outer = { ends->eth_src, VN_MAC_BROADCAST, ends->src, vn_ip_from_v4 (G_MAXUINT32), 67, 68 };
  gboolean complete
      = added (c, dhcp, "DHCP", error)
        && added (c, libnet_build_udp (outer.sport, outer.dport, size, 0, NULL, 0, c->net, 0), "UDP", error)
        && add_lower_layers (c, &outer, IPPROTO_UDP, size, tag, error);
  return finish (c, complete, error);
}

static void
write_tag_option (guint32 tag, guint8 ret_option[TAG_OPTION_SIZE])
{
  memset (ret_option, 0, TAG_OPTION_SIZE);
  ret_option[0] = VN_ND_TAG_OPTION;
  ret_option[1] = TAG_OPTION_SIZE / 8;
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, tag, 0, 0 }, ret_option + 2);
}

/* What stands behind the first eight bytes of a router advertisement. */
static void
write_ra_body (VnMac router, guint32 tag, guint8 ret_body[RA_BODY_SIZE])
{
  guint8 *source_option = ret_body + 8;
  memset (ret_body, 0, RA_BODY_SIZE);
  source_option[0] = 1; /* RFC 4861, section 4.6.1 */
  source_option[1] = 1;
  memcpy (source_option + 2, router.b, sizeof router.b);
  write_tag_option (tag, ret_body + 16);
}

GBytes *
vn_craft_ra (VnCrafter *c, VnMac eth_src, VnIp src, guint32 tag, GError **error)
{
  const VnMac all_nodes_mac = { { 0x33, 0x33, 0, 0, 0, 1 } };
  const VnIp all_nodes = { VN_FAMILY_IPV6, { 0xff, 0x02, [15] = 1 } };
  const VnCraftEnds ends = { eth_src, all_nodes_mac, src, all_nodes, 0, 0 };
  guint8 body[RA_BODY_SIZE];
  if (src.family != VN_FAMILY_IPV6)
    {
      vn_error_set (error, VN_ERROR_INTERNAL, "build router advertisement: source address is not IPv6");
      return NULL;
    }
  write_ra_body (eth_src, tag, body);
  /* Hop limit and lifetime stand where an echo has its id and number; 0 = unspecified, and no default router. */
  libnet_ptag_t block = libnet_build_icmpv6_echo (ND_ROUTER_ADVERT, 0, 0, 0, 0, body, sizeof body, c->net, 0);
  gboolean complete = added (c, block, "ICMPv6", error)
                      && add_ipv6 (c, &ends, IPPROTO_ICMPV6, LIBNET_ICMPV4_ECHO_H + sizeof body, ND_HOP_LIMIT, error)
                      && add_ethernet (c, eth_src, all_nodes_mac, ETHERTYPE_IPV6, error);
  return finish (c, complete, error);
}

GBytes *
vn_craft_dad (VnCrafter *c, VnMac eth_src, VnIp target, guint32 tag, GError **error)
{
  const VnMac group_mac = { { 0x33, 0x33, 0xff, target.b[13], target.b[14], target.b[15] } };
  const VnIp nobody = { VN_FAMILY_IPV6, { 0 } };
  VnIp group = { VN_FAMILY_IPV6, { 0xff, 0x02, [11] = 1, [12] = 0xff } }; /* RFC 4291, section 2.7.1 */
  guint8 body[DAD_BODY_SIZE];
  if (target.family != VN_FAMILY_IPV6)
    {
      vn_error_set (error, VN_ERROR_INTERNAL, "build neighbour solicitation: target address is not IPv6");
      return NULL;
    }
  memcpy (group.b + 13, target.b + 13, 3);
  memcpy (body, target.b, sizeof target.b);
  write_tag_option (tag, body + sizeof target.b);
  const VnCraftEnds ends = { eth_src, group_mac, nobody, group, 0, 0 };
  libnet_ptag_t block = libnet_build_icmpv6_echo (ND_NEIGHBOR_SOLICIT, 0, 0, 0, 0, body, sizeof body, c->net, 0);
  gboolean complete = added (c, block, "ICMPv6", error)
                      && add_ipv6 (c, &ends, IPPROTO_ICMPV6, LIBNET_ICMPV4_ECHO_H + sizeof body, ND_HOP_LIMIT, error)
                      && add_ethernet (c, eth_src, group_mac, ETHERTYPE_IPV6, error);
  return finish (c, complete, error);
}
