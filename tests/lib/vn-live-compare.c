/* SPDX-License-Identifier: Apache-2.0 */
/* What a snapshot recorded of a host against what the kernel holds in ours.
 *
 * Both sides become lists of lines in one form, sorted where the order says nothing: devices and what is on them are
 * sets to the kernel; of rules that stand next to each other and have the same target the server guarantees no order,
 * and it changes nothing. Learned forwarding entries, dynamic neighbours, counters, comments and MAC addresses of the
 * machines are not compared. */
#include "tests/lib/vn-live-compare.h"

#include <stdlib.h>
#include <string.h>

struct _VnLiveZones
{
  GHashTable *ours, *recorded; /* each way */
};

VnLiveZones *
vn_live_zones_new (void)
{
  VnLiveZones *zones = g_new0 (VnLiveZones, 1);

  zones->ours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  zones->recorded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return zones;
}

void
vn_live_zones_free (VnLiveZones *zones)
{
  g_hash_table_unref (zones->ours);
  g_hash_table_unref (zones->recorded);
  g_free (zones);
}

/* ---- lines ---- */

typedef struct
{
  const VnLiveScenario *scenario;
  const GPtrArray *dump;
  GPtrArray *lines; /* char * */
} Side;

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_line (GPtrArray *lines, char *line)
{
  g_ptr_array_add (lines, g_strchomp (line));
}

static char *
replace (const char *text, const char *pattern, const char *instead)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);

  return g_regex_replace (regex, text, -1, 0, instead, 0, NULL);
}

/* What makes neighbours exchangeable: "CHAIN TARGET" of a rule, up to a chain's own port; all declarations of chains.
 * Transfer full. */
static char *
run_of (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  const char *target = strstr (line, " -j ");

  if (line[0] == ':')
    return g_strdup (":");
  if (!g_str_equal (words[0], "-A") || words[1] == NULL || target == NULL)
    return g_strdup (line);
  target += strlen (" -j ");
  return g_strdup_printf ("%s %.*s", words[1], (int)strcspn (target, "- "), target);
}

static void
sort_runs (GPtrArray *lines)
{
  guint begin = 0;

  for (guint i = 1; i <= lines->len; i++)
    {
      g_autofree char *first = run_of (g_ptr_array_index (lines, begin));
      g_autofree char *this = i < lines->len ? run_of (g_ptr_array_index (lines, i)) : NULL;

      if (g_strcmp0 (first, this) == 0)
        continue;
      qsort (lines->pdata + begin, i - begin, sizeof (gpointer), compare_lines);
      begin = i;
    }
}

/* ---- rules ---- */

static const struct
{
  const char *pattern, *instead;
} save_details[] = {
  { "^#.*\n", "" },
  { " -m comment --comment (\"(\\\\.|[^\"\\\\])*\"|\\S+)", "" },
  { "\\[\\d+:\\d+\\]", "[0:0]" },
  { " (initval|bucketsize) \\S+", "" },
  { "^\\s*\n", "" },
  { "^(Bridge table|COMMIT).*\n", "" },
};

/* Which tables are not the agent's: those without a chain of its own. The frame of the mangle table comes with the qos
 * extension; an agent that ran with it before leaves it behind. */
static gboolean
is_compared_table (const VnLiveScenario *scenario, const char *table)
{
  const char *extensions = json_object_get_string_member_with_default (scenario->knobs, "EXTENSIONS", "");

  if (g_str_equal (table, "*mangle"))
    return strstr (extensions, "qos") != NULL;
  return !g_str_equal (table, "*nat") || strstr (extensions, "ebtables") != NULL;
}

static void
add_save (Side *side, const char *save, gboolean keep_nat)
{
  g_autofree char *text = g_strdup (save);
  g_auto (GStrv) lines = NULL;
  gboolean counts = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (save_details); i++)
    {
      g_autofree char *before = g_steal_pointer (&text);

      text = replace (before, save_details[i].pattern, save_details[i].instead);
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '*')
        counts = keep_nat || is_compared_table (side->scenario, lines[i]);
      if (counts && *lines[i] != '\0')
        add_line (side->lines, g_strdup (lines[i]));
    }
}

