/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of a record of calls against those of the server that is asked the same now.
 *
 * A record names objects by the ids that the real server gave them, but does not say which call made which. An id
 * stands for an object of its kind that a call before made and that no other id stands for. What the record says of
 * the id itself decides first: the addresses that were asked of a subnet, whether a port was bound. Among those that
 * are left, a record uses what it has just made: the latest ones, in order. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _VnRecordIds VnRecordIds;

/* @calls: objects with method, path, body, code, type. Borrowed. */
VnRecordIds *vn_record_ids_new (JsonArray *calls);
void vn_record_ids_free (VnRecordIds *ids);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnRecordIds, vn_record_ids_free)

/* The call of that number made an object. @request: its attributes; @object: what was answered. */
void vn_record_ids_made (VnRecordIds *ids, guint call, const char *collection, JsonObject *request, JsonObject *object);
/* The record says so itself. */
void vn_record_ids_map (VnRecordIds *ids, const char *recorded, const char *id);
/* The call's path and body with the ids that the objects have now. Transfer full; no body: NULL. */
char *vn_record_ids_path (VnRecordIds *ids, guint call);
JsonNode *vn_record_ids_body (VnRecordIds *ids, guint call);

G_END_DECLS
