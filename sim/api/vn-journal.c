/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as lines of text, and as events. */
#include "sim/api/vn-journal.h"
#include "sim/base/vn-error.h"
#include "sim/model/vn-event.h"

void
vn_api_request_clear (VnApiRequest *request)
{
  g_clear_pointer (&request->method, g_free);
  g_clear_pointer (&request->path, g_free);
  g_clear_pointer (&request->body, json_node_unref);
  g_clear_pointer (&request->as, g_free);
}

gboolean
vn_api_request_init (VnApiRequest *ret, const char *method, const char *path, const char *body, GError **error)
{
  g_autoptr (GError) why = NULL;
  JsonNode *node = NULL;

  if (body != NULL && *body != '\0')
    {
      node = json_from_string (body, &why);
      if (node == NULL)
        return vn_error_set (error, VN_ERROR_INPUT, "the body is not JSON: %s",
                             why != NULL ? why->message : "there is nothing in it");
    }
  *ret = (VnApiRequest){ g_ascii_strup (method, -1), g_strdup (path), node, NULL };
  return TRUE;
}

gboolean
vn_api_request_changes (const VnApiRequest *request)
{
  return !g_str_equal (request->method, "GET");
}

char *
vn_api_request_to_text (const VnApiRequest *request)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "method", request->method);
  json_object_set_string_member (object, "path", request->path);
  if (request->body != NULL)
    json_object_set_member (object, "body", json_node_copy (request->body));
  if (request->as != NULL)
    json_object_set_string_member (object, "as", request->as);
  json_node_take_object (node, object);
  return json_to_string (node, FALSE);
}

static const char *
text_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

gboolean
vn_api_request_from_text (const char *text, VnApiRequest *ret, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *method = object != NULL ? text_member (object, "method") : NULL;
  const char *path = object != NULL ? text_member (object, "path") : NULL;
  JsonNode *body = object != NULL ? json_object_get_member (object, "body") : NULL;

  if (method == NULL || path == NULL)
    return vn_error_set (error, VN_ERROR_INPUT, "\"%s\" is no request: expected {\"method\": …, \"path\": …}", text);
  *ret = (VnApiRequest){ g_strdup (method), g_strdup (path), body != NULL ? json_node_copy (body) : NULL,
                         g_strdup (text_member (object, "as")) };
  return TRUE;
}

gboolean
vn_api_request_do (VnApi *api, const VnApiRequest *request, GArray *events, VnApiAnswer *ret)
{
  g_autoptr (VnTopology) before = vn_topology_ref ((VnTopology *)vn_api_topology (api));

  vn_api_request_as (api, request->method, request->path, request->body, request->as, ret);
  if (vn_api_topology (api) == before)
    return FALSE;
  vn_events_add_api (events, vn_api_topology (api), VN_ORIGIN_NONE);
  return TRUE;
}
