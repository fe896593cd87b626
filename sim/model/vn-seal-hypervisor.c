/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisors' networks: made of the product's defaults and of what the file says otherwise, for each one that a VM
 * uses or the file names. VMs' interfaces are then on one of them, or, bridged, on the segment of the PC's interface.
 */
#include "sim/model/vn-mode.h"
#include "sim/model/vn-seal.h"

#include <string.h>

#include "sim/base/vn-text.h"

typedef struct
{
  VnTopology *t;
  VnDiagList *diags;
  guint machine; /* the PC */
  const VnMachine *pc;
} Maker;

static VnHvNetwork *
find_network (const Maker *maker, const char *name)
{
  for (guint i = 0; i < maker->t->hv_networks->len; i++)
    {
      VnHvNetwork *network = g_ptr_array_index (maker->t->hv_networks, i);

      if (network->machine == maker->machine && g_str_equal (network->name, name))
        return network;
    }
  return NULL;
}

static guint
count_networks (const Maker *maker, gboolean (*counts) (const VnHvNetwork *network))
{
  guint n = 0;

  for (guint i = 0; i < maker->t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (maker->t, i);

      n += network->machine == maker->machine && counts (network);
    }
  return n;
}

static gboolean
has_engine (const VnHvNetwork *network)
{
  return network->engine_node != NULL;
}

static gboolean
has_own_bridge (const VnHvNetwork *network)
{
  return *network->host_dev != '\0' && !g_str_equal (network->name, "default");
}

/* libvirt numbers its bridges, the one of the network that it comes with first; others are named as their networks. */
static void
set_host_dev (const Maker *maker, const VnModeDefaults *defaults, VnHvNetwork *network)
{
  gboolean is_own = g_str_equal (network->name, defaults->name);
  guint n;

  if (defaults->dev == NULL)
    return;
  if (!g_ascii_isdigit (defaults->dev[strlen (defaults->dev) - 1]))
    {
      n = g_str_equal (network->name, "default") ? 0 : 1 + count_networks (maker, has_own_bridge);
      g_snprintf (network->host_dev, sizeof network->host_dev, "%s%u", defaults->dev, n);
    }
  else
    {
      g_autofree char *lower = g_ascii_strdown (network->name, -1);

      g_strlcpy (network->host_dev, is_own ? defaults->dev : lower, sizeof network->host_dev);
    }
}

/* What the products give the PC's side: a fixed beginning, and the device's number. */
static VnMac
host_mac (VnProduct product, const char *dev)
{
  static const VnMac macs[] = {
    [VN_PRODUCT_VIRTUALBOX] = { { 0x0a, 0x00, 0x27, 0x00, 0x00, 0x00 } },
    [VN_PRODUCT_VMWARE] = { { 0x00, 0x50, 0x56, 0xc0, 0x00, 0x00 } },
    [VN_PRODUCT_LIBVIRT] = { { 0x52, 0x54, 0x00, 0x00, 0x00, 0x00 } },
  };
  VnMac mac = macs[product];
  gsize len = strlen (dev);

  while (len > 0 && g_ascii_isdigit (dev[len - 1]))
    len--;
  mac.b[5] = (guint8)g_ascii_strtoull (dev + len, NULL, 10);
  return mac;
}

/* @given: set = wins. */
static VnIp
choose (VnIp given, VnPrefix cidr, gint number)
{
  return vn_ip_is_set (given) ? given : vn_mode_address (cidr, number);
}

static void
set_dhcp (const VnModeDefaults *defaults, const VnHvNetwork *given, VnHvNetwork *network)
{
  const VnDhcpServer *said = &given->dhcp;
  VnDhcpServer *dhcp = &network->dhcp;

  dhcp->origin = vn_origin_is_set (said->origin) ? said->origin : network->origin;
  dhcp->enabled = network->has_cidr && (given->dhcp_is_given ? said->enabled : defaults->dhcp != 0);
  if (!dhcp->enabled)
    return;
  dhcp->address = choose (said->address, network->cidr, defaults->dhcp);
  dhcp->pool.start = choose (said->pool.start, network->cidr, defaults->pool_first);
  dhcp->pool.end = choose (said->pool.end, network->cidr, defaults->pool_last);
  dhcp->router = vn_ip_is_set (said->router) ? said->router : network->gateway;
  dhcp->dns = vn_ip_is_set (said->dns) ? said->dns : network->dns;
  dhcp->lease_time_sec = said->lease_time_sec != 0 ? said->lease_time_sec : defaults->lease_time_sec;
}

static void
set_addresses (const VnModeDefaults *defaults, const VnHvNetwork *given, guint nth, VnHvNetwork *network)
{
  VnPrefix own = { 0 };

  network->has_cidr = given->has_cidr || (defaults->cidr != NULL && vn_prefix_parse (defaults->cidr, &own));
  network->cidr = given->has_cidr ? given->cidr : own;
  if (!given->has_cidr && defaults->per_vm)
    network->cidr.ip = vn_ip_add (own.ip, nth << 8);
  if (!network->has_cidr)
    return;
  network->host_address = choose (given->host_address, network->cidr, defaults->host);
  network->gateway = choose (given->gateway, network->cidr, defaults->gateway);
  network->dns = choose (given->dns, network->cidr, defaults->dns);
}

