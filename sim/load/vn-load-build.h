/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that turn a lab file's tree into a topology (vn-load-*.c) only. */
#pragma once

#include "sim/api/vn-api.h"
#include "sim/load/vn-keys-lab.h"
#include "sim/load/vn-load.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define VN_LOAD_MAX_OBJECTS 10000u /* of one map or list */
#define VN_HV_NETWORK_NAME_MAX 15u /* the PC's interface may have it */
#define VN_LOAD_MAX_EXTENDS 16u    /* lab files in a row */

/* What a port's keys said, while that still matters. */
typedef struct
{
  gboolean has_mac, has_fixed_ips, has_groups;
} VnPortNote;

/* A load under way. */
typedef struct
{
  VnTopology *t;
  VnDiagList *diags;
  const VnLoadOptions *options;
  gboolean follows_files; /* FALSE: the lab is a text, and no file that it names is read */
  const VnConfig *server; /* what neutron-server reads; NULL = defaults */
  GArray *port_notes;     /* VnPortNote, by index of the port */
  GHashTable *drawn;      /* texts of ids and MACs that are taken */
  GHashTable *unnamed;    /* kind of object -> how many without a name and an id there were */
  GHashTable *reported;   /* texts of diagnostics about ini files, which several programs may read */
} VnLoad;

/* ---- files (vn-load-files.c) ---- */

/* @path as written in the file @from: relative to its folder. Transfer full. */
char *vn_load_path (const char *from, const char *path);
/* A lab file, or the only one of a folder. @origin: who names it. Transfer full; NULL after a diagnostic. */
char *vn_load_find_lab (const char *path, VnOrigin origin, GHashTable *texts, VnDiagList *diags);
/* Transfer full; NULL after a diagnostic. */
char *vn_load_read (const char *path, VnOrigin origin, GHashTable *texts, VnDiagList *diags, gsize *ret_size);
/* The lab file's tree, laid over those that it extends. @files: names of all that were read are added. */
VnYaml *vn_load_tree (const char *path, GPtrArray *files, GHashTable *texts, VnDiagList *diags);

/* ---- objects and references (vn-load-refs.c) ---- */

/* How many objects; 0 after a diagnostic if there are too many. */
guint vn_load_len (VnLoad *load, const VnField *field);
/* Reads the i-th object of a VN_KEY_NAMED field, whose struct begins with the field `name`. */
gboolean vn_load_object (VnLoad *load, const VnKeyMap *map, const VnField *field, guint i, VnItem *ret_item,
                         gpointer ret_fields);
/* Likewise where a name is needed. */
gboolean vn_load_named_object (VnLoad *load, const VnKeyMap *map, const VnField *field, guint i, VnItem *ret_item,
                               gpointer ret_fields);
/* Reads the i-th map of a VN_KEY_MAPS field. */
gboolean vn_load_map (VnLoad *load, const VnKeyMap *map, const VnField *field, guint i, VnOrigin *ret_origin,
                      gpointer ret_fields);

typedef enum
{
  VN_REF_SEGMENT,
  VN_REF_MACHINE,
  VN_REF_NETWORK,
  VN_REF_SUBNET,
  VN_REF_GROUP,
  VN_REF_ADDRESS_GROUP,
  VN_REF_QOS_POLICY,
  VN_REF_PORT,
  VN_REF_SERVER,
  VN_N_REFS
} VnRefKind;
/* By name or id. VN_NONE after a diagnostic. */
guint vn_load_ref (VnLoad *load, VnRefKind kind, const char *text, VnOrigin origin);
/* The id of an object of the API. */
const char *vn_load_ref_id (const VnLoad *load, VnRefKind kind, guint index);
/* VN_NONE, without a diagnostic, if the field isn't there. */
guint vn_load_field_ref (VnLoad *load, VnRefKind kind, const VnField *field);
/* What the server would answer, as a diagnostic. */
void vn_load_refused (VnLoad *load, VnDiagCode code, VnOrigin origin, const char *what, const char *name,
                      const VnApiError *error);

/* ---- drawing (vn-load-draw.c) ---- */

/* Numbers that follow from the seed, the purpose and the name alone, so that an object keeps what was drawn for it when
 * others come or go. */
