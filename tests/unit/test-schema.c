/* SPDX-License-Identifier: Apache-2.0 */
/* docs/lab.schema.json and the tables of docs/lab-format.md are what the loader's key tables make of them.
 * VN_REGENERATE=1 writes them anew. */
#include "sim/load/vn-load.h"
#include "tests/lib/vn-test-values.h"

#include <json-glib/json-glib.h>

#include <string.h>

#define MARK "<!-- The rest of this file is made from the loader's key tables. -->\n"

static char *
doc_path (const char *name)
{
  return g_build_filename (g_getenv ("VN_SRCDIR"), "docs", name, NULL);
}

static char *
read_doc (const char *name)
{
  g_autofree char *path = doc_path (name);

  return vn_test_read_file (path);
}

static void
compare (const char *name, const char *have, const char *wanted)
{
  g_autofree char *path = doc_path (name);

  if (g_getenv ("VN_REGENERATE") != NULL)
    g_assert_true (g_file_set_contents (path, wanted, -1, NULL));
  else
    g_assert_cmpstr (have, ==, wanted);
}

static void
test_schema (void)
{
  g_autofree char *wanted = vn_load_schema ();
  g_autofree char *have = g_getenv ("VN_REGENERATE") != NULL ? NULL : read_doc ("lab.schema.json");

  compare ("lab.schema.json", have, wanted);
}

static void
test_markdown (void)
{
  g_autofree char *tables = vn_load_keys_markdown ();
  g_autofree char *have = read_doc ("lab-format.md");
  const char *mark = strstr (have, MARK);
  g_autofree char *wanted = NULL;

  g_assert_nonnull (mark);
  wanted = g_strdup_printf ("%.*s%s\n%s", (int)(mark - have), have, MARK, tables);
  compare ("lab-format.md", have, wanted);
}

/* Every $ref leads somewhere, every definition is closed. */
static void
check_references (JsonObject *defs, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        check_references (defs, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      g_autoptr (GList) members = json_object_get_members (object);

      for (GList *it = members; it != NULL; it = it->next)
        {
          JsonNode *member = json_object_get_member (object, it->data);

          if (g_str_equal (it->data, "$ref"))
            g_assert_true (json_object_has_member (defs, json_node_get_string (member) + strlen ("#/$defs/")));
          else
            check_references (defs, member);
        }
    }
}

static void
test_sound (void)
{
  g_autofree char *text = vn_load_schema ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root, *defs;

  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  defs = json_object_get_object_member (root, "$defs");
  check_references (defs, json_parser_get_root (parser));
  g_assert_true (json_object_has_member (defs, "security_group_rule"));
  g_assert_false (
      json_object_get_boolean_member (json_object_get_object_member (defs, "server"), "additionalProperties"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/file", test_schema);
  g_test_add_func ("/schema/markdown", test_markdown);
  g_test_add_func ("/schema/sound", test_sound);
  return g_test_run ();
}
