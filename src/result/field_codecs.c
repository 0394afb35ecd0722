/* Fields of a result that no plain kind fits: each written and read by a pair of functions, one under the other. */
#include "result/field_codecs.h"

#include <assert.h>
#include <string.h>

#include "core/memory.h"
#include "instance/index.h"

#define COUNT_SCHEMA "{\"$ref\": \"#/$defs/count\"}"

static void write_format(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)at, (void)outer;
  gchk_json_string(json, key, GCHK_FORMAT_NAME);
}

static void read_format(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)at, (void)outer;
  if (!json_is_string(value) || strcmp(json_string_value(value), GCHK_FORMAT_NAME) != 0)
    gchk_read_wrong(reader, key, value, "\"" GCHK_FORMAT_NAME "\": the file that --json writes");
}

static void write_version(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)at, (void)outer;
  gchk_json_integer(json, key, GCHK_FORMAT_VERSION);
}

static void read_version(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)at, (void)outer;
  if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > GCHK_FORMAT_VERSION)
    gchk_read_wrong(reader, key, value, "1 or 2, which is what this gradcheck reads; use one that fits the file");
  else
    reader->version = (int)json_integer_value(value);
}

static void write_tool(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)at, (void)outer;
  gchk_json_string(json, key, "gradcheck");
}

// The format says enough.
static void read_tool(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)reader, (void)key, (void)value, (void)at, (void)outer;
}

static bool read_is_list(gchk_reader *reader, const char *key, const json_t *value) {
  if (!json_is_array(value))
    gchk_read_wrong(reader, key, value, "a list");
  return json_is_array(value);
}

static void write_sizes(gchk_json *json, const char *key, const size_t *sizes, size_t count) {
  gchk_json_flat_array(json, key);
  for (size_t i = 0; i < count; i++)
    gchk_json_count(json, NULL, sizes[i]);
  gchk_json_end(json);
}

static void write_shape(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)outer;
  const gchk_shape *shape = at;
  write_sizes(json, key, shape->dim, shape->rank);
}

static void read_shape(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)outer;
  gchk_shape *shape = at;
  if (!read_is_list(reader, key, value))
    return;
  size_t rank = json_array_size(value);
  gchk_enter(reader, key, 0);
  if (rank > GCHK_MAX_RANK)
    gchk_read_wrong(reader, NULL, value, "at most 8 dimensions");
  for (size_t i = 0; i < rank && reader->status == GCHK_OK; i++)
    shape->dim[i] = (size_t)gchk_read_count(reader, NULL, json_array_get(value, i));
  shape->rank = reader->status == GCHK_OK ? rank : 0;
  gchk_leave(reader);
}

static void write_index(gchk_json *json, const char *key, const void *at, const void *outer) {
  const gchk_shape *shape = &((const gchk_tensor_result *)outer)->shape;
  size_t index[GCHK_MAX_RANK];
  gchk_shape_index(shape, *(const size_t *)at, index);
  write_sizes(json, key, index, shape->rank);
}

// The flat index of an index that lies in the shape.
static void read_index(gchk_reader *reader, const char *key, const json_t *list, void *at, const void *outer) {
  const gchk_shape *shape = &((const gchk_tensor_result *)outer)->shape;
  if (!read_is_list(reader, key, list))
    return;
  size_t flat = 0;
  gchk_enter(reader, key, 0);
  if (json_array_size(list) != shape->rank)
    gchk_read_wrong(reader, NULL, list, "as many indices as the tensor has dimensions");
  for (size_t i = 0; i < shape->rank && reader->status == GCHK_OK; i++) {
    const json_t *value = json_array_get(list, i);
    size_t step = (size_t)gchk_read_count(reader, NULL, value), product;
    if (step >= shape->dim[i])
      gchk_read_wrong(reader, NULL, value, "an index within the shape");
    else if (!gchk_multiply(flat, shape->dim[i], &product) || product > SIZE_MAX - step)
      gchk_read_wrong(reader, NULL, value, "a tensor that fits into memory");
    else
      flat = product + step;
  }
  gchk_leave(reader);
  *(size_t *)at = flat;
}

