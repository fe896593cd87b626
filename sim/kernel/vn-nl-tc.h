/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic control and rtnetlink's messages about it. Private to sim/kernel. */
#pragma once

#include <libmnl/libmnl.h>

#include "sim/base/vn-kobj.h"

G_BEGIN_DECLS

/* Each fills a message behind its header. @only_name: what a deletion needs. */
void vn_nl_qdisc_put (struct nlmsghdr *msg, const VnQdisc *qdisc, guint ifindex, gboolean only_name);
void vn_nl_policer_put (struct nlmsghdr *msg, const VnPolicer *policer, guint ifindex, gboolean only_name);
/* Asks for the filters of a device's ingress qdisc. */
void vn_nl_policer_ask (struct nlmsghdr *msg, guint ifindex);

/* All but the device's name. Returns: FALSE for what is none of ours, such as the qdisc that a device has from its
 * making. */
gboolean vn_nl_qdisc_get (const struct nlmsghdr *msg, VnQdisc *ret, guint *ret_ifindex);
gboolean vn_nl_policer_get (const struct nlmsghdr *msg, VnPolicer *ret);

/* The kernel's configuration that a QDISC or FILTER needs: "CONFIG_NET_SCH_TBF". */
const char *vn_nl_tc_option (const VnKobj *obj);

G_END_DECLS
