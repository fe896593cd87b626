/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel objects: their keys, texts, copies, and for each attribute that a difference in it is seen. */
#include "sim/base/vn-kobj.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

static const VnMac MAC = { { 0xfa, 0x16, 0x3e, 0, 0, 1 } };

static VnKobj
make_node (void)
{
  return vn_kobj_node ("compute1");
}

static VnKobj
make_veth (void)
{
  VnKobj obj = vn_kobj_link ("compute1", VN_LINK_VETH, "tap0");
  obj.u.link.up = TRUE;
  obj.u.link.mtu = 1450;
  obj.u.link.has_mac = TRUE;
  obj.u.link.mac = MAC;
  g_strlcpy (obj.u.link.master, "brq0", VN_DEV_SIZE);
  obj.u.link.u.veth.peer_node = g_intern_static_string ("web1");
  g_strlcpy (obj.u.link.u.veth.peer, "eth0", VN_DEV_SIZE);
  return obj;
}

static VnKobj
make_bridge (void)
{
  VnKobj obj = vn_kobj_link ("compute1", VN_LINK_BRIDGE, "brq0");
  obj.u.link.u.bridge.forward_delay_sec = 15;
  return obj;
}

static VnKobj
make_vxlan (void)
{
  VnKobj obj = vn_kobj_link ("compute1", VN_LINK_VXLAN, "vxlan-42");
  VnVxlan *vxlan = &obj.u.link.u.vxlan;
  vxlan->vni.id = 42;
  vxlan->local = vn_test_ip ("10.0.0.101");
  vxlan->dstport = 8472;
  g_strlcpy (vxlan->lower, "ens33", VN_DEV_SIZE);
  return obj;
}

static VnKobj
make_vlan (void)
{
  VnKobj obj = vn_kobj_link ("compute1", VN_LINK_VLAN, "ens33.7");
  obj.u.link.u.vlan.vid = 7;
  g_strlcpy (obj.u.link.u.vlan.lower, "ens33", VN_DEV_SIZE);
  return obj;
}

static VnKobj
make_addr (void)
{
  return vn_kobj_addr ("compute1", "ens33", vn_test_prefix ("10.0.0.101/24"));
}

static VnKobj
make_route (void)
{
  return vn_kobj_route ("compute1", vn_test_prefix ("0.0.0.0/0"), vn_test_ip ("10.0.0.1"), "ens33");
}

static VnKobj
make_route6 (void)
{
  return vn_kobj_route ("compute1", vn_test_prefix ("::/0"), vn_test_ip ("fd00::1"), "ens33");
}

static VnKobj
make_flood_fdb (void)
{
  return vn_kobj_fdb ("compute1", "vxlan-42", VN_MAC_ZERO, vn_test_ip ("10.0.0.102"));
}

static VnKobj
make_unicast_fdb (void)
{
  return vn_kobj_fdb ("compute1", "vxlan-42", MAC, vn_test_ip ("10.0.0.102"));
}

static VnKobj
make_neigh (void)
{
  return vn_kobj_neigh ("compute1", "vxlan-42", vn_test_ip ("172.16.1.10"), MAC);
}

static VnKobj
make_sysctl (void)
{
  return vn_kobj_sysctl ("compute1", "net.ipv4.ip_forward", "1");
}

static VnKobj
make_rules (void)
{
  return vn_kobj_rules ("compute1", VN_TOOL_IPTABLES, "*filter\nCOMMIT\n");
}

static VnKobj
make_dnsmasq (void)
{
  return vn_kobj_dnsmasq ("router", "lan", "interface=lan0\nport=0\ndhcp-range=192.168.0.100,192.168.0.199,10m\n");
}

static VnKobj
make_web (void)
{
  return vn_kobj_web ("internet", 8080, "This is internet.");
}

static VnKobj
make_dhcp_client (void)
{
  return vn_kobj_dhcp_client ("vm1", "eth0", "vm1");
}

static VnKobj
make_nameless_client (void)
{
  return vn_kobj_dhcp_client ("vm1", "eth0", NULL);
}

static VnKobj
make_conntrack (void)
{
  return vn_kobj_conntrack (
      "compute1",
      (VnConntrack){ .family = VN_FAMILY_IPV4, .protocol = 6, .src = vn_test_prefix ("10.0.0.1/32"), .zone = 7 });
}

