/* SPDX-License-Identifier: Apache-2.0 */
/* Packets over time in a fixed number of slices, whatever time they take. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VN_TRAFFIC_SLICES 240

typedef struct
{
  guint64 n_packets, n_bytes;
} VnTrafficSlice;

/* Zeroed at the beginning. */
typedef struct
{
  gint64 start_ns;
  guint64 slice_ns; /* how long each takes; 0 = no packet yet */
  VnTrafficSlice slices[VN_TRAFFIC_SLICES];
} VnTraffic;

/* @bytes: on the wire. */
void vn_traffic_add (VnTraffic *traffic, gint64 time_ns, guint32 bytes);
/* Slices up to the last one with a packet. */
guint vn_traffic_len (const VnTraffic *traffic);

G_END_DECLS
