/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies against the tables of attributes. */
#include "sim/api/vn-attr.h"
#include "sim/model/vn-qos.h"

gboolean
vn_attr_is_there (const VnAttr *attr, const VnConfig *server)
{
  if ((attr->flags & VN_ATTR_SECURITY) != 0 && !vn_config_bool (server, VN_OPT_ENABLE_SECURITY_GROUP))
    return FALSE;
  if ((attr->flags & VN_ATTR_QOS) != 0 && !vn_qos_server_has (server))
    return FALSE;
  return (attr->flags & VN_ATTR_PORT_SECURITY) == 0 || vn_api_has_port_security (server);
}

const VnAttr *
vn_attr_find (const VnAttr *table, const char *name, const VnConfig *server)
{
  for (; table->name != NULL; table++)
    if (g_str_equal (table->name, name))
      return vn_attr_is_there (table, server) ? table : NULL;
  return NULL;
}

static gboolean
check_known (const VnAttr *table, JsonObject *request, const VnConfig *server, VnApiError *error)
{
  g_autoptr (GList) names = json_object_get_members (request);
  g_autoptr (GString) unknown = g_string_new (NULL);

  for (const GList *l = names; l != NULL; l = l->next)
    if (vn_attr_find (table, l->data, server) == NULL)
      g_string_append_printf (unknown, "%s%s", unknown->len > 0 ? ", " : "", (const char *)l->data);
  if (unknown->len > 0)
    return vn_api_refuse (error, 400, "HTTPBadRequest", "Unrecognized attribute(s) '%s'", unknown->str);
  return TRUE;
}

static gboolean
check_allowed (const VnAttr *table, guint flag, JsonObject *request, VnApiError *error)
{
  for (const VnAttr *attr = table; attr->name != NULL; attr++)
    {
      gboolean is_given = json_object_has_member (request, attr->name);

      if (flag == VN_ATTR_POST && !is_given && (attr->flags & VN_ATTR_REQUIRED) != 0)
        return vn_api_refuse (error, 400, "HTTPBadRequest",
                              "Failed to parse request. Required attribute '%s' not specified", attr->name);
      if (!is_given || (attr->flags & flag) != 0)
        continue;
      if (flag == VN_ATTR_POST)
        return vn_api_refuse (error, 400, "HTTPBadRequest", "Attribute '%s' not allowed in POST", attr->name);
      return vn_api_refuse (error, 400, "HTTPBadRequest", "Cannot update read-only attribute %s", attr->name);
    }
  return TRUE;
}

JsonObject *
vn_attrs_read (const VnAttr *table, guint flag, JsonObject *request, const VnConfig *server, VnApiError *error)
{
  g_autoptr (JsonObject) result = json_object_new ();

  if (!check_known (table, request, server, error) || !check_allowed (table, flag, request, error))
    return NULL;
  for (const VnAttr *attr = table; attr->name != NULL; attr++)
    {
      JsonNode *value = json_object_get_member (request, attr->name);

      if (value == NULL)
        continue;
      value = attr->judge == NULL ? json_node_copy (value) : attr->judge (attr, value, server, error);
      if (value == NULL)
        return NULL;
      json_object_set_member (result, attr->name, value);
    }
  return g_steal_pointer (&result);
}
