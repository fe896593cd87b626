/* SPDX-License-Identifier: Apache-2.0 */
/* What is not as it should be, by the line to blame: one mistake in a file turns many cells red, and is one group here.
 *
 * Groups are made by the place of the cause, or by its text where it has none; in a group, by check and message. */
#include "analysis/report/vn-report-summary.h"

#include <string.h>

static void
part_free (gpointer data)
{
  VnReportPart *part = data;

  g_free (part->message);
  g_ptr_array_unref (part->names);
  g_free (part);
}

static void
group_free (gpointer data)
{
  VnReportGroup *group = data;

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

static VnReportGroup *
group_new (const char *key, const VnReportItem *item)
{
  const VnCause *cause = item->cause;
  VnReportGroup *group = g_new0 (VnReportGroup, 1);

  group->key = g_strdup (key);
  group->place = vn_origin_is_set (cause->origin) ? vn_origin_to_line (cause->origin) : NULL;
  group->text = g_strdup (cause_text (cause));
  group->seen = cause->where ? g_strdup_printf ("last seen at %s (%s)", cause->where, item->name) : NULL;
  group->parts = g_ptr_array_new_with_free_func (part_free);
  return group;
}

static VnReportGroup *
find_group (GPtrArray *groups, const VnReportItem *item)
{
  const char *text = cause_text (item->cause);
  g_autofree char *key
      = vn_origin_is_set (item->cause->origin) ? vn_origin_to_line (item->cause->origin) : g_strdup (text ? text : "");

  for (guint i = 0; i < groups->len; i++)
    {
      VnReportGroup *group = g_ptr_array_index (groups, i);

      if (g_strcmp0 (group->key, key) == 0)
        return group;
    }
  g_ptr_array_add (groups, group_new (key, item));
  return g_ptr_array_index (groups, groups->len - 1);
}

static VnReportPart *
find_part (VnReportGroup *group, const VnReportItem *item)
{
  VnReportPart *part;

  for (guint i = 0; i < group->parts->len; i++)
    {
      part = g_ptr_array_index (group->parts, i);
      if (g_strcmp0 (part->id, item->id) == 0 && part->verdict == item->verdict
          && g_strcmp0 (part->message, item->message) == 0)
        return part;
    }
  part = g_new0 (VnReportPart, 1);
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

/* One cell of each pair of ends comes before the second of any. */
static void
sort_widest_first (GPtrArray *names)
{
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  guint n_first = 0;

  for (guint i = 0; i < names->len; i++)
    {
      char *name = g_ptr_array_index (names, i);

      if (g_hash_table_add (pairs, g_strndup (name, strcspn (name, " "))))
        names->pdata[n_first++] = name;
      else
        g_ptr_array_add (others, name);
    }
  for (guint i = 0; i < others->len; i++)
    names->pdata[n_first + i] = g_ptr_array_index (others, i);
}

GPtrArray *
vn_report_groups (const VnRun *run)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);

  vn_report_foreach (run, collect, groups);
  for (guint i = 0; i < groups->len; i++)
    {
      const GPtrArray *parts = VN_AT (groups, VnReportGroup, i)->parts;

      for (guint j = 0; j < parts->len; j++)
        sort_widest_first (VN_AT (parts, VnReportPart, j)->names);
    }
  return groups;
}
