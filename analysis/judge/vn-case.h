/* SPDX-License-Identifier: Apache-2.0 */
/* What the judge has before it: the evidence and what was made of it. Read only. */
#pragma once

#include "analysis/judge/vn-observe.h"
#include "analysis/judge/vn-rule-eval.h"
#include "sim/predict/vn-predict.h"

G_BEGIN_DECLS

typedef struct
{
  const VnEvidence *evidence;
  const VnTopology *topology;
  const VnPlaces *places;
  const VnObservation *seen;
  VnRuleBook *rules;
  const VnPredictor *predictor;
} VnCase;

const VnCell *vn_case_cell (const VnCase *c, guint cell);
const VnShot *vn_case_shot (const VnCase *c, guint cell);

/* Whether the server has the port as ACTIVE by the events so far. */
gboolean vn_case_port_active (const VnCase *c, guint port);
/* Whether the dump of a machine has a device of that name. */
gboolean vn_case_has_device (const VnCase *c, guint machine, const char *dev);
/* The dumped VXLAN device of a network on a machine, or NULL. */
const VnVxlan *vn_case_vxlan (const VnCase *c, guint machine, guint network);
/* An entry of the dumped forwarding table of that device: the first with @mac (and @dst, if set), or NULL. */
const VnFdb *vn_case_fdb (const VnCase *c, guint machine, guint network, VnMac mac, VnIp dst);
/* Objects of a kind in the dump of a node. Transfer container; elements are borrowed. */
GPtrArray *vn_case_dumped (const VnCase *c, const char *node, VnKobjKind kind);
/* Value of a sysctl: dumped, else wanted, else NULL (the kernel's default). @ret_origin: nullable; the line that set
 * it. */
const char *vn_case_sysctl (const VnCase *c, const char *node, const char *key, VnOrigin *ret_origin);
/* Whether bridged packets of a family are passed to iptables there. */
gboolean vn_case_bridge_nf (const VnCase *c, const char *node, VnFamily family, VnOrigin *ret_origin);
/* Whether a device is a bridge's port: what comes in there has not come to its node yet. */
gboolean vn_case_is_bridge_port (const VnCase *c, const char *node, const char *dev);
/* Whether no end is on a node: a hypervisor's program, whose bridge has no capture but at its ports. */
gboolean vn_case_is_program (const VnCase *c, const char *node);
/* Whether a cell's way may lead over routers, or to an address that is not the asked end's. */
gboolean vn_case_is_routed (const VnCase *c, guint cell);
/* The node that takes the probe of a cell if all is well: the asked end's; of a name, the resolver's. NULL = nobody. */
const char *vn_case_target_node (const VnCase *c, guint cell);
VnIp vn_case_tunnel_ip (const VnCase *c, guint machine);
guint vn_case_machine_of_tunnel_ip (const VnCase *c, VnIp ip); /* VN_NONE */

G_END_DECLS
