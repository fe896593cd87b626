/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that a port is given without asking for them.
 *
 * The server draws among the first 1,000 free addresses of a subnet's pools (Neutron 21.0.0, IPAM's "prefer next"
 * window), or takes the lowest one for a DHCP port; here the draw follows from the seed and the port's id. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* What is taken on each network: a set, so that a lab of many ports is not searched for each of them. */
typedef struct _VnTaken VnTaken;

VnTaken *vn_taken_new (void);
void vn_taken_free (VnTaken *taken);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTaken, vn_taken_free)
void vn_taken_add (VnTaken *taken, guint network, VnIp ip);
gboolean vn_taken_has (const VnTaken *taken, guint network, VnIp ip);
/* The addresses of all ports that are not deleted. */
void vn_taken_add_ports (VnTaken *taken, const VnTopology *t);

/* A port of @t that @standing has, too (of the same id), is given the addresses that it has there, and nobody else is.
 * @standing: borrowed, must outlive @taken. */
void vn_taken_keep (VnTaken *taken, const VnTopology *t, const VnTopology *standing);

gboolean vn_pool_has (VnPool pool, VnIp ip);
/* An address on @subnet for a port: EUI-64 where addresses follow from MACs. FALSE if the pools are used up. */
gboolean vn_address_draw (const VnTaken *taken, const VnSubnet *subnet, guint64 seed, const VnPort *port, VnIp *ret);
/* Adds one address of each IP version of the port's network, and one on every subnet whose addresses follow from MACs,
 * and takes them. FALSE if a version has no address left. */
gboolean vn_address_draw_all (VnTaken *taken, const VnTopology *t, guint64 seed, VnPort *port);

G_END_DECLS
