/* SPDX-License-Identifier: Apache-2.0 */
/* One node's links, forwarding entries and neighbours, as iproute2 would print them. */
#include "sim/plan/vn-tables.h"

static void
append_object (GString *out, const VnKobj *obj)
{
  g_autofree char *line = vn_kobj_to_string (obj);

  g_string_append_printf (out, "%s\n", line);
}

static char *
print_kind (const VnTables *tables, const char *node, VnKobjKind kind)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (tables->entries, i);

      if (entry->obj.kind == kind && g_str_equal (entry->obj.node, node))
        append_object (out, &entry->obj);
    }
  return g_string_free (out, FALSE);
}

char *
vn_tables_print_links (const VnTables *tables, const char *node)
{
  return print_kind (tables, node, VN_KOBJ_LINK);
}

/* A VXLAN device with a group has an entry for it from its creation on; it is not an entry of the tables. */
static void
append_group_entries (GString *out, const VnTables *tables, const char *node)
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (tables->entries, i);
      const VnLink *link = &entry->obj.u.link;

      if (entry->obj.kind == VN_KOBJ_LINK && g_str_equal (entry->obj.node, node) && link->kind == VN_LINK_VXLAN
          && vn_ip_is_set (link->u.vxlan.group))
        {
          g_autofree char *group = vn_ip_to_string (link->u.vxlan.group);

          g_string_append_printf (out, "00:00:00:00:00:00 dev %s dst %s via %s self permanent\n", link->name, group,
                                  link->u.vxlan.lower);
        }
    }
}

char *
vn_tables_print_fdb (const VnTables *tables, const char *node)
{
  g_autofree char *entries = print_kind (tables, node, VN_KOBJ_FDB);
  GString *out = g_string_new (entries);

  append_group_entries (out, tables, node);
  return g_string_free (out, FALSE);
}

char *
vn_tables_print_neigh (const VnTables *tables, const char *node)
{
  return print_kind (tables, node, VN_KOBJ_NEIGH);
}
