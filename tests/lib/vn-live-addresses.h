/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting until a namespace's own IPv6 addresses work. */
#pragma once

#include "sim/base/vn-fd.h"

G_BEGIN_DECLS

/* Until each IPv6 address of the namespace is one that its kernel takes packets for, or @timeout is over: an address on
 * a device without a carrier never is. Returns: FALSE with @error if the kernel can't be asked. */
gboolean vn_live_wait_addresses (int netns_fd, VnUsec timeout, GError **error);

G_END_DECLS
