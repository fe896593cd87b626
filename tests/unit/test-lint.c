/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of configurations: every recorded start of the real agent, and each rule with its place.
 *
 * A lab is a controller and a compute node with sound files; a row adds one file to each, whose lines win. */
#include "sim/load/vn-load.h"
#include "sim/model/vn-driver.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#define SERVER                                                                                                         \
  "[DEFAULT]\ncore_plugin = ml2\n[ml2]\ntype_drivers = flat,vlan,vxlan\ntenant_network_types = vxlan\n"                \
  "mechanism_drivers = linuxbridge,l2population\nextension_drivers = port_security\n"                                  \
  "[ml2_type_flat]\nflat_networks = provider\n[ml2_type_vxlan]\nvni_ranges = 1:1000\n"                                 \
  "[experimental]\nlinuxbridge = true\n"
#define AGENT(ip)                                                                                                      \
  "[linux_bridge]\nphysical_interface_mappings = provider:ens33\n[vxlan]\nlocal_ip = " ip "\nl2_population = true\n"   \
  "[securitygroup]\nfirewall_driver = iptables\n"

typedef struct
{
  const char *server; /* more lines for each; NULL = none */
  const char *agent_a, *agent_b;
  const char *expected; /* "ID place", one a line, by place */
} Case;

static void
add_interface (VnMachine *machine, const char *name, const char *address)
{
  VnInterface *interface = vn_interface_new ();

  interface->name = g_strdup (name);
  interface->origin = vn_origin_new ("lab", 3, 1);
  interface->mtu = 1500;
  interface->has_address = address != NULL;
  if (address != NULL)
    g_assert_true (vn_prefix_parse (address, &interface->address));
  g_ptr_array_add (machine->interfaces, interface);
}

static VnMachine *
add_machine (VnTopology *topology, const char *name)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup (name);
  machine->origin = vn_origin_new ("lab", 1, 1);
  machine->agent_origin = machine->server_origin = vn_origin_new ("lab", 2, 1);
  g_ptr_array_add (topology->machines, machine);
  return machine;
}

static VnConfig *
load (const char *base, const char *more_file, const char *more, VnProgram program, VnDiagList *diags)
{
  VnConfig *config = vn_config_new ();

  vn_load_ini ("base", base, strlen (base), program, config, diags);
  if (more != NULL)
    vn_load_ini (more_file, more, strlen (more), program, config, diags);
  vn_load_ini_finish (config, program, diags);
  return config;
}

