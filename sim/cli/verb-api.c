/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab api: a request of the Networking API, answered as the lab's neutron-server would.
 *
 * What a lab's cloud is follows from its file and the requests that were made since. With --file there were none, and
 * nothing is kept: it says what the server would answer. */
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-held-lab.h"

#include <stdio.h>
#include <string.h>

static gboolean
ask_file (const char *path, const VnCliLab *lab, const VnApiRequest *request, VnApiAnswer *ret)
{
  g_autoptr (VnTopology) topology = vn_cli_load (path, lab, NULL);
  g_autoptr (VnApi) api = topology != NULL ? vn_api_new (topology, NULL) : NULL;

  if (api == NULL)
    return FALSE;
  vn_api_request_as (api, request->method, request->path, request->body, NULL, ret);
  return TRUE;
}

static void
print_answer (const VnApiAnswer *answer)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_int_member (object, "status", answer->status);
  if (answer->body != NULL)
    json_object_set_member (object, "body", json_node_copy (answer->body));
  json_node_take_object (node, object);
  text = json_to_string (node, TRUE);
  printf ("%s\n", text);
}

/* BODY, or what stands in the file after an "@", as curl has it. Transfer full. */
static char *
read_body (const char *word, GError **error)
{
  char *text;

  if (word == NULL || *word != '@')
    return g_strdup (word);
  return g_file_get_contents (word + 1, &text, NULL, error) ? text : NULL;
}

static gboolean
parse_words (char **words, VnApiRequest *ret)
{
  g_autoptr (GError) error = NULL;
  guint n = g_strv_length (words);
  g_autofree char *body = NULL;

  if (n < 3 || n > 4)
    {
      fprintf (stderr, "vnetlab api: expected a lab, a method, a path and perhaps a body: "
                       "vnetlab api --file LAB POST networks '{\"network\": {}}'\n");
      return FALSE;
    }
  body = read_body (n == 4 ? words[3] : NULL, &error);
  if (error == NULL && vn_api_request_init (ret, words[1], words[2], body, &error))
    return TRUE;
  fprintf (stderr, "vnetlab api: %s\n", error->message);
  return FALSE;
}

/* Returns: the exit code that belongs to the answer. */
static int
report (const VnApiAnswer *answer)
{
  print_answer (answer);
  return answer->status < 400 ? VN_EXIT_OK : VN_EXIT_FAILED;
}

static int
ask_held (const char *name, const VnApiRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_auto (VnApiAnswer) answer = { 0 };
  g_autoptr (VnHeldLab) held = vn_held_lab_open (name, vn_api_request_changes (request), &error);

  if (held == NULL || (vn_api_request_changes (request) && !vn_held_lab_join (held, &error))
      || !vn_held_lab_ask (held, request, &answer, &error))
    return vn_cli_fail (error);
  return report (&answer);
}

int
vn_verb_api (int argc, char **argv)
{
  VnCliLab lab = { 0 };
  gboolean is_file = FALSE;
  const GOptionEntry entries[] = { VN_CLI_LAB_ENTRIES (lab),
                                   { "file", 0, 0, G_OPTION_ARG_NONE, &is_file,
                                     "Ask about a lab that is not up: nothing is changed or kept", NULL },
                                   G_OPTION_ENTRY_NULL };
  g_auto (GStrv) words = NULL;
  g_auto (VnApiRequest) request = { 0 };
  g_auto (VnApiAnswer) answer = { 0 };
  int code = VN_EXIT_USAGE;

  if (!vn_cli_parse ("api", "LAB METHOD PATH [BODY|@FILE]",
                     "A request of the Networking API v2.0, answered as the lab's neutron-server would.", entries, argc,
                     argv, &words))
    return VN_EXIT_USAGE;
  if (parse_words (words, &request))
    {
      if (!is_file)
        code = ask_held (words[0], &request);
      else if (ask_file (words[0], &lab, &request, &answer))
        code = report (&answer);
    }
  vn_cli_lab_clear (&lab);
  return code;
}
