/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: the order of a first build whatever the order of the tables, and changes that touch no more than they have to.
 */
#include "sim/plan/vn-plan.h"
#include "sim/plan/vn-station.h"
#include "tests/lib/vn-test-values.h"

/* What the variants below differ in. */
typedef struct
{
  const char *address; /* of the guest; NULL = none */
  const char *vtep;    /* of the fdb entry; NULL = no entry */
  guint vni;           /* 0 = no VXLAN device */
  const char *rules;   /* iptables of the host; NULL = none */
  const char *sets;
  gboolean no_guest;
  guint mtu;
} Variant;

static void
add_ruleset (VnTables *tables, VnTool tool, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return;
  g_ptr_array_add (tables->rulesets, vn_ruleset_parse ("host", tool, text, &error));
  g_assert_no_error (error);
}

static void
add_vxlan (VnTables *tables, const Variant *v)
{
  VnKobj vxlan = vn_kobj_link ("host", VN_LINK_VXLAN, "vxlan-1");

  vxlan.u.link.up = TRUE;
  vxlan.u.link.u.vxlan.vni.id = v->vni;
  vxlan.u.link.u.vxlan.dstport = 8472;
  g_strlcpy (vxlan.u.link.master, "brq1", VN_DEV_SIZE);
  if (v->vtep != NULL)
    vn_tables_add (tables, vn_kobj_fdb ("host", "vxlan-1", vn_test_mac ("fa:16:3e:00:00:09"), vn_test_ip (v->vtep)),
                   VN_ORIGIN_NONE);
  vn_tables_add (tables, vxlan, VN_ORIGIN_NONE);
}

static void
add_guest (VnTables *tables, const Variant *v)
{
  VnPlug tap = { .node = "host", .dev = "tap1", .master = "brq1" };
  VnPlug eth = { .node = "guest", .dev = "eth0" };

  if (v->address != NULL)
    vn_tables_add (tables, vn_kobj_addr ("guest", "eth0", vn_test_prefix (v->address)), vn_origin_new ("lab", 7, 1));
  vn_tables_add (tables, vn_kobj_sysctl ("guest", "net.ipv4.neigh.eth0.mcast_solicit", "3"), VN_ORIGIN_NONE);
  vn_tables_add_cable (tables, &tap, &eth, v->mtu, VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_sysctl ("guest", "net.ipv4.ip_forward", "0"), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_node ("guest"), VN_ORIGIN_NONE);
}

/* On purpose the wrong way round: whatever needs something stands before it. */
static VnTables *
build (const Variant *v)
{
  VnTables *tables = vn_tables_new ();

  add_ruleset (tables, VN_TOOL_IPTABLES, v->rules);
  add_ruleset (tables, VN_TOOL_IPSET, v->sets);
  vn_tables_add (tables, vn_kobj_sysctl ("host", "net.bridge.bridge-nf-call-iptables", "1"), VN_ORIGIN_NONE);
  if (v->vni != 0)
    add_vxlan (tables, v);
  if (!v->no_guest)
    add_guest (tables, v);
  vn_tables_add_bridge (tables, "host", "brq1", VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_node ("host"), VN_ORIGIN_NONE);
  return tables;
}

/* "node verb kind name": short enough for tables. */
static char *
brief (const VnPlan *plan)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = g_ptr_array_index (plan->ops, i);
      g_autofree char *key = vn_kobj_key (&op->obj);

      g_string_append_printf (out, "%s %s\n", vn_verb_name (op->verb), key);
    }
  return g_string_free (out, FALSE);
}

#define RULES "*filter\n:c - [0:0]\n-A c -j DROP\nCOMMIT\n"
#define OTHER_RULES "*filter\n:c - [0:0]\n-A c -j ACCEPT\nCOMMIT\n"
#define SETS "create s hash:net family inet\nadd s 10.0.0.1\n"

static const Variant base = { .address = "10.0.0.1/24", .vtep = "10.9.0.2", .vni = 1, .rules = RULES, .sets = SETS };

static void
test_first_build (void)
{
  g_autoptr (VnTables) tables = build (&base);
  g_autoptr (VnPlan) plan = vn_plan_delta (NULL, tables);
  g_autofree char *text = brief (plan);

  g_assert_cmpstr (text, ==,
                   "add node guest\n"
                   "add node host\n"
                   "add sysctl guest net.ipv4.ip_forward\n"
                   "add link host brq1\n"
                   "add link host tap1\n"
                   "add link guest eth0\n"
                   "add addr guest eth0 10.0.0.1/24\n"
                   "add link host vxlan-1\n"
                   "add sysctl guest net.ipv4.neigh.eth0.mcast_solicit\n"
                   "add fdb host vxlan-1 fa:16:3e:00:00:09\n"
                   "add rules host ipset\n"
                   "add rules host iptables\n"
                   "add sysctl host net.bridge.bridge-nf-call-iptables\n");
}

