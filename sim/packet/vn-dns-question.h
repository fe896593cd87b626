/* SPDX-License-Identifier: Apache-2.0 */
/* DNS (RFC 1035): asking for the IPv4 address of a name, and reading what was answered. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

/* A query for the A record of @name, recursion desired. Returns: NULL if it is no name. Transfer full. */
GBytes *vn_dns_question (guint16 id, const char *name);
/* The first A record among the answers of a message. Returns: FALSE if it has none. */
gboolean vn_dns_answer_address (const guint8 *bytes, gsize size, VnIp *ret);

G_END_DECLS
