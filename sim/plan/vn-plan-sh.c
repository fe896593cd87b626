/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as a shell script.
 *
 * The script makes the same namespaces with the same names and fills them by the same steps in the same order, so that
 * a student sees each command that a lab takes, and can go on by hand in it. It wants a user namespace around it in
 * which the user has all capabilities but keeps its own id: dnsmasq and tcpdump refuse a lone root.
 *
 * Settings of one node that follow each other share one command, and so do rules; all else is a line an object. */
#include "sim/plan/vn-plan-sh.h"

#include <string.h>

#include "sim/plan/vn-rank.h"

typedef void (*PrintFunc) (const VnOp *op, GString *out);

static const char head[]
    = "#!/bin/sh\n"
      "# The lab \"%s\" by hand: what `vnetlab test` builds, as commands. No root is needed. Run it with\n"
      "#   unshare --user --map-current-user --keep-caps --mount --net --pid --fork --kill-child --mount-proc sh FILE\n"
      "# and a shell opens in which `ip netns exec NODE COMMAND` works in the lab. `exit` removes everything.\n"
      "# Needs the packages iproute2, procps, util-linux, ethtool%s.\n"
      "set -eu\n"
      "PATH=$PATH:/usr/sbin:/sbin\n"
      "\n"
      "# Names of network namespaces are files in /run/netns: ours lie in a file system of our own.\n"
      "mount -t tmpfs tmpfs /run\n"
      "mkdir -p /run/netns /run/lock\n";

/* What services need: a folder, a way to wait, and the script that a DHCP client calls with its lease. */
static const char service_head[]
    = "mkdir -p " VN_SERVICE_FOLDER "\n"
      "await() { until [ -e \"$1\" ]; do sleep 0.02; done; }\n"
      "cat >" VN_SERVICE_LEASE_SCRIPT " <<'END'\n"
      "#!/bin/sh\n"
      "[ \"$1\" = bound ] || exit 0\n"
      "ip addr add \"$ip/${mask:-32}\" dev \"$interface\"\n"
      "[ -z \"$router\" ] || ip route add default via \"${router%% *}\" dev \"$interface\"\n"
      "END\n"
      "chmod +x " VN_SERVICE_LEASE_SCRIPT "\n";

static const char tail[] = "\n"
                           "echo 'The lab stands:'\n"
                           "ip netns list\n"
                           "[ ! -t 0 ] || exec \"${SHELL:-sh}\"\n";

