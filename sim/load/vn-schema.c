/* SPDX-License-Identifier: Apache-2.0 */
/* The lab file's JSON schema (draft 2020-12) and its documentation, both from the key tables.
 *
 * Maps by name are merged when a lab extends another, so a part of one is valid by itself: there the schema does not
 * insist on keys that are needed. Lists are replaced as a whole, so the maps in them must be complete. */
#include "sim/load/vn-keys-lab.h"
#include "sim/load/vn-load.h"

#include <json-glib/json-glib.h>

#include <string.h>

#define SCHEMA_URI "https://json-schema.org/draft/2020-12/schema"
#define MAX_EXACT ((guint64)1 << 53) /* integers beyond are not exact in JSON */

typedef struct
{
  JsonObject *defs;
} Schema;

static void add_map (Schema *schema, const VnKeyMap *map, gboolean is_complete);

static char *
def_name (const VnKeyMap *map)
{
  return g_strdelimit (g_strdup (map->name), " '", '_');
}

/* ---- small builders; each returns a new object that its caller puts somewhere ---- */

static JsonObject *
typed (const char *type)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  return object;
}

/* @types: separated by blanks. */
static JsonObject *
typed_as_any (const char *types)
{
  g_auto (GStrv) words = g_strsplit (types, " ", -1);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (gsize i = 0; words[i] != NULL; i++)
    json_array_add_string_element (array, words[i]);
  json_object_set_array_member (object, "type", array);
  return object;
}

static JsonObject *
any_of (JsonObject *first, JsonObject *second)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  json_array_add_object_element (array, first);
  json_array_add_object_element (array, second);
  json_object_set_array_member (object, "anyOf", array);
  return object;
}

static JsonObject *
reference (const VnKeyMap *map)
{
  JsonObject *object = json_object_new ();
  g_autofree char *name = def_name (map);
  g_autofree char *path = g_strdup_printf ("#/$defs/%s", name);

  json_object_set_string_member (object, "$ref", path);
  return object;
}

static JsonObject *
array_of (JsonObject *items)
{
  JsonObject *object = typed ("array");

  json_object_set_object_member (object, "items", items);
  return object;
}

static JsonObject *
map_of (JsonObject *values)
{
  JsonObject *object = typed ("object");

  json_object_set_object_member (object, "additionalProperties", values);
  return object;
}

static JsonObject *
patterned (const char *pattern)
{
  JsonObject *object = typed_as_any ("string null");

  json_object_set_string_member (object, "pattern", pattern);
  return object;
}

/* ---- one key type each ---- */

#define SCALAR_TYPES "string number boolean"

static JsonObject *
scalar (const VnKey *key G_GNUC_UNUSED)
{
  return typed_as_any (SCALAR_TYPES " null");
}

static JsonObject *
name (const VnKey *key G_GNUC_UNUSED)
{
  JsonObject *object = typed_as_any (SCALAR_TYPES " null");

  json_object_set_int_member (object, "minLength", 1);
  return object;
}

static JsonObject *
boolean (const VnKey *key G_GNUC_UNUSED)
{
  return typed_as_any ("boolean null");
}

static JsonObject *
number (const VnKey *key)
{
  JsonObject *object = typed_as_any ("integer null");

  json_object_set_int_member (object, "minimum", (gint64)key->min);
  if (key->max <= MAX_EXACT)
    json_object_set_int_member (object, "maximum", (gint64)key->max);
  return object;
}

static JsonObject *
api (const VnKey *key G_GNUC_UNUSED)
{
  return typed_as_any ("string integer null");
}

static JsonObject *
ip (const VnKey *key G_GNUC_UNUSED)
{
  return patterned ("^[0-9A-Fa-f.:]+$");
}

static JsonObject *
prefix (const VnKey *key G_GNUC_UNUSED)
{
  return patterned ("^[0-9A-Fa-f.:]+/[0-9]+$");
}

static JsonObject *
assign (const VnKey *key G_GNUC_UNUSED)
{
  return patterned ("^(dhcp|[0-9A-Fa-f.:]+/[0-9]+)$");
}

static JsonObject *
mac (const VnKey *key G_GNUC_UNUSED)
{
  return patterned ("^[0-9A-Fa-f]{1,2}([:-][0-9A-Fa-f]{1,2}){5}$");
}

