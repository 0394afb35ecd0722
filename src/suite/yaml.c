/*
 * From libfyaml's events to a tree.
 *
 * The tree is ours because positions, aliases and duplicate keys then have one simple rule each: a node has the line
 * and column of its first character, an alias is a pointer to a node that is complete already (so there are no cycles),
 * and the second of two equal keys is an error.
 */
#include "suite/yaml.h"

#include <assert.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/name_table.h"
#include "core/text.h"

enum { DEEPEST = 24, MOST_ANCHORS = 256 };

/* A list or a map that is not complete yet. */
typedef struct open_node {
  gchk_yaml *node;
  const char *anchor;
  const gchk_yaml *key;  /* of a map: read, its value not yet */
  gchk_name_table names; /* of a map: its keys */
  size_t room;
} open_node;

typedef struct builder {
  struct fy_parser *parser;
  gchk_arena *arena;
  const char *path, *text;
  size_t size;
  gchk_error *error;
  const gchk_yaml *root;
  size_t documents, depth;
  open_node open[DEEPEST];
  struct {
    const char *name;
    const gchk_yaml *node;
  } anchor[MOST_ANCHORS];
  size_t anchor_count;
} builder;

static gchk_status fail_at(builder *b, const struct fy_mark *mark, const char *message) {
  return gchk_fail(b->error, GCHK_INVALID, "%s:%d:%d: %s", b->path, mark != NULL ? mark->line + 1 : 1,
                   mark != NULL ? mark->column + 1 : 1, message);
}

static gchk_status fail_at_node(builder *b, const gchk_yaml *node, const char *message) {
  return gchk_fail(b->error, GCHK_INVALID, "%s:%d:%d: %s", b->path, node->line, node->column, message);
}

static gchk_status out_of_memory(builder *b) {
  return gchk_fail_memory(b->error, b->path);
}

/* Text of a token in the arena; "" for none. */
static const char *token_text(builder *b, struct fy_token *token) {
  size_t length = 0;
  const char *text = token != NULL ? fy_token_get_text(token, &length) : "";
  if (text == NULL)
    text = "";
  char *copy = gchk_arena_alloc(b->arena, length + 1, 1);
  if (copy != NULL && length > 0)
    memcpy(copy, text, length);
  return copy;
}

static gchk_yaml *new_node(builder *b, gchk_yaml_kind kind, const struct fy_mark *mark) {
  gchk_yaml *node = gchk_arena_alloc(b->arena, 1, sizeof(*node));
  if (node == NULL)
    return NULL;
  node->kind = kind;
  node->line = mark != NULL ? mark->line + 1 : 1;
  node->column = mark != NULL ? mark->column + 1 : 1;
  node->text = "";
  return node;
}

static gchk_status remember(builder *b, const char *name, const gchk_yaml *node) {
  if (name == NULL)
    return GCHK_OK;
  if (b->anchor_count == MOST_ANCHORS)
    return fail_at_node(b, node, "there are more than 256 anchors; write some of the values out");
  b->anchor[b->anchor_count].name = name;
  b->anchor[b->anchor_count].node = node;
  b->anchor_count++;
  return GCHK_OK;
}

/* Room for one more item; arrays double in the arena, which costs at most twice the memory. */
static bool make_room(builder *b, open_node *open) {
  gchk_yaml *node = open->node;
  if (node->count < open->room)
    return true;
  size_t room = open->room == 0 ? 8 : open->room * 2;
  const gchk_yaml **items = gchk_arena_alloc(b->arena, room, sizeof(*items));
  const gchk_yaml **keys = node->kind == GCHK_YAML_MAP ? gchk_arena_alloc(b->arena, room, sizeof(*keys)) : NULL;
  if (items == NULL || (node->kind == GCHK_YAML_MAP && keys == NULL))
    return false;
  for (size_t i = 0; i < node->count; i++) {
    items[i] = node->item[i];
    if (keys != NULL)
      keys[i] = node->key[i];
  }
  node->item = items;
  node->key = keys;
  open->room = room;
  return true;
}

static gchk_status take_key(builder *b, open_node *open, const gchk_yaml *key) {
  if (key->kind != GCHK_YAML_SCALAR)
    return fail_at_node(b, key, "a list or a map stands where a name is wanted; write \"name: value\"");
  size_t first;
  if (!gchk_name_table_add(&open->names, key->text, open->node->count, &first))
    return out_of_memory(b);
  if (first != open->node->count)
    return gchk_fail(b->error, GCHK_INVALID, "%s:%d:%d: \"%s\" is there already, in line %d; a name comes once",
                     b->path, key->line, key->column, key->text, open->node->key[first]->line);
  open->key = key;
  return GCHK_OK;
}

