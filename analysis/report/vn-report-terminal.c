/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a terminal: matrix, failures, checks summed up, where the files lie, the verdict last. */
#include "analysis/report/vn-report-summary.h"
#include "analysis/report/vn-terminal.h"

#include <string.h>

#define TITLE_COLUMN 38 /* of what a check is about */

static void
add_header (GString *out, const VnReportOptions *options, const VnRun *run)
{
  g_autofree char *title = g_strdup_printf ("Lab %s", run->lab);

  vn_terminal_add (out, options, VN_STYLE_HEAD, title);
  g_string_append_printf (out, "  %s\n", run->file);
  if (run->release)
    g_string_append_printf (out, "Neutron %s, ", run->release);
  g_string_append_printf (out, "seed %" G_GUINT64_FORMAT ", kernel %s, vnetlab %s\n", run->seed, run->kernel,
                          run->tool_version);
}

/* ---- checks summed up by id ---- */

/* "SG-REACH" belongs to the part "SG". */
static gboolean
is_part (const char *id, const char *prefix)
{
  return g_str_has_prefix (id, prefix) && id[strlen (prefix)] == '-';
}

/* Passed, undecided or wrong, as the least of the cells and findings of a check is. */
static const struct
{
  const char *word;
  VnStyle style;
} sum_words[] = {
  [VN_VERDICT_PASS] = { "ok", VN_STYLE_GOOD },
  [VN_VERDICT_FAIL] = { "NOT", VN_STYLE_BAD },
  [VN_VERDICT_INCONCLUSIVE] = { "open", VN_STYLE_UNSURE },
  [VN_VERDICT_ERROR] = { "ERR", VN_STYLE_BAD },
};

static void
add_sum (GString *out, const VnReportOptions *options, const VnReportSum *sum)
{
  VnVerdict verdict = vn_report_sum_verdict (sum);
  g_autofree char *head = g_strdup_printf ("  %-4s %-19s %4u/%-4u", sum_words[verdict].word, sum->id,
                                           sum->counts[VN_VERDICT_PASS], vn_report_sum_total (sum));

  vn_terminal_add (out, options, sum_words[verdict].style, g_strchomp (head));
  if (sum->title)
    vn_terminal_wrap (out, options, TITLE_COLUMN, sum->title);
  g_string_append_c (out, '\n');
}

/* The user's own checks by verdict: what is wrong with them stands further up. */
static void
add_user_sums (GString *out, const VnReportOptions *options, const GArray *sums, const gboolean *done)
{
  GPtrArray *ids[VN_N_VERDICTS];
  guint n = 0;

  for (guint v = 0; v < VN_N_VERDICTS; v++)
    ids[v] = g_ptr_array_new ();
  for (guint i = 0; i < sums->len; i++)
    if (!done[i])
      {
        g_ptr_array_add (ids[vn_report_sum_verdict (&g_array_index (sums, VnReportSum, i))],
                         (gpointer)g_array_index (sums, VnReportSum, i).id);
        n++;
      }
  if (n > 0)
    vn_terminal_heading (out, options, "Checks of the lab file");
  for (guint v = 0; v < VN_N_VERDICTS; v++)
    {
      if (ids[v]->len > 0)
        {
          g_autofree char *head = g_strdup_printf ("  %-4s %u of %u", sum_words[v].word, ids[v]->len, n);

          vn_terminal_add (out, options, sum_words[v].style, head);
          g_string_append_c (out, '\n');
          vn_terminal_list (out, options, 7, ids[v], G_MAXUINT);
        }
      g_ptr_array_unref (ids[v]);
    }
}

static void
add_sums (GString *out, const VnReportOptions *options, const VnRun *run)
{
  static const struct
  {
    const char *prefix, *heading;
  } parts[] = {
    { "SG", "Security groups and port security" },
    { "NET", "Networks" },
    { "L2P", "L2 population" },
    { "NAT", "Address translation" },
    { "DHCP", "DHCP" },
    { "DNS", "Names" },
    { "QOS", "QoS policies" },
    { "MTU", "MTU" },
    { "LAB", "The lab itself" },
    { "CFG", "Configuration" },
  };
  g_autoptr (GArray) sums = vn_report_sums (run);
  g_autofree gboolean *done = NULL;

  done = g_new0 (gboolean, sums->len + 1);
  for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
    {
      gboolean headed = FALSE;

      for (guint i = 0; i < sums->len; i++)
        {
          const VnReportSum *sum = &g_array_index (sums, VnReportSum, i);
          if (done[i] || !is_part (sum->id, parts[p].prefix))
            continue;
          if (!headed)
            vn_terminal_heading (out, options, "%s", parts[p].heading);
          headed = done[i] = TRUE;
          add_sum (out, options, sum);
        }
    }
  add_user_sums (out, options, sums, done);
}

/* ---- the rest ---- */

static void
add_reasons (GString *out, const VnReportOptions *options, const VnRun *run)
{
  if (!options->verbose)
    return;
  vn_terminal_heading (out, options, "Every cell with its reasons");
  for (guint i = 0; i < run->cells->len; i++)
    {
      const VnRunCell *cell = g_ptr_array_index (run->cells, i);
      g_autofree char *head = g_strdup_printf ("%s: %s", cell->key, vn_verdict_name (cell->verdict));

      vn_terminal_add (out, options, vn_terminal_style (cell->verdict), head);
      g_string_append_printf (out, "\n%s", cell->reasons ? cell->reasons : "");
    }
}

