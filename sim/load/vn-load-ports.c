/* SPDX-License-Identifier: Apache-2.0 */
/* Ports: reading them, and what follows when all are known. */
#include "sim/load/vn-load-build.h"

#include <string.h>

#define OWNER_INSTANCE "compute:nova"

VnPort *
vn_load_new_port (VnLoad *load, const char *name, VnOrigin origin, VnPortNote note)
{
  VnPort *port = vn_port_new ();

  port->name = g_strdup (name);
  port->origin = origin;
  port->security_groups_origin = origin;
  port->admin_state_up = TRUE;
  g_ptr_array_add (load->t->ports, port);
  g_array_append_val (load->port_notes, note);
  return port;
}

static guint
subnet_of_address (const VnLoad *load, guint network, VnIp ip)
{
  for (guint i = 0; i < load->t->subnets->len; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (load->t, i);

      if (subnet->network == network && vn_ip_is_set (subnet->cidr.ip) && vn_prefix_contains (subnet->cidr, ip))
        return i;
    }
  return VN_NONE;
}

static void
load_fixed_ips (VnLoad *load, VnPort *port, const VnField *fixed_ips)
{
  for (guint i = 0; i < vn_load_len (load, fixed_ips); i++)
    {
      VnFixedIpFields fields;
      VnFixedIp fixed = { .subnet = VN_NONE };

      if (!vn_load_map (load, &VN_KEYS_FIXED_IP, fixed_ips, i, &fixed.origin, &fields))
        continue;
      if (vn_field_has (&fields.ip_address))
        fixed.ip_address = fields.ip_address.u.ip;
      if (vn_field_has (&fields.subnet))
        {
          fixed.subnet = vn_load_field_ref (load, VN_REF_SUBNET, &fields.subnet);
          if (fixed.subnet == VN_NONE)
            continue;
        }
      else if (vn_ip_is_set (fixed.ip_address))
        fixed.subnet = subnet_of_address (load, port->network, fixed.ip_address);
      g_array_append_val (port->fixed_ips, fixed);
    }
}

static void
refuse_pair (VnLoad *load, const VnPort *port, VnOrigin origin, const char *text)
{
  g_auto (VnApiError) error = { 0 };

  if (text == NULL)
    vn_api_refuse (&error, 400, "AllowedAddressPairsMissingIP", "an allowed address pair without ip_address");
  else
    vn_api_refuse (&error, 400, "HTTPBadRequest", "\"%s\" is not an address or a network", text);
  vn_load_refused (load, VN_DIAG_API_PORT, origin, "port", port->name, &error);
}

void
vn_load_port_pairs (VnLoad *load, VnPort *port, const VnField *pairs)
{
  for (guint i = 0; i < vn_load_len (load, pairs); i++)
    {
      VnPairFields fields;
      VnAddressPair pair = { .mac_address = VN_MAC_ZERO };
      const char *text;

      if (!vn_load_map (load, &VN_KEYS_PAIR, pairs, i, &pair.origin, &fields))
        continue;
      text = vn_field_text (&fields.ip_address, NULL);
      if (text == NULL || !vn_api_parse_prefix (text, &pair.ip_address))
        {
          refuse_pair (load, port, pair.origin, text);
          continue;
        }
      if (vn_field_has (&fields.mac_address))
        pair.mac_address = fields.mac_address.u.mac;
      g_array_append_val (port->allowed_address_pairs, pair);
    }
}

