/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing: end points, their names and numbers, and each check of the whole. */
#include "sim/model/vn-event.h"
#include "sim/model/vn-topology.h"
#include "tests/lib/vn-test-values.h"

static VnMac
mac (guint8 last)
{
  return (VnMac){ { 0xfa, 0x16, 0x3e, 0, 0, last } };
}

static VnMachine *
add_machine (VnTopology *t, const char *name, const char *address)
{
  VnMachine *machine = vn_machine_new ();
  VnInterface *interface = vn_interface_new ();

  machine->name = g_strdup (name);
  interface->name = g_strdup ("ens33");
  interface->segment = 0;
  interface->has_address = TRUE;
  interface->address = vn_test_prefix (address);
  interface->mac = mac ((guint8)(t->machines->len + 1));
  g_ptr_array_add (machine->interfaces, interface);
  g_ptr_array_add (t->machines, machine);
  return machine;
}

static VnPort *
add_port (VnTopology *t, const char *id, guint server, const char *address, guint8 mac_byte)
{
  VnPort *port = vn_port_new ();
  VnFixedIp fixed = { .subnet = 0, .ip_address = vn_test_ip (address) };
  guint index = t->ports->len;

  port->name = g_strdup (id);
  port->id = g_strdup (id);
  port->network = 0;
  port->host = 1;
  port->server = server;
  port->mac_address = mac (mac_byte);
  port->admin_state_up = TRUE;
  port->device_owner = g_strdup ("compute:nova");
  g_array_append_val (port->fixed_ips, fixed);
  g_ptr_array_add (t->ports, port);
  if (server != VN_NONE)
    g_array_append_val (((VnServer *)g_ptr_array_index (t->servers, server))->ports, index);
  return port;
}

static void
add_server (VnTopology *t, const char *name)
{
  VnServer *server = vn_server_new ();

  server->name = g_strdup (name);
  server->id = g_strdup_printf ("id of %s", name);
  server->host = 1;
  g_ptr_array_add (t->servers, server);
}

/* A controller, a compute node, one network with two servers, web1 with two ports. */
static VnTopology *
small_cloud (void)
{
  VnTopology *t = vn_topology_new ();
  VnSegment *segment = vn_segment_new ();
  VnNetwork *network = vn_network_new ();
  VnSubnet *subnet = vn_subnet_new ();

  t->file = g_strdup ("lab.vlab.yml");
  segment->name = g_strdup ("management");
  segment->has_cidr = TRUE;
  segment->cidr = vn_test_prefix ("10.0.0.0/24");
  g_ptr_array_add (t->segments, segment);
  add_machine (t, "controller", "10.0.0.11/24")->server = vn_config_new ();
  add_machine (t, "compute1", "10.0.0.12/24")->agent = vn_config_new ();
  network->name = g_strdup ("net");
  network->id = g_strdup ("e1000000-aaaa-4000-8000-000000000001");
  network->type = VN_NET_VXLAN;
  g_ptr_array_add (t->networks, network);
  subnet->name = g_strdup ("net-v4");
  subnet->id = g_strdup ("subnet id");
  subnet->network = 0;
  subnet->cidr = vn_test_prefix ("172.16.1.0/24");
  subnet->gateway_ip = vn_test_ip ("172.16.1.1");
  g_ptr_array_add (t->subnets, subnet);
  add_server (t, "web1");
  add_server (t, "db1");
  add_port (t, "a1000000-1101", 0, "172.16.1.11", 0x11);
  add_port (t, "a2000000-1102", 0, "172.16.1.12", 0x12);
  add_port (t, "a3000000-1103", 1, "172.16.1.13", 0x13);
  return t;
}

