/* SPDX-License-Identifier: Apache-2.0 */
/* Requests in short. */
#include "tests/lib/vn-test-api.h"

#include <string.h>

static const struct
{
  VnOptionId option;
  const char *text;
} usual[] = {
  { VN_OPT_ML2_TYPE_DRIVERS, "local,flat,vlan,vxlan" },
  { VN_OPT_ML2_TENANT_NETWORK_TYPES, "vxlan" },
  { VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge,l2population" },
  { VN_OPT_ML2_EXTENSION_DRIVERS, "port_security" },
  { VN_OPT_FLAT_NETWORKS, "physnet1" },
  { VN_OPT_VLAN_RANGES, "physnet1:100:101" },
  { VN_OPT_VXLAN_VNI_RANGES, "1001:1999" },
};

static VnMachine *
add_machine (VnTopology *t, const char *name)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup (name);
  g_ptr_array_add (t->machines, machine);
  return machine;
}

VnTopology *
vn_test_api_topology (VnOptionId option, ...)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTopology *t = vn_topology_new ();
  VnConfig *server = vn_config_new ();
  va_list args;

  t->seed = 1;
  add_machine (t, "controller")->server = server;
  add_machine (t, "h1")->agent = vn_config_new ();
  add_machine (t, "h2")->agent = vn_config_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    g_assert_true (vn_config_set (server, usual[i].option, usual[i].text, VN_ORIGIN_NONE, NULL));
  va_start (args, option);
  for (; option != VN_N_OPTIONS; option = va_arg (args, VnOptionId))
    g_assert_true (vn_config_set (server, option, va_arg (args, const char *), VN_ORIGIN_NONE, NULL));
  va_end (args);
  g_assert_true (vn_topology_seal (t, diags));
  return t;
}

/* Transfer full. */
static char *
expand (const char *text, GHashTable *ids)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end = text + 1;
      g_autofree char *name = NULL;

      for (; *text == '$' && g_ascii_isalnum (*end); end++)
        ;
      name = g_strndup (text + 1, (gsize)(end - text - 1));
      if (*text == '$' && g_hash_table_contains (ids, name))
        g_string_append (out, g_hash_table_lookup (ids, name));
      else
        g_string_append_c (out, *text == '\'' ? '"' : *text);
      text = *text == '$' && g_hash_table_contains (ids, name) ? end : text + 1;
    }
  return g_string_free (out, FALSE);
}

static JsonObject *
only_object (const VnApiAnswer *answer)
{
  g_autoptr (GList) values = NULL;

  if (answer->body == NULL)
    return NULL;
  values = json_object_get_values (json_node_get_object (answer->body));
  return JSON_NODE_HOLDS_OBJECT ((JsonNode *)values->data) ? json_node_get_object ((JsonNode *)values->data) : NULL;
}

void
vn_test_api_ask (VnApi *api, GHashTable *ids, const char *request, const char *body, VnApiAnswer *ret)
{
  const char *space = strchr (request, ' ');
  const char *equals = memchr (request, '=', (gsize)(space - request));
  g_autofree char *name = equals != NULL ? g_strndup (request, (gsize)(equals - request)) : NULL;
  const char *start = equals != NULL ? equals + 1 : request;
  g_autofree char *method = g_strndup (start, (gsize)(space - start));
  g_autofree char *path = expand (space + 1, ids);
  g_autofree char *text = body != NULL ? expand (body, ids) : NULL;
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  vn_api_request (api, method, path, node, ret);
  if (name != NULL && ret->status < 300 && only_object (ret) != NULL)
    g_hash_table_insert (ids, g_strdup (name), g_strdup (json_object_get_string_member (only_object (ret), "id")));
}

char *
vn_test_api_outcome (const VnApiAnswer *answer)
{
  return answer->error_type == NULL ? g_strdup_printf ("%u", answer->status)
                                    : g_strdup_printf ("%u %s", answer->status, answer->error_type);
}

char *
vn_test_api_attribute (const VnApiAnswer *answer, const char *name)
{
  JsonObject *object = only_object (answer);
  gboolean counts = *name == '#';
  JsonNode *value = object != NULL ? json_object_get_member (object, name + counts) : NULL;
  char *text;

  if (value == NULL)
    return g_strdup ("-");
  if (counts)
    return g_strdup_printf ("%u", json_array_get_length (json_node_get_array (value)));
  text = json_to_string (value, FALSE);
  return g_strdelimit (text, "\"", '\'');
}
