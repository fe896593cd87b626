/* SPDX-License-Identifier: Apache-2.0 */
/* Tags: which frames belong to a probe, as what, and which only look like it. Probes themselves are in test-craft.c. */
#include "sim/packet/vn-craft.h"

#include "sim/packet/vn-tag-payload.h"

#include <string.h>

#define TAG 0x00070009u
#define ETHERNET_SIZE 14
#define QUOTE_ALL G_MAXSIZE

static const VnMac MAC = { { 0xfa, 0x16, 0x3e, 0, 0, 1 } };

static VnIp
address (VnFamily family, guint8 last)
{
  VnIp ip = { family, { 0xfd } };
  ip.b[vn_ip_bytes (family) - 1] = last;
  return ip;
}

static void
assert_tag (const VnPacket *packet, VnTagKind kind, guint32 tag)
{
  VnTag read = { VN_TAG_NONE, 0, FALSE };
  g_assert_cmpint (vn_tag_read (packet, &read), ==, kind != VN_TAG_NONE);
  g_assert_cmpint (read.kind, ==, kind);
  g_assert_cmphex (read.tag, ==, tag);
  g_assert_cmpint (read.tunnelled, ==, kind != VN_TAG_NONE && packet->has_inner);
}

static void
test_payload (void)
{
  static const struct
  {
    guint8 offset, value; /* one byte that is changed */
    gsize size;
    gboolean ok;
  } ROWS[] = {
    { 15, 0, 16, TRUE },
    { 15, 0, 17, TRUE },
    { 15, 0, 15, FALSE },
    { 0, 'V', 16, FALSE },
    { 4, 0, 16, FALSE },
    { 5, VN_TAG_SENTINEL, 16, TRUE },
    { 5, VN_TAG_SENTINEL_BACK, 16, TRUE },
    { 5, VN_TAG_NONE, 16, FALSE },
    { 5, VN_TAG_ANSWER, 16, FALSE },
    { 5, VN_TAG_RESET, 16, FALSE },
    { 5, VN_TAG_SENTINEL_BACK + 1, 16, FALSE },
    { 5, 255, 16, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      guint8 bytes[VN_TAG_PAYLOAD_SIZE + 1] = { 0 };
      VnTagPayload read = { VN_TAG_NONE, 0, 0, 0 };
      vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, 0xfffefdfc, 40000, 65535 }, bytes);
      bytes[ROWS[i].offset] = ROWS[i].value;
      g_assert_cmpint (vn_tag_payload_read (bytes, ROWS[i].size, &read), ==, ROWS[i].ok);
      g_assert_cmphex (read.tag, ==, ROWS[i].ok ? 0xfffefdfc : 0);
      g_assert_cmpuint (read.sport, ==, ROWS[i].ok ? 40000 : 0);
      g_assert_cmpuint (read.dport, ==, ROWS[i].ok ? 65535 : 0);
    }
}

