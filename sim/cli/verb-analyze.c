/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab analyze: flows and findings of captures that somebody else made. */
#include "sim/cli/vn-cli.h"

#include "analysis/report/vn-flows-report.h"
#include "captures/file/vn-captures.h"
#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/cli/vn-lab-findings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define TOP_DEFAULT 200

typedef struct
{
  VnCliLab lab_options;
  char *filter, *match, *format, *output, *top, *lab;
  char **vxlan_ports;
  gboolean anonymise, verbose;
} Options;

static int usage (const char *format, ...) G_GNUC_PRINTF (1, 2);

static int
usage (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fprintf (stderr, "vnetlab analyze: %s\n", text);
  return VN_EXIT_USAGE;
}

/* ---- options ---- */

static const VnFlowsFormat *
find_format (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const VnFlowsFormat *format = vn_flows_format_find (name);
  g_autofree char *hint = NULL, *shown = vn_text_printable (name);
  guint n;

  if (format)
    return format;
  for (const VnFlowsFormat *f = vn_flows_formats (&n); n > 0; n--, f++)
    g_ptr_array_add (names, (char *)f->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  usage ("there is no format \"%s\"%s%s", shown, hint ? "; " : " (expected terminal, json, csv, markdown or html)",
         hint ? hint : "");
  return NULL;
}

static gboolean
read_ports (char **texts, VnDecodeOptions *decode)
{
  for (; texts && *texts; texts++)
    {
      guint64 port;

      if (!vn_parse_uint (*texts, 1, G_MAXUINT16, &port))
        {
          usage ("--vxlan-port %s: expected a port from 1 to 65535", *texts);
          return FALSE;
        }
      vn_decode_options_add (decode, (guint16)port);
    }
  return TRUE;
}

/* ---- reading ---- */

/* Shown names: printable, pseudonyms if they are wanted. */
static GPtrArray *
file_names (const VnCaptures *captures, VnAnalysis *analysis)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < vn_captures_n_files (captures); i++)
    {
      const char *path = vn_captures_file (captures, i)->path;

      g_ptr_array_add (names,
                       strcmp (path, "-") == 0 ? g_strdup ("standard input") : vn_analysis_name (analysis, path));
    }
  return names;
}

static GPtrArray *
point_names (const VnCaptures *captures)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const GPtrArray *points = vn_captures_points (captures);
  gboolean has_several = vn_captures_n_files (captures) > 1;

  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturesPoint *point = g_ptr_array_index (points, i);
      g_autofree char *base = g_path_get_basename (vn_captures_file (captures, point->file)->path);

      g_ptr_array_add (names, !point->name  ? g_strdup (base)
                              : has_several ? g_strdup_printf ("%s, %s", base, point->name)
                                            : g_strdup (point->name));
    }
  return names;
}

/* What the files themselves tell. */
static void
add_file_findings (const VnCaptures *captures, VnAnalysis *analysis, const GPtrArray *names)
{
  VnFindings *findings = vn_analysis_findings (analysis);
  const GPtrArray *points = vn_captures_points (captures);

  for (guint i = 0; i < vn_captures_n_files (captures); i++)
    {
      const VnCapturesFile *file = vn_captures_file (captures, i);

      if (file->problem)
        vn_finding_set_detail (vn_findings_add (findings, VN_FINDING_FILE_CUT, g_ptr_array_index (names, i), 0), "%s",
                               file->problem);
      if (file->n_unknown > 0)
        vn_findings_count (findings, VN_FINDING_UNKNOWN_LINK, g_ptr_array_index (names, i), file->n_unknown);
    }
  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturesPoint *point = g_ptr_array_index (points, i);

      if (point->n_dropped > 0)
        vn_findings_count (findings, VN_FINDING_CAPTURE_LOSS, g_ptr_array_index (names, point->file), point->n_dropped);
    }
}

static GPtrArray *
report_files (const VnCaptures *captures, const GPtrArray *names)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_report_file_free);

  for (guint i = 0; i < vn_captures_n_files (captures); i++)
    {
      const VnCapturesFile *file = vn_captures_file (captures, i);

      g_ptr_array_add (
          files, vn_report_file_new (g_ptr_array_index (names, i), file->n_packets, file->n_unknown, file->problem));
    }
  return files;
}

