/* SPDX-License-Identifier: Apache-2.0 */
/* Random clouds against the real kernel: every cell as predicted, or as a known quirk says.
 *
 * Arguments: first seed, number of clouds. A failing cloud is made smaller as long as it still fails, and printed with
 * the command that reproduces it. The counts of features that the clouds had are printed; none may be 0. */
#include "sim/run/vn-timeline.h"
#include "tests/lib/vn-random-cloud.h"
#include "tests/lib/vn-test-net.h"

#include "sim/base/vn-text.h"

#include <stdio.h>
#include <stdlib.h>

#define SHRINK_MOST 40 /* clouds that are built to make a failing one smaller */

typedef struct
{
  guint first, n;
} Range;

/* What is wrong with a run: NULL if nothing is. Transfer full. */
static char *
complaint_of (const VnRun *run)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < run->cells->len; i++)
    {
      const VnRunCell *cell = g_ptr_array_index (run->cells, i);

      if (cell->verdict != VN_VERDICT_PASS && !cell->quirk)
        g_string_append_printf (text, "# %s %s: %s: %s; %s\n%s", cell->check_id, cell->key,
                                vn_verdict_name (cell->verdict), cell->message ? cell->message : "",
                                cell->observed_cause.text ? cell->observed_cause.text : "", cell->reasons);
    }
  for (guint i = 0; i < run->checks->len; i++)
    {
      const VnRunCheck *check = g_ptr_array_index (run->checks, i);

      if (check->verdict != VN_VERDICT_PASS && !check->quirk)
        g_string_append_printf (text, "# %s %s %s: %s: %s\n", check->id, check->host ? check->host : "",
                                check->subject ? check->subject : "", vn_verdict_name (check->verdict),
                                check->message ? check->message : "");
    }
  return g_string_free (text, text->len == 0);
}

/* Builds a cloud, lets its events happen, probes and judges. Returns: what is wrong, or NULL. */
static char *
try_cloud (const VnRandomCloud *cloud, guint *ret_cells)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnTopology) topology = vn_random_cloud_build (cloud);
  g_autoptr (GArray) events = vn_random_cloud_events (cloud, topology);
  const VnRunSetup setup = { .topology = topology, .events = events };
  g_autoptr (VnRun) run = vn_run_lab (&setup, &error);

  if (!run)
    return g_strdup_printf ("# %s\n", error->message);
  if (ret_cells)
    *ret_cells += run->cells->len;
  return complaint_of (run);
}

static gboolean
still_fails (const VnRandomCloud *cloud, gpointer data)
{
  guint *left = data;
  g_autofree char *complaint = *left > 0 ? try_cloud (cloud, NULL) : NULL;

  if (*left > 0)
    (*left)--;
  return complaint != NULL;
}

static void
report_failure (guint seed, VnRandomCloud *cloud)
{
  guint left = SHRINK_MOST;
  g_autofree char *text = NULL, *complaint = NULL;

  vn_random_cloud_shrink (cloud, still_fails, &left);
  text = vn_random_cloud_to_string (cloud);
  complaint = try_cloud (cloud, NULL);
  g_test_message ("seed %u, reproduce with: test-random-clouds %u 1\n%s\n%s", seed, seed, text,
                  complaint ? complaint : "(the smaller one passed once)");
  g_test_fail ();
}

static void
test_clouds (gconstpointer data)
{
  const Range *range = data;
  guint counts[VN_N_FEATURES] = { 0 }, cells = 0;

  for (guint seed = range->first; seed < range->first + range->n; seed++)
    {
      VnRandomCloud cloud;
      g_autofree char *complaint = NULL;

      vn_random_cloud_draw (seed, &cloud);
      vn_random_cloud_count (&cloud, counts);
      complaint = try_cloud (&cloud, &cells);
      if (complaint)
        {
          g_test_message ("seed %u:\n%s", seed, complaint);
          report_failure (seed, &cloud);
          return;
        }
    }
  g_test_message ("%u clouds, %u cells", range->n, cells);
  for (guint i = 0; i < VN_N_FEATURES; i++)
    {
      g_test_message ("%u with %s", counts[i], vn_feature_name ((VnFeature)i));
      if (range->n >= 50)
        g_assert_cmpuint (counts[i], >, 0);
    }
}

int
main (int argc, char **argv)
{
  Range range = { 1, 50 };
  guint64 number;
  int status;

  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && vn_parse_uint (argv[1], 0, G_MAXUINT32, &number))
    range.first = (guint)number;
  if (argc > 2 && vn_parse_uint (argv[2], 1, 100000, &number))
    range.n = (guint)number;
  status = vn_test_sandbox ();
  if (status != 0)
    return status;
  g_test_add_data_func ("/random-clouds", &range, test_clouds);
  return g_test_run ();
}
