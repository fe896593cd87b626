/* SPDX-License-Identifier: Apache-2.0 */
/* Values out of texts that a test holds for right. */
#include "tests/lib/vn-test-values.h"

VnIp
vn_test_ip (const char *text)
{
  VnIp ip;

  if (!vn_ip_parse (text, &ip))
    g_error ("\"%s\" is no IP address", text);
  return ip;
}

VnMac
vn_test_mac (const char *text)
{
  VnMac mac;

  if (!vn_mac_parse (text, &mac))
    g_error ("\"%s\" is no MAC address", text);
  return mac;
}

VnPrefix
vn_test_prefix (const char *text)
{
  VnPrefix prefix;

  if (!vn_prefix_parse (text, &prefix))
    g_error ("\"%s\" is no prefix", text);
  return prefix;
}

char *
vn_test_read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

char *
vn_test_read_source (const char *path)
{
  const char *sources = g_getenv ("VN_SRCDIR");
  g_autofree char *whole = g_build_filename (sources != NULL ? sources : ".", path, NULL);

  return vn_test_read_file (whole);
}
