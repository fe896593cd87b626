/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations by their two ends: found in constant time, kept in the order of their first packets. */
#pragma once

#include "sim/packet/vn-captured.h"

G_BEGIN_DECLS

#define VN_NO_FLOW G_MAXUINT32

/* Which packet of which file: file << 48 | number. 0 = none. */
typedef guint64 VnPacketRef;
#define VN_PACKET_REF(file, number) ((guint64)(file) << 48 | (number))
#define VN_PACKET_REF_FILE(ref) ((guint)((ref) >> 48))
#define VN_PACKET_REF_NUMBER(ref) ((ref)&G_GUINT64_CONSTANT (0xffffffffffff))

typedef enum
{
  VN_FLOW_MAC = 0, /* between two MAC addresses */
  VN_FLOW_IPV4 = 4,
  VN_FLOW_IPV6 = 6,
} VnFlowKind;

/* The two ends in the order of their bytes, so that both directions have one key. No padding: compared as bytes. */
typedef struct
{
  guint8 address[2][16];
  guint16 port[2]; /* 0 where the protocol has none */
  guint16 scope;   /* which tunnel it is inside of; 0 = none */
  guint8 protocol; /* IP's */
  guint8 kind;     /* VnFlowKind */
} VnFlowKey;
G_STATIC_ASSERT (sizeof (VnFlowKey) == 40);

/* What one end sent. */
typedef struct
{
  guint64 packets, bytes; /* whole frames as they were on the wire, outer headers included */
  guint64 payload;        /* bytes above TCP, UDP, or IP */
  guint64 points;         /* bit n: one of its packets was seen at capture point n and at another one */
  union
  {
    guint32 tcp_isn; /* TCP */
    guint32 n_asked; /* ICMP: echo requests */
  };
  union
  {
    guint32 tcp_next;
    guint32 n_answered; /* replies to them */
  };
  guint32 n_retransmissions;
  guint8 tcp_seen; /* flags that were sent */
  guint8 has_isn : 1, has_next : 1, zero_window : 1;
} VnFlowSide;

/* Three cache lines; a packet touches the first and its sender's. */
typedef struct
{
  VnFlowKey key;
  gint64 first_ns, last_ns;
  guint32 n_fragments;
  guint8 initiator;      /* index of the side that began */
  guint8 level;          /* 0 = outside of all tunnels */
  guint8 tunnel;         /* VnTunnel that it carries */
  guint8 is_matched : 1; /* by --match */
  guint8 is_refused_by_icmp : 1;
  guint8 has_gap : 1; /* a segment was not captured */
  VnFlowSide side[2]; /* by key.address[] */
  VnPacketRef first;
  VnPacketRef trouble; /* the first packet that a finding about it names */
  guint32 older;       /* the conversation that had the same ports before, or VN_NO_FLOW */
  guint32 nat;         /* the same conversation with translated addresses, or VN_NO_FLOW */
} __attribute__ ((aligned (64))) VnFlow;
G_STATIC_ASSERT (sizeof (VnFlow) == 192);

typedef struct _VnFlowTable VnFlowTable;

VnFlowTable *vn_flow_table_new (void);
void vn_flow_table_free (VnFlowTable *table);
guint vn_flow_table_len (const VnFlowTable *table);
/* In the order of first packets. Valid as long as the table: flows don't move. */
VnFlow *vn_flow_table_get (const VnFlowTable *table, guint index);
/* Makes a key of a packet's ends. Returns: the index of the sender's side. */
guint vn_flow_key_set (VnFlowKey *key, VnFlowKind kind, const guint8 *src, const guint8 *dst, gsize size, guint16 sport,
                       guint16 dport, guint8 protocol, guint16 scope);
/* The newest flow with the key; VN_NO_FLOW if there is none. */
guint vn_flow_table_find (const VnFlowTable *table, const VnFlowKey *key);
/* The same, made if there is none. */
guint vn_flow_table_ensure (VnFlowTable *table, const VnFlowKey *key, gboolean *ret_is_new);
/* The same in two steps, with other work between them, so that the memory it needs is there by then. Returns: what the
 * second wants to be given. */
guint32 vn_flow_table_expect (const VnFlowTable *table, const VnFlowKey *key);
guint vn_flow_table_ensure_expected (VnFlowTable *table, const VnFlowKey *key, guint32 expected, gboolean *ret_is_new);
/* A new conversation between the ends of @index, which becomes its `older`. */
guint vn_flow_table_renew (VnFlowTable *table, guint index);

VnIp vn_flow_ip (const VnFlow *flow, guint side); /* IPV4, IPV6 */
VnMac vn_flow_mac (const VnFlow *flow, guint side);

G_END_DECLS
