/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups, their rules, and address groups.
 *
 * All groups are made before the first rule is read, since rules refer to groups. The project's default group is always
 * there, first; what the file says under its name is added to it. */
#include "sim/load/vn-load-build.h"

#define DEFAULT_GROUP "default"

/* Ranges that the server stores as "no ports" although the protocol has none. */
static void
warn_all_ports (VnLoad *load, const VnRuleFields *fields, const VnSecurityGroupRule *rule, VnOrigin origin)
{
  if (g_strcmp0 (vn_field_text (&fields->port_range_min, NULL), "1") != 0
      || g_strcmp0 (vn_field_text (&fields->port_range_max, NULL), "65535") != 0)
    return;
  if (rule->protocol == NULL)
    vn_diag_add (load->diags, VN_DIAG_LINT_ALL_PORTS, origin, "add protocol: tcp or udp",
                 "ports 1 to 65535 without a protocol are stored as no ports: the rule allows every protocol");
}

gboolean
vn_load_ask_rule (VnLoad *load, const VnRuleFields *fields, VnSecurityGroupRule *rule, VnApiError *error)
{
  VnApiRule request = {
    .direction = vn_field_text (&fields->direction, NULL),
    .ethertype = vn_field_text (&fields->ethertype, NULL),
    .ethertype_is_null = fields->ethertype.is_null,
    .protocol = vn_field_text (&fields->protocol, NULL),
    .port_range_min = vn_field_text (&fields->port_range_min, NULL),
    .port_range_max = vn_field_text (&fields->port_range_max, NULL),
    .remote_ip_prefix = vn_field_text (&fields->remote_ip_prefix, NULL),
    .n_remote_groups
    = (vn_field_has (&fields->remote_group) ? 1 : 0) + (vn_field_has (&fields->remote_address_group) ? 1 : 0),
  };

  /* A missing key has been reported. */
  if (!vn_field_has (&fields->direction))
    request.direction = "ingress";
  rule->remote_group = vn_load_field_ref (load, VN_REF_GROUP, &fields->remote_group);
  rule->remote_address_group = vn_load_field_ref (load, VN_REF_ADDRESS_GROUP, &fields->remote_address_group);
  return vn_api_rule (&request, rule, error);
}

static gboolean
check_duplicate (const VnSecurityGroup *group, const VnSecurityGroupRule *rule, VnApiError *error)
{
  for (guint i = 0; i < group->rules->len; i++)
    {
      const VnSecurityGroupRule *other = VN_AT (group->rules, VnSecurityGroupRule, i);
      g_autofree char *place = vn_origin_to_line (other->origin);

      if (!vn_api_rule_same (other, rule))
        continue;
      if (other->implied != NULL)
        return vn_api_refuse (
            error, 409, "SecurityGroupRuleExists",
            "it is one that the API makes by itself; with default_rules: false the file lists them all");
      return vn_api_refuse (error, 409, "SecurityGroupRuleExists", "the group has such a rule (%s)", place);
    }
  return TRUE;
}

/* What an id is drawn for: what the rule says, not its place in the group, so that it keeps its id when others come or
 * go. Transfer full. */
static char *
name_of_rule (const VnSecurityGroup *group, const VnRuleFields *fields)
{
  const VnField *const said[]
      = { &fields->direction,      &fields->ethertype,        &fields->protocol,     &fields->port_range_min,
          &fields->port_range_max, &fields->remote_ip_prefix, &fields->remote_group, &fields->remote_address_group };
  GString *name = g_string_new (group->id);

  for (gsize i = 0; i < G_N_ELEMENTS (said); i++)
    g_string_append_printf (name, "/%s", vn_field_text (said[i], ""));
  return g_string_free (name, FALSE);
}

static void
load_rule (VnLoad *load, VnSecurityGroup *group, const VnRuleFields *fields, VnOrigin origin)
{
  VnSecurityGroupRule *rule = vn_security_group_rule_new ();
  g_autofree char *name = name_of_rule (group, fields);
  g_auto (VnApiError) error = { 0 };

  rule->origin = origin;
  rule->id = vn_load_id (load, &fields->id, "rule", name);
  if (!vn_load_ask_rule (load, fields, rule, &error) || !check_duplicate (group, rule, &error))
    vn_load_refused (load, VN_DIAG_API_RULE, origin, "rule of group", group->name, &error);
  else
    warn_all_ports (load, fields, rule, origin);
  g_ptr_array_add (group->rules, rule);
}

static void
load_rules (VnLoad *load, VnSecurityGroup *group, const VnField *rules)
{
  for (guint i = 0; i < vn_load_len (load, rules); i++)
    {
      VnRuleFields fields;
      VnOrigin origin;

      if (vn_load_map (load, &VN_KEYS_RULE, rules, i, &origin, &fields))
        load_rule (load, group, &fields, origin);
    }
}

static void
default_rules (VnLoad *load, guint index)
{
  VnSecurityGroup *group = g_ptr_array_index (load->t->security_groups, index);
  static const VnField none = { 0 };

  vn_api_default_rules (group, index, index == 0);
  for (guint i = 0; i < group->rules->len; i++)
    {
      VnSecurityGroupRule *rule = g_ptr_array_index (group->rules, i);
      g_autofree char *name = g_strdup_printf ("%s/implied %u", group->id, i);

      rule->id = vn_load_id (load, &none, "rule", name);
    }
}