static void
test_tcp (void)
{
  static const struct
  {
    guint8 flags;
    guint16 sport, dport;
    guint32 seq, ack;
    guint16 window;
    VnTagKind kind;
    guint32 tag;
  } ROWS[] = {
    { VN_TCP_SYN, 40000, 80, TAG, 0, 0x564e, VN_TAG_PROBE, TAG },
    { VN_TCP_SYN, 1, 80, TAG, 0, 0x564e, VN_TAG_PROBE, TAG }, /* its port translated */
    { VN_TCP_SYN, 40000, 80, TAG, 0, 0x564f, VN_TAG_NONE, 0 },
    { VN_TCP_SYN | VN_TCP_PSH, 40000, 80, TAG, 0, 0x564e, VN_TAG_PROBE, TAG },
    { VN_TCP_SYN | VN_TCP_RST, 40000, 80, TAG, 0, 0x564e, VN_TAG_NONE, 0 },
    { VN_TCP_SYN | VN_TCP_ACK, 80, 40000, 5, TAG + 1, 65535, VN_TAG_ANSWER, TAG },
    { VN_TCP_SYN | VN_TCP_ACK, 80, 60999, 5, TAG + 1, 65535, VN_TAG_ANSWER, TAG },
    { VN_TCP_SYN | VN_TCP_ACK, 80, 39999, 5, TAG + 1, 65535, VN_TAG_NONE, 0 },
    { VN_TCP_SYN | VN_TCP_ACK, 80, 61000, 5, TAG + 1, 65535, VN_TAG_NONE, 0 },
    { VN_TCP_SYN | VN_TCP_ACK, 80, 40000, 5, 0, 65535, VN_TAG_ANSWER, G_MAXUINT32 }, /* wraps around */
    { VN_TCP_RST | VN_TCP_ACK, 80, 40000, 0, TAG + 1, 0, VN_TAG_ANSWER, TAG },
    { VN_TCP_RST | VN_TCP_ACK, 80, 39999, 0, TAG + 1, 0, VN_TAG_NONE, 0 },
    { VN_TCP_RST, 40000, 80, TAG + 1, 0, 0, VN_TAG_RESET, TAG },
    { VN_TCP_RST, 39999, 80, TAG + 1, 0, 0, VN_TAG_NONE, 0 },
    { VN_TCP_RST, 61000, 80, TAG + 1, 0, 0, VN_TAG_NONE, 0 },
    { VN_TCP_ACK, 80, 40000, 5, TAG + 1, 65535, VN_TAG_NONE, 0 },
    { VN_TCP_FIN | VN_TCP_ACK, 80, 40000, 5, TAG + 1, 65535, VN_TAG_NONE, 0 },
    { 0, 40000, 80, TAG, TAG, 0x564e, VN_TAG_NONE, 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnPacket packet = { .outer = { .layers = VN_HAS_IP | VN_HAS_TCP,
                                     .tcp_flags = ROWS[i].flags,
                                     .sport = ROWS[i].sport,
                                     .dport = ROWS[i].dport,
                                     .tcp_seq = ROWS[i].seq,
                                     .tcp_ack = ROWS[i].ack,
                                     .tcp_window = ROWS[i].window } };
      assert_tag (&packet, ROWS[i].kind, ROWS[i].tag);
      packet.outer.layers = VN_HAS_IP;
      assert_tag (&packet, VN_TAG_NONE, 0);
    }
}

/* A listener's answer has the probe's payload, whatever a translator made of the ports. */
static void
test_udp (void)
{
  static const struct
  {
    guint16 sent_from, sent_to; /* as the payload says */
    guint16 sport, dport;
    VnTagKind kind;
  } ROWS[] = {
    { 40000, 80, 40000, 80, VN_TAG_PROBE },
    { 40000, 80, 80, 40000, VN_TAG_ANSWER },
    { 40000, 50000, 40000, 50000, VN_TAG_PROBE },
    { 40000, 50000, 50000, 40000, VN_TAG_ANSWER },
    { 40000, 80, 1024, 80, VN_TAG_PROBE },
    { 40000, 80, 80, 1024, VN_TAG_ANSWER }, /* source translated */
    { 40000, 80, 40000, 8080, VN_TAG_PROBE },
    { 40000, 80, 8080, 40000, VN_TAG_ANSWER }, /* destination translated */
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      guint8 bytes[VN_TAG_PAYLOAD_SIZE];
      vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, TAG, ROWS[i].sent_from, ROWS[i].sent_to }, bytes);
      VnPacket packet = { .outer = { .layers = VN_HAS_IP | VN_HAS_UDP,
                                     .sport = ROWS[i].sport,
                                     .dport = ROWS[i].dport,
                                     .payload = bytes,
                                     .payload_size = sizeof bytes } };
      assert_tag (&packet, ROWS[i].kind, TAG);
      packet.outer.payload_size--;
      assert_tag (&packet, VN_TAG_NONE, 0);
    }
}

static void
test_echo (void)
{
  static const struct
  {
    VnFamily family;
    guint8 type;
    VnTagKind kind;
  } ROWS[] = {
    { VN_FAMILY_IPV4, 8, VN_TAG_PROBE }, { VN_FAMILY_IPV4, 0, VN_TAG_ANSWER },  { VN_FAMILY_IPV4, 128, VN_TAG_NONE },
    { VN_FAMILY_IPV4, 13, VN_TAG_NONE }, { VN_FAMILY_IPV6, 128, VN_TAG_PROBE }, { VN_FAMILY_IPV6, 129, VN_TAG_ANSWER },
    { VN_FAMILY_IPV6, 8, VN_TAG_NONE },  { VN_FAMILY_IPV6, 0, VN_TAG_NONE },
  };
  guint8 bytes[VN_TAG_PAYLOAD_SIZE];
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, TAG, 0, 0 }, bytes);
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnPacket packet = { .outer = { .layers = VN_HAS_IP | VN_HAS_ICMP,
                                     .ip_src = address (ROWS[i].family, 1),
                                     .icmp_type = ROWS[i].type,
                                     .payload = bytes,
                                     .payload_size = sizeof bytes } };
      assert_tag (&packet, ROWS[i].kind, ROWS[i].kind == VN_TAG_NONE ? 0 : TAG);
      bytes[0] ^= 1; /* somebody else's ping */
      assert_tag (&packet, VN_TAG_NONE, 0);
      bytes[0] ^= 1;
    }
}

typedef GBytes *(*CraftFunc) (VnCrafter *c, const VnCraftEnds *ends, guint32 tag, GError **error);

