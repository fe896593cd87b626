/* SPDX-License-Identifier: Apache-2.0 */
/* One rule of an agent, as a -save program prints it, against one packet. */
#pragma once

#include "sim/packet/vn-packet.h"
#include "sim/plan/vn-tables.h"

G_BEGIN_DECLS

typedef enum
{
  VN_CT_NEW,
  VN_CT_ESTABLISHED,
  VN_CT_INVALID,
} VnCtState;

/* A bridged packet as iptables and ebtables see it. */
typedef struct
{
  const VnPacketHeaders *headers;
  const char *in, *out; /* bridge ports that it comes from and goes to; NULL = not known or none */
  VnCtState state;
  const VnRuleset *sets; /* of the host; NULL = none */
} VnRulePacket;

typedef enum
{
  VN_MATCH_NO,
  VN_MATCH_YES,
  VN_MATCH_UNKNOWN, /* the rule has a condition that is not known here */
} VnMatchResult;

typedef struct _VnParsedRule VnParsedRule;

VnParsedRule *vn_parsed_rule_new (const char *spec);
void vn_parsed_rule_free (VnParsedRule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnParsedRule, vn_parsed_rule_free)
/* "ACCEPT", "DROP", "RETURN", "CT" or a chain; NULL = none. */
const char *vn_parsed_rule_target (const VnParsedRule *rule);
VnMatchResult vn_parsed_rule_match (const VnParsedRule *rule, const VnRulePacket *packet);

G_END_DECLS
