/* SPDX-License-Identifier: Apache-2.0 */
/* One reader for all key tables: finds each key's row, checks the value by the row's type, fills the row's field.
 *
 * A field that is wrong is reported and stays empty, and reading goes on, so that one run shows every problem. */
#include "sim/load/vn-keys.h"

#include <string.h>

typedef struct
{
  const VnKey *key;
  const VnYaml *node;
  VnDiagList *diags;
} Value;

/* Parsers return FALSE for text that is not of their type. */
typedef gboolean (*ParseFunc) (const VnKey *key, const char *text, VnField *field);

static gboolean
parse_any (const VnKey *key G_GNUC_UNUSED, const char *text G_GNUC_UNUSED, VnField *field G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
parse_name (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field G_GNUC_UNUSED)
{
  return *text != '\0';
}

static const VnWord booleans[] = {
  { "true", TRUE },   { "True", TRUE },   { "TRUE", TRUE }, { "false", FALSE },
  { "False", FALSE }, { "FALSE", FALSE }, { NULL, 0 },
};

static gboolean
parse_bool (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field)
{
  return vn_word_parse (booleans, text, &field->u.boolean);
}

static gboolean
parse_number (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field)
{
  return vn_parse_uint (text, 0, G_MAXUINT64, &field->u.number);
}

static gboolean
parse_ip (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field)
{
  return vn_ip_parse (text, &field->u.ip);
}

static gboolean
parse_prefix (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field)
{
  return strchr (text, '/') != NULL && vn_prefix_parse (text, &field->u.prefix);
}

static gboolean
parse_assign (const VnKey *key, const char *text, VnField *field)
{
  return g_str_equal (text, "dhcp") || parse_prefix (key, text, field);
}

static gboolean
parse_mac (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field)
{
  return vn_mac_parse (text, &field->u.mac);
}

static gboolean
parse_uuid (const VnKey *key G_GNUC_UNUSED, const char *text, VnField *field G_GNUC_UNUSED)
{
  return g_uuid_string_is_valid (text);
}

static const struct
{
  const char *name;
  VnYamlKind kinds[2]; /* what YAML must have there; NULL as the second = only the first */
  ParseFunc parse;     /* of a scalar */
} types[] = {
  [VN_KEY_TEXT] = { "a text", { VN_YAML_SCALAR }, parse_any },
  [VN_KEY_NAME] = { "a name", { VN_YAML_SCALAR }, parse_name },
  [VN_KEY_BOOL] = { "true or false", { VN_YAML_SCALAR }, parse_bool },
  [VN_KEY_NUMBER] = { "a number", { VN_YAML_SCALAR }, parse_number },
  [VN_KEY_API] = { "a number or text", { VN_YAML_SCALAR }, parse_any },
  [VN_KEY_IP] = { "an IP address", { VN_YAML_SCALAR }, parse_ip },
  [VN_KEY_PREFIX] = { "an address with its prefix length", { VN_YAML_SCALAR }, parse_prefix },
  [VN_KEY_ASSIGN] = { "an address with its prefix length, or dhcp", { VN_YAML_SCALAR }, parse_assign },
  [VN_KEY_MAC] = { "a MAC address", { VN_YAML_SCALAR }, parse_mac },
  [VN_KEY_UUID] = { "a UUID", { VN_YAML_SCALAR }, parse_uuid },
  [VN_KEY_WORD] = { "a word", { VN_YAML_SCALAR }, parse_any },
  [VN_KEY_TEXTS] = { "a list of texts", { VN_YAML_LIST }, NULL },
  [VN_KEY_TEXT_MAP] = { "a map of texts", { VN_YAML_MAP }, NULL },
  [VN_KEY_MAP] = { "a map", { VN_YAML_MAP }, NULL },
  [VN_KEY_MAPS] = { "a list of maps", { VN_YAML_LIST }, NULL },
  [VN_KEY_NAMED] = { "a map by names, or a list of maps", { VN_YAML_MAP, VN_YAML_LIST }, NULL },
  [VN_KEY_NAMES] = { "a list of names or maps", { VN_YAML_LIST }, NULL },
  [VN_KEY_TREE] = { "a map, or JSON text", { VN_YAML_MAP, VN_YAML_SCALAR }, parse_any },
  [VN_KEY_ANY] = { "anything", { VN_YAML_SCALAR }, NULL },
};
G_STATIC_ASSERT (G_N_ELEMENTS (types) == VN_N_KEY_TYPES);

const char *
vn_key_type_name (VnKeyType type)
{
  return types[type].name;
}

static void
wrong_type (const Value *value)
{
  g_autofree char *text = value->node->kind == VN_YAML_SCALAR ? vn_text_printable (value->node->text) : NULL;

  vn_diag_add (value->diags, VN_DIAG_WRONG_TYPE, value->node->origin, NULL, "%s: expected %s, not %s%s%s",
               value->key->key, types[value->key->type].name, text != NULL ? "\"" : "",
               text != NULL ? text : vn_yaml_kind_name (value->node->kind), text != NULL ? "\"" : "");
}

static gboolean
check_word (const Value *value, VnField *field)
{
  g_autofree char *list = NULL;
  g_autofree char *hint = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) words = NULL;

  if (vn_word_parse (value->key->words, value->node->text, &field->u.word))
    return TRUE;
  words = g_ptr_array_new ();
  for (const VnWord *word = value->key->words; word->word != NULL; word++)
    g_ptr_array_add (words, (gpointer)word->word);
  g_ptr_array_add (words, NULL);
  list = vn_word_list (value->key->words);
  hint = vn_suggest_hint (value->node->text, (const char *const *)words->pdata);
  text = vn_text_printable (value->node->text);
  vn_diag_add (value->diags, VN_DIAG_BAD_VALUE, value->node->origin, hint, "%s: expected %s, not \"%s\"",
               value->key->key, list, text);
  return FALSE;
}

