/* SPDX-License-Identifier: Apache-2.0 */
/* Rulesets as text: what the -save program prints, and the input of the restore program that makes it so.
 *
 * A restore program is always run with --noflush. It then empties and refills each user chain that its input declares,
 * leaves alone the chains that are not named, and keeps the rules of a built-in chain, which need an explicit -F. */
#include "sim/plan/vn-ruleset.h"

#include <string.h>

#define CREATE_SET "create %s hash:net family %s hashsize 1024 maxelem 65536"
#define COMMENT_MAX 255 /* XT_MAX_COMMENT_LEN less the final zero */

static const char *
family_word (VnFamily family)
{
  return family == VN_FAMILY_IPV6 ? "inet6" : "inet";
}

/* The end of an overlong comment is kept: the line number stands there. */
static void
append_comment (GString *out, const char *comment)
{
  g_autofree char *safe = g_utf8_make_valid (comment, -1);
  const char *start = safe;

  while (strlen (start) > COMMENT_MAX)
    start = g_utf8_next_char (start);
  g_string_append (out, " -m comment --comment \"");
  for (const char *p = start; *p != '\0'; p++)
    g_string_append_c (out, *p == '"' || *p == '\\' || g_ascii_iscntrl (*p) ? '\'' : *p);
  g_string_append_c (out, '"');
}

/* The word -j outside of quotes; NULL if there is none. */
static const char *
find_target (const char *spec)
{
  gboolean quoted = FALSE;

  for (const char *p = spec; *p != '\0'; p++)
    {
      if (!quoted && (p == spec || p[-1] == ' ') && g_str_has_prefix (p, "-j "))
        return p;
      if (*p == '"')
        quoted = !quoted;
      else if (*p == '\\' && quoted && p[1] != '\0')
        p++;
    }
  return NULL;
}

/* Comments are a match and stand before the target, as the agent and iptables-save write them. */
static void
append_rule (GString *out, const VnChain *chain, const VnRule *rule, gboolean comments)
{
  const char *target = find_target (rule->spec);

  g_string_append_printf (out, "-A %s", chain->name);
  if (!comments || rule->comment == NULL || target == NULL)
    {
      g_string_append_printf (out, " %s\n", rule->spec);
      return;
    }
  if (target > rule->spec)
    {
      g_string_append_c (out, ' ');
      g_string_append_len (out, rule->spec, target - rule->spec - 1);
    }
  append_comment (out, rule->comment);
  g_string_append_printf (out, " %s\n", target);
}

static void
append_declaration (GString *out, VnTool tool, const char *name, const char *policy)
{
  g_string_append_printf (out, ":%s %s%s\n", name, policy, tool == VN_TOOL_EBTABLES ? "" : " [0:0]");
}

static void
append_end_of_table (GString *out, VnTool tool)
{
  if (tool != VN_TOOL_EBTABLES)
    g_string_append (out, "COMMIT\n");
}

/* Chains from @first up to the next table; returns the index behind them. */
static guint
append_table (GString *out, const VnRuleset *ruleset, guint first, gboolean comments)
{
  const char *table = VN_CHAIN (ruleset, first)->table;
  guint end = first;

  g_string_append_printf (out, "*%s\n", table);
  for (; end < ruleset->chains->len && g_str_equal (VN_CHAIN (ruleset, end)->table, table); end++)
    append_declaration (out, ruleset->tool, VN_CHAIN (ruleset, end)->name, VN_CHAIN (ruleset, end)->policy);
  for (guint i = first; i < end; i++)
    {
      const VnChain *chain = VN_CHAIN (ruleset, i);

      for (guint j = 0; j < chain->rules->len; j++)
        append_rule (out, chain, VN_RULE (chain, j), comments);
    }
  append_end_of_table (out, ruleset->tool);
  return end;
}

static void
append_sets (GString *out, const VnRuleset *ruleset, const char *create_options, const char *add_options)
{
  for (guint i = 0; i < ruleset->sets->len; i++)
    {
      const VnIpset *set = VN_SET (ruleset, i);

      g_string_append_printf (out, CREATE_SET "%s\n", set->name, family_word (set->family), create_options);
      for (guint j = 0; j < set->members->len; j++)
        g_string_append_printf (out, "add %s %s%s\n", set->name, VN_MEMBER (set, j), add_options);
    }
}

char *
vn_ruleset_to_save (const VnRuleset *ruleset, gboolean comments)
{
  GString *out = g_string_new (NULL);

  append_sets (out, ruleset, " bucketsize 12", "");
  for (guint i = 0; i < ruleset->chains->len;)
    i = append_table (out, ruleset, i, comments && ruleset->tool != VN_TOOL_EBTABLES);
  return g_string_free (out, FALSE);
}

char *
vn_ruleset_to_restore (const VnRuleset *ruleset)
{
  GString *out = g_string_new (NULL);

  append_sets (out, ruleset, " -exist", " -exist");
  for (guint i = 0; i < ruleset->chains->len;)
    i = append_table (out, ruleset, i, ruleset->tool != VN_TOOL_EBTABLES);
  return g_string_free (out, FALSE);
}