/* Transfer full. */
static char *
render (VnDiagList *diags)
{
  g_autoptr (GString) text = g_string_new (NULL);

  vn_diag_list_sort (diags);
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      const VnDiag *diag = vn_diag_list_get (diags, i);
      g_autofree char *place = vn_origin_to_line (diag->origin);

      g_string_append_printf (text, "%s %s\n", vn_diag_id (diag->code), place);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- each rule ---- */

static const Case cases[] = {
  { NULL, NULL, NULL, "" },
  /* mappings */
  { NULL, "[linux_bridge]\nphysical_interface_mappings = provider:ens34\n", NULL, "CFG-AGENT-INTERFACE a:2\n" },
  { NULL, "[linux_bridge]\nphysical_interface_mappings = provider\n", NULL, "CFG-AGENT-MAPPING a:2\n" },
  { NULL, "[linux_bridge]\nphysical_interface_mappings = provider:ens33,x:ens33\n", NULL, "CFG-AGENT-MAPPING a:2\n" },
  { NULL, "[linux_bridge]\nphysical_interface_mappings = provider:ens33,provider:lo\n", NULL,
    "CFG-AGENT-MAPPING a:2\n" },
  { NULL, "[linux_bridge]\nphysical_interface_mappings = provider:lo\n", NULL, "" },
  { NULL, "[linux_bridge]\nbridge_mappings = x:br-x\n", NULL, "CFG-AGENT-BRIDGE a:2\n" },
  { NULL, "[linux_bridge]\nbridge_mappings = provider:lo\n", NULL, "CFG-LINT-BOTH-MAPPINGS a:2\n" },
  /* tunnel end point */
  { NULL, "[vxlan]\nlocal_ip = 10.0.0.99\n", NULL, "CFG-AGENT-LOCAL-IP a:2\n" },
  { NULL, "[vxlan]\nlocal_ip = 10.0.0.\n", NULL, "CFG-INI-VALUE a:2\n" },
  { NULL, "[vxlan]\nlocal_ip = 10.0.0.99\nenable_vxlan = false\n", NULL, "" },
  { NULL, "[vxlan]\nlocal_ip = 127.0.0.1\n", NULL, "CFG-LINT-LOOPBACK a:2\n" },
  { "[ml2]\noverlay_ip_version = 6\n", "[vxlan]\nlocal_ip = fd00::11\n", NULL,
    "CFG-AGENT-GROUP a:2\nCFG-LINT-V6-FALLBACK a:2\n"
    "CFG-LINT-AGENT-NO-L2POP base:5\n" },
  { "[ml2]\noverlay_ip_version = 6\n", "[vxlan]\nlocal_ip = fd00::11\nvxlan_group = ff05::1\n",
    "[vxlan]\nlocal_ip = fd00::12\nvxlan_group = ff05::1\n", "CFG-LINT-V6-FALLBACK a:2\nCFG-LINT-V6-FALLBACK b:2\n" },
  { "[ml2]\noverlay_ip_version = 6\n", "[vxlan]\nlocal_ip = fd00::11\nvxlan_group =\n", NULL,
    "CFG-AGENT-NO-MODE a:3\n" },
  /* multicast */
  { NULL, "[vxlan]\nvxlan_group = 10.0.0.1\n", NULL, "CFG-AGENT-GROUP a:2\n" },
  { NULL, "[vxlan]\nvxlan_group = 224.0.0.0/4\n", NULL, "" },
  { NULL, "[vxlan]\nvxlan_group = 224.0.0.0/3\n", NULL, "CFG-AGENT-GROUP a:2\n" },
  { NULL, "[vxlan]\nvxlan_group = 239.1.1.1 # mine\n", NULL, "CFG-LINT-VALUE-COMMENT a:2\nCFG-AGENT-GROUP a:2\n" },
  { NULL, "[vxlan]\nmulticast_ranges = 239.1.1.1:5:5\n", NULL, "" },
  { NULL, "[vxlan]\nmulticast_ranges = 239.1.1.1:6:5\n", NULL, "CFG-AGENT-RANGES a:2\n" },
  { NULL, "[vxlan]\nmulticast_ranges = 239.1.1.1:1:5,239.1.1.2:6:9\n", NULL, "" },
  { NULL, "[vxlan]\nmulticast_ranges = 239.1.1.1:1:5,239.1.1.2:5:9\n", NULL, "CFG-LINT-RANGES-OVERLAP a:2\n" },
  { NULL, "[vxlan]\nl2_population = false\nvxlan_group =\n", NULL, "CFG-AGENT-NO-MODE a:3\n" },
  /* modes of agents and server */
  { NULL, NULL, "[vxlan]\nl2_population = false\n", "CFG-LINT-AGENT-NO-L2POP b:2\n" },
  { NULL, "[vxlan]\nl2_population = false\n", NULL, "CFG-LINT-AGENT-NO-L2POP a:2\n" },
  { "[ml2]\nmechanism_drivers = linuxbridge\n", NULL, NULL,
    "CFG-LINT-SERVER-NO-L2POP base:5\nCFG-LINT-SERVER-NO-L2POP base:5\n" },
  { NULL, "[vxlan]\nl2_population = false\n", "[vxlan]\nl2_population = false\nvxlan_group = 239.1.1.1\n",
    "CFG-LINT-GROUP b:3\n" },
  { NULL, "[vxlan]\nl2_population = false\nmulticast_ranges = 239.1.1.1:1:5\n", "[vxlan]\nl2_population = false\n",
    "CFG-LINT-GROUP a:3\n" },
  { NULL, NULL, "[vxlan]\nudp_dstport = 4789\n", "CFG-LINT-UDP-PORT b:2\n" },
  { NULL, "[vxlan]\nudp_dstport = 4789\n", NULL, "CFG-LINT-UDP-PORT a:2\n" },
  { NULL, "[vxlan]\nudp_dstport = 8472\n", "[vxlan]\nudp_dstport = 0\n", "" },
  { NULL, NULL, "[DEFAULT]\nhost = controller\n", "CFG-LINT-HOST-TWICE b:2\n" },
  /* ARP responder */
  { NULL, "[vxlan]\narp_responder = true\n", NULL, "" },
  { NULL, "[vxlan]\narp_responder = true\nl2_population = false\n", "[vxlan]\nl2_population = false\n",
    "CFG-LINT-ARP-RESPONDER a:2\n" },
  /* filtering */
  { NULL, "[securitygroup]\nfirewall_driver =\n", NULL, "CFG-LINT-NO-FIREWALL a:2\n" },
  { NULL, "[securitygroup]\nfirewall_driver = noop\n", NULL, "" },
  { NULL, "[securitygroup]\nfirewall_driver = iptables_hybrid\n", NULL, "CFG-LINT-FIREWALL-HYBRID a:2\n" },
  { NULL, "[securitygroup]\nfirewall_driver = openvswitch\n", NULL, "CFG-AGENT-FIREWALL a:2\n" },
  { NULL, "[securitygroup]\nfirewall_driver = Iptables\n", NULL, "CFG-AGENT-FIREWALL a:2\n" },
  { NULL, "[securitygroup]\nenable_security_group = false\n", NULL, "CFG-LINT-GROUPS-OFF a:2\n" },
  { "[securitygroup]\nenable_security_group = false\n", "[securitygroup]\nenable_security_group = false\n", NULL, "" },
  { NULL, "[securitygroup]\npermitted_ethertypes = 0x88b5\n", NULL, "CFG-LINT-NO-EFFECT a:2\n" },
  /* devices */
  { NULL, "[vxlan]\nttl = 255\ntos = 255\n", NULL, "" },
  { NULL, "[vxlan]\nttl = 256\n", NULL, "CFG-AGENT-DEVICE a:2\n" },
  { NULL, "[vxlan]\ntos = 256\n", NULL, "CFG-AGENT-DEVICE a:2\n" },
  { NULL, "[vxlan]\nttl = -1\nl2_population = false\n", "[vxlan]\nl2_population = false\n", "CFG-LINT-DEVICE a:2\n" },
  { NULL, "[vxlan]\nudp_srcport_min = 200\nudp_srcport_max = 199\n", NULL, "CFG-AGENT-DEVICE a:2\n" },
  { NULL, "[vxlan]\nudp_srcport_min = 200\nudp_srcport_max = 200\n", NULL, "" },
  { NULL, "[vxlan]\ntos = 4\n[agent]\ndscp = 1\n", NULL, "CFG-LINT-TOS-DSCP a:2\n" },
  /* other options of the agent */
  { NULL, "[agent]\nextensions = qos,nosuch\n", NULL, "CFG-LINT-EXTENSION a:2\n" },
  { NULL, "[agent]\npolling_interval = 0\n", NULL, "CFG-LINT-POLLING a:2\n" },
  { NULL, "[agent]\npolling_interval = 1\n", NULL, "" },
  /* MTU */
  { "[DEFAULT]\nglobal_physnet_mtu = 1501\n", NULL, NULL, "CFG-LINT-MTU server:2\nCFG-LINT-MTU server:2\n" },
  { "[DEFAULT]\nglobal_physnet_mtu = 9000\n[ml2]\npath_mtu = 1500\nphysical_network_mtus = provider:1500\n", NULL, NULL,
    "" },
  { "[DEFAULT]\nglobal_physnet_mtu = 50\n", NULL, NULL, "CFG-LINT-MTU server:2\n" },
  { "[DEFAULT]\nglobal_physnet_mtu = 51\n", NULL, NULL, "" },
  { NULL, "[vxlan]\nlocal_ip = fd00::11\nl2_population = false\nvxlan_group = ff05::1\n",
    "[vxlan]\nenable_vxlan = false\n", "CFG-LINT-MTU lab:3\n" },
  { "[ml2]\noverlay_ip_version = 5\n", NULL, NULL, "CFG-LINT-MTU server:2\n" },
  { "[ml2]\nphysical_network_mtus = provider\n", NULL, NULL, "CFG-LINT-PHYSICAL-MTUS server:2\n" },
  /* server */
  { "[DEFAULT]\ncore_plugin =\n", NULL, NULL, "CFG-SERVER-PLUGIN server:2\n" },
  { "[DEFAULT]\ncore_plugin = neutron.plugins.ml2.plugin.Ml2Plugin\n", NULL, NULL, "" },
  { "[DEFAULT]\ncore_plugin = openvswitch\n", NULL, NULL, "CFG-SERVER-PLUGIN server:2\n" },
  { "[experimental]\nlinuxbridge = false\n", NULL, NULL, "CFG-SERVER-EXPERIMENTAL server:2\n" },
  { "[ml2]\nmechanism_drivers = linuxbrigde,l2population\n", NULL, NULL,
    "CFG-SERVER-DRIVER server:2\nCFG-LINT-NO-LINUXBRIDGE server:2\n" },
  { "[ml2]\ntenant_network_types = gre\n", NULL, NULL, "CFG-SERVER-NETWORK-TYPE server:2\n" },
  { "[ml2]\nexternal_network_type = gre\n", NULL, NULL, "CFG-SERVER-NETWORK-TYPE server:2\n" },
  { "[ml2]\ntype_drivers = flat,vxlan,wlan\n", NULL, NULL, "CFG-LINT-DRIVER server:2\n" },
  { "[ml2]\nextension_drivers = port_security,port-security\n", NULL, NULL, "CFG-LINT-DRIVER server:2\n" },
  { "[ml2_type_vxlan]\nvni_ranges = 1:16777215\n", NULL, NULL, "" },
  { "[ml2_type_vxlan]\nvni_ranges = 0:10\n", NULL, NULL, "CFG-SERVER-VNI-RANGES server:2\n" },
  { "[ml2_type_vxlan]\nvni_ranges = 1:16777216\n", NULL, NULL, "CFG-SERVER-VNI-RANGES server:2\n" },
  { "[ml2_type_vxlan]\nvni_ranges = 2:1\n", NULL, NULL, "CFG-SERVER-VNI-RANGES server:2\n" },
  { "[ml2_type_vxlan]\nvni_ranges = 1-10\n", NULL, NULL, "CFG-SERVER-VNI-RANGES server:2\n" },
  { "[ml2_type_vxlan]\nvni_ranges =\n", NULL, NULL, "CFG-LINT-NO-VNI base:5\n" },
  { "[ml2_type_vlan]\nnetwork_vlan_ranges = provider,provider:1:4094\n", NULL, NULL, "" },
  { "[ml2_type_vlan]\nnetwork_vlan_ranges = provider:0:10\n", NULL, NULL, "CFG-SERVER-VLAN-RANGES server:2\n" },
  { "[ml2_type_vlan]\nnetwork_vlan_ranges = provider:1:4095\n", NULL, NULL, "CFG-SERVER-VLAN-RANGES server:2\n" },
  { "[ml2_type_vlan]\nnetwork_vlan_ranges = provider:1\n", NULL, NULL, "CFG-SERVER-VLAN-RANGES server:2\n" },
  { "[ml2_type_vlan]\nnetwork_vlan_ranges = other:1:10\n", NULL, NULL, "CFG-LINT-PHYSNET server:2\n" },
  { "[ml2_type_flat]\nflat_networks = provider,other\n", NULL, NULL, "CFG-LINT-PHYSNET server:2\n" },
  { "[ml2_type_flat]\nflat_networks = *\n", NULL, NULL, "" },
};

static VnTopology *
make_lab (const Case *row, VnDiagList *diags)
{
  VnTopology *topology = vn_topology_new ();
  VnMachine *a = add_machine (topology, "controller");
  VnMachine *b = add_machine (topology, "compute");

  add_interface (a, "ens33", "10.0.0.11/24");
  add_interface (a, "ens34x", "fd00::11/64");
  add_interface (b, "ens33", "10.0.0.12/24");
  add_interface (b, "ens34x", "fd00::12/64");
  a->server = load (SERVER, "server", row->server, VN_PROGRAM_SERVER, diags);
  a->agent = load (AGENT ("10.0.0.11"), "a", row->agent_a, VN_PROGRAM_AGENT, diags);
  b->agent = load (AGENT ("10.0.0.12"), "b", row->agent_b, VN_PROGRAM_AGENT, diags);
  return topology;
}

static void
test_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnTopology) topology = make_lab (&cases[i], diags);
      g_autofree char *got = NULL;

      vn_lint_config (topology, diags);
      got = render (diags);
      g_test_message ("case %u: %s", i, cases[i].expected);
      g_assert_cmpstr (got, ==, cases[i].expected);
    }
}

