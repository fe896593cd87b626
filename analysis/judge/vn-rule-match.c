/* SPDX-License-Identifier: Apache-2.0 */
/* One rule against one packet.
 *
 * A rule is a list of conditions; each option of a -save line is a row of a table: how many arguments it takes and the
 * function that answers it. This knows what the Linux bridge agent writes (Neutron 21.0.0) and answers "unknown" to
 * everything else; it shares no code with the prediction, which reads the API's objects and no rule. */
#include "analysis/judge/vn-rule-match.h"

#include "sim/base/vn-text.h"
#include "sim/plan/vn-protocol.h"

#include <string.h>

typedef VnMatchResult (*Condition) (const VnRulePacket *packet, const char *const *args);

typedef struct
{
  const char *option;
  guint n_args;
  Condition test; /* NULL = says nothing about the packet */
} Option;

typedef struct
{
  const Option *option;
  gboolean negated;
  const char *const *args; /* into the rule's words */
} Term;

struct _VnParsedRule
{
  char **words;
  GArray *terms; /* Term */
  const char *target;
  gboolean unknown;
};

static VnMatchResult
result (gboolean matches)
{
  return matches ? VN_MATCH_YES : VN_MATCH_NO;
}

static gboolean
has_ip (const VnRulePacket *packet)
{
  return (packet->headers->layers & VN_HAS_IP) != 0;
}

static VnMatchResult
test_prefix (VnIp ip, const char *text)
{
  VnPrefix prefix;

  if (!vn_prefix_parse (text, &prefix))
    return VN_MATCH_UNKNOWN;
  return result (vn_prefix_contains (prefix, ip));
}

static VnMatchResult
test_source (const VnRulePacket *packet, const char *const *args)
{
  return has_ip (packet) ? test_prefix (packet->headers->ip_src, args[0]) : VN_MATCH_NO;
}

static VnMatchResult
test_destination (const VnRulePacket *packet, const char *const *args)
{
  return has_ip (packet) ? test_prefix (packet->headers->ip_dst, args[0]) : VN_MATCH_NO;
}

/* ebtables: -p ARP; iptables: -p tcp, -p 253. */
static VnMatchResult
test_protocol (const VnRulePacket *packet, const char *const *args)
{
  const char *name = vn_protocol_name (packet->headers->ip_protocol);
  guint64 number;

  if (strcmp (args[0], "ARP") == 0)
    return result ((packet->headers->layers & VN_HAS_ARP) != 0);
  if (!has_ip (packet))
    return VN_MATCH_NO;
  if (vn_parse_uint (args[0], 0, G_MAXUINT8, &number))
    return result (packet->headers->ip_protocol == number);
  return result (g_strcmp0 (name, args[0]) == 0);
}

static VnMatchResult
test_in (const VnRulePacket *packet, const char *const *args)
{
  return result (packet->in && strcmp (packet->in, args[0]) == 0);
}

static VnMatchResult
test_out (const VnRulePacket *packet, const char *const *args)
{
  return result (packet->out && strcmp (packet->out, args[0]) == 0);
}

static VnMatchResult
test_is_bridged (const VnRulePacket *packet, G_GNUC_UNUSED const char *const *args)
{
  return result (packet->out != NULL);
}

static VnMatchResult
test_state (const VnRulePacket *packet, const char *const *args)
{
  static const char *const names[] = {
    [VN_CT_NEW] = "NEW",
    [VN_CT_ESTABLISHED] = "ESTABLISHED",
    [VN_CT_INVALID] = "INVALID",
  };
  g_auto (GStrv) states = g_strsplit (args[0], ",", -1);

  return result (g_strv_contains ((const char *const *)states, names[packet->state]));
}

/* "80", "1000:2000", or several with commas between. */
static VnMatchResult
test_ports (guint16 port, const char *text)
{
  g_auto (GStrv) ranges = g_strsplit (text, ",", -1);

  for (guint i = 0; ranges[i]; i++)
    {
      g_auto (GStrv) bounds = g_strsplit (ranges[i], ":", 2);
      guint64 min, max;

      if (!bounds[0] || !vn_parse_uint (bounds[0], 0, G_MAXUINT16, &min)
          || !vn_parse_uint (bounds[1] ? bounds[1] : bounds[0], 0, G_MAXUINT16, &max))
        return VN_MATCH_UNKNOWN;
      if (port >= min && port <= max)
        return VN_MATCH_YES;
    }
  return VN_MATCH_NO;
}

static gboolean
has_ports (const VnRulePacket *packet)
{
  return (packet->headers->layers & (VN_HAS_TCP | VN_HAS_UDP)) != 0;
}

static VnMatchResult
test_sport (const VnRulePacket *packet, const char *const *args)
{
  return has_ports (packet) ? test_ports (packet->headers->sport, args[0]) : VN_MATCH_NO;
}

static VnMatchResult
test_dport (const VnRulePacket *packet, const char *const *args)
{
  return has_ports (packet) ? test_ports (packet->headers->dport, args[0]) : VN_MATCH_NO;
}

/* "any", "8", "3/4". */
static VnMatchResult
test_icmp_type (const VnRulePacket *packet, const char *const *args)
{
  g_auto (GStrv) parts = g_strsplit (args[0], "/", 2);
  guint64 type, code;

  if (strcmp (args[0], "any") == 0)
    return result ((packet->headers->layers & VN_HAS_ICMP) != 0);
  if (!parts[0] || !vn_parse_uint (parts[0], 0, G_MAXUINT8, &type)
      || (parts[1] && !vn_parse_uint (parts[1], 0, G_MAXUINT8, &code)))
    return VN_MATCH_UNKNOWN;
  return result ((packet->headers->layers & VN_HAS_ICMP) && packet->headers->icmp_type == type
                 && (!parts[1] || packet->headers->icmp_code == code));
}

