/* SPDX-License-Identifier: Apache-2.0 */
/* What the server tells agents about tunnel end points, as values (Neutron 21.0.0, l2population RPC). */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* One entry below an end point: the flood entry has a zero MAC and no address. */
typedef struct
{
  VnIp endpoint; /* tunnel address of the host that has it */
  VnMac mac;
  VnIp ip;
  guint port;      /* whose it is; VN_NONE for the flood entry */
  gboolean is_old; /* in an update: to be removed */
  guint host;      /* machine behind @endpoint */
} VnL2popEntry;

typedef enum
{
  VN_L2POP_ADD,    /* "add_fdb_entries" */
  VN_L2POP_REMOVE, /* "remove_fdb_entries" */
  VN_L2POP_UPDATE, /* "update_fdb_entries": a port's addresses changed, the new ones before the old */
} VnL2popKind;

/* For one network. */
typedef struct
{
  VnL2popKind kind;
  guint to; /* the machine that it is sent to; VN_NONE = fanout to all agents */
  guint network;
  GArray *entries; /* VnL2popEntry, in the order in which the agent works through them */
} VnL2popMessage;

VnL2popMessage *vn_l2pop_message_new (VnL2popKind kind, guint to, guint network);
void vn_l2pop_message_free (VnL2popMessage *message);

G_END_DECLS
