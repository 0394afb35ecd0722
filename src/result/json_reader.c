/*
 * JSON as it is read. jansson's tree does not remember where its values stood, so the position of what is wrong is
 * found by walking the text along the path once more: only a message pays for it.
 */
#include "result/json_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"

static size_t skip_blanks(const char *text, size_t length, size_t at) {
  while (at < length && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL)
    at++;
  return at;
}

/* `at` is at a quote; returns what follows the closing one. */
static size_t skip_string(const char *text, size_t length, size_t at) {
  for (at++; at < length && text[at] != '"'; at++)
    if (text[at] == '\\')
      at++;
  return at < length ? at + 1 : length;
}

static size_t skip_value(const char *text, size_t length, size_t at) {
  size_t depth = 0;
  while (at < length) {
    char c = text[at];
    if (depth == 0 && (c == ',' || c == '}' || c == ']'))
      return at;
    if (c == '"') {
      at = skip_string(text, length, at);
      continue;
    }
    if (c == '{' || c == '[')
      depth++;
    if (c == '}' || c == ']')
      depth--;
    at++;
  }
  return length;
}

/* From the start of an object or array to its member; stays where it is when there is no such member. */
static size_t step_into(const char *text, size_t length, size_t start, const char *key, size_t index) {
  size_t at = skip_blanks(text, length, start + 1);
  for (size_t i = 0; at < length && text[at] != '}' && text[at] != ']'; i++) {
    bool is_here = key == NULL && i == index;
    if (key != NULL) {
      size_t end = skip_string(text, length, at);
      is_here = end - at == strlen(key) + 2 && memcmp(text + at + 1, key, end - at - 2) == 0;
      at = skip_blanks(text, length, end);
      at = skip_blanks(text, length, at + 1); // the colon
    }
    if (is_here)
      return at;
    at = skip_value(text, length, at);
    if (at < length && text[at] == ',')
      at = skip_blanks(text, length, at + 1);
  }
  return start;
}

static void locate(const gchk_reader *reader, const char *key, size_t *line, size_t *column) {
  size_t at = skip_blanks(reader->text, reader->length, 0);
  for (size_t i = 0; i < reader->depth; i++)
    at = step_into(reader->text, reader->length, at, reader->path[i].key, reader->path[i].index);
  if (key != NULL)
    at = step_into(reader->text, reader->length, at, key, 0);
  *line = 1;
  *column = 1;
  for (size_t i = 0; i < at && i < reader->length; i++) {
    unsigned char c = (unsigned char)reader->text[i];
    if (c == '\n') {
      ++*line;
      *column = 1;
    } else if ((c & 0xc0) != 0x80) // once a character
      ++*column;
  }
}

static void describe(gchk_text *text, const json_t *found) {
  if (found == NULL)
    gchk_text_put(text, "nothing");
  else if (json_is_object(found) || json_is_array(found))
    gchk_text_put(text, json_is_object(found) ? "an object" : "a list");
  else if (json_is_string(found)) {
    char start[48];
    snprintf(start, sizeof start, "%s", json_string_value(found));
    gchk_text_put(text, "\"");
    gchk_text_visible(text, start, GCHK_MARKUP_PLAIN);
    gchk_text_put(text, strlen(json_string_value(found)) >= sizeof start ? "...\"" : "\"");
  } else if (json_is_integer(found))
    gchk_text_format(text, "%lld", (long long)json_integer_value(found));
  else if (json_is_real(found))
    gchk_text_real(text, 'g', 17, json_real_value(found));
  else
    gchk_text_put(text, json_is_null(found) ? "null" : json_is_true(found) ? "true" : "false");
}

void gchk_read_wrong(gchk_reader *reader, const char *key, const json_t *found, const char *expected) {
  if (reader->status != GCHK_OK)
    return;
  size_t line, column;
  locate(reader, key, &line, &column);
  gchk_text where = {0};
  for (size_t i = 0; i < reader->depth; i++) {
    if (reader->path[i].key != NULL)
      gchk_text_format(&where, "%s%s", i > 0 ? "." : "", reader->path[i].key);
    else
      gchk_text_format(&where, "[%zu]", reader->path[i].index);
  }
  if (key != NULL)
    gchk_text_format(&where, "%s%s", where.length > 0 ? "." : "", key);
  gchk_text_format(&where, "%sfound ", where.length > 0 ? ": " : "");
  describe(&where, found);
  reader->status = gchk_fail(reader->error, GCHK_INVALID, "%s:%zu:%zu: %s, expected %s", reader->file, line, column,
                             where.failed ? "wrong value" : where.data, expected);
  gchk_text_deinit(&where);
}

void gchk_read_no_memory(gchk_reader *reader) {
  if (reader->status == GCHK_OK)
    reader->status = gchk_fail_memory(reader->error, reader->file);
}