static gboolean
is_safe (const char *word)
{
  return *word != '\0' && strspn (word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-:/=@,%+") == strlen (word);
}

/* A word for the shell, quoted where it must be. Transfer full. */
static char *
quote (const char *word)
{
  return is_safe (word) ? g_strdup (word) : g_shell_quote (word);
}

static void
append_ip_arg (GString *out, const char *word, VnIp ip)
{
  if (vn_ip_is_set (ip))
    {
      g_autofree char *text = vn_ip_to_string (ip);

      g_string_append_printf (out, " %s %s", word, text);
    }
}

static void
print_node (const VnOp *op, GString *out)
{
  g_string_append_printf (out, "ip netns add %s\n", op->obj.node);
}

/* ---- links: a command that makes it, then one that sets it ---- */

static void
make_veth (const VnKobj *obj, GString *out)
{
  const VnVeth *veth = &obj->u.link.u.veth;

  if (veth->creates)
    g_string_append_printf (out, "ip -n %s link add name %s type veth peer name %s netns %s\n", obj->node,
                            obj->u.link.name, veth->peer, veth->peer_node);
}

static void
make_bridge (const VnKobj *obj, GString *out)
{
  const VnBridge *bridge = &obj->u.link.u.bridge;

  g_string_append_printf (out, "ip -n %s link add name %s type bridge forward_delay %u stp_state %d%s\n", obj->node,
                          obj->u.link.name, bridge->forward_delay_sec * 100, bridge->stp ? 1 : 0,
                          bridge->no_multicast_snooping ? " mcast_snooping 0" : "");
}

static void
make_vxlan (const VnKobj *obj, GString *out)
{
  const VnVxlan *vxlan = &obj->u.link.u.vxlan;

  g_string_append_printf (out, "ip -n %s link add name %s type vxlan id %u", obj->node, obj->u.link.name,
                          vxlan->vni.id);
  append_ip_arg (out, "group", vxlan->group);
  append_ip_arg (out, "local", vxlan->local);
  if (vxlan->lower[0] != '\0')
    g_string_append_printf (out, " dev %s", vxlan->lower);
  g_string_append_printf (out, " dstport %u", vxlan->dstport);
  if (vxlan->srcport_min != 0 || vxlan->srcport_max != 0)
    g_string_append_printf (out, " srcport %u %u", vxlan->srcport_min, vxlan->srcport_max);
  if (vxlan->ttl != 0)
    g_string_append_printf (out, " ttl %u", vxlan->ttl);
  if (vxlan->tos == 1)
    g_string_append (out, " tos inherit");
  else if (vxlan->tos != 0)
    g_string_append_printf (out, " tos 0x%x", vxlan->tos);
  g_string_append_printf (out, "%s%s\n", vxlan->no_learning ? " nolearning" : "", vxlan->proxy ? " proxy" : "");
}

static void
make_vlan (const VnKobj *obj, GString *out)
{
  const VnVlan *vlan = &obj->u.link.u.vlan;

  g_string_append_printf (out, "ip -n %s link add link %s name %s type vlan id %u\n", obj->node, vlan->lower,
                          obj->u.link.name, vlan->vid);
}

static void
print_link (const VnOp *op, GString *out)
{
  static void (*const makers[VN_N_LINKS]) (const VnKobj *, GString *) = {
    [VN_LINK_VETH] = make_veth,
    [VN_LINK_BRIDGE] = make_bridge,
    [VN_LINK_VXLAN] = make_vxlan,
    [VN_LINK_VLAN] = make_vlan,
  };
  const VnLink *link = &op->obj.u.link;

  if (op->verb == VN_VERB_ADD && makers[link->kind] != NULL)
    makers[link->kind](&op->obj, out);
  if (link->no_offload)
    g_string_append_printf (out, "ip netns exec %s ethtool -K %s tso off gso off gro off tx off rx off >/dev/null\n",
                            op->obj.node, link->name);
  g_string_append_printf (out, "ip -n %s link set dev %s", op->obj.node, link->name);
  if (link->has_mac)
    {
      g_autofree char *mac = vn_mac_to_string (link->mac);

      g_string_append_printf (out, " address %s", mac);
    }
  if (link->mtu != 0)
    g_string_append_printf (out, " mtu %u", link->mtu);
  if (link->master[0] != '\0')
    g_string_append_printf (out, " master %s", link->master);
  g_string_append_printf (out, "%s %s\n", link->no_autoconf ? " addrgenmode none" : "", link->up ? "up" : "down");
}

/* ---- what is on links ---- */

static void
print_addr (const VnOp *op, GString *out)
{
  const VnAddr *addr = &op->obj.u.addr;
  g_autofree char *prefix = vn_prefix_to_string (addr->prefix);

  g_string_append_printf (out, "ip -n %s addr add %s dev %s%s\n", op->obj.node, prefix, addr->dev,
                          addr->prefix.ip.family == VN_FAMILY_IPV6 ? " nodad" : "");
}

static void
print_route (const VnOp *op, GString *out)
{
  const VnRoute *route = &op->obj.u.route;
  g_autofree char *dst = vn_prefix_to_string (route->dst);
  gboolean ipv6 = route->dst.ip.family == VN_FAMILY_IPV6;

  g_string_append_printf (out, "ip -n %s%s route add %s", op->obj.node, ipv6 ? " -6" : "",
                          route->dst.len == 0 ? "default" : dst);
  append_ip_arg (out, "via", route->via);
  if (route->dev[0] != '\0')
    g_string_append_printf (out, " dev %s", route->dev);
  if (route->metric != 0)
    g_string_append_printf (out, " metric %u", route->metric);
  g_string_append_c (out, '\n');
}

static void
print_fdb (const VnOp *op, GString *out)
{
  const VnFdb *fdb = &op->obj.u.fdb;
  g_autofree char *mac = vn_mac_to_string (fdb->mac);

  g_string_append_printf (out, "bridge -n %s fdb append %s dev %s", op->obj.node, mac, fdb->dev);
  append_ip_arg (out, "dst", fdb->dst);
  g_string_append_printf (out, " %s %s\n", fdb->self ? "self" : "master", fdb->permanent ? "permanent" : "dynamic");
}

static void
print_neigh (const VnOp *op, GString *out)
{
  const VnNeigh *neigh = &op->obj.u.neigh;
  g_autofree char *ip = vn_ip_to_string (neigh->ip);
  g_autofree char *mac = vn_mac_to_string (neigh->mac);

  g_string_append_printf (out, "ip -n %s neigh replace %s lladdr %s dev %s nud %s\n", op->obj.node, ip, mac, neigh->dev,
                          neigh->permanent ? "permanent" : "reachable");
}

static void
print_rules (const VnOp *op, GString *out)
{
  static const char *const programs[VN_N_TOOLS] = {
    [VN_TOOL_IPSET] = "ipset restore",
    [VN_TOOL_IPTABLES] = "iptables-nft-restore --noflush",
    [VN_TOOL_IP6TABLES] = "ip6tables-nft-restore --noflush",
    [VN_TOOL_EBTABLES] = "ebtables-nft-restore --noflush",
  };
  const VnRulesText *rules = &op->obj.u.rules;

  g_string_append_printf (out, "ip netns exec %s %s <<'END'\n%s%sEND\n", op->obj.node, programs[rules->tool],
                          rules->text, g_str_has_suffix (rules->text, "\n") ? "" : "\n");
}

/* Settings need a command of their own a node, not a setting: it is opened by the first and goes on with the next. */
static void
print_sysctl (const VnOp *op, GString *out)
{
  const VnSysctl *sysctl = &op->obj.u.sysctl;
  g_autofree char *assignment = g_strdup_printf ("%s=%s", sysctl->key, sysctl->value);
  g_autofree char *word = quote (assignment);

  g_string_append_printf (out, " \\\n  %s", word);
}

static void
print_conntrack (const VnOp *op, GString *out)
{
  g_autofree char *selection = vn_kobj_to_string (&op->obj);

  g_string_append_printf (out, "ip netns exec %s conntrack -D %s 2>/dev/null || true\n", op->obj.node, selection);
}

static void
print_qdisc (const VnOp *op, GString *out)
{
  static const char *const commands[] = { [VN_VERB_ADD] = "add", [VN_VERB_SET] = "replace", [VN_VERB_DEL] = "del" };
  g_autofree char *qdisc = vn_kobj_to_string (&op->obj);

  g_string_append_printf (out, "tc -n %s qdisc %s %s\n", op->obj.node, commands[op->verb], qdisc);
}

/* A filter can't be replaced without its handle: the one before goes first. */
static void
print_filter (const VnOp *op, GString *out)
{
  const VnPolicer *policer = &op->obj.u.filter;
  g_autofree char *filter = vn_kobj_to_string (&op->obj);

  if (op->verb != VN_VERB_ADD)
    g_string_append_printf (out, "tc -n %s filter del dev %s parent ffff: prio %u\n", op->obj.node, policer->dev,
                            policer->priority);
  if (op->verb != VN_VERB_DEL)
    g_string_append_printf (out, "tc -n %s filter add %s\n", op->obj.node, filter);
}

/* ---- services ---- */

/* Appends the command that starts it, in its node. */
static void
append_command (const VnKobj *obj, GString *out)
{
  g_auto (GStrv) argv = vn_service_argv (obj);

  g_string_append_printf (out, "ip netns exec %s", obj->node);
  for (gsize i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *word = quote (argv[i]);

      g_string_append_printf (out, "%s%s", i > 0 && g_str_has_prefix (argv[i], "--") ? " \\\n  " : " ", word);
    }
}

static void
print_dnsmasq (const VnKobj *obj, GString *out)
{
  g_autofree char *ready = vn_service_path (obj, ".ready");

  append_command (obj, out);
  g_string_append_printf (out, " 2>/dev/null &\nawait %s\n", ready);
}

static void
print_web (const VnKobj *obj, GString *out)
{
  g_autofree char *www = vn_service_path (obj, ".www"), *ready = vn_service_path (obj, ".ready");
  g_autofree char *script = vn_service_web_script (obj);

  g_string_append_printf (out, "mkdir -p %s/cgi-bin\n: >%s\ncat >%s/cgi-bin/index.cgi <<'END'\n%sEND\n", www, ready,
                          www, script);
  g_string_append_printf (out, "chmod +x %s/cgi-bin/index.cgi\n", www);
  append_command (obj, out);
  g_string_append (out, " &\n");
}

static void
print_dhcp_client (const VnKobj *obj, GString *out)
{
  append_command (obj, out);
  g_string_append_printf (out, " 2>/dev/null || echo '%s: no lease for %s' >&2\n", obj->node, obj->u.service.dev);
}

static void
print_service (const VnOp *op, GString *out)
{
  static void (*const kinds[VN_N_SERVICES]) (const VnKobj *, GString *) = {
    [VN_SERVICE_DNSMASQ] = print_dnsmasq,
    [VN_SERVICE_WEB] = print_web,
    [VN_SERVICE_DHCP_CLIENT] = print_dhcp_client,
  };

  kinds[op->obj.u.service.kind](&op->obj, out);
}

static const PrintFunc printers[VN_N_KOBJS] = {
  [VN_KOBJ_NODE] = print_node,           [VN_KOBJ_LINK] = print_link,     [VN_KOBJ_ADDR] = print_addr,
  [VN_KOBJ_ROUTE] = print_route,         [VN_KOBJ_FDB] = print_fdb,       [VN_KOBJ_NEIGH] = print_neigh,
  [VN_KOBJ_RULES] = print_rules,         [VN_KOBJ_SYSCTL] = print_sysctl, [VN_KOBJ_SERVICE] = print_service,
  [VN_KOBJ_CONNTRACK] = print_conntrack, [VN_KOBJ_QDISC] = print_qdisc,   [VN_KOBJ_FILTER] = print_filter,
};

/* ---- the whole ---- */

/* What the parts of a build are about: a heading at the first operation of each kind. */
static const struct
{
  VnKobjKind kind;
  const char *title;
} headings[] = {
  { VN_KOBJ_NODE, "Machines and switches: a network namespace each" },
  { VN_KOBJ_SYSCTL, "Settings of the kernel: the same on every machine that this runs on" },
  { VN_KOBJ_LINK, "Devices and cables" },
  { VN_KOBJ_ADDR, "Addresses" },
  { VN_KOBJ_ROUTE, "Routes" },
  { VN_KOBJ_FDB, "Where MAC addresses are, as agents say" },
  { VN_KOBJ_NEIGH, "Who has which address, as agents say" },
  { VN_KOBJ_QDISC, "Bandwidth limits" },
  { VN_KOBJ_RULES, "Filters and translation" },
  { VN_KOBJ_SERVICE, "DHCP, DNS and web servers, then the clients that ask for leases" },
};

static const char *
heading_of (VnKobjKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (headings); i++)
    if (headings[i].kind == kind)
      return headings[i].title;
  return NULL;
}

