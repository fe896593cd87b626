/* SPDX-License-Identifier: Apache-2.0 */
/* The rule tools as a table.
 *
 * Always the nft variants: the legacy tools need tables that only the machine's root can load. Texts are loaded with
 * --noflush, a whole host in one run; what is re-declared there is replaced.
 *
 * The nft variants send all of a table in one netlink message, which must fit into the socket's buffer. To enlarge that
 * takes a capability over the machine's own user namespace, so they fail (EMSGSIZE) at about 350 rules with comments.
 * So a table that is longer is written as several sections of the same table, each a transaction of its own. */
#include "sim/kernel/vn-rules.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *load[3];
  const char *reload[4]; /* what is there already is no error */
  const char *clear[3];
  const char *clear_text; /* input of `clear`, leaves nothing behind */
  const char *save[3];
  const char *package;
  const char *section_end; /* what closes a table's section; NULL = there are no sections */
} Tool;

/* A rule is 500 bytes in netlink, 900 with every match that the agents use, and the buffer has 208 KiB. */
#define BATCH_LINES 150

#define XTABLES_EMPTY "*raw\nCOMMIT\n*mangle\nCOMMIT\n*nat\nCOMMIT\n*filter\nCOMMIT\n"

static const Tool tools[] = {
  [VN_TOOL_IPSET] = {
    .load = { "ipset", "restore" },
    .clear = { "ipset", "restore" },
    .clear_text = "flush\ndestroy\n",
    .save = { "ipset", "save" },
    .package = "ipset",
  },
  [VN_TOOL_IPTABLES] = {
    .load = { "iptables-nft-restore", "--noflush" },
    .clear = { "iptables-nft-restore" },
    .clear_text = XTABLES_EMPTY,
    .save = { "iptables-nft-save" },
    .section_end = "COMMIT\n",
    .package = "iptables",
  },
  [VN_TOOL_IP6TABLES] = {
    .load = { "ip6tables-nft-restore", "--noflush" },
    .clear = { "ip6tables-nft-restore" },
    .clear_text = XTABLES_EMPTY,
    .save = { "ip6tables-nft-save" },
    .section_end = "COMMIT\n",
    .package = "iptables",
  },
  [VN_TOOL_EBTABLES] = {
    .load = { "ebtables-nft-restore", "--noflush" },
    .clear = { "ebtables-nft-restore" },
    .clear_text = "*filter\n*nat\n",
    .save = { "ebtables-nft-save" },
    .section_end = "",
    .package = "iptables",
  },
};
G_STATIC_ASSERT (G_N_ELEMENTS (tools) == VN_N_TOOLS);

/* @text with each table in sections of at most BATCH_LINES. */
static char *
in_batches (const char *text, const char *section_end)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);
  const char *table = NULL;
  guint n_lines = 0;
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      if (*lines[i] == '*')
        {
          table = lines[i];
          n_lines = 0;
        }
      else if (table != NULL && g_str_has_prefix (lines[i], "-A ") && ++n_lines % BATCH_LINES == 0)
        g_string_append_printf (out, "%s%s\n", section_end, table);
      g_string_append (out, lines[i]);
      if (lines[i + 1] != NULL)
        g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

VnCommand
vn_rules_command (int netns_fd, VnVerb verb, const VnRulesText *rules)
{
  const Tool *tool = &tools[rules->tool];
  const char *const *argv = verb == VN_VERB_DEL ? tool->clear : tool->load;
  const char *text = verb == VN_VERB_DEL ? tool->clear_text : rules->text;
  return (VnCommand){
    .netns_fd = netns_fd,
    .argv = argv,
    .package = tool->package,
    .input = tool->section_end ? in_batches (text, tool->section_end) : g_strdup (text),
    .after = -1,
  };
}

VnCommand
vn_rules_save_command (int netns_fd, VnTool tool)
{
  return (VnCommand){ .netns_fd = netns_fd, .argv = tools[tool].save, .package = tools[tool].package, .after = -1 };
}

/* "iptables-restore: line 5 failed", "ipset v7.17: Error in line 5: …" */
static guint
line_number (const char *complaint)
{
  const char *word = strstr (complaint, "line ");
  if (word == NULL)
    word = strstr (complaint, "line: ");
  return word ? (guint)strtoul (word + strcspn (word, "0123456789"), NULL, 10) : 0;
}

/* One line, without the advice to read the manual. */
static char *
tidy (const char *complaint)
{
  const char *advice = strstr (complaint, "\nTry `");
  g_autofree char *text = g_strndup (complaint, advice ? (gsize)(advice - complaint) : strlen (complaint));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      g_string_append_printf (out, "%s%s", out->len ? "; " : "", lines[i]);
  return g_string_free (out, FALSE);
}

char *
vn_rules_explain (const char *complaint, const char *text)
{
  g_autofree char *words = tidy (complaint);
  guint number = line_number (words);
  g_auto (GStrv) lines = g_strsplit (text ? text : "", "\n", -1);
  if (number == 0 || number > g_strv_length (lines) || *lines[number - 1] == '\0')
    return g_steal_pointer (&words);
  return g_strdup_printf ("%s (line %u is: %s)", words, number, lines[number - 1]);
}
