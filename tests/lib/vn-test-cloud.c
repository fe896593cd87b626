/* SPDX-License-Identifier: Apache-2.0 */
/* Small clouds made by code.
 *
 * Lines are numbered in the order of the calls and ids count up by kind, so that texts and tap names are known to
 * tests. */
#include "tests/lib/vn-test-cloud.h"
#include "tests/lib/vn-test-values.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>

/* First digits of the ids, by kind: taps and bridges are named after them. */
typedef enum
{
  ID_NETWORK = 0xe,
  ID_SUBNET = 0xb,
  ID_GROUP = 0x5,
  ID_RULE = 0x7,
  ID_ADDRESS_GROUP = 0x6,
  ID_PORT = 0xa,
  ID_SERVER = 0xc,
} IdKind;

static const VnWord protocol_words[] = {
  { "hopopt", 0 },
  { "ip", 0 },
  { "icmp", IPPROTO_ICMP },
  { "tcp", IPPROTO_TCP },
  { "udp", IPPROTO_UDP },
  { "gre", IPPROTO_GRE },
  { "ipv6-icmp", IPPROTO_ICMPV6 },
  { NULL, 0 },
};

static char *
make_id (IdKind kind, guint n)
{
  return g_strdup_printf ("%x%07x-%04x-4000-8000-%012x", kind, n + 1, (n + 1) & 0xffff, n + 1);
}

/* The next line of the file that nobody wrote: one for each object, ports being their servers'. */
static VnOrigin
next_line (const VnTopology *t)
{
  guint n = t->segments->len + t->machines->len + t->networks->len + t->subnets->len + t->security_groups->len
            + t->address_groups->len + t->servers->len;

  for (guint i = 0; i < t->security_groups->len; i++)
    for (guint j = 0; j < vn_topology_group (t, i)->rules->len; j++)
      n += VN_AT (vn_topology_group (t, i)->rules, VnSecurityGroupRule, j)->implied == NULL ? 1 : 0;
  return vn_origin_new (VN_TEST_CLOUD_FILE, n + 1, 1);
}

static void
set (VnConfig *config, VnOptionId id, const char *text, VnOrigin origin)
{
  g_autoptr (GError) error = NULL;

  vn_config_set (config, id, text, origin, &error);
  g_assert_no_error (error);
}

static guint
add_machine (VnTopology *t, const char *name, guint last_byte)
{
  VnMachine *machine = vn_machine_new ();
  VnInterface *interface = vn_interface_new ();

  machine->name = g_strdup (name);
  machine->origin = next_line (t);
  interface->name = g_strdup ("ens33");
  interface->origin = machine->origin;
  interface->segment = 0;
  interface->has_address = TRUE;
  interface->address = vn_test_prefix ("10.0.0.0/24");
  interface->address.ip = vn_ip_add (interface->address.ip, last_byte);
  interface->address_origin = machine->origin;
  interface->mac = (VnMac){ { 0x52, 0x54, 0x00, 0x00, 0x00, (guint8)last_byte } };
  interface->mtu = 1500;
  g_ptr_array_add (machine->interfaces, interface);
  g_ptr_array_add (t->machines, machine);
  return t->machines->len - 1;
}

static void
configure_server (VnMachine *machine)
{
  static const struct
  {
    VnOptionId id;
    const char *text;
  } options[] = {
    { VN_OPT_CORE_PLUGIN, "ml2" },
    { VN_OPT_EXPERIMENTAL_LINUXBRIDGE, "true" },
    { VN_OPT_ML2_TYPE_DRIVERS, "flat,vlan,vxlan,local" },
    { VN_OPT_ML2_TENANT_NETWORK_TYPES, "vxlan" },
    { VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge,l2population" },
    { VN_OPT_ML2_EXTENSION_DRIVERS, "port_security" },
    { VN_OPT_VXLAN_VNI_RANGES, "1:1000" },
  };

  machine->server = vn_config_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    set (machine->server, options[i].id, options[i].text, vn_origin_new ("ml2_conf.ini", (guint)i + 1, 1));
}

VnTopology *
vn_test_cloud_new (void)
{
  VnTopology *t = vn_topology_new ();
  VnSegment *segment = vn_segment_new ();

  t->name = g_strdup ("cloud");
  t->file = g_strdup (VN_TEST_CLOUD_FILE);
  t->release = g_strdup ("zed");
  g_ptr_array_add (t->files, g_strdup (VN_TEST_CLOUD_FILE));
  segment->name = g_strdup ("management");
  segment->origin = next_line (t);
  segment->has_cidr = TRUE;
  segment->cidr = vn_test_prefix ("10.0.0.0/24");
  g_ptr_array_add (t->segments, segment);
  add_machine (t, "controller", 11);
  configure_server (g_ptr_array_index (t->machines, 0));
  return t;
}

guint
vn_test_cloud_host (VnTopology *t, const char *name)
{
  guint index = add_machine (t, name, 100 + t->machines->len);
  VnMachine *machine = g_ptr_array_index (t->machines, index);
  const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, 0);
  g_autofree char *local_ip = vn_ip_to_string (interface->address.ip);
  const struct
  {
    VnOptionId id;
    const char *text;
  } options[] = {
    { VN_OPT_VXLAN_ENABLE, "true" },        { VN_OPT_VXLAN_LOCAL_IP, local_ip },
    { VN_OPT_VXLAN_L2_POPULATION, "true" }, { VN_OPT_ENABLE_SECURITY_GROUP, "true" },
    { VN_OPT_FIREWALL_DRIVER, "iptables" },
  };

  machine->agent = vn_config_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    set (machine->agent, options[i].id, options[i].text, vn_origin_new ("linuxbridge_agent.ini", (guint)i + 1, 1));
  return index;
}

