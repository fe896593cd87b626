/* SPDX-License-Identifier: Apache-2.0 */
/* Making results of checks, and the two checks about the run itself. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"

#include <string.h>

VnRunCheck *
vn_check_add (const VnCase *c, VnRun *run, const char *id, guint host, char *subject)
{
  VnRunCheck *check = vn_run_check_new ();

  check->id = g_strdup (id);
  check->host = host == VN_NONE ? NULL : g_strdup (vn_topology_machine (c->topology, host)->name);
  check->subject = subject;
  check->verdict = VN_VERDICT_PASS;
  g_ptr_array_add (run->checks, check);
  return check;
}

void
vn_check_fail (VnRunCheck *check, VnCause *cause, const char *format, ...)
{
  gboolean is_graver = check->cause.quirk && !cause->quirk;
  va_list args;

  if (check->verdict != VN_VERDICT_FAIL || is_graver)
    {
      va_start (args, format);
      g_free (check->message);
      check->message = g_strdup_vprintf (format, args);
      va_end (args);
      check->verdict = VN_VERDICT_FAIL;
      vn_cause_clear (&check->cause);
      check->cause = *cause;
      *cause = (VnCause){ VN_CAUSE_NONE };
    }
  vn_cause_clear (cause);
}

void
vn_check_doubt (VnRunCheck *check, const char *format, ...)
{
  va_list args;

  if (check->verdict != VN_VERDICT_PASS)
    return;
  va_start (args, format);
  g_free (check->message);
  check->message = g_strdup_vprintf (format, args);
  va_end (args);
  check->verdict = VN_VERDICT_INCONCLUSIVE;
}

void
vn_check_add_packet (VnRunCheck *check, guint frame)
{
  guint number = frame + 1;

  g_array_append_val (check->packets, number);
}

/* ---- LAB-STATE ---- */

static guint
find_machine (const VnTopology *topology, const char *node)
{
  for (guint i = 0; i < topology->machines->len; i++)
    if (strcmp (vn_topology_machine (topology, i)->name, node) == 0)
      return i;
  return VN_NONE;
}

/* Instances and switches are no machines: their check has the node as its subject. */
static VnRunCheck *
state_check (const VnCase *c, VnRun *run, GHashTable *by_node, const char *node)
{
  VnRunCheck *check = g_hash_table_lookup (by_node, node);
  guint machine = find_machine (c->topology, node);

  if (!check)
    {
      check = vn_check_add (c, run, "LAB-STATE", machine, machine == VN_NONE ? g_strdup (node) : NULL);
      g_hash_table_insert (by_node, g_strdup (node), check);
    }
  return check;
}

static const char *const delta_texts[] = {
  [VN_DELTA_MISSING] = "missing in the kernel",
  [VN_DELTA_UNEXPECTED] = "in the kernel, but not wanted",
  [VN_DELTA_DIFFERENT] = "different in the kernel",
};

static void
check_state (const VnCase *c, VnRun *run)
{
  g_autoptr (GHashTable) by_node = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < c->topology->machines->len; i++)
    state_check (c, run, by_node, vn_topology_machine (c->topology, i)->name);
  for (guint i = 0; i < c->evidence->deltas->len; i++)
    {
      const VnDelta *delta = g_ptr_array_index (c->evidence->deltas, i);
      VnRunCheck *check = state_check (c, run, by_node, delta->node);
      VnCause cause = { VN_CAUSE_NONE };

      vn_cause_set (c, &cause, VN_CAUSE_UNEXPLAINED, find_machine (c->topology, delta->node), delta->origin, "%s",
                    delta->text);
      vn_check_fail (check, &cause, "%s: %s", delta_texts[delta->kind], delta->text);
    }
}

/* ---- quirks ---- */

/* A host's rules and tables are no better than what its agent was there to hear. */
static void
excuse_agent (const VnCase *c, VnRunCheck *check)
{
  gboolean tunnels = g_str_has_prefix (check->id, "L2P-");
  guint host = check->host != NULL ? find_machine (c->topology, check->host) : VN_NONE;
  const VnQuirk *quirk = NULL;

  if (check->verdict != VN_VERDICT_FAIL || check->cause.quirk || host == VN_NONE)
    return;
  if (tunnels || g_str_equal (check->id, "SG-ACTIVE"))
    quirk = vn_predictor_agent_quirk (c->predictor, host, tunnels);
  if (quirk != NULL)
    check->cause.quirk = quirk->id;
}

/* A check that failed by nothing but an accepted departure of the real agents passes. */
static void
settle_quirks (const VnCase *c, VnRun *run)
{
  for (guint i = 0; i < run->checks->len; i++)
    {
      VnRunCheck *check = g_ptr_array_index (run->checks, i);

      excuse_agent (c, check);
      if (check->verdict != VN_VERDICT_FAIL || !check->cause.quirk)
        continue;
      check->quirk = g_strdup (check->cause.quirk);
      check->quirk_accepted = vn_run_accept_quirk (run, check->quirk);
      if (check->quirk_accepted)
        check->verdict = VN_VERDICT_PASS;
    }
}

/* CFG-QUIRK-UNUSED. */

static void
check_quirks (const VnCase *c, VnRun *run)
{
  for (guint i = 0; i < run->quirks->len; i++)
    {
      const VnRunQuirk *quirk = g_ptr_array_index (run->quirks, i);
      VnRunCheck *check = vn_check_add (c, run, "CFG-QUIRK-UNUSED", VN_NONE, g_strdup (quirk->id));
      VnCause cause = { VN_CAUSE_NONE };

      if (quirk->n_cells > 0)
        continue;
      vn_cause_set (c, &cause, VN_CAUSE_NONE, VN_NONE, quirk->origin, "the line accepts what does not happen");
      vn_check_fail (check, &cause, "the accepted quirk %s did not occur", quirk->id);
    }
}

void
vn_checks_lab (const VnCase *c, VnRun *run)
{
  if (c->evidence->deltas)
    check_state (c, run);
  settle_quirks (c, run);
  check_quirks (c, run);
}