/* Puts a complete node (or an open list or map) where it belongs. */
static gchk_status place(builder *b, const gchk_yaml *node) {
  if (b->depth == 0) {
    b->root = node;
    return GCHK_OK;
  }
  open_node *open = &b->open[b->depth - 1];
  assert(open->node != NULL);
  if (open->node->kind == GCHK_YAML_MAP && open->key == NULL)
    return take_key(b, open, node);
  if (!make_room(b, open))
    return out_of_memory(b);
  if (open->key != NULL)
    open->node->key[open->node->count] = open->key;
  open->node->item[open->node->count++] = node;
  open->key = NULL;
  return GCHK_OK;
}

static gchk_status start(builder *b, gchk_yaml_kind kind, struct fy_event *event, const struct fy_mark *mark) {
  struct fy_token *anchor = fy_event_get_anchor_token(event);
  gchk_yaml *node = new_node(b, kind, mark);
  if (node == NULL)
    return out_of_memory(b);
  if (b->depth == DEEPEST)
    return fail_at(b, mark, "nested more than 24 deep; no suite is");
  assert(b->depth == 0 || b->open[b->depth - 1].node != NULL);
  if (kind == GCHK_YAML_MAP && b->depth > 0 && b->open[b->depth - 1].node->kind == GCHK_YAML_MAP &&
      b->open[b->depth - 1].key == NULL)
    return fail_at(b, mark, "a map stands where a name is wanted; write \"name: value\"");
  GCHK_TRY(place(b, node));
  b->open[b->depth] = (open_node){.node = node, .anchor = anchor != NULL ? token_text(b, anchor) : NULL};
  b->depth++;
  return GCHK_OK;
}

static gchk_status end(builder *b) {
  open_node *open = &b->open[--b->depth];
  gchk_name_table_deinit(&open->names);
  return remember(b, open->anchor, open->node);
}

/*
 * A value that is left out is where its key is, and an item or a key where its list or map is. What libfyaml says of
 * them differs: nothing before 0.8, where what stands before them ends since.
 */
static void place_of_nothing(const builder *b, gchk_yaml *node) {
  const open_node *open = b->depth > 0 ? &b->open[b->depth - 1] : NULL;
  const gchk_yaml *near = open == NULL ? NULL : open->key != NULL ? open->key : open->node;
  node->line = near != NULL ? near->line : 1;
  node->column = near != NULL ? near->column : 1;
}

static gchk_status scalar(builder *b, struct fy_event *event, const struct fy_mark *mark) {
  struct fy_token *anchor = fy_event_get_anchor_token(event), *token = fy_event_get_token(event);
  gchk_yaml *node = new_node(b, GCHK_YAML_SCALAR, mark);
  if (node == NULL)
    return out_of_memory(b);
  node->text = token_text(b, token);
  node->is_plain = token == NULL || fy_token_scalar_style(token) == FYSS_PLAIN;
  if (node->text == NULL)
    return out_of_memory(b);
  if (node->is_plain && *node->text == '\0')
    place_of_nothing(b, node);
  GCHK_TRY(remember(b, anchor != NULL ? token_text(b, anchor) : NULL, node));
  return place(b, node);
}

static gchk_status alias(builder *b, struct fy_event *event, const struct fy_mark *mark) {
  const char *name = token_text(b, fy_event_get_token(event));
  if (name == NULL)
    return out_of_memory(b);
  for (size_t i = b->anchor_count; i-- > 0;)
    if (strcmp(b->anchor[i].name, name) == 0)
      return place(b, b->anchor[i].node);
  return fail_at(b, mark, "an alias for which there is no anchor before it; write &name at what it stands for");
}

static gchk_status take_event(builder *b, struct fy_event *event) {
  const struct fy_mark *mark = fy_event_start_mark(event);
  if (event->type == FYET_SCALAR || event->type == FYET_SEQUENCE_START || event->type == FYET_MAPPING_START) {
    struct fy_token *tag = fy_event_get_tag_token(event);
    if (tag != NULL)
      return fail_at(b, fy_token_start_mark(tag), "has a tag (!); tags are not read, leave it out");
  }
  switch (event->type) {
  case FYET_DOCUMENT_START:
    return ++b->documents == 1 ? GCHK_OK : fail_at(b, mark, "a second document begins; a suite is one");
  case FYET_SCALAR:
    return scalar(b, event, mark);
  case FYET_ALIAS:
    return alias(b, event, mark);
  case FYET_SEQUENCE_START:
    return start(b, GCHK_YAML_LIST, event, mark);
  case FYET_MAPPING_START:
    return start(b, GCHK_YAML_MAP, event, mark);
  case FYET_SEQUENCE_END:
  case FYET_MAPPING_END:
    return end(b);
  default:
    return GCHK_OK;
  }
}

