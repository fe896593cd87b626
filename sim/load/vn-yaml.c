/* SPDX-License-Identifier: Apache-2.0 */
/* From libyaml's document to a tree of own values.
 *
 * libyaml resolves an alias to the node of its anchor, so a document is a graph, which may even hold itself. Copying it
 * into a tree expands every alias; the limits on depth and on nodes end that early for graphs that would not end or
 * would fill the memory. libyaml compares each anchor with all before it, hence a limit on anchors too, which is
 * checked on the events before the document is composed. */
#include "sim/load/vn-yaml.h"

#include <string.h>
#include <yaml.h>

typedef struct
{
  const char *file; /* interned */
  const char *text;
  gsize size;
  VnDiagList *diags;
  yaml_document_t *document;
  guint n_nodes;
  gboolean stopped; /* a limit was passed and reported */
} Reader;

static void
pair_free (gpointer data)
{
  VnYamlPair *pair = data;

  g_free (pair->key);
  vn_yaml_free (pair->value);
  g_free (pair);
}

static void
yaml_free_gpointer (gpointer data)
{
  vn_yaml_free (data);
}

void
vn_yaml_free (VnYaml *yaml)
{
  if (yaml == NULL)
    return;
  g_free (yaml->text);
  g_clear_pointer (&yaml->items, g_ptr_array_unref);
  g_clear_pointer (&yaml->pairs, g_ptr_array_unref);
  g_free (yaml);
}

static VnOrigin
mark_origin (const Reader *reader, yaml_mark_t mark)
{
  return (VnOrigin){ reader->file, (guint)mark.line + 1, (guint)mark.column + 1 };
}

static VnYaml *
new_value (VnYamlKind kind, VnOrigin origin)
{
  VnYaml *yaml = g_new0 (VnYaml, 1);

  yaml->kind = kind;
  yaml->origin = origin;
  if (kind == VN_YAML_LIST)
    yaml->items = g_ptr_array_new_with_free_func (yaml_free_gpointer);
  if (kind == VN_YAML_MAP)
    yaml->pairs = g_ptr_array_new_with_free_func (pair_free);
  return yaml;
}

static VnYaml *copy_node (Reader *reader, int index, guint depth);

static gboolean
is_null (const yaml_node_t *node)
{
  const char *text = (const char *)node->data.scalar.value;

  return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
         && (*text == '\0' || g_str_equal (text, "~") || g_ascii_strcasecmp (text, "null") == 0);
}

static VnYaml *
copy_scalar (Reader *reader, const yaml_node_t *node)
{
  VnOrigin origin = mark_origin (reader, node->start_mark);
  VnYaml *yaml = new_value (is_null (node) ? VN_YAML_NULL : VN_YAML_SCALAR, origin);

  if (yaml->kind == VN_YAML_SCALAR && strlen ((const char *)node->data.scalar.value) != node->data.scalar.length)
    vn_diag_add (reader->diags, VN_DIAG_WRONG_TYPE, origin, NULL, "a text with a NUL byte in it");
  if (yaml->kind == VN_YAML_SCALAR)
    yaml->text = g_strdup ((const char *)node->data.scalar.value);
  return yaml;
}

static VnYaml *
copy_list (Reader *reader, const yaml_node_t *node, guint depth)
{
  VnYaml *yaml = new_value (VN_YAML_LIST, mark_origin (reader, node->start_mark));

  for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
    {
      VnYaml *value = copy_node (reader, *item, depth + 1);

      if (value != NULL)
        g_ptr_array_add (yaml->items, value);
    }
  return yaml;
}

/* Returns: the key's text, or NULL after a diagnostic if it isn't a text or was there before. */
static const char *
check_key (Reader *reader, const yaml_node_t *key, GHashTable *seen)
{
  VnOrigin origin = mark_origin (reader, key->start_mark);
  const char *text;
  gpointer line;

  if (key->type != YAML_SCALAR_NODE)
    {
      vn_diag_add (reader->diags, VN_DIAG_WRONG_TYPE, origin, NULL, "a key is a word, not a list or a map");
      return NULL;
    }
  text = (const char *)key->data.scalar.value;
  if (g_hash_table_lookup_extended (seen, text, NULL, &line))
    {
      vn_diag_add (reader->diags, VN_DIAG_DUPLICATE_KEY, origin, NULL,
                   "key \"%s\" stands in this map already (line %u)", text, GPOINTER_TO_UINT (line));
      return NULL;
    }
  g_hash_table_insert (seen, (gpointer)text, GUINT_TO_POINTER (origin.line));
  return text;
}

