/* SPDX-License-Identifier: Apache-2.0 */
/* SG-ACTIVE: whether a host filters at all.
 *
 * Three things are needed (Neutron 21.0.0, iptables firewall driver): an agent that writes rules, rules that name the
 * ports' devices in the kernel, and br_netfilter, which hands bridged packets to them. Each fails silently. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"
#include "sim/model/vn-port.h"

#include <string.h>

static const struct
{
  VnFamily family;
  VnTool tool;
} families[] = {
  { VN_FAMILY_IPV4, VN_TOOL_IPTABLES },
  { VN_FAMILY_IPV6, VN_TOOL_IP6TABLES },
};

/* Active ports of @host that are there and have to be filtered. */
static GArray *
filtered_ports (const VnCase *c, guint host)
{
  GArray *ports = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < c->topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (c->topology, i);

      if (port->host == host && vn_case_port_active (c, i) && vn_predictor_tap_host (c->predictor, i) == host
          && vn_port_is_guarded (port))
        g_array_append_val (ports, i);
    }
  return ports;
}

static const char *
dumped_rules (const VnCase *c, const char *node, VnTool tool)
{
  g_autoptr (GPtrArray) rules = vn_case_dumped (c, node, VN_KOBJ_RULES);

  for (guint i = 0; i < rules->len; i++)
    if (VN_AT (rules, VnKobj, i)->u.rules.tool == tool)
      return VN_AT (rules, VnKobj, i)->u.rules.text;
  return NULL;
}

static void
check_rules (const VnCase *c, VnRunCheck *check, guint host, const GArray *ports, VnTool tool)
{
  const char *rules = dumped_rules (c, vn_topology_machine (c->topology, host)->name, tool);

  for (guint i = 0; i < ports->len; i++)
    {
      const VnPort *port = vn_topology_port (c->topology, g_array_index (ports, guint, i));
      g_autofree char *condition = NULL;
      VnCause cause = { VN_CAUSE_NONE };
      char tap[VN_DEV_SIZE];

      vn_name_tap (port->id, tap);
      condition = g_strdup_printf ("--physdev-out %s ", tap);
      if (rules && strstr (rules, condition))
        continue;
      vn_cause_set (c, &cause, VN_CAUSE_FILTER_OFF, host, port->origin, "%s has no rule for %s", vn_tool_name (tool),
                    tap);
      vn_check_fail (check, &cause, "no rule of %s names %s, the device of a port that has to be filtered",
                     vn_tool_name (tool), tap);
    }
}

static void
check_host (const VnCase *c, VnRun *run, guint host, const GArray *ports)
{
  VnRunCheck *check = vn_check_add (c, run, "SG-ACTIVE", host, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      VnCause cause = { VN_CAUSE_NONE };

      if (vn_blame_filter (c, host, families[i].family, &cause))
        {
          g_autofree char *text = g_strdup (cause.text);

          vn_check_fail (check, &cause, "security groups are not active: %s", text);
        }
      else if (c->evidence->dumps)
        check_rules (c, check, host, ports, families[i].tool);
    }
}

void
vn_checks_sg (const VnCase *c, VnRun *run)
{
  for (guint i = 0; i < c->topology->machines->len; i++)
    {
      g_autoptr (GArray) ports = filtered_ports (c, i);

      if (ports->len > 0)
        check_host (c, run, i, ports);
    }
}
