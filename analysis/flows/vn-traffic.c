/* SPDX-License-Identifier: Apache-2.0 */
/* Packets over time in a fixed number of slices.
 *
 * How long a capture lasts is known at its end only: slices begin short, and whenever a packet lies beyond the last
 * one, each two become one of twice the length. A packet from before the first one (a clock that was set back, files
 * merged) counts in the first slice. */
#include "analysis/flows/vn-traffic.h"

#define FIRST_SLICE_NS 1000

static void
halve (VnTraffic *traffic)
{
  for (guint i = 0; i < VN_TRAFFIC_SLICES; i++)
    {
      VnTrafficSlice sum = { 0, 0 };

      for (guint j = 2 * i; j < 2 * i + 2 && j < VN_TRAFFIC_SLICES; j++)
        {
          sum.n_packets += traffic->slices[j].n_packets;
          sum.n_bytes += traffic->slices[j].n_bytes;
        }
      traffic->slices[i] = sum;
    }
  traffic->slice_ns *= 2;
}

void
vn_traffic_add (VnTraffic *traffic, gint64 time_ns, guint32 bytes)
{
  VnTrafficSlice *slice;
  guint64 after_ns;

  if (traffic->slice_ns == 0)
    *traffic = (VnTraffic){ .start_ns = time_ns, .slice_ns = FIRST_SLICE_NS };
  after_ns = time_ns > traffic->start_ns ? (guint64)time_ns - (guint64)traffic->start_ns : 0;
  while (after_ns / traffic->slice_ns >= VN_TRAFFIC_SLICES)
    halve (traffic);
  slice = &traffic->slices[after_ns / traffic->slice_ns];
  slice->n_packets++;
  slice->n_bytes += bytes;
}

guint
vn_traffic_len (const VnTraffic *traffic)
{
  guint len = VN_TRAFFIC_SLICES;

  while (len > 0 && traffic->slices[len - 1].n_packets == 0)
    len--;
  return len;
}
