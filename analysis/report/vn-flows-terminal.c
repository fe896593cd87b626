/* SPDX-License-Identifier: Apache-2.0 */
/* An analysis for the terminal: what was read, what is wrong, who talked to whom. */
#include "analysis/report/vn-flows-report.h"
#include "analysis/report/vn-terminal.h"

#include <string.h>

#define SUBJECTS_SHOWN 4
#define FLOWS_SHOWN 15
#define COLUMNS 8

static const struct
{
  const char *severity;
  VnStyle style;
  const char *mark;
} MARKS[] = {
  { "error", VN_STYLE_BAD, "✗" },
  { "warning", VN_STYLE_UNSURE, "!" },
  { "note", VN_STYLE_DIM, "·" },
};

static guint
mark_of (const VnReportFinding *finding)
{
  guint i = 0;

  while (strcmp (MARKS[i].severity, finding->severity) != 0)
    i++;
  return i;
}

/* ---- findings ---- */

static void
add_subject (GString *out, const VnReportOptions *style, const VnFlowReport *report, const VnReportFinding *finding)
{
  g_autofree char *packets = vn_flows_packets (report, finding->packets), *count = vn_flows_number (finding->count);
  g_autoptr (GString) line = g_string_new (finding->subject);

  if (finding->count > 1)
    g_string_append_printf (line, " ×%s", count);
  if (finding->detail)
    g_string_append_printf (line, ": %s", finding->detail);
  g_string_append (out, "    ");
  g_string_append (out, line->str);
  if (*packets)
    {
      g_string_append (out, "  ");
      vn_terminal_add (out, style, VN_STYLE_DIM, packets);
    }
  g_string_append_c (out, '\n');
}

/* All findings of one kind, which stand side by side in the record. Returns: how many. */
static guint
add_kind (GString *out, const VnReportOptions *style, const VnFlowReport *report, guint first, gboolean verbose)
{
  const VnReportFinding *head = g_ptr_array_index (report->findings, first);
  guint mark = mark_of (head), n = 0,
        shown = verbose                             ? G_MAXUINT
                : MARKS[mark].style == VN_STYLE_DIM ? 2
                                                    : SUBJECTS_SHOWN;

  while (first + n < report->findings->len
         && strcmp (((const VnReportFinding *)g_ptr_array_index (report->findings, first + n))->id, head->id) == 0)
    n++;
  vn_terminal_add (out, style, MARKS[mark].style, MARKS[mark].mark);
  g_string_append_printf (out, " %s  ", head->title);
  vn_terminal_add (out, style, VN_STYLE_DIM, head->id);
  g_string_append_c (out, '\n');
  if (MARKS[mark].style != VN_STYLE_DIM || verbose)
    {
      g_string_append (out, "    ");
      vn_terminal_wrap (out, style, 4, head->meaning);
      g_string_append_c (out, '\n');
    }
  /* one that fills the line of "… more" alone is shown */
  if (shown != G_MAXUINT && n == shown + 1)
    shown++;
  for (guint i = 0; i < n && i < shown; i++)
    add_subject (out, style, report, g_ptr_array_index (report->findings, first + i));
  if (n > shown)
    g_string_append_printf (out, "    … and %u more\n", n - shown);
  return n;
}

static void
add_findings (GString *out, const VnReportOptions *style, const VnFlowReport *report, gboolean verbose)
{
  g_autofree char *verdict = vn_flows_verdict (report);

  g_string_append_c (out, '\n');
  vn_terminal_add (out, style,
                   report->n_errors > 0     ? VN_STYLE_BAD
                   : report->n_warnings > 0 ? VN_STYLE_UNSURE
                                            : VN_STYLE_GOOD,
                   verdict);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < report->findings->len;)
    {
      g_string_append_c (out, '\n');
      i += add_kind (out, style, report, i, verbose);
    }
}

/* ---- tables ---- */

typedef struct
{
  char *cell[COLUMNS];
} Row;

static const struct
{
  const char *head;
  gboolean is_number;
} COLUMN_HEADS[COLUMNS] = {
  { "protocol", FALSE }, { "from", FALSE }, { "to", FALSE },    { "state", FALSE },
  { "packets", TRUE },   { "bytes", TRUE }, { "lasted", TRUE }, { "", FALSE },
};

static void
row_clear (gpointer data)
{
  for (guint i = 0; i < COLUMNS; i++)
    g_free (((Row *)data)->cell[i]);
}

