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

static const VnWord leg_words[] = {
  { "forward", VN_HOP_FORWARD },
  { "back", VN_HOP_BACK },
  { NULL, 0 },
};
G_STATIC_ASSERT (G_N_ELEMENTS (leg_words) == VN_N_HOP_LEGS + 1);

const char *
vn_hop_leg_name (VnHopLeg leg)
{
  return vn_word_name (leg_words, leg);
}

static const VnWord role_words[] = {
  { "machine", VN_RUN_MACHINE },
  { "guest", VN_RUN_GUEST },
  { "service", VN_RUN_SERVICE },
  { "segment", VN_RUN_SEGMENT },
  { NULL, 0 },
};
G_STATIC_ASSERT (G_N_ELEMENTS (role_words) == VN_N_RUN_ROLES + 1);

const char *
vn_run_role_name (VnRunRole role)
{
  return vn_word_name (role_words, role);
}

static void
free_all (char *const *texts, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (texts[i]);
}

static void
hop_free (gpointer data)
{
  VnRunHop *hop = data;

  free_all ((char *[]){ hop->headers, hop->change, hop->why }, 3);
  g_free (hop);
}

static void
node_free (gpointer data)
{
  VnRunNode *node = data;

  free_all ((char *[]){ node->name, node->on }, 2);
  g_free (node);
}

static void
device_free (gpointer data)
{
  VnRunDevice *device = data;

  free_all ((char *[]){ device->name, device->kind, device->peer, device->lower, device->network }, 5);
  g_free (device);
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
  g_ptr_array_unref (cell->hops);
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

  free_all (texts, G_N_ELEMENTS (texts));
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
  run->nodes = g_ptr_array_new_with_free_func (node_free);
  run->devices = g_ptr_array_new_with_free_func (device_free);
  run->traffic = g_array_new (FALSE, FALSE, sizeof (VnRunTraffic));
  run->phases = g_array_new (FALSE, FALSE, sizeof (VnRunPhase));
  return run;
}

void
vn_run_free (VnRun *run)
{
  if (run == NULL)
    return;

  GPtrArray *arrays[] = { run->ends,   run->end_places, run->end_domains, run->cells, run->checks, run->quirks,
                          run->points, run->warnings,   run->leases,      run->nodes, run->devices };
  char *texts[] = { run->lab, run->file, run->release, run->tool_version, run->kernel, run->folder };

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_ptr_array_unref (arrays[i]);
  free_all (texts, G_N_ELEMENTS (texts));
  g_array_unref (run->traffic);
  g_array_unref (run->phases);
  g_free (run);
}

VnRunCell *
vn_run_cell_new (void)
{
  VnRunCell *cell = g_new0 (VnRunCell, 1);

  cell->packets = g_array_new (FALSE, FALSE, sizeof (guint));
  cell->hops = g_ptr_array_new_with_free_func (hop_free);
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
