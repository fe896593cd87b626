/* SPDX-License-Identifier: Apache-2.0 */
/* The probes of bandwidth limits: what a QoS policy makes of a tap, on a veth. */
#include "sim/kernel/vn-caps-probe.h"

static const VnBucket bucket = { 250000, 25000 };

gboolean
vn_caps_probe_tbf (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  const VnKobj tbf = vn_kobj_tbf (VN_CAPS_NODE, VN_CAPS_DEV, bucket, 50000);
  return vn_caps_make (bench, &tbf, error);
}

gboolean
vn_caps_probe_police (VnCapsBench *bench, char **ret_detail G_GNUC_UNUSED, GError **error)
{
  const VnKobj ingress = vn_kobj_ingress (VN_CAPS_NODE, VN_CAPS_DEV);
  const VnKobj policer = vn_kobj_policer (VN_CAPS_NODE, VN_CAPS_DEV, 49, bucket, 65535);
  return vn_caps_make (bench, &ingress, error) && vn_caps_make (bench, &policer, error);
}
