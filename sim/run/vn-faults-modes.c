/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of network modes and of machines that forward. */
#include "sim/run/vn-faults-private.h"

#include <string.h>

#define IP_FORWARD "net.ipv4.ip_forward"
#define ROUTER_OPTION "dhcp-option=option:router,"
#define WRONG_HOST 250 /* last byte of a gateway that nobody has */
#define IPTABLES (1u << VN_TOOL_IPTABLES)

/* ---- forwarding ---- */

static VnFate
turn_forwarding_off (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (obj->kind != VN_KOBJ_SYSCTL || strcmp (obj->u.sysctl.key, IP_FORWARD) != 0
      || strcmp (obj->u.sysctl.value, "1") != 0)
    return VN_FATE_SAME;
  g_free (obj->u.sysctl.value);
  obj->u.sysctl.value = g_strdup ("0");
  return VN_FATE_CHANGED;
}

/* ---- bridging ---- */

static gboolean
is_guest (const VnTopology *topology, const char *node)
{
  for (guint i = 0; i < topology->machines->len; i++)
    if (strcmp (vn_topology_machine (topology, i)->name, node) == 0)
      return vn_topology_machine (topology, i)->on != VN_NONE;
  return FALSE;
}

static gboolean
is_segment (const VnTopology *topology, const char *node)
{
  for (guint i = 0; i < topology->segments->len; i++)
    {
      g_autofree char *name = vn_name_segment_node (vn_topology_segment (topology, i)->name);

      if (strcmp (name, node) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A bridged guest hangs on the segment by way of its PC's interface. */
static VnFate
unplug_bridged (const VnTopology *topology, VnKobj *obj)
{
  VnLink *link = &obj->u.link;

  if (obj->kind != VN_KOBJ_LINK || link->kind != VN_LINK_VETH || link->master[0] == '\0'
      || !is_segment (topology, obj->node) || !is_guest (topology, link->u.veth.peer_node))
    return VN_FATE_SAME;
  link->master[0] = '\0';
  return VN_FATE_CHANGED;
}

/* ---- DHCP ---- */

/* Rewrites a DHCP server's configuration line by line. @change: transfer full; NULL = the line goes. */
static VnFate
change_dhcp_lines (VnKobj *obj, char *(*change) (const char *line))
{
  VnService *service = &obj->u.service;
  g_autoptr (GString) config = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  if (obj->kind != VN_KOBJ_SERVICE || service->kind != VN_SERVICE_DNSMASQ)
    return VN_FATE_SAME;
  lines = g_strsplit (service->config, "\n", -1);
  for (char **line = lines; *line; line++)
    {
      g_autofree char *changed = **line ? change (*line) : NULL;

      if (changed)
        g_string_append_printf (config, "%s\n", changed);
    }
  if (strcmp (config->str, service->config) == 0)
    return VN_FATE_SAME;
  g_free (service->config);
  service->config = g_strdup (config->str);
  return VN_FATE_CHANGED;
}

static char *
without_dhcp (const char *line)
{
  return g_str_has_prefix (line, "dhcp-") ? NULL : g_strdup (line);
}

static char *
with_wrong_gateway (const char *line)
{
  const char *last = strrchr (line, '.');

  if (!g_str_has_prefix (line, ROUTER_OPTION) || !last)
    return g_strdup (line);
  return g_strdup_printf ("%.*s.%u", (int)(last - line), line, WRONG_HOST);
}

static VnFate
stop_dhcp (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return change_dhcp_lines (obj, without_dhcp);
}

static VnFate
announce_wrong_gateway (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return change_dhcp_lines (obj, with_wrong_gateway);
}

/* ---- names ---- */

static VnFate
remove_hosts (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  gboolean is_resolver = obj->kind == VN_KOBJ_SERVICE && obj->u.service.kind == VN_SERVICE_DNSMASQ
                         && !strstr (obj->u.service.config, "dhcp-range=");

  return is_resolver ? VN_FATE_REMOVED : VN_FATE_SAME;
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { .name = "ip-forward-off",
    .breaks = "mode forwarding",
    .title = "no kernel passes packets on",
    .change_entry = turn_forwarding_off },
  { .name = "no-masquerade",
    .breaks = "mode nat",
    .title = "NATs leave the source address as it is",
    .rule = { VN_RULE_DROPPED, IPTABLES, "nat *", "*-j MASQUERADE*", NULL, NULL, 0 } },
  { .name = "no-port-forward",
    .breaks = "mode port forwarding",
    .title = "no port of the PC leads to a guest",
    .rule = { VN_RULE_DROPPED, IPTABLES, "nat *", "*-j DNAT*", NULL, NULL, 0 } },
  { .name = "no-uplink",
    .breaks = "mode bridged",
    .title = "bridged guests' bridges lack the PC's interface",
    .change_entry = unplug_bridged },
  { .name = "dhcp-off", .breaks = "mode dhcp", .title = "no DHCP server answers", .change_entry = stop_dhcp },
  { .name = "wrong-gateway",
    .breaks = "mode dhcp",
    .title = "DHCP servers announce a gateway that nobody has",
    .change_entry = announce_wrong_gateway },
  { .name = "no-dns",
    .breaks = "mode names",
    .title = "resolvers that lease no addresses don't run",
    .change_entry = remove_hosts },
};

const VnFaultGroup vn_faults_modes = { "Network modes", faults, G_N_ELEMENTS (faults) };
