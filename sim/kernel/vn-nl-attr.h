/* SPDX-License-Identifier: Apache-2.0 */
/* Netlink attributes as our value types. A missing or short attribute reads as nothing. Private to sim/kernel. */
#pragma once

#include <libmnl/libmnl.h>

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

/* Attributes of one message or nest by type; those of a type from here on are passed over. */
#define VN_NL_MAX_ATTRS 64

void vn_nl_parse (const struct nlmsghdr *msg, gsize header_size, const struct nlattr *attrs[VN_NL_MAX_ATTRS]);
void vn_nl_parse_nested (const struct nlattr *nest, const struct nlattr *attrs[VN_NL_MAX_ATTRS]); /* @nest: nullable */

guint8 vn_nl_get_u8 (const struct nlattr *attr);
guint16 vn_nl_get_u16 (const struct nlattr *attr);
guint32 vn_nl_get_u32 (const struct nlattr *attr);
gboolean vn_nl_get_mac (const struct nlattr *attr, VnMac *ret);
/* The family follows from the length: a VXLAN entry's remote address may have another one than its message. */
gboolean vn_nl_get_ip (const struct nlattr *attr, VnIp *ret);

void vn_nl_put_ip (struct nlmsghdr *msg, guint16 type, VnIp ip);
guint8 vn_nl_family (VnIp ip); /* AF_INET or AF_INET6 */

G_END_DECLS
