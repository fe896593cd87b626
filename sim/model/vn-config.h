/* SPDX-License-Identifier: Apache-2.0 */
/* Neutron options that matter to the data plane, with value, origin and default. */
#pragma once

#include "sim/base/vn-addr.h"
#include "sim/base/vn-origin.h"

G_BEGIN_DECLS

/* One row of sim/model/vn-options.inc each: VN_OPT_<NAME>. */
typedef enum
{
#define VN_OPTION(name, section, key, type, default_text, min, max, program, effect) VN_OPT_##name,
#include "sim/model/vn-options.inc"
#undef VN_OPTION
  VN_N_OPTIONS
} VnOptionId;

typedef enum
{
  VN_OPT_TYPE_BOOL,
  VN_OPT_TYPE_INT,    /* empty = unset */
  VN_OPT_TYPE_PORT,
  VN_OPT_TYPE_FLOAT,
  VN_OPT_TYPE_IP,
  VN_OPT_TYPE_STRING,
  VN_OPT_TYPE_HOST,   /* a host name or address */
  VN_OPT_TYPE_LIST,
  VN_OPT_TYPE_DICT,   /* key:value,… */
} VnOptionType;

/* Which program reads the option and so refuses to start for a wrong value. */
typedef enum
{
  VN_PROGRAM_AGENT = 1 << 0,
  VN_PROGRAM_SERVER = 1 << 1,
} VnProgram;

typedef struct
{
  const char *section;      /* as registered in the code, for interpolation: "VXLAN" is written "vxlan" here */
  const char *key;
  VnOptionType type;
  const char *default_text; /* NULL = none; lists: comma separated */
  gint64 min, max;          /* INT, PORT: both 0 = no limit */
  VnProgram programs;
  const char *effect;       /* what it changes in the data plane, one line */
} VnOptionInfo;

const VnOptionInfo *vn_option_info (VnOptionId id);
gboolean vn_option_find (const char *section, const char *key, VnOptionId *ret); /* section without regard to case */

typedef struct
{
  gboolean is_set;          /* FALSE: the default, which may be "none" */
  gboolean has_value;       /* FALSE: none, neither set nor by default */
  VnOrigin origin;          /* of the last assignment; none for the default; "--set" is a file of that name */
  char *text;               /* as written, after interpolation and quotes */
  union
  {
    gboolean boolean;
    gint64 integer;
    VnIp ip;
    char **list;            /* LIST; DICT: "key:value" items */
  } u;
} VnOptionValue;

typedef struct
{
  char *section, *key, *value;
  VnOrigin origin;
} VnIgnoredOption;

/* What one program of one machine read: the union of its files, the last one winning. */
typedef struct
{
  VnOptionValue values[VN_N_OPTIONS];
  GPtrArray *ignored;       /* VnIgnoredOption: set in the files, without effect in the lab */
  GPtrArray *files;         /* char *, in the order of reading */
} VnConfig;

VnConfig *vn_config_new (void); /* all defaults */
void vn_config_free (VnConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnConfig, vn_config_free)

/* @config may be NULL: the defaults. Asking for another type than the table's is a programmer's error. */
gboolean vn_config_bool (const VnConfig *config, VnOptionId id);
gboolean vn_config_has (const VnConfig *config, VnOptionId id);
gint64 vn_config_int (const VnConfig *config, VnOptionId id, gint64 if_none); /* INT, PORT */
const char *vn_config_string (const VnConfig *config, VnOptionId id);         /* "" if none; STRING, HOST */
VnIp vn_config_ip (const VnConfig *config, VnOptionId id);                    /* unset if none */
const char *const *vn_config_list (const VnConfig *config, VnOptionId id);    /* never NULL */
gboolean vn_config_list_has (const VnConfig *config, VnOptionId id, const char *item);
VnOrigin vn_config_origin (const VnConfig *config, VnOptionId id);
/* "l2_population = true (etc/compute1/linuxbridge_agent.ini:12)" or "… (default)". Transfer full. */
char *vn_config_describe (const VnConfig *config, VnOptionId id);

G_END_DECLS
