/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux bridge agent: what it has wired and what it remembers. */
#pragma once

#include "sim/neutron/vn-l2pop.h"

G_BEGIN_DECLS

/* A conntrack zone. The agent keeps one for each network, by the first 11 characters of its id. */
typedef struct
{
  guint network;
  guint zone;
} VnAgentZone;

typedef struct
{
  guint network;
  VnMac mac; /* zero: flood entry */
  VnIp dst;
  VnOrigin origin;
} VnAgentFdb;

typedef struct
{
  guint network;
  VnIp ip;
  VnMac mac;
  VnOrigin origin;
} VnAgentNeigh;

typedef struct
{
  const VnTopology *topology; /* borrowed */
  guint machine;
  GArray *ports;      /* guint: taps in the order in which they were plugged */
  GArray *networks;   /* guint: networks whose uplink is built, in the order of their first ports */
  GArray *zones;      /* VnAgentZone */
  GArray *fdb;        /* VnAgentFdb */
  GArray *neighbours; /* VnAgentNeigh */
} VnAgent;

VnAgent *vn_agent_new (const VnTopology *topology, guint machine);
void vn_agent_free (VnAgent *agent);
const VnConfig *vn_agent_config (const VnAgent *agent);

/* A tap appeared: rules, protection, bridge, uplink. Returns: NULL if the agent reports the port up, else why it does
 * not (static). @no_vlan: the kernel has no 802.1Q devices. */
const char *vn_agent_plug (VnAgent *agent, guint port, gboolean no_vlan);
void vn_agent_receive (VnAgent *agent, const VnL2popMessage *message);

/* The firewall's three kinds of ports. */

/* 0 = none. */
guint vn_agent_zone (const VnAgent *agent, guint network);
/* Whether the agent writes iptables rules at all, for whatever devices. */
gboolean vn_agent_writes_rules (const VnAgent *agent);

G_END_DECLS
