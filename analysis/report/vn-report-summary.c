/* SPDX-License-Identifier: Apache-2.0 */
/* A run summed up by check, by pair of ends, and in one sentence. */
#include "analysis/report/vn-report-summary.h"

#include <string.h>

/* ---- by check ---- */

static const char *
check_title (const char *id)
{
  guint n;
  const VnCheckInfo *checks = vn_checks (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (checks[i].id, id) == 0)
      return checks[i].title;
  return NULL;
}

static void
add_up (const VnReportItem *item, gpointer data)
{
  GArray *sums = data;
  VnReportSum fresh = { item->id, check_title (item->id), { 0 } };

  for (guint i = 0; i < sums->len; i++)
    if (strcmp (g_array_index (sums, VnReportSum, i).id, item->id) == 0)
      {
        g_array_index (sums, VnReportSum, i).counts[item->verdict]++;
        return;
      }
  fresh.counts[item->verdict]++;
  g_array_append_val (sums, fresh);
}

GArray *
vn_report_sums (const VnRun *run)
{
  GArray *sums = g_array_new (FALSE, FALSE, sizeof (VnReportSum));

  vn_report_foreach (run, add_up, sums);
  return sums;
}

VnReportSum
vn_report_sum_all (const VnRun *run)
{
  VnReportSum sum = { NULL, NULL, { 0 } };

  for (guint v = 0; v < VN_N_VERDICTS; v++)
    sum.counts[v] = vn_run_count (run, (VnVerdict)v);
  return sum;
}

guint
vn_report_sum_total (const VnReportSum *sum)
{
  guint total = 0;

  for (guint v = 0; v < VN_N_VERDICTS; v++)
    total += sum->counts[v];
  return total;
}

gboolean
vn_report_is_worse (VnVerdict a, VnVerdict b)
{
  static const guint8 ranks[]
      = { [VN_VERDICT_PASS] = 0, [VN_VERDICT_INCONCLUSIVE] = 1, [VN_VERDICT_ERROR] = 2, [VN_VERDICT_FAIL] = 3 };

  return ranks[a] > ranks[b];
}

VnVerdict
vn_report_sum_verdict (const VnReportSum *sum)
{
  VnVerdict worst = VN_VERDICT_PASS;

  for (guint v = 0; v < VN_N_VERDICTS; v++)
    if (sum->counts[v] > 0 && vn_report_is_worse ((VnVerdict)v, worst))
      worst = (VnVerdict)v;
  return worst;
}

char *
vn_report_verdict_line (const VnRun *run)
{
  static const struct
  {
    VnVerdict verdict;
    const char *words;
  } parts[] = {
    { VN_VERDICT_FAIL, "not" },
    { VN_VERDICT_INCONCLUSIVE, "undecided" },
    { VN_VERDICT_ERROR, "with errors" },
  };
  VnReportSum sum = vn_report_sum_all (run);
  GString *text = g_string_new (NULL);

  if (vn_report_sum_total (&sum) == 0)
    g_string_append (text, "nothing was checked");
  else if (sum.counts[VN_VERDICT_PASS] == vn_report_sum_total (&sum))
    g_string_append_printf (text, "%u checks, all as they should be", vn_report_sum_total (&sum));
  else
    g_string_append_printf (text, "%u checks: %u as they should be", vn_report_sum_total (&sum),
                            sum.counts[VN_VERDICT_PASS]);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (sum.counts[parts[i].verdict] > 0)
      g_string_append_printf (text, ", %u %s", sum.counts[parts[i].verdict], parts[i].words);
  return g_string_free (text, FALSE);
}

/* ---- by pair of ends ---- */

/* End name -> its place in the matrix, from 1. */
static GHashTable *
index_ends (const VnRun *run)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < run->ends->len; i++)
    g_hash_table_insert (index, g_ptr_array_index (run->ends, i), GUINT_TO_POINTER (i + 1));
  return index;
}

static void
add_cell (GArray *pairs, GHashTable *index, guint n, const VnRunCell *cell)
{
  guint from = GPOINTER_TO_UINT (g_hash_table_lookup (index, cell->from));
  guint to = cell->to ? GPOINTER_TO_UINT (g_hash_table_lookup (index, cell->to)) : from;
  VnReportPair *pair;

  if (from == 0 || to == 0)
    return;
  pair = &g_array_index (pairs, VnReportPair, (from - 1) * n + to - 1);
  pair->n_cells++;
  if (vn_report_is_worse (cell->verdict, pair->worst))
    pair->worst = cell->verdict;
  if (cell->kind != VN_CELL_REACH || cell->observed.answered == VN_LEG_OPEN)
    return;
  pair->n_asked++;
  pair->n_answered += cell->observed.answered == VN_LEG_YES;
}

GArray *
vn_report_pairs (const VnRun *run)
{
  guint n = run->ends->len;
  GArray *pairs = g_array_new (FALSE, TRUE, sizeof (VnReportPair));
  g_autoptr (GHashTable) index = index_ends (run);

  g_array_set_size (pairs, n * n);
  for (guint i = 0; i < run->cells->len; i++)
    add_cell (pairs, index, n, g_ptr_array_index (run->cells, i));
  return pairs;
}
