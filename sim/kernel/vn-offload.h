/* SPDX-License-Identifier: Apache-2.0 */
/* Offloads of a device. Private to sim/kernel. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Turns TSO, GSO, GRO and checksum offload off, so that captures show frames as a wire would carry them. @socket_fd:
 * any socket of the device's namespace. What a device can't switch is passed over. */
gboolean vn_offload_disable (int socket_fd, const char *dev, GError **error);

G_END_DECLS
