/* SPDX-License-Identifier: Apache-2.0 */
/* One pcapng for the whole lab (draft-ietf-opsawg-pcapng): one section, one interface block a capture point. */
#pragma once

#include "sim/base/vn-addr.h"
#include "sim/packet/vn-frame.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 packet_id;   /* the same at every hop of a packet (epb_packetid); 0 = none */
  const char *comment; /* NULL = none */
} VnFrameNote;

typedef struct
{
  const char *application; /* "vnetlab 0.1" */
  const char *comment;     /* lab and seed */
  guint snaplen;
} VnPcapngInfo;

typedef struct
{
  VnIp ip;
  const char *name;
} VnPcapngName; /* for the name resolution block */

/* @points: VnCapturePoint; @notes: one a frame or NULL; @names: array of VnPcapngName or NULL. Writes "<path>.partial"
 * and renames it. @dir_fd: folder, AT_FDCWD for none. */
gboolean vn_pcapng_write (int dir_fd, const char *path, const VnPcapngInfo *info, const GPtrArray *points,
                          const VnFrameStore *store, const VnFrameNote *notes, const GArray *names, GError **error);

/* The parts of a file that grows while frames come: everything before the first frame, a frame, everything behind the
 * last. Appended to @out, which the caller writes. */
void vn_pcapng_append_head (GByteArray *out, const VnPcapngInfo *info, const GPtrArray *points, const GArray *names);
void vn_pcapng_append_frame (GByteArray *out, const VnFrame *frame, const guint8 *bytes, const VnFrameNote *note);
void vn_pcapng_append_tail (GByteArray *out, const GPtrArray *points, guint64 end_ns);

G_END_DECLS