static VnYaml *
copy_map (Reader *reader, const yaml_node_t *node, guint depth)
{
  VnYaml *yaml = new_value (VN_YAML_MAP, mark_origin (reader, node->start_mark));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (yaml_node_pair_t *it = node->data.mapping.pairs.start; it < node->data.mapping.pairs.top; it++)
    {
      const yaml_node_t *key = yaml_document_get_node (reader->document, it->key);
      const char *text = check_key (reader, key, seen);
      VnYaml *value = copy_node (reader, it->value, depth + 1);
      VnYamlPair *pair;

      if (text == NULL || value == NULL)
        {
          vn_yaml_free (value);
          continue;
        }
      pair = g_new0 (VnYamlPair, 1);
      pair->key = g_strdup (text);
      pair->origin = mark_origin (reader, key->start_mark);
      pair->value = value;
      g_ptr_array_add (yaml->pairs, pair);
    }
  return yaml;
}

static gboolean
within_limits (Reader *reader, const yaml_node_t *node, guint depth)
{
  if (reader->stopped)
    return FALSE;
  reader->n_nodes++;
  if (depth <= VN_YAML_MAX_DEPTH && reader->n_nodes <= VN_YAML_MAX_NODES)
    return TRUE;
  reader->stopped = TRUE;
  if (depth > VN_YAML_MAX_DEPTH)
    vn_diag_add (reader->diags, VN_DIAG_LIMIT, mark_origin (reader, node->start_mark), NULL,
                 "lists and maps are nested more than %u deep", VN_YAML_MAX_DEPTH);
  else
    vn_diag_add (reader->diags, VN_DIAG_LIMIT, mark_origin (reader, node->start_mark), NULL,
                 "the document holds more than %u values, with its aliases expanded", VN_YAML_MAX_NODES);
  return FALSE;
}

/* Returns: NULL behind a limit. */
static VnYaml *
copy_node (Reader *reader, int index, guint depth)
{
  const yaml_node_t *node = yaml_document_get_node (reader->document, index);

  if (!within_limits (reader, node, depth))
    return NULL;
  switch (node->type)
    {
    case YAML_SEQUENCE_NODE:
      return copy_list (reader, node, depth);
    case YAML_MAPPING_NODE:
      return copy_map (reader, node, depth);
    case YAML_SCALAR_NODE:
    case YAML_NO_NODE:
      break;
    }
  return copy_scalar (reader, node);
}

/* Byte of the problem: libyaml counts characters. */
static gsize
problem_offset (const Reader *reader, const yaml_parser_t *parser)
{
  gsize characters = 0;
  gsize at;

  for (at = 0; at < reader->size; at++)
    {
      gboolean continues = ((guchar)reader->text[at] & 0xc0) == 0x80;

      if (!continues && characters++ == parser->problem_mark.index)
        break;
    }
  return at;
}

/* libyaml reads "::" at the start of a plain value inside brackets as an empty key. */
static const char *
syntax_hint (const Reader *reader, const yaml_parser_t *parser)
{
  gsize at = problem_offset (reader, parser);

  if (at + 1 < reader->size && reader->text[at] == ':' && reader->text[at + 1] == ':')
    return "quote an address that begins with \"::\" inside { } or [ ], as in \"::/0\"";
  if (at < reader->size && reader->text[at] == '\t')
    return "YAML is indented with spaces only";
  return NULL;
}

/* At the end of a text whose last line is not ended libyaml speaks of the line behind it. */
static VnOrigin
problem_origin (const Reader *reader, const yaml_parser_t *parser)
{
  VnOrigin origin = mark_origin (reader, parser->problem_mark);
  gboolean at_end = problem_offset (reader, parser) >= reader->size;

  if (at_end && origin.line > 1 && origin.column == 1 && reader->text[reader->size - 1] != '\n')
    return vn_origin_new (reader->file, origin.line - 1, 0);
  return origin;
}

static void
report_syntax (const Reader *reader, const yaml_parser_t *parser)
{
  const char *problem = parser->problem != NULL ? parser->problem : "the document can't be read";
  gboolean in_reader = parser->error == YAML_READER_ERROR || parser->error == YAML_MEMORY_ERROR;
  VnOrigin origin = in_reader ? vn_origin_new (reader->file, 0, 0) : problem_origin (reader, parser);

  if (in_reader)
    vn_diag_add (reader->diags, VN_DIAG_SYNTAX, origin, NULL, "%s at byte %" G_GSIZE_FORMAT, problem,
                 parser->problem_offset);
  else if (parser->context != NULL)
    vn_diag_add (reader->diags, VN_DIAG_SYNTAX, origin, syntax_hint (reader, parser), "%s: %s", parser->context,
                 problem);
  else
    vn_diag_add (reader->diags, VN_DIAG_SYNTAX, origin, syntax_hint (reader, parser), "%s", problem);
}