static VnKobj
make_tbf (void)
{
  return vn_kobj_tbf ("compute1", "tap0", (VnBucket){ 250000, 1000 }, 50000);
}

static VnKobj
make_ingress (void)
{
  return vn_kobj_ingress ("compute1", "tap0");
}

static VnKobj
make_policer (void)
{
  return vn_kobj_policer ("compute1", "tap0", 49, (VnBucket){ 125000, 100000 }, 65535);
}

static const struct
{
  VnKobj (*make) (void);
  const char *key, *text;
} OBJECTS[] = {
  { make_tbf, "qdisc compute1 tap0 root", "dev tap0 root tbf rate 250000bps burst 1000b latency 50000us" },
  { make_ingress, "qdisc compute1 tap0 ingress", "dev tap0 ingress" },
  { make_policer, "filter compute1 tap0 prio 49",
    "dev tap0 parent ffff: protocol all prio 49 u32 match u32 0 0 flowid :1 police rate 125000bps burst 100000b mtu "
    "65535 drop" },
  { make_node, "node compute1", "netns compute1" },
  { make_veth, "link compute1 tap0",
    "tap0: mtu 1450 master brq0 state UP link/ether fa:16:3e:00:00:01 veth peer eth0 netns web1" },
  { make_bridge, "link compute1 brq0", "brq0: state DOWN bridge forward_delay 1500 stp_state 0 mcast_snooping 1" },
  { make_vxlan, "link compute1 vxlan-42",
    "vxlan-42: state DOWN vxlan id 42 local 10.0.0.101 dev ens33 srcport 0 0 dstport 8472" },
  { make_vlan, "link compute1 ens33.7", "ens33.7: state DOWN vlan dev ens33 id 7" },
  { make_addr, "addr compute1 ens33 10.0.0.101/24", "inet 10.0.0.101/24 dev ens33" },
  { make_route, "route compute1 0.0.0.0/0 metric 0", "default via 10.0.0.1 dev ens33" },
  { make_route6, "route compute1 ::/0 metric 1024", "default via fd00::1 dev ens33" },
  { make_flood_fdb, "fdb compute1 vxlan-42 00:00:00:00:00:00 10.0.0.102",
    "00:00:00:00:00:00 dev vxlan-42 dst 10.0.0.102 self permanent" },
  { make_unicast_fdb, "fdb compute1 vxlan-42 fa:16:3e:00:00:01",
    "fa:16:3e:00:00:01 dev vxlan-42 dst 10.0.0.102 self permanent" },
  { make_neigh, "neigh compute1 vxlan-42 172.16.1.10", "172.16.1.10 dev vxlan-42 lladdr fa:16:3e:00:00:01 PERMANENT" },
  { make_sysctl, "sysctl compute1 net.ipv4.ip_forward", "net.ipv4.ip_forward = 1" },
  { make_rules, "rules compute1 iptables", "iptables: 2 lines" },
  { make_conntrack, "conntrack compute1 -f ipv4 -p 6 -s 10.0.0.1 -w 7", "-f ipv4 -p 6 -s 10.0.0.1 -w 7" },
  { make_dnsmasq, "service router dnsmasq lan",
    "dnsmasq --conf-file=/dev/null --keep-in-foreground --user= --group= --no-ping --no-hosts --no-resolv "
    "--bind-interfaces --except-interface=lo --interface=lan0 --port=0 "
    "--dhcp-range=192.168.0.100,192.168.0.199,10m --dhcp-leasefile=/run/vnetlab/router@dnsmasq@lan.leases "
    "--pid-file=/run/vnetlab/router@dnsmasq@lan.ready --log-facility=-" },
  { make_web, "service internet web 8080",
    "busybox httpd -f -p 8080 -h /run/vnetlab/internet@web@8080.www -c /run/vnetlab/internet@web@8080.ready" },
  { make_dhcp_client, "service vm1 dhcp-client eth0",
    "busybox udhcpc -f -n -q -t 3 -T 1 -s /run/vnetlab/lease -i eth0 -x hostname:vm1" },
  { make_nameless_client, "service vm1 dhcp-client eth0",
    "busybox udhcpc -f -n -q -t 3 -T 1 -s /run/vnetlab/lease -i eth0" },
};

