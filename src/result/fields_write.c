/* Walks a table of fields and writes the struct that it describes. */
#include "result/fields_write.h"

#include <string.h>

static void write_rows(gchk_json *json, const gchk_fields *fields, const void *object, const void *outer);

static void write_object(gchk_json *json, const char *key, const gchk_fields *fields, const void *object,
                         const void *outer) {
  if (fields->is_there != NULL && !fields->is_there(object)) {
    gchk_json_null(json, key);
    return;
  }
  if (fields->is_flat)
    gchk_json_flat_object(json, key);
  else
    gchk_json_object(json, key);
  write_rows(json, fields, object, outer);
  gchk_json_end(json);
}

// The pointers of different structs need not look alike to a compiler: it is their bytes that are read.
static const void *pointer_at(const void *at) {
  const void *pointer;
  memcpy(&pointer, at, sizeof pointer);
  return pointer;
}

static void write_list(gchk_json *json, const gchk_field *f, const void *at, size_t count, const void *object) {
  if (f->kind == GCHK_FIELD_LIST || f->kind == GCHK_FIELD_LIST_AGAIN)
    gchk_json_array(json, f->key);
  else
    gchk_json_flat_array(json, f->key);
  const char *items = count > 0 ? pointer_at(at) : NULL;
  for (size_t i = 0; i < count; i++) {
    if (f->kind == GCHK_FIELD_SIZES)
      gchk_json_count(json, NULL, ((const size_t *)(const void *)items)[i]);
    else if (f->kind == GCHK_FIELD_STRINGS)
      gchk_json_string(json, NULL, ((const char *const *)(const void *)items)[i]);
    else
      write_object(json, NULL, f->of, items + i * f->of->size, object);
  }
  gchk_json_end(json);
}

static void write_field(gchk_json *json, const gchk_field *f, const void *object, const void *outer) {
  const void *at = (const char *)object + f->offset;
  // Where a field has no list, `count` is 0, and this is not looked at.
  const size_t *count = (const void *)((const char *)object + f->count);
  switch (f->kind) {
  case GCHK_FIELD_STRING:
  case GCHK_FIELD_OPTIONAL_STRING:
  case GCHK_FIELD_LABEL:
    gchk_json_string(json, f->key, *(const char *const *)at);
    break;
  case GCHK_FIELD_REAL:
    gchk_json_real(json, f->key, *(const double *)at);
    break;
  case GCHK_FIELD_OPTIONAL_REAL:
    gchk_json_real_or_null(json, f->key, *(const double *)at);
    break;
  case GCHK_FIELD_STATISTIC: // over elements that were checked, a NaN is a gradient that is not a number
    (*count > 0 ? gchk_json_real : gchk_json_real_or_null)(json, f->key, *(const double *)at);
    break;
  case GCHK_FIELD_COUNT:
    gchk_json_count(json, f->key, *(const uint64_t *)at);
    break;
  case GCHK_FIELD_SIZE:
    gchk_json_count(json, f->key, *(const size_t *)at);
    break;
  case GCHK_FIELD_INTEGER:
    gchk_json_integer(json, f->key, *(const int *)at > 0 ? *(const int *)at : 0);
    break;
  case GCHK_FIELD_BOOL:
    gchk_json_bool(json, f->key, *(const bool *)at);
    break;
  case GCHK_FIELD_NAME:
    gchk_json_string(json, f->key, f->names->name_of(*(const int *)at));
    break;
  case GCHK_FIELD_OPTIONAL_NAME:
    gchk_json_string(json, f->key, *(const int *)at == 0 ? NULL : f->names->name_of(*(const int *)at));
    break;
  case GCHK_FIELD_SIZES:
  case GCHK_FIELD_STRINGS:
  case GCHK_FIELD_LIST:
  case GCHK_FIELD_LIST_AGAIN:
    write_list(json, f, at, *count, object);
    break;
  case GCHK_FIELD_OBJECT:
    write_object(json, f->key, f->of, at, object);
    break;
  case GCHK_FIELD_SAME:
    write_rows(json, f->of, object, outer);
    break;
  case GCHK_FIELD_CODEC:
    f->codec->write(json, f->key, at, outer);
    break;
  }
}

static void write_rows(gchk_json *json, const gchk_fields *fields, const void *object, const void *outer) {
  for (size_t i = 0; i < fields->count; i++)
    write_field(json, &fields->rows[i], object, outer);
}

void gchk_fields_write(gchk_json *json, const char *key, const gchk_fields *fields, const void *object) {
  write_object(json, key, fields, object, NULL);
}
