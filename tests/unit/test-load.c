/* SPDX-License-Identifier: Apache-2.0 */
/* Lab files: what is read, what is drawn, what is refused and where. */
#include "sim/api/vn-api.h"
#include "sim/load/vn-load.h"
#include "sim/load/vn-yaml.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>

/* A host that runs everything, and the options without which a server does not start. */
#define HOST                                                                                                           \
  "vnetlab: 1\n"                                                                                                       \
  "scene: {segments: {lan: {}}, machines: {h1: {interfaces: {e0: {segment: lan, address: 10.0.0.1/24}}, "              \
  "server: {config: []}, agents: {config: []}}}}\n"

static const char *const options[] = {
  "*:DEFAULT.core_plugin=ml2",
  "*:experimental.linuxbridge=true",
  "*:ml2.mechanism_drivers=linuxbridge,l2population",
  "*:ml2.extension_drivers=port_security",
  "*:ml2.tenant_network_types=vxlan",
  "*:ml2_type_vxlan.vni_ranges=7:8",
  "*:vxlan.local_ip=10.0.0.1",
  "*:vxlan.l2_population=true",
  "*:securitygroup.firewall_driver=iptables",
};

typedef struct
{
  VnSet sets[G_N_ELEMENTS (options)];
  VnLoadOptions options;
} Options;

static void
options_init (Options *o)
{
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    g_assert_true (vn_set_parse (options[i], &o->sets[i], NULL));
  o->options = (VnLoadOptions){ .sets = o->sets, .n_sets = G_N_ELEMENTS (options) };
}

