/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a terminal: matrix, failures, checks summed up, where the files lie, the verdict last. */
#include "analysis/report/vn-terminal.h"

#include "sim/base/vn-text.h"

#include <stdarg.h>
#include <string.h>

static const char *const styles[] = {
  [VN_STYLE_GOOD] = "\033[32m", [VN_STYLE_BAD] = "\033[1;31m", [VN_STYLE_UNSURE] = "\033[33m",
  [VN_STYLE_HEAD] = "\033[1m",  [VN_STYLE_DIM] = "\033[2m",
};

VnStyle
vn_terminal_style (VnVerdict verdict)
{
  static const VnStyle of_verdict[] = {
    [VN_VERDICT_PASS] = VN_STYLE_GOOD,
    [VN_VERDICT_FAIL] = VN_STYLE_BAD,
    [VN_VERDICT_INCONCLUSIVE] = VN_STYLE_UNSURE,
    [VN_VERDICT_ERROR] = VN_STYLE_BAD,
  };

  return of_verdict[verdict];
}

void
vn_terminal_add (GString *out, const VnReportOptions *options, VnStyle style, const char *text)
{
  g_autofree char *safe = vn_text_printable (text);

  g_string_append_printf (out, "%s%s%s", options->colour ? styles[style] : "", safe, options->colour ? "\033[0m" : "");
}

void
vn_terminal_heading (GString *out, const VnReportOptions *options, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_string_append_c (out, '\n');
  vn_terminal_add (out, options, VN_STYLE_HEAD, text);
  g_string_append_c (out, '\n');
}

void
vn_terminal_list (GString *out, const VnReportOptions *options, guint indent, const GPtrArray *words, guint most)
{
  guint column = indent;

  g_string_append_printf (out, "%*s", (int)indent, "");
  for (guint i = 0; i < MIN (words->len, most); i++)
    {
      g_autofree char *word = vn_text_printable (g_ptr_array_index (words, i));
      gsize size = strlen (word) + 2;

      if (i > 0 && column + size > options->width)
        {
          g_string_append_printf (out, "\n%*s", (int)indent, "");
          column = indent;
        }
      g_string_append_printf (out, "%s%s", word, i + 1 < words->len ? ", " : "");
      column += (guint)size;
    }
  if (words->len > most)
    g_string_append_printf (out, "and %u more", words->len - most);
  g_string_append_c (out, '\n');
}

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

typedef struct
{
  const char *id;
  guint counts[VN_N_VERDICTS];
} Sum;

static void
add_up (const VnReportItem *item, gpointer data)
{
  GArray *sums = data;
  Sum fresh = { item->id, { 0 } };

  for (guint i = 0; i < sums->len; i++)
    if (strcmp (g_array_index (sums, Sum, i).id, item->id) == 0)
      {
        g_array_index (sums, Sum, i).counts[item->verdict]++;
        return;
      }
  fresh.counts[item->verdict]++;
  g_array_append_val (sums, fresh);
}

static const char *
check_title (const char *id)
{
  guint n;
  const VnCheckInfo *checks = vn_checks (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (checks[i].id, id) == 0)
      return checks[i].title;
  return "check of the lab file";
}

static guint
sum_total (const Sum *sum)
{
  guint total = 0;

  for (guint v = 0; v < VN_N_VERDICTS; v++)
    total += sum->counts[v];
  return total;
}

/* "SG-REACH" belongs to the part "SG". */
static gboolean
is_part (const char *id, const char *prefix)
{
  return g_str_has_prefix (id, prefix) && id[strlen (prefix)] == '-';
}

static void
add_sum (GString *out, const VnReportOptions *options, const Sum *sum)
{
  VnVerdict worst = VN_VERDICT_PASS;
  g_autofree char *head = NULL;

  for (guint v = 0; v < VN_N_VERDICTS; v++)
    {
      if (sum->counts[v] > 0 && v != VN_VERDICT_PASS && worst != VN_VERDICT_FAIL)
        worst = (VnVerdict)v;
    }
  head = g_strdup_printf ("  %-4s %-20s %5u/%-5u", worst == VN_VERDICT_PASS ? "ok" : "NOT", sum->id,
                          sum->counts[VN_VERDICT_PASS], sum_total (sum));
  vn_terminal_add (out, options, vn_terminal_style (worst), head);
  g_string_append_printf (out, " %s\n", check_title (sum->id));
}

