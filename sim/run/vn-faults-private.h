/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of faults, a file for each kind of thing that they break. */
#pragma once

#include "sim/run/vn-faults.h"

G_BEGIN_DECLS

extern const VnFaultGroup vn_faults_modes, vn_faults_rules, vn_faults_guards, vn_faults_links, vn_faults_tunnels,
    vn_faults_qos, vn_faults_events;

/* What an event left behind or did not bring (@events: VnFaultEvent). Returns: how many. */
guint vn_fault_apply_events (guint events, const VnTables *before, VnTables *tables);

G_END_DECLS
