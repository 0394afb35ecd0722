/*
 * How the fields of a result stand in memory, in JSON and in the schema: one row a field.
 *
 * A table describes a struct. fields_write.c writes it as JSON, fields_read.c reads it back, schema.c prints what the
 * JSON looks like. The rows of a result are in result_fields.c; a field that no kind fits has a codec of its own
 * (field_codecs.c).
 */
#ifndef GCHK_RESULT_FIELDS_H
#define GCHK_RESULT_FIELDS_H

#include "result/json_reader.h"
#include "result/json_writer.h"

typedef enum gchk_field_kind {
  GCHK_FIELD_STRING,
  GCHK_FIELD_OPTIONAL_STRING, /* NULL: null */
  GCHK_FIELD_LABEL,           /* a string that is written for whoever looks at the file, and not read back */
  GCHK_FIELD_REAL,            /* NaN is a value: "NaN" */
  GCHK_FIELD_OPTIONAL_REAL,   /* NaN: null, there is no value */
  GCHK_FIELD_STATISTIC,       /* a real over `count` elements: NaN is null where there are none */
  GCHK_FIELD_COUNT,           /* uint64_t */
  GCHK_FIELD_SIZE,            /* size_t */
  GCHK_FIELD_INTEGER,         /* int, from 0 to `limit` */
  GCHK_FIELD_BOOL,
  GCHK_FIELD_NAME,          /* an enum, by its name among `names` */
  GCHK_FIELD_OPTIONAL_NAME, /* 0: null */
  GCHK_FIELD_SIZES,         /* an array of size_t and its count */
  GCHK_FIELD_STRINGS,       /* an array of strings and its count */
  GCHK_FIELD_OBJECT,     /* the struct `of` at the offset; at 0 and of the same struct: some of its fields, grouped */
  GCHK_FIELD_LIST,       /* an array of the struct `of` and its count */
  GCHK_FIELD_LIST_AGAIN, /* other fields of the items of a list that stands further up */
  GCHK_FIELD_SAME,       /* the fields of `of`, which is the same struct, in this object */
  GCHK_FIELD_CODEC
} gchk_field_kind;

/* What an enum's values are called. */
typedef struct gchk_names {
  const char *definition; /* its name in the schema */
  const char *(*name_of)(int value);
  int count;
} gchk_names;

/* Writes and reads the field at `at`; `outer` is the struct that holds the field's own struct. */
typedef struct gchk_codec {
  void (*write)(gchk_json *json, const char *key, const void *at, const void *outer);
  void (*read)(gchk_reader *reader, const char *key, const json_t *value, void *at, const void *outer);
  const char *schema; /* members of the schema's object */
} gchk_codec;

/*
 * Complains of what fields say together; `value` is the object or list that the reader has entered, and of use for that
 * alone: NULL where there is no JSON.
 */
typedef void gchk_field_check(gchk_reader *reader, const json_t *value, const void *object, const void *outer);

typedef struct gchk_fields gchk_fields;
typedef struct gchk_field {
  const char *key, *doc;
  gchk_field_kind kind;
  int limit;
  size_t offset, count; /* of the field, and of the count of its items */
  const gchk_fields *of;
  const gchk_names *names;
  const gchk_codec *codec;
  gchk_field_check
      *check;         /* of a list of structs: before its items are read; of numbers: after; of a codec: before, with
                              the object that the field is in */
  const char *schema; /* members of the schema's object, where they say more than the kind */
  const char *wanted; /* LIST_AGAIN: what a list of another length should have been */
} gchk_field;

struct gchk_fields {
  const char *definition; /* its name in the schema; NULL: described where it is used */
  const char *doc;
  size_t size; /* of the struct */
  bool is_flat;
  bool (*is_there)(const void *object);         /* null where it says no; NULL: always there */
  void (*prepare)(void *object, bool is_there); /* what is in memory before it is read, or for null; NULL: zeros */
  gchk_field_check *check;                      /* after all fields */
  /*
   * How many of the last rows came with version 2 of the format: a file of version 1 lacks them, and one of version 2
   * may lack those that are null or an empty list where there is nothing to say.
   */
  size_t added;
  size_t count;
  const gchk_field *rows;
};

#endif
