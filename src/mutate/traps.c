/* A call that ends the program, as the first thing that a body does. */
#include "mutate/traps.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static gchk_trap *find(const gchk_traps *traps, const char *function) {
  for (size_t i = 0; i < traps->count; i++)
    if (strcmp(traps->at[i].function, function) == 0)
      return &traps->at[i];
  return NULL;
}

static gchk_trap *find_or_add(gchk_traps *traps, const char *function, gchk_arena *arena) {
  gchk_trap *there = find(traps, function);
  if (there != NULL)
    return there;
  gchk_trap *grown = gchk_arena_append(arena, traps->at, traps->count, sizeof *grown);
  if (grown == NULL)
    return NULL;
  traps->at = grown;
  traps->at[traps->count] = (gchk_trap){.function = function};
  return &traps->at[traps->count++];
}

static bool add_place(gchk_trap *trap, size_t place, gchk_arena *arena) {
  for (size_t i = 0; i < trap->edit_count; i++)
    if (trap->edits[i].at == place)
      return true;
  gchk_edit *grown = gchk_arena_append(arena, trap->edits, trap->edit_count, sizeof *grown);
  if (grown == NULL)
    return false;
  trap->edits = grown;
  trap->edits[trap->edit_count++] = (gchk_edit){place, 0, " __builtin_trap();"};
  return true;
}

static int by_place(const void *a, const void *b) {
  const gchk_edit *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

gchk_status gchk_traps_add(gchk_traps *traps, const char *text, const gchk_tokens *tokens, const gchk_bodies *bodies,
                           gchk_arena *arena, gchk_error *error) {
  for (size_t b = 0; b < bodies->count; b++) {
    const gchk_token *before = &tokens->at[bodies->at[b].first - 1]; // "{", or the "," of GCHK_CALLBACK
    gchk_trap *trap = bodies->at[b].is_chosen ? find_or_add(traps, bodies->at[b].name, arena) : NULL;
    if (bodies->at[b].is_chosen &&
        (trap == NULL || !add_place(trap, (size_t)(before->text + before->length - text), arena)))
      return gchk_fail_memory(error, tokens->path);
    if (trap != NULL)
      qsort(trap->edits, trap->edit_count, sizeof *trap->edits, by_place);
  }
  return GCHK_OK;
}

gchk_edit *gchk_traps_edits(const gchk_traps *traps, size_t *count, gchk_arena *arena) {
  *count = 0;
  for (size_t i = 0; i < traps->count; i++)
    *count += traps->at[i].edit_count;
  gchk_edit *edits = gchk_arena_alloc(arena, *count + 1, sizeof *edits), *end = edits;
  for (size_t i = 0; edits != NULL && i < traps->count; i++) {
    memcpy(end, traps->at[i].edits, traps->at[i].edit_count * sizeof *end);
    end += traps->at[i].edit_count;
  }
  if (edits != NULL)
    qsort(edits, *count, sizeof *edits, by_place);
  return edits;
}

gchk_trap *gchk_trap_of(const gchk_traps *traps, const gchk_mutant *mutant) {
  return find(traps, mutant->function);
}