guint
vn_test_cloud_network (VnTopology *t, const char *name)
{
  VnNetwork *network = vn_network_new ();

  network->name = g_strdup (name);
  network->id = make_id (ID_NETWORK, t->networks->len);
  network->origin = next_line (t);
  network->type = VN_NET_VXLAN;
  network->segmentation_id = 42 + t->networks->len;
  network->mtu = 1450;
  network->port_security_enabled = TRUE;
  g_ptr_array_add (t->networks, network);
  return t->networks->len - 1;
}

guint
vn_test_cloud_subnet (VnTopology *t, guint network, const char *cidr)
{
  VnSubnet *subnet = vn_subnet_new ();

  subnet->name = g_strdup_printf ("subnet%u", t->subnets->len + 1);
  subnet->id = make_id (ID_SUBNET, t->subnets->len);
  subnet->origin = next_line (t);
  subnet->network = network;
  subnet->cidr = vn_test_prefix (cidr);
  subnet->gateway_ip = vn_ip_add (vn_prefix_first (subnet->cidr), 1);
  g_ptr_array_add (t->subnets, subnet);
  return t->subnets->len - 1;
}

/* ---- groups ---- */

VnSecurityGroupRule *
vn_test_cloud_rule (VnTopology *t, guint group, VnDirection direction, VnFamily family, const char *protocol, gint min,
                    gint max)
{
  VnSecurityGroup *owner = g_ptr_array_index (t->security_groups, group);
  VnSecurityGroupRule *rule = vn_security_group_rule_new ();

  rule->origin = next_line (t);
  rule->id = make_id (ID_RULE, group << 12 | owner->rules->len);
  rule->direction = direction;
  rule->ethertype = family;
  rule->protocol = g_strdup (protocol);
  if (protocol != NULL)
    g_assert_true (vn_word_parse (protocol_words, protocol, &rule->protocol_number));
  rule->port_range_min = min;
  rule->port_range_max = max;
  g_ptr_array_add (owner->rules, rule);
  return rule;
}

void
vn_test_rule_prefix (VnSecurityGroupRule *rule, const char *text)
{
  rule->has_remote_ip_prefix = TRUE;
  rule->remote_ip_prefix = vn_test_prefix (text);
}

static VnSecurityGroupRule *
add_implied_rule (VnTopology *t, guint group, VnDirection direction, VnFamily family)
{
  VnSecurityGroupRule *rule = vn_test_cloud_rule (t, group, direction, family, NULL, -1, -1);

  rule->origin = VN_ORIGIN_NONE;
  rule->implied = "the API's default rule";
  return rule;
}

guint
vn_test_cloud_group (VnTopology *t, const char *name)
{
  VnSecurityGroup *group = vn_security_group_new ();
  guint index = t->security_groups->len;

  group->name = g_strdup (name);
  group->id = make_id (ID_GROUP, index);
  group->origin = next_line (t);
  group->stateful = TRUE;
  g_ptr_array_add (t->security_groups, group);
  add_implied_rule (t, index, VN_EGRESS, VN_FAMILY_IPV4);
  add_implied_rule (t, index, VN_EGRESS, VN_FAMILY_IPV6);
  return index;
}

guint
vn_test_cloud_default_group (VnTopology *t)
{
  guint index = vn_test_cloud_group (t, "default");

  add_implied_rule (t, index, VN_INGRESS, VN_FAMILY_IPV4)->remote_group = index;
  add_implied_rule (t, index, VN_INGRESS, VN_FAMILY_IPV6)->remote_group = index;
  return index;
}

