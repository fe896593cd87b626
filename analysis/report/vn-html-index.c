/* SPDX-License-Identifier: Apache-2.0 */
/* Many runs on one page. Of each run only its row is kept: a folder may hold hundreds. */
#include "analysis/report/vn-html-index.h"

#include "analysis/report/vn-html.h"
#include "analysis/report/vn-report-summary.h"

static const char *const scripts[] = { "base.js", "table.js", "index.js", NULL };

typedef struct
{
  char *name, *link; /* link: NULL = none */
  char *lab, *line;  /* line: the verdict, or what kept it from being read */
  gint64 started_unix_usec;
  VnReportSum sum;
  gboolean is_readable;
} Row;

struct _VnIndex
{
  char *title;
  GPtrArray *rows;
};

static void
row_free (gpointer data)
{
  Row *row = data;
  char *const texts[] = { row->name, row->link, row->lab, row->line };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_free (row);
}

VnIndex *
vn_index_new (const char *title)
{
  VnIndex *index = g_new0 (VnIndex, 1);

  index->title = g_strdup (title);
  index->rows = g_ptr_array_new_with_free_func (row_free);
  return index;
}

void
vn_index_free (VnIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->title);
  g_ptr_array_unref (index->rows);
  g_free (index);
}

guint
vn_index_len (const VnIndex *index)
{
  return index->rows->len;
}

void
vn_index_add (VnIndex *index, const VnRun *run, const char *name, const char *page)
{
  g_autofree char *path = page ? g_strdup_printf ("%s/%s", name, page) : NULL;
  Row *row = g_new0 (Row, 1);

  row->name = g_strdup (name);
  row->link = path ? g_uri_escape_string (path, "/", FALSE) : NULL;
  row->lab = g_strdup (run->lab);
  row->line = vn_report_verdict_line (run);
  row->started_unix_usec = run->started_unix_usec;
  row->sum = vn_report_sum_all (run);
  row->is_readable = TRUE;
  g_ptr_array_add (index->rows, row);
}

void
vn_index_add_problem (VnIndex *index, const char *name, const char *problem)
{
  Row *row = g_new0 (Row, 1);

  row->name = g_strdup (name);
  row->lab = g_strdup ("");
  row->line = g_strdup (problem);
  g_ptr_array_add (index->rows, row);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const Row *left = *(const Row *const *)a, *right = *(const Row *const *)b;

  if (left->started_unix_usec != right->started_unix_usec)
    return left->started_unix_usec > right->started_unix_usec ? -1 : 1;
  return g_strcmp0 (left->name, right->name);
}

static const char *
class_of (const Row *row)
{
  static const char *const classes[] = {
    [VN_VERDICT_PASS] = "good",
    [VN_VERDICT_FAIL] = "bad",
    [VN_VERDICT_INCONCLUSIVE] = "unsure",
    [VN_VERDICT_ERROR] = "bad",
  };

  if (!row->is_readable || vn_report_sum_total (&row->sum) == 0)
    return "unsure";
  return classes[vn_report_sum_verdict (&row->sum)];
}

static void
add_row (GString *out, const Row *row)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (row->started_unix_usec / G_USEC_PER_SEC);
  g_autofree char *moment
      = row->is_readable && time ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("");

  vn_html_add (out, "<tr><td>%s</td><th scope=\"row\">%s</th><td><span class=\"severity %s\">%s</span></td>", moment,
               row->lab, class_of (row), row->line);
  for (guint v = 0; v < VN_N_VERDICTS; v++)
    g_string_append_printf (out, "<td class=\"num\">%u</td>", row->sum.counts[v]);
  if (row->link)
    vn_html_add (out, "<td><a href=\"%s\">%s</a></td></tr>\n", row->link, row->name);
  else
    vn_html_add (out, "<td>%s</td></tr>\n", row->name);
}

char *
vn_index_write_html (VnIndex *index)
{
  static const char *const heads[] = { "time", "lab", "verdict", "passed", "failed", "undecided", "errors", "run" };
  g_autofree char *title = g_strdup_printf ("Runs in %s", index->title);
  GString *out = vn_html_begin (title, scripts);

  g_ptr_array_sort (index->rows, compare_newest_first);
  vn_html_add (out, "<main><header><h1>%s</h1><p class=\"dim\">%u runs, the newest first.</p></header>\n", title,
               index->rows->len);
  g_string_append (out, "<div class=\"wide\"><table class=\"plain\" id=\"runs\"><thead><tr>");
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_string_append_printf (out, "<th scope=\"col\">%s</th>", heads[i]);
  g_string_append (out, "</tr></thead><tbody>\n");
  for (guint i = 0; i < index->rows->len; i++)
    add_row (out, g_ptr_array_index (index->rows, i));
  g_string_append (out, "</tbody></table></div></main>\n");
  return vn_html_end (out, scripts);
}
