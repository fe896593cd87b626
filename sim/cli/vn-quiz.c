/* SPDX-License-Identifier: Apache-2.0 */
/* Predict first.
 *
 * A question is a row of the comparison of a single run: a pair of ends and a kind of packet. The lab has been probed
 * by then, so what is shown after an answer is what happened, with the reason that the run recorded. */
#include "sim/cli/vn-quiz.h"

#include "analysis/report/vn-compare.h"
#include "sim/base/vn-error.h"

#include <string.h>

#define LINE_MAX_BYTES 256

/* What people call the questions in a file of answers. */
static const char *const ask_words[] = {
  [VN_ASK_PING] = "ping", [VN_ASK_TCP] = "tcp",         [VN_ASK_UDP] = "udp",
  [VN_ASK_NAME] = "name", [VN_ASK_FORWARD] = "forward",
};
G_STATIC_ASSERT (G_N_ELEMENTS (ask_words) == VN_N_ASKS);

struct _VnAnswers
{
  GArray *in_order;  /* gboolean */
  GHashTable *named; /* "FROM TO WHAT" -> yes + 1 */
};

typedef struct
{
  const VnAnswers *answers;
  guint n_taken; /* of answers->in_order */
  FILE *in, *out;
  guint n_asked, n_total, n_right;
} Quiz;

static gboolean
parse_yes (const char *word, gboolean *ret)
{
  static const char *const yes[] = { "y", "yes", "1", "true", NULL };
  static const char *const no[] = { "n", "no", "0", "false", NULL };
  g_autofree char *lower = g_ascii_strdown (word, -1);

  *ret = g_strv_contains (yes, lower);
  return *ret || g_strv_contains (no, lower);
}

static gboolean
is_ask_word (const char *word)
{
  for (guint i = 0; i < VN_N_ASKS; i++)
    if (strcmp (ask_words[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: FALSE if the line is neither form. */
static gboolean
parse_line (VnAnswers *answers, char *line)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean yes;

  g_strdelimit (g_strstrip (line), "\t,;", ' ');
  if (*line == '\0' || *line == '#')
    return TRUE;
  for (char *word = strtok (line, " "); word; word = strtok (NULL, " "))
    g_strv_builder_add (builder, word);
  words = g_strv_builder_end (builder);
  if (g_strv_length (words) == 1 && parse_yes (words[0], &yes))
    g_array_append_val (answers->in_order, yes);
  else if (g_strv_length (words) == 4 && is_ask_word (words[2]) && parse_yes (words[3], &yes))
    g_hash_table_insert (answers->named, g_strjoin (" ", words[0], words[1], words[2], NULL),
                         GINT_TO_POINTER (yes + 1));
  else
    return FALSE;
  return TRUE;
}

VnAnswers *
vn_answers_parse (const char *text, const char *name, GError **error)
{
  g_autoptr (VnAnswers) answers = g_new0 (VnAnswers, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) bad = g_string_new (NULL);

  answers->in_order = g_array_new (FALSE, FALSE, sizeof (gboolean));
  answers->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; lines[i]; i++)
    if (!parse_line (answers, lines[i]))
      g_string_append_printf (bad, "%s%s:%u", bad->len > 0 ? ", " : "", name, i + 1);
  if (bad->len == 0)
    return g_steal_pointer (&answers);
  vn_error_set (error, VN_ERROR_INPUT,
                "%s: expected \"yes\" or \"no\", or \"FROM TO ping|tcp|udp|name|forward yes|no\"", bad->str);
  return NULL;
}

void
vn_answers_free (VnAnswers *answers)
{
  if (answers == NULL)
    return;
  g_array_unref (answers->in_order);
  g_hash_table_unref (answers->named);
  g_free (answers);
}

/* Returns: FALSE if there is none. */
static gboolean
answer_beforehand (Quiz *quiz, const VnCompareRow *row, VnAsk ask, gboolean *ret)
{
  g_autofree char *key = g_strjoin (" ", row->from, row->to, ask_words[ask], NULL);
  gint named = GPOINTER_TO_INT (g_hash_table_lookup (quiz->answers->named, key));

  if (named != 0)
    *ret = named - 1;
  else if (quiz->n_taken < quiz->answers->in_order->len)
    *ret = g_array_index (quiz->answers->in_order, gboolean, quiz->n_taken++);
  else
    return FALSE;
  fprintf (quiz->out, "%s\n", *ret ? "yes" : "no");
  return TRUE;
}

/* Asks until it is a yes or a no. Returns: FALSE if nobody is there any more. */
static gboolean
answer_by_person (Quiz *quiz, gboolean *ret)
{
  char line[LINE_MAX_BYTES];

  for (;;)
    {
      fflush (quiz->out);
      if (!fgets (line, sizeof line, quiz->in))
        return FALSE;
      if (parse_yes (g_strstrip (line), ret))
        return TRUE;
      fputs ("  yes or no? ", quiz->out);
    }
}

static void
ask_one (Quiz *quiz, const VnCompareRow *row, const VnCompareField *field, VnAsk ask)
{
  gboolean yes = field->answered[ask] == VN_LEG_YES, guess;
  gboolean is_there;

  fprintf (quiz->out, "%u/%u  %s → %s, %s: will there be an answer? ", ++quiz->n_asked, quiz->n_total, row->from,
           row->to, vn_ask_name (ask));
  is_there = quiz->answers ? answer_beforehand (quiz, row, ask, &guess) : answer_by_person (quiz, &guess);
  if (!is_there)
    fputs ("(no prediction)\n", quiz->out);
  quiz->n_right += is_there && guess == yes;
  fprintf (quiz->out, "  %s %s%s%s\n",
           !is_there      ? "✗ not predicted:"
           : guess == yes ? "✓ right:"
                          : "✗ it was otherwise:",
           yes ? "answered" : "no answer", field->why ? ", " : "", field->why ? field->why : "");
}

static guint
count_questions (const VnComparison *comparison)
{
  guint n = 0;

  for (guint i = 0; i < comparison->rows->len; i++)
    for (guint ask = 0; ask < VN_N_ASKS; ask++)
      {
        const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);

        n += g_array_index (row->fields, VnCompareField, 0).answered[ask] != VN_LEG_OPEN;
      }
  return n;
}

void
vn_quiz (const VnRun *run, const VnAnswers *answers, FILE *in, FILE *out)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (VnComparison) comparison = NULL;
  Quiz quiz = { .answers = answers, .in = in, .out = out };

  g_ptr_array_add (runs, (gpointer)run);
  comparison = vn_compare_runs (runs);
  quiz.n_total = count_questions (comparison);
  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const VnCompareRow *row = g_ptr_array_index (comparison->rows, i);
      const VnCompareField *field = &g_array_index (row->fields, VnCompareField, 0);

      for (guint ask = 0; ask < VN_N_ASKS; ask++)
        if (field->answered[ask] != VN_LEG_OPEN)
          ask_one (&quiz, row, field, (VnAsk)ask);
    }
  fprintf (out, "score: %u of %u right\n\n", quiz.n_right, quiz.n_total);
}
