/* SPDX-License-Identifier: Apache-2.0 */
/* The probes of network modes: address translation, and each program that runs as a service, by running it. */
#include "sim/kernel/vn-caps-probe.h"

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-spawn.h"

#define SERVER_ADDRESS "192.0.2.1"
#define WEB_PORT 80

/* @obj: taken over. */
static gboolean
make (VnCapsBench *bench, VnKobj obj, GError **error)
{
  gboolean ok = vn_caps_make (bench, &obj, error);
  vn_kobj_clear (&obj);
  return ok;
}

gboolean
vn_caps_probe_nat (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  static const char rules[] = "*nat\n-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination " SERVER_ADDRESS
                              ":80\n-A POSTROUTING -o " VN_CAPS_DEV " -j MASQUERADE\nCOMMIT\n";
  return make (bench, vn_kobj_rules (VN_CAPS_NODE, VN_TOOL_IPTABLES, rules), error);
}

gboolean
vn_caps_probe_dnsmasq (VnCapsBench *bench, char **ret_detail, GError **error)
{
  static const char config[] = "interface=" VN_CAPS_DEV "\nport=53\ndhcp-authoritative\n"
                               "dhcp-range=192.0.2.2,192.0.2.9,255.255.255.0,10m\n";
  VnPrefix address;
  vn_prefix_parse (SERVER_ADDRESS "/24", &address);
  *ret_detail = vn_command_find ("dnsmasq");
  return make (bench, vn_kobj_addr (VN_CAPS_NODE, VN_CAPS_DEV, address), error)
         && make (bench, vn_kobj_dnsmasq (VN_CAPS_NODE, "probe", config), error);
}

static gboolean
has_address (VnKernel *kernel)
{
  g_autoptr (GPtrArray) leases = vn_kernel_leases (kernel);
  const VnKobjLease *lease = leases->len > 0 ? leases->pdata[0] : NULL;
  return lease != NULL && vn_ip_is_set (lease->address.ip);
}

gboolean
vn_caps_probe_dhcp_client (VnCapsBench *bench, char **ret_detail, GError **error)
{
  VnKobj device = vn_kobj_link (VN_CAPS_PEER_NODE, VN_LINK_VETH, VN_CAPS_PEER_DEV);
  device.u.link.up = TRUE;
  *ret_detail = vn_command_find ("busybox");
  return make (bench, device, error)
         && make (bench, vn_kobj_dhcp_client (VN_CAPS_PEER_NODE, VN_CAPS_PEER_DEV, NULL), error)
         && (has_address (vn_caps_bench_kernel (bench))
             || vn_error_set (error, VN_ERROR_UNSUPPORTED, "it got no lease from dnsmasq"));
}

gboolean
vn_caps_probe_web (VnCapsBench *bench, char **ret_detail, GError **error)
{
  *ret_detail = vn_command_find ("busybox");
  return make (bench, vn_kobj_web (VN_CAPS_NODE, WEB_PORT, "probe"), error);
}
