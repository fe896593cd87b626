/* SPDX-License-Identifier: Apache-2.0 */
/* Several runs as one table.
 *
 * Interfaces of one machine count as one: what is asked is whether the machine is reached. The questions of a pair are
 * summed up by kind (one open TCP port is "TCP"), as in the matrix of a single run; two labs differ in a row if they
 * differ in one of these. Why is taken from the reasons that each run recorded. */
#include "analysis/report/vn-compare.h"

#include "analysis/report/vn-report-summary.h"

#include <string.h>

static const struct
{
  VnCellKind kind;
  const char *what; /* prefix of VnRunCell.what; NULL = any */
  char letter;
  const char *name;
} asks[] = {
  [VN_ASK_PING] = { VN_CELL_REACH, "icmp", 'p', "ping" },
  [VN_ASK_TCP] = { VN_CELL_REACH, "tcp", 't', "TCP" },
  [VN_ASK_UDP] = { VN_CELL_REACH, "udp", 'u', "UDP" },
  [VN_ASK_NAME] = { VN_CELL_DNS, NULL, 'd', "DNS name" },
  [VN_ASK_FORWARD] = { VN_CELL_FORWARD, NULL, 'f', "forwarded port" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (asks) == VN_N_ASKS);

char
vn_ask_letter (VnAsk ask)
{
  return asks[ask].letter;
}

const char *
vn_ask_name (VnAsk ask)
{
  return asks[ask].name;
}

/* VN_N_ASKS: none of them. */
static VnAsk
ask_of (const VnRunCell *cell)
{
  VnAsk ask = 0;

  while (ask < VN_N_ASKS
         && (asks[ask].kind != cell->kind || (asks[ask].what && !g_str_has_prefix (cell->what, asks[ask].what))))
    ask++;
  return ask;
}

static void
field_clear (gpointer data)
{
  g_free (((VnCompareField *)data)->why);
}

static void
row_free (gpointer data)
{
  VnCompareRow *row = data;

  g_free (row->from);
  g_free (row->to);
  g_array_unref (row->fields);
  g_free (row->sentence);
  g_free (row);
}

static VnCompareRow *
row_new (const char *from, const char *to, guint n_labs)
{
  VnCompareRow *row = g_new0 (VnCompareRow, 1);

  row->from = g_strdup (from);
  row->to = g_strdup (to);
  row->fields = g_array_new (FALSE, TRUE, sizeof (VnCompareField));
  g_array_set_clear_func (row->fields, field_clear);
  g_array_set_size (row->fields, n_labs);
  for (guint i = 0; i < n_labs; i++)
    for (guint ask = 0; ask < VN_N_ASKS; ask++)
      g_array_index (row->fields, VnCompareField, i).answered[ask] = VN_LEG_OPEN;
  return row;
}

/* @rows: "from\nto" -> VnCompareRow. */
static VnCompareRow *
find_row (VnComparison *comparison, GHashTable *rows, const char *from, const char *to)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", from, to);
  VnCompareRow *row = g_hash_table_lookup (rows, key);

  if (row == NULL)
    {
      row = row_new (from, to, comparison->labs->len);
      g_ptr_array_add (comparison->rows, row);
      g_hash_table_insert (rows, g_steal_pointer (&key), row);
    }
  return row;
}

/* "  ✗ the text (file:3)" -> "the text". NULL for a line that is not of the wanted mark. */
static char *
reason_text (const char *line, const char *mark)
{
  const char *text = line + strspn (line, " ");
  const char *place;

  if (text == line || !g_str_has_prefix (text, mark))
    return NULL;
  text += strlen (mark);
  text += strspn (text, " ");
  place = g_strrstr (text, " (");
  if (place && strchr (place, ':') && g_str_has_suffix (place, ")"))
    return g_strndup (text, (gsize)(place - text));
  return g_strdup (text);
}

/* What a line of the tree is worth as an explanation; 0 = nothing. Of a "no" the deepest condition that failed counts,
 * so later ones win; of a "yes" a translation before the way, and the way there before the way back. */