/* The user's own checks: those that hold need no line each. */
static void
add_user_sums (GString *out, const VnReportOptions *options, const GArray *sums, const gboolean *done)
{
  g_autoptr (GPtrArray) holding = g_ptr_array_new ();
  guint n = 0;

  for (guint i = 0; i < sums->len; i++)
    {
      const Sum *sum = &g_array_index (sums, Sum, i);

      if (done[i])
        continue;
      if (n++ == 0)
        vn_terminal_heading (out, options, "Checks of the lab file");
      if (sum->counts[VN_VERDICT_PASS] == sum_total (sum))
        g_ptr_array_add (holding, (gpointer)sum->id);
      else
        add_sum (out, options, sum);
    }
  if (holding->len > 0)
    {
      vn_terminal_add (out, options, VN_STYLE_GOOD, "  ok   ");
      g_string_append_printf (out, "%u of %u\n", holding->len, n);
      vn_terminal_list (out, options, 7, holding, G_MAXUINT);
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
    { "MTU", "MTU" },
    { "LAB", "The lab itself" },
    { "CFG", "Configuration" },
  };
  g_autoptr (GArray) sums = g_array_new (FALSE, FALSE, sizeof (Sum));
  g_autofree gboolean *done = NULL;

  vn_report_foreach (run, add_up, sums);
  done = g_new0 (gboolean, sums->len + 1);
  for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
    {
      gboolean headed = FALSE;

      for (guint i = 0; i < sums->len; i++)
        {
          const Sum *sum = &g_array_index (sums, Sum, i);
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

      g_string_append_printf (out, "  %s in %u cells: %s (%s)\n", quirk->id, quirk->n_cells, quirk->why, place);
    }
}

static void
add_files (GString *out, const VnReportOptions *options, const VnRun *run)
{
  gint64 total = 0;

  vn_terminal_heading (out, options, "Files");
  g_string_append_printf (out, "  %s/capture.pcapng  %" G_GUINT64_FORMAT " packets at %u points\n", run->folder,
                          run->n_frames_captured, run->points->len);
  g_string_append_printf (out, "  %s/report.json, junit.xml, report.tap\n", run->folder);
  g_string_append_printf (out, "  %" G_GUINT64_FORMAT " frames sent;", run->n_frames_sent);
  for (guint i = 0; i < run->phases->len; i++)
    {
      const VnRunPhase *phase = &g_array_index (run->phases, VnRunPhase, i);

      total += phase->duration;
      g_string_append_printf (out, " %s %.2f s,", phase->name, (double)phase->duration / G_USEC_PER_SEC);
    }
  g_string_append_printf (out, " in all %.2f s\n", (double)total / G_USEC_PER_SEC);
}

static void
add_verdict (GString *out, const VnReportOptions *options, const VnRun *run)
{
  guint pass = vn_run_count (run, VN_VERDICT_PASS), fail = vn_run_count (run, VN_VERDICT_FAIL);
  guint open = vn_run_count (run, VN_VERDICT_INCONCLUSIVE), error = vn_run_count (run, VN_VERDICT_ERROR);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%u as they should be, %u not", pass, fail);
  if (open > 0)
    g_string_append_printf (text, ", %u undecided", open);
  if (error > 0)
    g_string_append_printf (text, ", %u with errors", error);
  g_string_append_c (out, '\n');
  vn_terminal_add (out, options,
                   fail + error > 0 ? VN_STYLE_BAD
                   : open > 0       ? VN_STYLE_UNSURE
                                    : VN_STYLE_GOOD,
                   text->str);
  g_string_append_c (out, '\n');
}

char *
vn_report_write_terminal (const VnRun *run, const VnReportOptions *options)
{
  GString *out = g_string_new (NULL);

  add_header (out, options, run);
  vn_terminal_matrix (out, options, run);
  add_reasons (out, options, run);
  vn_terminal_failures (out, options, run);
  add_sums (out, options, run);
  add_quirks (out, options, run);
  add_files (out, options, run);
  add_verdict (out, options, run);
  return g_string_free (out, FALSE);
}
