/* SPDX-License-Identifier: Apache-2.0 */
/* Text for a terminal: styles, headings, words wrapped at its width. */
#include "analysis/report/vn-terminal.h"

#include "sim/base/vn-text.h"

#include <stdarg.h>
#include <string.h>

static const char *const styles[] = {
  [VN_STYLE_GOOD] = "\033[32m", [VN_STYLE_BAD] = "\033[1;31m", [VN_STYLE_UNSURE] = "\033[33m",
  [VN_STYLE_HEAD] = "\033[1m",  [VN_STYLE_DIM] = "\033[2m",
};

VnStyle
vn_terminal_style (VnVerdict verdict)
{
  static const VnStyle of_verdict[] = {
    [VN_VERDICT_PASS] = VN_STYLE_GOOD,
    [VN_VERDICT_FAIL] = VN_STYLE_BAD,
    [VN_VERDICT_INCONCLUSIVE] = VN_STYLE_UNSURE,
    [VN_VERDICT_ERROR] = VN_STYLE_BAD,
  };

  return of_verdict[verdict];
}

void
vn_terminal_add (GString *out, const VnReportOptions *options, VnStyle style, const char *text)
{
  g_autofree char *safe = vn_text_printable (text);

  g_string_append_printf (out, "%s%s%s", options->colour ? styles[style] : "", safe, options->colour ? "\033[0m" : "");
}

void
vn_terminal_heading (GString *out, const VnReportOptions *options, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_string_append_c (out, '\n');
  vn_terminal_add (out, options, VN_STYLE_HEAD, text);
  g_string_append_c (out, '\n');
}

/* Of the last line, colours not counted. */
static guint
current_column (const GString *out)
{
  const char *newline = strrchr (out->str, '\n');
  guint column = 0;

  for (const char *c = newline ? newline + 1 : out->str; *c; c = g_utf8_next_char (c))
    {
      if (*c != '\033')
        column++;
      else
        c = strchr (c, 'm');
    }
  return column;
}

/* Begins a new line before @word where it does not fit on this one. */
static void
add_word (GString *out, const VnReportOptions *options, guint indent, const char *word)
{
  guint column = current_column (out);
  guint gap = column > indent ? 1 : indent - column;

  if (column > indent && column + gap + g_utf8_strlen (word, -1) > options->width)
    g_string_append_printf (out, "\n%*s%s", (int)indent, "", word);
  else
    g_string_append_printf (out, "%*s%s", (int)gap, "", word);
}

void
vn_terminal_wrap (GString *out, const VnReportOptions *options, guint indent, const char *text)
{
  g_autofree char *line = vn_report_line (text);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  for (char **word = words; *word; word++)
    if (**word)
      add_word (out, options, indent, *word);
}

void
vn_terminal_list (GString *out, const VnReportOptions *options, guint indent, const GPtrArray *items, guint most)
{
  for (guint i = 0; i < MIN (items->len, most); i++)
    {
      g_autofree char *safe = vn_report_line (g_ptr_array_index (items, i));
      g_autofree char *item = g_strconcat (safe, i + 1 < items->len ? "," : NULL, NULL);

      add_word (out, options, indent, item);
    }
  if (items->len > most)
    {
      g_autofree char *rest = g_strdup_printf ("and %u more", items->len - most);

      add_word (out, options, indent, rest);
    }
  g_string_append_c (out, '\n');
}
