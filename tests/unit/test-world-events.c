/* SPDX-License-Identifier: Apache-2.0 */
/* What each event makes of a small cloud: the operations that it takes, and what is left behind. */
#include <string.h>

#include "sim/plan/vn-plan.h"
#include "tests/lib/vn-test-world.h"

/* a on compute1, b and c on compute2; one group, which lets in TCP 80. */
enum
{
  A,
  B,
  C
};

typedef struct
{
  VnTestWorld cloud;
  GArray *events;
} Story;

static void
story_begin (Story *story)
{
  *story = (Story){ .cloud = vn_test_world_new () };
  vn_test_world_server (&story->cloud, "a", 0, "172.16.1.10");
  vn_test_world_server (&story->cloud, "b", 1, "172.16.1.11");
  vn_test_world_server (&story->cloud, "c", 1, "172.16.1.12");
  vn_test_cloud_rule (story->cloud.t, story->cloud.group, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 80, 80);
  vn_test_cloud_seal (story->cloud.t);
  story->events = vn_topology_default_events (story->cloud.t);
}

static void
story_end (Story *story)
{
  g_array_unref (story->events);
  vn_topology_unref (story->cloud.t);
}

static VnTopology *
next_model (const Story *story)
{
  return vn_topology_copy (vn_events_final_topology (story->events, story->cloud.t));
}

static void
call (Story *story, VnTopology *model)
{
  g_autoptr (VnTopology) changed = model;

  vn_test_cloud_seal (changed);
  vn_events_add_api (story->events, changed, VN_ORIGIN_NONE);
}

static VnTables *
tables_of (const Story *story)
{
  g_autoptr (VnWorld) world = vn_world_fold (vn_world_new (story->cloud.t, NULL), story->events);
  VnTables *tables = vn_tables_new ();

  vn_world_render (world, tables);
  return tables;
}

/* ---- what happens ---- */

static void
restart (Story *story)
{
  vn_events_add_agent_stop (story->events, story->cloud.hosts[0], VN_ORIGIN_NONE);
  vn_events_add_agent_start (story->events, story->cloud.hosts[0], VN_ORIGIN_NONE);
}

static void
delete_rule (Story *story)
{
  VnTopology *model = next_model (story);
  VnSecurityGroup *group = g_ptr_array_index (model->security_groups, story->cloud.group);

  g_ptr_array_set_size (group->rules, (gint)group->rules->len - 1);
  call (story, model);
}

static void
leave_group (Story *story)
{
  VnTopology *model = next_model (story);

  g_array_set_size (vn_test_cloud_port (model, A)->security_groups, 0);
  call (story, model);
}

static void
set_down (Story *story)
{
  VnTopology *model = next_model (story);

  vn_test_cloud_port (model, B)->admin_state_up = FALSE;
  call (story, model);
}

static void
delete_port (Story *story)
{
  VnTopology *model = next_model (story);

  vn_test_cloud_port (model, B)->deleted = TRUE;
  call (story, model);
}

static void
unplug_a (Story *story)
{
  vn_events_add_unplug (story->events, A, VN_NONE, VN_ORIGIN_NONE);
}

static void
unplug_unseen (Story *story)
{
  vn_events_add_agent_stop (story->events, story->cloud.hosts[0], VN_ORIGIN_NONE);
  unplug_a (story);
}

static const struct
{
  const char *what;
  void (*happens) (Story *story);
  const char *ops; /* verb, kind and key of each */
} stories[] = {
  { "a restarted agent changes nothing", restart, "" },
  { "a deleted rule", delete_rule,
    "set rules compute1 iptables\n"
    "set rules compute2 iptables\n"
    "del conntrack compute1 -f ipv4 -p 6 -d 172.16.1.10 -w 4097\n"
    "del conntrack compute2 -f ipv4 -p 6 -d 172.16.1.11 -w 4097\n"
    "del conntrack compute2 -f ipv4 -p 6 -d 172.16.1.12 -w 4097\n" },
  { "a port leaves its group", leave_group,
    "set rules compute1 iptables\n"
    "set rules compute1 ip6tables\n"
    "del conntrack compute1 -f ipv4 -d 172.16.1.10 -w 4097\n"
    "del conntrack compute1 -f ipv4 -s 172.16.1.10 -w 4097\n" },
  { "a port is set down", set_down,
    "del fdb compute1 vxlan-42 fa:16:3e:00:00:01\n"
    "set link compute2 tapa0000002-00\n" },
  { "a deleted port whose tap stays", delete_port, "del fdb compute1 vxlan-42 fa:16:3e:00:00:01\n" },
  { "the last port of a host is unplugged", unplug_a,
    "del fdb compute2 vxlan-42 fa:16:3e:00:00:00\n"
    "del fdb compute2 vxlan-42 00:00:00:00:00:00 10.0.0.101\n"
    "del node a\n"
    "set rules compute1 iptables\n"
    "set rules compute1 ip6tables\n"
    "set rules compute1 ebtables\n"
    "del conntrack compute1 -f ipv4 -d 172.16.1.10 -w 4097\n"
    "del conntrack compute1 -f ipv4 -s 172.16.1.10 -w 4097\n" },
  { "a tap vanishes while the agent is stopped", unplug_unseen, "del node a\n" },
};

