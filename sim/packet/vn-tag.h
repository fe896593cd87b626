/* SPDX-License-Identifier: Apache-2.0 */
/* Which probe a frame belongs to.
 *
 * A probe carries a 32-bit tag. The tag payload is 16 bytes: "vnlab", a byte for the kind, the tag, for UDP the probe's
 * source and destination port (else zero), two zero bytes; all in network order. It stands
 *   - in ICMP echoes and UDP datagrams as the payload (the ICMP id and seq are the tag's halves too);
 *   - in sentinels and the other frames of EtherType 0x88B5 (IEEE 802 local experimental) behind the Ethernet header;
 *   - in crafted ARP frames as the Ethernet trailer (a bridge and VXLAN carry it along);
 *   - in DNS queries as the id, which answers repeat: a tag of its own kind (vn_tag_of_dns);
 *   - in router advertisements and neighbour solicitations as an option of type 253 (RFC 4727), in DHCP offers as the
 *     xid and in an option 224.
 * A TCP SYN has it as its sequence number. Answers of a kernel are known by ack = seq + 1, by the echoed payload or by
 * the quoted header of an ICMP error. Kernel-made ARP has no tag and is known by its addresses. A VXLAN header is
 * looked through, one level.
 *
 * TCP and UDP probes must be sent from a port in VN_PROBE_PORT_MIN…MAX, else their TCP answers are not recognised; UDP
 * probes must not have equal ports. TCP answers are known by numbers alone, so a foreign segment can look like one: the
 * reader of a tag checks that it is in use. */
#pragma once

#include "sim/packet/vn-packet.h"

G_BEGIN_DECLS

#define VN_ETHERTYPE_SENTINEL 0x88b5
#define VN_PROBE_PORT_MIN 40000
#define VN_PROBE_PORT_MAX 60999
#define VN_PROBE_TCP_WINDOW 0x564e /* "VN" */
/* The payload of UDP probes and echoes, for the listeners' answer: same bytes back. */
#define VN_TAG_PAYLOAD_SIZE 16

typedef enum
{
  VN_TAG_NONE,
  VN_TAG_PROBE,         /* the way there */
  VN_TAG_ANSWER,        /* echo reply, UDP echo, SYN+ACK, RST to the SYN, ICMP error about the probe */
  VN_TAG_RESET,         /* the sender's kernel closing what its probe opened: RST, ICMP error about the answer */
  VN_TAG_SENTINEL,      /* behind the probes, the way there */
  VN_TAG_SENTINEL_BACK, /* behind the answers */
} VnTagKind;

typedef struct
{
  VnTagKind kind;
  guint32 tag;
  gboolean tunnelled; /* found inside VXLAN */
} VnTag;

/* The tag of the DNS query with an id: none that frames of other kinds have. */
guint32 vn_tag_of_dns (guint16 id);

/* Returns: FALSE and @ret untouched if the frame carries no tag. */
gboolean vn_tag_read (const VnPacket *packet, VnTag *ret);

G_END_DECLS
