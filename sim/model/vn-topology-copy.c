/* SPDX-License-Identifier: Apache-2.0 */
/* Copying a topology, object by object: a change makes a new value, and whoever holds the old one keeps it. */
#include "sim/model/vn-topology.h"

typedef gpointer (*CopyFunc) (gconstpointer object);

static void
copy_objects (const GPtrArray *from, GPtrArray *to, CopyFunc copy)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, copy (g_ptr_array_index (from, i)));
}

static gpointer
copy_text (gconstpointer text)
{
  return g_strdup (text);
}

static gpointer
copy_segment (gconstpointer object)
{
  VnSegment *segment = g_memdup2 (object, sizeof *segment);

  segment->name = g_strdup (segment->name);
  return segment;
}

static gpointer
copy_forward (gconstpointer object)
{
  return g_memdup2 (object, sizeof (VnForward));
}

static gpointer
copy_route (gconstpointer object)
{
  return g_memdup2 (object, sizeof (VnStaticRoute));
}

static gpointer
copy_dhcp_server (gconstpointer object)
{
  return g_memdup2 (object, sizeof (VnDhcpServer));
}

static gpointer
copy_by_hand (gconstpointer object)
{
  return g_memdup2 (object, sizeof (VnByHand));
}

static gpointer
copy_interface (gconstpointer object)
{
  const VnInterface *from = object;
  VnInterface *to = vn_interface_new ();
  GPtrArray *forwards = to->forwards;

  *to = *from;
  to->name = g_strdup (from->name);
  to->hv_name = g_strdup (from->hv_name);
  to->bridged_name = g_strdup (from->bridged_name);
  to->forwards = forwards;
  copy_objects (from->forwards, forwards, copy_forward);
  return to;
}

static gpointer
copy_sysctl (gconstpointer object)
{
  VnSysctlLine *line = g_memdup2 (object, sizeof *line);

  line->key = g_strdup (line->key);
  line->value = g_strdup (line->value);
  return line;
}

static gpointer
copy_hv_network (gconstpointer object)
{
  VnHvNetwork *network = g_memdup2 (object, sizeof *network);

  network->name = g_strdup (network->name);
  network->engine_node = g_strdup (network->engine_node);
  network->service_node = g_strdup (network->service_node);
  network->switch_node = g_strdup (network->switch_node);
  return network;
}

static gpointer
copy_machine (gconstpointer object)
{
  const VnMachine *from = object;
  VnMachine *fresh = vn_machine_new ();
  VnMachine *to = g_memdup2 (from, sizeof *to);

  to->name = g_strdup (from->name);
  to->interfaces = g_steal_pointer (&fresh->interfaces);
  to->sysctls = g_steal_pointer (&fresh->sysctls);
  to->hv_overrides = g_steal_pointer (&fresh->hv_overrides);
  to->routes = g_steal_pointer (&fresh->routes);
  to->role.dhcp = g_steal_pointer (&fresh->role.dhcp);
  g_array_unref (fresh->role.web_ports);
  g_free (fresh);
  to->role.web_ports = g_array_copy (from->role.web_ports);
  to->agent = from->agent ? vn_config_ref (from->agent) : NULL;
  to->server = from->server ? vn_config_ref (from->server) : NULL;
  copy_objects (from->interfaces, to->interfaces, copy_interface);
  copy_objects (from->sysctls, to->sysctls, copy_sysctl);
  copy_objects (from->hv_overrides, to->hv_overrides, copy_hv_network);
  copy_objects (from->routes, to->routes, copy_route);
  copy_objects (from->role.dhcp, to->role.dhcp, copy_dhcp_server);
  return to;
}

static gpointer
copy_network (gconstpointer object)
{
  VnNetwork *network = g_memdup2 (object, sizeof *network);

  network->name = g_strdup (network->name);
  network->id = g_strdup (network->id);
  network->physical_network = g_strdup (network->physical_network);
  return network;
}

static gpointer
copy_subnet (gconstpointer object)
{
  VnSubnet *subnet = g_memdup2 (object, sizeof *subnet);

  subnet->name = g_strdup (subnet->name);
  subnet->id = g_strdup (subnet->id);
  subnet->allocation_pools = g_array_copy (subnet->allocation_pools);
  return subnet;
}

