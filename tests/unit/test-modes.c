/* SPDX-License-Identifier: Apache-2.0 */
/* Network modes: each product's numbers as docs/modes.md has them, what the file changes, leases, and who serves whom.
 */
#include "sim/load/vn-load.h"
#include "sim/model/vn-mode.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

/* A LAN with a router that leases addresses, a PC on it, and what the test adds. */
#define HOME                                                                                                           \
  "vnetlab: 1\n"                                                                                                       \
  "scene:\n"                                                                                                           \
  "  segments: {lan: {cidr: 192.168.0.0/24}, lab: {}}\n"                                                               \
  "  machines:\n"                                                                                                      \
  "    router:\n"                                                                                                      \
  "      interfaces: {lan0: {segment: lan, address: 192.168.0.1/24}}\n"                                                \
  "      router: {}\n"                                                                                                 \
  "      dns: true\n"                                                                                                  \
  "      dhcp: [{interface: lan0, start: 192.168.0.100, end: 192.168.0.199}]\n"

static VnTopology *
load (const char *more)
{
  g_autofree char *text = g_strconcat (HOME, more, NULL);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTopology *t = vn_load_lab_text ("modes", text, strlen (text), NULL, diags);

  if (t == NULL)
    {
      g_autofree char *why = vn_diag_to_string (vn_diag_list_get (diags, 0));

      g_error ("%s\n%s", text, why);
    }
  return t;
}

static VnTopology *
load_mode (const char *product, const char *mode, const char *address)
{
  g_autofree char *more
      = g_strdup_printf ("    pc: {interfaces: {en0: {segment: lan, address: dhcp}}, hypervisor: {product: %s}}\n"
                         "    vm1: {on: pc, interfaces: {eth0: {mode: %s, address: %s}}}\n",
                         product, mode, address);

  return load (more);
}

static void
assert_ip (VnIp ip, const char *wanted)
{
  g_autofree char *text = vn_ip_to_string (ip);

  g_assert_cmpstr (text, ==, wanted);
}

/* "-" = none. By hand, from the products' documentation. */
static const struct
{
  const char *product, *mode;
  const char *network, *range, *dev;
  const char *pc, *gateway, *dns, *server, *first, *last;
  gboolean nat, engine;
} numbers[] = {
  { "virtualbox", "host-only", "vboxnet0", "192.168.56.0/24", "vboxnet0", "192.168.56.1", "-", "-", "192.168.56.100",
    "192.168.56.101", "192.168.56.254", FALSE, FALSE },
  { "virtualbox", "nat", "nat-vm1", "10.0.2.0/24", "", "-", "10.0.2.2", "10.0.2.3", "10.0.2.2", "10.0.2.15",
    "10.0.2.15", TRUE, TRUE },
  { "virtualbox", "nat-network", "NatNetwork", "10.0.2.0/24", "", "-", "10.0.2.1", "10.0.2.1", "10.0.2.3", "10.0.2.4",
    "10.0.2.254", TRUE, TRUE },
  { "vmware", "host-only", "VMnet1", "192.168.106.0/24", "vmnet1", "192.168.106.1", "-", "-", "192.168.106.254",
    "192.168.106.128", "192.168.106.253", FALSE, FALSE },
  { "vmware", "nat", "VMnet8", "192.168.108.0/24", "vmnet8", "192.168.108.1", "192.168.108.2", "192.168.108.2",
    "192.168.108.254", "192.168.108.128", "192.168.108.253", TRUE, TRUE },
  { "libvirt", "nat", "default", "192.168.122.0/24", "virbr0", "192.168.122.1", "192.168.122.1", "192.168.122.1",
    "192.168.122.1", "192.168.122.2", "192.168.122.254", TRUE, FALSE },
  { "libvirt", "host-only", "isolated", "192.168.152.0/24", "virbr1", "192.168.152.1", "-", "192.168.152.1",
    "192.168.152.1", "192.168.152.2", "192.168.152.254", FALSE, FALSE },
  { "libvirt", "routed", "routed", "192.168.100.0/24", "virbr1", "192.168.100.1", "192.168.100.1", "192.168.100.1",
    "192.168.100.1", "192.168.100.2", "192.168.100.254", FALSE, FALSE },
  { "libvirt", "open", "open", "192.168.101.0/24", "virbr1", "192.168.101.1", "192.168.101.1", "192.168.101.1",
    "192.168.101.1", "192.168.101.2", "192.168.101.254", FALSE, FALSE },
};

