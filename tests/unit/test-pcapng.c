/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng: what is written is read back by libpcap and shown by tshark; a file has its name only when it is whole. */
#include "captures/file/vn-pcap-read.h"
#include "captures/file/vn-pcapng.h"
#include "sim/base/vn-error.h"
#include "sim/packet/vn-craft.h"
#include "tests/lib/vn-test-values.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define START_NS G_GUINT64_CONSTANT (1700000000123456789)
#define SNAPLEN 512

typedef struct
{
  char *folder;
  char *path;
  GPtrArray *points;
  VnFrameStore *store;
} Fixture;

static void
add_point (Fixture *f, const char *node, const char *dev, const char *description, guint64 dropped)
{
  VnCapturePoint *point = g_new0 (VnCapturePoint, 1);

  point->node = g_intern_string (node);
  g_strlcpy (point->dev, dev, sizeof point->dev);
  point->name = g_strdup_printf ("%s:%s", node, dev);
  point->description = g_strdup (description);
  point->received = 7;
  point->dropped = dropped;
  g_ptr_array_add (f->points, point);
}

static void
set_up (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  f->folder = g_dir_make_tmp ("vn-pcapng-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
  f->path = g_build_filename (f->folder, "capture.pcapng", NULL);
  f->points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  f->store = vn_frame_store_new (G_MAXUINT64);
  add_point (f, "compute1", "tap01234567-89", "port web1 (172.16.1.10)", 0);
  add_point (f, "compute1", "ens33", NULL, 3);
}

static void
tear_down (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  vn_frame_store_free (f->store);
  g_ptr_array_unref (f->points);
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left in it */
  g_free (f->path);
  g_free (f->folder);
}

static void
add_frame (Fixture *f, guint point, gboolean outgoing, GBytes *bytes, gsize caplen)
{
  guint n = vn_frame_store_len (f->store);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  VnFrame frame = {
    .time_ns = START_NS + n * 1001,
    .point = point,
    .outgoing = outgoing,
    .len = (guint32)size,
    .caplen = (guint32)MIN (caplen, size),
  };

  g_assert_true (vn_frame_store_add (f->store, &frame, data));
}

static GBytes *
craft_echo (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCrafter) crafter = vn_crafter_new (&error);
  const VnCraftEnds ends = {
    .eth_src = { { 2, 0, 0, 0, 0, 1 } },
    .eth_dst = { { 2, 0, 0, 0, 0, 2 } },
    .src = vn_test_ip ("172.16.1.10"),
    .dst = vn_test_ip ("172.16.1.11"),
  };
  GBytes *frame = vn_craft_echo (crafter, &ends, 42, &error);

  g_assert_no_error (error);
  return frame;
}

/* The frame inside VXLAN 42 as a host sends it: Ethernet, IPv4, UDP 8472 without checksum, VXLAN header. */
static GBytes *
wrap_vxlan (GBytes *inner)
{
  guint8 head[50] = {
    2,    0,    0,    0,    1, 2, 2,  0, 0,  0,  1, 1, 0x08, 0x00,                        /* Ethernet */
    0x45, 0,    0,    0,    0, 0, 0,  0, 64, 17, 0, 0, 10,   0,    0, 101, 10, 0, 0, 102, /* IPv4 */
    0xc0, 0x00, 0x21, 0x18, 0, 0, 0,  0,                                                  /* UDP */
    0x08, 0,    0,    0,    0, 0, 42, 0,                                                  /* VXLAN */
  };
  gsize size;
  const guint8 *data = g_bytes_get_data (inner, &size);
  GByteArray *frame = g_byte_array_new ();
  guint32 sum = 0;

  head[17] = (guint8)(size + 36);
  head[39] = (guint8)(size + 16);
  for (guint i = 14; i < 34; i += 2)
    sum += (guint32)head[i] << 8 | head[i + 1];
  sum = ~((sum & 0xffff) + (sum >> 16));
  head[24] = (guint8)(sum >> 8);
  head[25] = (guint8)sum;
  g_byte_array_append (frame, head, sizeof head);
  g_byte_array_append (frame, data, (guint)size);
  return g_byte_array_free_to_bytes (frame);
}

