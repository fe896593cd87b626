/* SPDX-License-Identifier: Apache-2.0 */
/* Rulesets read back from what a -save program printed, or from what restore programs were given one after the other.
 *
 * Versions of the programs and files of the machine change how a rule looks, not what it says. Rules are brought to one
 * form here, so that they can be compared as text: comments are taken out, protocols have the names of vn-protocol.c,
 * the MAC addresses of --among-src (a set without order) are sorted and written as ebtables 1.8.9 does. */
#include "sim/plan/vn-ruleset.h"

#include <string.h>

#include "sim/base/vn-addr.h"
#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/plan/vn-protocol.h"

/* Splits at blanks; a double-quoted word may hold blanks and backslash escapes. */
static GPtrArray *
split_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  GString *word = NULL;
  gboolean quoted = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == ' ' && !quoted)
        {
          if (word != NULL)
            g_ptr_array_add (words, g_string_free (g_steal_pointer (&word), FALSE));
          continue;
        }
      if (word == NULL)
        word = g_string_new (NULL);
      if (*p == '"')
        quoted = !quoted;
      else
        g_string_append_c (word, *p == '\\' && quoted && p[1] != '\0' ? *++p : *p);
    }
  if (word != NULL)
    g_ptr_array_add (words, g_string_free (word, FALSE));
  return words;
}

static const char *
canonical_protocol (const char *word)
{
  guint64 number;

  if (!vn_parse_uint (word, 0, G_MAXUINT8, &number) || vn_protocol_name ((guint8)number) == NULL)
    return word;
  return vn_protocol_name ((guint8)number);
}

char *
vn_ruleset_among_mac (VnMac mac)
{
  return g_strdup_printf ("%x:%x:%x:%x:%x:%x", mac.b[0], mac.b[1], mac.b[2], mac.b[3], mac.b[4], mac.b[5]);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
canonical_among (const char *word)
{
  g_auto (GStrv) items = g_strsplit (word, ",", -1);
  g_autoptr (GPtrArray) macs = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; items[i] != NULL; i++)
    {
      VnMac mac;

      if (items[i][0] != '\0')
        g_ptr_array_add (macs, vn_mac_parse (items[i], &mac) ? vn_ruleset_among_mac (mac) : g_strdup (items[i]));
    }
  g_ptr_array_sort (macs, compare_strings);
  g_ptr_array_add (macs, NULL);
  return g_strjoinv (",", (char **)macs->pdata);
}

static gboolean
word_is (const GPtrArray *words, guint i, const char *text)
{
  return i < words->len && g_str_equal (g_ptr_array_index (words, i), text);
}

static gboolean
needs_quotes (const char *word)
{
  return word[0] == '\0' || strpbrk (word, " \"\\") != NULL;
}

/* As split_words() takes it apart again. */
static void
append_word (GString *spec, const char *word)
{
  g_string_append (spec, spec->len > 0 ? " " : "");
  if (!needs_quotes (word))
    {
      g_string_append (spec, word);
      return;
    }
  g_string_append_c (spec, '"');
  for (const char *p = word; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (spec, '\\');
      g_string_append_c (spec, *p);
    }
  g_string_append_c (spec, '"');
}

/* Takes a word and, for options that are brought to another form, its value. Returns: the index behind. */
static guint
append_canonical (GString *spec, const GPtrArray *words, guint i)
{
  const char *word = g_ptr_array_index (words, i);
  const char *value = i + 1 < words->len ? g_ptr_array_index (words, i + 1) : NULL;

  append_word (spec, word);
  if (value != NULL && g_str_equal (word, "-p"))
    {
      append_word (spec, canonical_protocol (value));
      return i + 2;
    }
  if (value != NULL && g_str_has_prefix (word, "--among-"))
    {
      g_autofree char *among = canonical_among (value);

      append_word (spec, among);
      return i + 2;
    }
  return i + 1;
}