static void
load_port (VnLoad *load, const VnItem *item, const VnPortFields *fields)
{
  VnPortNote note = { vn_field_has (&fields->mac_address), vn_field_has (&fields->fixed_ips),
                      fields->security_groups.node != NULL };
  VnPort *port = vn_load_new_port (load, item->name, item->origin, note);

  port->id = vn_load_id (load, &fields->id, "port", item->name);
  port->network = vn_load_field_ref (load, VN_REF_NETWORK, &fields->network);
  port->host = vn_load_field_ref (load, VN_REF_MACHINE, &fields->host);
  port->mac_address = fields->mac_address.u.mac;
  port->qos_policy = vn_load_qos_ref (load, &fields->qos_policy, VN_NONE);
  port->device_owner = g_strdup (vn_field_text (&fields->device_owner, NULL));
  port->admin_state_up = vn_field_bool (&fields->admin_state_up, TRUE);
  if (note.has_groups)
    port->security_groups_origin = fields->security_groups.origin;
  vn_load_group_refs (load, &fields->security_groups, port->security_groups);
  vn_load_port_security (load, port, &fields->port_security_enabled);
  load_fixed_ips (load, port, &fields->fixed_ips);
  vn_load_port_pairs (load, port, &fields->allowed_address_pairs);
}

void
vn_load_ports (VnLoad *load, const VnField *ports)
{
  for (guint i = 0; i < vn_load_len (load, ports); i++)
    {
      VnPortFields fields;
      VnItem item;

      if (vn_load_object (load, &VN_KEYS_PORT, ports, i, &item, &fields))
        load_port (load, &item, &fields);
    }
}

/* [DEFAULT] base_mac: three bytes are kept, four if the fourth is not 00. */
static void
draw_mac (VnLoad *load, VnPort *port)
{
  VnMac base;

  if (!vn_mac_parse (vn_config_string (load->server, VN_OPT_BASE_MAC), &base))
    base = (VnMac){ { 0xfa, 0x16, 0x3e } };
  port->mac_address = vn_load_draw_mac (load, base, base.b[3] == 0 ? 3 : 4, port->id);
}

static void
reserve_macs (VnLoad *load)
{
  for (guint i = 0; i < load->t->ports->len; i++)
    if (g_array_index (load->port_notes, VnPortNote, i).has_mac)
      g_hash_table_add (load->drawn, vn_mac_to_string (vn_topology_port (load->t, i)->mac_address));
}

/* Pairs without a MAC address have the port's. */
static void
complete_pairs (VnPort *port)
{
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      if (vn_mac_equal (pair->mac_address, VN_MAC_ZERO))
        pair->mac_address = port->mac_address;
    }
}

static void
complete_port (VnLoad *load, VnPort *port, VnPortNote note)
{
  guint default_group = 0;

  if (port->device_owner == NULL)
    port->device_owner = g_strdup (port->server != VN_NONE ? OWNER_INSTANCE : "");
  if (vn_api_is_trusted (port->device_owner))
    {
      port->port_security_enabled = FALSE;
      g_array_set_size (port->security_groups, 0);
    }
  if (!note.has_groups && port->port_security_enabled)
    g_array_append_val (port->security_groups, default_group);
  if (!note.has_mac)
    draw_mac (load, port);
  complete_pairs (port);
}

static void
ask_port (VnLoad *load, const VnPort *port, VnPortNote note)
{
  g_auto (VnApiError) error = { 0 };

  if (!vn_api_port (load->t, load->server, port, note.has_groups, &error))
    vn_load_refused (load, VN_DIAG_API_PORT, port->origin, "port", port->name, &error);
}

/* A port that no agent can carry is not bound, as on the server. */
static void
bind_port (VnLoad *load, VnPort *port)
{
  g_autofree char *why_not = NULL;

  if (port->host == VN_NONE || port->network == VN_NONE
      || vn_api_can_bind (load->t, load->server, port->network, port->host, &why_not))
    return;
  vn_diag_add (load->diags, VN_DIAG_LINT_UNBOUND, port->origin, NULL, "port \"%s\": %s: its binding fails", port->name,
               why_not);
  port->host = VN_NONE;
}

void
vn_load_finish_ports (VnLoad *load)
{
  reserve_macs (load);
  for (guint i = 0; i < load->t->ports->len; i++)
    {
      VnPort *port = g_ptr_array_index (load->t->ports, i);
      VnPortNote note = g_array_index (load->port_notes, VnPortNote, i);

      complete_port (load, port, note);
      ask_port (load, port, note);
      bind_port (load, port);
    }
  vn_load_draw_addresses (load);
}
