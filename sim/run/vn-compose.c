/* SPDX-License-Identifier: Apache-2.0 */
/* From a topology to the wanted state of the whole lab, and to the places where packets are captured. */
#include "sim/run/vn-compose.h"

#include "sim/modes/vn-modes.h"
#include "sim/modes/vn-scene.h"
#include "sim/packet/vn-frame.h"

#include <string.h>

static VnTables *
render (const VnTopology *scene, const VnWorld *world)
{
  VnTables *tables = vn_tables_new ();

  vn_scene_render (scene, tables);
  vn_modes_render (scene, tables);
  vn_world_render (world, tables);
  return tables;
}

VnTables *
vn_compose_changed (const VnTopology *scene, const VnTopology *topology, const GArray *events, const VnCaps *caps)
{
  g_autoptr (VnWorld) world = vn_world_fold (vn_world_new (topology, caps), events);

  return render (scene, world);
}

VnTables *
vn_compose (const VnTopology *topology, const GArray *events, const VnCaps *caps, VnWorld **ret_world)
{
  g_autoptr (VnWorld) world = vn_world_fold (vn_world_new (topology, caps), events);
  VnTables *tables = render (topology, world);

  if (ret_world)
    *ret_world = g_steal_pointer (&world);
  return tables;
}

/* Adds a point once. @seen: names. */
static void
add_point (GPtrArray *points, GHashTable *seen, const char *node, const char *dev, const char *description)
{
  g_autofree char *name = g_strdup_printf ("%s:%s", node, dev);
  VnCapturePoint *point;

  if (!g_hash_table_add (seen, g_strdup (name)))
    return;
  point = g_new0 (VnCapturePoint, 1);
  point->node = g_intern_string (node);
  g_strlcpy (point->dev, dev, sizeof point->dev);
  point->name = g_steal_pointer (&name);
  point->description = g_strdup (description);
  g_ptr_array_add (points, point);
}

static char *
describe_end (const VnTopology *topology, const VnEnd *end)
{
  GString *text = g_string_new (end->kind == VN_END_PORT ? "instance " : "interface of ");

  g_string_append (text, end->name);
  for (guint i = 0; i < end->addresses->len; i++)
    {
      g_autofree char *ip = vn_ip_to_string (g_array_index (end->addresses, VnPrefix, i).ip);

      g_string_append_printf (text, "%s%s", i == 0 ? " (" : ", ", ip);
    }
  if (end->addresses->len > 0)
    g_string_append_c (text, ')');
  if (end->kind == VN_END_PORT)
    g_string_append_printf (text, " on %s", vn_topology_machine (topology, end->machine)->name);
  return g_string_free (text, FALSE);
}

/* Whether @node is the switch of a segment: the wire itself is no capture point. */
static gboolean
is_wire (const VnTopology *topology, const char *node)
{
  for (guint i = 0; i < topology->segments->len; i++)
    if (strcmp (vn_scene_segment_node (topology, i), node) == 0)
      return TRUE;
  return FALSE;
}

/* "port web1" for a tap, "uplink" for a machine's cable. */
static char *
describe_link (const VnTopology *topology, const VnKobj *obj)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);
      char tap[VN_DEV_SIZE];

      if (end->kind != VN_END_PORT)
        continue;
      vn_name_tap (vn_topology_port (topology, end->port)->id, tap);
      if (strcmp (tap, obj->u.link.name) == 0)
        return g_strdup_printf ("port of %s", end->name);
    }
  return g_strdup (g_str_has_prefix (obj->u.link.name, "tap") ? "tap" : "uplink");
}

GPtrArray *
vn_compose_points (const VnTopology *topology, const VnTables *tables)
{
  GPtrArray *points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_LINK)
        g_hash_table_add (there, g_strdup_printf ("%s:%s", obj->node, obj->u.link.name));
    }
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);
      g_autofree char *name = g_strdup_printf ("%s:%s", end->node, end->dev);
      g_autofree char *description = describe_end (topology, end);

      if (g_hash_table_contains (there, name))
        add_point (points, seen, end->node, end->dev, description);
    }
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;
      g_autofree char *description = NULL;

      if (obj->kind != VN_KOBJ_LINK || obj->u.link.kind != VN_LINK_VETH || !obj->u.link.up
          || is_wire (topology, obj->node))
        continue;
      description = describe_link (topology, obj);
      add_point (points, seen, obj->node, obj->u.link.name, description);
    }
  return points;
}
