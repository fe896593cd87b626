/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder and its one-line texts, on frames written down by hand from the RFCs' diagrams. */
#include "sim/packet/vn-packet.h"

#include <string.h>

/* Headers as hex digits, so that a frame is a row of them. Lengths and whatever a test varies are arguments. */
#define ETH(ethertype) "fa163e000002fa163e000001" ethertype
#define VLAN(vid, ethertype) "0" vid ethertype
#define ARP(op)                                                                                                        \
  "000108000604" op "fa163e0000010a000001"                                                                             \
  "0000000000000a000002"
#define IP4(size, fragment, protocol) "4500" size "004d" fragment "40" protocol "00000a0000010a000002"
#define IP6(size, next)                                                                                                \
  "60000000" size next "40"                                                                                            \
  "fd000000000000000000000000000001"                                                                                   \
  "fd000000000000000000000000000002"
#define UDP(dport, size) "9c40" dport size "0000"
#define TCP(offset_flags)                                                                                              \
  "9c400050"                                                                                                           \
  "00000001"                                                                                                           \
  "00000002" offset_flags "564e"                                                                                       \
  "00000000"
#define ICMP(type_code)                                                                                                \
  type_code "00000007"                                                                                                 \
            "0009"
#define VXLAN(flags, vni) flags "000000" vni "00"

static GBytes *
frame_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();
  for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2)
    {
      guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
      g_byte_array_append (bytes, &byte, 1);
    }
  g_assert_cmpint (hex[0], ==, '\0');
  return g_byte_array_free_to_bytes (bytes);
}

static void
decode (GBytes *frame, VnPacket *ret)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (frame, &size);
  vn_packet_decode (bytes, size, &VN_DECODE_DEFAULT, ret);
}

typedef struct
{
  const char *hex;
  const char *text;
  VnLayers layers;
  gsize payload_size;
} Row;

