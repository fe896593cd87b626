/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of probes: from what arrived to spans, gaps and last moments. */
#include "sim/probe/vn-stream-spans.h"

#include <string.h>

#define INTERVAL_USEC 1000

static const struct
{
  const char *fates; /* of one watch's probes: + arrived, - lost, ! not sent */
  guint start;       /* the number of the first one behind the start */
  const char *spans; /* "+3 -2": alternately open and shut */
  VnUsec gap_usec, last_open_usec;
} cases[] = {
  { "++++", 2, "+4", 0, 1000 },
  { "----", 2, "-4", 0, G_MININT64 },
  { "++--", 1, "+2 -2", 0, 0 },
  { "--++", 1, "-2 +2", 0, 2000 },
  { "++--++", 2, "+2 -2 +2", 3000, 3000 },
  { "+-+---+", 0, "+1 -1 +1 -3 +1", 4000, 6000 },
  { "-+-", 0, "-1 +1 -1", 0, 1000 },
  { "+!!+", 0, "+1 -2 +1", 3000, 3000 },
};

/* Two watches in turn, of which the other always arrives. */
static GArray *
shots_of (const char *fates)
{
  GArray *shots = g_array_new (FALSE, FALSE, sizeof (VnStreamShot));

  for (guint i = 0; fates[i] != '\0'; i++)
    {
      const VnStreamShot both[] = {
        { 0, i * INTERVAL_USEC, fates[i] == '+', fates[i] == '!' },
        { 1, i * INTERVAL_USEC + INTERVAL_USEC / 2, TRUE, FALSE },
      };

      g_array_append_vals (shots, both, G_N_ELEMENTS (both));
    }
  return shots;
}

static char *
spans_of (const VnStreamResult *result)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < result->spans->len; i++)
    {
      const VnStreamSpan *span = &g_array_index (result->spans, VnStreamSpan, i);

      g_string_append_printf (text, "%s%c%u", i > 0 ? " " : "", span->open ? '+' : '-', span->n_probes);
      g_assert_cmpint (span->last_usec - span->first_usec, ==, (span->n_probes - 1) * INTERVAL_USEC);
    }
  return g_string_free (text, FALSE);
}

static void
test_spans (void)
{
  const VnWatch watches[] = { { .flow = VN_FLOW_NEW }, { .flow = VN_FLOW_LASTING } };
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (VnWatch));

  g_array_append_vals (all, watches, G_N_ELEMENTS (watches));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) shots = shots_of (cases[i].fates);
      g_autoptr (GArray) results = vn_stream_results (all, shots, (VnUsec)cases[i].start * INTERVAL_USEC);
      const VnStreamResult *result = &g_array_index (results, VnStreamResult, 0);
      g_autofree char *spans = spans_of (result);

      g_assert_cmpuint (results->len, ==, 2);
      g_assert_cmpstr (spans, ==, cases[i].spans);
      g_assert_cmpuint (result->n_sent, ==, strlen (cases[i].fates));
      g_assert_cmpint (vn_stream_result_gap_usec (result), ==, cases[i].gap_usec);
      g_assert_cmpint (vn_stream_result_last_open_usec (result), ==, cases[i].last_open_usec);
      g_assert_cmpuint (g_array_index (results, VnStreamResult, 1).n_arrived, ==, strlen (cases[i].fates));
    }
}

static void
test_names (void)
{
  g_assert_cmpstr (vn_flow_name (VN_FLOW_NEW), ==, "new flows");
  g_assert_cmpstr (vn_flow_name (VN_FLOW_LASTING), ==, "lasting flow");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/spans", test_spans);
  g_test_add_func ("/stream/names", test_names);
  return g_test_run ();
}
