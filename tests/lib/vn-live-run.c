/* SPDX-License-Identifier: Apache-2.0 */
/* Replaying a scenario on the real kernel.
 *
 * The same calls go to the API, whose choices are those on record; what changes becomes an event of the world, and the
 * difference of the tables before and after it is carried out in the kernel. Nothing waits for a polling interval: the
 * agents follow at once, so a "sleep" does nothing. Probes that follow each other run at the same time. */
#include "tests/lib/vn-live-run.h"

#include <string.h>

#include "sim/api/vn-server.h"
#include "sim/apply/vn-lab.h"
#include "sim/base/vn-error.h"
#include "sim/kernel/vn-sandbox.h"
#include "sim/modes/vn-modes.h"
#include "sim/modes/vn-scene.h"
#include "sim/neutron/vn-world.h"
#include "tests/lib/vn-live-addresses.h"
#include "tests/lib/vn-live-compare.h"
#include "tests/lib/vn-live-hosts.h"
#include "tests/lib/vn-live-probe.h"

#define FORWARDING_USEC (5 * G_USEC_PER_SEC)
/* An answer takes under a millisecond here; the record's own time-outs are 0.6 s and more. One that is on record gets
 * the time in which a kernel asks for a neighbour three times: on a busy machine a frame may be lost. */
#define ANSWER_USEC (G_USEC_PER_SEC / 2)
#define ANSWER_ON_RECORD_USEC (4 * G_USEC_PER_SEC)
#define ADDRESSES_USEC (5 * G_USEC_PER_SEC)

static const guint16 tcp_ports[] = { 22, 80, 443, 8000 };
static const guint16 udp_ports[] = { 53, 5000 };

typedef struct
{
  const VnLiveScenario *scenario;
  GString *report;
  VnTopology *scene; /* the machines as they are now, not sealed */
  VnApi *api;
  JsonObject *vars; /* name -> what the server answered */
  GPtrArray *vms;   /* VnLiveVm */
  VnWorld *world;
  VnTopology *topology; /* the world's */
  VnTables *tables;     /* what stands in the kernel */
  VnKernel *kernel;
  VnLab *lab;
  GPtrArray *services; /* VnLiveServices */
  GHashTable *zones;   /* host -> VnLiveZones */
  GArray *probes;      /* VnLiveProbe: not run yet */
  guint n_probes;      /* run */
  char *folder;        /* $LIVE_RUN of the scenario's commands */
} Run;

/* ---- the kernel ---- */

static VnTables *
render (const Run *run)
{
  VnTables *tables = vn_tables_new ();

  vn_scene_render (run->topology, tables);
  vn_modes_render (run->topology, tables);
  vn_world_render (run->world, tables);
  return tables;
}

static gboolean
wait_for_bridges (const Run *run, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  for (guint i = 0; i < run->tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (run->tables->entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_BRIDGE && !g_ptr_array_find (nodes, obj->node, NULL))
        g_ptr_array_add (nodes, (gpointer)obj->node);
    }
  g_ptr_array_add (nodes, NULL);
  return vn_kernel_wait_forwarding (run->kernel, (const char *const *)nodes->pdata, FORWARDING_USEC, error);
}

static gboolean
follow (Run *run, GError **error)
{
  g_autoptr (VnTables) tables = render (run);
  g_autoptr (VnPlan) plan = vn_plan_delta (run->tables, tables);

  if (!vn_lab_apply (run->lab, plan, error))
    return FALSE;
  g_clear_pointer (&run->tables, vn_tables_free);
  run->tables = g_steal_pointer (&tables);
  return wait_for_bridges (run, error);
}

/* All of @events, then the kernel after them. */
static gboolean
happen (Run *run, GArray *events, GError **error)
{
  run->world = vn_world_fold (run->world, events);
  return follow (run, error);
}

