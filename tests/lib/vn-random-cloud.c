/* SPDX-License-Identifier: Apache-2.0 */
/* Random clouds: drawing a plan, making a topology of it, making it smaller. */
#include "tests/lib/vn-random-cloud.h"

#include "tests/lib/vn-test-cloud.h"

#define ADDRESS_GROUP_PREFIX "172.16.1.8/29"

/* ---- drawing ---- */

/* One of @n. */
static guint
draw (GRand *rand, guint n)
{
  return (guint)g_rand_int_range (rand, 0, (gint32)n);
}

static gboolean
one_in (GRand *rand, guint n)
{
  return draw (rand, n) == 0;
}

typedef enum
{
  RULE_ANY,
  RULE_PROTOCOL,
  RULE_ONE_PORT,
  RULE_RANGE,
  RULE_ICMP,
  RULE_ICMP_TYPE,
  N_RULE_SHAPES
} RuleShape;

/* Ranges stay clear of ephemeral ports, or hold all of them: no answer hangs on which one was taken. */
static void
draw_ports (GRand *rand, RuleShape shape, VnRandomRule *rule)
{
  static const gint lows[] = { 1, 20, 80, 443, 1000 };
  static const gint types[] = { 0, 3, 8, 11 };
  static const gint v6_types[] = { 1, 128, 129 };

  rule->min = rule->max = -1;
  if (shape == RULE_ICMP_TYPE)
    {
      rule->min = rule->family == VN_FAMILY_IPV6 ? v6_types[draw (rand, G_N_ELEMENTS (v6_types))]
                                                 : types[draw (rand, G_N_ELEMENTS (types))];
      rule->max = one_in (rand, 2) ? (gint)draw (rand, 2) : -1;
    }
  if (shape != RULE_ONE_PORT && shape != RULE_RANGE)
    return;
  rule->min = lows[draw (rand, G_N_ELEMENTS (lows))];
  rule->max = shape == RULE_ONE_PORT ? rule->min : rule->min + 1 + (gint)draw (rand, 30);
  if (shape == RULE_RANGE && one_in (rand, 6))
    rule->max = G_MAXUINT16;
}

static void
draw_rule (GRand *rand, const VnRandomCloud *cloud, RuleShape shape, VnRandomRule *rule)
{
  static const guint lens[] = { 0, 16, 24, 28, 30, 32 };

  rule->direction = one_in (rand, 4) ? VN_EGRESS : VN_INGRESS;
  rule->family = cloud->dual_stack && one_in (rand, 3) ? VN_FAMILY_IPV6 : VN_FAMILY_IPV4;
  if (shape == RULE_PROTOCOL || shape == RULE_ONE_PORT || shape == RULE_RANGE)
    rule->protocol = one_in (rand, 3) ? "udp" : "tcp";
  else if (shape == RULE_ICMP || shape == RULE_ICMP_TYPE)
    rule->protocol = rule->family == VN_FAMILY_IPV6 ? "ipv6-icmp" : "icmp";
  draw_ports (rand, shape, rule);
  rule->remote = (VnRandomRemote)draw (rand, one_in (rand, 12) ? 4 : 3);
  if (rule->remote == VN_RANDOM_REMOTE_ADDRESS_GROUP && rule->family == VN_FAMILY_IPV6)
    rule->remote = VN_RANDOM_REMOTE_ANY;
  rule->remote_group = draw (rand, cloud->n_groups);
  rule->host_bits = 10 + draw (rand, 20);
  rule->prefix_len = lens[draw (rand, G_N_ELEMENTS (lens))];
}

static void
draw_groups (GRand *rand, VnRandomCloud *cloud)
{
  for (guint i = 1; i < cloud->n_groups; i++)
    {
      VnRandomGroup *group = &cloud->groups[i];

      group->stateless = one_in (rand, 12);
      group->closed = one_in (rand, 5);
      group->n_rules = 1 + draw (rand, VN_RANDOM_RULES_MAX);
      for (guint j = 0; j < group->n_rules; j++)
        draw_rule (rand, cloud, (RuleShape)draw (rand, N_RULE_SHAPES), &group->rules[j]);
    }
}

