/* SPDX-License-Identifier: Apache-2.0 */
/* Packets over time: none lost when slices grow, whatever the times are. */
#include "analysis/flows/vn-traffic.h"

static const struct
{
  const char *name;
  gint64 times_ns[4];
  guint64 first; /* packets in the first slice */
  guint len;     /* slices up to the last packet; 0 = not asked */
  guint64 slice_ns;
} rows[] = {
  { "at once", { 5, 5, 5, 5 }, 4, 1, 1000 },
  { "the last slice's end", { 0, 1, 2, 239999 }, 3, 240, 1000 },
  { "just behind it", { 0, 1, 2, 240000 }, 3, 121, 2000 },
  { "set back", { 5000, 1, 4999, 6000 }, 3, 2, 1000 },
  { "far", { G_MININT64, 0, 1, G_MAXINT64 }, 1, 0, 0 },
};

static void
test_slices (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VnTraffic traffic = { 0 };
      guint64 n = 0, bytes = 0;

      g_test_message ("%s", rows[i].name);
      g_assert_cmpuint (vn_traffic_len (&traffic), ==, 0);
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].times_ns); j++)
        vn_traffic_add (&traffic, rows[i].times_ns[j], 60);
      for (guint j = 0; j < VN_TRAFFIC_SLICES; j++)
        {
          n += traffic.slices[j].n_packets;
          bytes += traffic.slices[j].n_bytes;
        }
      g_assert_cmpuint (n, ==, 4);
      g_assert_cmpuint (bytes, ==, 240);
      g_assert_cmpuint (traffic.slices[0].n_packets, ==, rows[i].first);
      if (rows[i].len > 0)
        {
          g_assert_cmpuint (vn_traffic_len (&traffic), ==, rows[i].len);
          g_assert_cmpuint (traffic.slice_ns, ==, rows[i].slice_ns);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traffic/slices", test_slices);
  return g_test_run ();
}