static void
add_recorded_save (Side *side, const char *text)
{
  add_save (side, text, FALSE);
}

/* "ebtables -L" as -save would print it: chains by name, no header but the policy. */
static void
add_recorded_ebtables (Side *side, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *chain = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "Bridge chain: "))
      {
        g_free (chain);
        chain = g_strndup (lines[i] + strlen ("Bridge chain: "), strcspn (lines[i] + strlen ("Bridge chain: "), ","));
      }
    else if (lines[i][0] == '-' && chain != NULL)
      add_line (side->lines, g_strdup_printf ("-A %s %s", chain, lines[i]));
}

static void
add_own_rules (Side *side, VnTool tool)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);

      if (obj->kind == VN_KOBJ_RULES && obj->u.rules.tool == tool)
        add_save (side, obj->u.rules.text, FALSE);
    }
}

static void
add_own_iptables (Side *side)
{
  add_own_rules (side, VN_TOOL_IPTABLES);
}

static void
add_own_ip6tables (Side *side)
{
  add_own_rules (side, VN_TOOL_IP6TABLES);
}

static void
add_own_ipset (Side *side)
{
  add_own_rules (side, VN_TOOL_IPSET);
}

static void
add_own_ebtables (Side *side)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);
      g_auto (GStrv) lines = NULL;

      if (obj->kind != VN_KOBJ_RULES || obj->u.rules.tool != VN_TOOL_EBTABLES)
        continue;
      lines = g_strsplit (obj->u.rules.text, "\n", -1);
      for (guint j = 0; lines[j] != NULL; j++)
        if (g_str_has_prefix (lines[j], "-A "))
          add_line (side->lines, g_strdup (lines[j]));
    }
}

/* ---- devices ---- */

static gboolean
is_physical (const char *dev)
{
  return g_str_has_prefix (dev, "eth");
}

static void
append_link (GPtrArray *lines, const char *name, const char *kind, const char *mtu, const char *master, gboolean up,
             const char *details)
{
  add_line (lines,
            g_strdup_printf ("%s: %s mtu %s master %s %s%s%s", name, is_physical (name) ? "veth" : kind, mtu,
                             *master != '\0' ? master : "-", up ? "up" : "down", *details != '\0' ? " " : "", details));
}

/* The word behind @key in a line, "" if there is none. Transfer full. */
static char *
word_behind (const char *line, const char *key)
{
  const char *place = strstr (line, key);

  return place != NULL ? g_strndup (place + strlen (key), strcspn (place + strlen (key), " \n")) : g_strdup ("");
}

/* What `ip -d link` prints of a VXLAN device, without what the kernel sets by itself. Transfer full. */
static char *
recorded_vxlan (const char *line)
{
  g_autofree char *text = replace (line, " ttl auto| ageing 300.*$| noudpcsum.*$|^\\s+", "");

  return g_strdup (g_strstrip (text));
}

static void
add_recorded_links (Side *side, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GRegex) head = g_regex_new ("^\\d+: ([^:@ ]+)[^:]*: <([^>]*)>", 0, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *name = NULL, *flags = NULL, *mtu = NULL, *master = NULL, *kind = NULL, *details = NULL;

      if (!g_regex_match (head, lines[i], 0, &match))
        continue;
      name = g_match_info_fetch (match, 1);
      flags = g_strdup_printf (",%s,", g_match_info_fetch (match, 2));
      mtu = word_behind (lines[i], " mtu ");
      master = word_behind (lines[i], " master ");
      if (g_str_equal (name, "lo") || lines[i + 1] == NULL || lines[i + 2] == NULL)
        continue;
      g_strstrip (lines[i + 2]);
      kind = g_strndup (lines[i + 2], strcspn (lines[i + 2], " "));
      details = g_str_equal (kind, "vxlan")  ? recorded_vxlan (lines[i + 2])
                : g_str_equal (kind, "vlan") ? word_behind (lines[i + 2], "802.1Q id ")
                                             : g_strdup ("");
      append_link (side->lines, name, kind, mtu, master, strstr (flags, ",UP,") != NULL, details);
    }
}

