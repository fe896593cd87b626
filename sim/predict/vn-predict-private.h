/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share: one question in the making.
 *
 * A question is answered by the same code for the promise and for what the agents do (VnQuirkSet); the reasons are told
 * only for the promise. */
#pragma once

#include "sim/predict/vn-predict-ports.h"
#include "sim/predict/vn-predict-scene.h"
#include "sim/predict/vn-predict-sg.h"

G_BEGIN_DECLS

struct _VnPredictor
{
  VnTopology *topology;
  VnHistory *history;
  GArray *ports;            /* VnPredictPort, index = port: as the API promises */
  GArray *real_ports;       /* likewise: as an agent knows it that is stopped; elsewhere without a port */
  GHashTable *books;        /* VnTopology -> VnSgBook */
  GHashTable *by_ethernet;  /* (domain, address) -> end + 1 */
  GHashTable *by_node;      /* (node, address) -> end + 1 */
  GHashTable *ends_of_node; /* interned node name -> GArray of guint: its ends as they came up */
  VnScene *scene;           /* NULL = nobody forwards anything */
};

typedef struct
{
  const VnPredictor *predictor;
  const VnCell *cell;
  const VnEnd *from;
  const VnEnd *to; /* NULL = anyone else */
  VnQuirkSet quirks;
  VnReason *reasons; /* takes the reasons as children; NULL = nobody asks */
} VnQuestion;

typedef struct
{
  VnOutcome outcome;
  VnCauseCode cause;
  VnIp seen_as; /* as in VnPrediction, as is the next */
  gboolean translated;
} VnPredictAnswer;