static guint
weight (const char *text, gboolean holds)
{
  if (strstr (text, "nothing filters") != NULL || g_str_has_prefix (text, "it arrives"))
    return 0;
  if (!holds)
    return 1;
  return strstr (text, "in place of") != NULL ? 3 : g_str_has_prefix (text, "answer:") ? 1 : 2;
}

/* The line that decides. Transfer full, or NULL. */
static char *
decisive (const char *reasons, gboolean holds)
{
  g_auto (GStrv) lines = g_strsplit (reasons ? reasons : "", "\n", -1);
  char *found = NULL;
  guint best = 0;

  for (char **line = lines; *line; line++)
    {
      g_autofree char *text = reason_text (*line, holds ? "✓" : "✗");
      guint worth = text ? weight (text, holds) : 0;

      if (worth == 0 || worth < best + (holds ? 1 : 0))
        continue;
      best = worth;
      g_free (found);
      found = g_steal_pointer (&text);
    }
  return found;
}

/* The machine that an end belongs to: "pc" of "pc:vboxnet0". Transfer full. */
static char *
machine_of (const char *end)
{
  return g_strndup (end, strcspn (end, ":"));
}

/* A yes explains more than a no of another interface of the same machine. */
static void
note_why (VnCompareField *field, const VnRunCell *cell, gboolean yes)
{
  if (field->why != NULL && (field->why_is_yes || !yes))
    return;
  g_free (field->why);
  field->why = decisive (cell->reasons, yes);
  field->why_is_yes = yes;
}

static void
note_cell (VnComparison *comparison, GHashTable *rows, guint lab, const VnRunCell *cell)
{
  g_autofree char *from = machine_of (cell->from), *to = cell->to ? machine_of (cell->to) : NULL;
  gboolean yes = cell->observed.answered == VN_LEG_YES;
  VnAsk ask = ask_of (cell);
  VnCompareField *field;

  if (ask == VN_N_ASKS || to == NULL || strcmp (from, to) == 0)
    return;
  field = &g_array_index (find_row (comparison, rows, from, to)->fields, VnCompareField, lab);
  field->is_there = TRUE;
  if (ask != VN_ASK_NAME)
    note_why (field, cell, yes);
  if (field->answered[ask] != VN_LEG_YES)
    field->answered[ask] = cell->observed.answered;
  if (vn_report_is_worse (cell->verdict, field->worst))
    field->worst = cell->verdict;
  comparison->n_failed += cell->verdict != VN_VERDICT_PASS;
}

static gboolean
same_answers (const VnCompareField *a, const VnCompareField *b)
{
  return a->is_there && b->is_there && memcmp (a->answered, b->answered, sizeof a->answered) == 0;
}

/* "nat and bridged": the labs of the row that answer as @first does. */
static char *
labs_like (const VnComparison *comparison, const VnCompareRow *row, guint first)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const VnCompareField *field = &g_array_index (row->fields, VnCompareField, first);
  GString *out = g_string_new (NULL);

  for (guint i = first; i < row->fields->len; i++)
    if (same_answers (field, &g_array_index (row->fields, VnCompareField, i)))
      g_ptr_array_add (names, g_ptr_array_index (comparison->labs, i));
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (out, "%s%s",
                            i == 0                ? ""
                            : i + 1 == names->len ? " and "
                                                  : ", ",
                            (const char *)g_ptr_array_index (names, i));
  return g_string_free (out, FALSE);
}

static gboolean
came_before (const VnCompareRow *row, guint index)
{
  for (guint i = 0; i < index; i++)
    if (same_answers (&g_array_index (row->fields, VnCompareField, i),
                      &g_array_index (row->fields, VnCompareField, index)))
      return TRUE;
  return FALSE;
}

