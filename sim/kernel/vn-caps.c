/* SPDX-License-Identifier: Apache-2.0 */
/* What this machine can do, each found by trying in a sandbox of its own.
 *
 * The caller forks; its child enters a sandbox, tries row by row and writes a line for each into a pipe. That works
 * from anywhere: outside a sandbox, inside one, with threads. A row whose line doesn't come was not found. */
#include "sim/kernel/vn-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-caps-probe.h"
#include "sim/kernel/vn-sandbox-diagnosis.h"

typedef struct
{
  const char *name;
  const char *option;
  gboolean needed;
  VnCapsProbe probe;
  const char *cure;
} Row;

#define STOCK_KERNEL "boot a distribution's kernel with "

static const Row rows[] = {
  { "user namespaces", "CONFIG_USER_NS", TRUE, vn_caps_probe_nothing, NULL /* as diagnosed */ },
  { "veth", "CONFIG_VETH", TRUE, vn_caps_probe_veth, "sudo modprobe veth" },
  { "bridge", "CONFIG_BRIDGE", TRUE, vn_caps_probe_bridge, "sudo modprobe bridge" },
  { "vxlan", "CONFIG_VXLAN", TRUE, vn_caps_probe_vxlan, "sudo modprobe vxlan" },
  { "br_netfilter", "CONFIG_BRIDGE_NETFILTER", TRUE, vn_caps_probe_br_netfilter, "sudo modprobe br_netfilter" },
  { "ipset", "CONFIG_IP_SET, package ipset", TRUE, vn_caps_probe_ipset,
    "sudo apt install ipset; sudo modprobe ip_set" },
  { "iptables-nft-restore", "CONFIG_NF_TABLES, CONFIG_NFT_COMPAT, package iptables", TRUE, vn_caps_probe_iptables,
    "sudo apt install iptables; sudo modprobe nft_compat" },
  { "ip6tables-nft-restore", "CONFIG_NF_TABLES_IPV6, package iptables", TRUE, vn_caps_probe_ip6tables,
    "sudo apt install iptables; sudo modprobe nft_compat" },
  { "ebtables-nft-restore", "CONFIG_NF_TABLES_BRIDGE, package iptables", TRUE, vn_caps_probe_ebtables,
    "sudo apt install iptables; sudo modprobe nft_compat" },
  { "address translation", "CONFIG_NF_NAT, CONFIG_NETFILTER_XT_TARGET_MASQUERADE", TRUE, vn_caps_probe_nat,
    "sudo modprobe xt_MASQUERADE" },
  { "dnsmasq", "package dnsmasq-base", TRUE, vn_caps_probe_dnsmasq, "sudo apt install dnsmasq-base" },
  { "DHCP client", "package busybox", TRUE, vn_caps_probe_dhcp_client, "sudo apt install busybox" },
  { "web server", "package busybox", TRUE, vn_caps_probe_web, "sudo apt install busybox" },
  { "packet sockets", "CONFIG_PACKET", TRUE, vn_caps_probe_packet, "sudo modprobe af_packet" },
  { "802.1Q", "CONFIG_VLAN_8021Q", FALSE, vn_caps_probe_vlan,
    STOCK_KERNEL "CONFIG_VLAN_8021Q, or sudo modprobe 8021q" },
  { "tbf", "CONFIG_NET_SCH_TBF", FALSE, vn_caps_probe_tbf,
    STOCK_KERNEL "CONFIG_NET_SCH_TBF, or sudo modprobe sch_tbf" },
  { "police", "CONFIG_NET_SCH_INGRESS, CONFIG_NET_CLS_U32, CONFIG_NET_ACT_POLICE", FALSE, vn_caps_probe_police,
    STOCK_KERNEL "CONFIG_NET_ACT_POLICE, or sudo modprobe -a sch_ingress cls_u32 act_police" },
  { "netem", "CONFIG_NET_SCH_NETEM", FALSE, vn_caps_probe_netem,
    STOCK_KERNEL "CONFIG_NET_SCH_NETEM, or sudo modprobe sch_netem" },
  { "VRF", "CONFIG_NET_VRF", FALSE, vn_caps_probe_vrf, STOCK_KERNEL "CONFIG_NET_VRF, or sudo modprobe vrf" },
  { "Open vSwitch", "CONFIG_OPENVSWITCH", FALSE, vn_caps_probe_ovs,
    STOCK_KERNEL "CONFIG_OPENVSWITCH, or sudo modprobe openvswitch" },
};

