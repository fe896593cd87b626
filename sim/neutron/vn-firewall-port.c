/* SPDX-License-Identifier: Apache-2.0 */
/* The chains of one filtered port: what it may receive, what it may send, and from which addresses.
 *
 * What stands before and behind the rules of its groups is fixed, and is tables here, in the agent's order. The chain
 * of source addresses holds the address pairs before the fixed addresses; for each IPv6 one also the link-local address
 * of its MAC. A family of which the port has no address has no such chain and so no check (but a port without any
 * address at all is bound to its MAC in both). */
#include "sim/neutron/vn-firewall-private.h"

#include "sim/model/vn-port.h"
#include "sim/neutron/vn-sg-rule.h"
#include "sim/plan/vn-ruleset.h"

#define COMMENT_ICMPV6 "Allow IPv6 ICMP traffic."
#define COMMENT_RA "Drop IPv6 Router Advts from VM Instance."
#define COMMENT_DHCP "Allow DHCP client traffic."
#define COMMENT_DHCP_SERVER "Prevent DHCP Spoofing by VM."
#define COMMENT_KNOWN "Direct packets associated with a known session to the RETURN chain."
#define COMMENT_INVALID                                                                                                \
  "Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in "         \
  "conntrack."
#define COMMENT_UNMATCHED "Send unmatched traffic to the fallback chain."
#define COMMENT_PAIR "Allow traffic from defined IP/MAC pairs."
#define COMMENT_PAIR_DROP "Drop traffic without an IP/MAC allow rule."

typedef struct
{
  VnFamily family; /* VN_FAMILY_NONE: both */
  const char *spec;
  const char *comment;
} FixedRule;

static const FixedRule ingress_head[] = {
  { VN_FAMILY_IPV6, "-p ipv6-icmp -m icmp6 --icmpv6-type 130 -j RETURN", NULL },
  { VN_FAMILY_IPV6, "-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN", NULL },
  { VN_FAMILY_IPV6, "-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN", NULL },
  { VN_FAMILY_NONE, "-m state --state RELATED,ESTABLISHED -j RETURN", COMMENT_KNOWN },
};

static const FixedRule egress_head[] = {
  { VN_FAMILY_IPV4, "-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 -j RETURN", COMMENT_DHCP },
  { VN_FAMILY_IPV6, "-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type 131 -j RETURN", COMMENT_ICMPV6 },
  { VN_FAMILY_IPV6, "-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN", COMMENT_ICMPV6 },
  { VN_FAMILY_IPV6, "-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type 143 -j RETURN", COMMENT_ICMPV6 },
};

static const FixedRule egress_behind_source[] = {
  { VN_FAMILY_IPV4, "-p udp -m udp --sport 68 --dport 67 -j RETURN", COMMENT_DHCP },
  { VN_FAMILY_IPV4, "-p udp -m udp --sport 67 --dport 68 -j DROP", COMMENT_DHCP_SERVER },
  { VN_FAMILY_IPV6, "-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j DROP", COMMENT_RA },
  { VN_FAMILY_IPV6, "-p ipv6-icmp -j RETURN", COMMENT_ICMPV6 },
  { VN_FAMILY_IPV6, "-p udp -m udp --sport 546 --dport 547 -j RETURN", COMMENT_DHCP },
  { VN_FAMILY_IPV6, "-p udp -m udp --sport 547 --dport 546 -j DROP", COMMENT_DHCP_SERVER },
  { VN_FAMILY_NONE, "-m state --state RELATED,ESTABLISHED -j RETURN", COMMENT_KNOWN },
};

static const FixedRule tail[] = {
  { VN_FAMILY_NONE, "-m state --state INVALID -j DROP", COMMENT_INVALID },
  { VN_FAMILY_NONE, "-j " VN_CHAIN_FALLBACK, COMMENT_UNMATCHED },
};

static void
add_fixed (VnFirewallBuild *build, VnChain *chain, VnOrigin origin, const FixedRule *rules, gsize n_rules)
{
  for (gsize i = 0; i < n_rules; i++)
    if (rules[i].family == VN_FAMILY_NONE || rules[i].family == build->family)
      vn_firewall_add (build, chain, origin, rules[i].comment, "%s", rules[i].spec);
}

static VnChain *
port_chain (VnFirewallBuild *build, const VnFirewallPort *port, char letter)
{
  g_autofree char *suffix = g_strdup_printf ("%c%s", letter, port->chain);

  return vn_firewall_chain (build, suffix);
}

/* ---- towards the instance ---- */

/* Answers of DHCP servers, whoever sends them. */
static void
add_dhcp_answers (VnFirewallBuild *build, const VnPort *port, VnChain *chain)
{
  gboolean is_v6 = build->family == VN_FAMILY_IPV6;
  const char *ports
      = is_v6 ? "-p udp -m udp --sport 547 --dport 546 -j RETURN" : "-p udp -m udp --sport 67 --dport 68 -j RETURN";

  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnIp ip = g_array_index (port->fixed_ips, VnFixedIp, i).ip_address;
      g_autofree char *address = vn_prefix_to_string (vn_prefix_host (ip));

      if (ip.family == build->family)
        vn_firewall_add (build, chain, port->origin, COMMENT_DHCP, "-d %s %s", address, ports);
    }
  vn_firewall_add (build, chain, port->origin, COMMENT_DHCP, "-d %s %s", is_v6 ? "fe80::/64" : "255.255.255.255/32",
                   ports);
}

