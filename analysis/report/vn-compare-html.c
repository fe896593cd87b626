/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as one HTML page to hand out: no script, nothing from outside, light and dark, printable.
 *
 * Colour is never the only sign: a field says in words what was answered. */
#include "analysis/report/vn-compare.h"

static const char head[]
    = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<style>\n"
      ":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#59636e;--line:#d1d9e0;--yes:#dafbe1;--yesfg:#116329;"
      "--part:#fff8c5;--partfg:#6f4400;--no:#f6f8fa;--bad:#ffebe9;--badfg:#a40e26;--mark:#ddf4ff}\n"
      "@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#3d444d;--yes:#12351d;"
      "--yesfg:#7ee787;--part:#3a2d04;--partfg:#f2cc60;--no:#161b22;--bad:#4b1113;--badfg:#ffa198;--mark:#0c2d4d}}\n"
      "body{margin:0 auto;padding:1.5rem;max-width:70rem;background:var(--bg);color:var(--fg);"
      "font:1rem/1.5 system-ui,sans-serif}\n"
      "h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2rem 0 .6rem}\n"
      "p{margin:.3rem 0}.dim{color:var(--dim)}\n"
      ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}\n"
      "th,td{border:1px solid var(--line);padding:.4rem .6rem;text-align:left;vertical-align:top}\n"
      "thead th{position:sticky;top:0;background:var(--bg)}tbody th{font-weight:600;white-space:nowrap}\n"
      "tr.differs th{background:var(--mark)}\n"
      "td.yes{background:var(--yes);color:var(--yesfg)}td.part{background:var(--part);color:var(--partfg)}\n"
      "td.no{background:var(--no);color:var(--dim)}td.bad{background:var(--bad);color:var(--badfg)}\n"
      "td small{display:block;color:var(--fg);opacity:.85}\n"
      "dt{font-weight:600;margin-top:.7rem}dd{margin:0 0 0 1.2rem}\n"
      "@media print{body{max-width:none;padding:0}thead th{position:static}tr,dd{break-inside:avoid}}\n"
      "</style>\n";

/* Appends @text as text: names and reasons come from files that anybody may have written. */
static void
add_text (GString *out, const char *text)
{
  g_autofree char *safe = g_markup_escape_text (text, -1);

  g_string_append (out, safe);
}

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
      add_text (out, field->why);
      g_string_append (out, "</small>");
    }
  g_string_append (out, "</td>");
}

static void
add_row (GString *out, const VnCompareRow *row)
{
  g_string_append_printf (out, "<tr%s><th scope=\"row\">", row->differs ? " class=\"differs\"" : "");
  add_text (out, row->from);
  g_string_append (out, " → ");
  add_text (out, row->to);
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
  g_string_append (out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Who reaches whom\"><table>\n"
                        "<thead><tr><th scope=\"col\">from → to</th>");
  for (guint i = 0; i < comparison->labs->len; i++)
    {
      g_string_append (out, "<th scope=\"col\">");
      add_text (out, g_ptr_array_index (comparison->labs, i));
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
      add_text (out, row->from);
      g_string_append (out, " → ");
      add_text (out, row->to);
      g_string_append (out, "</dt><dd>");
      add_text (out, row->sentence);
      g_string_append (out, "</dd>\n");
    }
  g_string_append (out, "</dl>\n");
}

char *
vn_compare_write_html (const VnComparison *comparison, const VnReportOptions *options G_GNUC_UNUSED)
{
  GString *out = g_string_new (head);
  g_autofree char *title = title_of (comparison);

  g_string_append (out, "<title>");
  add_text (out, title);
  g_string_append (out, " side by side</title>\n</head>\n<body>\n<main>\n<h1>");
  add_text (out, title);
  g_string_append (out, "</h1>\n<p class=\"dim\">Who reaches whom, decided by real packets. A marked row (≠) is one in"
                        " which the labs differ.</p>\n");
  add_table (out, comparison);
  add_sentences (out, comparison);
  g_string_append (out, "</main>\n</body>\n</html>\n");
  return g_string_free (out, FALSE);
}
