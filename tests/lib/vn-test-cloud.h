/* SPDX-License-Identifier: Apache-2.0 */
/* Small clouds made by code: what a lab file would say, one call an object, each with a line of its own. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

#define VN_TEST_CLOUD_FILE "cloud.vlab.yml"

/* A management segment and the controller, which runs neutron-server with ML2, linuxbridge and l2population. */
VnTopology *vn_test_cloud_new (void);
/* A machine with ens33 on the management segment and a Linux bridge agent: VXLAN, L2 population, iptables. */
guint vn_test_cloud_host (VnTopology *t, const char *name);
/* VXLAN. */
guint vn_test_cloud_network (VnTopology *t, const char *name);
guint vn_test_cloud_subnet (VnTopology *t, guint network, const char *cidr);
/* With the API's own rules: egress any for IPv4 and IPv6. */
guint vn_test_cloud_group (VnTopology *t, const char *name);
/* The project's default group: also ingress any from itself. */
guint vn_test_cloud_default_group (VnTopology *t);
guint vn_test_cloud_address_group (VnTopology *t, const char *name, const char *prefix);
/* @protocol: name as the server stores it, NULL = any. @min, @max: -1 = none. The caller adds the remote. */
VnSecurityGroupRule *vn_test_cloud_rule (VnTopology *t, guint group, VnDirection direction, VnFamily family,
                                         const char *protocol, gint min, gint max);
void vn_test_rule_prefix (VnSecurityGroupRule *rule, const char *prefix);
/* A server with one port. @addresses: one for each subnet that holds one, separated by blanks. Returns: the port. */
guint vn_test_cloud_server (VnTopology *t, const char *name, guint host, guint network, const char *addresses,
                            guint group);
/* A further port of the server that @port belongs to: eth1, eth2 … Returns: the new port. */
guint vn_test_cloud_more_port (VnTopology *t, guint port, guint network, const char *addresses, guint group);
VnPort *vn_test_cloud_port (VnTopology *t, guint port);
void vn_test_port_add_group (VnPort *port, guint group);
void vn_test_port_add_pair (VnPort *port, const char *prefix, const VnMac *mac); /* mac NULL = the port's */
/* Options of a host's agent or of the server. */
void vn_test_cloud_set_agent (VnTopology *t, guint host, VnOptionId id, const char *text);
void vn_test_cloud_set_server (VnTopology *t, VnOptionId id, const char *text);
/* Seals it; a problem is a failed test. */
void vn_test_cloud_seal (VnTopology *t);

G_END_DECLS
