/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to its answer: path, method, body, handler, new topology.
 *
 * A handler works on a copy of the topology. If it refuses, the copy is thrown away; else it is sealed and takes the
 * place of the old one. So a request, also one for many objects, is done as a whole or not at all. */
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

/* ---- answers ---- */

static void
answer_object (VnApiAnswer *ret, guint status, const char *name, JsonNode *value)
{
  JsonObject *body = json_object_new ();

  ret->status = status;
  json_object_set_member (body, name, value);
  ret->body = json_node_init_object (json_node_alloc (), body);
  json_object_unref (body);
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
  answer_object (ret, error->status, "NeutronError", node);
  ret->error_type = g_strdup (error->type);
  ret->message = g_strdup (error->message);
}

static JsonNode *
object_node (JsonObject *object)
{
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  json_object_unref (object);
  return node;
}

static JsonNode *
shown_node (const VnApi *api, const VnApiResource *resource, VnApiRef ref)
{
  return object_node (vn_api_show (api, api->topology, resource, ref));
}

/* ---- changes ---- */

static gboolean
names_deleted (const VnTopology *old, const VnTopology *t, guint end)
{
  const VnEnd *e = vn_topology_end (old, end);

  return e->kind == VN_END_PORT && vn_topology_port (t, e->port)->deleted;
}

/* The user's checks of ports that are no longer there go with them. */
static void
drop_checks (VnApiCall *call)
{
  const VnTopology *old = call->api->topology;

  for (guint i = old->checks->len; i-- > 0;)
    {
      const VnCheckLine *check = VN_AT (old->checks, VnCheckLine, i);

      if (names_deleted (old, call->t, check->from) || names_deleted (old, call->t, check->to))
        g_ptr_array_remove_index (call->t->checks, i);
    }
}

/* Closes the copy and puts it in the place of the old topology. */
static gboolean
commit (VnApiCall *call)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  drop_checks (call);
  if (!vn_topology_seal (call->t, diags))
    return vn_api_refuse (call->error, 500, "HTTPInternalServerError", "the lab can't hold this: %s",
                          vn_diag_list_get (diags, 0)->message);
  vn_topology_unref (call->api->topology);
  call->api->topology = g_steal_pointer (&call->t);
  return TRUE;
}

static gboolean
check_quota (VnApiCall *call, const VnApiResource *resource, guint n_new)
{
  g_autoptr (GArray) refs = vn_api_refs (resource, call->t);
  gint64 limit;

  if (!resource->has_quota)
    return TRUE;
  limit = vn_config_int (call->server, resource->quota, resource->quota_default);
  if (limit < 0 || refs->len + n_new <= (guint64)limit)
    return TRUE;
  return vn_api_refuse (call->error, 409, "OverQuota", "Quota exceeded for resources: ['%s'].", resource->member);
}

/* What a real server made of the object. */
static JsonObject *
find_choice (const VnApiCall *call, const char *as, JsonObject *attrs)
{
  const char *name = as != NULL ? as : vn_json_text (json_object_get_member (attrs, "name"));
  JsonNode *node = call->api->record != NULL && name != NULL ? json_object_get_member (call->api->record, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Reads all the request's objects before the first one is made, as the server does. */
static GPtrArray *
read_all (VnApiCall *call, const VnApiResource *resource, JsonArray *requests)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);

  for (guint i = 0; i < json_array_get_length (requests); i++)
    {
      JsonNode *node = json_array_get_element (requests, i);
      JsonObject *attrs;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          vn_api_refuse (call->error, 400, "HTTPBadRequest", "Invalid input for %s: not a dictionary",
                         resource->member);
          return NULL;
        }
      attrs = vn_attrs_read (resource->attrs, VN_ATTR_POST, json_node_get_object (node), call->server, call->error);
      if (attrs == NULL)
        return NULL;
      g_ptr_array_add (all, attrs);
    }
  return g_steal_pointer (&all);
}

/* @refs: what was made is added. */
static gboolean
create_all (VnApiCall *call, const VnApiResource *resource, JsonArray *requests, GArray *refs)
{
  g_autoptr (GPtrArray) all = read_all (call, resource, requests);

  if (all == NULL || !check_quota (call, resource, all->len))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      VnApiRef ref = { 0, VN_NONE };

      call->attrs = all->pdata[i];
      call->choice = find_choice (call, call->as, call->attrs);
      if (!resource->create (call, &ref))
        return FALSE;
      g_array_append_val (refs, ref);
      vn_api_keep (call, vn_api_ref_id (resource, call->t, ref));
    }
  return TRUE;
}

