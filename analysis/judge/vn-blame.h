/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of configuration: which host and which line made something wrong. */
#pragma once

#include "analysis/judge/vn-case.h"
#include "sim/model/vn-driver.h"

G_BEGIN_DECLS

/* Replaces what @cause says. Places are left alone. @host: machine or VN_NONE. */
void vn_cause_set (const VnCase *c, VnCause *cause, VnCauseCode code, guint host, VnOrigin origin, const char *format,
                   ...) G_GNUC_PRINTF (6, 7);
void vn_cause_clear (VnCause *cause);

/* Whether the server tells the agents about ports and tunnel end points. */
gboolean vn_blame_has_driver (const VnCase *c);
/* Whether the agent of @host tunnels otherwise than L2 population would have it. FALSE: @cause is untouched. */
gboolean vn_blame_mode (const VnCase *c, guint host, VnCause *cause);
/* Why @host has no forwarding entry for @mac (zero: a flood entry) on a network, and what is missing. */
void vn_blame_fdb (const VnCase *c, guint host, guint network, VnMac mac, VnIp dst, VnCause *cause);

/* Why @host has no VXLAN device for a network where it has ports. FALSE: it has one, or nobody looked. */
gboolean vn_blame_device (const VnCase *c, guint host, guint network, VnCause *cause);
/* Why nothing gets from a port to its host's network, or back: a device that is in no bridge, an address that the host
 * does not have. FALSE: all is as it has to be, or nobody looked; @cause is untouched. */
gboolean vn_blame_wiring (const VnCase *c, const VnEnd *end, VnCause *cause);
/* Why what @from floods to its multicast group of a network does not reach @to: whose line to blame. */
void vn_blame_group (const VnCase *c, guint from, guint to, guint network, VnCause *cause);

/* The UDP port of VXLAN that most agents use; among equally many the one that fewest set by an option. */
guint16 vn_blame_common_port (const VnCase *c);
/* Of two hosts the one whose UDP port is not the common one; @a if both or none are. */
guint vn_blame_odd_port (const VnCase *c, guint a, guint b);

/* Why a host does not filter by security groups. Returns: FALSE and @cause untouched if it does. */
gboolean vn_blame_filter (const VnCase *c, guint host, VnFamily family, VnCause *cause);

G_END_DECLS
