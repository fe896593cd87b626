/* SPDX-License-Identifier: Apache-2.0 */
/* A decoded packet as one line a header, from the outside in: what a reader compares from hop to hop. */
#include "sim/packet/vn-packet.h"

static void
add_ethernet (const VnPacketHeaders *h, GString *out)
{
  g_autofree char *src = vn_mac_to_string (h->eth_src), *dst = vn_mac_to_string (h->eth_dst);

  g_string_append_printf (out, "Ethernet %s → %s\n", src, dst);
  if (h->layers & VN_HAS_VLAN)
    g_string_append_printf (out, "VLAN %u\n", h->vlan_id);
}

static void
add_arp (const VnPacketHeaders *h, GString *out)
{
  g_autofree char *sender = vn_ip_to_string (h->arp_sender_ip), *target = vn_ip_to_string (h->arp_target_ip);
  g_autofree char *mac = vn_mac_to_string (h->arp_sender_mac);

  if (h->arp_op == 1)
    g_string_append_printf (out, "ARP who has %s, asks %s at %s\n", target, sender, mac);
  else
    g_string_append_printf (out, "ARP %s is at %s, told to %s\n", sender, mac, target);
}

static void
add_ip (const VnPacketHeaders *h, GString *out)
{
  g_autofree char *src = vn_ip_to_string (h->ip_src), *dst = vn_ip_to_string (h->ip_dst);

  g_string_append_printf (out, "%s %s → %s TTL %u\n", h->ip_src.family == VN_FAMILY_IPV4 ? "IPv4" : "IPv6", src, dst,
                          h->ip_ttl);
}

static void
add_tcp (const VnPacketHeaders *h, GString *out)
{
  static const struct
  {
    guint8 flag;
    const char *name;
  } flags[] = { { VN_TCP_SYN, "SYN" }, { VN_TCP_FIN, "FIN" }, { VN_TCP_RST, "RST" }, { VN_TCP_ACK, "ACK" } };

  g_string_append_printf (out, "TCP %u → %u", h->sport, h->dport);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (h->tcp_flags & flags[i].flag)
      g_string_append_printf (out, " %s", flags[i].name);
  g_string_append_c (out, '\n');
}

static void
add_transport (const VnPacketHeaders *h, GString *out)
{
  if (h->layers & VN_HAS_TCP)
    add_tcp (h, out);
  else if (h->layers & VN_HAS_UDP)
    g_string_append_printf (out, "UDP %u → %u\n", h->sport, h->dport);
  else if (h->layers & VN_HAS_ICMP)
    g_string_append_printf (out, "ICMP type %u code %u id %u\n", h->icmp_type, h->icmp_code, h->icmp_id);
  else
    g_string_append_printf (out, "protocol %u\n", h->ip_protocol);
  if (h->layers & VN_HAS_VXLAN)
    g_string_append_printf (out, "VXLAN %u\n", h->vni.id);
}

static void
add_headers (const VnPacketHeaders *h, GString *out)
{
  add_ethernet (h, out);
  if (h->layers & VN_HAS_ARP)
    add_arp (h, out);
  if (h->layers & VN_HAS_IP)
    {
      add_ip (h, out);
      add_transport (h, out);
    }
}

char *
vn_packet_to_lines (const VnPacket *packet)
{
  GString *out = g_string_new (NULL);

  add_headers (&packet->outer, out);
  if (packet->has_inner)
    add_headers (&packet->inner, out);
  g_string_truncate (out, out->len - 1); /* the last line's end */
  return g_string_free (out, FALSE);
}
