/* SPDX-License-Identifier: Apache-2.0 */
/* Crafted frames: decoded again they say what was asked for, and every checksum is right by a sum of our own. */
#include "sim/packet/vn-craft.h"
#include "tests/lib/vn-test-values.h"

#include "sim/base/vn-error.h"

#include <netinet/in.h>
#include <string.h>

static const VnMac SRC_MAC = { { 0xfa, 0x16, 0x3e, 0, 0, 1 } };
static const VnMac DST_MAC = { { 0xfa, 0x16, 0x3e, 0, 0, 2 } };

static VnCraftEnds
ends_v4 (void)
{
  return (VnCraftEnds){ SRC_MAC, DST_MAC, vn_test_ip ("10.0.0.1"), vn_test_ip ("10.0.0.2"), 40000, 80 };
}

static VnCraftEnds
ends_v6 (void)
{
  return (VnCraftEnds){ SRC_MAC, DST_MAC, vn_test_ip ("fd00::1"), vn_test_ip ("fd00::2"), 40000, 80 };
}

static VnCrafter *
crafter (void)
{
  g_autoptr (GError) error = NULL;
  VnCrafter *c = vn_crafter_new (&error);
  g_assert_no_error (error);
  return c;
}

/* The ones' complement sum of 16-bit words, folded (RFC 1071); a right checksum makes it 0xffff. */
static guint16
ones_sum (guint32 sum, const guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    sum += i % 2 == 0 ? (guint32)bytes[i] << 8 : bytes[i];
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return (guint16)sum;
}

static guint16
get_u16 (const guint8 *bytes)
{
  return (guint16)(bytes[0] << 8 | bytes[1]);
}

static void
assert_udp_checksum_is_set (guint8 protocol, const guint8 *upper)
{
  if (protocol == IPPROTO_UDP)
    g_assert_cmpuint (get_u16 (upper + 6), !=, 0);
}

static void
assert_v4_checksums (const guint8 *ipv4, gsize size)
{
  guint8 protocol = ipv4[9];
  const guint8 *upper = ipv4 + 20;
  gsize upper_size = size - 20;
  guint32 pseudo = protocol == IPPROTO_ICMP ? 0 : ones_sum ((guint32)(protocol + upper_size), ipv4 + 12, 8);
  g_assert_cmpuint (get_u16 (ipv4 + 2), ==, size);
  g_assert_cmphex (ones_sum (0, ipv4, 20), ==, 0xffff);
  g_assert_cmphex (ones_sum (pseudo, upper, upper_size), ==, 0xffff);
  assert_udp_checksum_is_set (protocol, upper);
}

static void
assert_v6_checksums (const guint8 *ipv6, gsize size)
{
  guint8 protocol = ipv6[6];
  gsize upper_size = size - 40;
  guint32 pseudo = ones_sum ((guint32)(protocol + upper_size), ipv6 + 8, 32);
  g_assert_cmpuint (get_u16 (ipv6 + 4), ==, upper_size);
  g_assert_cmphex (ones_sum (pseudo, ipv6 + 40, upper_size), ==, 0xffff);
  assert_udp_checksum_is_set (protocol, ipv6 + 40);
}

static void
assert_checksums (GBytes *frame)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (frame, &size);
  guint16 ethertype = get_u16 (bytes + 12);
  if (ethertype == 0x0800)
    assert_v4_checksums (bytes + 14, size - 14);
  else if (ethertype == 0x86dd)
    assert_v6_checksums (bytes + 14, size - 14);
}

static GBytes *
make_echo_v4 (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v4 ();
  return vn_craft_echo (c, &ends, tag, error);
}

static GBytes *
make_echo_v6 (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v6 ();
  return vn_craft_echo (c, &ends, tag, error);
}

static GBytes *
make_udp_v4 (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v4 ();
  return vn_craft_udp (c, &ends, tag, error);
}

static GBytes *
make_udp_v6 (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v6 ();
  return vn_craft_udp (c, &ends, tag, error);
}

