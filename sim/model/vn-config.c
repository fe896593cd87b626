/* SPDX-License-Identifier: Apache-2.0 */
/* What one program of one machine read: values by option, each with its origin. */
#include "sim/model/vn-config.h"

#include "sim/model/vn-option-value.h"

static void
ignored_free (gpointer data)
{
  VnIgnoredOption *ignored = data;

  g_free (ignored->section);
  g_free (ignored->key);
  g_free (ignored->value);
  g_free (ignored);
}

/* Defaults are part of the table, so that one which does not convert is a programmer's error. */
static void
value_set_default (VnOptionId id, VnOptionValue *value)
{
  const VnOptionInfo *info = vn_option_info (id);
  g_autoptr (GError) error = NULL;

  if (info->default_text == NULL)
    return;
  value->text = g_strdup (info->default_text);
  if (!vn_option_convert (info, info->default_text, value, &error))
    g_error ("default of [%s] %s: %s", info->section, info->key, error->message);
}

VnConfig *
vn_config_new (void)
{
  VnConfig *config = g_new0 (VnConfig, 1);

  config->ref_count = 1;
  config->ignored = g_ptr_array_new_with_free_func (ignored_free);
  config->files = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    value_set_default ((VnOptionId)i, &config->values[i]);
  return config;
}

VnConfig *
vn_config_ref (VnConfig *config)
{
  config->ref_count++;
  return config;
}

void
vn_config_free (VnConfig *config)
{
  if (config == NULL || --config->ref_count > 0)
    return;
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      vn_option_value_clear (vn_option_info ((VnOptionId)i), &config->values[i]);
      g_free (config->values[i].text);
    }
  g_ptr_array_unref (config->ignored);
  g_ptr_array_unref (config->files);
  g_free (config);
}

/* Takes @value, its text excepted. */
static void
replace_value (VnConfig *config, VnOptionId id, VnOptionValue value, const char *text)
{
  VnOptionValue *old = &config->values[id];
  char *copy = g_strdup (text);

  vn_option_value_clear (vn_option_info (id), old);
  g_free (old->text);
  *old = value;
  old->text = copy;
}

gboolean
vn_config_set (VnConfig *config, VnOptionId id, const char *text, VnOrigin origin, GError **error)
{
  VnOptionValue value = { .is_set = TRUE, .origin = origin };

  if (!vn_option_convert (vn_option_info (id), text, &value, error))
    return FALSE;
  replace_value (config, id, value, text);
  return TRUE;
}

void
vn_config_set_raw (VnConfig *config, VnOptionId id, const char *text, VnOrigin origin)
{
  replace_value (config, id, (VnOptionValue){ .is_set = TRUE, .is_raw = TRUE, .origin = origin }, text);
}

void
vn_config_refuse (VnConfig *config, VnOptionId id)
{
  VnOptionValue *value = &config->values[id];

  replace_value (config, id, (VnOptionValue){ .is_set = TRUE, .is_bad = TRUE, .origin = value->origin }, NULL);
  value_set_default (id, value);
}

void
vn_config_add_header (VnConfig *config, const char *section, VnOrigin origin)
{
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    if (vn_option_is_in ((VnOptionId)i, section))
      config->headers[i] = origin;
}

void
vn_config_ignore (VnConfig *config, const char *section, const char *key, const char *value, VnIgnoredWhy why,
                  VnOrigin origin)
{
  VnIgnoredOption *ignored = g_new0 (VnIgnoredOption, 1);

  ignored->section = g_strdup (section);
  ignored->key = g_strdup (key);
  ignored->value = g_strdup (value);
  ignored->why = why;
  ignored->origin = origin;
  g_ptr_array_add (config->ignored, ignored);
}

