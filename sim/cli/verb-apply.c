/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab apply: a lab that is up becomes what its changed file says, with the least operations. */
#include "sim/base/vn-fd.h"
#include "sim/cli/vn-apply-print.h"
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-held-change.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  VnCliLab lab;
  char *name;
  char *format;
  gboolean dry_run;
  gboolean watch;
} Options;

#define MAX_WATCHES 32 /* each is then asked every eight milliseconds */

/* ---- which file, which lab ---- */

/* The file that the lab of that name came up from. Transfer full; NULL (printed). */
static char *
file_of (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (VnState) state = VN_STATE_NONE;
  VnStateFacts facts = { 0 };

  if (!vn_state_open (name, &state, &error) || !vn_state_load_facts (&state, &facts, &error))
    {
      vn_cli_fail (error);
      return NULL;
    }
  return facts.file;
}

/* --set and --seed, unless they are given anew, are those of the last time. */
static gboolean
take_over_asked (const VnHeldLab *held, VnCliLab *lab, GError **error)
{
  g_auto (GStrv) sets = NULL;
  g_autofree char *seed = NULL;

  if (!vn_state_load_asked (&held->state, held->part, &sets, &seed, error))
    return FALSE;
  if (!lab->sets)
    lab->sets = g_steal_pointer (&sets);
  if (!lab->seed)
    lab->seed = g_steal_pointer (&seed);
  return TRUE;
}

/* Whether @file, of a lab that is up, is what @path leads to: a lab file or the folder of one. */
static gboolean
is_file_of (const char *file, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (file);

  return strcmp (file, path) == 0 || strcmp (folder, path) == 0;
}

/* Names of the labs that are up and came from @path; all if it is NULL. */
static GPtrArray *
labs_of (const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = vn_state_list (NULL, error);

  for (guint i = names && path ? names->len : 0; i-- > 0;)
    {
      g_auto (VnState) state = VN_STATE_NONE;
      VnStateFacts facts = { 0 };

      if (!vn_state_open (g_ptr_array_index (names, i), &state, NULL) || !vn_state_load_facts (&state, &facts, NULL)
          || !is_file_of (facts.file, path))
        g_ptr_array_remove_index (names, i);
      vn_state_facts_clear (&facts);
    }
  return g_steal_pointer (&names);
}

/* The one lab that is meant where no name is said. Transfer full; NULL (printed) if it is not one. */
static char *
only_lab_of (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *full = path ? g_canonicalize_filename (path, NULL) : NULL, *list = NULL;
  g_autoptr (GPtrArray) names = labs_of (full, &error);

  if (!names)
    {
      vn_cli_fail (error);
      return NULL;
    }
  if (names->len == 1)
    return g_strdup (g_ptr_array_index (names, 0));
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **)names->pdata);
  if (*list)
    fprintf (stderr, "vnetlab apply: several labs are up%s%s (%s); say which with --name\n", path ? " from " : "",
             path ? path : "", list);
  else
    fprintf (stderr, "vnetlab apply: no lab is up%s%s (vnetlab up LAB, or --name NAME for one from another file)\n",
             path ? " from " : "", path ? path : "");
  return NULL;
}

/* ---- doing it ---- */

static int
report (const VnApplyOutcome *outcome, const VnApplyFormat *format)
{
  format->print (outcome);
  fflush (stdout);
  return vn_apply_outcome_is_good (outcome) ? VN_EXIT_OK : VN_EXIT_FAILED;
}

/* Before anything is entered where the files can't be seen. */
static gboolean
save (const VnHeldLab *held, const VnTopology *file, const Options *options, const char *part, GError **error)
{
  const VnStateAsked asked = { (const char *const *)options->lab.sets, options->lab.seed };

  return vn_state_save_lab (&held->state, part, file, &asked, error);
}