/* What every cloud has at least: a prefix, a remote group and a port range, in the first group after the default one.
 */
static void
draw_minimum (GRand *rand, VnRandomCloud *cloud)
{
  VnRandomGroup *group = &cloud->groups[1];

  group->n_rules = MAX (group->n_rules, 3);
  for (guint j = 0; j < 3; j++)
    {
      group->rules[j] = (VnRandomRule){ 0 };
      draw_rule (rand, cloud, j == 2 ? RULE_RANGE : (RuleShape)draw (rand, N_RULE_SHAPES), &group->rules[j]);
    }
  group->rules[0].remote = VN_RANDOM_REMOTE_PREFIX;
  group->rules[1].remote = VN_RANDOM_REMOTE_GROUP;
}

/* The API refuses stateful and stateless groups on one port: the first one drawn decides. */
static guint
draw_memberships (GRand *rand, const VnRandomCloud *cloud)
{
  guint groups = 1u << draw (rand, cloud->n_groups);
  gboolean stateless = FALSE;

  if (one_in (rand, 12))
    return 0;
  for (guint i = 0; i < cloud->n_groups; i++)
    stateless |= (groups >> i & 1) != 0 && cloud->groups[i].stateless;
  for (guint i = 0; i < cloud->n_groups; i++)
    if (one_in (rand, 3) && cloud->groups[i].stateless == stateless)
      groups |= 1u << i;
  return groups;
}

static void
draw_port (GRand *rand, const VnRandomCloud *cloud, guint n, VnRandomPort *port)
{
  static const guint pair_lens[] = { 32, 32, 30, 28, 0 };

  port->host = n < 2 ? n : draw (rand, cloud->n_hosts);
  port->network = n < 2 ? 0 : draw (rand, cloud->n_networks);
  port->last_byte = cloud->overlapping ? 10 + n / cloud->n_networks : 10 + n;
  if (cloud->overlapping && n < 2)
    port->last_byte = 30 + n; /* the two that are surely on one network */
  port->groups = draw_memberships (rand, cloud);
  port->dual_stack = cloud->dual_stack && !one_in (rand, 4);
  port->no_port_security = one_in (rand, 8);
  if (port->no_port_security)
    port->groups = 0;
  port->has_pair = !port->no_port_security && one_in (rand, 6);
  port->pair_last_byte = 40 + n;
  port->pair_len = pair_lens[draw (rand, G_N_ELEMENTS (pair_lens))];
}

static gboolean
is_taken (const VnRandomCloud *cloud, guint n)
{
  for (guint i = 0; i < n; i++)
    if (cloud->ports[i].network == cloud->ports[n].network && cloud->ports[i].last_byte == cloud->ports[n].last_byte)
      return TRUE;
  return FALSE;
}

void
vn_random_cloud_draw (guint64 seed, VnRandomCloud *ret)
{
  const guint32 words[] = { (guint32)seed, (guint32)(seed >> 32) };
  GRand *rand = g_rand_new_with_seed_array (words, G_N_ELEMENTS (words));
  VnRandomCloud cloud = { .seed = seed };

  cloud.n_hosts = 2 + draw (rand, VN_RANDOM_HOSTS_MAX - 1);
  cloud.n_networks = 1 + draw (rand, VN_RANDOM_NETWORKS_MAX);
  cloud.n_groups = 2 + draw (rand, VN_RANDOM_GROUPS_MAX - 1);
  cloud.n_ports = 4 + draw (rand, VN_RANDOM_PORTS_MAX - 3);
  cloud.dual_stack = one_in (rand, 4);
  cloud.overlapping = cloud.n_networks > 1 && !one_in (rand, 3);
  draw_groups (rand, &cloud);
  draw_minimum (rand, &cloud);
  for (guint i = 0; i < cloud.n_ports; i++)
    {
      draw_port (rand, &cloud, i, &cloud.ports[i]);
      while (is_taken (&cloud, i))
        cloud.ports[i].last_byte++;
    }
  cloud.n_events = one_in (rand, 2) ? 0 : 1 + draw (rand, VN_RANDOM_EVENTS_MAX);
  for (guint i = 0; i < cloud.n_events; i++)
    cloud.events[i] = (VnRandomEvent){ .kind = (VnRandomEventKind)draw (rand, VN_N_RANDOM_EVENTS),
                                       .port = draw (rand, cloud.n_ports),
                                       .value = draw (rand, 100) };
  if (cloud.n_events > 2 && one_in (rand, 2))
    cloud.events[0].kind = VN_RANDOM_STOP;
  g_rand_free (rand);
  *ret = cloud;
}

