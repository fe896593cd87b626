/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab that stays was built from, and what came of it: kept in its folder, read back to know it exactly. */
#pragma once

#include "sim/kernel/vn-kernel.h"
#include "sim/model/vn-topology.h"
#include "sim/run/vn-state.h"

G_BEGIN_DECLS

/* How a lab was asked for. */
typedef struct
{
  const char *const *sets; /* --set, as written; NULL = none */
  const char *seed;        /* --seed, as written; NULL = the file's */
} VnStateAsked;

/* What a lab was built from, and each changed file that was applied to it since, is kept side by side. @part: which of
 * them, the beginning of its files' names. */
#define VN_STATE_UP "" /* as it came up */

/* Copies every file that @topology was loaded from. */
gboolean vn_state_save_lab (const VnState *state, const char *part, const VnTopology *topology,
                            const VnStateAsked *asked, GError **error);
/* Loads the lab again from the copies, whatever has become of the files. @standing: nullable, of VnLoadOptions. NULL on
 * error. */
VnTopology *vn_state_load_lab (const VnState *state, const char *part, const VnTopology *standing, GError **error);
/* How it was asked for. Both transfer full, NULL = not. */
gboolean vn_state_load_asked (const VnState *state, const char *part, char ***ret_sets, char **ret_seed,
                              GError **error);

/* Array of VnKobjLease; NULL = none. */
gboolean vn_state_save_leases (const VnState *state, const char *part, const GPtrArray *leases, GError **error);
GPtrArray *vn_state_load_leases (const VnState *state, const char *part, GError **error);

/* What `ls` shows without loading the lab. */
typedef struct
{
  char *file;
  gint64 since_unix_usec; /* 0: it is only just being built */
  guint n_nodes;
} VnStateFacts;
void vn_state_facts_clear (VnStateFacts *facts);
gboolean vn_state_save_facts (const VnState *state, const VnStateFacts *facts, GError **error);
gboolean vn_state_load_facts (const VnState *state, VnStateFacts *ret, GError **error);

G_END_DECLS
