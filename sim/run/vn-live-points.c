/* SPDX-License-Identifier: Apache-2.0 */
/* Which interfaces of a lab a live capture looks at. */
#include "sim/run/vn-live.h"

#include <string.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/packet/vn-frame.h"
#include "sim/run/vn-compose.h"

static void
add_point (GPtrArray *points, const char *node, const char *dev, const char *description)
{
  VnCapturePoint *point = g_new0 (VnCapturePoint, 1);
  point->node = g_intern_string (node);
  g_strlcpy (point->dev, dev, sizeof point->dev);
  point->name = g_strdup_printf ("%s:%s", node, dev);
  point->description = g_strdup (description);
  for (guint i = 0; i < points->len; i++)
    if (g_str_equal (((const VnCapturePoint *)g_ptr_array_index (points, i))->name, point->name))
      {
        vn_capture_point_free (point);
        return;
      }
  g_ptr_array_add (points, point);
}

/* Names that a word may be: nodes for @node NULL, else "NODE:DEV" of its links. NULL-terminated. */
static GPtrArray *
candidates (const VnTables *tables, const char *node)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;
      if (!node && obj->kind == VN_KOBJ_NODE)
        g_ptr_array_add (names, g_strdup (obj->node));
      if (node && obj->kind == VN_KOBJ_LINK && g_str_equal (obj->node, node) && !g_str_equal (obj->u.link.name, "lo"))
        g_ptr_array_add (names, g_strdup_printf ("%s:%s", node, obj->u.link.name));
    }
  g_ptr_array_add (names, NULL);
  return names;
}

static gboolean
has_no_such (const VnHeldLab *held, const char *word, const char *what, GPtrArray *names, GError **error)
{
  g_autofree char *hint = vn_suggest_hint (word, (const char *const *)names->pdata);
  g_autofree char *list = g_strjoinv (", ", (char **)names->pdata);
  return vn_error_set (error, VN_ERROR_INPUT, "lab \"%s\" has no %s \"%s\" (it has %s)%s%s", held->state.name, what,
                       word, list, hint ? "; " : "", hint ? hint : "");
}

static void
add_node (GPtrArray *points, const GPtrArray *all, const char *node, const GPtrArray *links)
{
  guint before = points->len;
  for (guint i = 0; i < all->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (all, i);
      if (g_str_equal (point->node, node))
        add_point (points, point->node, point->dev, point->description);
    }
  for (guint i = 0; points->len == before && i + 1 < links->len; i++)
    add_point (points, node, strchr (g_ptr_array_index (links, i), ':') + 1, NULL);
}

static gboolean
add_word (const VnHeldLab *held, const GPtrArray *all, const char *word, GPtrArray *points, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (word, ":", 2);
  g_autoptr (GPtrArray) nodes = candidates (held->tables, NULL);
  g_autoptr (GPtrArray) links = candidates (held->tables, parts[0]);
  if (!g_strv_contains ((const char *const *)nodes->pdata, parts[0] ? parts[0] : ""))
    return has_no_such (held, parts[0] ? parts[0] : "", "node", nodes, error);
  if (parts[1] && !g_strv_contains ((const char *const *)links->pdata, word))
    return has_no_such (held, word, "interface", links, error);
  if (parts[1])
    add_point (points, parts[0], parts[1], NULL);
  else
    add_node (points, all, parts[0], links);
  return TRUE;
}

GPtrArray *
vn_live_points (const VnHeldLab *held, const char *const *words, GError **error)
{
  g_autoptr (GPtrArray) all = vn_compose_points (vn_events_final_topology (held->events, held->topology), held->tables);
  g_autoptr (GPtrArray) points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  if (!*words)
    return g_steal_pointer (&all);
  for (; *words; words++)
    if (!add_word (held, all, *words, points, error))
      return NULL;
  return g_steal_pointer (&points);
}