static void
options_clear (Options *o)
{
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    vn_set_clear (&o->sets[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static VnTopology *
load_with (const char *text, VnDiagList *diags, const VnLoadOptions *given)
{
  return vn_load_lab_text ("lab.vlab.yml", text, strlen (text), given, diags);
}

static VnTopology *
load_seed (const char *text, guint64 seed)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_auto (Options) o = { 0 };
  VnTopology *t;

  options_init (&o);
  o.options.has_seed = seed != 0;
  o.options.seed = seed;
  t = load_with (text, diags, &o.options);
  for (guint i = 0; i < vn_diag_list_len (diags) && t == NULL; i++)
    {
      g_autofree char *line = vn_diag_to_string (vn_diag_list_get (diags, i));

      g_test_message ("%s", line);
    }
  g_assert_nonnull (t);
  return t;
}

static VnTopology *
load (const char *text)
{
  return load_seed (text, 0);
}

/* ---- what is refused, and where ---- */

static const struct
{
  const char *text;
  VnDiagCode code;
  guint line, column; /* 0 = any */
} problems[] = {
  { "", VN_DIAG_SYNTAX, 0, 0 },
  { "vnetlab: 1\nname: [a\n", VN_DIAG_SYNTAX, 3, 1 },
  { "vnetlab: 1\nname: [a", VN_DIAG_SYNTAX, 2, 0 },
  { "# Ü ←\nvnetlab: 1\nname: [a", VN_DIAG_SYNTAX, 3, 0 },
  { "vnetlab: 1\nseed: {a: ::/0}\n", VN_DIAG_SYNTAX, 2, 11 },
  { "vnetlab: 1\n---\nvnetlab: 1\n", VN_DIAG_SYNTAX, 3, 1 },
  { "vnetlab: 1\nname: *nobody\n", VN_DIAG_SYNTAX, 2, 7 },
  { "vnetlab: 1\n\tname: x\n", VN_DIAG_SYNTAX, 2, 1 },
  { "- vnetlab\n", VN_DIAG_WRONG_TYPE, 1, 1 },
  { "vnetlab: 2\n", VN_DIAG_BAD_VALUE, 1, 10 },
  { "name: x\n", VN_DIAG_MISSING_KEY, 0, 0 },
  { "vnetlab: 1\nsead: 4\n", VN_DIAG_UNKNOWN_KEY, 2, 1 },
  { "vnetlab: 1\nseed: 1\nseed: 2\n", VN_DIAG_DUPLICATE_KEY, 3, 1 },
  { "vnetlab: 1\nseed: -1\n", VN_DIAG_WRONG_TYPE, 2, 7 },
  { "vnetlab: 1\nseed: 1.5\n", VN_DIAG_WRONG_TYPE, 2, 7 },
  { "vnetlab: 1\nseed: 18446744073709551616\n", VN_DIAG_WRONG_TYPE, 2, 7 },
  { "vnetlab: 1\n[a]: b\n", VN_DIAG_WRONG_TYPE, 2, 1 },
  { "vnetlab: 1\nextends: ../elsewhere\n", VN_DIAG_FILE_MISSING, 2, 10 },
  { "vnetlab: 1\nneutron: {release: yoga}\n", VN_DIAG_BAD_VALUE, 2, 20 },
  { "vnetlab: 1\nevents:\n  - {}\n", VN_DIAG_MISSING_KEY, 3, 5 },
  { "vnetlab: 1\nevents: {plug: {}}\n", VN_DIAG_WRONG_TYPE, 2, 9 },
  { "vnetlab: 1\nscene: {machines: {a: {on: b}, b: {}}}\n", VN_DIAG_BAD_VALUE, 2, 28 },
  { "vnetlab: 1\nscene: {machines: {a: {interfaces: {eth0: {}}}}}\n", VN_DIAG_MISSING_KEY, 2, 37 },
  { "vnetlab: 1\nscene: {machines: {a: {interfaces: {eth0: {mode: host-only}}}}}\n", VN_DIAG_BAD_VALUE, 2, 50 },
  { "vnetlab: 1\nscene: {machines: {a: {interfaces: {verylongdevicename: {}}}}}\n", VN_DIAG_MISSING_KEY, 2, 37 },
  { "vnetlab: 1\nscene: {machines: {a: {hypervisor: {product: xen}}}}\n", VN_DIAG_BAD_VALUE, 2, 46 },
  { "vnetlab: 1\nscene: {machines: {p: {hypervisor: {product: vmware}}, v: {on: p, interfaces: "
    "{e: {mode: routed}}}}}\n",
    VN_DIAG_MODE, 2, 90 },
  { "vnetlab: 1\nscene: {machines: [{interfaces: {}}]}\n", VN_DIAG_MISSING_KEY, 2, 20 },
  { "vnetlab: 1\nscene: {machines: [a]}\n", VN_DIAG_WRONG_TYPE, 2, 20 },
  { "vnetlab: 1\nscene: {machines: {a: {name: b}}}\n", VN_DIAG_BAD_VALUE, 2, 30 },
  { HOST "cloud: {networks: {n: {provider:network_type: vlan, provider:physical_network: p}}}\n", VN_DIAG_API_NETWORK,
    3, 20 },
  { HOST "cloud: {networks: {n: {provider:network_type: geneve}}}\n", VN_DIAG_UNSUPPORTED, 3, 47 },
  { HOST "cloud: {networks: {n: {provider:network_type: vxlan, provider:segmentation_id: 16777216}}}\n",
    VN_DIAG_UNSUPPORTED, 3, 80 },
  { HOST "cloud: {networks: {a: {}, b: {}, c: {}}}\n", VN_DIAG_API_NETWORK, 3, 34 },
  { HOST "cloud: {networks: [{name: a}, {name: a}], subnets: {s: {network: a, cidr: 10.1.0.0/24}}}\n",
    VN_DIAG_DUPLICATE_NAME, 3, 66 },
  { HOST "cloud: {networks: {a: {}}, subnets: {s: {network: a, network_id: a, cidr: 10.1.0.0/24}}}\n",
    VN_DIAG_DUPLICATE_KEY, 3, 54 },
  { HOST "cloud: {networks: {a: {}}, subnets: {s: {network: a, cidr: 10.1.0.0/30}}, ports: {p: {network: a}, "
         "q: {network: a}}}\n",
    VN_DIAG_API_PORT, 3, 100 },
  { HOST "cloud: {networks: {a: {}}, servers: {x: {host: h1, networks: [a], fixed_ip: 10.9.9.9}}}\n", VN_DIAG_API_PORT,
    3, 63 },
  { HOST "cloud: {networks: {a: {}}, servers: {x: {host: h1, networks: [a, a], fixed_ip: 10.9.9.9}}}\n",
    VN_DIAG_BAD_VALUE, 3, 80 },
  { HOST "cloud: {networks: {a: {}}, servers: {x: {host: h1}}}\n", VN_DIAG_MISSING_KEY, 3, 38 },
  { HOST "cloud: {networks: {a: {}}, ports: {p: {network: a}}, servers: {x: {host: h1, ports: [p]}, y: {host: h1, "
         "ports: [p]}}}\n",
    VN_DIAG_BAD_VALUE, 3, 113 },
  { HOST "cloud: {networks: {a: {}}, ports: {p: {network: a, port_security_enabled: false, security_groups: "
         "[default]}}}\n",
    VN_DIAG_API_PORT, 3, 36 },
  { HOST "cloud: {networks: {a: {}}, ports: {p: {network: a, port_security_enabled: false, allowed_address_pairs: "
         "[{ip_address: 10.0.0.1}]}}}\n",
    VN_DIAG_API_PORT, 3, 36 },
  { HOST "cloud: {networks: {a: {}}, ports: {p: {network: a, allowed_address_pairs: [{}]}}}\n", VN_DIAG_API_PORT, 3,
    76 },
  { HOST "cloud: {security_groups: {g: {stateful: false}}, networks: {a: {}}, ports: {p: {network: a, "
         "security_groups: [g, default]}}}\n",
    VN_DIAG_API_PORT, 3, 77 },
  { HOST "cloud: {security_groups: {g: {security_group_rules: [{direction: egress}]}}}\n", VN_DIAG_API_RULE, 3, 54 },
  { HOST "cloud: {security_groups: {DEFAULT: {}}}\n", VN_DIAG_API_GROUP, 3, 27 },
  { HOST "cloud: {address_groups: {g: {addresses: [x]}}}\n", VN_DIAG_API_GROUP, 3, 42 },
  { HOST "checks: [{id: c, from: h1, to: h2, protocol: icmp, expect: allowed}]\n", VN_DIAG_NO_SUCH_OBJECT, 3, 10 },
  { HOST "checks: [{id: c, from: h1, to: h2, protocol: tcp, expect: allowed}]\n", VN_DIAG_MISSING_KEY, 3, 10 },
  { HOST "by_hand: [{host: h1, fdb_delete: {network: n, mac: x}}]\n", VN_DIAG_WRONG_TYPE, 3, 52 },
};

static gboolean
has_problem (const VnDiagList *diags, VnDiagCode code, guint line, guint column)
{
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      const VnDiag *diag = vn_diag_list_get (diags, i);

      if (diag->code == code && (line == 0 || diag->origin.line == line)
          && (column == 0 || diag->origin.column == column))
        return TRUE;
    }
  return FALSE;
}

static void
test_problems (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_auto (Options) o = { 0 };

      options_init (&o);
      g_assert_null (load_with (problems[i].text, diags, &o.options));
      if (!has_problem (diags, problems[i].code, problems[i].line, problems[i].column))
        {
          g_autofree char *first = vn_diag_to_string (vn_diag_list_get (diags, 0));

          g_error ("%s\nexpected %s at %u:%u, got %s", problems[i].text, vn_diag_id (problems[i].code),
                   problems[i].line, problems[i].column, first);
        }
    }
}