static gboolean
check_range (const Value *value, const VnField *field)
{
  if (field->u.number >= value->key->min && field->u.number <= value->key->max)
    return TRUE;
  vn_diag_add (value->diags, VN_DIAG_BAD_VALUE, value->node->origin, NULL,
               "%s: expected %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", not %s", value->key->key, value->key->min,
               value->key->max, value->node->text);
  return FALSE;
}

static gboolean
read_scalar (const Value *value, VnField *field)
{
  if (!types[value->key->type].parse (value->key, value->node->text, field))
    {
      wrong_type (value);
      return FALSE;
    }
  if (value->key->type == VN_KEY_WORD)
    return check_word (value, field);
  if (value->key->type == VN_KEY_NUMBER)
    return check_range (value, field);
  return TRUE;
}

/* Items of a list of texts and values of a map of texts must be scalars. */
static gboolean
read_texts (const Value *value)
{
  gboolean is_map = value->node->kind == VN_YAML_MAP;
  guint len = is_map ? value->node->pairs->len : value->node->items->len;
  gboolean good = TRUE;

  for (guint i = 0; i < len; i++)
    {
      const VnYaml *item = is_map ? ((VnYamlPair *)g_ptr_array_index (value->node->pairs, i))->value
                                  : g_ptr_array_index (value->node->items, i);

      if (item->kind == VN_YAML_SCALAR)
        continue;
      vn_diag_add (value->diags, VN_DIAG_WRONG_TYPE, item->origin, NULL, "%s: expected %s, here is %s", value->key->key,
                   types[value->key->type].name, vn_yaml_kind_name (item->kind));
      good = FALSE;
    }
  return good;
}

static gboolean
has_right_kind (const Value *value)
{
  const VnYamlKind *kinds = types[value->key->type].kinds;

  return value->node->kind == kinds[0] || (kinds[1] != VN_YAML_NULL && value->node->kind == kinds[1]);
}

static gboolean
read_value (const Value *value, VnField *field)
{
  if (value->key->type == VN_KEY_ANY)
    return TRUE;
  if (!has_right_kind (value))
    {
      wrong_type (value);
      return FALSE;
    }
  if (value->node->kind == VN_YAML_SCALAR)
    return read_scalar (value, field);
  if (value->key->type == VN_KEY_TEXTS || value->key->type == VN_KEY_TEXT_MAP)
    return read_texts (value);
  return TRUE;
}

static const VnKey *
find_key (const VnKeyMap *map, const char *name)
{
  for (gsize i = 0; i < map->n_keys; i++)
    if (g_str_equal (map->keys[i].key, name))
      return &map->keys[i];
  return NULL;
}

static void
unknown_key (const VnKeyMap *map, const VnYamlPair *pair, VnDiagList *diags)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *hint = NULL;
  g_autofree char *key = vn_text_printable (pair->key);

  for (gsize i = 0; i < map->n_keys; i++)
    {
      g_ptr_array_add (names, (gpointer)map->keys[i].key);
      if (map->keys[i].type != VN_KEY_ANY)
        g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", map->keys[i].key);
    }
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (pair->key, (const char *const *)names->pdata);
  vn_diag_add (diags, VN_DIAG_UNKNOWN_KEY, pair->origin, hint, "unknown key \"%s\" in a %s (expected one of %s)", key,
               map->name, list->str);
}

static void
read_pair (const VnKeyMap *map, const VnYamlPair *pair, gpointer ret, VnDiagList *diags)
{
  const VnKey *key = find_key (map, pair->key);
  Value value = { key, pair->value, diags };
  VnField *field, read = { 0 };

  if (key == NULL)
    {
      unknown_key (map, pair, diags);
      return;
    }
  field = (VnField *)((char *)ret + key->offset);
  if (field->node != NULL && key->type != VN_KEY_ANY)
    {
      vn_diag_add (diags, VN_DIAG_DUPLICATE_KEY, pair->origin, NULL,
                   "\"%s\" says again what another key of this %s says", pair->key, map->name);
      return;
    }
  if (pair->value->kind == VN_YAML_NULL)
    read.is_null = TRUE;
  else if (!read_value (&value, &read))
    return;
  if (read.is_null && (key->flags & VN_KEY_NULLABLE) == 0)
    return;
  read.node = pair->value;
  read.origin = pair->value->origin;
  *field = read;
}

