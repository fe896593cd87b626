/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux bridge agent: what it has wired and what it remembers. */
#pragma once

#include "sim/neutron/vn-l2pop.h"
#include "sim/neutron/vn-world.h"

G_BEGIN_DECLS

/* A device that the hypervisor plugged. */
typedef struct
{
  guint port;
  VnTopology *seen; /* the last model that had the port: what the instance was given; owned */
} VnAgentTap;

/* A tap that the agent has processed. */
typedef struct
{
  guint port;
  gboolean is_stranger; /* the server did not know it: everything is let through */
} VnAgentPort;

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

/* Tracked connections that the agent deleted. An unset address stands for any. */
typedef struct
{
  VnFamily family;
  gint protocol; /* -1 = any */
  VnPrefix src, dst;
  guint zone;
  VnOrigin origin;
} VnAgentFlush;

/* A QoS policy that was applied to a tap. */
typedef struct
{
  guint port;
  guint policy;
  VnTopology *applied; /* the model of then, with the policy's rules; owned */
} VnAgentQos;

typedef struct
{
  guint machine;
  VnCaps caps;          /* what the host's kernel refuses */
  VnTopology *model;    /* the server's; owned */
  VnTopology *topology; /* as the agent knows it: while it is stopped, that of then; owned */
  gboolean is_stopped;

  /* What is on the host. */
  GArray *taps;                  /* VnAgentTap, in the order in which they were plugged */
  GArray *bridges;               /* guint: networks that have a bridge, in the order of their first ports */
  GArray *uplinks;               /* guint: networks whose uplink is built, likewise */
  GArray *fdb;                   /* VnAgentFdb */
  GArray *neighbours;            /* VnAgentNeigh */
  gboolean has_ebtables;         /* the table was made once; it stays, empty or not */
  GArray *mac_jumps, *arp_jumps; /* guint: ports with ebtables chains, in the order in which these were made */
  GArray *qos;                   /* VnAgentQos, in the order of applying */
  GArray *route_moves;           /* guint, index = interface of the machine: how often its default route was moved */

  /* What the agent remembers. */
  GArray *ports;    /* VnAgentPort, in the order in which they were processed */
  GArray *networks; /* guint: networks of ports that it processed; messages about others are ignored */
  GArray *zones;    /* VnAgentZone */

  GArray *flushes; /* VnAgentFlush: all from the beginning */
} VnAgent;

/* @caps: may be NULL: the kernel refuses nothing. */
VnAgent *vn_agent_new (const VnTopology *topology, guint machine, const VnCaps *caps);
void vn_agent_free (VnAgent *agent);
const VnConfig *vn_agent_config (const VnAgent *agent);

/* A tap appeared. If the agent runs, it writes rules. */
void vn_agent_plug (VnAgent *agent, guint port);
/* The tap is gone. Returns: whether the agent noticed and reports the port down. */
gboolean vn_agent_unplug (VnAgent *agent, guint port);
gboolean vn_agent_has_tap (const VnAgent *agent, guint port);
/* Bridge, uplink and report of a port with a tap. Returns: NULL if the agent reports it up, else why it does not
 * (static). @no_vlan: the kernel has no 802.1Q devices. */
const char *vn_agent_wire (VnAgent *agent, guint port, gboolean no_vlan);
/* The server's model is @topology from now on: a running agent follows. */
void vn_agent_follow (VnAgent *agent, const VnTopology *topology);
void vn_agent_stop (VnAgent *agent);
/* Its memory is gone but for what it reads from the rules that are there; every tap on the host is processed at once.
 */
void vn_agent_start (VnAgent *agent);
void vn_agent_receive (VnAgent *agent, const VnL2popMessage *message);

/* Whether @numbers, an array of guint, has it. */
gboolean vn_agent_has_number (const GArray *numbers, guint number);

/* Conntrack zones (vn-agent-zone.c). */

/* 0 = none. */
guint vn_agent_zone (const VnAgent *agent, guint network);
/* Gives zones to the networks of the filtered ports from the @first one on: by their taps' names, as rules stand. */
void vn_agent_give_zones (VnAgent *agent, guint first);
/* Keeps only the zones that a rule in the raw table names. */
void vn_agent_reread_zones (VnAgent *agent);

/* Deleting tracked connections (vn-agent-conntrack.c). */

/* All from and to the port's addresses. */
void vn_agent_flush_port (VnAgent *agent, guint port);
/* What a change of the server's model from the agent's own to @topology makes the agent delete. */
void vn_agent_flush_change (VnAgent *agent, const VnTopology *topology);

/* Whether the agent writes iptables rules at all, for whatever devices. */
gboolean vn_agent_writes_rules (const VnAgent *agent);
/* Whether it filters the port and protects it from spoofing. */
gboolean vn_agent_guards (const VnAgent *agent, const VnAgentPort *port);

G_END_DECLS
