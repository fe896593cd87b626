/* SPDX-License-Identifier: Apache-2.0 */
/* One packet of a capture, whoever made it. */
#pragma once

#include "sim/packet/vn-packet.h"

G_BEGIN_DECLS

typedef enum
{
  VN_PACKET_DIRECTION_UNKNOWN,
  VN_PACKET_DIRECTION_IN,
  VN_PACKET_DIRECTION_OUT,
} VnPacketDirection;

typedef struct
{
  const guint8 *bytes; /* valid until the next packet is read */
  guint32 caplen;      /* bytes held */
  guint32 len;         /* on the wire */
  gint64 time_ns;      /* since 1970 */
  guint32 file;        /* index */
  guint32 point;       /* index of the capture point, over all files */
  guint64 number;      /* from 1, in its file */
  VnFraming link;      /* VN_LINK_NONE: a link type that is not decoded */
  VnPacketDirection direction;
} VnCaptured;

/* A link type of the capture formats (tcpdump.org/linktypes.html). */
typedef struct
{
  guint16 linktype;
  VnFraming link;
  const char *name; /* as libpcap spells it */
} VnLinkType;
/* NULL if it is none that the decoder reads. */
const VnLinkType *vn_link_type_find (guint32 linktype);
/* "EN10MB, RAW, …". Transfer full. */
char *vn_link_type_list (void);

G_END_DECLS
