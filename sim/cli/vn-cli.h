/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs share: options with their environment variables, finding and loading a lab, printing problems. */
#pragma once

#include "sim/load/vn-load.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *arguments;              /* "LAB…" */
  const char *summary;                /* one line */
  int (*run) (int argc, char **argv); /* argv[0] = the verb; returns the exit code */
} VnVerbInfo;

enum
{
  VN_EXIT_OK = 0,
  VN_EXIT_FAILED = 1,
  VN_EXIT_USAGE = 2,
  VN_EXIT_MACHINE = 3,
  VN_EXIT_INTERNAL = 4,
  VN_EXIT_NOTHING = 5,
  VN_EXIT_UNDECIDED = 6,
};

int vn_verb_test (int argc, char **argv);
int vn_verb_plan (int argc, char **argv);
int vn_verb_predict (int argc, char **argv);
int vn_verb_lint (int argc, char **argv);
int vn_verb_trace (int argc, char **argv);
int vn_verb_compare (int argc, char **argv);
int vn_verb_analyze (int argc, char **argv);
int vn_verb_report (int argc, char **argv);
int vn_verb_api (int argc, char **argv);
int vn_verb_apply (int argc, char **argv);
int vn_verb_doctor (int argc, char **argv);
int vn_verb_up (int argc, char **argv);
int vn_verb_down (int argc, char **argv);
int vn_verb_ls (int argc, char **argv);
int vn_verb_exec (int argc, char **argv);
int vn_verb_shell (int argc, char **argv);
int vn_verb_inspect (int argc, char **argv);
int vn_verb_capture (int argc, char **argv);
int vn_verb_extcap (int argc, char **argv);

/* Parses @argv by @entries, with VNETLAB_<VERB>_<OPTION> before it, so that flags win. @ret_words: what is left, the
 * verb itself excluded. A misspelt option gets a suggestion. Prints and returns FALSE on a usage error. */
gboolean vn_cli_parse (const char *verb, const char *arguments, const char *summary, const GOptionEntry *entries,
                       int argc, char **argv, char ***ret_words);

/* Options of every verb that loads a lab. */
typedef struct
{
  char **sets;                /* --set, as written */
  char *seed;                 /* --seed */
  gboolean ignored;           /* --ignored: list options of the ini files that the lab does not act on */
  const VnTopology *standing; /* of VnLoadOptions; borrowed */
} VnCliLab;
#define VN_CLI_LAB_ENTRIES(lab)                                                                                        \
  { "set",                                                                                                             \
    0,                                                                                                                 \
    0,                                                                                                                 \
    G_OPTION_ARG_STRING_ARRAY,                                                                                         \
    &(lab).sets,                                                                                                       \
    "Override an ini option for this run (HOST may be *)",                                                             \
    "HOST:SECTION.OPTION=VALUE" },                                                                                     \
      { "seed", 0, 0, G_OPTION_ARG_STRING, &(lab).seed, "Draw ids, MACs, VNIs and addresses from N", "N" },            \
  {                                                                                                                    \
    "ignored", 0, 0, G_OPTION_ARG_NONE, &(lab).ignored, "List options of the ini files that the lab does not act on",  \
        NULL                                                                                                           \
  }
void vn_cli_lab_clear (VnCliLab *lab);

/* @name: a path or the name of a lab that ships. Prints every problem to stderr. @diags: nullable; gets the warnings.
 * Returns: NULL if there was an error. */
VnTopology *vn_cli_load (const char *name, const VnCliLab *lab, VnDiagList **ret_diags);
/* Each on a line of stderr. */
void vn_cli_print_diags (const VnDiagList *diags);
/* Prints "vnetlab: …" and returns the exit code that belongs to the error. */
int vn_cli_fail (const GError *error);
/* Path of a lab that is named or pathed; NULL (printed, with a suggestion) if there is none. Transfer full. */
char *vn_cli_find_lab (const char *name);
/* The time that a run is dated with, microseconds since 1970: SOURCE_DATE_EPOCH, or now. */
gint64 vn_cli_now (void);
/* The exit code of two of which each has one: failed before undecided before nothing checked; machine and internal
 * errors before all. */
int vn_cli_graver (int a, int b);
/* Columns of the terminal that standard output is; 100 where it is none. */
guint vn_cli_width (void);
/* For VnRunSetup.progress: a line that overwrites itself, once it takes more than a second, on a terminal. @data: when
 * it began, VnUsec. */
void vn_cli_progress (const char *phase, guint done, guint total, gpointer data);
void vn_cli_progress_clear (void);
/* Whether to colour a stream: it is a terminal and NO_COLOR is not set. */
gboolean vn_cli_colour (int fd);

G_END_DECLS
