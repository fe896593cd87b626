/* SPDX-License-Identifier: Apache-2.0 */
/* The fold over events: who is told what, which ports come up, and what is built for them. */
#include "sim/neutron/vn-controller.h"
#include "sim/plan/vn-plan.h"
#include "tests/lib/vn-test-world.h"

#include <string.h>

/* ---- L2 population ---- */

#define FLOOD(vtep) "00:00:00:00:00:00 dev vxlan-42 dst " vtep " self permanent\n"
#define MAC(n, vtep) "fa:16:3e:00:00:0" n " dev vxlan-42 dst " vtep " self permanent\n"
#define HOST1 "10.0.0.101"
#define HOST2 "10.0.0.102"
#define GROUP "00:00:00:00:00:00 dev vxlan-42 dst 224.0.0.1 via ens33 self permanent\n"

static void
set_nothing (VnTestWorld *cloud G_GNUC_UNUSED)
{
}

static void
set_no_server_driver (VnTestWorld *cloud)
{
  vn_test_cloud_set_server (cloud->t, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
}

static void
set_compute2_multicast (VnTestWorld *cloud)
{
  vn_test_cloud_set_agent (cloud->t, cloud->hosts[1], VN_OPT_VXLAN_L2_POPULATION, "false");
}

static void
set_arp_responder (VnTestWorld *cloud)
{
  for (guint i = 0; i < 3; i++)
    vn_test_cloud_set_agent (cloud->t, cloud->hosts[i], VN_OPT_VXLAN_ARP_RESPONDER, "true");
}

static void
set_down (VnTestWorld *cloud)
{
  vn_test_cloud_port (cloud->t, 1)->admin_state_up = FALSE;
}

/* Servers a, b, … on the hosts by turns of @placement ("121": a on compute1, b on compute2, c on compute1). */
static const struct
{
  const char *what, *placement;
  const char *addresses[4];
  void (*set) (VnTestWorld *cloud);
  const char *fdb1, *fdb2, *neigh1;
} populations[] = {
  { "one host knows of no other", "11", { "172.16.1.10", "172.16.1.11" }, set_nothing, "", "", "" },
  { "two hosts",
    "12",
    { "172.16.1.10", "172.16.1.11" },
    set_nothing,
    FLOOD (HOST2) MAC ("1", HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "" },
  { "the second port of a host is told as the first",
    "122",
    { "172.16.1.10", "172.16.1.11", "172.16.1.12" },
    set_nothing,
    FLOOD (HOST2) MAC ("1", HOST2) MAC ("2", HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "" },
  { "a third port is told by its own entry only",
    "1222",
    { "172.16.1.10", "172.16.1.11", "172.16.1.12", "172.16.1.13" },
    set_nothing,
    FLOOD (HOST2) MAC ("1", HOST2) MAC ("2", HOST2) MAC ("3", HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "" },
  { "several addresses are one entry",
    "12",
    { "172.16.1.10", "172.16.1.11 2001:db8::11" },
    set_nothing,
    FLOOD (HOST2) MAC ("1", HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "" },
  { "a port without address is not announced",
    "12",
    { "172.16.1.10", "" },
    set_nothing,
    FLOOD (HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "" },
  { "a port that is down is not there", "12", { "172.16.1.10", "172.16.1.11" }, set_down, "", "", "" },
  { "a server without the driver tells nobody",
    "12",
    { "172.16.1.10", "172.16.1.11" },
    set_no_server_driver,
    "",
    "",
    "" },
  { "an agent without l2_population is told of, but does not listen",
    "12",
    { "172.16.1.10", "172.16.1.11" },
    set_compute2_multicast,
    FLOOD (HOST2) MAC ("1", HOST2),
    GROUP,
    "" },
  { "ARP responder",
    "12",
    { "172.16.1.10", "172.16.1.11" },
    set_arp_responder,
    FLOOD (HOST2) MAC ("1", HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "172.16.1.11 dev vxlan-42 lladdr fa:16:3e:00:00:01 PERMANENT\n" },
  { "ARP responder and IPv6: the rest of the message is lost",
    "122",
    { "172.16.1.10", "2001:db8::11 172.16.1.11", "172.16.1.12" },
    set_arp_responder,
    FLOOD (HOST2) MAC ("2", HOST2),
    FLOOD (HOST1) MAC ("0", HOST1),
    "172.16.1.12 dev vxlan-42 lladdr fa:16:3e:00:00:02 PERMANENT\n" },
};

static void
test_population (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (populations); i++)
    {
      VnTestWorld cloud = vn_test_world_new ();
      g_autoptr (VnTables) tables = NULL;
      g_autofree char *fdb1 = NULL, *fdb2 = NULL, *fdb3 = NULL, *neigh1 = NULL;

      for (guint j = 0; populations[i].placement[j] != '\0'; j++)
        {
          char name[2] = { (char)('a' + j), '\0' };

          vn_test_world_server (&cloud, name, (guint)(populations[i].placement[j] - '1'), populations[i].addresses[j]);
        }
      populations[i].set (&cloud);
      g_test_message ("%s", populations[i].what);
      tables = vn_test_world_run (&cloud, NULL);
      fdb1 = vn_tables_print_fdb (tables, "compute1");
      fdb2 = vn_tables_print_fdb (tables, "compute2");
      fdb3 = vn_tables_print_fdb (tables, "compute3");
      neigh1 = vn_tables_print_neigh (tables, "compute1");
      g_assert_cmpstr (fdb1, ==, populations[i].fdb1);
      g_assert_cmpstr (fdb2, ==, populations[i].fdb2);
      g_assert_cmpstr (fdb3, ==, "");
      g_assert_cmpstr (neigh1, ==, populations[i].neigh1);
    }
}

/* What the server sends for each port, host by host: "to compute2: flood, 1" … */
static char *
messages_text (const VnTopology *t, GPtrArray *messages)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < messages->len; i++)
    {
      const VnL2popMessage *message = g_ptr_array_index (messages, i);

      g_string_append_printf (out, "%s:", message->to == VN_NONE ? "all" : vn_topology_machine (t, message->to)->name);
      for (guint j = 0; j < message->entries->len; j++)
        {
          const VnL2popEntry *entry = &g_array_index (message->entries, VnL2popEntry, j);

          if (entry->port == VN_NONE)
            g_string_append_printf (out, " flood-%s", vn_topology_machine (t, entry->host)->name);
          else
            g_string_append_printf (out, " %u", entry->port);
        }
      g_string_append_c (out, '\n');
    }
  g_ptr_array_unref (messages);
  return g_string_free (out, FALSE);
}

static void
test_messages (void)
{
  static const char *const expected[] = {
    "all: flood-compute1 0\n",
    "compute2: flood-compute1 0\nall: flood-compute2 1\n",
    "compute2: flood-compute1 0\nall: flood-compute2 2\n",
    "all: 3\n",
    "compute1: flood-compute2 1 2 3\nall: flood-compute1 4\n",
  };
  static const guint hosts[] = { 0, 1, 1, 1, 0 };
  VnTestWorld cloud = vn_test_world_new ();
  VnController *controller;

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *name = g_strdup_printf ("server%u", i), *address = g_strdup_printf ("172.16.1.1%u", i);

      vn_test_world_server (&cloud, name, hosts[i], address);
    }
  vn_test_cloud_seal (cloud.t);
  controller = vn_controller_new (cloud.t);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = messages_text (cloud.t, vn_controller_port_up (controller, i));

      g_assert_cmpstr (text, ==, expected[i]);
    }
  vn_controller_free (controller);
  vn_topology_unref (cloud.t);
}

/* ---- ports that do not come up ---- */

static void
set_unbound (VnTestWorld *cloud)
{
  vn_test_cloud_port (cloud->t, 0)->host = 0; /* the controller runs no agent */
}

static void
set_no_vxlan (VnTestWorld *cloud)
{
  vn_test_cloud_set_agent (cloud->t, cloud->hosts[0], VN_OPT_VXLAN_ENABLE, "false");
}

static VnNetwork *
network_of (VnTestWorld *cloud)
{
  return g_ptr_array_index (cloud->t->networks, cloud->network);
}

static void
set_unmapped_flat (VnTestWorld *cloud)
{
  network_of (cloud)->type = VN_NET_FLAT;
  network_of (cloud)->physical_network = g_strdup ("provider");
}

static void
set_wide (VnTestWorld *cloud)
{
  network_of (cloud)->mtu = 1451;
}

static void
set_widest (VnTestWorld *cloud)
{
  network_of (cloud)->mtu = 1450;
}

static void
set_vni_too_big (VnTestWorld *cloud)
{
  network_of (cloud)->segmentation_id = VN_VNI_MAX + 1;
}

static void
set_local (VnTestWorld *cloud)
{
  network_of (cloud)->type = VN_NET_LOCAL;
}

static void
set_no_linuxbridge (VnTestWorld *cloud)
{
  vn_test_cloud_set_server (cloud->t, VN_OPT_ML2_MECHANISM_DRIVERS, "openvswitch");
}

static const struct
{
  void (*set) (VnTestWorld *cloud);
  const char *why_not; /* NULL = ACTIVE */
  gboolean has_tap;
} states[] = {
  { set_nothing, NULL, TRUE },
  { set_local, NULL, TRUE },
  { set_widest, NULL, TRUE },
  { set_down, NULL, TRUE }, /* the other port is down */
  { set_unbound, "runs no Linux bridge agent", FALSE },
  { set_no_vxlan, "has no tunnels", FALSE },
  { set_unmapped_flat, "does not map", FALSE },
  { set_no_linuxbridge, "no linuxbridge mechanism driver", FALSE },
  { set_wide, "MTU leaves no room", TRUE },
  { set_vni_too_big, "16777215", TRUE },
};

static gboolean
has_link (const VnTables *tables, const char *node, const char *name)
{
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;

      if (obj->kind == VN_KOBJ_LINK && g_str_equal (obj->node, node) && g_str_equal (obj->u.link.name, name))
        return TRUE;
    }
  return FALSE;
}

static void
test_port_states (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      VnTestWorld cloud = vn_test_world_new ();
      g_autoptr (VnTables) tables = NULL;
      g_autoptr (VnWorld) world = NULL;
      const char *why_not = NULL;

      vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
      vn_test_world_server (&cloud, "b", 0, "172.16.1.11");
      states[i].set (&cloud);
      tables = vn_test_world_run (&cloud, &world);
      g_assert_cmpint (vn_world_port_active (world, 0, &why_not), ==, states[i].why_not == NULL);
      g_test_message ("%s", why_not != NULL ? why_not : "ACTIVE");
      if (states[i].why_not != NULL)
        g_assert_true (why_not != NULL && strstr (why_not, states[i].why_not) != NULL);
      g_assert_cmpint (has_link (tables, "compute1", "tapa0000001-00"), ==, states[i].has_tap);
      g_assert_cmpint (has_link (tables, "a", "eth0"), ==, states[i].has_tap);
    }
}