/* Packets of which none can be decoded are no capture that can be analysed. */
static gboolean
check_links (const VnCaptures *captures, const VnAnalysis *analysis, GError **error)
{
  const VnTotals *totals = vn_analysis_totals (analysis);
  const VnCapturesPoint *point;
  g_autofree char *name = NULL, *known = NULL, *path = NULL;

  if (totals->n_packets == 0 || totals->n_undecoded < totals->n_packets)
    return TRUE;
  point = g_ptr_array_index (vn_captures_points (captures), 0);
  name = vn_captures_linktype_name (point->linktype);
  known = vn_link_type_list ();
  path = vn_text_printable (vn_captures_file (captures, point->file)->path);
  return vn_error_set (error, VN_ERROR_INPUT, "%s: its link type %s is none that can be analysed (expected one of %s)",
                       path, name, known);
}

static gboolean
read_all (VnCaptures *captures, VnAnalysis *analysis, GError **error)
{
  g_autoptr (GError) problem = NULL;
  VnCaptured packet;

  while (vn_captures_next (captures, &packet, &problem))
    vn_analysis_packet (analysis, &packet);
  if (!problem)
    return check_links (captures, analysis, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* ---- writing ---- */

static int
write_report (const VnFlowReport *report, VnAnalysis *analysis, const Options *options, const VnFlowsFormat *format)
{
  gboolean is_file = options->output && strcmp (options->output, "-") != 0;
  FILE *out = is_file ? fopen (options->output, "we") : stdout;
  const VnFlowsOptions flows = {
    .colour = !is_file && vn_cli_colour (STDOUT_FILENO),
    .verbose = options->verbose,
    .width = vn_cli_width (),
  };

  if (!out)
    return usage ("cannot write %s: %s", options->output, g_strerror (errno));
  format->write (report, analysis, &flows, out);
  if (is_file && (ferror (out) | fclose (out)) != 0)
    {
      fprintf (stderr, "vnetlab: cannot write %s: %s\n", options->output, g_strerror (errno));
      return VN_EXIT_INTERNAL;
    }
  return report->n_packets == 0 ? VN_EXIT_NOTHING : VN_EXIT_OK;
}

static void
tell_empty (const VnCaptures *captures, const GPtrArray *names, const Options *options)
{
  for (guint i = 0; i < vn_captures_n_files (captures); i++)
    {
      const VnCapturesFile *file = vn_captures_file (captures, i);

      fprintf (stderr, "vnetlab: %s: %s%s%s\n", (const char *)g_ptr_array_index (names, i),
               file->n_packets == 0 ? "no packet in it"
               : options->filter    ? "no packet passes the filter"
                                    : "no packet",
               file->problem ? "; " : "", file->problem ? file->problem : "");
    }
}

/* One reading of all files. */
typedef struct
{
  VnCaptures *captures;
  VnAnalysis *analysis;
  GPtrArray *names; /* of the files */
} Reading;

static void
reading_clear (Reading *reading)
{
  g_clear_pointer (&reading->captures, vn_captures_free);
  g_clear_pointer (&reading->analysis, vn_analysis_free);
  g_clear_pointer (&reading->names, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

/* @before: NULL, or what found out how far the files' clocks are ahead. */
static gboolean
read_files (char **paths, const Options *options, const VnAnalysisOptions *what, const Reading *before, Reading *ret,
            GError **error)
{
  g_autoptr (GPtrArray) points = NULL;

  ret->analysis = vn_analysis_new (what, error);
  ret->captures = ret->analysis ? vn_captures_open ((const char *const *)paths, options->filter, error) : NULL;
  if (!ret->captures)
    return FALSE;
  for (guint i = 0; before && paths[i]; i++)
    vn_captures_set_clock (ret->captures, i, vn_analysis_clock (before->analysis, i));
  if (!read_all (ret->captures, ret->analysis, error))
    return FALSE;
  ret->names = file_names (ret->captures, ret->analysis);
  points = point_names (ret->captures);
  vn_analysis_finish (ret->analysis, points, ret->names);
  return TRUE;
}

/* Whether clocks differ, and all files can be read once more with that corrected. */
static gboolean
wants_again (const Reading *reading, char **paths)
{
  gboolean differs = FALSE;

  for (guint i = 0; paths[i]; i++)
    {
      if (!g_file_test (paths[i], G_FILE_TEST_IS_REGULAR))
        return FALSE;
      differs |= vn_analysis_clock (reading->analysis, i) != 0;
    }
  return differs;
}

/* What the first reading said of the clocks; the second has them corrected and can't tell. */
static void
keep_clock_findings (const Reading *from, const Reading *to)
{
  const GPtrArray *findings = vn_findings_sort (vn_analysis_findings (from->analysis));

  for (guint i = 0; i < findings->len; i++)
    {
      const VnFinding *finding = g_ptr_array_index (findings, i);

      if (finding->code == VN_FINDING_CLOCK_OFFSET)
        vn_finding_set_detail (vn_findings_add (vn_analysis_findings (to->analysis), VN_FINDING_CLOCK_OFFSET,
                                                finding->subject, finding->packets[0]),
                               "%s; corrected in this report", finding->detail);
    }
}

static gboolean
read_in_order (char **paths, const Options *options, const VnAnalysisOptions *what, Reading *ret, GError **error)
{
  g_auto (Reading) again = { 0 };

  if (!read_files (paths, options, what, NULL, ret, error))
    return FALSE;
  if (!wants_again (ret, paths))
    return TRUE;
  if (!read_files (paths, options, what, ret, &again, error))
    return FALSE;
  keep_clock_findings (ret, &again);
  reading_clear (ret);
  *ret = again;
  again = (Reading){ 0 };
  return TRUE;
}

static int
analyze (char **paths, const VnAnalysisOptions *what, const VnTopology *lab, const Options *options,
         const VnFlowsFormat *format, guint top)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnFlowReport) report = NULL;
  g_auto (Reading) reading = { 0 };

  if (!read_in_order (paths, options, what, &reading, &error))
    return vn_cli_fail (error);
  add_file_findings (reading.captures, reading.analysis, reading.names);
  if (lab)
    vn_lab_findings (reading.analysis, lab);
  report = vn_flow_report_new (reading.analysis, report_files (reading.captures, reading.names),
                               &(VnFlowReportOptions){ top });
  if (report->n_packets == 0)
    tell_empty (reading.captures, reading.names, options);
  return write_report (report, reading.analysis, options, format);
}

static int
open_and_analyze (char **words, const Options *options)
{
  const VnFlowsFormat *format = find_format (options->format ? options->format : "terminal");
  VnAnalysisOptions what = { VN_DECODE_DEFAULT, options->match, options->anonymise };
  g_autoptr (VnTopology) lab = NULL;
  guint64 top = TOP_DEFAULT;

  if (!format || !read_ports (options->vxlan_ports, &what.decode))
    return VN_EXIT_USAGE;
  if (options->top && !vn_parse_uint (options->top, 0, G_MAXINT, &top))
    return usage ("--top %s: expected a whole number, 0 for all", options->top);
  if (!words[0])
    return usage ("expected PCAP… (\"-\" is standard input)");
  lab = options->lab ? vn_cli_load (options->lab, &options->lab_options, NULL) : NULL;
  if (options->lab && !lab)
    return VN_EXIT_USAGE;
  return analyze (words, &what, lab, options, format, (guint)top);
}

static void
options_clear (Options *options)
{
  char **const texts[]
      = { &options->filter, &options->match, &options->format, &options->output, &options->top, &options->lab };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&options->vxlan_ports, g_strfreev);
  vn_cli_lab_clear (&options->lab_options);
}

int
vn_verb_analyze (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "filter", 'f', 0, G_OPTION_ARG_STRING, &options.filter, "Only packets that pass, as tcpdump's filters",
      "EXPRESSION" },
    { "match", 'm', 0, G_OPTION_ARG_STRING, &options.match,
      "Only conversations whose payload matches, across TCP segments", "REGEX" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
      "What to print: terminal (default), json, csv (all conversations), markdown, html", "NAME" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Write to FILE instead of standard output", "FILE" },
    { "top", 0, 0, G_OPTION_ARG_STRING, &options.top, "List the N largest of each kind (200; 0 = all)", "N" },
    { "lab", 0, 0, G_OPTION_ARG_STRING, &options.lab,
      "Hold the capture against LAB: its security groups, its L2 population, its ports", "LAB" },
    VN_CLI_LAB_ENTRIES (options.lab_options),
    { "vxlan-port", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.vxlan_ports,
      "Another UDP port that carries VXLAN, besides 4789 and 8472", "PORT" },
    { "anonymise", 0, 0, G_OPTION_ARG_NONE, &options.anonymise, "Pseudonyms for addresses and names", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options.verbose, "All that was found, with what it means", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse ("analyze", "PCAP…",
                    "Reads captures (pcap or pcapng, packed by gzip or zstd or not, - for standard input), several of"
                    " them\nmerged by time, and says who talked to whom and what is wrong. No payload is printed.",
                    entries, argc, argv, &words))
    code = open_and_analyze (words, &options);
  options_clear (&options);
  return code;
}
