/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups by iptables: the frame, the conntrack zones, and the way to each port's chains (Neutron 21.0.0,
 * iptables_manager and iptables_firewall; the same for IPv4 and IPv6).
 *
 * A frame in each direction of a port's device goes FORWARD -> sg-chain -> the port's chain for that direction. RETURN
 * in there means "allowed so far": a frame between two ports of one host passes the chains of both, and only then the
 * ACCEPT that ends sg-chain. Whatever a port's chain does not return goes to sg-fallback, which drops.
 *
 * In the raw table each filtered port has three rules that set the conntrack zone of its network (or take its packets
 * out of connection tracking). The second matches all that enters by the bridge, so the port whose tap sorts first
 * decides for all ports of its network. Ports of the hybrid driver are named by devices that only exist with Open
 * vSwitch: the rules are there and match nothing. */
#include <stdarg.h>
#include <string.h>

#include "sim/model/vn-driver.h"
#include "sim/model/vn-port.h"
#include "sim/model/vn-qos.h"
#include "sim/neutron/vn-agent-qos.h"
#include "sim/neutron/vn-firewall-private.h"
#include "sim/neutron/vn-render.h"
#include "sim/plan/vn-ruleset.h"

#define DEVICE_LEN 14       /* as the agent cuts names of devices */
#define PORT_CHAIN_LEN 10   /* characters behind the direction's letter */
#define ZONE_COMMENT_SKIP 4 /* the agent takes "tap" and, by mistake, one character of the id */

/* Comments of the agent's rules. */
#define COMMENT_DROP "Default drop rule for unmatched traffic."
#define COMMENT_TO_SG "Direct traffic from the VM interface to the security group chain."
#define COMMENT_TO_PORT "Jump to the VM specific chain."
#define COMMENT_INPUT "Direct incoming traffic from VM to the security group chain."
#define COMMENT_UNFILTERED "Accept all packets when port security is disabled."
#define COMMENT_TRUSTED "Accept all packets when port is trusted."

/* Chains that an agent makes at its start, and what they hold from the start on. NULL: nothing. An agent that filters
 * nothing and marks packets has those that are not of a firewall driver. */
static const struct
{
  const char *table, *chain, *policy, *spec;
} frame[] = {
  { "raw", "PREROUTING", "ACCEPT", "-j " VN_CHAIN_PREFIX "PREROUTING" },
  { "raw", "OUTPUT", "ACCEPT", "-j " VN_CHAIN_PREFIX "OUTPUT" },
  { "raw", VN_CHAIN_PREFIX "OUTPUT", "-", NULL },
  { "raw", VN_CHAIN_PREFIX "PREROUTING", "-", NULL },
  { "filter", "INPUT", "ACCEPT", "-j " VN_CHAIN_PREFIX "INPUT" },
  { "filter", "FORWARD", "ACCEPT", "-j neutron-filter-top" },
  { "filter", "FORWARD", "ACCEPT", "-j " VN_CHAIN_PREFIX "FORWARD" },
  { "filter", "OUTPUT", "ACCEPT", "-j neutron-filter-top" },
  { "filter", "OUTPUT", "ACCEPT", "-j " VN_CHAIN_PREFIX "OUTPUT" },
  { "filter", "neutron-filter-top", "-", "-j " VN_CHAIN_PREFIX "local" },
  { "filter", VN_CHAIN_PREFIX "FORWARD", "-", NULL },
  { "filter", VN_CHAIN_PREFIX "INPUT", "-", NULL },
  { "filter", VN_CHAIN_PREFIX "OUTPUT", "-", NULL },
  { "filter", VN_CHAIN_PREFIX "local", "-", NULL },
  { "filter", VN_CHAIN_PREFIX "sg-chain", "-", NULL },
  { "filter", VN_CHAIN_FALLBACK, "-", NULL },
};

static const struct
{
  const char *physdev;
  char chain_letter;
} ways[] = {
  [VN_INGRESS] = { "--physdev-out", 'i' },
  [VN_EGRESS] = { "--physdev-in", 'o' },
};

VnChain *
vn_firewall_chain (VnFirewallBuild *build, const char *suffix)
{
  g_autofree char *name = g_strconcat (VN_CHAIN_PREFIX, suffix, NULL);

  return vn_ruleset_chain (build->rules, "filter", name, "-");
}

void
vn_firewall_add (VnFirewallBuild *build, VnChain *chain, VnOrigin origin, const char *comment, const char *format, ...)
{
  g_autofree char *spec = NULL;
  va_list args;

  va_start (args, format);
  spec = g_strdup_vprintf (format, args);
  va_end (args);
  vn_chain_append (chain, origin, NULL, build->comments ? comment : NULL, "%s", spec);
}

