/* SPDX-License-Identifier: Apache-2.0 */
/* The frame that a cell asks for. */
#include "sim/probe/vn-probe-frames.h"

#include "sim/base/vn-error.h"
#include "sim/model/vn-nat.h"
#include "sim/model/vn-port.h"

#include <netinet/in.h>

#define ARP_REQUEST 1
#define LOCALLY_ADMINISTERED 0x02
#define DNS_PORT 53
#define DHCP_SERVER 67
#define DHCP_CLIENT 68
#define DHCP6_CLIENT 546
#define DHCP6_SERVER 547

guint32
vn_probe_tag (guint32 n)
{
  guint32 low = n & 0xffff;

  return low << 16 | (low ^ n >> 16);
}

guint32
vn_probe_tag_number (guint32 tag)
{
  guint32 low = tag >> 16;

  return ((tag & 0xffff) ^ low) << 16 | low;
}

guint16
vn_probe_sport (guint32 n, guint16 dport)
{
  const guint32 n_ports = VN_PROBE_PORT_MAX - VN_PROBE_PORT_MIN + 1;
  guint16 port = (guint16)(VN_PROBE_PORT_MIN + n % n_ports);

  if (port == dport)
    port = (guint16)(VN_PROBE_PORT_MIN + (n + 1) % n_ports);
  return port;
}

/* ---- addresses that nobody has ---- */

static gboolean
is_used (const VnTopology *topology, const VnEnd *from, VnIp ip)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      if (end->domain == from->domain && vn_ip_equal (vn_end_address (end, ip.family), ip))
        return TRUE;
    }
  if (from->kind != VN_END_PORT)
    return FALSE;
  /* The instance of a port that was deleted may still be there. */
  for (guint i = 0; i < topology->ports->len; i++)
    if (vn_topology_port (topology, i)->network == vn_topology_port (topology, from->port)->network
        && vn_port_has_address (vn_topology_port (topology, i), ip))
      return TRUE;
  for (guint i = 0; i < topology->subnets->len; i++)
    if (vn_ip_equal (vn_topology_subnet (topology, i)->gateway_ip, ip))
      return TRUE;
  return FALSE;
}

static VnPrefix
end_prefix (const VnEnd *end, VnFamily family)
{
  for (guint i = 0; i < end->addresses->len; i++)
    if (g_array_index (end->addresses, VnPrefix, i).ip.family == family)
      return g_array_index (end->addresses, VnPrefix, i);
  return (VnPrefix){ 0 };
}

/* Returns: the first address behind @start that nobody has, within the subnet; unset if there is none near. */
static VnIp
next_unused (const VnTopology *topology, const VnEnd *end, VnPrefix subnet, VnIp start)
{
  const guint tries_max = 4096;

  for (guint i = 1; i <= tries_max; i++)
    {
      VnIp ip = vn_ip_add (start, i);

      if (!vn_prefix_contains (subnet, ip) || vn_ip_equal (ip, vn_prefix_last (subnet)))
        break;
      if (!is_used (topology, end, ip))
        return ip;
    }
  return (VnIp){ 0 };
}

/* An address that the instance takes for a neighbour's, and nobody has; in a full subnet, one outside. */
static VnIp
unused_address (const VnTopology *topology, const VnEnd *end, VnFamily family)
{
  VnPrefix subnet = end_prefix (end, family);
  VnIp ip = next_unused (topology, end, subnet, subnet.ip);

  if (!vn_ip_is_set (ip))
    ip = next_unused (topology, end, subnet, vn_prefix_first (subnet));
  return vn_ip_is_set (ip) ? ip : vn_ip_add (vn_prefix_last (subnet), 2);
}

/* A MAC that nobody has: a port's with the last byte flipped, in the range that nobody assigns. */
static VnMac
foreign_mac (VnMac mac)
{
  mac.b[0] |= LOCALLY_ADMINISTERED;
  mac.b[5] = (guint8)~mac.b[5];
  return mac;
}

/* Unlike foreign_mac(), none that a SPOOF_MAC of the same end teaches the bridges. */
static VnMac
unknown_mac (VnMac mac)
{
  mac = foreign_mac (mac);
  mac.b[4] = (guint8)~mac.b[4];
  return mac;
}

/* ---- frames ---- */

