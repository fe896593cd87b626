/* SPDX-License-Identifier: Apache-2.0 */
/* neutron-api LAB RESULTS_JSON: the calls of a record are made again, each answer compared with the recorded one.
 *
 * Status and error type have to be equal, and where the record holds what was answered, those attributes too. What the
 * real server drew (MAC addresses, VNIs) is taken from the record; addresses that it drew are only counted. A line for
 * each call that differs, at the end "N passed, N failed". */
#include "sim/api/vn-server.h"
#include "sim/load/vn-load.h"
#include "tests/api/vn-record-ids.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  VnApi *api;
  VnRecordIds *ids;
  JsonArray *calls;
  const char *last_port, *last_dropped_group; /* ids, interned */
  guint n_passed, n_failed, n_skipped;
} Run;

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

/* Why a call can't be made: what it needs is of another kind. NULL if it can. */
static const char *
why_skip (JsonObject *call)
{
  static const char *const paths[] = { "routers", "floatingips" };
  static const char *const types[] = { "ServicePortInUse", "ExternalNetworkInUse" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (g_str_has_prefix (text_of (call, "path"), paths[i]))
      return paths[i];
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (text_of (call, "type"), types[i]))
      return "needs a router";
  return NULL;
}

/* ---- what was answered ---- */

/* "10.0.0.5" of {"ip_address": "10.0.0.5"}: the record shortens fixed_ips so. Transfer full. */
static char *
shorten (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node) && json_object_has_member (json_node_get_object (node), "subnet_id"))
    return g_strdup_printf ("\"%s\"", text_of (json_node_get_object (node), "ip_address"));
  return json_to_string (node, FALSE);
}

static gboolean
same_array (JsonArray *a, JsonArray *b, gboolean count_only)
{
  if (json_array_get_length (a) != json_array_get_length (b))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (a) && !count_only; i++)
    {
      g_autofree char *x = shorten (json_array_get_element (a, i));
      g_autofree char *y = shorten (json_array_get_element (b, i));

      if (!g_str_equal (x, y))
        return FALSE;
    }
  return TRUE;
}

/* @recorded: a value, or the number of elements that ours has. */
static gboolean
same_value (JsonNode *recorded, JsonNode *ours, gboolean count_only)
{
  g_autofree char *x = NULL, *y = NULL;

  if (ours == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_ARRAY (ours) && JSON_NODE_HOLDS_ARRAY (recorded))
    return same_array (json_node_get_array (recorded), json_node_get_array (ours), count_only);
  if (JSON_NODE_HOLDS_ARRAY (ours) && JSON_NODE_HOLDS_VALUE (recorded))
    return json_node_get_int (recorded) == (gint64)json_array_get_length (json_node_get_array (ours));
  x = json_to_string (recorded, FALSE);
  y = json_to_string (ours, FALSE);
  return g_str_equal (x, y);
}

/* Attributes whose elements have ids or addresses that were drawn. */
static gboolean
is_drawn (const char *name, JsonObject *request)
{
  return g_str_equal (name, "security_group_rules")
         || (g_str_equal (name, "fixed_ips") && (request == NULL || !json_object_has_member (request, "fixed_ips")));
}

/* @recorded: ids in it are the record's own. Returns: the name of an attribute that differs, or NULL. */
static const char *
find_difference (JsonObject *recorded, JsonObject *ours, JsonObject *request)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, recorded);
  while (json_object_iter_next (&iter, &name, &value))
    {
      const char *short_name = g_str_has_prefix (name, "vif_") ? g_intern_string (name) : NULL;
      g_autofree char *full = short_name != NULL ? g_strconcat ("binding:", name, NULL) : g_strdup (name);

      if (!g_str_has_suffix (name, "_id") || g_str_equal (name, "provider:segmentation_id"))
        if (!same_value (value, json_object_get_member (ours, full), is_drawn (name, request)))
          return g_intern_string (name);
    }
  return NULL;
}

/* The one object of a body. */
static JsonObject *
only_object (JsonNode *body)
{
  g_autoptr (GList) values
      = body != NULL && JSON_NODE_HOLDS_OBJECT (body) ? json_object_get_values (json_node_get_object (body)) : NULL;

  return values != NULL && JSON_NODE_HOLDS_OBJECT ((JsonNode *)values->data)
             ? json_node_get_object ((JsonNode *)values->data)
             : NULL;
}

/* ---- lookups that the record made without saying where ---- */

