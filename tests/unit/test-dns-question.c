/* SPDX-License-Identifier: Apache-2.0 */
/* DNS queries that probes send, their tags, and addresses read from answers. */
#include "sim/packet/vn-craft.h"
#include "sim/packet/vn-dns-question.h"
#include "sim/packet/vn-dns.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

static void
test_question (void)
{
  static const char *const names[] = { "internet", "www.example.org", "a" };
  static const char *const bad[]
      = { "", "a..b", ".", "a234567890123456789012345678901234567890123456789012345678901234" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) bytes = vn_dns_question (0xbeef, names[i]);
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);
      VnIp ip;
      VnDns dns;

      g_assert_true (vn_dns_decode (data, size, &dns));
      g_assert_cmphex (dns.id, ==, 0xbeef);
      g_assert_false (dns.is_answer);
      g_assert_cmpstr (dns.name, ==, names[i]);
      g_assert_cmpuint (dns.type, ==, 1);
      g_assert_false (vn_dns_answer_address (data, size, &ip));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (vn_dns_question (1, bad[i]));
}

/* Header, question "a", answers; written out by RFC 1035, section 4. */
#define HEADER(answers) "\x00\x01\x81\x80\x00\x01\x00" answers "\x00\x00\x00\x00"
#define QUESTION                                                                                                       \
  "\x01"                                                                                                               \
  "a"                                                                                                                  \
  "\x00\x00\x01\x00\x01"
#define POINTER "\xc0\x0c"
#define A_RECORD "\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x07"
#define CNAME_RECORD                                                                                                   \
  "\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x03\x01"                                                                       \
  "b"                                                                                                                  \
  "\x00"
#define SHORT_RECORD "\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00"
#define BYTES(text) text, sizeof (text) - 1

static const struct
{
  const char *bytes;
  gsize size;
  gboolean has_address;
} answers[] = {
  { BYTES (HEADER ("\x01") QUESTION POINTER A_RECORD), TRUE },
  { BYTES (HEADER ("\x02") QUESTION POINTER CNAME_RECORD "\x01"
                                                         "b"
                                                         "\x00" A_RECORD),
    TRUE },
  { BYTES (HEADER ("\x01") QUESTION POINTER CNAME_RECORD), FALSE },
  { BYTES (HEADER ("\x00") QUESTION POINTER A_RECORD), FALSE },
  { BYTES (HEADER ("\x01") QUESTION POINTER SHORT_RECORD), FALSE },
  { BYTES (HEADER ("\x01") QUESTION "\xc0"), FALSE },
  { BYTES (HEADER ("\x01") "\x09"
                           "a"),
    FALSE },
  { BYTES ("\x00\x01\x81"), FALSE },
};

static void
test_answer (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      VnIp ip = { 0 };

      g_assert_cmpint (vn_dns_answer_address ((const guint8 *)answers[i].bytes, answers[i].size, &ip), ==,
                       answers[i].has_address);
      if (answers[i].has_address)
        g_assert_true (vn_ip_equal (ip, vn_test_ip ("192.0.2.7")));
    }
}

/* A query is a probe by its id, if it comes from a probe's port. */
static void
test_tag (void)
{
  static const struct
  {
    guint16 sport, dport;
    VnTagKind kind;
  } frames[] = {
    { 40000, 53, VN_TAG_PROBE },
    { 53, 40000, VN_TAG_ANSWER },
    { 39999, 53, VN_TAG_NONE },
    { 40000, 54, VN_TAG_NONE },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCrafter) crafter = vn_crafter_new (&error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      const VnCraftEnds ends = { .src = vn_test_ip ("10.0.2.15"),
                                 .dst = vn_test_ip ("10.0.2.3"),
                                 .sport = frames[i].sport,
                                 .dport = frames[i].dport };
      g_autoptr (GBytes) frame = vn_craft_dns (crafter, &ends, "internet", vn_tag_of_dns (0x0102), &error);
      VnTag tag = { VN_TAG_NONE, 0, FALSE };
      VnPacket packet;
      gsize size;
      const guint8 *bytes;

      g_assert_no_error (error);
      bytes = g_bytes_get_data (frame, &size);
      vn_packet_decode (bytes, size, &VN_DECODE_DEFAULT, &packet);
      g_assert_cmpint (vn_tag_read (&packet, &tag), ==, frames[i].kind != VN_TAG_NONE);
      g_assert_cmpint (tag.kind, ==, frames[i].kind);
      if (tag.kind != VN_TAG_NONE)
        g_assert_cmphex (tag.tag, ==, 0x0102fefd);
    }
  g_assert_null (vn_craft_dns (crafter, &(VnCraftEnds){ 0 }, "", 0, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dns/question", test_question);
  g_test_add_func ("/dns/answer", test_answer);
  g_test_add_func ("/dns/tag", test_tag);
  return g_test_run ();
}
