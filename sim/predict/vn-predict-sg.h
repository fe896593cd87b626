/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups by the words of the Networking API v2.0: which rule allows a packet, and why none does. */
#pragma once

#include "sim/predict/vn-quirks.h"

G_BEGIN_DECLS

/* The destination port is one that the asking kernel chose: somewhere in net.ipv4.ip_local_port_range. */
#define VN_SG_PORT_EPHEMERAL (-2)
#define VN_SG_EPHEMERAL_MIN 32768
#define VN_SG_EPHEMERAL_MAX 60999

/* What a rule can look at. */
typedef struct
{
  VnFamily family;
  guint8 protocol; /* IPPROTO_* */
  gint port;       /* TCP, UDP: destination, or VN_SG_PORT_EPHEMERAL */
  gint icmp_type, icmp_code;
  VnIp src, dst; /* unset = not the sender's own, else unknown */
} VnSgPacket;

/* All groups of a topology, compiled: rules by direction, members of remote and address groups as sets. */
typedef struct _VnSgBook VnSgBook;

/* @topology: kept by pointer. */
VnSgBook *vn_sg_book_new (const VnTopology *topology);
void vn_sg_book_free (VnSgBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnSgBook, vn_sg_book_free)

/* The rule that allows a packet. */
typedef struct
{
  guint group; /* VN_NONE = no rule does */
  const VnSecurityGroupRule *rule;
} VnSgMatch;

/* YES if a rule of the port's groups allows the packet, OPEN if that hangs on what the packet leaves unsaid, else NO.
 * @ret_match: nullable. */
VnLeg vn_sg_allows (const VnSgBook *book, const VnPort *port, VnDirection direction, const VnSgPacket *packet,
                    VnQuirkSet quirks, VnSgMatch *ret_match);

/* The same with its reason, by the promise. @who: the end's name. A refusal names the port's groups and, below it, the
 * nearest rule with all that kept it from matching. Transfer full. */
VnReason *vn_sg_why (const VnSgBook *book, const VnPort *port, const char *who, VnDirection direction,
                     const VnSgPacket *packet);

/* ---- for vn_sg_why ---- */

typedef enum
{
  VN_SG_ETHERTYPE,
  VN_SG_PROTOCOL,
  VN_SG_PORT, /* ICMP: type and code */
  VN_SG_REMOTE,
  VN_SG_N_CONDITIONS
} VnSgCondition;

VnLeg vn_sg_condition (const VnSgBook *book, const VnSecurityGroupRule *rule, VnSgCondition condition,
                       const VnSgPacket *packet, VnQuirkSet quirks);
/* Rules of a group in a direction: VnSecurityGroupRule, the API's order. */
const GPtrArray *vn_sg_rules (const VnSgBook *book, guint group, VnDirection direction);
const VnTopology *vn_sg_topology (const VnSgBook *book);

/* NO below OPEN below YES. */
VnLeg vn_leg_and (VnLeg a, VnLeg b);
VnLeg vn_leg_or (VnLeg a, VnLeg b);

G_END_DECLS