/* The server's model changed, or what it does not know. */
static gboolean
change_topology (Run *run, GError **error)
{
  g_autoptr (VnTopology) topology = vn_live_overlay (vn_api_topology (run->api), run->vms, run->scene, error);
  g_autoptr (GArray) events = vn_events_new ();

  if (topology == NULL)
    return FALSE;
  g_clear_pointer (&run->topology, vn_topology_unref);
  run->topology = vn_topology_ref (topology);
  vn_events_add_api (events, topology, VN_ORIGIN_NONE);
  return happen (run, events, error);
}

/* ---- calls of the API ---- */

static void
remember (Run *run, const char *as, JsonNode *body)
{
  JsonObject *object = json_node_get_object (body);
  g_autoptr (GList) values = json_object_get_values (object);

  if (values != NULL && JSON_NODE_HOLDS_OBJECT (values->data))
    json_object_set_object_member (run->vars, as, json_object_ref (json_node_get_object (values->data)));
}

static gboolean
call (Run *run, const char *method, const char *path, JsonNode *body, const char *as, GError **error)
{
  g_autofree char *text = body != NULL ? json_to_string (body, FALSE) : NULL;
  g_autofree char *done_text = text != NULL ? vn_live_substitute (text, run->vars, error) : NULL;
  g_autofree char *done_path = vn_live_substitute (path, run->vars, error);
  g_autoptr (JsonNode) request = done_text != NULL ? json_from_string (done_text, error) : NULL;
  g_auto (VnApiAnswer) answer = { 0 };

  if (done_path == NULL || (text != NULL && request == NULL))
    return FALSE;
  vn_api_request_as (run->api, method, done_path, request, as, &answer);
  if (answer.status >= 400)
    return vn_error_set (error, VN_ERROR_INPUT, "%s %s: %u %s: %s", method, path, answer.status, answer.error_type,
                         answer.message);
  if (as != NULL && answer.body != NULL)
    remember (run, as, answer.body);
  return TRUE;
}

static gboolean
step_api (Run *run, JsonObject *step, GError **error)
{
  JsonArray *words = json_object_get_array_member (step, "api");
  JsonNode *body = json_array_get_length (words) > 2 ? json_array_get_element (words, 2) : NULL;

  return call (run, json_array_get_string_element (words, 0), json_array_get_string_element (words, 1), body,
               json_object_get_string_member_with_default (step, "as", NULL), error)
         && change_topology (run, error);
}

/* The first object of a list. */
static gboolean
step_find (Run *run, JsonObject *step, GError **error)
{
  g_autofree char *path = vn_live_substitute (json_object_get_string_member (step, "find"), run->vars, error);
  g_auto (VnApiAnswer) answer = { 0 };
  g_autoptr (GList) values = NULL;

  if (path == NULL)
    return FALSE;
  vn_api_request (run->api, "GET", path, NULL, &answer);
  if (answer.body != NULL && JSON_NODE_HOLDS_OBJECT (answer.body))
    values = json_object_get_values (json_node_get_object (answer.body));
  if (values == NULL || !JSON_NODE_HOLDS_ARRAY (values->data)
      || json_array_get_length (json_node_get_array (values->data)) == 0)
    return vn_error_set (error, VN_ERROR_INPUT, "GET %s finds nothing", path);
  json_object_set_object_member (
      run->vars, json_object_get_string_member (step, "as"),
      json_object_ref (json_array_get_object_element (json_node_get_array (values->data), 0)));
  return TRUE;
}

/* ---- commands ---- */

/* $LIVE_RUN is where the scenario's own commands leave their files. */
static gboolean
run_shell (Run *run, const char *node, const char *command, GError **error)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autofree char *env = g_strconcat ("LIVE_RUN=", run->folder, NULL);

  int netns = vn_kernel_node_fd (run->kernel, node);

  return vn_live_command (netns, argv, env, NULL, error) >= 0 && vn_live_wait_addresses (netns, ADDRESSES_USEC, error);
}

/* ---- instances ---- */

static guint
find_port (const Run *run, const char *name)
{
  const char *id = json_object_has_member (run->vars, name)
                       ? json_object_get_string_member (json_object_get_object_member (run->vars, name), "id")
                       : NULL;

  for (guint i = 0; id != NULL && i < vn_api_topology (run->api)->ports->len; i++)
    if (g_str_equal (vn_topology_port (vn_api_topology (run->api), i)->id, id))
      return i;
  return VN_NONE;
}

