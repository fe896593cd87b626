/* SPDX-License-Identifier: Apache-2.0 */
/* A cell: one thing asked of the network, by names, and the two legs of its answer.
 *
 * The expectation (the user's), the prediction and the observation of a cell are VnOutcomes, kept apart to the end. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* What is sent. From SPOOF_MAC to RA it is crafted by an instance that misbehaves; from LEASE to PAIR it is what port
 * security lets pass, whatever rules the groups have (PAIR: as far as they let it); from KNOWN_UNICAST to ARP_UNKNOWN
 * it asks about L2 population; from DNS on it asks about network modes. */
typedef enum
{
  VN_CELL_REACH,           /* an ordinary packet to another end: ICMP echo, UDP datagram, TCP SYN */
  VN_CELL_SPOOF_MAC,       /* Ethernet source not the port's; broadcast-free: to @to's MAC, ICMP echo */
  VN_CELL_SPOOF_FRAME,     /* Ethernet source not the port's, and no IP: only MAC protection looks at it */
  VN_CELL_SPOOF_IP,        /* IP source not the port's, own MAC */
  VN_CELL_SPOOF_ARP,       /* gratuitous ARP for @to's address with own MAC */
  VN_CELL_DHCP_SERVER,     /* a DHCP OFFER, UDP 67 -> 68, broadcast */
  VN_CELL_DHCP6_SERVER,    /* UDP 547 -> 546 to @to's link-local address */
  VN_CELL_RA,              /* an ICMPv6 router advertisement to ff02::1 (needs IPv6) */
  VN_CELL_LEASE,           /* an instance without an address asks all DHCP servers; @to: who serves */
  VN_CELL_RENEW,           /* it asks them all for some more time, by its address */
  VN_CELL_LEASED,          /* who serves answers it */
  VN_CELL_DAD,             /* neighbour solicitation from nobody: has anyone my address? (RFC 4862, 5.4.2) */
  VN_CELL_PAIR,            /* from an allowed address pair of the sender's */
  VN_CELL_KNOWN_UNICAST,   /* L2 population: goes to exactly one tunnel end point */
  VN_CELL_BROADCAST,       /* L2 population: once to each end point of the flood list, no other */
  VN_CELL_UNKNOWN_UNICAST, /* likewise, to a MAC that nobody has */
  VN_CELL_ARP_KNOWN,       /* ARP request for @to's address: with arp_responder answered on the host */
  VN_CELL_ARP_UNKNOWN,     /* ARP request for an address that nobody has */
  VN_CELL_DNS,             /* asks its own resolver for @to's name: delivered to the resolver, answered rightly */
  VN_CELL_FORWARD,         /* to @to by the port of its PC that is forwarded: `port` is the PC's */
  VN_CELL_UNSOLICITED,     /* to the outside address and port of the NAT that @to is behind, without being asked */
  VN_N_CELL_KINDS
} VnCellKind;

typedef struct
{
  VnCellKind kind;
  guint from; /* end */
  guint to;   /* end; VN_NONE for broadcasts and unknown addresses: then "seen anywhere else" */
  VnFamily family;
  guint8 protocol; /* IPPROTO_ICMP, _ICMPV6, _TCP, _UDP; 0 where kind says all */
  guint16 port;    /* TCP, UDP destination */
  guint check;     /* index of the user's `checks:` line that asked for it, or VN_NONE */
  gboolean closed; /* nobody listens there: to be refused is an answer */
} VnCell;

typedef enum
{
  VN_LEG_NO,
  VN_LEG_YES,
  VN_LEG_OPEN, /* not asked, or not decided */
} VnLeg;

typedef struct
{
  VnLeg delivered; /* seen on the destination's interface */
  VnLeg answered;  /* the answer seen on the source's interface */
} VnOutcome;

