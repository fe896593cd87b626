/* SPDX-License-Identifier: Apache-2.0 */
/* Sinks of captured frames: when a file ends, which stay, what each says of losses, a pcap for each interface. */
#include "captures/file/vn-captures.h"
#include "captures/file/vn-sink.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define START_NS G_GUINT64_CONSTANT (1700000000000000000)
#define SECOND_NS G_GUINT64_CONSTANT (1000000000)
#define FRAME_SIZE 100

typedef struct
{
  char *folder;
  int fd;
  GPtrArray *points;
  VnSinkContent content;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const DEVS[] = { "eth0", "eth1" };

  f->folder = g_dir_make_tmp ("vn-sink-XXXXXX", NULL);
  f->fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (f->fd, >=, 0);
  f->points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  for (guint i = 0; i < G_N_ELEMENTS (DEVS); i++)
    {
      VnCapturePoint *point = g_new0 (VnCapturePoint, 1);

      point->node = g_intern_string ("vm1");
      g_strlcpy (point->dev, DEVS[i], sizeof point->dev);
      point->name = g_strdup_printf ("vm1:%s", DEVS[i]);
      g_ptr_array_add (f->points, point);
    }
  f->content = (VnSinkContent){ { "vnetlab test", "lab x", 512 }, f->points, NULL };
}

static void
tear_down (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    unlinkat (f->fd, name, 0);
  close (f->fd);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_ptr_array_unref (f->points);
  g_free (f->folder);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* What stands in the folder, sorted. */
static GPtrArray *
list_files (const Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
add_frame (VnSink *sink, guint point, guint64 time_ns)
{
  static const guint8 BYTES[FRAME_SIZE];
  const VnFrame frame = { .time_ns = time_ns, .point = point, .len = FRAME_SIZE, .caplen = FRAME_SIZE };
  g_autoptr (GError) error = NULL;

  if (vn_sink_is_due (sink, time_ns))
    vn_sink_next (sink, &error);
  g_assert_no_error (error);
  vn_sink_add (sink, &frame, BYTES, &error);
  g_assert_no_error (error);
}

static void
begin (VnSink *sink)
{
  g_autoptr (GError) error = NULL;

  vn_sink_begin (sink, &error);
  g_assert_no_error (error);
}

static void
end (VnSink *sink)
{
  g_autoptr (GError) error = NULL;

  vn_sink_flush (sink, &error);
  g_assert_no_error (error);
  vn_sink_finish (sink, &error);
  g_assert_no_error (error);
}

/* Packets of a file, and what it says was lost at its first interface. */
static guint64
read_file (const Fixture *f, const char *name, guint64 *ret_dropped)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  const char *const paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCaptures) captures = vn_captures_open (paths, NULL, &error);
  VnCaptured packet;

  g_assert_no_error (error);
  while (vn_captures_next (captures, &packet, &error))
    g_assert_cmpuint (packet.len, ==, FRAME_SIZE);
  g_assert_no_error (error);
  g_assert_null (vn_captures_file (captures, 0)->problem);
  if (ret_dropped)
    *ret_dropped = ((const VnCapturesPoint *)g_ptr_array_index (vn_captures_points (captures), 0))->n_dropped;
  return vn_captures_file (captures, 0)->n_packets;
}

/* Every file but the last is as large as its limit, and not a whole frame larger. */
static void
test_size (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnRotation rotation = { .max_bytes = 1000 };
  g_autoptr (VnSink) sink = vn_sink_new_files (f->fd, "lab.pcapng", &rotation, &f->content);
  g_autoptr (GPtrArray) names = NULL;
  guint64 n_frames = 0;

  begin (sink);
  for (guint i = 0; i < 20; i++)
    add_frame (sink, i % 2, START_NS + i);
  end (sink);
  names = list_files (f);
  g_assert_cmpuint (names->len, >, 2);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *stem = g_strdup_printf ("lab_%05u_20231114", i + 1), *path = NULL;
      GStatBuf status;

      g_assert_true (g_str_has_prefix (g_ptr_array_index (names, i), stem));
      g_assert_true (g_str_has_suffix (g_ptr_array_index (names, i), ".pcapng"));
      path = g_build_filename (f->folder, g_ptr_array_index (names, i), NULL);
      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_assert_true (i + 1 == names->len || (status.st_size >= 1000 && status.st_size < 1500));
      n_frames += read_file (f, g_ptr_array_index (names, i), NULL);
    }
  g_assert_cmpuint (n_frames, ==, 20);
}

static void
test_time (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnRotation rotation = { .max_ns = 2 * SECOND_NS };
  g_autoptr (VnSink) sink = vn_sink_new_files (f->fd, "lab", &rotation, &f->content);
  g_autoptr (GPtrArray) names = NULL;

  begin (sink);
  g_assert_cmpuint (vn_sink_due_ns (sink), ==, G_MAXUINT64);
  add_frame (sink, 0, START_NS);
  g_assert_cmpuint (vn_sink_due_ns (sink), ==, START_NS + 2 * SECOND_NS);
  g_assert_false (vn_sink_is_due (sink, START_NS + 2 * SECOND_NS - 1));
  g_assert_true (vn_sink_is_due (sink, START_NS + 2 * SECOND_NS));
  add_frame (sink, 0, START_NS + 2 * SECOND_NS - 1);
  add_frame (sink, 0, START_NS + 2 * SECOND_NS);
  end (sink);
  names = list_files (f);
  g_assert_cmpuint (names->len, ==, 2);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (names, 0), "lab_00001_"));
  g_assert_cmpuint (read_file (f, g_ptr_array_index (names, 0), NULL), ==, 2);
  g_assert_cmpuint (read_file (f, g_ptr_array_index (names, 1), NULL), ==, 1);
}

