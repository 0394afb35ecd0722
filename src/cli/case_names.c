/* Names in an array; that each case has its own shows where they are in order. */
#include "case_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

enum { PLACES_SIZE = 4096 };

gchk_status cli_case_names_add(cli_case_names *names, const gchk_case *c, const char *label, bool is_elsewhere,
                               gchk_error *error) {
  void *array = names->of;
  if (!cli_make_room(&array, names->count, sizeof *names->of))
    return cli_fail_memory(error, "cases");
  names->of = array;
  const bool has_own = c->file != NULL;
  names->of[names->count++] = (cli_case_name){.name = label,
                                              .target = c->target != NULL ? c->target : "",
                                              .file = has_own                  ? c->file
                                                      : c->layer->file != NULL ? c->layer->file
                                                                               : "",
                                              .line = has_own ? c->line : c->layer->line,
                                              .dtype = c->layer->dtype,
                                              .is_elsewhere = is_elsewhere};
  return GCHK_OK;
}

void cli_case_names_deinit(cli_case_names *names) {
  free(names->of);
  *names = (cli_case_names){0};
}

// By what they are told apart by.
static int compare_keys(const cli_case_name *a, const cli_case_name *b) {
  const int by_name = strcmp(a->name, b->name), by_target = by_name != 0 ? by_name : strcmp(a->target, b->target);
  return by_target != 0 ? by_target : (a->dtype > b->dtype) - (a->dtype < b->dtype);
}

static int compare_named(const void *left, const void *right) {
  const cli_case_name *a = left, *b = right;
  const int by_key = compare_keys(a, b);
  return by_key != 0 ? by_key : (a->line > b->line) - (a->line < b->line);
}

gchk_status cli_case_names_check(cli_case_names *names, gchk_error *error) {
  if (names->count > 1)
    qsort(names->of, names->count, sizeof *names->of, compare_named);
  for (size_t i = 1; i < names->count; i++) {
    const cli_case_name *a = &names->of[i - 1], *b = &names->of[i];
    if (compare_keys(a, b) != 0)
      continue;
    char places[PLACES_SIZE] = "";
    if (a->file[0] != '\0' && b->file[0] != '\0')
      (void)snprintf(places, sizeof places, ", at %s:%d and %s:%d", a->file, a->line, b->file, b->line);
    return gchk_fail(
        error, GCHK_INVALID,
        "%s: two cases are called \"%s\"%s; each needs a name of its own, by which baselines and shards are "
        "matched: rename a layer, or list a shape case once",
        a->target, a->name, places);
  }
  return GCHK_OK;
}

gchk_status cli_case_names_elsewhere(const cli_case_names *names, gchk_case_result **rows, size_t *count,
                                     gchk_error *error) {
  *count = 0;
  *rows = calloc(names->count + 1, sizeof **rows);
  if (*rows == NULL)
    return cli_fail_memory(error, "cases");
  for (size_t i = 0; i < names->count; i++)
    if (names->of[i].is_elsewhere)
      (*rows)[(*count)++] =
          (gchk_case_result){.name = names->of[i].name, .target = names->of[i].target, .dtype = names->of[i].dtype};
  return GCHK_OK;
}
