/* SPDX-License-Identifier: Apache-2.0 */
/* Key tables: the lab as a whole, its scene, and what the user says about it. */
#include "sim/load/vn-keys-lab.h"
#include "sim/model/vn-topology.h"

#include <netinet/in.h>

#define REQUIRED .flags = VN_KEY_REQUIRED

static const VnWord releases[] = { { "zed", 0 }, { NULL, 0 } };

static const VnKey neutron_keys[] = {
  VN_ROW (VnNeutronFields, release, "release", WORD, "The release that the verdicts are about", .words = releases,
          .default_text = "zed"),
};
VN_KEY_TABLE (VN_KEYS_NEUTRON, VnNeutronFields, "neutron", "Which Neutron the lab behaves as.", neutron_keys);

static const VnKey segment_keys[] = {
  VN_ROW (VnSegmentFields, name, "name", NAME, "Only in a list"),
  VN_ROW (VnSegmentFields, cidr, "cidr", PREFIX, "What the addresses of its interfaces must lie in"),
};
VN_KEY_TABLE (VN_KEYS_SEGMENT, VnSegmentFields, "segment", "One Ethernet: a switch that machines are plugged into.",
              segment_keys);

static const VnWord modes[] = {
  { "host-only", VN_MODE_HOST_ONLY },
  { "nat", VN_MODE_NAT },
  { "nat-network", VN_MODE_NAT_NETWORK },
  { "internal", VN_MODE_INTERNAL },
  { "bridged", VN_MODE_BRIDGED },
  { "routed", VN_MODE_ROUTED },
  { "open", VN_MODE_OPEN },
  { NULL, 0 },
};
static const VnWord transports[] = { { "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { NULL, 0 } };

static const VnKey forward_keys[] = {
  VN_ROW (VnForwardFields, protocol, "protocol", WORD, "Of which protocol", .words = transports, .default_text = "tcp"),
  VN_ROW (VnForwardFields, host_port, "host_port", NUMBER, "The port of the PC", REQUIRED, .min = 1, .max = 65535),
  VN_ROW (VnForwardFields, guest_port, "guest_port", NUMBER, "The port of the guest that it leads to", .min = 1,
          .max = 65535, .default_text = "the same"),
};
VN_KEY_TABLE (VN_KEYS_FORWARD, VnForwardFields, "forward", "A port of the PC that leads to a guest behind NAT.",
              forward_keys);

static const VnKey interface_keys[] = {
  VN_ROW (VnInterfaceFields, name, "name", NAME, "Only in a list: device name, at most 15 characters"),
  VN_ROW (VnInterfaceFields, segment, "segment", NAME, "The segment that a machine's interface is plugged into"),
  VN_ROW (VnInterfaceFields, mode, "mode", WORD,
          "How a VM's interface is attached by its hypervisor; [modes](modes.md)", .words = modes),
  VN_ROW (VnInterfaceFields, network, "network", NAME, "Which of the hypervisor's networks of that mode",
          .default_text = "the product's own"),
  VN_ROW (VnInterfaceFields, bridged_to, "bridged_to", NAME, "Mode bridged: which interface of the PC",
          .default_text = "its first one"),
  VN_ROW (VnInterfaceFields, address, "address", ASSIGN, "Its address, with the prefix length, or how it gets one"),
  VN_ROW (VnInterfaceFields, gateway, "gateway", IP, "Its default route", .default_text = "as leased, else none"),
  VN_ROW (VnInterfaceFields, dns, "dns", IP, "What it asks for names", .default_text = "as leased, else nobody"),
  VN_ROW (VnInterfaceFields, forwards, "forwards", MAPS, "Ports of the PC that lead to it", .child = &VN_KEYS_FORWARD),
  VN_ROW (VnInterfaceFields, mac, "mac", MAC, "Its MAC address", .default_text = "drawn from the seed"),
  VN_ROW (VnInterfaceFields, mtu, "mtu", NUMBER, "Its MTU", .min = 68, .max = 65535, .default_text = "1500"),
};
VN_KEY_TABLE (VN_KEYS_INTERFACE, VnInterfaceFields, "interface", "An interface of a machine or a VM.", interface_keys);

static const VnKey program_keys[] = {
  VN_ROW (
      VnProgramFields, config, "config", TEXTS,
      "The ini files that it reads, in this order, relative to the lab file; the last assignment of an option counts",
      REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_PROGRAM, VnProgramFields, "program", "What a program of the machine reads at its start.",
              program_keys);

#define DHCP_POOL                                                                                                      \
  VN_ROW (VnDhcpFields, start, "start", IP, "The first address that it gives away"),                                   \
      VN_ROW (VnDhcpFields, end, "end", IP, "The last one"),                                                           \
      VN_ROW (VnDhcpFields, router, "router", IP, "The default route that it tells"),                                  \
      VN_ROW (VnDhcpFields, dns, "dns", IP, "The DNS server that it tells"),                                           \
      VN_ROW (VnDhcpFields, lease_time, "lease_time", NUMBER, "For how many seconds", .min = 120, .max = 31536000,     \
              .default_text = "3600")

static const VnKey hv_dhcp_keys[] = {
  VN_ROW (VnDhcpFields, enabled, "enabled", BOOL, "Whether there is one", .default_text = "true"),
  VN_ROW (VnDhcpFields, address, "address", IP, "Its own address"),
  DHCP_POOL,
};
VN_KEY_TABLE (VN_KEYS_HV_DHCP, VnDhcpFields, "hypervisor's DHCP server",
              "The DHCP server of a hypervisor's network; what is not said is as the product has it.", hv_dhcp_keys);

static const VnKey dhcp_keys[] = {
  VN_ROW (VnDhcpFields, interface, "interface", NAME, "The interface of the machine that it serves", REQUIRED),
  DHCP_POOL,
};
VN_KEY_TABLE (VN_KEYS_DHCP, VnDhcpFields, "DHCP server",
              "A DHCP server on a machine. It tells the machine's own address as the default route if the machine is a "
              "router, and as the DNS server if it serves names.",
              dhcp_keys);

static const VnKey router_keys[] = {
  VN_ROW (VnRouterFields, nat, "nat", NAME,
          "The interface behind which the others are hidden: what leaves there gets its address, what comes in there "
          "without having been asked for is dropped",
          .default_text = "none"),
};
VN_KEY_TABLE (VN_KEYS_ROUTER, VnRouterFields, "router", "The machine passes packets on between its interfaces.",
              router_keys);

static const VnKey hv_network_keys[] = {
  VN_ROW (VnHvNetworkFields, name, "name", NAME, "Only in a list"),
  VN_ROW (VnHvNetworkFields, mode, "mode", WORD, "Its mode", .words = modes,
          .default_text = "that of the product's network of this name"),
  VN_ROW (VnHvNetworkFields, cidr, "cidr", PREFIX, "Its range"),
  VN_ROW (VnHvNetworkFields, host, "host", IP, "The PC's own address in it"),
  VN_ROW (VnHvNetworkFields, gateway, "gateway", IP, "Who forwards for the guests"),
  VN_ROW (VnHvNetworkFields, dns, "dns", IP, "Who answers names there"),
  VN_ROW (VnHvNetworkFields, dhcp, "dhcp", MAP, "Its DHCP server", .child = &VN_KEYS_HV_DHCP),
};
VN_KEY_TABLE (VN_KEYS_HV_NETWORK, VnHvNetworkFields, "hypervisor's network",
              "A network that the hypervisor makes; what is not said is as the product has it ([modes](modes.md)).",
              hv_network_keys);

static const VnWord products[] = {
  { "virtualbox", VN_PRODUCT_VIRTUALBOX },
  { "vmware", VN_PRODUCT_VMWARE },
  { "libvirt", VN_PRODUCT_LIBVIRT },
  { NULL, 0 },
};

static const VnKey hypervisor_keys[] = {
  VN_ROW (VnHypervisorFields, product, "product", WORD, "Whose network modes it has", REQUIRED, .words = products),
  VN_ROW (VnHypervisorFields, networks, "networks", NAMED, "Networks of it that differ from the product's own",
          .child = &VN_KEYS_HV_NETWORK),
};
VN_KEY_TABLE (VN_KEYS_HYPERVISOR, VnHypervisorFields, "hypervisor", "What runs VMs on a machine.", hypervisor_keys);

static const VnKey machine_keys[] = {
  VN_ROW (VnMachineFields, name, "name", NAME, "Only in a list"),
  VN_ROW (VnMachineFields, interfaces, "interfaces", NAMED, "Its interfaces, by device name",
          .child = &VN_KEYS_INTERFACE),
  VN_ROW (VnMachineFields, agents, "agents", MAP, "Runs a Linux bridge agent", .child = &VN_KEYS_PROGRAM),
  VN_ROW (VnMachineFields, server, "server", MAP, "Runs neutron-server", .child = &VN_KEYS_PROGRAM),
  VN_ROW (VnMachineFields, sysctl, "sysctl", TEXT_MAP, "Kernel settings that differ from the kernel's own"),
  VN_ROW (VnMachineFields, hypervisor, "hypervisor", MAP, "Runs VMs", .child = &VN_KEYS_HYPERVISOR),
  VN_ROW (VnMachineFields, on, "on", NAME, "This machine is a VM on that one"),
  VN_ROW (VnMachineFields, router, "router", MAP, "Passes packets on", .child = &VN_KEYS_ROUTER),
  VN_ROW (VnMachineFields, dhcp, "dhcp", MAPS, "Gives addresses away", .child = &VN_KEYS_DHCP),
  VN_ROW (VnMachineFields, dns, "dns", BOOL, "Answers for the names of the machines that it knows",
          .default_text = "false"),
  VN_ROW (VnMachineFields, web, "web", TEXTS, "Ports on which it has a web server"),
  VN_ROW (VnMachineFields, routes, "routes", TEXT_MAP, "Routes, as range: next hop"),
};
VN_KEY_TABLE (VN_KEYS_MACHINE, VnMachineFields, "machine", "A computer or a VM: a network namespace of its own.",
              machine_keys);

static const VnKey scene_keys[] = {
  VN_ROW (VnSceneFields, segments, "segments", NAMED, "Ethernets", .child = &VN_KEYS_SEGMENT),
  VN_ROW (VnSceneFields, machines, "machines", NAMED, "Computers and VMs", .child = &VN_KEYS_MACHINE),
};
VN_KEY_TABLE (VN_KEYS_SCENE, VnSceneFields, "scene", "What Neutron has no word for: machines and cables.", scene_keys);

static const VnWord protocols[] = {
  { "icmp", IPPROTO_ICMP },
  { "tcp", IPPROTO_TCP },
  { "udp", IPPROTO_UDP },
  { NULL, 0 },
};
static const VnWord families[] = {
  { "IPv4", VN_FAMILY_IPV4 },
  { "IPv6", VN_FAMILY_IPV6 },
  { NULL, 0 },
};
static const VnWord expectations[] = {
  { "allowed", VN_EXPECT_ALLOWED },
  { "denied", VN_EXPECT_DENIED },
  { NULL, 0 },
};

static const VnKey check_keys[] = {
  VN_ROW (VnCheckFields, id, "id", NAME, "Its name in every report", REQUIRED),
  VN_ROW (VnCheckFields, from, "from", NAME, "A server (\"web1\", its second port \"web1:eth1\") or a machine",
          REQUIRED),
  VN_ROW (VnCheckFields, to, "to", NAME, "Likewise", REQUIRED),
  VN_ROW (VnCheckFields, protocol, "protocol", WORD, "What is sent; icmp is an echo request of the family", REQUIRED,
          .words = protocols),
  VN_ROW (VnCheckFields, port, "port", NUMBER, "Destination port; needed for tcp and udp", .min = 1, .max = 65535),
  VN_ROW (VnCheckFields, family, "family", WORD, "Over what", .words = families, .default_text = "IPv4"),
  VN_ROW (VnCheckFields, family, "ethertype", WORD, "The same as family, in the API's word", .words = families),
  VN_ROW (VnCheckFields, expect, "expect", WORD, "What has to happen", REQUIRED, .words = expectations),
};
VN_KEY_TABLE (VN_KEYS_CHECK, VnCheckFields, "check", "What the user expects of one packet and its answer.", check_keys);

static const VnKey accept_keys[] = {
  VN_ROW (VnAcceptFields, quirk, "quirk", NAME, "Id of the quirk, as reports print it", REQUIRED),
  VN_ROW (VnAcceptFields, why, "why", TEXT, "The reason; every report prints it", REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_ACCEPT, VnAcceptFields, "accept entry",
              "A known departure of the real agents from the API's promise that this lab lives with.", accept_keys);

static const VnKey fdb_delete_keys[] = {
  VN_ROW (VnFdbDeleteFields, network, "network", NAME, "The network whose VXLAN device is meant", REQUIRED),
  VN_ROW (VnFdbDeleteFields, mac, "mac", MAC, "Whose entries; all destinations of it", REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_FDB_DELETE, VnFdbDeleteFields, "fdb_delete entry",
              "`bridge fdb del MAC dev vxlan-N`; 00:00:00:00:00:00 takes away the flood list.", fdb_delete_keys);

static const VnKey by_hand_keys[] = {
  VN_ROW (VnByHandFields, host, "host", NAME, "The machine that it is done on", REQUIRED),
  VN_ROW (VnByHandFields, fdb_delete, "fdb_delete", MAP, "Forwarding entries that are deleted", REQUIRED,
          .child = &VN_KEYS_FDB_DELETE),
};
VN_KEY_TABLE (VN_KEYS_BY_HAND, VnByHandFields, "by_hand entry",
              "What a person changes behind the agents' back after the lab is built, in this order.", by_hand_keys);

static const VnKey lab_keys[] = {
  VN_ROW (VnLabFields, vnetlab, "vnetlab", NUMBER, "Version of this format", REQUIRED, .min = 1, .max = 1),
  VN_ROW (VnLabFields, name, "name", NAME, "The lab's name", .default_text = "the file's name"),
  VN_ROW (VnLabFields, extends, "extends", NAME, "A lab file, or the folder of one, that this one is laid over"),
  VN_ROW (VnLabFields, neutron, "neutron", MAP, "Which Neutron the lab behaves as", .child = &VN_KEYS_NEUTRON),
  VN_ROW (VnLabFields, seed, "seed", NUMBER, "What is not given is drawn from it", .max = G_MAXUINT64,
          .default_text = "1"),
  VN_ROW (VnLabFields, scene, "scene", MAP, "Machines and cables", .child = &VN_KEYS_SCENE),
  VN_ROW (VnLabFields, cloud, "cloud", MAP, "Objects of the Neutron API", .child = &VN_KEYS_CLOUD),
  VN_ROW (VnLabFields, events, "events", MAPS, "What happens after all is plugged, in this order",
          .child = &VN_KEYS_EVENT),
  VN_ROW (VnLabFields, checks, "checks", MAPS, "The user's expectations", .child = &VN_KEYS_CHECK),
  VN_ROW (VnLabFields, accept, "accept", MAPS, "Quirks that are known and lived with", .child = &VN_KEYS_ACCEPT),
  VN_ROW (VnLabFields, by_hand, "by_hand", MAPS, "Changes behind the agents' back", .child = &VN_KEYS_BY_HAND),
};
VN_KEY_TABLE (VN_KEYS_LAB, VnLabFields, "lab", "The whole document.", lab_keys);