/* The one that is being written is among those that are kept. */
static void
test_ring (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnRotation rotation = { .max_ns = SECOND_NS, .n_kept = 3 };
  g_autoptr (VnSink) sink = vn_sink_new_files (f->fd, "lab.pcapng", &rotation, &f->content);
  g_autoptr (GPtrArray) running = NULL, names = NULL;

  begin (sink);
  for (guint i = 0; i < 7; i++)
    add_frame (sink, 0, START_NS + i * SECOND_NS);
  running = list_files (f);
  g_assert_cmpuint (running->len, ==, 3);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (running, 2), ".pcapng.partial"));
  end (sink);
  names = list_files (f);
  g_assert_cmpuint (names->len, ==, 3);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (names, 0), "lab_00005_"));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (names, 2), "lab_00007_"));
}

/* A capture without a frame is a file all the same. */
static void
test_empty (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnRotation rotation = { .max_bytes = 1000 };
  g_autoptr (VnSink) sink = vn_sink_new_files (f->fd, "lab.pcapng", &rotation, &f->content);
  g_autoptr (GPtrArray) names = NULL;

  begin (sink);
  end (sink);
  names = list_files (f);
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpuint (read_file (f, g_ptr_array_index (names, 0), NULL), ==, 0);
}

/* The losses that the files tell of add up to all. */
static void
test_losses (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  static const guint64 TOTALS[] = { 2, 2, 9 };
  const VnRotation rotation = { .max_ns = SECOND_NS };
  g_autoptr (VnSink) sink = vn_sink_new_files (f->fd, "lab.pcapng", &rotation, &f->content);
  g_autoptr (GPtrArray) names = NULL;
  guint64 before = 0;

  begin (sink);
  for (guint i = 0; i < G_N_ELEMENTS (TOTALS); i++)
    {
      add_frame (sink, 0, START_NS + i * SECOND_NS);
      ((VnCapturePoint *)g_ptr_array_index (f->points, 0))->dropped = TOTALS[i];
    }
  end (sink);
  names = list_files (f);
  g_assert_cmpuint (names->len, ==, G_N_ELEMENTS (TOTALS));
  for (guint i = 0; i < names->len; i++)
    {
      guint64 n_dropped;

      g_assert_cmpuint (read_file (f, g_ptr_array_index (names, i), &n_dropped), ==, 1);
      g_assert_cmpuint (n_dropped, ==, TOTALS[i] - before);
      before = TOTALS[i];
    }
}

static void
test_split (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (VnSink) sink = vn_sink_new_split (f->fd, &f->content);

  begin (sink);
  for (guint i = 0; i < 5; i++)
    add_frame (sink, i % 2, START_NS + i);
  end (sink);
  g_assert_cmpuint (read_file (f, "vm1:eth0.pcap", NULL), ==, 3);
  g_assert_cmpuint (read_file (f, "vm1:eth1.pcap", NULL), ==, 2);
}

/* What could not be finished leaves no file behind that looks whole. */
static void
test_unfinished (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  const VnRotation rotation = { .max_bytes = 1000 };
  VnSink *sink = vn_sink_new_files (f->fd, "lab.pcapng", &rotation, &f->content);
  g_autoptr (GPtrArray) names = NULL;

  begin (sink);
  add_frame (sink, 0, START_NS);
  vn_sink_free (sink);
  names = list_files (f);
  g_assert_cmpuint (names->len, ==, 0);
}

/* A stream whose reader goes away ends, without an error. */
static void
test_reader (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnSink) sink = NULL;
  int ends[2];

  signal (SIGPIPE, SIG_IGN);
  g_assert_cmpint (pipe (ends), ==, 0);
  sink = vn_sink_new_stream (ends[1], &f->content);
  begin (sink);
  g_assert_cmpint (vn_sink_fd (sink), ==, ends[1]);
  g_assert_false (vn_sink_is_unread (sink));
  close (ends[0]);
  add_frame (sink, 0, START_NS);
  g_assert_true (vn_sink_flush (sink, &error));
  g_assert_no_error (error);
  g_assert_true (vn_sink_is_unread (sink));
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *f, gconstpointer data);
  } TESTS[] = {
    { "/sink/size", test_size },
    { "/sink/time", test_time },
    { "/sink/ring", test_ring },
    { "/sink/empty", test_empty },
    { "/sink/losses", test_losses },
    { "/sink/split", test_split },
    { "/sink/unfinished", test_unfinished },
    { "/sink/reader", test_reader },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (TESTS); i++)
    g_test_add (TESTS[i].path, Fixture, NULL, set_up, TESTS[i].test, tear_down);
  return g_test_run ();
}
