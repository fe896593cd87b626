/* SPDX-License-Identifier: Apache-2.0 */
/* From a cloud that stands to a changed file: the places of objects, what is unplugged and plugged, what is refused. */
#include "sim/model/vn-align.h"
#include "sim/model/vn-change.h"

#include <string.h>

#include "tests/lib/vn-test-world.h"

/* a on compute1, b and c on compute2. */
static VnTestWorld
cloud (void)
{
  VnTestWorld world = vn_test_world_new ();

  vn_test_world_server (&world, "a", 0, "172.16.1.10");
  vn_test_world_server (&world, "b", 1, "172.16.1.11");
  vn_test_world_server (&world, "c", 1, "172.16.1.12");
  return world;
}

static VnMachine *
machine (const VnTopology *t, guint i)
{
  return g_ptr_array_index (t->machines, i);
}

static VnNetwork *
network (const VnTopology *t, guint i)
{
  return g_ptr_array_index (t->networks, i);
}

/* Ids that follow from the names, as a loader draws them. */
static void
name_ids (VnTopology *t)
{
  for (guint i = 0; i < t->servers->len; i++)
    {
      VnServer *server = g_ptr_array_index (t->servers, i);
      VnPort *port = vn_test_cloud_port (t, g_array_index (server->ports, guint, 0));

      g_free (server->id);
      g_free (port->id);
      server->id = g_strdup_printf ("%c0000000-0000-4000-8000-000000000001", *server->name);
      port->id = g_strdup_printf ("%c0000000-0000-4000-8000-000000000002", *server->name);
    }
}

/* ---- places ---- */

/* The wanted file has its objects the other way round, one less and one more of them. */
static void
test_places (void)
{
  VnTestWorld standing = cloud (), wanted = vn_test_world_new ();
  g_autoptr (VnTopology) t = NULL;
  guint c = vn_test_world_server (&wanted, "c", 1, "172.16.1.12"),
        d = vn_test_world_server (&wanted, "d", 2, "172.16.1.13");
  guint a = vn_test_world_server (&wanted, "a", 0, "172.16.1.10");

  name_ids (standing.t);
  name_ids (wanted.t);
  vn_test_cloud_seal (standing.t);
  vn_test_cloud_seal (wanted.t);
  t = vn_topology_align (standing.t, wanted.t);
  g_assert_false (t->sealed);
  g_assert_cmpuint (t->ports->len, ==, 4);
  for (guint i = 0; i < standing.t->ports->len; i++)
    g_assert_cmpstr (vn_topology_port (t, i)->id, ==, vn_topology_port (standing.t, i)->id);
  g_assert_false (vn_topology_port (t, 0)->deleted);
  g_assert_true (vn_topology_port (t, 1)->deleted);
  g_assert_true (vn_topology_server (t, vn_topology_port (t, 1)->server)->deleted);
  g_assert_false (vn_topology_port (t, 2)->deleted);
  g_assert_cmpstr (vn_topology_port (t, 3)->id, ==, vn_topology_port (wanted.t, d)->id);
  g_assert_cmpstr (vn_topology_port (t, 2)->id, ==, vn_topology_port (wanted.t, c)->id);
  g_assert_cmpstr (vn_topology_port (t, 0)->id, ==, vn_topology_port (wanted.t, a)->id);
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnServer *server = vn_topology_server (t, vn_topology_port (t, i)->server);

      g_assert_cmpuint (g_array_index (server->ports, guint, 0), ==, i);
    }
  vn_topology_unref (standing.t);
  vn_topology_unref (wanted.t);
}

static guint
add_policy (VnTopology *t, const char *id)
{
  VnQosPolicy *policy = vn_qos_policy_new ();

  policy->id = g_strdup (id);
  policy->name = g_strdup (id);
  g_ptr_array_add (t->qos_policies, policy);
  return t->qos_policies->len - 1;
}

/* What refers to an object follows it to its place. */
static void
test_policies (void)
{
  VnTestWorld standing = cloud (), wanted = cloud ();
  g_autoptr (VnTopology) t = NULL;

  add_policy (standing.t, "f0000000-0000-4000-8000-000000000001");
  add_policy (standing.t, "f0000000-0000-4000-8000-000000000002");
  vn_test_cloud_port (wanted.t, 0)->qos_policy = add_policy (wanted.t, "f0000000-0000-4000-8000-000000000002");
  network (wanted.t, 0)->qos_policy = add_policy (wanted.t, "f0000000-0000-4000-8000-000000000003");
  vn_test_cloud_seal (standing.t);
  vn_test_cloud_seal (wanted.t);
  t = vn_topology_align (standing.t, wanted.t);
  g_assert_cmpuint (t->qos_policies->len, ==, 3);
  g_assert_true (vn_topology_qos_policy (t, 0)->deleted);
  g_assert_cmpuint (vn_topology_port (t, 0)->qos_policy, ==, 1);
  g_assert_cmpuint (vn_topology_port (t, 1)->qos_policy, ==, VN_NONE);
  g_assert_cmpuint (vn_topology_network (t, 0)->qos_policy, ==, 2);
  vn_topology_unref (standing.t);
  vn_topology_unref (wanted.t);
}