static void drop_output(struct fy_diag *diag, void *user, const char *text, size_t length) {
  (void)diag;
  (void)user;
  (void)text;
  (void)length;
}

// Does a tab stand before the first character of the line? Versions of libfyaml call that by different names.
static bool is_indented_by_tab(const builder *b, int line) {
  size_t at = 0;
  for (int k = 1; k < line && at < b->size; at++)
    k += b->text[at] == '\n';
  while (at < b->size && b->text[at] == ' ')
    at++;
  return at < b->size && b->text[at] == '\t';
}

/* What libfyaml has to say about a document that it cannot read: its first error. */
static gchk_status syntax_error(builder *b, struct fy_diag *diag) {
  void *iterator = NULL;
  const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &iterator);
  if (first == NULL)
    return gchk_fail(b->error, GCHK_INVALID, "%s:1:1: is not YAML; a suite begins with \"cases:\"", b->path);
  return gchk_fail(b->error, GCHK_INVALID, "%s:%d:%d: not YAML: %s; %s", b->path, first->line > 0 ? first->line : 1,
                   first->column > 0 ? first->column : 1, first->msg,
                   is_indented_by_tab(b, first->line) ? "a tab indents this line: write spaces"
                                                      : "see YAML 1.2, or the suites that come with gradcheck");
}

static gchk_status parse(builder *b, struct fy_diag *diag) {
  for (;;) {
    struct fy_event *event = fy_parser_parse(b->parser);
    if (event == NULL)
      return syntax_error(b, diag);
    bool is_end = event->type == FYET_STREAM_END;
    gchk_status status = take_event(b, event);
    fy_parser_event_free(b->parser, event);
    if (status != GCHK_OK || is_end)
      return status;
  }
}

/* libfyaml skips bytes that are no UTF-8; a name that has lost some is another name. */
static gchk_status check_text(const char *path, const char *text, size_t size, gchk_error *error) {
  int line = 1;
  size_t start = 0;
  for (size_t i = 0; i < size;) {
    uint32_t code = 0;
    size_t length = text[i] == '\0' ? 0 : gchk_utf8_decode(text + i, &code);
    if (length == 0)
      return gchk_fail(error, GCHK_INVALID, "%s:%d:%zu: byte %02x is not UTF-8 text; a suite is", path, line,
                       i - start + 1, (unsigned)(unsigned char)text[i]);
    i += length;
    if (code == '\n') {
      line++;
      start = i;
    }
  }
  return GCHK_OK;
}

gchk_status gchk_yaml_parse(const gchk_yaml **root, gchk_arena *arena, const char *path, const char *text, size_t size,
                            gchk_error *error) {
  *root = NULL;
  GCHK_TRY(check_text(path, text, size, error));
  gchk_status status = GCHK_NO_MEMORY;
  struct fy_diag *diag = NULL;
  builder *b = gchk_calloc(1, sizeof(*b));
  if (b == NULL)
    return gchk_fail_memory(error, path);
  b->arena = arena;
  b->path = path;
  b->text = text;
  b->size = size;
  b->error = error;
  struct fy_diag_cfg diag_config = {.output_fn = drop_output, .level = FYET_ERROR, .module_mask = ~0U};
  diag = fy_diag_create(&diag_config);
  struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE, .diag = diag};
  if (diag != NULL) {
    fy_diag_set_collect_errors(diag, true);
    b->parser = fy_parser_create(&config);
  }
  if (b->parser == NULL || fy_parser_set_string(b->parser, text, size) != 0) {
    status = out_of_memory(b);
    goto done;
  }
  status = parse(b, diag);
  if (status == GCHK_OK)
    *root = b->root;
done:
  while (b->depth > 0)
    gchk_name_table_deinit(&b->open[--b->depth].names);
  if (b->parser != NULL)
    fy_parser_destroy(b->parser);
  if (diag != NULL)
    fy_diag_destroy(diag);
  free(b);
  return status;
}

const gchk_yaml *gchk_yaml_get(const gchk_yaml *map, const char *key) {
  if (map == NULL || map->kind != GCHK_YAML_MAP)
    return NULL;
  for (size_t i = 0; i < map->count; i++)
    if (strcmp(map->key[i]->text, key) == 0)
      return map->item[i];
  return NULL;
}

bool gchk_yaml_is_nothing(const gchk_yaml *node) {
  return node->kind == GCHK_YAML_SCALAR && node->is_plain &&
         (*node->text == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}