static const struct
{
  const char *what;
  Variant from, to;
  const char *plan;
} changes[] = {
  { "nothing", { .vni = 1 }, { .vni = 1 }, "" },
  { "an address",
    { .address = "10.0.0.1/24" },
    { .address = "10.0.0.2/24" },
    "del addr guest eth0 10.0.0.1/24\nadd addr guest eth0 10.0.0.2/24\n" },
  { "an fdb entry's end point",
    { .vni = 1, .vtep = "10.9.0.2" },
    { .vni = 1, .vtep = "10.9.0.3" },
    "set fdb host vxlan-1 fa:16:3e:00:00:09\n" },
  { "an fdb entry goes", { .vni = 1, .vtep = "10.9.0.2" }, { .vni = 1 }, "del fdb host vxlan-1 fa:16:3e:00:00:09\n" },
  { "a device goes, its entries with it", { .vni = 1, .vtep = "10.9.0.2" }, { .vni = 0 }, "del link host vxlan-1\n" },
  { "an attribute that is fixed at creation",
    { .vni = 1, .vtep = "10.9.0.2" },
    { .vni = 2, .vtep = "10.9.0.2" },
    "del link host vxlan-1\nadd link host vxlan-1\nadd fdb host vxlan-1 fa:16:3e:00:00:09\n" },
  { "an attribute that can be set", { .mtu = 1400 }, { .mtu = 1450 }, "set link host tap1\nset link guest eth0\n" },
  { "a guest goes, its tap with it", { .address = "10.0.0.1/24" }, { .no_guest = TRUE }, "del node guest\n" },
  { "a guest comes",
    { .no_guest = TRUE },
    { .address = "10.0.0.1/24" },
    "add node guest\nadd sysctl guest net.ipv4.ip_forward\nadd link host tap1\nadd link guest eth0\n"
    "add addr guest eth0 10.0.0.1/24\nadd sysctl guest net.ipv4.neigh.eth0.mcast_solicit\n" },
  { "a rule", { .rules = RULES }, { .rules = OTHER_RULES }, "set rules host iptables\n" },
  { "all rules, then the sets",
    { .rules = RULES, .sets = SETS },
    { .vni = 0 },
    "set rules host iptables\nset rules host ipset\n" },
  { "sets, then rules",
    { .vni = 0 },
    { .rules = RULES, .sets = SETS },
    "add rules host ipset\nadd rules host iptables\n" },
};

static void
test_changes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (VnTables) from = build (&changes[i].from), to = build (&changes[i].to);
      g_autoptr (VnPlan) plan = vn_plan_delta (from, to);
      g_autofree char *text = brief (plan);

      g_test_message ("%s", changes[i].what);
      g_assert_cmpstr (text, ==, changes[i].plan);
    }
}