static Row
row_of (const VnReportFlow *flow)
{
  g_autofree char *from_packets = vn_flows_number (flow->packets_from),
                  *to_packets = vn_flows_number (flow->packets_to);
  Row row = { { NULL } };

  row.cell[0] = g_strdup (flow->protocol);
  row.cell[1] = vn_flows_end (flow->from, flow->from_port);
  row.cell[2] = vn_flows_end (flow->to, flow->to_port);
  row.cell[3] = g_strdup (flow->state);
  row.cell[4] = g_strdup_printf ("%s → %s ←", from_packets, to_packets);
  row.cell[5] = vn_flows_bytes (flow->bytes_from + flow->bytes_to);
  row.cell[6] = vn_flows_duration (flow->last_ns - flow->first_ns);
  row.cell[7] = *flow->scope ? g_strdup_printf ("in %s", flow->scope) : g_strdup ("");
  return row;
}

static void
add_cell (GString *out, guint column, const char *text, glong width)
{
  glong pad = width - g_utf8_strlen (text, -1);

  if (COLUMN_HEADS[column].is_number)
    g_string_append_printf (out, "%*s", (int)pad, "");
  g_string_append (out, text);
  if (!COLUMN_HEADS[column].is_number && column + 1 < COLUMNS)
    g_string_append_printf (out, "%*s", (int)pad, "");
  g_string_append (out, column + 1 < COLUMNS ? "  " : "");
}

static void
end_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static void
add_table (GString *out, const VnReportOptions *style, GArray *rows)
{
  glong width[COLUMNS];
  g_autoptr (GString) head = g_string_new (NULL);

  for (guint c = 0; c < COLUMNS; c++)
    {
      width[c] = g_utf8_strlen (COLUMN_HEADS[c].head, -1);
      for (guint i = 0; i < rows->len; i++)
        width[c] = MAX (width[c], g_utf8_strlen (g_array_index (rows, Row, i).cell[c], -1));
      add_cell (head, c, COLUMN_HEADS[c].head, width[c]);
    }
  end_line (head);
  g_string_truncate (head, head->len - 1);
  vn_terminal_add (out, style, VN_STYLE_DIM, head->str);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < rows->len; i++)
    {
      for (guint c = 0; c < COLUMNS; c++)
        add_cell (out, c, g_array_index (rows, Row, i).cell[c], width[c]);
      end_line (out);
    }
}

static void
add_flows (GString *out, const VnReportOptions *style, const VnFlowReport *report, gboolean verbose)
{
  guint shown = verbose ? report->flows->len : MIN (report->flows->len, FLOWS_SHOWN);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autofree char *all = vn_flows_number (report->n_flows);

  if (shown == 0)
    return;
  g_array_set_clear_func (rows, row_clear);
  for (guint i = 0; i < shown; i++)
    {
      Row row = row_of (g_ptr_array_index (report->flows, i));

      g_array_append_val (rows, row);
    }
  if (shown < report->n_flows)
    vn_terminal_heading (out, style, "Conversations: the %u largest of %s", shown, all);
  else
    vn_terminal_heading (out, style, "Conversations");
  add_table (out, style, rows);
}

static void
add_overlays (GString *out, const VnReportOptions *style, const VnFlowReport *report)
{
  if (report->overlays->len > 0)
    vn_terminal_heading (out, style, "Tunnels");
  for (guint i = 0; i < report->overlays->len; i++)
    {
      const VnReportOverlay *overlay = g_ptr_array_index (report->overlays, i);
      g_autofree char *packets = vn_flows_number (overlay->n_packets);

      if (overlay->n_macs > 0)
        g_string_append_printf (out, "%s: %s packet%s of %u MAC address%s behind %u tunnel end%s\n", overlay->name,
                                packets, overlay->n_packets == 1 ? "" : "s", overlay->n_macs,
                                overlay->n_macs == 1 ? "" : "es", overlay->n_ends, overlay->n_ends == 1 ? "" : "s");
      else
        g_string_append_printf (out, "%s\n", overlay->name);
    }
}

void
vn_flows_write_terminal (const VnFlowReport *report, G_GNUC_UNUSED VnAnalysis *analysis, const VnFlowsOptions *options,
                         FILE *out)
{
  const VnReportOptions style = { .colour = options->colour, .width = options->width };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *summary = vn_flows_summary (report);

  vn_terminal_wrap (text, &style, 0, summary);
  g_string_append_c (text, '\n');
  add_findings (text, &style, report, options->verbose);
  add_flows (text, &style, report, options->verbose);
  add_overlays (text, &style, report);
  fputs (text->str, out);
}
