/* SPDX-License-Identifier: Apache-2.0 */
/* A decoded packet as one line, in the words of tcpdump -n. */
#include "sim/packet/vn-packet.h"

typedef struct
{
  VnFamily family;
  guint8 type;
  int code; /* -1 = any */
  const char *words;
} IcmpWords;

static const IcmpWords ICMP_WORDS[] = {
  { VN_FAMILY_IPV4, 0, -1, "echo reply" },
  { VN_FAMILY_IPV4, 3, 0, "net unreachable" },
  { VN_FAMILY_IPV4, 3, 1, "host unreachable" },
  { VN_FAMILY_IPV4, 3, 2, "protocol unreachable" },
  { VN_FAMILY_IPV4, 3, 3, "port unreachable" },
  { VN_FAMILY_IPV4, 3, 4, "unreachable - need to frag" },
  { VN_FAMILY_IPV4, 3, 13, "host unreachable - admin prohibited filter" },
  { VN_FAMILY_IPV4, 3, -1, "unreachable" },
  { VN_FAMILY_IPV4, 5, -1, "redirect" },
  { VN_FAMILY_IPV4, 8, -1, "echo request" },
  { VN_FAMILY_IPV4, 11, -1, "time exceeded" },
  { VN_FAMILY_IPV4, 12, -1, "parameter problem" },
  { VN_FAMILY_IPV6, 1, 0, "destination unreachable, unreachable route" },
  { VN_FAMILY_IPV6, 1, 1, "destination unreachable, unreachable prohibited" },
  { VN_FAMILY_IPV6, 1, 3, "destination unreachable, unreachable address" },
  { VN_FAMILY_IPV6, 1, 4, "destination unreachable, unreachable port" },
  { VN_FAMILY_IPV6, 1, -1, "destination unreachable" },
  { VN_FAMILY_IPV6, 2, -1, "packet too big" },
  { VN_FAMILY_IPV6, 3, -1, "time exceeded" },
  { VN_FAMILY_IPV6, 4, -1, "parameter problem" },
  { VN_FAMILY_IPV6, 128, -1, "echo request" },
  { VN_FAMILY_IPV6, 129, -1, "echo reply" },
  { VN_FAMILY_IPV6, 130, -1, "multicast listener query" },
  { VN_FAMILY_IPV6, 131, -1, "multicast listener report" },
  { VN_FAMILY_IPV6, 132, -1, "multicast listener done" },
  { VN_FAMILY_IPV6, 133, -1, "router solicitation" },
  { VN_FAMILY_IPV6, 134, -1, "router advertisement" },
  { VN_FAMILY_IPV6, 135, -1, "neighbor solicitation, who has" },
  { VN_FAMILY_IPV6, 136, -1, "neighbor advertisement, tgt is" },
  { VN_FAMILY_IPV6, 137, -1, "redirect" },
  { VN_FAMILY_IPV6, 143, -1, "multicast listener report v2" },
};

static const char *
icmp_words (const VnPacketHeaders *h)
{
  for (guint i = 0; i < G_N_ELEMENTS (ICMP_WORDS); i++)
    {
      const IcmpWords *w = &ICMP_WORDS[i];
      if (w->family == h->ip_src.family && w->type == h->icmp_type && (w->code < 0 || w->code == h->icmp_code))
        return w->words;
    }
  return NULL;
}

static gboolean
is_echo (const VnPacketHeaders *h)
{
  return h->ip_src.family == VN_FAMILY_IPV4 ? h->icmp_type == 0 || h->icmp_type == 8
                                            : h->icmp_type == 128 || h->icmp_type == 129;
}

static void
append_icmp (const VnPacketHeaders *h, GString *out)
{
  const char *words = icmp_words (h);
  g_string_append (out, h->ip_src.family == VN_FAMILY_IPV4 ? "ICMP " : "ICMP6, ");
  if (words != NULL)
    g_string_append (out, words);
  else
    g_string_append_printf (out, "type %u code %u", h->icmp_type, h->icmp_code);
  if (is_echo (h))
    g_string_append_printf (out, ", id %u, seq %u", h->icmp_id, h->icmp_seq);
  if (vn_ip_is_set (h->nd_target))
    {
      g_autofree char *target = vn_ip_to_string (h->nd_target);
      g_string_append_printf (out, " %s", target);
    }
  g_string_append_printf (out, ", length %" G_GSIZE_FORMAT, h->payload_size);
}

