/* SPDX-License-Identifier: Apache-2.0 */
/* Interpolation and value checks, after all files of a program and --set are read.
 *
 * "$name", "${name}" and "${GROUP.name}" stand for another option's value, as Python prints it; the template is that of
 * oslo.config 9.0 (names of ASCII letters, digits, '_' and '.'; "$$" and "\$" for a dollar sign; any other '$' stays).
 * A name without a dot is looked for in the option's own group, then in DEFAULT. A referenced option is finished first,
 * so that options are finished in the order of their references; a circle ends at a depth of MAX_DEPTH. */
#include "sim/load/vn-load.h"

#include <string.h>

#define MAX_DEPTH 16
#define MAX_VALUE_BYTES (64 * 1024)

typedef struct
{
  VnConfig *config;
  VnProgram programs;
  VnDiagList *diags;
} Finisher;

static void finish_option (Finisher *finisher, VnOptionId id, guint depth);

/* As registered: case counts, "DEFAULT" is no group. */
static gboolean
find_in_group (const char *group, const char *key, VnOptionId *ret)
{
  if (!vn_option_find (group, key, ret) || strcmp (group, "DEFAULT") == 0)
    return FALSE;
  return strcmp (vn_option_group (vn_option_info (*ret)), group) == 0;
}

static gboolean
find_reference (const char *name, const VnOptionInfo *from, VnOptionId *ret)
{
  const char *dot = strchr (name, '.');
  g_autofree char *group = NULL;

  if (dot == NULL)
    return vn_option_find (from->section, name, ret) || vn_option_find ("DEFAULT", name, ret);
  group = g_strndup (name, (gsize)(dot - name));
  return find_in_group (group, dot + 1, ret);
}

/* As Python's str () prints the option's value. */
static void
append_value (GString *out, const VnOptionInfo *info, const VnOptionValue *value)
{
  if (!value->has_value)
    return;
  switch (info->type)
    {
    case VN_OPT_TYPE_BOOL:
      g_string_append (out, value->u.boolean ? "True" : "False");
      break;
    case VN_OPT_TYPE_INT:
    case VN_OPT_TYPE_PORT:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, value->u.integer);
      break;
    case VN_OPT_TYPE_LIST:
      g_string_append_c (out, '[');
      for (char **item = value->u.list; *item != NULL; item++)
        g_string_append_printf (out, "%s'%s'", item == value->u.list ? "" : ", ", *item);
      g_string_append_c (out, ']');
      break;
    default:
      g_string_append (out, value->text);
    }
}

static gboolean
append_reference (Finisher *finisher, GString *out, const char *name, VnOptionId from, guint depth)
{
  const VnOptionInfo *info = vn_option_info (from);
  VnOrigin origin = finisher->config->values[from].origin;
  VnOptionId id;

  if (!find_reference (name, info, &id))
    {
      vn_diag_add (finisher->diags, VN_DIAG_INI_REFERENCE, origin,
                   strchr (name, '.') != NULL
                       ? "groups are called as the code registers them, as in ${VXLAN.local_ip}; "
                         "write $$ for a dollar sign"
                       : "write $$ for a dollar sign",
                   "\"$%s\" in the value of \"%s\" refers to no option that the lab knows", name, info->key);
      return FALSE;
    }
  if (depth >= MAX_DEPTH)
    {
      vn_diag_add (finisher->diags, VN_DIAG_INI_REFERENCE, origin, NULL,
                   "the value of \"%s\" refers to itself, or over more than %d others", info->key, MAX_DEPTH);
      return FALSE;
    }
  finish_option (finisher, id, depth + 1);
  append_value (out, vn_option_info (id), &finisher->config->values[id]);
  return TRUE;
}

static gsize
name_size (const char *text)
{
  gsize size = 0;

  if (!g_ascii_isalpha (*text) && *text != '_')
    return 0;
  while (g_ascii_isalnum (text[size]) || text[size] == '_' || text[size] == '.')
    size++;
  return size;
}