static VnLiveVm *
find_vm (const Run *run, const char *name, guint port)
{
  for (guint i = 0; i < run->vms->len; i++)
    {
      VnLiveVm *vm = g_ptr_array_index (run->vms, i);

      if (vm->port == port && (name == NULL || g_str_equal (vm->name, name)))
        return vm;
    }
  return NULL;
}

static gboolean
start_services (Run *run, const VnLiveVm *vm, GError **error)
{
  g_autoptr (GArray) tcp = g_array_new (TRUE, FALSE, sizeof (guint16));
  g_autoptr (GArray) udp = g_array_new (TRUE, FALSE, sizeof (guint16));
  VnLiveServices *services;

  g_array_append_vals (tcp, tcp_ports, G_N_ELEMENTS (tcp_ports));
  g_array_append_vals (udp, udp_ports, G_N_ELEMENTS (udp_ports));
  services = vn_live_services_new (vn_kernel_node_fd (run->kernel, vm->name), (const guint16 *)tcp->data,
                                   (const guint16 *)udp->data, error);
  if (services != NULL)
    g_ptr_array_add (run->services, services);
  return services != NULL;
}

/* The record's instances had IPv6 whether their ports had an address or not. What they send by themselves came while
 * the recorder slept: VXLAN devices learn from it, so here it comes at once or never. */
static gboolean
switch_ipv6_on (Run *run, const VnLiveVm *vm, GError **error)
{
  return run_shell (run, vm->name,
                    "cd /proc/sys/net/ipv6/conf; echo 0 >eth0/accept_dad; echo 0 >eth0/router_solicitations; "
                    "echo 0 >../neigh/eth0/delay_first_probe_time; "
                    "echo 0 >../../ipv4/neigh/eth0/delay_first_probe_time; echo 0 >all/disable_ipv6; "
                    "echo 0 >eth0/disable_ipv6; echo 1 >eth0/addr_gen_mode; echo 0 >eth0/addr_gen_mode",
                    error);
}

/* As Nova does: the port is bound, then the hypervisor plugs it. */
static gboolean
bind_port (Run *run, const VnLiveVm *vm, const char *name, const char *host, GError **error)
{
  g_autofree char *path = g_strdup_printf ("ports/${%s.id}", name);
  g_autofree char *text = g_strdup_printf (
      "{\"port\": {\"binding:host_id\": \"%s\", \"device_id\": \"%s\", \"device_owner\": \"compute:nova\"}}", host,
      vm->name);
  g_autoptr (JsonNode) body = json_from_string (text, error);

  return body != NULL && call (run, "PUT", path, body, NULL, error) && change_topology (run, error);
}

static gboolean
step_boot (Run *run, JsonObject *step, GError **error)
{
  const char *name = json_object_get_string_member (step, "boot");
  const char *host = json_object_get_string_member (step, "host");
  g_autofree char *node = g_strconcat ("vm-", json_object_get_string_member (step, "vm"), NULL);
  guint port = find_port (run, name), machine = vn_live_find_machine (run->topology, host);
  g_autoptr (GArray) events = vn_events_new ();
  VnLiveVm *vm = find_vm (run, node, port);

  if (port == VN_NONE || machine == VN_NONE)
    return vn_error_set (error, VN_ERROR_INPUT, "boot: there is no port %s, or no host %s", name, host);
  if (vm == NULL)
    {
      vm = g_new0 (VnLiveVm, 1);
      vm->name = g_steal_pointer (&node);
      vm->port = port;
      g_ptr_array_add (run->vms, vm);
    }
  vm->host = machine;
  vm->plugged = TRUE;
  vn_events_add_port_up (events, port, machine, VN_ORIGIN_NONE);
  return bind_port (run, vm, name, host, error) && happen (run, events, error) && switch_ipv6_on (run, vm, error)
         && start_services (run, vm, error);
}

