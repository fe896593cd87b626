/* SPDX-License-Identifier: Apache-2.0 */
/* DNS (RFC 1035): the header and the first question. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VN_DNS_NAME_SIZE 1024 /* 255 bytes of a name, escaped */

typedef struct
{
  guint16 id;
  gboolean is_answer;
  guint8 code; /* RCODE */
  guint16 n_answers;
  char name[VN_DNS_NAME_SIZE]; /* of the first question, without the last dot; bytes that don't print as \DDD */
  guint16 type;                /* of the first question; 0 without */
} VnDns;

/* @bytes: a message. Returns: FALSE if it is none, or cut within its first question. */
gboolean vn_dns_decode (const guint8 *bytes, gsize size, VnDns *ret);
/* "no such name"; NULL for success and for codes without a name. */
const char *vn_dns_code_words (guint8 code);

G_END_DECLS
