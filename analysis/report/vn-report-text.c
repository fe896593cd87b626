/* SPDX-License-Identifier: Apache-2.0 */
/* What the writers of text share. */
#include "analysis/report/vn-report-text.h"

#include "sim/base/vn-text.h"

#include <string.h>

char *
vn_report_line (const char *text)
{
  g_autofree char *one = g_strdup (text);

  return vn_text_printable (g_strdelimit (one, "\n\r\t", ' '));
}

char *
vn_report_markdown (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c; c++)
    if (*c == '<' || *c == '>' || *c == '&')
      g_string_append (out, *c == '<' ? "&lt;" : *c == '>' ? "&gt;" : "&amp;");
    else
      {
        if (strchr ("\\`*_{}[]()#+!|~@", *c))
          g_string_append_c (out, '\\');
        g_string_append_c (out, *c == '\n' || *c == '\r' ? ' ' : *c);
      }
  return g_string_free (out, FALSE);
}

char *
vn_report_cause (const VnCause *cause)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (cause->code == VN_CAUSE_NONE && !cause->text)
    return NULL;
  if (cause->where)
    g_string_append_printf (out, "last seen at %s: ", cause->where);
  g_string_append (out, cause->text ? cause->text : vn_cause_text (cause->code));
  if (vn_origin_is_set (cause->origin))
    {
      g_autofree char *place = vn_origin_to_line (cause->origin);

      if (!strstr (out->str, place))
        g_string_append_printf (out, " (%s)", place);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
visit_cell (const VnRunCell *cell, VnReportFunc func, gpointer data)
{
  g_autofree char *details = vn_report_cause (&cell->observed_cause);
  const VnReportItem item = { cell->check_id, cell->key, cell->verdict, cell->message, details, &cell->observed_cause };

  func (&item, data);
}

static char *
check_name (const VnRunCheck *check)
{
  if (check->host && check->subject)
    return g_strdup_printf ("%s: %s", check->host, check->subject);
  return g_strdup (check->host ? check->host : check->subject ? check->subject : "lab");
}

static void
visit_check (const VnRunCheck *check, VnReportFunc func, gpointer data)
{
  g_autofree char *name = check_name (check);
  g_autofree char *details = vn_report_cause (&check->cause);
  const VnReportItem item = { check->id, name, check->verdict, check->message, details, &check->cause };

  func (&item, data);
}

void
vn_report_foreach (const VnRun *run, VnReportFunc func, gpointer data)
{
  for (guint i = 0; i < run->cells->len; i++)
    visit_cell (g_ptr_array_index (run->cells, i), func, data);
  for (guint i = 0; i < run->checks->len; i++)
    visit_check (g_ptr_array_index (run->checks, i), func, data);
}
