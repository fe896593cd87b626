/* SPDX-License-Identifier: Apache-2.0 */
/* What the Linux bridge agent accepts without a word and its user will regret (Neutron 21.0.0). */
#include "sim/load/vn-lint.h"

#include "sim/base/vn-text.h"

#include <string.h>

static VnOrigin
place (const VnMachine *machine, VnOptionId id)
{
  return vn_lint_place (machine->agent, id, machine->agent_origin);
}

static void
check_firewall (const VnLint *lint, const VnMachine *machine)
{
  const char *driver = vn_config_string (machine->agent, VN_OPT_FIREWALL_DRIVER);
  VnOrigin header = machine->agent->headers[VN_OPT_FIREWALL_DRIVER];

  if (*driver == '\0')
    vn_diag_add (lint->diags, VN_DIAG_LINT_NO_FIREWALL,
                 vn_lint_place (machine->agent, VN_OPT_FIREWALL_DRIVER,
                                vn_origin_is_set (header) ? header : machine->agent_origin),
                 "set [securitygroup] firewall_driver = iptables",
                 "the agent of \"%s\" has no firewall_driver: it filters nothing", machine->name);
  if (vn_firewall_of (machine->agent) == VN_FIREWALL_HYBRID)
    vn_diag_add (lint->diags, VN_DIAG_LINT_FIREWALL_HYBRID, place (machine, VN_OPT_FIREWALL_DRIVER), "use \"iptables\"",
                 "firewall_driver \"%s\" writes rules for devices that \"%s\" does not have: it filters nothing",
                 driver, machine->name);
}

static void
check_groups_off (const VnLint *lint, const VnMachine *machine)
{
  if (!vn_config_bool (machine->agent, VN_OPT_ENABLE_SECURITY_GROUP) && lint->server != NULL
      && vn_config_bool (lint->server, VN_OPT_ENABLE_SECURITY_GROUP))
    vn_diag_add (lint->diags, VN_DIAG_LINT_GROUPS_OFF, place (machine, VN_OPT_ENABLE_SECURITY_GROUP), NULL,
                 "the agent of \"%s\" has security groups off, and the server has them on: it filters nothing",
                 machine->name);
}

/* The agent only warns in its log of what the course calls the forgotten `modprobe br_netfilter`. */
static void
check_bridge_nf (const VnLint *lint, const VnMachine *machine)
{
  static const char *const keys[]
      = { "net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables", NULL };

  if (!vn_firewall_filters (machine->agent))
    return;
  for (guint i = 0; i < machine->sysctls->len; i++)
    {
      const VnSysctlLine *line = VN_AT (machine->sysctls, VnSysctlLine, i);

      if (g_strv_contains (keys, line->key) && strcmp (line->value, "0") == 0)
        vn_diag_add (lint->diags, VN_DIAG_LINT_BRIDGE_NF, line->origin, "set it to 1",
                     "%s is 0 on \"%s\": its security groups do not see bridged packets", line->key, machine->name);
    }
}

static gboolean
has_vxlan_ipv6 (const VnTopology *topology)
{
  for (guint i = 0; i < topology->subnets->len; i++)
    {
      const VnSubnet *subnet = VN_AT (topology->subnets, VnSubnet, i);

      if (subnet->cidr.ip.family == VN_FAMILY_IPV6 && subnet->network < topology->networks->len
          && VN_AT (topology->networks, VnNetwork, subnet->network)->type == VN_NET_VXLAN)
        return TRUE;
    }
  return FALSE;
}

static void
check_arp_responder (const VnLint *lint, const VnMachine *machine)
{
  if (!vn_config_bool (machine->agent, VN_OPT_VXLAN_ARP_RESPONDER))
    return;
  if (!vn_config_bool (machine->agent, VN_OPT_VXLAN_L2_POPULATION))
    vn_diag_add (lint->diags, VN_DIAG_LINT_ARP_RESPONDER, place (machine, VN_OPT_VXLAN_ARP_RESPONDER),
                 "set l2_population = true", "arp_responder is ignored without l2_population");
  else if (has_vxlan_ipv6 (lint->topology))
    vn_diag_add (lint->diags, VN_DIAG_LINT_ARP_IPV6, place (machine, VN_OPT_VXLAN_ARP_RESPONDER),
                 "leave arp_responder off where networks have IPv6",
                 "arp_responder with IPv6 subnets leaves the forwarding tables of \"%s\" incomplete", machine->name);
}

