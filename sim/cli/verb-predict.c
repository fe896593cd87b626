/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab predict: what must happen to a packet and why, without a lab. */
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/predict/vn-predict.h"

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
parse_what (const char *text, gboolean ipv6, VnCell *cell)
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
  fprintf (stderr, "vnetlab predict: \"%s\" (expected icmp, icmp6, tcp/PORT or udp/PORT)\n", text);
  return FALSE;
}

static gboolean
find_end (const VnTopology *topology, const char *name, guint *ret)
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
  fprintf (stderr, "vnetlab predict: the lab has no \"%s\"%s%s\n", name, hint ? "; " : "", hint ? hint : "");
  return FALSE;
}

static void
print_prediction (const VnTopology *topology, const VnCell *cell)
{
  g_autoptr (GArray) events = vn_topology_default_events (topology);
  g_autoptr (VnPredictor) predictor = vn_predict_compile (topology, events);
  g_autofree char *reasons = NULL, *key = vn_cell_key (topology, cell);
  VnPrediction prediction = { 0 };

  vn_predict_ask (predictor, cell, &prediction);
  reasons = vn_reason_to_string (prediction.reason);
  printf ("%s: delivered %s, answered %s\n\n%s", key, vn_leg_name (prediction.outcome.delivered),
          vn_leg_name (prediction.outcome.answered), reasons);
  if (prediction.quirk)
    printf ("\nThe real agents depart from it here: delivered %s, answered %s. %s: %s\n",
            vn_leg_name (prediction.quirk_outcome.delivered), vn_leg_name (prediction.quirk_outcome.answered),
            prediction.quirk->id, prediction.quirk->what);
  vn_prediction_clear (&prediction);
}

int
vn_verb_predict (int argc, char **argv)
{
  VnCliLab lab = { 0 };
  gboolean ipv6 = FALSE;
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (lab),
    { "ipv6", '6', 0, G_OPTION_ARG_NONE, &ipv6, "TCP and UDP over IPv6", NULL },
    G_OPTION_ENTRY_NULL,
  };
  VnCell cell = { .kind = VN_CELL_REACH, .check = VN_NONE };
  g_autoptr (VnTopology) topology = NULL;
  g_auto (GStrv) words = NULL;
  gboolean ok;

  if (!vn_cli_parse ("predict", "LAB FROM TO PROTO[/PORT]", "What must happen to a packet and why, without a lab.",
                     entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  if (g_strv_length (words) != 4)
    {
      fprintf (stderr, "vnetlab predict: expected LAB FROM TO PROTO[/PORT]\n");
      return VN_EXIT_USAGE;
    }
  topology = vn_cli_load (words[0], &lab, NULL);
  vn_cli_lab_clear (&lab);
  ok = topology && find_end (topology, words[1], &cell.from);
  ok = ok && find_end (topology, words[2], &cell.to) && parse_what (words[3], ipv6, &cell);
  if (!ok)
    return VN_EXIT_USAGE;
  print_prediction (topology, &cell);
  return VN_EXIT_OK;
}
