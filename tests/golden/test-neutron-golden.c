/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and sets of a host against those that Neutron's own agent loaded for the same ports (tests/golden/neutron).
 *
 * Each folder holds what the agent was given (case.json) and what the -save programs printed afterwards, with comments,
 * counters and blank lines taken out. Lines are compared as they stand; members of sets without regard to order. */
#include <string.h>

#include "sim/neutron/vn-world.h"
#include "tests/lib/vn-case.h"

static const struct
{
  VnTool tool;
  const char *file;
} outputs[] = {
  { VN_TOOL_IPTABLES, "iptables-save.txt" },
  { VN_TOOL_IP6TABLES, "ip6tables-save.txt" },
  { VN_TOOL_IPSET, "ipset-save.txt" },
  { VN_TOOL_EBTABLES, "ebtables-save.txt" },
};

static VnTables *
tables_of (const VnCase *c)
{
  g_autoptr (GArray) events = vn_topology_default_events (c->topology);
  g_autoptr (VnWorld) world = vn_world_fold (vn_world_new (c->topology, NULL), events);
  VnTables *tables = vn_tables_new ();

  for (guint i = 0; i < events->len; i++)
    g_assert_true (vn_world_port_active (world, g_array_index (events, VnEvent, i).port, NULL));
  vn_world_render (world, tables);
  return tables;
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
sorted_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (sorted, lines[i]);
  g_ptr_array_sort (sorted, compare_lines);
  g_ptr_array_add (sorted, NULL);
  return g_strjoinv ("\n", (char **)sorted->pdata);
}

/* The first line that differs is what a reader of the log wants. */
static void
assert_same_lines (const char *want, const char *have, const char *file)
{
  g_auto (GStrv) wanted = g_strsplit (want, "\n", -1), there = g_strsplit (have, "\n", -1);

  for (guint i = 0; wanted[i] != NULL || there[i] != NULL; i++)
    if (g_strcmp0 (wanted[i], there[i]) != 0)
      {
        g_test_message ("%s, line %u:\n  agent: %s\n  here:  %s", file, i + 1, wanted[i] != NULL ? wanted[i] : "(end)",
                        there[i] != NULL ? there[i] : "(end)");
        g_test_fail ();
        return;
      }
}

static void
test_case (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCase) c = vn_case_load (data, &error);
  g_autoptr (VnTables) tables = NULL;

  g_assert_no_error (error);
  tables = tables_of (c);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      const VnRuleset *ruleset = vn_tables_ruleset (tables, c->host, outputs[i].tool);
      g_autofree char *want = vn_case_read (c, outputs[i].file);
      g_autofree char *have = ruleset != NULL ? vn_ruleset_to_save (ruleset, FALSE) : g_strdup ("");

      if (outputs[i].tool == VN_TOOL_IPSET)
        {
          g_autofree char *want_sorted = sorted_lines (want), *have_sorted = sorted_lines (have);

          assert_same_lines (want_sorted, have_sorted, outputs[i].file);
        }
      else
        assert_same_lines (want, have, outputs[i].file);
    }
}

/* What is loaded, saved and read back is the same value: through the text of the -save program, comments included. */
static void
test_round_trip (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCase) c = vn_case_load (data, &error);
  g_autoptr (VnTables) tables = NULL;

  g_assert_no_error (error);
  tables = tables_of (c);
  for (guint i = 0; i < tables->rulesets->len; i++)
    {
      const VnRuleset *ruleset = g_ptr_array_index (tables->rulesets, i);
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
