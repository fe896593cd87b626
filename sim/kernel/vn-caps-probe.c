/* SPDX-License-Identifier: Apache-2.0 */
/* The probes: the same calls that a lab makes, in two nodes of their own.
 *
 * The rule programs are started together when the bench is made, since they take longest; their probes only read the
 * outcome. What labs make only now and then is asked for in a form that can't succeed: the kernel answers that it
 * doesn't know the kind, or that something else is wrong. */
#include "sim/kernel/vn-caps-probe.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/kernel/vn-nl.h"
#include "sim/kernel/vn-rules.h"
#include "sim/kernel/vn-spawn.h"
#include "sim/kernel/vn-sysctl.h"

struct _VnCapsBench
{
  VnKernel *kernel;
  int netns_fd; /* of the first node; borrowed */
  VnCommand commands[VN_N_TOOLS];
};

#define NODE VN_CAPS_NODE
#define PEER_NODE VN_CAPS_PEER_NODE
#define DEV VN_CAPS_DEV
#define PEER_DEV VN_CAPS_PEER_DEV

/* What security groups and port security are made of. */
static const char *const rule_texts[VN_N_TOOLS] = {
  [VN_TOOL_IPSET] = "create probe hash:net family inet\nadd probe 192.0.2.0/24\n",
  [VN_TOOL_IPTABLES] = "*raw\n-A PREROUTING -m physdev --physdev-in " DEV " -j CT --zone 4097\nCOMMIT\n"
                       "*filter\n-A FORWARD -m physdev --physdev-out " DEV " --physdev-is-bridged -j DROP\n"
                       "-A FORWARD -m set --match-set probe src -m state --state ESTABLISHED -m comment --comment x "
                       "-j RETURN\nCOMMIT\n",
  [VN_TOOL_IP6TABLES] = "*filter\n-A FORWARD -m physdev --physdev-in " DEV " -p ipv6-icmp -m icmp6 --icmpv6-type 134 "
                        "-j DROP\nCOMMIT\n",
  [VN_TOOL_EBTABLES] = "*nat\n:PREROUTING ACCEPT\n:probe DROP\n-A PREROUTING -i " DEV " -j probe\n"
                       "-A probe -i " DEV " --among-src fa:16:3e:0:0:1 -j RETURN\n",
};

gboolean
vn_caps_make (VnCapsBench *bench, const VnKobj *obj, GError **error)
{
  return vn_kernel_submit (bench->kernel, VN_VERB_ADD, obj, 0, error) && vn_kernel_flush (bench->kernel, NULL, error);
}

static void
run_rule_programs (VnCapsBench *bench)
{
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      const VnRulesText rules = { tool, (char *)rule_texts[tool] };
      bench->commands[tool] = vn_rules_command (bench->netns_fd, VN_VERB_ADD, &rules);
    }
  bench->commands[VN_TOOL_IPTABLES].after = VN_TOOL_IPSET; /* it refers to the set */
  vn_commands_run (bench->commands, VN_N_TOOLS);
}

VnCapsBench *
vn_caps_bench_new (GError **error)
{
  const VnKobj node = vn_kobj_node (NODE), peer_node = vn_kobj_node (PEER_NODE);
  g_autoptr (VnCapsBench) bench = g_new0 (VnCapsBench, 1);
  bench->kernel = vn_kernel_linux_new (error);
  if (bench->kernel == NULL || !vn_caps_make (bench, &node, error) || !vn_caps_make (bench, &peer_node, error))
    return NULL;
  bench->netns_fd = vn_kernel_node_fd (bench->kernel, NODE);
  run_rule_programs (bench);
  return g_steal_pointer (&bench);
}

VnKernel *
vn_caps_bench_kernel (VnCapsBench *bench)
{
  return bench->kernel;
}

void
vn_caps_bench_free (VnCapsBench *bench)
{
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    vn_command_clear (&bench->commands[tool]);
  vn_kernel_free (bench->kernel);
  g_free (bench);
}

