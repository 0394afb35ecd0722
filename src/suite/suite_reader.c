/* Typed values of a suite's tree. Every refusal says what was found and what would be right. */
#include "suite/suite_reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/suggest.h"
#include "suite/number.h"

enum { LISTED = 24, SHOWN = 40 };

gchk_status gchk_suite_fail(const gchk_suite_reader *reader, const gchk_yaml *node, const char *format, ...) {
  char message[GCHK_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  return gchk_fail(reader->error, GCHK_INVALID, "%s:%d:%d: %s", reader->path, node->line, node->column, message);
}

gchk_status gchk_suite_fail_within(const gchk_suite_reader *reader, const gchk_yaml *node) {
  return gchk_fail_within(reader->error, "%s:%d:%d", reader->path, node->line, node->column);
}

const char *gchk_yaml_describe(const gchk_yaml *node, char *text, size_t size) {
  if (node->kind == GCHK_YAML_LIST)
    return "a list";
  if (node->kind == GCHK_YAML_MAP)
    return "a map";
  if (gchk_yaml_is_nothing(node))
    return "nothing";
  bool is_long = strlen(node->text) > SHOWN;
  (void)snprintf(text, size, "\"%.*s%s\"", (int)SHOWN, node->text, is_long ? "..." : "");
  return text;
}

/* "a, b, c" of the names, shortened when there are many. */
static void list_names(char *text, size_t size, const char *const *names, size_t count) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < count && i < LISTED && used < size; i++) {
    int length = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", names[i]);
    used += length > 0 ? (size_t)length : 0;
  }
  if (count > LISTED && used < size)
    (void)snprintf(text + used, size - used, ", ...");
}

gchk_status gchk_suite_unknown(const gchk_suite_reader *reader, const gchk_yaml *node, const char *what,
                               const char *name, const char *const *known, size_t count) {
  const char *nearest = gchk_suggest(name, known, count);
  if (nearest != NULL)
    return gchk_suite_fail(reader, node, "%s \"%s\"; did you mean \"%s\"?", what, name, nearest);
  if (count == 0)
    return gchk_suite_fail(reader, node, "%s \"%s\"; there are none", what, name);
  char names[640];
  list_names(names, sizeof(names), known, count);
  return gchk_suite_fail(reader, node, "%s \"%s\"; there %s %s", what, name, count == 1 ? "is" : "are", names);
}

gchk_status gchk_suite_check_keys(const gchk_suite_reader *reader, const gchk_yaml *map, const char *what,
                                  const char *const *known, size_t count) {
  for (size_t i = 0; i < map->count; i++) {
    bool is_known = false;
    for (size_t j = 0; j < count && !is_known; j++)
      is_known = strcmp(map->key[i]->text, known[j]) == 0;
    if (is_known)
      continue;
    char text[128];
    (void)snprintf(text, sizeof(text), "unknown key of %s", what);
    return gchk_suite_unknown(reader, map->key[i], text, map->key[i]->text, known, count);
  }
  return GCHK_OK;
}

gchk_status gchk_suite_map(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name) {
  char text[64];
  if (node->kind == GCHK_YAML_MAP)
    return GCHK_OK;
  return gchk_suite_fail(reader, node, "%s is %s; a map of names and values is wanted", name,
                         gchk_yaml_describe(node, text, sizeof(text)));
}

gchk_status gchk_suite_text(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                            const char **text) {
  char found[64];
  if (node->kind != GCHK_YAML_SCALAR || *node->text == '\0' || gchk_yaml_is_nothing(node))
    return gchk_suite_fail(reader, node, "%s is %s; text is wanted", name,
                           gchk_yaml_describe(node, found, sizeof(found)));
  *text = node->text;
  return GCHK_OK;
}

gchk_status gchk_suite_number(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, double *x) {
  char text[64];
  if (node->kind != GCHK_YAML_SCALAR || !gchk_number_parse(node->text, x))
    return gchk_suite_fail(reader, node, "%s is %s; a number is wanted, such as 0.1, 1e-6 or 1/255", name,
                           gchk_yaml_describe(node, text, sizeof(text)));
  if (!isfinite(*x))
    return gchk_suite_fail(reader, node, "%s is %s; a finite number is wanted", name, node->text);
  return GCHK_OK;
}

gchk_status gchk_suite_positive(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, double *x) {
  char text[64];
  if (node->kind == GCHK_YAML_SCALAR && gchk_number_parse(node->text, x) && *x > 0 && isfinite(*x))
    return GCHK_OK;
  return gchk_suite_fail(reader, node, "%s is %s; a finite number greater than 0 is wanted, such as 1e-6", name,
                         gchk_yaml_describe(node, text, sizeof(text)));
}

gchk_status gchk_suite_whole(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, size_t least,
                             size_t *n) {
  char text[64];
  if (node->kind != GCHK_YAML_SCALAR || !gchk_whole_parse(node->text, n) || *n < least)
    return gchk_suite_fail(reader, node, "%s is %s; a whole number from %zu up is wanted", name,
                           gchk_yaml_describe(node, text, sizeof(text)), least);
  return GCHK_OK;
}

gchk_status gchk_suite_flag(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, bool *flag) {
  char text[64];
  bool is_scalar = node->kind == GCHK_YAML_SCALAR;
  *flag = is_scalar && strcmp(node->text, "true") == 0;
  if (*flag || (is_scalar && strcmp(node->text, "false") == 0))
    return GCHK_OK;
  return gchk_suite_fail(reader, node, "%s is %s; true or false is wanted", name,
                         gchk_yaml_describe(node, text, sizeof(text)));
}

gchk_status gchk_suite_maybe_positive(const gchk_suite_reader *reader, const gchk_yaml *map, const char *key,
                                      double *x) {
  const gchk_yaml *node = gchk_yaml_get(map, key);
  return node == NULL ? GCHK_OK : gchk_suite_positive(reader, node, key, x);
}

static gchk_status read_dtype(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_dtype *dtype) {
  char text[64];
  if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "f64") == 0)
    *dtype = GCHK_F64;
  else if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "f32") == 0)
    *dtype = GCHK_F32;
  else
    return gchk_suite_fail(reader, node, "dtype is %s; f64 or f32 is wanted",
                           gchk_yaml_describe(node, text, sizeof(text)));
  return GCHK_OK;
}

gchk_status gchk_suite_read_settings(const gchk_suite_reader *reader, const gchk_yaml *map,
                                     gchk_suite_settings *settings) {
  GCHK_TRY(gchk_suite_maybe_positive(reader, map, "threshold", &settings->threshold));
  GCHK_TRY(gchk_suite_maybe_positive(reader, map, "keep_away", &settings->keep_away));
  GCHK_TRY(gchk_suite_maybe_positive(reader, map, "tolerance", &settings->tolerance));
  GCHK_TRY(gchk_suite_maybe_positive(reader, map, "step", &settings->step));
  const gchk_yaml *dtype = gchk_yaml_get(map, "dtype"), *seed = gchk_yaml_get(map, "seed");
  if (dtype != NULL)
    GCHK_TRY(read_dtype(reader, dtype, &settings->dtype));
  if (seed != NULL) {
    size_t n = 0;
    GCHK_TRY(gchk_suite_whole(reader, seed, "seed", 0, &n));
    settings->seed = n;
    settings->has_seed = true;
  }
  return GCHK_OK;
}

const char *gchk_suite_path(const gchk_suite_reader *reader, const char *path) {
  return gchk_arena_printf(reader->arena, "%s%s", path[0] == '/' ? "" : reader->folder, path);
}
