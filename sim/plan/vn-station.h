/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that every lab is made of: a node with its namespace-wide settings, a cable, an address. */
#pragma once

#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

typedef enum
{
  VN_NODE_SWITCH, /* nothing but a bridge: no IP at all */
  VN_NODE_HOST,   /* runs an agent, which looks whether IPv6 is on; sends and answers probes */
  VN_NODE_GUEST,  /* sends and answers probes */
  VN_N_NODE_KINDS
} VnNodeKind;

/* One end of a veth pair. */
typedef struct
{
  const char *node;
  const char *dev;
  const char *master; /* NULL = none */
  gboolean has_mac;
  VnMac mac;
  gboolean autoconf; /* has an IPv6 link-local address */
  gboolean no_offload;
  gboolean is_down; /* administratively */
} VnPlug;

/* The namespace, its loopback and its settings. @ipv6: whether it has any IPv6 address; if not, IPv6 is off in switches
 * and guests. */
void vn_tables_add_node (VnTables *tables, const char *node, VnNodeKind kind, gboolean ipv6, VnOrigin origin);
/* @maker: the end that is created, whose peer the kernel makes along with it. @mtu: 0 = default. */
void vn_tables_add_cable (VnTables *tables, const VnPlug *maker, const VnPlug *other, guint mtu, VnOrigin origin);
/* A bridge without spanning tree and without addresses, up. */
void vn_tables_add_bridge (VnTables *tables, const char *node, const char *dev, VnOrigin origin);
/* Settings that exist with a device only: how often and how long a next hop is asked for. */
void vn_tables_add_station_device (VnTables *tables, const char *node, const char *dev, gboolean ipv6, VnOrigin origin);
/* "net.ipv4.conf.DEV.KEY" and the like: @format with the device put in. */
void vn_tables_add_device_sysctl (VnTables *tables, const char *node, const char *dev, const char *format,
                                  const char *value, VnOrigin origin);

G_END_DECLS
