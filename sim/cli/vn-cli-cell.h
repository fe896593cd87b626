/* SPDX-License-Identifier: Apache-2.0 */
/* FROM TO PROTO[/PORT] on the command line: one packet of a lab. */
#pragma once

#include "sim/model/vn-cell.h"

G_BEGIN_DECLS

/* @words: three of them. @ipv6: TCP and UDP over IPv6. Prints what is wrong, with suggestions, and returns FALSE. */
gboolean vn_cli_cell (const char *verb, const VnTopology *topology, char *const *words, gboolean ipv6, VnCell *ret);

G_END_DECLS