static void
add_rule (VnChain *chain, const char *text)
{
  g_autoptr (GPtrArray) words = split_words (text);
  g_autoptr (GString) spec = g_string_new (NULL);
  const char *comment = NULL;

  for (guint i = 0; i < words->len;)
    {
      if (word_is (words, i, "-m") && word_is (words, i + 1, "comment"))
        i += 2;
      else if (word_is (words, i, "--comment") && i + 1 < words->len)
        {
          comment = g_ptr_array_index (words, i + 1);
          i += 2;
        }
      else
        i = append_canonical (spec, words, i);
    }
  vn_chain_append (chain, VN_ORIGIN_NONE, NULL, comment, "%s", spec->str);
}

typedef struct
{
  VnRuleset *ruleset;
  GHashTable *chains; /* "TABLE NAME" -> VnChain, borrowed */
  char *table;
} Parser;

static VnChain *
find_chain (const Parser *parser, const char *name)
{
  g_autofree char *key = g_strconcat (parser->table != NULL ? parser->table : "", " ", name, NULL);

  return g_hash_table_lookup (parser->chains, key);
}

/* Names, policies and members stand without quotes. */
static gboolean
are_plain (const GPtrArray *words, guint n)
{
  for (guint i = 0; i < n; i++)
    if (needs_quotes (g_ptr_array_index (words, i)))
      return FALSE;
  return TRUE;
}

static gboolean
parse_table (Parser *parser, const char *rest)
{
  g_free (parser->table);
  parser->table = g_strdup (rest);
  return vn_table_is_known (rest);
}

/* "NAME POLICY [packets:bytes]". Declared again, a chain of the user's is emptied. */
static gboolean
parse_chain (Parser *parser, const char *rest)
{
  g_autoptr (GPtrArray) words = split_words (rest);
  VnChain *chain;

  if (parser->table == NULL || words->len < 2 || !are_plain (words, 2))
    return FALSE;
  chain = find_chain (parser, g_ptr_array_index (words, 0));
  if (chain == NULL)
    {
      chain = vn_ruleset_add_chain (parser->ruleset, parser->table, g_ptr_array_index (words, 0), "");
      g_hash_table_insert (parser->chains, g_strconcat (parser->table, " ", chain->name, NULL), chain);
    }
  g_free (chain->policy);
  chain->policy = g_strdup (g_ptr_array_index (words, 1));
  if (!vn_chain_is_built_in (chain))
    g_ptr_array_set_size (chain->rules, 0);
  return TRUE;
}

/* "CHAIN SPEC" */
static gboolean
parse_rule (Parser *parser, const char *rest)
{
  const char *blank = strchr (rest, ' ');
  g_autofree char *name = blank != NULL ? g_strndup (rest, blank - rest) : g_strdup (rest);
  VnChain *chain = find_chain (parser, name);

  if (chain == NULL)
    return FALSE;
  add_rule (chain, blank != NULL ? blank + 1 : "");
  return TRUE;
}

static gboolean
parse_flush (Parser *parser, const char *rest)
{
  VnChain *chain = find_chain (parser, rest);

  if (chain != NULL)
    g_ptr_array_set_size (chain->rules, 0);
  return chain != NULL;
}

static gboolean
parse_remove_chain (Parser *parser, const char *rest)
{
  VnChain *chain = find_chain (parser, rest);
  g_autofree char *key = g_strconcat (parser->table != NULL ? parser->table : "", " ", rest, NULL);

  if (chain == NULL)
    return FALSE;
  g_hash_table_remove (parser->chains, key);
  return g_ptr_array_remove (parser->ruleset->chains, chain);
}

/* "NAME hash:net family inet …" */
static gboolean
parse_create (Parser *parser, const char *rest)
{
  g_autoptr (GPtrArray) words = split_words (rest);
  VnFamily family = VN_FAMILY_IPV4;

  if (words->len < 2 || !are_plain (words, 1))
    return FALSE;
  for (guint i = 2; i + 1 < words->len; i++)
    if (word_is (words, i, "family") && word_is (words, i + 1, "inet6"))
      family = VN_FAMILY_IPV6;
  if (vn_ruleset_find_set (parser->ruleset, g_ptr_array_index (words, 0)) == NULL)
    vn_ruleset_add_set (parser->ruleset, g_ptr_array_index (words, 0), family, VN_ORIGIN_NONE);
  return TRUE;
}

