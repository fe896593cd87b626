/* SPDX-License-Identifier: Apache-2.0 */
/* TAP version 14: one test point for each cell and check, a comment for each accepted quirk. */
#include "analysis/report/vn-report-text.h"

#include <string.h>

typedef struct
{
  GString *out;
  guint number;
} Tap;

/* A YAML double-quoted scalar. */
static void
add_yaml (GString *out, const char *key, const char *text)
{
  g_autofree char *escaped = text ? g_strescape (text, NULL) : NULL;

  if (escaped)
    g_string_append_printf (out, "    %s: \"%s\"\n", key, escaped);
}

/* '#' and '\' end or quote a description (TAP 14, "Escaping"). */
static char *
escape_description (const char *text)
{
  g_autofree char *safe = vn_report_line (text);
  GString *out = g_string_new (NULL);

  for (const char *c = safe; *c; c++)
    {
      if (*c == '#' || *c == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *c);
    }
  return g_string_free (out, FALSE);
}

static void
add_point (const VnReportItem *item, gpointer data)
{
  Tap *tap = data;
  g_autofree char *name = escape_description (item->name);
  gboolean ok = item->verdict == VN_VERDICT_PASS;

  tap->number++;
  g_string_append_printf (tap->out, "%s %u - %s %s\n", ok ? "ok" : "not ok", tap->number, item->id, name);
  if (ok)
    return;
  g_string_append (tap->out, "    ---\n");
  add_yaml (tap->out, "verdict", vn_verdict_name (item->verdict));
  add_yaml (tap->out, "message", item->message);
  add_yaml (tap->out, "details", item->details);
  g_string_append (tap->out, "    ...\n");
}

static void
add_quirk (GString *out, const VnRunQuirk *quirk)
{
  g_autofree char *why = vn_report_line (quirk->why);

  g_string_append_printf (out, "# accepted: %s in %u cells and checks: %s\n", quirk->id, quirk->n_cells, why);
}

char *
vn_report_write_tap (const VnRun *run)
{
  Tap tap = { g_string_new ("TAP version 14\n"), 0 };

  g_string_append_printf (tap.out, "1..%u\n", run->cells->len + run->checks->len);
  vn_report_foreach (run, add_point, &tap);
  for (guint i = 0; i < run->quirks->len; i++)
    add_quirk (tap.out, g_ptr_array_index (run->quirks, i));
  return g_string_free (tap.out, FALSE);
}