/* All problems come at once, in the order of the file. */
static void
test_all_at_once (void)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  g_assert_null (load_with ("vnetlab: 3\nsead: 1\nchecks: [{id: a}]\nevents: [x]\n", diags, NULL));
  g_assert_cmpuint (vn_diag_list_len (diags), ==, 7);
  g_assert_cmpstr (vn_diag_list_get (diags, 1)->hint, ==, "did you mean \"seed\"?");
  for (guint i = 1; i < vn_diag_list_len (diags); i++)
    g_assert_cmpuint (vn_diag_list_get (diags, i - 1)->origin.line, <=, vn_diag_list_get (diags, i)->origin.line);
}

/* Places count characters, and the hint is found behind ones of several bytes too. */
static void
test_quote_hint (void)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  g_assert_null (load_with ("# ÜÜÜÜ\nvnetlab: 1\nname: {a: ::/0}\n", diags, NULL));
  g_assert_nonnull (strstr (vn_diag_list_get (diags, 0)->hint, "\"::/0\""));
}

static char *
repeat (const char *head, const char *text, guint n, const char *tail)
{
  GString *out = g_string_new (head);

  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
  g_string_append (out, tail);
  return g_string_free (out, FALSE);
}

static void
expect_limit (char *text)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  vn_yaml_free (vn_yaml_parse ("limit.vlab.yml", text, strlen (text), diags));
  g_assert_true (has_problem (diags, VN_DIAG_LIMIT, 0, 0));
  g_free (text);
}

