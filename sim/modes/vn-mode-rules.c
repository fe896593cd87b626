/* SPDX-License-Identifier: Apache-2.0 */
/* What hypervisors write into the iptables of their PC, and what stands in for their NAT engines.
 *
 * libvirt puts its rules into chains of its own, in front of which the built-in ones jump to them (libvirt 9.0,
 * iptables backend). It inserts each rule at the head of its chain, so a later network's rules stand before an earlier
 * one's; rules are made here in the order in which iptables-save shows them. The mangle table's CHECKSUM rule for DHCP
 * answers is left out: the lab's interfaces leave no checksum to hardware.
 *
 * A PC without libvirt forwards nothing but for the engines' links, so FORWARD drops the rest; what a bridge of its own
 * passes on may come by there too (br_netfilter), and goes on. */
#include "sim/modes/vn-modes-private.h"

#include <netinet/in.h>

typedef struct
{
  const VnTopology *t;
  const VnMachine *pc;
  VnRuleset *ruleset;
} Rules;

static const char *
protocol_name (guint8 protocol)
{
  return protocol == IPPROTO_TCP ? "tcp" : "udp";
}

static VnChain *
chain (VnRuleset *ruleset, const char *table, const char *name)
{
  return vn_ruleset_chain (ruleset, table, name,
                           g_ascii_isupper (name[0]) && !g_str_has_prefix (name, "LIBVIRT") ? "ACCEPT" : "-");
}

/* ---- libvirt ---- */