static GBytes *
craft (CraftFunc make, VnFamily family)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCrafter) c = vn_crafter_new (&error);
  const VnCraftEnds ends = { MAC, MAC, address (family, 1), address (family, 2), 40000, 80 };
  GBytes *frame = make (c, &ends, TAG, &error);
  g_assert_no_error (error);
  return frame;
}

/* An ICMP error of @type that quotes @frame up to @quoted_size bytes behind its IP header. */
static VnPacket
error_about (GBytes *frame, VnFamily family, guint8 type, gsize quoted_size)
{
  gsize size, ip_size = family == VN_FAMILY_IPV4 ? 20 : 40;
  const guint8 *bytes = g_bytes_get_data (frame, &size);
  return (VnPacket){ .outer = { .layers = VN_HAS_IP | VN_HAS_ICMP,
                                .ip_src = address (family, 9),
                                .icmp_type = type,
                                .payload = bytes + ETHERNET_SIZE,
                                .payload_size = MIN (size - ETHERNET_SIZE, ip_size + MIN (quoted_size, size)) } };
}

static void
test_icmp_errors (void)
{
  static const struct
  {
    VnFamily family;
    guint8 type;
    VnTagKind kind;
  } ROWS[] = {
    { VN_FAMILY_IPV4, 3, VN_TAG_ANSWER }, { VN_FAMILY_IPV4, 11, VN_TAG_ANSWER }, { VN_FAMILY_IPV4, 12, VN_TAG_ANSWER },
    { VN_FAMILY_IPV4, 5, VN_TAG_NONE }, /* a redirect: the packet went on */
    { VN_FAMILY_IPV4, 13, VN_TAG_NONE },  { VN_FAMILY_IPV6, 1, VN_TAG_ANSWER },  { VN_FAMILY_IPV6, 2, VN_TAG_ANSWER },
    { VN_FAMILY_IPV6, 3, VN_TAG_ANSWER }, { VN_FAMILY_IPV6, 4, VN_TAG_ANSWER },  { VN_FAMILY_IPV6, 127, VN_TAG_ANSWER },
    { VN_FAMILY_IPV6, 130, VN_TAG_NONE }, { VN_FAMILY_IPV6, 137, VN_TAG_NONE },
  };
  static const CraftFunc MAKERS[] = { vn_craft_echo, vn_craft_udp, vn_craft_syn };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    for (guint m = 0; m < G_N_ELEMENTS (MAKERS); m++)
      {
        g_autoptr (GBytes) frame = craft (MAKERS[m], ROWS[i].family);
        VnPacket packet = error_about (frame, ROWS[i].family, ROWS[i].type, QUOTE_ALL);
        assert_tag (&packet, ROWS[i].kind, ROWS[i].kind == VN_TAG_NONE ? 0 : TAG);
      }
}

static void
test_short_quotations (void)
{
  static const struct
  {
    CraftFunc make;
    gsize quoted_size;
    VnTagKind kind;
  } ROWS[] = {
    { vn_craft_echo, 8, VN_TAG_ANSWER }, { vn_craft_echo, 7, VN_TAG_NONE }, { vn_craft_echo, 23, VN_TAG_ANSWER },
    { vn_craft_syn, 8, VN_TAG_ANSWER },  { vn_craft_syn, 7, VN_TAG_NONE },  { vn_craft_syn, 19, VN_TAG_ANSWER },
    { vn_craft_udp, 24, VN_TAG_ANSWER }, { vn_craft_udp, 23, VN_TAG_NONE }, { vn_craft_udp, 8, VN_TAG_NONE },
    { vn_craft_udp, 0, VN_TAG_NONE },    { vn_craft_echo, 0, VN_TAG_NONE }, { vn_craft_syn, 0, VN_TAG_NONE },
  };
  static const VnFamily FAMILIES[] = { VN_FAMILY_IPV4, VN_FAMILY_IPV6 };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    for (guint f = 0; f < G_N_ELEMENTS (FAMILIES); f++)
      {
        g_autoptr (GBytes) frame = craft (ROWS[i].make, FAMILIES[f]);
        VnPacket packet = error_about (frame, FAMILIES[f], FAMILIES[f] == VN_FAMILY_IPV4 ? 3 : 1, ROWS[i].quoted_size);
        assert_tag (&packet, ROWS[i].kind, ROWS[i].kind == VN_TAG_NONE ? 0 : TAG);
      }
}