/* "ping and TCP are answered", "nothing is answered". */
static void
append_answers (GString *out, const VnCompareField *field)
{
  g_autoptr (GPtrArray) yes = g_ptr_array_new ();

  for (guint ask = 0; ask < VN_N_ASKS; ask++)
    if (field->answered[ask] == VN_LEG_YES)
      g_ptr_array_add (yes, (char *)asks[ask].name);
  if (yes->len == 0)
    g_string_append (out, "no answer");
  for (guint i = 0; i < yes->len; i++)
    g_string_append_printf (out, "%s%s",
                            i == 0              ? ""
                            : i + 1 == yes->len ? " and "
                                                : ", ",
                            (const char *)g_ptr_array_index (yes, i));
}

/* A lab that lacks an end of the pair is no difference. */
static void
explain (const VnComparison *comparison, VnCompareRow *row)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < row->fields->len; i++)
    {
      const VnCompareField *field = &g_array_index (row->fields, VnCompareField, i);
      g_autofree char *labs = NULL;

      if (!field->is_there || came_before (row, i))
        continue;
      row->differs |= out->len > 0;
      labs = labs_like (comparison, row, i);
      g_string_append_printf (out, "%s%s: ", out->len > 0 ? "; " : "", labs);
      append_answers (out, field);
      if (field->why)
        g_string_append_printf (out, " (%s)", field->why);
    }
  g_string_append_c (out, '.');
  row->sentence = g_string_free (out, !row->differs);
}

/* Rows that differ before the others; else the order stays. */
static GPtrArray *
differing_first (GPtrArray *rows)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func (row_free);

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < rows->len; i++)
      if (((const VnCompareRow *)g_ptr_array_index (rows, i))->differs == (pass == 0))
        g_ptr_array_add (sorted, g_ptr_array_index (rows, i));
  g_ptr_array_set_free_func (rows, NULL);
  g_ptr_array_unref (rows);
  return sorted;
}

VnComparison *
vn_compare_runs (const GPtrArray *runs)
{
  VnComparison *comparison = g_new0 (VnComparison, 1);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  comparison->labs = g_ptr_array_new_with_free_func (g_free);
  comparison->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (comparison->labs, g_strdup (((const VnRun *)g_ptr_array_index (runs, i))->lab));
  for (guint i = 0; i < runs->len; i++)
    {
      const VnRun *run = g_ptr_array_index (runs, i);

      for (guint j = 0; j < run->cells->len; j++)
        note_cell (comparison, rows, i, g_ptr_array_index (run->cells, j));
    }
  for (guint i = 0; i < comparison->rows->len; i++)
    explain (comparison, g_ptr_array_index (comparison->rows, i));
  comparison->rows = differing_first (comparison->rows);
  return comparison;
}

void
vn_comparison_free (VnComparison *comparison)
{
  if (comparison == NULL)
    return;
  g_ptr_array_unref (comparison->labs);
  g_ptr_array_unref (comparison->rows);
  g_free (comparison);
}

gboolean
vn_compare_asks (const VnComparison *comparison, VnAsk ask)
{
  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);

      for (guint j = 0; j < row->fields->len; j++)
        if (g_array_index (row->fields, VnCompareField, j).answered[ask] != VN_LEG_OPEN)
          return TRUE;
    }
  return FALSE;
}

char *
vn_compare_field_text (const VnComparison *comparison, const VnCompareField *field)
{
  GString *out = g_string_new (NULL);

  if (!field->is_there)
    g_string_append_c (out, '-');
  for (guint ask = 0; field->is_there && ask < VN_N_ASKS; ask++)
    if (vn_compare_asks (comparison, (VnAsk)ask))
      g_string_append_c (out, field->answered[ask] == VN_LEG_YES  ? asks[ask].letter
                              : field->answered[ask] == VN_LEG_NO ? '.'
                                                                  : ' ');
  g_strchomp (out->str);
  return g_string_free (out, FALSE);
}

const VnCompareFormat *
vn_compare_formats (guint *ret_len)
{
  static const VnCompareFormat formats[] = {
    { "terminal", vn_compare_write_terminal },
    { "markdown", vn_compare_write_markdown },
    { "json", vn_compare_write_json },
    { "html", vn_compare_write_html },
  };

  *ret_len = G_N_ELEMENTS (formats);
  return formats;
}
