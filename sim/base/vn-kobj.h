/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's objects as values, one tagged struct for all.
 *
 * The wanted state (sim/plan) is a list of these, an operation is a verb and one of these, and a dump of the kernel
 * (sim/kernel) is a list of these again: so building, changing, verifying and the fake kernel are set operations over
 * one type. An object is named by its key (vn_kobj_key): kind, node and what the kernel looks it up by. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

#define VN_DEV_SIZE 16 /* IFNAMSIZ */

typedef enum
{
  VN_KOBJ_NODE, /* a network namespace */
  VN_KOBJ_LINK,
  VN_KOBJ_ADDR,
  VN_KOBJ_ROUTE,
  VN_KOBJ_FDB,
  VN_KOBJ_NEIGH,
  VN_KOBJ_SYSCTL,
  VN_KOBJ_RULES,     /* everything that one tool holds in one namespace, as the text of its restore program */
  VN_KOBJ_SERVICE,   /* a program that runs in a namespace */
  VN_KOBJ_CONNTRACK, /* tracked connections: only ever deleted, all that match */
  VN_KOBJ_QDISC,     /* traffic control of what leaves by a device, or the place for filters of what comes in */
  VN_KOBJ_FILTER,    /* such a filter, on the device's ingress qdisc */
  VN_N_KOBJS
} VnKobjKind;

typedef enum
{
  VN_LINK_VETH,
  VN_LINK_BRIDGE,
  VN_LINK_VXLAN,
  VN_LINK_VLAN,
  VN_LINK_OTHER, /* only in dumps: loopback and what we did not make */
  VN_N_LINKS
} VnLinkKind;

typedef struct
{
  const char *peer_node; /* interned */
  char peer[VN_DEV_SIZE];
  gboolean creates; /* this end's ADD makes both ends; the other end's ADD only sets what it says */
} VnVeth;

typedef struct
{
  gboolean stp;
  guint forward_delay_sec; /* 15 = kernel default */
  gboolean no_multicast_snooping;
} VnBridge;

typedef struct
{
  VnVni vni;
  VnIp local;                       /* unset = none */
  VnIp group;                       /* unset = unicast mode */
  char lower[VN_DEV_SIZE];          /* `dev` */
  guint16 dstport;                  /* never 0 in the tables: the kernel's default is written out as 8472 */
  guint16 srcport_min, srcport_max; /* 0, 0 = kernel chooses */
  guint8 ttl;                       /* 0 = auto */
  guint8 tos;                       /* 1 = inherit */
  gboolean proxy;
  gboolean no_learning;
} VnVxlan;

typedef struct
{
  char lower[VN_DEV_SIZE];
  guint16 vid;
} VnVlan;

typedef struct
{
  VnLinkKind kind;
  char name[VN_DEV_SIZE];
  gboolean has_mac;
  VnMac mac; /* as wanted, or as dumped */
  guint mtu; /* 0 = leave it */
  gboolean up;
  gboolean no_offload;      /* TSO, GSO, GRO and checksum offload off (not compared) */
  gboolean no_autoconf;     /* no IPv6 link-local address (addrgenmode none) */
  char master[VN_DEV_SIZE]; /* "" = none */
  union
  {
    VnVeth veth;
    VnBridge bridge;
    VnVxlan vxlan;
    VnVlan vlan;
  } u;
} VnLink;

typedef struct
{
  char dev[VN_DEV_SIZE];
  VnPrefix prefix; /* the address with its prefix length; IPv6 is added without DAD */
} VnAddr;

typedef struct
{
  VnPrefix dst; /* /0 with the family set = default route */
  VnIp via;     /* unset = on link */
  char dev[VN_DEV_SIZE];
  guint metric; /* 0 = kernel default */
} VnRoute;

typedef struct
{
  char dev[VN_DEV_SIZE];
  VnMac mac;
  VnIp dst;           /* remote VTEP; set for `self` entries of a VXLAN device */
  gboolean self;      /* in the device's own table (NTF_SELF); else in its bridge's (NTF_MASTER) */
  gboolean permanent; /* NUD_PERMANENT; else learned or static */
  gboolean learned;   /* only in dumps: made by the data path */
} VnFdb;