static void
add_frame (VnFirewallBuild *build)
{
  for (guint i = 0; i < G_N_ELEMENTS (frame); i++)
    {
      if (!build->filters && strstr (frame[i].chain, "sg-") != NULL)
        continue;
      VnChain *chain = vn_ruleset_chain (build->rules, frame[i].table, frame[i].chain, frame[i].policy);

      if (frame[i].spec != NULL)
        vn_chain_append (chain, VN_ORIGIN_NONE, NULL, NULL, "%s", frame[i].spec);
    }
  if (build->filters)
    vn_firewall_add (build, vn_firewall_chain (build, "sg-fallback"), VN_ORIGIN_NONE, COMMENT_DROP, "-j DROP");
}

/* ---- ports by name ---- */

static void
name_port (const VnFirewallBuild *build, const VnPort *port, VnFirewallPort *ret)
{
  const char *network = vn_topology_network (build->agent->topology, port->network)->id;

  ret->port = port;
  ret->is_trusted |= vn_port_is_trusted (port);
  vn_name_tap (port->id, ret->tap);
  if (build->hybrid)
    {
      g_snprintf (ret->device, DEVICE_LEN + 1, "tap%s", ret->tap);
      g_snprintf (ret->bridge, DEVICE_LEN + 1, "qvb%s", ret->tap);
      g_snprintf (ret->chain, sizeof ret->chain, "%.*s", PORT_CHAIN_LEN, ret->tap);
      return;
    }
  g_strlcpy (ret->device, ret->tap, sizeof ret->device);
  vn_name_bridge (network, ret->bridge);
  g_snprintf (ret->chain, sizeof ret->chain, "%.*s", PORT_CHAIN_LEN, port->id);
}

static int
compare_taps (gconstpointer a, gconstpointer b)
{
  return strcmp (((const VnFirewallPort *)a)->tap, ((const VnFirewallPort *)b)->tap);
}

/* @filtered: sorted by tap; the others in the order of plugging. Array of VnFirewallPort. */
static GArray *
named_ports (const VnFirewallBuild *build, gboolean filtered)
{
  GArray *ports = g_array_new (FALSE, TRUE, sizeof (VnFirewallPort));

  for (guint i = 0; i < build->agent->ports->len; i++)
    {
      const VnAgentPort *port = &g_array_index (build->agent->ports, VnAgentPort, i);
      VnFirewallPort named = { .is_trusted = port->is_stranger };

      if (vn_agent_guards (build->agent, port) != filtered)
        continue;
      name_port (build, vn_topology_port (build->agent->topology, port->port), &named);
      g_array_append_val (ports, named);
    }
  if (filtered)
    g_array_sort (ports, compare_taps);
  return ports;
}

/* ---- zones ---- */

gboolean
vn_firewall_is_stateful (const VnTopology *topology, const VnPort *port)
{
  const VnSecurityGroup *group;

  if (port->security_groups->len == 0)
    return TRUE;
  group = vn_topology_group (topology, g_array_index (port->security_groups, guint, 0));
  return group->rules->len == 0 || group->stateful;
}

static void
add_zone (VnFirewallBuild *build, const VnFirewallPort *port)
{
  VnChain *chain = vn_ruleset_chain (build->rules, "raw", VN_CHAIN_PREFIX "PREROUTING", "-");
  guint zone = vn_agent_zone (build->agent, port->port->network);
  gboolean stateful = vn_firewall_is_stateful (build->agent->topology, port->port);
  g_autofree char *target = stateful ? g_strdup_printf ("--zone %u", zone) : g_strdup ("--notrack");
  g_autofree char *comment
      = g_strdup_printf (stateful ? "Set zone for %s" : "Make %s stateless", port->tap + ZONE_COMMENT_SKIP);

  if (zone == 0)
    return;
  vn_chain_append (chain, port->port->origin, NULL, comment, "-m physdev --physdev-in %s -j CT %s", port->bridge,
                   target);
  vn_chain_append (chain, port->port->origin, NULL, comment, "-i %s -j CT %s", port->bridge, target);
  vn_chain_append (chain, port->port->origin, NULL, comment, "-m physdev --physdev-in %s -j CT %s", port->device,
                   target);
}

/* ---- ways to the ports' chains ---- */

static void
add_jumps (VnFirewallBuild *build, const VnFirewallPort *port, VnDirection direction)
{
  VnOrigin origin = port->port->origin;
  const char *physdev = ways[direction].physdev;

  vn_firewall_add (build, vn_firewall_chain (build, "FORWARD"), origin, COMMENT_TO_SG,
                   "-m physdev %s %s --physdev-is-bridged -j " VN_CHAIN_PREFIX "sg-chain", physdev, port->device);
  vn_firewall_add (build, vn_firewall_chain (build, "sg-chain"), origin, COMMENT_TO_PORT,
                   "-m physdev %s %s --physdev-is-bridged -j " VN_CHAIN_PREFIX "%c%s", physdev, port->device,
                   ways[direction].chain_letter, port->chain);
}

