/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions against a naive evaluator of the API's text, over random clouds.
 *
 * VN_TEST_SEED=N begins with seed N; a failure prints the seed and the cloud made as small as it gets. */
#include "sim/predict/vn-predict.h"
#include "tests/lib/vn-naive-filter.h"
#include "tests/lib/vn-random-cloud.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>

#define N_CLOUDS 2000
#define N_QUESTIONS 48 /* to each cloud */

static const guint16 ports[]
    = { 0, 1, 2, 19, 20, 21, 30, 50, 79, 80, 81, 95, 110, 442, 443, 444, 460, 999, 1000, 1030, 50000, 65535 };

static VnCell
draw_cell (const VnTopology *t, GRand *rand, guint n_ends)
{
  static const guint8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };
  VnCell cell = { .kind = VN_CELL_REACH, .check = VN_NONE, .family = VN_FAMILY_IPV4 };

  cell.from = (guint)g_rand_int_range (rand, 0, (gint32)n_ends);
  do
    cell.to = (guint)g_rand_int_range (rand, 0, (gint32)n_ends);
  while (cell.to == cell.from);
  cell.protocol = protocols[g_rand_int_range (rand, 0, G_N_ELEMENTS (protocols))];
  if (cell.protocol != IPPROTO_ICMP)
    cell.port = ports[g_rand_int_range (rand, 0, G_N_ELEMENTS (ports))];
  if (vn_ip_is_set (vn_end_address (vn_topology_end (t, cell.from), VN_FAMILY_IPV6)) && g_rand_boolean (rand))
    {
      cell.family = VN_FAMILY_IPV6;
      cell.protocol = cell.protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 : cell.protocol;
    }
  return cell;
}

typedef struct
{
  guint64 seed;
  guint n_asked, n_delivered, n_answered;
  char *difference; /* NULL = none */
} Run;

static void
compare (Run *run, const VnTopology *t, const VnPredictor *predictor, const VnCell *cell)
{
  VnOutcome naive = vn_naive_reach (t, cell);
  VnPrediction prediction;

  vn_predict_ask (predictor, cell, &prediction);
  run->n_asked++;
  run->n_delivered += naive.delivered == VN_LEG_YES;
  run->n_answered += naive.answered == VN_LEG_YES;
  if (prediction.outcome.delivered != naive.delivered || prediction.outcome.answered != naive.answered)
    {
      g_autofree char *key = vn_cell_key (t, cell);
      g_autofree char *reasons = vn_reason_to_string (prediction.reason);

      g_free (run->difference);
      run->difference = g_strdup_printf ("%s: naive says %s, %s\n%s", key, vn_leg_name (naive.delivered),
                                         vn_leg_name (naive.answered), reasons);
    }
  vn_prediction_clear (&prediction);
}

/* Random pairs first to last in the same order for the same cloud, so that shrinking meets the same questions. */
static gboolean
differs (const VnRandomCloud *cloud, gpointer data)
{
  Run *run = data;
  g_autoptr (VnTopology) t = vn_random_cloud_build (cloud);
  g_autoptr (GArray) events = vn_topology_default_events (t);
  g_autoptr (VnPredictor) predictor = vn_predict_compile (t, events);
  GRand *rand = g_rand_new_with_seed ((guint32)run->seed);
  guint n_ends = t->servers->len; /* servers' ports come first */

  g_clear_pointer (&run->difference, g_free);
  for (guint i = 0; i < N_QUESTIONS && n_ends >= 2; i++)
    {
      VnCell cell = draw_cell (t, rand, n_ends);

      compare (run, t, predictor, &cell);
    }
  g_rand_free (rand);
  return run->difference != NULL;
}

static void
report (Run *run, VnRandomCloud *cloud)
{
  g_autofree char *text = NULL;

  vn_random_cloud_shrink (cloud, differs, run);
  differs (cloud, run);
  text = vn_random_cloud_to_string (cloud);
  g_test_message ("%s%s", text, run->difference);
  g_test_fail_printf ("seed %" G_GUINT64_FORMAT " differs; again with VN_TEST_SEED=%" G_GUINT64_FORMAT, run->seed,
                      run->seed);
}

static guint64
first_seed (void)
{
  const char *text = g_getenv ("VN_TEST_SEED");
  guint64 seed = 1;

  if (text != NULL)
    g_assert_true (vn_parse_uint (text, 0, G_MAXUINT64, &seed));
  return seed;
}

static void
test_random_clouds (void)
{
  guint counts[VN_N_FEATURES] = { 0 };
  Run run = { .seed = first_seed () };

  for (guint i = 0; i < N_CLOUDS && !g_test_failed (); i++, run.seed++)
    {
      VnRandomCloud cloud;

      vn_random_cloud_draw (run.seed, &cloud);
      vn_random_cloud_count (&cloud, counts);
      if (differs (&cloud, &run))
        report (&run, &cloud);
    }
  g_free (run.difference);
  if (g_test_failed ())
    return;
  for (guint i = 0; i < VN_N_FEATURES; i++)
    {
      g_test_message ("%4u clouds: %s", counts[i], vn_feature_name (i));
      g_assert_cmpuint (counts[i], >, 0);
    }
  g_test_message ("%u asked, %u delivered, %u answered", run.n_asked, run.n_delivered, run.n_answered);
  g_assert_cmpuint (run.n_answered, >, run.n_asked / 50);
  g_assert_cmpuint (run.n_delivered, >, run.n_answered);
}

/* ---- the generator itself ---- */

static void
test_same_seed_same_cloud (void)
{
  VnRandomCloud a, b;
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;

  vn_random_cloud_draw (7, &a);
  vn_random_cloud_draw (7, &b);
  x = vn_random_cloud_to_string (&a);
  y = vn_random_cloud_to_string (&b);
  g_assert_cmpstr (x, ==, y);
}

/* Shrinking keeps what the failure needs, and nothing else. */
static gboolean
has_two_servers (const VnRandomCloud *cloud, gpointer data G_GNUC_UNUSED)
{
  g_autoptr (VnTopology) t = vn_random_cloud_build (cloud);

  return t->servers->len >= 2;
}

static void
test_shrink (void)
{
  VnRandomCloud cloud;
  g_autoptr (VnTopology) t = NULL;
  guint n_rules = 0;

  vn_random_cloud_draw (3, &cloud);
  vn_random_cloud_shrink (&cloud, has_two_servers, NULL);
  t = vn_random_cloud_build (&cloud);
  for (guint i = 0; i < t->security_groups->len; i++)
    for (guint j = 0; j < vn_topology_group (t, i)->rules->len; j++)
      n_rules += VN_AT (vn_topology_group (t, i)->rules, VnSecurityGroupRule, j)->implied == NULL;
  g_assert_cmpuint (t->servers->len, ==, 2);
  g_assert_cmpuint (n_rules, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/random-clouds", test_random_clouds);
  g_test_add_func ("/oracle/same-seed-same-cloud", test_same_seed_same_cloud);
  g_test_add_func ("/oracle/shrink", test_shrink);
  return g_test_run ();
}