guint
vn_test_cloud_address_group (VnTopology *t, const char *name, const char *text)
{
  VnAddressGroup *group = vn_address_group_new ();
  VnPrefix parsed = vn_test_prefix (text);

  group->name = g_strdup (name);
  group->id = make_id (ID_ADDRESS_GROUP, t->address_groups->len);
  group->origin = next_line (t);
  g_array_append_val (group->addresses, parsed);
  g_ptr_array_add (t->address_groups, group);
  return t->address_groups->len - 1;
}

/* ---- servers ---- */

static guint
subnet_of (const VnTopology *t, guint network, VnIp ip)
{
  for (guint i = 0; i < t->subnets->len; i++)
    if (vn_topology_subnet (t, i)->network == network && vn_prefix_contains (vn_topology_subnet (t, i)->cidr, ip))
      return i;
  g_assert_not_reached ();
}

static void
add_addresses (const VnTopology *t, VnPort *port, const char *addresses)
{
  g_auto (GStrv) words = g_strsplit (addresses, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      VnFixedIp fixed = { .origin = port->origin };

      if (*words[i] == '\0')
        continue;
      g_assert_true (vn_ip_parse (words[i], &fixed.ip_address));
      fixed.subnet = subnet_of (t, port->network, fixed.ip_address);
      g_array_append_val (port->fixed_ips, fixed);
    }
}

static guint
add_port (VnTopology *t, guint server, guint network, const char *addresses, guint group)
{
  VnServer *owner = g_ptr_array_index (t->servers, server);
  VnPort *port = vn_port_new ();
  guint index = t->ports->len;

  port->name = owner->ports->len == 0 ? g_strdup_printf ("%s-port", owner->name)
                                      : g_strdup_printf ("%s-port%u", owner->name, owner->ports->len);
  g_array_append_val (owner->ports, index);
  port->id = make_id (ID_PORT, index);
  port->origin = owner->origin;
  port->security_groups_origin = owner->origin;
  port->network = network;
  port->host = owner->host;
  port->server = server;
  port->mac_address = (VnMac){ { 0xfa, 0x16, 0x3e, 0x00, (guint8)(index >> 8), (guint8)index } };
  port->port_security_enabled = TRUE;
  port->admin_state_up = TRUE;
  port->device_owner = g_strdup ("compute:nova");
  add_addresses (t, port, addresses);
  if (group != VN_NONE)
    vn_test_port_add_group (port, group);
  g_ptr_array_add (t->ports, port);
  return index;
}

guint
vn_test_cloud_server (VnTopology *t, const char *name, guint host, guint network, const char *addresses, guint group)
{
  VnServer *server = vn_server_new ();

  server->name = g_strdup (name);
  server->id = make_id (ID_SERVER, t->servers->len);
  server->origin = next_line (t);
  server->host = host;
  g_ptr_array_add (t->servers, server);
  return add_port (t, t->servers->len - 1, network, addresses, group);
}

guint
vn_test_cloud_more_port (VnTopology *t, guint port, guint network, const char *addresses, guint group)
{
  return add_port (t, vn_topology_port (t, port)->server, network, addresses, group);
}

VnPort *
vn_test_cloud_port (VnTopology *t, guint port)
{
  return g_ptr_array_index (t->ports, port);
}

void
vn_test_port_add_group (VnPort *port, guint group)
{
  g_array_append_val (port->security_groups, group);
}

void
vn_test_port_add_pair (VnPort *port, const char *text, const VnMac *mac)
{
  VnAddressPair pair = { vn_test_prefix (text), mac != NULL ? *mac : port->mac_address, port->origin };

  g_array_append_val (port->allowed_address_pairs, pair);
}

/* ---- options and sealing ---- */

void
vn_test_cloud_set_agent (VnTopology *t, guint host, VnOptionId id, const char *text)
{
  VnMachine *machine = g_ptr_array_index (t->machines, host);

  set (machine->agent, id, text, vn_origin_new ("--set", 0, 0));
}

void
vn_test_cloud_set_server (VnTopology *t, VnOptionId id, const char *text)
{
  VnMachine *machine = g_ptr_array_index (t->machines, 0);

  set (machine->server, id, text, vn_origin_new ("--set", 0, 0));
}

void
vn_test_cloud_seal (VnTopology *t)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  if (vn_topology_seal (t, diags))
    return;
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      g_autofree char *text = vn_diag_to_string (vn_diag_list_get (diags, i));

      g_test_message ("%s", text);
    }
  g_test_fail_printf ("the cloud has %u problems", vn_diag_list_len (diags));
}
