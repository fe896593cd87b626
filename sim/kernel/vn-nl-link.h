/* SPDX-License-Identifier: Apache-2.0 */
/* The link kinds' own attributes (IFLA_INFO_DATA), both ways, by one table. Private to sim/kernel. */
#pragma once

#include "sim/kernel/vn-nl-build.h"

G_BEGIN_DECLS

/* Indices that an answer of the kernel has where a VnLink has names. */
typedef struct
{
  guint master;
  guint link; /* IFLA_LINK: a veth's peer, a VLAN's lower device */
  guint vxlan_lower;
} VnNlIndices;

/* Puts IFLA_LINKINFO, and IFLA_LINK where the kind has a lower device. */
void vn_nl_link_put (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs);
/* Reads IFLA_LINKINFO into @link: the kind (VN_LINK_OTHER if it isn't ours) and its attributes. */
void vn_nl_link_get (const struct nlattr *linkinfo, VnLink *link, VnNlIndices *indices);
/* The kernel option that makes the kind, "CONFIG_VXLAN". */
const char *vn_nl_link_option (VnLinkKind kind);

G_END_DECLS
