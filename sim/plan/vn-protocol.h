/* SPDX-License-Identifier: Apache-2.0 */
/* Names of IP protocols as rules are written with them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name that iptables-save prints for an IP protocol (Debian's /etc/protocols); NULL: it prints the number. */
const char *vn_protocol_name (guint8 number);

G_END_DECLS
