/* SPDX-License-Identifier: Apache-2.0 */
/* The known departures of the real agents from what the API promises: one bit each, so that the same evaluation can be
 * made by the promise (no bit), by what the agents do (all bits), and with a single departure to name the one at work.
 */
#pragma once

#include "sim/predict/vn-predict.h"

G_BEGIN_DECLS

typedef enum
{
  VN_QUIRK_V6_NOSPOOF,
  VN_QUIRK_V4_NOSPOOF,
  VN_QUIRK_NO_ADDRESS,
  VN_QUIRK_ADDRESS_GROUP_ANY,
  VN_QUIRK_ICMP_255_ANY,
  VN_QUIRK_HOPOPT_ANY,
  VN_QUIRK_STATELESS_BRIDGE,
  VN_QUIRK_FULL_RANGE,
  VN_QUIRK_V6_ICMP_EGRESS,
  VN_QUIRK_CHAIN_COLLISION,
  VN_QUIRK_RESPONDER_V6,
  VN_QUIRK_RESPONDER_DUAL,
  VN_QUIRK_RESPONDER_GARP,
  VN_QUIRK_VNI_RANGE,
  VN_QUIRK_OWN_HOST,
  VN_QUIRK_AGENT_DOWN,
  VN_QUIRK_L2POP_AGENT_DOWN,
  VN_N_QUIRKS
} VnQuirkId;

/* A set of VnQuirkId, one bit each. */
typedef guint32 VnQuirkSet;
#define VN_QUIRKS_NONE ((VnQuirkSet)0)
#define VN_QUIRKS_ALL ((VnQuirkSet)((1u << VN_N_QUIRKS) - 1))
#define VN_QUIRK_BIT(id) ((VnQuirkSet)1 << (id))

G_END_DECLS