static void
check_local_ip (const VnLint *lint, const VnMachine *machine)
{
  VnIp ip = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP);
  g_autofree char *text = vn_ip_to_string (ip);

  if (strcmp (text, "127.0.0.1") == 0 || strcmp (text, "::1") == 0)
    vn_diag_add (lint->diags, VN_DIAG_LINT_LOOPBACK, place (machine, VN_OPT_VXLAN_LOCAL_IP), NULL,
                 "local_ip %s is the loopback address: no tunnel of \"%s\" reaches another host", text, machine->name);
  if (ip.family == VN_FAMILY_IPV6 && vn_config_bool (machine->agent, VN_OPT_VXLAN_L2_POPULATION)
      && vn_vxlan_mode (machine->agent) == VN_VXLAN_MULTICAST)
    vn_diag_add (lint->diags, VN_DIAG_LINT_V6_FALLBACK, place (machine, VN_OPT_VXLAN_LOCAL_IP), NULL,
                 "with an IPv6 local_ip the agent's test for unicast mode fails: \"%s\" falls back to multicast in "
                 "spite of l2_population",
                 machine->name);
}

static void
check_both_mappings (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->agent, VN_OPT_LB_BRIDGE_MAPPINGS);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *key = NULL;
      g_autofree char *bridge = NULL;
      g_autofree char *interface = NULL;

      if (!vn_mapping_split (items[i], &key, &bridge))
        continue;
      interface = vn_mapping_find (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, key);
      if (interface != NULL)
        vn_diag_add (lint->diags, VN_DIAG_LINT_BOTH_MAPPINGS, place (machine, VN_OPT_LB_BRIDGE_MAPPINGS), NULL,
                     "physical network \"%s\" is mapped to bridge \"%s\" and interface \"%s\": the bridge wins, and "
                     "the interface is not put into it",
                     key, bridge, interface);
    }
}

static void
check_overlap (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->agent, VN_OPT_VXLAN_MULTICAST_RANGES);
  VnMulticastRange a, b;

  for (guint i = 0; items[i] != NULL; i++)
    for (guint j = 0; j < i; j++)
      if (vn_lint_parse_range (items[i], &a) && vn_lint_parse_range (items[j], &b) && a.min <= b.max && b.min <= a.max)
        {
          vn_diag_add (lint->diags, VN_DIAG_LINT_RANGES_OVERLAP, place (machine, VN_OPT_VXLAN_MULTICAST_RANGES), NULL,
                       "multicast_ranges \"%s\" and \"%s\" overlap: the first one counts", items[j], items[i]);
          return;
        }
}

static void
check_extensions (const VnLint *lint, const VnMachine *machine)
{
  static const char *const known[] = { "dhcp", "fdb", "local_ip", "log", "qos", NULL };
  const char *const *items = vn_config_list (machine->agent, VN_OPT_AGENT_EXTENSIONS);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *hint = vn_suggest_hint (items[i], known);

      if (!g_strv_contains (known, items[i]))
        vn_diag_add (lint->diags, VN_DIAG_LINT_EXTENSION, place (machine, VN_OPT_AGENT_EXTENSIONS), hint,
                     "extensions: Neutron has no agent extension \"%s\"; the agent leaves it out", items[i]);
    }
}

static void
check_device (const VnLint *lint, const VnMachine *machine)
{
  VnOptionId id;
  const char *what;

  if (vn_config_bool (machine->agent, VN_OPT_VXLAN_ENABLE)
      && !vn_config_bool (machine->agent, VN_OPT_VXLAN_L2_POPULATION)
      && vn_lint_device_refused (machine->agent, &id, &what))
    vn_diag_add (lint->diags, VN_DIAG_LINT_DEVICE, place (machine, id), NULL,
                 "%s %s: the agent starts, but no VXLAN network can be made on \"%s\"", vn_option_info (id)->key, what,
                 machine->name);
}

