/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts on the command line: "10MB", "64KiB", "60s", "5min". */
#pragma once

#include "sim/base/vn-text.h"

G_BEGIN_DECLS

typedef enum
{
  VN_AMOUNT_NUMBER,  /* of things */
  VN_AMOUNT_BYTES,   /* kB, MB, GB, KiB, MiB, GiB; without one bytes */
  VN_AMOUNT_SECONDS, /* s, min, h; without one seconds */
} VnAmount;

/* The amount that option --@option of @verb was given, at least 1. NULL @text leaves *@ret as it is. Prints a message
 * and returns FALSE if it is none, or above @max. */
gboolean vn_cli_read_amount (const char *verb, const char *option, const char *text, VnAmount amount, guint64 max,
                             guint64 *ret);

G_END_DECLS