/* Adds a reason, if anybody asks. Its arguments are made in any case: dear ones belong behind `q->reasons != NULL`. */
void vn_question_say (const VnQuestion *q, gboolean holds, VnOrigin origin, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
gboolean vn_question_has (const VnQuestion *q, VnQuirkId quirk);
VnPredictAnswer vn_predict_no (VnCauseCode cause);

/* ---- vn-predict-agents.c ---- */

/* Books, and the ports as agents know them. Behind the ports. */
void vn_predict_index_agents (VnPredictor *predictor);
/* What ports share on their hosts. */
void vn_predict_share (const VnHistory *history, GArray *ports);
/* Whether the question is about the port as its agent knows it, which is stopped. */
gboolean vn_predict_port_departs (const VnQuestion *q, const VnEnd *end);
/* NULL for interfaces of machines: nothing filters them. */
const VnPredictPort *vn_question_port (const VnQuestion *q, const VnEnd *end);
/* Whether the port's protection takes @ip, which the port has, for its own. */
gboolean vn_question_may_speak (const VnQuestion *q, const VnEnd *end, VnIp ip);

/* ---- vn-predict-tunnel.c ---- */

/* Whether a broadcast gets from one end's host to the other's. */
gboolean vn_question_floods (const VnQuestion *q, const VnEnd *from, const VnEnd *to);
/* Missing uplinks and L2POP-AGENT-DOWN applied to an answer. */
VnPredictAnswer vn_predict_tunnel_quirks (const VnQuestion *q, VnPredictAnswer answer);

/* ---- vn-predict-path.c ---- */

/* Whether both ends exist in the lab; else says so. */
gboolean vn_question_are_plugged (const VnQuestion *q);
gboolean vn_question_is_plugged (const VnQuestion *q, const VnEnd *end);
const VnNetwork *vn_question_network (const VnQuestion *q, const VnEnd *end); /* of a port; NULL for a machine */
/* Whether @a is a port and @b an address that its host has on the port's own bridge. */
gboolean vn_question_is_own_host (const VnQuestion *q, const VnEnd *a, const VnEnd *b);
gboolean vn_question_shares_ethernet (const VnQuestion *q, const VnEnd *a, const VnEnd *b);
/* Another end on the sender's Ethernet that is plugged, and for which @wanted (nullable) holds; NULL if there is none.
 */
const VnEnd *vn_question_anyone (const VnQuestion *q, gboolean (*wanted) (const VnQuestion *q, const VnEnd *end));
/* Whether both are ports on different hosts, so that a frame crosses the underlay. */
gboolean vn_question_crosses_hosts (const VnQuestion *q);
/* The sender's address that it uses towards @dst: one on link, else the first of the family. */
VnIp vn_predict_source (const VnEnd *end, VnIp dst);
/* Finds the way of an ordinary packet to the other end's address. Returns: VN_CAUSE_NONE, or why there is none. */
VnCauseCode vn_question_route (const VnQuestion *q, VnIp *ret_src, VnIp *ret_dst);
/* The end by which the receiver's namespace answers @src, if that leads back to the sender; else NULL, and says so. */
const VnEnd *vn_question_answers_by (const VnQuestion *q, VnIp src);
/* The end's own prefix that holds @ip; NULL = not on link. */
const VnPrefix *vn_end_on_link (const VnEnd *end, VnIp ip);
VnIp vn_end_gateway (const VnEnd *end, VnFamily family);
/* (domain, address) and (node, address) of all ends. */
void vn_predict_index_ends (VnPredictor *predictor);

/* ---- vn-predict-node.c ---- */

/* The ends of each namespace. Behind the ports. */
void vn_predict_index_nodes (VnPredictor *predictor);
/* The end by which the kernel that @end belongs to sends to @dst; NULL = it has no route. */
const VnEnd *vn_question_sends_by (const VnQuestion *q, const VnEnd *end, VnIp dst);

/* ---- vn-predict-filter.c ---- */

/* The packet that a cell of REACH, SPOOF_MAC or SPOOF_IP sends, and the answer to it. */
VnSgPacket vn_predict_packet (const VnCell *cell, VnIp src, VnIp dst);
VnSgPacket vn_predict_reply (const VnSgPacket *packet);
/* Whether @end's groups let it pass. */
VnLeg vn_question_passes (const VnQuestion *q, const VnEnd *end, VnDirection direction, const VnSgPacket *packet);
/* The same for the answer to a packet that passed. */
VnLeg vn_question_reply_passes (const VnQuestion *q, const VnEnd *end, VnDirection direction, const VnSgPacket *reply);

/* ---- vn-predict-l2.c ---- */

/* Whether the asked end, or anyone, is on the sender's Ethernet; says so. */
gboolean vn_question_meets (const VnQuestion *q);
/* Whether the VXLAN device on an end's host answers ARP by itself. */
gboolean vn_question_has_responder (const VnQuestion *q, const VnEnd *end);
/* ARP-RESPONDER-V6 and -DUAL applied to an answer. */
VnPredictAnswer vn_predict_responder_quirks (const VnQuestion *q, VnPredictAnswer answer);
/* Known unicast, broadcast, unknown unicast. */
VnPredictAnswer vn_predict_frame (const VnQuestion *q);
VnPredictAnswer vn_predict_arp_known (const VnQuestion *q);
VnPredictAnswer vn_predict_arp_unknown (const VnQuestion *q);

/* ---- vn-predict-modes.c ---- */

/* Whether a packet between the two is a matter of network modes and routers. */
gboolean vn_question_is_of_scene (const VnQuestion *q);
VnPredictAnswer vn_predict_scene_reach (const VnQuestion *q);
VnPredictAnswer vn_predict_dns (const VnQuestion *q);
/* FORWARD and UNSOLICITED. */
VnPredictAnswer vn_predict_outside (const VnQuestion *q);

/* ---- vn-predict-attack.c ---- */

/* Whether port security lets @end's instance send from @src, with the port's own MAC address. */
gboolean vn_question_may_send (const VnQuestion *q, const VnEnd *end, VnIp src);
VnPredictAnswer vn_predict_spoof_mac (const VnQuestion *q);
VnPredictAnswer vn_predict_spoof_frame (const VnQuestion *q);
VnPredictAnswer vn_predict_spoof_ip (const VnQuestion *q);
VnPredictAnswer vn_predict_spoof_arp (const VnQuestion *q);
VnPredictAnswer vn_predict_dhcp_server (const VnQuestion *q);
VnPredictAnswer vn_predict_ra (const VnQuestion *q);

/* ---- vn-predict-service.c ---- */

/* LEASE, RENEW, LEASED, DAD. */
VnPredictAnswer vn_predict_service (const VnQuestion *q);
VnPredictAnswer vn_predict_pair (const VnQuestion *q);

G_END_DECLS
