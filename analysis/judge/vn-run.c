/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a run: making it, freeing it, and what it amounts to. */
#include "analysis/judge/vn-run.h"

#include "sim/base/vn-text.h"

#include <string.h>

static const VnWord verdict_words[] = {
  { "pass", VN_VERDICT_PASS },
  { "fail", VN_VERDICT_FAIL },
  { "inconclusive", VN_VERDICT_INCONCLUSIVE },
  { "error", VN_VERDICT_ERROR },
  { NULL, 0 },
};
G_STATIC_ASSERT (G_N_ELEMENTS (verdict_words) == VN_N_VERDICTS + 1);

const char *
vn_verdict_name (VnVerdict verdict)
{
  return vn_word_name (verdict_words, verdict);
}

static void
cause_clear (VnCause *cause)
{
  g_free (cause->text);
  g_free (cause->where);
  g_free (cause->host);
}

static void
cell_free (gpointer data)
{
  VnRunCell *cell = data;

  g_free (cell->key);
  g_free (cell->from);
  g_free (cell->to);
  g_free (cell->what);
  g_free (cell->check_id);
  cause_clear (&cell->predicted_cause);
  cause_clear (&cell->observed_cause);
  g_free (cell->seen_as);
  g_free (cell->reasons);
  g_free (cell->quirk);
  g_free (cell->message);
  g_array_unref (cell->packets);
  g_free (cell);
}

static void
check_free (gpointer data)
{
  VnRunCheck *check = data;

  g_free (check->id);
  g_free (check->host);
  g_free (check->subject);
  g_free (check->quirk);
  g_free (check->message);
  cause_clear (&check->cause);
  g_array_unref (check->packets);
  g_free (check);
}

static void
point_free (gpointer data)
{
  VnRunPoint *point = data;

  g_free (point->name);
  g_free (point->description);
  g_free (point);
}

static void
quirk_free (gpointer data)
{
  VnRunQuirk *quirk = data;

  g_free (quirk->id);
  g_free (quirk->why);
  g_free (quirk);
}

static void
lease_free (gpointer data)
{
  VnRunLease *lease = data;
  char *texts[]
      = { lease->machine, lease->device, lease->address, lease->server, lease->router, lease->dns, lease->domain };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_free (lease);
}

VnRun *
vn_run_new (void)
{
  VnRun *run = g_new0 (VnRun, 1);

  run->ends = g_ptr_array_new_with_free_func (g_free);
  run->end_places = g_ptr_array_new_with_free_func (g_free);
  run->end_domains = g_ptr_array_new_with_free_func (g_free);
  run->cells = g_ptr_array_new_with_free_func (cell_free);
  run->checks = g_ptr_array_new_with_free_func (check_free);
  run->quirks = g_ptr_array_new_with_free_func (quirk_free);
  run->points = g_ptr_array_new_with_free_func (point_free);
  run->warnings = g_ptr_array_new_with_free_func (g_free);
  run->leases = g_ptr_array_new_with_free_func (lease_free);
  run->phases = g_array_new (FALSE, FALSE, sizeof (VnRunPhase));
  return run;
}

void
vn_run_free (VnRun *run)
{
  if (run == NULL)
    return;

  GPtrArray *arrays[] = { run->ends,   run->end_places, run->end_domains, run->cells, run->checks,
                          run->quirks, run->points,     run->warnings,    run->leases };
  char *texts[] = { run->lab, run->file, run->release, run->tool_version, run->kernel, run->folder };

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_ptr_array_unref (arrays[i]);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_array_unref (run->phases);
  g_free (run);
}

VnRunCell *
vn_run_cell_new (void)
{
  VnRunCell *cell = g_new0 (VnRunCell, 1);

  cell->packets = g_array_new (FALSE, FALSE, sizeof (guint));
  cell->predicted = (VnOutcome){ VN_LEG_OPEN, VN_LEG_OPEN };
  cell->observed = (VnOutcome){ VN_LEG_OPEN, VN_LEG_OPEN };
  return cell;
}

VnRunCheck *
vn_run_check_new (void)
{
  VnRunCheck *check = g_new0 (VnRunCheck, 1);

  check->packets = g_array_new (FALSE, FALSE, sizeof (guint));
  return check;
}

guint
vn_run_count (const VnRun *run, VnVerdict verdict)
{
  guint n = 0;

  for (guint i = 0; i < run->cells->len; i++)
    n += VN_AT (run->cells, VnRunCell, i)->verdict == verdict;
  for (guint i = 0; i < run->checks->len; i++)
    n += VN_AT (run->checks, VnRunCheck, i)->verdict == verdict;
  return n;
}

int
vn_run_exit_code (const VnRun *run)
{
  /* The gravest first: an error of the tool makes every other verdict doubtful. */
  static const struct
  {
    VnVerdict verdict;
    int code;
  } by_gravity[] = {
    { VN_VERDICT_ERROR, 4 },
    { VN_VERDICT_FAIL, 1 },
    { VN_VERDICT_INCONCLUSIVE, 6 },
  };

  if (run->cells->len + run->checks->len == 0)
    return 5;
  for (guint i = 0; i < G_N_ELEMENTS (by_gravity); i++)
    if (vn_run_count (run, by_gravity[i].verdict) > 0)
      return by_gravity[i].code;
  return 0;
}

gboolean
vn_run_accept_quirk (VnRun *run, const char *id)
{
  gboolean accepted = FALSE;

  for (guint i = 0; i < run->quirks->len; i++)
    {
      VnRunQuirk *quirk = g_ptr_array_index (run->quirks, i);

      if (strcmp (quirk->id, id) != 0)
        continue;
      quirk->n_cells++;
      accepted = TRUE;
    }
  return accepted;
}
