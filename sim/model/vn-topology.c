/* SPDX-License-Identifier: Apache-2.0 */
/* Constructors, destructors and typed access of the topology's objects. */
#include "sim/model/vn-topology.h"

static void
segment_free (gpointer data)
{
  VnSegment *segment = data;

  g_free (segment->name);
  g_free (segment);
}

static void
interface_free (gpointer data)
{
  VnInterface *interface = data;

  g_free (interface->name);
  g_free (interface->hv_name);
  g_free (interface->bridged_name);
  g_ptr_array_unref (interface->forwards);
  g_free (interface);
}

void
vn_hv_network_free (VnHvNetwork *network)
{
  g_free (network->name);
  g_free (network->engine_node);
  g_free (network->service_node);
  g_free (network->switch_node);
  g_free (network);
}

static void
sysctl_line_free (gpointer data)
{
  VnSysctlLine *line = data;

  g_free (line->key);
  g_free (line->value);
  g_free (line);
}

static void
machine_free (gpointer data)
{
  VnMachine *machine = data;

  g_free (machine->name);
  g_ptr_array_unref (machine->interfaces);
  g_ptr_array_unref (machine->sysctls);
  g_clear_pointer (&machine->agent, vn_config_free);
  g_clear_pointer (&machine->server, vn_config_free);
  g_ptr_array_unref (machine->hv_overrides);
  g_ptr_array_unref (machine->routes);
  g_ptr_array_unref (machine->role.dhcp);
  g_array_unref (machine->role.web_ports);
  g_free (machine);
}

static void
network_free (gpointer data)
{
  VnNetwork *network = data;

  g_free (network->name);
  g_free (network->id);
  g_free (network->physical_network);
  g_free (network);
}

static void
subnet_free (gpointer data)
{
  VnSubnet *subnet = data;

  g_free (subnet->name);
  g_free (subnet->id);
  g_array_unref (subnet->allocation_pools);
  g_free (subnet);
}

void
vn_security_group_rule_free (gpointer data)
{
  VnSecurityGroupRule *rule = data;

  g_free (rule->id);
  g_free (rule->protocol);
  g_free (rule);
}

static void
security_group_free (gpointer data)
{
  VnSecurityGroup *group = data;

  g_free (group->name);
  g_free (group->id);
  g_ptr_array_unref (group->rules);
  g_free (group);
}

static void
address_group_free (gpointer data)
{
  VnAddressGroup *group = data;

  g_free (group->name);
  g_free (group->id);
  g_array_unref (group->addresses);
  g_free (group);
}

void
vn_qos_rule_free (gpointer data)
{
  VnQosRule *rule = data;

  g_free (rule->id);
  g_free (rule);
}

static void
qos_policy_free (gpointer data)
{
  VnQosPolicy *policy = data;

  g_free (policy->name);
  g_free (policy->id);
  g_ptr_array_unref (policy->rules);
  g_free (policy);
}

static void
port_free (gpointer data)
{
  VnPort *port = data;

  g_free (port->name);
  g_free (port->id);
  g_array_unref (port->fixed_ips);
  g_array_unref (port->security_groups);
  g_array_unref (port->allowed_address_pairs);
  g_free (port->device_owner);
  g_free (port);
}

static void
server_free (gpointer data)
{
  VnServer *server = data;

  g_free (server->name);
  g_free (server->id);
  g_array_unref (server->ports);
  g_free (server);
}

static void
check_line_free (gpointer data)
{
  VnCheckLine *check = data;

  g_free (check->id);
  g_free (check->from_name);
  g_free (check->to_name);
  g_free (check);
}

static void
accept_free (gpointer data)
{
  VnAccept *accept = data;

  g_free (accept->quirk);
  g_free (accept->why);
  g_free (accept);
}

static void
end_free (gpointer data)
{
  VnEnd *end = data;

  g_free (end->name);
  g_array_unref (end->addresses);
  g_free (end);
}