static const Row WELL_FORMED[] = {
  { ETH ("88b5") "766e6c6162", "fa:16:3e:00:00:01 > fa:16:3e:00:00:02, ethertype 0x88b5, length 5", 0, 5 },
  { ETH ("0026") "424203", "fa:16:3e:00:00:01 > fa:16:3e:00:00:02, 802.3, length 3", 0, 3 },
  { ETH ("0806") ARP ("0001"), "ARP, Request who-has 10.0.0.2 tell 10.0.0.1", VN_HAS_ARP, 0 },
  { ETH ("0806") ARP ("0002") "0000", "ARP, Reply 10.0.0.1 is-at fa:16:3e:00:00:01", VN_HAS_ARP, 2 },
  { ETH ("0806") ARP ("0003"), "ARP, op 3", VN_HAS_ARP, 0 },
  { ETH ("0806") "0006080006040001", "fa:16:3e:00:00:01 > fa:16:3e:00:00:02, ethertype 0x0806, length 8", 0, 8 },
  { ETH ("8100") VLAN ("007", "0806") ARP ("0001"), "vlan 7, ARP, Request who-has 10.0.0.2 tell 10.0.0.1",
    VN_HAS_VLAN | VN_HAS_ARP, 0 },
  { ETH ("88a8") VLAN ("fff", "8100") VLAN ("007", "0806") ARP ("0001"),
    "vlan 4095, ARP, Request who-has 10.0.0.2 tell 10.0.0.1", VN_HAS_VLAN | VN_HAS_ARP, 0 },
  { ETH ("0800") IP4 ("0020", "0000", "11") UDP ("0050", "000c") "01020304",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 4", VN_HAS_IP | VN_HAS_UDP, 4 },
  /* an Ethernet trailer is no payload */
  { ETH ("0800") IP4 ("0020", "0000", "11") UDP ("0050", "000c") "01020304"
                                                                 "000000000000",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 4", VN_HAS_IP | VN_HAS_UDP, 4 },
  /* total length 0: not yet segmented */
  { ETH ("0800") IP4 ("0000", "0000", "11") UDP ("0050", "000c") "01020304",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 4", VN_HAS_IP | VN_HAS_UDP, 4 },
  /* a snap length that cuts the payload only */
  { ETH ("0800") IP4 ("0500", "0000", "11") UDP ("0050", "04ec") "01020304",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 4", VN_HAS_IP | VN_HAS_UDP, 4 },
  /* IPv4 options: IHL 6 */
  { ETH ("0800") "4600002400000000"
                 "40110000"
                 "0a000001"
                 "0a000002"
                 "01010100" UDP ("0050", "000c") "01020304",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 4", VN_HAS_IP | VN_HAS_UDP, 4 },
  { ETH ("0800") IP4 ("0028", "4000", "06") TCP ("5002"),
    "IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S], seq 1, win 22094, length 0", VN_HAS_IP | VN_HAS_TCP, 0 },
  { ETH ("0800") IP4 ("002c", "4000", "06") TCP ("6012") "020405b4",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S.], seq 1, ack 2, win 22094, length 0", VN_HAS_IP | VN_HAS_TCP, 0 },
  { ETH ("0800") IP4 ("0029", "4000", "06") TCP ("501d") "aa",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [FRP.], seq 1, ack 2, win 22094, length 1", VN_HAS_IP | VN_HAS_TCP, 1 },
  { ETH ("0800") IP4 ("001e", "0000", "01") ICMP ("0800") "aabb",
    "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 9, length 2", VN_HAS_IP | VN_HAS_ICMP, 2 },
  { ETH ("0800") IP4 ("001c", "0000", "01") ICMP ("0303"), "IP 10.0.0.1 > 10.0.0.2: ICMP port unreachable, length 0",
    VN_HAS_IP | VN_HAS_ICMP, 0 },
  { ETH ("0800") IP4 ("001c", "0000", "01") ICMP ("0363"), "IP 10.0.0.1 > 10.0.0.2: ICMP unreachable, length 0",
    VN_HAS_IP | VN_HAS_ICMP, 0 },
  { ETH ("0800") IP4 ("001c", "0000", "01") ICMP ("2a01"), "IP 10.0.0.1 > 10.0.0.2: ICMP type 42 code 1, length 0",
    VN_HAS_IP | VN_HAS_ICMP, 0 },
  { ETH ("0800") IP4 ("0015", "0000", "59") "aa", "IP 10.0.0.1 > 10.0.0.2: protocol 89, length 1", VN_HAS_IP, 1 },
  /* ICMPv6 in IPv4 is nothing */
  { ETH ("0800") IP4 ("001c", "0000", "3a") ICMP ("8000"), "IP 10.0.0.1 > 10.0.0.2: protocol 58, length 8", VN_HAS_IP,
    8 },
  /* first fragment: the datagram's length reaches beyond it; later ones have no upper header */
  { ETH ("0800") IP4 ("0020", "2000", "11") UDP ("0050", "0100") "01020304",
    "IP 10.0.0.1.40000 > 10.0.0.2.80: UDP, length 4", VN_HAS_IP | VN_HAS_UDP, 4 },
  { ETH ("0800") IP4 ("0020", "0001", "11") UDP ("0050", "000c") "01020304",
    "IP 10.0.0.1 > 10.0.0.2: fragment of protocol 17, length 12", VN_HAS_IP, 12 },
  { ETH ("86dd") IP6 ("000a", "3a") ICMP ("8100") "aabb",
    "IP6 fd00::1 > fd00::2: ICMP6, echo reply, id 7, seq 9, length 2", VN_HAS_IP | VN_HAS_ICMP, 2 },
  { ETH ("86dd") IP6 ("0018", "3a") "8700000000000000"
                                    "fd000000000000000000000000000003",
    "IP6 fd00::1 > fd00::2: ICMP6, neighbor solicitation, who has fd00::3, length 0", VN_HAS_IP | VN_HAS_ICMP, 0 },
  { ETH ("86dd") IP6 ("0020", "3a") "8800000060000000"
                                    "fd000000000000000000000000000003"
                                    "0201fa163e000001",
    "IP6 fd00::1 > fd00::2: ICMP6, neighbor advertisement, tgt is fd00::3, length 8", VN_HAS_IP | VN_HAS_ICMP, 8 },
  { ETH ("86dd") IP6 ("0010", "3a") "8600000000000000"
                                    "0000000000000000",
    "IP6 fd00::1 > fd00::2: ICMP6, router advertisement, length 0", VN_HAS_IP | VN_HAS_ICMP, 0 },
  { ETH ("86dd") IP6 ("0008", "3a") "0104000000000000",
    "IP6 fd00::1 > fd00::2: ICMP6, destination unreachable, unreachable port, length 0", VN_HAS_IP | VN_HAS_ICMP, 0 },
  /* hop-by-hop (8), destination options (16), routing (8), AH (16), then UDP */
  { ETH ("86dd") IP6 ("0038", "00") "3c00010400000000"
                                    "2b01010c000000000000000000000000"
                                    "3300000000000000"
                                    "1102000000000000"
                                    "00000000"
                                    "00000000" UDP ("0050", "0008"),
    "IP6 fd00::1.40000 > fd00::2.80: UDP, length 0", VN_HAS_IP | VN_HAS_UDP, 0 },
  { ETH ("86dd") IP6 ("0010", "2c") "1100000100000001" UDP ("0050", "0100"),
    "IP6 fd00::1.40000 > fd00::2.80: UDP, length 0", VN_HAS_IP | VN_HAS_UDP, 0 },
  { ETH ("86dd") IP6 ("0010", "2c") "1100000800000001"
                                    "0102030405060708",
    "IP6 fd00::1 > fd00::2: fragment of protocol 17, length 8", VN_HAS_IP, 8 },
  { ETH ("86dd") IP6 ("0000", "3b"), "IP6 fd00::1 > fd00::2: protocol 59, length 0", VN_HAS_IP, 0 },
  /* jumbogram: the length stands in the hop-by-hop option */
  { ETH ("86dd") IP6 ("0000", "00") "1100c20400010000" UDP ("0050", "0008"),
    "IP6 fd00::1.40000 > fd00::2.80: UDP, length 0", VN_HAS_IP | VN_HAS_UDP, 0 },
};

static void
test_well_formed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (WELL_FORMED); i++)
    {
      g_autoptr (GBytes) frame = frame_from_hex (WELL_FORMED[i].hex);
      VnPacket packet;
      decode (frame, &packet);
      g_autofree char *text = vn_packet_to_string (&packet);
      g_assert_cmpstr (text, ==, WELL_FORMED[i].text);
      g_assert_cmpint (packet.outer.layers, ==, WELL_FORMED[i].layers);
      g_assert_cmpuint (packet.outer.payload_size, ==, WELL_FORMED[i].payload_size);
      g_assert_null (packet.outer.problem);
      g_assert_false (packet.has_inner);
    }
}

static const struct
{
  const char *hex;
  gboolean malformed; /* else truncated */
  const char *problem;
  VnLayers layers;
} BROKEN[] = {
  { "", FALSE, "Ethernet header", 0 },
  { "fa163e000002fa163e00000108", FALSE, "Ethernet header", 0 },
  { ETH ("8100") "000708", FALSE, "802.1Q tag", 0 },
  { ETH ("0806") "00010800060400", FALSE, "ARP header", 0 },
  { ETH ("0806") "0001080006040001fa163e0000010a0000010000000000000a0000", FALSE, "ARP header", 0 },
  { ETH ("0806") "0001080005040001", TRUE, "ARP address sizes", 0 },
  { ETH ("0800"), FALSE, "IPv4 header", 0 },
  { ETH ("0800") "4500001400000000401100000a0000010a0000", FALSE, "IPv4 header", 0 },
  { ETH ("0800") "65", TRUE, "IPv4 version", 0 },
  { ETH ("0800") "44", TRUE, "IPv4 header length", 0 },
  { ETH ("0800") IP4 ("0013", "0000", "11") UDP ("0050", "0008"), TRUE, "IP length", VN_HAS_IP },
  { ETH ("0800") IP4 ("001b", "0000", "11") UDP ("0050", "0008"), TRUE, "UDP header", VN_HAS_IP },
  { ETH ("0800") IP4 ("001c", "0000", "11") "9c400050000800", FALSE, "UDP header", VN_HAS_IP },
  { ETH ("0800") IP4 ("001c", "0000", "11") UDP ("0050", "0007"), TRUE, "UDP length", VN_HAS_IP | VN_HAS_UDP },
  { ETH ("0800") IP4 ("001c", "0000", "11") UDP ("0050", "0009"), TRUE, "UDP length", VN_HAS_IP | VN_HAS_UDP },
  { ETH ("0800") IP4 ("0028", "0000", "06") TCP ("4002"), TRUE, "TCP data offset", VN_HAS_IP },
  { ETH ("0800") IP4 ("0028", "0000", "06") TCP ("6002"), TRUE, "TCP header", VN_HAS_IP },
  { ETH ("0800") IP4 ("002c", "0000", "06") TCP ("6002"), FALSE, "TCP header", VN_HAS_IP },
  { ETH ("0800") IP4 ("001b", "0000", "01") ICMP ("0800"), TRUE, "ICMP header", VN_HAS_IP },
  { ETH ("86dd") "60", FALSE, "IPv6 header", 0 },
  { ETH ("86dd") "45", TRUE, "IPv6 version", 0 },
  { ETH ("86dd") IP6 ("0017", "3a") "8700000000000000"
                                    "fd000000000000000000000000000003",
    TRUE, "ICMP header", VN_HAS_IP },
  { ETH ("86dd") IP6 ("0008", "00") "1101000000000000", TRUE, "IPv6 extension header", VN_HAS_IP },
  { ETH ("86dd") IP6 ("0010", "00") "1101000000000000", FALSE, "IPv6 extension header", VN_HAS_IP },
  { ETH ("86dd") IP6 ("0008", "2c") "110000", FALSE, "IPv6 extension header", VN_HAS_IP },
  { ETH ("0800") IP4 ("0023", "0000", "11") UDP ("2118", "000f") "08000000000000", FALSE, NULL,
    VN_HAS_IP | VN_HAS_UDP },
  { ETH ("0800") IP4 ("0024", "0000", "11") UDP ("2118", "0010") "08000000000000", FALSE, "VXLAN header",
    VN_HAS_IP | VN_HAS_UDP },
};

static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (BROKEN); i++)
    {
      g_autoptr (GBytes) frame = frame_from_hex (BROKEN[i].hex);
      VnPacket packet;
      decode (frame, &packet);
      g_autofree char *text = vn_packet_to_string (&packet);
      g_assert_cmpstr (packet.outer.problem, ==, BROKEN[i].problem);
      g_assert_cmpint (packet.outer.malformed, ==, BROKEN[i].malformed);
      g_assert_cmpint (packet.outer.truncated, ==, BROKEN[i].problem != NULL && !BROKEN[i].malformed);
      g_assert_cmpint (packet.outer.layers & ~(guint)VN_HAS_VLAN, ==, BROKEN[i].layers);
      g_assert_cmpint (strstr (text, packet.outer.malformed ? " [malformed: " : " [truncated: ") != NULL, ==,
                       BROKEN[i].problem != NULL);
    }
}

static void
test_fields (void)
{
  g_autoptr (GBytes) frame = frame_from_hex (ETH ("0800") "45b8001c"
                                                          "004d2000"
                                                          "3f010000"
                                                          "0a0000010a000002" ICMP ("0800"));
  VnPacket packet;
  decode (frame, &packet);
  const VnPacketHeaders *h = vn_packet_innermost (&packet);
  g_assert_true (h == &packet.outer);
  g_assert_cmpuint (h->ip_tos, ==, 0xb8);
  g_assert_cmpuint (h->ip_ttl, ==, 63);
  g_assert_cmpuint (h->ip_id, ==, 77);
  g_assert_true (h->ip_more_fragments);
  g_assert_false (h->ip_fragment);
  g_autoptr (GBytes) v6
      = frame_from_hex (ETH ("86dd") "6b800000"
                                     "0000"
                                     "3b"
                                     "ff"
                                     "fd000000000000000000000000000001fd000000000000000000000000000002");
  decode (v6, &packet);
  g_assert_cmpuint (h->ip_tos, ==, 0xb8);
  g_assert_cmpuint (h->ip_ttl, ==, 255);
}

#define INNER_ECHO ETH ("0800") IP4 ("001c", "0000", "01") ICMP ("0800")
#define OUTER(dport, udp_size, ip_size) ETH ("0800") IP4 (ip_size, "0000", "11") UDP (dport, udp_size)

static void
test_vxlan (void)
{
  static const struct
  {
    const char *hex;
    gboolean has_inner;
    const char *text;
  } ROWS[] = {
    { OUTER ("2118", "003a", "004e") VXLAN ("08", "00002a") INNER_ECHO, TRUE,
      "IP 10.0.0.1.40000 > 10.0.0.2.8472: vxlan 42: IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 9, length 0" },
    { OUTER ("12b5", "003a", "004e") VXLAN ("08", "ffffff") INNER_ECHO, TRUE,
      "IP 10.0.0.1.40000 > 10.0.0.2.4789: vxlan 16777215: IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 9, "
      "length 0" },
    { OUTER ("12b6", "003a", "004e") VXLAN ("08", "00002a") INNER_ECHO, FALSE,
      "IP 10.0.0.1.40000 > 10.0.0.2.4790: UDP, length 50" },
    { OUTER ("2118", "003a", "004e") VXLAN ("00", "00002a") INNER_ECHO, FALSE,
      "IP 10.0.0.1.40000 > 10.0.0.2.8472: UDP, length 50" },
    { OUTER ("2118", "0010", "0024") VXLAN ("08", "00002a"), TRUE,
      "IP 10.0.0.1.40000 > 10.0.0.2.8472: vxlan 42: 00:00:00:00:00:00 > 00:00:00:00:00:00, 802.3, length 0 "
      "[malformed: Ethernet header]" },
    { OUTER ("2118", "003a", "004e") VXLAN ("08", "00002a") ETH ("0800"), TRUE,
      "IP 10.0.0.1.40000 > 10.0.0.2.8472: vxlan 42: fa:16:3e:00:00:01 > fa:16:3e:00:00:02, ethertype 0x0800, "
      "length 0 [truncated: IPv4 header]" },
    /* a tunnel in a tunnel is looked through once */
    { OUTER ("2118", "006c", "0080") VXLAN ("08", "000001") OUTER ("2118", "003a", "004e") VXLAN ("08", "000002")
          INNER_ECHO,
      TRUE, "IP 10.0.0.1.40000 > 10.0.0.2.8472: vxlan 1: IP 10.0.0.1.40000 > 10.0.0.2.8472: UDP, length 50" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (GBytes) frame = frame_from_hex (ROWS[i].hex);
      VnPacket packet;
      decode (frame, &packet);
      g_autofree char *text = vn_packet_to_string (&packet);
      g_assert_cmpstr (text, ==, ROWS[i].text);
      g_assert_cmpint (packet.has_inner, ==, ROWS[i].has_inner);
      g_assert_true (vn_packet_innermost (&packet) == (ROWS[i].has_inner ? &packet.inner : &packet.outer));
    }
}

static void
test_vxlan_ports (void)
{
  g_autoptr (GBytes) frame = frame_from_hex (OUTER ("0050", "003a", "004e") VXLAN ("08", "00002a") INNER_ECHO);
  g_autoptr (GBytes) to_port_0 = frame_from_hex (OUTER ("0000", "003a", "004e") VXLAN ("08", "00002a") INNER_ECHO);
  static const VnDecodeOptions PORT_80 = { { 0, 80, 0, 0 } };
  VnPacket packet;
  vn_packet_decode (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), &PORT_80, &packet);
  g_assert_true (packet.has_inner);
  vn_packet_decode (g_bytes_get_data (to_port_0, NULL), g_bytes_get_size (to_port_0), &PORT_80, &packet);
  g_assert_false (packet.has_inner);
}

static void
test_quoted (void)
{
  static const struct
  {
    const char *hex;
    VnLayers layers;
    gboolean truncated, malformed;
  } ROWS[] = {
    { IP4 ("05dc", "4000", "11") UDP ("0050", "05c8"), VN_HAS_IP | VN_HAS_UDP, FALSE, FALSE },
    { IP4 ("0028", "4000", "06") "9c400050"
                                 "00000001",
      VN_HAS_IP, TRUE, FALSE },
    { IP6 ("0008", "3a") ICMP ("8000"), VN_HAS_IP | VN_HAS_ICMP, FALSE, FALSE },
    { "", 0, TRUE, FALSE },
    { "00000000", 0, FALSE, TRUE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (GBytes) bytes = frame_from_hex (ROWS[i].hex);
      VnPacketHeaders h;
      vn_packet_decode_quoted (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &h);
      g_assert_cmpint (h.layers, ==, ROWS[i].layers);
      g_assert_cmpint (h.truncated, ==, ROWS[i].truncated);
      g_assert_cmpint (h.malformed, ==, ROWS[i].malformed);
    }
}

/* A prefix is truncated or has lost payload only; nothing that stands in it can make it malformed. Each prefix is a
 * block of its own, so that a sanitizer sees a read behind its end. */
static void
test_prefixes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (WELL_FORMED); i++)
    {
      g_autoptr (GBytes) frame = frame_from_hex (WELL_FORMED[i].hex);
      for (gsize size = 0; size < g_bytes_get_size (frame); size++)
        {
          g_autofree guint8 *prefix = g_memdup2 (g_bytes_get_data (frame, NULL), size);
          VnPacket packet;
          vn_packet_decode (prefix, size, &VN_DECODE_DEFAULT, &packet);
          g_autofree char *text = vn_packet_to_string (&packet);
          g_assert_nonnull (text);
          g_assert_false (packet.outer.malformed);
          g_assert_true (packet.outer.truncated || packet.outer.layers == WELL_FORMED[i].layers);
          g_assert_cmpuint (packet.outer.payload_size, <=, size);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet/well-formed", test_well_formed);
  g_test_add_func ("/packet/broken", test_broken);
  g_test_add_func ("/packet/fields", test_fields);
  g_test_add_func ("/packet/vxlan", test_vxlan);
  g_test_add_func ("/packet/vxlan-ports", test_vxlan_ports);
  g_test_add_func ("/packet/quoted", test_quoted);
  g_test_add_func ("/packet/prefixes", test_prefixes);
  return g_test_run ();
}
