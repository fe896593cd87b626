/* SPDX-License-Identifier: Apache-2.0 */
/* Text to value by the types of oslo.config 9.0: one function a type, chosen by a table. */
#include "sim/model/vn-option-value.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"

#include <string.h>

/* Python's str.isspace (), which is Unicode's White_Space and the four ASCII separators. */
static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || c == '\v' || (c >= 0x1c && c <= 0x1f) || c == 0x85;
}

gsize
vn_option_rstrip (const char *text, gsize size)
{
  while (size > 0)
    {
      const char *last = g_utf8_find_prev_char (text, text + size);

      if (last == NULL || !is_blank (g_utf8_get_char_validated (last, text + size - last)))
        break;
      size = (gsize)(last - text);
    }
  return size;
}

char *
vn_option_strip (const char *text)
{
  while (*text != '\0' && is_blank (g_utf8_get_char_validated (text, -1)))
    text = g_utf8_next_char (text);
  return g_strndup (text, vn_option_rstrip (text, strlen (text)));
}

static gboolean
convert_bool (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  static const VnWord words[] = {
    { "true", TRUE }, { "1", TRUE },    { "on", TRUE },  { "yes", TRUE }, { "false", FALSE },
    { "0", FALSE },   { "off", FALSE }, { "no", FALSE }, { NULL, 0 },
  };
  g_autofree char *lower = g_ascii_strdown (text, -1);
  int value;

  if (!vn_word_parse (words, lower, &value))
    return FALSE;
  ret->u.boolean = value;
  ret->has_value = TRUE;
  return TRUE;
}

