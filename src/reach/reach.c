/*
 * Branches by function. Those of a function count once a callback of the layer has reached it: what backward never
 * calls is none of its branches, and a call that is under a branch that was not taken is that branch.
 */
#include "reach/reach.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "reach/place_lines.h"
#include "reach/reach_words.h"
#include "reach/source_line.h"
#include "reach/traced_code.h"

/* A branch begins where the compiler's callback is called. */
typedef struct branch {
  uintptr_t place;
  gchk_place_line line;
  unsigned char *ran;
} branch;

struct gchk_reach {
  gchk_arena *arena;
  gchk_traced_code code;
  size_t count;
  branch *branches; // by function, and then by address
};

/* Of the two callbacks whose branches are told. */
typedef struct caller {
  const char *name;
  unsigned char bit;
} caller;
static const caller callers[] = {{"forward", GCHK_RAN_FORWARD}, {"backward", GCHK_RAN_BACKWARD}};
enum { CALLERS = sizeof callers / sizeof callers[0] };

static const char memory_for[] = "the branches of a layer";

// Templates and inline functions of libraries are compiled with the layer, and are not the user's to take.
static bool is_of_library(const gchk_place_line *line) {
  static const char start[] = "/usr/";
  return strncmp(line->file, start, sizeof start - 1) == 0 || strncmp(line->home, start, sizeof start - 1) == 0;
}

static int compare_functions(const branch *a, const branch *b) {
  const int by_name = strcmp(a->line.function, b->line.function);
  return by_name != 0 ? by_name : strcmp(a->line.home, b->line.home);
}

// The branches of a function may lie apart: compilers move what is rarely taken to the end.
static int compare(const void *x, const void *y) {
  const branch *a = x, *b = y;
  const int by_function = compare_functions(a, b);
  return by_function != 0 ? by_function : (a->place > b->place) - (a->place < b->place);
}

static unsigned char *ran_at(const gchk_traced_code *code, uintptr_t place) {
  size_t k = 0;
  while (place - code->pieces[k].start >= code->pieces[k].size)
    k++;
  return &code->pieces[k].ran[place - code->pieces[k].start];
}

static gchk_status list_branches(gchk_reach *reach, gchk_error *error) {
  const gchk_traced_code *code = &reach->code;
  gchk_place_line *lines = gchk_arena_alloc(reach->arena, code->place_count, sizeof *lines);
  reach->branches = gchk_arena_alloc(reach->arena, code->place_count, sizeof *reach->branches);
  if (lines == NULL || reach->branches == NULL)
    return gchk_fail_memory(error, memory_for);
  GCHK_TRY(gchk_find_place_lines(code->places, code->place_count, reach->arena, lines, error));
  for (size_t i = 0; i < code->place_count; i++)
    if (!is_of_library(&lines[i]))
      reach->branches[reach->count++] = (branch){code->places[i], lines[i], ran_at(code, code->places[i])};
  qsort(reach->branches, reach->count, sizeof *reach->branches, compare);
  return GCHK_OK;
}

gchk_status gchk_reach_begin(gchk_reach **reach, const gchk_layer *layer, const gchk_under_way *under_way,
                             gchk_arena *arena, gchk_error *error) {
  *reach = NULL;
  if (layer->backward == NULL)
    return GCHK_OK;
  gchk_reach *made = gchk_arena_alloc(arena, 1, sizeof *made);
  if (made == NULL)
    return gchk_fail_memory(error, memory_for);
  made->arena = arena;
  GCHK_TRY(gchk_find_traced_code(layer, arena, &made->code, error));
  if (!made->code.is_there)
    return GCHK_OK;
  if (made->code.place_count > 0)
    GCHK_TRY(list_branches(made, error));
  gchk_reach_follow(made, under_way);
  *reach = made;
  return GCHK_OK;
}

void gchk_reach_follow(gchk_reach *reach, const gchk_under_way *under_way) {
  gchk_trace_begin(reach->code.pieces, reach->code.piece_count, under_way);
}

// The end of the branches of the function of the first of them; `ran`: what ran of all of these.
static size_t end_of_function(const gchk_reach *reach, size_t first, unsigned char *ran) {
  size_t end = first;
  for (*ran = 0; end < reach->count && compare_functions(&reach->branches[first], &reach->branches[end]) == 0; end++)
    *ran |= *reach->branches[end].ran;
  return end;
}

gchk_status gchk_reach_open(gchk_reach *reach, gchk_open_place **open, size_t *count, gchk_error *error) {
  unsigned char ran;
  *count = 0;
  *open = NULL;
  if (reach == NULL || reach->count == 0)
    return GCHK_OK;
  *open = gchk_arena_alloc(reach->arena, reach->count, sizeof **open);
  if (*open == NULL)
    return gchk_fail_memory(error, memory_for);
  for (size_t first = 0, end; first < reach->count; first = end) {
    end = end_of_function(reach, first, &ran);
    for (size_t i = first; i < end && (ran & GCHK_RAN_BACKWARD) != 0; i++)
      if ((*reach->branches[i].ran & GCHK_RAN_BACKWARD) == 0)
        (*open)[(*count)++] = (gchk_open_place){reach->branches[i].place, reach->branches[i].ran};
  }
  return GCHK_OK;
}

