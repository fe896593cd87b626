/* SPDX-License-Identifier: Apache-2.0 */
/* What the -save programs printed on the host of a case, and what differs from it. */
#include "tests/lib/vn-case-rules.h"

#include <stdlib.h>
#include <string.h>

static const char *const files[] = {
  [VN_TOOL_IPSET] = "ipset-save.txt",
  [VN_TOOL_IPTABLES] = "iptables-save.txt",
  [VN_TOOL_IP6TABLES] = "ip6tables-save.txt",
  [VN_TOOL_EBTABLES] = "ebtables-save.txt",
};
G_STATIC_ASSERT (G_N_ELEMENTS (files) == VN_N_TOOLS);

const char *
vn_case_rules_file (VnTool tool)
{
  return files[tool];
}

/* What is not compared: pattern and what stands in its place. */
static const struct
{
  const char *pattern;
  const char *instead;
} details[] = {
  { "^#.*\n", "" },
  { " -m comment --comment (\"(\\\\.|[^\"\\\\])*\"|\\S+)", "" },
  { "^(:.* )\\[\\d+:\\d+\\]$", "\\1[0:0]" },
  { " initval 0x[0-9a-f]+", "" }, /* a set's hash seed, which the kernel draws */
  { "^\\s*\n", "" },
};

char *
vn_case_rules_bare (const char *save)
{
  char *text = g_strdup (save);

  for (guint i = 0; i < G_N_ELEMENTS (details); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GRegex) regex = g_regex_new (details[i].pattern, G_REGEX_MULTILINE, 0, &error);
      g_autofree char *before = g_steal_pointer (&text);

      g_assert_no_error (error);
      text = g_regex_replace (regex, before, -1, 0, details[i].instead, 0, &error);
      g_assert_no_error (error);
    }
  return text;
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char **
split_lines (const char *text, gboolean sorted)
{
  char **lines = g_strsplit (text, "\n", -1);

  if (sorted)
    qsort (lines, g_strv_length (lines), sizeof *lines, compare_lines);
  return lines;
}

char *
vn_case_rules_compare (const VnCaseStep *step, VnTool tool, const char *save)
{
  g_autofree char *saved = vn_case_read (step, files[tool]);
  g_autofree char *want = vn_case_rules_bare (saved);
  g_auto (GStrv) wanted = split_lines (want, tool == VN_TOOL_IPSET);
  g_auto (GStrv) there = split_lines (save != NULL ? save : "", tool == VN_TOOL_IPSET);
  guint i = 0;

  while (wanted[i] != NULL && g_strcmp0 (wanted[i], there[i]) == 0)
    i++;
  if (wanted[i] == NULL && there[i] == NULL)
    return NULL;
  return g_strdup_printf ("%s, line %u:\n  agent: %s\n  here:  %s", files[tool], i + 1,
                          wanted[i] != NULL ? wanted[i] : "(end)", there[i] != NULL ? there[i] : "(end)");
}