/* An object of each kind on a host and device that stay: how it comes, changes and goes. NULL: no operation. */
static const struct
{
  VnKobjKind kind;
  const char *comes, *changes, *goes;
} kinds[] = {
  { VN_KOBJ_NODE, "add node host2\n", NULL, "del node host2\n" },
  { VN_KOBJ_LINK, "add link host brq2\n", "set link host brq2\n", "del link host brq2\n" },
  { VN_KOBJ_ADDR, "add addr host brq1 10.0.0.9/24\n", NULL, "del addr host brq1 10.0.0.9/24\n" },
  { VN_KOBJ_ROUTE, "add route host 10.8.0.0/16 metric 0\n", "set route host 10.8.0.0/16 metric 0\n",
    "del route host 10.8.0.0/16 metric 0\n" },
  { VN_KOBJ_FDB, "add fdb host brq1 02:00:00:00:00:01\n", "set fdb host brq1 02:00:00:00:00:01\n",
    "del fdb host brq1 02:00:00:00:00:01\n" },
  { VN_KOBJ_NEIGH, "add neigh host brq1 10.0.0.7\n", "set neigh host brq1 10.0.0.7\n",
    "del neigh host brq1 10.0.0.7\n" },
  { VN_KOBJ_SYSCTL, "add sysctl host net.ipv4.ip_forward\n", "set sysctl host net.ipv4.ip_forward\n", NULL },
  { VN_KOBJ_RULES, "add rules host iptables\n", "set rules host iptables\n", "set rules host iptables\n" },
  { VN_KOBJ_SERVICE, "add service host dnsmasq lan\n", "set service host dnsmasq lan\n",
    "del service host dnsmasq lan\n" },
  { VN_KOBJ_CONNTRACK, "del conntrack host -f ipv4 -p 6 -d 10.0.0.9 -w 4097\n",
    "del conntrack host -f ipv4 -p 6 -d 10.0.0.9 -w 4097\n", NULL },
  { VN_KOBJ_QDISC, "add qdisc host brq1 root\n", "set qdisc host brq1 root\n", "del qdisc host brq1 root\n" },
  { VN_KOBJ_FILTER, "add filter host brq1 prio 49\n", "set filter host brq1 prio 49\n",
    "del filter host brq1 prio 49\n" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == VN_N_KOBJS);

static VnKobj
changed_link (gboolean changed)
{
  VnKobj obj = vn_kobj_link ("host", VN_LINK_BRIDGE, "brq2");

  obj.u.link.up = !changed;
  return obj;
}

static void
add_flushes (VnTables *tables, guint n)
{
  const VnConntrack tracked
      = { .family = VN_FAMILY_IPV4, .protocol = 6, .dst = vn_test_prefix ("10.0.0.9/32"), .zone = 4097 };

  for (guint i = 0; i < n; i++)
    vn_tables_add_flush (tables, vn_kobj_conntrack ("host", tracked), VN_ORIGIN_NONE);
}

/* A host with a bridge, and one object of @kind beside it. */
static VnTables *
tables_with (VnKobjKind kind, gboolean changed)
{
  VnTables *tables = build (&(Variant){ .no_guest = TRUE,
                                        .rules = kind != VN_KOBJ_RULES ? NULL
                                                 : changed             ? OTHER_RULES
                                                                       : RULES });
  const VnKobj objs[] = {
    [VN_KOBJ_NODE] = vn_kobj_node ("host2"),
    [VN_KOBJ_LINK] = changed_link (changed),
    [VN_KOBJ_ADDR] = vn_kobj_addr ("host", "brq1", vn_test_prefix ("10.0.0.9/24")),
    [VN_KOBJ_ROUTE]
    = vn_kobj_route ("host", vn_test_prefix ("10.8.0.0/16"), vn_test_ip (changed ? "10.0.0.2" : "10.0.0.1"), "brq1"),
    [VN_KOBJ_FDB]
    = vn_kobj_fdb ("host", "brq1", vn_test_mac ("02:00:00:00:00:01"), vn_test_ip (changed ? "10.9.0.2" : "10.9.0.1")),
    [VN_KOBJ_NEIGH] = vn_kobj_neigh ("host", "brq1", vn_test_ip ("10.0.0.7"),
                                     vn_test_mac (changed ? "02:00:00:00:00:02" : "02:00:00:00:00:01")),
    [VN_KOBJ_QDISC] = vn_kobj_tbf ("host", "brq1", (VnBucket){ changed ? 250000 : 125000, 3000 }, 50000),
    [VN_KOBJ_FILTER] = vn_kobj_policer ("host", "brq1", 49, (VnBucket){ 125000, changed ? 100000 : 50000 }, 65535),
  };

  if (kind == VN_KOBJ_SYSCTL)
    vn_tables_add (tables, vn_kobj_sysctl ("host", "net.ipv4.ip_forward", changed ? "1" : "0"), VN_ORIGIN_NONE);
  else if (kind == VN_KOBJ_SERVICE)
    vn_tables_add (tables, vn_kobj_dnsmasq ("host", "lan", changed ? "port=53\n" : "port=0\n"), VN_ORIGIN_NONE);
  else if (kind == VN_KOBJ_CONNTRACK)
    add_flushes (tables, changed ? 2 : 1);
  else if (kind != VN_KOBJ_RULES)
    vn_tables_add (tables, objs[kind], VN_ORIGIN_NONE);
  return tables;
}

static void
assert_plan (const VnTables *from, const VnTables *to, const char *expected)
{
  g_autoptr (VnPlan) plan = vn_plan_delta (from, to);
  g_autofree char *text = brief (plan);

  g_assert_cmpstr (text, ==, expected != NULL ? expected : "");
}

static void
test_kinds (void)
{
  g_autoptr (VnTables) without = build (&(Variant){ .no_guest = TRUE });

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (VnTables) with = tables_with (kinds[i].kind, FALSE), changed = tables_with (kinds[i].kind, TRUE);

      g_test_message ("%s", vn_kobj_kind_name (kinds[i].kind));
      assert_plan (without, with, kinds[i].comes);
      assert_plan (with, changed, kinds[i].changes);
      assert_plan (with, without, kinds[i].goes);
      assert_plan (with, with, NULL);
    }
}

/* A lab file's setting comes behind the lab's own and wins. */
static void
test_last_entry_wins (void)
{
  g_autoptr (VnTables) tables = vn_tables_new ();
  g_autoptr (VnPlan) plan = NULL;
  const VnOp *op;

  vn_tables_add (tables, vn_kobj_sysctl ("host", "net.ipv4.ip_forward", "0"), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_sysctl ("host", "net.ipv4.ip_forward", "1"), vn_origin_new ("lab", 3, 1));
  plan = vn_plan_delta (NULL, tables);
  g_assert_cmpuint (plan->ops->len, ==, 1);
  op = g_ptr_array_index (plan->ops, 0);
  g_assert_cmpstr (op->obj.u.sysctl.value, ==, "1");
  g_assert_cmpuint (op->origin.line, ==, 3);
}

