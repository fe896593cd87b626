/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of the rules that security groups make, and of the sets that they refer to.
 *
 * Each kind of rule that a port's chains hold (sim/neutron/vn-firewall-port.c, vn-firewall-groups.c, vn-sg-rule.c) is
 * missing, or says something else. tests/lint/check-coverage.py lists those that no packet can tell. */
#include "sim/run/vn-faults-private.h"

#include "sim/plan/vn-ruleset.h"

#define V4 (1u << VN_TOOL_IPTABLES)
#define V6 (1u << VN_TOOL_IP6TABLES)
#define CHAIN "filter neutron-linuxbri-"
/* A port's chains: the letter, then ten characters of its id, the last but one a dash. */
#define IN CHAIN "i*-[0-9a-f]"
#define OUT CHAIN "o*-[0-9a-f]"
#define SOURCES CHAIN "s*-[0-9a-f]"
#define BOTH CHAIN "[io]*-[0-9a-f]"

#define MISSING(tools, chain, spec)                                                                                    \
  {                                                                                                                    \
    VN_RULE_DROPPED, tools, chain, spec, NULL, NULL, 0                                                                 \
  }
#define EDITED(tools, chain, spec, from, to)                                                                           \
  {                                                                                                                    \
    VN_RULE_EDITED, tools, chain, spec, from, to, 0                                                                    \
  }
#define SHIFTED(chain, spec, from, by)                                                                                 \
  {                                                                                                                    \
    VN_RULE_ADDED, V4 | V6, chain, spec, from, NULL, by                                                                \
  }

/* ---- sets ---- */

