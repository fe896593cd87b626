/* SPDX-License-Identifier: Apache-2.0 */
/* Frames sent in a row, faster than a QoS policy's limit: what was sent, to be held against what arrived. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* The UDP source port of all these frames, which no probe has. */
#define VN_BURST_PORT 39999

typedef struct
{
  guint cell;     /* of the probes: says from where to where, and to which port */
  guint from, to; /* ends */
  guint limited;  /* the one of them whose port has the limit */
  VnDirection direction;
  guint frame_bytes; /* small enough for the limit's burst; 0 = no frame is */
  guint n_sent;
  VnUsec duration;
  guint full_bytes; /* frames as large as the network takes, sent one by one behind the others; 0 = none */
  guint n_full;
} VnBurst;

G_END_DECLS
