/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that run in the lab: a dnsmasq for each Ethernet on which somebody leases addresses or answers names, web
 * servers, DHCP clients.
 *
 * A DNS server answers for the stations of its Ethernet: for those with an address of the file by host records, for
 * those with a lease by the name that they told with it. Anything else it asks of the resolver of the machine that it
 * runs on, as a home router asks its provider and a hypervisor its PC. */
#include "sim/modes/vn-modes-private.h"

#define DEFAULT_LEASE_SEC 3600u

static void
append_option (GString *config, const char *option, VnIp ip)
{
  g_autofree char *text = vn_ip_is_set (ip) ? vn_ip_to_string (ip) : g_strdup ("");

  /* Without a value the option is not sent, where dnsmasq would send its own address. */
  g_string_append_printf (config, "dhcp-option=option:%s%s%s\n", option, *text != '\0' ? "," : "", text);
}

static void
append_dhcp (GString *config, const VnDhcpServer *dhcp, guint prefix_len)
{
  g_autofree char *start = vn_ip_to_string (dhcp->pool.start), *end = vn_ip_to_string (dhcp->pool.end);
  g_autofree char *mask = vn_ip_to_string (vn_ip_from_v4 (prefix_len == 0 ? 0 : G_MAXUINT32 << (32 - prefix_len)));

  g_string_append_printf (config, "dhcp-range=%s,%s,%s,%u\n", start, end, mask,
                          dhcp->lease_time_sec != 0 ? dhcp->lease_time_sec : DEFAULT_LEASE_SEC);
  append_option (config, "router", dhcp->router);
  append_option (config, "dns-server", dhcp->dns);
  g_string_append (config, "dhcp-authoritative\n");
}

static void
append_host (GString *config, const char *name, VnIp ip)
{
  g_autofree char *text = vn_ip_to_string (ip);

  g_string_append_printf (config, "host-record=%s,%s\n", name, text);
}

/* @upstream: unset = nobody. */
static void
append_dns (GString *config, const VnTopology *t, guint segment, guint hv_network, VnIp upstream)
{
  g_autofree char *text = vn_ip_to_string (upstream);

  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);

      for (guint j = 0; j < machine->interfaces->len; j++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, j);

          if (interface->assign == VN_ASSIGN_STATIC && interface->has_address
              && (interface->segment != VN_NONE ? interface->segment == segment : interface->hv_network == hv_network))
            append_host (config, machine->name, interface->address.ip);
        }
    }
  if (vn_ip_is_set (upstream))
    g_string_append_printf (config, "server=%s\n", text);
  else
    g_string_append (config, "local=/#/\n"); /* there is no such name, instead of a refusal */
}

static const VnDhcpServer *
server_of (const VnMachine *machine, guint interface)
{
  for (guint i = 0; i < machine->role.dhcp->len; i++)
    if (VN_AT (machine->role.dhcp, VnDhcpServer, i)->interface == interface)
      return VN_AT (machine->role.dhcp, VnDhcpServer, i);
  return NULL;
}

static gboolean
has_address (const VnMachine *machine, VnIp ip)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    if (VN_AT (machine->interfaces, VnInterface, i)->has_address
        && vn_ip_equal (VN_AT (machine->interfaces, VnInterface, i)->address.ip, ip))
      return TRUE;
  return FALSE;
}

/* A machine's own, on one of its interfaces. Names are not answered on the side that NAT hides the others from. */
static void
add_machine_dnsmasq (const VnTopology *t, guint index, guint nth, VnTables *tables)
{
  const VnMachine *machine = vn_topology_machine (t, index);
  const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, nth);
  const VnDhcpServer *dhcp = server_of (machine, nth);
  gboolean has_dns = machine->role.serves_dns && nth != machine->role.nat_interface && interface->has_address;
  VnIp upstream = vn_machine_resolver (t, index);
  g_autoptr (GString) config = g_string_new (NULL);

  if (dhcp == NULL && !has_dns)
    return;
  g_string_append_printf (config, "interface=%s\n", interface->name);
  if (dhcp != NULL)
    append_dhcp (config, dhcp, interface->address.len);
  if (has_address (machine, upstream))
    upstream = (VnIp){ VN_FAMILY_NONE, { 0 } };
  if (has_dns)
    append_dns (config, t, interface->segment, interface->hv_network, upstream);
  else
    g_string_append (config, "port=0\n");
  vn_tables_add (tables, vn_kobj_dnsmasq (machine->name, interface->name, config->str),
                 dhcp != NULL ? dhcp->origin : interface->origin);
}

/* The hypervisor's. On a network that nobody forwards for, names of elsewhere are of no use and not asked for. */
static void
add_hv_dnsmasq (const VnTopology *t, guint index, VnTables *tables)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, index);
  VnIp nobody = { VN_FAMILY_NONE, { 0 } };
  VnIp upstream = vn_ip_is_set (network->gateway) ? vn_machine_resolver (t, network->machine) : nobody;
  g_autoptr (GString) config = g_string_new (NULL);

  if (network->service_node == NULL || (!network->dhcp.enabled && !vn_ip_is_set (network->dns)))
    return;
  g_string_append_printf (config, "interface=%s\n", vn_modes_inner_dev (t, network));
  if (network->dhcp.enabled)
    append_dhcp (config, &network->dhcp, network->cidr.len);
  if (vn_ip_is_set (network->dns))
    append_dns (config, t, VN_NONE, index, upstream);
  else
    g_string_append (config, "port=0\n");
  vn_tables_add (tables, vn_kobj_dnsmasq (network->service_node, network->name, config->str), network->dhcp.origin);
}

static void
add_web (const VnMachine *machine, VnTables *tables)
{
  g_autofree char *page = g_strdup_printf ("This is %s.", machine->name);

  for (guint i = 0; i < machine->role.web_ports->len; i++)
    vn_tables_add (tables, vn_kobj_web (machine->name, g_array_index (machine->role.web_ports, guint16, i), page),
                   machine->origin);
}

static void
add_clients (const VnMachine *machine, VnTables *tables)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);

      if (interface->assign == VN_ASSIGN_DHCP)
        vn_tables_add (tables, vn_kobj_dhcp_client (machine->name, interface->name, machine->name),
                       interface->address_origin);
    }
}

void
vn_modes_render_services (const VnTopology *t, VnTables *tables)
{
  for (guint i = 0; i < t->machines->len; i++)
    for (guint j = 0; j < vn_topology_machine (t, i)->interfaces->len; j++)
      add_machine_dnsmasq (t, i, j, tables);
  for (guint i = 0; i < t->hv_networks->len; i++)
    add_hv_dnsmasq (t, i, tables);
  for (guint i = 0; i < t->machines->len; i++)
    add_web (vn_topology_machine (t, i), tables);
  for (guint i = 0; i < t->machines->len; i++)
    add_clients (vn_topology_machine (t, i), tables);
}
