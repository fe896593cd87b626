/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of the way to a port's chains, of connection tracking, and of what stands before them: ARP and MAC protection.
 */
#include "sim/run/vn-faults-private.h"

#include <string.h>

#define V4 (1u << VN_TOOL_IPTABLES)
#define V6 (1u << VN_TOOL_IP6TABLES)
#define EB (1u << VN_TOOL_EBTABLES)
#define FORWARD "filter neutron-linuxbri-FORWARD"
#define SG_CHAIN "filter neutron-linuxbri-sg-chain"
#define RAW "raw neutron-linuxbri-PREROUTING"

#define MISSING(tools, chain, spec)                                                                                    \
  {                                                                                                                    \
    VN_RULE_DROPPED, tools, chain, spec, NULL, NULL, 0                                                                 \
  }
#define EDITED(tools, chain, spec, from, to)                                                                           \
  {                                                                                                                    \
    VN_RULE_EDITED, tools, chain, spec, from, to, 0                                                                    \
  }

/* ---- br_netfilter ---- */

static VnFate
set_to_zero (VnKobj *obj, const char *key)
{
  if (obj->kind != VN_KOBJ_SYSCTL || strcmp (obj->u.sysctl.key, key) != 0)
    return VN_FATE_SAME;
  g_free (obj->u.sysctl.value);
  obj->u.sysctl.value = g_strdup ("0");
  return VN_FATE_CHANGED;
}

static VnFate
pass_ipv4_by (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return set_to_zero (obj, "net.bridge.bridge-nf-call-iptables");
}

static VnFate
pass_ipv6_by (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return set_to_zero (obj, "net.bridge.bridge-nf-call-ip6tables");
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { .name = "bridge-nf-off",
    .breaks = "rule bridge-nf-call-iptables",
    .title = "bridged IPv4 packets are not passed to iptables",
    .change_entry = pass_ipv4_by },
  { .name = "bridge-nf6-off",
    .breaks = "rule bridge-nf-call-ip6tables",
    .title = "bridged IPv6 packets are not passed to ip6tables",
    .change_entry = pass_ipv6_by },
  { .name = "no-frame",
    .breaks = "rule way to the chains, option firewall_driver, enable_security_group",
    .title = "nothing leads from FORWARD to the agent's chains",
    .rule = MISSING (V4 | V6, "filter FORWARD", "-j neutron-linuxbri-FORWARD") },
  { .name = "no-jump-in",
    .breaks = "rule way to the chains",
    .title = "what goes to a port is not filtered",
    .rule = MISSING (V4 | V6, FORWARD, "-m physdev --physdev-out *-j neutron-linuxbri-sg-chain") },
  { .name = "no-jump-out",
    .breaks = "rule way to the chains",
    .title = "what comes from a port is not filtered",
    .rule = MISSING (V4 | V6, FORWARD, "-m physdev --physdev-in *-j neutron-linuxbri-sg-chain") },
  { .name = "no-port-chain-in",
    .breaks = "rule way to the chains",
    .title = "nothing leads to the chain of what goes to a port",
    .rule = MISSING (V4 | V6, SG_CHAIN, "-m physdev --physdev-out *-j neutron-linuxbri-i*") },
  { .name = "no-port-chain-out",
    .breaks = "rule way to the chains",
    .title = "nothing leads to the chain of what comes from a port",
    .rule = MISSING (V4 | V6, SG_CHAIN, "-m physdev --physdev-in *-j neutron-linuxbri-o*") },
  { .name = "wrong-port-chain",
    .breaks = "rule way to the chains",
    .title = "what goes to a port is filtered by the rules of what comes from it",
    .once = TRUE,
    .rule = EDITED (V4, SG_CHAIN, "-m physdev --physdev-out *", "-j neutron-linuxbri-i", "-j neutron-linuxbri-o") },
  { .name = "open-port-shut",
    .breaks = "rule port security off, trusted port",
    .title = "ports that nobody has to filter get nothing and say nothing",
    .rule = EDITED (V4 | V6, FORWARD, "-m physdev *--physdev-is-bridged -j ACCEPT", "-j ACCEPT", "-j DROP") },
  /* Connection tracking. */
  { .name = "no-zone",
    .breaks = "rule zone",
    .title = "connections are tracked in no zone of their network",
    .rule = MISSING (V4 | V6, RAW, "*-j CT --zone *") },
  { .name = "zone-shared",
    .breaks = "rule zone",
    .title = "all networks of a host are one zone",
    .rule = EDITED (V4 | V6, RAW, "*-j CT --zone *", "--zone \\d+", "--zone 4097") },
  { .name = "no-raw-frame",
    .breaks = "rule zone",
    .title = "nothing leads from PREROUTING to the rules of zones",
    .rule = MISSING (V4 | V6, "raw PREROUTING", "-j neutron-linuxbri-PREROUTING") },
  { .name = "untracked",
    .breaks = "rule zone",
    .title = "connections of stateful groups are not tracked",
    .rule = EDITED (V4 | V6, RAW, "*-j CT --zone *", "--zone \\d+", "--notrack") },
  { .name = "stateless-tracked",
    .breaks = "rule notrack",
    .title = "connections of stateless groups are tracked",
    .rule = MISSING (V4 | V6, RAW, "*-j CT --notrack") },
  /* ARP and MAC protection. */
  { .name = "no-mac-check",
    .breaks = "rule MAC protection",
    .title = "nothing leads to the chain of the port's MAC addresses",
    .rule = MISSING (EB, "nat PREROUTING", "*-j neutronMAC-*") },
  { .name = "own-mac-missing",
    .breaks = "rule MAC protection",
    .title = "a port's own MAC address is not among those it may send from",
    .once = TRUE,
    .rule = MISSING (EB, "nat neutronMAC-*", "*--among-src * -j RETURN") },
  { .name = "mac-drop-passes",
    .breaks = "rule MAC protection",
    .title = "foreign MAC addresses pass",
    .rule = EDITED (EB, "nat neutronMAC-*", "-j DROP", "DROP", "RETURN") },
  { .name = "no-arp-check",
    .breaks = "rule ARP protection",
    .title = "nothing leads to the chain of the addresses that a port may announce",
    .rule = MISSING (EB, "nat PREROUTING", "*-j neutronARP-*") },
  { .name = "own-arp-missing",
    .breaks = "rule ARP protection",
    .title = "a port's own address is not among those it may announce",
    .once = TRUE,
    .rule = MISSING (EB, "nat neutronARP-*", "*--arp-ip-src * -j ACCEPT") },
  { .name = "arp-drop-passes",
    .breaks = "rule ARP protection",
    .title = "foreign addresses in ARP pass",
    .rule = EDITED (EB, "nat neutronARP-*", "-j DROP", "DROP", "RETURN") },
};

const VnFaultGroup vn_faults_guards
    = { "Ways to the rules, connection tracking, ARP and MAC protection", faults, G_N_ELEMENTS (faults) };
