/* SPDX-License-Identifier: Apache-2.0 */
/* The error domain of the libraries, and one-line ways to set it. */
#include "sim/base/vn-error.h"

GQuark
vn_error_quark (void)
{
  return g_quark_from_static_string ("vn-error-quark");
}

gboolean
vn_error_errno (GError **error, VnError code, int errnum, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *attempt = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, VN_ERROR, (int)code, "%s: %s", attempt, g_strerror (errnum));
  return FALSE;
}

gboolean
vn_error_set (GError **error, VnError code, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, VN_ERROR, (int)code, message);
  return FALSE;
}
