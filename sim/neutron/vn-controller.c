/* SPDX-License-Identifier: Apache-2.0 */
/* The Neutron server (Neutron 21.0.0: ML2 port binding, mechanism drivers linuxbridge and l2population).
 *
 * Binding: the Linux bridge agent of the port's host must have reported that it can carry the network's type: tunnels
 * for vxlan, a mapping of the physical network for flat and vlan; local networks need nothing.
 *
 * L2 population knows the ACTIVE ports only. When a port of a host becomes ACTIVE and is the first or the second one of
 * its network there, that host gets the whole picture of the others, and all hosts are told to flood to it; from the
 * third on, all hosts are just told of the port. (The second counts because two ports may be plugged at once.) Agents
 * that reported no tunnel address are left out.
 *
 * A port that is no longer ACTIVE, or ACTIVE somewhere else, is taken back by a message to all, and with the last one
 * of a host the flood entry. Of a port's addresses only what changed is told, old and new. */
#include "sim/neutron/vn-controller.h"

#include "sim/model/vn-driver.h"

/* The server sends the whole picture for so many first ports of a network on a host. */
#define FIRST_PORTS 2u

VnL2popMessage *
vn_l2pop_message_new (VnL2popKind kind, guint to, guint network)
{
  VnL2popMessage *message = g_new0 (VnL2popMessage, 1);

  message->kind = kind;
  message->to = to;
  message->network = network;
  message->entries = g_array_new (FALSE, TRUE, sizeof (VnL2popEntry));
  return message;
}

void
vn_l2pop_message_free (VnL2popMessage *message)
{
  g_array_unref (message->entries);
  g_free (message);
}

static void
message_free (gpointer data)
{
  vn_l2pop_message_free (data);
}

VnController *
vn_controller_new (const VnTopology *topology)
{
  VnController *controller = g_new0 (VnController, 1);

  controller->topology = vn_topology_ref ((VnTopology *)topology);
  controller->active = g_array_new (FALSE, TRUE, sizeof (guint));
  return controller;
}

void
vn_controller_free (VnController *controller)
{
  if (controller == NULL)
    return;
  g_array_unref (controller->active);
  vn_topology_unref (controller->topology);
  g_free (controller);
}

static gboolean
has_tunnels (const VnMachine *machine)
{
  VnVxlanMode mode = vn_vxlan_mode (machine->agent);

  return machine->agent != NULL && (mode == VN_VXLAN_UNICAST || mode == VN_VXLAN_MULTICAST);
}

static gboolean
maps_physical_network (const VnConfig *agent, const char *physical_network)
{
  static const VnOptionId options[] = { VN_OPT_LB_BRIDGE_MAPPINGS, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char *value = vn_mapping_find (agent, options[i], physical_network);

      if (value != NULL)
        return TRUE;
    }
  return FALSE;
}

static const char *
agent_refuses (const VnMachine *machine, const VnNetwork *network)
{
  switch (network->type)
    {
    case VN_NET_VXLAN:
      return has_tunnels (machine) ? NULL : "binding failed: the host's agent has no tunnels";
    case VN_NET_FLAT:
    case VN_NET_VLAN:
      return maps_physical_network (machine->agent, network->physical_network)
                 ? NULL
                 : "binding failed: the host's agent does not map the physical network";
    default:
      return NULL;
    }
}