static void
test_limits (void)
{
  g_autofree char *close = repeat ("", "]", 32, "");
  g_autoptr (GString) bomb = g_string_new ("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");

  for (guint i = 1; i < 10; i++)
    {
      g_string_append_printf (bomb, "a%u: &a%u [", i, i);
      for (guint j = 0; j < 10; j++)
        g_string_append_printf (bomb, "*a%u,", i - 1);
      g_string_append (bomb, "]\n");
    }
  expect_limit (g_strdup (bomb->str));
  expect_limit (g_strdup ("&a [*a]"));
  expect_limit (repeat ("a: ", "[", 32, close));
  expect_limit (repeat ("[", "&a x, ", 1001, "]"));
  expect_limit (repeat ("# ", "much too long ", 4 * 1024 * 1024 / 14 + 1, "\n"));
}

static void
test_limits_within (void)
{
  g_autofree char *close = repeat ("", "]", 30, "\n");
  g_autofree char *deep = repeat ("a: ", "[", 30, close);
  g_autoptr (GString) anchors = g_string_new ("[");
  const char *texts[2];

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (anchors, "&a%u x, ", i);
  g_string_append_c (anchors, ']');
  texts[0] = deep;
  texts[1] = anchors->str;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnYaml) yaml = vn_yaml_parse ("limit.vlab.yml", texts[i], strlen (texts[i]), diags);

      g_assert_nonnull (yaml);
      g_assert_cmpuint (vn_diag_list_len (diags), ==, 0);
    }
}

/* ---- what is made ---- */

#define CLOUD                                                                                                          \
  HOST "cloud:\n"                                                                                                      \
       "  networks: {net: {}}\n"                                                                                       \
       "  subnets:\n"                                                                                                  \
       "    v4: {network: net, cidr: 172.16.1.0/24}\n"                                                                 \
       "    v6: {network: net, cidr: \"2001:db8::/64\", ipv6_address_mode: slaac, ipv6_ra_mode: slaac}\n"              \
       "  servers:\n"                                                                                                  \
       "    web1: {host: h1, networks: [net]}\n"

static void
test_drawn (void)
{
  g_autoptr (VnTopology) t = load (CLOUD);
  const VnPort *port = vn_topology_port (t, 0);
  const VnEnd *end = vn_topology_end (t, 0);
  VnPrefix v6;

  vn_prefix_parse ("2001:db8::/64", &v6);
  g_assert_cmpstr (port->name, ==, "web1-eth0");
  g_assert_cmpstr (port->device_owner, ==, "compute:nova");
  g_assert_true (g_uuid_string_is_valid (port->id));
  g_assert_cmpint (port->id[14], ==, '4');
  g_assert_cmpint (port->mac_address.b[0], ==, 0xfa);
  g_assert_cmpint (port->mac_address.b[2], ==, 0x3e);
  g_assert_cmpuint (vn_topology_network (t, 0)->segmentation_id, >=, 7);
  g_assert_cmpuint (vn_topology_network (t, 0)->segmentation_id, <=, 8);
  g_assert_cmpuint (vn_topology_network (t, 0)->mtu, ==, 1450);
  g_assert_true (vn_prefix_contains (vn_topology_subnet (t, 0)->cidr, vn_end_address (end, VN_FAMILY_IPV4)));
  g_assert_true (vn_ip_equal (vn_end_address (end, VN_FAMILY_IPV6), vn_ip_eui64 (v6, port->mac_address)));
  g_assert_cmpuint (port->security_groups->len, ==, 1);
  g_assert_cmpuint (vn_topology_group (t, 0)->rules->len, ==, 4);
}

static void
assert_same_port (const VnPort *a, const VnPort *b, gboolean same)
{
  VnIp x = g_array_index (a->fixed_ips, VnFixedIp, 0).ip_address;
  VnIp y = g_array_index (b->fixed_ips, VnFixedIp, 0).ip_address;

  g_assert_cmpint (g_str_equal (a->id, b->id), ==, same);
  g_assert_cmpint (vn_mac_equal (a->mac_address, b->mac_address), ==, same);
  g_assert_cmpint (vn_ip_equal (x, y), ==, same);
}

