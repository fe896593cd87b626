/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and prefixes: what parses, what does not, and arithmetic at the bounds. */
#include "sim/base/vn-addr.h"
#include "tests/lib/vn-test-values.h"

static void
assert_ip (VnIp address, const char *expected)
{
  g_autofree char *text = vn_ip_to_string (address);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_mac_parse (void)
{
  static const struct
  {
    const char *text;
    const char *expected; /* NULL = refused */
  } ROWS[] = {
    { "fa:16:3e:00:00:01", "fa:16:3e:00:00:01" },
    { "FA-16-3E-aA-0-1", "fa:16:3e:aa:00:01" },
    { "0:0:0:0:0:0", "00:00:00:00:00:00" },
    { "ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff" },
    { "", NULL },
    { NULL, NULL },
    { "fa:16:3e:00:00", NULL },
    { "fa:16:3e:00:00:", NULL },
    { "fa:16:3e:00:00:01:02", NULL },
    { "fa:16:3e:00:00:001", NULL },
    { "fa:16-3e:00:00:01", NULL },
    { "fa.16.3e.00.00.01", NULL },
    { " fa:16:3e:00:00:01", NULL },
    { "fa:16:3e:00:00:01 ", NULL },
    { "fa:16:3g:00:00:01", NULL },
    { "fa163e000001", NULL },
    { "fa::3e:00:00:01", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnMac mac = VN_MAC_BROADCAST;
      g_assert_cmpint (vn_mac_parse (ROWS[i].text, &mac), ==, ROWS[i].expected != NULL);
      g_autofree char *text = vn_mac_to_string (mac);
      g_assert_cmpstr (text, ==, ROWS[i].expected ? ROWS[i].expected : "ff:ff:ff:ff:ff:ff");
    }
}

static void
test_mac_order (void)
{
  VnMac low = { { 1, 2, 3, 4, 5, 6 } }, high = { { 1, 2, 3, 4, 5, 7 } };
  g_assert_cmpint (vn_mac_compare (low, high), <, 0);
  g_assert_cmpint (vn_mac_compare (high, low), >, 0);
  g_assert_true (vn_mac_equal (low, low));
  g_assert_false (vn_mac_equal (low, high));
  g_assert_true (vn_mac_is_multicast (low));
  g_assert_true (vn_mac_is_multicast (VN_MAC_BROADCAST));
  g_assert_false (vn_mac_is_multicast (VN_MAC_ZERO));
  g_assert_false (vn_mac_is_multicast ((VnMac){ { 0xfa, 0x16, 0x3e, 0, 0, 1 } }));
}

static void
test_ip_parse (void)
{
  static const struct
  {
    const char *text;
    VnFamily family; /* VN_FAMILY_NONE = refused */
    const char *expected;
  } ROWS[] = {
    { "0.0.0.0", VN_FAMILY_IPV4, "0.0.0.0" },
    { "255.255.255.255", VN_FAMILY_IPV4, "255.255.255.255" },
    { "::", VN_FAMILY_IPV6, "::" },
    { "FD00:0::1", VN_FAMILY_IPV6, "fd00::1" },
    { "::ffff:10.0.0.1", VN_FAMILY_IPV6, "::ffff:10.0.0.1" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", VN_FAMILY_IPV6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "256.0.0.0", VN_FAMILY_NONE, "-" },
    { "10.0.0", VN_FAMILY_NONE, "-" },
    { "10.0.0.1.2", VN_FAMILY_NONE, "-" },
    { "010.0.0.1", VN_FAMILY_NONE, "-" },
    { "0x0a.0.0.1", VN_FAMILY_NONE, "-" },
    { " 10.0.0.1", VN_FAMILY_NONE, "-" },
    { "10.0.0.1 ", VN_FAMILY_NONE, "-" },
    { "10.0.0.1/8", VN_FAMILY_NONE, "-" },
    { "fe80::1%eth0", VN_FAMILY_NONE, "-" },
    { "fd00:::1", VN_FAMILY_NONE, "-" },
    { "1:2:3:4:5:6:7:8:9", VN_FAMILY_NONE, "-" },
    { "", VN_FAMILY_NONE, "-" },
    { NULL, VN_FAMILY_NONE, "-" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnIp parsed = { VN_FAMILY_NONE, { 0 } };
      g_assert_cmpint (vn_ip_parse (ROWS[i].text, &parsed), ==, ROWS[i].family != VN_FAMILY_NONE);
      g_assert_cmpint (parsed.family, ==, ROWS[i].family);
      g_assert_cmpint (vn_ip_is_set (parsed), ==, ROWS[i].family != VN_FAMILY_NONE);
      assert_ip (parsed, ROWS[i].expected);
    }
}

static void
test_ip_order (void)
{
  static const char *const ASCENDING[]
      = { "0.0.0.0", "9.255.255.255", "10.0.0.0", "255.255.255.255", "::", "::1", "fd00::" };
  for (guint i = 0; i < G_N_ELEMENTS (ASCENDING); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ASCENDING); j++)
      {
        int order = vn_ip_compare (vn_test_ip (ASCENDING[i]), vn_test_ip (ASCENDING[j]));
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
        g_assert_cmpint (vn_ip_equal (vn_test_ip (ASCENDING[i]), vn_test_ip (ASCENDING[j])), ==, i == j);
      }
}

static void
test_ip_multicast (void)
{
  static const struct
  {
    const char *text;
    gboolean multicast;
  } ROWS[] = {
    { "223.255.255.255", FALSE }, { "224.0.0.0", TRUE }, { "239.255.255.255", TRUE },
    { "240.0.0.0", FALSE },       { "feff::1", FALSE },  { "ff02::1", TRUE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    g_assert_cmpint (vn_ip_is_multicast (vn_test_ip (ROWS[i].text)), ==, ROWS[i].multicast);
  g_assert_false (vn_ip_is_multicast ((VnIp){ VN_FAMILY_NONE, { 0xff } }));
}

static void
test_ip_add (void)
{
  static const struct
  {
    const char *start;
    guint32 n;
    const char *expected;
  } ROWS[] = {
    { "10.0.0.1", 0, "10.0.0.1" },
    { "10.0.0.255", 1, "10.0.1.0" },
    { "10.255.255.255", 2, "11.0.0.1" },
    { "255.255.255.255", 1, "0.0.0.0" },
    { "10.0.0.1", G_MAXUINT32, "10.0.0.0" },
    { "fd00::ffff:ffff", 1, "fd00::1:0:0" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "::" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    assert_ip (vn_ip_add (vn_test_ip (ROWS[i].start), ROWS[i].n), ROWS[i].expected);
}

static void
test_ip_v4 (void)
{
  assert_ip (vn_ip_from_v4 (0x0a000102), "10.0.1.2");
  g_assert_cmpuint (vn_ip_to_v4 (vn_test_ip ("10.0.1.2")), ==, 0x0a000102);
  g_assert_cmpuint (vn_ip_bits (VN_FAMILY_IPV4), ==, 32);
  g_assert_cmpuint (vn_ip_bits (VN_FAMILY_IPV6), ==, 128);
  g_assert_cmpuint (vn_ip_bits (VN_FAMILY_NONE), ==, 0);
}

/* The example of RFC 4291, appendix A, and what Neutron gives a port with SLAAC. */
static void
test_ip_eui64 (void)
{
  assert_ip (vn_ip_eui64 (vn_test_prefix ("fe80::/64"), (VnMac){ { 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde } }),
             "fe80::3656:78ff:fe9a:bcde");
  assert_ip (vn_ip_eui64 (vn_test_prefix ("fd00:1::5/64"), (VnMac){ { 0xfa, 0x16, 0x3e, 0, 0, 1 } }),
             "fd00:1::f816:3eff:fe00:1");
}

static void
test_prefix_parse (void)
{
  static const struct
  {
    const char *text;
    const char *expected; /* NULL = refused */
    const char *first, *last;
  } ROWS[] = {
    { "0.0.0.0/0", "0.0.0.0/0", "0.0.0.0", "255.255.255.255" },
    { "10.1.2.3/8", "10.1.2.3/8", "10.0.0.0", "10.255.255.255" },
    { "10.1.2.129/25", "10.1.2.129/25", "10.1.2.128", "10.1.2.255" },
    { "10.1.2.3", "10.1.2.3/32", "10.1.2.3", "10.1.2.3" },
    { "10.1.2.3/31", "10.1.2.3/31", "10.1.2.2", "10.1.2.3" },
    { "::/0", "::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "fd00::1/65", "fd00::1/65", "fd00::", "fd00::7fff:ffff:ffff:ffff" },
    { "fd00::1", "fd00::1/128", "fd00::1", "fd00::1" },
    { "10.0.0.0/33", NULL, NULL, NULL },
    { "fd00::/129", NULL, NULL, NULL },
    { "10.0.0.0/", NULL, NULL, NULL },
    { "10.0.0.0/-1", NULL, NULL, NULL },
    { "10.0.0.0/+8", NULL, NULL, NULL },
    { "10.0.0.0/ 8", NULL, NULL, NULL },
    { "10.0.0.0/8/8", NULL, NULL, NULL },
    { "10.0.0.0/255.0.0.0", NULL, NULL, NULL },
    { "/8", NULL, NULL, NULL },
    { "", NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnPrefix parsed;
      gboolean ok = vn_prefix_parse (ROWS[i].text, &parsed);
      g_assert_cmpint (ok, ==, ROWS[i].expected != NULL);
      if (!ok)
        continue;
      g_autofree char *text = vn_prefix_to_string (parsed);
      g_assert_cmpstr (text, ==, ROWS[i].expected);
      assert_ip (vn_prefix_first (parsed), ROWS[i].first);
      assert_ip (vn_prefix_last (parsed), ROWS[i].last);
      assert_ip (vn_prefix_masked (parsed).ip, ROWS[i].first);
    }
}

static void
test_prefix_contains (void)
{
  static const struct
  {
    const char *prefix, *ip;
    gboolean contains;
  } ROWS[] = {
    { "10.0.0.0/8", "9.255.255.255", FALSE },
    { "10.0.0.0/8", "10.0.0.0", TRUE },
    { "10.0.0.0/8", "10.255.255.255", TRUE },
    { "10.0.0.0/8", "11.0.0.0", FALSE },
    { "10.0.0.7/30", "10.0.0.4", TRUE },
    { "10.0.0.7/30", "10.0.0.3", FALSE },
    { "0.0.0.0/0", "203.0.113.1", TRUE },
    { "0.0.0.0/0", "::1", FALSE },
    { "::/0", "10.0.0.1", FALSE },
    { "fd00::/64", "fd00::1:0:0:0", TRUE },
    { "fd00::/64", "fd00:0:0:1::", FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    g_assert_cmpint (vn_prefix_contains (vn_test_prefix (ROWS[i].prefix), vn_test_ip (ROWS[i].ip)), ==,
                     ROWS[i].contains);
  g_assert_false (vn_prefix_contains (vn_test_prefix ("0.0.0.0/0"), (VnIp){ VN_FAMILY_NONE, { 0 } }));
}

static void
test_prefix_pairs (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean overlaps, equal;
    int order; /* of a against b */
  } ROWS[] = {
    { "10.0.0.0/24", "10.0.0.0/24", TRUE, TRUE, 0 },
    { "10.0.0.1/24", "10.0.0.2/24", TRUE, FALSE, 0 },
    { "10.0.0.0/24", "10.0.0.128/25", TRUE, FALSE, -1 },
    { "10.0.0.0/25", "10.0.0.128/25", FALSE, FALSE, -1 },
    { "10.0.0.0/8", "10.0.0.0/16", TRUE, FALSE, -1 },
    { "0.0.0.0/0", "::/0", FALSE, FALSE, -1 },
    { "::/0", "fd00::/8", TRUE, FALSE, -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnPrefix a = vn_test_prefix (ROWS[i].a), b = vn_test_prefix (ROWS[i].b);
      int there = vn_prefix_compare (a, b), back = vn_prefix_compare (b, a);
      g_assert_cmpint (vn_prefix_overlaps (a, b), ==, ROWS[i].overlaps);
      g_assert_cmpint (vn_prefix_overlaps (b, a), ==, ROWS[i].overlaps);
      g_assert_cmpint (vn_prefix_equal (a, b), ==, ROWS[i].equal);
      g_assert_cmpint ((there > 0) - (there < 0), ==, ROWS[i].order);
      g_assert_cmpint ((back > 0) - (back < 0), ==, -ROWS[i].order);
    }
  g_assert_cmpuint (vn_prefix_host (vn_test_ip ("fd00::1")).len, ==, 128);
  g_assert_cmpuint (vn_prefix_host (vn_test_ip ("10.0.0.1")).len, ==, 32);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/addr/mac/parse", test_mac_parse);
  g_test_add_func ("/addr/mac/order", test_mac_order);
  g_test_add_func ("/addr/ip/parse", test_ip_parse);
  g_test_add_func ("/addr/ip/order", test_ip_order);
  g_test_add_func ("/addr/ip/multicast", test_ip_multicast);
  g_test_add_func ("/addr/ip/add", test_ip_add);
  g_test_add_func ("/addr/ip/v4", test_ip_v4);
  g_test_add_func ("/addr/ip/eui64", test_ip_eui64);
  g_test_add_func ("/addr/prefix/parse", test_prefix_parse);
  g_test_add_func ("/addr/prefix/contains", test_prefix_contains);
  g_test_add_func ("/addr/prefix/pairs", test_prefix_pairs);
  return g_test_run ();
}
