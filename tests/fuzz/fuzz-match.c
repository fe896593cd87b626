/* SPDX-License-Identifier: Apache-2.0 */
/* The regular expression of --match: any text is one or gives an error; it is then matched against segments of the rest
 * of the input, in the order and with the cuts that the input says. */
#include "tests/fuzz/vn-fuzz.h"

#include "analysis/flows/vn-analysis-private.h"

#include <string.h>

static void
add_segments (VnPayloadMatch *match, const guint8 *bytes, gsize size)
{
  VnPacketHeaders h = { .layers = VN_HAS_IP | VN_HAS_TCP };
  VnSeen seen = { .h = &h };

  for (gsize at = 0; at + 2 < size;)
    {
      gsize n = MIN (bytes[at + 1] % 64u, size - at - 2);

      h.tcp_seq = bytes[at];
      h.tcp_flags = bytes[at + 1] & 0x80 ? VN_TCP_SYN : VN_TCP_ACK;
      h.payload = bytes + at + 2;
      h.payload_size = n;
      h.payload_wire_size = (guint32)n + (bytes[at] & 1);
      vn_payload_match_add (match, &seen);
      at += 2 + n;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 0 ? memchr (data, 0, size) : NULL;
  g_autofree char *expression = g_strndup ((const char *)data, end ? (gsize)(end - data) : size);
  gsize used = end ? (gsize)(end - data) + 1 : size;
  g_autofree guint8 *rest = g_memdup2 (data + used, size - used);
  g_autoptr (GError) error = NULL;
  VnPayloadMatch *match = vn_payload_match_new (expression, &error);

  g_assert_true ((match == NULL) == (error != NULL));
  if (match)
    {
      add_segments (match, rest, size - used);
      vn_payload_match_free (match);
    }
  return 0;
}
