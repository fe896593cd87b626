/* SPDX-License-Identifier: Apache-2.0 */
/* A run as Markdown for a summary of CI: the verdict, what went wrong, a small matrix, checks. */
#include "analysis/report/vn-report-markdown.h"

#include "analysis/report/vn-report-summary.h"

#define MOST_GROUPS 20
#define MOST_NAMES 8
#define MATRIX_MAX 24 /* ends; wider tables are of no use where Markdown is read */

static const char *const signs[] = {
  [VN_VERDICT_PASS] = "✅", [VN_VERDICT_FAIL] = "❌", [VN_VERDICT_INCONCLUSIVE] = "❔", [VN_VERDICT_ERROR] = "⚠️"
};
G_STATIC_ASSERT (G_N_ELEMENTS (signs) == VN_N_VERDICTS);

/* Appends @text between @before and @after, none of it markup. */
static void
add_text (GString *out, const char *before, const char *text, const char *after)
{
  g_autofree char *safe = text ? vn_report_markdown (text) : NULL;

  if (safe)
    g_string_append_printf (out, "%s%s%s", before, safe, after);
}

static void
add_head (GString *out, const VnRun *run)
{
  VnReportSum sum = vn_report_sum_all (run);
  g_autofree char *line = vn_report_verdict_line (run);

  g_string_append_printf (out, "## %s ", signs[vn_report_sum_verdict (&sum)]);
  add_text (out, "", run->lab, ": ");
  g_string_append_printf (out, "%s\n\n", line);
  add_text (out, "", run->file, ", ");
  add_text (out, "Neutron ", run->release, ", ");
  g_string_append_printf (out, "seed %" G_GUINT64_FORMAT, run->seed);
  add_text (out, ", kernel ", run->kernel, "");
  g_string_append_printf (out, ", %" G_GUINT64_FORMAT " frames captured\n", run->n_frames_captured);
}

static void
add_part (GString *out, const VnReportPart *part)
{
  g_string_append_printf (out, "  - %s ", signs[part->verdict]);
  add_text (out, "", part->id, "");
  add_text (out, ": ", part->message, "");
  g_string_append_printf (out, " (%u): ", part->names->len);
  for (guint i = 0; i < MIN (part->names->len, MOST_NAMES); i++)
    add_text (out, i > 0 ? ", " : "", g_ptr_array_index (part->names, i), "");
  if (part->names->len > MOST_NAMES)
    g_string_append_printf (out, " and %u more", part->names->len - MOST_NAMES);
  g_string_append_c (out, '\n');
}

static void
add_failures (GString *out, const VnRun *run)
{
  g_autoptr (GPtrArray) groups = vn_report_groups (run);

  if (groups->len > 0)
    g_string_append (out, "\n### Not as it should be\n\n");
  for (guint i = 0; i < MIN (groups->len, MOST_GROUPS); i++)
    {
      const VnReportGroup *group = g_ptr_array_index (groups, i);

      add_text (out, "- ", group->text ? group->text : "no cause found", "");
      add_text (out, " — ", group->place, "");
      add_text (out, "; ", group->seen, "");
      g_string_append_c (out, '\n');
      for (guint j = 0; j < group->parts->len; j++)
        add_part (out, g_ptr_array_index (group->parts, j));
    }
  if (groups->len > MOST_GROUPS)
    g_string_append_printf (out, "\nand %u more causes in report.json\n", groups->len - MOST_GROUPS);
}

static void
add_field (GString *out, const VnReportPair *pair)
{
  const char *sign = pair->worst != VN_VERDICT_PASS ? signs[pair->worst] : "";

  if (pair->n_asked > 0)
    g_string_append_printf (out, " %s%u/%u |", sign, pair->n_answered, pair->n_asked);
  else
    g_string_append_printf (out, " %s |", sign);
}

static void
add_matrix (GString *out, const VnRun *run)
{
  g_autoptr (GArray) pairs = vn_report_pairs (run);
  guint n = run->ends->len;

  if (n == 0 || n > MATRIX_MAX)
    return;
  g_string_append (out, "\n### Answered of asked, senders down\n\n| |");
  for (guint i = 0; i < n; i++)
    add_text (out, " ", g_ptr_array_index (run->ends, i), " |");
  g_string_append (out, "\n|---|");
  for (guint i = 0; i < n; i++)
    g_string_append (out, "---:|");
  for (guint i = 0; i < n; i++)
    {
      add_text (out, "\n| **", g_ptr_array_index (run->ends, i), "** |");
      for (guint j = 0; j < n; j++)
        add_field (out, &g_array_index (pairs, VnReportPair, i * n + j));
    }
  g_string_append_c (out, '\n');
}

static void
add_checks (GString *out, const VnRun *run)
{
  g_autoptr (GArray) sums = vn_report_sums (run);

  if (sums->len == 0)
    return;
  g_string_append (out, "\n| | check | as it should be | |\n|---|---|---:|---|\n");
  for (guint i = 0; i < sums->len; i++)
    {
      const VnReportSum *sum = &g_array_index (sums, VnReportSum, i);

      g_string_append_printf (out, "| %s ", signs[vn_report_sum_verdict (sum)]);
      add_text (out, "| ", sum->id, " ");
      g_string_append_printf (out, "| %u of %u ", sum->counts[VN_VERDICT_PASS], vn_report_sum_total (sum));
      add_text (out, "| ", sum->title ? sum->title : "", " |\n");
    }
}

static void
add_list (GString *out, const char *title, const GPtrArray *lines)
{
  if (lines->len > 0)
    g_string_append_printf (out, "\n### %s\n\n", title);
  for (guint i = 0; i < lines->len; i++)
    add_text (out, "- ", g_ptr_array_index (lines, i), "\n");
}

char *
vn_report_write_markdown (const VnRun *run, const VnReportOptions *options G_GNUC_UNUSED)
{
  GString *out = g_string_new (NULL);

  add_head (out, run);
  add_failures (out, run);
  add_matrix (out, run);
  add_checks (out, run);
  for (guint i = 0; i < run->quirks->len; i++)
    {
      const VnRunQuirk *quirk = g_ptr_array_index (run->quirks, i);

      add_text (out, i == 0 ? "\n### Accepted departures of the real agents\n\n- " : "- ", quirk->id, ": ");
      add_text (out, "", quirk->why, "\n");
    }
  add_list (out, "Warnings", run->warnings);
  return g_string_free (out, FALSE);
}