static void
test_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (VnTopology) t = load_mode (numbers[i].product, numbers[i].mode, "dhcp");
      const VnHvNetwork *network;
      g_autofree char *range = NULL;

      g_assert_cmpuint (t->hv_networks->len, ==, 1);
      network = vn_topology_hv_network (t, 0);
      range = vn_prefix_to_string (network->cidr);
      g_assert_cmpstr (network->name, ==, numbers[i].network);
      g_assert_cmpstr (range, ==, numbers[i].range);
      g_assert_cmpstr (network->host_dev, ==, numbers[i].dev);
      assert_ip (network->host_address, numbers[i].pc);
      assert_ip (network->gateway, numbers[i].gateway);
      assert_ip (network->dns, numbers[i].dns);
      g_assert_true (network->dhcp.enabled);
      assert_ip (network->dhcp.address, numbers[i].server);
      assert_ip (network->dhcp.pool.start, numbers[i].first);
      assert_ip (network->dhcp.pool.end, numbers[i].last);
      assert_ip (network->dhcp.router, numbers[i].gateway);
      assert_ip (network->dhcp.dns, numbers[i].dns);
      g_assert_cmpint (network->has_nat, ==, numbers[i].nat);
      g_assert_cmpint (network->engine_node != NULL, ==, numbers[i].engine);
    }
}

static void
test_internal (void)
{
  static const char *const products[] = { "virtualbox", "vmware", "libvirt" };

  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    {
      g_autoptr (VnTopology) t = load_mode (products[i], "internal", "10.1.1.1/24");
      const VnHvNetwork *network = vn_topology_hv_network (t, 0);

      g_assert_false (network->has_cidr);
      g_assert_false (network->dhcp.enabled);
      g_assert_false (vn_ip_is_set (network->host_address));
      g_assert_cmpstr (network->host_dev, ==, "");
      g_assert_null (network->service_node);
      g_assert_cmpstr (network->switch_node, !=, "pc");
    }
}

static const VnInterface *
interface_of (const VnTopology *t, const char *machine, guint index)
{
  for (guint i = 0; i < t->machines->len; i++)
    if (g_str_equal (vn_topology_machine (t, i)->name, machine))
      return VN_AT (vn_topology_machine (t, i)->interfaces, VnInterface, index);
  g_assert_not_reached ();
}

/* Bridged guests are on the LAN, with its router as their DHCP server. */
static void
test_bridged (void)
{
  static const char *const products[] = { "virtualbox", "vmware", "libvirt" };

  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    {
      g_autoptr (VnTopology) t = load_mode (products[i], "bridged", "dhcp");
      const VnInterface *guest = interface_of (t, "vm1", 0);
      const VnDhcpServer *server = vn_interface_dhcp_server (t, guest, 0);

      g_assert_cmpuint (t->hv_networks->len, ==, 0);
      g_assert_cmpuint (guest->segment, ==, 0);
      g_assert_cmpuint (guest->bridged_to, ==, 0);
      g_assert_cmpuint (vn_topology_end (t, vn_topology_find_end (t, "vm1"))->domain, ==,
                        vn_topology_end (t, vn_topology_find_end (t, "pc"))->domain);
      assert_ip (server->address, "192.168.0.1");
      assert_ip (server->router, "192.168.0.1");
      assert_ip (server->dns, "192.168.0.1");
      g_assert_null (vn_interface_dhcp_server (t, guest, 1));
    }
}

static void
test_bridged_to (void)
{
  g_autoptr (VnTopology) t = load ("    pc:\n"
                                   "      interfaces: {en0: {segment: lan, address: dhcp}, en1: {segment: lab}}\n"
                                   "      hypervisor: {product: virtualbox}\n"
                                   "    vm1: {on: pc, interfaces: {eth0: {mode: bridged, bridged_to: en1}}}\n");

  g_assert_cmpuint (interface_of (t, "vm1", 0)->bridged_to, ==, 1);
  g_assert_cmpuint (interface_of (t, "vm1", 0)->segment, ==, 1);
}