static void
write_file (const Fixture *f, const VnFrameNote *notes, const GArray *names)
{
  const VnPcapngInfo info = { "vnetlab test", "lab x, seed 1", SNAPLEN };
  g_autoptr (GError) error = NULL;

  vn_pcapng_write (AT_FDCWD, f->path, &info, f->points, f->store, notes, names, &error);
  g_assert_no_error (error);
}

/* Sizes that end at each place of a four-byte word, and one that was cut by the snap length. */
static void
add_odd_frames (Fixture *f)
{
  guint8 bytes[1500];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)(i * 7);
  for (gsize size = 60; size < 65; size++)
    {
      g_autoptr (GBytes) frame = g_bytes_new (bytes, size);

      add_frame (f, size % 2, size % 3 == 0, frame, SNAPLEN);
    }
  g_autoptr (GBytes) large = g_bytes_new (bytes, sizeof bytes);
  add_frame (f, 0, TRUE, large, SNAPLEN);
}

static void
test_round_trip (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (VnFrameStore) read = vn_frame_store_new (G_MAXUINT64);
  g_autoptr (GError) error = NULL;
  VnFrameNote notes[6] = { 0 };

  add_odd_frames (f);
  notes[1] = (VnFrameNote){ 5, "é" }; /* two bytes: padded */
  notes[2] = (VnFrameNote){ 0, "abcd" };
  write_file (f, notes, NULL);
  vn_pcap_read (f->path, read, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vn_frame_store_len (read), ==, vn_frame_store_len (f->store));
  for (guint i = 0; i < vn_frame_store_len (read); i++)
    {
      const VnFrame *want = vn_frame_store_get (f->store, i), *have = vn_frame_store_get (read, i);

      g_assert_cmpuint (have->time_ns, ==, want->time_ns);
      g_assert_cmpuint (have->len, ==, want->len);
      g_assert_cmpmem (vn_frame_store_bytes (read, i), have->caplen, vn_frame_store_bytes (f->store, i), want->caplen);
    }
}

static char *
run_tshark (const Fixture *f, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *problems = NULL;
  char *output = NULL;
  int status;

  g_ptr_array_add (argv, (gpointer) "tshark");
  g_ptr_array_add (argv, (gpointer) "-r");
  g_ptr_array_add (argv, f->path);
  g_ptr_array_add (argv, (gpointer) "-d");
  g_ptr_array_add (argv, (gpointer) "udp.port==8472,vxlan");
  for (guint i = 0; arguments[i]; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &problems, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("tshark: %s", problems);
  return output;
}

static gboolean
skip_without_tshark (void)
{
  g_autofree char *tshark = g_find_program_in_path ("tshark");

  if (!tshark)
    g_test_skip ("tshark is not installed");
  return !tshark;
}

static void
test_tshark (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const fields[] = { "-T", "fields",
                                        "-E", "separator=|",
                                        "-e", "frame.interface_name",
                                        "-e", "frame.interface_description",
                                        "-e", "frame.packet_flags_direction",
                                        "-e", "frame.packet_id",
                                        "-e", "frame.comment",
                                        "-e", "vxlan.vni",
                                        "-e", "icmp.type",
                                        "-e", "_ws.malformed",
                                        NULL };
  const VnFrameNote notes[] = { { 9, "web1>web2 icmp: passed \"web\"" }, { 9, NULL } };
  g_autoptr (GBytes) echo = craft_echo ();
  g_autoptr (GBytes) tunnelled = wrap_vxlan (echo);
  g_autofree char *output = NULL;

  if (skip_without_tshark ())
    return;
  add_frame (f, 0, FALSE, echo, SNAPLEN);
  add_frame (f, 1, TRUE, tunnelled, SNAPLEN);
  write_file (f, notes, NULL);
  output = run_tshark (f, fields);
  g_assert_cmpstr (output, ==,
                   "compute1:tap01234567-89|port web1 (172.16.1.10)|0x00000001|9|web1>web2 icmp: passed \"web\"||8|\n"
                   "compute1:ens33||0x00000002|9||42|8|\n");
}

static void
test_names (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const fields[] = { "-N", "n", "-T", "fields", "-e", "ip.src_host", "-e", "ip.dst_host", NULL };
  const VnPcapngName entries[]
      = { { vn_test_ip ("172.16.1.10"), "web1" }, { vn_test_ip ("fd00::1"), "six" }, { { 0 }, "nowhere" } };
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (VnPcapngName));
  g_autoptr (GBytes) echo = craft_echo ();
  g_autofree char *output = NULL;

  if (skip_without_tshark ())
    return;
  g_array_append_vals (names, entries, G_N_ELEMENTS (entries));
  add_frame (f, 0, FALSE, echo, SNAPLEN);
  write_file (f, NULL, names);
  output = run_tshark (f, fields);
  g_assert_cmpstr (output, ==, "web1\t172.16.1.11\n");
}