static GBytes *
make_syn_v4 (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v4 ();
  return vn_craft_syn (c, &ends, tag, error);
}

static GBytes *
make_syn_v6 (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v6 ();
  return vn_craft_syn (c, &ends, tag, error);
}

static GBytes *
make_sentinel (VnCrafter *c, guint32 tag, GError **error)
{
  return vn_craft_sentinel (c, SRC_MAC, DST_MAC, VN_TAG_SENTINEL, tag, error);
}

static GBytes *
make_sentinel_back (VnCrafter *c, guint32 tag, GError **error)
{
  return vn_craft_sentinel (c, SRC_MAC, DST_MAC, VN_TAG_SENTINEL_BACK, tag, error);
}

static GBytes *
make_question (VnCrafter *c, guint32 tag, GError **error)
{
  return vn_craft_sentinel (c, SRC_MAC, VN_MAC_BROADCAST, VN_TAG_PROBE, tag, error);
}

static GBytes *
make_arp_request (VnCrafter *c, guint32 tag, GError **error)
{
  return vn_craft_arp (c, SRC_MAC, VN_MAC_BROADCAST, 1, SRC_MAC, vn_test_ip ("10.0.0.1"), VN_MAC_ZERO,
                       vn_test_ip ("10.0.0.2"), tag, error);
}

static GBytes *
make_arp_reply (VnCrafter *c, guint32 tag, GError **error)
{
  return vn_craft_arp (c, SRC_MAC, DST_MAC, 2, SRC_MAC, vn_test_ip ("10.0.0.9"), DST_MAC, vn_test_ip ("10.0.0.2"), tag,
                       error);
}

static GBytes *
make_dhcp_offer (VnCrafter *c, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_v4 ();
  return vn_craft_dhcp_offer (c, &ends, tag, error);
}

static GBytes *
make_ra (VnCrafter *c, guint32 tag, GError **error)
{
  return vn_craft_ra (c, SRC_MAC, vn_test_ip ("fe80::1"), tag, error);
}

/* The texts are those for a tag of 0x00070009. */
static const struct
{
  GBytes *(*make) (VnCrafter *c, guint32 tag, GError **error);
  const char *text;
  VnTagKind kind;
  gsize size_bytes;
} FRAMES[] = {
  { make_echo_v4, "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 9, length 16", VN_TAG_PROBE, 58 },
  { make_echo_v6, "IP6 fd00::1 > fd00::2: ICMP6, echo request, id 7, seq 9, length 16", VN_TAG_PROBE, 78 },
  { make_udp_v4, "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 16", VN_TAG_PROBE, 58 },
  { make_udp_v6, "IP6 fd00::1.40000 > fd00::2.80: UDP, length 16", VN_TAG_PROBE, 78 },
  { make_syn_v4, "IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S], seq 458761, win 22094, length 0", VN_TAG_PROBE, 54 },
  { make_syn_v6, "IP6 fd00::1.40000 > fd00::2.80: Flags [S], seq 458761, win 22094, length 0", VN_TAG_PROBE, 74 },
  { make_sentinel, "fa:16:3e:00:00:01 > fa:16:3e:00:00:02, ethertype 0x88b5, length 16", VN_TAG_SENTINEL, 30 },
  { make_sentinel_back, "fa:16:3e:00:00:01 > fa:16:3e:00:00:02, ethertype 0x88b5, length 16", VN_TAG_SENTINEL_BACK,
    30 },
  { make_question, "fa:16:3e:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype 0x88b5, length 16", VN_TAG_PROBE, 30 },
  { make_arp_request, "ARP, Request who-has 10.0.0.2 tell 10.0.0.1", VN_TAG_PROBE, 58 },
  { make_arp_reply, "ARP, Reply 10.0.0.9 is-at fa:16:3e:00:00:01", VN_TAG_PROBE, 58 },
  { make_dhcp_offer, "IP 10.0.0.1.67 > 255.255.255.255.68: UDP, length 304", VN_TAG_PROBE, 346 },
  { make_ra, "IP6 fe80::1 > ff02::1: ICMP6, router advertisement, length 32", VN_TAG_PROBE, 102 },
};