/* Which products lack which modes. */
static void
test_missing_modes (void)
{
  static const struct
  {
    VnProduct product;
    VnMode missing[3];
  } rows[] = {
    { VN_PRODUCT_VIRTUALBOX, { VN_MODE_ROUTED, VN_MODE_OPEN } },
    { VN_PRODUCT_VMWARE, { VN_MODE_NAT_NETWORK, VN_MODE_ROUTED, VN_MODE_OPEN } },
    { VN_PRODUCT_LIBVIRT, { VN_MODE_NAT_NETWORK } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (VnMode mode = VN_MODE_HOST_ONLY; mode < VN_N_MODES; mode++)
      {
        gboolean is_missing = FALSE;

        for (guint j = 0; j < G_N_ELEMENTS (rows[i].missing); j++)
          is_missing = is_missing || rows[i].missing[j] == mode;
        g_assert_cmpint (vn_product_has_mode (rows[i].product, mode), ==, !is_missing);
      }
}

/* VirtualBox: a network for each interface, the second one's a range further; the same for two VMs. */
static void
test_engines (void)
{
  g_autoptr (VnTopology) t
      = load ("    pc: {interfaces: {en0: {segment: lan, address: dhcp}}, hypervisor: {product: virtualbox}}\n"
              "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}, eth1: {mode: nat, address: dhcp}}}\n"
              "    vm2: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}}}\n");
  static const struct
  {
    const char *name, *range, *node;
  } wanted[] = {
    { "nat-vm1", "10.0.2.0/24", "pc-nat-vm1" },
    { "nat-vm1-eth1", "10.0.3.0/24", "pc-nat-vm1-eth1" },
    { "nat-vm2", "10.0.2.0/24", "pc-nat-vm2" },
  };

  g_assert_cmpuint (t->hv_networks->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (t, i);
      g_autofree char *range = vn_prefix_to_string (network->cidr);

      g_assert_cmpstr (network->name, ==, wanted[i].name);
      g_assert_cmpstr (range, ==, wanted[i].range);
      g_assert_cmpstr (network->engine_node, ==, wanted[i].node);
      g_assert_cmpuint (network->engine_number, ==, i);
    }
  g_assert_true (vn_machine_forwards (t, 1));
  g_assert_false (vn_machine_forwards (t, 2));
}

static void
test_given (void)
{
  g_autoptr (VnTopology) t = load (
      "    pc:\n"
      "      interfaces: {en0: {segment: lan, address: dhcp}}\n"
      "      hypervisor:\n"
      "        product: vmware\n"
      "        networks:\n"
      "          VMnet8: {cidr: 10.8.0.0/26, dhcp: {start: 10.8.0.10, end: 10.8.0.20, lease_time: 600}}\n"
      "          VMnet2: {mode: host-only, cidr: 10.8.1.0/24, host: 10.8.1.9, dhcp: {enabled: false}}\n"
      "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}, eth1: {mode: host-only, network: VMnet2}}}\n");
  const VnHvNetwork *nat = vn_topology_hv_network (t, 0), *second = vn_topology_hv_network (t, 1);

  g_assert_cmpuint (t->hv_networks->len, ==, 2);
  assert_ip (nat->host_address, "10.8.0.1");
  assert_ip (nat->dhcp.address, "10.8.0.62");
  assert_ip (nat->dhcp.pool.start, "10.8.0.10");
  g_assert_cmpuint (nat->dhcp.lease_time_sec, ==, 600);
  assert_ip (second->host_address, "10.8.1.9");
  g_assert_cmpstr (second->host_dev, ==, "vmnet2");
  g_assert_cmpuint (second->host_mac.b[5], ==, 2);
  g_assert_false (second->dhcp.enabled);
  g_assert_cmpuint (interface_of (t, "vm1", 1)->hv_network, ==, 1);
}

static void
add_lease (GPtrArray *leases, guint machine, const char *address, const char *router)
{
  VnLease *lease = g_new0 (VnLease, 1);

  lease->machine = machine;
  lease->address = vn_test_prefix (address);
  lease->router = vn_test_ip (router);
  lease->dns = lease->router;
  g_ptr_array_add (leases, lease);
}

/* Leases come and go; who has none stays an end without an address. */
static void
test_leases (void)
{
  g_autoptr (VnTopology) t = load_mode ("libvirt", "nat", "dhcp");
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (GPtrArray) leases = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_lease_free);
  g_autoptr (VnTopology) with = NULL;
  g_autoptr (VnTopology) without = NULL;
  const VnEnd *guest;

  g_assert_true (vn_topology_end (t, vn_topology_find_end (t, "vm1"))->by_dhcp);
  g_assert_cmpuint (vn_topology_end (t, vn_topology_find_end (t, "vm1"))->addresses->len, ==, 0);
  add_lease (leases, 2, "192.168.122.77/24", "192.168.122.1");
  with = vn_topology_with_leases (t, leases, diags);
  g_assert_nonnull (with);
  guest = vn_topology_end (with, vn_topology_find_end (with, "vm1"));
  assert_ip (vn_end_address (guest, VN_FAMILY_IPV4), "192.168.122.77");
  assert_ip (guest->gateway[0], "192.168.122.1");
  assert_ip (vn_machine_resolver (with, 2), "192.168.122.1");
  g_assert_cmpuint (vn_topology_end (with, vn_topology_find_end (with, "pc"))->addresses->len, ==, 0);
  g_ptr_array_set_size (leases, 0);
  without = vn_topology_with_leases (with, leases, diags);
  guest = vn_topology_end (without, vn_topology_find_end (without, "vm1"));
  g_assert_cmpuint (guest->addresses->len, ==, 0);
  g_assert_false (vn_ip_is_set (guest->gateway[0]));
}

/* Two servers that leased one address to two guests: what happened is no error of the file. */
static void
test_odd_leases (void)
{
  g_autoptr (VnTopology) t = load_mode ("libvirt", "bridged", "dhcp");
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (GPtrArray) leases = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_lease_free);
  g_autoptr (VnTopology) with = NULL;

  add_lease (leases, 1, "10.99.0.7/24", "10.99.0.1");
  add_lease (leases, 2, "10.99.0.7/24", "10.99.0.1");
  with = vn_topology_with_leases (t, leases, diags);
  g_assert_nonnull (with);
  g_assert_cmpuint (vn_diag_list_len (diags), ==, 0);
}

