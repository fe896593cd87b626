/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix: who reaches whom, senders down, receivers across. One table for each network; where packets are passed
 * from one to another, one table for all.
 *
 * A field has three places, for ping, TCP and UDP, and a fourth where names were asked for: the letter stands if at
 * least one probe of that kind was answered, a dot if none was. A mark follows where something is not as it should be,
 * which is not always what letters show: one port of many may be open. */
#include "analysis/report/vn-report-summary.h"
#include "analysis/report/vn-terminal.h"

#include <string.h>

#define CORNER "from \\ to"

typedef struct
{
  gboolean probed, ping, tcp, udp;
  gboolean asked, name; /* for its name, and told */
  VnVerdict worst;
} Field;

typedef struct
{
  const VnRun *run;
  GHashTable *index; /* end name -> index + 1 */
  Field *fields;     /* from * n + to */
  guint n;
  gboolean is_joined; /* one table for all networks */
  gboolean has_names;
} Matrix;

static Field *
field_of (const Matrix *m, const char *from, const char *to)
{
  guint i = to ? GPOINTER_TO_UINT (g_hash_table_lookup (m->index, from)) : 0;
  guint j = to ? GPOINTER_TO_UINT (g_hash_table_lookup (m->index, to)) : 0;

  return i && j ? &m->fields[(i - 1) * m->n + j - 1] : NULL;
}

static void
note_name (Matrix *m, const VnRunCell *cell)
{
  Field *field = field_of (m, cell->from, cell->to);

  m->has_names = TRUE;
  if (!field)
    return;
  field->probed = field->asked = TRUE;
  field->name |= cell->observed.answered == VN_LEG_YES;
  if (vn_report_is_worse (cell->verdict, field->worst))
    field->worst = cell->verdict;
}

static gboolean
crosses_networks (const Matrix *m, const VnRunCell *cell)
{
  guint i = GPOINTER_TO_UINT (g_hash_table_lookup (m->index, cell->from));
  guint j = cell->to ? GPOINTER_TO_UINT (g_hash_table_lookup (m->index, cell->to)) : 0;

  return i && j
         && strcmp (g_ptr_array_index (m->run->end_domains, i - 1), g_ptr_array_index (m->run->end_domains, j - 1))
                != 0;
}

static void
note_cell (Matrix *m, const VnRunCell *cell)
{
  Field *field = cell->kind == VN_CELL_REACH ? field_of (m, cell->from, cell->to) : NULL;
  gboolean yes = cell->observed.answered == VN_LEG_YES;

  if (cell->kind == VN_CELL_DNS)
    note_name (m, cell);
  if (!field)
    return;
  /* TCP is tried over several networks only where somebody passes packets on. */
  m->is_joined |= g_str_has_prefix (cell->what, "tcp") && crosses_networks (m, cell);
  field->probed = TRUE;
  field->ping |= yes && g_str_has_prefix (cell->what, "icmp");
  field->tcp |= yes && g_str_has_prefix (cell->what, "tcp");
  field->udp |= yes && g_str_has_prefix (cell->what, "udp");
  if (vn_report_is_worse (cell->verdict, field->worst))
    field->worst = cell->verdict;
}

static void
matrix_init (Matrix *m, const VnRun *run)
{
  *m = (Matrix){ .run = run, .n = run->ends->len };
  m->index = g_hash_table_new (g_str_hash, g_str_equal);
  m->fields = g_new0 (Field, (gsize)MAX (m->n, 1) * MAX (m->n, 1));
  for (guint i = 0; i < m->n; i++)
    g_hash_table_insert (m->index, g_ptr_array_index (run->ends, i), GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < run->cells->len; i++)
    note_cell (m, g_ptr_array_index (run->cells, i));
}

static void
matrix_clear (Matrix *m)
{
  g_hash_table_unref (m->index);
  g_free (m->fields);
}

static const struct
{
  VnStyle style;
  const char *mark, *meaning;
} marks[] = {
  [VN_VERDICT_PASS] = { VN_STYLE_GOOD, "", NULL },
  [VN_VERDICT_FAIL] = { VN_STYLE_BAD, "!", "not as it should be" },
  [VN_VERDICT_INCONCLUSIVE] = { VN_STYLE_UNSURE, "?", "undecided" },
  [VN_VERDICT_ERROR] = { VN_STYLE_BAD, "E", "internal error" },
};

/* Appends @text, filled up to @width; the last of a line is not. */
static void
add_padded (GString *out, const VnReportOptions *options, VnStyle style, const char *text, guint width,
            gboolean is_last)
{
  guint size = (guint)strlen (text);

  vn_terminal_add (out, options, style, text);
  if (!is_last && size < width)
    g_string_append_printf (out, "%*s", (int)(width - size), "");
}

static void
add_field (GString *out, const VnReportOptions *options, const Field *field, guint width, gboolean is_last)
{
  gboolean any = field->ping || field->tcp || field->udp || field->name;
  VnStyle style = field->worst == VN_VERDICT_PASS && !any ? VN_STYLE_DIM : marks[field->worst].style;
  const char *name = !field->asked ? "" : field->name ? "n" : ".";
  g_autofree char *text = g_strdup_printf ("%c%c%c%s%s", field->ping ? 'p' : '.', field->tcp ? 't' : '.',
                                           field->udp ? 'u' : '.', name, marks[field->worst].mark);

  add_padded (out, options, field->probed ? style : VN_STYLE_DIM, field->probed ? text : "-", width, is_last);
}

