/* SPDX-License-Identifier: Apache-2.0 */
/* Capture with libpcap on many interfaces in many namespaces at once, into one frame store. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/packet/vn-frame.h"

G_BEGIN_DECLS

typedef struct _VnCapture VnCapture;

/* @points: VnCapturePoint (node, dev); @snaplen <= 2048; @buffer_bytes for each, half for each direction. All handles
 * are activated, so that the first probe is seen, when this returns. @kernel must outlive the capture. @store:
 * borrowed. */
VnCapture *vn_capture_open (VnKernel *kernel, GPtrArray *points, guint snaplen, guint buffer_bytes, VnFrameStore *store,
                            GError **error);
/* Keeps only frames that @expression (pcap-filter(7)) fits from now on. VN_ERROR_INPUT if it is none. */
gboolean vn_capture_set_filter (VnCapture *capture, const char *expression, GError **error);
/* Whether that would be one. */
gboolean vn_capture_check_filter (const char *expression, GError **error);
/* Reads what is there from every point; blocks at most @timeout_usec for the first frame. Returns: frames read, -1 on
 * error. */
gint vn_capture_drain (VnCapture *capture, VnUsec timeout_usec, GError **error);
/* File descriptors to poll: two for each point. Borrowed array of int. */
const GArray *vn_capture_fds (VnCapture *capture);
/* Fills received and dropped of each point; what the store had no room for counts as dropped. */
gboolean vn_capture_stats (VnCapture *capture, GError **error);
void vn_capture_close (VnCapture *capture); /* closes all handles side by side */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnCapture, vn_capture_close)

G_END_DECLS
