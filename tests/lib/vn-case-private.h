/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of vn_case_load() only: members of a JSON object, and what an object of the API is made of. */
#pragma once

#include <json-glib/json-glib.h>

#include "tests/lib/vn-case.h"

G_BEGIN_DECLS

/* A number is written as text, an absent or null member is NULL. Transfer full. */
char *vn_case_text (JsonObject *object, const char *key);
gboolean vn_case_flag (JsonObject *object, const char *key, gboolean if_absent);
JsonArray *vn_case_array (JsonObject *object, const char *key); /* NULL if absent */
guint vn_case_array_len (JsonArray *array);                     /* @array: nullable */

guint vn_case_find_group (const VnTopology *t, const char *id); /* VN_NONE */
guint vn_case_find_port (const VnTopology *t, const char *id);  /* VN_NONE */
void vn_case_add_rule (VnTopology *t, VnSecurityGroup *group, JsonObject *object);
void vn_case_add_port (VnTopology *t, JsonObject *object);
/* What @object says of the port's attributes replaces what it has; the rest stays. */
void vn_case_set_port (const VnTopology *t, VnPort *port, JsonObject *object);
gboolean vn_case_seal (VnTopology *t, GError **error);
/* The steps of the case, behind a first one in which the agent starts with all ports plugged. */
gboolean vn_case_load_steps (VnCase *c, JsonArray *steps, GError **error);

G_END_DECLS