/* The object below @name in the body, or the array below @names. */
static JsonNode *
body_member (JsonNode *body, const char *name)
{
  return body != NULL && JSON_NODE_HOLDS_OBJECT (body) ? json_object_get_member (json_node_get_object (body), name)
                                                       : NULL;
}

static gboolean
refuse_body (VnApiCall *call, JsonNode *body, const VnApiResource *resource)
{
  if (body == NULL)
    return vn_api_refuse (call->error, 400, "HTTPBadRequest", "Resource body required");
  return vn_api_refuse (call->error, 400, "HTTPBadRequest", "Unable to find '%s' in request body", resource->member);
}

/* ---- methods ---- */

typedef struct
{
  const VnApiResource *resource;
  char *id, *action; /* NULL = not in the path */
  const char *query; /* NULL = none */
  JsonNode *body;
} Request;

typedef gboolean (*Method) (VnApiCall *call, const Request *request, VnApiAnswer *ret);

static gboolean
do_list (VnApiCall *call, const Request *request, VnApiAnswer *ret)
{
  JsonArray *array = vn_api_list (call->api, request->resource, request->query, call->error);

  if (array == NULL)
    return FALSE;
  answer_object (ret, 200, request->resource->members, json_node_init_array (json_node_alloc (), array));
  json_array_unref (array);
  return TRUE;
}

static gboolean
do_show (VnApiCall *call, const Request *request, VnApiAnswer *ret)
{
  g_autoptr (JsonObject) object = NULL;
  VnApiRef ref;

  if (!vn_api_lookup (request->resource, call->t, request->id, &ref))
    {
      vn_api_find (call, request->resource, request->id);
      return FALSE;
    }
  object = vn_api_show (call->api, call->t, request->resource, ref);
  answer_object (ret, 200, request->resource->member, object_node (vn_api_pick_fields (object, request->query)));
  return TRUE;
}

static gboolean
do_create (VnApiCall *call, const Request *request, VnApiAnswer *ret)
{
  const VnApiResource *resource = request->resource;
  JsonNode *one = body_member (request->body, resource->member);
  JsonNode *many = body_member (request->body, resource->members);
  g_autoptr (GArray) refs = g_array_new (FALSE, TRUE, sizeof (VnApiRef));
  g_autoptr (JsonArray) requests = json_array_new ();

  if (one != NULL)
    json_array_add_element (requests, json_node_copy (one));
  else if (many != NULL && JSON_NODE_HOLDS_ARRAY (many) && json_array_get_length (json_node_get_array (many)) > 0)
    {
      json_array_unref (requests);
      requests = json_array_ref (json_node_get_array (many));
      call->as = NULL;
    }
  else
    return refuse_body (call, request->body, resource);
  if (!create_all (call, resource, requests, refs) || !commit (call))
    return FALSE;
  if (one != NULL)
    answer_object (ret, 201, resource->member, shown_node (call->api, resource, g_array_index (refs, VnApiRef, 0)));
  else
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; i < refs->len; i++)
        json_array_add_element (array, shown_node (call->api, resource, g_array_index (refs, VnApiRef, i)));
      answer_object (ret, 201, resource->members, json_node_init_array (json_node_alloc (), array));
      json_array_unref (array);
    }
  return TRUE;
}

static gboolean
do_update (VnApiCall *call, const Request *request, VnApiAnswer *ret)
{
  const VnApiResource *resource = request->resource;
  JsonNode *one = body_member (request->body, resource->member);
  g_autoptr (JsonObject) attrs = NULL;
  VnApiRef ref;

  if (one == NULL || !JSON_NODE_HOLDS_OBJECT (one))
    return refuse_body (call, request->body, resource);
  attrs = vn_attrs_read (resource->attrs, VN_ATTR_PUT, json_node_get_object (one), call->server, call->error);
  if (attrs == NULL)
    return FALSE;
  if (!vn_api_lookup (resource, call->t, request->id, &ref))
    {
      vn_api_find (call, resource, request->id);
      return FALSE;
    }
  call->attrs = attrs;
  call->choice = find_choice (call, call->as, attrs);
  if (!resource->update (call, ref) || !commit (call))
    return FALSE;
  vn_api_keep (call, request->id);
  answer_object (ret, 200, resource->member, shown_node (call->api, resource, ref));
  return TRUE;
}