static void
add_filtered (VnFirewallBuild *build, const VnFirewallPort *port)
{
  add_zone (build, port);
  add_jumps (build, port, VN_INGRESS);
  add_jumps (build, port, VN_EGRESS);
  vn_firewall_add (build, vn_firewall_chain (build, "INPUT"), port->port->origin, COMMENT_INPUT,
                   "-m physdev --physdev-in %s --physdev-is-bridged -j " VN_CHAIN_PREFIX "o%s", port->device,
                   port->chain);
  vn_firewall_add_port_chains (build, port);
}

static void
add_open (VnFirewallBuild *build, const VnFirewallPort *port)
{
  const char *comment = port->is_trusted ? COMMENT_TRUSTED : COMMENT_UNFILTERED;
  VnOrigin origin = port->port->origin;
  VnChain *forward = vn_firewall_chain (build, "FORWARD");

  vn_firewall_add (build, forward, origin, comment, "-m physdev --physdev-out %s --physdev-is-bridged -j ACCEPT",
                   port->device);
  vn_firewall_add (build, forward, origin, comment, "-m physdev --physdev-in %s --physdev-is-bridged -j ACCEPT",
                   port->device);
  if (!port->is_trusted)
    vn_firewall_add (build, vn_firewall_chain (build, "INPUT"), origin, comment,
                     "-m physdev --physdev-in %s --physdev-is-bridged -j ACCEPT", port->device);
}

/* Ports whose ids share ten characters share their chains; the agent weeds out rules that stand again further down. */
static void
weed_out (VnChain *chain)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = chain->rules->len; i-- > 0;)
    if (!g_hash_table_contains (seen, VN_RULE (chain, i)->spec))
      g_hash_table_add (seen, VN_RULE (chain, i)->spec);
    else
      g_ptr_array_remove_index (chain->rules, i);
}

static void
weed_out_filter_table (VnRuleset *rules)
{
  for (guint i = 0; i < rules->chains->len; i++)
    {
      VnChain *chain = g_ptr_array_index (rules->chains, i);

      if (g_str_equal (chain->table, "filter"))
        weed_out (chain);
    }
}

static void
add_ports (VnFirewallBuild *build)
{
  g_autoptr (GArray) filtered = named_ports (build, TRUE), open = named_ports (build, FALSE);

  for (guint i = 0; i < filtered->len; i++)
    add_filtered (build, &g_array_index (filtered, VnFirewallPort, i));
  for (guint i = 0; i < open->len; i++)
    add_open (build, &g_array_index (open, VnFirewallPort, i));
  vn_firewall_add (build, vn_firewall_chain (build, "sg-chain"), VN_ORIGIN_NONE, NULL, "-j ACCEPT");
}

static VnRuleset *
build_rules (const VnAgent *agent, VnFamily family, VnRuleset *sets)
{
  const VnConfig *config = vn_agent_config (agent);
  const char *node = vn_topology_machine (agent->topology, agent->machine)->name;
  VnFirewallBuild build = {
    .agent = agent,
    .family = family,
    .comments = vn_config_bool (config, VN_OPT_AGENT_COMMENT_IPTABLES_RULES),
    .ipset = vn_config_bool (config, VN_OPT_ENABLE_IPSET),
    .hybrid = vn_firewall_of (config) == VN_FIREWALL_HYBRID,
    .rules = vn_ruleset_new (node, family == VN_FAMILY_IPV6 ? VN_TOOL_IP6TABLES : VN_TOOL_IPTABLES),
    .sets = sets,
    .filters = vn_agent_writes_rules (agent),
  };

  add_frame (&build);
  if (build.filters)
    add_ports (&build);
  vn_agent_qos_render_rules (agent, build.rules);
  weed_out_filter_table (build.rules);
  vn_ruleset_sort (build.rules);
  return build.rules;
}

void
vn_firewall_render (const VnAgent *agent, VnTables *tables)
{
  VnRuleset *sets;

  if (!vn_agent_writes_rules (agent) && !vn_qos_agent_has (vn_agent_config (agent)))
    return;
  sets = vn_ruleset_new (vn_topology_machine (agent->topology, agent->machine)->name, VN_TOOL_IPSET);
  g_ptr_array_add (tables->rulesets, sets);
  g_ptr_array_add (tables->rulesets, build_rules (agent, VN_FAMILY_IPV4, sets));
  g_ptr_array_add (tables->rulesets, build_rules (agent, VN_FAMILY_IPV6, sets));
  vn_ruleset_sort (sets);
  if (sets->sets->len == 0)
    g_ptr_array_remove (tables->rulesets, sets);
}
