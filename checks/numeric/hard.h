/*
 * Hard functions of one variable with exact derivatives, and the judging of an error bound by them.
 *
 * Each value is written once for float, double and quad precision (hard_values.inc); each derivative is a closed form in
 * quad precision (hard_functions.c), which test_hard_functions itself holds against differences in __float128.
 */
#ifndef CHECKS_NUMERIC_HARD_H
#define CHECKS_NUMERIC_HARD_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/quad.h"

typedef enum hard_kind {
  HARD_SMOOTH,
  HARD_STAIRCASE, /* the forward is a step function, or jumps, around the function whose derivative is meant */
  HARD_KINK,      /* the points are kinks: low and high are the ends of the subdifferential */
} hard_kind;

typedef struct hard_function {
  const char *name;
  hard_kind kind;
  double (*value)(double x);
  float (*value32)(float x); /* NULL: the function has no sense in float */
  quad (*exact)(quad x);     /* value with double's constants; NULL: a staircase or a kink */
  quad (*derivative)(quad x);
  double low, high;             /* of a kink */
  const double *points;         /* terminated by a NaN */
  const double *points32;       /* NULL: the same */
  quad (*derivative32)(quad x); /* where float has another constant; NULL: the same */
} hard_function;

extern const hard_function hard_functions[];
extern const size_t hard_function_count;

#endif
