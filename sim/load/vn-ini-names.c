/* SPDX-License-Identifier: Apache-2.0 */
/* Names of sections and options: which ones Neutron knows, and what a misspelt one may have meant. */
#include "sim/load/vn-ini-names.h"

#include "sim/base/vn-text.h"

#include <string.h>

/* What Neutron reads beside the options of the model's table. */
static const struct
{
  const char *section, *key;
} known[] = {
#define VN_KNOWN(section, key) { section, key },
#include "sim/load/vn-ini-known.inc"
#undef VN_KNOWN
};

gboolean
vn_ini_is_known (const char *section, const char *key)
{
  VnOptionId id;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].key, key) == 0 && vn_option_section_equal (known[i].section, section))
      return TRUE;
  return vn_option_find (section, key, &id);
}

gboolean
vn_ini_is_section (const char *section)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (vn_option_section_equal (known[i].section, section))
      return TRUE;
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    if (vn_option_section_equal (vn_option_info ((VnOptionId)i)->section, section))
      return TRUE;
  return FALSE;
}

/* "[ VXLAN]" and "L2-Population" as a careless eye reads them. Transfer full. */
static char *
fold (const char *name)
{
  g_autofree char *folded = g_ascii_strdown (name, -1);

  g_strstrip (folded);
  return g_strdelimit (g_steal_pointer (&folded), "- ", '_');
}

/* The word of @words that @name means by its folded form, else the nearest one, or NULL. */
static const char *
nearest (const char *name, const char *const *words)
{
  g_autofree char *folded = fold (name);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = fold (words[i]);

      if (strcmp (word, folded) == 0)
        return words[i];
    }
  return vn_suggest (name, words);
}

/* Options of the lab's table in @section, or of all sections if that is NULL. Transfer container. */
static const char **
keys_of (const char *section)
{
  GPtrArray *keys = g_ptr_array_new ();

  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      const VnOptionInfo *info = vn_option_info ((VnOptionId)i);

      if (section == NULL || vn_option_section_equal (info->section, section))
        g_ptr_array_add (keys, (gpointer)info->key);
    }
  g_ptr_array_add (keys, NULL);
  return (const char **)g_ptr_array_free (keys, FALSE);
}

static const char **
sections (void)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      const char *section = vn_option_info ((VnOptionId)i)->section;

      if (!g_ptr_array_find_with_equal_func (names, section, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer)section);
    }
  g_ptr_array_add (names, NULL);
  return (const char **)g_ptr_array_free (names, FALSE);
}

/* The section of the lab's option @key, if there is exactly one. */
static const char *
home_of (const char *key)
{
  const char *home = NULL;

  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      const VnOptionInfo *info = vn_option_info ((VnOptionId)i);

      if (strcmp (info->key, key) == 0 && home != NULL)
        return NULL;
      if (strcmp (info->key, key) == 0)
        home = info->section;
    }
  return home;
}

char *
vn_ini_typo_hint (const char *section, const char *key)
{
  g_autofree const char **section_words = sections ();
  gboolean is_section = vn_ini_is_section (section);
  const char *meant = is_section ? section : nearest (section, section_words);
  g_autofree const char **keys = NULL;
  const char *word;

  if (meant == NULL)
    return NULL;
  keys = keys_of (meant);
  word = nearest (key, keys);
  if (word != NULL && !is_section)
    return g_strdup_printf ("did you mean section [%s]?", meant);
  if (word != NULL)
    return g_strdup_printf ("did you mean \"%s\"?", word);
  if (is_section && home_of (key) != NULL)
    return g_strdup_printf ("\"%s\" is an option of section [%s]", key, home_of (key));
  return NULL;
}
