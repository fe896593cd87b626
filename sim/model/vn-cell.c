/* SPDX-License-Identifier: Apache-2.0 */
/* Words for cells, causes and legs, and the stable key of a cell. */
#include "sim/model/vn-cell.h"

#include <netinet/in.h>

static const char *const kind_names[] = {
  [VN_CELL_REACH] = "reach",
  [VN_CELL_SPOOF_MAC] = "spoof-mac",
  [VN_CELL_SPOOF_FRAME] = "spoof-frame",
  [VN_CELL_SPOOF_IP] = "spoof-ip",
  [VN_CELL_SPOOF_ARP] = "spoof-arp",
  [VN_CELL_DHCP_SERVER] = "dhcp-server",
  [VN_CELL_DHCP6_SERVER] = "serve-dhcp",
  [VN_CELL_RA] = "ra",
  [VN_CELL_LEASE] = "lease",
  [VN_CELL_RENEW] = "renew",
  [VN_CELL_LEASED] = "leased",
  [VN_CELL_DAD] = "dad",
  [VN_CELL_PAIR] = "pair",
  [VN_CELL_KNOWN_UNICAST] = "known-unicast",
  [VN_CELL_BROADCAST] = "broadcast",
  [VN_CELL_UNKNOWN_UNICAST] = "unknown-unicast",
  [VN_CELL_ARP_KNOWN] = "arp-known",
  [VN_CELL_ARP_UNKNOWN] = "arp-unknown",
  [VN_CELL_DNS] = "dns",
  [VN_CELL_FORWARD] = "forward",
  [VN_CELL_UNSOLICITED] = "unsolicited",
};
G_STATIC_ASSERT (G_N_ELEMENTS (kind_names) == VN_N_CELL_KINDS);

static const struct
{
  const char *name;
  const char *text;
} causes[] = {
  [VN_CAUSE_NONE] = { "none", "nothing stops it" },
  [VN_CAUSE_NO_ROUTE] = { "no-route", "the sender has no route to the address" },
  [VN_CAUSE_NO_PATH] = { "no-path", "the two share no Ethernet and no router joins them" },
  [VN_CAUSE_NEIGHBOUR] = { "neighbour", "ARP or neighbour discovery for the next hop was not answered" },
  [VN_CAUSE_SG_EGRESS] = { "sg-egress", "no egress rule of the sender's security groups allows it" },
  [VN_CAUSE_SG_INGRESS] = { "sg-ingress", "no ingress rule of the receiver's security groups allows it" },
  [VN_CAUSE_SPOOF_MAC] = { "spoof-mac", "the Ethernet source is not the port's" },
  [VN_CAUSE_SPOOF_IP] = { "spoof-ip", "the IP source is not the port's" },
  [VN_CAUSE_SPOOF_ARP] = { "spoof-arp", "the ARP sender address is not the port's" },
  [VN_CAUSE_DHCP_SERVER] = { "dhcp-server", "an instance may not serve DHCP" },
  [VN_CAUSE_RA] = { "ra", "an instance may not announce a router" },
  [VN_CAUSE_FDB] = { "fdb", "no forwarding entry leads to the receiver's host" },
  [VN_CAUSE_TUNNEL] = { "tunnel", "it went into the tunnel and did not come out: VNI, UDP port or group differ" },
  [VN_CAUSE_FILTER_OFF] = { "filter-off", "security groups are not active on the host" },
  [VN_CAUSE_UNBOUND] = { "unbound", "the port is not plugged" },
  [VN_CAUSE_ARP_RESPONDER] = { "arp-responder", "the VXLAN device's ARP responder swallowed it" },
  [VN_CAUSE_NO_LEASE] = { "no-lease", "no DHCP server gave it an address" },
  [VN_CAUSE_NO_FORWARD] = { "no-forward", "the next hop does not forward it" },
  [VN_CAUSE_NOT_ROUTED] = { "not-routed", "a router on the way has no route to the address" },
  [VN_CAUSE_NAT] = { "nat", "the address translation is missing or wrong" },
  [VN_CAUSE_UNSOLICITED] = { "unsolicited", "a NAT passes nothing in that nobody behind it asked for" },
  [VN_CAUSE_NO_NAME] = { "no-name", "nobody resolves the name for it" },
  [VN_CAUSE_ZONE] = { "zone", "connections are tracked in the wrong zone, or in none" },
  [VN_CAUSE_MTU] = { "mtu", "a device on the way takes smaller packets than its network" },
  [VN_CAUSE_QOS] = { "qos", "a QoS policy is not applied as it says" },
  [VN_CAUSE_QUIRK] = { "quirk", "the real agents depart from the API's promise here" },
  [VN_CAUSE_UNEXPLAINED] = { "unexplained", "nothing that is known explains it" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (causes) == VN_N_CAUSES);

static const char *const leg_names[] = {
  [VN_LEG_NO] = "no",
  [VN_LEG_YES] = "yes",
  [VN_LEG_OPEN] = "open",
};

const char *
vn_cell_kind_name (VnCellKind kind)
{
  g_return_val_if_fail ((guint)kind < VN_N_CELL_KINDS, "");
  return kind_names[kind];
}

const char *
vn_cause_name (VnCauseCode cause)
{
  g_return_val_if_fail ((guint)cause < VN_N_CAUSES, "");
  return causes[cause].name;
}

const char *
vn_cause_text (VnCauseCode cause)
{
  g_return_val_if_fail ((guint)cause < VN_N_CAUSES, "");
  return causes[cause].text;
}

const char *
vn_leg_name (VnLeg leg)
{
  g_return_val_if_fail ((guint)leg < G_N_ELEMENTS (leg_names), "");
  return leg_names[leg];
}

static const struct
{
  guint8 protocol;
  const char *name;
  gboolean has_port;
} protocols[] = {
  { IPPROTO_ICMP, "icmp", FALSE },
  { IPPROTO_ICMPV6, "icmp", FALSE },
  { IPPROTO_TCP, "tcp", TRUE },
  { IPPROTO_UDP, "udp", TRUE },
};

/* "icmp", "icmp6", "tcp/80", "tcp6/80". */
static void
append_packet (GString *key, const VnCell *cell)
{
  const char *six = cell->family == VN_FAMILY_IPV6 ? "6" : "";

  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (protocols[i].protocol == cell->protocol)
      {
        g_string_append_printf (key, "%s%s", protocols[i].name, six);
        if (protocols[i].has_port)
          g_string_append_printf (key, "/%u", cell->port);
        return;
      }
  g_string_append_printf (key, "ip%s/%u", six, cell->protocol);
}

char *
vn_cell_key (const VnTopology *topology, const VnCell *cell)
{
  GString *key = g_string_new (vn_topology_end (topology, cell->from)->name);

  if (cell->to != VN_NONE)
    g_string_append_printf (key, ">%s", vn_topology_end (topology, cell->to)->name);
  g_string_append_c (key, ' ');
  if (cell->kind == VN_CELL_REACH)
    append_packet (key, cell);
  else if (cell->protocol != 0 && cell->kind != VN_CELL_DNS)
    {
      g_string_append_printf (key, "%s-", vn_cell_kind_name (cell->kind));
      append_packet (key, cell);
    }
  else
    g_string_append_printf (key, "%s%s", vn_cell_kind_name (cell->kind), cell->family == VN_FAMILY_IPV6 ? "6" : "");
  return g_string_free (key, FALSE);
}
