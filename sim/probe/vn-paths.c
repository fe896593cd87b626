/* SPDX-License-Identifier: Apache-2.0 */
/* Probes in the groups that one sentinel can speak for. */
#include "sim/probe/vn-paths.h"

#include "sim/probe/vn-probe-frames.h"

/* The two sentinels of a path. */
#define SENTINELS 2

typedef struct
{
  guint from;
  VnMac dst;
} Key;

typedef struct
{
  const VnTopology *topology;
  const VnOutlets *outlets;
  VnPaths *paths;
} Builder;

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;
  guint hash = key->from;

  for (gsize i = 0; i < sizeof key->dst.b; i++)
    hash = hash * 31 + key->dst.b[i];
  return hash;
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  return x->from == y->from && vn_mac_equal (x->dst, y->dst);
}

static void
free_path (gpointer data)
{
  VnPath *path = data;

  g_array_unref (path->cells);
  g_free (path);
}

static void
free_flood (gpointer data)
{
  VnFlood *flood = data;

  g_array_unref (flood->cells);
  g_free (flood);
}

static gboolean
is_neighbour (const Builder *b, guint from, guint other)
{
  const VnOutlet *x = vn_outlets_get (b->outlets, from), *y = vn_outlets_get (b->outlets, other);

  return x->end->domain == y->end->domain && x->end->node != y->end->node && vn_outlet_is_there (y);
}

static guint
find_witness (const Builder *b, guint from, VnMac mac)
{
  for (guint i = 0; i < b->topology->ends->len; i++)
    if (is_neighbour (b, from, i) && vn_mac_equal (vn_topology_end (b->topology, i)->mac, mac))
      return i;
  return VN_NONE;
}

static VnPath *
get_path (const Builder *b, guint from, VnMac dst)
{
  Key key = { from, dst };
  VnPath *path = g_hash_table_lookup (b->paths->by_key, &key);

  if (path)
    return path;
  path = g_new0 (VnPath, 1);
  path->from = from;
  path->dst = dst;
  path->witness = find_witness (b, from, dst);
  path->cells = g_array_new (FALSE, FALSE, sizeof (guint));
  path->weight = SENTINELS;
  g_ptr_array_add (b->paths->paths, path);
  g_hash_table_insert (b->paths->by_key, g_memdup2 (&key, sizeof key), path);
  return path;
}

static VnFlood *
get_flood (const Builder *b, guint from)
{
  VnFlood *flood = vn_paths_flood (b->paths, from);

  if (!flood)
    {
      flood = g_new0 (VnFlood, 1);
      flood->from = from;
      flood->cells = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (b->paths->floods, GUINT_TO_POINTER (from), flood);
    }
  return flood;
}

/* Whether a packet for the cell's target is not for whoever has the next hop's MAC. */
static gboolean
goes_beyond (const Builder *b, const VnCell *cell, const VnPath *path)
{
  return vn_probe_is_routed (cell)
         && (path->witness == VN_NONE
             || !vn_ip_equal (vn_end_address (vn_topology_end (b->topology, path->witness), cell->family),
                              vn_probe_target (b->topology, cell))
             || cell->kind == VN_CELL_FORWARD || cell->kind == VN_CELL_DNS);
}

static void
add_cell (const Builder *b, const VnCell *cell, const VnShot *shot, guint index)
{
  VnPath *path;

  if (cell->to == VN_NONE)
    {
      g_array_append_val (get_flood (b, cell->from)->cells, index);
      return;
    }
  path = get_path (b, cell->from,
                   vn_probe_is_routed (cell) ? shot->next_hop : vn_topology_end (b->topology, cell->to)->mac);
  g_array_append_val (path->cells, index);
  path->is_routed = path->is_routed || goes_beyond (b, cell, path);
  path->n_awaited += cell->kind == VN_CELL_DNS ? 1 : 0;
  path->weight++;
}

/* A flooded frame arrives once at each neighbour. */
static void
add_flood_paths (const Builder *b, const VnFlood *flood)
{
  VnPath *first = NULL;
  guint n_neighbours = 0;

  for (guint i = 0; i < b->topology->ends->len; i++)
    {
      VnPath *path;

      if (!is_neighbour (b, flood->from, i))
        continue;
      path = get_path (b, flood->from, vn_topology_end (b->topology, i)->mac);
      if (n_neighbours++ == 0)
        first = path;
    }
  if (!first)
    first = get_path (b, flood->from, VN_MAC_BROADCAST);
  first->weight += flood->cells->len * MAX (n_neighbours, 1);
}

VnPaths *
vn_paths_new (const VnTopology *topology, const VnOutlets *outlets, const GArray *cells, const GArray *shots,
              const GArray *which)
{
  VnPaths *paths = g_new0 (VnPaths, 1);
  const Builder builder = { topology, outlets, paths };

  paths->paths = g_ptr_array_new_with_free_func (free_path);
  paths->by_key = g_hash_table_new_full (hash_key, equal_keys, g_free, NULL);
  paths->floods = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, free_flood);
  for (guint i = 0; i < which->len; i++)
    {
      guint index = g_array_index (which, guint, i);

      add_cell (&builder, &g_array_index (cells, VnCell, index), &g_array_index (shots, VnShot, index), index);
    }
  for (guint from = 0; from < topology->ends->len; from++)
    if (vn_paths_flood (paths, from))
      add_flood_paths (&builder, vn_paths_flood (paths, from));
  return paths;
}

void
vn_paths_free (VnPaths *paths)
{
  g_hash_table_unref (paths->floods);
  g_hash_table_unref (paths->by_key);
  g_ptr_array_unref (paths->paths);
  g_free (paths);
}

VnFlood *
vn_paths_flood (const VnPaths *paths, guint from)
{
  return g_hash_table_lookup (paths->floods, GUINT_TO_POINTER (from));
}