typedef struct
{
  char dev[VN_DEV_SIZE];
  VnIp ip;
  VnMac mac;
  gboolean permanent;
} VnNeigh;

typedef struct
{
  char *key; /* "net.bridge.bridge-nf-call-iptables" */
  char *value;
} VnSysctl;

typedef enum
{
  VN_TOOL_IPSET, /* first: rules refer to sets */
  VN_TOOL_IPTABLES,
  VN_TOOL_IP6TABLES,
  VN_TOOL_EBTABLES,
  VN_N_TOOLS
} VnTool;

typedef struct
{
  VnTool tool;
  char *text; /* for ADD/SET: input of the restore program, loaded with --noflush; in dumps: what the
                 save program printed */
} VnRulesText;

typedef enum
{
  VN_SERVICE_DNSMASQ,     /* DHCP and DNS */
  VN_SERVICE_WEB,         /* an HTTP server that says who answers, and to whom */
  VN_SERVICE_DHCP_CLIENT, /* asks once for a lease and sets the device up with it; last: it needs the servers */
  VN_N_SERVICES
} VnServiceKind;

/* One program of one kind: what it is told is in `config`, in the program's own words, so that a table shows what runs.
 *
 *   kind         name                         dev   port  config
 *   dnsmasq      the network that it serves   ""    0     lines of its configuration file ("dhcp-range=…"), each ended
 *                                                         by a newline; what every one gets is added there
 *   web          its port                     ""    port  the page: who answers, one line
 *   DHCP client  the device                   dev   0     the name that it tells the server; "" = none
 *
 * A server is there while it runs. A client is there once it has ended, with or without a lease (vn_kernel_leases). */
typedef struct
{
  VnServiceKind kind;
  char *name; /* tells it from the others of its kind in the node */
  char dev[VN_DEV_SIZE];
  guint16 port;
  char *config;
} VnService;

/* Which tracked connections, by the addresses of their first packet. An address that is unset stands for any. */
typedef struct
{
  VnFamily family;
  gint protocol; /* -1 = any */
  VnPrefix src, dst;
  guint16 zone;
} VnConntrack;

typedef enum
{
  VN_QDISC_TBF,     /* the device's root: a token bucket for what leaves by it */
  VN_QDISC_INGRESS, /* holds filters for what comes in by it */
  VN_N_QDISCS
} VnQdiscKind;

/* A rate in bytes of frames, Ethernet header included, and how many bytes may pass at once. */
typedef struct
{
  guint64 rate_bytes_per_sec;
  guint32 burst_bytes; /* tbf drops a frame that is larger */
} VnBucket;

typedef struct
{
  char dev[VN_DEV_SIZE];
  VnQdiscKind kind;
  VnBucket bucket;    /* tbf */
  guint latency_usec; /* tbf: how long a frame may wait for tokens before it is dropped */
} VnQdisc;

/* Polices all that comes in by a device: a u32 filter that matches every frame and drops what is over the rate. */
typedef struct
{
  char dev[VN_DEV_SIZE];
  guint16 priority;
  VnBucket bucket;
  guint32 mtu_bytes; /* a larger frame is dropped, whatever tokens there are */
} VnPolicer;

typedef struct
{
  VnKobjKind kind;
  const char *node; /* interned */
  union
  {
    VnLink link;
    VnAddr addr;
    VnRoute route;
    VnFdb fdb;
    VnNeigh neigh;
    VnSysctl sysctl;
    VnRulesText rules;
    VnService service;
    VnConntrack conntrack;
    VnQdisc qdisc;
    VnPolicer filter;
  } u;
} VnKobj;

/* What is done to an object. */
typedef enum
{
  VN_VERB_ADD,
  VN_VERB_SET,
  VN_VERB_DEL,
} VnVerb;

const char *vn_verb_name (VnVerb verb);

