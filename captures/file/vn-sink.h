/* SPDX-License-Identifier: Apache-2.0 */
/* Where captured frames go while they come: a stream, files that follow each other, a file for each interface. */
#pragma once

#include "captures/file/vn-pcapng.h"

G_BEGIN_DECLS

/* Borrowed; must outlive the sink. */
typedef struct
{
  VnPcapngInfo info;
  const GPtrArray *points; /* VnCapturePoint; their counters are written as they stand at a file's end */
  const GArray *names;     /* VnPcapngName, or NULL */
} VnSinkContent;

/* When a file ends and the next begins; 0 = never. */
typedef struct
{
  guint64 max_bytes;
  guint64 max_ns;
  guint n_kept; /* at most so many files stay, the newest; 0 = all */
} VnRotation;

typedef struct _VnSink VnSink;

/* pcapng into @fd, which stays the caller's: a file or a pipe. */
VnSink *vn_sink_new_stream (int fd, const VnSinkContent *content);
/* pcapng files in the folder @dir_fd: "lab.pcapng" becomes "lab_00001_20231114221320.pcapng" and so on. The one that is
 * being written ends in ".partial". A file begins with its first frame, so there are no empty ones, but one if no frame
 * came at all. */
VnSink *vn_sink_new_files (int dir_fd, const char *name, const VnRotation *rotation, const VnSinkContent *content);
/* For each point "<its name>.pcap" in the folder @dir_fd, with times in nanoseconds, for programs that want one
 * interface a file. */
VnSink *vn_sink_new_split (int dir_fd, const VnSinkContent *content);
void vn_sink_free (VnSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnSink, vn_sink_free)

gboolean vn_sink_begin (VnSink *sink, GError **error);
gboolean vn_sink_add (VnSink *sink, const VnFrame *frame, const guint8 *bytes, GError **error);
/* Writes what was added. */
gboolean vn_sink_flush (VnSink *sink, GError **error);
/* Writes what stands at the end. */
gboolean vn_sink_finish (VnSink *sink, GError **error);

/* Whether the current file has to end at @unix_ns. The caller then brings the points' counters up to date and calls
 * vn_sink_next(). */
gboolean vn_sink_is_due (const VnSink *sink, guint64 unix_ns);
gboolean vn_sink_next (VnSink *sink, GError **error);
/* When that will be at the latest; G_MAXUINT64 = never. */
guint64 vn_sink_due_ns (const VnSink *sink);

/* A stream's: to be waited for, for its reader's end. -1 = none. */
int vn_sink_fd (const VnSink *sink);
/* The reader has gone away; nothing is written any more. */
gboolean vn_sink_is_unread (const VnSink *sink);

G_END_DECLS
