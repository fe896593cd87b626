/* SPDX-License-Identifier: Apache-2.0 */
/* Neutron options that matter to the data plane, with value, origin and default. */
#pragma once

#include "sim/base/vn-addr.h"
#include "sim/base/vn-origin.h"

G_BEGIN_DECLS

/* One row of sim/model/vn-options.inc each: VN_OPT_<NAME>. */
typedef enum
{
#define VN_OPTION(name, section, key, type, default_text, min, max, program, use, effect) VN_OPT_##name,
#include "sim/model/vn-options.inc"
#undef VN_OPTION
  VN_N_OPTIONS
} VnOptionId;

typedef enum
{
  VN_OPT_TYPE_BOOL,
  VN_OPT_TYPE_INT, /* empty = unset */
  VN_OPT_TYPE_PORT,
  VN_OPT_TYPE_FLOAT,
  VN_OPT_TYPE_IP,
  VN_OPT_TYPE_STRING,
  VN_OPT_TYPE_HOST, /* a host name or address */
  VN_OPT_TYPE_LIST,
  VN_OPT_TYPE_DICT, /* key:value,… */
} VnOptionType;

/* Which program reads the option and so refuses to start for a wrong value. */
typedef enum
{
  VN_PROGRAM_AGENT = 1 << 0,
  VN_PROGRAM_SERVER = 1 << 1,
  VN_PROGRAM_BOTH = VN_PROGRAM_AGENT | VN_PROGRAM_SERVER,
} VnProgram;

/* Whether the lab does what an option says, or only reads and checks it. */
typedef enum
{
  VN_OPTION_USE_LAB,
  VN_OPTION_USE_NOTED,
} VnOptionUse;

typedef struct
{
  const char *section; /* as registered in the code, for interpolation: "VXLAN" is written "vxlan" here */
  const char *key;
  VnOptionType type;
  const char *default_text; /* NULL = none; lists: comma separated */
  gint64 min, max;          /* INT, PORT: both 0 = no limit */
  VnProgram programs;
  VnOptionUse use;
  const char *effect; /* what it changes in the data plane, one line */
} VnOptionInfo;

const VnOptionInfo *vn_option_info (VnOptionId id);
/* Section names are compared without regard to case, but for DEFAULT; old names of an option are not found. */
gboolean vn_option_find (const char *section, const char *key, VnOptionId *ret);
/* As oslo.config compares the names of sections: it folds their case, but not DEFAULT's. */
gboolean vn_option_section_equal (const char *a, const char *b);
/* Whether an option belongs to a section, compared likewise. */
gboolean vn_option_is_in (VnOptionId id, const char *section);
/* By the name that an option had in an earlier release: [ml2] segment_mtu. */
gboolean vn_option_find_old_name (const char *section, const char *key, VnOptionId *ret);
/* The group as the code registers it, which is what "${GROUP.name}" has to say: "VXLAN" for [vxlan]. */
const char *vn_option_group (const VnOptionInfo *info);
const char *vn_option_type_name (VnOptionType type); /* "a boolean", for people */
/* The table as Markdown, for the documentation. Transfer full. */
char *vn_options_markdown (void);

typedef struct
{
  gboolean is_set;    /* FALSE: the default, which may be "none" */
  gboolean has_value; /* FALSE: none, neither set nor by default */
  gboolean is_bad;    /* what was set is no value of the option: this is the default in its place */
  gboolean is_raw;    /* text is as in the file: not yet interpolated, checked and converted */
  VnOrigin origin;    /* of the last assignment; none for the default; "--set" is a file of that name */
  char *text;         /* as written, after interpolation and quotes */
  union
  {
    gboolean boolean;
    gint64 integer;
    VnIp ip;
    char **list; /* LIST; DICT: "key:value" items */
  } u;
} VnOptionValue;

/* Why an assignment has no effect in the lab. */
typedef enum
{
  VN_IGNORED_SECTION, /* no section that the lab knows */
  VN_IGNORED_OPTION,  /* no option of that section that the lab knows */
  VN_IGNORED_PROGRAM, /* another program reads it, this one does not */
  VN_IGNORED_NOTED,   /* known, without effect in the lab */
} VnIgnoredWhy;
const char *vn_ignored_why_text (VnIgnoredWhy why); /* a clause for people */

typedef struct
{
  char *section, *key, *value;
  VnOrigin origin;
  VnIgnoredWhy why;
} VnIgnoredOption;

/* What one program of one machine read: the union of its files, the last one winning. */
typedef struct
{
  gint ref_count;
  VnOptionValue values[VN_N_OPTIONS];
  VnOrigin headers[VN_N_OPTIONS]; /* of the option's section: the one read last */
  GPtrArray *ignored;             /* VnIgnoredOption: set in the files, without effect in the lab */
  GPtrArray *files;               /* char *, in the order of reading */
} VnConfig;

VnConfig *vn_config_new (void);             /* all defaults */
VnConfig *vn_config_ref (VnConfig *config); /* copies of a topology share it */
void vn_config_free (VnConfig *config);     /* drops one reference */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnConfig, vn_config_free)

/* Sets an option from text, without interpolation. Returns: FALSE with @error (VN_ERROR_INPUT) and the old value kept,
 * if the text is no value of the option. */
gboolean vn_config_set (VnConfig *config, VnOptionId id, const char *text, VnOrigin origin, GError **error);
/* Likewise, to be interpolated and converted when all files are read (vn_load_ini_finish). */
void vn_config_set_raw (VnConfig *config, VnOptionId id, const char *text, VnOrigin origin);
/* The default in the place of a raw value that turned out to be none; keeps its origin. */
void vn_config_refuse (VnConfig *config, VnOptionId id);
/* A section begins at @origin. */
void vn_config_add_header (VnConfig *config, const char *section, VnOrigin origin);
void vn_config_ignore (VnConfig *config, const char *section, const char *key, const char *value, VnIgnoredWhy why,
                       VnOrigin origin);

/* @config may be NULL: the defaults. Asking for another type than the table's is a programmer's error. */
gboolean vn_config_bool (const VnConfig *config, VnOptionId id);
gboolean vn_config_has (const VnConfig *config, VnOptionId id);
gint64 vn_config_int (const VnConfig *config, VnOptionId id, gint64 if_none); /* INT, PORT */
const char *vn_config_string (const VnConfig *config, VnOptionId id);         /* "" if none; STRING, HOST */
VnIp vn_config_ip (const VnConfig *config, VnOptionId id);                    /* unset if none */
const char *const *vn_config_list (const VnConfig *config, VnOptionId id);    /* never NULL */
gboolean vn_config_list_has (const VnConfig *config, VnOptionId id, const char *item);
/* Whether both say the same where the lab acts on it, wherever it was written. NULL = no program. */
gboolean vn_config_equal (const VnConfig *a, const VnConfig *b);
VnOrigin vn_config_origin (const VnConfig *config, VnOptionId id);
/* Where to look for an option: the line that set it; where none did, the header of its section, else the file read
 * last; unset if nothing was read. */
VnOrigin vn_config_place (const VnConfig *config, VnOptionId id);
/* "l2_population = true (etc/compute1/linuxbridge_agent.ini:12)" or "… (default)". Transfer full. */
char *vn_config_describe (const VnConfig *config, VnOptionId id);

G_END_DECLS
