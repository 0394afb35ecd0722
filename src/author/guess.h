/*
 * What a forward and a backward say of their layer: which parameter is which tensor or its gradient, with which role.
 * From names, from const, and from what only one of the two has. Shapes: guess_shapes.h.
 */
#ifndef GCHK_AUTHOR_GUESS_H
#define GCHK_AUTHOR_GUESS_H

#include <stdint.h>

#include "author/name_meaning.h"
#include "author/passes.h"
#include "gradcheck/tensor.h"

typedef struct gchk_guessed_tensor {
  const char *name;
  gchk_name_class class_;
  gchk_role role;
  gchk_c_base base; /* FLOAT, DOUBLE or INT */
  bool has_gradient;
  const char *shape, *below; /* below: of an index */
  const char *todo;          /* what a person has to look at; NULL: nothing */
} gchk_guessed_tensor;

typedef struct gchk_guessed_size {
  const char *name;
  gchk_count count;
  unsigned value;
  unsigned seen; /* bit k: by function k */
} gchk_guessed_size;

typedef struct gchk_guessed_option {
  const char *name;
  const gchk_usual_option *usual; /* NULL: nobody knows */
} gchk_guessed_option;

/* What a parameter or a member of a struct is given. */
typedef enum gchk_use_kind {
  GCHK_USE_NOTHING = 0, /* not known: a person's to fill in */
  GCHK_USE_VALUE,
  GCHK_USE_GRADIENT,
  GCHK_USE_SIZE,
  GCHK_USE_OPTION,
  GCHK_USE_STATE /* the struct */
} gchk_use_kind;
typedef struct gchk_use {
  const gchk_c_variable *variable;
  gchk_use_kind kind;
  size_t index; /* of tensors, sizes or options */
} gchk_use;

enum { GCHK_MOST_FORWARDS = 2, GCHK_MOST_GUESSED = 64 };

typedef struct gchk_guess {
  const gchk_passes *passes;
  const gchk_c_function *forward[GCHK_MOST_FORWARDS]; /* in the order in which they are called */
  gchk_guessed_tensor tensors[GCHK_MOST_GUESSED];
  size_t tensor_count;
  gchk_guessed_size sizes[GCHK_MOST_GUESSED];
  size_t size_count;
  gchk_guessed_option options[GCHK_MOST_GUESSED];
  size_t option_count;
  const gchk_c_struct *structure;         /* NULL: free functions */
  gchk_use *members;                      /* as many as it has */
  gchk_use *uses[GCHK_MOST_FORWARDS + 1]; /* of the parameters of each forward, and of backward */
  size_t returned[GCHK_MOST_FORWARDS];    /* the tensor that what it returns is; SIZE_MAX: none */
  gchk_c_base base;                       /* of the layer: FLOAT or DOUBLE */
  bool ignores_upstream;
  const char *problem; /* why no layer was made of it; NULL: one was */
} gchk_guess;

/* Guesses all but shapes. `guess` keeps pointers into `passes`; memory is of `arena`. GCHK_NO_MEMORY. */
gchk_status gchk_guess_layer(gchk_guess *guess, const gchk_passes *passes, gchk_arena *arena,
                             gchk_error *error) GCHK_MUST_USE;

#endif
