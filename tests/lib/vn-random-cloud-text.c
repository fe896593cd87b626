/* SPDX-License-Identifier: Apache-2.0 */
/* Random clouds in words, and what features they have. */
#include "tests/lib/vn-random-cloud.h"

static void
append_rule (GString *out, const VnRandomRule *rule)
{
  static const char *const remotes[] = { "any", "prefix", "group", "address group" };

  g_string_append_printf (out, "    %s IPv%d %s %d-%d remote %s", rule->direction == VN_INGRESS ? "ingress" : "egress",
                          rule->family, rule->protocol != NULL ? rule->protocol : "any", rule->min, rule->max,
                          remotes[rule->remote]);
  if (rule->remote == VN_RANDOM_REMOTE_PREFIX)
    g_string_append_printf (out, " …%u/%u", rule->host_bits, rule->prefix_len);
  else if (rule->remote == VN_RANDOM_REMOTE_GROUP)
    g_string_append_printf (out, " %u", rule->remote_group);
  g_string_append_c (out, '\n');
}

static void
append_port (GString *out, const VnRandomPort *port, guint n)
{
  g_string_append_printf (out, "  vm%u on compute%u net%u .%u groups %x%s%s", n + 1, port->host + 1, port->network + 1,
                          port->last_byte, port->groups, port->no_port_security ? " no port security" : "",
                          port->dual_stack ? " dual stack" : "");
  if (port->has_pair)
    g_string_append_printf (out, " pair .%u/%u", port->pair_last_byte, port->pair_len);
  g_string_append_c (out, '\n');
}

char *
vn_random_cloud_to_string (const VnRandomCloud *cloud)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "seed %" G_GUINT64_FORMAT ": %u hosts, %u networks%s%s\n", cloud->seed, cloud->n_hosts,
                          cloud->n_networks, cloud->overlapping ? ", overlapping" : "",
                          cloud->dual_stack ? ", dual stack" : "");
  for (guint g = 1; g < cloud->n_groups; g++)
    {
      g_string_append_printf (out, "  group%u%s%s\n", g, cloud->groups[g].stateless ? " stateless" : "",
                              cloud->groups[g].closed ? " closed" : "");
      for (guint i = 0; i < cloud->groups[g].n_rules; i++)
        if (!cloud->groups[g].rules[i].gone)
          append_rule (out, &cloud->groups[g].rules[i]);
    }
  for (guint i = 0; i < cloud->n_ports; i++)
    if (!cloud->ports[i].gone)
      append_port (out, &cloud->ports[i], i);
  for (guint i = 0; i < cloud->n_events; i++)
    if (!cloud->events[i].gone)
      g_string_append_printf (out, "  event %u: %s, vm%u, %u\n", i, vn_random_event_name (cloud->events[i].kind),
                              cloud->events[i].port + 1, cloud->events[i].value);
  return g_string_free (out, FALSE);
}

/* ---- features ---- */

static const char *const feature_names[] = {
  [VN_FEATURE_EVENTS] = "events",
  [VN_FEATURE_STOPPED_AGENT] = "stopped agent",
  [VN_FEATURE_PREFIX] = "prefix",
  [VN_FEATURE_REMOTE_GROUP] = "remote group",
  [VN_FEATURE_PORT_RANGE] = "port range",
  [VN_FEATURE_SINGLE_PORT] = "single port",
  [VN_FEATURE_ICMP_TYPE] = "ICMP type",
  [VN_FEATURE_EGRESS_RULE] = "egress rule",
  [VN_FEATURE_CLOSED_GROUP] = "group without the default egress rules",
  [VN_FEATURE_DEFAULT_GROUP] = "default group",
  [VN_FEATURE_NO_GROUP] = "port without group",
  [VN_FEATURE_SEVERAL_GROUPS] = "port with several groups",
  [VN_FEATURE_NO_PORT_SECURITY] = "port security off",
  [VN_FEATURE_ADDRESS_PAIR] = "address pair",
  [VN_FEATURE_OVERLAP] = "overlapping networks",
  [VN_FEATURE_SEVERAL_NETWORKS] = "several networks",
  [VN_FEATURE_DUAL_STACK] = "dual stack",
  [VN_FEATURE_STATELESS] = "stateless group",
  [VN_FEATURE_ADDRESS_GROUP] = "address group",
};
G_STATIC_ASSERT (G_N_ELEMENTS (feature_names) == VN_N_FEATURES);

const char *
vn_feature_name (VnFeature feature)
{
  return feature_names[feature];
}

static void
see_rule (const VnRandomRule *rule, gboolean seen[VN_N_FEATURES])
{
  gboolean is_icmp = rule->protocol != NULL && g_str_has_suffix (rule->protocol, "icmp");

  seen[VN_FEATURE_PREFIX] |= rule->remote == VN_RANDOM_REMOTE_PREFIX;
  seen[VN_FEATURE_REMOTE_GROUP] |= rule->remote == VN_RANDOM_REMOTE_GROUP;
  seen[VN_FEATURE_ADDRESS_GROUP] |= rule->remote == VN_RANDOM_REMOTE_ADDRESS_GROUP;
  seen[VN_FEATURE_PORT_RANGE] |= !is_icmp && rule->min != rule->max;
  seen[VN_FEATURE_SINGLE_PORT] |= !is_icmp && rule->min >= 0 && rule->min == rule->max;
  seen[VN_FEATURE_ICMP_TYPE] |= is_icmp && rule->min >= 0;
  seen[VN_FEATURE_EGRESS_RULE] |= rule->direction == VN_EGRESS;
}

static void
see_port (const VnRandomPort *port, gboolean seen[VN_N_FEATURES])
{
  seen[VN_FEATURE_DEFAULT_GROUP] |= (port->groups & 1) != 0;
  seen[VN_FEATURE_NO_GROUP] |= port->groups == 0 && !port->no_port_security;
  seen[VN_FEATURE_SEVERAL_GROUPS] |= (port->groups & (port->groups - 1)) != 0;
  seen[VN_FEATURE_NO_PORT_SECURITY] |= port->no_port_security;
  seen[VN_FEATURE_ADDRESS_PAIR] |= port->has_pair;
  seen[VN_FEATURE_DUAL_STACK] |= port->dual_stack;
}

void
vn_random_cloud_count (const VnRandomCloud *cloud, guint counts[VN_N_FEATURES])
{
  gboolean seen[VN_N_FEATURES] = { 0 };

  seen[VN_FEATURE_EVENTS] = cloud->n_events > 0;
  for (guint i = 0; i < cloud->n_events; i++)
    seen[VN_FEATURE_STOPPED_AGENT] |= cloud->events[i].kind == VN_RANDOM_STOP;
  seen[VN_FEATURE_OVERLAP] = cloud->overlapping;
  seen[VN_FEATURE_SEVERAL_NETWORKS] = cloud->n_networks > 1;
  for (guint g = 1; g < cloud->n_groups; g++)
    {
      seen[VN_FEATURE_STATELESS] |= cloud->groups[g].stateless;
      seen[VN_FEATURE_CLOSED_GROUP] |= cloud->groups[g].closed;
      for (guint i = 0; i < cloud->groups[g].n_rules; i++)
        see_rule (&cloud->groups[g].rules[i], seen);
    }
  for (guint i = 0; i < cloud->n_ports; i++)
    see_port (&cloud->ports[i], seen);
  for (guint i = 0; i < VN_N_FEATURES; i++)
    counts[i] += seen[i] ? 1 : 0;
}
