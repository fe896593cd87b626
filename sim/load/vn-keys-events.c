/* SPDX-License-Identifier: Apache-2.0 */
/* Key tables: what happens to a lab after all is plugged. */
#include "sim/load/vn-keys-lab.h"

#define REQUIRED .flags = VN_KEY_REQUIRED
/* Whose ports are meant. */
#define WHOSE                                                                                                          \
  VN_ROW (VnEventPortFields, server, "server", NAME, "All ports of this server; needed, unless port is given"),        \
      VN_ROW (VnEventPortFields, port, "port", NAME, "A port, by name or id; or a server's, as `web1:eth1`")

static const VnKey port_keys[] = { WHOSE };
VN_KEY_TABLE (VN_KEYS_EVENT_PORT, VnEventPortFields, "port event", "Whose ports it happens to.", port_keys);

static const VnKey migrate_keys[] = {
  WHOSE,
  VN_ROW (VnEventPortFields, to, "to", NAME, "The machine that it moves to", REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_EVENT_MIGRATE, VnEventPortFields, "migration",
              "The server binds the ports to another host, where they are plugged; where they were, they are "
              "unplugged.",
              migrate_keys);

static const VnKey membership_keys[] = {
  WHOSE,
  VN_ROW (VnEventPortFields, security_group, "security_group", NAME, "By name or id", REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_EVENT_MEMBERSHIP, VnEventPortFields, "membership", "A port comes into a group, or leaves it.",
              membership_keys);

static const VnKey set_port_keys[] = {
  WHOSE,
  VN_ROW (VnEventPortFields, fixed_ips, "fixed_ips", MAPS, "Its addresses from now on", .child = &VN_KEYS_FIXED_IP),
  VN_ROW (VnEventPortFields, security_groups, "security_groups", TEXTS, "By name or id"),
  VN_ROW (VnEventPortFields, allowed_address_pairs, "allowed_address_pairs", MAPS, "Further addresses",
          .child = &VN_KEYS_PAIR),
  VN_ROW (VnEventPortFields, port_security_enabled, "port_security_enabled", BOOL, "Whether anything is filtered"),
  VN_ROW (VnEventPortFields, admin_state_up, "admin_state_up", BOOL, "false: its link is set down"),
};
VN_KEY_TABLE (VN_KEYS_EVENT_SET_PORT, VnEventPortFields, "port change", "What is given is replaced as a whole.",
              set_port_keys);

static const VnKey rule_keys[] = {
  VN_ROW (VnEventRuleFields, security_group, "security_group", NAME, "Of this group, by name or id", REQUIRED),
  VN_ROW (VnEventRuleFields, rule.direction, "direction", TEXT, "ingress or egress", REQUIRED),
  VN_ROW (VnEventRuleFields, rule.ethertype, "ethertype", TEXT, "IPv4 or IPv6", .default_text = "IPv4"),
  VN_ROW (VnEventRuleFields, rule.protocol, "protocol", API, "A name or a number", .default_text = "any"),
  VN_ROW (VnEventRuleFields, rule.port_range_min, "port_range_min", API, "First port; ICMP: type",
          .default_text = "none"),
  VN_ROW (VnEventRuleFields, rule.port_range_max, "port_range_max", API, "Last port; ICMP: code",
          .default_text = "none"),
  VN_ROW (VnEventRuleFields, rule.remote_ip_prefix, "remote_ip_prefix", TEXT, "The other side's addresses",
          .default_text = "any"),
  VN_ROW (VnEventRuleFields, rule.remote_group, "remote_group_id", NAME, "By name or id"),
  VN_ROW (VnEventRuleFields, rule.remote_address_group, "remote_address_group_id", NAME, "By name or id"),
};
VN_KEY_TABLE (VN_KEYS_EVENT_RULE, VnEventRuleFields, "rule event",
              "The rule that comes, or goes: that of the group "
              "which says the same.",
              rule_keys);

static const VnKey host_keys[] = {
  VN_ROW (VnEventHostFields, host, "host", NAME, "The machine that it runs on", REQUIRED),
};
VN_KEY_TABLE (VN_KEYS_EVENT_HOST, VnEventHostFields, "agent event", "Whose agent is meant.", host_keys);

static const VnWord methods[] = { { "POST", 0 }, { "PUT", 1 }, { "DELETE", 2 }, { NULL, 0 } };

static const VnKey api_keys[] = {
  VN_ROW (VnEventApiFields, method, "method", WORD, "What is done", REQUIRED, .words = methods),
  VN_ROW (VnEventApiFields, path, "path", NAME, "Of what: `security-groups`, `ports/NAME`, `ports/ID`", REQUIRED),
  VN_ROW (VnEventApiFields, body, "body", TREE,
          "As the API reference has it; where it wants the id of an object, the name will do"),
};
VN_KEY_TABLE (VN_KEYS_EVENT_API, VnEventApiFields, "request", "A request of the Networking API v2.0.", api_keys);

#define EVENT(field, key_text, child_map, ...)                                                                         \
  VN_ROW (VnEventFields, field, key_text, MAP, __VA_ARGS__, .child = &child_map)

static const VnKey event_keys[] = {
  EVENT (plug, "plug", VN_KEYS_EVENT_PORT, "The hypervisor plugs a port that was unplugged"),
  EVENT (unplug, "unplug", VN_KEYS_EVENT_PORT, "The tap goes away; the server keeps the port"),
  EVENT (migrate, "migrate", VN_KEYS_EVENT_MIGRATE, "A server moves"),
  EVENT (remove, "delete", VN_KEYS_EVENT_PORT, "The tap goes away, then the server deletes the port"),
  EVENT (add_security_group, "add_security_group", VN_KEYS_EVENT_MEMBERSHIP, "A port comes into a group"),
  EVENT (remove_security_group, "remove_security_group", VN_KEYS_EVENT_MEMBERSHIP, "A port leaves a group"),
  EVENT (set_port, "set_port", VN_KEYS_EVENT_SET_PORT, "Attributes of a port change"),
  EVENT (add_rule, "add_rule", VN_KEYS_EVENT_RULE, "A group gets a rule"),
  EVENT (remove_rule, "remove_rule", VN_KEYS_EVENT_RULE, "A group loses a rule"),
  EVENT (agent_stop, "agent_stop", VN_KEYS_EVENT_HOST, "A host's agent ends; what it made stays"),
  EVENT (agent_start, "agent_start", VN_KEYS_EVENT_HOST, "It starts and goes through its host's devices"),
  EVENT (agent_restart, "agent_restart", VN_KEYS_EVENT_HOST, "Both"),
  EVENT (api, "api", VN_KEYS_EVENT_API, "Anything else that the server can be asked for"),
};
VN_KEY_TABLE (VN_KEYS_EVENT, VnEventFields, "event", "One thing that happens: exactly one of these keys.", event_keys);
