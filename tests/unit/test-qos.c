/* SPDX-License-Identifier: Apache-2.0 */
/* QoS policies: which one a port has, what a limit is for the kernel, what agents make of it at their taps. */
#include "sim/model/vn-qos.h"
#include "tests/lib/vn-test-world.h"

#include <string.h>

static guint
add_policy (VnTopology *t, const char *name)
{
  VnQosPolicy *policy = vn_qos_policy_new ();

  policy->name = g_strdup (name);
  policy->id = g_strdup_printf ("f0000000-0000-4000-8000-%012u", t->qos_policies->len);
  g_ptr_array_add (t->qos_policies, policy);
  return t->qos_policies->len - 1;
}

static void
add_rule (VnTopology *t, guint policy, VnQosRule values)
{
  VnQosRule *rule = vn_qos_rule_new ();
  VnQosPolicy *p = g_ptr_array_index (t->qos_policies, policy);

  *rule = values;
  rule->id = g_strdup_printf ("e0000000-0000-4000-8000-%06u%06u", policy, p->rules->len);
  g_ptr_array_add (p->rules, rule);
}

static void
add_limit (VnTopology *t, guint policy, VnDirection direction, guint32 kbps, guint32 burst)
{
  add_rule (
      t, policy,
      (VnQosRule){ .kind = VN_QOS_BANDWIDTH_LIMIT, .direction = direction, .max_kbps = kbps, .max_burst_kbps = burst });
}

static void
add_mark (VnTopology *t, guint policy, guint8 mark)
{
  add_rule (t, policy, (VnQosRule){ .kind = VN_QOS_DSCP_MARKING, .direction = VN_EGRESS, .dscp_mark = mark });
}

/* An instance on compute1, whose agent loads the extension. Its port is port 0. */
static VnTestWorld
cloud (void)
{
  VnTestWorld world = vn_test_world_new ();

  vn_test_cloud_set_agent (world.t, world.hosts[0], VN_OPT_AGENT_EXTENSIONS, "qos");
  vn_test_world_server (&world, "a", 0, "172.16.1.10");
  return world;
}

/* What stands at the taps and in the mangle table of a node, a line each. */
static char *
of_qos (const VnTables *tables, const char *node)
{
  GString *text = g_string_new (NULL);
  const VnRuleset *rules = vn_tables_ruleset (tables, node, VN_TOOL_IPTABLES);
  g_autofree char *save = rules != NULL ? vn_ruleset_to_save (rules, FALSE) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (save, "\n", -1);

  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnEntry *entry = g_ptr_array_index (tables->entries, i);
      g_autofree char *value = NULL;

      if (entry->obj.kind != VN_KOBJ_QDISC && entry->obj.kind != VN_KOBJ_FILTER)
        continue;
      value = vn_kobj_brief (&entry->obj);
      g_string_append_printf (text, "%s\n", value);
    }
  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "qos-") != NULL && g_str_has_prefix (lines[i], "-A"))
      g_string_append_printf (text, "%s\n", lines[i]);
  return g_string_free (text, FALSE);
}

/* Builds the cloud on a kernel and compares. */
static void
check (VnTestWorld *world, const VnCaps *caps, const char *expected)
{
  g_autoptr (VnTables) tables = vn_tables_new ();
  g_autoptr (VnWorld) running = NULL;
  g_autoptr (GArray) events = NULL;
  g_autofree char *got = NULL, *wanted = NULL, *chain = NULL, *with_tap = NULL;
  g_auto (GStrv) parts = NULL, chains = NULL;
  char name[VN_DEV_SIZE];

  vn_test_cloud_seal (world->t);
  events = vn_topology_default_events (world->t);
  running = vn_world_fold (vn_world_new (world->t, caps), events);
  vn_world_render (running, tables);
  vn_name_tap (vn_topology_port (world->t, 0)->id, name);
  parts = g_strsplit (expected, "TAP", -1);
  with_tap = g_strjoinv (name, parts);
  chain = g_strdup_printf ("neutron-linuxbri-qos-o%.6s", vn_topology_port (world->t, 0)->id);
  chains = g_strsplit (with_tap, "CHAIN", -1);
  wanted = g_strjoinv (chain, chains);
  got = of_qos (tables, "compute1");
  g_assert_cmpstr (got, ==, wanted);
  vn_topology_unref (world->t);
}

