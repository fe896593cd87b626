/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of vn_firewall_render() only. */
#pragma once

#include "sim/neutron/vn-agent.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

#define VN_CHAIN_PREFIX "neutron-linuxbri-"
#define VN_CHAIN_FALLBACK VN_CHAIN_PREFIX "sg-fallback"

/* Rules of one address family in the making. */
typedef struct
{
  const VnAgent *agent;
  VnFamily family;
  gboolean comments; /* comment_iptables_rules */
  gboolean ipset;    /* enable_ipset */
  gboolean filters;  /* a firewall driver is at work */
  gboolean hybrid;   /* driver iptables_hybrid */
  VnRuleset *rules;  /* iptables or ip6tables */
  VnRuleset *sets;   /* ipset, of both families */
} VnFirewallBuild;

/* A port as the driver's rules name it. */
typedef struct
{
  const VnPort *port;
  gboolean is_trusted; /* the server's own, or not known to the server */
  char tap[16];        /* its real device, by which ports are sorted */
  char device[16];     /* what rules match: the tap, or with the hybrid driver a device that does not exist */
  char bridge[16];
  char chain[11]; /* what stands behind "i", "o", "s" in the names of its chains */
} VnFirewallPort;

/* The first rule of the first group decides, so a port without groups, or whose first group is empty, is stateful. */
gboolean vn_firewall_is_stateful (const VnTopology *topology, const VnPort *port);

/* The chain "neutron-linuxbri-" @suffix of the filter table. */
VnChain *vn_firewall_chain (VnFirewallBuild *build, const char *suffix);
/* @comment: the agent's; left out if the agent writes none. */
void vn_firewall_add (VnFirewallBuild *build, VnChain *chain, VnOrigin origin, const char *comment, const char *format,
                      ...) G_GNUC_PRINTF (5, 6);

/* A filtered port's chains for what it receives, sends, and sends from: i, o and s. */
void vn_firewall_add_port_chains (VnFirewallBuild *build, const VnFirewallPort *port);
/* The rules of its groups in one direction, and the sets that they refer to. */
void vn_firewall_add_group_rules (VnFirewallBuild *build, const VnFirewallPort *port, VnDirection direction,
                                  VnChain *chain);

G_END_DECLS
