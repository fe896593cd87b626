/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab test: build, probe, judge, report, remove.
 *
 * Labs are loaded and their folders opened before the sandbox is entered; in it they run one after the other. The exit
 * code is the gravest one. */
#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/cli/vn-quiz.h"
#include "sim/kernel/vn-sandbox.h"
#include "sim/run/vn-timeline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANSWERS_MAX_BYTES (1024u * 1024)

typedef struct
{
  VnTopology *topology;
  VnDiagList *diags;
  VnHeldLab *held; /* --running; else NULL */
  VnFolder folder;
  VnUsec load_time;
} Job;

typedef struct
{
  VnCliLab lab;
  char *output;
  char *format;
  char *fault;
  char *answers_name;
  VnAnswers *answers; /* given beforehand; NULL = a person is asked */
  gboolean list, list_faults, verbose, predict_first, running, split_interfaces;
} Options;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->topology, vn_topology_unref);
  g_clear_pointer (&job->held, vn_held_lab_free);
  g_clear_pointer (&job->diags, vn_diag_list_free);
  vn_folder_clear (&job->folder);
  g_free (job);
}

static int
list_checks (void)
{
  guint n;
  const VnCheckInfo *checks = vn_checks (&n);

  for (guint i = 0; i < n; i++)
    printf ("%-22s %s\n", checks[i].id, checks[i].title);
  return VN_EXIT_OK;
}

static int
list_faults (void)
{
  guint n;
  const VnFaultGroup *const *groups = vn_fault_groups (&n);

  for (guint i = 0; i < n; i++)
    {
      printf ("%s%s\n", i > 0 ? "\n" : "", groups[i]->title);
      for (guint j = 0; j < groups[i]->n_faults; j++)
        printf ("  %-22s %s (%s)\n", groups[i]->faults[j].name, groups[i]->faults[j].title,
                groups[i]->faults[j].breaks);
    }
  return VN_EXIT_OK;
}

/* Whether the fault, if one is asked for, is one; else says what it could be. */
static gboolean
check_fault (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  const VnFaultGroup *const *groups;
  guint n;

  if (!name || vn_fault_find (name))
    return TRUE;
  groups = vn_fault_groups (&n);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < groups[i]->n_faults; j++)
      g_ptr_array_add (names, (char *)groups[i]->faults[j].name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  fprintf (stderr, "vnetlab test: there is no fault \"%s\"%s%s (--list-faults lists them)\n", name, hint ? "; " : "",
           hint ? hint : "");
  return FALSE;
}

/* Whether another lab of this call is saved there; says so. */
static gboolean
is_taken (const GPtrArray *jobs, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  for (guint i = 0; i < jobs->len; i++)
    {
      const Job *job = g_ptr_array_index (jobs, i);

      if (g_strcmp0 (job->folder.path, absolute) == 0)
        {
          fprintf (stderr, "vnetlab test: two labs would be saved in \"%s\"; test them one by one\n", absolute);
          return TRUE;
        }
    }
  return FALSE;
}

/* The lab of that name that is up, as it was loaded then. Returns: the exit code. */
static int
open_running (Job *job, const char *name)
{
  g_autoptr (GError) error = NULL;

  job->held = vn_held_lab_open (name, FALSE, &error);
  if (!job->held)
    return vn_cli_fail (error);
  job->topology = vn_topology_ref (job->held->topology);
  return VN_EXIT_OK;
}

/* Returns: the exit code. */
static int
load_job (Job *job, const char *name, const Options *options)
{
  VnUsec start = vn_clock_now ();
  int code = VN_EXIT_OK;

  if (options->running)
    code = open_running (job, name);
  else if (!(job->topology = vn_cli_load (name, &options->lab, &job->diags)))
    code = VN_EXIT_USAGE;
  job->load_time = vn_clock_now () - start;
  return code;
}

/* Loads a lab and opens its folder. Returns: the exit code. */
static int
prepare (const char *name, const Options *options, gboolean several, GPtrArray *jobs)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *wanted = NULL;
  Job *job = g_new0 (Job, 1);
  int code;

  job->folder = VN_FOLDER_NONE;
  g_ptr_array_add (jobs, job);
  code = load_job (job, name, options);
  if (code != VN_EXIT_OK)
    return code;
  if (options->output)
    wanted = several ? g_build_filename (options->output, job->topology->name, NULL) : g_strdup (options->output);
  if (wanted && is_taken (jobs, wanted))
    return VN_EXIT_USAGE;
  if (!vn_folder_open (wanted, job->topology->name, g_get_real_time (), &job->folder, &error))
    return vn_cli_fail (error);
  return VN_EXIT_OK;
}

