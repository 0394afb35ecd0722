/*
 * JSON as it is read: a tree of jansson's with a path to where we are, so that a message can name file:line:column.
 *
 * The first thing that is wrong makes `status` bad and is what the message is about, whatever is read after it. Keys
 * that nobody asks for are ignored.
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
  int version; /* of the format; a file says it itself */
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

/* Into the value of `key`, or with NULL into the item `index` of a list; and out again. */
void gchk_enter(gchk_reader *reader, const char *key, size_t index);
void gchk_leave(gchk_reader *reader);

/* A value; `key` is for the message, NULL where it is an item of the list that was entered. */
const char *gchk_read_string(gchk_reader *reader, const char *key, const json_t *value); /* a copy; "" when wrong */
const char *gchk_read_string_or_null(gchk_reader *reader, const char *key, const json_t *value);
double gchk_read_real(gchk_reader *reader, const char *key, const json_t *value); /* null is NaN */
uint64_t gchk_read_count(gchk_reader *reader, const char *key, const json_t *value);
int gchk_read_integer(gchk_reader *reader, const char *key, const json_t *value, int low, int high);
bool gchk_read_bool(gchk_reader *reader, const char *key, const json_t *value);

/* Which of `count` names it is. */
int gchk_read_name(gchk_reader *reader, const char *key, const json_t *value, const char *(*name_of)(int), int count);

const char *gchk_read_copy(gchk_reader *reader, const char *text); /* in the arena; "" when memory is out */

/* `count` zeroed objects in the arena; NULL when count is 0 or memory is out. */
void *gchk_read_alloc(gchk_reader *reader, size_t count, size_t size);

#endif
