/* SPDX-License-Identifier: Apache-2.0 */
/* The lab as data: what the files say, resolved and checked, and nothing that is derived by an agent.
 *
 * A loader fills it, vn_topology_seal() checks references, numbers the end points and closes it; after that everybody
 * holds it const. Objects refer to each other by index into the arrays of the topology (VN_NONE = no reference), keep
 * the order of the file, and carry the place where they were written. Names are those of the Neutron API v2.0. */
#pragma once

#include "sim/base/vn-addr.h"
#include "sim/base/vn-diag.h"
#include "sim/model/vn-config.h"

G_BEGIN_DECLS

#define VN_NONE G_MAXUINT

/* ---- scene: machines and cables ---- */

/* A machine or a segment that a changed file took away stays in its array with `deleted` set, and is empty: it has no
 * interface and runs nothing, or nobody is on it. */

typedef struct
{
  char *name;
  VnOrigin origin;
  gboolean deleted;
  gboolean has_cidr;
  VnPrefix cidr;
} VnSegment; /* one Ethernet: a switch */

/* How a VM's interface is attached by its hypervisor. Names of the products differ; docs/modes.md has them all. */
typedef enum
{
  VN_MODE_NONE, /* plugged into a segment */
  VN_MODE_HOST_ONLY,
  VN_MODE_NAT,         /* behind the PC; in VirtualBox an engine of its own for each VM */
  VN_MODE_NAT_NETWORK, /* VirtualBox: several VMs behind one engine */
  VN_MODE_INTERNAL,    /* VMs among themselves, without the PC */
  VN_MODE_BRIDGED,     /* on the segment of one of the PC's own interfaces */
  VN_MODE_ROUTED,      /* libvirt: forwarded by the PC, without translation, incoming allowed */
  VN_MODE_OPEN,        /* libvirt: as routed, but no rule of the hypervisor's either way */
  VN_N_MODES
} VnMode;

/* How an interface comes to its address. */
typedef enum
{
  VN_ASSIGN_STATIC, /* by the file; none if it says nothing */
  VN_ASSIGN_DHCP,   /* by a DHCP client; `address` is what it was leased, once it was */
} VnAssign;

typedef enum
{
  VN_PRODUCT_VIRTUALBOX,
  VN_PRODUCT_VMWARE,
  VN_PRODUCT_LIBVIRT,
} VnProduct;

typedef struct
{
  char *name; /* device name in the machine, "ens33" */
  VnOrigin origin;
  guint segment; /* index; bridged: that of the PC's interface, by _seal; VN_NONE for a VM's other modes */
  VnMode mode;
  VnOrigin mode_origin;
  char *hv_name;      /* which of the hypervisor's networks of that mode; NULL = the product's own one */
  guint hv_network;   /* index, made by _seal; VN_NONE = none, or bridged */
  char *bridged_name; /* bridged: the PC's interface as written; NULL = its first one on a segment */
  guint bridged_to;   /* its index, by _seal; VN_NONE = not bridged */
  VnAssign assign;
  VnIp gateway;        /* default route: given, or leased; unset = none */
  VnIp dns;            /* the resolver: given, or leased; unset = none */
  GPtrArray *forwards; /* VnForward: ports of the PC that lead here */
  gboolean has_address;
  VnPrefix address;
  VnOrigin address_origin;
  VnMac mac; /* given or drawn */
  guint mtu; /* 1500 unless given */
} VnInterface;

/* Port forwarding: a port of the PC that a NAT network passes on to a guest. */
typedef struct
{
  guint8 protocol; /* IPPROTO_TCP, _UDP */
  guint16 host_port, guest_port;
  VnOrigin origin;
} VnForward;

typedef struct
{
  char *key, *value;
  VnOrigin origin;
} VnSysctlLine;

/* A route that the file gives a machine; default routes are its interfaces' gateways. */
typedef struct
{
  VnPrefix dst; /* masked */
  VnIp via;
  VnOrigin origin;
} VnStaticRoute;

/* Addresses that a server gives away by itself, both ends included. */
typedef struct
{
  VnIp start, end;
} VnPool;