/* Ends of a network, or of all, as indices. @domain: NULL = all. */
static GArray *
members_of (const VnRun *run, const char *domain)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < run->end_domains->len; i++)
    if (!domain || strcmp (g_ptr_array_index (run->end_domains, i), domain) == 0)
      g_array_append_val (members, i);
  return members;
}

static const char *
end_name (const VnRun *run, const GArray *members, guint i)
{
  return g_ptr_array_index (run->ends, g_array_index (members, guint, i));
}

/* Columns that an end takes, without the gap. */
static guint
column_width (const Matrix *m, const GArray *members, guint i)
{
  return MAX ((guint)strlen (end_name (m->run, members, i)), m->has_names ? 5 : 4);
}

static guint
widest (const GPtrArray *names, const GArray *members)
{
  guint width = 4;

  for (guint i = 0; i < members->len; i++)
    width = MAX (width, (guint)strlen (g_ptr_array_index (names, g_array_index (members, guint, i))));
  return width;
}

/* Widths of the columns before the table. */
static guint
sender_width (const Matrix *m, const GArray *members)
{
  return MAX (widest (m->run->ends, members), (guint)strlen (CORNER));
}

static void
add_row (GString *out, const VnReportOptions *options, const Matrix *m, const GArray *members, guint row, guint first,
         guint last)
{
  guint from = g_array_index (members, guint, row);

  g_string_append_printf (out, "  %-*s  ", (int)sender_width (m, members), end_name (m->run, members, row));
  add_padded (out, options, VN_STYLE_DIM, g_ptr_array_index (m->run->end_places, from),
              widest (m->run->end_places, members) + 1, FALSE);
  for (guint j = first; j < last; j++)
    {
      g_string_append_c (out, ' ');
      add_field (out, options, &m->fields[from * m->n + g_array_index (members, guint, j)],
                 column_width (m, members, j), j + 1 == last);
    }
  g_string_append_c (out, '\n');
}

/* Columns @first .. @last-1 of a network's table. */
static void
add_columns (GString *out, const VnReportOptions *options, const Matrix *m, const GArray *members, guint first,
             guint last)
{
  g_string_append_printf (out, "  %-*s  %-*s ", (int)sender_width (m, members), CORNER,
                          (int)widest (m->run->end_places, members), "");
  for (guint j = first; j < last; j++)
    g_string_append_printf (out, " %-*s", j + 1 < last ? (int)column_width (m, members, j) : 0,
                            end_name (m->run, members, j));
  g_string_append_c (out, '\n');
  for (guint i = 0; i < members->len; i++)
    add_row (out, options, m, members, i, first, last);
}

/* Splits a table where it is wider than the terminal. @domain: NULL = all networks in one. */
static void
add_network (GString *out, const VnReportOptions *options, const Matrix *m, const char *domain)
{
  g_autoptr (GArray) members = members_of (m->run, domain);
  guint left = 5 + sender_width (m, members) + widest (m->run->end_places, members);

  vn_terminal_heading (out, options, "%s", domain ? domain : "Who reaches whom");
  for (guint first = 0; first < members->len;)
    {
      guint last = first, width = left;

      while (last < members->len && (last == first || width + 1 + column_width (m, members, last) <= options->width))
        width += 1 + column_width (m, members, last++);
      add_columns (out, options, m, members, first, last);
      first = last;
    }
}

static gboolean
has_verdict (const Matrix *m, VnVerdict verdict)
{
  for (guint i = 0; i < m->n * m->n; i++)
    if (m->fields[i].worst == verdict)
      return TRUE;
  return FALSE;
}

static void
add_legend (GString *out, const VnReportOptions *options, const Matrix *m)
{
  g_autoptr (GString) text = g_string_new (". no answer, - not tried");

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (marks[i].meaning && has_verdict (m, (VnVerdict)i))
      g_string_append_printf (text, ", %s %s", marks[i].mark, marks[i].meaning);
  g_string_append_c (out, '\n');
  vn_terminal_wrap (out, options, 2, "p ping, t TCP, u UDP: answered on at least one port that was tried");
  if (m->has_names)
    {
      g_string_append_c (out, '\n');
      vn_terminal_wrap (out, options, 2, "n: the name was resolved for it");
    }
  g_string_append_c (out, '\n');
  vn_terminal_wrap (out, options, 2, text->str);
  g_string_append_c (out, '\n');
}

void
vn_terminal_matrix (GString *out, const VnReportOptions *options, const VnRun *run)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Matrix m;

  matrix_init (&m, run);
  if (m.is_joined)
    add_network (out, options, &m, NULL);
  for (guint i = 0; !m.is_joined && i < run->end_domains->len; i++)
    if (g_hash_table_add (seen, g_ptr_array_index (run->end_domains, i)))
      add_network (out, options, &m, g_ptr_array_index (run->end_domains, i));
  add_legend (out, options, &m);
  matrix_clear (&m);
}
