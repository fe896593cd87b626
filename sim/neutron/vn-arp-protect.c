/* SPDX-License-Identifier: Apache-2.0 */
/* MAC and ARP protection by ebtables (Neutron 21.0.0, arp_protect of the Linux bridge agent).
 *
 * Each port with port security has two chains, reached from PREROUTING of the nat table by its tap: one lets pass the
 * port's MAC addresses, whatever the frame holds, one ARP messages whose sender address is the port's. The jump to the
 * first is inserted at the top, so that these stand newest first; the jump to the second is appended. Addresses, too,
 * are inserted at the top, sorted as text, and so stand the other way round. An address pair for all of IPv4 takes the
 * ARP chain away. */
#include "sim/neutron/vn-render.h"

#include <string.h>

#include "sim/model/vn-port.h"
#include "sim/plan/vn-ruleset.h"

#define MACS_PER_RULE 500u

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* @text: taken over. */
static void
add_once (GPtrArray *texts, char *text)
{
  if (g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL))
    g_free (text);
  else
    g_ptr_array_add (texts, text);
}

static GPtrArray *
macs_of (const VnPort *port)
{
  GPtrArray *macs = g_ptr_array_new_with_free_func (g_free);

  add_once (macs, vn_ruleset_among_mac (port->mac_address));
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    add_once (macs, vn_ruleset_among_mac (g_array_index (port->allowed_address_pairs, VnAddressPair, i).mac_address));
  g_ptr_array_sort (macs, compare_strings);
  return macs;
}

/* The port's IPv4 addresses as ebtables prints them: no length behind a single address. */
static GPtrArray *
addresses_of (const VnPort *port)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnIp ip = g_array_index (port->fixed_ips, VnFixedIp, i).ip_address;

      if (ip.family == VN_FAMILY_IPV4)
        add_once (addresses, vn_ip_to_string (ip));
    }
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      VnPrefix pair = g_array_index (port->allowed_address_pairs, VnAddressPair, i).ip_address;

      if (pair.ip.family == VN_FAMILY_IPV4)
        add_once (addresses,
                  pair.len == 32 ? vn_ip_to_string (pair.ip) : vn_prefix_to_string (vn_prefix_masked (pair)));
    }
  g_ptr_array_sort (addresses, compare_strings);
  return addresses;
}

static gboolean
may_say_anything (const VnPort *port)
{
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      VnPrefix pair = g_array_index (port->allowed_address_pairs, VnAddressPair, i).ip_address;

      if (pair.ip.family == VN_FAMILY_IPV4 && pair.len == 0)
        return TRUE;
    }
  return FALSE;
}

static VnChain *
port_chain (VnRuleset *rules, const char *kind, const char *tap)
{
  g_autofree char *name = g_strdup_printf ("neutron%s-%s", kind, tap);

  return vn_ruleset_chain (rules, "nat", name, "DROP");
}

static void
protect_mac (VnRuleset *rules, const VnPort *port, const char *tap)
{
  VnChain *chain = port_chain (rules, "MAC", tap);
  g_autoptr (GPtrArray) macs = macs_of (port);

  for (guint first = 0; first < macs->len; first += MACS_PER_RULE)
    {
      g_autoptr (GString) list = g_string_new (NULL);

      for (guint i = first; i < MIN (first + MACS_PER_RULE, macs->len); i++)
        g_string_append_printf (list, "%s%s", i > first ? "," : "", (char *)g_ptr_array_index (macs, i));
      vn_chain_append (chain, port->origin, NULL, NULL, "-i %s --among-src %s -j RETURN", tap, list->str);
    }
  vn_chain_append (chain, port->origin, NULL, NULL, "-j DROP");
}

static void
protect_arp (VnRuleset *rules, const VnPort *port, const char *tap)
{
  VnChain *chain = port_chain (rules, "ARP", tap);
  g_autoptr (GPtrArray) addresses = addresses_of (port);

  for (guint i = addresses->len; i-- > 0;)
    vn_chain_append (chain, port->origin, NULL, NULL, "-p ARP --arp-ip-src %s -j ACCEPT",
                     (char *)g_ptr_array_index (addresses, i));
  vn_chain_append (chain, port->origin, NULL, NULL, "-j DROP");
}