static void
test_key_and_text (void)
{
  gboolean kind_seen[VN_N_KOBJS] = { FALSE };
  for (guint i = 0; i < G_N_ELEMENTS (OBJECTS); i++)
    {
      VnKobj obj = OBJECTS[i].make ();
      g_autofree char *key = vn_kobj_key (&obj);
      g_autofree char *text = vn_kobj_to_string (&obj);
      g_autofree char *brief = vn_kobj_brief (&obj);
      g_assert_cmpstr (key, ==, OBJECTS[i].key);
      g_assert_cmpstr (text, ==, OBJECTS[i].text);
      if (obj.kind != VN_KOBJ_SERVICE)
        g_assert_cmpstr (brief, ==, OBJECTS[i].text);
      kind_seen[obj.kind] = TRUE;
      vn_kobj_clear (&obj);
    }
  for (guint kind = 0; kind < VN_N_KOBJS; kind++)
    g_assert_true (kind_seen[kind]);
}

static void
test_brief_service (void)
{
  VnKobj obj = make_dnsmasq ();
  g_autofree char *brief = vn_kobj_brief (&obj);
  g_assert_cmpstr (brief, ==, "dnsmasq lan");
  vn_kobj_clear (&obj);
}

/* Every option of a VXLAN device in the order of `ip -d link`. */
static void
test_vxlan_text (void)
{
  VnKobj obj = make_vxlan ();
  VnVxlan *vxlan = &obj.u.link.u.vxlan;
  vxlan->group = vn_test_ip ("224.0.0.1");
  vxlan->srcport_min = 1;
  vxlan->srcport_max = 2;
  vxlan->ttl = 3;
  vxlan->tos = 1;
  vxlan->proxy = TRUE;
  vxlan->no_learning = TRUE;
  obj.u.link.no_autoconf = TRUE;
  g_autofree char *text = vn_kobj_to_string (&obj);
  g_assert_cmpstr (text, ==,
                   "vxlan-42: state DOWN addrgenmode none vxlan id 42 group 224.0.0.1 local 10.0.0.101 dev ens33 "
                   "srcport 1 2 dstport 8472 nolearning proxy tos inherit ttl 3");
  vxlan->tos = 0x10;
  g_autofree char *with_tos = vn_kobj_to_string (&obj);
  g_assert_nonnull (strstr (with_tos, " tos 0x10 "));
}

static void
test_copy_is_own (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (OBJECTS); i++)
    {
      VnKobj obj = OBJECTS[i].make ();
      VnKobj copy = vn_kobj_copy (&obj);
      g_assert_true (vn_kobj_satisfies (&obj, &copy));
      vn_kobj_clear (&obj);
      g_autofree char *key = vn_kobj_key (&copy);
      g_autofree char *text = vn_kobj_to_string (&copy);
      g_assert_cmpstr (key, ==, OBJECTS[i].key);
      g_assert_cmpstr (text, ==, OBJECTS[i].text);
      vn_kobj_clear (&copy);
    }
}

static void
test_kinds_differ (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (OBJECTS); i++)
    for (guint j = 0; j < G_N_ELEMENTS (OBJECTS); j++)
      {
        VnKobj have = OBJECTS[i].make (), want = OBJECTS[j].make ();
        g_assert_cmpint (vn_kobj_satisfies (&have, &want), ==, i == j);
        vn_kobj_clear (&have);
        vn_kobj_clear (&want);
      }
}

#define CHANGE(name, expression)                                                                                       \
  static void name (VnKobj *obj)                                                                                       \
  {                                                                                                                    \
    expression;                                                                                                        \
  }
