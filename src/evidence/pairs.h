/*
 * Contributions one by one: for pairs of an element i and an output j what forward gives, J_ij = d y_j / d x_i by
 * differences, and what backward gives, A_ij: the gradient at i for an upstream gradient that is 1 at output j and 0
 * elsewhere. Backward is linear, so A is all that it does.
 */
#ifndef GCHK_EVIDENCE_PAIRS_H
#define GCHK_EVIDENCE_PAIRS_H

#include "evidence/diagnosis.h"

typedef enum gchk_pair_state {
  GCHK_PAIR_UNKNOWN = 0, /* not finite, or too little beside its error */
  GCHK_PAIR_NONE,        /* neither has a contribution */
  GCHK_PAIR_SAME,
  GCHK_PAIR_LOST,    /* forward has one, backward none */
  GCHK_PAIR_LEAKED,  /* backward has one, forward none */
  GCHK_PAIR_CHANGED, /* both have one, and they differ */
  GCHK_PAIR_STATES
} gchk_pair_state;

/* Arrays over pairs are rows x columns. */
typedef struct gchk_pairs {
  size_t rows, columns;
  size_t *element;      /* of a row, ascending */
  size_t *output;       /* of a column, ascending: as a flat place among all outputs */
  double *numeric;      /* J */
  double *analytic;     /* A */
  double *error;        /* of a row: two values that differ by no more are equal */
  unsigned char *state; /* gchk_pair_state; all unknown until they were asked for */
  size_t count[GCHK_PAIR_STATES];
  bool is_whole; /* all elements and all outputs are there */
} gchk_pairs;

/*
 * The pairs of a failing tensor of the case, all of them up to 65,536 elements x outputs and 1,024 outputs; else lines
 * along every axis through some failing elements and some outputs. Costs a forward and a backward an output, once a
 * case, and where the Jacobian was not kept the steps of 128 elements, or of as many as make 131,072 pairs. NULL where
 * backward takes no upstream gradient or is not linear in it, where there is one output alone, or out of memory.
 */
const gchk_pairs *gchk_pairs_of(gchk_diagnosis *d, gchk_tensor_work *tensor);

/* Does a pair's contribution, in backward, equal `value`? */
bool gchk_pair_is(const gchk_pairs *p, size_t row, size_t column, double value);

/* The output tensor in which output j lies, its index in the instance, and the place of j in it. */
const gchk_tensor *gchk_output_of(const gchk_diagnosis *d, size_t j, size_t *index, size_t *flat);

#endif
