/* SPDX-License-Identifier: Apache-2.0 */
/* /etc/hosts and /etc/resolv.conf of each node of a lab that stays, and what its shells read at their start. */
#pragma once

#include "sim/model/vn-topology.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

#define VN_SHELL_FILE "/run/vnetlab/bashrc" /* for `bash --rcfile` */

/* In the sandbox, for every node of @tables. @topology: with the leased addresses; to be called again when either has
 * changed. */
gboolean vn_node_files_write (const VnTopology *topology, const VnTables *tables, GError **error);
/* What a node's /etc/hosts says: its own addresses, and those of the others that only one node of the lab has. Transfer
 * full. */
char *vn_node_hosts (const VnTopology *topology, const char *node);
/* Its /etc/resolv.conf. Transfer full. */
char *vn_node_resolv_conf (const VnTopology *topology, const char *node);

G_END_DECLS
