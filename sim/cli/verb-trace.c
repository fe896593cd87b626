/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab trace: one packet, hop by hop. */
#include "analysis/report/vn-trace.h"
#include "sim/base/vn-fd.h"
#include "sim/cli/vn-cli-cell.h"
#include "sim/cli/vn-cli.h"
#include "sim/kernel/vn-sandbox.h"
#include "sim/run/vn-held-lab.h"
#include "sim/run/vn-timeline.h"

#include <stdio.h>
#include <unistd.h>

typedef struct
{
  VnCliLab lab;
  gboolean ipv6, json, verbose, running;
} Options;

/* What is traced in: a lab that is loaded and built, or one that is up. */
typedef struct
{
  VnTopology *topology;
  VnHeldLab *held; /* NULL = built for this packet */
  VnCell cell;
} Job;

static gboolean
enter (const Job *job, GError **error)
{
  return job->held ? vn_held_lab_join (job->held, error) : vn_sandbox_enter (error);
}

static int
trace_cell (const Job *job, const Options *options)
{
  const VnReportOptions report = { vn_cli_colour (STDOUT_FILENO), vn_cli_width (), options->verbose };
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (VnRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  VnUsec start = vn_clock_now ();
  const VnRunSetup setup = {
    .topology = job->held ? job->held->topology : job->topology,
    .held = job->held,
    .now_unix_usec = vn_cli_now (),
    .cells = cells,
    .with_hops = TRUE,
    .progress = vn_cli_progress,
    .progress_data = &start,
  };

  g_array_append_val (cells, job->cell);
  fflush (NULL);
  if (!enter (job, &error))
    return vn_cli_fail (error);
  run = vn_run_lab (&setup, &error);
  vn_cli_progress_clear ();
  if (!run)
    return vn_cli_fail (error);
  text = options->json ? vn_trace_to_json (run) : vn_trace_to_text (run, &report);
  fputs (text, stdout);
  return VN_AT (run->cells, VnRunCell, 0)->verdict == VN_VERDICT_PASS ? VN_EXIT_OK : vn_run_exit_code (run);
}

/* Prints and returns FALSE if there is no such lab. */
static gboolean
find_lab (Job *job, const char *name, const Options *options)
{
  g_autoptr (GError) error = NULL;

  if (!options->running)
    return (job->topology = vn_cli_load (name, &options->lab, NULL)) != NULL;
  job->held = vn_held_lab_open (name, FALSE, &error);
  if (job->held)
    job->topology = vn_topology_ref ((VnTopology *)vn_events_final_topology (job->held->events, job->held->topology));
  return job->held != NULL || vn_cli_fail (error) == VN_EXIT_OK;
}

static int
trace_words (char **words, const Options *options)
{
  Job job = { 0 };
  int code = VN_EXIT_USAGE;

  if (g_strv_length (words) != 4)
    fprintf (stderr, "vnetlab trace: expected LAB FROM TO PROTO[/PORT]\n");
  else if (find_lab (&job, words[0], options)
           && vn_cli_cell ("trace", vn_topology_behind_events (job.topology), words + 1, options->ipv6, &job.cell))
    code = trace_cell (&job, options);
  g_clear_pointer (&job.topology, vn_topology_unref);
  g_clear_pointer (&job.held, vn_held_lab_free);
  return code;
}

int
vn_verb_trace (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (options.lab),
    { "running", 0, 0, G_OPTION_ARG_NONE, &options.running, "In the lab of that name that is up", NULL },
    { "ipv6", '6', 0, G_OPTION_ARG_NONE, &options.ipv6, "TCP and UDP over IPv6", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options.verbose, "The headers at every hop", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "As JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse ("trace", "LAB FROM TO PROTO[/PORT]",
                    "Sends one packet and prints every device that it passes, what was changed there and why.", entries,
                    argc, argv, &words))
    code = trace_words (words, &options);
  vn_cli_lab_clear (&options.lab);
  return code;
}
