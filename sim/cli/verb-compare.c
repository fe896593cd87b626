/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab compare: several labs are built and probed one after the other; their tables are put side by side. */
#include "analysis/report/vn-compare.h"
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/kernel/vn-sandbox.h"
#include "sim/run/vn-timeline.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const VnCompareFormat *
find_format (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  guint n;

  for (const VnCompareFormat *f = vn_compare_formats (&n); n > 0; n--, f++)
    {
      if (strcmp (f->name, name) == 0)
        return f;
      g_ptr_array_add (names, (char *)f->name);
    }
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  fprintf (stderr, "vnetlab compare: there is no format \"%s\"%s%s\n", name, hint ? "; " : "", hint ? hint : "");
  return NULL;
}

/* Loads all of them, so that every problem is seen at once. NULL if one could not be loaded. */
static GPtrArray *
load_all (char **names, const VnCliLab *lab)
{
  g_autoptr (GPtrArray) topologies = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_topology_unref);

  for (char **name = names; *name; name++)
    {
      VnTopology *topology = vn_cli_load (*name, lab, NULL);

      if (topology)
        g_ptr_array_add (topologies, topology);
    }
  return topologies->len == g_strv_length (names) ? g_steal_pointer (&topologies) : NULL;
}

static VnRun *
run_one (const VnTopology *topology, GError **error)
{
  VnUsec start = vn_clock_now ();
  const VnRunSetup setup = {
    .topology = topology,
    .now_unix_usec = vn_cli_now (),
    .progress = vn_cli_progress,
    .progress_data = &start,
  };
  VnRun *run = vn_run_lab (&setup, error);

  vn_cli_progress_clear ();
  return run;
}

static int
print (const GPtrArray *runs, const VnCompareFormat *format)
{
  const VnReportOptions options = { vn_cli_colour (STDOUT_FILENO), vn_cli_width (), FALSE };
  g_autoptr (VnComparison) comparison = vn_compare_runs (runs);
  g_autofree char *text = format->write (comparison, &options);
  int code = VN_EXIT_OK;

  fputs (text, stdout);
  for (guint i = 0; i < runs->len; i++)
    code = vn_cli_graver (code, vn_run_exit_code (g_ptr_array_index (runs, i)));
  return code;
}

static int
compare (char **names, const VnCliLab *lab, const VnCompareFormat *format)
{
  g_autoptr (GPtrArray) topologies = load_all (names, lab);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_run_free);
  g_autoptr (GError) error = NULL;

  if (!topologies)
    return VN_EXIT_USAGE;
  fflush (NULL);
  if (!vn_sandbox_enter (&error))
    return vn_cli_fail (error);
  for (guint i = 0; i < topologies->len; i++)
    {
      VnRun *run = run_one (g_ptr_array_index (topologies, i), &error);

      if (!run)
        return vn_cli_fail (error);
      g_ptr_array_add (runs, run);
    }
  return print (runs, format);
}

int
vn_verb_compare (int argc, char **argv)
{
  VnCliLab lab = { 0 };
  g_autofree char *format_name = NULL;
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (lab),
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name, "terminal (default), markdown, json, html", "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  const VnCompareFormat *format;
  int code = VN_EXIT_USAGE;

  if (!vn_cli_parse ("compare", "LAB…", "Builds and probes each lab, and prints who reaches whom side by side.",
                     entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  format = find_format (format_name ? format_name : "terminal");
  if (format && g_strv_length (words) < 2)
    fprintf (stderr, "vnetlab compare: expected two labs or more\n");
  else if (format)
    code = compare (words, &lab, format);
  vn_cli_lab_clear (&lab);
  return code;
}