static gboolean
step_unplug (Run *run, JsonObject *step, GError **error)
{
  const char *name = json_object_get_string_member (step, "unplug");
  guint port = find_port (run, name);
  VnLiveVm *vm = port != VN_NONE ? find_vm (run, NULL, port) : NULL;
  g_autoptr (GArray) events = vn_events_new ();

  if (vm == NULL || !vm->plugged)
    return vn_error_set (error, VN_ERROR_INPUT, "unplug: port %s is not plugged", name);
  vm->plugged = FALSE;
  vn_events_add_unplug (events, port, vm->host, VN_ORIGIN_NONE);
  return happen (run, events, error);
}

/* ---- agents ---- */

static gboolean
change_agent (Run *run, JsonObject *step, const char *key, gboolean stop, gboolean start, GError **error)
{
  const char *host = json_object_get_string_member (step, key);
  guint machine = host != NULL ? vn_live_find_machine (run->topology, host) : VN_NONE;
  g_autoptr (GArray) events = vn_events_new ();

  if (machine == VN_NONE)
    return vn_error_set (error, VN_ERROR_INPUT, "%s: there is no such host", key);
  if (stop)
    vn_events_add_agent_stop (events, machine, VN_ORIGIN_NONE);
  if (start)
    vn_events_add_agent_start (events, machine, VN_ORIGIN_NONE);
  return happen (run, events, error);
}

static gboolean
step_agent_stop (Run *run, JsonObject *step, GError **error)
{
  return change_agent (run, step, json_object_has_member (step, "stop_agent") ? "stop_agent" : "agent_stop", TRUE,
                       FALSE, error);
}

static gboolean
step_agent_start (Run *run, JsonObject *step, GError **error)
{
  return change_agent (run, step, json_object_has_member (step, "start_agent") ? "start_agent" : "agent_start", FALSE,
                       TRUE, error);
}

static gboolean
step_agent_restart (Run *run, JsonObject *step, GError **error)
{
  return change_agent (run, step, json_object_has_member (step, "restart_agent") ? "restart_agent" : "agent_restart",
                       TRUE, TRUE, error);
}

/* ---- snapshots ---- */

static gboolean
step_snapshot (Run *run, JsonObject *step, GError **error)
{
  static const char *const hosts[] = { "h1", "h2", "h3", NULL };
  const char *name = json_object_get_string_member (step, "snapshot");
  g_autoptr (GPtrArray) dumps = vn_kernel_dump_all (run->kernel, hosts, error);

  for (guint i = 0; dumps != NULL && i < dumps->len; i++)
    {
      VnLiveZones *zones = g_hash_table_lookup (run->zones, hosts[i]);
      g_autofree char *differences = NULL;

      if (zones == NULL)
        g_hash_table_insert (run->zones, (gpointer)hosts[i], zones = vn_live_zones_new ());
      differences = vn_live_compare (run->scenario, name, hosts[i], g_ptr_array_index (dumps, i), zones);
      if (differences != NULL)
        g_string_append (run->report, differences);
    }
  return dumps != NULL;
}

/* ---- what the scenario did by hand ---- */

static gboolean
step_vm_sh (Run *run, JsonObject *step, GError **error)
{
  g_autofree char *node = g_strconcat ("vm-", json_object_get_string_member (step, "vm"), NULL);

  return run_shell (run, node, json_object_get_string_member (step, "vm_sh"), error);
}

/* What somebody changed on a host's interfaces is there from now on: the agent finds it when it looks. */
static gboolean
read_host (Run *run, guint machine, GError **error)
{
  VnMachine *host = g_ptr_array_index (run->scene->machines, machine);
  g_autoptr (GPtrArray) dump = vn_kernel_dump (run->kernel, host->name, error);

  if (dump == NULL)
    return FALSE;
  vn_live_read_interfaces (host, dump);
  return TRUE;
}