static JsonObject *
uuid (const VnKey *key G_GNUC_UNUSED)
{
  JsonObject *object = typed_as_any ("string null");

  json_object_set_string_member (object, "format", "uuid");
  return object;
}

static JsonObject *
word (const VnKey *key)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (const VnWord *it = key->words; it->word != NULL; it++)
    json_array_add_string_element (array, it->word);
  json_array_add_null_element (array);
  json_object_set_array_member (object, "enum", array);
  return object;
}

static JsonObject *
texts (const VnKey *key G_GNUC_UNUSED)
{
  return any_of (array_of (typed_as_any (SCALAR_TYPES)), typed ("null"));
}

static JsonObject *
text_map (const VnKey *key G_GNUC_UNUSED)
{
  return any_of (map_of (typed_as_any (SCALAR_TYPES)), typed ("null"));
}

static JsonObject *
child_map (const VnKey *key)
{
  return any_of (reference (key->child), typed ("null"));
}

static JsonObject *
child_maps (const VnKey *key)
{
  return any_of (array_of (reference (key->child)), typed ("null"));
}

static JsonObject *
child_named (const VnKey *key)
{
  return any_of (any_of (map_of (child_map (key)), array_of (reference (key->child))), typed ("null"));
}

static JsonObject *
child_names (const VnKey *key)
{
  return any_of (array_of (any_of (typed_as_any ("string number"), reference (key->child))), typed ("null"));
}

static JsonObject *
any (const VnKey *key G_GNUC_UNUSED)
{
  return json_object_new ();
}

static JsonObject *
tree (const VnKey *key G_GNUC_UNUSED)
{
  return typed_as_any ("object string null");
}

static JsonObject *(*const builders[]) (const VnKey *key) = {
  [VN_KEY_TEXT] = scalar,   [VN_KEY_NAME] = name,       [VN_KEY_BOOL] = boolean,      [VN_KEY_NUMBER] = number,
  [VN_KEY_API] = api,       [VN_KEY_IP] = ip,           [VN_KEY_PREFIX] = prefix,     [VN_KEY_MAC] = mac,
  [VN_KEY_UUID] = uuid,     [VN_KEY_WORD] = word,       [VN_KEY_TEXTS] = texts,       [VN_KEY_TEXT_MAP] = text_map,
  [VN_KEY_MAP] = child_map, [VN_KEY_MAPS] = child_maps, [VN_KEY_NAMED] = child_named, [VN_KEY_NAMES] = child_names,
  [VN_KEY_ANY] = any,       [VN_KEY_ASSIGN] = assign,   [VN_KEY_TREE] = tree,
};
G_STATIC_ASSERT (G_N_ELEMENTS (builders) == VN_N_KEY_TYPES);

/* ---- maps ---- */

static gboolean
is_list (VnKeyType type)
{
  return type == VN_KEY_MAPS || type == VN_KEY_NAMES;
}

static const VnKey *
other_spelling (const VnKeyMap *map, const VnKey *key)
{
  for (gsize i = 0; i < map->n_keys; i++)
    if (&map->keys[i] != key && map->keys[i].offset == key->offset && map->keys[i].type != VN_KEY_ANY)
      return &map->keys[i];
  return NULL;
}

static JsonObject *
requires (const char *key)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  json_array_add_string_element (array, key);
  json_object_set_array_member (object, "required", array);
  return object;
}

/* A key with two spellings is asked for in either. */
static void
add_required (JsonObject *object, const VnKeyMap *map)
{
  JsonArray *all = json_array_new ();

  for (gsize i = 0; i < map->n_keys; i++)
    {
      const VnKey *key = &map->keys[i];
      const VnKey *other = other_spelling (map, key);

      if ((key->flags & VN_KEY_REQUIRED) != 0)
        json_array_add_object_element (all, other == NULL ? requires (key->key)
                                                          : any_of (requires (key->key), requires (other->key)));
    }
  if (json_array_get_length (all) > 0)
    json_object_set_array_member (object, "allOf", all);
  else
    json_array_unref (all);
}

static JsonObject *
map_schema (const VnKeyMap *map, gboolean is_complete)
{
  JsonObject *object = typed ("object");
  JsonObject *properties = json_object_new ();

  json_object_set_string_member (object, "description", map->doc);
  for (gsize i = 0; i < map->n_keys; i++)
    {
      JsonObject *property = builders[map->keys[i].type](&map->keys[i]);

      if (*map->keys[i].doc != '\0')
        json_object_set_string_member (property, "description", map->keys[i].doc);
      json_object_set_object_member (properties, map->keys[i].key, property);
    }
  json_object_set_object_member (object, "properties", properties);
  json_object_set_boolean_member (object, "additionalProperties", FALSE);
  if (is_complete)
    add_required (object, map);
  return object;
}

