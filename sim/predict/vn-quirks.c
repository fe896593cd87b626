/* SPDX-License-Identifier: Apache-2.0 */
/* The table of known departures; where each one acts is marked by its id in the rest of this folder.
 *
 * Only what can be seen in the cells of this version stands here. Mistakes in the configuration (no firewall_driver,
 * different udp_dstport, half of L2 population) are no quirks: the promise stays the prediction, and the run goes red.
 */
#include "sim/predict/vn-quirks.h"

/* Same order as VnQuirkId; docs/quirks.md has the same rows, which a test compares. */
static const VnQuirk quirks[] = {
  [VN_QUIRK_V6_NOSPOOF] = { "SG-V6-NOSPOOF", "E.5", "a port with port security has no IPv6 address, only IPv4 ones",
                            "it has no IPv6 anti-spoofing chain, so it may send any IPv6 source address" },
  [VN_QUIRK_V4_NOSPOOF] = { "SG-V4-NOSPOOF", "E.5", "a port with port security has no IPv4 address, only IPv6 ones",
                            "it has no IPv4 anti-spoofing chain, so it may send any IPv4 source address" },
  [VN_QUIRK_NO_ADDRESS] = { "SG-NO-ADDRESS", "E.5", "a port with port security has no fixed address at all",
                            "only its MAC address is checked, so it may send any source address" },
  [VN_QUIRK_ADDRESS_GROUP_ANY] = { "SG-ADDRESS-GROUP-ANY", "E.6", "a rule has a remote_address_group_id",
                                   "the iptables driver ignores it: the rule allows any remote address" },
  [VN_QUIRK_ICMP_255_ANY] = { "SG-ICMP-255-ANY", "E.6", "an IPv4 rule names ICMP type 255",
                              "iptables takes it for \"any\": the rule allows all ICMP" },
  [VN_QUIRK_HOPOPT_ANY] = { "SG-HOPOPT-ANY", "E.6", "a rule names protocol 0, ip or hopopt",
                            "it is rendered without a protocol: the rule allows any protocol" },
  [VN_QUIRK_STATELESS_BRIDGE]
  = { "SG-STATELESS-BRIDGE", "E.2", "a network has stateless and stateful ports on one host",
      "connection tracking is decided for the whole bridge by the port whose tap name "
      "sorts first" },
  [VN_QUIRK_FULL_RANGE] = { "SG-RULE-1-65535", "H.1", "a rule has the port range 1 to 65535",
                            "it is stored as a rule without ports, so port 0 is allowed too" },
  [VN_QUIRK_V6_ICMP_EGRESS]
  = { "SG-V6-ICMP-EGRESS", "E.4", "an instance sends ICMPv6", "it may leave whatever the egress rules say" },
  [VN_QUIRK_CHAIN_COLLISION]
  = { "SG-CHAIN-COLLISION", "B", "two ports on one host share the first 10 characters of their ids",
      "they share their iptables chains: each gets the rules of both" },
  [VN_QUIRK_RESPONDER_V6] = { "ARP-RESPONDER-V6", "D.5", "arp_responder is on and IPv6 crosses from host to host",
                              "the VXLAN device swallows neighbour solicitations: IPv6 does not get across" },
  [VN_QUIRK_RESPONDER_DUAL]
  = { "ARP-RESPONDER-DUAL", "D.5", "arp_responder is on and a port of the network has an IPv6 address",
      "the kernel refuses the IPv6 neighbour entry and the agent drops the rest of the "
      "message: forwarding entries may be missing between hosts" },
  [VN_QUIRK_RESPONDER_GARP]
  = { "ARP-RESPONDER-GARP", "D.4", "arp_responder is on and an instance announces an address by gratuitous ARP",
      "the VXLAN device drops it: other hosts do not see it" },
  [VN_QUIRK_VNI_RANGE] = { "VXLAN-VNI-RANGE", "H.2", "a VXLAN network has a segmentation id above 16777215",
                           "the API takes it and the kernel refuses the device: nothing crosses from host to host" },
  [VN_QUIRK_OWN_HOST] = { "SG-OWN-HOST", "E.1", "an instance's host has an address on the instance's own bridge",
                          "the rules match packets that are bridged only: nothing filters between the two" },
  [VN_QUIRK_AGENT_DOWN] = { "SG-AGENT-DOWN", "I", "a host's agent is stopped, and ports, groups or rules changed since",
                            "its rules stay as they were: no rule names a port that was plugged since" },
  [VN_QUIRK_L2POP_AGENT_DOWN]
  = { "L2POP-AGENT-DOWN", "D.6", "a port came, went or moved while the agent of another host was stopped",
      "that host is not told, nor when its agent starts again if it has three ports of the network by then" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (quirks) == VN_N_QUIRKS);

const VnQuirk *
vn_quirks (guint *ret_len)
{
  *ret_len = G_N_ELEMENTS (quirks);
  return quirks;
}
