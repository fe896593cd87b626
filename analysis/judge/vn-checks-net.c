/* SPDX-License-Identifier: Apache-2.0 */
/* NET-BROADCAST: whether what a host floods reaches all that it has to.
 *
 * A cell without a receiver counts as delivered where anybody has seen its frame; this check asks for every port of the
 * network. With L2 population the checks of the flood lists and of the wire say more, so it is left to them. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"
#include "analysis/judge/vn-lost.h"
#include "sim/model/vn-driver.h"

static void
check_receiver (const VnCase *c, guint cell, guint end, VnRunCheck *check)
{
  const GArray *hops = vn_observation_path (c->seen, cell)->forward;
  const VnEnd *from = vn_topology_end (c->topology, vn_case_cell (c, cell)->from);
  const VnEnd *to = vn_topology_end (c->topology, end);
  guint point = vn_places_end (c->places, end);
  const VnLostFrame lost = { vn_case_cell (c, cell)->from, end, hops, VN_CT_NEW };
  VnCause cause = { VN_CAUSE_NONE };

  if (to->domain != from->domain || to == from || point == VN_NONE || vn_hops_at (hops, point, FALSE))
    return;
  if (vn_places_point (c->places, point)->dropped > 0 || !vn_case_shot (c, cell)->forward_closed)
    {
      vn_check_doubt (check, "it is not known whether the broadcast of %s reached %s", from->name, to->name);
      return;
    }
  vn_lost_explain (c, &lost, &cause);
  vn_check_fail (check, &cause, "the broadcast of %s did not reach %s", from->name, to->name);
}

static void
check_cell (const VnCase *c, guint cell, VnRun *run)
{
  const VnEnd *from = vn_topology_end (c->topology, vn_case_cell (c, cell)->from);
  VnRunCheck *check = vn_check_add (c, run, "NET-BROADCAST", from->machine, vn_l2p_subject (c, from->domain));
  const GArray *hops = vn_observation_path (c->seen, cell)->forward;

  for (guint i = 0; i < hops->len; i++)
    vn_check_add_packet (check, g_array_index (hops, VnHop, i).frame);
  for (guint i = 0; i < c->topology->ends->len; i++)
    check_receiver (c, cell, i, check);
}

void
vn_checks_net (const VnCase *c, VnRun *run)
{
  if (vn_topology_wants_l2_population (c->topology))
    return;
  for (guint i = 0; i < c->evidence->cells->len; i++)
    if (vn_case_cell (c, i)->kind == VN_CELL_BROADCAST && vn_case_shot (c, i)->state == VN_SHOT_SENT)
      check_cell (c, i, run);
}