static GBytes *
make_frame (VnCrafter *c, guint row, guint32 tag)
{
  g_autoptr (GError) error = NULL;
  GBytes *frame = FRAMES[row].make (c, tag, &error);
  g_assert_no_error (error);
  return frame;
}

static void
decode (GBytes *frame, VnPacket *ret)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (frame, &size);
  vn_packet_decode (bytes, size, &VN_DECODE_DEFAULT, ret);
}

static void
test_round_trip (void)
{
  g_autoptr (VnCrafter) c = crafter ();
  for (guint i = 0; i < G_N_ELEMENTS (FRAMES); i++)
    {
      g_autoptr (GBytes) frame = make_frame (c, i, 0x00070009);
      VnPacket packet;
      VnTag tag = { VN_TAG_NONE, 0, TRUE };
      decode (frame, &packet);
      g_autofree char *text = vn_packet_to_string (&packet);
      g_assert_cmpstr (text, ==, FRAMES[i].text);
      g_assert_cmpuint (g_bytes_get_size (frame), ==, FRAMES[i].size_bytes);
      g_assert_true (vn_mac_equal (packet.outer.eth_src, SRC_MAC));
      g_assert_true (vn_tag_read (&packet, &tag));
      g_assert_cmpint (tag.kind, ==, FRAMES[i].kind);
      g_assert_cmphex (tag.tag, ==, 0x00070009);
      g_assert_false (tag.tunnelled);
      assert_checksums (frame);
    }
}

/* Among these tags are ones for which the sum of a header is 0, which UDP must not send (RFC 768). */
static void
test_checksums_of_many_tags (void)
{
  g_autoptr (VnCrafter) c = crafter ();
  for (guint i = 0; i < G_N_ELEMENTS (FRAMES); i++)
    for (guint32 low = 0; low <= G_MAXUINT16; low += g_test_thorough () || strstr (FRAMES[i].text, "UDP") ? 1 : 251)
      {
        g_autoptr (GBytes) frame = make_frame (c, i, 0x12340000 | low);
        assert_checksums (frame);
      }
}

static void
test_prefixes (void)
{
  g_autoptr (VnCrafter) c = crafter ();
  for (guint i = 0; i < G_N_ELEMENTS (FRAMES); i++)
    {
      g_autoptr (GBytes) frame = make_frame (c, i, 0x00070009);
      VnPacket whole;
      decode (frame, &whole);
      gsize headers_size = g_bytes_get_size (frame) - whole.outer.payload_size;
      for (gsize size = 0; size < g_bytes_get_size (frame); size++)
        {
          g_autofree guint8 *prefix = g_memdup2 (g_bytes_get_data (frame, NULL), size);
          VnPacket packet;
          VnTag tag;
          vn_packet_decode (prefix, size, &VN_DECODE_DEFAULT, &packet);
          g_assert_cmpint (packet.outer.truncated, ==, size < headers_size);
          g_assert_false (packet.outer.malformed);
          if (vn_tag_read (&packet, &tag))
            g_assert_cmphex (tag.tag, ==, 0x00070009);
        }
    }
}