VnKobj vn_kobj_node (const char *node);
/* Zeroed but for kind, node, name. */
VnKobj vn_kobj_link (const char *node, VnLinkKind kind, const char *name);
VnKobj vn_kobj_addr (const char *node, const char *dev, VnPrefix prefix);
VnKobj vn_kobj_route (const char *node, VnPrefix dst, VnIp via, const char *dev);
VnKobj vn_kobj_fdb (const char *node, const char *dev, VnMac mac, VnIp dst);  /* self, permanent */
VnKobj vn_kobj_neigh (const char *node, const char *dev, VnIp ip, VnMac mac); /* permanent */
VnKobj vn_kobj_sysctl (const char *node, const char *key, const char *value);
VnKobj vn_kobj_rules (const char *node, VnTool tool, const char *text);
VnKobj vn_kobj_dnsmasq (const char *node, const char *name, const char *config);
VnKobj vn_kobj_web (const char *node, guint16 port, const char *page);
VnKobj vn_kobj_dhcp_client (const char *node, const char *dev, const char *host_name); /* @host_name: nullable */
VnKobj vn_kobj_conntrack (const char *node, VnConntrack conntrack);
VnKobj vn_kobj_tbf (const char *node, const char *dev, VnBucket bucket, guint latency_usec);
VnKobj vn_kobj_ingress (const char *node, const char *dev);
VnKobj vn_kobj_policer (const char *node, const char *dev, guint16 priority, VnBucket bucket, guint32 mtu_bytes);
void vn_kobj_clear (VnKobj *obj);
VnKobj vn_kobj_copy (const VnKobj *obj);
/* Names the object in the kernel, e.g. "link compute1 tap…", "fdb compute1 vxlan-42 00:00:00:00:00:00 10.0.0.102". The
 * kernel can't hold two objects of one key: the endpoint is part of an fdb entry's key only where several are possible
 * (zero and multicast MAC). Transfer full. */
char *vn_kobj_key (const VnKobj *obj);
/* Whether the kernel holds what is wanted: attributes that @want leaves open (mtu 0, has_mac FALSE) are not compared,
 * nor are a link's no_offload and no_autoconf, nor a veth's peer where the dump doesn't know it. */
gboolean vn_kobj_satisfies (const VnKobj *have, const VnKobj *want);
/* As `ip`, `bridge` print it, one line, without the node; a service as the command that starts it. Transfer full. */
char *vn_kobj_to_string (const VnKobj *obj);
/* The same for messages, where the whole command of a service would hide the rest: "dnsmasq lan". Transfer full. */
char *vn_kobj_brief (const VnKobj *obj);
const char *vn_kobj_kind_name (VnKobjKind kind);
const char *vn_link_kind_name (VnLinkKind kind);   /* IFLA_INFO_KIND */
const char *vn_tool_name (VnTool tool);            /* "iptables" … */
const char *vn_qdisc_kind_name (VnQdiscKind kind); /* TCA_KIND: "tbf", "ingress" */
/* The kernel counts time in ticks of 64 ns: what a burst comes to at a rate. */
#define VN_TICK_NSEC 64u
guint32 vn_bucket_ticks (VnBucket bucket);
const char *vn_service_kind_name (VnServiceKind kind); /* "dnsmasq", "web", "dhcp-client" */

/* Where the files of a node's service lie, under /run: its process id, its leases, its pages. Transfer full. */
#define VN_SERVICE_FOLDER "/run/vnetlab"
char *vn_service_path (const VnKobj *obj, const char *suffix);
/* The script that DHCP clients tell of their lease; it prints lines "key=value": address, router, dns, server, lease
 * (seconds), domain. */
#define VN_SERVICE_LEASE_SCRIPT VN_SERVICE_FOLDER "/lease"
const char *vn_service_lease_script (void); /* its text */
/* The text of a web server's script, which lies at vn_service_path (obj, ".www") + "/cgi-bin/index.cgi"; beside it an
 * empty configuration at vn_service_path (obj, ".ready"). Transfer full. */
char *vn_service_web_script (const VnKobj *obj);
/* What starts it, as execve() takes it: all of its configuration is in the arguments. A server stays in the foreground.
 * Transfer full. */
char **vn_service_argv (const VnKobj *obj);
/* The Debian package that has the program. */
const char *vn_service_package (VnServiceKind kind);

G_END_DECLS
