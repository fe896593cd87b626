/* SPDX-License-Identifier: Apache-2.0 */
/* `events:` of a lab file: what they come to, and what can't happen. */
#include "sim/load/vn-load.h"
#include "sim/model/vn-event.h"

#include <string.h>

/* Two hosts, an instance on each; the events begin on line 4. */
#define LAB                                                                                                            \
  "vnetlab: 1\n"                                                                                                       \
  "scene: {segments: {lan: {}}, machines: {h1: {interfaces: {e0: {segment: lan, address: 10.0.0.1/24}}, server: "      \
  "{config: []}, agents: {config: []}}, h2: {interfaces: {e0: {segment: lan, address: 10.0.0.2/24}}, agents: "         \
  "{config: []}}}}\n"                                                                                                  \
  "cloud: {networks: {n: {}}, subnets: {s: {network: n, cidr: 10.1.0.0/24}}, security_groups: {web: "                  \
  "{security_group_rules: [{direction: ingress, protocol: tcp}]}}, servers: {a: {host: h1, networks: [n]}, b: {host: " \
  "h2, networks: [n]}}}\n"
#define EVENT(text) LAB "events: [" text "]\n"

static const char *const options[] = {
  "*:DEFAULT.core_plugin=ml2",
  "*:experimental.linuxbridge=true",
  "*:ml2.mechanism_drivers=linuxbridge,l2population",
  "*:ml2.extension_drivers=port_security",
  "*:ml2.tenant_network_types=vxlan",
  "*:ml2_type_vxlan.vni_ranges=7:8",
  "h1:vxlan.local_ip=10.0.0.1",
  "h2:vxlan.local_ip=10.0.0.2",
  "*:vxlan.l2_population=true",
  "*:securitygroup.firewall_driver=iptables",
};

static VnTopology *
load (const char *text, VnDiagList *diags)
{
  VnSet sets[G_N_ELEMENTS (options)];
  const VnLoadOptions given = { .sets = sets, .n_sets = G_N_ELEMENTS (options) };
  VnTopology *topology;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    g_assert_true (vn_set_parse (options[i], &sets[i], NULL));
  topology = vn_load_lab_text ("lab.vlab.yml", text, strlen (text), &given, diags);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    vn_set_clear (&sets[i]);
  return topology;
}

/* ---- what entries come to ---- */

#define END VN_N_EVENTS
static const struct
{
  const char *text;
  VnEventKind kinds[5]; /* up to END */
  const char *title;    /* of the first */
} good[] = {
  { EVENT (""), { END }, NULL },
  { EVENT ("unplug: {server: a}"), { VN_EVENT_UNPLUG, END }, "unplug a" },
  { EVENT ("{unplug: {port: a}}, {plug: {server: a}}"), { VN_EVENT_UNPLUG, VN_EVENT_PORT_UP, END }, "unplug a" },
  { EVENT ("migrate: {server: a, to: h2}"), { VN_EVENT_API, VN_EVENT_PORT_UP, END }, "migrate a h2" },
  { EVENT ("delete: {server: a}"), { VN_EVENT_UNPLUG, VN_EVENT_API, END }, "delete a" },
  { EVENT ("agent_restart: {host: h1}"), { VN_EVENT_AGENT_STOP, VN_EVENT_AGENT_START, END }, "agent restart h1" },
  { EVENT ("{agent_stop: {host: h1}}, {agent_start: {host: h1}}"),
    { VN_EVENT_AGENT_STOP, VN_EVENT_AGENT_START, END },
    "agent stop h1" },
  { EVENT ("add_security_group: {server: a, security_group: web}"), { VN_EVENT_API, END }, "add security group a web" },
  { EVENT ("remove_security_group: {server: a, security_group: default}"),
    { VN_EVENT_API, END },
    "remove security group a default" },
  { EVENT ("set_port: {port: a, fixed_ips: [{subnet: s, ip_address: 10.1.0.99}]}"),
    { VN_EVENT_API, END },
    "set port a s 10.1.0.99" },
  { EVENT ("add_rule: {security_group: web, direction: ingress, protocol: udp, remote_group_id: web}"),
    { VN_EVENT_API, END },
    "add rule web ingress udp web" },
  { EVENT ("remove_rule: {security_group: web, direction: ingress, protocol: tcp}"),
    { VN_EVENT_API, END },
    "remove rule web ingress tcp" },
};

static void
check_events (const VnTopology *topology, const VnEventKind *kinds, const char *title)
{
  guint n = topology->events != NULL ? topology->events->len : 0;

  for (guint i = 0; i < n; i++)
    {
      const VnEvent *event = &g_array_index (topology->events, VnEvent, i);

      g_assert_cmpint (kinds[i], ==, event->kind);
      g_assert_cmpuint (event->origin.line, ==, 4);
    }
  g_assert_cmpint (kinds[n], ==, END);
  if (n > 0)
    g_assert_cmpstr (g_array_index (topology->events, VnEvent, 0).title, ==, title);
}

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnTopology) topology = load (good[i].text, diags);

      if (topology == NULL)
        {
          g_autofree char *first = vn_diag_to_string (vn_diag_list_get (diags, 0));

          g_error ("%s: %s", good[i].text, first);
        }
      check_events (topology, good[i].kinds, good[i].title);
    }
}

