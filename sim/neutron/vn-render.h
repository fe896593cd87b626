/* SPDX-License-Identifier: Apache-2.0 */
/* From an agent's memory to the state of its host and of the instances on it. */
#pragma once

#include "sim/neutron/vn-agent.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* Bridges, VXLAN devices, taps, instances, forwarding entries, neighbours, settings, rules and sets. */
void vn_agent_render (const VnAgent *agent, VnTables *tables);

/* Parts of it. Security groups by iptables, ip6tables and ipset; nothing if the agent writes no rules. */
void vn_firewall_render (const VnAgent *agent, VnTables *tables);
/* MAC and ARP protection by ebtables, which does not depend on the firewall driver. */
void vn_arp_protect_render (const VnAgent *agent, VnTables *tables);
/* The agent protects the ports that it has processed, and those only. */
void vn_arp_protect_update (VnAgent *agent);

G_END_DECLS
