/* SPDX-License-Identifier: Apache-2.0 */
/* From the probes of a stream to the times when each watch was open. Private to sim/probe. */
#pragma once

#include "sim/probe/vn-stream.h"

G_BEGIN_DECLS

typedef struct
{
  guint watch;
  VnUsec sent; /* monotonic */
  gboolean arrived;
  gboolean unsent; /* its interface was not there */
} VnStreamShot;

/* @shots: VnStreamShot, in the order of sending. @start: what times are relative to. Array of VnStreamResult that frees
 * what it holds, index = watch of @watches (VnWatch). Transfer full. */
GArray *vn_stream_results (const GArray *watches, const GArray *shots, VnUsec start);

G_END_DECLS