static void
add_libvirt_chains (VnRuleset *ruleset)
{
  static const struct
  {
    const char *table, *from, *to;
  } jumps[] = {
    { "filter", "INPUT", "LIBVIRT_INP" },   { "filter", "FORWARD", "LIBVIRT_FWX" },
    { "filter", "FORWARD", "LIBVIRT_FWI" }, { "filter", "FORWARD", "LIBVIRT_FWO" },
    { "filter", "OUTPUT", "LIBVIRT_OUT" },  { "nat", "POSTROUTING", "LIBVIRT_PRT" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      chain (ruleset, jumps[i].table, jumps[i].to);
      vn_chain_append (chain (ruleset, jumps[i].table, jumps[i].from), VN_ORIGIN_NONE, NULL, NULL, "-j %s",
                       jumps[i].to);
    }
}

/* DNS and DHCP between guests and the PC. */
static void
add_libvirt_services (const Rules *rules, const VnHvNetwork *network)
{
  static const struct
  {
    const char *protocol;
    guint in, out;
  } services[] = { { "udp", 53, 53 }, { "tcp", 53, 53 }, { "udp", 67, 68 }, { "tcp", 67, 68 } };

  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    {
      const char *p = services[i].protocol;

      vn_chain_append (chain (rules->ruleset, "filter", "LIBVIRT_INP"), network->origin, NULL, NULL,
                       "-i %s -p %s -m %s --dport %u -j ACCEPT", network->host_dev, p, p, services[i].in);
      vn_chain_append (chain (rules->ruleset, "filter", "LIBVIRT_OUT"), network->origin, NULL, NULL,
                       "-o %s -p %s -m %s --dport %u -j ACCEPT", network->host_dev, p, p, services[i].out);
    }
}

/* Into the guests' network, out of it, and within it. */
static void
add_libvirt_forwarding (const Rules *rules, const VnHvNetwork *network, const char *cidr)
{
  VnChain *in = chain (rules->ruleset, "filter", "LIBVIRT_FWI");
  VnChain *out = chain (rules->ruleset, "filter", "LIBVIRT_FWO");
  const char *dev = network->host_dev;
  g_autofree char *answers = g_strdup_printf ("network %s: only answers come in", network->name);
  g_autofree char *nothing = g_strdup_printf ("network %s: nothing else passes", network->name);

  if (network->mode == VN_MODE_NAT)
    vn_chain_append (in, network->origin, answers, NULL,
                     "-d %s -o %s -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", cidr, dev);
  if (network->mode == VN_MODE_ROUTED)
    vn_chain_append (in, network->origin, NULL, NULL, "-d %s -o %s -j ACCEPT", cidr, dev);
  vn_chain_append (in, network->origin, nothing, NULL, "-o %s -j REJECT --reject-with icmp-port-unreachable", dev);
  if (vn_ip_is_set (network->gateway))
    vn_chain_append (out, network->origin, NULL, NULL, "-s %s -i %s -j ACCEPT", cidr, dev);
  vn_chain_append (out, network->origin, nothing, NULL, "-i %s -j REJECT --reject-with icmp-port-unreachable", dev);
  vn_chain_append (chain (rules->ruleset, "filter", "LIBVIRT_FWX"), network->origin, NULL, NULL,
                   "-i %s -o %s -j ACCEPT", dev, dev);
}

static void
add_libvirt_nat (const Rules *rules, const VnHvNetwork *network, const char *cidr)
{
  static const char *const not_translated[] = { "224.0.0.0/24", "255.255.255.255/32" };
  static const char *const with_ports[] = { "tcp", "udp" };
  VnChain *nat = chain (rules->ruleset, "nat", "LIBVIRT_PRT");
  g_autofree char *note = g_strdup_printf ("network %s leaves with the PC's address", network->name);

  for (guint i = 0; i < G_N_ELEMENTS (not_translated); i++)
    vn_chain_append (nat, network->origin, NULL, NULL, "-s %s -d %s -j RETURN", cidr, not_translated[i]);
  for (guint i = 0; i < G_N_ELEMENTS (with_ports); i++)
    vn_chain_append (nat, network->origin, note, NULL, "-s %s ! -d %s -p %s -j MASQUERADE --to-ports 1024-65535", cidr,
                     cidr, with_ports[i]);
  vn_chain_append (nat, network->origin, note, NULL, "-s %s ! -d %s -j MASQUERADE", cidr, cidr);
}

/* An open network has no rule at all, and one without addresses nothing to be forwarded. */
static void
add_libvirt_network (const Rules *rules, const VnHvNetwork *network)
{
  g_autofree char *cidr = vn_prefix_to_string (network->cidr);

  if (network->mode == VN_MODE_OPEN || !vn_ip_is_set (network->host_address))
    return;
  add_libvirt_services (rules, network);
  add_libvirt_forwarding (rules, network, cidr);
  if (network->has_nat)
    add_libvirt_nat (rules, network, cidr);
}

/* ---- engines ---- */

static void
add_engine_of_pc (const Rules *rules, const VnHvNetwork *network)
{
  VnPrefix link = vn_engine_link_address (network->engine_number, FALSE);
  g_autofree char *ip = vn_ip_to_string (link.ip);
  g_autofree char *note = g_strdup_printf ("network %s leaves with the PC's address", network->name);
  VnChain *forward = chain (rules->ruleset, "filter", "FORWARD");
  char dev[16];

  vn_engine_link_dev (network->engine_number, dev);
  vn_chain_append (forward, network->origin, NULL, NULL, "-i %s -j ACCEPT", dev);
  vn_chain_append (forward, network->origin, NULL, NULL,
                   "-o %s -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT", dev);
  vn_chain_append (chain (rules->ruleset, "nat", "POSTROUTING"), network->origin, note, NULL, "-s %s/32 -j MASQUERADE",
                   ip);
}

/* In the engine's own namespace. */
static void
add_engine (const VnHvNetwork *network, VnTables *tables)
{
  VnRuleset *ruleset = vn_modes_ruleset (tables, network->engine_node, VN_TOOL_IPTABLES);
  VnChain *forward = chain (ruleset, "filter", "FORWARD");
  g_autofree char *note = g_strdup_printf ("network %s: nobody inside asked for it", network->name);

  vn_chain_append (forward, network->origin, NULL, NULL,
                   "-i " VN_ENGINE_UPLINK " -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT");
  vn_chain_append (forward, network->origin, note, NULL, "-i " VN_ENGINE_UPLINK " -j DROP");
  vn_chain_append (chain (ruleset, "nat", "POSTROUTING"), network->origin, NULL, NULL,
                   "-o " VN_ENGINE_UPLINK " -j MASQUERADE");
  vn_ruleset_sort (ruleset);
}

/* ---- port forwarding ---- */

static void
forward_on_pc (const Rules *rules, const VnForward *forward, const char *target)
{
  static const char *const hooks[] = { "PREROUTING", "OUTPUT" };
  const char *p = protocol_name (forward->protocol);

  for (guint i = 0; i < G_N_ELEMENTS (hooks); i++)
    vn_chain_append (chain (rules->ruleset, "nat", hooks[i]), forward->origin, NULL, NULL,
                     "-p %s -m addrtype --dst-type LOCAL -m %s --dport %u -j DNAT --to-destination %s", p, p,
                     forward->host_port, target);
}

/* By way of the engine: to the same port of its link, and there to the guest. */
static void
forward_by_engine (const Rules *rules, const VnHvNetwork *network, const VnForward *forward, const char *guest,
                   VnTables *tables)
{
  VnRuleset *ruleset = vn_modes_ruleset (tables, network->engine_node, VN_TOOL_IPTABLES);
  g_autofree char *link = vn_ip_to_string (vn_engine_link_address (network->engine_number, FALSE).ip);
  g_autofree char *target = g_strdup_printf ("%s:%u", link, forward->host_port);
  const char *p = protocol_name (forward->protocol);

  forward_on_pc (rules, forward, target);
  vn_chain_append (chain (ruleset, "nat", "PREROUTING"), forward->origin, NULL, NULL,
                   "-i " VN_ENGINE_UPLINK " -p %s -m %s --dport %u -j DNAT --to-destination %s:%u", p, p,
                   forward->host_port, guest, forward->guest_port);
  vn_ruleset_sort (ruleset);
}

/* libvirt has no port forwarding of its own; its documentation gives such rules as a hook script. That accepts whatever
 * is for the guest's port, also from networks that see the guest's own address; here only what came by the PC's port.
 */
static void
forward_by_pc (const Rules *rules, const VnHvNetwork *network, const VnForward *forward, const char *guest)
{
  g_autofree char *target = g_strdup_printf ("%s:%u", guest, forward->guest_port);
  const char *p = protocol_name (forward->protocol);

  forward_on_pc (rules, forward, target);
  vn_chain_append (chain (rules->ruleset, "filter", "FORWARD"), forward->origin, NULL, NULL,
                   "-d %s/32 -o %s -p %s -m %s --dport %u -m conntrack --ctstate DNAT -j ACCEPT", guest,
                   network->host_dev, p, p, forward->guest_port);
}

static void
add_forwards (const Rules *rules, const VnMachine *vm, VnTables *tables)
{
  for (guint i = 0; i < vm->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (vm->interfaces, VnInterface, i);
      g_autofree char *guest = vn_ip_to_string (vn_interface_forward_address (rules->t, interface));

      for (guint j = 0; j < interface->forwards->len; j++)
        {
          const VnHvNetwork *network = vn_topology_hv_network (rules->t, interface->hv_network);
          const VnForward *forward = VN_AT (interface->forwards, VnForward, j);

          if (network->engine_node != NULL)
            forward_by_engine (rules, network, forward, guest, tables);
          else
            forward_by_pc (rules, network, forward, guest);
        }
    }
}

/* ---- a PC ---- */

static gboolean
is_of (const VnHvNetwork *network, guint machine)
{
  return network->machine == machine;
}

static void
add_engines_of_pc (const Rules *rules, guint machine, VnTables *tables)
{
  VnChain *forward = chain (rules->ruleset, "filter", "FORWARD");

  for (guint i = 0; i < rules->t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (rules->t, i);

      if (is_of (network, machine) && *network->host_dev != '\0')
        vn_chain_append (forward, network->origin, NULL, NULL, "-i %s -o %s -j ACCEPT", network->host_dev,
                         network->host_dev);
    }
  for (guint i = 0; i < rules->t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (rules->t, i);

      if (!is_of (network, machine) || network->engine_node == NULL)
        continue;
      add_engine_of_pc (rules, network);
      add_engine (network, tables);
    }
  if (rules->pc->role.is_router)
    return;
  g_free (forward->policy);
  forward->policy = g_strdup ("DROP");
}

/* The hook script's rules come to stand before the jumps, as they are inserted. */
static void
add_pc (const VnTopology *t, guint machine, VnTables *tables)
{
  const VnMachine *pc = vn_topology_machine (t, machine);
  Rules rules = { t, pc, vn_modes_ruleset (tables, pc->name, VN_TOOL_IPTABLES) };

  for (guint i = 0; i < t->machines->len; i++)
    if (vn_topology_machine (t, i)->on == machine)
      add_forwards (&rules, vn_topology_machine (t, i), tables);
  if (pc->product == VN_PRODUCT_LIBVIRT)
    {
      add_libvirt_chains (rules.ruleset);
      for (guint i = t->hv_networks->len; i > 0; i--)
        if (is_of (vn_topology_hv_network (t, i - 1), machine))
          add_libvirt_network (&rules, vn_topology_hv_network (t, i - 1));
    }
  else
    add_engines_of_pc (&rules, machine, tables);
  vn_ruleset_sort (rules.ruleset);
}

/* Whether the hypervisor of a PC has anything to write. */
static gboolean
has_rules (const VnTopology *t, guint machine)
{
  for (guint i = 0; i < t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (t, i);

      if (is_of (network, machine)
          && (network->engine_node != NULL || vn_topology_machine (t, machine)->product == VN_PRODUCT_LIBVIRT))
        return TRUE;
    }
  return FALSE;
}

void
vn_modes_render_rules (const VnTopology *t, VnTables *tables)
{
  for (guint i = 0; i < t->machines->len; i++)
    if (has_rules (t, i))
      add_pc (t, i, tables);
}