/* ---- limits ---- */

static void
test_limit (void)
{
  static const struct
  {
    VnDirection direction;
    guint32 kbps, burst_kbps;
    guint64 rate, burst;
  } cases[] = {
    { VN_INGRESS, 2000, 200, 250000, 25000 }, { VN_INGRESS, 2000, 0, 250000, 1000 },  /* a tick's worth */
    { VN_INGRESS, 2000, 4, 250000, 1000 },                                            /* no less than that */
    { VN_EGRESS, 4000, 400, 500000, 50000 },  { VN_EGRESS, 1000, 0, 125000, 100000 }, /* 80 % */
  };
  VnTestWorld world = cloud ();
  const VnConfig *agent = vn_topology_machine (world.t, world.hosts[0])->agent;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnQosRule rule = { .kind = VN_QOS_BANDWIDTH_LIMIT,
                         .direction = cases[i].direction,
                         .max_kbps = cases[i].kbps,
                         .max_burst_kbps = cases[i].burst_kbps };
      VnQosLimit limit = vn_qos_limit (agent, &rule);

      g_assert_cmpuint (limit.rate_bytes_per_sec, ==, cases[i].rate);
      g_assert_cmpuint (limit.burst_bytes, ==, cases[i].burst);
      g_assert_null (vn_qos_limit_fails (agent, &rule));
    }
  vn_topology_unref (world.t);
}