/* What is drawn depends on the seed and the name, not on what else there is. */
static void
test_draws_are_stable (void)
{
  g_autoptr (VnTopology) first = load (CLOUD);
  g_autoptr (VnTopology) again = load (CLOUD);
  g_autoptr (VnTopology) other_seed = load_seed (CLOUD, 2);
  g_autoptr (VnTopology) more = load (CLOUD "    aaa: {host: h1, networks: [net]}\n");

  assert_same_port (vn_topology_port (first, 0), vn_topology_port (again, 0), TRUE);
  assert_same_port (vn_topology_port (first, 0), vn_topology_port (more, 0), TRUE);
  assert_same_port (vn_topology_port (first, 0), vn_topology_port (other_seed, 0), FALSE);
  g_assert_cmpuint (other_seed->seed, ==, 2);
  g_assert_cmpuint (first->seed, ==, 1);
}

static void
test_vnis_differ (void)
{
  g_autoptr (VnTopology) t = load (HOST "cloud: {networks: {a: {}, b: {provider:network_type: vxlan, "
                                        "provider:segmentation_id: 7}}}\n");

  g_assert_cmpuint (vn_topology_network (t, 0)->segmentation_id, ==, 8);
}

static const struct
{
  const char *keys;
  gboolean port_security;
  guint groups;
} ports[] = {
  { "", TRUE, 1 },
  { ", security_groups: []", TRUE, 0 },
  { ", security_groups: null", TRUE, 0 },
  { ", security_groups: [default, default]", TRUE, 1 },
  { ", port_security_enabled: false", FALSE, 0 },
  { ", port_security_enabled: false, security_groups: []", FALSE, 0 },
  { ", device_owner: \"network:dhcp\"", FALSE, 0 },
  { ", device_owner: \"network:foo\", security_groups: [default]", FALSE, 0 },
};

static void
test_ports (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      g_autofree char *text = g_strdup_printf (
          HOST
          "cloud: {networks: {a: {}}, subnets: {s: {network: a, cidr: 10.1.0.0/24}}, ports: {p: {network_id: a%s}}}\n",
          ports[i].keys);
      g_autoptr (VnTopology) t = load (text);
      const VnPort *port = vn_topology_port (t, 0);

      g_assert_cmpint (port->port_security_enabled, ==, ports[i].port_security);
      g_assert_cmpuint (port->security_groups->len, ==, ports[i].groups);
      g_assert_cmpuint (t->ends->len, ==, 1);
    }
}

static void
test_server_networks (void)
{
  g_autoptr (VnTopology) t
      = load (HOST "cloud:\n"
                   "  networks: {a: {}, b: {}}\n"
                   "  subnets: {sa: {network: a, cidr: 10.1.0.0/24}, sb: {network: b, cidr: 10.1.0.0/24}}\n"
                   "  security_groups: {g: {default_rules: false}}\n"
                   "  ports: {p: {network: b, fixed_ips: [{subnet: sb}, {ip_address: 10.1.0.9}]}}\n"
                   "  servers:\n"
                   "    x:\n"
                   "      host: h1\n"
                   "      security_groups: [g]\n"
                   "      networks: [a, {network: b, fixed_ip: 10.1.0.7, mac_address: \"02:00:00:00:00:07\",\n"
                   "        security_groups: [], allowed_address_pairs: [{ip_address: 10.2/16}]}]\n"
                   "      ports: [p]\n");
  const VnServer *server = vn_topology_server (t, 0);
  const VnPort *second = vn_topology_port (t, g_array_index (server->ports, guint, 1));

  g_assert_cmpuint (server->ports->len, ==, 3);
  g_assert_cmpuint (g_array_index (server->ports, guint, 2), ==, 0);
  g_assert_cmpstr (second->name, ==, "x-eth1");
  g_assert_cmpuint (second->security_groups->len, ==, 0);
  g_assert_cmpuint (second->allowed_address_pairs->len, ==, 1);
  g_assert_true (
      vn_mac_equal (g_array_index (second->allowed_address_pairs, VnAddressPair, 0).mac_address, second->mac_address));
  g_assert_cmpuint (vn_topology_port (t, 1)->security_groups->len, ==, 1);
  g_assert_cmpuint (vn_topology_port (t, 1)->security_groups_origin.line, ==, 11);
  g_assert_cmpuint (vn_topology_port (t, 0)->fixed_ips->len, ==, 2);
  g_assert_cmpuint (vn_topology_find_end (t, "x:eth2"), ==, 2);
  g_assert_cmpuint (vn_topology_group (t, 1)->rules->len, ==, 0);
}

