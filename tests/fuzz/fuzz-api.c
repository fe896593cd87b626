/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the API, one a line: "METHOD PATH BODY". "$0" to "$9" stand for the ids of what was made, in turn.
 *
 * Whatever is asked: an answer has a status and says what was wrong, the topology is sealed and whole, and objects keep
 * their places. */
#include "tests/fuzz/vn-fuzz.h"

#include "tests/lib/vn-test-api.h"

#include <string.h>

/* Requests that one input may make: a topology is copied for each. */
#define LINES_MAX 64

static void
check_topology (const VnTopology *t, const VnTopology *before)
{
  g_assert_true (t->sealed);
  g_assert_cmpuint (t->networks->len, >=, before->networks->len);
  g_assert_cmpuint (t->ports->len, >=, before->ports->len);
  for (guint i = 0; i < before->ports->len; i++)
    g_assert_cmpstr (vn_topology_port (before, i)->id, ==, vn_topology_port (t, i)->id);
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      g_assert_false (!port->deleted && vn_topology_network (t, port->network)->deleted);
      for (guint j = 0; j < port->fixed_ips->len && !port->deleted; j++)
        g_assert_false (vn_topology_subnet (t, g_array_index (port->fixed_ips, VnFixedIp, j).subnet)->deleted);
      for (guint j = 0; j < port->security_groups->len && !port->deleted; j++)
        g_assert_false (vn_topology_group (t, g_array_index (port->security_groups, guint, j))->deleted);
    }
}

static void
check_answer (const VnApiAnswer *answer)
{
  g_assert_cmpuint (answer->status, >=, 200);
  g_assert_true ((answer->status >= 400) == (answer->error_type != NULL));
  g_assert_true ((answer->status == 204) == (answer->body == NULL));
}

static void
note_made (GHashTable *ids, const VnApiAnswer *answer)
{
  g_autofree char *id = answer->status == 201 ? vn_test_api_attribute (answer, "id") : NULL;

  if (id != NULL && g_hash_table_size (ids) < 10 && strlen (id) > 2)
    g_hash_table_insert (ids, g_strdup_printf ("%u", g_hash_table_size (ids)), g_strndup (id + 1, strlen (id) - 2));
}

static void
ask (VnApi *api, GHashTable *ids, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autofree char *request = NULL;
  g_autoptr (VnTopology) before = vn_topology_ref ((VnTopology *)vn_api_topology (api));
  g_auto (VnApiAnswer) answer = { 0 };

  if (words[0] == NULL || words[1] == NULL || strchr (words[0], '=') != NULL)
    return;
  request = g_strdup_printf ("%s %s", words[0], words[1]);
  vn_test_api_ask (api, ids, request, words[2], &answer);
  check_answer (&answer);
  check_topology (vn_api_topology (api), before);
  note_made (ids, &answer);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX);
  g_autoptr (VnTopology) t = vn_test_api_topology (VN_N_OPTIONS);
  g_autoptr (VnApi) api = vn_api_new (t, NULL);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (gsize i = 0; lines[i] != NULL && g_utf8_validate (text, -1, NULL); i++)
    ask (api, ids, lines[i]);
  return 0;
}
