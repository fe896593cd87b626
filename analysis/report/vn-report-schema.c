/* SPDX-License-Identifier: Apache-2.0 */
/* JSON schema (draft 2020-12) of the report, from the tables of vn-fields.c. */
#include "analysis/report/vn-fields.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

static void
add_reference (JsonBuilder *b, const VnObject *object)
{
  g_autofree char *path = g_strconcat ("#/$defs/", object->name, NULL);

  add_string (b, "$ref", path);
}

static void
add_items (JsonBuilder *b, const VnField *field)
{
  json_builder_set_member_name (b, "items");
  json_builder_begin_object (b);
  if (field->object)
    add_reference (b, field->object);
  else
    add_string (b, "type", field->type == VN_FIELD_STRINGS ? "string" : "integer");
  json_builder_end_object (b);
}

static const char *const type_names[] = {
  [VN_FIELD_STRING] = "string",  [VN_FIELD_NAME] = "string",   [VN_FIELD_UINT] = "integer",
  [VN_FIELD_UINT64] = "integer", [VN_FIELD_INT64] = "integer", [VN_FIELD_BOOL] = "boolean",
  [VN_FIELD_ENUM] = "string",    [VN_FIELD_STRUCT] = NULL,     [VN_FIELD_STRINGS] = "array",
  [VN_FIELD_UINTS] = "array",    [VN_FIELD_OBJECTS] = "array", [VN_FIELD_VALUES] = "array",
};

static void
add_field (JsonBuilder *b, const VnField *field)
{
  const char *type = type_names[field->type];

  json_builder_set_member_name (b, field->name);
  json_builder_begin_object (b);
  add_string (b, "description", field->doc);
  if (!type)
    add_reference (b, field->object);
  else
    add_string (b, "type", type);
  if (field->type == VN_FIELD_ENUM)
    {
      json_builder_set_member_name (b, "enum");
      json_builder_begin_array (b);
      for (int i = 0; i < field->n_words; i++)
        json_builder_add_string_value (b, field->word (i));
      json_builder_end_array (b);
    }
  if (g_strcmp0 (type, "array") == 0)
    add_items (b, field);
  json_builder_end_object (b);
}

/* Members of an object. @kind: of the root, which begins with its version; NULL for the others. */
static void
add_members (JsonBuilder *b, const VnObject *object, const VnReportKind *kind)
{
  add_string (b, "type", "object");
  json_builder_set_member_name (b, "properties");
  json_builder_begin_object (b);
  if (kind)
    {
      json_builder_set_member_name (b, kind->version_name);
      json_builder_begin_object (b);
      json_builder_set_member_name (b, "const");
      json_builder_add_int_value (b, kind->version);
      json_builder_end_object (b);
    }
  for (const VnField *field = object->fields; field->name; field++)
    add_field (b, field);
  json_builder_end_object (b);
  json_builder_set_member_name (b, "additionalProperties");
  json_builder_add_boolean_value (b, FALSE);
  json_builder_set_member_name (b, "required");
  json_builder_begin_array (b);
  if (kind)
    json_builder_add_string_value (b, kind->version_name);
  for (const VnField *field = object->fields; field->name; field++)
    if (vn_field_is_required (field))
      json_builder_add_string_value (b, field->name);
  json_builder_end_array (b);
}

/* Each object that is referred to, once, in the order of first use. */
static void
collect (const VnObject *object, GPtrArray *ret)
{
  for (const VnField *field = object->fields; field->name; field++)
    if (field->object && !g_ptr_array_find (ret, field->object, NULL))
      {
        g_ptr_array_add (ret, (gpointer)field->object);
        collect (field->object, ret);
      }
}

char *
vn_report_schema_of (const VnReportKind *kind)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  g_autoptr (JsonNode) root = NULL;

  collect (kind->root, objects);
  json_builder_begin_object (b);
  add_string (b, "$schema", "https://json-schema.org/draft/2020-12/schema");
  add_string (b, "title", kind->title);
  add_members (b, kind->root, kind);
  json_builder_set_member_name (b, "$defs");
  json_builder_begin_object (b);
  for (guint i = 0; i < objects->len; i++)
    {
      const VnObject *object = g_ptr_array_index (objects, i);

      json_builder_set_member_name (b, object->name);
      json_builder_begin_object (b);
      add_members (b, object, NULL);
      json_builder_end_object (b);
    }
  json_builder_end_object (b);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  return json_to_string (root, TRUE);
}

char *
vn_report_schema (void)
{
  static const VnReportKind KIND = { &VN_RUN_OBJECT, "Report of a vnetlab run", "vnetlab_report", VN_REPORT_VERSION };

  return vn_report_schema_of (&KIND);
}