json_t *gchk_read_text(gchk_reader *reader) {
  json_error_t problem;
  json_t *root = json_loadb(reader->text, reader->length, JSON_REJECT_DUPLICATES, &problem);
  if (root == NULL && json_error_code(&problem) == json_error_out_of_memory)
    gchk_read_no_memory(reader);
  else if (root == NULL)
    reader->status =
        gchk_fail(reader->error, GCHK_INVALID, "%s:%d:%d: not a whole JSON document: %s", reader->file,
                  problem.line > 0 ? problem.line : 1, problem.column > 0 ? problem.column : 1, problem.text);
  return root;
}

void gchk_enter(gchk_reader *reader, const char *key, size_t index) {
  if (reader->depth < GCHK_READER_DEPTH) {
    reader->path[reader->depth].key = key;
    reader->path[reader->depth].index = index;
  }
  reader->depth++;
}

void gchk_leave(gchk_reader *reader) {
  reader->depth--;
}

const char *gchk_read_string(gchk_reader *reader, const char *key, const json_t *value) {
  if (!json_is_string(value))
    gchk_read_wrong(reader, key, value, "a string");
  return reader->status == GCHK_OK ? gchk_read_copy(reader, json_string_value(value)) : "";
}

const char *gchk_read_string_or_null(gchk_reader *reader, const char *key, const json_t *value) {
  if (!json_is_string(value) && !json_is_null(value))
    gchk_read_wrong(reader, key, value, "a string or null");
  return json_is_string(value) ? gchk_read_copy(reader, json_string_value(value)) : NULL;
}

double gchk_read_real(gchk_reader *reader, const char *key, const json_t *value) {
  static const char *const names[] = {"NaN", "Infinity", "-Infinity"};
  static const double values[] = {(double)NAN, (double)INFINITY, (double)-INFINITY};
  if (json_is_number(value))
    return json_number_value(value);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (json_is_string(value) && strcmp(json_string_value(value), names[i]) == 0)
      return values[i];
  if (!json_is_null(value))
    gchk_read_wrong(reader, key, value, "a number, null, \"NaN\", \"Infinity\" or \"-Infinity\"");
  return (double)NAN;
}

static bool count_of(const json_t *value, uint64_t *count) {
  *count = 0;
  if (json_is_integer(value) && json_integer_value(value) >= 0) {
    *count = (uint64_t)json_integer_value(value);
    return true;
  }
  const char *digits = json_string_value(value);
  if (digits == NULL || *digits == '\0')
    return false;
  for (; *digits != '\0'; digits++) {
    unsigned digit = (unsigned)(unsigned char)*digits - '0';
    if (digit > 9 || *count > (UINT64_MAX - digit) / 10)
      return false;
    *count = *count * 10 + digit;
  }
  return true;
}

uint64_t gchk_read_count(gchk_reader *reader, const char *key, const json_t *value) {
  uint64_t count;
  if (!count_of(value, &count))
    gchk_read_wrong(reader, key, value, "a whole number from 0 to 2^64 - 1");
  return count;
}

int gchk_read_integer(gchk_reader *reader, const char *key, const json_t *value, int low, int high) {
  json_int_t x = json_integer_value(value);
  if (json_is_integer(value) && x >= low && x <= high)
    return (int)x;
  char expected[64];
  snprintf(expected, sizeof expected, "a whole number from %d to %d", low, high);
  gchk_read_wrong(reader, key, value, expected);
  return low;
}

bool gchk_read_bool(gchk_reader *reader, const char *key, const json_t *value) {
  if (!json_is_boolean(value))
    gchk_read_wrong(reader, key, value, "true or false");
  return json_is_true(value);
}

int gchk_read_name(gchk_reader *reader, const char *key, const json_t *value, const char *(*name_of)(int), int count) {
  for (int i = 0; i < count; i++)
    if (json_is_string(value) && strcmp(json_string_value(value), name_of(i)) == 0)
      return i;
  gchk_text expected = {0};
  gchk_text_put(&expected, "one of");
  for (int i = 0; i < count; i++)
    gchk_text_format(&expected, " %s", name_of(i));
  gchk_read_wrong(reader, key, value, expected.failed ? "another name" : expected.data);
  gchk_text_deinit(&expected);
  return 0;
}

const char *gchk_read_copy(gchk_reader *reader, const char *text) {
  const char *copy = gchk_arena_strdup(reader->arena, text);
  if (copy == NULL)
    gchk_read_no_memory(reader);
  return copy == NULL ? "" : copy;
}

void *gchk_read_alloc(gchk_reader *reader, size_t count, size_t size) {
  if (count == 0 || reader->status != GCHK_OK)
    return NULL;
  void *memory = gchk_arena_alloc(reader->arena, count, size);
  if (memory == NULL)
    gchk_read_no_memory(reader);
  return memory;
}