CHANGE (node_name, obj->node = g_intern_static_string ("compute2"))
CHANGE (link_name, obj->u.link.name[0] = 'x')
CHANGE (link_kind, obj->u.link.kind = VN_LINK_OTHER)
CHANGE (link_mac, obj->u.link.mac.b[5]++)
CHANGE (link_no_mac, obj->u.link.has_mac = FALSE)
CHANGE (link_mtu, obj->u.link.mtu = 1500)
CHANGE (link_up, obj->u.link.up = FALSE)
CHANGE (link_master, obj->u.link.master[0] = '\0')
CHANGE (veth_peer, obj->u.link.u.veth.peer[0] = 'x')
CHANGE (veth_peer_node, obj->u.link.u.veth.peer_node = g_intern_static_string ("web2"))
CHANGE (bridge_stp, obj->u.link.u.bridge.stp = TRUE)
CHANGE (bridge_delay, obj->u.link.u.bridge.forward_delay_sec = 0)
CHANGE (bridge_snooping, obj->u.link.u.bridge.no_multicast_snooping = TRUE)
CHANGE (vxlan_vni, obj->u.link.u.vxlan.vni.id = 43)
CHANGE (vxlan_local, obj->u.link.u.vxlan.local.b[3]++)
CHANGE (vxlan_group, obj->u.link.u.vxlan.group = vn_ip_from_v4 (0xe0000001))
CHANGE (vxlan_lower, obj->u.link.u.vxlan.lower[0] = '\0')
CHANGE (vxlan_dstport, obj->u.link.u.vxlan.dstport = 4789)
CHANGE (vxlan_srcport_min, obj->u.link.u.vxlan.srcport_min = 1)
CHANGE (vxlan_srcport_max, obj->u.link.u.vxlan.srcport_max = 1)
CHANGE (vxlan_ttl, obj->u.link.u.vxlan.ttl = 1)
CHANGE (vxlan_tos, obj->u.link.u.vxlan.tos = 1)
CHANGE (vxlan_proxy, obj->u.link.u.vxlan.proxy = TRUE)
CHANGE (vxlan_learning, obj->u.link.u.vxlan.no_learning = TRUE)
CHANGE (vlan_vid, obj->u.link.u.vlan.vid = 8)
CHANGE (vlan_lower, obj->u.link.u.vlan.lower[0] = 'x')
CHANGE (addr_dev, obj->u.addr.dev[0] = 'x')
CHANGE (addr_ip, obj->u.addr.prefix.ip.b[3]++)
CHANGE (addr_len, obj->u.addr.prefix.len = 25)
CHANGE (route_dst, obj->u.route.dst = vn_prefix_host (vn_ip_from_v4 (1)))
CHANGE (route_via, obj->u.route.via.b[3]++)
CHANGE (route_on_link, obj->u.route.via.family = VN_FAMILY_NONE)
CHANGE (route_dev, obj->u.route.dev[0] = 'x')
CHANGE (route_metric, obj->u.route.metric = 100)
CHANGE (route_metric_1024, obj->u.route.metric = 1024)
CHANGE (fdb_dev, obj->u.fdb.dev[0] = 'x')
CHANGE (fdb_mac, obj->u.fdb.mac.b[5]++)
CHANGE (fdb_dst, obj->u.fdb.dst.b[3]++)
CHANGE (fdb_self, obj->u.fdb.self = FALSE)
CHANGE (fdb_permanent, obj->u.fdb.permanent = FALSE)
CHANGE (fdb_learned, obj->u.fdb.learned = TRUE)
CHANGE (neigh_dev, obj->u.neigh.dev[0] = 'x')
CHANGE (neigh_ip, obj->u.neigh.ip.b[3]++)
CHANGE (neigh_mac, obj->u.neigh.mac.b[5]++)
CHANGE (neigh_permanent, obj->u.neigh.permanent = FALSE)
CHANGE (sysctl_key, obj->u.sysctl.key[0] = 'x')
CHANGE (sysctl_value, obj->u.sysctl.value[0] = '0')
CHANGE (rules_tool, obj->u.rules.tool = VN_TOOL_IP6TABLES)
CHANGE (rules_text, obj->u.rules.text[0] = '#')
CHANGE (service_name, obj->u.service.name[0] = 'x')
CHANGE (service_dev, obj->u.service.dev[0] = 'x')
CHANGE (service_port, obj->u.service.port++)
CHANGE (service_config, obj->u.service.config[0] = 'x')
CHANGE (conntrack_protocol, obj->u.conntrack.protocol = -1)
CHANGE (conntrack_src, obj->u.conntrack.src.ip.b[3]++)
CHANGE (conntrack_dst, obj->u.conntrack.dst = obj->u.conntrack.src)
CHANGE (conntrack_zone, obj->u.conntrack.zone = 0)
CHANGE (link_offload, obj->u.link.no_offload = TRUE)
CHANGE (link_gboolean, obj->u.link.up = 2)
CHANGE (veth_unseen_peer, (obj->u.link.u.veth.peer_node = NULL, obj->u.link.u.veth.peer[0] = '\0'))
#undef CHANGE

