/* SPDX-License-Identifier: Apache-2.0 */
/* The record as JSON and back, by the tables of vn-fields.c. */
#include "analysis/report/vn-fields.h"
#include "analysis/report/vn-report.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define DEPTH_MAX 32 /* of a report; a run's own is 7 */

/* ---- writing ---- */

static void write_object (JsonBuilder *b, const VnObject *object, gconstpointer base);

static void
write_strings (JsonBuilder *b, const GPtrArray *strings)
{
  json_builder_begin_array (b);
  for (guint i = 0; i < strings->len; i++)
    json_builder_add_string_value (b, g_ptr_array_index (strings, i));
  json_builder_end_array (b);
}

static void
write_uints (JsonBuilder *b, const GArray *numbers)
{
  json_builder_begin_array (b);
  for (guint i = 0; i < numbers->len; i++)
    json_builder_add_int_value (b, g_array_index (numbers, guint, i));
  json_builder_end_array (b);
}

static void
write_objects (JsonBuilder *b, const VnObject *object, const GPtrArray *objects)
{
  json_builder_begin_array (b);
  for (guint i = 0; i < objects->len; i++)
    write_object (b, object, g_ptr_array_index (objects, i));
  json_builder_end_array (b);
}

static void
write_values (JsonBuilder *b, const VnObject *object, const GArray *values)
{
  json_builder_begin_array (b);
  for (guint i = 0; i < values->len; i++)
    write_object (b, object, values->data + i * object->size);
  json_builder_end_array (b);
}

static void
write_field (JsonBuilder *b, const VnField *field, gconstpointer base)
{
  gconstpointer at = (const char *)base + field->offset;

  switch (field->type)
    {
    case VN_FIELD_STRING:
    case VN_FIELD_NAME:
      json_builder_add_string_value (b, *(const char *const *)at);
      break;
    case VN_FIELD_UINT:
      json_builder_add_int_value (b, *(const guint *)at);
      break;
    case VN_FIELD_UINT64:
      json_builder_add_int_value (b, (gint64) * (const guint64 *)at);
      break;
    case VN_FIELD_INT64:
      json_builder_add_int_value (b, *(const gint64 *)at);
      break;
    case VN_FIELD_BOOL:
      json_builder_add_boolean_value (b, *(const gboolean *)at);
      break;
    case VN_FIELD_ENUM:
      json_builder_add_string_value (b, field->word (*(const int *)at));
      break;
    case VN_FIELD_STRUCT:
      write_object (b, field->object, at);
      break;
    case VN_FIELD_STRINGS:
      write_strings (b, *(const GPtrArray *const *)at);
      break;
    case VN_FIELD_UINTS:
      write_uints (b, *(const GArray *const *)at);
      break;
    case VN_FIELD_OBJECTS:
      write_objects (b, field->object, *(const GPtrArray *const *)at);
      break;
    case VN_FIELD_VALUES:
      write_values (b, field->object, *(const GArray *const *)at);
      break;
    }
}

/* A string that is NULL is left out. */
static gboolean
is_absent (const VnField *field, gconstpointer base)
{
  gconstpointer at = (const char *)base + field->offset;

  return (field->type == VN_FIELD_STRING || field->type == VN_FIELD_NAME) && *(const char *const *)at == NULL;
}

static void
write_object (JsonBuilder *b, const VnObject *object, gconstpointer base)
{
  json_builder_begin_object (b);
  if (object == &VN_RUN_OBJECT)
    {
      json_builder_set_member_name (b, "vnetlab_report");
      json_builder_add_int_value (b, VN_REPORT_VERSION);
    }
  for (const VnField *field = object->fields; field->name; field++)
    {
      if (is_absent (field, base))
        continue;
      json_builder_set_member_name (b, field->name);
      write_field (b, field, base);
    }
  json_builder_end_object (b);
}

char *
vn_report_write_json (const VnRun *run)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  write_object (b, &VN_RUN_OBJECT, run);
  root = json_builder_get_root (b);
  return json_to_string (root, TRUE);
}

