/* SPDX-License-Identifier: Apache-2.0 */
/* What is watched while a lab is changed: which cells, what is promised of them, and what was seen. */
#pragma once

#include "sim/probe/vn-stream.h"
#include "sim/run/vn-file-change.h"

G_BEGIN_DECLS

/* A watch, and whether its probes have to arrive before and behind the change. */
typedef struct
{
  VnWatch watch;
  gboolean before, after;
} VnPromise;

/* At most @max watches: cells that the change opens or shuts come first, then such as must not notice it, evenly over
 * all. @held: joined, before the change. Array of VnPromise, transfer full. */
GArray *vn_watch_choose (const VnHeldLab *held, const VnFileChange *change, guint max);
/* "open after 3.1 ms, never shut since", "uninterrupted (120 probes, none lost)". Transfer full. */
char *vn_watch_describe (const VnPromise *promise, const VnStreamResult *result);
/* Whether it was, at the end, as promised. */
gboolean vn_watch_is_kept (const VnPromise *promise, const VnStreamResult *result);

G_END_DECLS
