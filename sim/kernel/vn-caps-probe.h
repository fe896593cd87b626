/* SPDX-License-Identifier: Apache-2.0 */
/* The probes behind vn_capabilities_probe(): each tries one thing inside a sandbox. Private to sim/kernel. */
#pragma once

#include "sim/kernel/vn-kernel.h"

G_BEGIN_DECLS

/* What the probes share: two nodes and what has been made in them. */
typedef struct _VnCapsBench VnCapsBench;

/* The nodes, and the two ends of the veth that the probe of veths leaves between them. */
#define VN_CAPS_NODE "probe1"
#define VN_CAPS_PEER_NODE "probe2"
#define VN_CAPS_DEV "probe0"
#define VN_CAPS_PEER_DEV "probe1"

VnCapsBench *vn_caps_bench_new (GError **error);
void vn_caps_bench_free (VnCapsBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnCapsBench, vn_caps_bench_free)
VnKernel *vn_caps_bench_kernel (VnCapsBench *bench);
gboolean vn_caps_make (VnCapsBench *bench, const VnKobj *obj, GError **error);

/* @ret_detail: NULL, or a version and the like. Transfer full. */
typedef gboolean (*VnCapsProbe) (VnCapsBench *bench, char **ret_detail, GError **error);

gboolean vn_caps_probe_nothing (VnCapsBench *bench, char **ret_detail, GError **error); /* being here is enough */
gboolean vn_caps_probe_veth (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_bridge (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_vxlan (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_br_netfilter (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_ipset (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_iptables (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_ip6tables (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_ebtables (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_nat (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_dnsmasq (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_dhcp_client (VnCapsBench *bench, char **ret_detail, GError **error); /* asks that dnsmasq */
gboolean vn_caps_probe_web (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_packet (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_vlan (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_vrf (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_tbf (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_police (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_netem (VnCapsBench *bench, char **ret_detail, GError **error);
gboolean vn_caps_probe_ovs (VnCapsBench *bench, char **ret_detail, GError **error);

G_END_DECLS