/* What needs more than ini files. */
static void
test_scene (void)
{
  static const Case sound = { NULL, "[vxlan]\narp_responder = true\n", NULL, NULL };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology = make_lab (&sound, diags);
  VnMachine *compute = g_ptr_array_index (topology->machines, 1);
  VnSysctlLine *line = g_new0 (VnSysctlLine, 1);
  VnNetwork *network = vn_network_new ();
  VnSubnet *subnet = vn_subnet_new ();
  g_autofree char *got = NULL;

  line->key = g_strdup ("net.bridge.bridge-nf-call-iptables");
  line->value = g_strdup ("0");
  line->origin = vn_origin_new ("lab", 9, 1);
  g_ptr_array_add (compute->sysctls, line);
  network->type = VN_NET_VXLAN;
  g_ptr_array_add (topology->networks, network);
  g_assert_true (vn_prefix_parse ("fd01::/64", &subnet->cidr));
  subnet->network = 0;
  g_ptr_array_add (topology->subnets, subnet);
  ((VnInterface *)g_ptr_array_index (compute->interfaces, 1))->address
      = ((VnInterface *)g_ptr_array_index (compute->interfaces, 0))->address;
  vn_lint_config (topology, diags);
  got = render (diags);
  g_assert_cmpstr (got, ==, "CFG-LINT-ARP-IPV6 a:2\nCFG-LINT-BRIDGE-NF lab:9\n");
}