/* Which namespace holds what. */
static void
set_nodes (const Maker *maker, const VnModeDefaults *defaults, VnHvNetwork *network)
{
  g_autofree char *lower = g_ascii_strdown (network->name, -1);
  g_autofree char *own = g_strdup_printf ("%s-%s", maker->pc->name, lower);
  gboolean on_pc = *network->host_dev != '\0';

  network->switch_node = g_strdup (on_pc ? maker->pc->name : own);
  g_strlcpy (network->switch_dev,
             on_pc              ? network->host_dev
             : defaults->engine ? "nat"
                                : "switch",
             sizeof network->switch_dev);
  if (defaults->engine)
    {
      network->engine_number = count_networks (maker, has_engine);
      network->engine_node = g_strdup (own);
    }
  if (defaults->engine)
    network->service_node = g_strdup (own);
  else if (vn_ip_is_set (network->host_address)
           && (vn_ip_equal (network->dhcp.address, network->host_address)
               || vn_ip_equal (network->dns, network->host_address)))
    network->service_node = g_strdup (maker->pc->name);
  else if (network->dhcp.enabled)
    network->service_node = g_strconcat (own, "-dhcp", NULL);
}

/* @nth: which of the VM's interfaces, where each has a network of its own. */
static VnHvNetwork *
add_network (const Maker *maker, const VnModeDefaults *defaults, const VnHvNetwork *given, const char *name,
             VnOrigin origin, guint nth)
{
  VnHvNetwork *network = vn_hv_network_new ();

  network->name = g_strdup (name);
  network->origin = origin;
  network->machine = maker->machine;
  network->mode = defaults->mode;
  set_addresses (defaults, given, nth, network);
  network->has_nat = defaults->nat;
  set_host_dev (maker, defaults, network);
  network->host_mac = host_mac (maker->pc->product, network->host_dev);
  set_dhcp (defaults, given, network);
  set_nodes (maker, defaults, network);
  g_ptr_array_add (maker->t->hv_networks, network);
  return network;
}

/* The mode of a network that the file names: said, or that of the product's own network of this name. */
static VnMode
mode_of_given (VnProduct product, const VnHvNetwork *given)
{
  const VnModeDefaults *row;

  if (given->mode != VN_MODE_NONE)
    return given->mode;
  for (guint i = 0; (row = vn_mode_defaults_nth (i)) != NULL; i++)
    if (row->product == product && row->name != NULL
        && (row->per_vm ? g_str_has_prefix (given->name, row->name) : g_str_equal (row->name, given->name)))
      return row->mode;
  return VN_MODE_NONE;
}

static void
refuse_mode (const Maker *maker, VnMode mode, VnOrigin origin)
{
  g_autoptr (GString) has = g_string_new (NULL);

  for (guint i = VN_MODE_NONE + 1; i < VN_N_MODES; i++)
    if (vn_product_has_mode (maker->pc->product, i))
      g_string_append_printf (has, "%s%s", has->len > 0 ? ", " : "", vn_mode_name (i));
  vn_diag_add (maker->diags, VN_DIAG_MODE, origin, NULL, "%s has no mode \"%s\": expected one of %s",
               vn_product_title (maker->pc->product), vn_mode_name (mode), has->str);
}

static void
make_given (const Maker *maker, const VnHvNetwork *given)
{
  VnMode mode = mode_of_given (maker->pc->product, given);
  const VnModeDefaults *defaults = vn_mode_defaults (maker->pc->product, mode);

  if (mode == VN_MODE_NONE)
    vn_diag_add (maker->diags, VN_DIAG_MISSING_KEY, given->origin, "say its mode",
                 "%s has no network \"%s\" of its own", vn_product_title (maker->pc->product), given->name);
  else if (defaults == NULL)
    refuse_mode (maker, mode, given->origin);
  else if (defaults->name == NULL)
    vn_diag_add (maker->diags, VN_DIAG_BAD_VALUE, given->origin, "leave it out",
                 "network \"%s\": bridged VMs are on a segment, not on a network of the hypervisor", given->name);
  else if (find_network (maker, given->name) != NULL)
    vn_diag_add (maker->diags, VN_DIAG_DUPLICATE_NAME, given->origin, NULL, "network \"%s\" is there already",
                 given->name);
  else if (!defaults->per_vm)
    add_network (maker, defaults, given, given->name, given->origin, 0);
}

/* What the file says of a network that is made for one VM only; else nothing. */
static const VnHvNetwork *
given_for (const Maker *maker, const char *name, const VnHvNetwork *nothing)
{
  for (guint i = 0; i < maker->pc->hv_overrides->len; i++)
    if (g_str_equal (VN_AT (maker->pc->hv_overrides, VnHvNetwork, i)->name, name))
      return VN_AT (maker->pc->hv_overrides, VnHvNetwork, i);
  return nothing;
}

