/* SPDX-License-Identifier: Apache-2.0 */
/* Words and numbers from outside. */
#include "sim/base/vn-text.h"

#include <string.h>

/* No word that anybody could have meant is longer; the distance is computed on the stack, in rows of this size. */
#define SUGGEST_MAX_BYTES 63

gboolean
vn_word_parse (const VnWord *table, const char *word, int *ret)
{
  for (; table->word != NULL; table++)
    if (g_strcmp0 (table->word, word) == 0)
      {
        *ret = table->value;
        return TRUE;
      }
  return FALSE;
}

const char *
vn_word_name (const VnWord *table, int value)
{
  for (; table->word != NULL; table++)
    if (table->value == value)
      return table->word;
  return NULL;
}

char *
vn_word_list (const VnWord *table)
{
  GString *list = g_string_new (NULL);
  for (const VnWord *w = table; w->word != NULL; w++)
    {
      if (w != table)
        g_string_append (list, w[1].word == NULL ? " or " : ", ");
      g_string_append (list, w->word);
    }
  return g_string_free (list, FALSE);
}

/* Damerau-Levenshtein in its restricted form: insert, delete, replace, swap two neighbours. Three rows are enough,
 * since a swap looks back two. Both strings: at most SUGGEST_MAX_BYTES. */
static guint
edit_distance (const char *a, const char *b)
{
  guint rows[3][SUGGEST_MAX_BYTES + 1];
  gsize a_size = strlen (a), b_size = strlen (b);
  for (gsize j = 0; j <= b_size; j++)
    rows[0][j] = (guint)j;
  for (gsize i = 1; i <= a_size; i++)
    {
      guint *row = rows[i % 3];
      const guint *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
      row[0] = (guint)i;
      for (gsize j = 1; j <= b_size; j++)
        {
          guint cost = a[i - 1] == b[j - 1] ? 0 : 1;
          row[j] = MIN (MIN (above[j], row[j - 1]) + 1, above[j - 1] + cost);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = MIN (row[j], two_above[j - 2] + 1);
        }
    }
  return rows[a_size % 3][b_size];
}

const char *
vn_suggest (const char *word, const char *const *candidates)
{
  gsize size = strlen (word);
  if (size > SUGGEST_MAX_BYTES)
    return NULL;
  const char *nearest = NULL;
  guint least = (guint)size / 3 + 1;
  for (; *candidates != NULL; candidates++)
    {
      if (strlen (*candidates) > SUGGEST_MAX_BYTES)
        continue;
      guint distance = edit_distance (word, *candidates);
      if (distance < least)
        {
          least = distance;
          nearest = *candidates;
        }
    }
  return nearest;
}

char *
vn_suggest_hint (const char *word, const char *const *candidates)
{
  const char *nearest = vn_suggest (word, candidates);
  return nearest == NULL ? NULL : g_strdup_printf ("did you mean \"%s\"?", nearest);
}

gboolean
vn_parse_uint (const char *text, guint64 min, guint64 max, guint64 *ret)
{
  guint64 value;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, min, max, &value, NULL))
    return FALSE;
  *ret = value;
  return TRUE;
}

gboolean
vn_parse_int (const char *text, gint64 min, gint64 max, gint64 *ret)
{
  gint64 value;
  if (text == NULL || !g_ascii_string_to_signed (text, 10, min, max, &value, NULL))
    return FALSE;
  *ret = value;
  return TRUE;
}

/* Line separators would break the line; format characters (bidirectional overrides) would rearrange it. */
static gboolean
is_safe (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);
  return g_unichar_isprint (c) && type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

char *
vn_text_printable (const char *text)
{
  GString *out = g_string_new (NULL);
  for (const char *p = text; *p != '\0';)
    {
      gunichar c = g_utf8_get_char_validated (p, -1);
      gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
      const char *next = valid ? g_utf8_next_char (p) : p + 1;
      if (valid && is_safe (c))
        g_string_append_len (out, p, next - p);
      else
        for (; p < next; p++)
          g_string_append_printf (out, "\\x%02x", (guint8)*p);
      p = next;
    }
  return g_string_free (out, FALSE);
}
