/* SPDX-License-Identifier: Apache-2.0 */
/* Names of sections and options: which ones Neutron knows, and what a misspelt one may have meant. */
#pragma once

#include "sim/model/vn-config.h"

G_BEGIN_DECLS

/* Whether any option of Neutron or of the libraries that it reads options for has this name; those without effect in
 * the lab too. */
gboolean vn_ini_is_known (const char *section, const char *key);
/* Whether any option is in this section. */
gboolean vn_ini_is_section (const char *section);
/* For an option that isn't known: "did you mean …", or NULL if it looks like none of the lab's options. Transfer full.
 */
char *vn_ini_typo_hint (const char *section, const char *key);

G_END_DECLS