static void
add_quirks (GString *out, const VnReportOptions *options, const VnRun *run)
{
  if (run->quirks->len > 0)
    vn_terminal_heading (out, options, "Accepted departures of the real agents");
  for (guint i = 0; i < run->quirks->len; i++)
    {
      const VnRunQuirk *quirk = g_ptr_array_index (run->quirks, i);
      g_autofree char *place = vn_origin_to_line (quirk->origin);

      g_autofree char *text
          = g_strdup_printf ("%s in %u cells and checks: %s (%s)", quirk->id, quirk->n_cells, quirk->why, place);

      vn_terminal_wrap (out, options, 2, text);
      g_string_append_c (out, '\n');
    }
}

/* "10 min", "90 s" */
static char *
duration_text (guint seconds)
{
  static const struct
  {
    guint seconds;
    const char *unit;
  } units[] = { { 24 * 3600, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
  guint i = 0;

  while (units[i].seconds > 1 && (seconds == 0 || seconds % units[i].seconds != 0))
    i++;
  return g_strdup_printf ("%u %s", seconds / units[i].seconds, units[i].unit);
}

static void
add_lease (GString *out, const VnReportOptions *options, const VnRunLease *lease)
{
  g_autofree char *duration = duration_text (lease->duration_sec);
  g_autofree char *text
      = lease->address ? g_strdup_printf ("  %s %s  %s from %s, %s", lease->machine, lease->device, lease->address,
                                          lease->server ? lease->server : "a server without a name", duration)
                       : g_strdup_printf ("  %s %s  no lease", lease->machine, lease->device);

  if (lease->address)
    g_string_append (out, text);
  else
    vn_terminal_add (out, options, VN_STYLE_UNSURE, text);
  g_string_append_c (out, '\n');
}

static void
add_leases (GString *out, const VnReportOptions *options, const VnRun *run)
{
  if (run->leases->len > 0)
    vn_terminal_heading (out, options, "Leases");
  for (guint i = 0; i < run->leases->len; i++)
    add_lease (out, options, g_ptr_array_index (run->leases, i));
}

/* What each event took, and how long anything was open or shut meanwhile. */
static void
add_changes (GString *out, const VnReportOptions *options, const VnRun *run)
{
  gboolean any = FALSE;

  for (guint i = 0; i < run->checks->len; i++)
    {
      const VnRunCheck *check = g_ptr_array_index (run->checks, i);

      if (strcmp (check->id, "SG-CHANGE") != 0 || check->message == NULL)
        continue;
      if (!any)
        vn_terminal_heading (out, options, "Events");
      any = TRUE;
      g_string_append_printf (out, "  %s:", check->subject);
      vn_terminal_wrap (out, options, 4, check->message);
      g_string_append_c (out, '\n');
    }
}

static void
add_files (GString *out, const VnReportOptions *options, const VnRun *run)
{
  vn_terminal_heading (out, options, "Files in %s", run->folder);
  g_string_append_printf (out, "  capture.pcapng  %" G_GUINT64_FORMAT " packets at %u points\n", run->n_frames_captured,
                          run->points->len);
  g_string_append (out, "  report.html, report.json, report.md, junit.xml, report.tap\n");
}

static void
add_times (GString *out, const VnReportOptions *options, const VnRun *run)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 total = 0;

  for (guint i = 0; i < run->phases->len; i++)
    {
      const VnRunPhase *phase = &g_array_index (run->phases, VnRunPhase, i);

      total += phase->duration;
      g_string_append_printf (text, "%s%s %.2f", i > 0 ? ", " : "", phase->name,
                              (double)phase->duration / G_USEC_PER_SEC);
    }
  g_string_append_printf (out, "\n%" G_GUINT64_FORMAT " frames sent, %.2f seconds:", run->n_frames_sent,
                          (double)total / G_USEC_PER_SEC);
  vn_terminal_wrap (out, options, 0, text->str);
  g_string_append_c (out, '\n');
}

static void
add_verdict (GString *out, const VnReportOptions *options, const VnRun *run)
{
  VnReportSum sum = vn_report_sum_all (run);
  g_autofree char *line = vn_report_verdict_line (run);

  vn_terminal_add (out, options, sum_words[vn_report_sum_verdict (&sum)].style, line);
  g_string_append_c (out, '\n');
}

char *
vn_report_write_terminal (const VnRun *run, const VnReportOptions *options)
{
  GString *out = g_string_new (NULL);

  add_header (out, options, run);
  add_leases (out, options, run);
  vn_terminal_matrix (out, options, run);
  add_reasons (out, options, run);
  vn_terminal_failures (out, options, run);
  add_sums (out, options, run);
  add_changes (out, options, run);
  add_quirks (out, options, run);
  add_files (out, options, run);
  add_times (out, options, run);
  add_verdict (out, options, run);
  return g_string_free (out, FALSE);
}
