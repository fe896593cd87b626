/* SPDX-License-Identifier: Apache-2.0 */
/* What nobody gave is drawn from a seed.
 *
 * A draw is the hash of seed, purpose and name, not the next number of a sequence: an object that is added or taken
 * away changes nothing of the others, so a variant of a lab differs from it in what its file says and in nothing else.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @attempt: another draw for the same name, where the one before was taken. */
void vn_draw_bytes (guint64 seed, const char *purpose, const char *name, guint attempt, guint8 ret[16]);
guint64 vn_draw_number (guint64 seed, const char *purpose, const char *name, guint attempt);
/* A version 4 UUID (RFC 4122, section 4.4). Transfer full. */
char *vn_draw_uuid (guint64 seed, const char *purpose, const char *name, guint attempt);

G_END_DECLS
