/* Derivatives by rules that come with an error estimate of their own. */
#ifndef CHECKS_BENCH_RULES_ESTIMATES_H
#define CHECKS_BENCH_RULES_ESTIMATES_H

#include "numeric/trial.h"

typedef struct rule_estimate {
  double value, error;
} rule_estimate;

/* (f(x+h) - f(x-h))/2h in the type of the function. */
double rule_quotient(const trial_function *function, double x, double h);

/* s is the size of the variable, max(|x|, that of its tensor); 1 where all is zero. */
rule_estimate rule_ridders(const trial_function *function, double x, double s);
rule_estimate rule_gsl_central(const trial_function *function, double x, double s);

#endif