typedef struct
{
  VnCrafter *crafter;
  const VnTopology *topology;
  const VnCell *cell;
  const VnEnd *from, *to; /* to: NULL if it is nobody in particular */
  VnMac eth_dst;
  guint32 n, tag;
} Order;

typedef GBytes *(*FrameFunc) (const Order *order, GError **error);

static VnCraftEnds
order_ends (const Order *order)
{
  const VnCell *cell = order->cell;

  return (VnCraftEnds){
    .eth_src = order->from->mac,
    .eth_dst = order->eth_dst,
    .src = vn_end_address (order->from, cell->family),
    .dst = vn_probe_target (order->topology, cell),
    .sport = vn_probe_sport (order->n, cell->port),
    .dport = cell->port,
  };
}

static GBytes *
frame_reach (const Order *order, GError **error)
{
  VnCraftEnds ends = order_ends (order);

  switch (order->cell->protocol)
    {
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return vn_craft_echo (order->crafter, &ends, order->tag, error);
    case IPPROTO_UDP:
      return vn_craft_udp (order->crafter, &ends, order->tag, error);
    case IPPROTO_TCP:
      return vn_craft_syn (order->crafter, &ends, order->tag, error);
    default:
      vn_error_set (error, VN_ERROR_INTERNAL, "there is no probe for IP protocol %u", order->cell->protocol);
      return NULL;
    }
}

static GBytes *
frame_dns (const Order *order, GError **error)
{
  VnCraftEnds ends = order_ends (order);

  ends.dport = DNS_PORT;
  return vn_craft_dns (order->crafter, &ends, order->to->node, order->tag, error);
}

static GBytes *
frame_spoof_mac (const Order *order, GError **error)
{
  VnCraftEnds ends = order_ends (order);

  ends.eth_src = foreign_mac (ends.eth_src);
  return vn_craft_echo (order->crafter, &ends, order->tag, error);
}

/* A neighbour's address by the sender's own subnet, or, where it has none of the family, by the victim's. */
static GBytes *
frame_spoof_ip (const Order *order, GError **error)
{
  VnCraftEnds ends = order_ends (order);
  const VnEnd *neighbour = vn_ip_is_set (ends.src) ? order->from : order->to;

  ends.src = unused_address (order->topology, neighbour, order->cell->family);
  return vn_craft_echo (order->crafter, &ends, order->tag, error);
}

/* ---- what an instance may send in every case, and be sent ---- */

static VnIp
link_local (VnMac mac)
{
  VnPrefix prefix = { 0 };

  vn_prefix_parse ("fe80::/64", &prefix);
  return vn_ip_eui64 (prefix, mac);
}

/* To all servers: DHCPv4 from nobody (RFC 2131, section 4.1), DHCPv6 from the link-local address (RFC 8415, 14). */
static GBytes *
frame_lease (const Order *order, GError **error)
{
  static const VnIp v6_servers = { VN_FAMILY_IPV6, { 0xff, 0x02, [13] = 1, [15] = 2 } };
  static const VnMac v6_servers_mac = { { 0x33, 0x33, 0, 1, 0, 2 } };
  const VnMac mac = order->from->mac;
  VnCraftEnds ends
      = { mac, VN_MAC_BROADCAST, vn_ip_from_v4 (0), vn_ip_from_v4 (G_MAXUINT32), DHCP_CLIENT, DHCP_SERVER };

  if (order->cell->family == VN_FAMILY_IPV6)
    ends = (VnCraftEnds){ mac, v6_servers_mac, link_local (mac), v6_servers, DHCP6_CLIENT, DHCP6_SERVER };
  return vn_craft_udp (order->crafter, &ends, order->tag, error);
}

/* Rebinding (RFC 2131, section 4.4.5): an answer to one that asks a single server would be taken for a known session's.
 */
static GBytes *
frame_renew (const Order *order, GError **error)
{
  VnCraftEnds ends
      = { order->from->mac, VN_MAC_BROADCAST, vn_end_address (order->from, VN_FAMILY_IPV4), vn_ip_from_v4 (G_MAXUINT32),
          DHCP_CLIENT,      DHCP_SERVER };

  return vn_craft_udp (order->crafter, &ends, order->tag, error);
}