/* "ln-h1" is the record's name of h1's namespace. Without one the command ran beside the hosts: nothing to replay. */
static gboolean
step_sh (Run *run, JsonObject *step, GError **error)
{
  const char *ns = json_object_get_string_member_with_default (step, "ns", NULL);
  guint machine = ns != NULL && g_str_has_prefix (ns, "ln-") ? vn_live_find_machine (run->topology, ns + 3) : VN_NONE;
  g_autoptr (VnTopology) topology = NULL;
  g_autoptr (GArray) events = vn_events_new ();

  if (machine == VN_NONE)
    return TRUE;
  if (!run_shell (run, ns + 3, json_object_get_string_member (step, "sh"), error) || !read_host (run, machine, error))
    return FALSE;
  topology = vn_live_overlay (vn_api_topology (run->api), run->vms, run->scene, error);
  if (topology == NULL)
    return FALSE;
  g_clear_pointer (&run->topology, vn_topology_unref);
  run->topology = vn_topology_ref (topology);
  vn_events_add_api (events, topology, VN_ORIGIN_NONE);
  run->world = vn_world_fold (run->world, events);
  g_clear_pointer (&run->tables, vn_tables_free);
  run->tables = render (run);
  return TRUE;
}

/* ---- probes ---- */

/* What is on record of the probe that is added next; NULL = nothing. */
static const VnLiveObserved *
next_observed (const Run *run)
{
  guint index = run->n_probes + run->probes->len;

  return index < run->scenario->observed->len ? g_ptr_array_index (run->scenario->observed, index) : NULL;
}

static gboolean
step_probe (Run *run, JsonObject *step, GError **error)
{
  JsonObject *object = json_object_get_object_member (step, "probe");
  JsonObject *opts = json_object_has_member (object, "opts") ? json_object_get_object_member (object, "opts") : NULL;
  const char *src = opts != NULL ? json_object_get_string_member_with_default (opts, "src", NULL) : NULL;
  g_autofree char *node = g_strconcat ("vm-", json_object_get_string_member (object, "from"), NULL);
  const VnLiveObserved *observed = next_observed (run);
  gboolean on_record = observed != NULL && !g_str_equal (observed->result, "timeout");
  VnLiveProbe probe = { .netns_fd = vn_kernel_node_fd (run->kernel, node),
                        .proto = json_object_get_string_member (object, "proto"),
                        .port = (guint16)json_object_get_int_member_with_default (object, "port", 0),
                        .patience = on_record ? ANSWER_ON_RECORD_USEC : ANSWER_USEC,
                        .fd = -1 };

  if (probe.netns_fd < 0)
    return vn_error_set (error, VN_ERROR_INPUT, "probe: there is no %s", node);
  if (!vn_ip_parse (json_object_get_string_member (object, "to"), &probe.to) || (src && !vn_ip_parse (src, &probe.src)))
    return vn_error_set (error, VN_ERROR_INPUT, "probe: no address");
  if (opts != NULL)
    {
      probe.size_bytes = (guint)json_object_get_int_member_with_default (opts, "size", 0);
      probe.is_dad = json_object_has_member (opts, "dad");
    }
  g_array_append_val (run->probes, probe);
  return TRUE;
}

static gboolean
run_probes (Run *run, GError **error)
{
  if (!vn_live_probe_run (run->probes, run->services, error))
    return FALSE;
  for (guint i = 0; i < run->probes->len; i++, run->n_probes++)
    {
      const VnLiveObserved *observed = run->n_probes < run->scenario->observed->len
                                           ? g_ptr_array_index (run->scenario->observed, run->n_probes)
                                           : NULL;
      const char *result = g_array_index (run->probes, VnLiveProbe, i).result;

      if (observed == NULL || !g_str_equal (observed->result, result))
        g_string_append_printf (run->report, "  probe %u: %s here; record: %s\n", run->n_probes + 1, result,
                                observed != NULL ? observed->line : "nothing");
    }
  g_array_set_size (run->probes, 0);
  return TRUE;
}

/* ---- the whole ---- */