static void
test_local_ip_twice (void)
{
  static const Case sound = { NULL, NULL, "[vxlan]\nlocal_ip = 10.0.0.11\n", NULL };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology = make_lab (&sound, diags);
  VnMachine *compute = g_ptr_array_index (topology->machines, 1);
  g_autofree char *got = NULL;

  add_interface (compute, "ens35", "10.0.0.11/24");
  vn_lint_config (topology, diags);
  got = render (diags);
  g_assert_cmpstr (got, ==, "CFG-LINT-LOCAL-IP-TWICE b:2\n");
}

/* A server without files at all; an agent without files at all. */
static void
test_defaults (void)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology = vn_topology_new ();
  VnMachine *machine = add_machine (topology, "all");
  g_autofree char *got = NULL;

  add_interface (machine, "eth0", "10.0.0.1/24");
  machine->agent = vn_config_new ();
  machine->server = vn_config_new ();
  vn_lint_config (topology, diags);
  got = render (diags);
  g_assert_cmpstr (got, ==,
                   "CFG-SERVER-PLUGIN lab:2\nCFG-LINT-NO-LINUXBRIDGE lab:2\nCFG-AGENT-LOCAL-IP lab:2\n"
                   "CFG-LINT-NO-FIREWALL lab:2\n");
}

