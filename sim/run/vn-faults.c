/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that can be built into a lab.
 *
 * A check that can't fail is a defect. So each fault takes away or changes what one mechanism of the lab consists of,
 * in the wanted state itself: the kernel is built as wrong as that, verifying finds nothing, and only what packets do
 * can tell. The prediction knows nothing of it. A fault is a row of the table below. */
#include "sim/run/vn-faults.h"

#include <string.h>

#define IP_FORWARD "net.ipv4.ip_forward"
#define ROUTER_OPTION "dhcp-option=option:router,"
#define WRONG_HOST 250 /* last byte of a gateway that nobody has */

/* ---- forwarding ---- */

static gboolean
turn_forwarding_off (const VnTopology *topology G_GNUC_UNUSED, VnEntry *entry, gboolean *ret_remove G_GNUC_UNUSED)
{
  VnSysctl *sysctl = &entry->obj.u.sysctl;

  if (entry->obj.kind != VN_KOBJ_SYSCTL || strcmp (sysctl->key, IP_FORWARD) != 0 || strcmp (sysctl->value, "1") != 0)
    return FALSE;
  g_free (sysctl->value);
  sysctl->value = g_strdup ("0");
  return TRUE;
}

static gboolean
is_masquerade (const VnChain *chain, const VnRule *rule)
{
  return strcmp (chain->table, "nat") == 0 && strstr (rule->spec, "-j MASQUERADE") != NULL;
}

static gboolean
is_port_forward (const VnChain *chain, const VnRule *rule)
{
  return strcmp (chain->table, "nat") == 0 && strstr (rule->spec, "-j DNAT") != NULL;
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
static gboolean
unplug_bridged (const VnTopology *topology, VnEntry *entry, gboolean *ret_remove G_GNUC_UNUSED)
{
  VnLink *link = &entry->obj.u.link;

  if (entry->obj.kind != VN_KOBJ_LINK || link->kind != VN_LINK_VETH || link->master[0] == '\0'
      || !is_segment (topology, entry->obj.node) || !is_guest (topology, link->u.veth.peer_node))
    return FALSE;
  link->master[0] = '\0';
  return TRUE;
}

/* ---- DHCP ---- */

/* Rewrites a DHCP server's configuration line by line. @change: transfer full; NULL = the line goes. */
static gboolean
change_dhcp_lines (VnEntry *entry, char *(*change) (const char *line))
{
  VnService *service = &entry->obj.u.service;
  g_autoptr (GString) config = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  if (entry->obj.kind != VN_KOBJ_SERVICE || service->kind != VN_SERVICE_DNSMASQ)
    return FALSE;
  lines = g_strsplit (service->config, "\n", -1);
  for (char **line = lines; *line; line++)
    {
      g_autofree char *changed = **line ? change (*line) : NULL;

      if (changed)
        g_string_append_printf (config, "%s\n", changed);
    }
  if (strcmp (config->str, service->config) == 0)
    return FALSE;
  g_free (service->config);
  service->config = g_strdup (config->str);
  return TRUE;
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

static gboolean
stop_dhcp (const VnTopology *topology G_GNUC_UNUSED, VnEntry *entry, gboolean *ret_remove G_GNUC_UNUSED)
{
  return change_dhcp_lines (entry, without_dhcp);
}

static gboolean
announce_wrong_gateway (const VnTopology *topology G_GNUC_UNUSED, VnEntry *entry, gboolean *ret_remove G_GNUC_UNUSED)
{
  return change_dhcp_lines (entry, with_wrong_gateway);
}

/* ---- names ---- */

static gboolean
remove_hosts (const VnTopology *topology G_GNUC_UNUSED, VnEntry *entry, gboolean *ret_remove)
{
  *ret_remove = entry->obj.kind == VN_KOBJ_SERVICE && entry->obj.u.service.kind == VN_SERVICE_DNSMASQ
                && !strstr (entry->obj.u.service.config, "dhcp-range=");
  return *ret_remove;
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { "ip-forward-off", "no kernel passes packets on", turn_forwarding_off, NULL },
  { "no-masquerade", "NATs leave the source address as it is", NULL, is_masquerade },
  { "no-port-forward", "no port of the PC leads to a guest", NULL, is_port_forward },
  { "no-uplink", "bridged guests' bridges lack the PC's interface", unplug_bridged, NULL },
  { "dhcp-off", "no DHCP server answers", stop_dhcp, NULL },
  { "wrong-gateway", "DHCP servers announce a gateway that nobody has", announce_wrong_gateway, NULL },
  { "no-dns", "resolvers that lease no addresses don't run", remove_hosts, NULL },
};

const VnFault *
vn_faults (guint *ret_len)
{
  *ret_len = G_N_ELEMENTS (faults);
  return faults;
}

const VnFault *
vn_fault_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (strcmp (faults[i].name, name) == 0)
      return &faults[i];
  return NULL;
}

static guint
change_entries (const VnFault *fault, const VnTopology *topology, GPtrArray *entries)
{
  guint n_changed = 0;

  for (guint i = 0; fault->change_entry && i < entries->len;)
    {
      gboolean remove = FALSE;

      n_changed += fault->change_entry (topology, g_ptr_array_index (entries, i), &remove) ? 1 : 0;
      if (remove)
        g_ptr_array_remove_index (entries, i);
      else
        i++;
    }
  return n_changed;
}

static guint
drop_rules (const VnFault *fault, const VnChain *chain)
{
  guint n_dropped = 0;

  for (guint i = chain->rules->len; fault->drops_rule && i-- > 0;)
    if (fault->drops_rule (chain, g_ptr_array_index (chain->rules, i)))
      {
        g_ptr_array_remove_index (chain->rules, i);
        n_dropped++;
      }
  return n_dropped;
}

guint
vn_fault_apply (const VnFault *fault, const VnTopology *topology, VnTables *tables)
{
  guint n_changed = change_entries (fault, topology, tables->entries);

  for (guint i = 0; i < tables->rulesets->len; i++)
    {
      const VnRuleset *ruleset = g_ptr_array_index (tables->rulesets, i);

      for (guint j = 0; j < ruleset->chains->len; j++)
        n_changed += drop_rules (fault, g_ptr_array_index (ruleset->chains, j));
    }
  return n_changed;
}