void gchk_reach_put_name(gchk_text *out, const gchk_reach *reach, uintptr_t place) {
  for (size_t i = 0; i < reach->count; i++) {
    const gchk_place_line *line = &reach->branches[i].line;
    if (reach->branches[i].place == place)
      gchk_put_untaken_place(out, &(gchk_reached_function){.function = line->function},
                             &(gchk_untaken_branch){.file = line->file, .line = line->line});
  }
}

size_t gchk_reach_branch_count(const gchk_reach *reach) {
  return reach->count;
}

void gchk_reach_tell(const gchk_reach *reach, unsigned char *ran) {
  for (size_t i = 0; i < reach->count; i++)
    ran[i] = *reach->branches[i].ran;
}

void gchk_reach_add(gchk_reach *reach, const unsigned char *ran) {
  for (size_t i = 0; i < reach->count; i++)
    *reach->branches[i].ran |= ran[i];
}

static bool begins_in_same_line(const branch *a, const branch *b) {
  return a->line.line == b->line.line && strcmp(a->line.file, b->line.file) == 0;
}

/* The branches of a function that begin in the line of one of them: how many there are, come before it, were taken. */
typedef struct line_mates {
  size_t of, nth, taken;
} line_mates;

static line_mates find_mates(const branch *list, size_t count, size_t i, unsigned char bit) {
  line_mates mates = {0};
  for (size_t k = 0; k < count; k++) {
    if (!begins_in_same_line(&list[k], &list[i]))
      continue;
    mates.of++;
    mates.nth += k < i;
    mates.taken += (*list[k].ran & bit) != 0;
  }
  return mates;
}

static gchk_status add_untaken(gchk_arena *arena, gchk_reached_function *f, const gchk_place_line *line,
                               const line_mates *mates, gchk_error *error) {
  gchk_untaken_branch *grown = gchk_arena_append(arena, f->untaken, f->untaken_count, sizeof *grown);
  const char *text = gchk_source_line(arena, line->file, line->line);
  if (grown == NULL || text == NULL)
    return gchk_fail_memory(error, memory_for);
  f->untaken = grown;
  grown[f->untaken_count++] = (gchk_untaken_branch){line->file, line->line, mates->nth, mates->of, text};
  return GCHK_OK;
}

// A function, its branches in `list`, as one callback took it.
static gchk_status describe(gchk_arena *arena, const branch *list, size_t count, const caller *by,
                            gchk_reached_function *f, gchk_error *error) {
  *f = (gchk_reached_function){
      .function = list->line.function, .file = list->line.home, .callback = by->name, .branches = count};
  for (size_t i = 0; i < count; i++) {
    const line_mates mates = find_mates(list, count, i, by->bit);
    const bool is_first_of_line = mates.nth == 0 && list[i].line.line > 0;
    f->lines += is_first_of_line;
    f->lines_taken += is_first_of_line && mates.taken > 0;
    if ((*list[i].ran & by->bit) != 0)
      f->taken++;
    else
      GCHK_TRY(add_untaken(arena, f, &list[i].line, &mates, error));
  }
  return GCHK_OK;
}

static gchk_status add_function(gchk_reach *reach, size_t first, size_t count, unsigned char ran,
                                gchk_reach_result *result, gchk_error *error) {
  for (size_t k = 0; k < CALLERS; k++) {
    if ((ran & callers[k].bit) == 0)
      continue;
    gchk_reached_function *grown =
        gchk_arena_append(reach->arena, result->functions, result->function_count, sizeof *grown);
    if (grown == NULL)
      return gchk_fail_memory(error, memory_for);
    result->functions = grown;
    GCHK_TRY(
        describe(reach->arena, &reach->branches[first], count, &callers[k], &grown[result->function_count++], error));
  }
  return GCHK_OK;
}

gchk_status gchk_reach_end(gchk_reach *reach, gchk_reach_result *result, gchk_error *error) {
  *result = (gchk_reach_result){.why_not = ""};
  if (reach == NULL)
    return GCHK_OK;
  gchk_trace_end();
  if (reach->code.place_count == 0)
    result->why_not = reach->code.can_find_places ? "its calls of the compiler's callbacks were not found"
                                                  : "its branches cannot be found on this processor, but on amd64";
  unsigned char ran;
  for (size_t first = 0, end; first < reach->count; first = end) {
    end = end_of_function(reach, first, &ran);
    GCHK_TRY(add_function(reach, first, end - first, ran, result, error));
  }
  return GCHK_OK;
}