/* Addresses that somebody has by the file are passed over; who comes when the pool is used up gets none. */
static void
test_likely_leases (void)
{
  g_autoptr (VnTopology) t = load (
      "    pc:\n"
      "      interfaces: {en0: {segment: lan, address: dhcp}}\n"
      "      hypervisor: {product: libvirt, networks: {default: {dhcp: {start: 192.168.122.2, end: 192.168.122.4}}}}\n"
      "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: 192.168.122.2/24}}}\n"
      "    vm2: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}}}\n"
      "    vm3: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}}}\n"
      "    vm4: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}}}\n");
  static const struct
  {
    guint machine;
    const char *address, *router;
  } wanted[] = { { 1, "192.168.0.100/24", "192.168.0.1" },
                 { 3, "192.168.122.3/24", "192.168.122.1" },
                 { 4, "192.168.122.4/24", "192.168.122.1" } };
  g_autoptr (GPtrArray) leases = vn_topology_likely_leases (t);

  g_assert_cmpuint (leases->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < leases->len; i++)
    {
      const VnLease *lease = g_ptr_array_index (leases, i);
      g_autofree char *address = vn_prefix_to_string (lease->address);

      g_assert_cmpuint (lease->machine, ==, wanted[i].machine);
      g_assert_cmpstr (address, ==, wanted[i].address);
      assert_ip (lease->router, wanted[i].router);
    }
}

/* Two engines give the same address to their one guest each. */
static void
test_likely_twins (void)
{
  g_autoptr (VnTopology) t
      = load ("    pc: {interfaces: {en0: {segment: lan, address: dhcp}}, hypervisor: {product: virtualbox}}\n"
              "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}}}\n"
              "    vm2: {on: pc, interfaces: {eth0: {mode: nat, address: dhcp}}}\n");
  g_autoptr (GPtrArray) leases = vn_topology_likely_leases (t);

  g_assert_cmpuint (leases->len, ==, 3);
  for (guint i = 1; i < leases->len; i++)
    assert_ip (((const VnLease *)g_ptr_array_index (leases, i))->address.ip, "10.0.2.15");
}

/* What a PC asks: as leased, before that what it will be told; a router with an address of the file: as given. */
static void
test_resolver (void)
{
  g_autoptr (VnTopology) t = load_mode ("virtualbox", "nat", "dhcp");

  assert_ip (vn_machine_resolver (t, 0), "-");
  assert_ip (vn_machine_resolver (t, 1), "192.168.0.1");
  assert_ip (vn_machine_resolver (t, 2), "10.0.2.3");
}

static void
test_forward_address (void)
{
  g_autoptr (VnTopology) one = load_mode ("virtualbox", "nat", "dhcp");
  g_autoptr (VnTopology) many = load_mode ("libvirt", "nat", "dhcp");
  g_autoptr (VnTopology) fixed = load_mode ("libvirt", "nat", "192.168.122.10/24");

  assert_ip (vn_interface_forward_address (one, interface_of (one, "vm1", 0)), "10.0.2.15");
  assert_ip (vn_interface_forward_address (many, interface_of (many, "vm1", 0)), "-");
  assert_ip (vn_interface_forward_address (fixed, interface_of (fixed, "vm1", 0)), "192.168.122.10");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modes/numbers", test_numbers);
  g_test_add_func ("/modes/internal", test_internal);
  g_test_add_func ("/modes/bridged", test_bridged);
  g_test_add_func ("/modes/bridged-to", test_bridged_to);
  g_test_add_func ("/modes/missing", test_missing_modes);
  g_test_add_func ("/modes/engines", test_engines);
  g_test_add_func ("/modes/given", test_given);
  g_test_add_func ("/modes/leases", test_leases);
  g_test_add_func ("/modes/odd-leases", test_odd_leases);
  g_test_add_func ("/modes/likely-leases", test_likely_leases);
  g_test_add_func ("/modes/likely-twins", test_likely_twins);
  g_test_add_func ("/modes/resolver", test_resolver);
  g_test_add_func ("/modes/forward-address", test_forward_address);
  return g_test_run ();
}
