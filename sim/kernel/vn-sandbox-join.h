/* SPDX-License-Identifier: Apache-2.0 */
/* Into a sandbox that somebody else keeps, from outside: for a program's own work there, or for a command in a node. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Enters the namespaces of the sandbox whose outer process is @outer, of the same user, and forks, as
 * vn_sandbox_enter() does: comes back TRUE in the child only, while the parent passes on signals and exits as the child
 * does. No thread may exist. The working folder is kept where it can be seen in there. */
gboolean vn_sandbox_join (pid_t outer, GError **error);

/* A file of a node that it sees in place of the machine's: `/etc/hosts`, `/etc/resolv.conf`. */
#define VN_NODE_FILES "/run/vnetlab/nodes" /* NODE/hosts, NODE/resolv.conf in here */

/* In the sandbox: becomes the command in the node, with the node's files and a /sys of its network, as `ip netns exec`
 * does it. Comes back only on failure: VN_ERROR_INPUT if there is no such node (with a suggestion) or no such command.
 * @env: NULL-terminated NAME=VALUE to be set. */
gboolean vn_sandbox_exec (const char *node, char **argv, const char *const *env, GError **error);
/* Names of the nodes, sorted. Transfer full. */
GPtrArray *vn_sandbox_nodes (void);

/* Ends all processes of the sandbox but the caller and pid 1: asks them to, and comes back when all are gone or after
 * @grace; what is left then ends with pid 1. Returns: how many are left. */
guint vn_sandbox_end_others (gint64 grace_usec);

G_END_DECLS
