/* SPDX-License-Identifier: Apache-2.0 */
/* Captures from files, pcap or pcapng, through libpcap. */
#pragma once

#include "sim/packet/vn-frame.h"

G_BEGIN_DECLS

/* Appends every frame of the file to @store, as point 0 and not outgoing: libpcap tells neither interface nor
 * direction. Only Ethernet. Returns: FALSE with VN_ERROR_INPUT if the file is no such capture, is cut off, or does not
 * fit the store's limit. */
gboolean vn_pcap_read (const char *path, VnFrameStore *store, GError **error);

G_END_DECLS
