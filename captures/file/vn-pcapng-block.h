/* SPDX-License-Identifier: Apache-2.0 */
/* One pcapng block with its options, built in memory and appended to a buffer. Private to captures/file. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Block types and option codes of draft-ietf-opsawg-pcapng, sections 4.1 to 4.6. */
enum
{
  VN_BLOCK_INTERFACE = 1,
  VN_BLOCK_NAMES = 4,
  VN_BLOCK_STATISTICS = 5,
  VN_BLOCK_PACKET = 6,
  VN_BLOCK_SECTION = 0x0a0d0d0a,
};

enum
{
  VN_OPTION_COMMENT = 1,
  VN_OPTION_SHB_USERAPPL = 4,
  VN_OPTION_IF_NAME = 2,
  VN_OPTION_IF_DESCRIPTION = 3,
  VN_OPTION_IF_TSRESOL = 9,
  VN_OPTION_EPB_FLAGS = 2,
  VN_OPTION_EPB_PACKETID = 5,
  VN_OPTION_ISB_IFRECV = 4,
  VN_OPTION_ISB_IFDROP = 5,
};

/* Everything is little-endian, so that a file is the same on every machine. */
void vn_block_begin (GByteArray *out, guint32 type, gsize *ret_start);
/* Writes the length into the head and the tail. @start: from vn_block_begin(). */
void vn_block_end (GByteArray *out, gsize start);

void vn_block_u16 (GByteArray *out, guint16 value);
void vn_block_u32 (GByteArray *out, guint32 value);
/* High word first, as time stamps are written. */
void vn_block_time (GByteArray *out, guint64 time_ns);
/* With zero bytes up to a multiple of four behind them. */
void vn_block_bytes (GByteArray *out, gconstpointer bytes, gsize size);

void vn_block_option (GByteArray *out, guint16 code, gconstpointer value, guint16 size);
/* NULL writes nothing. Longer texts are cut at a character within the 65,535 bytes that an option holds. */
void vn_block_option_text (GByteArray *out, guint16 code, const char *text);
void vn_block_option_u32 (GByteArray *out, guint16 code, guint32 value);
void vn_block_option_u64 (GByteArray *out, guint16 code, guint64 value);
void vn_block_options_end (GByteArray *out);

G_END_DECLS