static int
run_one (const Job *job, const Options *options, const VnReportFormat *format)
{
  static const char *const files[] = { "json", "junit", "tap", "markdown", "html", NULL };
  const VnReportOptions report = { vn_cli_colour (STDOUT_FILENO), vn_cli_width (), options->verbose };
  VnUsec start = vn_clock_now ();
  const VnRunSetup setup = {
    .topology = job->topology,
    .held = job->held,
    .diags = job->diags,
    .folder = &job->folder,
    .formats = files,
    .split_interfaces = options->split_interfaces,
    .now_unix_usec = vn_cli_now (),
    .fault = options->fault ? vn_fault_find (options->fault) : NULL,
    .load_time = job->load_time,
    .progress = vn_cli_progress,
    .progress_data = &start,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (VnRun) run = vn_run_lab (&setup, &error);
  g_autofree char *text = NULL;

  vn_cli_progress_clear ();
  if (!run)
    return vn_cli_fail (error);
  if (!vn_folder_finish (&job->folder, &error)) /* before printing: nobody may be left who reads */
    return vn_cli_fail (error);
  if (options->predict_first)
    vn_quiz (run, options->answers, stdin, stdout);
  text = format->write (run, &report);
  fputs (text, stdout);
  fflush (stdout);
  return vn_run_exit_code (run);
}

/* Labs that are built share a sandbox; one that is up has its own. */
static gboolean
enter (const Job *first, GError **error)
{
  return first->held ? vn_held_lab_join (first->held, error) : vn_sandbox_enter (error);
}

static int
run_all (GPtrArray *jobs, const Options *options, const VnReportFormat *format)
{
  g_autoptr (GError) error = NULL;
  int code = VN_EXIT_OK;

  fflush (NULL);
  if (!enter (g_ptr_array_index (jobs, 0), &error))
    return vn_cli_fail (error);
  for (guint i = 0; i < jobs->len; i++)
    code = vn_cli_graver (code, run_one (g_ptr_array_index (jobs, i), options, format));
  return code;
}

static const VnReportFormat *
find_format (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const VnReportFormat *format = vn_report_format_find (name);
  g_autofree char *hint = NULL;
  guint n;

  if (format)
    return format;
  for (const VnReportFormat *f = vn_report_formats (&n); n > 0; n--, f++)
    g_ptr_array_add (names, (char *)f->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  fprintf (stderr, "vnetlab test: there is no format \"%s\"%s%s\n", name, hint ? "; " : "", hint ? hint : "");
  return NULL;
}

/* Reads the answers before the lab is built: what is wrong with them is said at once. */
static gboolean
read_answers (Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean from_stdin = !options->answers_name || strcmp (options->answers_name, "-") == 0;
  const char *name = from_stdin ? "standard input" : options->answers_name;
  char buffer[4096];
  FILE *file;

  options->predict_first |= options->answers_name != NULL;
  if (!options->predict_first || (from_stdin && isatty (STDIN_FILENO)))
    return TRUE;
  file = from_stdin ? stdin : fopen (name, "re");
  if (!file)
    {
      fprintf (stderr, "vnetlab test: cannot read \"%s\": %s\n", name, g_strerror (errno));
      return FALSE;
    }
  while (text->len <= ANSWERS_MAX_BYTES && fgets (buffer, sizeof buffer, file))
    g_string_append (text, buffer);
  if (!from_stdin)
    fclose (file);
  if (text->len > ANSWERS_MAX_BYTES)
    vn_error_set (&error, VN_ERROR_INPUT, "%s: more than %u bytes of answers", name, ANSWERS_MAX_BYTES);
  else
    options->answers = vn_answers_parse (text->str, name, &error);
  return options->answers != NULL || vn_cli_fail (error) == VN_EXIT_OK;
}

static int
test_labs (char **words, const Options *options)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (job_free);
  const VnReportFormat *format = find_format (options->format ? options->format : "terminal");
  gboolean several = g_strv_length (words) > 1;
  int code = VN_EXIT_OK;

  if (!format)
    return VN_EXIT_USAGE;
  if (!words[0] || (options->running && (several || options->fault)))
    {
      fprintf (stderr, "vnetlab test: expected %s\n", words[0] ? "one NAME and no --fault with --running" : "LAB…");
      return VN_EXIT_USAGE;
    }
  for (char **word = words; *word; word++)
    code = vn_cli_graver (code, prepare (*word, options, several, jobs));
  return code == VN_EXIT_OK ? run_all (jobs, options, format) : code;
}

static void
options_clear (Options *options)
{
  vn_cli_lab_clear (&options->lab);
  g_clear_pointer (&options->output, g_free);
  g_clear_pointer (&options->format, g_free);
  g_clear_pointer (&options->answers_name, g_free);
  g_clear_pointer (&options->fault, g_free);
  g_clear_pointer (&options->answers, vn_answers_free);
}

int
vn_verb_test (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (options.lab),
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Save the run in DIR", "DIR" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
      "What to print: terminal (default), json, junit, tap, markdown, html", "NAME" },
    { "split-interfaces", 0, 0, G_OPTION_ARG_NONE, &options.split_interfaces,
      "Beside capture.pcapng, a plain pcap for each interface in interfaces/", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options.verbose, "Passing checks and reasons too", NULL },
    { "predict-first", 0, 0, G_OPTION_ARG_NONE, &options.predict_first,
      "Ask what will be answered before showing it, and score", NULL },
    { "answers", 0, 0, G_OPTION_ARG_FILENAME, &options.answers_name,
      "Score the predictions in FILE (- = standard input), one yes or no a line", "FILE" },
    { "list", 0, 0, G_OPTION_ARG_NONE, &options.list, "List the built-in checks", NULL },
    { "running", 0, 0, G_OPTION_ARG_NONE, &options.running,
      "Probe the lab of that name that is up, as it stands, and leave it up", NULL },
    { "fault", 0, 0, G_OPTION_ARG_STRING, &options.fault, "Build the lab with a fault, for the checks to find",
      "NAME" },
    { "list-faults", 0, 0, G_OPTION_ARG_NONE, &options.list_faults, "List the faults", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse ("test", "LAB…",
                    "Builds each lab, sends packets between all its ends, compares what happened with what"
                    " had to happen,\nand removes it again.",
                    entries, argc, argv, &words))
    code = options.list                                             ? list_checks ()
           : options.list_faults                                    ? list_faults ()
           : check_fault (options.fault) && read_answers (&options) ? test_labs (words, &options)
                                                                    : VN_EXIT_USAGE;
  options_clear (&options);
  return code;
}
