/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in checks: ids are stable, docs/checks.md explains each. */
#include "analysis/judge/vn-run.h"

static const VnCheckInfo checks[] = {
  { "SG-REACH", "ports of a network reach each other as security groups say" },
  { "SG-SPOOF-MAC", "a frame with a MAC address that is not the port's is dropped" },
  { "SG-SPOOF-IP", "a packet with a source address that is not the port's is dropped" },
  { "SG-SPOOF-ARP", "ARP for an address that is not the port's is dropped" },
  { "SG-DHCP-SERVER", "an instance can't serve DHCP" },
  { "SG-RA", "an instance can't announce itself as an IPv6 router" },
  { "SG-SERVICE", "DHCP and duplicate address detection work whatever the security groups say" },
  { "SG-PAIR", "a port may send from its allowed address pairs" },
  { "SG-ZONE", "the connections of each network are tracked in a zone of its own" },
  { "SG-ACTIVE", "the rules of a host's ports are loaded and bridged packets are passed to them" },
  { "SG-CHANGE", "while an event happens, what must stay open is never shut, and what must stay shut passes nothing" },
  { "NET-REACH", "ends outside the cloud that share a network reach each other" },
  { "NET-ISOLATION", "ends of different networks don't reach each other without a router" },
  { "NET-BROADCAST", "without L2 population, a broadcast on a VXLAN network reaches every port of it" },
  { "NET-ROUTED", "what routers join reaches each other, and its answers come back" },
  { "NAT-OUTBOUND", "what goes out through a NAT arrives with the NAT's address, and its answers come back" },
  { "NAT-INBOUND", "nobody outside a NAT reaches an address behind it" },
  { "NAT-UNSOLICITED", "a packet that nobody behind a NAT asked for is not passed on" },
  { "NAT-FORWARD", "a forwarded port of the PC leads to the guest's port" },
  { "NAT-TWINS", "flows of guests with the same address don't mix" },
  { "DHCP-LEASE", "each DHCP client holds a lease of the server that has to serve it" },
  { "DHCP-POOL", "leased addresses are in the server's pool, each once" },
  { "DNS-NAME", "names are resolved for those that are told a resolver" },
  { "L2P-FDB-COMPLETE", "each host knows the tunnel end point of every remote port of its networks" },
  { "L2P-FDB-STALE", "no forwarding entry points to a host that has no such port" },
  { "L2P-FLOOD-LIST", "the flood list of a network is exactly the hosts that have ports on it" },
  { "L2P-KNOWN-UNICAST", "a frame to a known MAC address goes to exactly one tunnel end point" },
  { "L2P-BROADCAST", "a broadcast goes once to each end point of the flood list and to no other" },
  { "L2P-UNKNOWN-UNICAST", "a frame to an unknown MAC address goes once to each end point of the flood list" },
  { "L2P-NO-MULTICAST", "no VXLAN datagram is sent to a multicast address" },
  { "L2P-WIRE", "VXLAN datagrams carry the network's VNI, the hosts' UDP port, and what the agent sets besides" },
  { "L2P-ARP-RESPONDER",
    "ARP for a known address is answered; with arp_responder on the host itself, without the underlay" },
  { "L2P-ARP-UNKNOWN", "ARP for an unknown address is not answered; with arp_responder it stays on the host" },
  { "QOS-DSCP", "what an instance sends arrives with the DSCP mark of its QoS policy, or with none" },
  { "QOS-INGRESS-LIMIT", "an instance receives no more than its QoS policy's limit lets through" },
  { "QOS-EGRESS-LIMIT", "an instance sends no more than its QoS policy's limit lets through" },
  { "QOS-FULL-FRAME", "an ingress limit lets frames of the network's full size through" },
  { "MTU-DEVICES", "the devices of a network take packets as large as the network's" },
  { "LAB-STATE", "the kernel holds the state that the servers and agents want" },
  { "CFG-QUIRK-UNUSED", "every accepted quirk occurred" },
};

const VnCheckInfo *
vn_checks (guint *ret_len)
{
  *ret_len = G_N_ELEMENTS (checks);
  return checks;
}