/* ---- hosts and instances ---- */

static const VnKobj *
find_object (const VnTables *tables, const VnKobj *like)
{
  g_autofree char *key = vn_kobj_key (like);

  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;
      g_autofree char *other = vn_kobj_key (obj);

      if (g_str_equal (key, other))
        return obj;
    }
  return NULL;
}

static const VnLink *
find_link (const VnTables *tables, const char *node, const char *name)
{
  VnKobj like = vn_kobj_link (node, VN_LINK_OTHER, name);
  const VnKobj *obj = find_object (tables, &like);

  g_assert_nonnull (obj);
  return &obj->u.link;
}

static void
test_devices (void)
{
  VnTestWorld cloud = vn_test_world_new ();
  g_autoptr (VnTables) tables = NULL;
  const VnLink *tap, *eth0, *bridge, *vxlan;
  g_autofree char *tap_mac = NULL;

  vn_test_cloud_set_agent (cloud.t, cloud.hosts[0], VN_OPT_VXLAN_TTL, "7");
  vn_test_cloud_set_agent (cloud.t, cloud.hosts[0], VN_OPT_AGENT_DSCP, "2");
  vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
  tables = vn_test_world_run (&cloud, NULL);
  tap = find_link (tables, "compute1", "tapa0000001-00");
  eth0 = find_link (tables, "a", "eth0");
  bridge = find_link (tables, "compute1", "brqe0000001-00");
  vxlan = find_link (tables, "compute1", "vxlan-42");
  tap_mac = vn_mac_to_string (tap->mac);
  g_assert_cmpstr (tap_mac, ==, "fe:16:3e:00:00:00");
  g_assert_cmpstr (tap->master, ==, "brqe0000001-00");
  g_assert_cmpuint (tap->mtu, ==, 1450);
  g_assert_true (tap->u.veth.creates && !eth0->u.veth.creates);
  g_assert_cmpstr (eth0->u.veth.peer_node, ==, "compute1");
  g_assert_cmpuint (eth0->mac.b[0], ==, 0xfa);
  g_assert_true (eth0->no_offload && eth0->no_autoconf);
  g_assert_cmpuint (bridge->u.bridge.forward_delay_sec, ==, 15);
  g_assert_cmpstr (vxlan->master, ==, "brqe0000001-00");
  g_assert_cmpstr (vxlan->u.vxlan.lower, ==, "ens33");
  g_assert_cmpuint (vxlan->u.vxlan.dstport, ==, 8472);
  g_assert_cmpuint (vxlan->u.vxlan.ttl, ==, 7);
  g_assert_cmpuint (vxlan->u.vxlan.tos, ==, 8);
  g_assert_false (vxlan->u.vxlan.no_learning || vxlan->u.vxlan.proxy);
}

