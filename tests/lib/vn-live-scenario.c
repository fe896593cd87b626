/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a scenario's folder: scenario.json, ids.json, probes.txt and the snapshots. */
#include "tests/lib/vn-live-scenario.h"

#include <string.h>

#include "sim/base/vn-error.h"

static void
observed_free (gpointer data)
{
  VnLiveObserved *observed = data;

  g_free (observed->result);
  g_free (observed->line);
  g_free (observed);
}

void
vn_live_scenario_free (VnLiveScenario *scenario)
{
  if (scenario == NULL)
    return;
  g_free (scenario->folder);
  g_free (scenario->name);
  g_clear_pointer (&scenario->knobs, json_object_unref);
  g_clear_pointer (&scenario->steps, json_array_unref);
  g_clear_pointer (&scenario->ids, json_object_unref);
  g_ptr_array_unref (scenario->observed);
  g_free (scenario);
}

/* Transfer full. */
static JsonObject *
load_object (const char *folder, const char *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return vn_error_set (error, VN_ERROR_INPUT, "%s: not an object", path), NULL;
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static void
read_probes (VnLiveScenario *scenario)
{
  g_autofree char *path = g_build_filename (scenario->folder, "probes.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      {
        VnLiveObserved *observed = g_new0 (VnLiveObserved, 1);

        observed->result = g_strndup (lines[i], strcspn (lines[i], " "));
        observed->line = g_strdup (lines[i]);
        g_ptr_array_add (scenario->observed, observed);
      }
}

VnLiveScenario *
vn_live_scenario_load (const char *folder, GError **error)
{
  g_autoptr (VnLiveScenario) scenario = g_new0 (VnLiveScenario, 1);
  g_autoptr (JsonObject) root = NULL;

  scenario->folder = g_strdup (folder);
  scenario->name = g_path_get_basename (folder);
  scenario->observed = g_ptr_array_new_with_free_func (observed_free);
  root = load_object (folder, "scenario.json", error);
  if (root == NULL)
    return NULL;
  if (!json_object_has_member (root, "steps"))
    return vn_error_set (error, VN_ERROR_INPUT, "%s: scenario.json has no steps", folder), NULL;
  scenario->steps = json_array_ref (json_object_get_array_member (root, "steps"));
  scenario->knobs = json_object_has_member (root, "knobs")
                        ? json_object_ref (json_object_get_object_member (root, "knobs"))
                        : json_object_new ();
  scenario->ids = load_object (folder, "ids.json", error);
  if (scenario->ids == NULL)
    return NULL;
  read_probes (scenario);
  return g_steal_pointer (&scenario);
}

/* ---- questions ---- */

static gboolean
is_router_step (JsonObject *step)
{
  static const char *const resources[] = { "routers", "floatingips" };
  const char *path;

  if (!json_object_has_member (step, "api"))
    return json_object_get_boolean_member_with_default (step, "services", FALSE);
  path = json_array_get_string_element (json_object_get_array_member (step, "api"), 1);
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    if (g_str_has_prefix (path, resources[i]))
      return TRUE;
  return FALSE;
}

gboolean
vn_live_scenario_has_router (const VnLiveScenario *scenario)
{
  for (guint i = 0; i < json_array_get_length (scenario->steps); i++)
    if (is_router_step (json_array_get_object_element (scenario->steps, i)))
      return TRUE;
  return FALSE;
}

gboolean
vn_live_scenario_answered (const VnLiveScenario *scenario, const char *proto, guint port)
{
  g_autofree char *place = g_strdup_printf (" port=%u ", port);

  for (guint i = 0; i < scenario->observed->len; i++)
    {
      const VnLiveObserved *observed = g_ptr_array_index (scenario->observed, i);
      g_autofree char *padded = g_strconcat (observed->line, " ", NULL);
      g_auto (GStrv) words = g_strsplit_set (observed->line, " ", 0);
      guint second = 1;

      while (words[second] != NULL && *words[second] == '\0')
        second++;
      if (g_str_equal (observed->result, "ok") && g_strcmp0 (words[second], proto) == 0
          && strstr (padded, place) != NULL)
        return TRUE;
    }
  return FALSE;
}

char *
vn_live_scenario_read (const VnLiveScenario *scenario, const char *snapshot, const char *host, const char *file)
{
  g_autofree char *path = g_build_filename (scenario->folder, snapshot, host, file, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* ---- variables ---- */

typedef struct
{
  JsonObject *vars;
  char *missing; /* the first one that is not there */
} Substitution;

static gboolean
replace_variable (const GMatchInfo *match, GString *result, gpointer data)
{
  Substitution *substitution = data;
  g_autofree char *name = g_match_info_fetch (match, 1);
  g_autofree char *member = g_match_info_fetch (match, 2);
  JsonObject *object = json_object_has_member (substitution->vars, name)
                           ? json_object_get_object_member (substitution->vars, name)
                           : NULL;

  if (object != NULL && json_object_has_member (object, member))
    {
      g_string_append (result, json_object_get_string_member (object, member));
      return FALSE;
    }
  if (substitution->missing == NULL)
    substitution->missing = g_strconcat (name, ".", member, NULL);
  return FALSE;
}

char *
vn_live_substitute (const char *text, JsonObject *vars, GError **error)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\$\\{([A-Za-z0-9_]+)\\.([a-z_:]+)\\}", 0, 0, NULL);
  Substitution substitution = { vars, NULL };
  g_autofree char *done = g_regex_replace_eval (regex, text, -1, 0, 0, replace_variable, &substitution, error);
  g_autofree char *missing = substitution.missing;

  if (missing != NULL)
    return vn_error_set (error, VN_ERROR_INPUT, "nothing is known of %s", missing), NULL;
  return g_steal_pointer (&done);
}