static void
add_children (Schema *schema, const VnKeyMap *map, gboolean is_complete)
{
  for (gsize i = 0; i < map->n_keys; i++)
    if (map->keys[i].child != NULL)
      add_map (schema, map->keys[i].child, is_complete || is_list (map->keys[i].type));
}

static void
add_map (Schema *schema, const VnKeyMap *map, gboolean is_complete)
{
  g_autofree char *key = def_name (map);

  if (json_object_has_member (schema->defs, key))
    return;
  json_object_set_object_member (schema->defs, key, map_schema (map, is_complete));
  add_children (schema, map, is_complete);
}

char *
vn_load_schema (void)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = map_schema (&VN_KEYS_LAB, FALSE);
  Schema schema = { json_object_new () };
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "$schema", SCHEMA_URI);
  json_object_set_string_member (object, "title", "vnetlab lab file");
  json_object_set_array_member (object, "anyOf", json_array_new ());
  json_array_add_object_element (json_object_get_array_member (object, "anyOf"), requires ("vnetlab"));
  json_array_add_object_element (json_object_get_array_member (object, "anyOf"), requires ("extends"));
  add_children (&schema, &VN_KEYS_LAB, FALSE);
  json_object_set_object_member (object, "$defs", schema.defs);
  json_node_take_object (root, object);
  text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

/* ---- documentation ---- */

static void
append_words (GString *out, const VnWord *words)
{
  for (const VnWord *it = words; it->word != NULL; it++)
    g_string_append_printf (out, "%s`%s`", it == words ? "" : ", ", it->word);
}

/* As Markdown renderers make an anchor of a heading. */
static void
append_link (GString *out, const VnKeyMap *map)
{
  g_string_append_printf (out, ": [%s](#", map->name);
  for (const char *c = map->name; *c != '\0'; c++)
    if (*c != '\'')
      g_string_append_c (out, *c == ' ' ? '-' : g_ascii_tolower (*c));
  g_string_append_c (out, ')');
}

static void
append_value (GString *out, const VnKey *key)
{
  if (key->type == VN_KEY_WORD)
    append_words (out, key->words);
  else if (key->type == VN_KEY_NUMBER && key->max <= MAX_EXACT)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, key->min, key->max);
  else
    g_string_append (out, vn_key_type_name (key->type));
  if (key->child != NULL)
    append_link (out, key->child);
}

static void
append_key (GString *out, const VnKey *key)
{
  g_string_append_printf (out, "| `%s` | ", key->key);
  append_value (out, key);
  g_string_append_printf (out, " | %s | %s |\n",
                          (key->flags & VN_KEY_REQUIRED) != 0 ? "**needed**"
                          : key->default_text != NULL         ? key->default_text
                                                              : "",
                          key->doc);
}

static void
append_exported (GString *out, const VnKeyMap *map)
{
  gboolean any_yet = FALSE;

  for (gsize i = 0; i < map->n_keys; i++)
    {
      if (*map->keys[i].doc != '\0')
        continue;
      g_string_append_printf (out, "%s`%s`", any_yet ? ", " : "\nTaken without effect: ", map->keys[i].key);
      any_yet = TRUE;
    }
  if (any_yet)
    g_string_append (out, ".\n");
}

static void
append_map (GString *out, const VnKeyMap *map, GHashTable *done)
{
  if (!g_hash_table_add (done, (gpointer)map))
    return;
  g_string_append_printf (out, "### %s\n\n%s\n\n| key | value | default | what |\n|---|---|---|---|\n", map->name,
                          map->doc);
  for (gsize i = 0; i < map->n_keys; i++)
    if (*map->keys[i].doc != '\0')
      append_key (out, &map->keys[i]);
  append_exported (out, map);
  g_string_append_c (out, '\n');
  for (gsize i = 0; i < map->n_keys; i++)
    if (map->keys[i].child != NULL)
      append_map (out, map->keys[i].child, done);
}

char *
vn_load_keys_markdown (void)
{
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
  GString *out = g_string_new (NULL);

  append_map (out, &VN_KEYS_LAB, done);
  g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}
