/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts on the command line. */
#include "sim/cli/vn-cli-units.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *name;
  guint64 factor;
} Unit;

static const Unit NO_UNITS[] = { { "", 1 }, { NULL, 0 } };
static const Unit SIZES[] = {
  { "", 1 },
  { "B", 1 },
  { "kB", 1000 },
  { "MB", 1000 * 1000 },
  { "GB", 1000 * 1000 * 1000 },
  { "KiB", 1024 },
  { "MiB", 1024 * 1024 },
  { "GiB", 1024 * 1024 * 1024 },
  { NULL, 0 },
};
static const Unit TIMES[] = { { "", 1 }, { "s", 1 }, { "min", 60 }, { "h", 3600 }, { NULL, 0 } };

static const struct
{
  const char *expected;
  const Unit *units;
} AMOUNTS[] = {
  [VN_AMOUNT_NUMBER] = { "a whole number", NO_UNITS },
  [VN_AMOUNT_BYTES] = { "bytes, or a number with kB, MB, GB, KiB, MiB or GiB", SIZES },
  [VN_AMOUNT_SECONDS] = { "seconds, or a number with s, min or h", TIMES },
};

static const Unit *
find_unit (const Unit *units, const char *name)
{
  for (; units->name; units++)
    if (strcmp (units->name, name) == 0)
      return units;
  return NULL;
}

gboolean
vn_cli_read_amount (const char *verb, const char *option, const char *text, VnAmount amount, guint64 max, guint64 *ret)
{
  gsize n_digits = text ? strspn (text, "0123456789") : 0;
  g_autofree char *digits = g_strndup (text, n_digits);
  const Unit *unit;
  guint64 number;

  if (!text)
    return TRUE;
  unit = find_unit (AMOUNTS[amount].units, text + n_digits);
  if (unit && vn_parse_uint (digits, 1, max / unit->factor, &number))
    {
      *ret = number * unit->factor;
      return TRUE;
    }
  fprintf (stderr, "vnetlab %s: --%s %s: expected %s, from 1 to %" G_GUINT64_FORMAT "\n", verb, option, text,
           AMOUNTS[amount].expected, max);
  return FALSE;
}