/* Whether @op goes on with the command that the one before opened. */
static gboolean
joins (const VnOp *before, const VnOp *op)
{
  return before != NULL && before->obj.kind == VN_KOBJ_SYSCTL && op->obj.kind == VN_KOBJ_SYSCTL
         && before->obj.node == op->obj.node;
}

static void
print_place (const VnOp *before, const VnOp *op, GString *out)
{
  g_autofree char *place = NULL;

  if (!vn_origin_is_set (op->origin)
      || (before != NULL && before->obj.kind == op->obj.kind && before->origin.line == op->origin.line
          && g_strcmp0 (before->origin.file, op->origin.file) == 0))
    return;
  place = vn_origin_to_line (op->origin);
  g_string_append_printf (out, "# %s\n", place);
}

static void
print_op (const VnOp *before, const VnOp *op, GString *out)
{
  const char *title = heading_of (op->obj.kind);

  if (!joins (before, op))
    {
      if (before != NULL && before->obj.kind == VN_KOBJ_SYSCTL)
        g_string_append_c (out, '\n');
      if (title != NULL && (before == NULL || before->obj.kind != op->obj.kind))
        g_string_append_printf (out, "\n# ---- %s ----\n%s", title,
                                op->obj.kind == VN_KOBJ_SERVICE ? service_head : "");
      print_place (before, op, out);
      if (op->obj.kind == VN_KOBJ_SYSCTL)
        g_string_append_printf (out, "ip netns exec %s sysctl -qw", op->obj.node);
    }
  printers[op->obj.kind](op, out);
}

