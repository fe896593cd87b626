/* SPDX-License-Identifier: Apache-2.0 */
/* The interpreter of the agent's rules: each condition at its bounds, and ways through chains. */
#include "analysis/judge/vn-rule-eval.h"

#include <netinet/in.h>
#include <string.h>

/* A packet as one line of a table. */
typedef struct
{
  const char *src, *dst; /* addresses; NULL = no IP */
  guint8 protocol;
  guint16 sport, dport;
  guint8 icmp_type, icmp_code;
  const char *mac;     /* Ethernet source; NULL = fa:16:3e:00:00:01 */
  const char *arp_src; /* ARP sender; NULL = no ARP */
  const char *in, *out;
  VnCtState state;
} Packet;

static void
set_transport (const Packet *p, VnPacketHeaders *h)
{
  static const struct
  {
    guint8 protocol;
    VnLayers layer;
  } layers[] = {
    { IPPROTO_TCP, VN_HAS_TCP },
    { IPPROTO_UDP, VN_HAS_UDP },
    { IPPROTO_ICMP, VN_HAS_ICMP },
    { IPPROTO_ICMPV6, VN_HAS_ICMP },
  };

  h->layers |= VN_HAS_IP;
  h->ip_protocol = p->protocol;
  h->sport = p->sport;
  h->dport = p->dport;
  h->icmp_type = p->icmp_type;
  h->icmp_code = p->icmp_code;
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    if (layers[i].protocol == p->protocol)
      h->layers |= layers[i].layer;
}

static VnPacketHeaders
headers_of (const Packet *p)
{
  VnPacketHeaders h = { 0 };

  g_assert_true (vn_mac_parse (p->mac ? p->mac : "fa:16:3e:00:00:01", &h.eth_src));
  if (p->src)
    {
      g_assert_true (vn_ip_parse (p->src, &h.ip_src));
      g_assert_true (vn_ip_parse (p->dst, &h.ip_dst));
      set_transport (p, &h);
    }
  if (p->arp_src)
    {
      h.layers |= VN_HAS_ARP;
      g_assert_true (vn_ip_parse (p->arp_src, &h.arp_sender_ip));
    }
  return h;
}

/* ---- one rule ---- */

#define TCP(port)                                                                                                      \
  {                                                                                                                    \
    "10.0.0.1", "10.0.0.2", IPPROTO_TCP, 40000, (port), 0, 0, NULL, NULL, "tapa", "tapb", VN_CT_NEW                    \
  }
#define ICMP(type, code)                                                                                               \
  {                                                                                                                    \
    "10.0.0.1", "10.0.0.2", IPPROTO_ICMP, 0, 0, (type), (code), NULL, NULL, "tapa", "tapb", VN_CT_NEW                  \
  }
#define FROM(ip)                                                                                                       \
  {                                                                                                                    \
    (ip), "10.0.0.2", IPPROTO_UDP, 67, 68, 0, 0, NULL, NULL, "tapa", NULL, VN_CT_INVALID                               \
  }
#define V6(ip)                                                                                                         \
  {                                                                                                                    \
    (ip), "fe80::2", IPPROTO_ICMPV6, 0, 0, 134, 0, NULL, NULL, "tapa", "tapb", VN_CT_ESTABLISHED                       \
  }
#define ARP(ip, eth)                                                                                                   \
  {                                                                                                                    \
    NULL, NULL, 0, 0, 0, 0, 0, (eth), (ip), "tapa", NULL, VN_CT_NEW                                                    \
  }

#define YES VN_MATCH_YES
#define NO VN_MATCH_NO
#define UNKNOWN VN_MATCH_UNKNOWN

