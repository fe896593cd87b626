/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab plan: what would be built, without building it. */
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/cli/vn-plan-json.h"
#include "sim/plan/vn-plan-sh.h"
#include "sim/plan/vn-plan.h"
#include "sim/run/vn-compose.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  const VnTopology *topology;
  const VnTables *tables;
  const char *host; /* NULL = all nodes */
} View;

typedef struct
{
  const char *name;
  gboolean needs_host;
  char *(*print) (const View *view);
} PlanFormat;

/* The operations of the first build, of one node or of all. */
static VnPlan *
plan_of (const View *view)
{
  VnPlan *plan = vn_plan_delta (NULL, view->tables);

  for (guint i = plan->ops->len; view->host && i > 0; i--)
    if (strcmp (VN_AT (plan->ops, VnOp, i - 1)->obj.node, view->host) != 0)
      g_ptr_array_remove_index (plan->ops, i - 1);
  return plan;
}

static char *
print_text (const View *view)
{
  g_autoptr (VnPlan) plan = plan_of (view);

  return vn_plan_to_text (plan);
}

static char *
print_json (const View *view)
{
  return vn_plan_json (view->tables, view->host);
}

static char *
print_sh (const View *view)
{
  g_autoptr (VnPlan) plan = plan_of (view);

  return vn_plan_to_sh (plan, view->topology->name);
}

static char *
print_fdb (const View *view)
{
  return vn_tables_print_fdb (view->tables, view->host);
}

static char *
print_neigh (const View *view)
{
  return vn_tables_print_neigh (view->tables, view->host);
}

static char *
print_links (const View *view)
{
  return vn_tables_print_links (view->tables, view->host);
}

static char *
print_rules (const View *view, VnTool tool)
{
  const VnRuleset *ruleset = vn_tables_ruleset (view->tables, view->host, tool);

  return ruleset ? vn_ruleset_to_save (ruleset, TRUE) : g_strdup ("");
}

static char *
print_iptables (const View *view)
{
  return print_rules (view, VN_TOOL_IPTABLES);
}

static char *
print_ip6tables (const View *view)
{
  return print_rules (view, VN_TOOL_IP6TABLES);
}

static char *
print_ebtables (const View *view)
{
  return print_rules (view, VN_TOOL_EBTABLES);
}

static char *
print_ipset (const View *view)
{
  return print_rules (view, VN_TOOL_IPSET);
}

static const PlanFormat formats[] = {
  { "text", FALSE, print_text },
  { "json", FALSE, print_json },
  { "sh", FALSE, print_sh },
  { "iptables-save", TRUE, print_iptables },
  { "ip6tables-save", TRUE, print_ip6tables },
  { "ipset", TRUE, print_ipset },
  { "ebtables", TRUE, print_ebtables },
  { "fdb", TRUE, print_fdb },
  { "neigh", TRUE, print_neigh },
  { "links", TRUE, print_links },
};

static const PlanFormat *
find_format (const char *name)
{
  const char *names[G_N_ELEMENTS (formats) + 1] = { NULL };
  g_autofree char *hint = NULL, *list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (strcmp (formats[i].name, name) == 0)
        return &formats[i];
      names[i] = formats[i].name;
    }
  hint = vn_suggest_hint (name, names);
  list = g_strjoinv (", ", (char **)names);
  fprintf (stderr, "vnetlab plan: there is no format \"%s\" (expected one of %s)%s%s\n", name, list, hint ? "; " : "",
           hint ? hint : "");
  return NULL;
}

/* Whether the tables have the node; prints a suggestion if not. */
static gboolean
check_host (const VnTables *tables, const char *host)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &((const VnEntry *)g_ptr_array_index (tables->entries, i))->obj;

      if (obj->kind == VN_KOBJ_NODE)
        g_ptr_array_add (names, (char *)obj->node);
    }
  g_ptr_array_add (names, NULL);
  if (g_strv_contains ((const char *const *)names->pdata, host))
    return TRUE;
  hint = vn_suggest_hint (host, (const char *const *)names->pdata);
  fprintf (stderr, "vnetlab plan: the lab has no node \"%s\"%s%s\n", host, hint ? "; " : "", hint ? hint : "");
  return FALSE;
}

static int
print_plan (const VnTopology *topology, const PlanFormat *format, const char *host)
{
  const VnCaps caps = { FALSE };
  g_autoptr (GArray) events = vn_topology_default_events (topology);
  g_autoptr (VnTables) tables = vn_compose (topology, events, &caps, NULL);
  const View view = { topology, tables, host };
  g_autofree char *text = NULL;

  if (host && !check_host (tables, host))
    return VN_EXIT_USAGE;
  text = format->print (&view);
  fputs (text, stdout);
  if (*text && text[strlen (text) - 1] != '\n')
    putchar ('\n');
  return VN_EXIT_OK;
}

int
vn_verb_plan (int argc, char **argv)
{
  VnCliLab lab = { 0 };
  g_autofree char *host = NULL, *format_name = NULL;
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (lab),
    { "host", 0, 0, G_OPTION_ARG_STRING, &host, "Only this node", "NODE" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name,
      "text (default), json, sh; of one host: iptables-save, ip6tables-save, ipset, ebtables, fdb, neigh, links",
      "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (VnTopology) topology = NULL;
  g_auto (GStrv) words = NULL;
  const PlanFormat *format;

  if (!vn_cli_parse ("plan", "LAB", "What would be built, without building it.", entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  format = find_format (format_name ? format_name : "text");
  if (!format)
    return VN_EXIT_USAGE;
  if (g_strv_length (words) != 1 || (format->needs_host && !host))
    {
      fprintf (stderr, "vnetlab plan: expected %s\n",
               format->needs_host && !host ? "--host NODE with this format" : "one LAB");
      return VN_EXIT_USAGE;
    }
  topology = vn_cli_load (words[0], &lab, NULL);
  vn_cli_lab_clear (&lab);
  return topology ? print_plan (topology, format, host) : VN_EXIT_USAGE;
}