static gboolean
step_nothing (Run *run G_GNUC_UNUSED, JsonObject *step G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

static const struct
{
  const char *key;
  gboolean (*run) (Run *run, JsonObject *step, GError **error);
} ops[] = {
  { "api", step_api },
  { "find", step_find },
  { "boot", step_boot },
  { "unplug", step_unplug },
  { "probe", step_probe },
  { "snapshot", step_snapshot },
  { "vm_sh", step_vm_sh },
  { "sh", step_sh },
  { "agent_stop", step_agent_stop },
  { "stop_agent", step_agent_stop },
  { "agent_start", step_agent_start },
  { "start_agent", step_agent_start },
  { "agent_restart", step_agent_restart },
  { "restart_agent", step_agent_restart },
  { "sleep", step_nothing },
  { "capture", step_nothing },
  { "stop_capture", step_nothing },
};

static gboolean
run_step (Run *run, guint index, GError **error)
{
  JsonObject *step = json_array_get_object_element (run->scenario->steps, index);

  if (!json_object_has_member (step, "probe") && run->probes->len > 0 && !run_probes (run, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (json_object_has_member (step, ops[i].key))
      {
        if (ops[i].run (run, step, error))
          return TRUE;
        g_prefix_error (error, "step %u: ", index + 1);
        return FALSE;
      }
  return vn_error_set (error, VN_ERROR_INPUT, "step %u: no such kind of step", index + 1);
}

static gboolean
prepare (Run *run, guint order, GError **error)
{
  VnApiChoices choices = { run->scenario->ids };
  gboolean limits = json_object_has_member (run->scenario->knobs, "EXTENSIONS");
  VnCaps caps = { .no_vlan = !vn_capability_found ("802.1Q"),
                  .no_tbf = limits && !vn_capability_found ("tbf"),
                  .no_police = limits && !vn_capability_found ("police") };

  run->topology = vn_live_hosts_new (run->scenario->knobs, order / 2, error);
  run->folder = g_dir_make_tmp ("vn-live-XXXXXX", error);
  if (run->topology == NULL || run->folder == NULL)
    return FALSE;
  run->scene = vn_topology_copy (run->topology);
  run->api = vn_api_new (run->topology, &choices);
  run->world = vn_world_new (run->topology, &caps);
  if (order % 2 == 1)
    vn_world_list_newest_first (run->world);
  run->kernel = vn_kernel_linux_new (error);
  if (run->kernel == NULL)
    return FALSE;
  run->lab = vn_lab_new (run->kernel);
  return follow (run, error);
}

static void
clear (Run *run)
{
  g_ptr_array_unref (run->services);
  g_clear_pointer (&run->lab, vn_lab_free);
  g_clear_pointer (&run->kernel, vn_kernel_free);
  g_clear_pointer (&run->tables, vn_tables_free);
  g_clear_pointer (&run->world, vn_world_free);
  g_clear_pointer (&run->api, vn_api_free);
  g_clear_pointer (&run->topology, vn_topology_unref);
  g_clear_pointer (&run->scene, vn_topology_unref);
  g_ptr_array_unref (run->vms);
  json_object_unref (run->vars);
  g_hash_table_unref (run->zones);
  g_array_unref (run->probes);
  g_free (run->folder);
}

guint
vn_live_n_orders (const VnLiveScenario *scenario)
{
  const char *responder = json_object_get_string_member_with_default (scenario->knobs, "ARP_RESPONDER", "");

  return g_str_equal (responder, "true") ? 2 * VN_LIVE_HOST_ORDERS : 1;
}

gboolean
vn_live_run (const VnLiveScenario *scenario, guint order, GString *report, GError **error)
{
  Run run = { .scenario = scenario, .report = report };
  gboolean ok;

  run.vars = json_object_new ();
  run.vms = g_ptr_array_new_with_free_func (vn_live_vm_free);
  run.services = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_live_services_free);
  run.zones = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)vn_live_zones_free);
  run.probes = g_array_new (FALSE, TRUE, sizeof (VnLiveProbe));
  ok = prepare (&run, order, error);
  for (guint i = 0; ok && i < json_array_get_length (scenario->steps); i++)
    ok = run_step (&run, i, error);
  ok = ok && run_probes (&run, error);
  clear (&run);
  return ok;
}