/* A DHCP server on one Ethernet. */
typedef struct
{
  VnOrigin origin;
  gboolean enabled;
  VnIp address; /* its own: what a client sees as server identifier */
  VnPool pool;
  VnIp router;          /* option 3; unset = none announced */
  VnIp dns;             /* option 6; unset = none announced */
  guint lease_time_sec; /* 0 = the program's default */
  guint machine;        /* that it runs on; VN_NONE = the hypervisor's own program */
  guint interface;      /* of that machine that it serves; VN_NONE = the PC's side of a hypervisor's network */
} VnDhcpServer;

/* What a machine does for others beside having addresses. */
typedef struct
{
  VnOrigin origin;
  gboolean is_router;  /* forwards IPv4 between its interfaces */
  guint nat_interface; /* masquerades what leaves by it, passes no unsolicited packet in; VN_NONE = no NAT */
  GPtrArray *dhcp;     /* VnDhcpServer */
  gboolean serves_dns; /* answers for the names of the lab's nodes */
  GArray *web_ports;   /* guint16: HTTP servers */
} VnRole;

/* An Ethernet that a hypervisor makes on its PC, and what it puts there: made by _seal from the product's defaults and
 * what the file says otherwise, for each one that a VM uses or the file names. Bridged VMs are on a segment and have
 * none.
 *
 * What the hypervisor runs as a station of its own on that Ethernet (VirtualBox's and VMware's DHCP servers and NAT
 * engines) is a namespace of its own, `service_node`, so that it has its own address and MAC as it has there. */
typedef struct
{
  char *name; /* as the product calls it: "vboxnet0", "VMnet8", "default", "intnet"; VirtualBox NAT: "nat-VM" */
  VnOrigin origin;
  guint machine; /* the PC */
  VnMode mode;
  gboolean has_cidr;
  VnPrefix cidr;     /* no range: internal */
  VnIp host_address; /* the PC's own address in it; unset = the PC has no interface there */
  char host_dev[16]; /* "vboxnet0", "vmnet8", "virbr0"; "" if the PC has no interface there */
  VnMac host_mac;
  VnIp gateway;        /* who forwards for the guests: the PC itself, or an engine beside it; unset = nobody */
  char *engine_node;   /* namespace of the product's NAT engine, which has `gateway`; NULL = the PC's own kernel
                          forwards, or nobody does */
  guint engine_number; /* of the engines of one PC: which transfer link is its */
  gboolean has_nat;
  VnIp dns;               /* what answers names there; unset = none */
  VnDhcpServer dhcp;      /* .enabled FALSE = none */
  gboolean dhcp_is_given; /* in an override: whether it says anything of DHCP */
  char *service_node; /* where its DHCP and DNS run: the PC, the engine, or a station of its own; NULL = nothing does */
  char *switch_node;  /* where its bridge is: the PC, the engine, or a namespace of nothing else */
  char switch_dev[16]; /* the bridge: host_dev if the PC has an interface there */
} VnHvNetwork;

typedef struct
{
  char *name; /* also the network namespace */
  VnOrigin origin;
  gboolean deleted;
  GPtrArray *interfaces; /* VnInterface */
  GPtrArray *sysctls;    /* VnSysctlLine */
  VnConfig *agent;       /* what its Linux bridge agent reads; NULL = runs none */
  VnConfig *server;      /* what its neutron-server reads; NULL = runs none */
  VnOrigin agent_origin, server_origin;
  gboolean has_hypervisor;
  VnProduct product;
  GPtrArray *hv_overrides; /* VnHvNetwork: what the file says of the hypervisor's networks; set fields count */
  GPtrArray *routes;       /* VnStaticRoute */
  guint on;                /* a VM: index of the machine with the hypervisor; else VN_NONE */
  VnRole role;
} VnMachine;

/* ---- cloud: objects of the Neutron API ----
 *
 * What the API deleted stays in its array with `deleted` set, so that an index means the same object before and after a
 * change: agents go on remembering it. Everybody who goes through an array of these passes it over; _seal makes no end
 * of it. */

typedef enum
{
  VN_NET_LOCAL,
  VN_NET_FLAT,
  VN_NET_VLAN,
  VN_NET_VXLAN,
  VN_N_NET_TYPES
} VnNetType;

/* Which way traffic goes, seen from the instance. */
typedef enum
{
  VN_INGRESS,
  VN_EGRESS,
} VnDirection;

/* In the order in which agents apply them. */
typedef enum
{
  VN_QOS_BANDWIDTH_LIMIT,
  VN_QOS_DSCP_MARKING,
  VN_N_QOS_KINDS
} VnQosKind;

