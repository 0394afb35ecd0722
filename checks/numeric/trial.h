/*
 * One trial: a function of one variable at a point, differentiated by the code under test, held against its exact
 * derivative and against gradients that are wrong on purpose; and tallies of many.
 */
#ifndef CHECKS_NUMERIC_TRIAL_H
#define CHECKS_NUMERIC_TRIAL_H

#include <stdint.h>

#include "measure/judge.h"
#include "numeric/hard.h"

/* A function in double or float. */
typedef struct trial_function {
  double (*value)(void *context, double x); /* the float function: of a float, rounded to float */
  void *context;
  bool is_float;
} trial_function;

typedef enum trial_noise { NOISE_MEASURED, NOISE_UNKNOWN } trial_noise;

typedef struct trial {
  double x, scale;
  double g;     /* the exact derivative, rounded to the type */
  double error; /* |D - exact| */
  double sigma;
  size_t cost; /* evaluations, without those for the noise */
  size_t noise_cost;
  gchk_derivative derivative;
  gchk_judgement judgement;             /* of g, with |g| as the largest of its tensor */
  gchk_judgement wrong[GCHK_MUTATIONS]; /* of -g, 0, 2 g, 1.1 g, 1.01 g, 1.001 g */
} trial;

/* Runs the code under test. scale: of the tensor, 0 for |x|. */
void trial_run(trial *result, const trial_function *function, double x, double scale, quad exact, trial_noise noise);

typedef struct tally {
  size_t count, covered, alarms, inconclusive;
  size_t nonzero;                                        /* of which mutations differ */
  size_t caught[GCHK_MUTATIONS], passed[GCHK_MUTATIONS]; /* judged fail; judged pass, and not below resolution */
  size_t cost_count[256], total_cost;
} tally;

void tally_add(tally *to, const trial *result);
size_t tally_median_cost(const tally *of);
void tally_print(const tally *of, const char *title);

#endif
