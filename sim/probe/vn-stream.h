/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of probes while something changes the lab: when each watched cell was open and when it was shut. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/model/vn-cell.h"

G_BEGIN_DECLS

/* What the probes of a stream have in common, which decides what they show. */
typedef enum
{
  VN_FLOW_NEW,     /* nothing: each begins a flow of its own, which the rules decide about */
  VN_FLOW_LASTING, /* addresses, ports or ICMP id: one flow, ESTABLISHED once it was answered, which goes on until its
                      connection tracking entry is deleted */
  VN_N_FLOWS
} VnFlow;
const char *vn_flow_name (VnFlow flow); /* "new flows", "lasting flow" */

typedef struct
{
  VnCell cell;
  VnFlow flow;
} VnWatch;

/* Whether a stream can ask the cell: an ordinary packet between two instances on one Ethernet that are both there. Of
 * lasting flows ICMP and UDP. */
gboolean vn_stream_can_watch (VnKernel *kernel, const VnTopology *topology, const VnWatch *watch);

typedef struct
{
  VnKernel *kernel;
  const VnTopology *topology; /* before the change; a reference is kept */
  const GArray *watches;      /* VnWatch that can be asked; copied */
  VnUsec interval_usec;       /* from one probe to the next, the watches taking turns; 0 = VN_STREAM_INTERVAL_USEC */
} VnStreamSetup;

#define VN_STREAM_INTERVAL_USEC 250

/* Probes that were sent one after the other and fared alike. Times are those of sending, relative to the moment when
 * vn_stream_start() returned: what came before is negative. */
typedef struct
{
  gboolean open;
  guint n_probes;
  VnUsec first_usec, last_usec; /* sending of its first and last probe */
} VnStreamSpan;

typedef struct
{
  VnWatch watch;
  guint n_sent, n_arrived;
  guint n_unsent; /* of n_sent: the sender's interface was not there */
  GArray *spans;  /* VnStreamSpan, at least one; alternately open and shut */
} VnStreamResult;

typedef struct _VnStream VnStream;

/* Opens the instances' sockets, starts to send, and returns once each watch was asked a few times, so that it is known
 * how it was before. The caller then changes the lab, by whatever blocking calls. NULL with @error. */
VnStream *vn_stream_start (const VnStreamSetup *setup, GError **error);
/* The change is done. Sends for some more time, waits for what is under way, and closes. Frees @s. @ret_change_usec:
 * nullable; how long the change took. Returns: array of VnStreamResult, index = watch, which frees what it holds; NULL
 * with @error. */
GArray *vn_stream_stop (VnStream *s, VnUsec *ret_change_usec, GError **error);

/* How long it was shut between two open spans, from the last probe that arrived before to the first one that did
 * behind; the longest if there are several; 0 = never. */
VnUsec vn_stream_result_gap_usec (const VnStreamResult *result);
/* When it was last seen open; G_MININT64 = never. */
VnUsec vn_stream_result_last_open_usec (const VnStreamResult *result);

G_END_DECLS
