/*
 * y_c = w_c sum_n x_nc and its backward, dw_c = dy_c sum_n x_nc, dx_nc = dy_c w_c: sums of N terms that every so many calls
 * come out otherwise, as options say. In double and in float.
 */
#ifndef CHECKS_SUM_LAYER_H
#define CHECKS_SUM_LAYER_H

#include "gradcheck/gradcheck.h"

enum {
  SUM_HABIT,    /* what happens, below */
  SUM_PERIOD,   /* in every how many-th call */
  SUM_AMOUNT,   /* of the noise */
  SUM_BACKWARD, /* not in forward, but in backward */
  SUM_READS,    /* forward adds this times what was in y before */
  SUM_FACTOR,   /* dw is wrong by this factor; 0: right */
  SUM_OPTIONS
};
enum {
  SUM_EXACT,
  SUM_REORDERS, /* starts at another term, and goes through all */
  SUM_LOSES,    /* one term is lost, as by threads that add unguarded; which one differs */
  SUM_NOISE,    /* the result is multiplied by 1 + uniform(-amount, amount) */
  SUM_DROPS     /* each term is left out with probability 1/2, and doubled otherwise */
};
extern const gchk_layer sum_f64, sum_f32;

#endif
