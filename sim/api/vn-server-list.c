/* SPDX-License-Identifier: Apache-2.0 */
/* Lists: filters, chosen fields, order and pages of a query. */
#include "sim/api/vn-server-build.h"

#include "sim/base/vn-text.h"

#include <string.h>

/* What a query's key means if it is no attribute to filter by. */
static const char *const directives[] = { "fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir", NULL };

/* All values of @key in @query. Transfer full. */
static GPtrArray *
query_values (const char *query, const char *key)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');
      char *value;

      if (equals == NULL || strncmp (parts[i], key, (gsize)(equals - parts[i])) != 0 || key[equals - parts[i]] != '\0')
        continue;
      value = g_uri_unescape_string (equals + 1, NULL);
      g_ptr_array_add (values, value != NULL ? value : g_strdup (equals + 1));
    }
  return values;
}

JsonObject *
vn_api_pick_fields (JsonObject *object, const char *query)
{
  g_autoptr (GPtrArray) fields = query_values (query, "fields");
  JsonObject *picked;

  if (fields->len == 0)
    return json_object_ref (object);
  picked = json_object_new ();
  for (guint i = 0; i < fields->len; i++)
    {
      JsonNode *value = json_object_get_member (object, g_ptr_array_index (fields, i));

      if (value != NULL)
        json_object_set_member (picked, g_ptr_array_index (fields, i), json_node_copy (value));
    }
  return picked;
}

/* "ip_address=10.0.0.5" of fixed_ips: a member of one of the list's objects. */
static gboolean
matches_member (JsonNode *element, const char *wanted)
{
  const char *equals = strchr (wanted, '=');
  g_autofree char *name = NULL, *shown = NULL;

  if (equals == NULL || !JSON_NODE_HOLDS_OBJECT (element))
    return FALSE;
  name = g_strndup (wanted, (gsize)(equals - wanted));
  shown = vn_json_shown (json_object_get_member (json_node_get_object (element), name));
  return g_str_equal (shown, equals + 1);
}

static gboolean
matches (JsonNode *value, const char *wanted)
{
  g_autofree char *shown = NULL;

  if (value != NULL && JSON_NODE_HOLDS_ARRAY (value))
    {
      JsonArray *array = json_node_get_array (value);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (matches_member (json_array_get_element (array, i), wanted)
            || g_strcmp0 (vn_json_text (json_array_get_element (array, i)), wanted) == 0)
          return TRUE;
      return FALSE;
    }
  if (value != NULL && JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return (g_ascii_strcasecmp (wanted, "true") == 0 || g_str_equal (wanted, "1")) == json_node_get_boolean (value);
  shown = vn_json_shown (value);
  return g_str_equal (shown, wanted) || (vn_json_is_null (value) && *wanted == '\0');
}

static gboolean
passes (JsonObject *object, const VnAttr *attrs, const char *query)
{
  for (; attrs->name != NULL; attrs++)
    {
      g_autoptr (GPtrArray) wanted = query_values (query, attrs->name);
      gboolean found = wanted->len == 0;

      for (guint i = 0; i < wanted->len && !found; i++)
        found = matches (json_object_get_member (object, attrs->name), g_ptr_array_index (wanted, i));
      if (!found)
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_keys (const VnApiResource *resource, const char *query, const VnConfig *server, VnApiError *error)
{
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');

      if (*parts[i] == '\0')
        continue;
      if (equals != NULL)
        *equals = '\0';
      if (!g_strv_contains (directives, parts[i]) && vn_attr_find (resource->attrs, parts[i], server) == NULL)
        return vn_api_refuse (error, 400, "HTTPBadRequest", "['%s'] is invalid attribute for filtering", parts[i]);
    }
  return TRUE;
}

static gint
compare_shown (gconstpointer a, gconstpointer b, gpointer data)
{
  g_autofree char *x = vn_json_shown (json_object_get_member (*(JsonObject *const *)a, data));
  g_autofree char *y = vn_json_shown (json_object_get_member (*(JsonObject *const *)b, data));

  return strcmp (x, y);
}

static void
sort (GPtrArray *objects, const char *query)
{
  g_autoptr (GPtrArray) keys = query_values (query, "sort_key");
  g_autoptr (GPtrArray) dirs = query_values (query, "sort_dir");

  /* The last key first: the sort is stable. */
  for (guint i = keys->len; i-- > 0;)
    {
      g_ptr_array_sort_with_data (objects, compare_shown, g_ptr_array_index (keys, i));
      if (i >= dirs->len || !g_str_equal (g_ptr_array_index (dirs, i), "desc"))
        continue;
      for (guint j = 0; j < objects->len / 2; j++)
        {
          gpointer other = objects->pdata[objects->len - 1 - j];

          objects->pdata[objects->len - 1 - j] = objects->pdata[j];
          objects->pdata[j] = other;
        }
    }
}

/* From behind the marker on, up to the limit. */
static void
find_page (GPtrArray *objects, const char *query, guint *ret_start, guint *ret_end)
{
  g_autoptr (GPtrArray) limits = query_values (query, "limit");
  g_autoptr (GPtrArray) markers = query_values (query, "marker");
  guint64 limit = 0;

  *ret_start = 0;
  *ret_end = objects->len;
  for (guint i = 0; markers->len > 0 && i < objects->len; i++)
    if (g_strcmp0 (json_object_get_string_member (objects->pdata[i], "id"), g_ptr_array_index (markers, 0)) == 0)
      *ret_start = i + 1;
  if (limits->len > 0 && vn_parse_uint (g_ptr_array_index (limits, 0), 1, G_MAXUINT, &limit)
      && limit < *ret_end - *ret_start)
    *ret_end = *ret_start + (guint)limit;
}

JsonArray *
vn_api_list (const VnApi *api, const VnApiResource *resource, guint owner, const char *query, VnApiError *error)
{
  g_autoptr (GArray) refs = vn_api_refs (resource, api->topology);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);
  JsonArray *array;
  guint start, end;

  if (!check_keys (resource, query, vn_topology_server_config (api->topology), error))
    return NULL;
  for (guint i = 0; i < refs->len; i++)
    {
      VnApiRef ref = g_array_index (refs, VnApiRef, i);
      g_autoptr (JsonObject) object = vn_api_show (api, api->topology, resource, ref);

      if ((owner == VN_NONE || ref.index == owner) && passes (object, resource->attrs, query))
        g_ptr_array_add (objects, g_steal_pointer (&object));
    }
  sort (objects, query);
  find_page (objects, query, &start, &end);
  array = json_array_new ();
  for (guint i = start; i < end; i++)
    json_array_add_object_element (array, vn_api_pick_fields (objects->pdata[i], query));
  return array;
}
