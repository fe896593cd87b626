/* SPDX-License-Identifier: Apache-2.0 */
/* Ports: port security, groups, addresses, pairs and binding, as ML2 judges them (Neutron 21.0.0). */
#include "sim/api/vn-api.h"
#include "sim/model/vn-driver.h"

gboolean
vn_api_has_port_security (const VnConfig *server)
{
  return vn_config_list_has (server, VN_OPT_ML2_EXTENSION_DRIVERS, "port_security");
}

const char *
vn_api_owner (const VnPort *port)
{
  return port->device_owner != NULL ? port->device_owner : "";
}

gboolean
vn_api_is_trusted (const char *device_owner)
{
  return g_str_has_prefix (device_owner, "network:");
}

static gboolean
check_mac (const VnPort *port, VnApiError *error)
{
  if (vn_mac_equal (port->mac_address, VN_MAC_ZERO) || vn_mac_equal (port->mac_address, VN_MAC_BROADCAST))
    return vn_api_refuse (error, 400, "HTTPBadRequest", "the zero and the broadcast address are no port's MAC address");
  return TRUE;
}

/* Port security, then what the groups are. */
static gboolean
check_groups (const VnTopology *t, const VnPort *port, gboolean gave_groups, VnApiError *error)
{
  gboolean has[2] = { FALSE, FALSE };

  if (!port->port_security_enabled && port->allowed_address_pairs->len > 0)
    return vn_api_refuse (error, 409, "AddressPairAndPortSecurityRequired",
                          "allowed_address_pairs on a port whose port_security_enabled is false");
  if (!port->port_security_enabled && gave_groups && port->security_groups->len > 0)
    return vn_api_refuse (error, 400, "PortSecurityAndIPRequiredForSecurityGroups",
                          "security_groups on a port whose port_security_enabled is false");
  for (guint i = 0; i < port->security_groups->len; i++)
    has[vn_topology_group (t, g_array_index (port->security_groups, guint, i))->stateful ? 1 : 0] = TRUE;
  if (has[0] && has[1])
    return vn_api_refuse (error, 409, "SecurityGroupConflict", "stateful and stateless groups on one port");
  return TRUE;
}

static gboolean
check_pairs (const VnConfig *server, const VnPort *port, VnApiError *error)
{
  guint len = port->allowed_address_pairs->len;
  gint64 max = vn_config_int (server, VN_OPT_MAX_ALLOWED_ADDRESS_PAIR, 10);
  const VnAddressPair *pairs = (const VnAddressPair *)(gpointer)port->allowed_address_pairs->data;

  if (len > max)
    return vn_api_refuse (error, 400, "AllowedAddressPairExhausted",
                          "%u allowed_address_pairs, and max_allowed_address_pair is %" G_GINT64_FORMAT, len, max);
  for (guint i = 0; i < len; i++)
    for (guint j = 0; j < i; j++)
      if (vn_prefix_equal (pairs[i].ip_address, pairs[j].ip_address)
          && vn_mac_equal (pairs[i].mac_address, pairs[j].mac_address))
        return vn_api_refuse (error, 400, "DuplicateAddressPairInRequest", "an allowed address pair stands twice");
  return TRUE;
}

static gboolean
check_fixed_ip (const VnTopology *t, const VnPort *port, guint index, VnApiError *error)
{
  const VnFixedIp *ips = (const VnFixedIp *)(gpointer)port->fixed_ips->data;
  const VnSubnet *subnet;

  if (ips[index].subnet == VN_NONE)
    return vn_api_refuse (error, 400, "InvalidIpForNetwork", "no subnet of the network has that address");
  subnet = vn_topology_subnet (t, ips[index].subnet);
  if (subnet->network != port->network)
    return vn_api_refuse (error, 400, "InvalidInput", "subnet \"%s\" is of another network", subnet->name);
  if (!vn_ip_is_set (ips[index].ip_address))
    return TRUE;
  if (vn_api_subnet_is_auto (subnet)
      && !vn_ip_equal (ips[index].ip_address, vn_ip_eui64 (subnet->cidr, port->mac_address)))
    return vn_api_refuse (error, 400, "AllocationOnAutoAddressSubnet",
                          "addresses of subnet \"%s\" follow from MACs and can't be chosen", subnet->name);
  for (guint i = 0; i < index; i++)
    if (vn_ip_equal (ips[i].ip_address, ips[index].ip_address))
      return vn_api_refuse (error, 400, "HTTPBadRequest", "an address stands twice in fixed_ips");
  return TRUE;
}

gboolean
vn_api_port (const VnTopology *t, const VnConfig *server, const VnPort *port, gboolean gave_groups, VnApiError *error)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    if (!check_fixed_ip (t, port, i, error))
      return FALSE;
  return check_mac (port, error) && check_groups (t, port, gave_groups, error) && check_pairs (server, port, error);
}

static char *
why_not_vxlan (const VnMachine *machine)
{
  if (!vn_config_bool (machine->agent, VN_OPT_VXLAN_ENABLE))
    return g_strdup_printf ("the agent on \"%s\" has enable_vxlan = false", machine->name);
  return NULL;
}

static char *
why_not_physical (const VnMachine *machine, const VnNetwork *network)
{
  g_autofree char *interface = NULL;
  g_autofree char *bridge = NULL;

  if (network->physical_network == NULL)
    return NULL;
  interface = vn_mapping_find (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, network->physical_network);
  bridge = vn_mapping_find (machine->agent, VN_OPT_LB_BRIDGE_MAPPINGS, network->physical_network);
  if (interface == NULL && bridge == NULL)
    return g_strdup_printf ("the agent on \"%s\" maps nothing to \"%s\"", machine->name, network->physical_network);
  return NULL;
}

static char *
why_not (const VnTopology *t, const VnConfig *server, guint network_index, guint machine_index)
{
  const VnMachine *machine = vn_topology_machine (t, machine_index);
  const VnNetwork *network = vn_topology_network (t, network_index);

  if (machine->agent == NULL)
    return g_strdup_printf ("no Linux bridge agent runs on \"%s\"", machine->name);
  if (!vn_config_list_has (server, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge"))
    return g_strdup ("mechanism_drivers has no linuxbridge");
  switch (network->type)
    {
    case VN_NET_VXLAN:
      return why_not_vxlan (machine);
    case VN_NET_FLAT:
    case VN_NET_VLAN:
      return why_not_physical (machine, network);
    case VN_NET_LOCAL:
    case VN_N_NET_TYPES:
      break;
    }
  return NULL;
}

gboolean
vn_api_can_bind (const VnTopology *t, const VnConfig *server, guint network, guint machine, char **ret_why_not)
{
  char *reason = why_not (t, server, network, machine);

  if (reason == NULL)
    return TRUE;
  *ret_why_not = reason;
  return FALSE;
}
