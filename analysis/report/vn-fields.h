/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a run as tables of fields: JSON writer, JSON reader and schema walk the same tables. */
#pragma once

#include "analysis/judge/vn-run.h"

G_BEGIN_DECLS

typedef enum
{
  VN_FIELD_STRING, /* char *, absent if NULL */
  VN_FIELD_NAME,   /* const char *, interned */
  VN_FIELD_UINT,   /* guint */
  VN_FIELD_UINT64,
  VN_FIELD_INT64,
  VN_FIELD_BOOL,    /* gboolean */
  VN_FIELD_ENUM,    /* an enum of `n_words` values */
  VN_FIELD_STRUCT,  /* a struct in place, of `object` */
  VN_FIELD_STRINGS, /* GPtrArray of char * */
  VN_FIELD_UINTS,   /* GArray of guint */
  VN_FIELD_OBJECTS, /* GPtrArray of structs of `object` */
  VN_FIELD_VALUES,  /* GArray of structs of `object` */
} VnFieldType;

typedef struct _VnObject VnObject;

typedef struct
{
  const char *name;
  VnFieldType type;
  gsize offset;
  const char *doc;
  const char *(*word) (int value); /* ENUM */
  int n_words;
  const VnObject *object; /* STRUCT, OBJECTS, VALUES */
  gboolean is_needed;     /* STRING, NAME: never NULL; all others are always there */
} VnField;

struct _VnObject
{
  const char *name;      /* in the schema's $defs */
  const VnField *fields; /* ends with a NULL name */
  gsize size;
  gpointer (*make) (void); /* OBJECTS; NULL = zeroed */
};

extern const VnObject VN_RUN_OBJECT;

/* Whether a record without it is none. */
gboolean vn_field_is_required (const VnField *field);

/* Version of the report's form: raised when a field changes its meaning or goes. */
#define VN_REPORT_VERSION 1

char *vn_report_write_json (const VnRun *run);
/* A kind of report: its record, and the member that names kind and version. */
typedef struct
{
  const VnObject *root;
  const char *title;
  const char *version_name;
  int version;
} VnReportKind;

/* JSON schema (draft 2020-12). Transfer full. */
char *vn_report_schema_of (const VnReportKind *kind);
/* JSON schema (draft 2020-12) of what the writer writes. Transfer full. */
char *vn_report_schema (void);

G_END_DECLS
