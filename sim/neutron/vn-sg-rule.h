/* SPDX-License-Identifier: Apache-2.0 */
/* Security group rules and group members as iptables and ipset write them. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* "-p tcp -m tcp --dport 80 " with the blank behind; "" for any protocol. Transfer full. */
char *vn_sg_rule_protocol (const VnSecurityGroupRule *rule);

/* Addresses of one family that a group has on any host and network: every fixed address of every port in it, whatever
 * its state, and every address pair, each once. Array of VnPrefix. */
GArray *vn_sg_members (const VnTopology *topology, guint group, VnFamily family);
/* Likewise of an address group. */
GArray *vn_address_group_members (const VnTopology *topology, guint group, VnFamily family);

/* "NIPv4" or "NIPv6" and the first 24 characters of the id. Transfer full. */
char *vn_sg_set_name (const char *id, VnFamily family);
/* Members as `ipset save` prints them, sorted: a prefix of length 0 stands as its two halves. Array of char *. */
GPtrArray *vn_sg_set_members (const GArray *prefixes);

G_END_DECLS
