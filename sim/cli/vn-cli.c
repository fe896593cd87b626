/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs share: options with their environment variables, finding and loading a lab, printing problems. */
#include "sim/cli/vn-cli.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/predict/vn-predict.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- options ---- */

/* "VNETLAB_TEST_OUTPUT" of verb "test", option "output". */
static char *
variable_name (const char *verb, const char *option)
{
  g_autofree char *name = g_strdup_printf ("VNETLAB_%s_%s", verb, option);
  char *upper = g_ascii_strup (name, -1);

  return g_strdelimit (upper, "-", '_');
}

/* Puts the options that the environment sets in front of the others. Returns: FALSE if a variable is no yes or no. */
static gboolean
add_environment (const char *verb, const GOptionEntry *entries, GPtrArray *args)
{
  for (const GOptionEntry *entry = entries; entry->long_name; entry++)
    {
      g_autofree char *name = variable_name (verb, entry->long_name);
      const char *value = g_getenv (name);

      if (!value || !*value)
        continue;
      if (entry->arg != G_OPTION_ARG_NONE)
        g_ptr_array_add (args, g_strdup_printf ("--%s=%s", entry->long_name, value));
      else if (g_strcmp0 (value, "1") == 0 || g_ascii_strcasecmp (value, "true") == 0)
        g_ptr_array_add (args, g_strdup_printf ("--%s", entry->long_name));
      else if (g_strcmp0 (value, "0") != 0 && g_ascii_strcasecmp (value, "false") != 0)
        {
          fprintf (stderr, "vnetlab: %s is \"%s\" (expected 1, true, 0 or false)\n", name, value);
          return FALSE;
        }
    }
  return TRUE;
}

/* "did you mean --output?" for "--outptu", else NULL. */
static char *
suggest_option (const GOptionEntry *entries, char **argv)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (const GOptionEntry *entry = entries; entry->long_name; entry++)
    g_ptr_array_add (names, (char *)entry->long_name);
  g_ptr_array_add (names, (char *)"help");
  g_ptr_array_add (names, NULL);
  for (char **arg = argv; *arg; arg++)
    {
      g_autofree char *word = g_str_has_prefix (*arg, "--") ? g_strndup (*arg + 2, strcspn (*arg + 2, "=")) : NULL;
      const char *near = NULL;

      if (!word || g_strv_contains ((const char *const *)names->pdata, word))
        continue;
      near = vn_suggest (word, (const char *const *)names->pdata);
      if (near)
        return g_strdup_printf ("; did you mean --%s?", near);
    }
  return NULL;
}

gboolean
vn_cli_parse (const char *verb, const char *arguments, const char *summary, const GOptionEntry *entries, int argc,
              char **argv, char ***ret_words)
{
  g_autofree char *usage = g_strdup_printf ("%s %s", verb, arguments);
  g_autoptr (GOptionContext) context = g_option_context_new (usage);
  g_autoptr (GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  g_ptr_array_add (args, g_strdup ("vnetlab"));
  if (!add_environment (verb, entries, args))
    return FALSE;
  for (int i = 1; i < argc; i++)
    g_ptr_array_add (args, g_strdup (argv[i]));
  g_ptr_array_add (args, NULL);
  words = (char **)g_ptr_array_free (g_steal_pointer (&args), FALSE);
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, &words, &error))
    {
      g_autofree char *hint = suggest_option (entries, argv);

      fprintf (stderr, "vnetlab %s: %s%s\n", verb, error->message, hint ? hint : "");
      return FALSE;
    }
  *ret_words = g_strdupv (words + 1);
  return TRUE;
}

/* ---- labs ---- */

/* Folders of labs that ship: named by the environment, beside the build, installed. NULL-terminated. */
static GPtrArray *
lab_folders (void)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = exe ? g_path_get_dirname (exe) : NULL;

  if (g_getenv ("VNETLAB_TOPOLOGIES"))
    g_ptr_array_add (folders, g_strdup (g_getenv ("VNETLAB_TOPOLOGIES")));
  if (dir)
    {
      g_ptr_array_add (folders, g_build_filename (dir, "..", "topologies", NULL));
      g_ptr_array_add (folders, g_build_filename (dir, "..", "share", "vnetlab", "topologies", NULL));
    }
  return folders;
}

static void
add_lab_names (GPtrArray *names, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (name));
}

/* Takes @path. Returns: the way to it from the current folder if it lies below, as such places are easier to read. */
static char *
shorten (char *path)
{
  g_autofree char *here = g_get_current_dir ();
  gsize size = strlen (here);
  gboolean is_below = size > 1 && g_str_has_prefix (path, here) && path[size] == '/';

  if (is_below)
    memmove (path, path + size + 1, strlen (path) - size);
  return path;
}

char *
vn_cli_find_lab (const char *name)
{
  g_autoptr (GPtrArray) folders = lab_folders ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *hint = NULL;

  if (g_file_test (name, G_FILE_TEST_EXISTS))
    return g_strdup (name);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *raw = g_build_filename (g_ptr_array_index (folders, i), name, NULL);
      g_autofree char *path = g_canonicalize_filename (raw, NULL);

      if (!strchr (name, '/') && g_file_test (path, G_FILE_TEST_IS_DIR))
        return shorten (g_steal_pointer (&path));
      add_lab_names (names, g_ptr_array_index (folders, i));
    }
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  fprintf (stderr, "vnetlab: there is no lab \"%s\": neither a path nor the name of a lab that ships%s%s\n", name,
           hint ? "; " : "", hint ? hint : "");
  return NULL;
}