/* What one entry made, the next one finds; and the lab that was loaded is still the one before them. */
static void
test_one_after_the_other (void)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology
      = load (EVENT ("{api: {method: POST, path: security-groups, body: {security_group: {name: late}}}}, "
                     "{api: {method: PUT, path: ports/b, body: '{\"port\": {\"name\": \"other\"}}'}}, "
                     "{add_security_group: {server: b, security_group: late}}, {migrate: {server: b, to: h1}}"),
              diags);
  const VnTopology *behind;
  guint end;

  g_assert_nonnull (topology);
  behind = vn_topology_behind_events (topology);
  end = vn_topology_find_end (behind, "b");
  g_assert_true (behind != topology);
  g_assert_cmpstr (vn_topology_machine (behind, vn_topology_end (behind, end)->machine)->name, ==, "h1");
  g_assert_cmpstr (vn_topology_port (behind, vn_topology_end (behind, end)->port)->name, ==, "other");
  g_assert_cmpuint (vn_topology_port (behind, vn_topology_end (behind, end)->port)->security_groups->len, ==, 2);
  g_assert_cmpuint (vn_topology_end (topology, vn_topology_find_end (topology, "b"))->machine, !=,
                    vn_topology_end (behind, end)->machine);
}

/* The events of one entry belong together. */
static void
test_entries (void)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology
      = load (EVENT ("{migrate: {server: a, to: h2}}, {unplug: {server: b}}, {plug: {server: b}}"), diags);

  g_assert_nonnull (topology);
  g_assert_cmpuint (topology->events->len, ==, 4);
  g_assert_cmpuint (vn_events_entry_len (topology->events, 0), ==, 2);
  g_assert_cmpuint (vn_events_entry_len (topology->events, 2), ==, 1);
  g_assert_cmpuint (vn_events_entry_len (topology->events, 3), ==, 1);
}

/* ---- what can't happen ---- */

static const struct
{
  const char *text;
  VnDiagCode code;
} bad[] = {
  { EVENT ("plug: {server: a}"), VN_DIAG_EVENT },
  { EVENT ("{unplug: {server: a}}, {unplug: {server: a}}"), VN_DIAG_EVENT },
  { EVENT ("migrate: {server: a, to: h1}"), VN_DIAG_EVENT },
  { EVENT ("migrate: {server: a, to: h3}"), VN_DIAG_NO_SUCH_OBJECT },
  { EVENT ("migrate: {server: a}"), VN_DIAG_MISSING_KEY },
  { EVENT ("{unplug: {server: a}}, {migrate: {server: a, to: h2}}"), VN_DIAG_EVENT },
  { EVENT ("{delete: {server: a}}, {plug: {server: a}}"), VN_DIAG_EVENT },
  { EVENT ("agent_start: {host: h1}"), VN_DIAG_EVENT },
  { EVENT ("{agent_stop: {host: h1}}, {agent_restart: {host: h1}}"), VN_DIAG_EVENT },
  { EVENT ("add_security_group: {server: a, security_group: default}"), VN_DIAG_EVENT },
  { EVENT ("remove_security_group: {server: a, security_group: web}"), VN_DIAG_EVENT },
  { EVENT ("remove_rule: {security_group: web, direction: ingress, protocol: udp}"), VN_DIAG_EVENT },
  { EVENT ("remove_rule: {security_group: web, direction: inwards}"), VN_DIAG_API_EVENT },
  { EVENT ("add_rule: {security_group: web, direction: ingress, protocol: tcp}"), VN_DIAG_API_EVENT },
  { EVENT ("add_rule: {security_group: webb, direction: ingress}"), VN_DIAG_NO_SUCH_OBJECT },
  { EVENT ("set_port: {port: a, fixed_ips: [{ip_address: 10.9.9.9}]}"), VN_DIAG_API_EVENT },
  { EVENT ("api: {method: DELETE, path: networks/n}"), VN_DIAG_API_EVENT },
  { EVENT ("api: {method: GET, path: networks}"), VN_DIAG_BAD_VALUE },
  { EVENT ("api: {method: POST, path: nets, body: {}}"), VN_DIAG_API_EVENT },
  { EVENT ("api: {method: POST, path: networks, body: '{'}"), VN_DIAG_WRONG_TYPE },
  { EVENT ("api: {method: DELETE, path: ports/nobody}"), VN_DIAG_NO_SUCH_OBJECT },
  { EVENT ("plug: {}"), VN_DIAG_MISSING_KEY },
  { EVENT ("plug: {server: a, port: a}"), VN_DIAG_DUPLICATE_KEY },
  { EVENT ("{plug: {server: a}, unplug: {server: a}}"), VN_DIAG_DUPLICATE_KEY },
  { EVENT ("{}"), VN_DIAG_MISSING_KEY },
  { EVENT ("fly: {}"), VN_DIAG_UNKNOWN_KEY },
  { EVENT ("delete: {server: a}") "checks: [{id: c, from: a, to: b, protocol: icmp, expect: allowed}]\n",
    VN_DIAG_EVENT },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      gboolean found = FALSE;

      g_assert_null (load (bad[i].text, diags));
      for (guint j = 0; j < vn_diag_list_len (diags); j++)
        found |= vn_diag_list_get (diags, j)->code == bad[i].code && vn_diag_list_get (diags, j)->origin.line >= 4;
      if (!found)
        {
          g_autofree char *first = vn_diag_to_string (vn_diag_list_get (diags, 0));

          g_error ("%s: expected %s, got %s", bad[i].text, vn_diag_id (bad[i].code), first);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-events/good", test_good);
  g_test_add_func ("/load-events/one-after-the-other", test_one_after_the_other);
  g_test_add_func ("/load-events/entries", test_entries);
  g_test_add_func ("/load-events/bad", test_bad);
  return g_test_run ();
}