static const struct
{
  const char *spec;
  Packet packet;
  VnMatchResult matches;
} rules[] = {
  { "-j RETURN", TCP (1), YES },
  { "-p tcp -m tcp --dport 80 -j RETURN", TCP (79), NO },
  { "-p tcp -m tcp --dport 80 -j RETURN", TCP (80), YES },
  { "-p tcp -m tcp --dport 80 -j RETURN", TCP (81), NO },
  { "-p udp -m udp --dport 80 -j RETURN", TCP (80), NO },
  { "-p tcp -m tcp -m multiport --dports 1000:2000 -j RETURN", TCP (999), NO },
  { "-p tcp -m tcp -m multiport --dports 1000:2000 -j RETURN", TCP (1000), YES },
  { "-p tcp -m tcp -m multiport --dports 1000:2000 -j RETURN", TCP (2000), YES },
  { "-p tcp -m tcp -m multiport --dports 1000:2000 -j RETURN", TCP (2001), NO },
  { "-p tcp -m tcp --dport 80 -j RETURN", ICMP (80, 80), NO },
  { "-p icmp -j RETURN", ICMP (8, 0), YES },
  { "-p icmp -m icmp --icmp-type 8 -j RETURN", ICMP (8, 3), YES },
  { "-p icmp -m icmp --icmp-type 8 -j RETURN", ICMP (0, 0), NO },
  { "-p icmp -m icmp --icmp-type 3/4 -j RETURN", ICMP (3, 4), YES },
  { "-p icmp -m icmp --icmp-type 3/4 -j RETURN", ICMP (3, 3), NO },
  { "-p icmp -m icmp --icmp-type any -j RETURN", ICMP (17, 0), YES },
  { "-p icmp -m icmp --icmp-type any -j RETURN", TCP (1), NO },
  { "-p 253 -j RETURN", TCP (1), NO },
  { "-p 6 -j RETURN", TCP (1), YES },
  { "-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j DROP", V6 ("fe80::1"), YES },
  { "-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j DROP", V6 ("fe80::1"), NO },
  { "-s 10.0.0.0/31 -j RETURN", FROM ("10.0.0.1"), YES },
  { "-s 10.0.0.0/31 -j RETURN", FROM ("10.0.0.2"), NO },
  { "-s fe80::/64 -j RETURN", V6 ("fe80::1"), YES },
  { "-s 10.0.0.1/32 -j RETURN", V6 ("fe80::1"), NO },
  { "-d 10.0.0.2/32 -p udp -m udp --sport 67 --dport 68 -j RETURN", FROM ("10.0.0.1"), YES },
  { "-d 255.255.255.255/32 -p udp -m udp --sport 67 --dport 68 -j RETURN", FROM ("10.0.0.1"), NO },
  { "-m state --state RELATED,ESTABLISHED -j RETURN", TCP (1), NO },
  { "-m state --state RELATED,ESTABLISHED -j RETURN", V6 ("fe80::1"), YES },
  { "-m state --state INVALID -j DROP", FROM ("10.0.0.1"), YES },
  { "-m conntrack --ctstate NEW -j ACCEPT", TCP (1), YES },
  { "-m physdev --physdev-in tapa --physdev-is-bridged -j DROP", TCP (1), YES },
  { "-m physdev --physdev-in tapb --physdev-is-bridged -j DROP", TCP (1), NO },
  { "-m physdev --physdev-out tapb --physdev-is-bridged -j DROP", TCP (1), YES },
  { "-m physdev --physdev-in tapa --physdev-is-bridged -j DROP", FROM ("10.0.0.1"), NO },
  { "-m set --match-set members src -j RETURN", FROM ("10.0.0.1"), YES },
  { "-m set --match-set members src -j RETURN", FROM ("10.0.0.7"), NO },
  { "-m set --match-set members src -j RETURN", FROM ("192.0.2.200"), YES },
  { "-m set --match-set members dst -j RETURN", FROM ("10.0.0.1"), NO },
  { "-m set --match-set nobody src -j RETURN", FROM ("10.0.0.1"), UNKNOWN },
  { "-s 10.0.0.1/32 -m mac --mac-source fa:16:3e:00:00:01 -j RETURN", FROM ("10.0.0.1"), YES },
  { "-s 10.0.0.1/32 -m mac --mac-source fa:16:3e:00:00:02 -j RETURN", FROM ("10.0.0.1"), NO },
  { "-p ARP --arp-ip-src 10.0.0.1 -j ACCEPT", ARP ("10.0.0.1", NULL), YES },
  { "-p ARP --arp-ip-src 10.0.0.1 -j ACCEPT", ARP ("10.0.0.2", NULL), NO },
  { "-p ARP -i tapa -j neutronARP-tapa", TCP (1), NO },
  { "-i tapa --among-src fa:16:3e:0:0:1 -j RETURN", ARP ("10.0.0.1", "fa:16:3e:00:00:01"), YES },
  { "-i tapa --among-src fa:16:3e:0:0:1 -j RETURN", ARP ("10.0.0.1", "fa:16:3e:00:00:02"), NO },
  { "-i tapa --among-src fa:16:3e:0:0:1,fa:16:3e:0:0:2, -j RETURN", ARP ("10.0.0.1", "fa:16:3e:00:00:02"), YES },
  { "! -s 10.0.0.1/32 -j DROP", FROM ("10.0.0.1"), NO },
  { "! -s 10.0.0.1/32 -j DROP", FROM ("10.0.0.2"), YES },
  { "-m length --length 1:99 -j DROP", TCP (1), UNKNOWN },
  { "-s 10.0.0.9/32 -m length --length 1:99 -j DROP", TCP (1), NO },
  { "-s nonsense -j DROP", TCP (1), UNKNOWN },
  { "-p tcp -m tcp --dport", TCP (1), UNKNOWN },
};

