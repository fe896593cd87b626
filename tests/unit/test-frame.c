/* SPDX-License-Identifier: Apache-2.0 */
/* The frame store: bytes stay where they are, the limit holds, sorting is stable. */
#include "sim/packet/vn-frame.h"

#include <string.h>

#define CHUNK_SIZE 262144u /* the largest frame that the store takes */

static gboolean
add (VnFrameStore *store, guint64 time_ns, guint point, const guint8 *bytes, guint32 size)
{
  VnFrame frame = { .time_ns = time_ns, .point = point, .len = size, .caplen = size };
  return vn_frame_store_add (store, &frame, bytes);
}

static void
test_bytes_stay (void)
{
  g_autoptr (VnFrameStore) store = vn_frame_store_new (G_MAXUINT64);
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  guint8 bytes[1500];
  for (guint i = 0; i < 1000; i++)
    {
      memset (bytes, (int)(i & 0xff), sizeof bytes);
      g_assert_true (add (store, i, i, bytes, 1000 + i % 500));
      g_ptr_array_add (seen, (gpointer)vn_frame_store_bytes (store, i));
    }
  g_assert_cmpuint (vn_frame_store_len (store), ==, 1000);
  for (guint i = 0; i < 1000; i++)
    {
      const guint8 *held = vn_frame_store_bytes (store, i);
      const VnFrame *frame = vn_frame_store_get (store, i);
      g_assert_true (held == g_ptr_array_index (seen, i));
      g_assert_cmpuint (frame->caplen, ==, 1000 + i % 500);
      g_assert_cmpuint (held[0], ==, i & 0xff);
      g_assert_cmpuint (held[frame->caplen - 1], ==, i & 0xff);
    }
}

static void
test_frame_sizes (void)
{
  static const struct
  {
    guint32 size;
    gboolean taken;
  } ROWS[] = { { 0, TRUE }, { 1, TRUE }, { CHUNK_SIZE, TRUE }, { CHUNK_SIZE + 1, FALSE }, { 1, TRUE } };
  g_autofree guint8 *bytes = g_malloc0 (CHUNK_SIZE + 1);
  g_autoptr (VnFrameStore) store = vn_frame_store_new (G_MAXUINT64);
  guint n_taken = 0;
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_assert_cmpint (add (store, i, 0, bytes, ROWS[i].size), ==, ROWS[i].taken);
      n_taken += ROWS[i].taken ? 1 : 0;
    }
  g_assert_cmpuint (vn_frame_store_len (store), ==, n_taken);
  g_assert_cmpuint (vn_frame_store_lost (store), ==, 1);
}

static void
test_limit (void)
{
  const guint64 cost_bytes = 100 + sizeof (VnFrame);
  static const struct
  {
    gint64 more_bytes; /* than three frames cost */
    guint n_taken;
  } ROWS[] = { { -1, 2 }, { 0, 3 }, { 1, 3 } };
  guint8 bytes[100] = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (VnFrameStore) store = vn_frame_store_new (3 * cost_bytes + (guint64)ROWS[i].more_bytes);
      for (guint n = 0; n < 5; n++)
        g_assert_cmpint (add (store, n, 0, bytes, sizeof bytes), ==, n < ROWS[i].n_taken);
      g_assert_cmpuint (vn_frame_store_len (store), ==, ROWS[i].n_taken);
      g_assert_cmpuint (vn_frame_store_lost (store), ==, 5 - ROWS[i].n_taken);
    }
}

static void
test_sort (void)
{
  static const guint64 TIMES[] = { 30, 10, 20, 10, G_MAXUINT64, 0, 10 };
  static const guint EXPECTED[] = { 5, 1, 3, 6, 2, 0, 4 }; /* the points, which number the order of arrival */
  g_autoptr (VnFrameStore) store = vn_frame_store_new (G_MAXUINT64);
  vn_frame_store_sort (store);
  for (guint i = 0; i < G_N_ELEMENTS (TIMES); i++)
    {
      guint8 byte = (guint8)i;
      g_assert_true (add (store, TIMES[i], i, &byte, 1));
    }
  vn_frame_store_sort (store);
  for (guint i = 0; i < G_N_ELEMENTS (EXPECTED); i++)
    {
      g_assert_cmpuint (vn_frame_store_get (store, i)->point, ==, EXPECTED[i]);
      g_assert_cmpuint (vn_frame_store_bytes (store, i)[0], ==, EXPECTED[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/bytes-stay", test_bytes_stay);
  g_test_add_func ("/frame/sizes", test_frame_sizes);
  g_test_add_func ("/frame/limit", test_limit);
  g_test_add_func ("/frame/sort", test_sort);
  return g_test_run ();
}