guint64 vn_load_draw (const VnLoad *load, const char *purpose, const char *name, guint attempt);
/* The given id, or one drawn for the name; for an object without a name, by its place among those of its kind that have
 * none: not by its line, so that it keeps its id when lines are added before it. @kind: static. Transfer full. */
char *vn_load_id (VnLoad *load, const VnField *field, const char *kind, const char *name);
/* @prefix_len bytes of @prefix are kept. */
VnMac vn_load_draw_mac (VnLoad *load, VnMac prefix, guint prefix_len, const char *name);

/* ---- parts of a lab ---- */

void vn_load_scene (VnLoad *load, const VnField *scene);
/* What its hypervisor is and makes. */
void vn_load_hypervisor (VnLoad *load, VnMachine *machine, const VnField *hypervisor);
/* How a VM's interface is attached. */
void vn_load_mode (VnLoad *load, VnInterface *interface, const VnInterfaceFields *fields);
/* An interface's address and what comes with it: given, or to be leased. */
void vn_load_address (VnLoad *load, VnInterface *interface, const VnInterfaceFields *fields);
/* Pool and options of a DHCP server, as far as the file says them. */
void vn_load_dhcp (VnLoad *load, VnDhcpServer *server, const VnDhcpFields *fields, VnOrigin origin);
/* What a machine does for others; its interfaces are there already. */
void vn_load_role (VnLoad *load, guint machine, const VnMachineFields *fields);
/* The program's configuration; never NULL. */
VnConfig *vn_load_program (VnLoad *load, const VnField *program, const char *machine, VnProgram kind);
void vn_load_cloud (VnLoad *load, const VnField *cloud);
void vn_load_groups (VnLoad *load, const VnCloudFields *cloud);
/* A rule as the file has it, judged by the server. Its fields are set. */
gboolean vn_load_ask_rule (VnLoad *load, const VnRuleFields *fields, VnSecurityGroupRule *rule, VnApiError *error);
/* Resolves names of groups; the server's answer for an unknown one is a diagnostic. */
void vn_load_group_refs (VnLoad *load, const VnField *groups, GArray *ret);
void vn_load_qos_policies (VnLoad *load, const VnField *policies);
/* The policy that a key names; @if_none if the key isn't there, VN_NONE for null and after a diagnostic. */
guint vn_load_qos_ref (VnLoad *load, const VnField *policy, guint if_none);
void vn_load_ports (VnLoad *load, const VnField *ports);
/* A port without its keys, at the end of the topology's. */
VnPort *vn_load_new_port (VnLoad *load, const char *name, VnOrigin origin, VnPortNote note);
void vn_load_port_pairs (VnLoad *load, VnPort *port, const VnField *pairs);
/* Sets port_security_enabled from the key, else from the network. */
void vn_load_port_security (VnLoad *load, VnPort *port, const VnField *enabled);
void vn_load_servers (VnLoad *load, const VnField *servers);
/* When all ports are known: MACs, default group, addresses, what the server refuses, bindings. */
void vn_load_finish_ports (VnLoad *load);
/* Addresses of ports that the file doesn't give. */
void vn_load_draw_addresses (VnLoad *load);
void vn_load_user (VnLoad *load, const VnLabFields *lab);
/* What happens after all is plugged, told to a server and to hosts that are in the state in which the entry before left
 * them (vn-load-events.c). @topology: sealed, and its events are set; NULL = the lab is not whole, and only their form
 * is looked at. */
void vn_load_events (VnLoad *load, const VnField *events, VnTopology *topology);
/* What stands there as JSON, with ids in place of names where keys say what is named (vn-load-json.c). NULL after a
 * diagnostic; transfer full. */
JsonNode *vn_load_json (VnLoad *load, const VnYaml *node);
/* A request's path, in which an object may be named. Transfer full. */
char *vn_load_json_path (VnLoad *load, const VnField *path);

/* Warnings about what the server accepts and what hurts. */
/* Called by the next one. */
void vn_lint_qos (const VnTopology *t, VnDiagList *diags);
void vn_lint_cloud (const VnTopology *t, VnDiagList *diags);
/* Likewise about who leases addresses. */
void vn_lint_modes (const VnTopology *t, VnDiagList *diags);

G_END_DECLS
