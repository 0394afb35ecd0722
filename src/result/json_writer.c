/* JSON as it is written. The caller's nesting is right by construction: it is asserted, not reported. */
#include "result/json_writer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static void new_line(gchk_json *json) {
  gchk_text_put(json->text, "\n");
  gchk_text_repeat(json->text, "  ", json->depth);
}

/* Comma, line break and key: what comes before every value. */
static void before_value(gchk_json *json, const char *key) {
  if (json->depth > 0) {
    bool is_flat = json->level[json->depth - 1].is_flat;
    if (!json->level[json->depth - 1].is_empty)
      gchk_text_put(json->text, is_flat ? ", " : ",");
    json->level[json->depth - 1].is_empty = false;
    if (!is_flat)
      new_line(json);
  }
  if (key != NULL) {
    gchk_text_json_string(json->text, key);
    gchk_text_put(json->text, ": ");
  }
}

static void begin(gchk_json *json, const char *key, bool is_array, bool is_flat) {
  assert(json->depth < GCHK_JSON_DEPTH);
  before_value(json, key);
  gchk_text_put(json->text, is_array ? "[" : "{");
  bool inside_flat = json->depth > 0 && json->level[json->depth - 1].is_flat;
  json->level[json->depth].is_array = is_array;
  json->level[json->depth].is_flat = is_flat || inside_flat;
  json->level[json->depth].is_empty = true;
  json->depth++;
}

void gchk_json_object(gchk_json *json, const char *key) {
  begin(json, key, false, false);
}

void gchk_json_array(gchk_json *json, const char *key) {
  begin(json, key, true, false);
}

void gchk_json_flat_object(gchk_json *json, const char *key) {
  begin(json, key, false, true);
}

void gchk_json_flat_array(gchk_json *json, const char *key) {
  begin(json, key, true, true);
}

void gchk_json_end(gchk_json *json) {
  assert(json->depth > 0);
  json->depth--;
  if (!json->level[json->depth].is_flat && !json->level[json->depth].is_empty)
    new_line(json);
  gchk_text_put(json->text, json->level[json->depth].is_array ? "]" : "}");
}

void gchk_json_string(gchk_json *json, const char *key, const char *value) {
  before_value(json, key);
  if (value != NULL)
    gchk_text_json_string(json->text, value);
  else
    gchk_text_put(json->text, "null");
}

void gchk_json_real(gchk_json *json, const char *key, double value) {
  before_value(json, key);
  if (isnan(value) || isinf(value)) {
    gchk_text_put(json->text, isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return;
  }
  char number[GCHK_REAL_SIZE];
  gchk_format_real(number, sizeof number, 'g', 17, value);
  gchk_text_put(json->text, number);
  if (strpbrk(number, ".e") == NULL) // an integer to other readers, and 2^53 + 1 might not be one to them
    gchk_text_put(json->text, ".0");
}

void gchk_json_real_or_null(gchk_json *json, const char *key, double value) {
  if (isnan(value))
    gchk_json_null(json, key);
  else
    gchk_json_real(json, key, value);
}

void gchk_json_count(gchk_json *json, const char *key, uint64_t value) {
  before_value(json, key);
  bool is_wide = value > INT64_MAX; // JSON readers have signed 64 bits
  gchk_text_format(json->text, is_wide ? "\"%llu\"" : "%llu", (unsigned long long)value);
}

void gchk_json_integer(gchk_json *json, const char *key, int value) {
  before_value(json, key);
  gchk_text_format(json->text, "%d", value);
}

void gchk_json_bool(gchk_json *json, const char *key, bool value) {
  before_value(json, key);
  gchk_text_put(json->text, value ? "true" : "false");
}

void gchk_json_null(gchk_json *json, const char *key) {
  before_value(json, key);
  gchk_text_put(json->text, "null");
}

void gchk_json_members(gchk_json *json, const char *members) {
  before_value(json, NULL);
  gchk_text_put(json->text, members);
}