/* A key that is there and wrong has been reported: only one that is not there, in any spelling, is missing. */
static void
check_required (const VnKeyMap *map, const VnYaml *node, VnOrigin origin, VnDiagList *diags)
{
  for (gsize i = 0; i < map->n_keys; i++)
    {
      const VnKey *key = &map->keys[i];
      gboolean found = FALSE;

      if ((key->flags & VN_KEY_REQUIRED) == 0)
        continue;
      for (gsize j = 0; j < map->n_keys && !found; j++)
        {
          const VnYamlPair *pair = vn_yaml_find (node, map->keys[j].key);

          found = map->keys[j].offset == key->offset && pair != NULL
                  && (pair->value->kind != VN_YAML_NULL || (key->flags & VN_KEY_NULLABLE) != 0);
        }
      if (!found)
        vn_diag_add (diags, VN_DIAG_MISSING_KEY, origin, NULL, "a %s needs the key \"%s\"", map->name, key->key);
    }
}

gboolean
vn_keys_read (const VnKeyMap *map, const VnYaml *node, VnOrigin origin, gpointer ret, VnDiagList *diags)
{
  memset (ret, 0, map->size);
  if (node->kind != VN_YAML_MAP && node->kind != VN_YAML_NULL)
    {
      vn_diag_add (diags, VN_DIAG_WRONG_TYPE, node->origin, NULL, "a %s is a map of keys, not %s", map->name,
                   vn_yaml_kind_name (node->kind));
      return FALSE;
    }
  if (node->kind == VN_YAML_MAP)
    for (guint i = 0; i < node->pairs->len; i++)
      read_pair (map, g_ptr_array_index (node->pairs, i), ret, diags);
  check_required (map, node, origin, diags);
  return TRUE;
}

gboolean
vn_field_has (const VnField *field)
{
  return field->node != NULL && !field->is_null;
}

const char *
vn_field_text (const VnField *field, const char *if_none)
{
  return vn_field_has (field) && field->node->kind == VN_YAML_SCALAR ? field->node->text : if_none;
}

gboolean
vn_field_bool (const VnField *field, gboolean if_none)
{
  return vn_field_has (field) ? field->u.boolean : if_none;
}

guint64
vn_field_number (const VnField *field, guint64 if_none)
{
  return vn_field_has (field) ? field->u.number : if_none;
}

guint
vn_field_len (const VnField *field)
{
  if (!vn_field_has (field))
    return 0;
  switch (field->node->kind)
    {
    case VN_YAML_MAP:
      return field->node->pairs->len;
    case VN_YAML_LIST:
      return field->node->items->len;
    case VN_YAML_NULL:
    case VN_YAML_SCALAR:
      break;
    }
  return 0;
}

/* A null that was meant to delete something has no value, and what it was to delete isn't there. */
static gboolean
is_stray_deletion (const VnYamlPair *pair, VnDiagList *diags)
{
  if (!pair->value->deletes)
    return FALSE;
  vn_diag_add (diags, VN_DIAG_NO_SUCH_OBJECT, pair->origin, "a new object without keys is written {}",
               "\"%s: null\" deletes an object of the lab that this one extends, and there is no such object",
               pair->key);
  return TRUE;
}

gboolean
vn_field_item (const VnField *field, guint i, VnItem *ret, VnDiagList *diags)
{
  if (field->node->kind == VN_YAML_MAP)
    {
      const VnYamlPair *pair = g_ptr_array_index (field->node->pairs, i);

      if (is_stray_deletion (pair, diags))
        return FALSE;
      *ret = (VnItem){ pair->key, pair->origin, pair->value };
      return TRUE;
    }
  const VnYaml *item = g_ptr_array_index (field->node->items, i);
  if (item->kind == VN_YAML_MAP)
    {
      const VnYamlPair *name = vn_yaml_find (item, "name");
      gboolean is_named = name != NULL && name->value->kind == VN_YAML_SCALAR;

      *ret = (VnItem){ is_named ? name->value->text : "", item->origin, item };
      return TRUE;
    }
  if (item->kind == VN_YAML_SCALAR)
    {
      *ret = (VnItem){ item->text, item->origin, NULL };
      return TRUE;
    }
  vn_diag_add (diags, VN_DIAG_WRONG_TYPE, item->origin, NULL, "expected a map or a name, not %s",
               vn_yaml_kind_name (item->kind));
  return FALSE;
}
