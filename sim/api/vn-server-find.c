/* SPDX-License-Identifier: Apache-2.0 */
/* The API's objects in the model. */
#include "sim/api/vn-server-build.h"
#include "sim/model/vn-qos.h"

static const VnApiResource *const resources[]
    = { &VN_API_NETWORKS,  &VN_API_SUBNETS,           &VN_API_PORTS,           &VN_API_GROUPS,
        &VN_API_RULES,     &VN_API_ADDRESS_GROUPS,    &VN_API_QOS_POLICIES,    &VN_API_QOS_LIMITS,
        &VN_API_QOS_MARKS, &VN_API_QOS_LIMIT_ALIASES, &VN_API_QOS_MARK_ALIASES };

static gboolean
is_there (const VnApiResource *resource, const VnConfig *server)
{
  if (resource->is_security && !vn_config_bool (server, VN_OPT_ENABLE_SECURITY_GROUP))
    return FALSE;
  return !resource->is_qos || vn_qos_server_has (server);
}

const VnApiResource *
vn_api_resource (const char *prefix, const VnApiResource *owner, const char *collection, const VnConfig *server)
{
  for (gsize i = 0; i < G_N_ELEMENTS (resources); i++)
    if (resources[i]->owner == owner && g_strcmp0 (resources[i]->prefix, prefix) == 0
        && g_str_equal (resources[i]->collection, collection))
      return is_there (resources[i], server) ? resources[i] : NULL;
  return NULL;
}

static GPtrArray *
array_of (const VnApiResource *resource, const VnTopology *t)
{
  return G_STRUCT_MEMBER (GPtrArray *, t, resource->array);
}

static const GPtrArray *
rules_of (const VnApiResource *resource, const VnTopology *t, guint index)
{
  return G_STRUCT_MEMBER (GPtrArray *, g_ptr_array_index (array_of (resource, t), index), resource->rules);
}

static void
add_rules (GArray *refs, const VnApiResource *resource, const VnTopology *t, guint index)
{
  const GPtrArray *rules = rules_of (resource, t, index);

  for (guint i = 0; i < rules->len; i++)
    {
      VnApiRef ref = { index, i };

      if (resource->is_mine == NULL || resource->is_mine (g_ptr_array_index (rules, i)))
        g_array_append_val (refs, ref);
    }
}

GArray *
vn_api_refs (const VnApiResource *resource, const VnTopology *t)
{
  GArray *refs = g_array_new (FALSE, TRUE, sizeof (VnApiRef));
  GPtrArray *array = array_of (resource, t);

  for (guint i = 0; i < array->len; i++)
    {
      VnApiRef ref = { i, VN_NONE };

      if (G_STRUCT_MEMBER (gboolean, g_ptr_array_index (array, i), resource->deleted))
        continue;
      if (resource->is_rule)
        add_rules (refs, resource, t, i);
      else
        g_array_append_val (refs, ref);
    }
  return refs;
}

const char *
vn_api_ref_id (const VnApiResource *resource, const VnTopology *t, VnApiRef ref)
{
  if (resource->is_rule)
    return G_STRUCT_MEMBER (char *, g_ptr_array_index (rules_of (resource, t, ref.index), ref.rule), resource->rule_id);
  return G_STRUCT_MEMBER (char *, g_ptr_array_index (array_of (resource, t), ref.index), resource->id);
}

gboolean
vn_api_lookup (const VnApiResource *resource, const VnTopology *t, const char *id, VnApiRef *ret)
{
  g_autoptr (GArray) refs = vn_api_refs (resource, t);

  for (guint i = 0; i < refs->len; i++)
    {
      VnApiRef ref = g_array_index (refs, VnApiRef, i);

      if (g_strcmp0 (vn_api_ref_id (resource, t, ref), id) != 0)
        continue;
      *ret = ref;
      return TRUE;
    }
  return FALSE;
}

guint
vn_api_find (VnApiCall *call, const VnApiResource *resource, const char *id)
{
  VnApiRef ref;

  if (id != NULL && vn_api_lookup (resource, call->t, id, &ref))
    return ref.index;
  vn_api_refuse (call->error, 404, resource->not_found, "%s %s could not be found.", resource->what,
                 id != NULL ? id : "None");
  return VN_NONE;
}

gboolean
vn_call_has (const VnApiCall *call, const char *name)
{
  return json_object_has_member (call->attrs, name);
}

const char *
vn_call_text (const VnApiCall *call, const char *name, const char *if_none)
{
  const char *text = vn_json_text (json_object_get_member (call->attrs, name));

  return text != NULL ? text : if_none;
}

gboolean
vn_call_bool (const VnApiCall *call, const char *name, gboolean if_none)
{
  return json_object_get_boolean_member_with_default (call->attrs, name, if_none);
}

gint64
vn_call_int (const VnApiCall *call, const char *name, gint64 if_none)
{
  return json_object_get_int_member_with_default (call->attrs, name, if_none);
}

JsonArray *
vn_call_array (const VnApiCall *call, const char *name)
{
  JsonNode *node = json_object_get_member (call->attrs, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonNode *
vn_call_choice (const VnApiCall *call, const char *name)
{
  return call->choice != NULL ? json_object_get_member (call->choice, name) : NULL;
}
