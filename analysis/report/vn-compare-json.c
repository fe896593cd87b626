/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as JSON: docs/compare.schema.json. */
#include "analysis/report/vn-compare.h"

#include <json-glib/json-glib.h>

static void
add_field (JsonBuilder *b, const char *lab, const VnCompareField *field)
{
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "lab");
  json_builder_add_string_value (b, lab);
  json_builder_set_member_name (b, "in_lab");
  json_builder_add_boolean_value (b, field->is_there);
  json_builder_set_member_name (b, "answered");
  json_builder_begin_object (b);
  for (guint ask = 0; ask < VN_N_ASKS; ask++)
    if (field->answered[ask] != VN_LEG_OPEN)
      {
        json_builder_set_member_name (b, vn_ask_name ((VnAsk)ask));
        json_builder_add_boolean_value (b, field->answered[ask] == VN_LEG_YES);
      }
  json_builder_end_object (b);
  json_builder_set_member_name (b, "verdict");
  json_builder_add_string_value (b, vn_verdict_name (field->worst));
  json_builder_set_member_name (b, "why");
  json_builder_add_string_value (b, field->why);
  json_builder_end_object (b);
}

static void
add_row (JsonBuilder *b, const VnComparison *comparison, const VnCompareRow *row)
{
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "from");
  json_builder_add_string_value (b, row->from);
  json_builder_set_member_name (b, "to");
  json_builder_add_string_value (b, row->to);
  json_builder_set_member_name (b, "differs");
  json_builder_add_boolean_value (b, row->differs);
  json_builder_set_member_name (b, "sentence");
  json_builder_add_string_value (b, row->sentence);
  json_builder_set_member_name (b, "labs");
  json_builder_begin_array (b);
  for (guint i = 0; i < row->fields->len; i++)
    add_field (b, g_ptr_array_index (comparison->labs, i), &g_array_index (row->fields, VnCompareField, i));
  json_builder_end_array (b);
  json_builder_end_object (b);
}

char *
vn_compare_write_json (const VnComparison *comparison, const VnReportOptions *options G_GNUC_UNUSED)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "vnetlab_comparison");
  json_builder_add_int_value (b, 1);
  json_builder_set_member_name (b, "labs");
  json_builder_begin_array (b);
  for (guint i = 0; i < comparison->labs->len; i++)
    json_builder_add_string_value (b, g_ptr_array_index (comparison->labs, i));
  json_builder_end_array (b);
  json_builder_set_member_name (b, "rows");
  json_builder_begin_array (b);
  for (guint i = 0; i < comparison->rows->len; i++)
    add_row (b, comparison, g_ptr_array_index (comparison->rows, i));
  json_builder_end_array (b);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
