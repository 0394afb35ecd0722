/*
 * Walks a table of fields and reads the struct that it describes. It stops at the first thing that is wrong: what was
 * read until then is nobody's result. No length is used before the list that it is the length of was seen.
 */
#include "result/fields_read.h"

#include <math.h>
#include <string.h>

static void read_rows(gchk_reader *reader, const json_t *value, const gchk_fields *fields, void *object,
                      const void *outer);

static void read_object(gchk_reader *reader, const gchk_field *f, const json_t *value, void *at, const void *outer) {
  bool is_optional = f->of->is_there != NULL;
  if (f->of->prepare != NULL)
    f->of->prepare(at, json_is_object(value));
  if (json_is_object(value)) {
    gchk_enter(reader, f->key, 0);
    read_rows(reader, value, f->of, at, outer);
    gchk_leave(reader);
  } else if (!is_optional || !json_is_null(value)) {
    gchk_read_wrong(reader, f->key, value, is_optional ? "an object or null" : "an object");
  }
}

static void read_item(gchk_reader *reader, const gchk_field *f, const json_t *item, size_t i, char *items,
                      const void *object) {
  switch (f->kind) {
  case GCHK_FIELD_SIZES:
    ((size_t *)(void *)items)[i] = (size_t)gchk_read_count(reader, NULL, item);
    break;
  case GCHK_FIELD_STRINGS:
    ((const char **)(void *)items)[i] = gchk_read_string(reader, NULL, item);
    break;
  default:
    gchk_enter(reader, NULL, i);
    if (json_is_object(item))
      read_rows(reader, item, f->of, items + i * f->of->size, object);
    else
      gchk_read_wrong(reader, NULL, item, "an object");
    gchk_leave(reader);
  }
}

// Room for the items of a list; of a list that was read before, its items.
static char *items_of(gchk_reader *reader, const gchk_field *f, const json_t *list, void *at, size_t *count) {
  char *items;
  if (f->kind == GCHK_FIELD_LIST_AGAIN) {
    if (json_array_size(list) != *count)
      gchk_read_wrong(reader, NULL, list, f->wanted);
    memcpy(&items, at, sizeof items);
    return items;
  }
  size_t size = f->kind == GCHK_FIELD_LIST    ? f->of->size
                : f->kind == GCHK_FIELD_SIZES ? sizeof(size_t)
                                              : sizeof(char *);
  items = gchk_read_alloc(reader, json_array_size(list), size);
  if (items != NULL) {
    memcpy(at, &items, sizeof items);
    *count = json_array_size(list);
  }
  return items;
}

static void read_list(gchk_reader *reader, const gchk_field *f, const json_t *list, void *object, const void *outer) {
  if (!json_is_array(list)) {
    gchk_read_wrong(reader, f->key, list, "a list");
    return;
  }
  gchk_enter(reader, f->key, 0);
  if (f->check != NULL && f->kind == GCHK_FIELD_LIST)
    f->check(reader, list, object, outer);
  char *items = items_of(reader, f, list, (char *)object + f->offset, (void *)((char *)object + f->count));
  for (size_t i = 0; i < json_array_size(list) && reader->status == GCHK_OK; i++)
    read_item(reader, f, json_array_get(list, i), i, items, object);
  if (f->check != NULL && f->kind != GCHK_FIELD_LIST && reader->status == GCHK_OK)
    f->check(reader, list, object, outer);
  gchk_leave(reader);
}

static void read_field(gchk_reader *reader, const json_t *parent, const gchk_field *f, void *object,
                       const void *outer) {
  const json_t *value = json_object_get(parent, f->key);
  void *at = (char *)object + f->offset;
  switch (f->kind) {
  case GCHK_FIELD_LABEL:
    break;
  case GCHK_FIELD_STRING:
    *(const char **)at = gchk_read_string(reader, f->key, value);
    break;
  case GCHK_FIELD_OPTIONAL_STRING:
    *(const char **)at = gchk_read_string_or_null(reader, f->key, value);
    break;
  case GCHK_FIELD_REAL:
  case GCHK_FIELD_OPTIONAL_REAL:
  case GCHK_FIELD_STATISTIC:
    *(double *)at = gchk_read_real(reader, f->key, value);
    break;
  case GCHK_FIELD_COUNT:
    *(uint64_t *)at = gchk_read_count(reader, f->key, value);
    break;
  case GCHK_FIELD_SIZE:
    *(size_t *)at = (size_t)gchk_read_count(reader, f->key, value);
    break;
  case GCHK_FIELD_INTEGER:
    *(int *)at = gchk_read_integer(reader, f->key, value, 0, f->limit);
    break;
  case GCHK_FIELD_BOOL:
    *(bool *)at = gchk_read_bool(reader, f->key, value);
    break;
  case GCHK_FIELD_NAME:
  case GCHK_FIELD_OPTIONAL_NAME: // null: 0
    if (f->kind == GCHK_FIELD_NAME || !json_is_null(value))
      *(int *)at = gchk_read_name(reader, f->key, value, f->names->name_of, f->names->count);
    break;
  case GCHK_FIELD_SIZES:
  case GCHK_FIELD_STRINGS:
  case GCHK_FIELD_LIST:
  case GCHK_FIELD_LIST_AGAIN:
    read_list(reader, f, value, object, outer);
    break;
  case GCHK_FIELD_OBJECT:
    read_object(reader, f, value, at, object);
    break;
  case GCHK_FIELD_SAME:
    read_rows(reader, parent, f->of, object, outer);
    break;
  case GCHK_FIELD_CODEC:
    if (f->check != NULL)
      f->check(reader, parent, object, outer);
    if (reader->status == GCHK_OK)
      f->codec->read(reader, f->key, value, at, outer);
    break;
  }
}

// What a field is that an earlier version of the format does not have: nothing.
static void leave_out(const gchk_field *f, void *at) {
  switch (f->kind) {
  case GCHK_FIELD_STRING:
    *(const char **)at = "";
    break;
  case GCHK_FIELD_REAL:
  case GCHK_FIELD_OPTIONAL_REAL:
  case GCHK_FIELD_STATISTIC:
    *(double *)at = (double)NAN;
    break;
  case GCHK_FIELD_OBJECT:
    if (f->of->prepare != NULL)
      f->of->prepare(at, false);
    else
      for (size_t i = 0; i < f->of->count; i++)
        leave_out(&f->of->rows[i], (char *)at + f->of->rows[i].offset);
    break;
  default: // 0 already
    break;
  }
}

static void read_rows(gchk_reader *reader, const json_t *value, const gchk_fields *fields, void *object,
                      const void *outer) {
  for (size_t i = 0; i < fields->count && reader->status == GCHK_OK; i++) {
    const gchk_field *f = &fields->rows[i];
    bool is_new = i + fields->added >= fields->count;
    bool may_lack = reader->version < 2 || f->kind == GCHK_FIELD_OPTIONAL_STRING || f->kind == GCHK_FIELD_LIST ||
                    (f->kind == GCHK_FIELD_OBJECT && f->of->is_there != NULL);
    if (is_new && may_lack && json_object_get(value, f->key) == NULL)
      leave_out(f, (char *)object + f->offset);
    else
      read_field(reader, value, f, object, outer);
  }
  if (fields->check != NULL && reader->status == GCHK_OK)
    fields->check(reader, value, object, outer);
}

void gchk_fields_read(gchk_reader *reader, const json_t *value, const gchk_fields *fields, void *object) {
  if (json_is_object(value))
    read_rows(reader, value, fields, object, NULL);
  else
    gchk_read_wrong(reader, NULL, value, "an object");
}