static char *
own_vxlan (const VnVxlan *vxlan)
{
  GString *out = g_string_new (NULL);
  g_autofree char *group = vn_ip_to_string (vxlan->group);
  g_autofree char *local = vn_ip_to_string (vxlan->local);

  g_string_append_printf (out, "vxlan id %u", vxlan->vni.id);
  if (vn_ip_is_set (vxlan->group))
    g_string_append_printf (out, " group %s", group);
  if (vn_ip_is_set (vxlan->local))
    g_string_append_printf (out, " local %s", local);
  g_string_append_printf (out, " dev %s srcport %u %u dstport %u", vxlan->lower, vxlan->srcport_min, vxlan->srcport_max,
                          vxlan->dstport);
  g_string_append (out, vxlan->no_learning ? " nolearning" : "");
  g_string_append (out, vxlan->proxy ? " proxy" : "");
  if (vxlan->tos != 0)
    g_string_append_printf (out, vxlan->tos == 1 ? " tos inherit" : " tos 0x%x", vxlan->tos);
  if (vxlan->ttl != 0)
    g_string_append_printf (out, " ttl %u", vxlan->ttl);
  return g_string_free (out, FALSE);
}

static void
add_own_links (Side *side)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);
      const VnLink *link = &obj->u.link;
      g_autofree char *mtu = NULL, *details = NULL;

      if (obj->kind != VN_KOBJ_LINK || g_str_equal (link->name, "lo") || link->kind == VN_LINK_OTHER)
        continue;
      mtu = g_strdup_printf ("%u", link->mtu);
      details = link->kind == VN_LINK_VXLAN  ? own_vxlan (&link->u.vxlan)
                : link->kind == VN_LINK_VLAN ? g_strdup_printf ("%u", link->u.vlan.vid)
                                             : g_strdup ("");
      append_link (side->lines, link->name, vn_link_kind_name (link->kind), mtu, link->master, link->up, details);
    }
}

/* ---- what is on devices ---- */

static void
add_matching (Side *side, const char *text, const char *pattern, const char *form)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    add_line (side->lines, g_match_info_expand_references (match, form, NULL));
}

static void
add_recorded_fdb (Side *side, const char *text)
{
  add_matching (side, text, "^(\\S+) dev (vxlan-\\d+) dst (\\S+).* self permanent", "\\1 dev \\2 dst \\3");
}

static void
add_own_fdb (Side *side)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);

      if (obj->kind == VN_KOBJ_FDB && obj->u.fdb.self && obj->u.fdb.permanent && vn_ip_is_set (obj->u.fdb.dst))
        {
          g_autofree char *mac = vn_mac_to_string (obj->u.fdb.mac), *dst = vn_ip_to_string (obj->u.fdb.dst);

          add_line (side->lines, g_strdup_printf ("%s dev %s dst %s", mac, obj->u.fdb.dev, dst));
        }
    }
}

static void
add_recorded_neigh (Side *side, const char *text)
{
  add_matching (side, text, "^(\\S+) dev (vxlan-\\d+) lladdr (\\S+) PERMANENT", "\\1 dev \\2 lladdr \\3");
}

static void
add_own_neigh (Side *side)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);

      if (obj->kind == VN_KOBJ_NEIGH && obj->u.neigh.permanent && g_str_has_prefix (obj->u.neigh.dev, "vxlan-"))
        {
          g_autofree char *mac = vn_mac_to_string (obj->u.neigh.mac), *ip = vn_ip_to_string (obj->u.neigh.ip);

          add_line (side->lines, g_strdup_printf ("%s dev %s lladdr %s", ip, obj->u.neigh.dev, mac));
        }
    }
}

static void
add_recorded_addresses (Side *side, const char *text)
{
  add_matching (side, text, "^\\s+inet6? (\\S+) .*scope global (?:\\S+ )*?((?:eth|brq)\\S+)$", "\\1 dev \\2");
  add_matching (side, text, "^default via (\\S+) dev (\\S+)(?: proto \\S+)?( metric \\d+)?", "default \\1 dev \\2\\3");
}

static void
add_own_route (Side *side, const VnRoute *route)
{
  g_autofree char *via = vn_ip_to_string (route->via);
  g_autofree char *metric = route->metric != 0 ? g_strdup_printf (" metric %u", route->metric) : g_strdup ("");

  if (route->dst.len == 0 && vn_ip_is_set (route->via))
    add_line (side->lines, g_strdup_printf ("default %s dev %s%s", via, route->dev, metric));
}