static void
test_ends (void)
{
  g_autoptr (VnTopology) t = small_cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  static const struct
  {
    const char *name, *node, *dev;
    guint domain;
  } expected[] = {
    { "web1", "web1", "eth0", 0 },
    { "web1:eth1", "web1", "eth1", 0 },
    { "db1", "db1", "eth0", 0 },
    { "controller", "controller", "ens33", 1 },
    { "compute1", "compute1", "ens33", 1 },
  };

  g_assert_true (vn_topology_seal (t, diags));
  g_assert_cmpuint (t->ends->len, ==, G_N_ELEMENTS (expected));
  g_assert_cmpuint (t->n_domains, ==, 2);
  g_assert_cmpuint (t->server_machine, ==, 0);
  for (guint i = 0; i < t->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (t, i);

      g_assert_cmpstr (end->name, ==, expected[i].name);
      g_assert_cmpstr (end->node, ==, expected[i].node);
      g_assert_cmpstr (end->dev, ==, expected[i].dev);
      g_assert_cmpuint (end->domain, ==, expected[i].domain);
      g_assert_cmpuint (vn_topology_find_end (t, end->name), ==, i);
    }
  g_assert_cmpuint (vn_topology_find_end (t, "web2"), ==, VN_NONE);
  g_assert_true (vn_ip_equal (vn_end_address (vn_topology_end (t, 0), VN_FAMILY_IPV4), vn_test_ip ("172.16.1.11")));
  g_assert_false (vn_ip_is_set (vn_end_address (vn_topology_end (t, 0), VN_FAMILY_IPV6)));
  g_assert_false (vn_ip_is_set (vn_topology_end (t, 0)->gateway[0]));
}

/* A gateway counts only if somebody has its address. */
static void
test_gateway (void)
{
  g_autoptr (VnTopology) t = small_cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  add_port (t, "a4000000-1104", VN_NONE, "172.16.1.1", 0x14);
  g_assert_true (vn_topology_seal (t, diags));
  g_assert_true (vn_ip_equal (vn_topology_end (t, 0)->gateway[0], vn_test_ip ("172.16.1.1")));
}

static VnMachine *
add_vm (VnTopology *t, const char *name, const char *address)
{
  VnMachine *vm = add_machine (t, name, address);
  VnInterface *interface = g_ptr_array_index (vm->interfaces, 0);

  vm->on = 0;
  interface->segment = VN_NONE;
  interface->mode = VN_MODE_HOST_ONLY;
  return vm;
}

static void
test_host_only (void)
{
  g_autoptr (VnTopology) t = vn_topology_new ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnMachine *pc = vn_machine_new ();

  pc->name = g_strdup ("pc");
  pc->has_hypervisor = TRUE;
  g_ptr_array_add (t->machines, pc);
  add_vm (t, "vm1", "192.168.56.101/24");
  add_vm (t, "vm2", "192.168.56.102/24");
  g_assert_true (vn_topology_seal (t, diags));
  g_assert_cmpuint (t->ends->len, ==, 3);
  g_assert_cmpuint (t->n_domains, ==, 1);
  g_assert_cmpstr (vn_topology_end (t, 0)->name, ==, "pc");
  g_assert_cmpstr (vn_topology_end (t, 0)->dev, ==, "vboxnet0");
  g_assert_true (vn_ip_equal (vn_end_address (vn_topology_end (t, 0), VN_FAMILY_IPV4), vn_test_ip ("192.168.56.1")));
  g_assert_cmpuint (t->server_machine, ==, VN_NONE);
}

static void
break_machine_name (VnTopology *t)
{
  VnMachine *machine = g_ptr_array_index (t->machines, 0);

  g_free (machine->name);
  machine->name = g_strdup ("a/b");
}

static void
break_node_name (VnTopology *t)
{
  add_server (t, "compute1");
}

static void
break_switch_name (VnTopology *t)
{
  g_autofree char *node = vn_name_segment_node (vn_topology_segment (t, 0)->name);

  add_server (t, node);
}

static void
break_interface_name (VnTopology *t)
{
  VnInterface *interface = g_ptr_array_index (vn_topology_machine (t, 0)->interfaces, 0);

  g_free (interface->name);
  interface->name = g_strdup ("default");
}

static void
break_server_name (VnTopology *t)
{
  add_server (t, "web1");
}

