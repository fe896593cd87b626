/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab report: reports again from saved runs, without the lab.
 *
 * What is named is a run's folder, its report.json, or a folder of runs, which gets an index of them. */
#include "analysis/report/vn-html-index.h"
#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RECORD "report.json"
#define LATEST "latest"

typedef struct
{
  char *format, *output;
  gboolean verbose;
} Options;

/* ---- what is meant ---- */

/* A path as it is; else the name of a run in the folder of runs; NULL with @error if it is neither. Transfer full. */
static char *
find_place (const char *word, GError **error)
{
  g_autofree char *base = NULL, *path = NULL, *shown = vn_text_printable (word);

  if (g_file_test (word, G_FILE_TEST_EXISTS))
    return g_strdup (word);
  base = vn_folder_base (error);
  path = base ? g_build_filename (base, word, NULL) : NULL;
  if (!path || g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (strcmp (word, LATEST) == 0)
    vn_error_set (error, VN_ERROR_INPUT, "no run is saved in %s yet (vnetlab test LAB makes one)", base);
  else
    vn_error_set (error, VN_ERROR_INPUT, "\"%s\" is neither a path nor a run in %s", shown, base);
  return NULL;
}

static VnRun *
read_run (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = NULL;
  VnRun *run;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, &problem))
    {
      vn_error_set (error, VN_ERROR_INPUT, "%s", problem->message);
      return NULL;
    }
  run = vn_report_parse_json (text, (gssize)size, error);
  if (!run)
    g_prefix_error (error, "%s: ", path);
  return run;
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
  fprintf (stderr, "vnetlab report: there is no format \"%s\"%s%s\n", name, hint ? "; " : "", hint ? hint : "");
  return NULL;
}

/* ---- writing ---- */

static int
write_out (const Options *options, const char *text)
{
  gboolean is_file = options->output && strcmp (options->output, "-") != 0;
  FILE *out = is_file ? fopen (options->output, "we") : stdout;

  if (!out)
    {
      fprintf (stderr, "vnetlab report: cannot write %s: %s\n", options->output, g_strerror (errno));
      return VN_EXIT_USAGE;
    }
  fputs (text, out);
  if (!is_file || (ferror (out) | fclose (out)) == 0)
    return VN_EXIT_OK;
  fprintf (stderr, "vnetlab report: cannot write %s: %s\n", options->output, g_strerror (errno));
  return VN_EXIT_INTERNAL;
}

static int
report_run (const char *path, const Options *options)
{
  const VnReportFormat *format = find_format (options->format ? options->format : "terminal");
  const VnReportOptions how = { !options->output && vn_cli_colour (STDOUT_FILENO), vn_cli_width (), options->verbose };
  g_autoptr (GError) error = NULL;
  g_autoptr (VnRun) run = format ? read_run (path, &error) : NULL;
  g_autofree char *text = NULL;

  if (!format)
    return VN_EXIT_USAGE;
  if (!run)
    return vn_cli_fail (error);
  text = format->write (run, &how);
  return write_out (options, text);
}

/* ---- a folder of runs ---- */

/* The page of a run if it has one, else what there is of it. */
static const char *
page_of (const char *folder)
{
  static const char *const pages[] = { "report.html", RECORD };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *path = g_build_filename (folder, pages[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return pages[i];
    }
  return NULL;
}

static void
add_run (VnIndex *index, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *record = g_build_filename (path, RECORD, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VnRun) run = NULL;

  if (!g_file_test (record, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return;
  run = read_run (record, &error);
  if (run)
    vn_index_add (index, run, name, page_of (path));
  else
    vn_index_add_problem (index, name, error->message);
}

static int
report_folder (const char *folder, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  g_autofree char *shown = g_filename_display_name (folder), *text = NULL;
  g_autoptr (VnIndex) index = vn_index_new (shown);

  if (!dir)
    {
      fprintf (stderr, "vnetlab report: %s\n", error->message);
      return VN_EXIT_USAGE;
    }
  if (options->format && strcmp (options->format, "html") != 0)
    {
      fprintf (stderr, "vnetlab report: %s is no run; many runs are listed as html only\n", shown);
      return VN_EXIT_USAGE;
    }
  for (const char *name; (name = g_dir_read_name (dir));)
    add_run (index, folder, name);
  if (vn_index_len (index) == 0)
    {
      fprintf (stderr, "vnetlab report: %s holds neither a %s nor folders with one\n", shown, RECORD);
      return VN_EXIT_USAGE;
    }
  text = vn_index_write_html (index);
  return write_out (options, text);
}

static int
report_place (const char *word, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *place = find_place (word, &error);
  g_autofree char *record = place ? g_build_filename (place, RECORD, NULL) : NULL;

  if (!place)
    return vn_cli_fail (error);
  if (!g_file_test (place, G_FILE_TEST_IS_DIR))
    return report_run (place, options);
  return g_file_test (record, G_FILE_TEST_EXISTS) ? report_run (record, options) : report_folder (place, options);
}

int
vn_verb_report (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
      "What to write: terminal (default), json, junit, tap, markdown, html; of many runs html", "NAME" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Write to FILE instead of standard output", "FILE" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options.verbose, "Passing checks and reasons too", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse (
          "report", "[RUN|DIR|latest]",
          "A report of a saved run (its folder, its name or its report.json; the latest one if nothing is"
          " named),\nor the index of a folder of runs, whose links hold where it is written into that folder.",
          entries, argc, argv, &words))
    {
      if (words[0] && words[1])
        fprintf (stderr, "vnetlab report: expected one RUN or DIR\n");
      else
        code = report_place (words[0] ? words[0] : LATEST, &options);
    }
  g_free (options.format);
  g_free (options.output);
  return code;
}