const char *
vn_controller_refuses (const VnController *controller, guint port)
{
  const VnTopology *t = controller->topology;
  const VnPort *p = vn_topology_port (t, port);
  const VnMachine *machine = p->host != VN_NONE ? vn_topology_machine (t, p->host) : NULL;

  if (p->deleted)
    return "the port was deleted";
  if (machine == NULL)
    return "the port is bound to no host";
  if (machine->agent == NULL)
    return "binding failed: the host runs no Linux bridge agent";
  if (t->server_machine != VN_NONE
      && !vn_config_list_has (vn_topology_server_config (t), VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge"))
    return "binding failed: the server has no linuxbridge mechanism driver";
  return agent_refuses (machine, vn_topology_network (t, p->network));
}

static gboolean
populates (const VnController *controller, guint port)
{
  const VnTopology *t = controller->topology;
  const VnPort *p = vn_topology_port (t, port);

  return vn_config_list_has (vn_topology_server_config (t), VN_OPT_ML2_MECHANISM_DRIVERS, "l2population")
         && vn_topology_network (t, p->network)->type == VN_NET_VXLAN && has_tunnels (vn_topology_machine (t, p->host));
}

static guint
count_active (const VnController *controller, guint network, guint host)
{
  guint count = 0;

  for (guint i = 0; i < controller->active->len; i++)
    {
      const VnPort *p = vn_topology_port (controller->topology, g_array_index (controller->active, guint, i));

      if (p->network == network && p->host == host)
        count++;
    }
  return count;
}

static VnIp
endpoint_of (const VnController *controller, guint host)
{
  return vn_config_ip (vn_topology_machine (controller->topology, host)->agent, VN_OPT_VXLAN_LOCAL_IP);
}

static void
add_flood_entry (const VnController *controller, VnL2popMessage *message, guint host)
{
  VnL2popEntry entry
      = { .endpoint = endpoint_of (controller, host), .mac = VN_MAC_ZERO, .port = VN_NONE, .host = host };

  g_array_append_val (message->entries, entry);
}

/* An entry for each fixed address: a port without any is not announced. Address pairs never are. */
static void
add_port_entries (const VnController *controller, VnL2popMessage *message, guint port)
{
  const VnPort *p = vn_topology_port (controller->topology, port);

  for (guint i = 0; i < p->fixed_ips->len; i++)
    {
      VnL2popEntry entry = { .endpoint = endpoint_of (controller, p->host),
                             .mac = p->mac_address,
                             .ip = g_array_index (p->fixed_ips, VnFixedIp, i).ip_address,
                             .port = port,
                             .host = p->host };

      g_array_append_val (message->entries, entry);
    }
}

/* The ACTIVE ports of the network that one host has, behind its flood entry; nothing if it has none. */
static void
add_host_entries (const VnController *controller, VnL2popMessage *message, guint host)
{
  if (!has_tunnels (vn_topology_machine (controller->topology, host))
      || count_active (controller, message->network, host) == 0)
    return;
  add_flood_entry (controller, message, host);
  for (guint i = 0; i < controller->active->len; i++)
    {
      guint nth = controller->newest_first ? controller->active->len - 1 - i : i;
      guint port = g_array_index (controller->active, guint, nth);
      const VnPort *p = vn_topology_port (controller->topology, port);

      if (p->network == message->network && p->host == host)
        add_port_entries (controller, message, port);
    }
}

static VnL2popMessage *
whole_picture (const VnController *controller, guint network, guint for_host)
{
  VnL2popMessage *message = vn_l2pop_message_new (VN_L2POP_ADD, for_host, network);

  for (guint host = 0; host < controller->topology->machines->len; host++)
    if (host != for_host)
      add_host_entries (controller, message, host);
  return message;
}

static void
send (GPtrArray *messages, VnL2popMessage *message)
{
  if (message->entries->len > 0)
    g_ptr_array_add (messages, message);
  else
    vn_l2pop_message_free (message);
}

static guint
find_active (const VnController *controller, guint port)
{
  guint i = 0;

  while (i < controller->active->len && g_array_index (controller->active, guint, i) != port)
    i++;
  return i < controller->active->len ? i : VN_NONE;
}

gboolean
vn_controller_is_active (const VnController *controller, guint port)
{
  return find_active (controller, port) != VN_NONE;
}

GPtrArray *
vn_controller_port_up (VnController *controller, guint port)
{
  const VnPort *p = vn_topology_port (controller->topology, port);
  GPtrArray *messages = g_ptr_array_new_with_free_func (message_free);
  VnL2popMessage *news;
  gboolean is_first;

  if (!vn_controller_is_active (controller, port))
    g_array_append_val (controller->active, port);
  if (!populates (controller, port))
    return messages;
  is_first = count_active (controller, p->network, p->host) <= FIRST_PORTS;
  if (is_first)
    send (messages, whole_picture (controller, p->network, p->host));
  news = vn_l2pop_message_new (VN_L2POP_ADD, VN_NONE, p->network);
  if (is_first)
    add_flood_entry (controller, news, p->host);
  add_port_entries (controller, news, port);
  send (messages, news);
  return messages;
}

/* The port as the model still has it is ACTIVE no longer. */
static void
take_back (VnController *controller, guint port, GPtrArray *messages)
{
  const VnPort *p = vn_topology_port (controller->topology, port);
  VnL2popMessage *message;

  g_array_remove_index (controller->active, find_active (controller, port));
  if (!populates (controller, port))
    return;
  message = vn_l2pop_message_new (VN_L2POP_REMOVE, VN_NONE, p->network);
  if (count_active (controller, p->network, p->host) == 0)
    add_flood_entry (controller, message, p->host);
  add_port_entries (controller, message, port);
  send (messages, message);
}

GPtrArray *
vn_controller_port_down (VnController *controller, guint port)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (message_free);

  if (vn_controller_is_active (controller, port))
    take_back (controller, port, messages);
  return messages;
}

/* ---- changes by the API ---- */

static gboolean
has_fixed_ip (const VnPort *port, VnIp ip)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    if (vn_ip_equal (g_array_index (port->fixed_ips, VnFixedIp, i).ip_address, ip))
      return TRUE;
  return FALSE;
}

/* The addresses of one port that the other one lacks. */
static void
add_differing (const VnController *controller, VnL2popMessage *message, guint index, const VnPort *port,
               const VnPort *other, gboolean is_old)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnL2popEntry entry = { .endpoint = endpoint_of (controller, port->host),
                             .mac = port->mac_address,
                             .ip = g_array_index (port->fixed_ips, VnFixedIp, i).ip_address,
                             .port = index,
                             .host = port->host,
                             .is_old = is_old };

      if (!has_fixed_ip (other, entry.ip))
        g_array_append_val (message->entries, entry);
    }
}

static void
tell_addresses (const VnController *controller, guint index, const VnPort *now, GPtrArray *messages)
{
  const VnPort *old = vn_topology_port (controller->topology, index);
  VnL2popMessage *message;

  if (!populates (controller, index))
    return;
  message = vn_l2pop_message_new (VN_L2POP_UPDATE, VN_NONE, now->network);
  add_differing (controller, message, index, now, old, FALSE);
  add_differing (controller, message, index, old, now, TRUE);
  send (messages, message);
}

GPtrArray *
vn_controller_change (VnController *controller, const VnTopology *topology)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (message_free);

  for (guint i = 0; i < controller->topology->ports->len; i++)
    {
      const VnPort *old = vn_topology_port (controller->topology, i), *now = vn_topology_port (topology, i);

      if (!vn_controller_is_active (controller, i))
        continue;
      if (now->deleted || now->host != old->host)
        take_back (controller, i, messages);
      else
        tell_addresses (controller, i, now, messages);
    }
  vn_topology_unref (controller->topology);
  controller->topology = vn_topology_ref ((VnTopology *)topology);
  return messages;
}
