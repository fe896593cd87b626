/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP for IPv4 (RFC 2131, 2132): what an exchange is about. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

typedef enum
{
  VN_DHCP_BOOTP, /* without option 53 */
  VN_DHCP_DISCOVER,
  VN_DHCP_OFFER,
  VN_DHCP_REQUEST,
  VN_DHCP_DECLINE,
  VN_DHCP_ACK,
  VN_DHCP_NAK,
  VN_DHCP_RELEASE,
  VN_DHCP_INFORM,
  VN_N_DHCP_TYPES
} VnDhcpType;

typedef struct
{
  VnDhcpType type;
  gboolean is_reply;
  guint32 xid;
  VnMac client;
  VnIp your_ip;   /* what the server gives; unset if 0.0.0.0 */
  VnIp requested; /* option 50; may be unset */
  VnIp server;    /* option 54; may be unset */
} VnDhcp;

/* @bytes: the payload of a UDP datagram. Returns: FALSE if it is no DHCP for Ethernet, or cut within the header. */
gboolean vn_dhcp_decode (const guint8 *bytes, gsize size, VnDhcp *ret);

G_END_DECLS
