/* SPDX-License-Identifier: Apache-2.0 */
/* What a request of the API says, from the lab file: YAML as JSON, names as ids.
 *
 * The API refers to objects by ids, which a lab file rarely gives. So where a key is known to hold the id of an object,
 * or several, a name is put into its place. A UUID is left as it is: what is wrong with it, the server says. */
#include "sim/load/vn-load-build.h"

static const struct
{
  const char *key;  /* as written */
  const char *name; /* as the API has it */
  VnRefKind kind;
} references[] = {
  { "network", "network_id", VN_REF_NETWORK },
  { "network_id", "network_id", VN_REF_NETWORK },
  { "subnet", "subnet_id", VN_REF_SUBNET },
  { "subnet_id", "subnet_id", VN_REF_SUBNET },
  { "security_groups", "security_groups", VN_REF_GROUP },
  { "security_group_id", "security_group_id", VN_REF_GROUP },
  { "remote_group_id", "remote_group_id", VN_REF_GROUP },
  { "remote_address_group_id", "remote_address_group_id", VN_REF_ADDRESS_GROUP },
};

static const struct
{
  const char *resource;
  VnRefKind kind;
} resources[] = {
  { "networks", VN_REF_NETWORK },
  { "subnets", VN_REF_SUBNET },
  { "security-groups", VN_REF_GROUP },
  { "address-groups", VN_REF_ADDRESS_GROUP },
  { "ports", VN_REF_PORT },
};

/* The id of what is named so; the text itself if it is one, or if nothing is named so, which is a diagnostic then. */
static const char *
id_of (VnLoad *load, VnRefKind kind, const char *text, VnOrigin origin)
{
  guint end = kind == VN_REF_PORT ? vn_topology_find_end (load->t, text) : VN_NONE;
  guint index;

  if (g_uuid_string_is_valid (text))
    return text;
  if (end != VN_NONE && vn_topology_end (load->t, end)->kind == VN_END_PORT)
    return vn_topology_port (load->t, vn_topology_end (load->t, end)->port)->id;
  index = vn_load_ref (load, kind, text, origin);
  return index != VN_NONE ? vn_load_ref_id (load, kind, index) : text;
}

/* As YAML types what is not quoted. */
static JsonNode *
scalar (const char *text)
{
  static const VnWord booleans[] = { { "true", TRUE }, { "false", FALSE }, { NULL, 0 } };
  JsonNode *node = json_node_alloc ();
  guint64 number;
  int truth;

  if (vn_word_parse (booleans, text, &truth))
    return json_node_init_boolean (node, truth);
  if (vn_parse_uint (text, 0, G_MAXINT64, &number))
    return json_node_init_int (node, (gint64)number);
  return json_node_init_string (node, text);
}

static JsonNode *convert (VnLoad *load, const VnYaml *yaml, VnRefKind kind);

static JsonNode *
list (VnLoad *load, const VnYaml *yaml, VnRefKind kind)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < yaml->items->len; i++)
    json_array_add_element (array, convert (load, g_ptr_array_index (yaml->items, i), kind));
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
map (VnLoad *load, const VnYaml *yaml)
{
  g_autoptr (JsonObject) object = json_object_new ();

  for (guint i = 0; i < yaml->pairs->len; i++)
    {
      const VnYamlPair *pair = g_ptr_array_index (yaml->pairs, i);
      const char *name = pair->key;
      VnRefKind kind = VN_N_REFS;

      for (gsize j = 0; j < G_N_ELEMENTS (references); j++)
        if (g_str_equal (references[j].key, pair->key) && pair->value->kind != VN_YAML_MAP)
          {
            name = references[j].name;
            kind = references[j].kind;
          }
      json_object_set_member (object, name, convert (load, pair->value, kind));
    }
  return json_node_init_object (json_node_alloc (), object);
}

/* @kind: whose ids its scalars are; VN_N_REFS = none. The depth of @yaml is bounded by its reader. */
static JsonNode *
convert (VnLoad *load, const VnYaml *yaml, VnRefKind kind)
{
  switch (yaml->kind)
    {
    case VN_YAML_LIST:
      return list (load, yaml, kind);
    case VN_YAML_MAP:
      return map (load, yaml);
    case VN_YAML_SCALAR:
      return kind == VN_N_REFS
                 ? scalar (yaml->text)
                 : json_node_init_string (json_node_alloc (), id_of (load, kind, yaml->text, yaml->origin));
    case VN_YAML_NULL:
    default:
      return json_node_init_null (json_node_alloc ());
    }
}

JsonNode *
vn_load_json (VnLoad *load, const VnYaml *yaml)
{
  g_autoptr (GError) why = NULL;
  JsonNode *node;

  if (yaml->kind != VN_YAML_SCALAR)
    return convert (load, yaml, VN_N_REFS);
  node = json_from_string (yaml->text, &why);
  if (node == NULL)
    vn_diag_add (load->diags, VN_DIAG_WRONG_TYPE, yaml->origin, NULL, "body: expected a map, or JSON text: %s",
                 why != NULL ? why->message : "here is nothing");
  return node;
}

char *
vn_load_json_path (VnLoad *load, const VnField *path)
{
  g_auto (GStrv) parts = g_strsplit (vn_field_text (path, ""), "/", -1);

  for (gsize i = 0; parts[0] != NULL && parts[1] != NULL && i < G_N_ELEMENTS (resources); i++)
    if (g_str_equal (parts[0], resources[i].resource))
      {
        char *id = g_strdup (id_of (load, resources[i].kind, parts[1], path->origin));

        g_free (parts[1]);
        parts[1] = id;
      }
  return g_strjoinv ("/", parts);
}