/* A policy has one of each kind, of limits one of each direction. */
typedef struct
{
  char *id; /* UUID, given or drawn from the seed; likewise below */
  VnOrigin origin;
  VnQosKind kind;
  VnDirection direction;  /* limits */
  guint32 max_kbps;       /* thousands of bits a second */
  guint32 max_burst_kbps; /* thousands of bits; 0 = not given */
  guint8 dscp_mark;
} VnQosRule;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  gboolean deleted;
  gboolean is_default; /* of networks that name no other, made after it */
  GPtrArray *rules;    /* VnQosRule */
} VnQosPolicy;

typedef struct
{
  char *name;
  char *id;
  VnOrigin origin;
  gboolean deleted;
  VnNetType type;
  VnOrigin type_origin;
  char *physical_network;  /* flat, vlan; else NULL */
  guint32 segmentation_id; /* VNI or VID */
  guint mtu;
  gboolean port_security_enabled;
  guint qos_policy; /* or VN_NONE */
} VnNetwork;

/* ipv6_address_mode of a subnet: who chooses an address. */
typedef enum
{
  VN_V6_MODE_NONE,  /* not given, and always so for IPv4: the server chooses */
  VN_V6_MODE_SLAAC, /* EUI-64 of the port's MAC, as is the next */
  VN_V6_MODE_STATELESS,
  VN_V6_MODE_STATEFUL,
} VnV6Mode;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  gboolean deleted;
  guint network;
  VnPrefix cidr;
  VnIp gateway_ip; /* unset = none */
  gboolean enable_dhcp;
  VnV6Mode ipv6_address_mode;
  GArray *allocation_pools; /* VnPool */
} VnSubnet;

typedef struct
{
  char *id;
  VnOrigin origin;     /* none for the rules that the API makes by itself */
  const char *implied; /* "the API's default rule", or NULL */
  VnDirection direction;
  VnFamily ethertype;
  char *protocol;                      /* as the server stores it: "tcp", "ipv6-icmp", "47"; NULL = any */
  gint protocol_number;                /* 0..255; -1 = any */
  gint port_range_min, port_range_max; /* -1 = none; ICMP: type and code */
  gboolean has_remote_ip_prefix;
  VnPrefix remote_ip_prefix;  /* host bits as given */
  guint remote_group;         /* index or VN_NONE */
  guint remote_address_group; /* index or VN_NONE */
} VnSecurityGroupRule;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  gboolean deleted;
  gboolean stateful;
  GPtrArray *rules; /* VnSecurityGroupRule, the API's own first */
} VnSecurityGroup;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  gboolean deleted;
  GArray *addresses; /* VnPrefix */
} VnAddressGroup;

typedef struct
{
  guint subnet;
  VnIp ip_address;
  VnOrigin origin;
} VnFixedIp;

typedef struct
{
  VnPrefix ip_address;
  VnMac mac_address; /* the port's, unless given */
  VnOrigin origin;
} VnAddressPair;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  gboolean deleted;
  guint network;
  guint host;   /* machine it is bound to; VN_NONE = unbound */
  guint server; /* or VN_NONE */
  VnMac mac_address;
  GArray *fixed_ips;               /* VnFixedIp */
  GArray *security_groups;         /* guint */
  VnOrigin security_groups_origin; /* the line to blame for a drop by default; the port's if none was given */
  GArray *allowed_address_pairs;   /* VnAddressPair */
  gboolean port_security_enabled;
  char *device_owner; /* "compute:nova" */
  gboolean admin_state_up;
  guint qos_policy; /* its own, or VN_NONE: vn_port_qos_policy() has the one that counts */
} VnPort;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  gboolean deleted;
  guint host;
  GArray *ports; /* guint, in the order of the instance's eth0, eth1 … */
} VnServer;

/* ---- what the user says about the lab ---- */

typedef enum
{
  VN_EXPECT_ALLOWED,
  VN_EXPECT_DENIED,
} VnExpect;

typedef struct
{
  char *id;
  VnOrigin origin;
  char *from_name, *to_name; /* of end points, as written */
  guint from, to;            /* end points; _seal finds them by their names */
  VnFamily family;           /* IPv4 unless given */
  guint8 protocol;           /* IPPROTO_* */
  guint16 port;              /* TCP, UDP */
  VnExpect expect;
} VnCheckLine;

typedef struct
{
  char *quirk; /* id of sim/predict's table */
  char *why;
  VnOrigin origin;
} VnAccept;