static VnRuleset *
make_sets (void)
{
  g_autoptr (GError) error = NULL;
  VnRuleset *sets = vn_ruleset_parse ("h", VN_TOOL_IPSET,
                                      "create members hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12\n"
                                      "add members 10.0.0.1\nadd members 192.0.2.0/24\n",
                                      &error);

  g_assert_no_error (error);
  return sets;
}

static void
test_conditions (void)
{
  g_autoptr (VnRuleset) sets = make_sets ();

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const Packet *p = &rules[i].packet;
      VnPacketHeaders headers = headers_of (p);
      const VnRulePacket packet = { &headers, p->in, p->out, p->state, sets };
      g_autoptr (VnParsedRule) rule = vn_parsed_rule_new (rules[i].spec);
      VnMatchResult matches = vn_parsed_rule_match (rule, &packet);

      if (matches != rules[i].matches)
        g_test_fail_printf ("row %u: %s: %d instead of %d", i, rules[i].spec, matches, rules[i].matches);
    }
}

static void
test_targets (void)
{
  static const struct
  {
    const char *spec, *target;
  } rows[] = {
    { "-p tcp -j ACCEPT", "ACCEPT" },
    { "-i brqe1 -j CT --zone 4097", "CT" },
    { "-j neutron-linuxbri-sg-fallback", "neutron-linuxbri-sg-fallback" },
    { "-p tcp", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnParsedRule) rule = vn_parsed_rule_new (rows[i].spec);

      g_assert_cmpstr (vn_parsed_rule_target (rule), ==, rows[i].target);
    }
}

/* ---- chains ---- */

static const char iptables[] = "*filter\n"
                               ":INPUT ACCEPT [0:0]\n"
                               ":FORWARD ACCEPT [0:0]\n"
                               ":OUTPUT DROP [0:0]\n"
                               ":mark - [0:0]\n"
                               ":outer - [0:0]\n"
                               ":inner - [0:0]\n"
                               ":fallback - [0:0]\n"
                               ":again - [0:0]\n"
                               "-A FORWARD -j mark\n"
                               "-A FORWARD -p tcp -j outer\n"
                               "-A FORWARD -p udp -m length --length 1 -j DROP\n"
                               "-A FORWARD -p icmp -j again\n"
                               "-A mark -j CT --notrack\n"
                               "-A outer -m physdev --physdev-in tapa --physdev-is-bridged -j inner\n"
                               "-A outer -j ACCEPT\n"
                               "-A inner -p tcp -m tcp --dport 80 -j RETURN\n"
                               "-A inner -p tcp -m tcp --dport 81 -j DROP\n"
                               "-A inner -j fallback\n"
                               "-A fallback -j DROP\n"
                               "-A again -j again\n"
                               "COMMIT\n";

static const char ebtables[] = "*nat\n"
                               ":PREROUTING ACCEPT\n"
                               ":OUTPUT ACCEPT\n"
                               ":POSTROUTING ACCEPT\n"
                               ":neutronMAC-tapa DROP\n"
                               "-A PREROUTING -i tapa -j neutronMAC-tapa\n"
                               "-A neutronMAC-tapa -i tapa --among-src fa:16:3e:0:0:1 -j RETURN\n";

