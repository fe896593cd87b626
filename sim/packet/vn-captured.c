/* SPDX-License-Identifier: Apache-2.0 */
/* The link types of captures that the decoder reads. */
#include "sim/packet/vn-captured.h"

static const VnLinkType LINK_TYPES[] = {
  { 1, VN_LINK_ETHERNET, "EN10MB" },
  { 113, VN_LINK_COOKED, "LINUX_SLL" },
  { 276, VN_LINK_COOKED2, "LINUX_SLL2" },
  { 101, VN_LINK_IP, "RAW" },
  { 12, VN_LINK_IP, NULL },
  { 14, VN_LINK_IP, NULL },
  { 228, VN_LINK_IP, "IPV4" },
  { 229, VN_LINK_IP, "IPV6" },
  { 0, VN_LINK_LOOPBACK, "NULL" },
  { 108, VN_LINK_LOOPBACK, "LOOP" },
  { 9, VN_LINK_PPP, "PPP" },
  { 50, VN_LINK_PPP, "PPP_SERIAL" },
  { 104, VN_LINK_PPP, "C_HDLC" },
};

const VnLinkType *
vn_link_type_find (guint32 linktype)
{
  for (guint i = 0; i < G_N_ELEMENTS (LINK_TYPES); i++)
    if (LINK_TYPES[i].linktype == linktype)
      return &LINK_TYPES[i];
  return NULL;
}

char *
vn_link_type_list (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (LINK_TYPES); i++)
    if (LINK_TYPES[i].name != NULL)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", LINK_TYPES[i].name);
  return g_string_free (list, FALSE);
}
