/* SPDX-License-Identifier: Apache-2.0 */
/* What all HTML pages share: head, style, script, data, and text that can't become markup. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A page begun: head with the style and a policy that lets nothing run or load but what is in the page itself.
 * @scripts: names of files in html/, NULL-terminated, in order; NULL = no script. */
GString *vn_html_begin (const char *title, const char *const *scripts);
/* Appends @format with every %s escaped (g_markup_printf_escaped()). */
void vn_html_add (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Appends @json for the scripts, packed: base64 of gzip. */
void vn_html_add_data (GString *out, const GString *json);
/* Ends the page. Returns: its text, transfer full. */
char *vn_html_end (GString *out, const char *const *scripts);

/* Appends a JSON string; invalid UTF-8 is replaced. */
void vn_html_json_string (GString *json, const char *text);

G_END_DECLS
