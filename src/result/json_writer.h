/*
 * JSON as it is written: keys in the order of the calls, two blanks a level, and on one line what was begun as flat.
 * Reals have 17 significant digits, so that they read back to the same double; non-finite ones are strings.
 */
#ifndef GCHK_RESULT_JSON_WRITER_H
#define GCHK_RESULT_JSON_WRITER_H

#include "core/text.h"

enum { GCHK_JSON_DEPTH = 32 };
typedef struct gchk_json {
  gchk_text *text;
  size_t depth;
  struct {
    bool is_array, is_flat, is_empty;
  } level[GCHK_JSON_DEPTH];
} gchk_json;

/* `key` is NULL for the outermost value and for the items of an array. */
void gchk_json_object(gchk_json *json, const char *key);
void gchk_json_array(gchk_json *json, const char *key);
void gchk_json_flat_object(gchk_json *json, const char *key);
void gchk_json_flat_array(gchk_json *json, const char *key);
void gchk_json_end(gchk_json *json); /* of the object or array that was begun last */

void gchk_json_string(gchk_json *json, const char *key, const char *value); /* NULL: null */
void gchk_json_real(gchk_json *json, const char *key, double value);
void gchk_json_real_or_null(gchk_json *json, const char *key, double value); /* null for NaN: there is no value */
void gchk_json_count(gchk_json *json, const char *key, uint64_t value);      /* a string of digits from 2^63 on */
void gchk_json_integer(gchk_json *json, const char *key, int value);
void gchk_json_bool(gchk_json *json, const char *key, bool value);
void gchk_json_null(gchk_json *json, const char *key);
void gchk_json_members(gchk_json *json, const char *members); /* of an object, as they are */

#endif
