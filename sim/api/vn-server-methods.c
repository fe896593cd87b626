/* SPDX-License-Identifier: Apache-2.0 */
/* What the methods do: body, handler, new topology, answer.
 *
 * A handler works on a copy of the topology. If it refuses, the copy is thrown away; else it is sealed and takes the
 * place of the old one. So a request, also one for many objects, is done as a whole or not at all. */
#include "sim/api/vn-server-build.h"

void
vn_api_answer_object (VnApiAnswer *ret, guint status, const char *name, JsonNode *value)
{
  JsonObject *body = json_object_new ();

  ret->status = status;
  json_object_set_member (body, name, value);
  ret->body = json_node_init_object (json_node_alloc (), body);
  json_object_unref (body);
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

/* The object that the path names; one of another owner is none. */
static gboolean
look_up (VnApiCall *call, const VnApiPath *path, VnApiRef *ret)
{
  if (vn_api_lookup (path->resource, call->t, path->id, ret) && (call->owner == VN_NONE || call->owner == ret->index))
    return TRUE;
  return vn_api_refuse (call->error, 404, path->resource->not_found, "%s %s could not be found.", path->resource->what,
                        path->id);
}

static gboolean
do_list (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret)
{
  JsonArray *array = vn_api_list (call->api, path->resource, call->owner, path->query, call->error);

  if (array == NULL)
    return FALSE;
  vn_api_answer_object (ret, 200, path->resource->members, json_node_init_array (json_node_alloc (), array));
  json_array_unref (array);
  return TRUE;
}

static gboolean
do_show (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret)
{
  g_autoptr (JsonObject) object = NULL;
  VnApiRef ref;

  if (!look_up (call, path, &ref))
    return FALSE;
  object = vn_api_show (call->api, call->t, path->resource, ref);
  vn_api_answer_object (ret, 200, path->resource->member, object_node (vn_api_pick_fields (object, path->query)));
  return TRUE;
}

static gboolean
do_create (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret)
{
  const VnApiResource *resource = path->resource;
  JsonNode *one = body_member (path->body, resource->member);
  JsonNode *many = body_member (path->body, resource->members);
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
    return refuse_body (call, path->body, resource);
  if (!create_all (call, resource, requests, refs) || !commit (call))
    return FALSE;
  if (one != NULL)
    vn_api_answer_object (ret, 201, resource->member,
                          shown_node (call->api, resource, g_array_index (refs, VnApiRef, 0)));
  else
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; i < refs->len; i++)
        json_array_add_element (array, shown_node (call->api, resource, g_array_index (refs, VnApiRef, i)));
      vn_api_answer_object (ret, 201, resource->members, json_node_init_array (json_node_alloc (), array));
      json_array_unref (array);
    }
  return TRUE;
}

static gboolean
do_update (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret)
{
  const VnApiResource *resource = path->resource;
  JsonNode *one = body_member (path->body, resource->member);
  g_autoptr (JsonObject) attrs = NULL;
  VnApiRef ref;

  if (one == NULL || !JSON_NODE_HOLDS_OBJECT (one))
    return refuse_body (call, path->body, resource);
  attrs = vn_attrs_read (resource->attrs, VN_ATTR_PUT, json_node_get_object (one), call->server, call->error);
  if (attrs == NULL)
    return FALSE;
  if (!look_up (call, path, &ref))
    return FALSE;
  call->attrs = attrs;
  call->choice = find_choice (call, call->as, attrs);
  if (!resource->update (call, ref) || !commit (call))
    return FALSE;
  vn_api_keep (call, path->id);
  vn_api_answer_object (ret, 200, resource->member, shown_node (call->api, resource, ref));
  return TRUE;
}

static gboolean
do_remove (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret)
{
  VnApiRef ref;

  if (!look_up (call, path, &ref))
    return FALSE;
  if (!path->resource->remove (call, ref) || !commit (call))
    return FALSE;
  g_hash_table_remove (call->api->notes, path->id);
  ret->status = 204;
  return TRUE;
}

/* PUT …/add_addresses and …/remove_addresses: an update of its own. */
static gboolean
do_action (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret)
{
  gboolean adds = g_str_equal (path->action, "add_addresses");
  JsonNode *nested = body_member (path->body, path->resource->member);
  JsonNode *addresses = body_member (nested != NULL ? nested : path->body, "addresses");
  VnApiRef ref;

  if (path->resource != &VN_API_ADDRESS_GROUPS || (!adds && !g_str_equal (path->action, "remove_addresses")))
    return vn_api_refuse (call->error, 404, "HTTPNotFound", "The resource could not be found.");
  if (addresses == NULL)
    return vn_api_refuse (call->error, 400, "HTTPBadRequest", "Unable to find 'addresses' in request body");
  if (!look_up (call, path, &ref))
    return FALSE;
  if (!vn_api_change_addresses (call, ref.index, addresses, adds) || !commit (call))
    return FALSE;
  vn_api_answer_object (ret, 200, path->resource->member, shown_node (call->api, path->resource, ref));
  return TRUE;
}

typedef gboolean (*Method) (VnApiCall *call, const VnApiPath *path, VnApiAnswer *ret);

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

static gboolean
find_owner (VnApiCall *call, const VnApiPath *path)
{
  call->owner = VN_NONE;
  if (path->owner == NULL)
    return TRUE;
  call->owner = vn_api_find (call, path->resource->owner, path->owner);
  return call->owner != VN_NONE;
}

gboolean
vn_api_run (VnApiCall *call, const char *method, const VnApiPath *path, VnApiAnswer *ret)
{
  guint n_parts = path->id == NULL ? 1 : path->action == NULL ? 2 : 3;

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (!g_str_equal (methods[i].method, method) || methods[i].n_parts != n_parts)
        continue;
      call->t = methods[i].changes ? vn_topology_copy (call->api->topology) : vn_topology_ref (call->api->topology);
      return find_owner (call, path) && methods[i].run (call, path, ret);
    }
  return vn_api_refuse (call->error, 405, "HTTPMethodNotAllowed", "The method %s is not allowed for this resource.",
                        method);
}
