/* SPDX-License-Identifier: Apache-2.0 */
/* What is not as it should be, by the line to blame: one mistake in a file turns many cells red, and is one group here.
 *
 * Groups are made by the place of the cause, or by its text where it has none; in a group, by check and message. */
#include "analysis/report/vn-terminal.h"

#define MOST_GROUPS 20 /* the rest is in the saved report */
#define MOST_NAMES 12  /* of cells in one line */

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
  char *text;       /* the first cause of the group, with its place */
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
  g_free (group->text);
  g_ptr_array_unref (group->parts);
  g_free (group);
}

static Group *
find_group (GPtrArray *groups, const VnReportItem *item)
{
  g_autofree char *key = vn_origin_is_set (item->cause->origin) ? vn_origin_to_line (item->cause->origin)
                                                                : g_strdup (item->details ? item->details : "");
  Group *group;

  for (guint i = 0; i < groups->len; i++)
    {
      group = g_ptr_array_index (groups, i);
      if (g_strcmp0 (group->key, key) == 0)
        return group;
    }
  group = g_new0 (Group, 1);
  group->key = g_steal_pointer (&key);
  group->text = g_strdup (item->details);
  group->parts = g_ptr_array_new_with_free_func (part_free);
  g_ptr_array_add (groups, group);
  return group;
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

static void
add_part (GString *out, const VnReportOptions *options, const Part *part)
{
  g_autofree char *head
      = g_strdup_printf ("    %-12s %s (%u)", vn_verdict_name (part->verdict), part->id, part->names->len);

  vn_terminal_add (out, options, vn_terminal_style (part->verdict), head);
  if (part->message)
    {
      g_autofree char *line = vn_report_line (part->message);

      g_string_append_printf (out, "  %s", line);
    }
  g_string_append_c (out, '\n');
  vn_terminal_list (out, options, 17, part->names, MOST_NAMES);
}

static void
add_group (GString *out, const VnReportOptions *options, const Group *group)
{
  g_autofree char *text = group->text ? vn_report_line (group->text) : NULL;

  if (text)
    g_string_append_printf (out, "  %s\n", text);
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
    add_group (out, options, g_ptr_array_index (groups, i));
  if (groups->len > MOST_GROUPS)
    g_string_append_printf (out, "  and %u more causes in report.json\n", groups->len - MOST_GROUPS);
}