/* One "$…" at @text. @ret_name: the name that it refers to, or NULL where it stands for itself. Returns: its size. */
static gsize
scan_dollar (const char *text, char **ret_name)
{
  gboolean is_braced = text[1] == '{';
  const char *name = text + (is_braced ? 2 : 1);
  gsize size = name_size (name);

  *ret_name = NULL;
  if (text[1] == '$')
    return 2;
  if (size == 0 || (is_braced && name[size] != '}'))
    return 1;
  *ret_name = g_strndup (name, size);
  return (gsize)(name - text) + size + (is_braced ? 1 : 0);
}

/* Returns: the text with all references replaced, transfer full; NULL with a diagnostic if one can't be. */
static char *
interpolate (Finisher *finisher, const char *raw, VnOptionId id, guint depth)
{
  g_auto (GStrv) parts = g_strsplit (raw, "\\$", -1);
  g_autofree char *template = g_strjoinv ("$$", parts);
  g_autoptr (GString) out = g_string_new (NULL);
  const char *c = template;

  while (*c != '\0')
    {
      g_autofree char *name = NULL;
      gsize size = *c == '$' ? scan_dollar (c, &name) : strcspn (c, "$");

      if (name != NULL && !append_reference (finisher, out, name, id, depth))
        return NULL;
      if (name == NULL)
        g_string_append_len (out, c, *c == '$' ? 1 : (gssize)size);
      c += size;
      if (out->len > MAX_VALUE_BYTES)
        {
          vn_diag_add (finisher->diags, VN_DIAG_LIMIT, finisher->config->values[id].origin, NULL,
                       "the value of \"%s\" is longer than %d bytes", vn_option_info (id)->key, MAX_VALUE_BYTES);
          return NULL;
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* What the author may not know about the value's text. */
static const char *
value_hint (const VnOptionInfo *info, const char *text)
{
  if (strchr (text, '\n') != NULL)
    return "the indented line below is part of the value: comments and options start in column 1";
  if (strchr (text, '#') != NULL || strchr (text, ';') != NULL)
    return "a comment behind a value is part of it: put it on a line of its own";
  if (info->type == VN_OPT_TYPE_IP && *text == '\0')
    return "leave the option out if there is no address";
  return NULL;
}

static void
check_comment (Finisher *finisher, VnOptionId id)
{
  const VnOptionValue *value = &finisher->config->values[id];

  if (strstr (value->text, " #") != NULL || strstr (value->text, " ;") != NULL)
    vn_diag_add (finisher->diags, VN_DIAG_LINT_VALUE_COMMENT, value->origin, "put the comment on a line of its own",
                 "the text from \"#\" or \";\" on is part of the value of \"%s\"", vn_option_info (id)->key);
}

/* What can't be read keeps the default, so that the lint rules have something to work with. */
static void
finish_option (Finisher *finisher, VnOptionId id, guint depth)
{
  const VnOptionInfo *info = vn_option_info (id);
  VnOptionValue *value = &finisher->config->values[id];
  VnOrigin origin = value->origin;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!value->is_raw)
    return;
  text = interpolate (finisher, value->text, id, depth);
  if (text == NULL || !value->is_raw)
    {
      vn_config_refuse (finisher->config, id);
      return;
    }
  if (vn_config_set (finisher->config, id, text, origin, &error))
    {
      check_comment (finisher, id);
      return;
    }
  if ((info->programs & finisher->programs) != 0)
    vn_diag_add (finisher->diags, VN_DIAG_INI_VALUE, origin, value_hint (info, text), "%s: %s", info->key,
                 error->message);
  vn_config_refuse (finisher->config, id);
}

void
vn_load_ini_finish (VnConfig *config, VnProgram programs, VnDiagList *diags)
{
  Finisher finisher = { .config = config, .programs = programs, .diags = diags };

  for (guint i = 0; i < VN_N_OPTIONS; i++)
    finish_option (&finisher, (VnOptionId)i, 0);
}
