/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, prefixes, numbers and printable text: what parses is printed so that it parses to the same. */
#include "tests/fuzz/vn-fuzz.h"

#include "sim/base/vn-addr.h"
#include "sim/base/vn-text.h"

static void
check_mac (const char *text)
{
  VnMac mac, again;
  if (!vn_mac_parse (text, &mac))
    return;
  g_autofree char *printed = vn_mac_to_string (mac);
  g_assert_true (vn_mac_parse (printed, &again) && vn_mac_equal (mac, again));
}

static void
check_prefix (const char *text)
{
  VnPrefix prefix, again;
  if (!vn_prefix_parse (text, &prefix))
    return;
  g_autofree char *printed = vn_prefix_to_string (prefix);
  g_assert_true (vn_prefix_parse (printed, &again) && vn_prefix_equal (prefix, again));
  g_assert_true (vn_prefix_contains (prefix, prefix.ip));
  g_assert_true (vn_prefix_contains (prefix, vn_prefix_first (prefix)));
  g_assert_true (vn_prefix_contains (prefix, vn_prefix_last (prefix)));
}

static void
check_number (const char *text)
{
  guint64 number, again;
  if (!vn_parse_uint (text, 0, G_MAXUINT64, &number))
    return;
  g_autofree char *printed = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  g_assert_true (vn_parse_uint (printed, 0, G_MAXUINT64, &again) && again == number);
}

static void
check_text (const char *text)
{
  static const char *const CANDIDATES[] = { "host", "networks", "security_groups", "::", NULL };
  g_autofree char *printable = vn_text_printable (text);
  g_autofree char *twice = vn_text_printable (printable);
  g_autofree char *hint = vn_suggest_hint (text, CANDIDATES);
  g_assert_true (g_utf8_validate (printable, -1, NULL));
  g_assert_cmpstr (printable, ==, twice);
  g_assert_true (hint == NULL || g_str_has_prefix (hint, "did you mean \""));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  check_mac (text);
  check_prefix (text);
  check_number (text);
  check_text (text);
  return 0;
}
