/*
 * JSON as it is read: a tree of jansson's with a path to where we are, so that a message can name file:line:column.
 *
 * The first thing that is wrong makes `status` bad; every read after it returns zero, so that a reader checks once, at
 * its end. enter_ and leave come in pairs, wrong or not. Keys that nobody asks for are ignored.
 */
#ifndef GCHK_RESULT_JSON_READER_H
#define GCHK_RESULT_JSON_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "gradcheck/tensor.h"

enum { GCHK_READER_DEPTH = 24 };
typedef struct gchk_reader {
  gchk_arena *arena; /* what strings and arrays are copied into */
  const char *file;  /* for messages */
  const char *text;
  size_t length;
  gchk_error *error;
  gchk_status status;
  size_t depth;
  struct {
    const char *key; /* NULL: an item of an array */
    size_t index;
  } path[GCHK_READER_DEPTH];
} gchk_reader;

/* The tree of reader->text, which the caller gives back with json_decref; NULL when it is not JSON. */
json_t *gchk_read_text(gchk_reader *reader);

/* Sets the status and the message "file:line:column: path: found ..., expected <expected>". */
void gchk_read_wrong(gchk_reader *reader, const char *key, const json_t *found, const char *expected);
void gchk_read_no_memory(gchk_reader *reader);

/* The value of `key`, which must be there; with `or_null`, NULL where it is null. */
const json_t *gchk_enter_object(gchk_reader *reader, const json_t *parent, const char *key, bool or_null);
const json_t *gchk_enter_array(gchk_reader *reader, const json_t *parent, const char *key, bool or_null, size_t *count);
const json_t *gchk_enter_item(gchk_reader *reader, const json_t *array, size_t index);               /* an object */
const json_t *gchk_enter_row(gchk_reader *reader, const json_t *array, size_t index, size_t *count); /* an array */
void gchk_leave(gchk_reader *reader);

/* Values of an object's key, or of an array's item when the key is NULL. Strings are copied, and "" when wrong. */
const char *gchk_read_string(gchk_reader *reader, const json_t *parent, const char *key);
const char *gchk_read_string_or_null(gchk_reader *reader, const json_t *parent, const char *key);
double gchk_read_real(gchk_reader *reader, const json_t *parent, const char *key); /* null is NaN */
uint64_t gchk_read_count(gchk_reader *reader, const json_t *parent, const char *key);
size_t gchk_read_size(gchk_reader *reader, const json_t *parent, const char *key);
int gchk_read_integer(gchk_reader *reader, const json_t *parent, const char *key, int low, int high);
bool gchk_read_bool(gchk_reader *reader, const json_t *parent, const char *key);

double gchk_real_of(gchk_reader *reader, const json_t *value); /* an item of an array */
size_t gchk_size_of(gchk_reader *reader, const json_t *value);

/* Index of the string among `names`; `expected` says what they are. */
int gchk_read_name(gchk_reader *reader, const json_t *parent, const char *key, const char *(*name_of)(int), int count,
                   bool or_null); /* null: 0 */

/* `count` zeroed objects in the arena; NULL when count is 0 or memory is out. */
void *gchk_read_alloc(gchk_reader *reader, size_t count, size_t size);

#endif