/* What a person changed on a host behind the agent's back, after it was built. */
typedef enum
{
  VN_BY_HAND_FDB_DELETE, /* `bridge fdb del MAC dev vxlan-N` with every dst */
} VnByHandKind;

typedef struct
{
  VnByHandKind kind;
  VnOrigin origin;
  guint host, network;
  VnMac mac;
} VnByHand;

/* ---- end points: who can send and receive probes ---- */

typedef enum
{
  VN_END_PORT,      /* a server's port */
  VN_END_INTERFACE, /* an interface of a machine or VM */
} VnEndKind;

/* Two end points with the same domain share an Ethernet: a Neutron network, a segment, or a hypervisor's network. */
typedef struct
{
  VnEndKind kind;
  char *name;               /* "web1"; "web1:eth1" for the second port */
  const char *node;         /* namespace that it lives in; interned */
  char dev[16];             /* "eth0" in it */
  guint port;               /* VN_END_PORT */
  guint machine, interface; /* VN_END_INTERFACE; machine is also the host of a port. VN_NONE as the interface: the PC's
                               own side of `hv_network` */
  guint hv_network;         /* the hypervisor's network that it is on; VN_NONE = none */
  guint domain;
  VnMac mac;
  GArray *addresses; /* VnPrefix, the address with the subnet's length */
  VnIp gateway[2];   /* default route of IPv4, IPv6; unset = none */
  gboolean by_dhcp;  /* its IPv4 address is leased; without one it got no lease, or nobody asked yet */
} VnEnd;

typedef struct
{
  gint ref_count;
  gboolean sealed;
  char *name;
  char *file;    /* the lab file */
  char *release; /* neutron.release, "zed" */
  guint64 seed;
  GPtrArray *files; /* char *: every file that was read, the lab file first */
  GPtrArray *segments, *machines;
  GPtrArray *hv_networks; /* VnHvNetwork, made by _seal */
  GPtrArray *networks, *subnets, *security_groups, *address_groups, *ports, *servers;
  GPtrArray *qos_policies;
  GPtrArray *checks, *accepts, *by_hand;
  GArray *events;  /* VnEvent: what the file says happens after all is plugged; NULL = nothing */
  GPtrArray *ends; /* made by _seal */
  guint n_domains;
  guint server_machine; /* runs neutron-server; VN_NONE = the lab has no cloud */
} VnTopology;

VnTopology *vn_topology_new (void);
VnTopology *vn_topology_ref (VnTopology *topology);
void vn_topology_unref (VnTopology *topology);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTopology, vn_topology_unref)

/* Checks what needs the whole: references, addresses in their subnets, names and ids twice, more ports than a bridge
 * holds (1,023), …; makes `ends`. Adds every problem to @diags. Returns: FALSE if there was an error among them. */
gboolean vn_topology_seal (VnTopology *topology, VnDiagList *diags);

/* A copy that is not sealed, without what _seal made: to be changed and sealed again. Indices stay what they are. */
VnTopology *vn_topology_copy (const VnTopology *topology);

/* What a DHCP client was given: leases, not assumptions, decide addresses. */
typedef struct
{
  guint machine, interface;
  VnPrefix address;
  VnIp router, dns, server; /* unset = not given */
  guint lease_time_sec;
  char *domain; /* may be NULL */
} VnLease;
void vn_lease_free (VnLease *lease);
/* What clients would be given if they asked in the order of the file: the first free addresses of their server's pool.
 * For who has to speak of addresses without a lab; a real server draws otherwise. Transfer full. */
GPtrArray *vn_topology_likely_leases (const VnTopology *topology);
/* The topology with the leased addresses in it, sealed. An interface without a lease stays without an address.
 * @leases: array of VnLease. */
VnTopology *vn_topology_with_leases (const VnTopology *topology, const GPtrArray *leases, VnDiagList *diags);

/* ---- network modes (vn-mode.c, vn-hypervisor.c) ---- */

const char *vn_mode_name (VnMode mode);           /* "nat-network", as the lab file has it */
const char *vn_product_name (VnProduct product);  /* "virtualbox" */
const char *vn_product_title (VnProduct product); /* "VirtualBox" */
gboolean vn_product_has_mode (VnProduct product, VnMode mode);
/* Where a packet to @forward's port of the PC goes: the guest's address, or the only one that its DHCP server gives
 * away; unset if it can't be known before there are leases. */
