/* SPDX-License-Identifier: Apache-2.0 */
/* One capture file that somebody else made: pcap or pcapng, packed or not. Private to captures/file. */
#pragma once

#include "sim/packet/vn-captured.h"

G_BEGIN_DECLS

typedef struct _VnCaptureFile VnCaptureFile;

/* @path: "-" for standard input. Returns: NULL with VN_ERROR_INPUT. */
VnCaptureFile *vn_capture_file_open (const char *path, GError **error);
void vn_capture_file_free (VnCaptureFile *file);

/* @ret: its point is the interface within this file; file is the caller's. Returns: FALSE at the end. */
gboolean vn_capture_file_next (VnCaptureFile *file, VnCaptured *ret);
/* After the end: why reading stopped before the file did, or NULL. */
const char *vn_capture_file_problem (const VnCaptureFile *file);
/* Interfaces seen so far. */
guint vn_capture_file_n_points (const VnCaptureFile *file);
/* NULL if the file doesn't name it. */
const char *vn_capture_file_point_name (const VnCaptureFile *file, guint point);
guint32 vn_capture_file_linktype (const VnCaptureFile *file, guint point);
/* Packets that the capturing machine lost, as the file says. */
guint64 vn_capture_file_n_dropped (const VnCaptureFile *file, guint point);

G_END_DECLS
