/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: each in its subnet, no two stations of one Ethernet with the same, no bridge with too many ports. */
#include "sim/model/vn-seal.h"

/* BR_MAX_PORTS of the kernel is 1 << 10; port number 0 is not given out. */
#define BRIDGE_PORTS_MAX 1023

typedef struct
{
  const VnTopology *t;
  VnDiagList *diags;
  GHashTable *taken; /* "domain text" -> VnOrigin */
} Stations;

/* @text: transfer full. */
static void
claim (Stations *s, VnDiagCode code, guint domain, const char *what, char *text, VnOrigin origin)
{
  g_autofree char *key = g_strdup_printf ("%u %s", domain, text);
  const VnOrigin *first = g_hash_table_lookup (s->taken, key);

  if (first != NULL)
    {
      g_autofree char *place = vn_origin_to_line (*first);

      vn_diag_add (s->diags, code, origin, NULL, "%s %s is taken on this network (%s)", what, text, place);
    }
  else
    g_hash_table_insert (s->taken, g_steal_pointer (&key), g_memdup2 (&origin, sizeof origin));
  g_free (text);
}

static void
claim_ip (Stations *s, guint domain, VnIp ip, VnOrigin origin)
{
  claim (s, VN_DIAG_DUPLICATE_ADDRESS, domain, "address", vn_ip_to_string (ip), origin);
}

static void
claim_mac (Stations *s, guint domain, VnMac mac, VnOrigin origin)
{
  claim (s, VN_DIAG_DUPLICATE_MAC, domain, "MAC address", vn_mac_to_string (mac), origin);
}

gboolean
vn_seal_is_host_address (VnPrefix prefix, VnIp ip)
{
  if (!vn_prefix_contains (prefix, ip))
    return FALSE;
  if (vn_ip_bits (prefix.ip.family) - prefix.len < 2)
    return TRUE;
  if (vn_ip_equal (ip, vn_prefix_first (prefix)))
    return FALSE;
  return prefix.ip.family != VN_FAMILY_IPV4 || !vn_ip_equal (ip, vn_prefix_last (prefix));
}

static void
check_inside (Stations *s, VnPrefix prefix, VnIp ip, const char *where, VnOrigin origin)
{
  g_autofree char *ip_text = NULL;
  g_autofree char *prefix_text = NULL;

  if (vn_seal_is_host_address (prefix, ip))
    return;
  ip_text = vn_ip_to_string (ip);
  prefix_text = vn_prefix_to_string (vn_prefix_masked (prefix));
  vn_diag_add (s->diags, VN_DIAG_ADDRESS_OUTSIDE, origin, NULL, "%s: expected an address of a host in %s of %s",
               ip_text, prefix_text, where);
}

static void
check_interface (Stations *s, const VnInterface *interface)
{
  guint domain = vn_seal_interface_domain (s->t, interface);
  const VnSegment *segment = interface->segment != VN_NONE ? vn_topology_segment (s->t, interface->segment) : NULL;
  const VnHvNetwork *network
      = interface->hv_network != VN_NONE ? vn_topology_hv_network (s->t, interface->hv_network) : NULL;
  g_autofree char *where = segment != NULL   ? g_strdup_printf ("segment \"%s\"", segment->name)
                           : network != NULL ? g_strdup_printf ("network \"%s\"", network->name)
                                             : NULL;

  if (domain == VN_NONE)
    return;
  claim_mac (s, domain, interface->mac, interface->origin);
  /* What was leased is an observation: a server that gives away what it must not is no error of the file. */
  if (!interface->has_address || interface->assign == VN_ASSIGN_DHCP)
    return;
  claim_ip (s, domain, interface->address.ip, interface->address_origin);
  if (segment != NULL && segment->has_cidr && segment->cidr.ip.family == interface->address.ip.family)
    check_inside (s, segment->cidr, interface->address.ip, where, interface->address_origin);
  if (network != NULL && network->has_cidr)
    check_inside (s, network->cidr, interface->address.ip, where, interface->address_origin);
}