static void
test_checks (void)
{
  g_autoptr (VnTopology) t
      = load (CLOUD "    db1: {host: h1, networks: [net]}\n"
                    "checks:\n"
                    "  - {id: a, from: web1, to: db1, protocol: icmp, family: IPv6, expect: denied}\n"
                    "  - {id: b, from: web1, to: db1, protocol: tcp, port: 80, ethertype: IPv4, expect: allowed}\n"
                    "accept: [{quirk: SG-V6-NOSPOOF, why: class}]\n"
                    "by_hand: [{host: h1, fdb_delete: {network: net, mac: \"00:00:00:00:00:00\"}}]\n"
                    "events: []\n");
  const VnCheckLine *check = VN_AT (t->checks, VnCheckLine, 0);

  g_assert_cmpuint (check->protocol, ==, IPPROTO_ICMPV6);
  g_assert_cmpint (check->family, ==, VN_FAMILY_IPV6);
  g_assert_cmpint (check->expect, ==, VN_EXPECT_DENIED);
  g_assert_cmpuint (check->from, ==, 0);
  g_assert_cmpuint (check->to, ==, 1);
  g_assert_cmpuint (VN_AT (t->checks, VnCheckLine, 1)->port, ==, 80);
  g_assert_cmpstr (VN_AT (t->accepts, VnAccept, 0)->quirk, ==, "SG-V6-NOSPOOF");
  g_assert_cmpint (VN_AT (t->by_hand, VnByHand, 0)->kind, ==, VN_BY_HAND_FDB_DELETE);
}

/* ---- extends ---- */

static char *
print_yaml (const VnYaml *yaml)
{
  GString *out;

  if (yaml->kind == VN_YAML_NULL)
    return g_strdup ("~");
  if (yaml->kind == VN_YAML_SCALAR)
    return g_strdup (yaml->text);
  out = g_string_new (yaml->kind == VN_YAML_MAP ? "{" : "[");
  for (guint i = 0; yaml->kind == VN_YAML_MAP && i < yaml->pairs->len; i++)
    {
      const VnYamlPair *pair = g_ptr_array_index (yaml->pairs, i);
      g_autofree char *value = print_yaml (pair->value);

      g_string_append_printf (out, "%s%s: %s", i > 0 ? ", " : "", pair->key, value);
    }
  for (guint i = 0; yaml->kind == VN_YAML_LIST && i < yaml->items->len; i++)
    {
      g_autofree char *value = print_yaml (g_ptr_array_index (yaml->items, i));

      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", value);
    }
  g_string_append_c (out, yaml->kind == VN_YAML_MAP ? '}' : ']');
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *base, *over, *merged;
} merges[] = {
  { "{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 3, c: 4}" },
  { "{a: {x: 1, y: 2}}", "{a: {y: 3}}", "{a: {x: 1, y: 3}}" },
  { "{a: [1, 2]}", "{a: [3]}", "{a: [3]}" },
  { "{a: {x: 1}, b: 1}", "{a: ~}", "{b: 1}" },
  { "{a: [1], b: 1}", "{a: null}", "{b: 1}" },
  { "{a: 1}", "{a: ~}", "{a: ~}" },
  { "{a: {x: 1}}", "{a: 5}", "{a: 5}" },
  { "{a: 5}", "{a: {x: 1}}", "{a: {x: 1}}" },
  { "{}", "{a: ~}", "{a: ~}" },
};

static void
test_merge (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (merges); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      VnYaml *base = vn_yaml_parse ("base", merges[i].base, strlen (merges[i].base), diags);
      VnYaml *over = vn_yaml_parse ("over", merges[i].over, strlen (merges[i].over), diags);
      g_autoptr (VnYaml) merged = vn_yaml_merge (base, over);
      g_autofree char *text = print_yaml (merged);

      g_assert_cmpstr (text, ==, merges[i].merged);
    }
}

typedef struct
{
  char *folder;
} Files;

