/* SPDX-License-Identifier: Apache-2.0 */
/* Words and numbers from outside: enums as tables, suggestions for misspelt words, whole-string number parsing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A table of words ends with { NULL, 0 }. */
typedef struct
{
  const char *word;
  int value;
} VnWord;

gboolean vn_word_parse (const VnWord *table, const char *word, int *ret); /* case-sensitive */
const char *vn_word_name (const VnWord *table, int value);                /* NULL if there is none */
char *vn_word_list (const VnWord *table);                                 /* "a, b or c"; transfer full */

/* The candidate nearest to @word (Damerau-Levenshtein, at most a third of its length; the first of equally near ones),
 * or NULL. @candidates ends with NULL. */
const char *vn_suggest (const char *word, const char *const *candidates);
/* "did you mean "x"?", or NULL. Transfer full. */
char *vn_suggest_hint (const char *word, const char *const *candidates);

/* The whole string is a decimal number in [min, max], without sign for the unsigned one, without blanks. */
gboolean vn_parse_uint (const char *text, guint64 min, guint64 max, guint64 *ret);
gboolean vn_parse_int (const char *text, gint64 min, gint64 max, gint64 *ret);

/* Text from outside made safe for one line of a terminal: control bytes and invalid UTF-8 as \xNN. Transfer full. */
char *vn_text_printable (const char *text);

G_END_DECLS