static void
check_outer_header (const VnLint *lint, const VnMachine *machine)
{
  if (vn_config_int (machine->agent, VN_OPT_VXLAN_TOS, 0) != 0
      && (vn_config_bool (machine->agent, VN_OPT_AGENT_DSCP_INHERIT)
          || vn_config_int (machine->agent, VN_OPT_AGENT_DSCP, 0) != 0))
    vn_diag_add (lint->diags, VN_DIAG_LINT_TOS_DSCP, place (machine, VN_OPT_VXLAN_TOS), "remove tos",
                 "[vxlan] tos is deprecated and wins over [agent] dscp");
}

static void
check_polling (const VnLint *lint, const VnMachine *machine)
{
  if (vn_config_has (machine->agent, VN_OPT_AGENT_POLLING_INTERVAL)
      && vn_config_int (machine->agent, VN_OPT_AGENT_POLLING_INTERVAL, 0) <= 0)
    vn_diag_add (lint->diags, VN_DIAG_LINT_POLLING, place (machine, VN_OPT_AGENT_POLLING_INTERVAL), NULL,
                 "polling_interval is not positive: the agent looks for devices without pause");
}

static void
check_no_effect (const VnLint *lint, const VnMachine *machine)
{
  static const VnOptionId ids[] = { VN_OPT_PERMITTED_ETHERTYPES, VN_OPT_NETWORK_LOG_RATE_LIMIT,
                                    VN_OPT_NETWORK_LOG_BURST_LIMIT, VN_OPT_NETWORK_LOG_OUTPUT };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const VnOptionValue *value = &machine->agent->values[ids[i]];

      if (value->is_set && !value->is_bad && value->text != NULL && *value->text != '\0')
        vn_diag_add (lint->diags, VN_DIAG_LINT_NO_EFFECT, value->origin, NULL,
                     "%s has no effect with Linux bridges, in Neutron as in the lab", vn_option_info (ids[i])->key);
    }
}

static void
report_mtu (const VnLint *lint, const VnMachine *machine, const VnInterface *interface, gint64 mtu, const char *hint)
{
  VnOrigin origin = vn_lint_place (lint->server, VN_OPT_GLOBAL_PHYSNET_MTU, interface->origin);

  vn_diag_add (lint->diags, VN_DIAG_LINT_MTU, origin, hint,
               "networks need packets of %" G_GINT64_FORMAT
               " bytes on \"%s\" of \"%s\", whose MTU is %u: their devices "
               "can't be made",
               mtu, interface->name, machine->name, interface->mtu);
}

static void
check_mapped_mtu (const VnLint *lint, const VnMachine *machine, const char *item)
{
  g_autofree char *key = NULL;
  g_autofree char *value = NULL;
  gint64 mtu;

  if (!vn_mapping_split (item, &key, &value))
    return;
  mtu = vn_mtu_limit (lint->server, VN_NET_FLAT, key);
  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);

      if (strcmp (interface->name, value) == 0 && mtu > interface->mtu)
        report_mtu (lint, machine, interface, mtu, "lower global_physnet_mtu, or set physical_network_mtus");
    }
}

static void
check_mtu (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS);
  guint tunnel = vn_machine_tunnel_interface (machine);
  gboolean is_v6 = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP).family == VN_FAMILY_IPV6;
  gint64 needed = vn_mtu_limit (lint->server, VN_NET_VXLAN, NULL) + vn_vxlan_overhead_bytes (machine->agent);
  const char *hint
      = is_v6 ? "set [ml2] overlay_ip_version = 6, or path_mtu" : "lower global_physnet_mtu, or set path_mtu";

  if (lint->server == NULL)
    return;
  if (vn_config_bool (machine->agent, VN_OPT_VXLAN_ENABLE) && tunnel != VN_NONE)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, tunnel);

      if (needed > interface->mtu)
        {
          report_mtu (lint, machine, interface, needed, hint);
          return;
        }
    }
  for (guint i = 0; items[i] != NULL; i++)
    check_mapped_mtu (lint, machine, items[i]);
}

void
vn_lint_agent_habits (const VnLint *lint, const VnMachine *machine)
{
  static void (*const rules[]) (const VnLint *lint, const VnMachine *machine) = {
    check_firewall,      check_groups_off, check_bridge_nf,  check_arp_responder, check_local_ip,
    check_both_mappings, check_overlap,    check_extensions, check_device,        check_outer_header,
    check_polling,       check_no_effect,  check_mtu,
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    rules[i](lint, machine);
}
