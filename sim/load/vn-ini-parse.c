/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax of ini files as oslo.config 9.0 reads it.
 *
 * A line is one of five things, told apart by its first character after blanks at its end are gone: nothing (ends the
 * value above), a blank (continues it), '[' (a section, ']' must be the last character), '#' or ';' (a comment), or
 * anything else: an option, which needs a '=' or ':'. So a comment is one only in column 1, and an indented comment or
 * option belongs to the value above it: nothing is wrong for the program, nearly always something for the author.
 *
 * The program stops at the first error. Here each line with an error is reported and left out, together with the lines
 * that continue it, so that one mistake gives one diagnostic. */
#include "sim/load/vn-ini-parse.h"

#include "sim/base/vn-text.h"
#include "sim/model/vn-option-value.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

typedef struct
{
  const char *path;
  VnDiagList *diags;
  guint line;            /* of the current line, from 1 */
  const char *section;   /* of the last header; NULL before the first */
  VnIniAssignment *open; /* may still be continued; owned */
  GString *value;        /* of it so far */
  gboolean skipping;     /* the line above had an error: what continues it is left out */
  VnIni *ini;
} Parser;

static void
assignment_free (gpointer data)
{
  VnIniAssignment *assignment = data;

  g_free (assignment->section);
  g_free (assignment->key);
  g_free (assignment->value);
  g_free (assignment);
}

static void
header_free (gpointer data)
{
  VnIniHeader *header = data;

  g_free (header->section);
  g_free (header);
}

static VnIni *
ini_new (void)
{
  VnIni *ini = g_new0 (VnIni, 1);

  ini->headers = g_ptr_array_new_with_free_func (header_free);
  ini->assignments = g_ptr_array_new_with_free_func (assignment_free);
  return ini;
}

void
vn_ini_free (VnIni *ini)
{
  if (ini == NULL)
    return;
  g_ptr_array_unref (ini->headers);
  g_ptr_array_unref (ini->assignments);
  g_free (ini);
}

static VnOrigin
place (const Parser *parser, gsize column)
{
  return vn_origin_new (parser->path, parser->line, (guint)column);
}

static void
flush (Parser *parser)
{
  if (parser->open == NULL)
    return;
  parser->open->value = g_strndup (parser->value->str, parser->value->len);
  g_ptr_array_add (parser->ini->assignments, g_steal_pointer (&parser->open));
}

static gboolean
looks_like_option (const char *text)
{
  gsize size = strspn (text, "abcdefghijklmnopqrstuvwxyz_");

  return size > 0 && text[size + strspn (text + size, " \t")] == '=';
}

static gboolean
looks_like_section (const char *text)
{
  return *text == '[' && g_str_has_suffix (text, "]");
}

static const char *
what_it_looks_like (const char *text)
{
  if (*text == '#' || *text == ';')
    return "comments";
  if (looks_like_section (text))
    return "section headers";
  return looks_like_option (text) ? "options" : NULL;
}

/* What the program takes for a part of the value, and its author hardly meant so. */
static void
warn_swallowed (const Parser *parser, const char *text, gsize column)
{
  const char *what = what_it_looks_like (text);
  g_autofree char *shown = vn_text_printable (text);
  g_autofree char *hint = NULL;

  if (what == NULL)
    return;
  hint = g_strdup_printf ("%s start in column 1: remove the blanks in front", what);
  vn_diag_add (parser->diags, VN_DIAG_LINT_SWALLOWED, place (parser, column), hint,
               "\"%s\" is indented and so part of the value of \"%s\"", shown, parser->open->key);
}

static void
start_section (Parser *parser, const char *name, gsize size, gsize column)
{
  VnIniHeader *header = g_new0 (VnIniHeader, 1);

  header->section = g_strndup (name, size);
  header->origin = place (parser, column);
  g_ptr_array_add (parser->ini->headers, header);
  parser->section = header->section;
}

static void
report_continuation (Parser *parser, const char *text, gsize column)
{
  g_autofree char *shown = vn_text_printable (text);

  vn_diag_add (parser->diags, VN_DIAG_INI_CONTINUATION, place (parser, column),
               "a line that starts with a blank continues the option right above it: remove the blanks in front",
               "\"%s\" is indented, and there is no option above it to continue", shown);
  parser->skipping = TRUE;
  if (looks_like_section (text))
    start_section (parser, text + 1, strlen (text) - 2, column);
}

static void
read_continuation (Parser *parser, const char *line)
{
  g_autofree char *text = vn_option_strip (line);
  gsize column = strspn (line, " \t") + 1;

  if (parser->skipping)
    return;
  if (parser->open == NULL)
    {
      report_continuation (parser, text, column);
      return;
    }
  warn_swallowed (parser, text, column);
  g_string_append_printf (parser->value, "\n%s", text);
}

/* A broken header still starts a section: what its author meant, so that the options below are no errors too. */
static void
read_section (Parser *parser, const char *line)
{
  gsize size = strlen (line);
  gsize name_size = strcspn (line + 1, "]");
  gboolean is_closed = line[size - 1] == ']';

  if (!is_closed)
    vn_diag_add (parser->diags, VN_DIAG_INI_SECTION, place (parser, MIN (name_size + 3, size + 1)),
                 line[name_size + 1] == ']' ? "nothing may stand behind the bracket, not even a comment" : NULL,
                 "a section header must end with \"]\"");
  else if (size <= 2)
    vn_diag_add (parser->diags, VN_DIAG_INI_SECTION, place (parser, 1), NULL, "the name of the section is empty");
  start_section (parser, line + 1, is_closed ? MAX (size, 2) - 2 : name_size, 1);
}

