/* SPDX-License-Identifier: Apache-2.0 */
/* What a machine does for others: router, DHCP and DNS server, web server; and its routes. */
#include "sim/load/vn-load-build.h"

#include "sim/base/vn-text.h"

/* Index of an interface of the machine; VN_NONE, after a diagnostic if the field is there. */
static guint
find_interface (VnLoad *load, const VnMachine *machine, const VnField *field)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  if (!vn_field_has (field))
    return VN_NONE;
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);

      if (g_str_equal (interface->name, vn_field_text (field, "")))
        return i;
      g_ptr_array_add (names, interface->name);
    }
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (vn_field_text (field, ""), (const char *const *)names->pdata);
  vn_diag_add (load->diags, VN_DIAG_NO_SUCH_OBJECT, field->origin, hint, "\"%s\" has no interface \"%s\"",
               machine->name, vn_field_text (field, ""));
  return VN_NONE;
}

static void
load_router (VnLoad *load, VnMachine *machine, const VnField *router)
{
  VnRouterFields fields;

  if (!vn_field_has (router) || !vn_keys_read (&VN_KEYS_ROUTER, router->node, router->origin, &fields, load->diags))
    return;
  machine->role.is_router = TRUE;
  machine->role.origin = router->origin;
  machine->role.nat_interface = find_interface (load, machine, &fields.nat);
}

/* DHCP has room for IPv4 addresses only. */
static void
check_v4 (VnLoad *load, const VnField *field, const char *key)
{
  if (vn_field_has (field) && field->u.ip.family != VN_FAMILY_IPV4)
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, field->origin, NULL, "%s: expected an IPv4 address, not %s", key,
                 vn_field_text (field, ""));
}

void
vn_load_dhcp (VnLoad *load, VnDhcpServer *server, const VnDhcpFields *fields, VnOrigin origin)
{
  check_v4 (load, &fields->router, "router");
  check_v4 (load, &fields->dns, "dns");
  server->origin = origin;
  server->pool = (VnPool){ fields->start.u.ip, fields->end.u.ip };
  server->router = fields->router.u.ip;
  server->dns = fields->dns.u.ip;
  server->lease_time_sec = (guint)vn_field_number (&fields->lease_time, 0);
}

static gboolean
serves_already (const VnMachine *machine, guint interface)
{
  for (guint i = 0; i < machine->role.dhcp->len; i++)
    if (VN_AT (machine->role.dhcp, VnDhcpServer, i)->interface == interface)
      return TRUE;
  return FALSE;
}

/* A server on a machine needs its interface's address, and a pool: there is no product to have a default. */
static void
load_server (VnLoad *load, guint index, VnMachine *machine, const VnDhcpFields *fields, VnOrigin origin)
{
  guint interface = find_interface (load, machine, &fields->interface);
  const VnInterface *own = interface != VN_NONE ? VN_AT (machine->interfaces, VnInterface, interface) : NULL;
  VnDhcpServer *server;

  if (own == NULL)
    return;
  if (!own->has_address || own->address.ip.family != VN_FAMILY_IPV4)
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, fields->interface.origin, NULL,
                 "a DHCP server needs an IPv4 address of its own: \"%s\" has none", own->name);
  if (!vn_field_has (&fields->start) || !vn_field_has (&fields->end))
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, origin, NULL, "a DHCP server needs the keys \"start\" and \"end\"");
  if (serves_already (machine, interface))
    vn_diag_add (load->diags, VN_DIAG_DUPLICATE_NAME, fields->interface.origin, NULL,
                 "\"%s\" has a DHCP server on %s already", machine->name, own->name);
  if (!own->has_address || !vn_field_has (&fields->start) || !vn_field_has (&fields->end))
    return;
  server = vn_dhcp_server_new ();
  vn_load_dhcp (load, server, fields, origin);
  server->enabled = TRUE;
  server->machine = index;
  server->interface = interface;
  server->address = own->address.ip;
  if (!vn_field_has (&fields->router) && machine->role.is_router)
    server->router = server->address;
  if (!vn_field_has (&fields->dns) && machine->role.serves_dns)
    server->dns = server->address;
  g_ptr_array_add (machine->role.dhcp, server);
}

static void
load_servers (VnLoad *load, guint index, VnMachine *machine, const VnField *dhcp)
{
  for (guint i = 0; i < vn_load_len (load, dhcp); i++)
    {
      VnDhcpFields fields;
      VnOrigin origin;

      if (vn_load_map (load, &VN_KEYS_DHCP, dhcp, i, &origin, &fields))
        load_server (load, index, machine, &fields, origin);
    }
}

static void
load_web_ports (VnLoad *load, VnMachine *machine, const VnField *web)
{
  for (guint i = 0; vn_field_has (web) && i < web->node->items->len; i++)
    {
      const VnYaml *item = g_ptr_array_index (web->node->items, i);
      g_autofree char *text = vn_text_printable (item->text);
      guint64 number;
      guint16 port;

      if (!vn_parse_uint (item->text, 1, G_MAXUINT16, &number))
        {
          vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, item->origin, NULL, "web: expected a port of 1 to 65535, not %s",
                       text);
          continue;
        }
      port = (guint16)number;
      g_array_append_val (machine->role.web_ports, port);
    }
}

static void
load_routes (VnLoad *load, VnMachine *machine, const VnField *routes)
{
  for (guint i = 0; vn_field_has (routes) && i < routes->node->pairs->len; i++)
    {
      const VnYamlPair *pair = g_ptr_array_index (routes->node->pairs, i);
      VnStaticRoute *route = g_new0 (VnStaticRoute, 1);

      route->origin = pair->origin;
      if (vn_prefix_parse (pair->key, &route->dst) && vn_ip_parse (pair->value->text, &route->via)
          && route->dst.ip.family == route->via.family)
        {
          route->dst = vn_prefix_masked (route->dst);
          g_ptr_array_add (machine->routes, route);
          continue;
        }
      g_free (route);
      vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, pair->origin, NULL,
                   "a route: expected a range and a next hop of the same family (192.168.100.0/24: 192.168.0.10)");
    }
}

void
vn_load_role (VnLoad *load, guint index, const VnMachineFields *fields)
{
  VnMachine *machine = g_ptr_array_index (load->t->machines, index);

  machine->role.serves_dns = vn_field_bool (&fields->dns, FALSE);
  load_router (load, machine, &fields->router);
  load_servers (load, index, machine, &fields->dhcp);
  load_web_ports (load, machine, &fields->web);
  load_routes (load, machine, &fields->routes);
}
