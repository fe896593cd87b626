/* SPDX-License-Identifier: Apache-2.0 */
/* Servers: the ports that are made for them, and those of the cloud that they take. */
#include "sim/load/vn-load-build.h"

typedef struct
{
  VnServer *server;
  guint index;
  const VnServerFields *fields;
} Reading;

static void
attach (VnLoad *load, const Reading *reading, guint port_index)
{
  VnPort *port = g_ptr_array_index (load->t->ports, port_index);

  port->server = reading->index;
  port->host = reading->server->host;
  g_array_append_val (reading->server->ports, port_index);
}

static void
add_fixed_ip (VnPort *port, const VnField *address, const VnTopology *t)
{
  VnFixedIp fixed = { .subnet = VN_NONE, .ip_address = address->u.ip, .origin = address->origin };

  for (guint i = 0; i < t->subnets->len && fixed.subnet == VN_NONE; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (t, i);

      if (subnet->network == port->network && vn_ip_is_set (subnet->cidr.ip)
          && vn_prefix_contains (subnet->cidr, fixed.ip_address))
        fixed.subnet = i;
    }
  g_array_append_val (port->fixed_ips, fixed);
}

/* The network's own security groups, or else the server's; the latter don't count where nothing is filtered. */
static void
set_groups (VnLoad *load, VnPort *port, const VnField *own, const VnField *servers)
{
  const VnField *groups = own->node != NULL ? own : servers;
  VnPortNote *note = &g_array_index (load->port_notes, VnPortNote, load->port_notes->len - 1);

  if (groups->node == NULL || (groups == servers && !port->port_security_enabled))
    return;
  note->has_groups = TRUE;
  port->security_groups_origin = groups->origin;
  vn_load_group_refs (load, groups, port->security_groups);
}

static void
make_port (VnLoad *load, const Reading *reading, const VnNicFields *nic, VnOrigin origin)
{
  const VnField *address = vn_field_has (&nic->fixed_ip) ? &nic->fixed_ip : &reading->fields->fixed_ip;
  VnPortNote note = { vn_field_has (&nic->mac_address), vn_field_has (address), FALSE };
  g_autofree char *name = g_strdup_printf ("%s-eth%u", reading->server->name, reading->server->ports->len);
  static const VnField none = { 0 };
  VnPort *port = vn_load_new_port (load, name, origin, note);

  port->id = vn_load_id (load, &none, "port", name);
  port->network = vn_load_field_ref (load, VN_REF_NETWORK, &nic->network);
  port->mac_address = nic->mac_address.u.mac;
  port->qos_policy = vn_load_qos_ref (load, &nic->qos_policy, VN_NONE);
  vn_load_port_security (load, port, &nic->port_security_enabled);
  if (note.has_fixed_ips)
    add_fixed_ip (port, address, load->t);
  set_groups (load, port, &nic->security_groups, &reading->fields->security_groups);
  vn_load_port_pairs (load, port, &nic->allowed_address_pairs);
  attach (load, reading, load->t->ports->len - 1);
}

/* A name alone says the same as { network: NAME }. */
static gboolean
read_nic (VnLoad *load, const VnField *networks, guint i, VnOrigin *ret_origin, VnNicFields *ret)
{
  const VnYaml *item = g_ptr_array_index (networks->node->items, i);

  *ret_origin = item->origin;
  if (item->kind != VN_YAML_SCALAR)
    return vn_keys_read (&VN_KEYS_NIC, item, item->origin, ret, load->diags);
  *ret = (VnNicFields){ .network = { .node = item, .origin = item->origin } };
  return TRUE;
}

static void
load_networks (VnLoad *load, const Reading *reading)
{
  const VnField *networks = &reading->fields->networks;
  guint len = vn_load_len (load, networks);

  if (vn_field_has (&reading->fields->fixed_ip) && len != 1)
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, reading->fields->fixed_ip.origin, NULL,
                 "fixed_ip is for a server with one network: expected it in the entries of networks");
  for (guint i = 0; i < len; i++)
    {
      VnNicFields nic;
      VnOrigin origin;

      if (read_nic (load, networks, i, &origin, &nic))
        make_port (load, reading, &nic, origin);
    }
}

static void
take_port (VnLoad *load, const Reading *reading, const VnYaml *item)
{
  guint index = vn_load_ref (load, VN_REF_PORT, item->text, item->origin);
  const VnPort *port;

  if (index == VN_NONE)
    return;
  port = vn_topology_port (load->t, index);
  if (port->server != VN_NONE)
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, item->origin, NULL, "port \"%s\" belongs to server \"%s\" already",
                 item->text, vn_topology_server (load->t, port->server)->name);
  else if (port->host != VN_NONE && port->host != reading->server->host)
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, item->origin, NULL,
                 "port \"%s\" is bound to \"%s\", not to the server's host", item->text,
                 vn_topology_machine (load->t, port->host)->name);
  else
    attach (load, reading, index);
}

static void
load_server (VnLoad *load, const VnItem *item, const VnServerFields *fields)
{
  VnServer *server = vn_server_new ();
  Reading reading = { server, load->t->servers->len, fields };

  server->name = g_strdup (item->name);
  server->origin = item->origin;
  server->id = vn_load_id (load, &fields->id, "server", item->name);
  server->host = vn_load_field_ref (load, VN_REF_MACHINE, &fields->host);
  g_ptr_array_add (load->t->servers, server);
  load_networks (load, &reading);
  for (guint i = 0; i < vn_load_len (load, &fields->ports); i++)
    take_port (load, &reading, g_ptr_array_index (fields->ports.node->items, i));
  if (server->ports->len == 0 && fields->networks.node == NULL && fields->ports.node == NULL)
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, item->origin, NULL,
                 "a server needs the key \"networks\" or the key \"ports\"");
}

void
vn_load_servers (VnLoad *load, const VnField *servers)
{
  for (guint i = 0; i < vn_load_len (load, servers); i++)
    {
      VnServerFields fields;
      VnItem item;

      if (vn_load_named_object (load, &VN_KEYS_SERVER, servers, i, &item, &fields))
        load_server (load, &item, &fields);
    }
}
