/* SPDX-License-Identifier: Apache-2.0 */
/* Network modes: which product has which, under what names, with what defaults. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* What a product puts into a network of a mode if nobody says otherwise. Addresses are numbers from the start of the
 * range, or, negative, from its broadcast address; 0 = none. */
typedef struct
{
  VnProduct product;
  VnMode mode;
  const char *name; /* of the network; bridged: NULL */
  const char *cidr; /* NULL = no addresses of its own */
  gint host, gateway, dns;
  gint dhcp; /* the server; 0 = has none */
  gint pool_first, pool_last;
  const char *dev;      /* the PC's interface: as it is, or with a number behind it where it ends in a letter */
  gboolean nat;         /* guests leave with the PC's address */
  gboolean engine;      /* by a program of the product, not by the PC's kernel */
  gboolean per_vm;      /* each VM's interface has a network of its own */
  guint lease_time_sec; /* 0 = the DHCP server's own default */
} VnModeDefaults;

const VnModeDefaults *vn_mode_defaults (VnProduct product, VnMode mode); /* NULL: the product has no such mode */
const VnModeDefaults *vn_mode_defaults_nth (guint n); /* all of them, for tables; NULL behind the end */
VnIp vn_mode_address (VnPrefix cidr, gint number);

G_END_DECLS
