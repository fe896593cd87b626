/* SPDX-License-Identifier: Apache-2.0 */
/* What choosing and sending probes have in common. Private to sim/probe. */
#pragma once

#include "sim/model/vn-cell.h"

G_BEGIN_DECLS

/* Whether the end is there once the lab is built: a port must be bound to a host and administratively up. */
gboolean vn_probe_is_plugged (const VnTopology *topology, const VnEnd *end);

/* Cells in the making, each question once. */
typedef struct
{
  const VnTopology *topology;
  GArray *cells;     /* VnCell */
  GHashTable *index; /* VnCell (what is asked, without who asked) -> its number */
} VnCellList;
/* Adds a cell that nobody asked for, unless it is there. */
void vn_cell_list_add (VnCellList *list, VnCell cell);

/* ---- vn-cells-modes.c ---- */

/* TCP to @to's web servers, else to the usual port, and to a port where nobody listens. */
void vn_cells_add_web (VnCellList *list, guint from, guint to);
/* Names, forwarded ports, unsolicited packets. */
void vn_cells_add_modes (VnCellList *list);

G_END_DECLS