static gboolean
lose_member (const VnTopology *topology G_GNUC_UNUSED, VnIpset *set)
{
  if (set->members->len == 0)
    return FALSE;
  g_ptr_array_remove_index (set->members, 0);
  return TRUE;
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* The first address of a port that is not in the set: somebody who is not in the group. */
static gboolean
gain_member (const VnTopology *topology, VnIpset *set)
{
  for (guint i = 0; i < topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (topology, i);

      for (guint j = 0; j < port->fixed_ips->len; j++)
        {
          VnIp ip = g_array_index (port->fixed_ips, VnFixedIp, j).ip_address;
          g_autofree char *text = vn_ip_to_string (ip);

          if (ip.family != set->family || vn_ipset_has (set, text))
            continue;
          g_ptr_array_add (set->members, g_steal_pointer (&text));
          g_ptr_array_sort (set->members, compare_members);
          return TRUE;
        }
    }
  return FALSE;
}

/* ---- the table ---- */

static const VnFault faults[] = {
  /* What stands before the rules of the groups. */
  { .name = "no-dhcp-client",
    .breaks = "rule DHCP client",
    .title = "an instance without an address can't ask for one",
    .rule = MISSING (V4, OUT, "-s 0.0.0.0/32 *--sport 68 --dport 67 -j RETURN") },
  { .name = "no-dhcp-renewal",
    .breaks = "rule DHCP client",
    .title = "an instance can't renew its lease",
    .rule = MISSING (V4, OUT, "-p udp *--sport 68 --dport 67 -j RETURN") },
  { .name = "no-dhcp6-client",
    .breaks = "rule DHCP client",
    .title = "an instance can't ask for an IPv6 lease",
    .rule = MISSING (V6, OUT, "*--sport 546 --dport 547 -j RETURN") },
  { .name = "dhcp-server-passes",
    .breaks = "rule DHCP server",
    .title = "an instance may serve DHCP",
    .rule = MISSING (V4, OUT, "*--sport 67 --dport 68 -j DROP") },
  { .name = "dhcp6-server-passes",
    .breaks = "rule DHCP server",
    .title = "an instance may serve DHCP over IPv6",
    .rule = MISSING (V6, OUT, "*--sport 547 --dport 546 -j DROP") },
  { .name = "no-dhcp-broadcast",
    .breaks = "rule DHCP answer",
    .title = "DHCP answers to all are not let in",
    .rule = MISSING (V4, IN, "-d 255.255.255.255/32 *--sport 67 --dport 68 -j RETURN") },
  { .name = "no-dhcp-answer",
    .breaks = "rule DHCP answer",
    .title = "DHCP answers are not let in",
    .rule = MISSING (V4, IN, "-d *--sport 67 --dport 68 -j RETURN") },
  { .name = "no-dhcp6-answer",
    .breaks = "rule DHCP answer",
    .title = "DHCP answers over IPv6 are not let in",
    .rule = MISSING (V6, IN, "-d *--sport 547 --dport 546 -j RETURN") },
  { .name = "ra-passes",
    .breaks = "rule router advertisement",
    .title = "an instance may announce itself as a router",
    .rule = MISSING (V6, OUT, "*--icmpv6-type 134 -j DROP") },
  { .name = "no-ra",
    .breaks = "rule router advertisement",
    .title = "router advertisements are not let in",
    .rule = MISSING (V6, IN, "*--icmpv6-type 134 -j RETURN") },
  { .name = "no-solicitation",
    .breaks = "rule neighbour discovery",
    .title = "neighbour solicitations are not let in",
    .rule = MISSING (V6, IN, "*--icmpv6-type 135 -j RETURN") },
  { .name = "no-advertisement",
    .breaks = "rule neighbour discovery",
    .title = "neighbour advertisements are not let in",
    .rule = MISSING (V6, IN, "*--icmpv6-type 136 -j RETURN") },
  { .name = "no-dad",
    .breaks = "rule neighbour discovery",
    .title = "an instance can't ask whether its address is taken",
    .rule = MISSING (V6, OUT, "-s ::/128 *--icmpv6-type 135 -j RETURN") },
  { .name = "no-icmp6-out",
    .breaks = "rule ICMPv6 egress",
    .title = "ICMPv6 leaves an instance only where its groups say so",
    .rule = MISSING (V6, OUT, "-p ipv6-icmp -j RETURN") },
  { .name = "no-established-in",
    .breaks = "rule ESTABLISHED",
    .title = "answers are not let in",
    .rule = MISSING (V4 | V6, IN, "*--state RELATED,ESTABLISHED -j RETURN") },
  { .name = "no-established-out",
    .breaks = "rule ESTABLISHED",
    .title = "answers are not let out",
    .rule = MISSING (V4 | V6, OUT, "*--state RELATED,ESTABLISHED -j RETURN") },
  /* From which addresses. */
  { .name = "no-source-check",
    .breaks = "rule anti-spoofing",
    .title = "nothing leads to the chain of the port's own addresses",
    .rule = MISSING (V4 | V6, OUT, "-j neutron-linuxbri-s*-[0-9a-f]") },
  { .name = "no-source-drop",
    .breaks = "rule anti-spoofing",
    .title = "the chain of the port's own addresses drops nothing",
    .rule = MISSING (V4 | V6, SOURCES, "-j DROP") },
  { .name = "own-address-missing",
    .breaks = "rule anti-spoofing",
    .title = "a port's own IPv4 address is not among those it may send from",
    .once = TRUE,
    .rule = MISSING (V4, SOURCES, "-s */32 *--mac-source * -j RETURN") },
  { .name = "own-address6-missing",
    .breaks = "rule anti-spoofing",
    .title = "a port's own IPv6 addresses are not among those it may send from",
    .rule = MISSING (V6, SOURCES, "-s */128 *--mac-source * -j RETURN") },
  { .name = "pair-missing",
    .breaks = "rule allowed address pair",
    .title = "address pairs that are a range are not among the addresses that a port may send from",
    .rule = MISSING (V4 | V6, SOURCES, "-s */[!13]* *--mac-source * -j RETURN") },
  { .name = "pair-for-all-missing",
    .breaks = "rule allowed address pair",
    .title = "an address pair for any address lets no other address pass",
    .rule = MISSING (V4 | V6, SOURCES, "-m mac --mac-source * -j RETURN") },
  { .name = "pair-mac-wrong",
    .breaks = "rule allowed address pair",
    .title = "the addresses that a port may send from go with another MAC address",
    .once = TRUE,
    .rule = EDITED (V4, SOURCES, "*--mac-source * -j RETURN", "(--mac-source ..):..:", "\\1:00:") },
  /* The rules of the groups. */
  { .name = "no-tcp-rules",
    .breaks = "rule TCP",
    .title = "rules about TCP are missing",
    .rule = MISSING (V4 | V6, BOTH, "*-p tcp *-j RETURN") },
  { .name = "no-udp-rules",
    .breaks = "rule UDP",
    .title = "rules about UDP are missing",
    .rule = MISSING (V4 | V6, BOTH, "*-p udp -m udp *--dport* [0-9]* *-j RETURN") },
  { .name = "no-icmp-rules",
    .breaks = "rule ICMP",
    .title = "rules about ICMP are missing",
    .rule = MISSING (V4, BOTH, "*-p icmp *-j RETURN") },
  { .name = "icmp-type-wrong",
    .breaks = "rule ICMP",
    .title = "rules about ICMP name another type",
    .rule = SHIFTED (BOTH, "*-p *icmp *-type * -j RETURN", "--icmp-type |--icmpv6-type (?=128)", 1) },
  { .name = "no-icmp6-rules",
    .breaks = "rule ICMPv6",
    .title = "rules about ICMPv6 are missing",
    .rule = MISSING (V6, IN, "*-p ipv6-icmp -j RETURN") },
  { .name = "no-any-rules",
    .breaks = "rule any protocol",
    .title = "rules about all protocols are missing",
    .rule = MISSING (V4 | V6, BOTH, "-j RETURN") },
  { .name = "no-egress-any",
    .breaks = "rule any protocol",
    .title = "the rules by which a group lets out all are missing",
    .rule = MISSING (V4 | V6, OUT, "-j RETURN") },
  { .name = "protocol-ignored",
    .breaks = "rule TCP",
    .title = "rules about TCP let pass UDP instead",
    .rule = EDITED (V4 | V6, BOTH, "*-p tcp -m tcp *-j RETURN", "-p tcp -m tcp", "-p udp -m udp") },
  { .name = "port-off-by-one",
    .breaks = "rule port",
    .title = "rules about one port are about the next one",
    .rule = SHIFTED (BOTH, "*-p tcp -m tcp --dport *-j RETURN", "--dport ", 1) },
  { .name = "first-port-too-low",
    .breaks = "rule port range",
    .title = "port ranges begin one port too early",
    .rule = SHIFTED (BOTH, "*--dports *:*-j RETURN", "--dports ", -1) },
  { .name = "first-port-too-high",
    .breaks = "rule port range",
    .title = "port ranges begin one port too late",
    .rule = SHIFTED (BOTH, "*--dports *:*-j RETURN", "--dports ", 1) },
  { .name = "last-port-too-low",
    .breaks = "rule port range",
    .title = "port ranges end one port too early",
    .rule = SHIFTED (BOTH, "*--dports *:*-j RETURN", "--dports [0-9]+:", -1) },
  { .name = "last-port-too-high",
    .breaks = "rule port range",
    .title = "port ranges end one port too late",
    .rule = SHIFTED (BOTH, "*--dports *:*-j RETURN", "--dports [0-9]+:", 1) },
  { .name = "no-prefix-rules",
    .breaks = "rule remote prefix",
    .title = "rules with a remote prefix are missing",
    .rule = MISSING (V4 | V6, IN, "-s *-j RETURN") },
  { .name = "prefix-ignored",
    .breaks = "rule remote prefix",
    .title = "rules with a remote prefix hold for any remote address",
    .rule = EDITED (V4 | V6, IN, "-s *-j RETURN", "-s \\S+ ", "") },
  { .name = "no-set-rules",
    .breaks = "rule remote group, option enable_ipset",
    .title = "rules with a remote group are missing",
    .rule = MISSING (V4 | V6, BOTH, "*-m set --match-set * -j RETURN") },
  { .name = "set-ignored",
    .breaks = "rule remote group",
    .title = "rules with a remote group hold for any remote address",
    .rule = EDITED (V4 | V6, BOTH, "*-m set --match-set * -j RETURN", "-m set --match-set \\S+ \\S+ ", "") },
  { .name = "set-turned-round",
    .breaks = "rule remote group",
    .title = "rules with a remote group look at the port's own address",
    .rule = EDITED (V4 | V6, IN, "*-m set --match-set * src *-j RETURN", "(--match-set \\S+) src", "\\1 dst") },
  { .name = "member-missing",
    .breaks = "rule set member",
    .title = "a member of a group is not in its set",
    .once = TRUE,
    .change_set = lose_member },
  { .name = "member-too-many",
    .breaks = "rule set member",
    .title = "somebody who is not in a group is in its set",
    .once = TRUE,
    .change_set = gain_member },
  /* What stands behind them. */
  { .name = "no-fallback",
    .breaks = "rule default drop",
    .title = "what no rule of a port lets pass goes on",
    .rule = MISSING (V4 | V6, BOTH, "-j neutron-linuxbri-sg-fallback") },
  { .name = "no-default-drop",
    .breaks = "rule default drop",
    .title = "the chain of what nobody lets pass drops nothing",
    .rule = MISSING (V4 | V6, CHAIN "sg-fallback", "-j DROP") },
  { .name = "drop-first",
    .breaks = "rule order",
    .title = "the default drop stands before the rules of a port",
    .once = TRUE,
    .rule = { VN_RULE_FIRST, V4, IN, "-j neutron-linuxbri-sg-fallback", NULL, NULL, 0 } },
};

const VnFaultGroup vn_faults_rules = { "Rules of security groups", faults, G_N_ELEMENTS (faults) };
