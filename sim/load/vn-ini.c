/* SPDX-License-Identifier: Apache-2.0 */
/* One ini file into a program's configuration: which assignment is which option, and what becomes of the others.
 *
 * Neutron ignores sections and options that it doesn't know without a word. Here they are kept in the list of ignored
 * ones, and those that look like a misspelt option are a warning. */
#include "sim/load/vn-ini-names.h"
#include "sim/load/vn-ini-parse.h"
#include "sim/load/vn-load.h"

#include "sim/base/vn-text.h"

#include <string.h>

typedef struct
{
  VnProgram programs;
  VnConfig *config;
  VnDiagList *diags;
  VnOrigin seen[VN_N_OPTIONS]; /* where this file set the option already */
} Reader;

static void
warn_duplicate (Reader *reader, VnOptionId id, const VnIniAssignment *assignment)
{
  const VnOptionValue *old = &reader->config->values[id];
  g_autofree char *place = NULL;

  if (vn_origin_is_set (reader->seen[id]) && g_strcmp0 (old->text, assignment->value) != 0)
    {
      place = vn_origin_to_line (reader->seen[id]);
      vn_diag_add (reader->diags, VN_DIAG_LINT_DUPLICATE, assignment->origin, NULL,
                   "option \"%s\" is set again: this value counts, not the one of %s", assignment->key, place);
    }
  reader->seen[id] = assignment->origin;
}

static void
set_option (Reader *reader, VnOptionId id, const VnIniAssignment *assignment)
{
  const VnOptionInfo *info = vn_option_info (id);
  gboolean is_read = (info->programs & reader->programs) != 0;

  if (!is_read || info->use == VN_OPTION_USE_NOTED)
    vn_config_ignore (reader->config, assignment->section, assignment->key, assignment->value,
                      is_read ? VN_IGNORED_NOTED : VN_IGNORED_PROGRAM, assignment->origin);
  if (!is_read)
    return;
  warn_duplicate (reader, id, assignment);
  vn_config_set_raw (reader->config, id, assignment->value, assignment->origin);
}

static void
warn_typo (Reader *reader, const VnIniAssignment *assignment)
{
  g_autofree char *hint = vn_ini_typo_hint (assignment->section, assignment->key);

  if (hint != NULL)
    vn_diag_add (reader->diags, VN_DIAG_LINT_TYPO, assignment->origin, hint,
                 "Neutron knows no option \"%s\" in section [%s] and ignores it", assignment->key, assignment->section);
}

static void
ignore_option (Reader *reader, const VnIniAssignment *assignment)
{
  VnIgnoredWhy why = VN_IGNORED_NOTED;

  if (!vn_ini_is_known (assignment->section, assignment->key))
    {
      why = vn_ini_is_section (assignment->section) ? VN_IGNORED_OPTION : VN_IGNORED_SECTION;
      warn_typo (reader, assignment);
    }
  vn_config_ignore (reader->config, assignment->section, assignment->key, assignment->value, why, assignment->origin);
}

/* Within one file an option's own name wins over its old one, whichever comes first. */
static void
read_old_names (Reader *reader, const GPtrArray *assignments)
{
  VnOptionId id;

  for (guint i = 0; i < assignments->len; i++)
    {
      const VnIniAssignment *assignment = g_ptr_array_index (assignments, i);

      if (vn_option_find_old_name (assignment->section, assignment->key, &id))
        set_option (reader, id, assignment);
    }
}

static void
read_names (Reader *reader, const GPtrArray *assignments)
{
  VnOptionId id;

  for (guint i = 0; i < assignments->len; i++)
    {
      const VnIniAssignment *assignment = g_ptr_array_index (assignments, i);

      if (vn_option_find (assignment->section, assignment->key, &id))
        set_option (reader, id, assignment);
      else if (!vn_option_find_old_name (assignment->section, assignment->key, &id))
        ignore_option (reader, assignment);
    }
}

static void
read_headers (VnConfig *config, const GPtrArray *headers)
{
  for (guint i = 0; i < headers->len; i++)
    {
      const VnIniHeader *header = g_ptr_array_index (headers, i);

      vn_config_add_header (config, header->section, header->origin);
    }
}

void
vn_load_ini (const char *path, const char *text, gsize size, VnProgram programs, VnConfig *config, VnDiagList *diags)
{
  Reader reader = { .programs = programs, .config = config, .diags = diags };
  g_autoptr (VnIni) ini = vn_ini_parse (path, text, size, diags);

  g_ptr_array_add (config->files, g_strdup (path));
  read_headers (config, ini->headers);
  read_old_names (&reader, ini->assignments);
  read_names (&reader, ini->assignments);
}
