/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and sets of a host against those that Neutron's own agent loaded for the same ports (tests/golden/neutron).
 *
 * Each folder holds what the agent was given (case.json) and what the -save programs printed behind each step, with
 * comments, counters and blank lines taken out. Lines are compared as they stand; members of sets and tracked
 * connections without regard to order. */
#include "tests/lib/vn-case-run.h"

static void
test_case (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCase) c = vn_case_load (data, &error);
  g_autofree char *difference = NULL;

  g_assert_no_error (error);
  difference = vn_case_check_tables (c);
  if (difference != NULL)
    g_test_fail_printf ("%s", difference);
}

/* What is loaded, saved and read back is the same value: through the text of the -save program, comments included. */
static void
test_round_trip (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCase) c = vn_case_load (data, &error);
  g_auto (VnCaseRun) run;
  g_autoptr (VnPlan) plan = NULL;

  g_assert_no_error (error);
  vn_case_run_init (&run, c);
  plan = vn_case_run_step (&run, g_ptr_array_index (c->steps, 0));
  for (guint i = 0; i < run.tables->rulesets->len; i++)
    {
      const VnRuleset *ruleset = g_ptr_array_index (run.tables->rulesets, i);
      g_autofree char *text = vn_ruleset_to_save (ruleset, TRUE);
      g_autoptr (VnRuleset) parsed = vn_ruleset_parse (c->host, ruleset->tool, text, &error);
      g_autofree char *diff = NULL;

      g_assert_no_error (error);
      diff = vn_ruleset_diff (ruleset, parsed);
      g_assert_cmpstr (diff, ==, NULL);
    }
}

int
main (int argc, char **argv)
{
  const char *source = g_getenv ("VN_SRCDIR");
  g_autofree char *root = g_build_filename (source != NULL ? source : ".", "tests/golden/neutron", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = NULL;

  g_test_init (&argc, &argv, NULL);
  folders = vn_case_list (root, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (folders->len, >=, 10);
  for (guint i = 0; i < folders->len; i++)
    {
      const char *folder = g_ptr_array_index (folders, i);
      g_autofree char *name = g_path_get_basename (folder);
      g_autofree char *golden = g_strdup_printf ("/neutron/rules/%s", name);
      g_autofree char *round_trip = g_strdup_printf ("/neutron/round-trip/%s", name);

      g_test_add_data_func (golden, folder, test_case);
      g_test_add_data_func (round_trip, folder, test_round_trip);
    }
  return g_test_run ();
}
