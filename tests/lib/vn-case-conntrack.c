/* SPDX-License-Identifier: Apache-2.0 */
/* Tracked connections of a case, without what nobody chose: timeouts, states, marks. */
#include "tests/lib/vn-case-conntrack.h"

#include <string.h>

#include "sim/plan/vn-protocol.h"
#include "tests/lib/vn-test-values.h"

typedef enum
{
  FIELD_PROTOCOL,
  FIELD_SRC,
  FIELD_DST,
  FIELD_SPORT,
  FIELD_DPORT,
  FIELD_ZONE,
  N_FIELDS
} Field;

/* What each field is called in a list, and as an option. */
static const struct
{
  const char *key, *option;
} fields[N_FIELDS] = {
  [FIELD_PROTOCOL] = { NULL, "-p" },       [FIELD_SRC] = { "src=", "-s" },          [FIELD_DST] = { "dst=", "-d" },
  [FIELD_SPORT] = { "sport=", "--sport" }, [FIELD_DPORT] = { "dport=", "--dport" }, [FIELD_ZONE] = { "zone=", "-w" },
};

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
join (const char *const values[N_FIELDS])
{
  GString *out = g_string_new (NULL);

  for (Field i = 0; i < N_FIELDS; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", values[i] != NULL ? values[i] : "-");
  return g_string_free (out, FALSE);
}

/* The first of each counts: the answer's tuple stands behind. */
static char *
parse_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);
  const char *values[N_FIELDS] = { [FIELD_PROTOCOL] = words[0] };

  for (gsize i = 0; words[i] != NULL; i++)
    for (Field field = FIELD_SRC; field < N_FIELDS; field++)
      if (values[field] == NULL && g_str_has_prefix (words[i], fields[field].key))
        values[field] = words[i] + strlen (fields[field].key);
  return join (values);
}

static char *
parse_seed (const char *seed)
{
  g_auto (GStrv) words = g_strsplit (seed, " ", -1);
  const char *values[N_FIELDS] = { NULL };

  for (gsize i = 0; words[i] != NULL && words[i + 1] != NULL; i++)
    for (Field field = 0; field < N_FIELDS; field++)
      if (g_str_equal (words[i], fields[field].option))
        values[field] = words[i + 1];
  return join (values);
}

GPtrArray *
vn_case_conntrack_listed (const char *list)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (list, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "src=") != NULL)
      g_ptr_array_add (entries, parse_line (lines[i]));
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

void
vn_case_conntrack_drop_multicast (GPtrArray *entries)
{
  for (guint i = entries->len; i-- > 0;)
    {
      g_auto (GStrv) values = g_strsplit (g_ptr_array_index (entries, i), " ", N_FIELDS);

      if (vn_ip_is_multicast (vn_test_ip (values[FIELD_DST])))
        g_ptr_array_remove_index (entries, i);
    }
}

void
vn_case_conntrack_seed (GPtrArray *entries, const GPtrArray *seeds)
{
  for (guint i = 0; i < seeds->len; i++)
    g_ptr_array_add (entries, parse_seed (g_ptr_array_index (seeds, i)));
  g_ptr_array_sort (entries, compare_entries);
}

static gboolean
is_among (const char *address, VnPrefix wanted)
{
  return !vn_ip_is_set (wanted.ip) || vn_prefix_contains (wanted, vn_test_ip (address));
}

static gboolean
is_deleted (const char *entry, const VnConntrack *deletion)
{
  g_auto (GStrv) values = g_strsplit (entry, " ", N_FIELDS);

  return vn_test_ip (values[FIELD_SRC]).family == deletion->family
         && (guint)g_ascii_strtoull (values[FIELD_ZONE], NULL, 10) == deletion->zone
         && (deletion->protocol < 0
             || g_strcmp0 (vn_protocol_name ((guint8)deletion->protocol), values[FIELD_PROTOCOL]) == 0)
         && is_among (values[FIELD_SRC], deletion->src) && is_among (values[FIELD_DST], deletion->dst);
}

void
vn_case_conntrack_delete (GPtrArray *entries, const VnPlan *plan, const char *node)
{
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnKobj *obj = &((const VnOp *)g_ptr_array_index (plan->ops, i))->obj;

      if (obj->kind != VN_KOBJ_CONNTRACK || !g_str_equal (obj->node, node))
        continue;
      for (guint j = entries->len; j-- > 0;)
        if (is_deleted (g_ptr_array_index (entries, j), &obj->u.conntrack))
          g_ptr_array_remove_index (entries, j);
    }
}

char *
vn_case_conntrack_compare (const VnCaseStep *step, GPtrArray *entries)
{
  g_autofree char *want = vn_case_read (step, "conntrack.txt");
  g_autoptr (GPtrArray) wanted = vn_case_conntrack_listed (want);

  for (guint i = 0; i < MAX (wanted->len, entries->len); i++)
    {
      const char *agent = i < wanted->len ? g_ptr_array_index (wanted, i) : "(end)";
      const char *here = i < entries->len ? g_ptr_array_index (entries, i) : "(end)";

      if (!g_str_equal (agent, here))
        return g_strdup_printf ("conntrack.txt:\n  agent: %s\n  here:  %s", agent, here);
    }
  return NULL;
}