VnIp vn_interface_forward_address (const VnTopology *t, const VnInterface *interface);
/* The link between a PC and its @n-th engine: 169.254.@n.0/30, the PC first. */
VnPrefix vn_engine_link_address (guint n, gboolean of_pc);
void vn_engine_link_dev (guint n, char ret[16]); /* the PC's side of it */
/* Whether @machine's kernel has to pass packets on: a router, or a PC with guests that are forwarded for. */
gboolean vn_machine_forwards (const VnTopology *t, guint machine);
/* Whom a machine's own servers ask for names: as given, else what the DHCP server of its Ethernet says; unset = nobody.
 * The same with and without leases, since they start before there are any. */
VnIp vn_machine_resolver (const VnTopology *t, guint machine);
/* The enabled server on the same Ethernet that serves an interface; NULL = none. @nth: 0 is the first. */
const VnDhcpServer *vn_interface_dhcp_server (const VnTopology *t, const VnInterface *interface, guint nth);

/* Typed access. */
#define VN_AT(array, type, index) ((const type *)g_ptr_array_index ((array), (index)))
const VnSegment *vn_topology_segment (const VnTopology *t, guint i);
const VnMachine *vn_topology_machine (const VnTopology *t, guint i);
const VnHvNetwork *vn_topology_hv_network (const VnTopology *t, guint i);
const VnNetwork *vn_topology_network (const VnTopology *t, guint i);
const VnSubnet *vn_topology_subnet (const VnTopology *t, guint i);
const VnSecurityGroup *vn_topology_group (const VnTopology *t, guint i);
const VnAddressGroup *vn_topology_address_group (const VnTopology *t, guint i);
const VnQosPolicy *vn_topology_qos_policy (const VnTopology *t, guint i);
const VnPort *vn_topology_port (const VnTopology *t, guint i);
const VnServer *vn_topology_server (const VnTopology *t, guint i);
const VnEnd *vn_topology_end (const VnTopology *t, guint i);
guint vn_topology_find_end (const VnTopology *t, const char *name); /* VN_NONE */
/* The address of an end in a family; unset if it has none. */
VnIp vn_end_address (const VnEnd *end, VnFamily family);
const VnConfig *vn_topology_server_config (const VnTopology *t); /* NULL without a cloud */

/* Constructors: zeroed but for empty arrays, VN_NONE references and -1 numbers. The topology's arrays free them. */
VnSegment *vn_segment_new (void);
VnInterface *vn_interface_new (void);
VnForward *vn_forward_new (void);
VnDhcpServer *vn_dhcp_server_new (void);
VnHvNetwork *vn_hv_network_new (void);
void vn_hv_network_free (VnHvNetwork *network);
VnMachine *vn_machine_new (void);
VnNetwork *vn_network_new (void);
VnSubnet *vn_subnet_new (void);
VnSecurityGroupRule *vn_security_group_rule_new (void);
void vn_security_group_rule_free (gpointer rule); /* one that came into no group */
VnSecurityGroup *vn_security_group_new (void);
VnAddressGroup *vn_address_group_new (void);
VnQosRule *vn_qos_rule_new (void);
void vn_qos_rule_free (gpointer rule); /* one that came into no policy */
VnQosPolicy *vn_qos_policy_new (void);
VnPort *vn_port_new (void);
VnServer *vn_server_new (void);
VnCheckLine *vn_check_line_new (void);
VnAccept *vn_accept_new (void);
VnByHand *vn_by_hand_new (void);

/* Names of the agents' devices (facts B), from ids: what sim/neutron builds, probes and reports speak of. */
void vn_name_tap (const char *port_id, char ret[16]);           /* tap + 11 */
void vn_name_bridge (const char *network_id, char ret[16]);     /* brq + 11 */
void vn_name_vxlan (VnVni vni, char ret[16]);                   /* vxlan-N */
void vn_name_vlan (const char *nic, guint16 vid, char ret[16]); /* NIC.VID, or as much of it as fits */
/* The network namespace of a segment's switch. Transfer full. */
char *vn_name_segment_node (const char *segment);
/* Whether it can be part of a path and of a report's line: 1 to @max letters, digits, '.', '_' or '-', the first one a
 * letter or digit. */
gboolean vn_name_is_plain (const char *name, gsize max);
#define VN_NAME_MAX 63 /* of nodes and labs */

G_END_DECLS
