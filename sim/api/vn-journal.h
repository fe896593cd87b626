/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are kept, to be made again: a VnApi draws the same for the same requests, so a lab's file and its
 * journal say what its cloud is. */
#pragma once

#include "sim/api/vn-server.h"

G_BEGIN_DECLS

typedef struct
{
  char *method, *path;
  JsonNode *body; /* NULL = none */
  char *as;       /* of vn_api_request_as(); NULL = none */
} VnApiRequest;
void vn_api_request_clear (VnApiRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnApiRequest, vn_api_request_clear)

/* @body: JSON text; NULL or "" = none. VN_ERROR_INPUT if it isn't JSON. */
gboolean vn_api_request_init (VnApiRequest *ret, const char *method, const char *path, const char *body,
                              GError **error);
/* Whether it can change anything. */
gboolean vn_api_request_changes (const VnApiRequest *request);
/* One line of JSON, and back. Transfer full. */
char *vn_api_request_to_text (const VnApiRequest *request);
gboolean vn_api_request_from_text (const char *text, VnApiRequest *ret, GError **error);

/* Does a request and, if it changed the topology, adds the event that tells the agents of it.
 * @events: array of VnEvent. Returns: whether it changed anything. */
gboolean vn_api_request_do (VnApi *api, const VnApiRequest *request, GArray *events, VnApiAnswer *ret);

G_END_DECLS
