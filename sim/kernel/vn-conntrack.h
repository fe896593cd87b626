/* SPDX-License-Identifier: Apache-2.0 */
/* The connections that a namespace tracks. Private to sim/kernel. */
#pragma once

#include "sim/base/vn-kobj.h"

G_BEGIN_DECLS

/* Deletes all that match; none is no error. */
gboolean vn_conntrack_delete (int netns_fd, const VnConntrack *wanted, GError **error);

G_END_DECLS