static void
break_tap (VnTopology *t)
{
  add_port (t, "a1000000-1101 again", VN_NONE, "172.16.1.40", 0x40);
}

static void
break_subnet_address (VnTopology *t)
{
  add_port (t, "b1000000-1101", VN_NONE, "172.16.2.40", 0x40);
}

static void
break_broadcast_address (VnTopology *t)
{
  add_port (t, "b1000000-1101", VN_NONE, "172.16.1.255", 0x40);
}

static void
break_address (VnTopology *t)
{
  add_port (t, "b1000000-1101", VN_NONE, "172.16.1.11", 0x40);
}

static void
break_mac (VnTopology *t)
{
  add_port (t, "b1000000-1101", VN_NONE, "172.16.1.40", 0x11);
}

static void
break_segment_address (VnTopology *t)
{
  add_machine (t, "jump", "10.0.1.1/24");
}

static void
break_servers (VnTopology *t)
{
  add_machine (t, "controller2", "10.0.0.21/24")->server = vn_config_new ();
}

static void
break_reference (VnTopology *t)
{
  ((VnSubnet *)g_ptr_array_index (t->subnets, 0))->network = VN_NONE;
}

static void
add_check (VnTopology *t, const char *from, const char *to, VnFamily family)
{
  VnCheckLine *check = vn_check_line_new ();

  check->id = g_strdup ("check");
  check->from_name = g_strdup (from);
  check->to_name = g_strdup (to);
  check->family = family;
  g_ptr_array_add (t->checks, check);
}

static void
break_check_end (VnTopology *t)
{
  add_check (t, "web1", "web2", VN_FAMILY_IPV4);
}

static void
break_check_self (VnTopology *t)
{
  add_check (t, "web1", "web1", VN_FAMILY_IPV4);
}

static void
break_check_family (VnTopology *t)
{
  add_check (t, "web1", "db1", VN_FAMILY_IPV6);
}

static const struct
{
  const char *name;
  void (*break_it) (VnTopology *t);
  VnDiagCode code;
} breakages[] = {
  { "machine-name", break_machine_name, VN_DIAG_BAD_NAME },
  { "node-name", break_node_name, VN_DIAG_NAME_COLLISION },
  { "switch-name", break_switch_name, VN_DIAG_NAME_COLLISION },
  { "interface-name", break_interface_name, VN_DIAG_BAD_NAME },
  { "server-name", break_server_name, VN_DIAG_DUPLICATE_NAME },
  { "tap", break_tap, VN_DIAG_DEVICE_COLLISION },
  { "subnet-address", break_subnet_address, VN_DIAG_ADDRESS_OUTSIDE },
  { "broadcast-address", break_broadcast_address, VN_DIAG_ADDRESS_OUTSIDE },
  { "address", break_address, VN_DIAG_DUPLICATE_ADDRESS },
  { "mac", break_mac, VN_DIAG_DUPLICATE_MAC },
  { "segment-address", break_segment_address, VN_DIAG_ADDRESS_OUTSIDE },
  { "servers", break_servers, VN_DIAG_NO_SERVER },
  { "reference", break_reference, VN_DIAG_MISSING_KEY },
  { "check-end", break_check_end, VN_DIAG_NO_SUCH_OBJECT },
  { "check-self", break_check_self, VN_DIAG_BAD_VALUE },
  { "check-family", break_check_family, VN_DIAG_BAD_VALUE },
};

static void
test_breakage (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr (VnTopology) t = small_cloud ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  breakages[row].break_it (t);
  g_assert_false (vn_topology_seal (t, diags));
  g_assert_false (t->sealed);
  g_assert_cmpint (vn_diag_list_get (diags, 0)->code, ==, breakages[row].code);
}

