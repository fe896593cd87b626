/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as values: MAC, IP of either family, prefix, VNI. No allocation but in the _to_string functions. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An Ethernet address, in the order of the wire. */
typedef struct
{
  guint8 b[6];
} VnMac;

typedef enum
{
  VN_FAMILY_NONE = 0,
  VN_FAMILY_IPV4 = 4,
  VN_FAMILY_IPV6 = 6,
} VnFamily;

/* An IP address in network order; IPv4 takes the first four bytes, the others are zero. VN_FAMILY_NONE = unset. */
typedef struct
{
  VnFamily family;
  guint8 b[16];
} VnIp;

/* An address with a prefix length: a network (host bits may be set) or an interface's address. */
typedef struct
{
  VnIp ip;
  guint8 len;
} VnPrefix;

/* A VXLAN network identifier, 24 bits (RFC 7348, section 5). */
typedef struct
{
  guint32 id;
} VnVni;

#define VN_VNI_MAX 0xffffffu

extern const VnMac VN_MAC_ZERO;
extern const VnMac VN_MAC_BROADCAST;

/* Six groups of one or two hex digits with ':' or '-' between. Returns: FALSE and @ret untouched on anything else. */
gboolean vn_mac_parse (const char *text, VnMac *ret);
/* fa:16:3e:00:00:01. Transfer full. */
char *vn_mac_to_string (VnMac mac);
int vn_mac_compare (VnMac a, VnMac b);
gboolean vn_mac_equal (VnMac a, VnMac b);
gboolean vn_mac_is_multicast (VnMac mac);

/* Plain dotted quad or IPv6 text without scope, nothing before or after it. */
gboolean vn_ip_parse (const char *text, VnIp *ret);
char *vn_ip_to_string (VnIp ip);    /* transfer full; "-" for VN_FAMILY_NONE */
int vn_ip_compare (VnIp a, VnIp b); /* by family, then by bytes */
gboolean vn_ip_equal (VnIp a, VnIp b);
gboolean vn_ip_is_set (VnIp ip);
gboolean vn_ip_is_multicast (VnIp ip);
guint vn_ip_bytes (VnFamily family); /* 4, 16 or 0 */
guint vn_ip_bits (VnFamily family);  /* 32, 128 or 0 */
VnIp vn_ip_from_v4 (guint32 host_order);
guint32 vn_ip_to_v4 (VnIp ip);       /* host order; ip must be IPv4 */
VnIp vn_ip_add (VnIp ip, guint32 n); /* wraps around at the end of the family's space */
/* EUI-64 interface address below @prefix (RFC 4291, appendix A); fe80::/64 for the link-local one. */
VnIp vn_ip_eui64 (VnPrefix prefix, VnMac mac);

/* "10.0.0.0/8"; without "/" the length is that of the family. Host bits are kept. */
gboolean vn_prefix_parse (const char *text, VnPrefix *ret);
char *vn_prefix_to_string (VnPrefix prefix); /* transfer full */
VnPrefix vn_prefix_masked (VnPrefix prefix); /* host bits cleared */
gboolean vn_prefix_contains (VnPrefix prefix, VnIp ip);
gboolean vn_prefix_overlaps (VnPrefix a, VnPrefix b);
gboolean vn_prefix_equal (VnPrefix a, VnPrefix b); /* host bits count */
int vn_prefix_compare (VnPrefix a, VnPrefix b);    /* by masked address, then length */
VnIp vn_prefix_first (VnPrefix prefix);            /* the network address */
VnIp vn_prefix_last (VnPrefix prefix);             /* IPv4: the broadcast address */
VnPrefix vn_prefix_host (VnIp ip);                 /* /32 or /128 */

G_END_DECLS