static void
add_own_addresses (Side *side)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);

      if (obj->kind == VN_KOBJ_ADDR && obj->u.addr.prefix.ip.family == VN_FAMILY_IPV4
          && !g_str_equal (obj->u.addr.dev, "lo"))
        {
          g_autofree char *prefix = vn_prefix_to_string (obj->u.addr.prefix);

          add_line (side->lines, g_strdup_printf ("%s dev %s", prefix, obj->u.addr.dev));
        }
      else if (obj->kind == VN_KOBJ_ROUTE)
        add_own_route (side, &obj->u.route);
    }
}

/* ---- traffic control ---- */

/* Numbers as `tc qdisc` prints them: "2Mbit", "1000b", "50ms". */
static const struct
{
  const char *unit;
  guint64 factor;
} tc_units[] = { { "Gbit", 1000000000 }, { "Mbit", 1000000 }, { "Kbit", 1000 }, { "bit", 1 }, { "Kb", 1024 },
                 { "Mb", 1024 * 1024 },  { "b", 1 },          { "ms", 1000 },   { "us", 1 },  { "s", 1000000 } };

/* Bits a second, bytes, microseconds. */
static guint64
tc_number (const char *line, const char *key)
{
  g_autofree char *word = word_behind (line, key);
  char *unit;
  guint64 number = g_ascii_strtoull (word, &unit, 10);

  for (guint i = 0; i < G_N_ELEMENTS (tc_units); i++)
    if (g_str_equal (unit, tc_units[i].unit))
      return number * tc_units[i].factor;
  return number;
}

static void
add_recorded_tc (Side *side, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *dev = word_behind (lines[i], " dev ");

      if (g_str_has_prefix (lines[i], "qdisc ingress "))
        add_line (side->lines, g_strdup_printf ("%s ingress", dev));
      else if (g_str_has_prefix (lines[i], "qdisc tbf "))
        add_line (side->lines, g_strdup_printf ("%s tbf rate %" G_GUINT64_FORMAT "bit burst %" G_GUINT64_FORMAT
                                                "b lat %" G_GUINT64_FORMAT "us",
                                                dev, tc_number (lines[i], " rate "), tc_number (lines[i], " burst "),
                                                tc_number (lines[i], " lat ")));
    }
}

static void
add_own_tc (Side *side)
{
  for (guint i = 0; i < side->dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (side->dump, i);
      const VnQdisc *qdisc = &obj->u.qdisc;

      if (obj->kind == VN_KOBJ_QDISC && qdisc->kind == VN_QDISC_INGRESS)
        add_line (side->lines, g_strdup_printf ("%s ingress", qdisc->dev));
      else if (obj->kind == VN_KOBJ_QDISC)
        add_line (side->lines, g_strdup_printf ("%s tbf rate %" G_GUINT64_FORMAT "bit burst %ub lat %uus", qdisc->dev,
                                                qdisc->bucket.rate_bytes_per_sec * 8, qdisc->bucket.burst_bytes,
                                                qdisc->latency_usec));
      else if (obj->kind == VN_KOBJ_FILTER)
        add_line (side->lines, g_strdup_printf ("%s filter", obj->u.filter.dev));
    }
}

/* ---- comparing ---- */

typedef enum
{
  ORDER_ANY,
  ORDER_RUNS,
} Order;

static const struct
{
  const char *file;
  Order order;
  gboolean has_frame;
  void (*add_recorded) (Side *side, const char *text);
  void (*add_own) (Side *side);
} aspects[] = {
  { "ip-d-link.txt", ORDER_ANY, FALSE, add_recorded_links, add_own_links },
  { "ip-addr.txt", ORDER_ANY, FALSE, add_recorded_addresses, add_own_addresses },
  { "bridge-fdb.txt", ORDER_ANY, FALSE, add_recorded_fdb, add_own_fdb },
  { "ip-neigh.txt", ORDER_ANY, FALSE, add_recorded_neigh, add_own_neigh },
  { "iptables-save.txt", ORDER_RUNS, TRUE, add_recorded_save, add_own_iptables },
  { "ip6tables-save.txt", ORDER_RUNS, TRUE, add_recorded_save, add_own_ip6tables },
  { "ipset-save.txt", ORDER_ANY, FALSE, add_recorded_save, add_own_ipset },
  { "ebtables.txt", ORDER_RUNS, FALSE, add_recorded_ebtables, add_own_ebtables },
  { "tc.txt", ORDER_ANY, FALSE, add_recorded_tc, add_own_tc },
};