static void
append_tcp (const VnPacketHeaders *h, GString *out)
{
  static const struct
  {
    guint8 flag;
    char letter;
  } FLAGS[]
      = { { VN_TCP_FIN, 'F' }, { VN_TCP_SYN, 'S' }, { VN_TCP_RST, 'R' }, { VN_TCP_PSH, 'P' }, { VN_TCP_ACK, '.' } };
  g_string_append (out, "Flags [");
  for (guint i = 0; i < G_N_ELEMENTS (FLAGS); i++)
    if (h->tcp_flags & FLAGS[i].flag)
      g_string_append_c (out, FLAGS[i].letter);
  g_string_append_printf (out, "], seq %u", h->tcp_seq);
  if (h->tcp_flags & VN_TCP_ACK)
    g_string_append_printf (out, ", ack %u", h->tcp_ack);
  g_string_append_printf (out, ", win %u, length %" G_GSIZE_FORMAT, h->tcp_window, h->payload_size);
}

static void
append_udp (const VnPacketHeaders *h, GString *out)
{
  if (h->layers & VN_HAS_VXLAN)
    g_string_append_printf (out, "vxlan %u", h->vni.id);
  else
    g_string_append_printf (out, "UDP, length %" G_GSIZE_FORMAT, h->payload_size);
}

static void
append_upper_layer (const VnPacketHeaders *h, GString *out)
{
  if (h->layers & VN_HAS_ICMP)
    append_icmp (h, out);
  else if (h->layers & VN_HAS_TCP)
    append_tcp (h, out);
  else if (h->layers & VN_HAS_UDP)
    append_udp (h, out);
  else
    g_string_append_printf (out, "%s %u, length %" G_GSIZE_FORMAT, h->ip_fragment ? "fragment of protocol" : "protocol",
                            h->ip_protocol, h->payload_size);
}

static void
append_ip (const VnPacketHeaders *h, GString *out)
{
  g_autofree char *src = vn_ip_to_string (h->ip_src);
  g_autofree char *dst = vn_ip_to_string (h->ip_dst);
  g_string_append (out, h->ip_src.family == VN_FAMILY_IPV4 ? "IP " : "IP6 ");
  if (h->layers & (VN_HAS_TCP | VN_HAS_UDP))
    g_string_append_printf (out, "%s.%u > %s.%u: ", src, h->sport, dst, h->dport);
  else
    g_string_append_printf (out, "%s > %s: ", src, dst);
  append_upper_layer (h, out);
}

static void
append_arp (const VnPacketHeaders *h, GString *out)
{
  g_autofree char *sender_ip = vn_ip_to_string (h->arp_sender_ip);
  g_autofree char *target_ip = vn_ip_to_string (h->arp_target_ip);
  g_autofree char *sender_mac = vn_mac_to_string (h->arp_sender_mac);
  if (h->arp_op == 1)
    g_string_append_printf (out, "ARP, Request who-has %s tell %s", target_ip, sender_ip);
  else if (h->arp_op == 2)
    g_string_append_printf (out, "ARP, Reply %s is-at %s", sender_ip, sender_mac);
  else
    g_string_append_printf (out, "ARP, op %u", h->arp_op);
}

static void
append_ethernet (const VnPacketHeaders *h, GString *out)
{
  g_autofree char *src = vn_mac_to_string (h->eth_src);
  g_autofree char *dst = vn_mac_to_string (h->eth_dst);
  g_string_append_printf (out, "%s > %s, ", src, dst);
  /* Below 0x600 the field is a length (IEEE 802.3). */
  if (h->ethertype < 0x600)
    g_string_append_printf (out, "802.3, length %" G_GSIZE_FORMAT, h->payload_size);
  else
    g_string_append_printf (out, "ethertype 0x%04x, length %" G_GSIZE_FORMAT, h->ethertype, h->payload_size);
}

static void
append_headers (const VnPacketHeaders *h, GString *out)
{
  if (h->layers & VN_HAS_VLAN)
    g_string_append_printf (out, "vlan %u, ", h->vlan_id);
  if (h->layers & VN_HAS_ARP)
    append_arp (h, out);
  else if (h->layers & VN_HAS_IP)
    append_ip (h, out);
  else
    append_ethernet (h, out);
  if (h->problem != NULL)
    g_string_append_printf (out, " [%s: %s]", h->truncated ? "truncated" : "malformed", h->problem);
}

char *
vn_packet_to_string (const VnPacket *packet)
{
  GString *out = g_string_new (NULL);
  append_headers (&packet->outer, out);
  if (packet->has_inner)
    {
      g_string_append (out, ": ");
      append_headers (&packet->inner, out);
    }
  return g_string_free (out, FALSE);
}