/* What the kernel has is as wanted but for one change. */
static const struct
{
  VnKobj (*make) (void);
  void (*change) (VnKobj *obj);
  gboolean satisfies;
} CHANGES[] = {
  { make_node, node_name, FALSE },
  { make_veth, node_name, FALSE },
  { make_veth, link_name, FALSE },
  { make_veth, link_kind, FALSE },
  { make_veth, link_mac, FALSE },
  { make_veth, link_no_mac, FALSE },
  { make_veth, link_mtu, FALSE },
  { make_veth, link_up, FALSE },
  { make_veth, link_master, FALSE },
  { make_veth, link_offload, TRUE },
  { make_veth, link_gboolean, TRUE },
  { make_veth, veth_peer, FALSE },
  { make_veth, veth_peer_node, FALSE },
  { make_veth, veth_unseen_peer, TRUE },
  { make_bridge, link_mtu, TRUE }, /* not asked for */
  { make_bridge, link_mac, TRUE },
  { make_bridge, bridge_stp, FALSE },
  { make_bridge, bridge_delay, FALSE },
  { make_bridge, bridge_snooping, FALSE },
  { make_vxlan, vxlan_vni, FALSE },
  { make_vxlan, vxlan_local, FALSE },
  { make_vxlan, vxlan_group, FALSE },
  { make_vxlan, vxlan_lower, FALSE },
  { make_vxlan, vxlan_dstport, FALSE },
  { make_vxlan, vxlan_srcport_min, FALSE },
  { make_vxlan, vxlan_srcport_max, FALSE },
  { make_vxlan, vxlan_ttl, FALSE },
  { make_vxlan, vxlan_tos, FALSE },
  { make_vxlan, vxlan_proxy, FALSE },
  { make_vxlan, vxlan_learning, FALSE },
  { make_vlan, vlan_vid, FALSE },
  { make_vlan, vlan_lower, FALSE },
  { make_addr, addr_dev, FALSE },
  { make_addr, addr_ip, FALSE },
  { make_addr, addr_len, FALSE },
  { make_route, route_dst, FALSE },
  { make_route, route_via, FALSE },
  { make_route, route_on_link, FALSE },
  { make_route, route_dev, FALSE },
  { make_route, route_metric, FALSE },
  { make_route, route_metric_1024, FALSE },
  { make_route6, route_metric, FALSE },
  { make_route6, route_metric_1024, TRUE }, /* what the kernel makes of 0 */
  { make_flood_fdb, fdb_dev, FALSE },
  { make_flood_fdb, fdb_mac, FALSE },
  { make_flood_fdb, fdb_dst, FALSE },
  { make_flood_fdb, fdb_self, FALSE },
  { make_flood_fdb, fdb_permanent, FALSE },
  { make_flood_fdb, fdb_learned, FALSE },
  { make_neigh, neigh_dev, FALSE },
  { make_neigh, neigh_ip, FALSE },
  { make_neigh, neigh_mac, FALSE },
  { make_neigh, neigh_permanent, FALSE },
  { make_sysctl, sysctl_key, FALSE },
  { make_sysctl, sysctl_value, FALSE },
  { make_rules, rules_tool, FALSE },
  { make_rules, rules_text, FALSE },
  { make_dnsmasq, service_name, FALSE },
  { make_dnsmasq, service_config, FALSE },
  { make_web, service_port, FALSE },
  { make_dhcp_client, service_dev, FALSE },
  { make_conntrack, conntrack_protocol, FALSE },
  { make_conntrack, conntrack_src, FALSE },
  { make_conntrack, conntrack_dst, FALSE },
  { make_conntrack, conntrack_zone, FALSE },
};

static void
test_changes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      VnKobj want = CHANGES[i].make (), have = CHANGES[i].make ();
      CHANGES[i].change (&have);
      if (vn_kobj_satisfies (&have, &want) != CHANGES[i].satisfies)
        g_error ("row %u", i);
      vn_kobj_clear (&want);
      vn_kobj_clear (&have);
    }
}

