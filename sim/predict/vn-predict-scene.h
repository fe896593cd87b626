/* SPDX-License-Identifier: Apache-2.0 */
/* The scene as packets see it: who stands on which Ethernet, and what each kernel does with what is not for it.
 *
 * By the promise of each network mode (VnHvNetwork) and role (VnRole), never by rules. Private to sim/predict. */
#pragma once

#include "sim/model/vn-cell.h"

G_BEGIN_DECLS

/* An address on an Ethernet and the kernel or program behind it. */
typedef struct
{
  guint machine; /* whose it is; a hypervisor's engine is its PC's */
  guint domain;
  VnPrefix address;
  VnIp gateway;               /* default route by this station; unset = none */
  const VnHvNetwork *network; /* that its Ethernet is; NULL = a segment */
  const VnEnd *end;           /* NULL: an address of the hypervisor's, that no kernel routes by */
} VnStation;

typedef struct _VnScene VnScene;

/* @topology: kept by pointer. Returns: NULL if nobody in the lab forwards anything. */
VnScene *vn_scene_new (const VnTopology *topology);
void vn_scene_free (VnScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnScene, vn_scene_free)

/* The station by which a kernel sends to @dst, and the next hop; NULL = it has no route. */
const VnStation *vn_scene_route (const VnScene *scene, guint machine, VnIp dst, VnIp *ret_hop);
/* Who has an address on an Ethernet, NULL = nobody. */
const VnStation *vn_scene_owner (const VnScene *scene, guint domain, VnIp ip);
/* The station of a machine that has the address; NULL if it is none of its own. */
const VnStation *vn_scene_local (const VnScene *scene, guint machine, VnIp ip);
/* Whom a machine asks for names: as the DHCP server tells it that has to serve it, else the file; unset = nobody. */
VnIp vn_scene_resolver (const VnScene *scene, guint machine);

/* Whether what came in by @in leaves by @out. @asked: it answers what the machine had passed on. Returns:
 * VN_CAUSE_NONE, or why not. */
VnCauseCode vn_scene_forwards (const VnScene *scene, const VnStation *in, const VnStation *out, gboolean asked);
/* Whether the machine puts its own address in place of the source's then. */
gboolean vn_scene_translates (const VnScene *scene, const VnStation *in, const VnStation *out);

/* "segment lan", "nat network of pc". Transfer full. */
char *vn_scene_ethernet (const VnScene *scene, guint domain);

G_END_DECLS