static gpointer
copy_rule (gconstpointer object)
{
  VnSecurityGroupRule *rule = g_memdup2 (object, sizeof *rule);

  rule->id = g_strdup (rule->id);
  rule->protocol = g_strdup (rule->protocol);
  return rule;
}

static gpointer
copy_group (gconstpointer object)
{
  const VnSecurityGroup *from = object;
  VnSecurityGroup *to = vn_security_group_new ();
  GPtrArray *rules = to->rules;

  *to = *from;
  to->name = g_strdup (from->name);
  to->id = g_strdup (from->id);
  to->rules = rules;
  copy_objects (from->rules, rules, copy_rule);
  return to;
}

static gpointer
copy_address_group (gconstpointer object)
{
  VnAddressGroup *group = g_memdup2 (object, sizeof *group);

  group->name = g_strdup (group->name);
  group->id = g_strdup (group->id);
  group->addresses = g_array_copy (group->addresses);
  return group;
}

static gpointer
copy_qos_rule (gconstpointer object)
{
  VnQosRule *rule = g_memdup2 (object, sizeof *rule);

  rule->id = g_strdup (rule->id);
  return rule;
}

static gpointer
copy_qos_policy (gconstpointer object)
{
  const VnQosPolicy *from = object;
  VnQosPolicy *to = vn_qos_policy_new ();
  GPtrArray *rules = to->rules;

  *to = *from;
  to->name = g_strdup (from->name);
  to->id = g_strdup (from->id);
  to->rules = rules;
  copy_objects (from->rules, rules, copy_qos_rule);
  return to;
}

static gpointer
copy_port (gconstpointer object)
{
  VnPort *port = g_memdup2 (object, sizeof *port);

  port->name = g_strdup (port->name);
  port->id = g_strdup (port->id);
  port->fixed_ips = g_array_copy (port->fixed_ips);
  port->security_groups = g_array_copy (port->security_groups);
  port->allowed_address_pairs = g_array_copy (port->allowed_address_pairs);
  port->device_owner = g_strdup (port->device_owner);
  return port;
}

static gpointer
copy_server (gconstpointer object)
{
  VnServer *server = g_memdup2 (object, sizeof *server);

  server->name = g_strdup (server->name);
  server->id = g_strdup (server->id);
  server->ports = g_array_copy (server->ports);
  return server;
}

static gpointer
copy_check (gconstpointer object)
{
  VnCheckLine *check = g_memdup2 (object, sizeof *check);

  check->id = g_strdup (check->id);
  check->from_name = g_strdup (check->from_name);
  check->to_name = g_strdup (check->to_name);
  return check;
}

static gpointer
copy_accept (gconstpointer object)
{
  VnAccept *accept = g_memdup2 (object, sizeof *accept);

  accept->quirk = g_strdup (accept->quirk);
  accept->why = g_strdup (accept->why);
  return accept;
}

VnTopology *
vn_topology_copy (const VnTopology *topology)
{
  VnTopology *copy = vn_topology_new ();
  const struct
  {
    const GPtrArray *from;
    GPtrArray *to;
    CopyFunc copy;
  } arrays[] = {
    { topology->files, copy->files, copy_text },
    { topology->segments, copy->segments, copy_segment },
    { topology->machines, copy->machines, copy_machine },
    { topology->networks, copy->networks, copy_network },
    { topology->subnets, copy->subnets, copy_subnet },
    { topology->security_groups, copy->security_groups, copy_group },
    { topology->address_groups, copy->address_groups, copy_address_group },
    { topology->qos_policies, copy->qos_policies, copy_qos_policy },
    { topology->ports, copy->ports, copy_port },
    { topology->servers, copy->servers, copy_server },
    { topology->checks, copy->checks, copy_check },
    { topology->accepts, copy->accepts, copy_accept },
    { topology->by_hand, copy->by_hand, copy_by_hand },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (arrays); i++)
    copy_objects (arrays[i].from, arrays[i].to, arrays[i].copy);
  copy->events = topology->events != NULL ? g_array_ref (topology->events) : NULL;
  copy->name = g_strdup (topology->name);
  copy->file = g_strdup (topology->file);
  copy->release = g_strdup (topology->release);
  copy->seed = topology->seed;
  return copy;
}