void
vn_capability_free (VnCapability *capability)
{
  g_free (capability->detail);
  g_free (capability->cure);
  g_free (capability);
}

/* One line for a row: index, found, detail and cure, escaped; "-" for what there isn't. */
static void
report (FILE *out, gsize row, gboolean found, const char *detail, const char *cure)
{
  g_autofree char *safe_detail = g_strescape (detail ? detail : "-", NULL);
  g_autofree char *safe_cure = g_strescape (cure ? cure : "-", NULL);
  fprintf (out, "%zu\t%d\t%s\t%s\n", row, found != FALSE, safe_detail, safe_cure);
}

static void
report_refusal (FILE *out, const VnSandboxFailure *failure, const VnSandboxFacts *facts)
{
  VnSandboxDiagnosis diagnosis = vn_sandbox_diagnose (failure->step, failure->errnum, facts);
  g_autofree char *detail = g_strdup_printf ("cannot %s: %s: %s", vn_sandbox_step_name (failure->step),
                                             g_strerror (failure->errnum), diagnosis.reason);
  report (out, 0, FALSE, detail, diagnosis.cure);
}

static void
try_rows (FILE *out)
{
  g_autoptr (GError) bench_error = NULL;
  g_autoptr (VnCapsBench) bench = vn_caps_bench_new (&bench_error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *detail = NULL;
      g_autoptr (GError) error = NULL;
      gboolean found = bench != NULL && rows[i].probe (bench, &detail, &error);
      const char *words = bench == NULL ? bench_error->message : found ? detail : error ? error->message : NULL;
      report (out, i, found, words, found ? NULL : rows[i].cure);
    }
}

/* In the child. It must not run the caller's exit handlers. */
static G_GNUC_NORETURN void
run_child (int fd)
{
  VnSandboxFailure failure;
  VnSandboxFacts facts = vn_sandbox_facts_read ();
  gboolean entered = vn_sandbox_try (&failure);
  FILE *out = fdopen (fd, "w");
  if (out != NULL && entered)
    try_rows (out);
  else if (out != NULL)
    report_refusal (out, &failure, &facts);
  _exit (out != NULL && fclose (out) == 0 ? 0 : 1);
}

static char *
unescape (const char *text)
{
  return g_strcmp0 (text, "-") == 0 ? NULL : g_strcompress (text);
}

static void
take_line (GPtrArray *capabilities, const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", 4);
  if (g_strv_length (fields) != 4)
    return;
  guint64 row = g_ascii_strtoull (fields[0], NULL, 10);
  if (row >= capabilities->len)
    return;
  VnCapability *capability = capabilities->pdata[row];
  capability->found = *fields[1] == '1';
  g_free (capability->detail);
  g_free (capability->cure);
  capability->detail = unescape (fields[2]);
  capability->cure = unescape (fields[3]);
}

static GPtrArray *
all_missing (void)
{
  GPtrArray *capabilities = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capability_free);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VnCapability *capability = g_new0 (VnCapability, 1);
      capability->name = rows[i].name;
      capability->option = rows[i].option;
      capability->needed = rows[i].needed;
      capability->detail = g_strdup ("not tried: there is no sandbox to try it in");
      g_ptr_array_add (capabilities, capability);
    }
  return capabilities;
}

/* Until every writer has gone. */
static void
take_lines (int fd, GPtrArray *capabilities)
{
  FILE *in = fdopen (fd, "r");
  char *line = NULL;
  size_t size = 0;
  while (in != NULL && getline (&line, &size, in) > 0)
    take_line (capabilities, g_strchomp (line));
  free (line);
  if (in != NULL)
    fclose (in);
}

GPtrArray *
vn_capabilities_probe (GError **error)
{
  int ends[2];
  if (pipe2 (ends, O_CLOEXEC) != 0)
    {
      vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot make a pipe");
      return NULL;
    }
  fflush (NULL);
  pid_t child = fork ();
  if (child == 0)
    {
      close (ends[0]);
      run_child (ends[1]);
    }
  close (ends[1]);
  GPtrArray *capabilities = all_missing ();
  take_lines (ends[0], capabilities);
  if (child > 0)
    waitpid (child, NULL, 0);
  return capabilities;
}

gboolean
vn_capability_found (const char *name)
{
  g_autoptr (GPtrArray) all = vn_capabilities_probe (NULL);
  gboolean found = FALSE;
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const VnCapability *capability = g_ptr_array_index (all, i);
      found = found || (strcmp (capability->name, name) == 0 && capability->found);
    }
  return found;
}
