/* SPDX-License-Identifier: Apache-2.0 */
/* Text to value by the types of oslo.config 9.0. */
#pragma once

#include "sim/model/vn-config.h"

G_BEGIN_DECLS

/* Fills has_value and u of @ret from @text; the other members are left alone. @text must be the option's final text.
 * Returns: FALSE with @error (VN_ERROR_INPUT, "expected …") and @ret untouched. */
gboolean vn_option_convert (const VnOptionInfo *info, const char *text, VnOptionValue *ret, GError **error);
/* Frees what u holds. */
void vn_option_value_clear (const VnOptionInfo *info, VnOptionValue *value);
/* Without the blanks at both ends that Python's str.strip() takes away, those of Unicode among them. Transfer full. */
char *vn_option_strip (const char *text);
/* Likewise at the end only. @size: bytes of @text. Returns: the bytes that are left. */
gsize vn_option_rstrip (const char *text, gsize size);
/* "a,b," -> { "a", "b" }: blanks trimmed, empty items dropped at the end only. Transfer full. */
char **vn_option_split_list (const char *text);

G_END_DECLS
