/* SPDX-License-Identifier: Apache-2.0 */
/* FROM TO PROTO[/PORT] on the command line. */
#include "sim/cli/vn-cli-cell.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const struct
{
  const char *word;
  guint8 protocol;
  gboolean has_port;
  VnFamily family; /* NONE: IPv4 unless --ipv6 */
} protocols[] = {
  { "icmp", IPPROTO_ICMP, FALSE, VN_FAMILY_IPV4 },
  { "icmp6", IPPROTO_ICMPV6, FALSE, VN_FAMILY_IPV6 },
  { "tcp", IPPROTO_TCP, TRUE, VN_FAMILY_NONE },
  { "udp", IPPROTO_UDP, TRUE, VN_FAMILY_NONE },
};

/* "tcp/80" into @cell. Prints and returns FALSE on anything else. */
static gboolean
parse_what (const char *verb, const char *text, gboolean ipv6, VnCell *cell)
{
  const char *slash = strchr (text, '/');
  g_autofree char *word = slash ? g_strndup (text, (gsize)(slash - text)) : g_strdup (text);
  guint64 port = 0;

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      if (strcmp (protocols[i].word, word) != 0 || protocols[i].has_port != (slash != NULL)
          || (slash && !vn_parse_uint (slash + 1, 1, 65535, &port)))
        continue;
      cell->protocol = protocols[i].protocol;
      cell->port = (guint16)port;
      cell->family = protocols[i].family != VN_FAMILY_NONE ? protocols[i].family
                     : ipv6                                ? VN_FAMILY_IPV6
                                                           : VN_FAMILY_IPV4;
      return TRUE;
    }
  fprintf (stderr, "vnetlab %s: \"%s\" (expected icmp, icmp6, tcp/PORT or udp/PORT)\n", verb, text);
  return FALSE;
}

static gboolean
find_end (const char *verb, const VnTopology *topology, const char *name, guint *ret)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  *ret = vn_topology_find_end (topology, name);
  if (*ret != VN_NONE)
    return TRUE;
  for (guint i = 0; i < topology->ends->len; i++)
    g_ptr_array_add (names, vn_topology_end (topology, i)->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  fprintf (stderr, "vnetlab %s: the lab has no \"%s\"%s%s\n", verb, name, hint ? "; " : "", hint ? hint : "");
  return FALSE;
}

gboolean
vn_cli_cell (const char *verb, const VnTopology *topology, char *const *words, gboolean ipv6, VnCell *ret)
{
  VnCell cell = { .kind = VN_CELL_REACH, .check = VN_NONE };

  if (!find_end (verb, topology, words[0], &cell.from) || !find_end (verb, topology, words[1], &cell.to)
      || !parse_what (verb, words[2], ipv6, &cell))
    return FALSE;
  *ret = cell;
  return TRUE;
}
