/* SPDX-License-Identifier: Apache-2.0 */
/* A set of addresses and prefixes that is asked often: hosts by hash, wider prefixes one by one. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

typedef struct _VnAddressSet VnAddressSet;

VnAddressSet *vn_address_set_new (void);
void vn_address_set_free (VnAddressSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnAddressSet, vn_address_set_free)
/* Host bits of @prefix do not count. */
void vn_address_set_add (VnAddressSet *set, VnPrefix prefix);
gboolean vn_address_set_contains (const VnAddressSet *set, VnIp ip);
/* Whether it holds no address of @family at all. */
gboolean vn_address_set_is_empty (const VnAddressSet *set, VnFamily family);
/* Whether one of its prefixes is the whole of @family. */
gboolean vn_address_set_is_all (const VnAddressSet *set, VnFamily family);

/* For tables keyed by VnIp. */
guint vn_ip_hash (gconstpointer ip);
gboolean vn_ip_hash_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
