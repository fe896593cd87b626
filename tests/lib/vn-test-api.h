/* SPDX-License-Identifier: Apache-2.0 */
/* A server without a cloud, and requests to it in short. */
#pragma once

#include "sim/api/vn-server.h"

G_BEGIN_DECLS

/* A controller that runs neutron-server with these options over the usual ones, and the hosts "h1" and "h2" with an
 * agent. @options: id and text in turn, ends with VN_N_OPTIONS. Sealed. */
VnTopology *vn_test_api_topology (VnOptionId option, ...);

/* Asks "METHOD PATH", with the body in which ' stands for " and $NAME for the id of an object that was saved.
 * @ids: name -> id; a request "NAME=METHOD PATH" saves the id of what it made.
 * What is not JSON is no body. */
void vn_test_api_ask (VnApi *api, GHashTable *ids, const char *request, const char *body, VnApiAnswer *ret);
/* "409 OverQuota", "204". Transfer full. */
char *vn_test_api_outcome (const VnApiAnswer *answer);
/* An attribute of the answer's object as JSON, ' instead of "; a list of objects is shown by its length with "#NAME".
 * Transfer full. */
char *vn_test_api_attribute (const VnApiAnswer *answer, const char *name);

G_END_DECLS
