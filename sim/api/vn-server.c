/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to its answer: path and method. */
#include "sim/api/vn-server-build.h"

#include <string.h>

void
vn_api_answer_clear (VnApiAnswer *answer)
{
  g_clear_pointer (&answer->error_type, g_free);
  g_clear_pointer (&answer->message, g_free);
  g_clear_pointer (&answer->body, json_node_unref);
  answer->status = 0;
}

static void
note_free (gpointer data)
{
  VnApiNote *note = data;

  json_object_unref (note->given);
  g_free (note);
}

VnApi *
vn_api_new (const VnTopology *topology, const VnApiChoices *choices)
{
  VnApi *api = g_new0 (VnApi, 1);

  g_return_val_if_fail (topology->sealed, NULL);
  api->topology = vn_topology_ref ((VnTopology *)topology);
  api->record = choices != NULL && choices->record != NULL ? json_object_ref (choices->record) : NULL;
  api->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, note_free);
  return api;
}

void
vn_api_free (VnApi *api)
{
  vn_topology_unref (api->topology);
  g_clear_pointer (&api->record, json_object_unref);
  g_hash_table_unref (api->notes);
  g_free (api);
}

const VnTopology *
vn_api_topology (const VnApi *api)
{
  return api->topology;
}

static void
answer_error (VnApiAnswer *ret, VnApiError *error)
{
  JsonObject *told = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), told);

  json_object_set_string_member (told, "type", error->type);
  json_object_set_string_member (told, "message", error->message);
  json_object_set_string_member (told, "detail", "");
  json_object_unref (told);
  vn_api_answer_object (ret, error->status, "NeutronError", node);
  ret->error_type = g_strdup (error->type);
  ret->message = g_strdup (error->message);
}

/* ---- paths ---- */

/* The parts of @path without the version in front. Transfer full. */
static GPtrArray *
split_path (const char *path)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) all = g_strsplit (path, "/", -1);

  for (gsize i = 0; all[i] != NULL; i++)
    if (*all[i] != '\0' && !(parts->len == 0 && g_str_equal (all[i], "v2.0")))
      g_ptr_array_add (parts, g_strdup (all[i]));
  if (parts->len > 0)
    {
      char *last = parts->pdata[parts->len - 1];

      if (g_str_has_suffix (last, ".json"))
        last[strlen (last) - strlen (".json")] = '\0';
    }
  return parts;
}

/* A prefix and, for a sub-resource, its owner and that one's id are taken off the front of @parts. */
static const VnApiResource *
take_resource (const VnApiCall *call, GPtrArray *parts, VnApiPath *path)
{
  g_autofree char *prefix = NULL;
  const VnApiResource *resource, *part;

  if (parts->len > 1 && g_str_equal (parts->pdata[0], "qos"))
    prefix = g_ptr_array_steal_index (parts, 0);
  resource = parts->len > 0 ? vn_api_resource (prefix, NULL, parts->pdata[0], call->server) : NULL;
  part = resource != NULL && parts->len > 2 ? vn_api_resource (prefix, resource, parts->pdata[2], call->server) : NULL;
  if (part == NULL)
    return resource;
  path->owner = parts->pdata[1];
  return part;
}

static gboolean
dispatch (VnApiCall *call, const char *method, GPtrArray *parts, VnApiPath *path, VnApiAnswer *ret)
{
  guint first;

  path->resource = take_resource (call, parts, path);
  first = path->owner != NULL ? 3 : 1;
  if (path->resource == NULL || parts->len > first + 2)
    return vn_api_refuse (call->error, 404, "HTTPNotFound", "The resource could not be found.");
  path->id = parts->len > first ? parts->pdata[first] : NULL;
  path->action = parts->len > first + 1 ? parts->pdata[first + 1] : NULL;
  return vn_api_run (call, method, path, ret);
}

void
vn_api_request_as (VnApi *api, const char *method, const char *path, JsonNode *body, const char *as, VnApiAnswer *ret)
{
  g_auto (GStrv) halves = g_strsplit (path, "?", 2);
  g_autoptr (GPtrArray) parts = split_path (halves[0] != NULL ? halves[0] : "");
  g_autoptr (GPtrArray) made = g_ptr_array_new ();
  g_auto (VnApiError) error = { 0 };
  VnApiPath asked = { .query = halves[0] != NULL ? halves[1] : NULL, .body = body };
  VnApiCall call = {
    .api = api,
    .server = vn_topology_server_config (api->topology),
    .as = as,
    .made = made,
    .error = &error,
  };

  *ret = (VnApiAnswer){ 0 };
  if (!dispatch (&call, method, parts, &asked, ret))
    answer_error (ret, &error);
  g_clear_pointer (&call.t, vn_topology_unref);
}

void
vn_api_request (VnApi *api, const char *method, const char *path, JsonNode *body, VnApiAnswer *ret)
{
  vn_api_request_as (api, method, path, body, NULL, ret);
}