/* One pair of like quotes around the whole value is taken away. */
static void
set_unquoted (GString *value, const char *text)
{
  gsize size = strlen (text);

  if (size == 0 || (text[0] != '"' && text[0] != '\'') || text[0] != text[size - 1])
    g_string_assign (value, text);
  else
    g_string_append_len (g_string_truncate (value, 0), text + 1, size > 1 ? (gssize)size - 2 : 0);
}

static void
open_assignment (Parser *parser, const char *line, gsize separator)
{
  g_autofree char *key_text = g_strndup (line, separator);
  g_autofree char *key = vn_option_strip (key_text);
  g_autofree char *value = vn_option_strip (line + separator + 1);
  gsize column = *value != '\0' ? (gsize)(strstr (line + separator + 1, value) - line) + 1 : 1;

  if (*key == '\0')
    {
      vn_diag_add (parser->diags, VN_DIAG_INI_ASSIGNMENT, place (parser, 1), NULL, "the name of the option is missing");
      parser->skipping = TRUE;
      return;
    }
  if (parser->section == NULL)
    {
      vn_diag_add (parser->diags, VN_DIAG_INI_NO_SECTION, place (parser, 1), "put [DEFAULT] or another header above it",
                   "option \"%s\" stands before the first section header", key);
      parser->skipping = TRUE;
      return;
    }
  parser->open = g_new0 (VnIniAssignment, 1);
  parser->open->section = g_strdup (parser->section);
  parser->open->key = g_steal_pointer (&key);
  set_unquoted (parser->value, value);
  parser->open->origin = place (parser, column);
}

static void
read_option (Parser *parser, const char *line)
{
  gsize separator = strcspn (line, "=:");

  if (line[separator] != '\0')
    open_assignment (parser, line, separator);
  else
    {
      g_autofree char *shown = vn_text_printable (line);

      vn_diag_add (parser->diags, VN_DIAG_INI_ASSIGNMENT, place (parser, 1), "write option = value",
                   "\"%s\" is no option: there is neither \"=\" nor \":\" in it", shown);
      parser->skipping = TRUE;
    }
}

/* @line: without blanks at its end. */
static void
read_line (Parser *parser, const char *line)
{
  if (*line == ' ' || *line == '\t')
    {
      read_continuation (parser, line);
      return;
    }
  flush (parser);
  parser->skipping = FALSE;
  if (*line == '[')
    read_section (parser, line);
  else if (*line != '\0' && *line != '#' && *line != ';')
    read_option (parser, line);
}

/* What no line of an ini file can hold. */
static gboolean
check_bytes (Parser *parser, const char *line, gsize size)
{
  const char *end = NULL;

  if (size > VN_INI_MAX_LINE_BYTES)
    {
      vn_diag_add (parser->diags, VN_DIAG_LIMIT, place (parser, VN_INI_MAX_LINE_BYTES), NULL,
                   "the line is longer than %d bytes", VN_INI_MAX_LINE_BYTES);
      return FALSE;
    }
  if (g_utf8_validate_len (line, size, &end))
    return TRUE;
  vn_diag_add (parser->diags, VN_DIAG_INI_ENCODING, place (parser, (gsize)(end - line) + 1),
               "save the file as UTF-8 text", "byte 0x%02x is not valid UTF-8 text", (guint)(guint8)*end);
  return FALSE;
}

/* Python's universal newlines: "\n", "\r\n" and "\r" alone. @ret_next: behind the newline. Returns: the line's bytes.
 */
static gsize
line_size (const char *text, const char *end, const char **ret_next)
{
  const char *c = text;

  while (c < end && *c != '\n' && *c != '\r')
    c++;
  *ret_next = c < end ? c + (c[0] == '\r' && c + 1 < end && c[1] == '\n' ? 2 : 1) : end;
  return (gsize)(c - text);
}

static void
read_lines (Parser *parser, const char *text, const char *end)
{
  while (text < end)
    {
      const char *next;
      gsize size = line_size (text, end, &next);

      if (++parser->line > VN_INI_MAX_LINES)
        {
          vn_diag_add (parser->diags, VN_DIAG_LIMIT, place (parser, 1), NULL, "the file has more than %d lines",
                       VN_INI_MAX_LINES);
          return;
        }
      if (check_bytes (parser, text, size))
        {
          g_autofree char *line = g_strndup (text, vn_option_rstrip (text, size));

          read_line (parser, line);
        }
      text = next;
    }
}

VnIni *
vn_ini_parse (const char *path, const char *text, gsize size, VnDiagList *diags)
{
  g_autoptr (VnIni) ini = ini_new ();
  g_autoptr (GString) value = g_string_new (NULL);
  Parser parser = { .path = path, .diags = diags, .line = 1, .value = value, .ini = ini };
  const char *end = text + size;

  if (size > VN_INI_MAX_BYTES)
    {
      vn_diag_add (diags, VN_DIAG_LIMIT, vn_origin_new (path, 0, 0), NULL, "the file is larger than %d bytes",
                   VN_INI_MAX_BYTES);
      return g_steal_pointer (&ini);
    }
  if (size >= strlen (BOM) && memcmp (text, BOM, strlen (BOM)) == 0)
    {
      vn_diag_add (diags, VN_DIAG_INI_ENCODING, place (&parser, 1), "save the file as UTF-8 without byte order mark",
                   "the file starts with a byte order mark");
      text += strlen (BOM);
    }
  parser.line = 0;
  read_lines (&parser, text, end);
  flush (&parser);
  return g_steal_pointer (&ini);
}
