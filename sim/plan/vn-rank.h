/* SPDX-License-Identifier: Apache-2.0 */
/* Where an object stands in the order of building. */
#pragma once

#include "sim/base/vn-kobj.h"

G_BEGIN_DECLS

/* What has a higher rank may need what has a lower one. */
typedef enum
{
  VN_RANK_NODE,
  VN_RANK_NODE_SYSCTL,
  VN_RANK_BRIDGE,
  VN_RANK_VETH,
  VN_RANK_OTHER_LINK,
  VN_RANK_VETH_PEER,
  VN_RANK_ADDR, /* before a VXLAN device: its lower device's address is its source */
  VN_RANK_OVERLAY_LINK,
  VN_RANK_DEVICE_SYSCTL,
  VN_RANK_ROUTE,
  VN_RANK_NEIGH,
  VN_RANK_FDB,
  VN_RANK_QDISC,
  VN_RANK_FILTER,
  VN_N_ENTRY_RANKS,
  VN_RANK_BRIDGE_SYSCTL = VN_N_ENTRY_RANKS, /* behind the rules */
  VN_RANK_SERVER,
  VN_RANK_CLIENT, /* asks the servers of all nodes */
  VN_N_RANKS
} VnRank;

VnRank vn_rank_of (const VnKobj *obj);
/* The device that an object is on, and goes away with; NULL for what is on none. Transfer full. */
char *vn_device_of (const VnKobj *obj);

G_END_DECLS