const char *
vn_ignored_why_text (VnIgnoredWhy why)
{
  static const char *const texts[] = {
    [VN_IGNORED_SECTION] = "the lab knows no such section",
    [VN_IGNORED_OPTION] = "the lab knows no such option",
    [VN_IGNORED_PROGRAM] = "this program does not read it",
    [VN_IGNORED_NOTED] = "without effect in the lab",
  };

  g_return_val_if_fail ((guint)why < G_N_ELEMENTS (texts), NULL);
  return texts[why];
}

gboolean
vn_config_equal (const VnConfig *a, const VnConfig *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    if (vn_option_info ((VnOptionId)i)->use == VN_OPTION_USE_LAB
        && g_strcmp0 (a->values[i].text, b->values[i].text) != 0)
      return FALSE;
  return TRUE;
}

/* The defaults for a NULL config come from a shared constant object, made once. */
static const VnOptionValue *
get (const VnConfig *config, VnOptionId id)
{
  static gsize defaults = 0;

  g_assert ((guint)id < VN_N_OPTIONS);
  if (config != NULL)
    return &config->values[id];
  if (g_once_init_enter (&defaults))
    g_once_init_leave (&defaults, (gsize)vn_config_new ());
  return &((const VnConfig *)defaults)->values[id];
}

static gboolean
has_type (VnOptionId id, guint types)
{
  return (types >> vn_option_info (id)->type & 1) != 0;
}

#define TYPE(name) (1u << VN_OPT_TYPE_##name)

gboolean
vn_config_bool (const VnConfig *config, VnOptionId id)
{
  const VnOptionValue *value = get (config, id);

  g_assert (has_type (id, TYPE (BOOL)));
  return value->has_value && value->u.boolean;
}

gboolean
vn_config_has (const VnConfig *config, VnOptionId id)
{
  return get (config, id)->has_value;
}

gint64
vn_config_int (const VnConfig *config, VnOptionId id, gint64 if_none)
{
  const VnOptionValue *value = get (config, id);

  g_assert (has_type (id, TYPE (INT) | TYPE (PORT)));
  return value->has_value ? value->u.integer : if_none;
}

const char *
vn_config_string (const VnConfig *config, VnOptionId id)
{
  const VnOptionValue *value = get (config, id);

  g_assert (has_type (id, TYPE (STRING) | TYPE (HOST)));
  return value->has_value ? value->text : "";
}

VnIp
vn_config_ip (const VnConfig *config, VnOptionId id)
{
  const VnOptionValue *value = get (config, id);

  g_assert (has_type (id, TYPE (IP)));
  return value->has_value ? value->u.ip : (VnIp){ .family = VN_FAMILY_NONE };
}

const char *const *
vn_config_list (const VnConfig *config, VnOptionId id)
{
  static const char *const empty[] = { NULL };
  const VnOptionValue *value = get (config, id);

  g_assert (has_type (id, TYPE (LIST) | TYPE (DICT)));
  return value->has_value ? (const char *const *)value->u.list : empty;
}

gboolean
vn_config_list_has (const VnConfig *config, VnOptionId id, const char *item)
{
  return g_strv_contains (vn_config_list (config, id), item);
}

VnOrigin
vn_config_origin (const VnConfig *config, VnOptionId id)
{
  return get (config, id)->origin;
}

VnOrigin
vn_config_place (const VnConfig *config, VnOptionId id)
{
  VnOrigin origin = vn_config_origin (config, id);

  if (vn_origin_is_set (origin) || config == NULL)
    return origin;
  if (vn_origin_is_set (config->headers[id]) || config->files->len == 0)
    return config->headers[id];
  return vn_origin_new (g_ptr_array_index (config->files, config->files->len - 1), 0, 0);
}

char *
vn_config_describe (const VnConfig *config, VnOptionId id)
{
  const VnOptionValue *value = get (config, id);
  g_autofree char *place = vn_origin_to_line (value->origin);

  return g_strdup_printf ("%s = %s (%s)", vn_option_info (id)->key, value->text != NULL ? value->text : "none", place);
}
