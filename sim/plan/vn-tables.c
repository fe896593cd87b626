/* SPDX-License-Identifier: Apache-2.0 */
/* The wanted state of every node: a list of kernel objects, and the rulesets beside it. */
#include "sim/plan/vn-tables.h"

static void
entry_free (gpointer data)
{
  VnEntry *entry = data;

  vn_kobj_clear (&entry->obj);
  g_free (entry);
}

static void
ruleset_free (gpointer data)
{
  vn_ruleset_free (data);
}

VnTables *
vn_tables_new (void)
{
  VnTables *tables = g_new0 (VnTables, 1);

  tables->entries = g_ptr_array_new_with_free_func (entry_free);
  tables->flushes = g_ptr_array_new_with_free_func (entry_free);
  tables->rulesets = g_ptr_array_new_with_free_func (ruleset_free);
  return tables;
}

void
vn_tables_free (VnTables *tables)
{
  if (tables == NULL)
    return;
  g_ptr_array_unref (tables->entries);
  g_ptr_array_unref (tables->flushes);
  g_ptr_array_unref (tables->rulesets);
  g_free (tables);
}

static VnEntry *
entry_new (VnKobj obj, VnOrigin origin)
{
  VnEntry *entry = g_new0 (VnEntry, 1);

  entry->obj = obj;
  entry->origin = origin;
  return entry;
}

void
vn_tables_add (VnTables *tables, VnKobj obj, VnOrigin origin)
{
  g_ptr_array_add (tables->entries, entry_new (obj, origin));
}

void
vn_tables_add_flush (VnTables *tables, VnKobj obj, VnOrigin origin)
{
  g_ptr_array_add (tables->flushes, entry_new (obj, origin));
}

guint
vn_tables_count_nodes (const VnTables *tables)
{
  guint n = 0;

  for (guint i = 0; i < tables->entries->len; i++)
    n += ((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj.kind == VN_KOBJ_NODE;
  return n;
}

const VnRuleset *
vn_tables_ruleset (const VnTables *tables, const char *node, VnTool tool)
{
  for (guint i = 0; i < tables->rulesets->len; i++)
    {
      const VnRuleset *ruleset = g_ptr_array_index (tables->rulesets, i);

      if (ruleset->tool == tool && g_str_equal (ruleset->node, node))
        return ruleset;
    }
  return NULL;
}
