/*
 * Cases run in processes of their own, and each knows what it took. Together they took what one of them did: of a
 * function that several reached, the branches that are left are those that none of these took.
 */
#include "reach/reach_layers.h"

#include <string.h>

#include "core/memory.h"

static const char memory_for[] = "the branches of layers";

bool gchk_reach_is_same_layer(const gchk_case_result *a, const gchk_case_result *b) {
  return strcmp(a->layer, b->layer) == 0 && strcmp(a->target, b->target) == 0 && a->dtype == b->dtype;
}

static bool is_same_function(const gchk_reached_function *a, const gchk_reached_function *b) {
  return strcmp(a->function, b->function) == 0 && strcmp(a->file, b->file) == 0 &&
         strcmp(a->callback, b->callback) == 0;
}

static bool is_same_line(const gchk_untaken_branch *a, const gchk_untaken_branch *b) {
  return a->line == b->line && strcmp(a->file, b->file) == 0;
}

static bool has_branch(const gchk_reached_function *f, const gchk_untaken_branch *branch) {
  for (size_t i = 0; i < f->untaken_count; i++)
    if (is_same_line(&f->untaken[i], branch) && f->untaken[i].nth == branch->nth)
      return true;
  return false;
}

// All branches that begin in the line of the i-th are left, and this is the first of them.
static bool is_first_of_untaken_line(const gchk_reached_function *f, size_t i) {
  size_t alike = 0;
  for (size_t k = 0; k < f->untaken_count; k++) {
    if (!is_same_line(&f->untaken[k], &f->untaken[i]))
      continue;
    if (k < i)
      return false;
    alike++;
  }
  return f->untaken[i].line > 0 && alike >= f->untaken[i].of;
}

// f is ours, with an untaken list of its own.
static void take_also(gchk_reached_function *f, const gchk_reached_function *other) {
  size_t kept = 0, untaken_lines = 0;
  for (size_t i = 0; i < f->untaken_count; i++)
    if (has_branch(other, &f->untaken[i]))
      f->untaken[kept++] = f->untaken[i];
  f->untaken_count = kept;
  f->taken = f->branches - kept;
  for (size_t i = 0; i < kept; i++)
    untaken_lines += is_first_of_untaken_line(f, i);
  f->lines_taken = f->lines > untaken_lines ? f->lines - untaken_lines : 0;
}

static gchk_status add_function(gchk_reach_result *all, const gchk_reached_function *f, gchk_arena *arena,
                                gchk_error *error) {
  for (size_t i = 0; i < all->function_count; i++)
    if (is_same_function(&all->functions[i], f)) {
      take_also(&all->functions[i], f);
      return GCHK_OK;
    }
  gchk_reached_function *grown = gchk_arena_append(arena, all->functions, all->function_count, sizeof *grown);
  if (grown == NULL)
    return gchk_fail_memory(error, memory_for);
  all->functions = grown;
  grown += all->function_count++;
  *grown = *f;
  grown->untaken = gchk_arena_copy(arena, f->untaken, f->untaken_count, sizeof *f->untaken);
  return grown->untaken != NULL || f->untaken_count == 0 ? GCHK_OK : gchk_fail_memory(error, memory_for);
}

static gchk_status add_case(gchk_layer_reach *layer, const gchk_reach_result *reach, gchk_arena *arena,
                            gchk_error *error) {
  if (*layer->reach.why_not == '\0' && reach->why_not != NULL)
    layer->reach.why_not = reach->why_not;
  for (size_t i = 0; i < reach->function_count; i++)
    GCHK_TRY(add_function(&layer->reach, &reach->functions[i], arena, error));
  return GCHK_OK;
}

gchk_status gchk_reach_of_layers(const gchk_result *result, gchk_arena *arena, gchk_layer_reach **layers, size_t *count,
                                 gchk_error *error) {
  *count = 0;
  *layers = gchk_arena_alloc(arena, result->case_count, sizeof **layers);
  if (*layers == NULL && result->case_count > 0)
    return gchk_fail_memory(error, memory_for);
  for (size_t i = 0; i < result->case_count; i++) {
    size_t k = 0;
    while (k < *count && !gchk_reach_is_same_layer(&result->cases[(*layers)[k].first_case], &result->cases[i]))
      k++;
    if (k == *count)
      (*layers)[(*count)++] = (gchk_layer_reach){.first_case = i, .reach = {.why_not = ""}};
    GCHK_TRY(add_case(&(*layers)[k], &result->cases[i].reach, arena, error));
  }
  return GCHK_OK;
}

gchk_reach_counts gchk_reach_count(const gchk_reach_result *reach, const char *callback) {
  gchk_reach_counts counts = {0};
  for (size_t i = 0; i < reach->function_count; i++) {
    const gchk_reached_function *f = &reach->functions[i];
    if (strcmp(f->callback, callback) != 0)
      continue;
    counts.branches += f->branches;
    counts.taken += f->taken;
    counts.lines += f->lines;
    counts.lines_taken += f->lines_taken;
  }
  return counts;
}