static void
test_marks (void)
{
  static const guint8 marks[] = { 0, 10, 26, 46, 56 }, none[] = { 1, 2, 6, 42, 44, 50, 57, 64 };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    g_assert_true (vn_qos_is_mark (marks[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_false (vn_qos_is_mark (none[i]));
}

/* ---- which policy ---- */

static void
test_which (void)
{
  VnTestWorld world = cloud ();
  VnNetwork *network = g_ptr_array_index (world.t->networks, world.network);
  VnPort *port = vn_test_cloud_port (world.t, 0);
  guint one = add_policy (world.t, "one"), two = add_policy (world.t, "two");

  g_assert_cmpuint (vn_port_qos_policy (world.t, port), ==, VN_NONE);
  network->qos_policy = one;
  g_assert_cmpuint (vn_port_qos_policy (world.t, port), ==, one);
  port->qos_policy = two;
  g_assert_cmpuint (vn_port_qos_policy (world.t, port), ==, two);
  vn_topology_unref (world.t);
}

/* ---- the agent ---- */

#define INGRESS "dev TAP ingress\n"
#define POLICER                                                                                                        \
  "dev TAP parent ffff: protocol all prio 49 u32 match u32 0 0 flowid :1 police rate 125000bps burst 100000b mtu "     \
  "65535 drop\n"
#define BUCKET "dev TAP root tbf rate 250000bps burst 25000b latency 50000us\n"

/* A cloud whose port has a policy with everything. */
static VnTestWorld
full_cloud (void)
{
  VnTestWorld world = cloud ();
  guint policy = add_policy (world.t, "all");

  add_mark (world.t, policy, 34);
  add_limit (world.t, policy, VN_INGRESS, 2000, 200);
  add_limit (world.t, policy, VN_EGRESS, 1000, 0);
  vn_test_cloud_port (world.t, 0)->qos_policy = policy;
  return world;
}

#define MARK                                                                                                           \
  "-A neutron-linuxbri-POSTROUTING -m physdev --physdev-in TAP --physdev-is-bridged -j CHAIN\n"                        \
  "-A CHAIN -j DSCP --set-dscp 0x22\n"

static void
test_all (void)
{
  VnTestWorld world = full_cloud ();

  check (&world, NULL, INGRESS POLICER BUCKET MARK);
}

/* The agent ends at the rule that the kernel refuses. */
static void
test_no_police (void)
{
  VnTestWorld world = full_cloud ();
  VnCaps caps = { .no_police = TRUE };

  check (&world, &caps, INGRESS);
}

static void
test_no_tbf (void)
{
  VnTestWorld world = full_cloud ();
  VnCaps caps = { .no_tbf = TRUE };

  check (&world, &caps, INGRESS POLICER);
}

static void
test_no_extension (void)
{
  VnTestWorld world = full_cloud ();

  vn_test_cloud_set_agent (world.t, world.hosts[0], VN_OPT_AGENT_EXTENSIONS, "");
  check (&world, NULL, "");
}

/* A port's empty policy takes the place of its network's. */
static void
test_empty_over_network (void)
{
  VnTestWorld world = cloud ();
  VnNetwork *network = g_ptr_array_index (world.t->networks, world.network);

  network->qos_policy = add_policy (world.t, "marks");
  add_mark (world.t, network->qos_policy, 34);
  vn_test_cloud_port (world.t, 0)->qos_policy = add_policy (world.t, "empty");
  check (&world, NULL, "");
}

static void
test_network (void)
{
  VnTestWorld world = cloud ();
  VnNetwork *network = g_ptr_array_index (world.t->networks, world.network);

  network->qos_policy = add_policy (world.t, "marks");
  add_mark (world.t, network->qos_policy, 34);
  check (&world, NULL, MARK);
}

/* After the policy lost its mark, and after the tap is gone, nothing of it is left. */
static void
test_changes (void)
{
  VnTestWorld world = full_cloud ();
  g_autoptr (GArray) events = NULL;
  g_autoptr (GArray) more = vn_events_new ();
  g_autoptr (VnTopology) changed = NULL;
  g_autoptr (VnTables) without = vn_tables_new ();
  g_autoptr (VnTables) gone = vn_tables_new ();
  g_autoptr (VnWorld) running = NULL;
  g_autofree char *text = NULL, *none = NULL;

  vn_test_cloud_seal (world.t);
  events = vn_topology_default_events (world.t);
  running = vn_world_fold (vn_world_new (world.t, NULL), events);
  changed = vn_topology_copy (world.t);
  g_ptr_array_remove_index (((VnQosPolicy *)g_ptr_array_index (changed->qos_policies, 0))->rules, 0);
  vn_test_cloud_seal (changed);
  vn_events_add_api (more, changed, VN_ORIGIN_NONE);
  running = vn_world_fold (g_steal_pointer (&running), more);
  vn_world_render (running, without);
  text = of_qos (without, "compute1");
  g_assert_null (strstr (text, "DSCP"));
  g_assert_nonnull (strstr (text, "tbf"));
  g_array_set_size (more, 0);
  vn_events_add_unplug (more, 0, world.hosts[0], VN_ORIGIN_NONE);
  running = vn_world_fold (g_steal_pointer (&running), more);
  vn_world_render (running, gone);
  none = of_qos (gone, "compute1");
  g_assert_cmpstr (none, ==, "");
  vn_topology_unref (world.t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/qos/limit", test_limit);
  g_test_add_func ("/qos/marks", test_marks);
  g_test_add_func ("/qos/which", test_which);
  g_test_add_func ("/qos/all", test_all);
  g_test_add_func ("/qos/no-police", test_no_police);
  g_test_add_func ("/qos/no-tbf", test_no_tbf);
  g_test_add_func ("/qos/no-extension", test_no_extension);
  g_test_add_func ("/qos/empty-over-network", test_empty_over_network);
  g_test_add_func ("/qos/network", test_network);
  g_test_add_func ("/qos/changes", test_changes);
  return g_test_run ();
}