static char *
brief (const VnPlan *plan)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = g_ptr_array_index (plan->ops, i);
      g_autofree char *key = vn_kobj_key (&op->obj);

      g_string_append_printf (out, "%s %s\n", vn_verb_name (op->verb), key);
    }
  return g_string_free (out, FALSE);
}

static void
test_operations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      Story story;
      g_autoptr (VnTables) before = NULL, after = NULL;
      g_autoptr (VnPlan) plan = NULL;
      g_autofree char *ops = NULL;

      g_test_message ("%s", stories[i].what);
      story_begin (&story);
      before = tables_of (&story);
      stories[i].happens (&story);
      after = tables_of (&story);
      plan = vn_plan_delta (before, after);
      ops = brief (plan);
      g_assert_cmpstr (ops, ==, stories[i].ops);
      story_end (&story);
    }
}

/* ---- what is left behind ---- */

/* The rules of the first host for IPv4, as iptables-save prints them. */
static char *
rules_of (const Story *story, const char *host)
{
  g_autoptr (VnTables) tables = tables_of (story);

  return vn_ruleset_to_save (vn_tables_ruleset (tables, host, VN_TOOL_IPTABLES), FALSE);
}

static guint
count (const char *text, const char *word)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, word)) != NULL; p += strlen (word))
    n++;
  return n;
}

/* A tap that the server does not know is let through, and no rule names one that was plugged behind a stopped agent's
 * back. */
static void
test_strangers (void)
{
  Story story;
  g_autofree char *stranger = NULL, *unseen = NULL;
  char tap[16];

  story_begin (&story);
  vn_name_tap (vn_topology_port (story.cloud.t, B)->id, tap);
  delete_port (&story);
  vn_events_add_unplug (story.events, B, VN_NONE, VN_ORIGIN_NONE);
  vn_events_add_agent_stop (story.events, story.cloud.hosts[1], VN_ORIGIN_NONE);
  vn_events_add_port_up (story.events, B, VN_NONE, VN_ORIGIN_NONE);
  unseen = rules_of (&story, "compute2");
  vn_events_add_agent_start (story.events, story.cloud.hosts[1], VN_ORIGIN_NONE);
  stranger = rules_of (&story, "compute2");
  g_assert_cmpuint (count (stranger, tap), ==, 2);
  g_assert_nonnull (strstr (stranger, "--physdev-is-bridged -j ACCEPT"));
  g_assert_cmpuint (count (unseen, "-j ACCEPT"), ==, 1);
  story_end (&story);
}

static void
rebind (Story *story, guint host)
{
  VnTopology *model = next_model (story);

  vn_test_cloud_port (model, A)->host = story->cloud.hosts[host];
  call (story, model);
}

static gboolean
is_active (const Story *story, guint port)
{
  g_autoptr (VnWorld) world = vn_world_fold (vn_world_new (story->cloud.t, NULL), story->events);

  return vn_world_port_active (world, port, NULL);
}

/* A port that was bound to another host is ACTIVE only once its tap is there. */
static void
test_migration (void)
{
  Story story;

  story_begin (&story);
  g_assert_true (is_active (&story, A));
  rebind (&story, 2);
  g_assert_false (is_active (&story, A));
  vn_events_add_port_up (story.events, A, VN_NONE, VN_ORIGIN_NONE);
  g_assert_true (is_active (&story, A));
  unplug_a (&story);
  g_assert_false (is_active (&story, A));
  story_end (&story);
}

/* The network's bridge and uplink go on every host, and with them what stands in their tables. */
static void
test_network_deleted (void)
{
  Story story;
  VnTopology *model;
  g_autoptr (VnTables) tables = NULL;

  story_begin (&story);
  model = next_model (&story);
  for (guint i = A; i <= C; i++)
    {
      vn_events_add_unplug (story.events, i, VN_NONE, VN_ORIGIN_NONE);
      vn_test_cloud_port (model, i)->deleted = TRUE;
    }
  ((VnNetwork *)g_ptr_array_index (model->networks, story.cloud.network))->deleted = TRUE;
  call (&story, model);
  tables = tables_of (&story);
  for (guint i = 0; i < tables->entries->len; i++)
    g_assert_cmpint (VN_AT (tables->entries, VnEntry, i)->obj.kind, !=, VN_KOBJ_LINK);
  story_end (&story);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/world-events/operations", test_operations);
  g_test_add_func ("/world-events/strangers", test_strangers);
  g_test_add_func ("/world-events/migration", test_migration);
  g_test_add_func ("/world-events/network-deleted", test_network_deleted);
  return g_test_run ();
}
