/* SPDX-License-Identifier: Apache-2.0 */
/* Words, suggestions, numbers and printable text; file descriptors and errors, which have no other home. */
#include "sim/base/vn-text.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const VnWord COLOURS[] = { { "red", 1 }, { "green", 2 }, { "blue", 3 }, { NULL, 0 } };
static const VnWord ONE[] = { { "only", 7 }, { NULL, 0 } };

static void
test_words (void)
{
  int value = 9;
  g_assert_true (vn_word_parse (COLOURS, "blue", &value));
  g_assert_cmpint (value, ==, 3);
  static const char *const REFUSED[] = { "Blue", "blu", "blue ", "", NULL };
  for (guint i = 0; i < G_N_ELEMENTS (REFUSED); i++)
    g_assert_false (vn_word_parse (COLOURS, REFUSED[i], &value));
  g_assert_cmpint (value, ==, 3);
  g_assert_cmpstr (vn_word_name (COLOURS, 2), ==, "green");
  g_assert_null (vn_word_name (COLOURS, 4));
  g_autofree char *three = vn_word_list (COLOURS);
  g_assert_cmpstr (three, ==, "red, green or blue");
  g_autofree char *one = vn_word_list (ONE);
  g_assert_cmpstr (one, ==, "only");
}

static void
test_suggest (void)
{
  static const char *const KEYS[] = { "host", "hosts", "networks", "security_groups", "id", NULL };
  static const struct
  {
    const char *word;
    const char *expected;
  } ROWS[] = {
    { "hots", "host" },  /* neighbours swapped */
    { "hst", "host" },   /* one missing */
    { "hostt", "host" }, /* one too many; the first of two equally near ones */
    { "network", "networks" }, { "secuirty_grops", "security_groups" }, /* two mistakes in 14 bytes */
    { "host", "host" },        { "di", NULL }, /* a swap is one mistake, and a third of 2 is none */
    { "cats", NULL },          { "", NULL },
    { "neutron", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    g_assert_cmpstr (vn_suggest (ROWS[i].word, KEYS), ==, ROWS[i].expected);
  g_autofree char *huge = g_strnfill (100000, 'h');
  g_assert_null (vn_suggest (huge, KEYS));
  const char *const huge_key[] = { huge, NULL };
  g_assert_null (vn_suggest ("host", huge_key));
  g_autofree char *hint = vn_suggest_hint ("hots", KEYS);
  g_assert_cmpstr (hint, ==, "did you mean \"host\"?");
  g_assert_null (vn_suggest_hint ("cats", KEYS));
}

static void
test_parse_uint (void)
{
  static const struct
  {
    const char *text;
    guint64 min, max;
    gboolean ok;
    guint64 value;
  } ROWS[] = {
    { "0", 0, 10, TRUE, 0 },
    { "1", 1, 10, TRUE, 1 },
    { "10", 1, 10, TRUE, 10 },
    { "0", 1, 10, FALSE, 0 },
    { "11", 1, 10, FALSE, 0 },
    { "18446744073709551615", 0, G_MAXUINT64, TRUE, G_MAXUINT64 },
    { "18446744073709551616", 0, G_MAXUINT64, FALSE, 0 },
    { "-1", 0, G_MAXUINT64, FALSE, 0 },
    { "+1", 0, 10, FALSE, 0 },
    { " 1", 0, 10, FALSE, 0 },
    { "1 ", 0, 10, FALSE, 0 },
    { "0x1", 0, 10, FALSE, 0 },
    { "1.0", 0, 10, FALSE, 0 },
    { "", 0, 10, FALSE, 0 },
    { NULL, 0, 10, FALSE, 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      guint64 value = 77;
      g_assert_cmpint (vn_parse_uint (ROWS[i].text, ROWS[i].min, ROWS[i].max, &value), ==, ROWS[i].ok);
      g_assert_cmpuint (value, ==, ROWS[i].ok ? ROWS[i].value : 77);
    }
}

static void
test_parse_int (void)
{
  static const struct
  {
    const char *text;
    gint64 min, max;
    gboolean ok;
    gint64 value;
  } ROWS[] = {
    { "-1", -1, 1, TRUE, -1 },
    { "1", -1, 1, TRUE, 1 },
    { "-2", -1, 1, FALSE, 0 },
    { "2", -1, 1, FALSE, 0 },
    { "-9223372036854775808", G_MININT64, G_MAXINT64, TRUE, G_MININT64 },
    { "-9223372036854775809", G_MININT64, G_MAXINT64, FALSE, 0 },
    { "--1", -1, 1, FALSE, 0 },
    { "-", -1, 1, FALSE, 0 },
    { " -1", -1, 1, FALSE, 0 },
    { "", -1, 1, FALSE, 0 },
    { NULL, -1, 1, FALSE, 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      gint64 value = 77;
      g_assert_cmpint (vn_parse_int (ROWS[i].text, ROWS[i].min, ROWS[i].max, &value), ==, ROWS[i].ok);
      g_assert_cmpint (value, ==, ROWS[i].ok ? ROWS[i].value : 77);
    }
}

static void
test_printable (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } ROWS[] = {
    { "", "" },
    { "plain ~ text", "plain ~ text" },
    { "Größe 東京", "Größe 東京" },
    { "a\tb\nc\x7f", "a\\x09b\\x0ac\\x7f" },
    { "\x1b[31mred", "\\x1b[31mred" },
    { "\xc2\x9b"
      "31m",
      "\\xc2\\x9b"
      "31m" }, /* the eight-bit form of the same escape */
    { "a\xff"
      "b",
      "a\\xffb" },
    { "cut \xe6\x9d", "cut \\xe6\\x9d" },
    { "\xe2\x80\xae"
      "gpj",
      "\\xe2\\x80\\xaegpj" },              /* right-to-left override */
    { "\xe2\x80\xa8", "\\xe2\\x80\\xa8" }, /* line separator */
  };
  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autofree char *text = vn_text_printable (ROWS[i].text);
      g_assert_cmpstr (text, ==, ROWS[i].expected);
    }
}

static gboolean
is_open (int fd)
{
  return fcntl (fd, F_GETFD) >= 0;
}

static void
test_fd (void)
{
  int seen = -1, kept = -1;
  {
    VN_AUTO_FD fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    VN_AUTO_FD other = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    seen = fd;
    g_assert_true (is_open (seen));
    kept = vn_fd_steal (&other);
    g_assert_cmpint (other, ==, -1);
  }
  g_assert_false (is_open (seen));
  g_assert_true (is_open (kept));
  errno = EXDEV;
  vn_fd_clear (&kept);
  vn_fd_clear (&kept);
  g_assert_cmpint (errno, ==, EXDEV);
  g_assert_cmpint (kept, ==, -1);
}

static void
test_clock (void)
{
  VnUsec before = vn_clock_now ();
  g_assert_cmpint (vn_clock_now (), >=, before);
}

static void
test_error (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (vn_error_errno (&error, VN_ERROR_IO, ENOENT, "open %s", "lab.vlab.yml"));
  g_assert_error (error, VN_ERROR, VN_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "open lab.vlab.yml: No such file or directory");
  g_clear_error (&error);
  g_assert_false (vn_error_set (&error, VN_ERROR_INPUT, "100%% of %d", 3));
  g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "100% of 3");
  g_assert_false (vn_error_set (NULL, VN_ERROR_INPUT, "nobody listens"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/words", test_words);
  g_test_add_func ("/text/suggest", test_suggest);
  g_test_add_func ("/text/parse-uint", test_parse_uint);
  g_test_add_func ("/text/parse-int", test_parse_int);
  g_test_add_func ("/text/printable", test_printable);
  g_test_add_func ("/fd/owner", test_fd);
  g_test_add_func ("/fd/clock", test_clock);
  g_test_add_func ("/error/message", test_error);
  return g_test_run ();
}
