/* SPDX-License-Identifier: Apache-2.0 */
/* The wanted state as JSON: objects in build order, rule sets by node and tool, each with the line that made it. */
#include "sim/cli/vn-plan-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
add_origin (JsonBuilder *b, VnOrigin origin)
{
  g_autofree char *place = NULL;

  if (!vn_origin_is_set (origin))
    return;
  place = vn_origin_to_string (origin);
  json_builder_set_member_name (b, "origin");
  json_builder_add_string_value (b, place);
}

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, value);
}

static void
add_entry (JsonBuilder *b, const VnEntry *entry)
{
  g_autofree char *text = vn_kobj_to_string (&entry->obj);

  json_builder_begin_object (b);
  add_string (b, "node", entry->obj.node);
  add_string (b, "kind", vn_kobj_kind_name (entry->obj.kind));
  add_string (b, "object", text);
  add_origin (b, entry->origin);
  json_builder_end_object (b);
}

static void
add_rule (JsonBuilder *b, const VnRule *rule)
{
  json_builder_begin_object (b);
  add_string (b, "rule", rule->spec);
  if (rule->note)
    add_string (b, "note", rule->note);
  add_origin (b, rule->origin);
  json_builder_end_object (b);
}

static void
add_chains (JsonBuilder *b, const VnRuleset *ruleset)
{
  json_builder_set_member_name (b, "chains");
  json_builder_begin_array (b);
  for (guint i = 0; i < ruleset->chains->len; i++)
    {
      const VnChain *chain = g_ptr_array_index (ruleset->chains, i);

      json_builder_begin_object (b);
      add_string (b, "table", chain->table);
      add_string (b, "chain", chain->name);
      add_string (b, "policy", chain->policy);
      json_builder_set_member_name (b, "rules");
      json_builder_begin_array (b);
      for (guint j = 0; j < chain->rules->len; j++)
        add_rule (b, g_ptr_array_index (chain->rules, j));
      json_builder_end_array (b);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
}

static void
add_sets (JsonBuilder *b, const VnRuleset *ruleset)
{
  json_builder_set_member_name (b, "sets");
  json_builder_begin_array (b);
  for (guint i = 0; i < ruleset->sets->len; i++)
    {
      const VnIpset *set = g_ptr_array_index (ruleset->sets, i);

      json_builder_begin_object (b);
      add_string (b, "set", set->name);
      json_builder_set_member_name (b, "members");
      json_builder_begin_array (b);
      for (guint j = 0; j < set->members->len; j++)
        json_builder_add_string_value (b, g_ptr_array_index (set->members, j));
      json_builder_end_array (b);
      add_origin (b, set->origin);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
}

static void
add_ruleset (JsonBuilder *b, const VnRuleset *ruleset)
{
  json_builder_begin_object (b);
  add_string (b, "node", ruleset->node);
  add_string (b, "tool", vn_tool_name (ruleset->tool));
  if (ruleset->tool == VN_TOOL_IPSET)
    add_sets (b, ruleset);
  else
    add_chains (b, ruleset);
  json_builder_end_object (b);
}

static gboolean
is_of (const char *node, const char *wanted)
{
  return !wanted || strcmp (node, wanted) == 0;
}

char *
vn_plan_json (const VnTables *tables, const char *node)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "objects");
  json_builder_begin_array (b);
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (tables->entries, i);

      if (is_of (entry->obj.node, node))
        add_entry (b, entry);
    }
  json_builder_end_array (b);
  json_builder_set_member_name (b, "rulesets");
  json_builder_begin_array (b);
  for (guint i = 0; i < tables->rulesets->len; i++)
    {
      const VnRuleset *ruleset = g_ptr_array_index (tables->rulesets, i);

      if (is_of (ruleset->node, node))
        add_ruleset (b, ruleset);
    }
  json_builder_end_array (b);
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  return json_to_string (root, TRUE);
}