/* A machine that goes leaves an empty place, which it takes again when it comes back. */
static void
test_machine_comes_back (void)
{
  VnTestWorld standing = vn_test_world_new ();
  g_autoptr (VnTopology) less = NULL, gone = NULL, back = NULL;
  guint last = standing.hosts[2];

  vn_test_cloud_seal (standing.t);
  less = vn_topology_copy (standing.t);
  g_ptr_array_remove_index (less->machines, last);
  vn_test_cloud_seal (less);
  gone = vn_topology_align (standing.t, less);
  vn_test_cloud_seal (gone);
  g_assert_true (machine (gone, last)->deleted);
  g_assert_null (machine (gone, last)->agent);
  g_assert_cmpuint (machine (gone, last)->interfaces->len, ==, 0);
  back = vn_topology_align (gone, standing.t);
  vn_test_cloud_seal (back);
  g_assert_false (machine (back, last)->deleted);
  g_assert_nonnull (machine (back, last)->agent);
  g_assert_cmpuint (back->machines->len, ==, standing.t->machines->len);
  vn_topology_unref (standing.t);
}

/* ---- events ---- */

static void
change_nothing (VnTopology *t G_GNUC_UNUSED)
{
}

static void
move_b (VnTopology *t)
{
  vn_test_cloud_port (t, 1)->host = vn_topology_port (t, 0)->host;
  ((VnServer *)g_ptr_array_index (t->servers, 1))->host = vn_topology_port (t, 0)->host;
}

static void
delete_c (VnTopology *t)
{
  g_ptr_array_set_size (t->ports, 2);
  g_ptr_array_set_size (t->servers, 2);
}

static void
change_mac (VnTopology *t)
{
  vn_test_cloud_port (t, 0)->mac_address.b[5] ^= 0x80;
}

static void
change_groups (VnTopology *t)
{
  g_array_set_size (vn_test_cloud_port (t, 0)->security_groups, 0);
}

static void
change_segment (VnTopology *t)
{
  network (t, 0)->segmentation_id = 4242;
}

static void
change_agent (VnTopology *t)
{
  VnMachine *host = machine (t, vn_topology_port (t, 1)->host);

  vn_config_free (host->agent);
  host->agent = vn_config_new ();
  vn_config_set (host->agent, VN_OPT_VXLAN_LOCAL_IP, "10.0.0.102", VN_ORIGIN_NONE, NULL);
}

/* "plug 1@compute1, …": what the events of a change are. */
static char *
events_to_text (const GArray *events, const VnTopology *t)
{
  static const char *const words[]
      = { [VN_EVENT_PORT_UP] = "plug", [VN_EVENT_UNPLUG] = "unplug", [VN_EVENT_API] = "API" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++)
    {
      const VnEvent *event = &g_array_index (events, VnEvent, i);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", words[event->kind]);
      if (event->port != VN_NONE)
        g_string_append_printf (text, " %u@%s", event->port, machine (t, event->host)->name);
    }
  return g_string_free (text, FALSE);
}

static void
test_events (void)
{
  static const struct
  {
    void (*change) (VnTopology *t);
    const char *events;
  } cases[] = {
    { change_nothing, "API" },
    { change_groups, "API" },
    { move_b, "unplug 1@compute2, API, plug 1@compute1" },
    { delete_c, "unplug 2@compute2, API" },
    { change_mac, "unplug 0@compute1, API, plug 0@compute1" },
    { change_segment, "unplug 0@compute1, unplug 1@compute2, unplug 2@compute2, API, API, plug 0@compute1, "
                      "plug 1@compute2, plug 2@compute2" },
    { change_agent, "unplug 1@compute2, unplug 2@compute2, API, API, plug 1@compute2, plug 2@compute2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestWorld world = cloud ();
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnTopology) wanted = NULL;
      g_autoptr (GArray) history = NULL, events = NULL;
      g_autofree char *text = NULL;

      vn_test_cloud_seal (world.t);
      history = vn_topology_default_events (world.t);
      wanted = vn_topology_copy (world.t);
      cases[i].change (wanted);
      vn_test_cloud_seal (wanted);
      events = vn_change_events (world.t, history, wanted, diags);
      g_assert_nonnull (events);
      text = events_to_text (events, world.t);
      g_assert_cmpstr (text, ==, cases[i].events);
      vn_topology_unref (world.t);
    }
}

