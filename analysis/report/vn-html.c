/* SPDX-License-Identifier: Apache-2.0 */
/* HTML pages in one file.
 *
 * Names and payloads come from lab files and captures that anybody may have written. Three things keep them text: all
 * of them pass g_markup_escape_text(); the data of the scripts is base64, which has no character that means anything to
 * HTML; and the page's content security policy lets only the style and script with the right SHA-256 be used, and
 * nothing be loaded from anywhere, so that even a mistake in the first two could not run. */
#include "analysis/report/vn-html.h"

#include "analysis/report/vn-html-resources.h"

#include <gio/gio.h>
#include <string.h>

#define STYLE "report.css"

/* Appends a file of html/. */
static void
add_file (GString *out, const char *name)
{
  g_autofree char *path = g_strconcat ("/vnetlab/html/", name, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (vn_html_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  g_string_append_len (out, text, (gssize)size);
}

static GString *
join_scripts (const char *const *scripts)
{
  GString *text = g_string_new ("\"use strict\";\n");

  for (; scripts && *scripts; scripts++)
    add_file (text, *scripts);
  return text;
}

/* "'sha256-…'", as a content security policy names an inline style or script. Transfer full. */
static char *
hash_source (const GString *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;
  g_autofree char *encoded = NULL;

  g_checksum_update (checksum, (const guchar *)text->str, (gssize)text->len);
  g_checksum_get_digest (checksum, digest, &size);
  encoded = g_base64_encode (digest, size);
  return g_strdup_printf ("'sha256-%s'", encoded);
}

GString *
vn_html_begin (const char *title, const char *const *scripts)
{
  GString *out = g_string_new ("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  g_autoptr (GString) style = g_string_new (NULL), script = join_scripts (scripts);
  g_autofree char *style_source = NULL, *script_source = hash_source (script);

  add_file (style, STYLE);
  style_source = hash_source (style);
  g_string_append_printf (out,
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
                          "form-action 'none'; style-src %s; script-src %s\">\n",
                          style_source, scripts ? script_source : "'none'");
  g_string_append (out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n");
  vn_html_add (out, "<title>%s</title>\n", title);
  g_string_append_printf (out, "<style>%s</style>\n</head>\n<body>\n", style->str);
  return out;
}

void
vn_html_add (GString *out, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_markup_vprintf_escaped (format, args);
  va_end (args);
  g_string_append (out, text);
}

static GByteArray *
pack (const GString *text)
{
  GByteArray *packed = g_byte_array_new ();
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  guint8 buffer[16384];
  gsize done = 0, n_read, n_written;
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result == G_CONVERTER_CONVERTED)
    {
      result = g_converter_convert (G_CONVERTER (compressor), text->str + done, text->len - done, buffer, sizeof buffer,
                                    G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
      done += n_read;
      g_byte_array_append (packed, buffer, (guint)n_written);
    }
  return packed;
}

void
vn_html_add_data (GString *out, const GString *json)
{
  g_autoptr (GByteArray) packed = pack (json);
  g_autofree char *encoded = g_base64_encode (packed->data, packed->len);

  g_string_append_printf (out, "<script type=\"application/octet-stream\" id=\"data\">%s</script>\n", encoded);
}

char *
vn_html_end (GString *out, const char *const *scripts)
{
  g_autoptr (GString) script = join_scripts (scripts);

  if (scripts)
    g_string_append_printf (out, "<script>%s</script>\n", script->str);
  g_string_append (out, "</body>\n</html>\n");
  return g_string_free (out, FALSE);
}

void
vn_html_json_string (GString *json, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (json, '"');
  for (const char *c = valid; *c; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (json, "\\%c", *c);
    else if ((guchar)*c < 0x20)
      g_string_append_printf (json, "\\u%04x", (guint)*c);
    else
      g_string_append_c (json, *c);
  g_string_append_c (json, '"');
}