static void
test_dhcp_offer (void)
{
  g_autoptr (VnCrafter) c = crafter ();
  g_autoptr (GError) error = NULL;
  VnCraftEnds ends = ends_v4 ();
  g_autoptr (GBytes) frame = vn_craft_dhcp_offer (c, &ends, 0x01020304, &error);
  g_assert_no_error (error);
  VnPacket packet;
  decode (frame, &packet);
  const guint8 *bootp = packet.outer.payload;
  static const guint8 HEAD[] = { 2, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0x80, 0, 0, 0, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1 };
  static const guint8 OPTIONS[] = { 0x63, 0x82, 0x53, 0x63, 53, 1, 2, 54, 4, 10, 0, 0, 1, 51, 4, 0, 0, 0x0e, 0x10 };
  g_assert_cmpmem (bootp, sizeof HEAD, HEAD, sizeof HEAD);
  g_assert_cmpmem (bootp + 28, sizeof DST_MAC.b, DST_MAC.b, sizeof DST_MAC.b);
  g_assert_cmpmem (bootp + 236, sizeof OPTIONS, OPTIONS, sizeof OPTIONS);
  g_assert_true (vn_mac_equal (packet.outer.eth_dst, VN_MAC_BROADCAST));
}

static void
test_router_advertisement (void)
{
  g_autoptr (VnCrafter) c = crafter ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = vn_craft_ra (c, SRC_MAC, vn_test_ip ("fe80::1"), 5, &error);
  g_assert_no_error (error);
  VnPacket packet;
  decode (frame, &packet);
  static const guint8 HEAD[] = { 134, 0 };
  static const guint8 FIELDS[] = { 0, 0, 0, 0 }; /* hop limit, flags, lifetime */
  static const guint8 OPTION[] = { 1, 1, 0xfa, 0x16, 0x3e, 0, 0, 1 };
  const guint8 *icmp = packet.outer.payload - 16;
  g_assert_cmpmem (icmp, sizeof HEAD, HEAD, sizeof HEAD);
  g_assert_cmpmem (icmp + 4, sizeof FIELDS, FIELDS, sizeof FIELDS);
  g_assert_cmpmem (packet.outer.payload, sizeof OPTION, OPTION, sizeof OPTION);
  g_assert_cmpuint (packet.outer.ip_ttl, ==, 255);
  g_assert_cmpuint (packet.outer.eth_dst.b[0], ==, 0x33);
}

/* A refused frame leaves nothing in the context that the next one would inherit. */
static void
test_refusals (void)
{
  g_autoptr (VnCrafter) c = crafter ();
  const VnCraftEnds mixed = { SRC_MAC, DST_MAC, vn_test_ip ("10.0.0.1"), vn_test_ip ("fd00::2"), 1, 2 };
  const VnCraftEnds unset = { SRC_MAC, DST_MAC, { VN_FAMILY_NONE, { 0 } }, { VN_FAMILY_NONE, { 0 } }, 1, 2 };
  const VnCraftEnds *const BAD[] = { &mixed, &unset };
  GBytes *(*const MAKERS[]) (VnCrafter *, const VnCraftEnds *, guint32, GError **)
      = { vn_craft_echo, vn_craft_udp, vn_craft_syn, vn_craft_dhcp_offer };
  for (guint i = 0; i < G_N_ELEMENTS (MAKERS); i++)
    for (guint j = 0; j < G_N_ELEMENTS (BAD); j++)
      {
        g_autoptr (GError) error = NULL;
        g_assert_null (MAKERS[i](c, BAD[j], 1, &error));
        g_assert_error (error, VN_ERROR, VN_ERROR_INTERNAL);
        g_autoptr (GBytes) next = make_frame (c, 2, 1);
        g_assert_cmpuint (g_bytes_get_size (next), ==, FRAMES[2].size_bytes);
        assert_checksums (next);
      }
  g_autoptr (GError) error = NULL;
  g_assert_null (vn_craft_ra (c, SRC_MAC, vn_test_ip ("10.0.0.1"), 1, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_INTERNAL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/craft/round-trip", test_round_trip);
  g_test_add_func ("/craft/checksums-of-many-tags", test_checksums_of_many_tags);
  g_test_add_func ("/craft/prefixes", test_prefixes);
  g_test_add_func ("/craft/dhcp-offer", test_dhcp_offer);
  g_test_add_func ("/craft/router-advertisement", test_router_advertisement);
  g_test_add_func ("/craft/refusals", test_refusals);
  return g_test_run ();
}