/* ---- building ---- */

static guint
third_byte (const VnRandomCloud *cloud, guint network)
{
  return cloud->overlapping ? 1 : 1 + network;
}

static void
build_networks (const VnRandomCloud *cloud, VnTopology *t)
{
  for (guint i = 0; i < cloud->n_networks; i++)
    {
      g_autofree char *name = g_strdup_printf ("net%u", i + 1);
      g_autofree char *cidr = g_strdup_printf ("172.16.%u.0/24", third_byte (cloud, i));
      g_autofree char *cidr6 = g_strdup_printf ("2001:db8:%u::/64", third_byte (cloud, i));
      guint network = vn_test_cloud_network (t, name);

      vn_test_cloud_subnet (t, network, cidr);
      if (cloud->dual_stack)
        vn_test_cloud_subnet (t, network, cidr6);
    }
}

static void
build_rule (const VnRandomRule *plan, VnTopology *t, guint group, guint address_group)
{
  gboolean six = plan->family == VN_FAMILY_IPV6;
  VnSecurityGroupRule *rule
      = vn_test_cloud_rule (t, group, plan->direction, plan->family, plan->protocol, plan->min, plan->max);
  g_autofree char *prefix = six ? g_strdup_printf ("2001:db8:1::%x/%u", plan->host_bits, 96 + plan->prefix_len)
                                : g_strdup_printf ("172.16.1.%u/%u", plan->host_bits, plan->prefix_len);

  if (plan->remote == VN_RANDOM_REMOTE_PREFIX)
    vn_test_rule_prefix (rule, prefix);
  else if (plan->remote == VN_RANDOM_REMOTE_GROUP)
    rule->remote_group = plan->remote_group;
  else if (plan->remote == VN_RANDOM_REMOTE_ADDRESS_GROUP)
    rule->remote_address_group = address_group;
}

static void
build_groups (const VnRandomCloud *cloud, VnTopology *t)
{
  guint address_group = vn_test_cloud_address_group (t, "some", ADDRESS_GROUP_PREFIX);

  vn_test_cloud_default_group (t);
  for (guint i = 1; i < cloud->n_groups; i++)
    {
      g_autofree char *name = g_strdup_printf ("group%u", i);

      vn_test_cloud_group (t, name);
    }
  for (guint i = 1; i < cloud->n_groups; i++)
    {
      VnSecurityGroup *group = g_ptr_array_index (t->security_groups, i);

      group->stateful = !cloud->groups[i].stateless;
      if (cloud->groups[i].closed)
        g_ptr_array_set_size (group->rules, 0);
      for (guint j = 0; j < cloud->groups[i].n_rules; j++)
        if (!cloud->groups[i].rules[j].gone)
          build_rule (&cloud->groups[i].rules[j], t, i, address_group);
    }
}

/* Ids differ in their first characters and sort in another order than the ports, as on a real cloud. */
static char *
scatter_id (guint64 seed, guint n)
{
  guint32 word = (guint32)((seed + 1) * 2654435761u + (n + 1) * 2246822519u);

  return g_strdup_printf ("%08x-%04x-4000-8000-%012x", word, n, n);
}

static void
build_port (const VnRandomCloud *cloud, VnTopology *t, guint n)
{
  const VnRandomPort *plan = &cloud->ports[n];
  guint third = third_byte (cloud, plan->network);
  g_autofree char *name = g_strdup_printf ("vm%u", n + 1);
  g_autofree char *addresses = plan->dual_stack ? g_strdup_printf ("172.16.%u.%u 2001:db8:%u::%x", third,
                                                                   plan->last_byte, third, plan->last_byte)
                                                : g_strdup_printf ("172.16.%u.%u", third, plan->last_byte);
  guint host = 1 + plan->host; /* behind the controller */
  VnPort *port = vn_test_cloud_port (t, vn_test_cloud_server (t, name, host, plan->network, addresses, VN_NONE));

  g_free (port->id);
  port->id = scatter_id (cloud->seed, n);
  port->port_security_enabled = !plan->no_port_security;
  for (guint i = 0; i < cloud->n_groups; i++)
    if ((plan->groups >> i & 1) != 0)
      vn_test_port_add_group (port, i);
  if (plan->has_pair)
    {
      g_autofree char *pair = g_strdup_printf ("172.16.%u.%u/%u", third, plan->pair_last_byte, plan->pair_len);

      vn_test_port_add_pair (port, pair, NULL);
    }
}