static gboolean
event_has_anchor (const yaml_event_t *event)
{
  return (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor != NULL)
         || (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor != NULL)
         || (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor != NULL);
}

/* Returns: FALSE after a diagnostic. Syntax errors are left to the reading proper. */
static gboolean
check_anchors (const Reader *reader)
{
  yaml_parser_t parser;
  guint n_anchors = 0;
  gboolean more = TRUE;

  if (!yaml_parser_initialize (&parser))
    return TRUE;
  yaml_parser_set_input_string (&parser, (const unsigned char *)reader->text, reader->size);
  while (more && n_anchors <= VN_YAML_MAX_ANCHORS)
    {
      yaml_event_t event;

      if (!yaml_parser_parse (&parser, &event))
        break;
      n_anchors += event_has_anchor (&event) ? 1 : 0;
      more = event.type != YAML_STREAM_END_EVENT;
      yaml_event_delete (&event);
    }
  yaml_parser_delete (&parser);
  if (n_anchors > VN_YAML_MAX_ANCHORS)
    vn_diag_add (reader->diags, VN_DIAG_LIMIT, vn_origin_new (reader->file, 0, 0), NULL,
                 "the document has more than %u anchors", VN_YAML_MAX_ANCHORS);
  return n_anchors <= VN_YAML_MAX_ANCHORS;
}

/* An anchor needs a '&', so a document with few of them needs no look at its events. */
static gboolean
may_have_too_many_anchors (const char *text, gsize size)
{
  guint n = 0;

  for (gsize i = 0; i < size; i++)
    n += text[i] == '&' ? 1 : 0;
  return n > VN_YAML_MAX_ANCHORS;
}

static VnYaml *
read_document (Reader *reader, yaml_parser_t *parser)
{
  yaml_document_t document;
  yaml_node_t *root;
  VnYaml *yaml = NULL;

  if (!yaml_parser_load (parser, &document))
    {
      report_syntax (reader, parser);
      return NULL;
    }
  reader->document = &document;
  root = yaml_document_get_root_node (&document);
  if (root == NULL)
    vn_diag_add (reader->diags, VN_DIAG_SYNTAX, vn_origin_new (reader->file, 0, 0), NULL, "the document is empty");
  else
    yaml = copy_node (reader, (int)(root - document.nodes.start) + 1, 1);
  yaml_document_delete (&document);
  return yaml;
}

static void
check_no_second_document (const Reader *reader, yaml_parser_t *parser)
{
  yaml_document_t document;
  yaml_node_t *root;

  if (!yaml_parser_load (parser, &document))
    {
      report_syntax (reader, parser);
      return;
    }
  root = yaml_document_get_root_node (&document);
  if (root != NULL)
    vn_diag_add (reader->diags, VN_DIAG_SYNTAX, mark_origin (reader, root->start_mark), NULL,
                 "a second document begins here: expected one a file");
  yaml_document_delete (&document);
}

VnYaml *
vn_yaml_parse (const char *file, const char *text, gsize size, VnDiagList *diags)
{
  Reader reader = { .file = g_intern_string (file), .text = size > 0 ? text : "", .size = size, .diags = diags };
  yaml_parser_t parser;
  VnYaml *yaml;

  if (size > VN_YAML_MAX_BYTES)
    {
      vn_diag_add (diags, VN_DIAG_LIMIT, vn_origin_new (reader.file, 0, 0), NULL, "the file is larger than %u bytes",
                   VN_YAML_MAX_BYTES);
      return NULL;
    }
  if (may_have_too_many_anchors (reader.text, size) && !check_anchors (&reader))
    return NULL;
  if (!yaml_parser_initialize (&parser))
    return NULL;
  yaml_parser_set_input_string (&parser, (const unsigned char *)reader.text, size);
  yaml_parser_set_encoding (&parser, YAML_UTF8_ENCODING);
  yaml = read_document (&reader, &parser);
  if (yaml != NULL && !reader.stopped)
    check_no_second_document (&reader, &parser);
  yaml_parser_delete (&parser);
  return yaml;
}

const VnYamlPair *
vn_yaml_find (const VnYaml *yaml, const char *key)
{
  if (yaml->kind != VN_YAML_MAP)
    return NULL;
  for (guint i = 0; i < yaml->pairs->len; i++)
    {
      const VnYamlPair *pair = g_ptr_array_index (yaml->pairs, i);

      if (g_str_equal (pair->key, key))
        return pair;
    }
  return NULL;
}

const char *
vn_yaml_kind_name (VnYamlKind kind)
{
  static const char *const names[] = {
    [VN_YAML_NULL] = "nothing",
    [VN_YAML_SCALAR] = "one value",
    [VN_YAML_LIST] = "a list",
    [VN_YAML_MAP] = "a map",
  };

  return names[kind];
}
