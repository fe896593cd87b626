/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the lab a capture point stands. */
#include "analysis/judge/vn-place.h"

#include "sim/base/vn-kobj.h"
#include "sim/model/vn-driver.h"

static char *
place_key (const char *node, const char *dev)
{
  return g_strdup_printf ("%s:%s", node, dev);
}

static guint
find_point (GHashTable *by_key, const char *node, const char *dev)
{
  g_autofree char *key = place_key (node, dev);
  gpointer value;

  return g_hash_table_lookup_extended (by_key, key, NULL, &value) ? GPOINTER_TO_UINT (value) : VN_NONE;
}

static GHashTable *
index_points (const GPtrArray *points)
{
  GHashTable *by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (points, i);

      g_hash_table_insert (by_key, place_key (point->node, point->dev), GUINT_TO_POINTER (i));
    }
  return by_key;
}

static guint
find_tap (const VnTopology *topology, const VnEnd *end, GHashTable *by_key)
{
  char tap[VN_DEV_SIZE];

  if (end->kind != VN_END_PORT || end->machine == VN_NONE)
    return VN_NONE;
  vn_name_tap (vn_topology_port (topology, end->port)->id, tap);
  return find_point (by_key, vn_topology_machine (topology, end->machine)->name, tap);
}

static guint
find_uplink (const VnMachine *machine, GHashTable *by_key)
{
  guint interface = machine->agent ? vn_machine_tunnel_interface (machine) : VN_NONE;

  if (interface == VN_NONE)
    return VN_NONE;
  return find_point (by_key, machine->name, VN_AT (machine->interfaces, VnInterface, interface)->name);
}

static GArray *
new_indices (void)
{
  return g_array_new (FALSE, FALSE, sizeof (guint));
}

VnPlaces *
vn_places_new (const VnTopology *topology, const GPtrArray *points)
{
  g_autoptr (GHashTable) by_key = index_points (points);
  VnPlaces *places = g_new0 (VnPlaces, 1);
  guint none = VN_NONE;

  places->points = points;
  places->end_points = new_indices ();
  places->tap_points = new_indices ();
  places->uplink_points = new_indices ();
  places->ends = new_indices ();
  for (guint i = 0; i < points->len; i++)
    g_array_append_val (places->ends, none);
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);
      guint own = find_point (by_key, end->node, end->dev);
      guint tap = find_tap (topology, end, by_key);

      g_array_append_val (places->end_points, own);
      g_array_append_val (places->tap_points, tap);
      if (own != VN_NONE)
        g_array_index (places->ends, guint, own) = i;
    }
  for (guint i = 0; i < topology->machines->len; i++)
    {
      guint uplink = find_uplink (vn_topology_machine (topology, i), by_key);

      g_array_append_val (places->uplink_points, uplink);
    }
  return places;
}

void
vn_places_free (VnPlaces *places)
{
  if (places == NULL)
    return;
  g_array_unref (places->end_points);
  g_array_unref (places->tap_points);
  g_array_unref (places->uplink_points);
  g_array_unref (places->ends);
  g_free (places);
}

static guint
index_at (const GArray *indices, guint i)
{
  return i == VN_NONE ? VN_NONE : g_array_index (indices, guint, i);
}

guint
vn_places_end (const VnPlaces *places, guint end)
{
  return index_at (places->end_points, end);
}

guint
vn_places_tap (const VnPlaces *places, guint end)
{
  return index_at (places->tap_points, end);
}

guint
vn_places_uplink (const VnPlaces *places, guint machine)
{
  return index_at (places->uplink_points, machine);
}

guint
vn_places_end_at (const VnPlaces *places, guint point)
{
  return index_at (places->ends, point);
}

const VnCapturePoint *
vn_places_point (const VnPlaces *places, guint point)
{
  return g_ptr_array_index (places->points, point);
}
