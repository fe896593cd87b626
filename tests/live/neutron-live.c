/* SPDX-License-Identifier: Apache-2.0 */
/* neutron-live FOLDER…: replays scenarios that a real Neutron server and real agents went through, on the real kernel,
 * and compares the hosts' state after each snapshot and every probe's result with the record.
 *
 * A folder without scenario.json stands for those below it. A line a scenario, below it what differs, then the sums.
 * Exit status: 0 all passed, 1 one failed, 2 nothing to run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/kernel/vn-sandbox.h"
#include "tests/lib/vn-live-run.h"

typedef enum
{
  PASSED,
  FAILED,
  SKIPPED,
  N_OUTCOMES
} Outcome;

static gboolean
has_scenario (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "scenario.json", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_folders (const char *folder, GPtrArray *folders)
{
  g_autoptr (GDir) dir = NULL;
  guint begin = folders->len;

  if (has_scenario (folder))
    {
      g_ptr_array_add (folders, g_strdup (folder));
      return;
    }
  dir = g_dir_open (folder, 0, NULL);
  for (const char *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (has_scenario (path))
        g_ptr_array_add (folders, g_steal_pointer (&path));
    }
  if (folders->len > begin)
    qsort (folders->pdata + begin, folders->len - begin, sizeof (gpointer), compare_names);
}

/* @is_last: of the orders that are tried; only then a failure is told. */
static Outcome
run_scenario (const VnLiveScenario *scenario, guint order, gboolean is_last)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) report = g_string_new (NULL);
  gboolean ran = vn_live_run (scenario, order, report, &error);

  if (ran && report->len == 0)
    {
      printf ("%s: passed\n", scenario->name);
      return PASSED;
    }
  if (!ran)
    g_string_append_printf (report, "  %s\n", error->message);
  if (is_last)
    printf ("%s: FAILED\n%s", scenario->name, report->str);
  return FAILED;
}

static int
run_in_sandbox (const VnLiveScenario *scenario, guint order, gboolean is_last)
{
  g_autoptr (GError) error = NULL;

  if (vn_sandbox_enter (&error))
    return run_scenario (scenario, order, is_last);
  printf ("%s: FAILED\n  %s\n", scenario->name, error->message);
  return FAILED;
}

/* In a sandbox of its own: what a scenario leaves running ends with it, and one that dies fails alone. */
static Outcome
run_in_child (const VnLiveScenario *scenario, guint order, gboolean is_last)
{
  int status = 0;
  pid_t child;

  fflush (NULL);
  child = fork ();
  if (child == 0)
    {
      int outcome = run_in_sandbox (scenario, order, is_last);

      fflush (NULL);
      _exit (outcome);
    }
  if (child < 0 || waitpid (child, &status, 0) < 0)
    return FAILED;
  if (WIFEXITED (status) && WEXITSTATUS (status) < N_OUTCOMES)
    return (Outcome)WEXITSTATUS (status);
  printf ("%s: FAILED\n  it ended with status 0x%x\n", scenario->name, (guint)status);
  return FAILED;
}

/* The order that the server listed hosts and ports in is not on record: one must explain everything. */
static Outcome
run_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnLiveScenario) scenario = vn_live_scenario_load (folder, &error);
  guint n_orders = scenario ? vn_live_n_orders (scenario) : 0;
  Outcome outcome = FAILED;

  if (!scenario)
    printf ("%s: FAILED\n  %s\n", folder, error->message);
  else if (vn_live_scenario_has_router (scenario))
    {
      printf ("%s: skipped: router\n", scenario->name);
      return SKIPPED;
    }
  for (guint order = 0; order < n_orders && outcome == FAILED; order++)
    outcome = run_in_child (scenario, order, order + 1 == n_orders);
  return outcome;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  guint counts[N_OUTCOMES] = { 0 };

  for (int i = 1; i < argc; i++)
    add_folders (argv[i], folders);
  if (folders->len == 0)
    {
      fprintf (stderr, "usage: neutron-live FOLDER…: no scenario.json there\n");
      return 2;
    }
  for (guint i = 0; i < folders->len; i++)
    counts[run_folder (g_ptr_array_index (folders, i))]++;
  printf ("%u passed, %u failed", counts[PASSED], counts[FAILED]);
  printf (counts[SKIPPED] > 0 ? ", %u skipped\n" : "\n", counts[SKIPPED]);
  return counts[FAILED] > 0 ? 1 : 0;
}