/* Changes the lab, with streams of probes across it. @ret_results: NULL if there is nothing to watch. */
static gboolean
change_watched (VnHeldLab *held, VnFileChange *change, const char *part, const GArray *promises, GArray **ret_results,
                GError **error)
{
  g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (VnWatch));
  const VnStreamSetup setup = { .kernel = held->kernel, .topology = vn_held_lab_model (held), .watches = watches };
  VnStream *stream;
  gboolean ok;

  for (guint i = 0; promises && i < promises->len; i++)
    g_array_append_val (watches, g_array_index (promises, VnPromise, i).watch);
  if (watches->len == 0)
    return vn_held_lab_change (held, change, part, error);
  stream = vn_stream_start (&setup, error);
  if (!stream)
    return FALSE;
  ok = vn_held_lab_change (held, change, part, error);
  *ret_results = vn_stream_stop (stream, NULL, ok ? error : NULL);
  return ok && *ret_results != NULL;
}

static int
carry_out (VnHeldLab *held, VnFileChange *change, const Options *options, const VnApplyFormat *format)
{
  g_autoptr (GError) error = NULL;
  /* of a name that nobody has had: what was interrupted is still there */
  g_autofree char *part = g_strdup_printf ("change-%u-%d.", held->changes->len, (int)getpid ());
  g_autoptr (VnTopology) standing = vn_topology_ref ((VnTopology *)vn_held_lab_model (held));
  g_autoptr (GPtrArray) deltas = NULL;
  g_autoptr (GArray) promises = NULL, results = NULL;
  VnApplyOutcome outcome = { .lab = held->state.name, .standing = standing, .change = change };
  VnUsec start;

  fflush (NULL);
  if (!save (held, change->file, options, part, &error) || !vn_held_lab_join (held, &error))
    return vn_cli_fail (error);
  promises = options->watch ? vn_watch_choose (held, change, MAX_WATCHES) : NULL;
  start = vn_clock_now ();
  if (!change_watched (held, change, part, promises, &results, &error) || !(deltas = vn_held_lab_verify (held, &error)))
    return vn_cli_fail (error);
  outcome.duration = vn_clock_now () - start;
  outcome.deltas = deltas;
  outcome.promises = promises;
  outcome.results = results;
  return report (&outcome, format);
}

static int
apply (const char *path, const char *name, Options *options, const VnApplyFormat *format)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnHeldLab) held = vn_held_lab_open (name, !options->dry_run, &error);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) file = NULL;
  g_autoptr (VnFileChange) change = NULL;

  if (!held || !take_over_asked (held, &options->lab, &error))
    return vn_cli_fail (error);
  options->lab.standing = vn_held_lab_model (held);
  file = vn_cli_load (path, &options->lab, NULL);
  if (!file)
    return VN_EXIT_USAGE;
  change = vn_file_change_new (held, file, diags);
  vn_cli_print_diags (diags);
  if (!change)
    return VN_EXIT_USAGE;
  if (!options->dry_run)
    return carry_out (held, change, options, format);
  return report (&(VnApplyOutcome){ .lab = name, .change = change, .is_dry = TRUE }, format);
}

static int
apply_words (char **words, Options *options)
{
  const VnApplyFormat *format = vn_apply_format_find (options->format);
  g_autofree char *path = words[0] ? vn_cli_find_lab (words[0]) : NULL;
  g_autofree char *name = NULL;

  if (!format || (words[0] && !path))
    return VN_EXIT_USAGE;
  name = options->name ? g_strdup (options->name) : only_lab_of (path);
  if (name && !path)
    path = file_of (name);
  return name && path ? apply (path, name, options, format) : VN_EXIT_USAGE;
}

int
vn_verb_apply (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (options.lab),
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "Which lab (default: the one that is up from LAB)", "NAME" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, "Print what would be done, and change nothing", NULL },
    { "watch", 0, 0, G_OPTION_ARG_NONE, &options.watch, "Probe across the change: what was open or shut, and how long",
      NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format, "terminal (default) or json", "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse (
          "apply", "[LAB]",
          "Brings a lab that is up to what its file says now, with the least operations: all of them, or none.",
          entries, argc, argv, &words))
    {
      if (g_strv_length (words) > 1)
        fprintf (stderr, "vnetlab apply: expected one LAB\n");
      else
        code = apply_words (words, &options);
    }
  vn_cli_lab_clear (&options.lab);
  g_free (options.name);
  g_free (options.format);
  return code;
}