static VnSecurityGroup *
new_group (VnLoad *load, const char *name, VnOrigin origin)
{
  VnSecurityGroup *group = vn_security_group_new ();

  group->name = g_strdup (name);
  group->origin = origin;
  group->stateful = TRUE;
  g_ptr_array_add (load->t->security_groups, group);
  return group;
}

typedef struct
{
  guint index;
  VnGroupFields fields;
} ReadGroup;

static void
load_group (VnLoad *load, const VnField *groups, guint i, GArray *read)
{
  g_auto (VnApiError) error = { 0 };
  ReadGroup entry = { 0 };
  VnSecurityGroup *group;
  VnItem item;

  if (!vn_load_object (load, &VN_KEYS_GROUP, groups, i, &item, &entry.fields))
    return;
  if (g_str_equal (item.name, DEFAULT_GROUP))
    {
      group = g_ptr_array_index (load->t->security_groups, 0);
      group->origin = item.origin;
    }
  else
    {
      if (!vn_api_group_name (item.name, &error))
        vn_load_refused (load, VN_DIAG_API_GROUP, item.origin, "security group", item.name, &error);
      group = new_group (load, item.name, item.origin);
      entry.index = load->t->security_groups->len - 1;
    }
  g_free (group->id);
  group->id = vn_load_id (load, &entry.fields.id, "group", item.name);
  group->stateful = vn_field_bool (&entry.fields.stateful, TRUE);
  g_array_append_val (read, entry);
}

/* Groups and the rules that the API makes, then the file's rules. */
static void
load_security_groups (VnLoad *load, const VnField *groups)
{
  g_autoptr (GArray) read = g_array_new (FALSE, TRUE, sizeof (ReadGroup));
  g_autofree gboolean *lists_all = NULL;
  static const VnField none = { 0 };
  VnSecurityGroup *first = new_group (load, DEFAULT_GROUP, VN_ORIGIN_NONE);

  for (guint i = 0; i < vn_load_len (load, groups); i++)
    load_group (load, groups, i, read);
  if (first->id == NULL)
    first->id = vn_load_id (load, &none, "group", DEFAULT_GROUP);
  lists_all = g_new0 (gboolean, load->t->security_groups->len);
  for (guint i = 0; i < read->len; i++)
    {
      const ReadGroup *entry = &g_array_index (read, ReadGroup, i);

      lists_all[entry->index] = !vn_field_bool (&entry->fields.default_rules, TRUE);
    }
  for (guint i = 0; i < load->t->security_groups->len; i++)
    if (!lists_all[i])
      default_rules (load, i);
  for (guint i = 0; i < read->len; i++)
    {
      const ReadGroup *entry = &g_array_index (read, ReadGroup, i);

      load_rules (load, g_ptr_array_index (load->t->security_groups, entry->index), &entry->fields.rules);
    }
}

static void
load_addresses (VnLoad *load, VnAddressGroup *group, const VnField *addresses)
{
  for (guint i = 0; i < vn_load_len (load, addresses); i++)
    {
      const VnYaml *item = g_ptr_array_index (addresses->node->items, i);
      g_auto (VnApiError) error = { 0 };
      VnPrefix prefix;

      if (vn_api_parse_prefix (item->text, &prefix))
        g_array_append_val (group->addresses, prefix);
      else
        {
          vn_api_refuse (&error, 400, "HTTPBadRequest", "\"%s\" is not an address or a network", item->text);
          vn_load_refused (load, VN_DIAG_API_GROUP, item->origin, "address group", group->name, &error);
        }
    }
}

static void
load_address_groups (VnLoad *load, const VnField *groups)
{
  for (guint i = 0; i < vn_load_len (load, groups); i++)
    {
      VnAddressGroupFields fields;
      VnItem item;
      VnAddressGroup *group;

      if (!vn_load_object (load, &VN_KEYS_ADDRESS_GROUP, groups, i, &item, &fields))
        continue;
      group = vn_address_group_new ();
      group->name = g_strdup (item.name);
      group->origin = item.origin;
      group->id = vn_load_id (load, &fields.id, "address group", item.name);
      load_addresses (load, group, &fields.addresses);
      g_ptr_array_add (load->t->address_groups, group);
    }
}

void
vn_load_groups (VnLoad *load, const VnCloudFields *cloud)
{
  load_address_groups (load, &cloud->address_groups);
  load_security_groups (load, &cloud->security_groups);
}

void
vn_load_group_refs (VnLoad *load, const VnField *groups, GArray *ret)
{
  for (guint i = 0; i < vn_load_len (load, groups); i++)
    {
      const VnYaml *item = g_ptr_array_index (groups->node->items, i);
      guint index = vn_load_ref (load, VN_REF_GROUP, item->text, item->origin);
      gboolean found = FALSE;

      for (guint j = 0; j < ret->len && !found; j++)
        found = g_array_index (ret, guint, j) == index;
      if (index != VN_NONE && !found)
        g_array_append_val (ret, index);
    }
}