/* Python's int (): a sign, and single underscores between digits. @digits: transfer full, without them, or NULL. */
static char *
integer_digits (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *c = text;

  if (*c == '+' || *c == '-')
    {
      if (*c == '-')
        g_string_append_c (digits, '-');
      c++;
    }
  for (const char *first = c; *c != '\0'; c++)
    {
      if (*c == '_' && c > first && c[-1] != '_' && c[1] != '\0')
        continue;
      if (!g_ascii_isdigit (*c))
        return NULL;
      g_string_append_c (digits, *c);
    }
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static gboolean
convert_number (const char *text, gint64 min, gint64 max, VnOptionValue *ret)
{
  g_autofree char *stripped = vn_option_strip (text);
  g_autofree char *digits = integer_digits (stripped);
  gint64 value;

  if (*stripped == '\0')
    {
      ret->has_value = FALSE;
      return TRUE;
    }
  if (digits == NULL || !vn_parse_int (digits, min, max, &value))
    return FALSE;
  ret->u.integer = value;
  ret->has_value = TRUE;
  return TRUE;
}

static gboolean
convert_int (const VnOptionInfo *info, const char *text, VnOptionValue *ret)
{
  gboolean limited = info->min != 0 || info->max != 0;

  return convert_number (text, limited ? info->min : G_MININT64, limited ? info->max : G_MAXINT64, ret);
}

static gboolean
convert_port (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  return convert_number (text, 0, 65535, ret);
}

/* The lab uses no fractional number: the value stays text. */
static gboolean
convert_float (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  g_autofree char *stripped = vn_option_strip (text);
  char *end = NULL;

  if (*stripped == '\0')
    {
      ret->has_value = FALSE;
      return TRUE;
    }
  (void)g_ascii_strtod (stripped, &end);
  if (*end != '\0' || strpbrk (stripped, "xX") != NULL)
    return FALSE;
  ret->has_value = TRUE;
  return TRUE;
}

static gboolean
convert_ip (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  VnIp ip;

  if (!vn_ip_parse (text, &ip))
    return FALSE;
  ret->u.ip = ip;
  ret->has_value = TRUE;
  return TRUE;
}

static gboolean
convert_string (const VnOptionInfo *info G_GNUC_UNUSED, const char *text G_GNUC_UNUSED, VnOptionValue *ret)
{
  ret->has_value = TRUE;
  return TRUE;
}

static gboolean
is_host_label (const char *label)
{
  gsize size = strlen (label);

  if (size < 1 || size > 63 || label[0] == '-' || label[size - 1] == '-')
    return FALSE;
  for (const char *c = label; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '-')
      return FALSE;
  return TRUE;
}

static gboolean
is_host_name (const char *text)
{
  gsize size = strlen (text);
  g_autofree char *bare = g_strndup (text, size > 0 && text[size - 1] == '.' ? size - 1 : size);
  g_auto (GStrv) labels = g_strsplit (bare, ".", -1);
  guint n_labels = g_strv_length (labels);
  gboolean has_letter = FALSE;

  if (n_labels == 0 || size > 253)
    return FALSE;
  for (guint i = 0; i < n_labels; i++)
    if (!is_host_label (labels[i]))
      return FALSE;
  for (const char *c = labels[n_labels - 1]; *c != '\0'; c++)
    has_letter |= g_ascii_isalpha (*c) || *c == '-';
  return has_letter; /* else it is a mistyped address */
}

static gboolean
convert_host (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  VnIp ip;

  if (!vn_ip_parse (text, &ip) && !is_host_name (text))
    return FALSE;
  ret->has_value = TRUE;
  return TRUE;
}

char **
vn_option_split_list (const char *text)
{
  g_autofree char *stripped = vn_option_strip (text);
  g_auto (GStrv) items = NULL;
  gsize size = strlen (stripped);

  while (size > 0 && stripped[size - 1] == ',')
    stripped[--size] = '\0';
  items = g_strsplit (stripped, ",", -1);
  for (char **item = items; *item != NULL; item++)
    {
      char *trimmed = vn_option_strip (*item);

      g_free (*item);
      *item = trimmed;
    }
  return g_steal_pointer (&items);
}

static gboolean
convert_list (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  ret->u.list = vn_option_split_list (text);
  ret->has_value = TRUE;
  return TRUE;
}

static gboolean
convert_dict (const VnOptionInfo *info G_GNUC_UNUSED, const char *text, VnOptionValue *ret)
{
  g_auto (GStrv) items = vn_option_split_list (text);

  for (char **item = items; *item != NULL; item++)
    if (strchr (*item, ':') == NULL)
      return FALSE;
  ret->u.list = g_steal_pointer (&items);
  ret->has_value = TRUE;
  return TRUE;
}

static gboolean (*const converters[]) (const VnOptionInfo *info, const char *text, VnOptionValue *ret) = {
  [VN_OPT_TYPE_BOOL] = convert_bool,   [VN_OPT_TYPE_INT] = convert_int,   [VN_OPT_TYPE_PORT] = convert_port,
  [VN_OPT_TYPE_FLOAT] = convert_float, [VN_OPT_TYPE_IP] = convert_ip,     [VN_OPT_TYPE_STRING] = convert_string,
  [VN_OPT_TYPE_HOST] = convert_host,   [VN_OPT_TYPE_LIST] = convert_list, [VN_OPT_TYPE_DICT] = convert_dict,
};

gboolean
vn_option_convert (const VnOptionInfo *info, const char *text, VnOptionValue *ret, GError **error)
{
  g_autofree char *shown = NULL;

  if (converters[info->type](info, text, ret))
    return TRUE;
  shown = vn_text_printable (text);
  if (info->type == VN_OPT_TYPE_INT && info->max == G_MAXINT64)
    return vn_error_set (error, VN_ERROR_INPUT, "\"%s\" is not a decimal integer from %" G_GINT64_FORMAT, shown,
                         info->min);
  if (info->type == VN_OPT_TYPE_INT && info->max != 0)
    return vn_error_set (error, VN_ERROR_INPUT,
                         "\"%s\" is not a decimal integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, shown,
                         info->min, info->max);
  return vn_error_set (error, VN_ERROR_INPUT, "\"%s\" is not %s", shown, vn_option_type_name (info->type));
}

void
vn_option_value_clear (const VnOptionInfo *info, VnOptionValue *value)
{
  if (value->has_value && (info->type == VN_OPT_TYPE_LIST || info->type == VN_OPT_TYPE_DICT))
    g_clear_pointer (&value->u.list, g_strfreev);
  value->has_value = FALSE;
}