static JsonArray *
list (Run *run, const char *path, VnApiAnswer *answer)
{
  g_autoptr (GList) values = NULL;

  vn_api_request (run->api, "GET", path, NULL, answer);
  values = json_object_get_values (json_node_get_object (answer->body));
  return json_node_get_array ((JsonNode *)values->data);
}

static gboolean
same_default_rules (Run *run, JsonNode *recorded)
{
  g_auto (VnApiAnswer) groups = { 0 };
  g_auto (VnApiAnswer) rules = { 0 };
  JsonArray *found = list (run, "security-groups?name=default", &groups);
  g_autofree char *path = NULL;
  JsonArray *wanted = json_node_get_array (recorded), *ours;
  guint n_same = 0;

  if (json_array_get_length (found) != 1)
    return FALSE;
  path = g_strdup_printf ("security-group-rules?security_group_id=%s",
                          text_of (json_array_get_object_element (found, 0), "id"));
  ours = list (run, path, &rules);
  for (guint i = 0; i < json_array_get_length (wanted); i++)
    for (guint j = 0; j < json_array_get_length (ours); j++)
      if (find_difference (json_array_get_object_element (wanted, i), json_array_get_object_element (ours, j), NULL)
          == NULL)
        {
          n_same++;
          break;
        }
  return n_same == json_array_get_length (wanted) && n_same == json_array_get_length (ours);
}

static gboolean
same_binding (Run *run, JsonNode *recorded)
{
  g_autofree char *path = g_strdup_printf ("ports/%s", run->last_port);
  g_auto (VnApiAnswer) answer = { 0 };

  vn_api_request (run->api, "GET", path, NULL, &answer);
  return answer.status == 200
         && find_difference (json_node_get_object (recorded), only_object (answer.body), NULL) == NULL;
}

static gboolean
same_referring_rules (Run *run, JsonNode *recorded)
{
  g_autofree char *path = g_strdup_printf ("security-group-rules?remote_group_id=%s", run->last_dropped_group);
  g_auto (VnApiAnswer) answer = { 0 };

  return (gint64)json_array_get_length (list (run, path, &answer)) == json_node_get_int (recorded);
}

static gboolean
same_lookup (Run *run, JsonNode *recorded)
{
  if (JSON_NODE_HOLDS_ARRAY (recorded))
    return same_default_rules (run, recorded);
  return JSON_NODE_HOLDS_OBJECT (recorded) ? same_binding (run, recorded) : same_referring_rules (run, recorded);
}

/* ---- calls ---- */

static void
register_made (Run *run, guint i, JsonObject *request, JsonObject *object)
{
  JsonObject *call = json_array_get_object_element (run->calls, i);
  JsonNode *result = json_object_get_member (call, "result");
  JsonObject *recorded = result != NULL && JSON_NODE_HOLDS_OBJECT (result) ? json_node_get_object (result) : NULL;

  vn_record_ids_made (run->ids, i, text_of (call, "path"), request, object);
  if (g_str_equal (text_of (call, "path"), "ports"))
    run->last_port = g_intern_string (text_of (object, "id"));
  if (recorded != NULL && json_object_has_member (recorded, "security_group_rules"))
    vn_record_ids_map (
        run->ids,
        text_of (json_array_get_object_element (json_object_get_array_member (recorded, "security_group_rules"), 0),
                 "security_group_id"),
        text_of (object, "id"));
}

/* Once there is a group, there is the project's default one, which no call made. */
static void
register_default_group (Run *run)
{
  g_auto (VnApiAnswer) answer = { 0 };
  JsonArray *groups = list (run, "security-groups?name=default", &answer);

  if (json_array_get_length (groups) == 1)
    vn_record_ids_made (run->ids, 0, "security-groups", json_array_get_object_element (groups, 0),
                        json_array_get_object_element (groups, 0));
}

static gboolean
compare (Run *run, guint i, JsonNode *body, const VnApiAnswer *answer)
{
  JsonObject *call = json_array_get_object_element (run->calls, i);
  JsonNode *result = json_object_get_member (call, "result");
  JsonObject *object = only_object (answer->body);
  const char *different = NULL;

  if (json_object_get_int_member (call, "code") != answer->status
      || g_strcmp0 (text_of (call, "type"), answer->error_type != NULL ? answer->error_type : "") != 0)
    {
      printf ("%s: recorded %d %s, answered %u %s (%s)\n", text_of (call, "label"),
              (int)json_object_get_int_member (call, "code"), text_of (call, "type"), answer->status,
              answer->error_type != NULL ? answer->error_type : "", answer->message != NULL ? answer->message : "done");
      return FALSE;
    }
  if (result != NULL && JSON_NODE_HOLDS_OBJECT (result) && object != NULL)
    different = find_difference (json_node_get_object (result), object, only_object (body));
  if (different != NULL)
    {
      g_autofree char *recorded = json_to_string (json_object_get_member (json_node_get_object (result), different), 0);
      g_autofree char *ours = json_to_string (answer->body, FALSE);

      printf ("%s: %s was %s, answered %s\n", text_of (call, "label"), different, recorded, ours);
    }
  return different == NULL;
}