/* ", iptables, ipset": what the plan needs beyond the usual. */
static char *
packages_of (const VnPlan *plan)
{
  const char *packages[] = { ", iptables", ", ipset", ", dnsmasq-base", ", busybox" };
  gboolean needed[G_N_ELEMENTS (packages)] = { FALSE };
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnKobj *obj = &((const VnOp *)g_ptr_array_index (plan->ops, i))->obj;

      if (obj->kind == VN_KOBJ_RULES)
        needed[obj->u.rules.tool == VN_TOOL_IPSET] = TRUE;
      else if (obj->kind == VN_KOBJ_SERVICE)
        needed[obj->u.service.kind == VN_SERVICE_DNSMASQ ? 2 : 3] = TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (packages); i++)
    g_string_append (out, needed[i] ? packages[i] : "");
  return g_string_free (out, FALSE);
}

char *
vn_plan_to_sh (const VnPlan *plan, const char *lab)
{
  g_autofree char *packages = packages_of (plan);
  GString *out = g_string_new (NULL);
  const VnOp *before = NULL;

  g_string_append_printf (out, head, lab, packages);
  for (guint i = 0; i < plan->ops->len; i++)
    {
      const VnOp *op = g_ptr_array_index (plan->ops, i);

      print_op (before, op, out);
      before = op;
    }
  if (before != NULL && before->obj.kind == VN_KOBJ_SYSCTL)
    g_string_append_c (out, '\n');
  g_string_append (out, tail);
  return g_string_free (out, FALSE);
}
