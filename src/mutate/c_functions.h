/*
 * The functions that a file of C defines, and which of them are backward's own: what a layer's table names
 * (`.backward = f`), what is called so (norm_bwd, gradient_of_x), and what these use of the file and nothing else does.
 */
#ifndef GCHK_MUTATE_C_FUNCTIONS_H
#define GCHK_MUTATE_C_FUNCTIONS_H

#include "author/tokens.h"
#include "core/arena.h"

typedef struct gchk_body {
  const char *name;
  size_t first, last; /* the tokens within its braces: first to last-1 */
  bool is_chosen;
} gchk_body;

typedef struct gchk_bodies {
  gchk_body *at; /* in the order of the file */
  size_t count;
} gchk_bodies;

/* All bodies of the file, none of them chosen. GCHK_NO_MEMORY. */
gchk_status gchk_bodies_find(gchk_bodies *bodies, const gchk_tokens *tokens, gchk_arena *arena,
                             gchk_error *error) GCHK_MUST_USE;

/* Chooses those that are backward's own. GCHK_INVALID where there are none; GCHK_NO_MEMORY. */
gchk_status gchk_bodies_choose_backward(gchk_bodies *bodies, const gchk_tokens *tokens,
                                        gchk_error *error) GCHK_MUST_USE;

/* Chooses those of a list "NAME,NAME". GCHK_INVALID where the file has not all of them. */
gchk_status gchk_bodies_choose(gchk_bodies *bodies, const gchk_tokens *tokens, const char *names,
                               gchk_error *error) GCHK_MUST_USE;

#endif
