/* SPDX-License-Identifier: Apache-2.0 */
/* The Networking API v2.0 of one lab: requests in, answers and a new topology out.
 *
 * Pure: no socket, no clock, no file. A request names a method, a path below /v2.0 and a body; the answer has status,
 * body and, for a refusal, the error type that neutron-server gives (Neutron 21.0.0 with ML2 and the Linux bridge
 * driver). The caller is an administrator of one project. What the server draws at random follows from the lab's seed,
 * or from the record of what a real server chose.
 *
 * The topology is a value: a request that changes something makes a new one, in which every object keeps its index and
 * what was deleted keeps its place with `deleted` set. The one before stays valid for whoever holds a reference. */
#pragma once

#include "sim/model/vn-topology.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _VnApi VnApi;

/* Where ids, addresses, MACs and segmentation ids come from that a request does not give. */
typedef struct
{
  /* A name to the object that a real server answered with when it made it: id, mac_address, fixed_ips,
   * provider:segmentation_id and so on are taken from there, and the ids of the rules that come with a group.
   * Borrowed as long as the VnApi lives; NULL, or a name that is not in it: drawn from the seed. */
  JsonObject *record;
} VnApiChoices;

typedef struct
{
  guint status;     /* HTTP: 200, 201, 204; 400 and more for a refusal */
  char *error_type; /* "SecurityGroupInvalidPortRange"; NULL if it was done */
  char *message;    /* for people; NULL if it was done */
  JsonNode *body;   /* what the client reads: {"port": {…}}, {"NeutronError": {…}}; NULL for 204 */
} VnApiAnswer;
void vn_api_answer_clear (VnApiAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnApiAnswer, vn_api_answer_clear)

/* @topology: sealed, what the lab file says; its cloud may be empty, but a machine should run neutron-server (else all
 * options have their defaults). @choices: may be NULL. */
VnApi *vn_api_new (const VnTopology *topology, const VnApiChoices *choices);
void vn_api_free (VnApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnApi, vn_api_free)

/* @path: "networks", "ports/ID", "v2.0/ports?network_id=ID&fields=id", with or without a leading slash.
 * @body: NULL = none.
 * @as: name of the object in the record; NULL = the "name" in the body. A request for several objects uses names only.
 * @ret: overwritten, not cleared before. */
void vn_api_request_as (VnApi *api, const char *method, const char *path, JsonNode *body, const char *as,
                        VnApiAnswer *ret);
void vn_api_request (VnApi *api, const char *method, const char *path, JsonNode *body, VnApiAnswer *ret);

/* As it is now: sealed. Borrowed until the next request; take a reference to keep it. */
const VnTopology *vn_api_topology (const VnApi *api);

G_END_DECLS
