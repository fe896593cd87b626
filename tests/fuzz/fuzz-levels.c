/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder's levels, by every link type and wire size, and the decoders of DHCP and DNS. The first two bytes choose.
 */
#include "tests/fuzz/vn-fuzz.h"

#include "sim/packet/vn-captured.h"
#include "sim/packet/vn-dhcp.h"
#include "sim/packet/vn-dns.h"

#include <string.h>

static void
check_level (const VnPacketHeaders *h, const guint8 *bytes, gsize size)
{
  g_assert_true (h->payload >= bytes && h->payload + h->payload_size <= bytes + size);
  g_assert_cmpuint (h->payload_wire_size, >=, MIN (h->payload_size, G_MAXUINT32));
  g_assert_false (h->truncated && h->malformed);
  g_assert_true ((h->problem != NULL) == (h->truncated || h->malformed));
  g_assert_true (h->network == NULL
                 || (h->network >= bytes && h->network + h->network_size <= bytes + size && h->layers & VN_HAS_IP));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  VnPacketLevels levels;
  VnDhcp dhcp;
  VnDns dns;
  gsize wire_size;
  VnFraming link;
  g_autofree guint8 *bytes = NULL;

  if (size < 2)
    return 0;
  link = (VnFraming)(VN_LINK_ETHERNET + data[0] % VN_LINK_IP);
  wire_size = size - 2 + data[1] % 4 * 100;
  bytes = g_memdup2 (data + 2, size - 2);
  vn_packet_decode_levels (bytes, size - 2, wire_size, link, &VN_DECODE_DEFAULT, &levels);
  g_assert_cmpuint (levels.n, >=, 1);
  for (guint i = 0; i < levels.n && bytes; i++)
    {
      check_level (&levels.level[i], bytes, size - 2);
      /* nothing but a length that reaches beyond it is cut in a whole packet */
      g_assert_true (wire_size > size - 2 || !levels.level[i].truncated || levels.level[0].ip_more_fragments
                     || levels.level[i].ip_more_fragments || i > 0);
    }
  if (vn_dns_decode (bytes, size - 2, &dns))
    g_assert_true (g_str_is_ascii (dns.name) && strlen (dns.name) < sizeof dns.name);
  if (vn_dhcp_decode (bytes, size - 2, &dhcp))
    g_assert_cmpint (dhcp.type, <, VN_N_DHCP_TYPES);
  return 0;
}