/* The bridge has 1,023 ports, one of them the VXLAN device: 1,022 taps fit, one more doesn't. */
static void
test_bridge_full (void)
{
  for (guint extra = 0; extra < 2; extra++)
    {
      g_autoptr (VnTopology) t = small_cloud ();
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();

      while (t->ports->len < 1022 + extra)
        {
          g_autofree char *id = g_strdup_printf ("%08x-%u", t->ports->len, t->ports->len);
          VnPort *port = add_port (t, id, VN_NONE, "172.16.1.40", 0);

          g_array_set_size (port->fixed_ips, 0);
          port->mac_address.b[4] = (guint8)(t->ports->len >> 8);
          port->mac_address.b[5] = (guint8)t->ports->len;
          port->mac_address.b[3] = 1;
        }
      g_assert_cmpint (vn_topology_seal (t, diags), ==, extra == 0);
      g_assert_cmpuint (vn_diag_list_len (diags), ==, extra);
      if (extra > 0)
        g_assert_cmpint (vn_diag_list_get (diags, 0)->code, ==, VN_DIAG_BRIDGE_FULL);
    }
}

static void
test_events (void)
{
  g_autoptr (VnTopology) t = small_cloud ();
  g_autoptr (GArray) events = NULL;

  ((VnPort *)g_ptr_array_index (t->ports, 0))->admin_state_up = FALSE;
  ((VnPort *)g_ptr_array_index (t->ports, 1))->host = VN_NONE;
  events = vn_topology_default_events (t);
  g_assert_cmpuint (events->len, ==, 2); /* a port that is set down is plugged, too */
  g_assert_cmpuint (g_array_index (events, VnEvent, 0).port, ==, 0);
  g_assert_cmpuint (g_array_index (events, VnEvent, 1).port, ==, 2);
  g_assert_cmpuint (vn_events_tap_host (events, t, 1, NULL), ==, VN_NONE);
  g_assert_cmpuint (vn_events_tap_host (events, t, 2, NULL), ==, vn_topology_port (t, 2)->host);
  vn_events_add_unplug (events, 2, VN_NONE, VN_ORIGIN_NONE);
  g_assert_cmpuint (vn_events_tap_host (events, t, 2, NULL), ==, VN_NONE);
  g_assert_true (vn_events_final_topology (events, t) == t);
}

static void
test_event_names (void)
{
  static const char *const names[] = {
    [VN_EVENT_PORT_UP] = "port up",
    [VN_EVENT_UNPLUG] = "unplug",
    [VN_EVENT_API] = "API",
    [VN_EVENT_AGENT_STOP] = "agent stopped",
    [VN_EVENT_AGENT_START] = "agent started",
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == VN_N_EVENTS);

  for (guint i = 0; i < VN_N_EVENTS; i++)
    g_assert_cmpstr (vn_event_name (i), ==, names[i]);
}

static void
test_names (void)
{
  char name[16];

  vn_name_tap ("fd086f61-5071-4a2b", name);
  g_assert_cmpstr (name, ==, "tapfd086f61-50");
  vn_name_bridge ("fd086f61-5071-4a2b", name);
  g_assert_cmpstr (name, ==, "brqfd086f61-50");
  vn_name_vlan ("ens34", 101, name);
  g_assert_cmpstr (name, ==, "ens34.101");
  vn_name_vlan ("enp130s0f0", 4094, name); /* 15 characters */
  g_assert_cmpstr (name, ==, "enp130s0f0.4094");
  vn_name_vlan ("enp130s0f0np0", 101, name);
  g_assert_cmpstr (name, ==, "enp1e5baed.101");
  vn_name_vxlan ((VnVni){ VN_VNI_MAX }, name);
  g_assert_cmpstr (name, ==, "vxlan-16777215");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topology/ends", test_ends);
  g_test_add_func ("/topology/gateway", test_gateway);
  g_test_add_func ("/topology/host-only", test_host_only);
  for (gsize i = 0; i < G_N_ELEMENTS (breakages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/topology/broken/%s", breakages[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_breakage);
    }
  g_test_add_func ("/topology/bridge-full", test_bridge_full);
  g_test_add_func ("/topology/events", test_events);
  g_test_add_func ("/topology/events-names", test_event_names);
  g_test_add_func ("/topology/names", test_names);
  return g_test_run ();
}
