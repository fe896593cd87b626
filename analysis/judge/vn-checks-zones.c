/* SPDX-License-Identifier: Apache-2.0 */
/* SG-ZONE: whether the networks of a host are kept apart in connection tracking.
 *
 * Networks may have the same addresses. So that an answer in one does not count as one in the other, the agent gives
 * each network of a host a zone (Neutron 21.0.0, iptables firewall driver: rules of the raw table for each port). No
 * two probes have the same ports, so that no cell can tell: the rules in the kernel are asked instead. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"
#include "sim/model/vn-port.h"

#include <stdlib.h>
#include <string.h>

#define NO_ZONE -1
#define UNTRACKED -2
#define FRAME "-A PREROUTING -j neutron-linuxbri-PREROUTING\n"

static const struct
{
  VnFamily family;
  VnTool tool;
} families[] = {
  { VN_FAMILY_IPV4, VN_TOOL_IPTABLES },
  { VN_FAMILY_IPV6, VN_TOOL_IP6TABLES },
};

typedef struct
{
  const VnCase *c;
  VnRunCheck *check;
  guint host;
  const char *tool;
  const char *rules; /* as the save program printed them */
  gint *zones;       /* index = network; NO_ZONE = no port there seen so far */
} Zones;

static const char *
dumped_rules (const VnCase *c, const char *node, VnTool tool)
{
  g_autoptr (GPtrArray) rules = vn_case_dumped (c, node, VN_KOBJ_RULES);

  for (guint i = 0; i < rules->len; i++)
    if (VN_AT (rules, VnKobj, i)->u.rules.tool == tool)
      return VN_AT (rules, VnKobj, i)->u.rules.text;
  return NULL;
}

/* What the rule for a port's device does: a zone, UNTRACKED or NO_ZONE. */
static gint
zone_of (const Zones *z, const char *tap)
{
  g_autofree char *condition = g_strdup_printf ("-m physdev --physdev-in %s ", tap);

  for (const char *at = strstr (z->rules, condition); at; at = strstr (at + 1, condition))
    {
      g_autofree char *line = g_strndup (at, strcspn (at, "\n"));
      const char *zone = strstr (line, "-j CT --zone ");

      if (zone)
        return atoi (zone + strlen ("-j CT --zone "));
      if (strstr (line, "-j CT --notrack"))
        return UNTRACKED;
    }
  return NO_ZONE;
}

static void
fail (const Zones *z, const VnPort *port, const char *what)
{
  VnCause cause = { VN_CAUSE_NONE };

  vn_cause_set (z->c, &cause, VN_CAUSE_ZONE, z->host, port->origin, "%s: port %s: %s", z->tool, port->name, what);
  vn_check_fail (z->check, &cause, "%s", what);
}

static void
check_shared (const Zones *z, const VnPort *port, gint zone)
{
  for (guint i = 0; i < z->c->topology->networks->len; i++)
    if (i != port->network && z->zones[i] == zone)
      {
        g_autofree char *what = g_strdup_printf ("the networks %s and %s have the same zone",
                                                 vn_topology_network (z->c->topology, i)->name,
                                                 vn_topology_network (z->c->topology, port->network)->name);

        fail (z, port, what);
      }
}

/* A port without filter rules is SG-ACTIVE's. */
static void
check_port (const Zones *z, const VnPort *port)
{
  g_autofree char *filter = NULL;
  char tap[VN_DEV_SIZE];
  gint zone;

  vn_name_tap (port->id, tap);
  filter = g_strdup_printf ("--physdev-out %s ", tap);
  if (!strstr (z->rules, filter))
    return;
  zone = zone_of (z, tap);
  if (zone == NO_ZONE)
    fail (z, port, "no rule sets the zone of a port's connections");
  if (zone < 0)
    return;
  check_shared (z, port, zone);
  z->zones[port->network] = zone;
}

static void
check_family (const VnCase *c, VnRunCheck *check, guint host, guint family)
{
  const char *node = vn_topology_machine (c->topology, host)->name;
  g_autofree gint *zones = g_new (gint, c->topology->networks->len);
  Zones z
      = { c, check, host, vn_tool_name (families[family].tool), dumped_rules (c, node, families[family].tool), zones };
  const VnPort *first = NULL;

  for (guint i = 0; i < c->topology->networks->len; i++)
    zones[i] = NO_ZONE;
  for (guint i = 0; z.rules && i < c->topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (c->topology, i);

      if (port->host != host || !vn_case_port_active (c, i) || !vn_port_is_guarded (port))
        continue;
      check_port (&z, port);
      first = first ? first : port;
    }
  if (first && !strstr (z.rules, FRAME))
    fail (&z, first, "nothing leads to the rules that set zones");
}

static gboolean
is_filtering (const VnCase *c, guint host)
{
  VnCause cause = { VN_CAUSE_NONE };
  gboolean is_off = vn_blame_filter (c, host, VN_FAMILY_IPV4, &cause);

  vn_cause_clear (&cause);
  return !is_off;
}

static gboolean
has_guarded_port (const VnCase *c, guint host)
{
  for (guint i = 0; i < c->topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (c->topology, i);

      if (port->host == host && vn_case_port_active (c, i) && vn_port_is_guarded (port))
        return TRUE;
    }
  return FALSE;
}

void
vn_checks_zones (const VnCase *c, VnRun *run)
{
  for (guint i = 0; c->evidence->dumps && i < c->topology->machines->len; i++)
    {
      VnRunCheck *check;

      if (!has_guarded_port (c, i) || !is_filtering (c, i))
        continue;
      check = vn_check_add (c, run, "SG-ZONE", i, NULL);
      for (guint j = 0; j < G_N_ELEMENTS (families); j++)
        check_family (c, check, i, j);
    }
}