/* IPv6 is on in an instance that has an address of it, and off in others. */
static void
test_instances (void)
{
  VnTestWorld cloud = vn_test_world_new ();
  VnKobj off_a = vn_kobj_sysctl ("a", "net.ipv6.conf.all.disable_ipv6", "1");
  VnKobj off_b = vn_kobj_sysctl ("b", "net.ipv6.conf.all.disable_ipv6", "1");
  g_autoptr (VnTables) tables = NULL;

  vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
  vn_test_world_server (&cloud, "b", 0, "172.16.1.11 2001:db8::11");
  tables = vn_test_world_run (&cloud, NULL);
  g_assert_nonnull (find_object (tables, &off_a));
  g_assert_null (find_object (tables, &off_b));
  g_assert_false (find_link (tables, "b", "eth0")->no_autoconf);
  vn_kobj_clear (&off_a);
  vn_kobj_clear (&off_b);
}

/* With an MTU under 1280 the kernel has no IPv6 on a device that could be switched off. */
static void
test_narrow (void)
{
  static const struct
  {
    guint mtu;
    gboolean has_ipv6;
  } rows[] = { { 1450, TRUE }, { 1280, TRUE }, { 1279, FALSE }, { 68, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VnTestWorld cloud = vn_test_world_new ();
      VnKobj bridge = vn_kobj_sysctl ("compute1", "net.ipv6.conf.brqe0000001-00.disable_ipv6", "1");
      VnKobj vxlan = vn_kobj_sysctl ("compute1", "net.ipv6.conf.vxlan-42.disable_ipv6", "1");
      VnKobj arp = vn_kobj_sysctl ("compute1", "net.ipv4.conf.brqe0000001-00.arp_ignore", "1");
      g_autoptr (VnTables) tables = NULL;

      network_of (&cloud)->mtu = rows[i].mtu;
      vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
      tables = vn_test_world_run (&cloud, NULL);
      g_assert_cmpint (find_object (tables, &bridge) != NULL, ==, rows[i].has_ipv6);
      g_assert_cmpint (find_object (tables, &vxlan) != NULL, ==, rows[i].has_ipv6);
      g_assert_nonnull (find_object (tables, &arp));
      vn_kobj_clear (&bridge);
      vn_kobj_clear (&vxlan);
      vn_kobj_clear (&arp);
    }
}

/* The way out exists only where somebody has the gateway's address. */
static void
test_default_route (void)
{
  for (guint has_router = 0; has_router < 2; has_router++)
    {
      VnTestWorld cloud = vn_test_world_new ();
      VnPrefix any = { .ip = { .family = VN_FAMILY_IPV4 }, .len = 0 };
      VnKobj route = vn_kobj_route ("a", any, (VnIp){ 0 }, "eth0");
      g_autoptr (VnTables) tables = NULL;

      vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
      if (has_router)
        vn_test_world_server (&cloud, "router", 0, "172.16.1.1");
      tables = vn_test_world_run (&cloud, NULL);
      g_assert_cmpint (find_object (tables, &route) != NULL, ==, has_router != 0);
    }
}

static void
test_same_every_time (void)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < 2; i++)
    {
      VnTestWorld cloud = vn_test_world_new ();
      g_autoptr (VnTables) tables = NULL;
      g_autoptr (VnPlan) plan = NULL;
      g_autofree char *text = NULL;

      vn_test_world_server (&cloud, "a", 0, "172.16.1.10");
      vn_test_world_server (&cloud, "b", 1, "172.16.1.11");
      tables = vn_test_world_run (&cloud, NULL);
      plan = vn_plan_delta (NULL, tables);
      text = vn_plan_to_text (plan);
      if (i == 0)
        first = g_steal_pointer (&text);
      else
        g_assert_cmpstr (text, ==, first);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/world/population", test_population);
  g_test_add_func ("/world/messages", test_messages);
  g_test_add_func ("/world/port-states", test_port_states);
  g_test_add_func ("/world/devices", test_devices);
  g_test_add_func ("/world/instances", test_instances);
  g_test_add_func ("/world/narrow", test_narrow);
  g_test_add_func ("/world/default-route", test_default_route);
  g_test_add_func ("/world/same-every-time", test_same_every_time);
  return g_test_run ();
}
