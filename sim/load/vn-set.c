/* SPDX-License-Identifier: Apache-2.0 */
/* --set HOST:SECTION.OPTION=VALUE: an option of the ini files, changed for one run. */
#include "sim/load/vn-ini-names.h"
#include "sim/load/vn-load.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"

#include <string.h>

#define ORIGIN_FILE "--set"

/* The text up to @delimiter, which is taken away with it, or NULL. @text: moved behind it. Transfer full. */
static char *
take_until (const char **text, char delimiter)
{
  const char *end = strchr (*text, delimiter);
  char *taken;

  if (end == NULL || end == *text)
    return NULL;
  taken = g_strndup (*text, (gsize)(end - *text));
  *text = end + 1;
  return taken;
}

gboolean
vn_set_parse (const char *text, VnSet *ret, GError **error)
{
  g_autofree char *host = NULL;
  g_autofree char *section = NULL;
  g_autofree char *key = NULL;
  const char *rest = text;
  gboolean is_whole = (host = take_until (&rest, ':')) != NULL && (section = take_until (&rest, '.')) != NULL
                      && (key = take_until (&rest, '=')) != NULL && strchr (section, '=') == NULL
                      && strchr (host, '=') == NULL;

  if (!is_whole)
    {
      g_autofree char *shown = vn_text_printable (text);

      return vn_error_set (error, VN_ERROR_INPUT,
                           "--set \"%s\" is not HOST:SECTION.OPTION=VALUE, as in compute1:vxlan.l2_population=false",
                           shown);
    }
  *ret = (VnSet){ .host = g_steal_pointer (&host),
                  .section = g_steal_pointer (&section),
                  .key = g_steal_pointer (&key),
                  .value = g_strdup (rest) };
  return TRUE;
}

void
vn_set_clear (VnSet *set)
{
  g_clear_pointer (&set->host, g_free);
  g_clear_pointer (&set->section, g_free);
  g_clear_pointer (&set->key, g_free);
  g_clear_pointer (&set->value, g_free);
}

static gboolean
find_option (const VnSet *set, VnOptionId *ret)
{
  return vn_option_find (set->section, set->key, ret) || vn_option_find_old_name (set->section, set->key, ret);
}

static gboolean
is_for (const VnSet *set, const char *host)
{
  return strcmp (set->host, "*") == 0 || strcmp (set->host, host) == 0;
}

void
vn_set_apply (const VnSet *sets, gsize n_sets, const char *host, VnProgram program, VnConfig *config)
{
  VnOptionId id;

  for (gsize i = 0; i < n_sets; i++)
    if (is_for (&sets[i], host) && find_option (&sets[i], &id) && (vn_option_info (id)->programs & program) != 0)
      vn_config_set_raw (config, id, sets[i].value, vn_origin_new (ORIGIN_FILE, 0, 0));
}

static VnProgram
programs_of (const VnMachine *machine)
{
  return (VnProgram)((machine->agent != NULL ? VN_PROGRAM_AGENT : 0)
                     | (machine->server != NULL ? VN_PROGRAM_SERVER : 0));
}

static void
report_unknown_host (const VnSet *set, const GPtrArray *machines, VnDiagList *diags)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  for (guint i = 0; i < machines->len; i++)
    g_ptr_array_add (names, VN_AT (machines, VnMachine, i)->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (set->host, (const char *const *)names->pdata);
  vn_diag_add (diags, VN_DIAG_SET_HOST, vn_origin_new (ORIGIN_FILE, 0, 0), hint,
               "the lab has no machine \"%s\" to set %s.%s on", set->host, set->section, set->key);
}

static void
report_no_reader (const VnSet *set, VnOptionId id, VnDiagList *diags)
{
  const char *reader = vn_option_info (id)->programs == VN_PROGRAM_SERVER ? "neutron-server" : "a Linux bridge agent";
  gboolean is_all = strcmp (set->host, "*") == 0;

  vn_diag_add (diags, VN_DIAG_SET_HOST, vn_origin_new (ORIGIN_FILE, 0, 0), NULL,
               "%s.%s has no effect on %s: %s would read it, and none runs there", set->section, set->key,
               is_all ? "any machine" : set->host, reader);
}

static void
check_hosts (const VnSet *set, VnOptionId id, const GPtrArray *machines, VnDiagList *diags)
{
  gboolean is_found = strcmp (set->host, "*") == 0;
  gboolean is_read = FALSE;

  for (guint i = 0; i < machines->len; i++)
    {
      const VnMachine *machine = VN_AT (machines, VnMachine, i);

      if (!is_for (set, machine->name))
        continue;
      is_found = TRUE;
      is_read |= (programs_of (machine) & vn_option_info (id)->programs) != 0;
    }
  if (!is_found)
    report_unknown_host (set, machines, diags);
  else if (!is_read)
    report_no_reader (set, id, diags);
}

void
vn_set_check (const VnSet *sets, gsize n_sets, const GPtrArray *machines, VnDiagList *diags)
{
  for (gsize i = 0; i < n_sets; i++)
    {
      g_autofree char *hint = NULL;
      VnOptionId id;

      if (find_option (&sets[i], &id))
        {
          check_hosts (&sets[i], id, machines, diags);
          continue;
        }
      hint = vn_ini_typo_hint (sets[i].section, sets[i].key);
      vn_diag_add (diags, VN_DIAG_SET_OPTION, vn_origin_new (ORIGIN_FILE, 0, 0), hint,
                   "the lab knows no option \"%s\" in section [%s]", sets[i].key, sets[i].section);
    }
}
