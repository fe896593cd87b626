/* SPDX-License-Identifier: Apache-2.0 */
/* A case run step by step.
 *
 * In the kernel, entries are made and listed by the conntrack program itself, so that nothing of the program's own
 * reading of the kernel's tables is in the comparison. The rules are what the -save programs print. */
#include "tests/lib/vn-case-run.h"

#include "sim/apply/vn-lab.h"
#include "sim/modes/vn-scene.h"
#include "tests/lib/vn-case-conntrack.h"
#include "tests/lib/vn-case-rules.h"

void
vn_case_run_init (VnCaseRun *run, const VnCase *c)
{
  *run = (VnCaseRun){ .c = c, .world = vn_world_new (c->topology, NULL) };
  run->connections = g_ptr_array_new_with_free_func (g_free);
}

void
vn_case_run_clear (VnCaseRun *run)
{
  g_clear_pointer (&run->world, vn_world_free);
  g_clear_pointer (&run->tables, vn_tables_free);
  g_clear_pointer (&run->connections, g_ptr_array_unref);
}

VnPlan *
vn_case_run_step (VnCaseRun *run, const VnCaseStep *step)
{
  g_autoptr (VnTables) before = g_steal_pointer (&run->tables);
  VnPlan *plan;

  run->world = vn_world_fold (run->world, step->events);
  run->tables = vn_tables_new ();
  vn_scene_render (run->c->topology, run->tables);
  vn_world_render (run->world, run->tables);
  plan = vn_plan_delta (before, run->tables);
  vn_case_conntrack_seed (run->connections, step->seeds);
  vn_case_conntrack_delete (run->connections, plan, run->c->host);
  return plan;
}

char *
vn_case_run_compare (const VnCaseRun *run, const VnCaseStep *step)
{
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      const VnRuleset *ruleset = vn_tables_ruleset (run->tables, run->c->host, tool);
      g_autofree char *save = ruleset != NULL ? vn_ruleset_to_save (ruleset, FALSE) : NULL;
      char *difference = vn_case_rules_compare (step, tool, save);

      if (difference != NULL)
        return difference;
    }
  return vn_case_conntrack_compare (step, run->connections);
}

/* @difference: taken over; nullable. */
static char *
name_step (const VnCase *c, guint number, char *difference)
{
  const VnCaseStep *step = g_ptr_array_index (c->steps, number);
  char *named = difference != NULL ? g_strdup_printf ("step %u, %s: %s", number, step->name, difference) : NULL;

  g_free (difference);
  return named;
}

char *
vn_case_check_tables (const VnCase *c)
{
  g_auto (VnCaseRun) run;

  vn_case_run_init (&run, c);
  for (guint i = 0; i < c->steps->len; i++)
    {
      const VnCaseStep *step = g_ptr_array_index (c->steps, i);
      vn_plan_free (vn_case_run_step (&run, step));
      char *difference = name_step (c, i, vn_case_run_compare (&run, step));

      if (difference != NULL)
        return difference;
    }
  return NULL;
}

/* ---- in the kernel ---- */

char *
vn_case_read_back (VnKernel *kernel, const char *node, VnTool tool, GError **error)
{
  g_autoptr (GPtrArray) dump = vn_kernel_dump (kernel, node, error);

  for (guint i = 0; dump != NULL && i < dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);

      if (obj->kind == VN_KOBJ_RULES && obj->u.rules.tool == tool)
        return vn_case_rules_bare (obj->u.rules.text);
    }
  return NULL;
}

/* Runs the conntrack program on the host. @arguments: separated by blanks. Returns: what it printed; NULL on error. */
static char *
run_conntrack (const VnCase *c, const char *arguments, GError **error)
{
  g_autofree char *line = g_strdup_printf ("nsenter --net=/run/netns/%s conntrack %s", c->host, arguments);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autofree char *output = NULL, *problems = NULL;
  gint status;

  if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &problems, &status, error))
    return NULL;
  if (g_spawn_check_wait_status (status, error))
    return g_steal_pointer (&output);
  g_prefix_error (error, "%s: %s: ", line, problems);
  return NULL;
}

static gboolean
seed (const VnCase *c, const VnCaseStep *step, GError **error)
{
  for (guint i = 0; i < step->seeds->len; i++)
    {
      g_autofree char *arguments = g_strdup_printf ("-I %s", (char *)g_ptr_array_index (step->seeds, i));
      g_autofree char *output = run_conntrack (c, arguments, error);

      if (output == NULL)
        return FALSE;
    }
  return TRUE;
}

static char *
compare_connections (const VnCase *c, const VnCaseStep *step, GError **error)
{
  g_autofree char *v4 = run_conntrack (c, "-L -f ipv4", error);
  g_autofree char *v6 = v4 != NULL ? run_conntrack (c, "-L -f ipv6", error) : NULL;
  g_autofree char *both = v6 != NULL ? g_strconcat (v4, v6, NULL) : NULL;
  g_autoptr (GPtrArray) entries = both != NULL ? vn_case_conntrack_listed (both) : NULL;

  if (entries == NULL)
    return NULL;
  vn_case_conntrack_drop_multicast (entries);
  return vn_case_conntrack_compare (step, entries);
}

static char *
compare_kernel (VnKernel *kernel, const VnCase *c, const VnCaseStep *step, GError **error)
{
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      g_autoptr (GError) failure = NULL;
      g_autofree char *save = vn_case_read_back (kernel, c->host, tool, &failure);
      char *difference = failure == NULL ? vn_case_rules_compare (step, tool, save) : NULL;

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      if (difference != NULL)
        return difference;
    }
  return compare_connections (c, step, error);
}

/* What verifying finds is a difference, too. */
static char *
verify (VnLab *lab, const VnTables *tables, GError **error)
{
  g_autoptr (GPtrArray) deltas = vn_lab_verify (lab, tables, NULL, error);
  const VnDelta *first = deltas != NULL && deltas->len > 0 ? g_ptr_array_index (deltas, 0) : NULL;

  return first != NULL ? g_strdup_printf ("verifying: %s: %s", first->node, first->text) : NULL;
}

static char *
check_step (VnCaseRun *run, VnLab *lab, const VnCaseStep *step, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (VnPlan) plan = vn_case_run_step (run, step);
  char *difference = NULL;

  if (vn_lab_apply (lab, plan, &failure) && seed (run->c, step, &failure))
    difference = compare_kernel (vn_lab_kernel (lab), run->c, step, &failure);
  if (failure == NULL && difference == NULL)
    difference = verify (lab, run->tables, &failure);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return difference;
}

char *
vn_case_check_kernel (const VnCase *c, GError **error)
{
  g_auto (VnCaseRun) run;
  VnKernel *kernel = vn_kernel_linux_new (error);
  VnLab *lab;
  char *difference = NULL;
  GError *failure = NULL, *leftover = NULL;

  vn_case_run_init (&run, c);
  if (kernel == NULL)
    return NULL;
  lab = vn_lab_new (kernel);
  for (guint i = 0; i < c->steps->len && difference == NULL && failure == NULL; i++)
    difference = name_step (c, i, check_step (&run, lab, g_ptr_array_index (c->steps, i), &failure));
  if (!vn_lab_teardown (lab, &leftover) && failure == NULL)
    failure = g_steal_pointer (&leftover);
  g_clear_error (&leftover);
  if (failure != NULL)
    g_propagate_error (error, failure);
  vn_lab_free (lab);
  vn_kernel_free (kernel);
  return difference;
}