static void
files_clear (Files *files)
{
  static const char *const names[] = { "base.vlab.yml", "variant.vlab.yml" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (files->folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (files->folder);
  g_free (files->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Files, files_clear)

static char *
write_file (Files *files, const char *name, const char *text)
{
  char *path;

  if (files->folder == NULL)
    files->folder = g_dir_make_tmp ("vn-load-XXXXXX", NULL);
  path = g_build_filename (files->folder, name, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* A lab without a name has its file's, as far as that can be part of a path. */
static void
test_name_of_file (void)
{
  static const struct
  {
    const char *file;
    const char *name;
  } names[] = {
    { "nat.vlab.yml", "nat" },
    { "my lab.vlab.yml", "my-lab" },
    { "-x.vlab.yml", "lab-x" },
    { ".vlab.yml", "lab" },
    { "a-name-that-is-longer-than-a-network-namespace-or-a-lab-may-have-one.vlab.yml",
      "a-name-that-is-longer-than-a-network-namespace-or-a-lab-may-hav" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (Files) files = { 0 };
      g_auto (Options) o = { 0 };
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autofree char *path = write_file (&files, names[i].file, CLOUD);
      g_autoptr (VnTopology) t = NULL;

      options_init (&o);
      t = vn_load_lab (path, &o.options, diags);
      g_assert_nonnull (t);
      g_assert_cmpstr (t->name, ==, names[i].name);
    }
}

static void
test_extends (void)
{
  g_auto (Files) files = { 0 };
  g_auto (Options) o = { 0 };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autofree char *base = write_file (&files, "base.vlab.yml", CLOUD "    db1: {host: h1, networks: [net]}\n");
  g_autofree char *variant = write_file (&files, "variant.vlab.yml",
                                         "vnetlab: 1\nextends: base.vlab.yml\n"
                                         "cloud:\n  servers:\n    db1: ~\n    web2: {host: h1, networks: [net]}\n");
  g_autoptr (VnTopology) t = NULL;

  options_init (&o);
  t = vn_load_lab (variant, &o.options, diags);
  g_assert_nonnull (t);
  g_assert_cmpstr (t->name, ==, "variant");
  g_assert_cmpuint (t->files->len, ==, 2);
  g_assert_cmpuint (t->servers->len, ==, 2);
  g_assert_cmpstr (vn_topology_server (t, 0)->origin.file, ==, base);
  g_assert_cmpstr (vn_topology_server (t, 1)->origin.file, ==, variant);
  g_assert_cmpuint (vn_topology_server (t, 1)->origin.line, ==, 6);
}

static void
test_stray_deletion (void)
{
  g_auto (Files) files = { 0 };
  g_auto (Options) o = { 0 };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autofree char *base = write_file (&files, "base.vlab.yml", CLOUD);
  g_autofree char *variant = write_file (&files, "variant.vlab.yml",
                                         "vnetlab: 1\nextends: base.vlab.yml\ncloud:\n  networks:\n    nat: ~\n");

  g_assert_nonnull (base);
  options_init (&o);
  g_assert_null (vn_load_lab (variant, &o.options, diags));
  g_assert_true (has_problem (diags, VN_DIAG_NO_SUCH_OBJECT, 5, 5));
  g_assert_null (vn_load_lab (files.folder, &o.options, diags));
  g_assert_true (has_problem (diags, VN_DIAG_FILE_MISSING, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/problems", test_problems);
  g_test_add_func ("/load/all-at-once", test_all_at_once);
  g_test_add_func ("/load/quote-hint", test_quote_hint);
  g_test_add_func ("/load/limits", test_limits);
  g_test_add_func ("/load/limits-within", test_limits_within);
  g_test_add_func ("/load/drawn", test_drawn);
  g_test_add_func ("/load/draws-are-stable", test_draws_are_stable);
  g_test_add_func ("/load/vnis-differ", test_vnis_differ);
  g_test_add_func ("/load/ports", test_ports);
  g_test_add_func ("/load/server-networks", test_server_networks);
  g_test_add_func ("/load/checks", test_checks);
  g_test_add_func ("/load/merge", test_merge);
  g_test_add_func ("/load/name-of-file", test_name_of_file);
  g_test_add_func ("/load/extends", test_extends);
  g_test_add_func ("/load/stray-deletion", test_stray_deletion);
  return g_test_run ();
}
