/* SPDX-License-Identifier: Apache-2.0 */
/* Uplinks of flat and VLAN networks: what moves to the bridge, what comes back, and with which metric. */
#include <string.h>

#include "sim/plan/vn-tables.h"
#include "tests/lib/vn-test-values.h"
#include "tests/lib/vn-test-world.h"

#define HOST "compute1"
#define NIC "ens33"

/* A network of @type on compute1's only interface, with a port there. */
static VnTestWorld
begin (VnNetType type)
{
  VnTestWorld cloud = vn_test_world_new ();
  VnNetwork *network = g_ptr_array_index (cloud.t->networks, cloud.network);
  VnMachine *machine = g_ptr_array_index (cloud.t->machines, cloud.hosts[0]);

  network->type = type;
  network->physical_network = g_strdup ("outside");
  network->segmentation_id = 101;
  vn_config_set (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "outside:" NIC, VN_ORIGIN_NONE, NULL);
  vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
  vn_test_cloud_seal (cloud.t);
  return cloud;
}

/* The host as the scene leaves it: an address, and a default route with @metric. */
static VnTables *
scene (guint metric)
{
  VnTables *tables = vn_tables_new ();
  VnPrefix any = { .ip = { .family = VN_FAMILY_IPV4 } };
  VnKobj route = vn_kobj_route (g_intern_string (HOST), any, vn_test_ip ("10.0.0.1"), NIC);

  route.u.route.metric = metric;
  vn_tables_add (tables, vn_kobj_link (g_intern_string (HOST), VN_LINK_VETH, NIC), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_addr (g_intern_string (HOST), NIC, vn_test_prefix ("10.0.0.101/24")), VN_ORIGIN_NONE);
  vn_tables_add (tables, route, VN_ORIGIN_NONE);
  return tables;
}

static const VnKobj *
find (const VnTables *tables, VnKobjKind kind)
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;

      if (obj->kind == kind && strcmp (obj->node, HOST) == 0)
        return obj;
    }
  return NULL;
}

/* The network goes with its port, as the API wants it. */
static VnTopology *
without_network (const VnTestWorld *cloud)
{
  VnTopology *t = vn_topology_copy (cloud->t);

  for (guint i = 0; i < t->ports->len; i++)
    ((VnPort *)g_ptr_array_index (t->ports, i))->deleted = TRUE;
  for (guint i = 0; i < t->subnets->len; i++)
    ((VnSubnet *)g_ptr_array_index (t->subnets, i))->deleted = TRUE;
  for (guint i = 0; i < t->servers->len; i++)
    ((VnServer *)g_ptr_array_index (t->servers, i))->deleted = TRUE;
  ((VnNetwork *)g_ptr_array_index (t->networks, cloud->network))->deleted = TRUE;
  vn_test_cloud_seal (t);
  return t;
}

/* @events: transfer full. */
static VnTables *
after (const VnTestWorld *cloud, GArray *events, guint metric)
{
  g_autoptr (GArray) all = events;
  g_autoptr (VnWorld) world = vn_world_fold (vn_world_new (cloud->t, NULL), all);
  VnTables *tables = scene (metric);

  vn_world_render (world, tables);
  return tables;
}

static void
expect_places (const VnTables *tables, const char *dev, guint metric, const char *master)
{
  g_assert_cmpstr (find (tables, VN_KOBJ_ADDR)->u.addr.dev, ==, dev);
  g_assert_cmpstr (find (tables, VN_KOBJ_ROUTE)->u.route.dev, ==, dev);
  g_assert_cmpuint (find (tables, VN_KOBJ_ROUTE)->u.route.metric, ==, metric);
  g_assert_cmpstr (find (tables, VN_KOBJ_LINK)->u.link.master, ==, master);
}

/* Metrics: of the file, once moved, moved back. */
static void
test_flat (void)
{
  static const guint metrics[][3] = { { 0, 100, 99 }, { 50, 49, 48 }, { 1, 0, 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (metrics); i++)
    {
      VnTestWorld cloud = begin (VN_NET_FLAT);
      g_autoptr (VnTopology) gone = without_network (&cloud);
      GArray *events = vn_topology_default_events (cloud.t);
      g_autoptr (VnTables) there = after (&cloud, vn_topology_default_events (cloud.t), metrics[i][0]);
      g_autoptr (VnTables) back = NULL;
      char bridge[16];

      vn_name_bridge (vn_topology_network (cloud.t, cloud.network)->id, bridge);
      expect_places (there, bridge, metrics[i][1], bridge);
      vn_events_add_unplug (events, 0, VN_NONE, VN_ORIGIN_NONE);
      vn_events_add_api (events, gone, VN_ORIGIN_NONE);
      back = after (&cloud, events, metrics[i][0]);
      expect_places (back, NIC, metrics[i][2], "");
      vn_topology_unref (cloud.t);
    }
}

/* The addresses are the interface's own; the sub-interface has none that could move. */
static void
test_vlan (void)
{
  VnTestWorld cloud = begin (VN_NET_VLAN);
  g_autoptr (VnTables) tables = after (&cloud, vn_topology_default_events (cloud.t), 0);
  g_autofree char *links = vn_tables_print_links (tables, HOST);

  expect_places (tables, NIC, 0, "");
  g_assert_nonnull (strstr (links, NIC ".101"));
  vn_topology_unref (cloud.t);
}

/* Why the agent reports the port down. */
static void
test_refused (void)
{
  static const struct
  {
    VnNetType type;
    gboolean no_vlan;
    const char *mapping, *address, *why;
  } cases[] = {
    { VN_NET_FLAT, FALSE, "outside:" NIC, "10.0.0.101/24", NULL },
    { VN_NET_FLAT, FALSE, "outside:" NIC, "fd00::101/64", "IPv6" },
    { VN_NET_FLAT, FALSE, "outside:ens99", "10.0.0.101/24", "no interface" },
    { VN_NET_FLAT, FALSE, "inside:" NIC, "10.0.0.101/24", "binding failed" },
    { VN_NET_VLAN, FALSE, "outside:" NIC, "10.0.0.101/24", NULL },
    { VN_NET_VLAN, TRUE, "outside:" NIC, "10.0.0.101/24", "CONFIG_VLAN_8021Q" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestWorld cloud = begin (cases[i].type);
      VnCaps caps = { .no_vlan = cases[i].no_vlan };
      VnMachine *machine = g_ptr_array_index (cloud.t->machines, cloud.hosts[0]);
      g_autoptr (GArray) events = vn_topology_default_events (cloud.t);
      g_autoptr (VnWorld) world = NULL;
      const char *why_not = NULL;

      ((VnInterface *)g_ptr_array_index (machine->interfaces, 0))->address = vn_test_prefix (cases[i].address);
      vn_config_set (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, cases[i].mapping, VN_ORIGIN_NONE, NULL);
      world = vn_world_fold (vn_world_new (cloud.t, &caps), events);
      g_assert_true (vn_world_port_active (world, 0, &why_not) == (cases[i].why == NULL));
      if (cases[i].why != NULL)
        g_assert_nonnull (strstr (why_not, cases[i].why));
      vn_topology_unref (cloud.t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uplink/flat", test_flat);
  g_test_add_func ("/uplink/vlan", test_vlan);
  g_test_add_func ("/uplink/refused", test_refused);
  return g_test_run ();
}
