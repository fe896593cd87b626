/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as text: for the terminal and as Markdown. */
#include "analysis/report/vn-compare.h"
#include "analysis/report/vn-terminal.h"

#include <string.h>

static guint
widest_pair (const VnComparison *comparison)
{
  guint width = 0;

  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);

      width = MAX (width, (guint)(strlen (row->from) + strlen (row->to)) + 3);
    }
  return width;
}

/* What the letters mean, those that occur. Transfer full. */
static char *
legend (const VnComparison *comparison)
{
  GString *out = g_string_new (NULL);

  for (guint ask = 0; ask < VN_N_ASKS; ask++)
    if (vn_compare_asks (comparison, (VnAsk)ask))
      g_string_append_printf (out, "%c %s, ", vn_ask_letter ((VnAsk)ask), vn_ask_name ((VnAsk)ask));
  g_string_append (out, ". no answer, - not in that lab");
  return g_string_free (out, FALSE);
}

static VnStyle
field_style (const VnCompareField *field)
{
  if (field->worst != VN_VERDICT_PASS)
    return VN_STYLE_BAD;
  for (guint ask = 0; ask < VN_N_ASKS; ask++)
    if (field->answered[ask] == VN_LEG_YES)
      return VN_STYLE_GOOD;
  return VN_STYLE_DIM;
}

static guint
column_width (const VnComparison *comparison, guint lab)
{
  return MAX ((guint)strlen (g_ptr_array_index (comparison->labs, lab)), VN_N_ASKS + 1);
}

/* Without the blanks that filled up the last column. */
static void
end_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static void
add_row (GString *out, const VnReportOptions *options, const VnComparison *comparison, const VnCompareRow *row,
         guint width)
{
  gsize size = strlen (row->from) + strlen (row->to) + 3;

  g_string_append_printf (out, "  %s → %s%*s", row->from, row->to, (int)(width - size), "");
  for (guint i = 0; i < row->fields->len; i++)
    {
      const VnCompareField *field = &g_array_index (row->fields, VnCompareField, i);
      g_autofree char *letters = vn_compare_field_text (comparison, field);
      g_autofree char *text = g_strconcat (letters, field->worst != VN_VERDICT_PASS ? "!" : "", NULL);

      g_string_append (out, "  ");
      vn_terminal_add (out, options, field_style (field), text);
      g_string_append_printf (out, "%*s", (int)(column_width (comparison, i) - strlen (text)), "");
    }
  g_string_append (out, row->differs ? "  ≠" : "");
  end_line (out);
}

char *
vn_compare_write_terminal (const VnComparison *comparison, const VnReportOptions *options)
{
  GString *out = g_string_new (NULL);
  g_autofree char *letters = legend (comparison);
  guint width = widest_pair (comparison);

  g_string_append_printf (out, "  %*s", (int)width, "");
  for (guint i = 0; i < comparison->labs->len; i++)
    g_string_append_printf (out, "  %-*s", (int)column_width (comparison, i),
                            (const char *)g_ptr_array_index (comparison->labs, i));
  end_line (out);
  for (guint i = 0; i < comparison->rows->len; i++)
    add_row (out, options, comparison, g_ptr_array_index (comparison->rows, i), width);
  g_string_append_c (out, '\n');
  vn_terminal_wrap (out, options, 2, letters);
  g_string_append (out, "\n  ≠ the labs differ");
  g_string_append (out, comparison->n_failed > 0 ? ", ! not as it should be\n" : "\n");
  vn_terminal_heading (out, options, "Why they differ");
  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);

      if (!row->differs)
        continue;
      g_string_append_printf (out, "  %s → %s\n", row->from, row->to);
      vn_terminal_wrap (out, options, 4, row->sentence);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

/* Text that Markdown takes as it is. Transfer full. */
static char *
markdown (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c; c++)
    {
      if (strchr ("\\`*_[]<>|#", *c))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *c);
    }
  return g_string_free (out, FALSE);
}

static void
add_markdown_row (GString *out, const VnComparison *comparison, const VnCompareRow *row)
{
  g_autofree char *from = markdown (row->from), *to = markdown (row->to);

  g_string_append_printf (out, "| %s → %s |", from, to);
  for (guint i = 0; i < row->fields->len; i++)
    {
      const VnCompareField *field = &g_array_index (row->fields, VnCompareField, i);
      g_autofree char *text = vn_compare_field_text (comparison, field);

      g_string_append_printf (out, " `%s`%s |", text, field->worst != VN_VERDICT_PASS ? " **!**" : "");
    }
  g_string_append (out, row->differs ? " ≠ |\n" : " |\n");
}

char *
vn_compare_write_markdown (const VnComparison *comparison, const VnReportOptions *options G_GNUC_UNUSED)
{
  GString *out = g_string_new ("| from → to |");
  g_autofree char *letters = legend (comparison);

  for (guint i = 0; i < comparison->labs->len; i++)
    {
      g_autofree char *lab = markdown (g_ptr_array_index (comparison->labs, i));

      g_string_append_printf (out, " %s |", lab);
    }
  g_string_append (out, " |\n|---|");
  for (guint i = 0; i <= comparison->labs->len; i++)
    g_string_append (out, "---|");
  g_string_append_c (out, '\n');
  for (guint i = 0; i < comparison->rows->len; i++)
    add_markdown_row (out, comparison, g_ptr_array_index (comparison->rows, i));
  g_string_append_printf (out, "\n%s; ≠ the labs differ.\n\n", letters);
  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);
      g_autofree char *sentence = row->differs ? markdown (row->sentence) : NULL;

      if (row->differs)
        g_string_append_printf (out, "- **%s → %s**: %s\n", row->from, row->to, sentence);
    }
  return g_string_free (out, FALSE);
}
