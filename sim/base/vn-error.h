/* SPDX-License-Identifier: Apache-2.0 */
/* One error domain for the libraries; the code says which exit code of the program follows from it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  VN_ERROR_INPUT,       /* bad input or usage: exit code 2 */
  VN_ERROR_UNSUPPORTED, /* this machine can't: exit code 3; the message names the feature and its cure */
  VN_ERROR_KERNEL,      /* the kernel or a tool refused an operation: exit code 4 */
  VN_ERROR_IO,          /* a file could not be read or written: exit code 4 */
  VN_ERROR_INTERNAL,    /* exit code 4 */
} VnError;

#define VN_ERROR (vn_error_quark ())
GQuark vn_error_quark (void);

/* Sets @error to "<formatted>: <strerror (errnum)>". Returns: FALSE, for `return vn_error_errno (…)`. */
gboolean vn_error_errno (GError **error, VnError code, int errnum, const char *format, ...) G_GNUC_PRINTF (4, 5);
/* Returns: FALSE. */
gboolean vn_error_set (GError **error, VnError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