gboolean
vn_caps_probe_nothing (VnCapsBench *bench G_GNUC_UNUSED, char **ret_detail G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

gboolean
vn_caps_probe_veth (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  VnKobj link = vn_kobj_link (NODE, VN_LINK_VETH, DEV);
  link.u.link.u.veth = (VnVeth){ .peer_node = g_intern_string (PEER_NODE), .peer = PEER_DEV, .creates = TRUE };
  link.u.link.up = TRUE;
  return vn_caps_make (bench, &link, error);
}

gboolean
vn_caps_probe_bridge (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  VnKobj link = vn_kobj_link (NODE, VN_LINK_BRIDGE, "probe-br");
  link.u.link.u.bridge.forward_delay_sec = 15;
  return vn_caps_make (bench, &link, error);
}

gboolean
vn_caps_probe_vxlan (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  VnKobj link = vn_kobj_link (NODE, VN_LINK_VXLAN, "probe-vx");
  VnKobj flood = vn_kobj_fdb (NODE, "probe-vx", VN_MAC_ZERO, vn_ip_from_v4 (0xc0000201));
  link.u.link.u.vxlan = (VnVxlan){ .vni = { 1 }, .dstport = 8472, .proxy = TRUE };
  return vn_caps_make (bench, &link, error) && vn_caps_make (bench, &flood, error);
}

gboolean
vn_caps_probe_br_netfilter (VnCapsBench *bench, char **ret_detail, GError **error)
{
  g_auto (VnSysctls) sysctls;
  vn_sysctls_init (&sysctls, bench->netns_fd);
  *ret_detail = vn_sysctl_read (&sysctls, "net.bridge.bridge-nf-call-iptables", error);
  if (*ret_detail == NULL)
    return FALSE;
  if (!vn_sysctl_write (&sysctls, "net.bridge.bridge-nf-call-iptables", "1", error))
    return FALSE;
  g_free (*ret_detail);
  *ret_detail = g_strdup ("net.bridge.bridge-nf-call-* can be written");
  return TRUE;
}

static gboolean
program_outcome (VnCapsBench *bench, VnTool tool, char **ret_detail, GError **error)
{
  const VnCommand *command = &bench->commands[tool];
  if (!command->started)
    return vn_error_set (error, VN_ERROR_UNSUPPORTED, "not tried: it needs ipset");
  if (command->error != NULL)
    {
      g_propagate_error (error, g_error_copy (command->error));
      return FALSE;
    }
  *ret_detail = vn_command_find (command->argv[0]);
  return TRUE;
}

gboolean
vn_caps_probe_ipset (VnCapsBench *bench, char **ret_detail, GError **error)
{
  return program_outcome (bench, VN_TOOL_IPSET, ret_detail, error);
}

gboolean
vn_caps_probe_iptables (VnCapsBench *bench, char **ret_detail, GError **error)
{
  return program_outcome (bench, VN_TOOL_IPTABLES, ret_detail, error);
}

gboolean
vn_caps_probe_ip6tables (VnCapsBench *bench, char **ret_detail, GError **error)
{
  return program_outcome (bench, VN_TOOL_IP6TABLES, ret_detail, error);
}

gboolean
vn_caps_probe_ebtables (VnCapsBench *bench, char **ret_detail, GError **error)
{
  return program_outcome (bench, VN_TOOL_EBTABLES, ret_detail, error);
}

gboolean
vn_caps_probe_packet (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  VN_AUTO_FD fd = vn_packet_socket_open (bench->netns_fd, "lo", error);
  return fd >= 0;
}

gboolean
vn_caps_probe_vlan (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  VnKobj link = vn_kobj_link (NODE, VN_LINK_VLAN, "probe.7");
  g_strlcpy (link.u.link.u.vlan.lower, DEV, VN_DEV_SIZE);
  link.u.link.u.vlan.vid = 7;
  return vn_caps_make (bench, &link, error);
}

/* Sends @msg; @unknown_errnum is what the kernel says to a kind that it doesn't have. */
static gboolean
ask (VnCapsBench *bench, struct nlmsghdr *msg, int unknown_errnum, GError **error)
{
  g_autoptr (VnNl) nl = vn_nl_open (bench->netns_fd, 0, error);
  int errnum = 0;
  msg->nlmsg_flags |= NLM_F_ACK | NLM_F_CREATE;
  if (nl == NULL || !vn_nl_request (nl, msg, NULL, NULL, &errnum, error))
    return FALSE;
  return errnum != unknown_errnum || vn_error_set (error, VN_ERROR_UNSUPPORTED, "%s", g_strerror (errnum));
}

/* Without a table a VRF is refused, but not as unknown. */
gboolean
vn_caps_probe_vrf (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = RTM_NEWLINK;
  mnl_nlmsg_put_extra_header (msg, sizeof (struct ifinfomsg));
  struct nlattr *info = mnl_attr_nest_start (msg, IFLA_LINKINFO);
  mnl_attr_put_strz (msg, IFLA_INFO_KIND, "vrf");
  mnl_attr_nest_end (msg, info);
  return ask (bench, msg, EOPNOTSUPP, error);
}

/* Without its parameters netem is refused, but not as unknown. */
gboolean
vn_caps_probe_netem (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = RTM_NEWQDISC;
  struct tcmsg *tc = mnl_nlmsg_put_extra_header (msg, sizeof *tc);
  tc->tcm_ifindex = 1;
  tc->tcm_parent = TC_H_ROOT;
  mnl_attr_put_strz (msg, TCA_KIND, "netem");
  return ask (bench, msg, ENOENT, error);
}

static gboolean
ask_family (struct mnl_socket *socket, const char *family, GError **error)
{
  char buffer[VN_NL_MSG_SIZE], answer[8192];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = GENL_ID_CTRL;
  msg->nlmsg_flags = NLM_F_REQUEST;
  struct genlmsghdr *genl = mnl_nlmsg_put_extra_header (msg, sizeof *genl);
  genl->cmd = CTRL_CMD_GETFAMILY;
  genl->version = 1;
  mnl_attr_put_strz (msg, CTRL_ATTR_FAMILY_NAME, family);
  if (mnl_socket_sendto (socket, msg, msg->nlmsg_len) < 0)
    return vn_error_errno (error, VN_ERROR_UNSUPPORTED, errno, "cannot ask for %s", family);
  gssize got = mnl_socket_recvfrom (socket, answer, sizeof answer);
  const struct nlmsghdr *first = (const struct nlmsghdr *)answer;
  gboolean is_known = got > 0 && mnl_nlmsg_ok (first, (int)got) && first->nlmsg_type == GENL_ID_CTRL;
  return is_known || vn_error_set (error, VN_ERROR_UNSUPPORTED, "the kernel has no family %s", family);
}

/* Asking for the family loads the module. */
gboolean
vn_caps_probe_ovs (VnCapsBench *bench G_GNUC_UNUSED, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_GENERIC, SOCK_CLOEXEC);
  if (socket == NULL)
    return vn_error_errno (error, VN_ERROR_UNSUPPORTED, errno, "cannot open a generic netlink socket");
  gboolean found = mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) == 0 && ask_family (socket, "ovs_datapath", error);
  mnl_socket_close (socket);
  return found;
}