/* ---- reading ---- */

static gboolean read_object (JsonNode *node, const VnObject *object, gpointer base, GError **error);

static gboolean
wrong (const VnField *field, const char *expected, GError **error)
{
  return vn_error_set (error, VN_ERROR_INPUT, "report: \"%s\" is not %s", field->name, expected);
}

static gboolean
read_string (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  const char *text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                         ? json_node_get_string (node)
                         : NULL;

  if (!text || !g_utf8_validate (text, -1, NULL)) /* half a surrogate pair */
    return wrong (field, "a string", error);
  if (field->type == VN_FIELD_NAME)
    *(const char **)at = g_intern_string (text);
  else
    {
      g_free (*(char **)at);
      *(char **)at = g_strdup (text);
    }
  return TRUE;
}

static gboolean
read_number (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  gint64 number;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return wrong (field, "a whole number", error);
  number = json_node_get_int (node);
  if (field->type == VN_FIELD_UINT && (number < 0 || number > G_MAXUINT))
    return wrong (field, "in the range of a count", error);
  if (field->type == VN_FIELD_UINT)
    *(guint *)at = (guint)number;
  else
    *(gint64 *)at = number;
  return TRUE;
}

static gboolean
read_bool (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return wrong (field, "true or false", error);
  *(gboolean *)at = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_enum (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  const char *text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                         ? json_node_get_string (node)
                         : "";

  for (int i = 0; i < field->n_words; i++)
    if (strcmp (field->word (i), text) == 0)
      {
        *(int *)at = i;
        return TRUE;
      }
  return wrong (field, "one of its words", error);
}

/* One element of an array into the array of the record. */
static gboolean
read_element (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  if (field->type == VN_FIELD_STRINGS)
    {
      const VnField element = { field->name, VN_FIELD_STRING, 0, NULL, NULL, 0, NULL };
      char *text = NULL;

      if (!read_string (node, &element, &text, error))
        return FALSE;
      g_ptr_array_add (*(GPtrArray **)at, text);
      return TRUE;
    }
  if (field->type == VN_FIELD_UINTS)
    {
      const VnField element = { field->name, VN_FIELD_UINT, 0, NULL, NULL, 0, NULL };
      guint number = 0;

      if (!read_number (node, &element, &number, error))
        return FALSE;
      g_array_append_val (*(GArray **)at, number);
      return TRUE;
    }
  if (field->type == VN_FIELD_VALUES)
    {
      GArray *values = *(GArray **)at;

      g_array_set_size (values, values->len + 1);
      memset (values->data + (values->len - 1) * field->object->size, 0, field->object->size);
      return read_object (node, field->object, values->data + (values->len - 1) * field->object->size, error);
    }
  g_ptr_array_add (*(GPtrArray **)at, field->object->make ? field->object->make () : g_malloc0 (field->object->size));
  return read_object (node, field->object, g_ptr_array_index (*(GPtrArray **)at, (*(GPtrArray **)at)->len - 1), error);
}

static gboolean
read_array (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong (field, "an array", error);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_element (json_array_get_element (array, i), field, at, error))
      return FALSE;
  return TRUE;
}

typedef gboolean (*ReadFunc) (JsonNode *node, const VnField *field, gpointer at, GError **error);

static gboolean
read_struct (JsonNode *node, const VnField *field, gpointer at, GError **error)
{
  return read_object (node, field->object, at, error);
}

static const ReadFunc readers[] = {
  [VN_FIELD_STRING] = read_string, [VN_FIELD_NAME] = read_string,   [VN_FIELD_UINT] = read_number,
  [VN_FIELD_UINT64] = read_number, [VN_FIELD_INT64] = read_number,  [VN_FIELD_BOOL] = read_bool,
  [VN_FIELD_ENUM] = read_enum,     [VN_FIELD_STRUCT] = read_struct, [VN_FIELD_STRINGS] = read_array,
  [VN_FIELD_UINTS] = read_array,   [VN_FIELD_OBJECTS] = read_array, [VN_FIELD_VALUES] = read_array,
};

