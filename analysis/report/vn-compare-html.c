/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as one HTML page to hand out: no script, nothing from outside, light and dark, printable.
 *
 * Colour is never the only sign: a field says in words what was answered. */
#include "analysis/report/vn-compare.h"

#include "analysis/report/vn-html.h"

static void
count_answers (const VnCompareField *field, guint *ret_yes, guint *ret_asked)
{
  *ret_yes = *ret_asked = 0;
  for (guint ask = 0; ask < VN_N_ASKS; ask++)
    {
      *ret_yes += field->answered[ask] == VN_LEG_YES;
      *ret_asked += field->answered[ask] != VN_LEG_OPEN;
    }
}

static const char *
class_of (const VnCompareField *field)
{
  guint n_yes, n_asked;

  count_answers (field, &n_yes, &n_asked);
  if (field->worst != VN_VERDICT_PASS)
    return "bad";
  return n_yes == 0 ? "no" : n_yes < n_asked ? "part" : "yes";
}

static void
add_field (GString *out, const VnCompareField *field)
{
  guint n_yes, n_asked, n = 0;

  count_answers (field, &n_yes, &n_asked);
  g_string_append_printf (out, "<td class=\"%s\">", class_of (field));
  if (!field->is_there)
    g_string_append (out, "not in that lab");
  else if (n_yes == 0)
    g_string_append (out, "✗ no answer");
  for (guint ask = 0; ask < VN_N_ASKS; ask++)
    if (field->answered[ask] == VN_LEG_YES)
      g_string_append_printf (out, "%s%s", n++ == 0 ? "✓ " : ", ", vn_ask_name ((VnAsk)ask));
  if (field->worst != VN_VERDICT_PASS)
    g_string_append (out, " <strong>not as it should be</strong>");
  if (field->why)
    {
      g_string_append (out, "<small>");
      vn_html_add (out, "%s", field->why);
      g_string_append (out, "</small>");
    }
  g_string_append (out, "</td>");
}

static void
add_row (GString *out, const VnCompareRow *row)
{
  g_string_append_printf (out, "<tr%s><th scope=\"row\">", row->differs ? " class=\"differs\"" : "");
  vn_html_add (out, "%s", row->from);
  g_string_append (out, " → ");
  vn_html_add (out, "%s", row->to);
  g_string_append (out, row->differs ? " <span title=\"the labs differ\">≠</span></th>" : "</th>");
  for (guint i = 0; i < row->fields->len; i++)
    add_field (out, &g_array_index (row->fields, VnCompareField, i));
  g_string_append (out, "</tr>\n");
}

/* "host-only, nat, bridged" */
static char *
title_of (const VnComparison *comparison)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < comparison->labs->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index (comparison->labs, i));
  return g_string_free (out, FALSE);
}

static void
add_table (GString *out, const VnComparison *comparison)
{
  g_string_append (
      out,
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Who reaches whom\"><table class=\"plain\">\n"
      "<thead><tr><th scope=\"col\">from → to</th>");
  for (guint i = 0; i < comparison->labs->len; i++)
    {
      g_string_append (out, "<th scope=\"col\">");
      vn_html_add (out, "%s", (const char *)g_ptr_array_index (comparison->labs, i));
      g_string_append (out, "</th>");
    }
  g_string_append (out, "</tr></thead>\n<tbody>\n");
  for (guint i = 0; i < comparison->rows->len; i++)
    add_row (out, g_ptr_array_index (comparison->rows, i));
  g_string_append (out, "</tbody></table></div>\n");
}

static void
add_sentences (GString *out, const VnComparison *comparison)
{
  g_string_append (out, "<h2>Why they differ</h2>\n<dl>\n");
  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);

      if (!row->differs)
        continue;
      g_string_append (out, "<dt>");
      vn_html_add (out, "%s", row->from);
      g_string_append (out, " → ");
      vn_html_add (out, "%s", row->to);
      g_string_append (out, "</dt><dd>");
      vn_html_add (out, "%s", row->sentence);
      g_string_append (out, "</dd>\n");
    }
  g_string_append (out, "</dl>\n");
}

char *
vn_compare_write_html (const VnComparison *comparison, const VnReportOptions *options G_GNUC_UNUSED)
{
  g_autofree char *labs = title_of (comparison), *title = g_strdup_printf ("%s side by side", labs);
  GString *out = vn_html_begin (title, NULL);

  vn_html_add (out, "<main>\n<h1>%s</h1>\n", labs);
  g_string_append (out, "<p class=\"dim\">Who reaches whom, decided by real packets. A marked row (≠) is one in"
                        " which the labs differ.</p>\n");
  add_table (out, comparison);
  add_sentences (out, comparison);
  g_string_append (out, "</main>\n");
  return vn_html_end (out, NULL);
}
