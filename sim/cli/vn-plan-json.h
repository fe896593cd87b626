/* SPDX-License-Identifier: Apache-2.0 */
/* The wanted state as JSON. */
#pragma once

#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

/* @node: only this one; NULL = all. Transfer full. */
char *vn_plan_json (const VnTables *tables, const char *node);

G_END_DECLS