static guint
index_of (const Maker *maker, const VnHvNetwork *network)
{
  guint index = VN_NONE;

  g_ptr_array_find (maker->t->hv_networks, network, &index);
  return index;
}

static void
attach_per_vm (const Maker *maker, const VnModeDefaults *defaults, const VnMachine *vm, guint nth)
{
  VnInterface *interface = g_ptr_array_index (vm->interfaces, nth);
  g_autofree char *name = nth == 0 ? g_strdup_printf ("%s-%s", defaults->name, vm->name)
                                   : g_strdup_printf ("%s-%s-%s", defaults->name, vm->name, interface->name);
  const VnHvNetwork nothing = { 0 };

  if (interface->hv_name != NULL)
    vn_diag_add (maker->diags, VN_DIAG_BAD_VALUE, interface->mode_origin, "use nat-network",
                 "%s gives each VM a NAT network of its own: expected no network",
                 vn_product_title (maker->pc->product));
  interface->hv_network = index_of (
      maker, add_network (maker, defaults, given_for (maker, name, &nothing), name, interface->origin, nth));
}

static void
attach (const Maker *maker, const VnModeDefaults *defaults, VnInterface *interface)
{
  const VnHvNetwork nothing = { 0 };
  const char *name = interface->hv_name != NULL ? interface->hv_name : defaults->name;
  VnHvNetwork *network = find_network (maker, name);

  if (network == NULL && (interface->hv_name == NULL || g_str_equal (name, defaults->name)))
    network = add_network (maker, defaults, &nothing, name, maker->pc->origin, 0);
  if (network == NULL)
    vn_diag_add (maker->diags, VN_DIAG_NO_SUCH_OBJECT, interface->mode_origin,
                 "name it under the hypervisor's networks", "the hypervisor of \"%s\" has no network \"%s\"",
                 maker->pc->name, name);
  else if (network->mode != defaults->mode)
    vn_diag_add (maker->diags, VN_DIAG_BAD_VALUE, interface->mode_origin, NULL, "network \"%s\" is %s, not %s", name,
                 vn_mode_name (network->mode), vn_mode_name (defaults->mode));
  else
    interface->hv_network = index_of (maker, network);
}

static void
no_such_interface (const Maker *maker, const VnInterface *interface)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  for (guint i = 0; i < maker->pc->interfaces->len; i++)
    g_ptr_array_add (names, VN_AT (maker->pc->interfaces, VnInterface, i)->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (interface->bridged_name, (const char *const *)names->pdata);
  vn_diag_add (maker->diags, VN_DIAG_NO_SUCH_OBJECT, interface->mode_origin, hint,
               "bridged to \"%s\": \"%s\" has no such interface", interface->bridged_name, maker->pc->name);
}

static void
bridge (const Maker *maker, VnInterface *interface)
{
  interface->bridged_to = VN_NONE;
  for (guint i = 0; i < maker->pc->interfaces->len && interface->bridged_to == VN_NONE; i++)
    {
      const VnInterface *own = VN_AT (maker->pc->interfaces, VnInterface, i);

      if (own->segment != VN_NONE
          && (interface->bridged_name == NULL || g_str_equal (interface->bridged_name, own->name)))
        interface->bridged_to = i;
    }
  if (interface->bridged_to != VN_NONE)
    interface->segment = VN_AT (maker->pc->interfaces, VnInterface, interface->bridged_to)->segment;
  else if (interface->bridged_name != NULL)
    no_such_interface (maker, interface);
  else
    vn_diag_add (maker->diags, VN_DIAG_NO_SUCH_OBJECT, interface->mode_origin, "give it one on a segment",
                 "bridged: \"%s\" has no interface to be bridged to", maker->pc->name);
}

static void
attach_vm (const Maker *maker, const VnMachine *vm)
{
  for (guint i = 0; i < vm->interfaces->len; i++)
    {
      VnInterface *interface = g_ptr_array_index (vm->interfaces, i);
      const VnModeDefaults *defaults = vn_mode_defaults (maker->pc->product, interface->mode);

      interface->hv_network = VN_NONE;
      if (interface->mode == VN_MODE_NONE)
        continue;
      if (defaults == NULL)
        refuse_mode (maker, interface->mode, interface->mode_origin);
      else if (interface->mode == VN_MODE_BRIDGED)
        bridge (maker, interface);
      else if (defaults->per_vm)
        attach_per_vm (maker, defaults, vm, i);
      else
        attach (maker, defaults, interface);
    }
}

void
vn_seal_make_hv_networks (VnTopology *t, VnDiagList *diags)
{
  g_ptr_array_set_size (t->hv_networks, 0);
  for (guint i = 0; i < t->machines->len; i++)
    {
      Maker maker = { t, diags, i, vn_topology_machine (t, i) };

      if (!maker.pc->has_hypervisor)
        continue;
      for (guint j = 0; j < maker.pc->hv_overrides->len; j++)
        make_given (&maker, VN_AT (maker.pc->hv_overrides, VnHvNetwork, j));
      for (guint j = 0; j < t->machines->len; j++)
        if (vn_topology_machine (t, j)->on == i)
          attach_vm (&maker, vn_topology_machine (t, j));
    }
}