/* ---- the recorded starts (tests/golden/config/agent_start_results.txt) ---- */

#define MAP "[linux_bridge]\nphysical_interface_mappings = "
#define VX "[vxlan]\n"

typedef struct
{
  const char *name;  /* as recorded */
  const char *lines; /* beside the sound ones; NULL = none */
  const char *code;  /* of the error, if the agent exits */
  gboolean is_alone; /* the lines are all there is */
} Start;

static const Start starts[] = {
  { "good: ucast (l2_population)", NULL, NULL, FALSE },
  { "good: l2_population off -> mcast", VX "l2_population = false\n", NULL, FALSE },
  { "enable_vxlan=false, no local_ip", VX "enable_vxlan = false\n", NULL, TRUE },
  { "experimental.linuxbridge not set", NULL, NULL, FALSE },
  { "interface of mapping missing", MAP "physnet1:eth9\n", "CFG-AGENT-INTERFACE", FALSE },
  { "mapping without colon", MAP "physnet1\n", "CFG-AGENT-MAPPING", FALSE },
  { "mapping with two colons", MAP "physnet1:eth2:3\n", "CFG-AGENT-MAPPING", FALSE },
  { "mapping: key twice", MAP "physnet1:eth2,physnet1:eth1\n", "CFG-AGENT-MAPPING", FALSE },
  { "mapping: value twice", MAP "physnet1:eth2,physnet2:eth2\n", "CFG-AGENT-MAPPING", FALSE },
  { "mapping: empty value", MAP "physnet1:\n", "CFG-AGENT-MAPPING", FALSE },
  { "mapping: empty key", MAP ":eth2\n", "CFG-AGENT-MAPPING", FALSE },
  { "mapping: trailing comma", MAP "physnet1:eth2,\n", NULL, FALSE },
  { "mapping: none at all", MAP "\n", NULL, FALSE },
  { "bridge_mappings: missing bridge", "[linux_bridge]\nbridge_mappings = physnet2:br-no\n", "CFG-AGENT-BRIDGE",
    FALSE },
  { "bridge_mappings: existing bridge", "[linux_bridge]\nbridge_mappings = physnet2:br-ex\n", NULL, FALSE },
  { "bridge and interface for the same physnet", "[linux_bridge]\nbridge_mappings = physnet1:br-ex\n", NULL, FALSE },
  { "local_ip absent", VX "l2_population = true\n", "CFG-AGENT-LOCAL-IP", TRUE },
  { "local_ip not on this host", VX "local_ip = 192.168.77.99\n", "CFG-AGENT-LOCAL-IP", FALSE },
  { "local_ip not an address", VX "local_ip = nonsense\n", "CFG-INI-VALUE", FALSE },
  { "local_ip = 127.0.0.1", VX "local_ip = 127.0.0.1\n", NULL, FALSE },
  { "local_ip IPv6, default IPv4 vxlan_group", VX "local_ip = fd77::21\n", "CFG-AGENT-GROUP", FALSE },
  { "local_ip IPv6, IPv6 group", VX "local_ip = fd77::21\nvxlan_group = ff05::1\n", NULL, FALSE },
  { "local_ip IPv6, empty group", VX "local_ip = fd77::21\nvxlan_group =\n", "CFG-AGENT-NO-MODE", FALSE },
  { "vxlan_group unicast", VX "vxlan_group = 10.0.0.1\n", "CFG-AGENT-GROUP", FALSE },
  { "vxlan_group nonsense", VX "vxlan_group = foo\n", "CFG-AGENT-GROUP", FALSE },
  { "vxlan_group prefix 239.0.0.0/8", VX "vxlan_group = 239.0.0.0/8\n", NULL, FALSE },
  { "vxlan_group empty, l2pop on", VX "vxlan_group =\n", NULL, FALSE },
  { "vxlan_group empty, l2pop off", VX "vxlan_group =\nl2_population = false\n", "CFG-AGENT-NO-MODE", FALSE },
  { "multicast_ranges bad format", VX "multicast_ranges = 239.1.1.1\n", "CFG-AGENT-RANGES", FALSE },
  { "multicast_ranges min>max", VX "multicast_ranges = 239.1.1.1:20:10\n", "CFG-AGENT-RANGES", FALSE },
  { "multicast_ranges unicast", VX "multicast_ranges = 10.1.1.1:1:10\n", "CFG-AGENT-RANGES", FALSE },
  { "multicast_ranges prefix", VX "multicast_ranges = 239.1.0.0/16:1:10\n", "CFG-AGENT-RANGES", FALSE },
  { "multicast_ranges good", VX "multicast_ranges = 239.1.1.1:1:10\n", NULL, FALSE },
  { "multicast_ranges overlapping", VX "multicast_ranges = 239.1.1.1:1:10,239.1.1.2:5:20\n", NULL, FALSE },
  { "srcport min>max, l2pop on", VX "udp_srcport_min = 200\nudp_srcport_max = 100\n", "CFG-AGENT-DEVICE", FALSE },
  { "srcport min>max, l2pop off", VX "udp_srcport_min = 200\nudp_srcport_max = 100\nl2_population = false\n", NULL,
    FALSE },
  { "udp_dstport 70000, l2pop on", VX "udp_dstport = 70000\n", "CFG-INI-VALUE", FALSE },
  { "udp_dstport 70000, l2pop off", VX "udp_dstport = 70000\nl2_population = false\n", "CFG-INI-VALUE", FALSE },
  { "udp_dstport 70000, l2pop off, debug off",
    VX "udp_dstport = 70000\nl2_population = false\n[DEFAULT]\ndebug = false\n", "CFG-INI-VALUE", FALSE },
  { "ttl 300, l2pop on", VX "ttl = 300\n", "CFG-AGENT-DEVICE", FALSE },
  { "ttl 300, l2pop off", VX "ttl = 300\nl2_population = false\n", NULL, FALSE },
  { "arp_responder without l2_population", VX "arp_responder = true\nl2_population = false\n", NULL, FALSE },
  { "l2_population=maybe", VX "l2_population = maybe\n", "CFG-INI-VALUE", FALSE },
  { "firewall_driver unknown", "[securitygroup]\nfirewall_driver = iptable\n", "CFG-AGENT-FIREWALL", FALSE },
  { "firewall_driver absent", VX "local_ip = 192.168.77.21\nl2_population = true\n", NULL, TRUE },
  { "firewall_driver empty", "[securitygroup]\nfirewall_driver =\n", NULL, FALSE },
  { "firewall_driver openvswitch", "[securitygroup]\nfirewall_driver = openvswitch\n", "CFG-AGENT-FIREWALL", FALSE },
  { "firewall_driver class path",
    "[securitygroup]\nfirewall_driver = neutron.agent.linux.iptables_firewall.IptablesFirewallDriver\n", NULL, FALSE },
  { "extensions unknown", "[agent]\nextensions = nosuch\n", NULL, FALSE },
  { "extensions qos", "[agent]\nextensions = qos\n", NULL, FALSE },
  { "dscp 64", "[agent]\ndscp = 64\n", "CFG-INI-VALUE", FALSE },
  { "polling_interval 0", "[agent]\npolling_interval = 0\n", NULL, FALSE },
  { "tos and dscp both", VX "tos = 4\n[agent]\ndscp = 8\n", NULL, FALSE },
  { "misspelt section [vxlan ] (blank)", "[vxlan ]\nlocal_ip = 192.168.77.21\n", "CFG-AGENT-LOCAL-IP", TRUE },
  { "misspelt option local_ipp", VX "local_ipp = 192.168.77.21\n", "CFG-AGENT-LOCAL-IP", TRUE },
  { "option line without =", VX "l2_population true\n", "CFG-INI-ASSIGNMENT", FALSE },
  { "no config at all", "", "CFG-AGENT-LOCAL-IP", TRUE },
};

