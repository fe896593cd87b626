/* SPDX-License-Identifier: Apache-2.0 */
/* From files to a sealed topology: lab file (YAML), ini files, `extends`, --set, lint. Reads files, touches nothing
 * else. */
#pragma once

#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

/* One --set HOST:SECTION.OPTION=VALUE; HOST "*" = every machine with an agent or a server. */
typedef struct
{
  char *host, *section, *key, *value;
} VnSet;
gboolean vn_set_parse (const char *text, VnSet *ret, GError **error);
void vn_set_clear (VnSet *set);
/* Applies those of @sets that are for the machine @host and whose option @program reads, to what that program of it
 * read; origin "--set". To be called between the last vn_load_ini and vn_load_ini_finish, which checks the values. */
void vn_set_apply (const VnSet *sets, gsize n_sets, const char *host, VnProgram program, VnConfig *config);
/* Hosts that the lab does not have, options that there are not, options that no program of the host reads. Once for a
 * lab, when its machines are known. @machines: VnMachine. */
void vn_set_check (const VnSet *sets, gsize n_sets, const GPtrArray *machines, VnDiagList *diags);

typedef struct
{
  const VnSet *sets;
  gsize n_sets;
  gboolean has_seed;
  guint64 seed;               /* overrides the file's */
  const VnTopology *standing; /* what it drew, objects of the same id keep; NULL = nothing stands */
  const char *const *quirks;  /* ids that `accept:` may name; NULL = any */
  GHashTable *texts;          /* absolute path -> GBytes: what was saved of a load before is read instead of the files
                               * themselves; NULL = the files */
} VnLoadOptions;

/* @path: a lab file, or a folder that holds exactly one *.vlab.yml. Every problem is added to @diags.
 * Returns: the sealed topology, or NULL if there was an error among the problems. */
VnTopology *vn_load_lab (const char *path, const VnLoadOptions *options, VnDiagList *diags);
/* The same of a text that is named @name in places; for tests. No file that it names is read: programs have the options
 * that @options sets, `extends` is an error. */
VnTopology *vn_load_lab_text (const char *name, const char *text, gsize size, const VnLoadOptions *options,
                              VnDiagList *diags);

/* oslo.config's reading of one file. Adds assignments to @config; unknown sections and options and those without effect
 * go to its `ignored`. Syntax and value problems to @diags. @programs: whose options are checked for their values. */
void vn_load_ini (const char *path, const char *text, gsize size, VnProgram programs, VnConfig *config,
                  VnDiagList *diags);
/* Interpolation ($name) and value checks after all files of a program are read. */
void vn_load_ini_finish (VnConfig *config, VnProgram programs, VnDiagList *diags);

/* Everything that stops the real agent or server at its start (Neutron 21.0.0), and warnings for what passes silently
 * and hurts. */
void vn_lint_config (const VnTopology *topology, VnDiagList *diags);

/* JSON schema of the lab file, made from the loader's own key tables. Transfer full. */
char *vn_load_schema (void);
/* The lab file format as Markdown tables, from the same tables. Transfer full. */
char *vn_load_keys_markdown (void);

G_END_DECLS