/* The PC, the engine and the DHCP server; two of them may be one station. */
static void
check_hv_network (Stations *s, guint index)
{
  const VnHvNetwork *network = vn_topology_hv_network (s->t, index);
  const VnIp addresses[] = { network->host_address, network->gateway, network->dns, network->dhcp.address };
  guint domain = vn_seal_hv_domain (s->t, index);

  if (vn_ip_is_set (network->host_address))
    claim_mac (s, domain, network->host_mac, network->origin);
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      gboolean is_claimed = FALSE;

      for (guint j = 0; j < i; j++)
        is_claimed = is_claimed || vn_ip_equal (addresses[i], addresses[j]);
      if (vn_ip_is_set (addresses[i]) && !is_claimed)
        claim_ip (s, domain, addresses[i], network->origin);
    }
}

static void
check_machine (Stations *s, guint index)
{
  const VnMachine *machine = vn_topology_machine (s->t, index);

  for (guint i = 0; i < machine->interfaces->len; i++)
    check_interface (s, VN_AT (machine->interfaces, VnInterface, i));
}

static void
check_port (Stations *s, const VnPort *port)
{
  if (port->network == VN_NONE || port->deleted)
    return;
  claim_mac (s, port->network, port->mac_address, port->origin);
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      const VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);
      const VnSubnet *subnet;
      g_autofree char *where = NULL;

      if (fixed->subnet == VN_NONE)
        continue;
      subnet = vn_topology_subnet (s->t, fixed->subnet);
      where = g_strdup_printf ("subnet \"%s\"", subnet->name);
      claim_ip (s, port->network, fixed->ip_address, fixed->origin);
      check_inside (s, subnet->cidr, fixed->ip_address, where, fixed->origin);
    }
}

/* Counts taps by host and network and reports the first one that finds its bridge full. */
static void
check_bridges (const VnTopology *t, VnDiagList *diags)
{
  g_autofree guint *used = g_new0 (guint, (gsize)t->networks->len * t->machines->len + 1);

  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);
      const VnNetwork *network;
      guint uplinks, *n;

      if (port->host == VN_NONE || port->network == VN_NONE || port->deleted)
        continue;
      network = vn_topology_network (t, port->network);
      uplinks = network->type == VN_NET_LOCAL ? 0 : 1;
      n = &used[(gsize)port->host * t->networks->len + port->network];
      if (++*n == BRIDGE_PORTS_MAX - uplinks + 1)
        vn_diag_add (diags, VN_DIAG_BRIDGE_FULL, port->origin, "spread the servers over more hosts or networks",
                     "the bridge of network \"%s\" on \"%s\" holds %d ports, its uplink included, and this is one more",
                     network->name, vn_topology_machine (t, port->host)->name, BRIDGE_PORTS_MAX);
    }
}

static void
check_switches (const VnTopology *t, VnDiagList *diags)
{
  g_autofree guint *used = g_new0 (guint, t->segments->len + 1);

  for (guint i = 0; i < t->machines->len; i++)
    for (guint j = 0; j < vn_topology_machine (t, i)->interfaces->len; j++)
      {
        const VnInterface *interface = VN_AT (vn_topology_machine (t, i)->interfaces, VnInterface, j);

        if (interface->segment != VN_NONE && ++used[interface->segment] == BRIDGE_PORTS_MAX + 1)
          vn_diag_add (diags, VN_DIAG_BRIDGE_FULL, interface->origin, NULL,
                       "the switch of segment \"%s\" holds %d interfaces and this is one more",
                       vn_topology_segment (t, interface->segment)->name, BRIDGE_PORTS_MAX);
      }
}

void
vn_seal_check_addresses (const VnTopology *t, VnDiagList *diags)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Stations stations = { t, diags, taken };

  for (guint i = 0; i < t->hv_networks->len; i++)
    check_hv_network (&stations, i);
  for (guint i = 0; i < t->machines->len; i++)
    check_machine (&stations, i);
  for (guint i = 0; i < t->ports->len; i++)
    check_port (&stations, vn_topology_port (t, i));
  check_bridges (t, diags);
  check_switches (t, diags);
}