VnTopology *
vn_random_cloud_build (const VnRandomCloud *cloud)
{
  VnTopology *t = vn_test_cloud_new ();

  t->seed = cloud->seed;
  for (guint i = 0; i < cloud->n_hosts; i++)
    {
      g_autofree char *name = g_strdup_printf ("compute%u", i + 1);

      vn_test_cloud_host (t, name);
    }
  build_networks (cloud, t);
  build_groups (cloud, t);
  for (guint i = 0; i < cloud->n_ports; i++)
    if (!cloud->ports[i].gone)
      build_port (cloud, t, i);
  vn_test_cloud_seal (t);
  return t;
}

/* ---- making it smaller ---- */

typedef struct
{
  gboolean (*fails) (const VnRandomCloud *cloud, gpointer data);
  gpointer data;
} Shrinker;

/* Takes over @smaller if it fails as well. Returns: whether it did. */
static gboolean
try_smaller (const Shrinker *shrinker, VnRandomCloud *cloud, const VnRandomCloud *smaller)
{
  if (!shrinker->fails (smaller, shrinker->data))
    return FALSE;
  *cloud = *smaller;
  return TRUE;
}

static gboolean
shrink_ports (const Shrinker *shrinker, VnRandomCloud *cloud)
{
  gboolean any = FALSE;

  for (guint i = 0; i < cloud->n_ports; i++)
    {
      VnRandomCloud smaller = *cloud;

      smaller.ports[i].gone = TRUE;
      any |= !cloud->ports[i].gone && try_smaller (shrinker, cloud, &smaller);
      smaller = *cloud;
      smaller.ports[i].has_pair = FALSE;
      any |= cloud->ports[i].has_pair && try_smaller (shrinker, cloud, &smaller);
      smaller = *cloud;
      smaller.ports[i].dual_stack = FALSE;
      any |= cloud->ports[i].dual_stack && try_smaller (shrinker, cloud, &smaller);
      for (guint g = 0; g < cloud->n_groups; g++)
        {
          smaller = *cloud;
          smaller.ports[i].groups &= ~(1u << g);
          any |= (cloud->ports[i].groups >> g & 1) != 0 && try_smaller (shrinker, cloud, &smaller);
        }
    }
  return any;
}

static gboolean
shrink_rules (const Shrinker *shrinker, VnRandomCloud *cloud)
{
  gboolean any = FALSE;

  for (guint g = 1; g < cloud->n_groups; g++)
    for (guint i = 0; i < cloud->groups[g].n_rules; i++)
      {
        VnRandomCloud smaller = *cloud;

        smaller.groups[g].rules[i].gone = TRUE;
        any |= !cloud->groups[g].rules[i].gone && try_smaller (shrinker, cloud, &smaller);
      }
  return any;
}

static gboolean
shrink_events (const Shrinker *shrinker, VnRandomCloud *cloud)
{
  gboolean any = FALSE;

  for (guint i = 0; i < cloud->n_events; i++)
    {
      VnRandomCloud smaller = *cloud;

      smaller.events[i].gone = TRUE;
      any |= !cloud->events[i].gone && try_smaller (shrinker, cloud, &smaller);
    }
  return any;
}

void
vn_random_cloud_shrink (VnRandomCloud *cloud, gboolean (*fails) (const VnRandomCloud *cloud, gpointer data),
                        gpointer data)
{
  Shrinker shrinker = { fails, data };

  while (shrink_events (&shrinker, cloud) || shrink_ports (&shrinker, cloud) || shrink_rules (&shrinker, cloud))
    ;
}