static gboolean
do_remove (VnApiCall *call, const Request *request, VnApiAnswer *ret)
{
  VnApiRef ref;

  if (!vn_api_lookup (request->resource, call->t, request->id, &ref))
    {
      vn_api_find (call, request->resource, request->id);
      return FALSE;
    }
  if (!request->resource->remove (call, ref) || !commit (call))
    return FALSE;
  g_hash_table_remove (call->api->notes, request->id);
  ret->status = 204;
  return TRUE;
}

/* PUT …/add_addresses and …/remove_addresses: an update of its own. */
static gboolean
do_action (VnApiCall *call, const Request *request, VnApiAnswer *ret)
{
  gboolean adds = g_str_equal (request->action, "add_addresses");
  JsonNode *nested = body_member (request->body, request->resource->member);
  JsonNode *addresses = body_member (nested != NULL ? nested : request->body, "addresses");
  VnApiRef ref;

  if (request->resource != &VN_API_ADDRESS_GROUPS || (!adds && !g_str_equal (request->action, "remove_addresses")))
    return vn_api_refuse (call->error, 404, "HTTPNotFound", "The resource could not be found.");
  if (addresses == NULL)
    return vn_api_refuse (call->error, 400, "HTTPBadRequest", "Unable to find 'addresses' in request body");
  if (!vn_api_lookup (request->resource, call->t, request->id, &ref))
    {
      vn_api_find (call, request->resource, request->id);
      return FALSE;
    }
  if (!vn_api_change_addresses (call, ref.index, addresses, adds) || !commit (call))
    return FALSE;
  answer_object (ret, 200, request->resource->member, shown_node (call->api, request->resource, ref));
  return TRUE;
}

static const struct
{
  const char *method;
  guint n_parts; /* of the path: collection, id, action */
  gboolean changes;
  Method run;
} methods[] = {
  { "GET", 1, FALSE, do_list },  { "GET", 2, FALSE, do_show },     { "POST", 1, TRUE, do_create },
  { "PUT", 2, TRUE, do_update }, { "DELETE", 2, TRUE, do_remove }, { "PUT", 3, TRUE, do_action },
};

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

static gboolean
dispatch (VnApiCall *call, const char *method, GPtrArray *parts, Request *request, VnApiAnswer *ret)
{
  request->resource = parts->len > 0 ? vn_api_resource (parts->pdata[0], call->server) : NULL;
  if (request->resource == NULL || parts->len > 3)
    return vn_api_refuse (call->error, 404, "HTTPNotFound", "The resource could not be found.");
  request->id = parts->len > 1 ? parts->pdata[1] : NULL;
  request->action = parts->len > 2 ? parts->pdata[2] : NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (!g_str_equal (methods[i].method, method) || methods[i].n_parts != parts->len)
        continue;
      call->t = methods[i].changes ? vn_topology_copy (call->api->topology) : vn_topology_ref (call->api->topology);
      return methods[i].run (call, request, ret);
    }
  return vn_api_refuse (call->error, 405, "HTTPMethodNotAllowed", "The method %s is not allowed for this resource.",
                        method);
}

void
vn_api_request_as (VnApi *api, const char *method, const char *path, JsonNode *body, const char *as, VnApiAnswer *ret)
{
  g_auto (GStrv) halves = g_strsplit (path, "?", 2);
  g_autoptr (GPtrArray) parts = split_path (halves[0] != NULL ? halves[0] : "");
  g_autoptr (GPtrArray) made = g_ptr_array_new ();
  g_auto (VnApiError) error = { 0 };
  Request request = { .query = halves[0] != NULL ? halves[1] : NULL, .body = body };
  VnApiCall call = {
    .api = api,
    .server = vn_topology_server_config (api->topology),
    .as = as,
    .made = made,
    .error = &error,
  };

  *ret = (VnApiAnswer){ 0 };
  if (!dispatch (&call, method, parts, &request, ret))
    answer_error (ret, &error);
  g_clear_pointer (&call.t, vn_topology_unref);
}

void
vn_api_request (VnApi *api, const char *method, const char *path, JsonNode *body, VnApiAnswer *ret)
{
  vn_api_request_as (api, method, path, body, NULL, ret);
}
