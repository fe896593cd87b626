/* SPDX-License-Identifier: Apache-2.0 */
/* A file descriptor with one owner. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Closes *fd if it is not negative and sets it to -1. Keeps errno. */
void vn_fd_clear (int *fd);
int vn_fd_steal (int *fd);

/* Whether @n_fds more descriptors can be opened. Else VN_ERROR_UNSUPPORTED that says what for (@what: "building the
 * lab"), how many and the cure. */
gboolean vn_fd_check_room (guint64 n_fds, const char *what, GError **error);

#define VN_AUTO_FD __attribute__ ((cleanup (vn_fd_clear))) int

/* Monotonic time. */
typedef gint64 VnUsec;
VnUsec vn_clock_now (void);

G_END_DECLS
