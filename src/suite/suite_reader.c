/* Typed values of a suite's tree. Every refusal says what was found and what would be right. */
#include "suite/suite_reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/suggest.h"
#include "suite/number.h"

enum { SHOWN = 40 };

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

gchk_status gchk_suite_read_threshold(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                                      gchk_suite_threshold *threshold) {
  if (node->kind != GCHK_YAML_MAP) {
    GCHK_TRY(gchk_suite_positive(reader, node, name, &threshold->f64));
    threshold->f32 = threshold->f64;
    return GCHK_OK;
  }
  for (size_t i = 0; i < node->count; i++) {
    const char *dtype = node->key[i]->text;
    bool is_f32 = strcmp(dtype, "f32") == 0;
    if (!is_f32 && strcmp(dtype, "f64") != 0)
      return gchk_suite_fail(reader, node->key[i],
                             "%s has a number for \"%s\"; f64 and f32 are wanted: {f64: 1e-9, f32: 1e-4}", name, dtype);
    GCHK_TRY(gchk_suite_positive(reader, node->item[i], dtype, is_f32 ? &threshold->f32 : &threshold->f64));
  }
  return GCHK_OK;
}

double gchk_suite_threshold_in(const gchk_suite_threshold *threshold, gchk_dtype dtype) {
  return dtype == GCHK_F32 ? threshold->f32 : threshold->f64;
}

gchk_status gchk_suite_whole(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, size_t least,
                             size_t *n) {
  char text[64];
  const bool is_scalar = node->kind == GCHK_YAML_SCALAR;
  const bool is_whole = is_scalar && node->text[0] != '\0' && node->text[strspn(node->text, "0123456789")] == '\0';
  const bool is_read = is_scalar && gchk_whole_parse(node->text, n);
  if (is_whole && !is_read)
    return gchk_suite_fail(reader, node, "%s is %s; a whole number up to %zu is wanted", name,
                           gchk_yaml_describe(node, text, sizeof(text)), SIZE_MAX);
  if (!is_read || *n < least)
    return gchk_suite_fail(reader, node, "%s is %s; a whole number from %zu up is wanted", name,
                           gchk_yaml_describe(node, text, sizeof(text)), least);
  return GCHK_OK;
}

gchk_status gchk_suite_choice(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                              const char *first, const char *second, bool *is_second) {
  char text[64];
  bool is_scalar = node->kind == GCHK_YAML_SCALAR;
  *is_second = is_scalar && strcmp(node->text, second) == 0;
  if (*is_second || (is_scalar && strcmp(node->text, first) == 0))
    return GCHK_OK;
  return gchk_suite_fail(reader, node, "%s is %s; %s or %s is wanted", name,
                         gchk_yaml_describe(node, text, sizeof(text)), first, second);
}

gchk_status gchk_suite_flag(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, bool *flag) {
  bool is_false = false;
  *flag = false;
  GCHK_TRY(gchk_suite_choice(reader, node, name, "true", "false", &is_false));
  *flag = !is_false;
  return GCHK_OK;
}

// Doubles its array whenever the count reaches a power of two.
static bool note_file(const gchk_suite_reader *reader, const char *path) {
  gchk_suite_files *files = reader->files;
  if ((files->count & (files->count - 1)) == 0) {
    const char **grown =
        gchk_arena_alloc(reader->arena, files->count == 0 ? 1 : 2 * files->count, sizeof(const char *));
    if (grown == NULL)
      return false;
    for (size_t i = 0; i < files->count; i++)
      grown[i] = files->paths[i];
    files->paths = grown;
  }
  files->paths[files->count++] = path;
  return true;
}

const char *gchk_suite_path(const gchk_suite_reader *reader, const char *text) {
  const char *path = gchk_arena_printf(reader->arena, "%s%s", text[0] == '/' ? "" : reader->folder, text);
  return path == NULL || !note_file(reader, path) ? NULL : path;
}