static VnTables *
make_tables (void)
{
  static const struct
  {
    VnTool tool;
    const char *text;
  } rulesets[] = { { VN_TOOL_IPTABLES, iptables }, { VN_TOOL_EBTABLES, ebtables } };
  VnTables *tables = vn_tables_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rulesets); i++)
    {
      g_autoptr (GError) error = NULL;
      VnRuleset *ruleset = vn_ruleset_parse ("h", rulesets[i].tool, rulesets[i].text, &error);

      g_assert_no_error (error);
      g_ptr_array_add (tables->rulesets, ruleset);
    }
  return tables;
}

#define FOREIGN                                                                                                        \
  {                                                                                                                    \
    "10.0.0.1", "10.0.0.2", IPPROTO_TCP, 1, 80, 0, 0, "fa:16:3e:00:00:09", NULL, "tapa", "tapb", VN_CT_NEW             \
  }

static const struct
{
  Packet packet;
  gboolean bridge_nf;
  VnRuleResult result;
  const char *path; /* where it was decided */
  const char *spec; /* of the deciding rule; NULL = a policy, or none */
} ways[] = {
  { TCP (80), TRUE, VN_RULE_ACCEPTED, "FORWARD > outer", "-j ACCEPT" },
  { TCP (81), TRUE, VN_RULE_DROPPED, "FORWARD > outer > inner", "-p tcp -m tcp --dport 81 -j DROP" },
  { TCP (82), TRUE, VN_RULE_DROPPED, "FORWARD > outer > inner > fallback", "-j DROP" },
  { TCP (82), FALSE, VN_RULE_ACCEPTED, "PREROUTING", NULL },
  { FROM ("10.0.0.1"), TRUE, VN_RULE_UNDECIDED, "FORWARD", "-p udp -m length --length 1 -j DROP" },
  { ICMP (8, 0), TRUE, VN_RULE_UNDECIDED, NULL, NULL },
  { FOREIGN, TRUE, VN_RULE_DROPPED, "PREROUTING > neutronMAC-tapa", NULL },
  { FOREIGN, FALSE, VN_RULE_DROPPED, "PREROUTING > neutronMAC-tapa", NULL },
};

static void
test_ways (void)
{
  g_autoptr (VnTables) tables = make_tables ();
  g_autoptr (VnRuleBook) book = vn_rule_book_new (tables);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      const Packet *p = &ways[i].packet;
      VnPacketHeaders headers = headers_of (p);
      const VnRulePacket packet = { &headers, p->in, p->out, p->state, NULL };
      g_auto (VnRuleVerdict) verdict = { 0 };

      vn_rule_eval_bridge (book, "h", &packet, ways[i].bridge_nf, &verdict);
      g_test_message ("row %u: %s", i, verdict.path);
      g_assert_cmpint (verdict.result, ==, ways[i].result);
      if (ways[i].path)
        g_assert_cmpstr (verdict.path, ==, ways[i].path);
      g_assert_cmpstr (verdict.rule ? verdict.rule->spec : NULL, ==, ways[i].spec);
    }
}

static void
test_policy (void)
{
  g_autoptr (VnTables) tables = make_tables ();
  g_autoptr (VnRuleBook) book = vn_rule_book_new (tables);
  const Packet p = TCP (1);
  VnPacketHeaders headers = headers_of (&p);
  const VnRulePacket packet = { &headers, p.in, p.out, p.state, NULL };
  g_auto (VnRuleVerdict) there = { 0 };
  g_auto (VnRuleVerdict) nowhere = { 0 };

  vn_rule_eval (book, "h", VN_TOOL_IPTABLES, "filter", "OUTPUT", &packet, &there);
  g_assert_cmpint (there.result, ==, VN_RULE_DROPPED);
  g_assert_null (there.rule);
  g_assert_cmpstr (there.chain->name, ==, "OUTPUT");
  vn_rule_eval (book, "elsewhere", VN_TOOL_IPTABLES, "filter", "FORWARD", &packet, &nowhere);
  g_assert_cmpint (nowhere.result, ==, VN_RULE_ACCEPTED);
  g_assert_null (nowhere.chain);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule-eval/conditions", test_conditions);
  g_test_add_func ("/rule-eval/targets", test_targets);
  g_test_add_func ("/rule-eval/ways", test_ways);
  g_test_add_func ("/rule-eval/policy", test_policy);
  return g_test_run ();
}