/* The loopback is there from the start. */
static void
test_loopback_is_set (void)
{
  g_autoptr (VnTables) tables = vn_tables_new ();
  g_autoptr (VnPlan) plan = NULL;
  g_autofree char *text = NULL;

  vn_tables_add_node (tables, "guest", VN_NODE_SWITCH, TRUE, VN_ORIGIN_NONE);
  plan = vn_plan_delta (NULL, tables);
  text = brief (plan);
  g_assert_true (g_str_has_prefix (text, "add node guest\n"));
  g_assert_true (g_str_has_suffix (text, "set link guest lo\n"));
}

static void
test_text (void)
{
  g_autoptr (VnTables) tables = vn_tables_new ();
  g_autoptr (VnPlan) plan = NULL;
  g_autofree char *text = NULL;

  vn_tables_add (tables, vn_kobj_node ("guest"), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_addr ("guest", "eth0", vn_test_prefix ("10.0.0.1/24")),
                 vn_origin_new ("lab.vlab.yml", 7, 1));
  plan = vn_plan_delta (NULL, tables);
  text = vn_plan_to_text (plan);
  g_assert_cmpstr (text, ==,
                   "guest: add node netns guest\n"
                   "guest: add addr inet 10.0.0.1/24 dev eth0 (lab.vlab.yml:7)\n");
}

/* Clients come last, behind the servers and rules of whatever node, and can be had apart. */
static void
test_clients_apart (void)
{
  g_autoptr (VnTables) tables = vn_tables_new ();
  g_autoptr (VnPlan) plan = NULL, clients = NULL;
  g_autofree char *rest = NULL, *last = NULL;

  vn_tables_add (tables, vn_kobj_dhcp_client ("guest", "eth0", "guest"), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_node ("guest"), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_web ("guest", 80, "guest"), VN_ORIGIN_NONE);
  vn_tables_add (tables, vn_kobj_sysctl ("guest", "net.bridge.bridge-nf-call-iptables", "1"), VN_ORIGIN_NONE);
  plan = vn_plan_delta (NULL, tables);
  clients = vn_plan_take_clients (plan);
  rest = brief (plan);
  last = brief (clients);
  g_assert_cmpstr (rest, ==,
                   "add node guest\nadd sysctl guest net.bridge.bridge-nf-call-iptables\nadd service guest web 80\n");
  g_assert_cmpstr (last, ==, "add service guest dhcp-client eth0\n");
}

/* A setting of a node that stays can't be taken back: the node is made anew, with what leads into it. */
static void
test_anew (void)
{
  g_autoptr (VnTables) from = build (&(Variant){ .address = "10.0.0.1/24" }),
                       to = build (&(Variant){ .address = "10.0.0.1/24" });
  g_autoptr (GHashTable) nobody = vn_plan_spent_nodes (from, to), spent = NULL;
  g_autoptr (VnPlan) plan = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (g_hash_table_size (nobody), ==, 0);
  vn_tables_add (from, vn_kobj_sysctl ("guest", "net.ipv6.conf.all.disable_ipv6", "1"), VN_ORIGIN_NONE);
  vn_tables_add (from, vn_kobj_sysctl ("host", "net.ipv4.conf.gone.rp_filter", "1"), VN_ORIGIN_NONE);
  spent = vn_plan_spent_nodes (from, to);
  g_assert_cmpuint (g_hash_table_size (spent), ==, 1);
  g_assert_true (g_hash_table_contains (spent, g_intern_string ("guest")));
  plan = vn_plan_delta_anew (from, to, spent);
  text = brief (plan);
  g_assert_cmpstr (text, ==,
                   "del node guest\n"
                   "add node guest\n"
                   "add sysctl guest net.ipv4.ip_forward\n"
                   "add link host tap1\n"
                   "add link guest eth0\n"
                   "add addr guest eth0 10.0.0.1/24\n"
                   "add sysctl guest net.ipv4.neigh.eth0.mcast_solicit\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/first-build", test_first_build);
  g_test_add_func ("/plan/changes", test_changes);
  g_test_add_func ("/plan/kinds", test_kinds);
  g_test_add_func ("/plan/last-entry-wins", test_last_entry_wins);
  g_test_add_func ("/plan/loopback", test_loopback_is_set);
  g_test_add_func ("/plan/anew", test_anew);
  g_test_add_func ("/plan/text", test_text);
  g_test_add_func ("/plan/clients-apart", test_clients_apart);
  return g_test_run ();
}