/* An option holds 65,535 bytes: a longer comment ends before the character that does not fit. */
static void
test_long_comment (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const fields[] = { "-T", "fields", "-e", "frame.comment", NULL };
  g_autofree char *comment = g_strnfill (65536, 'a');
  g_autoptr (GBytes) echo = craft_echo ();
  g_autofree char *output = NULL;
  VnFrameNote note = { 0, comment };

  if (skip_without_tshark ())
    return;
  comment[65534] = '\xc3'; /* é, its second byte one too far */
  comment[65535] = '\xa9';
  add_frame (f, 0, FALSE, echo, SNAPLEN);
  write_file (f, &note, NULL);
  output = run_tshark (f, fields);
  g_assert_cmpuint (strlen (g_strchomp (output)), ==, 65534);
  g_assert_true (g_str_has_suffix (output, "aaa"));
}

static void
test_no_folder (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnPcapngInfo info = { "vnetlab test", NULL, SNAPLEN };
  g_autofree char *path = g_build_filename (f->folder, "missing", "capture.pcapng", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (vn_pcapng_write (AT_FDCWD, path, &info, f->points, f->store, NULL, NULL, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "missing"));
}

/* A full disk leaves neither the file nor a part of it. */
static void
test_failing_write (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnPcapngInfo info = { "vnetlab test", NULL, SNAPLEN };
  g_autofree char *partial = g_strconcat (f->path, ".partial", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("/dev/full", partial), ==, 0);
  g_assert_false (vn_pcapng_write (AT_FDCWD, f->path, &info, f->points, f->store, NULL, NULL, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_IO);
  g_assert_false (g_file_test (partial, G_FILE_TEST_IS_SYMLINK));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
test_bad_files (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *text;
    gssize size;
    const char *problem;
  } rows[] = {
    { "", 0, "truncated" },
    { "no capture at all, but long enough", -1, "unknown file format" },
    /* pcap: link type 101 (raw IP) */
    { "\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x65\0\0\0", 24, "only Ethernet" },
    /* pcap: a packet of 16 bytes, cut off */
    { "\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\x10\0\0\0abc", 43,
      "truncated" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnFrameStore) store = vn_frame_store_new (G_MAXUINT64);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (f->path, rows[i].text, rows[i].size, NULL));
      g_assert_false (vn_pcap_read (f->path, store, &error));
      g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
      if (!strstr (error->message, rows[i].problem))
        g_error ("row %zu: %s", i, error->message);
    }
}

static void
test_full_store (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (VnFrameStore) small = vn_frame_store_new (300);
  g_autoptr (GError) error = NULL;

  add_odd_frames (f);
  write_file (f, NULL, NULL);
  g_assert_false (vn_pcap_read (f->path, small, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/pcapng/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("tshark", test_tshark);
  ADD ("names", test_names);
  ADD ("long-comment", test_long_comment);
  ADD ("no-folder", test_no_folder);
  ADD ("failing-write", test_failing_write);
  ADD ("bad-files", test_bad_files);
  ADD ("full-store", test_full_store);
#undef ADD
  return g_test_run ();
}
