/* SPDX-License-Identifier: Apache-2.0 */
/* From the probes of a stream to the times when each watch was open. */
#include "sim/probe/vn-stream-spans.h"

static void
clear_result (gpointer data)
{
  g_clear_pointer (&((VnStreamResult *)data)->spans, g_array_unref);
}

static VnStreamSpan *
nth_span (const VnStreamResult *result, guint i)
{
  return &g_array_index (result->spans, VnStreamSpan, i);
}

static void
add_shot (VnStreamResult *result, const VnStreamShot *shot, VnUsec start)
{
  VnUsec at = shot->sent - start;
  guint n = result->spans->len;

  result->n_sent++;
  result->n_arrived += shot->arrived ? 1 : 0;
  result->n_unsent += shot->unsent ? 1 : 0;
  if (n == 0 || nth_span (result, n - 1)->open != shot->arrived)
    {
      const VnStreamSpan span = { shot->arrived, 1, at, at };

      g_array_append_val (result->spans, span);
      return;
    }
  nth_span (result, n - 1)->n_probes++;
  nth_span (result, n - 1)->last_usec = at;
}

GArray *
vn_stream_results (const GArray *watches, const GArray *shots, VnUsec start)
{
  GArray *results = g_array_sized_new (FALSE, TRUE, sizeof (VnStreamResult), watches->len);

  g_array_set_clear_func (results, clear_result);
  for (guint i = 0; i < watches->len; i++)
    {
      VnStreamResult result = { .watch = g_array_index (watches, VnWatch, i),
                                .spans = g_array_new (FALSE, FALSE, sizeof (VnStreamSpan)) };

      g_array_append_val (results, result);
    }
  for (guint i = 0; i < shots->len; i++)
    {
      const VnStreamShot *shot = &g_array_index (shots, VnStreamShot, i);

      add_shot (&g_array_index (results, VnStreamResult, shot->watch), shot, start);
    }
  return results;
}

VnUsec
vn_stream_result_gap_usec (const VnStreamResult *result)
{
  VnUsec longest = 0;

  for (guint i = 1; i + 1 < result->spans->len; i++)
    if (!nth_span (result, i)->open)
      longest = MAX (longest, nth_span (result, i + 1)->first_usec - nth_span (result, i - 1)->last_usec);
  return longest;
}

VnUsec
vn_stream_result_last_open_usec (const VnStreamResult *result)
{
  for (guint i = result->spans->len; i-- > 0;)
    if (nth_span (result, i)->open)
      return nth_span (result, i)->last_usec;
  return G_MININT64;
}