static bool has_key_before(const gchk_finding *finding, size_t at) {
  for (size_t i = 0; i < at; i++)
    if (strcmp(finding->evidence[i].key, finding->evidence[at].key) == 0)
      return true;
  return false;
}

void gchk_put_evidence_name(gchk_text *text, const gchk_finding *finding, size_t i) {
  gchk_text_put(text, finding->evidence[i].key);
  if (has_key_before(finding, i)) // an object has each key once
    gchk_text_format(text, " (%zu)", i + 1);
}

static void write_evidence(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)outer;
  const gchk_finding *finding = at;
  gchk_json_object(json, key);
  for (size_t i = 0; i < finding->evidence_count; i++) {
    const gchk_evidence *evidence = &finding->evidence[i];
    gchk_text unique = {0};
    gchk_put_evidence_name(&unique, finding, i);
    const char *name = unique.failed ? evidence->key : unique.data;
    if (evidence->text != NULL)
      gchk_json_string(json, name, evidence->text);
    else
      gchk_json_real(json, name, evidence->number);
    gchk_text_deinit(&unique);
  }
  gchk_json_end(json);
}

bool gchk_is_name_of_real(const char *text) {
  return strcmp(text, "NaN") == 0 || strcmp(text, "Infinity") == 0 || strcmp(text, "-Infinity") == 0;
}

static void read_evidence(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)outer;
  gchk_finding *finding = at;
  if (!json_is_object(value)) {
    gchk_read_wrong(reader, key, value, "an object");
    return;
  }
  finding->evidence = gchk_read_alloc(reader, json_object_size(value), sizeof *finding->evidence);
  gchk_enter(reader, key, 0);
  const char *name;
  json_t *item;
  json_object_foreach((json_t *)(uintptr_t)value, name, item) { // in the order of the file
    if (finding->evidence == NULL || reader->status != GCHK_OK)
      break;
    gchk_evidence *to = &finding->evidence[finding->evidence_count++];
    to->key = gchk_read_copy(reader, name);
    if (json_is_string(item) && !gchk_is_name_of_real(json_string_value(item)))
      to->text = gchk_read_copy(reader, json_string_value(item));
    else
      to->number = gchk_read_real(reader, NULL, item);
  }
  gchk_leave(reader);
}

static void write_cells(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)outer;
  const gchk_heatmap *map = at;
  gchk_json_array(json, key);
  for (size_t r = 0; r < map->rows; r++) {
    gchk_json_flat_array(json, NULL);
    for (size_t c = 0; c < map->columns; c++)
      gchk_json_real_or_null(json, NULL, map->cells[r * map->columns + c]);
    gchk_json_end(json);
  }
  gchk_json_end(json);
}

static void read_row(gchk_reader *reader, const json_t *row, gchk_heatmap *map, size_t r) {
  size_t cells;
  if (!json_is_array(row))
    gchk_read_wrong(reader, NULL, row, "a list");
  else if (json_array_size(row) != map->columns || !gchk_multiply(map->rows, map->columns, &cells) ||
           cells > reader->length) // the text cannot hold so many
    gchk_read_wrong(reader, NULL, row, "as many cells as there are columns");
  else if (map->cells == NULL)
    map->cells = gchk_read_alloc(reader, cells, sizeof *map->cells);
  for (size_t c = 0; c < map->columns && reader->status == GCHK_OK; c++)
    map->cells[r * map->columns + c] = gchk_read_real(reader, NULL, json_array_get(row, c));
}

static void read_cells(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)outer;
  gchk_heatmap *map = at;
  if (!read_is_list(reader, key, value))
    return;
  gchk_enter(reader, key, 0);
  if (json_array_size(value) != map->rows)
    gchk_read_wrong(reader, NULL, value, "a list of as many lists as there are rows");
  for (size_t r = 0; r < map->rows && reader->status == GCHK_OK; r++) {
    gchk_enter(reader, NULL, r);
    read_row(reader, json_array_get(value, r), map, r);
    gchk_leave(reader);
  }
  gchk_leave(reader);
}