static gboolean
same_chain (const VnChain *a, const VnChain *b)
{
  if (!g_str_equal (a->policy, b->policy) || a->rules->len != b->rules->len)
    return FALSE;
  for (guint i = 0; i < a->rules->len; i++)
    if (!g_str_equal (VN_RULE (a, i)->spec, VN_RULE (b, i)->spec))
      return FALSE;
  return TRUE;
}

/* Lines of one table's part of a change, in the order in which they have to stand. */
typedef enum
{
  PART_DECLARATIONS,
  PART_FLUSHES,
  PART_RULES,
  PART_REMOVALS,
  N_PARTS
} Part;

typedef struct
{
  VnTool tool;
  const char *table;
  GString *parts[N_PARTS];
} TableChange;

static void
change_chain (TableChange *change, const VnChain *old, const VnChain *chain)
{
  append_declaration (change->parts[PART_DECLARATIONS], change->tool, chain->name, chain->policy);
  if (old != NULL && old->rules->len > 0 && vn_chain_is_built_in (chain))
    g_string_append_printf (change->parts[PART_FLUSHES], "-F %s\n", chain->name);
  for (guint i = 0; i < chain->rules->len; i++)
    append_rule (change->parts[PART_RULES], chain, VN_RULE (chain, i), change->tool != VN_TOOL_EBTABLES);
}

/* A chain can't be removed while it has rules or is referred to: it is emptied first, and removed at the end. A
 * built-in one stays, empty and accepting. */
static void
remove_chain (TableChange *change, const VnChain *old)
{
  gboolean stays = vn_chain_is_built_in (old);

  append_declaration (change->parts[PART_DECLARATIONS], change->tool, old->name, stays ? "ACCEPT" : old->policy);
  if (!stays)
    g_string_append_printf (change->parts[PART_REMOVALS], "-X %s\n", old->name);
  else if (old->rules->len > 0)
    g_string_append_printf (change->parts[PART_FLUSHES], "-F %s\n", old->name);
}

static const VnChain *
counterpart (const VnRuleset *other, const VnChain *chain)
{
  return other != NULL ? vn_ruleset_find_chain (other, chain->table, chain->name) : NULL;
}

static void
collect_changes (TableChange *change, const VnRuleset *from, const VnRuleset *to)
{
  for (guint i = 0; to != NULL && i < to->chains->len; i++)
    {
      const VnChain *chain = VN_CHAIN (to, i), *old = counterpart (from, chain);

      if (g_str_equal (chain->table, change->table) && (old == NULL || !same_chain (old, chain)))
        change_chain (change, old, chain);
    }
  for (guint i = 0; from != NULL && i < from->chains->len; i++)
    {
      const VnChain *old = VN_CHAIN (from, i);

      if (g_str_equal (old->table, change->table) && counterpart (to, old) == NULL)
        remove_chain (change, old);
    }
}

static void
append_table_change (GString *out, VnTool tool, const char *table, const VnRuleset *from, const VnRuleset *to)
{
  TableChange change = { .tool = tool, .table = table };
  gsize size = 0;

  for (guint i = 0; i < N_PARTS; i++)
    change.parts[i] = g_string_new (NULL);
  collect_changes (&change, from, to);
  for (guint i = 0; i < N_PARTS; i++)
    size += change.parts[i]->len;
  if (size > 0)
    g_string_append_printf (out, "*%s\n", table);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_string_append (out, change.parts[i]->str);
      g_string_free (change.parts[i], TRUE);
    }
  if (size > 0)
    append_end_of_table (out, tool);
}

static void
append_set_change (GString *out, const VnIpset *old, const VnIpset *set)
{
  if (old == NULL)
    g_string_append_printf (out, CREATE_SET " -exist\n", set->name, family_word (set->family));
  for (guint i = 0; i < set->members->len; i++)
    if (!vn_ipset_has (old, VN_MEMBER (set, i)))
      g_string_append_printf (out, "add %s %s -exist\n", set->name, VN_MEMBER (set, i));
  for (guint i = 0; old != NULL && i < old->members->len; i++)
    if (!vn_ipset_has (set, VN_MEMBER (old, i)))
      g_string_append_printf (out, "del %s %s -exist\n", old->name, VN_MEMBER (old, i));
}

/* NULL if nothing was written. */
static char *
text_or_null (GString *out)
{
  gboolean is_empty = out->len == 0;
  char *text = g_string_free (out, is_empty);

  return is_empty ? NULL : text;
}

char *
vn_ruleset_to_change (const VnRuleset *from, const VnRuleset *to)
{
  static const char *const tables[] = { "raw", "mangle", "nat", "filter" };
  VnTool tool = to != NULL ? to->tool : from->tool;
  GString *out = g_string_new (NULL);

  for (guint i = 0; to != NULL && i < to->sets->len; i++)
    append_set_change (out, from != NULL ? vn_ruleset_find_set (from, VN_SET (to, i)->name) : NULL, VN_SET (to, i));
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    append_table_change (out, tool, tables[i], from, to);
  return text_or_null (out);
}

char *
vn_ruleset_to_destroy (const VnRuleset *from, const VnRuleset *to)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < from->sets->len; i++)
    if (to == NULL || vn_ruleset_find_set (to, VN_SET (from, i)->name) == NULL)
      g_string_append_printf (out, "destroy %s\n", VN_SET (from, i)->name);
  return text_or_null (out);
}