/* An agent that never had a port has not written its frame of chains; one that had some before the scenario began has.
 * Where no port is, the frame says nothing. */
static void
drop_bare_frame (GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    if (strstr (g_ptr_array_index (lines, i), " -m physdev ") != NULL)
      return;
  g_ptr_array_set_size (lines, 0);
}

static void
put_in_order (GPtrArray *lines, Order order)
{
  if (lines->len == 0)
    return;
  if (order == ORDER_ANY)
    qsort (lines->pdata, lines->len, sizeof (gpointer), compare_lines);
  else
    sort_runs (lines);
}

/* Whether two lines are the same but for a zone that the map takes to the other; adds to the map what is new. */
static gboolean
same_line (VnLiveZones *zones, const char *recorded, const char *own)
{
  const char *a = strstr (recorded, "--zone "), *b = strstr (own, "--zone ");
  const char *known, *back;

  if (g_str_equal (recorded, own) && a == NULL)
    return TRUE;
  if (a == NULL || b == NULL || a - recorded != b - own || strncmp (recorded, own, (gsize)(a - recorded)) != 0)
    return FALSE;
  known = g_hash_table_lookup (zones->ours, a);
  back = g_hash_table_lookup (zones->recorded, b);
  if (known == NULL && back == NULL)
    {
      g_hash_table_insert (zones->ours, g_strdup (a), g_strdup (b));
      g_hash_table_insert (zones->recorded, g_strdup (b), g_strdup (a));
      return TRUE;
    }
  return g_strcmp0 (known, b) == 0 && g_strcmp0 (back, a) == 0;
}

static void
report_rest (GString *out, const GPtrArray *lines, guint begin, guint end, char mark)
{
  for (guint i = begin; i < end; i++)
    g_string_append_printf (out, "    %c%s\n", mark, (const char *)g_ptr_array_index (lines, i));
}

/* What is left after the lines in common at the beginning and at the end. */
static void
report_differences (GString *out, VnLiveZones *zones, const GPtrArray *recorded, const GPtrArray *own)
{
  guint begin = 0, end_recorded = recorded->len, end_own = own->len;

  while (begin < MIN (recorded->len, own->len)
         && same_line (zones, g_ptr_array_index (recorded, begin), g_ptr_array_index (own, begin)))
    begin++;
  while (end_recorded > begin && end_own > begin
         && same_line (zones, g_ptr_array_index (recorded, end_recorded - 1), g_ptr_array_index (own, end_own - 1)))
    {
      end_recorded--;
      end_own--;
    }
  report_rest (out, recorded, begin, end_recorded, '-');
  report_rest (out, own, begin, end_own, '+');
}

char *
vn_live_compare (const VnLiveScenario *scenario, const char *snapshot, const char *host, const GPtrArray *dump,
                 VnLiveZones *zones)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (aspects); i++)
    {
      g_autofree char *text = vn_live_scenario_read (scenario, snapshot, host, aspects[i].file);
      g_autoptr (GPtrArray) recorded = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GString) differences = g_string_new (NULL);
      Side side = { scenario, dump, recorded };

      if (text == NULL)
        continue;
      aspects[i].add_recorded (&side, text);
      side.lines = own;
      aspects[i].add_own (&side);
      if (aspects[i].has_frame)
        {
          drop_bare_frame (recorded);
          drop_bare_frame (own);
        }
      put_in_order (recorded, aspects[i].order);
      put_in_order (own, aspects[i].order);
      report_differences (differences, zones, recorded, own);
      if (differences->len > 0)
        g_string_append_printf (out, "  %s/%s/%s:\n%s", snapshot, host, aspects[i].file, differences->str);
    }
  return out->len > 0 ? g_strdup (out->str) : NULL;
}
