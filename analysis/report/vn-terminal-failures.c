/* SPDX-License-Identifier: Apache-2.0 */
/* What is not as it should be, for a terminal. */
#include "analysis/report/vn-report-summary.h"
#include "analysis/report/vn-terminal.h"

#define MOST_GROUPS 20 /* the rest is in the saved report */
#define MOST_NAMES 12  /* of cells with one message */
#define NAMES_COLUMN 9 /* they begin there */

static void
add_part (GString *out, const VnReportOptions *options, const VnReportPart *part)
{
  g_autofree char *count = part->names->len > 1 ? g_strdup_printf (" (%u)", part->names->len) : g_strdup ("");
  g_autofree char *head
      = g_strdup_printf ("    %s %s%s%s", vn_verdict_name (part->verdict), part->id, count, part->message ? ":" : "");

  vn_terminal_add (out, options, vn_terminal_style (part->verdict), head);
  if (part->message)
    vn_terminal_wrap (out, options, NAMES_COLUMN, part->message);
  g_string_append_c (out, '\n');
  vn_terminal_list (out, options, NAMES_COLUMN, part->names, MOST_NAMES);
}

static void
add_group (GString *out, const VnReportOptions *options, const VnReportGroup *group)
{
  const char *const lines[] = { group->text, group->seen };

  if (group->place)
    {
      g_string_append (out, "  ");
      vn_terminal_add (out, options, VN_STYLE_HEAD, group->place);
      g_string_append_c (out, '\n');
    }
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i])
      {
        vn_terminal_wrap (out, options, 2, lines[i]);
        g_string_append_c (out, '\n');
      }
  for (guint i = 0; i < group->parts->len; i++)
    add_part (out, options, g_ptr_array_index (group->parts, i));
}

void
vn_terminal_failures (GString *out, const VnReportOptions *options, const VnRun *run)
{
  g_autoptr (GPtrArray) groups = vn_report_groups (run);

  if (groups->len == 0)
    return;
  vn_terminal_heading (out, options, "Not as it should be");
  for (guint i = 0; i < MIN (groups->len, MOST_GROUPS); i++)
    {
      if (i > 0)
        g_string_append_c (out, '\n');
      add_group (out, options, g_ptr_array_index (groups, i));
    }
  if (groups->len > MOST_GROUPS)
    g_string_append_printf (out, "  and %u more causes in report.json\n", groups->len - MOST_GROUPS);
}
