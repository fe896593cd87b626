/* SPDX-License-Identifier: Apache-2.0 */
/* Which probes, and transmitting them: resolve, send, echo, sentinels. Judging is elsewhere (analysis/judge). */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/model/vn-cell.h"
#include "sim/packet/vn-frame.h"

G_BEGIN_DECLS

/* Every ordered pair of ends, ICMP; TCP and UDP by the classes that the rules cut out (just before, first, last and
 * just after each port range, and one port that no rule names); the attacks that port security must stop; the questions
 * about L2 population; the user's `checks:` (index in `check`). Array of VnCell; the order is the file's. */
GArray *vn_probe_cells (const VnTopology *topology);

/* How many descriptors are open at once while @cells are probed. */
guint64 vn_probe_count_fds (const VnTopology *topology, const GArray *cells);

typedef struct
{
  VnKernel *kernel;
  /* The capture, from outside: reads what is there into @store without blocking; the fds to wait on. */
  gint (*drain) (gpointer capture, VnUsec timeout_usec, GError **error);
  gpointer capture;
  const GArray *capture_fds; /* int */
  const VnTopology *topology;
  const GPtrArray *points; /* VnCapturePoint of the capture */
  VnFrameStore *store;
  guint window;                                              /* probes in flight at once; 0 = default */
  void (*progress) (guint done, guint total, gpointer data); /* nullable */
  gpointer progress_data;
  VnUsec deadline;          /* monotonic; legs that are open then stay so; 0 = a minute from the start */
  guint64 *ret_frames_sent; /* nullable: probes, sentinels and echoed datagrams; set on success */
} VnProbeSetup;
/* Sends what @cells ask for through the instances' own sockets, answers on real UDP and TCP listeners in the
 * destinations, and waits by sentinels. The frames are in the capture's store afterwards. May be called again with the
 * same store: the tags go on where those of its frames end. Returns: array of VnShot, index = cell; NULL on error. */
GArray *vn_probe_run (const VnProbeSetup *setup, const GArray *cells, GError **error);

G_END_DECLS