/* ---- what is there on the host ---- */

/* Ports that the agent protects; @arp: those whose ARP messages it checks. Array of guint. */
static GArray *
wanted_ports (const VnAgent *agent, gboolean arp)
{
  GArray *wanted = g_array_new (FALSE, TRUE, sizeof (guint));

  for (guint i = 0; i < agent->ports->len; i++)
    {
      const VnAgentPort *port = &g_array_index (agent->ports, VnAgentPort, i);

      if (vn_agent_guards (agent, port) && !(arp && may_say_anything (vn_topology_port (agent->topology, port->port))))
        g_array_append_val (wanted, port->port);
    }
  return wanted;
}

/* What stays keeps its place, what is new comes behind it. */
static void
update (GArray *jumps, const GArray *wanted)
{
  for (guint i = jumps->len; i-- > 0;)
    if (!vn_agent_has_number (wanted, g_array_index (jumps, guint, i)))
      g_array_remove_index (jumps, i);
  for (guint i = 0; i < wanted->len; i++)
    if (!vn_agent_has_number (jumps, g_array_index (wanted, guint, i)))
      g_array_append_val (jumps, g_array_index (wanted, guint, i));
}

void
vn_arp_protect_update (VnAgent *agent)
{
  g_autoptr (GArray) macs = wanted_ports (agent, FALSE), arps = wanted_ports (agent, TRUE);

  update (agent->mac_jumps, macs);
  update (agent->arp_jumps, arps);
  agent->has_ebtables |= macs->len > 0;
}

/* ---- as rules ---- */

static const VnPort *
nth_port (const VnAgent *agent, const GArray *jumps, guint i, char ret_tap[16])
{
  const VnPort *port = vn_topology_port (agent->topology, g_array_index (jumps, guint, i));

  vn_name_tap (port->id, ret_tap);
  return port;
}

static void
add_jumps (const VnAgent *agent, VnRuleset *rules)
{
  VnChain *prerouting = vn_ruleset_chain (rules, "nat", "PREROUTING", "ACCEPT");
  char tap[16];

  for (guint i = agent->mac_jumps->len; i-- > 0;)
    {
      const VnPort *port = nth_port (agent, agent->mac_jumps, i, tap);

      vn_chain_append (prerouting, port->origin, NULL, NULL, "-i %s -j neutronMAC-%s", tap, tap);
    }
  for (guint i = 0; i < agent->arp_jumps->len; i++)
    {
      const VnPort *port = nth_port (agent, agent->arp_jumps, i, tap);

      vn_chain_append (prerouting, port->origin, NULL, NULL, "-p ARP -i %s -j neutronARP-%s", tap, tap);
    }
}

static void
add_chains (const VnAgent *agent, VnRuleset *rules)
{
  char tap[16];

  for (guint i = 0; i < agent->mac_jumps->len; i++)
    {
      const VnPort *port = nth_port (agent, agent->mac_jumps, i, tap);

      protect_mac (rules, port, tap);
    }
  for (guint i = 0; i < agent->arp_jumps->len; i++)
    {
      const VnPort *port = nth_port (agent, agent->arp_jumps, i, tap);

      protect_arp (rules, port, tap);
    }
}

void
vn_arp_protect_render (const VnAgent *agent, VnTables *tables)
{
  static const char *const built_in[] = { "PREROUTING", "OUTPUT", "POSTROUTING" };
  VnRuleset *rules;

  if (!agent->has_ebtables)
    return;
  rules = vn_ruleset_new (vn_topology_machine (agent->topology, agent->machine)->name, VN_TOOL_EBTABLES);
  for (guint i = 0; i < G_N_ELEMENTS (built_in); i++)
    vn_ruleset_chain (rules, "nat", built_in[i], "ACCEPT");
  add_jumps (agent, rules);
  add_chains (agent, rules);
  vn_ruleset_sort (rules);
  g_ptr_array_add (tables->rulesets, rules);
}