/* Two objects with one key can't both be in the kernel; with two keys they can. */
static void
test_keys (void)
{
  static const struct
  {
    VnKobj (*make) (void);
    void (*change) (VnKobj *obj);
    gboolean same_key;
  } ROWS[] = {
    { make_flood_fdb, fdb_dst, FALSE },    /* one of several endpoints */
    { make_unicast_fdb, fdb_dst, TRUE },   /* the endpoint moved */
    { make_unicast_fdb, fdb_self, FALSE }, /* the bridge's table beside the device's */
    { make_unicast_fdb, fdb_learned, TRUE }, { make_route6, route_metric_1024, TRUE },
    { make_route, route_metric, FALSE },     { make_route, route_via, TRUE },
    { make_addr, addr_len, FALSE },          { make_neigh, neigh_mac, TRUE },
    { make_sysctl, sysctl_value, TRUE },     { make_rules, rules_tool, FALSE },
    { make_dnsmasq, service_config, TRUE },  { make_dnsmasq, service_name, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnKobj a = ROWS[i].make (), b = ROWS[i].make ();
      ROWS[i].change (&b);
      g_autofree char *key_a = vn_kobj_key (&a);
      g_autofree char *key_b = vn_kobj_key (&b);
      g_assert_cmpint (strcmp (key_a, key_b) == 0, ==, ROWS[i].same_key);
      vn_kobj_clear (&a);
      vn_kobj_clear (&b);
    }
}

/* 15 bytes are the longest name of a device; one more would be another device if it were cut. */
static void
test_long_name (void)
{
  VnKobj obj = vn_kobj_link ("n", VN_LINK_VETH, "tap012345678901");
  g_assert_cmpstr (obj.u.link.name, ==, "tap012345678901");
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*strlen (name) < VN_DEV_SIZE*");
  obj = vn_kobj_link ("n", VN_LINK_VETH, "tap0123456789012");
  g_test_assert_expected_messages ();
  g_assert_cmpstr (obj.u.link.name, ==, "");
}

static void
test_names (void)
{
  g_assert_cmpstr (vn_verb_name (VN_VERB_ADD), ==, "add");
  g_assert_cmpstr (vn_verb_name (VN_VERB_SET), ==, "set");
  g_assert_cmpstr (vn_verb_name (VN_VERB_DEL), ==, "del");
  for (guint tool = 0; tool < VN_N_TOOLS; tool++)
    g_assert_nonnull (vn_tool_name ((VnTool)tool));
  for (guint kind = 0; kind < VN_N_LINKS; kind++)
    g_assert_nonnull (vn_link_kind_name ((VnLinkKind)kind));
}

/* As the kernel gives them back: the burst as whole ticks, the latency as whole bytes of queue. */
static void
test_bucket (void)
{
  VnKobj want = make_tbf (), have = make_tbf ();

  g_assert_cmpuint (vn_bucket_ticks (want.u.qdisc.bucket), ==, 62500);
  g_assert_cmpuint (vn_bucket_ticks ((VnBucket){ 0, 1000 }), ==, 0);
  g_assert_cmpuint (vn_bucket_ticks ((VnBucket){ 1, G_MAXUINT32 }), ==, G_MAXUINT32);
  have.u.qdisc.latency_usec -= 7;
  g_assert_true (vn_kobj_satisfies (&have, &want));
  have.u.qdisc.latency_usec -= 7;
  g_assert_false (vn_kobj_satisfies (&have, &want));
  have = make_tbf ();
  have.u.qdisc.bucket.burst_bytes++;
  g_assert_false (vn_kobj_satisfies (&have, &want));
  have = make_tbf ();
  have.u.qdisc.bucket.rate_bytes_per_sec++;
  g_assert_false (vn_kobj_satisfies (&have, &want));
  /* At 10 Gbit/s a tick is 80 bytes. */
  want.u.qdisc.bucket = (VnBucket){ 1250000000, 1000000 };
  have.u.qdisc = want.u.qdisc;
  have.u.qdisc.bucket.burst_bytes -= 60;
  g_assert_true (vn_kobj_satisfies (&have, &want));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kobj/brief-service", test_brief_service);
  g_test_add_func ("/kobj/key-and-text", test_key_and_text);
  g_test_add_func ("/kobj/vxlan-text", test_vxlan_text);
  g_test_add_func ("/kobj/copy-is-own", test_copy_is_own);
  g_test_add_func ("/kobj/kinds-differ", test_kinds_differ);
  g_test_add_func ("/kobj/changes", test_changes);
  g_test_add_func ("/kobj/keys", test_keys);
  g_test_add_func ("/kobj/long-name", test_long_name);
  g_test_add_func ("/kobj/names", test_names);
  g_test_add_func ("/kobj/bucket", test_bucket);
  return g_test_run ();
}