VnTopology *
vn_topology_new (void)
{
  VnTopology *topology = g_new0 (VnTopology, 1);

  topology->ref_count = 1;
  topology->files = g_ptr_array_new_with_free_func (g_free);
  topology->segments = g_ptr_array_new_with_free_func (segment_free);
  topology->machines = g_ptr_array_new_with_free_func (machine_free);
  topology->hv_networks = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_hv_network_free);
  topology->networks = g_ptr_array_new_with_free_func (network_free);
  topology->subnets = g_ptr_array_new_with_free_func (subnet_free);
  topology->security_groups = g_ptr_array_new_with_free_func (security_group_free);
  topology->address_groups = g_ptr_array_new_with_free_func (address_group_free);
  topology->qos_policies = g_ptr_array_new_with_free_func (qos_policy_free);
  topology->ports = g_ptr_array_new_with_free_func (port_free);
  topology->servers = g_ptr_array_new_with_free_func (server_free);
  topology->checks = g_ptr_array_new_with_free_func (check_line_free);
  topology->accepts = g_ptr_array_new_with_free_func (accept_free);
  topology->by_hand = g_ptr_array_new_with_free_func (g_free);
  topology->ends = g_ptr_array_new_with_free_func (end_free);
  topology->server_machine = VN_NONE;
  return topology;
}

VnTopology *
vn_topology_ref (VnTopology *topology)
{
  g_atomic_int_inc (&topology->ref_count);
  return topology;
}

static void
topology_free (VnTopology *topology)
{
  GPtrArray *arrays[] = {
    topology->files,   topology->segments,        topology->machines,       topology->networks,
    topology->subnets, topology->security_groups, topology->address_groups, topology->ports,
    topology->servers, topology->checks,          topology->accepts,        topology->by_hand,
    topology->ends,    topology->hv_networks,     topology->qos_policies,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_ptr_array_unref (arrays[i]);
  g_clear_pointer (&topology->events, g_array_unref);
  g_free (topology->name);
  g_free (topology->file);
  g_free (topology->release);
  g_free (topology);
}

void
vn_topology_unref (VnTopology *topology)
{
  if (topology != NULL && g_atomic_int_dec_and_test (&topology->ref_count))
    topology_free (topology);
}

VnSegment *
vn_segment_new (void)
{
  return g_new0 (VnSegment, 1);
}

VnInterface *
vn_interface_new (void)
{
  VnInterface *interface = g_new0 (VnInterface, 1);

  interface->segment = VN_NONE;
  interface->hv_network = VN_NONE;
  interface->bridged_to = VN_NONE;
  interface->forwards = g_ptr_array_new_with_free_func (g_free);
  interface->mtu = 1500;
  return interface;
}

VnForward *
vn_forward_new (void)
{
  return g_new0 (VnForward, 1);
}

VnDhcpServer *
vn_dhcp_server_new (void)
{
  VnDhcpServer *server = g_new0 (VnDhcpServer, 1);

  server->machine = VN_NONE;
  server->interface = VN_NONE;
  return server;
}

VnHvNetwork *
vn_hv_network_new (void)
{
  VnHvNetwork *network = g_new0 (VnHvNetwork, 1);

  network->machine = VN_NONE;
  network->dhcp.machine = VN_NONE;
  network->dhcp.interface = VN_NONE;
  return network;
}

void
vn_lease_free (VnLease *lease)
{
  g_free (lease->domain);
  g_free (lease);
}

VnMachine *
vn_machine_new (void)
{
  VnMachine *machine = g_new0 (VnMachine, 1);

  machine->interfaces = g_ptr_array_new_with_free_func (interface_free);
  machine->sysctls = g_ptr_array_new_with_free_func (sysctl_line_free);
  machine->on = VN_NONE;
  machine->hv_overrides = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_hv_network_free);
  machine->routes = g_ptr_array_new_with_free_func (g_free);
  machine->role.nat_interface = VN_NONE;
  machine->role.dhcp = g_ptr_array_new_with_free_func (g_free);
  machine->role.web_ports = g_array_new (FALSE, FALSE, sizeof (guint16));
  return machine;
}

VnNetwork *
vn_network_new (void)
{
  VnNetwork *network = g_new0 (VnNetwork, 1);

  network->qos_policy = VN_NONE;
  return network;
}

VnSubnet *
vn_subnet_new (void)
{
  VnSubnet *subnet = g_new0 (VnSubnet, 1);

  subnet->network = VN_NONE;
  subnet->allocation_pools = g_array_new (FALSE, TRUE, sizeof (VnPool));
  return subnet;
}

VnSecurityGroupRule *
vn_security_group_rule_new (void)
{
  VnSecurityGroupRule *rule = g_new0 (VnSecurityGroupRule, 1);

  rule->protocol_number = -1;
  rule->port_range_min = -1;
  rule->port_range_max = -1;
  rule->remote_group = VN_NONE;
  rule->remote_address_group = VN_NONE;
  return rule;
}

VnSecurityGroup *
vn_security_group_new (void)
{
  VnSecurityGroup *group = g_new0 (VnSecurityGroup, 1);

  group->rules = g_ptr_array_new_with_free_func (vn_security_group_rule_free);
  return group;
}