/* The prober has no socket for the answer to its UDP probe; its kernel says so. */
static void
test_error_about_answer (void)
{
  g_autoptr (GBytes) probe = craft (vn_craft_udp, VN_FAMILY_IPV4);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (probe, NULL), g_bytes_get_size (probe));
  guint8 *udp = bytes + ETHERNET_SIZE + 20;
  guint8 ports[4] = { udp[2], udp[3], udp[0], udp[1] };
  memcpy (udp, ports, sizeof ports);
  g_autoptr (GBytes) answer = g_bytes_new_static (bytes, g_bytes_get_size (probe));
  VnPacket packet = error_about (answer, VN_FAMILY_IPV4, 3, QUOTE_ALL);
  assert_tag (&packet, VN_TAG_RESET, TAG);
}

static void
test_tunnelled (void)
{
  g_autoptr (GBytes) frame = craft (vn_craft_echo, VN_FAMILY_IPV4);
  VnPacket packet = { .has_inner = TRUE };
  VnPacket inner;
  vn_packet_decode (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), &VN_DECODE_DEFAULT, &inner);
  packet.inner = inner.outer;
  assert_tag (&packet, VN_TAG_PROBE, TAG);
}

/* Options of any shape in front of ours, and none that leads outside. */
static void
test_options (void)
{
  static const guint8 BOOTP[VN_DHCP_OPTIONS_OFFSET] = { 0 };
  static const struct
  {
    gboolean dhcp; /* else router advertisement */
    guint8 before[24];
    gsize before_size;
    VnTagKind kind;
  } ROWS[] = {
    { TRUE, { 0 }, 0, VN_TAG_PROBE },
    { TRUE, { 0, 0, 53, 1, 2 }, 5, VN_TAG_PROBE },
    { TRUE, { 224, 3, 1, 2, 3 }, 5, VN_TAG_PROBE }, /* the code is for anybody's use */
    { TRUE, { 255 }, 1, VN_TAG_NONE },
    { TRUE, { 53, 200 }, 2, VN_TAG_NONE },
    { FALSE, { 0 }, 0, VN_TAG_PROBE },
    { FALSE, { 1, 1, 0, 0, 0, 0, 0, 0 }, 8, VN_TAG_PROBE },
    { FALSE, { 253, 1, 0, 0, 0, 0, 0, 0 }, 8, VN_TAG_PROBE },
    { FALSE, { 1, 0, 0, 0, 0, 0, 0, 0 }, 8, VN_TAG_NONE }, /* RFC 4861: length 0 is discarded */
    { FALSE, { 1, 9, 0, 0, 0, 0, 0, 0 }, 8, VN_TAG_NONE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      guint8 tag_option[24] = { ROWS[i].dhcp ? 224 : 253, ROWS[i].dhcp ? 16 : 3 };
      vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, TAG, 0, 0 }, tag_option + 2);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_byte_array_append (bytes, BOOTP, ROWS[i].dhcp ? sizeof BOOTP : 0);
      g_byte_array_append (bytes, ROWS[i].before, (guint)ROWS[i].before_size);
      g_byte_array_append (bytes, tag_option, sizeof tag_option);
      VnPacket packet = { .outer = { .layers = VN_HAS_IP | (ROWS[i].dhcp ? VN_HAS_UDP : VN_HAS_ICMP),
                                     .ip_src = address (VN_FAMILY_IPV6, 1),
                                     .icmp_type = 134,
                                     .sport = 67,
                                     .dport = 68,
                                     .payload = bytes->data,
                                     .payload_size = bytes->len } };
      assert_tag (&packet, ROWS[i].kind, ROWS[i].kind == VN_TAG_NONE ? 0 : TAG);
    }
}

static void
test_nothing (void)
{
  static const VnPacket EMPTY = { .has_inner = FALSE };
  assert_tag (&EMPTY, VN_TAG_NONE, 0);
  guint8 bytes[VN_TAG_PAYLOAD_SIZE];
  vn_tag_payload_write (&(VnTagPayload){ VN_TAG_PROBE, TAG, 0, 0 }, bytes);
  VnPacket packet = { .outer = { .ethertype = 0x88b6, .payload = bytes, .payload_size = sizeof bytes } };
  assert_tag (&packet, VN_TAG_NONE, 0);
  packet.outer.ethertype = VN_ETHERTYPE_SENTINEL;
  assert_tag (&packet, VN_TAG_PROBE, TAG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tag/payload", test_payload);
  g_test_add_func ("/tag/tcp", test_tcp);
  g_test_add_func ("/tag/udp", test_udp);
  g_test_add_func ("/tag/echo", test_echo);
  g_test_add_func ("/tag/icmp-errors", test_icmp_errors);
  g_test_add_func ("/tag/short-quotations", test_short_quotations);
  g_test_add_func ("/tag/error-about-answer", test_error_about_answer);
  g_test_add_func ("/tag/tunnelled", test_tunnelled);
  g_test_add_func ("/tag/options", test_options);
  g_test_add_func ("/tag/nothing", test_nothing);
  return g_test_run ();
}