/* The set and the member of "NAME MEMBER …"; NULL if there is no such set. Transfer of @ret_member: full. */
static VnIpset *
set_and_member (const Parser *parser, const char *rest, char **ret_member)
{
  g_autoptr (GPtrArray) words = split_words (rest);
  VnIpset *set = words->len >= 2 && are_plain (words, 2)
                     ? vn_ruleset_find_set (parser->ruleset, g_ptr_array_index (words, 0))
                     : NULL;

  if (set != NULL)
    *ret_member = g_strdup (g_ptr_array_index (words, 1));
  return set;
}

static gboolean
parse_add (Parser *parser, const char *rest)
{
  g_autofree char *member = NULL;
  VnIpset *set = set_and_member (parser, rest, &member);

  if (set != NULL && !vn_ipset_has (set, member))
    g_ptr_array_add (set->members, g_steal_pointer (&member));
  return set != NULL;
}

static gboolean
parse_del (Parser *parser, const char *rest)
{
  g_autofree char *member = NULL;
  VnIpset *set = set_and_member (parser, rest, &member);
  guint index;

  if (set != NULL && g_ptr_array_find_with_equal_func (set->members, member, g_str_equal, &index))
    g_ptr_array_remove_index (set->members, index);
  return set != NULL;
}

static gboolean
parse_destroy (Parser *parser, const char *rest)
{
  VnIpset *set = vn_ruleset_find_set (parser->ruleset, rest);

  return set != NULL && g_ptr_array_remove (parser->ruleset->sets, set);
}

static gboolean
parse_nothing (Parser *parser G_GNUC_UNUSED, const char *rest G_GNUC_UNUSED)
{
  return TRUE;
}

static const struct
{
  const char *prefix;
  gboolean (*parse) (Parser *parser, const char *rest);
} line_kinds[] = {
  { "#", parse_nothing }, { "*", parse_table },          { ":", parse_chain },          { "-A ", parse_rule },
  { "-F ", parse_flush }, { "-X ", parse_remove_chain }, { "COMMIT", parse_nothing },   { "create ", parse_create },
  { "add ", parse_add },  { "del ", parse_del },         { "destroy ", parse_destroy },
};

static gboolean
has_control_characters (const char *line)
{
  while (*line != '\0' && !g_ascii_iscntrl (*line))
    line++;
  return *line != '\0';
}

/* Counters in front ("[12:345] -A …", iptables-save -c) are skipped. */
static gboolean
parse_line (Parser *parser, const char *line)
{
  if (line[0] == '[' && strchr (line, ' ') != NULL)
    line = strchr (line, ' ') + 1;
  if (line[0] == '\0')
    return TRUE;
  if (has_control_characters (line))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (line_kinds); i++)
    if (g_str_has_prefix (line, line_kinds[i].prefix))
      return line_kinds[i].parse (parser, line + strlen (line_kinds[i].prefix));
  return FALSE;
}

VnRuleset *
vn_ruleset_parse (const char *node, VnTool tool, const char *save, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (save, "\n", -1);
  g_autoptr (VnRuleset) ruleset = vn_ruleset_new (node, tool);
  g_autoptr (GHashTable) chains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Parser parser = { .ruleset = ruleset, .chains = chains };
  guint i = 0;

  while (lines[i] != NULL && parse_line (&parser, g_strstrip (lines[i])))
    i++;
  g_free (parser.table);
  if (lines[i] != NULL)
    {
      g_autofree char *printable = vn_text_printable (lines[i]);

      vn_error_set (error, VN_ERROR_KERNEL, "%s: line %u of the %s dump is not understood: %s", node, i + 1,
                    vn_tool_name (tool), printable);
      return NULL;
    }
  vn_ruleset_sort (ruleset);
  return g_steal_pointer (&ruleset);
}