/* An answer to one client: DHCPv6 knows it by its link-local address. */
static GBytes *
frame_leased (const Order *order, GError **error)
{
  VnCraftEnds ends = order_ends (order);

  ends.sport = DHCP_SERVER;
  ends.dport = DHCP_CLIENT;
  if (order->cell->family == VN_FAMILY_IPV6)
    ends = (VnCraftEnds){ ends.eth_src, ends.eth_dst, link_local (ends.eth_src), link_local (ends.eth_dst),
                          DHCP6_SERVER, DHCP6_CLIENT };
  return vn_craft_udp (order->crafter, &ends, order->tag, error);
}

static GBytes *
frame_dad (const Order *order, GError **error)
{
  return vn_craft_dad (order->crafter, order->from->mac, vn_end_address (order->from, VN_FAMILY_IPV6), order->tag,
                       error);
}

static GBytes *
frame_pair (const Order *order, GError **error)
{
  const VnAddressPair *pair
      = vn_port_first_pair (vn_topology_port (order->topology, order->from->port), order->cell->family);
  VnCraftEnds ends = order_ends (order);

  ends.src = vn_port_pair_address (pair);
  ends.eth_src = pair->mac_address;
  return vn_craft_echo (order->crafter, &ends, order->tag, error);
}

/* ---- other frames ---- */

static GBytes *
frame_gratuitous_arp (const Order *order, VnMac mac, GError **error)
{
  VnIp ip = vn_end_address (order->to, VN_FAMILY_IPV4);

  return vn_craft_arp (order->crafter, mac, VN_MAC_BROADCAST, ARP_REQUEST, mac, ip, VN_MAC_ZERO, ip, order->tag, error);
}

static GBytes *
frame_spoof_arp (const Order *order, GError **error)
{
  return frame_gratuitous_arp (order, order->from->mac, error);
}

static GBytes *
frame_arp_request (const Order *order, VnIp target, GError **error)
{
  return vn_craft_arp (order->crafter, order->from->mac, VN_MAC_BROADCAST, ARP_REQUEST, order->from->mac,
                       vn_end_address (order->from, VN_FAMILY_IPV4), VN_MAC_ZERO, target, order->tag, error);
}

static GBytes *
frame_arp_known (const Order *order, GError **error)
{
  return frame_arp_request (order, vn_end_address (order->to, VN_FAMILY_IPV4), error);
}

static GBytes *
frame_arp_unknown (const Order *order, GError **error)
{
  return frame_arp_request (order, unused_address (order->topology, order->from, VN_FAMILY_IPV4), error);
}

/* Offers an address that nobody has to a client that nobody is: a client that hears it ignores it. */
static GBytes *
frame_dhcp_offer (const Order *order, GError **error)
{
  VnCraftEnds ends = order_ends (order);

  ends.eth_dst = unknown_mac (order->from->mac);
  ends.dst = unused_address (order->topology, order->from, VN_FAMILY_IPV4);
  return vn_craft_dhcp_offer (order->crafter, &ends, order->tag, error);
}

static GBytes *
frame_ra (const Order *order, GError **error)
{
  return vn_craft_ra (order->crafter, order->from->mac, link_local (order->from->mac), order->tag, error);
}

/* No IP: nothing on the way but bridges and tunnels looks at it. */
static GBytes *
frame_layer2 (const Order *order, GError **error)
{
  return vn_craft_sentinel (order->crafter, order->from->mac, order->eth_dst, VN_TAG_PROBE, order->tag, error);
}

static GBytes *
frame_spoof_frame (const Order *order, GError **error)
{
  return vn_craft_sentinel (order->crafter, foreign_mac (order->from->mac), order->eth_dst, VN_TAG_PROBE, order->tag,
                            error);
}

typedef enum
{
  GOES_TO_NEXT_HOP,
  GOES_TO_END,
  GOES_TO_ALL,
  GOES_TO_NOBODY,
} Destination;