VnAddressGroup *
vn_address_group_new (void)
{
  VnAddressGroup *group = g_new0 (VnAddressGroup, 1);

  group->addresses = g_array_new (FALSE, TRUE, sizeof (VnPrefix));
  return group;
}

VnQosRule *
vn_qos_rule_new (void)
{
  return g_new0 (VnQosRule, 1);
}

VnQosPolicy *
vn_qos_policy_new (void)
{
  VnQosPolicy *policy = g_new0 (VnQosPolicy, 1);

  policy->rules = g_ptr_array_new_with_free_func (vn_qos_rule_free);
  return policy;
}

VnPort *
vn_port_new (void)
{
  VnPort *port = g_new0 (VnPort, 1);

  port->network = VN_NONE;
  port->host = VN_NONE;
  port->server = VN_NONE;
  port->qos_policy = VN_NONE;
  port->fixed_ips = g_array_new (FALSE, TRUE, sizeof (VnFixedIp));
  port->security_groups = g_array_new (FALSE, TRUE, sizeof (guint));
  port->allowed_address_pairs = g_array_new (FALSE, TRUE, sizeof (VnAddressPair));
  return port;
}

VnServer *
vn_server_new (void)
{
  VnServer *server = g_new0 (VnServer, 1);

  server->host = VN_NONE;
  server->ports = g_array_new (FALSE, TRUE, sizeof (guint));
  return server;
}

VnCheckLine *
vn_check_line_new (void)
{
  VnCheckLine *check = g_new0 (VnCheckLine, 1);

  check->from = VN_NONE;
  check->to = VN_NONE;
  return check;
}

VnAccept *
vn_accept_new (void)
{
  return g_new0 (VnAccept, 1);
}

VnByHand *
vn_by_hand_new (void)
{
  VnByHand *by_hand = g_new0 (VnByHand, 1);

  by_hand->host = VN_NONE;
  by_hand->network = VN_NONE;
  return by_hand;
}

const VnSegment *
vn_topology_segment (const VnTopology *t, guint i)
{
  return VN_AT (t->segments, VnSegment, i);
}

const VnMachine *
vn_topology_machine (const VnTopology *t, guint i)
{
  return VN_AT (t->machines, VnMachine, i);
}

const VnHvNetwork *
vn_topology_hv_network (const VnTopology *t, guint i)
{
  return VN_AT (t->hv_networks, VnHvNetwork, i);
}

const VnNetwork *
vn_topology_network (const VnTopology *t, guint i)
{
  return VN_AT (t->networks, VnNetwork, i);
}

const VnSubnet *
vn_topology_subnet (const VnTopology *t, guint i)
{
  return VN_AT (t->subnets, VnSubnet, i);
}

const VnSecurityGroup *
vn_topology_group (const VnTopology *t, guint i)
{
  return VN_AT (t->security_groups, VnSecurityGroup, i);
}

const VnAddressGroup *
vn_topology_address_group (const VnTopology *t, guint i)
{
  return VN_AT (t->address_groups, VnAddressGroup, i);
}

const VnQosPolicy *
vn_topology_qos_policy (const VnTopology *t, guint i)
{
  return VN_AT (t->qos_policies, VnQosPolicy, i);
}

const VnPort *
vn_topology_port (const VnTopology *t, guint i)
{
  return VN_AT (t->ports, VnPort, i);
}

const VnServer *
vn_topology_server (const VnTopology *t, guint i)
{
  return VN_AT (t->servers, VnServer, i);
}

const VnEnd *
vn_topology_end (const VnTopology *t, guint i)
{
  return VN_AT (t->ends, VnEnd, i);
}

guint
vn_topology_find_end (const VnTopology *t, const char *name)
{
  for (guint i = 0; i < t->ends->len; i++)
    if (g_str_equal (vn_topology_end (t, i)->name, name))
      return i;
  return VN_NONE;
}

VnIp
vn_end_address (const VnEnd *end, VnFamily family)
{
  for (guint i = 0; i < end->addresses->len; i++)
    {
      VnIp ip = g_array_index (end->addresses, VnPrefix, i).ip;

      if (ip.family == family)
        return ip;
    }
  return (VnIp){ VN_FAMILY_NONE, { 0 } };
}

const VnConfig *
vn_topology_server_config (const VnTopology *t)
{
  if (t->server_machine == VN_NONE)
    return NULL;
  return vn_topology_machine (t, t->server_machine)->server;
}
