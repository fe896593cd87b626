/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the decoder reads of each packet of a capture, in the columns that `tshark -T fields` prints: values of
 * all levels separated by commas, columns by semicolons. */
#include "captures/file/vn-captures.h"

#include <stdio.h>

typedef char *(*ValueFunc) (const VnPacketHeaders *h); /* transfer full; NULL = has none */

static char *
number (gboolean is_there, guint64 value)
{
  return is_there ? g_strdup_printf ("%" G_GUINT64_FORMAT, value) : NULL;
}

static gboolean
has_ethernet (const VnPacketHeaders *h)
{
  return h->link == VN_LINK_ETHERNET && !(h->problem && h->ethertype == 0);
}

static char *
eth_src (const VnPacketHeaders *h)
{
  return has_ethernet (h) ? vn_mac_to_string (h->eth_src) : NULL;
}

static char *
eth_dst (const VnPacketHeaders *h)
{
  return has_ethernet (h) ? vn_mac_to_string (h->eth_dst) : NULL;
}

static char *
vlan (const VnPacketHeaders *h)
{
  if (h->n_vlans < 2)
    return number (h->n_vlans == 1, h->vlan_id);
  return g_strdup_printf ("%u,%u", h->vlan_id, h->vlan_inner);
}

static char *
ip_of (const VnPacketHeaders *h, VnFamily family, VnIp ip)
{
  return h->layers & VN_HAS_IP && h->ip_src.family == family ? vn_ip_to_string (ip) : NULL;
}

static char *
ip4_src (const VnPacketHeaders *h)
{
  return ip_of (h, VN_FAMILY_IPV4, h->ip_src);
}

static char *
ip4_dst (const VnPacketHeaders *h)
{
  return ip_of (h, VN_FAMILY_IPV4, h->ip_dst);
}

static char *
ip4_ttl (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_IP && h->ip_src.family == VN_FAMILY_IPV4, h->ip_ttl);
}

static char *
ip6_src (const VnPacketHeaders *h)
{
  return ip_of (h, VN_FAMILY_IPV6, h->ip_src);
}

static char *
ip6_dst (const VnPacketHeaders *h)
{
  return ip_of (h, VN_FAMILY_IPV6, h->ip_dst);
}

static char *
tcp_sport (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_TCP, h->sport);
}

static char *
tcp_dport (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_TCP, h->dport);
}

static char *
tcp_seq (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_TCP, h->tcp_seq);
}

static char *
tcp_len (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_TCP, h->payload_wire_size);
}

static char *
udp_sport (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_UDP, h->sport);
}

static char *
udp_dport (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_UDP, h->dport);
}

static char *
arp_op (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_ARP, h->arp_op);
}

static char *
vni (const VnPacketHeaders *h)
{
  return number (h->layers & VN_HAS_VXLAN, h->vni.id);
}

static const ValueFunc COLUMNS[] = {
  eth_src,   eth_dst,   vlan,    ip4_src, ip4_dst,   ip4_ttl,   ip6_src, ip6_dst,
  tcp_sport, tcp_dport, tcp_seq, tcp_len, udp_sport, udp_dport, arp_op,  vni,
};

static void
print_column (const VnPacketLevels *levels, ValueFunc value)
{
  const char *separator = "";

  putchar (';');
  for (guint i = 0; i < levels->n; i++)
    {
      g_autofree char *text = value (&levels->level[i]);

      if (!text)
        continue;
      printf ("%s%s", separator, text);
      separator = ",";
    }
}

/* tshark reads what an ICMP error quotes as if it were a level inside. */
static void
add_quoted (VnPacketLevels *levels)
{
  const VnPacketHeaders *h = &levels->level[levels->n - 1];
  gboolean is_error = h->ip_src.family == VN_FAMILY_IPV6 ? h->icmp_type < 128
                                                         : h->icmp_type == 3 || h->icmp_type == 5 || h->icmp_type == 11;

  if (levels->n == 0 || levels->n == VN_LEVELS_MAX || !(h->layers & VN_HAS_ICMP) || !is_error)
    return;
  vn_packet_decode_quoted (h->payload, h->payload_size, &levels->level[levels->n++]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCaptures) captures = vn_captures_open ((const char *const *)argv + 1, NULL, &error);
  VnCaptured packet;

  g_assert (argc > 1);
  while (captures && vn_captures_next (captures, &packet, &error))
    {
      VnPacketLevels levels;

      vn_packet_decode_levels (packet.bytes, packet.caplen, packet.len, packet.link, &VN_DECODE_DEFAULT, &levels);
      add_quoted (&levels);
      printf ("%u", packet.len);
      for (guint i = 0; i < G_N_ELEMENTS (COLUMNS); i++)
        print_column (&levels, COLUMNS[i]);
      putchar ('\n');
    }
  if (error)
    fprintf (stderr, "%s\n", error->message);
  return error ? 1 : 0;
}