/* Why a leg ended. Observed and predicted cause use the same words. */
typedef enum
{
  VN_CAUSE_NONE,
  VN_CAUSE_NO_ROUTE,      /* the sender has no route to the address */
  VN_CAUSE_NO_PATH,       /* no Ethernet in common: another network without a router */
  VN_CAUSE_NEIGHBOUR,     /* ARP or neighbour discovery was not answered */
  VN_CAUSE_SG_EGRESS,     /* no egress rule of the sender's groups allows it */
  VN_CAUSE_SG_INGRESS,    /* no ingress rule of the receiver's groups allows it */
  VN_CAUSE_SPOOF_MAC,     /* ebtables MAC protection */
  VN_CAUSE_SPOOF_IP,      /* anti-spoof chain */
  VN_CAUSE_SPOOF_ARP,     /* ebtables ARP protection */
  VN_CAUSE_DHCP_SERVER,   /* an instance may not serve DHCP */
  VN_CAUSE_RA,            /* an instance may not announce a router */
  VN_CAUSE_FDB,           /* no forwarding entry towards the receiver's host */
  VN_CAUSE_TUNNEL,        /* sent into the tunnel, not taken out: VNI, UDP port or group differ */
  VN_CAUSE_FILTER_OFF,    /* should have been filtered, but security groups are not active on the host */
  VN_CAUSE_UNBOUND,       /* the port is not plugged (binding failed) */
  VN_CAUSE_ARP_RESPONDER, /* the VXLAN device's proxy swallowed it */
  VN_CAUSE_NO_LEASE,      /* a DHCP client got no lease: it has no address */
  VN_CAUSE_NO_FORWARD,    /* who it was handed to forwards nothing, or not there */
  VN_CAUSE_NOT_ROUTED,    /* a router on the way has no route to the address: private ones exist only inside */
  VN_CAUSE_NAT,           /* a translation that had to be there was not, or was wrong */
  VN_CAUSE_UNSOLICITED,   /* a NAT passes nothing in that nobody behind it asked for */
  VN_CAUSE_NO_NAME,       /* no resolver is configured, or it doesn't know the name */
  VN_CAUSE_ZONE,          /* connections are tracked in the wrong zone, or in none */
  VN_CAUSE_MTU,           /* a device on the way takes smaller packets than its network */
  VN_CAUSE_QOS,           /* a QoS policy was not applied as it says, or drops what it should let through */
  VN_CAUSE_QUIRK,         /* the real agents are known to depart from the promise here */
  VN_CAUSE_UNEXPLAINED,
  VN_N_CAUSES
} VnCauseCode;

/* What the sender did for a cell: facts that no frame shows. Index = the cell's. */
typedef enum
{
  VN_SHOT_SENT,         /* at least one frame left the instance's socket */
  VN_SHOT_NO_ROUTE,     /* the instance's kernel has no route; nothing was sent */
  VN_SHOT_NO_NEIGHBOUR, /* the next hop's MAC was asked for and nobody answered; nothing was sent */
  VN_SHOT_SELF,         /* the address is the sender's own; nothing was sent */
  VN_SHOT_NO_SENDER,    /* the end does not exist in the kernel (unbound port) */
  VN_SHOT_NO_RESOLVER,  /* the sender was told nobody to ask for names; nothing was sent */
  VN_SHOT_FAILED,       /* sending failed: verdict ERROR */
} VnShotState;

typedef struct
{
  VnShotState state;
  guint32 tag;              /* of its frames (sim/packet/vn-tag.h) */
  VnMac next_hop;           /* as the instance's kernel resolved it */
  gboolean forward_closed;  /* a sentinel behind the probe was seen at the destination, or nothing moved any more */
  gboolean backward_closed; /* likewise for the answer's way */
  gint error;               /* errno of VN_SHOT_FAILED */
} VnShot;

const char *vn_cell_kind_name (VnCellKind kind); /* "reach", "spoof-mac" … */
const char *vn_cause_name (VnCauseCode cause);   /* "sg-ingress" … */
const char *vn_cause_text (VnCauseCode cause);   /* a clause for people */
const char *vn_leg_name (VnLeg leg);             /* "no", "yes", "open" */
/* "web1>db1 tcp/3306", "web1>db1 icmp6", "web1 dhcp-server", "pc2>vm1 forward-tcp/8080", "vm1>internet dns": stable,
 * names only. Transfer full. */
char *vn_cell_key (const VnTopology *topology, const VnCell *cell);

/* A tree of reasons, the decisive one first to last in depth. */
typedef struct _VnReason VnReason;
struct _VnReason
{
  char *text; /* "group "web" allows tcp 80–80 from anywhere" */
  VnOrigin origin;
  gboolean holds;      /* whether this condition was met */
  GPtrArray *children; /* VnReason */
};
VnReason *vn_reason_new (gboolean holds, VnOrigin origin, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* @child: transfer full. Returns @child. */
VnReason *vn_reason_add (VnReason *parent, VnReason *child);
void vn_reason_free (VnReason *reason);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnReason, vn_reason_free)
/* Indented lines, "✓"/"✗" in front, place behind. Transfer full. */
char *vn_reason_to_string (const VnReason *reason);

G_END_DECLS