void
vn_cli_lab_clear (VnCliLab *lab)
{
  g_clear_pointer (&lab->sets, g_strfreev);
  g_clear_pointer (&lab->seed, g_free);
}

static void
clear_set (gpointer data)
{
  vn_set_clear (data);
}

static gboolean
read_options (const VnCliLab *lab, VnLoadOptions *options, GArray *sets)
{
  for (char **text = lab->sets; text && *text; text++)
    {
      g_autoptr (GError) error = NULL;
      VnSet set;

      if (!vn_set_parse (*text, &set, &error))
        {
          fprintf (stderr, "vnetlab: --set %s: %s\n", *text, error->message);
          return FALSE;
        }
      g_array_append_val (sets, set);
    }
  options->sets = (const VnSet *)(gpointer)sets->data;
  options->n_sets = sets->len;
  options->has_seed = lab->seed != NULL;
  if (lab->seed && !vn_parse_uint (lab->seed, 0, G_MAXINT64, &options->seed))
    {
      fprintf (stderr, "vnetlab: --seed %s: expected a whole number from 0 on\n", lab->seed);
      return FALSE;
    }
  return TRUE;
}

void
vn_cli_print_diags (const VnDiagList *diags)
{
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      g_autofree char *line = vn_diag_to_string (vn_diag_list_get (diags, i));

      fprintf (stderr, "%s\n", line);
    }
}

static void
print_ignored_of (const VnConfig *config, const char *who, const char *machine)
{
  for (guint i = 0; config && i < config->ignored->len; i++)
    {
      const VnIgnoredOption *option = g_ptr_array_index (config->ignored, i);
      g_autofree char *place = vn_origin_to_string (option->origin);

      fprintf (stderr, "%s: note: the %s of %s reads [%s] %s, on which the lab does not act\n", place, who, machine,
               option->section, option->key);
    }
}

static void
print_ignored (const VnTopology *topology)
{
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);

      print_ignored_of (machine->agent, "agent", machine->name);
      print_ignored_of (machine->server, "server", machine->name);
    }
}

/* NULL-terminated; elements are static. */
static GPtrArray *
quirk_ids (void)
{
  guint n;
  const VnQuirk *quirks = vn_quirks (&n);
  GPtrArray *ids = g_ptr_array_sized_new (n + 1);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (ids, (gpointer)quirks[i].id);
  g_ptr_array_add (ids, NULL);
  return ids;
}

VnTopology *
vn_cli_load (const char *name, const VnCliLab *lab, VnDiagList **ret_diags)
{
  g_autofree char *path = vn_cli_find_lab (name);
  g_autoptr (GArray) sets = g_array_new (FALSE, FALSE, sizeof (VnSet));
  g_autoptr (GPtrArray) quirks = quirk_ids ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnLoadOptions options = { .quirks = (const char *const *)quirks->pdata, .standing = lab->standing };
  VnTopology *topology;

  g_array_set_clear_func (sets, clear_set);
  if (!path || !read_options (lab, &options, sets))
    return NULL;
  topology = vn_load_lab (path, &options, diags);
  vn_diag_list_sort (diags);
  vn_cli_print_diags (diags);
  if (topology && lab->ignored)
    print_ignored (topology);
  if (ret_diags)
    *ret_diags = g_steal_pointer (&diags);
  return topology;
}

/* ---- output ---- */

int
vn_cli_fail (const GError *error)
{
  static const int codes[] = {
    [VN_ERROR_INPUT] = VN_EXIT_USAGE, [VN_ERROR_UNSUPPORTED] = VN_EXIT_MACHINE, [VN_ERROR_KERNEL] = VN_EXIT_INTERNAL,
    [VN_ERROR_IO] = VN_EXIT_INTERNAL, [VN_ERROR_INTERNAL] = VN_EXIT_INTERNAL,
  };

  fprintf (stderr, "vnetlab: %s\n", error->message);
  if (error->domain == VN_ERROR && error->code >= 0 && error->code < (int)G_N_ELEMENTS (codes))
    return codes[error->code];
  return VN_EXIT_INTERNAL;
}

gboolean
vn_cli_colour (int fd)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return isatty (fd) && !(no_colour && *no_colour);
}

gint64
vn_cli_now (void)
{
  const char *epoch = g_getenv ("SOURCE_DATE_EPOCH");
  guint64 seconds;

  if (epoch && vn_parse_uint (epoch, 0, G_MAXINT64 / G_USEC_PER_SEC, &seconds))
    return (gint64)seconds * G_USEC_PER_SEC;
  return g_get_real_time ();
}

guint
vn_cli_width (void)
{
  struct winsize size;

  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 100;
}

void
vn_cli_progress (const char *phase, guint done, guint total, gpointer data)
{
  const VnUsec *start = data;

  if (vn_clock_now () - *start > G_USEC_PER_SEC && isatty (STDERR_FILENO))
    fprintf (stderr, "\r\033[K%s %u/%u", phase, done, total);
}

void
vn_cli_progress_clear (void)
{
  if (isatty (STDERR_FILENO))
    fputs ("\r\033[K", stderr);
}

int
vn_cli_graver (int a, int b)
{
  static const guint8 ranks[] = { 0, 3, 4, 5, 6, 1, 2 };

  return ranks[MIN (a, 6)] >= ranks[MIN (b, 6)] ? a : b;
}
