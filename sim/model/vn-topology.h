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

typedef struct
{
  char *name;
  VnOrigin origin;
  gboolean has_cidr;
  VnPrefix cidr;
} VnSegment; /* one Ethernet: a switch */

typedef enum
{
  VN_MODE_NONE, /* plugged into a segment */
  VN_MODE_HOST_ONLY,
} VnMode; /* how a VM's interface is attached by its hypervisor */

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
  guint segment; /* index, VN_NONE for a VM's interface with a mode */
  VnMode mode;
  gboolean has_address;
  VnPrefix address;
  VnOrigin address_origin;
  VnMac mac; /* given or drawn */
  guint mtu; /* 1500 unless given */
} VnInterface;

typedef struct
{
  char *key, *value;
  VnOrigin origin;
} VnSysctlLine;

typedef struct
{
  char *name; /* also the network namespace */
  VnOrigin origin;
  GPtrArray *interfaces; /* VnInterface */
  GPtrArray *sysctls;    /* VnSysctlLine */
  VnConfig *agent;       /* what its Linux bridge agent reads; NULL = runs none */
  VnConfig *server;      /* what its neutron-server reads; NULL = runs none */
  VnOrigin agent_origin, server_origin;
  gboolean has_hypervisor;
  VnProduct product;
  VnPrefix host_only; /* the hypervisor's host-only network; the host has its first address */
  guint on;           /* a VM: index of the machine with the hypervisor; else VN_NONE */
} VnMachine;

/* ---- cloud: objects of the Neutron API ---- */

typedef enum
{
  VN_NET_LOCAL,
  VN_NET_FLAT,
  VN_NET_VLAN,
  VN_NET_VXLAN,
  VN_N_NET_TYPES
} VnNetType;

typedef struct
{
  char *name;
  char *id; /* UUID, given or drawn from the seed; likewise below */
  VnOrigin origin;
  VnNetType type;
  VnOrigin type_origin;
  char *physical_network;  /* flat, vlan; else NULL */
  guint32 segmentation_id; /* VNI or VID */
  guint mtu;
  gboolean port_security_enabled;
} VnNetwork;

/* ipv6_address_mode of a subnet: who chooses an address. */
typedef enum
{
  VN_V6_MODE_NONE,  /* not given, and always so for IPv4: the server chooses */
  VN_V6_MODE_SLAAC, /* EUI-64 of the port's MAC, as is the next */
  VN_V6_MODE_STATELESS,
  VN_V6_MODE_STATEFUL,
} VnV6Mode;

/* Addresses that the server gives away by itself, both ends included. */
typedef struct
{
  VnIp start, end;
} VnPool;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
  guint network;
  VnPrefix cidr;
  VnIp gateway_ip; /* unset = none */
  gboolean enable_dhcp;
  VnV6Mode ipv6_address_mode;
  GArray *allocation_pools; /* VnPool */
} VnSubnet;

typedef enum
{
  VN_INGRESS,
  VN_EGRESS,
} VnDirection;

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
  gboolean stateful;
  GPtrArray *rules; /* VnSecurityGroupRule, the API's own first */
} VnSecurityGroup;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
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
} VnPort;

typedef struct
{
  char *name, *id;
  VnOrigin origin;
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
  guint machine, interface; /* VN_END_INTERFACE; machine is also the host of a port */
  guint domain;
  VnMac mac;
  GArray *addresses; /* VnPrefix, the address with the subnet's length */
  VnIp gateway[2];   /* default route of IPv4, IPv6; unset = none */
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
  GPtrArray *networks, *subnets, *security_groups, *address_groups, *ports, *servers;
  GPtrArray *checks, *accepts, *by_hand;
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

/* Typed access. */
#define VN_AT(array, type, index) ((const type *)g_ptr_array_index ((array), (index)))
const VnSegment *vn_topology_segment (const VnTopology *t, guint i);
const VnMachine *vn_topology_machine (const VnTopology *t, guint i);
const VnNetwork *vn_topology_network (const VnTopology *t, guint i);
const VnSubnet *vn_topology_subnet (const VnTopology *t, guint i);
const VnSecurityGroup *vn_topology_group (const VnTopology *t, guint i);
const VnAddressGroup *vn_topology_address_group (const VnTopology *t, guint i);
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
VnMachine *vn_machine_new (void);
VnNetwork *vn_network_new (void);
VnSubnet *vn_subnet_new (void);
VnSecurityGroupRule *vn_security_group_rule_new (void);
VnSecurityGroup *vn_security_group_new (void);
VnAddressGroup *vn_address_group_new (void);
VnPort *vn_port_new (void);
VnServer *vn_server_new (void);
VnCheckLine *vn_check_line_new (void);
VnAccept *vn_accept_new (void);
VnByHand *vn_by_hand_new (void);

/* Names of the agents' devices (facts B), from ids: what sim/neutron builds, probes and reports speak of. */
void vn_name_tap (const char *port_id, char ret[16]);       /* tap + 11 */
void vn_name_bridge (const char *network_id, char ret[16]); /* brq + 11 */
void vn_name_vxlan (VnVni vni, char ret[16]);               /* vxlan-N */
/* The network namespace of a segment's switch. Transfer full. */
char *vn_name_segment_node (const char *segment);
/* Whether it can be part of a path and of a report's line: 1 to @max letters, digits, '.', '_' or '-', the first one a
 * letter or digit. */
gboolean vn_name_is_plain (const char *name, gsize max);
#define VN_NAME_MAX 63 /* of nodes and labs */

G_END_DECLS
