/* SPDX-License-Identifier: Apache-2.0 */
/* What is not as it should be, by the line to blame: one mistake in a file turns many cells red, and is one group here.
 *
 * Groups are made by the place of the cause, or by its text where it has none; in a group, by check and message. */
#include "analysis/report/vn-terminal.h"

#include <string.h>

#define MOST_GROUPS 20 /* the rest is in the saved report */
#define MOST_NAMES 12  /* of cells with one message */
#define NAMES_COLUMN 9 /* they begin there */

typedef struct
{
  const char *id;
  VnVerdict verdict;
  char *message;
  GPtrArray *names; /* char * */
} Part;

typedef struct
{
  char *key;        /* place or text of the cause */
  char *place;      /* line to blame; NULL where there is none */
  char *text;       /* of the first cause of the group */
  char *seen;       /* where its frame was seen last, and which cell's it was; NULL where no frame was lost */
  GPtrArray *parts; /* Part */
} Group;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->message);
  g_ptr_array_unref (part->names);
  g_free (part);
}

static void
group_free (gpointer data)
{
  Group *group = data;

  g_free (group->key);
  g_free (group->place);
  g_free (group->text);
  g_free (group->seen);
  g_ptr_array_unref (group->parts);
  g_free (group);
}

static const char *
cause_text (const VnCause *cause)
{
  return cause->text || cause->code == VN_CAUSE_NONE ? cause->text : vn_cause_text (cause->code);
}

static Group *
group_new (const char *key, const VnReportItem *item)
{
  const VnCause *cause = item->cause;
  Group *group = g_new0 (Group, 1);

  group->key = g_strdup (key);
  group->place = vn_origin_is_set (cause->origin) ? vn_origin_to_line (cause->origin) : NULL;
  group->text = g_strdup (cause_text (cause));
  group->seen = cause->where ? g_strdup_printf ("last seen at %s (%s)", cause->where, item->name) : NULL;
  group->parts = g_ptr_array_new_with_free_func (part_free);
  return group;
}

static Group *
find_group (GPtrArray *groups, const VnReportItem *item)
{
  const char *text = cause_text (item->cause);
  g_autofree char *key
      = vn_origin_is_set (item->cause->origin) ? vn_origin_to_line (item->cause->origin) : g_strdup (text ? text : "");

  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = g_ptr_array_index (groups, i);

      if (g_strcmp0 (group->key, key) == 0)
        return group;
    }
  g_ptr_array_add (groups, group_new (key, item));
  return g_ptr_array_index (groups, groups->len - 1);
}

static Part *
find_part (Group *group, const VnReportItem *item)
{
  Part *part;

  for (guint i = 0; i < group->parts->len; i++)
    {
      part = g_ptr_array_index (group->parts, i);
      if (g_strcmp0 (part->id, item->id) == 0 && part->verdict == item->verdict
          && g_strcmp0 (part->message, item->message) == 0)
        return part;
    }
  part = g_new0 (Part, 1);
  part->id = item->id;
  part->verdict = item->verdict;
  part->message = g_strdup (item->message);
  part->names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (group->parts, part);
  return part;
}

static void
collect (const VnReportItem *item, gpointer data)
{
  if (item->verdict != VN_VERDICT_PASS)
    g_ptr_array_add (find_part (find_group (data, item), item)->names, g_strdup (item->name));
}

/* One cell of each pair of ends comes before the second of any. Returns: a container of @names' strings. */
static GPtrArray *
widest_first (const GPtrArray *names)
{
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  GPtrArray *ordered = g_ptr_array_new ();

  for (guint i = 0; i < names->len; i++)
    {
      char *name = g_ptr_array_index (names, i);
      gboolean is_first = g_hash_table_add (pairs, g_strndup (name, strcspn (name, " ")));

      g_ptr_array_add (is_first ? ordered : others, name);
    }
  g_ptr_array_extend (ordered, others, NULL, NULL);
  return ordered;
}

static void
add_part (GString *out, const VnReportOptions *options, const Part *part)
{
  g_autoptr (GPtrArray) names = widest_first (part->names);
  g_autofree char *count = names->len > 1 ? g_strdup_printf (" (%u)", names->len) : g_strdup ("");
  g_autofree char *head
      = g_strdup_printf ("    %s %s%s%s", vn_verdict_name (part->verdict), part->id, count, part->message ? ":" : "");

  vn_terminal_add (out, options, vn_terminal_style (part->verdict), head);
  if (part->message)
    vn_terminal_wrap (out, options, NAMES_COLUMN, part->message);
  g_string_append_c (out, '\n');
  vn_terminal_list (out, options, NAMES_COLUMN, names, MOST_NAMES);
}

static void
add_group (GString *out, const VnReportOptions *options, const Group *group)
{
  const char *const lines[] = { group->text, group->seen };

  if (group->place)
    {
      g_string_append (out, "  ");
      vn_terminal_add (out, options, VN_STYLE_HEAD, group->place);
      g_string_append_c (out, '\n');
    }
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i])
      {
        vn_terminal_wrap (out, options, 2, lines[i]);
        g_string_append_c (out, '\n');
      }
  for (guint i = 0; i < group->parts->len; i++)
    add_part (out, options, g_ptr_array_index (group->parts, i));
}

void
vn_terminal_failures (GString *out, const VnReportOptions *options, const VnRun *run)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);

  vn_report_foreach (run, collect, groups);
  if (groups->len == 0)
    return;
  vn_terminal_heading (out, options, "Not as it should be");
  for (guint i = 0; i < MIN (groups->len, MOST_GROUPS); i++)
    {
      if (i > 0)
        g_string_append_c (out, '\n');
      add_group (out, options, g_ptr_array_index (groups, i));
    }
  if (groups->len > MOST_GROUPS)
    g_string_append_printf (out, "  and %u more causes in report.json\n", groups->len - MOST_GROUPS);
}