static const VnIpset *
find_set (const VnRuleset *sets, const char *name)
{
  for (guint i = 0; sets && i < sets->sets->len; i++)
    {
      const VnIpset *set = g_ptr_array_index (sets->sets, i);

      if (strcmp (set->name, name) == 0)
        return set;
    }
  return NULL;
}

static VnMatchResult
test_set (const VnRulePacket *packet, const char *const *args)
{
  const VnIpset *set = find_set (packet->sets, args[0]);
  VnIp ip = strcmp (args[1], "src") == 0 ? packet->headers->ip_src : packet->headers->ip_dst;

  if (!set)
    return VN_MATCH_UNKNOWN;
  for (guint i = 0; i < set->members->len; i++)
    if (test_prefix (ip, g_ptr_array_index (set->members, i)) == VN_MATCH_YES)
      return VN_MATCH_YES;
  return VN_MATCH_NO;
}

/* One address, or ebtables' list of them with commas between. */
static VnMatchResult
test_mac_source (const VnRulePacket *packet, const char *const *args)
{
  g_auto (GStrv) macs = g_strsplit (args[0], ",", -1);

  for (guint i = 0; macs[i]; i++)
    {
      VnMac mac;

      if (macs[i][0] == '\0')
        continue;
      if (!vn_mac_parse (macs[i], &mac))
        return VN_MATCH_UNKNOWN;
      if (vn_mac_equal (mac, packet->headers->eth_src))
        return VN_MATCH_YES;
    }
  return VN_MATCH_NO;
}

static VnMatchResult
test_arp_source (const VnRulePacket *packet, const char *const *args)
{
  return packet->headers->layers & VN_HAS_ARP ? test_prefix (packet->headers->arp_sender_ip, args[0]) : VN_MATCH_NO;
}

static const Option options[] = {
  { "-s", 1, test_source },
  { "-d", 1, test_destination },
  { "-p", 1, test_protocol },
  { "-m", 1, NULL },
  { "-i", 1, test_in },
  { "--physdev-in", 1, test_in },
  { "--physdev-out", 1, test_out },
  { "--physdev-is-bridged", 0, test_is_bridged },
  { "--state", 1, test_state },
  { "--ctstate", 1, test_state },
  { "--sport", 1, test_sport },
  { "--dport", 1, test_dport },
  { "--sports", 1, test_sport },
  { "--dports", 1, test_dport },
  { "--icmp-type", 1, test_icmp_type },
  { "--icmpv6-type", 1, test_icmp_type },
  { "--match-set", 2, test_set },
  { "--mac-source", 1, test_mac_source },
  { "--among-src", 1, test_mac_source },
  { "--arp-ip-src", 1, test_arp_source },
};

static const Option *
find_option (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (strcmp (options[i].option, word) == 0)
      return &options[i];
  return NULL;
}

/* The words up to the target. What stands behind it are the target's own options, which decide nothing here. */
static void
parse_words (VnParsedRule *rule)
{
  gboolean negated = FALSE;
  guint n = g_strv_length (rule->words);

  for (guint i = 0; i < n && !rule->unknown; i++)
    {
      const Option *option = find_option (rule->words[i]);

      if (strcmp (rule->words[i], "-j") == 0)
        {
          rule->target = rule->words[i + 1];
          return;
        }
      if (strcmp (rule->words[i], "!") == 0)
        {
          negated = TRUE;
          continue;
        }
      if (option && i + option->n_args < n)
        {
          const Term term = { option, negated, (const char *const *)rule->words + i + 1 };

          g_array_append_val (rule->terms, term);
          i += option->n_args;
        }
      else
        rule->unknown = TRUE;
      negated = FALSE;
    }
}

VnParsedRule *
vn_parsed_rule_new (const char *spec)
{
  VnParsedRule *rule = g_new0 (VnParsedRule, 1);

  rule->words = g_strsplit (spec, " ", -1);
  rule->terms = g_array_new (FALSE, FALSE, sizeof (Term));
  parse_words (rule);
  return rule;
}

void
vn_parsed_rule_free (VnParsedRule *rule)
{
  if (rule == NULL)
    return;
  g_strfreev (rule->words);
  g_array_unref (rule->terms);
  g_free (rule);
}

const char *
vn_parsed_rule_target (const VnParsedRule *rule)
{
  return rule->target;
}

/* A condition that fails decides, whatever the unknown ones say. */
VnMatchResult
vn_parsed_rule_match (const VnParsedRule *rule, const VnRulePacket *packet)
{
  gboolean unknown = rule->unknown;

  for (guint i = 0; i < rule->terms->len; i++)
    {
      const Term *term = &g_array_index (rule->terms, Term, i);
      VnMatchResult matches = term->option->test ? term->option->test (packet, term->args) : VN_MATCH_YES;

      if (matches == VN_MATCH_UNKNOWN)
        unknown = TRUE;
      else if ((matches == VN_MATCH_YES) == term->negated)
        return VN_MATCH_NO;
    }
  return unknown ? VN_MATCH_UNKNOWN : VN_MATCH_YES;
}
