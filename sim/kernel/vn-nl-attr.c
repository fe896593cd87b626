/* SPDX-License-Identifier: Apache-2.0 */
/* Netlink attributes as our value types. */
#include "sim/kernel/vn-nl-attr.h"

#include <string.h>
#include <sys/socket.h>

static int
take_attr (const struct nlattr *attr, void *data)
{
  const struct nlattr **attrs = data;
  if (mnl_attr_get_type (attr) < VN_NL_MAX_ATTRS)
    attrs[mnl_attr_get_type (attr)] = attr;
  return MNL_CB_OK;
}

void
vn_nl_parse (const struct nlmsghdr *msg, gsize header_size, const struct nlattr *attrs[VN_NL_MAX_ATTRS])
{
  mnl_attr_parse (msg, (unsigned int)header_size, take_attr, attrs);
}

void
vn_nl_parse_nested (const struct nlattr *nest, const struct nlattr *attrs[VN_NL_MAX_ATTRS])
{
  if (nest != NULL)
    mnl_attr_parse_nested (nest, take_attr, attrs);
}

static gboolean
has_size (const struct nlattr *attr, gsize size)
{
  return attr != NULL && mnl_attr_get_payload_len (attr) >= size;
}

guint8
vn_nl_get_u8 (const struct nlattr *attr)
{
  return has_size (attr, 1) ? mnl_attr_get_u8 (attr) : 0;
}

guint16
vn_nl_get_u16 (const struct nlattr *attr)
{
  return has_size (attr, 2) ? mnl_attr_get_u16 (attr) : 0;
}

guint32
vn_nl_get_u32 (const struct nlattr *attr)
{
  return has_size (attr, 4) ? mnl_attr_get_u32 (attr) : 0;
}

gboolean
vn_nl_get_mac (const struct nlattr *attr, VnMac *ret)
{
  if (attr == NULL || mnl_attr_get_payload_len (attr) != sizeof ret->b)
    return FALSE;
  memcpy (ret->b, mnl_attr_get_payload (attr), sizeof ret->b);
  return TRUE;
}

gboolean
vn_nl_get_ip (const struct nlattr *attr, VnIp *ret)
{
  gsize size = attr != NULL ? mnl_attr_get_payload_len (attr) : 0;
  if (size != vn_ip_bytes (VN_FAMILY_IPV4) && size != vn_ip_bytes (VN_FAMILY_IPV6))
    return FALSE;
  *ret = (VnIp){ .family = size == vn_ip_bytes (VN_FAMILY_IPV4) ? VN_FAMILY_IPV4 : VN_FAMILY_IPV6 };
  memcpy (ret->b, mnl_attr_get_payload (attr), size);
  return TRUE;
}

void
vn_nl_put_ip (struct nlmsghdr *msg, guint16 type, VnIp ip)
{
  mnl_attr_put (msg, type, vn_ip_bytes (ip.family), ip.b);
}

guint8
vn_nl_family (VnIp ip)
{
  return ip.family == VN_FAMILY_IPV4 ? AF_INET : AF_INET6;
}