static const struct
{
  FrameFunc frame;
  Destination destination;
} kinds[] = {
  [VN_CELL_REACH] = { frame_reach, GOES_TO_NEXT_HOP },
  [VN_CELL_SPOOF_MAC] = { frame_spoof_mac, GOES_TO_END },
  [VN_CELL_SPOOF_FRAME] = { frame_spoof_frame, GOES_TO_END },
  [VN_CELL_SPOOF_IP] = { frame_spoof_ip, GOES_TO_END },
  [VN_CELL_SPOOF_ARP] = { frame_spoof_arp, GOES_TO_ALL },
  [VN_CELL_DHCP_SERVER] = { frame_dhcp_offer, GOES_TO_ALL },
  [VN_CELL_DHCP6_SERVER] = { frame_leased, GOES_TO_END },
  [VN_CELL_RA] = { frame_ra, GOES_TO_ALL },
  [VN_CELL_LEASE] = { frame_lease, GOES_TO_ALL },
  [VN_CELL_RENEW] = { frame_renew, GOES_TO_ALL },
  [VN_CELL_LEASED] = { frame_leased, GOES_TO_END },
  [VN_CELL_DAD] = { frame_dad, GOES_TO_ALL },
  [VN_CELL_PAIR] = { frame_pair, GOES_TO_END },
  [VN_CELL_KNOWN_UNICAST] = { frame_layer2, GOES_TO_END },
  [VN_CELL_BROADCAST] = { frame_layer2, GOES_TO_ALL },
  [VN_CELL_UNKNOWN_UNICAST] = { frame_layer2, GOES_TO_NOBODY },
  [VN_CELL_ARP_KNOWN] = { frame_arp_known, GOES_TO_ALL },
  [VN_CELL_ARP_UNKNOWN] = { frame_arp_unknown, GOES_TO_ALL },
  [VN_CELL_DNS] = { frame_dns, GOES_TO_NEXT_HOP },
  [VN_CELL_FORWARD] = { frame_reach, GOES_TO_NEXT_HOP },
  [VN_CELL_UNSOLICITED] = { frame_reach, GOES_TO_NEXT_HOP },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == VN_N_CELL_KINDS);

static VnIp
outside_address (const VnTopology *topology, const VnEnd *guest)
{
  guint outside = vn_nat_outside (topology, guest);

  return outside != VN_NONE ? vn_end_address (vn_topology_end (topology, outside), VN_FAMILY_IPV4)
                            : (VnIp){ .family = VN_FAMILY_NONE };
}

VnIp
vn_probe_target (const VnTopology *topology, const VnCell *cell)
{
  if (cell->to == VN_NONE)
    return (VnIp){ .family = VN_FAMILY_NONE };
  switch (cell->kind)
    {
    case VN_CELL_DNS:
      return vn_end_resolver (topology, vn_topology_end (topology, cell->from));
    case VN_CELL_FORWARD:
    case VN_CELL_UNSOLICITED:
      return outside_address (topology, vn_topology_end (topology, cell->to));
    default:
      return vn_end_address (vn_topology_end (topology, cell->to), cell->family);
    }
}

gboolean
vn_probe_is_routed (const VnCell *cell)
{
  return kinds[cell->kind].destination == GOES_TO_NEXT_HOP;
}

gboolean
vn_probe_is_flooded (const VnCell *cell)
{
  return kinds[cell->kind].destination == GOES_TO_ALL;
}

VnMac
vn_probe_destination (const VnTopology *topology, const VnCell *cell, VnMac next_hop)
{
  switch (kinds[cell->kind].destination)
    {
    case GOES_TO_NEXT_HOP:
      return next_hop;
    case GOES_TO_END:
      return vn_topology_end (topology, cell->to)->mac;
    case GOES_TO_NOBODY:
      return unknown_mac (vn_topology_end (topology, cell->from)->mac);
    case GOES_TO_ALL:
    default:
      return VN_MAC_BROADCAST;
    }
}

static Order
make_order (VnCrafter *crafter, const VnTopology *topology, const VnCell *cell, VnMac eth_dst, guint32 n)
{
  return (Order){
    .crafter = crafter,
    .topology = topology,
    .cell = cell,
    .from = vn_topology_end (topology, cell->from),
    .to = cell->to != VN_NONE ? vn_topology_end (topology, cell->to) : NULL,
    .eth_dst = eth_dst,
    .n = n,
    .tag = vn_probe_tag (n),
  };
}

GBytes *
vn_probe_frame (VnCrafter *crafter, const VnTopology *topology, const VnCell *cell, VnMac eth_dst, guint32 n,
                GError **error)
{
  Order order = make_order (crafter, topology, cell, eth_dst, n);

  return kinds[cell->kind].frame (&order, error);
}

GBytes *
vn_probe_repair_frame (VnCrafter *crafter, const VnTopology *topology, const VnCell *cell, guint32 n, GError **error)
{
  Order order = make_order (crafter, topology, cell, VN_MAC_BROADCAST, n);

  return frame_gratuitous_arp (&order, order.to->mac, error);
}
