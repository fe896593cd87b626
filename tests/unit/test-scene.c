/* SPDX-License-Identifier: Apache-2.0 */
/* Machines, segments and host-only networks as tables. */
#include "sim/model/vn-mode.h"
#include "sim/modes/vn-modes.h"
#include "sim/modes/vn-scene.h"
#include "sim/plan/vn-plan.h"
#include "tests/lib/vn-test-values.h"

static void
add_segment (VnTopology *t, const char *name)
{
  VnSegment *segment = vn_segment_new ();

  segment->name = g_strdup (name);
  g_ptr_array_add (t->segments, segment);
}

static VnMachine *
add_machine (VnTopology *t, const char *name)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup (name);
  g_ptr_array_add (t->machines, machine);
  return machine;
}

static VnInterface *
add_interface (VnTopology *t, VnMachine *machine, const char *name, guint segment, const char *address)
{
  VnInterface *interface = vn_interface_new ();

  interface->name = g_strdup (name);
  interface->segment = segment;
  interface->has_address = address != NULL;
  if (address != NULL)
    interface->address = vn_test_prefix (address);
  interface->mac = (VnMac){ { 0x02, 0, 0, 0, (guint8)t->machines->len, (guint8)machine->interfaces->len } };
  g_ptr_array_add (machine->interfaces, interface);
  return interface;
}

static VnTopology *
topology_new (void)
{
  VnTopology *t = vn_topology_new ();

  t->name = g_strdup ("scene");
  t->file = g_strdup ("scene.vlab.yml");
  return t;
}

static VnTables *
render (VnTopology *t)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTables *tables = vn_tables_new ();

  g_assert_true (vn_topology_seal (t, diags));
  vn_scene_render (t, tables);
  vn_modes_render (t, tables);
  return tables;
}

static const VnKobj *
find (const VnTables *tables, const VnKobj *like)
{
  g_autofree char *key = vn_kobj_key (like);
  const VnKobj *found = NULL;

  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;
      g_autofree char *other = vn_kobj_key (obj);

      if (g_str_equal (key, other))
        found = obj;
    }
  return found;
}

static const VnLink *
find_link (const VnTables *tables, const char *node, const char *name)
{
  VnKobj like = vn_kobj_link (node, VN_LINK_OTHER, name);
  const VnKobj *obj = find (tables, &like);

  g_assert_nonnull (obj);
  return &obj->u.link;
}

static gboolean
has_addr (const VnTables *tables, const char *node, const char *dev, const char *address)
{
  VnKobj like = vn_kobj_addr (node, dev, vn_test_prefix (address));

  return find (tables, &like) != NULL;
}

static const char *
sysctl_value (const VnTables *tables, const char *node, const char *key)
{
  VnKobj like = vn_kobj_sysctl (node, key, "");
  const VnKobj *obj = find (tables, &like);

  vn_kobj_clear (&like);
  return obj != NULL ? obj->u.sysctl.value : NULL;
}

static void
test_segment (void)
{
  g_autoptr (VnTopology) t = topology_new ();
  g_autoptr (VnTables) tables = NULL;
  const VnLink *nic, *port;

  add_segment (t, "lan");
  add_interface (t, add_machine (t, "pc1"), "en0", 0, "10.0.0.1/24")->mtu = 9000;
  add_interface (t, add_machine (t, "pc2"), "en0", 0, "10.0.0.2/24");
  tables = render (t);
  g_assert_cmpstr (vn_scene_segment_node (t, 0), ==, "segment-lan");
  g_assert_cmpint (find_link (tables, "segment-lan", VN_SEGMENT_BRIDGE)->kind, ==, VN_LINK_BRIDGE);
  nic = find_link (tables, "pc1", "en0");
  port = find_link (tables, "segment-lan", "pc1");
  g_assert_true (nic->u.veth.creates && nic->has_mac && nic->no_autoconf);
  g_assert_cmpuint (nic->mtu, ==, 9000);
  g_assert_cmpuint (port->mtu, ==, 9000);
  g_assert_cmpstr (port->master, ==, VN_SEGMENT_BRIDGE);
  g_assert_cmpstr (port->u.veth.peer_node, ==, "pc1");
  g_assert_true (has_addr (tables, "pc1", "en0", "10.0.0.1/24"));
  g_assert_cmpstr (sysctl_value (tables, "segment-lan", "net.ipv6.conf.all.disable_ipv6"), ==, "1");
}