static void
add_ingress (VnFirewallBuild *build, const VnFirewallPort *port)
{
  VnChain *chain = port_chain (build, port, 'i');

  add_fixed (build, chain, port->port->origin, ingress_head, G_N_ELEMENTS (ingress_head));
  if (build->family == VN_FAMILY_IPV6 && vn_port_has_family (port->port, VN_FAMILY_IPV6))
    vn_firewall_add (build, chain, port->port->origin, NULL, "-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN");
  add_dhcp_answers (build, port->port, chain);
  vn_firewall_add_group_rules (build, port, VN_INGRESS, chain);
  add_fixed (build, chain, port->port->origin, tail, G_N_ELEMENTS (tail));
}

/* ---- from the instance ---- */

typedef struct
{
  VnPrefix prefix; /* no length: any address */
  VnMac mac;
  VnOrigin origin;
} Source;

static gboolean
has_source (const GArray *sources, VnPrefix prefix, VnMac mac)
{
  for (guint i = 0; i < sources->len; i++)
    {
      const Source *source = &g_array_index (sources, Source, i);

      if (vn_prefix_equal (source->prefix, prefix) && vn_mac_equal (source->mac, mac))
        return TRUE;
    }
  return FALSE;
}

static void
add_source (GArray *sources, VnFamily family, VnPrefix prefix, VnMac mac, VnOrigin origin)
{
  static const VnPrefix link_local = { .ip = { VN_FAMILY_IPV6, { 0xfe, 0x80 } }, .len = 64 };
  Source source = { prefix, mac, origin };

  if (prefix.ip.family != family)
    return;
  g_array_append_val (sources, source);
  if (family != VN_FAMILY_IPV6)
    return;
  source.prefix = vn_prefix_host (vn_ip_eui64 (link_local, mac));
  if (!has_source (sources, source.prefix, mac))
    g_array_append_val (sources, source);
}

static GArray *
sources_of (const VnPort *port, VnFamily family)
{
  GArray *sources = g_array_new (FALSE, TRUE, sizeof (Source));

  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      const VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      add_source (sources, family, pair->ip_address, pair->mac_address, pair->origin);
    }
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      const VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);

      add_source (sources, family, vn_prefix_host (fixed->ip_address), port->mac_address, fixed->origin);
    }
  if (port->fixed_ips->len == 0)
    {
      Source any = { .prefix = { .ip = { .family = family } }, .mac = port->mac_address, .origin = port->origin };

      g_array_append_val (sources, any);
    }
  return sources;
}

static void
add_source_rule (VnFirewallBuild *build, VnChain *chain, const Source *source)
{
  g_autofree char *mac = vn_mac_to_string (source->mac);
  g_autofree char *prefix = vn_prefix_to_string (vn_prefix_masked (source->prefix));

  if (source->prefix.len == 0)
    vn_firewall_add (build, chain, source->origin, COMMENT_PAIR, "-m mac --mac-source %s -j RETURN", mac);
  else
    vn_firewall_add (build, chain, source->origin, COMMENT_PAIR, "-s %s -m mac --mac-source %s -j RETURN", prefix, mac);
}

static void
add_source_chain (VnFirewallBuild *build, const VnFirewallPort *port, VnChain *egress)
{
  g_autoptr (GArray) sources = sources_of (port->port, build->family);
  VnChain *chain;

  if (sources->len == 0)
    return;
  chain = port_chain (build, port, 's');
  for (guint i = 0; i < sources->len; i++)
    add_source_rule (build, chain, &g_array_index (sources, Source, i));
  vn_firewall_add (build, chain, port->port->origin, COMMENT_PAIR_DROP, "-j DROP");
  vn_firewall_add (build, egress, port->port->origin, NULL, "-j %s", chain->name);
}

static void
add_egress (VnFirewallBuild *build, const VnFirewallPort *port)
{
  VnChain *chain = port_chain (build, port, 'o');
  VnOrigin origin = port->port->origin;

  add_fixed (build, chain, origin, egress_head, G_N_ELEMENTS (egress_head));
  add_source_chain (build, port, chain);
  add_fixed (build, chain, origin, egress_behind_source, G_N_ELEMENTS (egress_behind_source));
  vn_firewall_add_group_rules (build, port, VN_EGRESS, chain);
  add_fixed (build, chain, origin, tail, G_N_ELEMENTS (tail));
}

void
vn_firewall_add_port_chains (VnFirewallBuild *build, const VnFirewallPort *port)
{
  add_ingress (build, port);
  add_egress (build, port);
}
