/* SPDX-License-Identifier: Apache-2.0 */
/* Objects as the API shows them: what the model knows, else what a request gave, else the attribute's fallback. */
#include "sim/api/vn-server-build.h"

#define PROJECT "vnetlab" /* whose requests they are, unless they name another one */

VnApiNote *
vn_api_note (const VnApi *api, const char *id)
{
  return g_hash_table_lookup (api->notes, id);
}

const char *
vn_api_note_text (const VnApi *api, const char *id, const char *name, const char *if_none)
{
  const VnApiNote *note = vn_api_note (api, id);
  const char *text = note != NULL ? vn_json_text (json_object_get_member (note->given, name)) : NULL;

  return text != NULL ? text : if_none;
}

void
vn_api_keep (VnApiCall *call, const char *id)
{
  VnApiNote *note = vn_api_note (call->api, id);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (note == NULL)
    {
      note = g_new0 (VnApiNote, 1);
      note->given = json_object_new ();
      g_hash_table_insert (call->api->notes, g_strdup (id), note);
    }
  else
    note->revision++;
  json_object_iter_init (&iter, call->attrs);
  while (json_object_iter_next (&iter, &name, &value))
    json_object_set_member (note->given, name, json_node_copy (value));
}

static JsonNode *
fallback (const VnAttr *attr)
{
  return attr->fallback != NULL ? json_from_string (attr->fallback, NULL) : json_node_new (JSON_NODE_NULL);
}

static const char *
project_of (const VnApi *api, const char *id)
{
  return vn_api_note_text (api, id, "project_id", vn_api_note_text (api, id, "tenant_id", PROJECT));
}

JsonObject *
vn_api_show (const VnApi *api, const VnTopology *t, const VnApiResource *resource, VnApiRef ref)
{
  const char *id = vn_api_ref_id (resource, t, ref);
  const VnApiNote *note = vn_api_note (api, id);
  g_autoptr (JsonObject) known = json_object_new ();
  JsonObject *shown = json_object_new ();

  json_object_set_string_member (known, "id", id);
  json_object_set_string_member (known, "project_id", project_of (api, id));
  json_object_set_string_member (known, "tenant_id", project_of (api, id));
  json_object_set_int_member (known, "revision_number", note != NULL ? note->revision : 0);
  resource->show (api, t, ref, known);
  for (const VnAttr *attr = resource->attrs; attr->name != NULL; attr++)
    {
      JsonNode *value = json_object_get_member (known, attr->name);

      if ((attr->flags & VN_ATTR_HIDDEN) != 0 || !vn_attr_is_there (attr, vn_topology_server_config (t)))
        continue;
      if (value == NULL && note != NULL)
        value = json_object_get_member (note->given, attr->name);
      json_object_set_member (shown, attr->name, value != NULL ? json_node_copy (value) : fallback (attr));
    }
  return shown;
}
