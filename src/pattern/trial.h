/*
 * Trials: some elements of a tensor are perturbed together, and the outputs that move depend on one of them.
 *
 * Three perturbations: small ones in both directions, as large as the largest steps of a ladder, show what moves an
 * output at the point; several times the tensor's size, up and down, show units that are dead there and elements that
 * another one is larger than. Two more, far and each element up or down, are for outputs of several elements that
 * those show now and then: dead and saturated ones. A tensor whose values have one sign keeps it.
 */
#ifndef GCHK_PATTERN_TRIAL_H
#define GCHK_PATTERN_TRIAL_H

#include "gradcheck/random.h"
#include "measure/work.h"
#include "pattern/index_bits.h"

typedef enum gchk_perturbation {
  GCHK_NEAR,
  GCHK_UP,
  GCHK_DOWN,
  GCHK_PERTURBATIONS,
  GCHK_UP_OR_DOWN = GCHK_PERTURBATIONS,
  GCHK_DOWN_OR_UP, /* the opposite, of the same random numbers */
} gchk_perturbation;

typedef struct gchk_trial {
  gchk_case_work *work;
  const gchk_tensor *t;
  uint64_t *word;    /* an element: the bits of its index */
  double *x, *moved; /* an element: as it is, and perturbed */
  double *y;         /* outputs, after the last trial */
  bool is_far;       /* what the layer refuses tells nothing */
} gchk_trial;

/* Which elements are perturbed, by the bits of their index. */
typedef struct gchk_trial_set {
  bool (*has)(const void *context, uint64_t word);
  const void *context;
} gchk_trial_set;

/* To be closed even when it fails. */
gchk_status gchk_trial_open(gchk_trial *trial, gchk_case_work *work, const gchk_tensor *t, const gchk_index_bits *bits,
                            gchk_error *error) GCHK_MUST_USE;
void gchk_trial_close(gchk_trial *trial);

/* From now on by this perturbation. */
void gchk_trial_perturb(gchk_trial *trial, gchk_perturbation kind, gchk_random *random);

/* One forward; the tensor is as it was then. *done is false, far from the point, where the layer refuses it. */
gchk_status gchk_trial_run(gchk_trial *trial, const gchk_trial_set *set, bool *done, gchk_error *error) GCHK_MUST_USE;

/* Did the output move in the last trial? */
bool gchk_trial_moved(const gchk_trial *trial, size_t output);

#endif
