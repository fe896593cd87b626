/* SPDX-License-Identifier: Apache-2.0 */
/* The 16 bytes by which a probe is known again. Internal to sim/packet. */
#pragma once

#include "sim/packet/vn-tag.h"

G_BEGIN_DECLS

#define VN_ND_TAG_OPTION 253       /* RFC 4727, for experiments */
#define VN_DHCP_TAG_OPTION 224     /* RFC 3942, for private use */
#define VN_DHCP_OPTIONS_OFFSET 240 /* BOOTP header and magic cookie */

typedef struct
{
  VnTagKind kind;
  guint32 tag;
  guint16 sport, dport; /* UDP: as the probe was sent; else 0 */
} VnTagPayload;

void vn_tag_payload_write (const VnTagPayload *payload, guint8 ret_bytes[VN_TAG_PAYLOAD_SIZE]);
/* Returns: FALSE if @bytes do not start with a tag payload. */
gboolean vn_tag_payload_read (const guint8 *bytes, gsize size, VnTagPayload *ret);

G_END_DECLS
