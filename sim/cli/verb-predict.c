/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab predict: what must happen to a packet and why, without a lab. */
#include "sim/cli/vn-cli-cell.h"
#include "sim/cli/vn-cli.h"
#include "sim/predict/vn-predict.h"

#include <stdio.h>

static void
print_prediction (const VnTopology *topology, const GArray *events, const VnCell *cell)
{
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

/* Without a lab nobody has a lease yet: as if each client had been given what its server gives first. */
static VnTopology *
with_likely_leases (const VnTopology *topology)
{
  g_autoptr (GPtrArray) leases = vn_topology_likely_leases (topology);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  return vn_topology_with_leases (topology, leases, diags);
}

/* Behind all events of the file. */
static gboolean
predict (const VnTopology *first, char *const *words, gboolean ipv6)
{
  g_autoptr (GArray) events = vn_topology_default_events (first);
  const VnTopology *topology = vn_events_final_topology (events, first);
  VnCell cell;

  if (!vn_cli_cell ("predict", topology, words, ipv6, &cell))
    return FALSE;
  print_prediction (topology, events, &cell);
  return TRUE;
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
  g_autoptr (VnTopology) topology = NULL;
  g_autoptr (VnTopology) leased = NULL;
  g_auto (GStrv) words = NULL;

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
  leased = topology != NULL ? with_likely_leases (topology) : NULL;
  return leased != NULL && predict (leased, words + 1, ipv6) ? VN_EXIT_OK : VN_EXIT_USAGE;
}
