/* SPDX-License-Identifier: Apache-2.0 */
/* Where frames went: the last hop of each probe and answer, and all hops of each sentinel. Private to sim/probe. */
#pragma once

#include "sim/packet/vn-frame.h"
#include "sim/packet/vn-packet.h"

G_BEGIN_DECLS

typedef struct _VnTrail VnTrail;

/* Reads the frames of @store from @first on. */
VnTrail *vn_trail_new (const VnFrameStore *store, guint first, const VnDecodeOptions *decode);
void vn_trail_free (VnTrail *trail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTrail, vn_trail_free)

/* The capture point that saw the probe, or its answer, last; G_MAXUINT if none did. */
guint vn_trail_last (const VnTrail *trail, guint32 tag, gboolean answer);
/* Whether the sentinel was seen at the capture point. */
gboolean vn_trail_passed (const VnTrail *trail, guint32 sentinel, guint point);

G_END_DECLS