/* Ports are named after machines, in 15 characters, each once. */
static void
test_port_names (void)
{
  static const struct
  {
    const char *machine;
    guint n_interfaces;
    const char *ports[2];
  } machines[] = {
    { "pc", 2, { "pc", "pc-2" } },
    { "a-very-long-machine-name-1", 1, { "a-very-long-mac" } },
    { "a-very-long-machine-name-2", 1, { "a-very-long-m-2" } },
    { "switch", 1, { "switch-2" } },
    { "all", 1, { "all-2" } },
    { "default", 1, { "default-2" } },
  };
  g_autoptr (VnTopology) t = topology_new ();

  add_segment (t, "lan");
  for (guint i = 0; i < G_N_ELEMENTS (machines); i++)
    {
      VnMachine *machine = add_machine (t, machines[i].machine);

      for (guint j = 0; j < machines[i].n_interfaces; j++)
        {
          g_autofree char *name = g_strdup_printf ("en%u", j);

          add_interface (t, machine, name, 0, NULL);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (machines); i++)
    for (guint j = 0; j < machines[i].n_interfaces; j++)
      {
        char port[16];

        g_assert_true (vn_scene_segment_port (t, i, j, port));
        g_assert_cmpstr (port, ==, machines[i].ports[j]);
      }
}

/* What the lab file sets wins over what the lab sets by itself. */
static void
test_machine_sysctl (void)
{
  g_autoptr (VnTopology) t = topology_new ();
  VnMachine *machine = add_machine (t, "router");
  VnSysctlLine *line = g_new0 (VnSysctlLine, 1);
  g_autoptr (VnTables) tables = NULL;

  line->key = g_strdup ("net.ipv4.ip_forward");
  line->value = g_strdup ("1");
  g_ptr_array_add (machine->sysctls, line);
  tables = render (t);
  g_assert_cmpstr (sysctl_value (tables, "router", "net.ipv4.ip_forward"), ==, "1");
}

static void
test_ipv6 (void)
{
  g_autoptr (VnTopology) t = topology_new ();
  g_autoptr (VnTables) tables = NULL;

  add_segment (t, "lan");
  add_interface (t, add_machine (t, "pc1"), "en0", 0, "2001:db8::1/64");
  add_interface (t, add_machine (t, "pc2"), "en0", 0, "10.0.0.2/24");
  tables = render (t);
  g_assert_false (find_link (tables, "pc1", "en0")->no_autoconf);
  g_assert_cmpstr (sysctl_value (tables, "pc1", "net.ipv6.conf.default.accept_dad"), ==, "0");
  g_assert_null (sysctl_value (tables, "pc1", "net.ipv6.conf.all.disable_ipv6"));
  g_assert_cmpstr (sysctl_value (tables, "pc2", "net.ipv6.conf.all.disable_ipv6"), ==, "1");
}

/* ---- host-only ---- */

static const struct
{
  VnProduct product;
  const char *bridge, *taps[2];
} products[] = {
  { VN_PRODUCT_VIRTUALBOX, "vboxnet0", { "tap0", "tap1" } },
  { VN_PRODUCT_VMWARE, "vmnet1", { "tap0", "tap1" } },
  { VN_PRODUCT_LIBVIRT, "virbr1", { "vnet0", "vnet1" } },
};

static VnTopology *
host_only_topology (VnProduct product)
{
  VnTopology *t = topology_new ();
  VnMachine *pc = add_machine (t, "pc");
  VnHvNetwork *network = vn_hv_network_new ();

  pc->has_hypervisor = TRUE;
  pc->product = product;
  network->name = g_strdup (vn_mode_defaults (product, VN_MODE_HOST_ONLY)->name);
  network->has_cidr = TRUE;
  network->cidr = vn_test_prefix ("192.168.56.0/24");
  g_ptr_array_add (pc->hv_overrides, network);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("vm%u", i + 1), *address = g_strdup_printf ("192.168.56.10%u/24", i + 1);
      VnMachine *vm = add_machine (t, name);

      vm->on = 0;
      add_interface (t, vm, "eth0", VN_NONE, address)->mode = VN_MODE_HOST_ONLY;
    }
  return t;
}

static void
test_host_only (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    {
      g_autoptr (VnTopology) t = host_only_topology (products[i].product);
      g_autoptr (VnTables) tables = render (t);

      g_assert_cmpint (find_link (tables, "pc", products[i].bridge)->kind, ==, VN_LINK_BRIDGE);
      g_assert_true (has_addr (tables, "pc", products[i].bridge, "192.168.56.1/24"));
      for (guint j = 0; j < 2; j++)
        {
          const VnLink *tap = find_link (tables, "pc", products[i].taps[j]);
          g_autofree char *vm = g_strdup_printf ("vm%u", j + 1),
                          *address = g_strdup_printf ("192.168.56.10%u/24", j + 1);

          g_assert_cmpstr (tap->master, ==, products[i].bridge);
          g_assert_cmpstr (tap->u.veth.peer_node, ==, vm);
          g_assert_true (find_link (tables, vm, "eth0")->has_mac);
          g_assert_true (has_addr (tables, vm, "eth0", address));
        }
    }
}

/* A PC without a hypervisor, and one whose hypervisor has no host-only network, have nothing of it. */
static void
test_no_host_only (void)
{
  for (guint has_hypervisor = 0; has_hypervisor < 2; has_hypervisor++)
    {
      g_autoptr (VnTopology) t = topology_new ();
      VnMachine *pc = add_machine (t, "pc");
      g_autoptr (VnTables) tables = NULL;
      VnKobj bridge = vn_kobj_link ("pc", VN_LINK_BRIDGE, "vboxnet0");

      pc->has_hypervisor = has_hypervisor != 0;
      tables = render (t);
      g_assert_null (find (tables, &bridge));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/segment", test_segment);
  g_test_add_func ("/scene/port-names", test_port_names);
  g_test_add_func ("/scene/sysctl", test_machine_sysctl);
  g_test_add_func ("/scene/ipv6", test_ipv6);
  g_test_add_func ("/modes/host-only", test_host_only);
  g_test_add_func ("/modes/no-host-only", test_no_host_only);
  return g_test_run ();
}