static gboolean
read_object (JsonNode *node, const VnObject *object, gpointer base, GError **error)
{
  JsonObject *members;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return vn_error_set (error, VN_ERROR_INPUT, "report: a %s is not an object", object->name);
  members = json_node_get_object (node);
  for (const VnField *field = object->fields; field->name; field++)
    {
      JsonNode *member = json_object_get_member (members, field->name);

      if (member && !readers[field->type](member, field, (char *)base + field->offset, error))
        return FALSE;
      if (!member && vn_field_is_required (field))
        return vn_error_set (error, VN_ERROR_INPUT, "report: a %s has no \"%s\"", object->name, field->name);
    }
  return TRUE;
}

/* Whether brackets are nested deeper than DEPTH_MAX: json-glib's reader needs stack for each level. */
static gboolean
nests_too_deep (const char *json, gsize size)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < size && depth <= DEPTH_MAX; i++)
    {
      if (quoted && json[i] == '\\')
        i++;
      else if (json[i] == '"')
        quoted = !quoted;
      else if (!quoted && (json[i] == '[' || json[i] == '{'))
        depth++;
      else if (!quoted && (json[i] == ']' || json[i] == '}') && depth > 0)
        depth--;
    }
  return depth > DEPTH_MAX;
}

static gboolean
check_hops (const VnRun *run, const VnRunCell *cell, GError **error)
{
  for (guint i = 0; i < cell->hops->len; i++)
    if (VN_AT (cell->hops, VnRunHop, i)->point >= run->points->len)
      return vn_error_set (error, VN_ERROR_INPUT, "report: a hop is at point %u of %u",
                           VN_AT (cell->hops, VnRunHop, i)->point, run->points->len);
  return TRUE;
}

/* What the fields one by one can't say. */
static gboolean
check_run (const VnRun *run, GError **error)
{
  if (run->end_places->len != run->ends->len || run->end_domains->len != run->ends->len)
    return vn_error_set (error, VN_ERROR_INPUT,
                         "report: \"ends\", \"end_places\" and \"end_domains\" differ in length");
  for (guint i = 0; i < run->cells->len; i++)
    if (!check_hops (run, g_ptr_array_index (run->cells, i), error))
      return FALSE;
  return TRUE;
}

/* Our words around those of the parser, whose message may hold parts of the text as they are. */
static gboolean
load_text (JsonParser *parser, const char *json, gsize size, GError **error)
{
  g_autoptr (GError) complaint = NULL;
  g_autofree char *words = NULL;

  if (nests_too_deep (json, size))
    return vn_error_set (error, VN_ERROR_INPUT, "report: nested deeper than %d levels", DEPTH_MAX);
  if (json_parser_load_from_data (parser, json, (gssize)size, &complaint))
    return TRUE;
  words = vn_text_printable (complaint->message);
  return vn_error_set (error, VN_ERROR_INPUT, "report: %s", words);
}

VnRun *
vn_report_parse_json (const char *json, gssize size, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (VnRun) run = vn_run_new ();
  JsonNode *root, *version;

  if (!load_text (parser, json, size >= 0 ? (gsize)size : strlen (json), error))
    return NULL;
  root = json_parser_get_root (parser);
  version = root && JSON_NODE_HOLDS_OBJECT (root)
                ? json_object_get_member (json_node_get_object (root), "vnetlab_report")
                : NULL;
  if (!version || !JSON_NODE_HOLDS_VALUE (version) || json_node_get_int (version) != VN_REPORT_VERSION)
    {
      vn_error_set (error, VN_ERROR_INPUT, "not a report of vnetlab (\"vnetlab_report\": %d expected)",
                    VN_REPORT_VERSION);
      return NULL;
    }
  if (!read_object (root, &VN_RUN_OBJECT, run, error) || !check_run (run, error))
    return NULL;
  return g_steal_pointer (&run);
}
