/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab apply: a lab that is up becomes what its changed file says, with the least operations. */
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-held-change.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  VnCliLab lab;
  char *name;
  char *format;
  gboolean dry_run;
} Options;

/* What happened, or would. */
typedef struct
{
  const char *lab;
  const VnFileChange *change;
  gboolean is_dry;
  VnUsec duration;
  const GPtrArray *deltas; /* VnDelta: NULL if it is dry */
} Outcome;

static guint
count_ops (const VnFileChange *change)
{
  return change->plan->ops->len + change->clients->ops->len;
}

/* ---- text ---- */

static const char *
delta_words (const VnDelta *delta)
{
  static const char *const words[] = {
    [VN_DELTA_MISSING] = "missing",
    [VN_DELTA_UNEXPECTED] = "not wanted",
    [VN_DELTA_DIFFERENT] = "different",
  };

  return words[delta->kind];
}

static void
print_ops (const VnPlan *plan)
{
  g_autofree char *text = vn_plan_to_text (plan);

  fputs (text, stdout);
}

static void
print_text (const Outcome *outcome)
{
  guint n = count_ops (outcome->change);

  print_ops (outcome->change->plan);
  print_ops (outcome->change->clients);
  for (guint i = 0; outcome->deltas && i < outcome->deltas->len; i++)
    {
      const VnDelta *delta = g_ptr_array_index (outcome->deltas, i);

      printf ("%s: %s: %s\n", delta->node, delta_words (delta), delta->text);
    }
  if (outcome->is_dry)
    printf ("%s: %u operation%s to do, nothing was done\n", outcome->lab, n, n == 1 ? "" : "s");
  else
    printf ("%s: %u operation%s in %.2f s, %s\n", outcome->lab, n, n == 1 ? "" : "s",
            (double)outcome->duration / G_USEC_PER_SEC,
            outcome->deltas->len == 0 ? "verified" : "but the lab is not as wanted");
}

/* ---- JSON ---- */

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

static void
add_ops (JsonBuilder *b, const VnPlan *plan)
{
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = g_ptr_array_index (plan->ops, i);
      g_autofree char *object = vn_kobj_to_string (&op->obj);
      g_autofree char *place = vn_origin_is_set (op->origin) ? vn_origin_to_string (op->origin) : NULL;

      json_builder_begin_object (b);
      add_string (b, "node", op->obj.node);
      add_string (b, "operation", vn_verb_name (op->verb));
      add_string (b, "kind", vn_kobj_kind_name (op->obj.kind));
      add_string (b, "object", object);
      if (place)
        add_string (b, "origin", place);
      json_builder_end_object (b);
    }
}

static void
add_deltas (JsonBuilder *b, const GPtrArray *deltas)
{
  for (guint i = 0; i < deltas->len; i++)
    {
      const VnDelta *delta = g_ptr_array_index (deltas, i);

      json_builder_begin_object (b);
      add_string (b, "node", delta->node);
      add_string (b, "kind", delta_words (delta));
      add_string (b, "object", delta->text);
      json_builder_end_object (b);
    }
}

static void
print_json (const Outcome *outcome)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  add_string (b, "lab", outcome->lab);
  json_builder_set_member_name (b, "done");
  json_builder_add_boolean_value (b, !outcome->is_dry);
  json_builder_set_member_name (b, "operations");
  json_builder_begin_array (b);
  add_ops (b, outcome->change->plan);
  add_ops (b, outcome->change->clients);
  json_builder_end_array (b);
  if (outcome->deltas)
    {
      json_builder_set_member_name (b, "duration_usec");
      json_builder_add_int_value (b, outcome->duration);
      json_builder_set_member_name (b, "differences");
      json_builder_begin_array (b);
      add_deltas (b, outcome->deltas);
      json_builder_end_array (b);
    }
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}

static const struct
{
  const char *name;
  void (*print) (const Outcome *outcome);
} formats[] = {
  { "terminal", print_text },
  { "json", print_json },
};

/* Returns: FALSE (printed) if there is no such format. */
static gboolean
find_format (const char *name, guint *ret)
{
  for (*ret = 0; *ret < G_N_ELEMENTS (formats); (*ret)++)
    if (!name || strcmp (formats[*ret].name, name) == 0)
      return TRUE;
  fprintf (stderr, "vnetlab apply: there is no format \"%s\" (expected terminal or json)\n", name);
  return FALSE;
}

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
report (const Outcome *outcome, guint format)
{
  formats[format].print (outcome);
  fflush (stdout);
  return outcome->deltas && outcome->deltas->len > 0 ? VN_EXIT_FAILED : VN_EXIT_OK;
}

/* Before anything is entered where the files can't be seen. */
static gboolean
save (const VnHeldLab *held, const VnTopology *file, const Options *options, const char *part, GError **error)
{
  const VnStateAsked asked = { (const char *const *)options->lab.sets, options->lab.seed };

  return vn_state_save_lab (&held->state, part, file, &asked, error);
}

static int
carry_out (VnHeldLab *held, VnFileChange *change, const Options *options, guint format)
{
  g_autoptr (GError) error = NULL;
  /* of a name that nobody has had: what was interrupted is still there */
  g_autofree char *part = g_strdup_printf ("change-%u-%d.", held->changes->len, (int)getpid ());
  g_autoptr (GPtrArray) deltas = NULL;
  Outcome outcome = { .lab = held->state.name, .change = change };
  VnUsec start;

  fflush (NULL);
  if (!save (held, change->file, options, part, &error) || !vn_held_lab_join (held, &error))
    return vn_cli_fail (error);
  start = vn_clock_now ();
  if (!vn_held_lab_change (held, change, part, &error) || !(deltas = vn_held_lab_verify (held, &error)))
    return vn_cli_fail (error);
  outcome.duration = vn_clock_now () - start;
  outcome.deltas = deltas;
  return report (&outcome, format);
}

static int
apply (const char *path, const char *name, Options *options, guint format)
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
  return report (&(Outcome){ .lab = name, .change = change, .is_dry = TRUE }, format);
}

static int
apply_words (char **words, Options *options)
{
  g_autofree char *path = words[0] ? vn_cli_find_lab (words[0]) : NULL;
  g_autofree char *name = NULL;
  guint format;

  if ((words[0] && !path) || !find_format (options->format, &format))
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