/* The choices of the real server are in the record under the call's label. */
static gboolean
make_call (Run *run, guint i)
{
  JsonObject *call = json_array_get_object_element (run->calls, i);
  g_autofree char *path = vn_record_ids_path (run->ids, i);
  g_autoptr (JsonNode) body = vn_record_ids_body (run->ids, i);
  g_auto (VnApiAnswer) answer = { 0 };
  gboolean had_default = run->last_dropped_group != NULL || i > 0;

  vn_api_request_as (run->api, text_of (call, "method"), path, body, text_of (call, "label"), &answer);
  if (answer.status == 201 && only_object (answer.body) != NULL)
    register_made (run, i, only_object (body), only_object (answer.body));
  if (answer.status == 201 && !had_default)
    register_default_group (run);
  if (answer.status == 204 && g_str_has_prefix (path, "security-groups/"))
    run->last_dropped_group = g_intern_string (strchr (path, '/') + 1);
  return compare (run, i, body, &answer);
}

static void
run_call (Run *run, guint i)
{
  JsonObject *call = json_array_get_object_element (run->calls, i);
  const char *why = why_skip (call);
  gboolean is_same;

  if (why != NULL)
    {
      printf ("skipped: %s (%s)\n", text_of (call, "label"), why);
      run->n_skipped++;
      return;
    }
  if (*text_of (call, "path") == '\0')
    {
      is_same = same_lookup (run, json_object_get_member (call, "result"));
      if (!is_same)
        printf ("%s: differs\n", text_of (call, "label"));
    }
  else
    is_same = make_call (run, i);
  run->n_passed += is_same;
  run->n_failed += !is_same;
}

/* Label -> result, of calls whose labels are unique: what the server chose. Transfer full. */
static JsonObject *
collect_choices (JsonArray *calls)
{
  JsonObject *record = json_object_new ();

  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonObject *call = json_array_get_object_element (calls, i);
      JsonNode *result = json_object_get_member (call, "result");

      if (json_object_has_member (record, text_of (call, "label")))
        json_object_set_null_member (record, text_of (call, "label"));
      else if (result != NULL)
        json_object_set_member (record, text_of (call, "label"), json_node_copy (result));
    }
  return record;
}

static VnTopology *
load (const char *path)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTopology *topology = vn_load_lab (path, NULL, diags);

  for (guint i = 0; i < vn_diag_list_len (diags) && topology == NULL; i++)
    {
      g_autofree char *line = vn_diag_to_string (vn_diag_list_get (diags, i));

      fprintf (stderr, "%s\n", line);
    }
  return topology;
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VnTopology) topology = NULL;
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (VnApi) api = NULL;
  g_autoptr (VnRecordIds) ids = NULL;
  Run run = { 0 };

  if (argc != 3)
    {
      fprintf (stderr, "usage: neutron-api LAB RESULTS_JSON\n");
      return 2;
    }
  topology = load (argv[1]);
  if (topology == NULL)
    return 2;
  if (!json_parser_load_from_file (parser, argv[2], &error) || !JSON_NODE_HOLDS_ARRAY (json_parser_get_root (parser)))
    {
      fprintf (stderr, "%s: %s\n", argv[2], error != NULL ? error->message : "expected a list of calls");
      return 2;
    }
  run.calls = json_node_get_array (json_parser_get_root (parser));
  record = collect_choices (run.calls);
  api = vn_api_new (topology, &(VnApiChoices){ record });
  ids = vn_record_ids_new (run.calls);
  run.api = api;
  run.ids = ids;
  for (guint i = 0; i < json_array_get_length (run.calls); i++)
    run_call (&run, i);
  if (run.n_skipped > 0)
    printf ("%u skipped: routers and floating IPs\n", run.n_skipped);
  printf ("%u passed, %u failed\n", run.n_passed, run.n_failed);
  return run.n_failed == 0 && run.n_passed > 0 ? 0 : 1;
}