enum { SHOWN = sizeof(((gchk_edge_result *)NULL)->value) / sizeof(double) };

static void write_shown(gchk_json *json, const char *key, const double *values, size_t count) {
  gchk_json_flat_array(json, key);
  for (size_t i = 0; i < count && i < SHOWN; i++)
    gchk_json_real(json, NULL, values[i]);
  gchk_json_end(json);
}

static size_t read_shown(gchk_reader *reader, const char *key, const json_t *value, double *to) {
  size_t count = json_array_size(value);
  if (!read_is_list(reader, key, value))
    return 0;
  gchk_enter(reader, key, 0);
  if (count > SHOWN)
    gchk_read_wrong(reader, NULL, value, "at most four numbers");
  for (size_t i = 0; i < count && reader->status == GCHK_OK; i++)
    to[i] = gchk_read_real(reader, NULL, json_array_get(value, i));
  gchk_leave(reader);
  return count;
}

static void write_value(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)outer;
  write_shown(json, key, ((const gchk_edge_result *)at)->value, ((const gchk_edge_result *)at)->shown);
}

static void read_value(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)outer;
  gchk_edge_result *edge = at;
  edge->shown = read_shown(reader, key, value, edge->value);
}

static void write_grad(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)outer;
  write_shown(json, key, ((const gchk_edge_result *)at)->grad, ((const gchk_edge_result *)at)->shown);
}

static void read_grad(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)outer;
  gchk_edge_result *edge = at;
  if (read_shown(reader, key, value, edge->grad) != edge->shown)
    gchk_read_wrong(reader, key, value, "as many numbers as in \"value\"");
}

static_assert(sizeof(((gchk_local_result *)NULL)->value) / sizeof(double) == SHOWN, "as many as of an edge");

static void write_local(gchk_json *json, const char *key, const void *at, const void *outer) {
  (void)outer;
  write_shown(json, key, ((const gchk_local_result *)at)->value, ((const gchk_local_result *)at)->shown);
}

static void read_local(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer) {
  (void)outer;
  gchk_local_result *local = at;
  local->shown = read_shown(reader, key, value, local->value);
}

#define LIST_SCHEMA(items, most) "\"type\": \"array\", \"items\": " items ", \"maxItems\": " most
#define REAL_SCHEMA              "{\"$ref\": \"#/$defs/real\"}"

const gchk_codec gchk_codec_format = {write_format, read_format, "\"const\": \"" GCHK_FORMAT_NAME "\""};
const gchk_codec gchk_codec_version = {write_version, read_version, "\"const\": 2"};
const gchk_codec gchk_codec_tool = {write_tool, read_tool, "\"const\": \"gradcheck\""};
const gchk_codec gchk_codec_shape = {write_shape, read_shape, LIST_SCHEMA(COUNT_SCHEMA, "8")};
const gchk_codec gchk_codec_index = {write_index, read_index, LIST_SCHEMA(COUNT_SCHEMA, "8")};
const gchk_codec gchk_codec_evidence = {
    write_evidence, read_evidence,
    "\"type\": \"object\", \"additionalProperties\": {\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"string\"}]}"};
const gchk_codec gchk_codec_cells = {
    write_cells, read_cells,
    "\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/realOrNull\"}}"};
const gchk_codec gchk_codec_value_shown = {write_value, read_value, LIST_SCHEMA(REAL_SCHEMA, "4")};
const gchk_codec gchk_codec_grad_shown = {write_grad, read_grad, LIST_SCHEMA(REAL_SCHEMA, "4")};
const gchk_codec gchk_codec_local_shown = {write_local, read_local, LIST_SCHEMA(REAL_SCHEMA, "4")};
