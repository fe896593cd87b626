/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab trace: one packet, hop by hop. */
#include "analysis/report/vn-trace.h"
#include "sim/base/vn-fd.h"
#include "sim/cli/vn-cli-cell.h"
#include "sim/cli/vn-cli.h"
#include "sim/kernel/vn-sandbox.h"
#include "sim/run/vn-timeline.h"

#include <stdio.h>
#include <unistd.h>

static void
take_trace (const VnEvidence *evidence, const GArray *sightings, const VnRun *run, gpointer data)
{
  *(VnTrace **)data = vn_trace_new (evidence, sightings, run);
}

static int
trace_cell (const VnTopology *topology, const VnCell *cell, gboolean json, gboolean verbose)
{
  const VnReportOptions options = { vn_cli_colour (STDOUT_FILENO), vn_cli_width (), verbose };
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (VnTrace) trace = NULL;
  g_autoptr (VnRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  VnUsec start = vn_clock_now ();
  const VnRunSetup setup = {
    .topology = topology,
    .now_unix_usec = vn_cli_now (),
    .cells = cells,
    .inspect = take_trace,
    .inspect_data = &trace,
    .progress = vn_cli_progress,
    .progress_data = &start,
  };

  g_array_append_val (cells, *cell);
  fflush (NULL);
  if (!vn_sandbox_enter (&error))
    return vn_cli_fail (error);
  run = vn_run_lab (&setup, &error);
  vn_cli_progress_clear ();
  if (!run)
    return vn_cli_fail (error);
  text = json ? vn_trace_to_json (trace) : vn_trace_to_text (trace, &options);
  fputs (text, stdout);
  return trace->verdict == VN_VERDICT_PASS ? VN_EXIT_OK : vn_run_exit_code (run);
}

int
vn_verb_trace (int argc, char **argv)
{
  VnCliLab lab = { 0 };
  gboolean ipv6 = FALSE, json = FALSE, verbose = FALSE;
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (lab),
    { "ipv6", '6', 0, G_OPTION_ARG_NONE, &ipv6, "TCP and UDP over IPv6", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "The headers at every hop", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "As JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (VnTopology) topology = NULL;
  g_auto (GStrv) words = NULL;
  VnCell cell;

  if (!vn_cli_parse ("trace", "LAB FROM TO PROTO[/PORT]",
                     "Sends one packet and prints every device that it passes, what was changed there and why.",
                     entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  if (g_strv_length (words) != 4)
    {
      fprintf (stderr, "vnetlab trace: expected LAB FROM TO PROTO[/PORT]\n");
      return VN_EXIT_USAGE;
    }
  topology = vn_cli_load (words[0], &lab, NULL);
  vn_cli_lab_clear (&lab);
  if (!topology || !vn_cli_cell ("trace", topology, words + 1, ipv6, &cell))
    return VN_EXIT_USAGE;
  return trace_cell (topology, &cell, json, verbose);
}
