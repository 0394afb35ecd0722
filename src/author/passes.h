/* Which functions are the forward and the backward of one layer, by their names. */
#ifndef GCHK_AUTHOR_PASSES_H
#define GCHK_AUTHOR_PASSES_H

#include "author/c_source.h"

/* A layer's functions. Of two forwards the first's result goes into the second: softmax, then cross entropy. */
typedef struct gchk_passes {
  const char *name; /* of the layer: a name of C */
  const gchk_c_function *forward[2];
  size_t forward_count;
  const gchk_c_function *backward;
} gchk_passes;

typedef struct gchk_passes_list {
  gchk_passes *at;
  size_t count;
  const char **left_out; /* a sentence a function of which no layer was made */
  size_t left_out_count;
  size_t other_count; /* functions whose names say neither forward nor backward, and that none needs */
} gchk_passes_list;

/*
 * Pairs X_forward with X_backward, in every order and spelling: fwd and bwd, XForward, backward_x, x with x_backward or
 * x_grad. `usual` is the layer's name where the functions' names are nothing more. All is of `arena`. GCHK_NO_MEMORY.
 */
gchk_status gchk_passes_find(gchk_passes_list *list, const gchk_c_source *source, const char *usual, gchk_arena *arena,
                             gchk_error *error) GCHK_MUST_USE;

/* Is a word of the name one for that way: norm_bwd, BackwardNorm, grad_of_x; fwd, fprop? */
bool gchk_name_says_backward(const char *name);
bool gchk_name_says_forward(const char *name);

#endif