static const Start *
find_start (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (strcmp (starts[i].name, name) == 0)
      return &starts[i];
  return NULL;
}

static const char *
first_error (const VnDiagList *diags)
{
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    if (vn_diag_severity (vn_diag_list_get (diags, i)->code) == VN_SEVERITY_ERROR)
      return vn_diag_id (vn_diag_list_get (diags, i)->code);
  return NULL;
}

static void
replay (const char *name, gboolean stays_up)
{
  static const char *const base = MAP "physnet1:eth2\n[vxlan]\nlocal_ip = 192.168.77.21\nl2_population = true\n"
                                      "[securitygroup]\nfirewall_driver = iptables\n";
  const Start *start = find_start (name);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology = vn_topology_new ();
  VnMachine *machine = add_machine (topology, "node");

  g_test_message ("%s", name);
  g_assert_nonnull (start);
  g_assert_true (stays_up == (start->code == NULL));
  add_interface (machine, "eth1", NULL);
  add_interface (machine, "eth2", "192.168.77.21/24");
  add_interface (machine, "eth3", "fd77::21/64");
  add_interface (machine, "br-ex", NULL);
  machine->agent = load (start->is_alone ? "" : base, "more", start->lines, VN_PROGRAM_AGENT, diags);
  vn_lint_config (topology, diags);
  g_assert_cmpstr (first_error (diags), ==, start->code);
  g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_ERROR), ==, stays_up ? 0 : 1);
}

static void
test_recorded (void)
{
  g_autofree char *text = vn_test_read_source ("tests/golden/config/agent_start_results.txt");
  g_auto (GStrv) lines = NULL;
  guint n_replayed = 0;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *up = strstr (*line, " stays up ");
      char *outcome = up != NULL ? up : strstr (*line, " EXIT 1 ");

      if (outcome == NULL)
        continue;
      *outcome = '\0';
      replay (g_strchomp (*line), up != NULL);
      n_replayed++;
    }
  g_assert_cmpuint (n_replayed, ==, G_N_ELEMENTS (starts));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lint/rules", test_rules);
  g_test_add_func ("/lint/scene", test_scene);
  g_test_add_func ("/lint/local-ip-twice", test_local_ip_twice);
  g_test_add_func ("/lint/defaults", test_defaults);
  g_test_add_func ("/lint/recorded", test_recorded);
  return g_test_run ();
}
