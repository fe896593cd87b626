/* SPDX-License-Identifier: Apache-2.0 */
/* Next hops as the instances' kernels see them, each asked for once. Private to sim/probe. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"

G_BEGIN_DECLS

typedef struct _VnNextHops VnNextHops;

VnNextHops *vn_next_hops_new (void);
void vn_next_hops_free (VnNextHops *hops);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnNextHops, vn_next_hops_free)

/* Opens the socket of @node, unless it is open. @node: interned. */
gboolean vn_next_hops_open (VnNextHops *hops, const char *node, int netns_fd, GError **error);
/* Asks the kernel of @node, which must be open, unless it was asked for @dst already. */
gboolean vn_next_hops_ask (VnNextHops *hops, const char *node, VnIp dst, GError **error);
/* How many questions were asked so far. */
guint vn_next_hops_len (const VnNextHops *hops);
/* @ret_mac: set when DONE. Must have been asked for. */
VnResolveState vn_next_hops_state (VnNextHops *hops, const char *node, VnIp dst, VnMac *ret_mac);
/* File descriptors to wait on; array of int, transfer full. */
GArray *vn_next_hops_fds (VnNextHops *hops);
/* Reads what the kernels have to say, without blocking. */
gboolean vn_next_hops_dispatch (VnNextHops *hops, GError **error);

G_END_DECLS
