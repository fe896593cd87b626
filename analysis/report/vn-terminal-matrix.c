/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix: who reaches whom, one table for each network, senders down, receivers across.
 *
 * A field has three places, for ping, TCP and UDP: the letter stands if at least one probe of that kind was answered,
 * a dot if none was. A mark follows where something is not as it should be. */
#include "analysis/report/vn-terminal.h"

#include <string.h>

typedef struct
{
  gboolean probed, ping, tcp, udp;
  VnVerdict worst;
} Field;

typedef struct
{
  const VnRun *run;
  GHashTable *index; /* end name -> index + 1 */
  Field *fields;     /* from * n + to */
  guint n;
} Matrix;

/* Failed is worse than an error of ours is worse than undecided is worse than passed. */
static gboolean
is_worse (VnVerdict a, VnVerdict b)
{
  static const guint8 ranks[]
      = { [VN_VERDICT_PASS] = 0, [VN_VERDICT_INCONCLUSIVE] = 1, [VN_VERDICT_ERROR] = 2, [VN_VERDICT_FAIL] = 3 };

  return ranks[a] > ranks[b];
}

static Field *
field_of (const Matrix *m, const char *from, const char *to)
{
  guint i = to ? GPOINTER_TO_UINT (g_hash_table_lookup (m->index, from)) : 0;
  guint j = to ? GPOINTER_TO_UINT (g_hash_table_lookup (m->index, to)) : 0;

  return i && j ? &m->fields[(i - 1) * m->n + j - 1] : NULL;
}

static void
note_cell (const Matrix *m, const VnRunCell *cell)
{
  Field *field = cell->kind == VN_CELL_REACH ? field_of (m, cell->from, cell->to) : NULL;
  gboolean yes = cell->observed.answered == VN_LEG_YES;

  if (!field)
    return;
  field->probed = TRUE;
  field->ping |= yes && g_str_has_prefix (cell->what, "icmp");
  field->tcp |= yes && g_str_has_prefix (cell->what, "tcp");
  field->udp |= yes && g_str_has_prefix (cell->what, "udp");
  if (is_worse (cell->verdict, field->worst))
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
  const char *mark;
} marks[] = {
  [VN_VERDICT_PASS] = { VN_STYLE_GOOD, " " },
  [VN_VERDICT_FAIL] = { VN_STYLE_BAD, "!" },
  [VN_VERDICT_INCONCLUSIVE] = { VN_STYLE_UNSURE, "?" },
  [VN_VERDICT_ERROR] = { VN_STYLE_BAD, "E" },
};

static void
add_field (GString *out, const VnReportOptions *options, const Field *field, guint width)
{
  g_autofree char *text = NULL;
  gboolean any = field->ping || field->tcp || field->udp;
  VnStyle style = field->worst == VN_VERDICT_PASS && !any ? VN_STYLE_DIM : marks[field->worst].style;

  if (field->probed)
    text = g_strdup_printf ("%c%c%c%s", field->ping ? 'p' : '.', field->tcp ? 't' : '.', field->udp ? 'u' : '.',
                            marks[field->worst].mark);
  else
    text = g_strdup ("-   ");
  vn_terminal_add (out, options, field->probed ? style : VN_STYLE_DIM, text);
  if (width > 4)
    g_string_append_printf (out, "%*s", (int)(width - 4), "");
}

/* Ends of a network, as indices. */
static GArray *
members_of (const VnRun *run, const char *domain)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < run->end_domains->len; i++)
    if (strcmp (g_ptr_array_index (run->end_domains, i), domain) == 0)
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
column_width (const VnRun *run, const GArray *members, guint i)
{
  return MAX ((guint)strlen (end_name (run, members, i)), 4);
}

static guint
widest (const GPtrArray *names, const GArray *members)
{
  guint width = 4;

  for (guint i = 0; i < members->len; i++)
    width = MAX (width, (guint)strlen (g_ptr_array_index (names, g_array_index (members, guint, i))));
  return width;
}

/* Columns @first .. @last-1 of a network's table. */
static void
add_columns (GString *out, const VnReportOptions *options, const Matrix *m, const GArray *members, guint first,
             guint last)
{
  guint row_width = widest (m->run->ends, members), place_width = widest (m->run->end_places, members);

  g_string_append_printf (out, "  %-*s  %-*s ", (int)MAX (row_width, strlen ("from \\ to")), "from \\ to",
                          (int)place_width, "");
  for (guint j = first; j < last; j++)
    g_string_append_printf (out, " %-*s", (int)column_width (m->run, members, j), end_name (m->run, members, j));
  g_string_append_c (out, '\n');
  for (guint i = 0; i < members->len; i++)
    {
      guint from = g_array_index (members, guint, i);

      g_string_append_printf (out, "  %-*s  ", (int)MAX (row_width, strlen ("from \\ to")),
                              end_name (m->run, members, i));
      vn_terminal_add (out, options, VN_STYLE_DIM, g_ptr_array_index (m->run->end_places, from));
      g_string_append_printf (out, "%*s ", (int)(place_width - strlen (g_ptr_array_index (m->run->end_places, from))),
                              "");
      for (guint j = first; j < last; j++)
        {
          g_string_append_c (out, ' ');
          add_field (out, options, &m->fields[from * m->n + g_array_index (members, guint, j)],
                     column_width (m->run, members, j));
        }
      g_string_append_c (out, '\n');
    }
}

/* Splits a network's table where it is wider than the terminal. */
static void
add_network (GString *out, const VnReportOptions *options, const Matrix *m, const char *domain)
{
  g_autoptr (GArray) members = members_of (m->run, domain);
  guint left = 6 + MAX (widest (m->run->ends, members), 9) + widest (m->run->end_places, members);

  vn_terminal_heading (out, options, "%s", domain);
  for (guint first = 0; first < members->len;)
    {
      guint last = first, width = left;

      while (last < members->len
             && (last == first || width + 1 + column_width (m->run, members, last) <= options->width))
        width += 1 + column_width (m->run, members, last++);
      add_columns (out, options, m, members, first, last);
      first = last;
    }
}

void
vn_terminal_matrix (GString *out, const VnReportOptions *options, const VnRun *run)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Matrix m;

  matrix_init (&m, run);
  for (guint i = 0; i < run->end_domains->len; i++)
    if (g_hash_table_add (seen, g_ptr_array_index (run->end_domains, i)))
      add_network (out, options, &m, g_ptr_array_index (run->end_domains, i));
  g_string_append (
      out, "\n  p ping, t TCP, u UDP: answered on at least one port that was tried; . no answer; - not tried\n");
  matrix_clear (&m);
}
