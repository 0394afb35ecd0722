/*
 * Does a function run at all? In a copy of the source it ends the program as soon as it is called; a check that passes
 * all the same has not called it, and can tell nothing of its mutants.
 */
#ifndef GCHK_MUTATE_TRAPS_H
#define GCHK_MUTATE_TRAPS_H

#include "mutate/c_functions.h"
#include "mutate/source_copy.h"

typedef struct gchk_trap {
  const char *function;
  gchk_edit *edits; /* several where the name is defined several times: in branches of an #if, for other types */
  size_t edit_count;
  bool is_asked, never_runs;
} gchk_trap;

typedef struct gchk_traps {
  gchk_trap *at; /* one a name, in the order of the source */
  size_t count;
} gchk_traps;

/* Adds the chosen bodies; those that are there stay once. All is of `arena`. GCHK_NO_MEMORY. */
gchk_status gchk_traps_add(gchk_traps *traps, const char *text, const gchk_tokens *tokens, const gchk_bodies *bodies,
                           gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

/* The edits of all traps in their order, of `arena`: *count of them. NULL when out of memory. */
gchk_edit *gchk_traps_edits(const gchk_traps *traps, size_t *count, gchk_arena *arena);

/* That of a mutant's function. */
gchk_trap *gchk_trap_of(const gchk_traps *traps, const gchk_mutant *mutant);

#endif
