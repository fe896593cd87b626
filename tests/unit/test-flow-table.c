/* SPDX-License-Identifier: Apache-2.0 */
/* The table of conversations: both directions are one, each is found again while the table grows, ports used again
 * begin a new one. Names of DNS that lie. */
#include "analysis/flows/vn-flow-table.h"

#include "sim/packet/vn-dns.h"

#define MANY 50000

static guint
set_key (VnFlowKey *key, guint32 src, guint32 dst, guint16 sport, guint16 dport)
{
  VnIp from = vn_ip_from_v4 (src), to = vn_ip_from_v4 (dst);

  return vn_flow_key_set (key, VN_FLOW_IPV4, from.b, to.b, 4, sport, dport, 6, 0);
}

static void
test_directions (void)
{
  static const struct
  {
    guint32 src, dst;
    guint16 sport, dport;
  } ROWS[] = { { 1, 2, 10, 20 }, { 2, 1, 10, 20 }, { 7, 7, 1, 2 }, { 7, 7, 2, 1 }, { 7, 7, 3, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnFlowKey there, back;
      guint from = set_key (&there, ROWS[i].src, ROWS[i].dst, ROWS[i].sport, ROWS[i].dport);
      guint to = set_key (&back, ROWS[i].dst, ROWS[i].src, ROWS[i].dport, ROWS[i].sport);

      g_assert_cmpmem (&there, sizeof there, &back, sizeof back);
      g_assert_cmpuint (there.port[from], ==, ROWS[i].sport);
      g_assert_true (from != to || ROWS[i].sport == ROWS[i].dport);
    }
}

static void
test_growth (void)
{
  VnFlowTable *table = vn_flow_table_new ();
  VnFlowKey key;
  gboolean is_new;

  for (guint32 i = 0; i < MANY; i++)
    {
      set_key (&key, i, ~i, 1, 2);
      g_assert_cmpuint (vn_flow_table_find (table, &key), ==, VN_NO_FLOW);
      g_assert_cmpuint (vn_flow_table_ensure (table, &key, &is_new), ==, i);
      g_assert_true (is_new);
    }
  g_assert_cmpuint (vn_flow_table_len (table), ==, MANY);
  for (guint32 i = 0; i < MANY; i++)
    {
      set_key (&key, ~i, i, 2, 1);
      g_assert_cmpuint (vn_flow_table_find (table, &key), ==, i);
      g_assert_cmpuint (vn_flow_table_ensure (table, &key, &is_new), ==, i);
      g_assert_false (is_new);
    }
  vn_flow_table_free (table);
}

static void
test_renew (void)
{
  VnFlowTable *table = vn_flow_table_new ();
  VnFlowKey key;
  gboolean is_new;
  guint first, second;

  set_key (&key, 1, 2, 3, 4);
  first = vn_flow_table_ensure (table, &key, &is_new);
  second = vn_flow_table_renew (table, first);
  g_assert_cmpuint (first, !=, second);
  g_assert_cmpuint (vn_flow_table_get (table, second)->older, ==, first);
  g_assert_cmpuint (vn_flow_table_find (table, &key), ==, second);
  g_assert_cmpuint (vn_flow_table_ensure (table, &key, &is_new), ==, second);
  vn_flow_table_free (table);
}

#define HEADER "\0\1\0\0\0\1\0\0\0\0\0\0"
#define ROW(bytes, is_one, name)                                                                                       \
  {                                                                                                                    \
    HEADER bytes, sizeof HEADER bytes - 1, is_one, name                                                                \
  }

static void
test_dns (void)
{
  static const struct
  {
    const char *bytes;
    gsize size;
    gboolean is_one;
    const char *name;
  } ROWS[] = {
    ROW ("\3web\3lab\0\0\1\0\1", TRUE, "web.lab"),
    ROW ("\0\0\1\0\1", TRUE, ""),
    ROW ("\3a.b\0\0\1\0\1", TRUE, "a\\046b"),
    ROW ("\2\33[\0\0\1\0\1", TRUE, "\\027["),
    ROW ("\3web", FALSE, ""),            /* cut */
    ROW ("\300\014\0\1\0\1", FALSE, ""), /* points to itself */
    ROW ("\300\377\0\1\0\1", FALSE, ""), /* points behind the end */
    ROW ("\100x\0\0\1\0\1", FALSE, ""),  /* a kind of label that there is not */
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      VnDns dns;

      g_assert_cmpint (vn_dns_decode ((const guint8 *)ROWS[i].bytes, ROWS[i].size, &dns), ==, ROWS[i].is_one);
      if (ROWS[i].is_one)
        g_assert_cmpstr (dns.name, ==, ROWS[i].name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-table/directions", test_directions);
  g_test_add_func ("/flow-table/growth", test_growth);
  g_test_add_func ("/flow-table/renew", test_renew);
  g_test_add_func ("/flow-table/dns", test_dns);
  return g_test_run ();
}
