/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder, its texts and the tags, on any bytes. */
#include "tests/fuzz/vn-fuzz.h"

#include "sim/packet/vn-tag.h"

static void
check_headers (const VnPacketHeaders *h, const guint8 *data, gsize size)
{
  g_assert_true (h->payload_size <= size);
  g_assert_true (h->payload_size == 0 || (h->payload >= data && h->payload + h->payload_size <= data + size));
  g_assert_false (h->truncated && h->malformed);
  g_assert_true ((h->problem != NULL) == (h->truncated || h->malformed));
  g_assert_true (!(h->layers & (VN_HAS_ICMP | VN_HAS_TCP | VN_HAS_UDP)) || (h->layers & VN_HAS_IP));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  VnPacket packet;
  VnPacketHeaders quoted;
  VnTag tag = { VN_TAG_NONE, 0, FALSE };
  vn_packet_decode (data, size, &VN_DECODE_DEFAULT, &packet);
  check_headers (&packet.outer, data, size);
  if (packet.has_inner)
    check_headers (&packet.inner, data, size);
  g_assert_true (vn_tag_read (&packet, &tag) == (tag.kind != VN_TAG_NONE));
  g_autofree char *text = vn_packet_to_string (&packet);
  g_assert_true (g_str_is_ascii (text) && text[0] != '\0');
  vn_packet_decode_quoted (data, size, &quoted);
  check_headers (&quoted, data, size);
  return 0;
}
