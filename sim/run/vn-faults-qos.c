/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of QoS policies: marks and limits. */
#include "sim/run/vn-faults-private.h"

#define V4 (1u << VN_TOOL_IPTABLES)
#define V6 (1u << VN_TOOL_IP6TABLES)
#define MARKS "mangle neutron-linuxbri-qos-o*"
#define SMALL_BURST_BYTES 1400 /* what the probes send passes, a full frame does not */
#define FASTER 8

static gboolean
is_bucket (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_QDISC && obj->u.qdisc.kind == VN_QDISC_TBF;
}

static VnFate
remove_bucket (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return is_bucket (obj) ? VN_FATE_REMOVED : VN_FATE_SAME;
}

static VnFate
fill_faster (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_bucket (obj))
    return VN_FATE_SAME;
  obj->u.qdisc.bucket.rate_bytes_per_sec *= FASTER;
  return VN_FATE_CHANGED;
}

static VnFate
shrink_bucket (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_bucket (obj))
    return VN_FATE_SAME;
  obj->u.qdisc.bucket.burst_bytes = SMALL_BURST_BYTES;
  return VN_FATE_CHANGED;
}

static VnFate
remove_policer (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return obj->kind == VN_KOBJ_FILTER ? VN_FATE_REMOVED : VN_FATE_SAME;
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { .name = "no-mark",
    .breaks = "rule DSCP, option service_plugins, extensions",
    .title = "what an instance sends is not marked",
    .rule = { VN_RULE_DROPPED, V4 | V6, MARKS, "-j DSCP --set-dscp *", NULL, NULL, 0 } },
  { .name = "wrong-mark",
    .breaks = "rule DSCP",
    .title = "what an instance sends has another mark than its policy's",
    .rule = { VN_RULE_EDITED, V4 | V6, MARKS, "-j DSCP --set-dscp *", "0x[0-9a-f]+", "0x01", 0 } },
  { .name = "no-mark-chain",
    .breaks = "rule DSCP",
    .title = "nothing leads to the chain that marks what an instance sends",
    .rule = { VN_RULE_DROPPED, V4 | V6, "mangle neutron-linuxbri-POSTROUTING",
              "-m physdev --physdev-in * --physdev-is-bridged -j *", NULL, NULL, 0 } },
  { .name = "no-limit",
    .breaks = "device token bucket",
    .title = "what an instance receives is not limited",
    .change_entry = remove_bucket },
  { .name = "limit-too-high",
    .breaks = "device token bucket",
    .title = "an instance may receive more than its policy says",
    .change_entry = fill_faster },
  { .name = "burst-too-small",
    .breaks = "option kernel_hz",
    .title = "an instance receives no large frame: no burst is as large",
    .change_entry = shrink_bucket },
  { .name = "no-police",
    .breaks = "device policing filter",
    .title = "what an instance sends is not limited",
    .change_entry = remove_policer },
};

const VnFaultGroup vn_faults_qos = { "QoS policies", faults, G_N_ELEMENTS (faults) };
