/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng, block by block. Private to captures/file.
 *
 * libpcap reads this format too, but refuses files whose interfaces differ in link type or snap length, and tells
 * neither the interface nor the direction of a packet. Wireshark's captures of several interfaces are such files. */
#pragma once

#include "sim/packet/vn-captured.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef struct
{
  char *name; /* of the interface; may be NULL */
  guint32 linktype;
  guint64 n_dropped; /* as its statistics say */
} VnPcapngInterface;

typedef struct _VnPcapngReader VnPcapngReader;

/* @stream: stays the caller's. Returns: NULL with VN_ERROR_INPUT if it does not begin with a section header. */
VnPcapngReader *vn_pcapng_reader_new (FILE *stream, GError **error);
void vn_pcapng_reader_free (VnPcapngReader *reader);
/* @ret_interface: index in vn_pcapng_reader_interfaces(), which grows while reading. @ret: its file, point, number and
 * link are the caller's. Returns: FALSE at the end; @ret_problem is then NULL, or why reading stopped (transfer full).
 */
gboolean vn_pcapng_reader_next (VnPcapngReader *reader, VnCaptured *ret, guint *ret_interface, char **ret_problem);
const GPtrArray *vn_pcapng_reader_interfaces (const VnPcapngReader *reader);
/* Bytes read so far: the place of the block where reading stopped. */
guint64 vn_pcapng_reader_offset (const VnPcapngReader *reader);

G_END_DECLS
