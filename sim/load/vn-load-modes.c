/* SPDX-License-Identifier: Apache-2.0 */
/* Hypervisors, their networks, and how VMs' interfaces are attached to them. */
#include "sim/load/vn-load-build.h"

#include <netinet/in.h>

/* What the file says of a DHCP server; unset = as the product, or the machine, has it. */
static void
load_hv_dhcp (VnLoad *load, VnHvNetwork *network, const VnField *field)
{
  VnDhcpFields fields;

  if (!vn_field_has (field) || !vn_keys_read (&VN_KEYS_HV_DHCP, field->node, field->origin, &fields, load->diags))
    return;
  network->dhcp_is_given = TRUE;
  network->dhcp.enabled = vn_field_bool (&fields.enabled, TRUE);
  network->dhcp.address = fields.address.u.ip;
  vn_load_dhcp (load, &network->dhcp, &fields, field->origin);
}

/* The products give their guests IPv4 addresses; a range needs room for a host, a gateway and a guest. */
static void
check_range (VnLoad *load, const VnField *cidr)
{
  if (vn_field_has (cidr) && (cidr->u.prefix.ip.family != VN_FAMILY_IPV4 || cidr->u.prefix.len > 29))
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, cidr->origin, NULL,
                 "cidr: expected an IPv4 range of at least 8 addresses (/29), not %s", vn_field_text (cidr, ""));
}

static VnHvNetwork *
load_network (VnLoad *load, const VnItem *item, const VnHvNetworkFields *fields)
{
  VnHvNetwork *network = vn_hv_network_new ();

  network->name = g_strdup (item->name);
  network->origin = item->origin;
  network->mode = vn_field_has (&fields->mode) ? fields->mode.u.word : VN_MODE_NONE;
  network->has_cidr = vn_field_has (&fields->cidr);
  network->cidr = vn_prefix_masked (fields->cidr.u.prefix);
  network->host_address = fields->host.u.ip;
  network->gateway = fields->gateway.u.ip;
  network->dns = fields->dns.u.ip;
  check_range (load, &fields->cidr);
  load_hv_dhcp (load, network, &fields->dhcp);
  return network;
}

static void
check_network_name (VnLoad *load, const VnHvNetwork *network)
{
  if (!vn_name_is_plain (network->name, VN_HV_NETWORK_NAME_MAX))
    vn_diag_add (load->diags, VN_DIAG_BAD_NAME, network->origin, NULL,
                 "network \"%s\": expected 1 to %u letters, digits, '.', '_' or '-', the first a letter or digit",
                 network->name, VN_HV_NETWORK_NAME_MAX);
}

void
vn_load_hypervisor (VnLoad *load, VnMachine *machine, const VnField *hypervisor)
{
  VnHypervisorFields fields;

  if (!vn_field_has (hypervisor)
      || !vn_keys_read (&VN_KEYS_HYPERVISOR, hypervisor->node, hypervisor->origin, &fields, load->diags)
      || !vn_field_has (&fields.product))
    return;
  machine->has_hypervisor = TRUE;
  machine->product = fields.product.u.word;
  for (guint i = 0; i < vn_load_len (load, &fields.networks); i++)
    {
      VnHvNetworkFields network;
      VnItem item;

      if (!vn_load_named_object (load, &VN_KEYS_HV_NETWORK, &fields.networks, i, &item, &network))
        continue;
      g_ptr_array_add (machine->hv_overrides, load_network (load, &item, &network));
      check_network_name (load, g_ptr_array_index (machine->hv_overrides, machine->hv_overrides->len - 1));
    }
}

static void
load_forwards (VnLoad *load, VnInterface *interface, const VnField *forwards)
{
  for (guint i = 0; i < vn_load_len (load, forwards); i++)
    {
      VnForwardFields fields;
      VnForward *forward;
      VnOrigin origin;

      if (!vn_load_map (load, &VN_KEYS_FORWARD, forwards, i, &origin, &fields) || !vn_field_has (&fields.host_port))
        continue;
      forward = vn_forward_new ();
      forward->protocol = vn_field_has (&fields.protocol) ? (guint8)fields.protocol.u.word : IPPROTO_TCP;
      forward->host_port = (guint16)vn_field_number (&fields.host_port, 0);
      forward->guest_port = (guint16)vn_field_number (&fields.guest_port, forward->host_port);
      forward->origin = origin;
      g_ptr_array_add (interface->forwards, forward);
    }
}

void
vn_load_mode (VnLoad *load, VnInterface *interface, const VnInterfaceFields *fields)
{
  if (!vn_field_has (&fields->mode))
    return;
  interface->mode = fields->mode.u.word;
  interface->mode_origin = fields->mode.origin;
  interface->hv_name = g_strdup (vn_field_text (&fields->network, NULL));
  interface->bridged_name = g_strdup (vn_field_text (&fields->bridged_to, NULL));
  load_forwards (load, interface, &fields->forwards);
}

/* What the server tells is not for the file to say. */
static void
check_leased (VnLoad *load, const VnField *field, const char *key)
{
  if (vn_field_has (field))
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, field->origin, "leave it out",
                 "%s: with `address: dhcp` the server tells it", key);
}

/* The kernel takes no next hop that it has no way to. */
static void
check_gateway (VnLoad *load, const VnInterface *interface, const VnField *gateway)
{
  g_autofree char *range = NULL;

  if (!vn_field_has (gateway) || (interface->has_address && vn_prefix_contains (interface->address, gateway->u.ip)))
    return;
  range = interface->has_address ? vn_prefix_to_string (vn_prefix_masked (interface->address)) : NULL;
  vn_diag_add (load->diags, VN_DIAG_ADDRESS_OUTSIDE, gateway->origin, NULL, "gateway %s: expected an address in %s",
               vn_field_text (gateway, ""), range != NULL ? range : "the interface's range, and it has none");
}

void
vn_load_address (VnLoad *load, VnInterface *interface, const VnInterfaceFields *fields)
{
  gboolean is_leased = vn_field_has (&fields->address) && fields->address.u.prefix.ip.family == VN_FAMILY_NONE;

  interface->assign = is_leased ? VN_ASSIGN_DHCP : VN_ASSIGN_STATIC;
  interface->has_address = vn_field_has (&fields->address) && !is_leased;
  interface->address = fields->address.u.prefix;
  interface->address_origin = fields->address.origin;
  interface->gateway = fields->gateway.u.ip;
  interface->dns = fields->dns.u.ip;
  if (is_leased)
    {
      check_leased (load, &fields->gateway, "gateway");
      check_leased (load, &fields->dns, "dns");
    }
  else
    check_gateway (load, interface, &fields->gateway);
}
