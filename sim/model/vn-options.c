/* SPDX-License-Identifier: Apache-2.0 */
/* The table of Neutron options, its look-up, and the table as documentation. */
#include "sim/model/vn-config.h"

#include <string.h>

static const VnOptionInfo options[] = {
#define VN_OPTION(name, section, key, type, default_text, min, max, program, use, effect)                              \
  [VN_OPT_##name] = { section, key, VN_OPT_TYPE_##type,   default_text,                                                \
                      min,     max, VN_PROGRAM_##program, VN_OPTION_USE_##use,                                         \
                      effect },
#include "sim/model/vn-options.inc"
#undef VN_OPTION
};
G_STATIC_ASSERT (G_N_ELEMENTS (options) == VN_N_OPTIONS);

/* What an option was called in an earlier release and is still read as. */
static const struct
{
  const char *section, *key;
  VnOptionId id;
} old_names[] = {
  { "ml2", "segment_mtu", VN_OPT_GLOBAL_PHYSNET_MTU },
};

/* Groups whose name is registered in another case than it is written in the files. */
static const struct
{
  const char *section, *group;
} groups[] = {
  { "vxlan", "VXLAN" },
  { "linux_bridge", "LINUX_BRIDGE" },
  { "securitygroup", "SECURITYGROUP" },
  { "agent", "AGENT" },
};

static const char *const type_names[] = {
  [VN_OPT_TYPE_BOOL] = "a boolean (true, 1, on, yes; false, 0, off, no)",
  [VN_OPT_TYPE_INT] = "a decimal integer",
  [VN_OPT_TYPE_PORT] = "a port (0 to 65535)",
  [VN_OPT_TYPE_FLOAT] = "a number",
  [VN_OPT_TYPE_IP] = "an IPv4 or IPv6 address, without prefix length",
  [VN_OPT_TYPE_STRING] = "a string",
  [VN_OPT_TYPE_HOST] = "a host name or address",
  [VN_OPT_TYPE_LIST] = "a list, separated by commas",
  [VN_OPT_TYPE_DICT] = "a list of key:value, separated by commas",
};

const VnOptionInfo *
vn_option_info (VnOptionId id)
{
  g_return_val_if_fail ((guint)id < VN_N_OPTIONS, NULL);
  return &options[id];
}

const char *
vn_option_type_name (VnOptionType type)
{
  g_return_val_if_fail ((guint)type < G_N_ELEMENTS (type_names), NULL);
  return type_names[type];
}

gboolean
vn_option_section_equal (const char *a, const char *b)
{
  if (strcmp (a, "DEFAULT") == 0 || strcmp (b, "DEFAULT") == 0)
    return strcmp (a, b) == 0;
  return g_ascii_strcasecmp (a, b) == 0;
}

gboolean
vn_option_is_in (VnOptionId id, const char *section)
{
  return vn_option_section_equal (options[id].section, section);
}

gboolean
vn_option_find (const char *section, const char *key, VnOptionId *ret)
{
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    if (strcmp (options[i].key, key) == 0 && vn_option_section_equal (options[i].section, section))
      {
        *ret = (VnOptionId)i;
        return TRUE;
      }
  return FALSE;
}

gboolean
vn_option_find_old_name (const char *section, const char *key, VnOptionId *ret)
{
  for (guint i = 0; i < G_N_ELEMENTS (old_names); i++)
    if (strcmp (old_names[i].key, key) == 0 && vn_option_section_equal (old_names[i].section, section))
      {
        *ret = old_names[i].id;
        return TRUE;
      }
  return FALSE;
}

const char *
vn_option_group (const VnOptionInfo *info)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (strcmp (groups[i].section, info->section) == 0)
      return groups[i].group;
  return info->section;
}

static const char *
program_name (VnProgram programs)
{
  static const char *const names[]
      = { [VN_PROGRAM_AGENT] = "agent", [VN_PROGRAM_SERVER] = "server", [VN_PROGRAM_BOTH] = "both" };

  return names[programs];
}

char *
vn_options_markdown (void)
{
  g_autoptr (GString) text = g_string_new ("| option | type | default | read by | in the lab | what it changes |\n"
                                           "|---|---|---|---|---|---|\n");

  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      const VnOptionInfo *o = &options[i];

      g_string_append_printf (text, "| `[%s] %s` | %s |", o->section, o->key, vn_option_type_name (o->type));
      if (o->default_text == NULL)
        g_string_append (text, " none");
      else if (*o->default_text == '\0')
        g_string_append (text, " empty");
      else
        g_string_append_printf (text, " `%s`", o->default_text);
      g_string_append_printf (text, " | %s | %s | %s |\n", program_name (o->programs),
                              o->use == VN_OPTION_USE_LAB ? "yes" : "no effect", o->effect);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