/* An agent that begins anew remembers nothing of what the old one was told. */
static void
test_forgets (void)
{
  VnTestWorld world = cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) wanted = NULL;
  g_autoptr (GArray) history = NULL, events = NULL;
  g_autoptr (VnWorld) state = NULL;
  g_autoptr (VnTables) tables = vn_tables_new ();
  const char *host;

  vn_test_cloud_seal (world.t);
  host = machine (world.t, vn_topology_port (world.t, 1)->host)->name;
  history = vn_topology_default_events (world.t);
  wanted = vn_topology_copy (world.t);
  change_agent (wanted);
  vn_test_cloud_seal (wanted);
  events = vn_change_events (world.t, history, wanted, diags);
  state = vn_world_fold (vn_world_fold (vn_world_new (world.t, NULL), history), events);
  vn_world_render (state, tables);
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;

      g_assert_false (obj->kind == VN_KOBJ_FDB && g_str_equal (obj->node, host)); /* no l2_population any more */
    }
  vn_topology_unref (world.t);
}

static void
test_stopped_agent (void)
{
  VnTestWorld world = cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (GArray) history = NULL, events = NULL;

  vn_test_cloud_seal (world.t);
  history = vn_topology_default_events (world.t);
  vn_events_add_agent_stop (history, world.hosts[0], VN_ORIGIN_NONE);
  vn_events_add_agent_stop (history, world.hosts[1], VN_ORIGIN_NONE);
  vn_events_add_agent_start (history, world.hosts[1], VN_ORIGIN_NONE);
  events = vn_change_events (world.t, history, world.t, diags);
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_cmpint (g_array_index (events, VnEvent, 0).kind, ==, VN_EVENT_AGENT_START);
  g_assert_cmpuint (g_array_index (events, VnEvent, 0).host, ==, world.hosts[0]);
  g_assert_cmpint (g_array_index (events, VnEvent, 1).kind, ==, VN_EVENT_API);
  vn_topology_unref (world.t);
}

static void
test_by_hand (void)
{
  VnTestWorld world = cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) wanted = NULL;
  g_autoptr (GArray) history = NULL;
  VnByHand *hand = vn_by_hand_new ();

  vn_test_cloud_seal (world.t);
  history = vn_topology_default_events (world.t);
  wanted = vn_topology_copy (world.t);
  hand->origin = vn_origin_new ("lab.vlab.yml", 7, 3);
  hand->host = world.hosts[0];
  hand->network = world.network;
  g_ptr_array_add (wanted->by_hand, hand);
  vn_test_cloud_seal (wanted);
  g_assert_null (vn_change_events (world.t, history, wanted, diags));
  g_assert_cmpuint (vn_diag_list_len (diags), ==, 1);
  g_assert_cmpint (vn_diag_list_get (diags, 0)->code, ==, VN_DIAG_UNSUPPORTED);
  vn_topology_unref (world.t);
}

static void
test_file_events (void)
{
  VnTestWorld world = cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) wanted = NULL;
  g_autoptr (GArray) history = NULL;

  vn_test_cloud_seal (world.t);
  history = vn_topology_default_events (world.t);
  wanted = vn_topology_copy (world.t);
  vn_test_cloud_seal (wanted);
  wanted->events = vn_events_new ();
  vn_events_add_unplug (wanted->events, 0, VN_NONE, vn_origin_new ("lab.vlab.yml", 9, 5));
  g_assert_null (vn_change_events (world.t, history, wanted, diags));
  g_assert_cmpuint (vn_diag_list_get (diags, 0)->origin.line, ==, 9);
  vn_topology_unref (world.t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/change/places", test_places);
  g_test_add_func ("/change/policies", test_policies);
  g_test_add_func ("/change/machine-comes-back", test_machine_comes_back);
  g_test_add_func ("/change/events", test_events);
  g_test_add_func ("/change/forgets", test_forgets);
  g_test_add_func ("/change/stopped-agent", test_stopped_agent);
  g_test_add_func ("/change/by-hand", test_by_hand);
  g_test_add_func ("/change/file-events", test_file_events);
  return g_test_run ();
}
