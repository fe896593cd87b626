/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in checks that are not about one cell: each adds its results to the run. */
#pragma once

#include "analysis/judge/vn-case.h"

G_BEGIN_DECLS

/* Adds a check that passes so far. @host: machine or VN_NONE; @subject: nullable, taken over. Borrowed by the caller.
 */
VnRunCheck *vn_check_add (const VnCase *c, VnRun *run, const char *id, guint host, char *subject);
/* The first failure counts, one that is no quirk of the agents before others. @cause: taken over and cleared. */
void vn_check_fail (VnRunCheck *check, VnCause *cause, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Only if it has not failed. */
void vn_check_doubt (VnRunCheck *check, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* @frame: index in the store. */
void vn_check_add_packet (VnRunCheck *check, guint frame);

void vn_checks_lab (const VnCase *c, VnRun *run);        /* LAB-STATE, CFG-QUIRK-UNUSED; last of all */
void vn_checks_sg (const VnCase *c, VnRun *run);         /* SG-ACTIVE */
void vn_checks_zones (const VnCase *c, VnRun *run);      /* SG-ZONE */
void vn_checks_mtu (const VnCase *c, VnRun *run);        /* MTU-DEVICES */
void vn_checks_net (const VnCase *c, VnRun *run);        /* NET-BROADCAST */
void vn_checks_modes (const VnCase *c, VnRun *run);      /* DHCP-LEASE, DHCP-POOL, NAT-TWINS */
void vn_checks_l2p_tables (const VnCase *c, VnRun *run); /* L2P-FDB-COMPLETE, L2P-FDB-STALE, L2P-FLOOD-LIST */
void vn_checks_qos (const VnCase *c, VnRun *run);        /* QOS-… */
void vn_checks_l2p_wire (const VnCase *c, VnRun *run);   /* the other L2P-… */

/* ---- what L2 population is meant to do, from the topology alone ---- */

/* Machines with active ports on a VXLAN network, in their order. Array of guint, transfer full; empty for other types.
 */
GArray *vn_l2p_hosts (const VnCase *c, guint network);
/* "network NAME". Transfer full. */
char *vn_l2p_subject (const VnCase *c, guint network);

G_END_DECLS
